"""Who appears in a comparison: the names that measures are made of, the same in every scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.draft import team_specs
from scenarios.resolved import Scenario
from sim.costs import payers


@dataclass(frozen=True)
class Cast:
    """Agencies, teams, payers and crisis outcomes of any of the scenarios compared."""

    agencies: tuple[str, ...]
    gated: tuple[str, ...]
    """Those of the agencies that have a front door."""
    teams: tuple[str, ...]
    payers: tuple[str, ...]
    outcomes: tuple[str, ...]


def cast_of(scenarios: Sequence[Scenario]) -> Cast:
    """The cast of scenarios of one place, which all have the same agencies.

    It does not depend on the order of the scenarios.
    """
    register = scenarios[0].evidence
    return Cast(
        agencies=tuple(register.agencies),
        gated=tuple(name for name, spec in register.agencies.items() if spec.kind == "gated"),
        teams=tuple(sorted({team.name for s in scenarios for team in team_specs(s)})),
        payers=tuple(sorted({payer for s in scenarios for payer in payers(s)})),
        outcomes=tuple(register.crisis.outcomes),
    )
