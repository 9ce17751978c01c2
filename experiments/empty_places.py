"""Where a budget moves and places stand empty: why a cut, or more money, changes next to nothing.

A budget buys places on a caseload. Where nobody waits and places stand empty, a cut takes those
first, and more money buys more of them. That is the model's answer, and rests on what the place
file says of the budget; who is not told takes it for a finding about the service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agents.draft import team_specs
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.policy import policy_at

MOVES = ("budget", "caseload")
"""Kinds of change that move an agency's places."""
FULL = 0.95
"""Share of places taken, on average, from which on they count as all taken."""
STAND_EMPTY = ": places stand empty."
"""What the sentence begins with, behind the agency's title."""
STATUS = {"measured": "measured", "estimated": "an estimate", "assumed": "assumed"}
NO_WAIT = 0.1
"""Weeks of waiting below which nobody waits."""


def empty_places(
    scenarios: Sequence[Scenario],
    level: Mapping[str, float],
    labels: Mapping[str, str],
    agencies: Mapping[str, str],
) -> tuple[str, ...]:
    """A sentence for each agency whose places a scenario changes and whose places stand empty.

    The first scenario is the base; ``level`` has its measures, means over replicates.
    """
    base, *others = scenarios
    if not any(dated.change.kind in MOVES for s in others for dated in s.changes):
        return ()
    before = places(base)
    changed: dict[str, dict[str, float]] = {}
    for scenario in others:
        for agency, after in places(scenario).items():
            if after != before.get(agency, after):
                changed.setdefault(agency, {})[labels[scenario.name]] = after
    return tuple(
        f"{_sentence(agencies[agency], level[f'open.{agency}'], before[agency], after)} "
        f"{own_budget(base, agency)}"
        for agency, after in changed.items()
        if _stand_empty(agency, min(before[agency], *after.values()), level)
    )


def in_short(sentences: Sequence[str]) -> str:
    """Such sentences among those of a result in a line, for wherever it is read; else empty."""
    parted = [sentence.partition(STAND_EMPTY) for sentence in sentences]
    titles = [title for title, found, _ in parted if found]
    return f"Places stand empty: {'; '.join(titles)}. So a budget does little there." * bool(titles)


def places(scenario: Scenario) -> dict[str, float]:
    """Places on the caseload of each agency in the last week; none where an agency has none."""
    teams = len(team_specs(scenario))
    doors = policy_at(scenario, scenario.years * WEEKS_PER_YEAR - 1, teams).doors
    return dict(zip(scenario.evidence.agencies, np.asarray(doors.places).tolist(), strict=False))


def _stand_empty(agency: str, fewest: float, level: Mapping[str, float]) -> bool:
    taken, wait = (level.get(f"{what}.{agency}", np.nan) for what in ("open", "wait_weeks"))
    return bool(taken < FULL * fewest and wait < NO_WAIT)


def own_budget(scenario: Scenario, agency: str) -> str:
    """Where an agency's budget comes from, and where one's own is to be written."""
    spec = scenario.evidence.agencies[agency]
    there = spec.budget_gbp_per_year
    file = f"the place's file ({scenario.place_name}.toml)"
    if there is not None and "budget_gbp_per_year" in scenario.place.agencies.get(agency, {}):
        said = f"Its budget is {STATUS[there.status]} in {file}"
    else:
        head = spec.budget_gbp_per_head
        said = (f"Its budget is the model's for any place, £{head.value:.2f} a resident "
                f"({STATUS[head.status]}), for {file} has none")  # fmt: skip
    return (
        f"{said}: write your own there before you believe this, budget_gbp_per_year under "
        f"[agencies.{agency}] (docs/modellers.md)."
    )


def _sentence(title: str, taken: float, before: float, after: Mapping[str, float]) -> str:
    then = ", ".join(f"“{label}” has {n:,.0f}" for label, n in after.items())
    return (
        f"{title}{STAND_EMPTY} If nothing is changed {taken:,.0f} of {before:,.0f} are "
        f"taken and nobody waits; {then}. So at these numbers its budget moves money and empty "
        "places, and people little. With other plausible numbers the places may fill: the ranges "
        "hold that."
    )
