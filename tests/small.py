"""Places small enough to be simulated in a fraction of a second, as real as the full ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from scenarios.load import load_scenario
from scenarios.resolved import Scenario

SCENARIOS = Path(__file__).parent.parent / "scenarios"
FIVE = ("do_nothing", "budget_cut", "early_intervention", "navigators", "together")


@cache
def small(name: str = "do_nothing", share: float = 0.02, years: int = 2) -> Scenario:
    """A scenario of Portsmouth with ``share`` of its residents."""
    scenario = load_scenario(SCENARIOS / "portsmouth" / f"{name}.toml")
    bands = {band: share * people for band, people in scenario.place.population.items()}
    place = scenario.place.model_copy(update={"population": bands})
    return replace(scenario, years=years, place=place)


def without(scenario: Scenario, mechanism: str) -> Scenario:
    """The same scenario with one mechanism switched off from its start."""
    off = scenario.mechanisms.model_copy(update={mechanism: False})
    return replace(scenario, name=f"{scenario.name}_without_{mechanism}", mechanisms=off)
