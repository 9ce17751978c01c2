"""Places to measure: Portsmouth, and Portsmouth at other sizes and with other shares awake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scenarios.load import load_scenario
from scenarios.names import NEED_KEYS
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario
from scenarios.schema import AgencySpec
from sim.model import Place

SEED = 1
PORTSMOUTH = Path("scenarios/portsmouth/do_nothing.toml")


def portsmouth() -> Scenario:
    """Portsmouth doing nothing for ten years."""
    return load_scenario(PORTSMOUTH)


def with_residents(scenario: Scenario, residents: float) -> Scenario:
    """The same place with so many residents, and budgets to match."""
    share = residents / sum(scenario.place.population.values())
    bands = {band: share * people for band, people in scenario.place.population.items()}
    register = scenario.evidence
    agencies = {name: with_budget(spec, share) for name, spec in register.agencies.items()}
    return replace(
        scenario,
        place=scenario.place.model_copy(update={"population": bands}),
        evidence=replace(register, agencies=agencies),
    )


def with_budget(spec: AgencySpec, share: float) -> AgencySpec:
    """The same agency with ``share`` of its budget."""
    budget = spec.budget_gbp_per_year
    if budget is None:
        return spec
    scaled = budget.model_copy(update={"value": share * budget.value})
    return spec.model_copy(update={"budget_gbp_per_year": scaled})


def with_onsets(scenario: Scenario, factor: float) -> Scenario:
    """The same place with needs beginning so many times as often: more, or fewer, are awake."""
    factors = {need: Quantity(value=factor * _present(scenario, need)) for need in NEED_KEYS}
    return replace(scenario, place=scenario.place.model_copy(update={"onset_factor": factors}))


def _present(scenario: Scenario, need: str) -> float:
    factor = scenario.place.onset_factor.get(need)  # type: ignore[call-overload]  # a need by name
    return factor.value if factor else 1.0


def with_years(scenario: Scenario, years: int) -> Scenario:
    """The same scenario for another number of years."""
    return replace(scenario, years=years)


def new_place(scenario: Scenario) -> Place:
    """The first week, before anything has happened."""
    return Place(scenario, SEED, 0, 0)


def warmed_up(scenario: Scenario) -> Place:
    """The place at its start date."""
    place = new_place(scenario)
    place.run_to(place.warm_up_weeks)
    return place
