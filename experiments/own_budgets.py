"""Whose an agency's budget is, and how one's own is written into the place's file.

What a scenario that moves a budget shows rests on that budget first of all. In most places it is
the model's for any place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np

from agents.draft import team_specs, yearly_budget
from scenarios.names import WEEKS_PER_YEAR
from scenarios.problems import listed
from scenarios.resolved import Scenario
from sim.policy import policy_at

STATUS = {"measured": "measured", "estimated": "an estimate", "assumed": "assumed"}
NO_FIGURES = "moves budgets that are no figures of yours: "
BELIEVE = ". Write your own into "
TO_PASTE = 3
"""Agencies at most whose lines for the place's file are printed with a result."""


def places(scenario: Scenario) -> dict[str, float]:
    """Places on the caseload of each agency in the last week; none where an agency has none."""
    teams = len(team_specs(scenario))
    doors = policy_at(scenario, scenario.years * WEEKS_PER_YEAR - 1, teams).doors
    return dict(zip(scenario.evidence.agencies, np.asarray(doors.places).tolist(), strict=False))


def budgets_moved(scenario: Scenario) -> list[str]:
    """The agencies that have other numbers of places at the scenario's end, for its changes."""
    before = places(replace(scenario, changes=()))
    return [agency for agency, n in places(scenario).items() if before.get(agency, n) != n]


def unsure_budgets(scenario: Scenario, told: Collection[str] = ()) -> str:
    """A line on the budgets that the scenario moves and nobody has measured here; else empty.

    Those of the agencies in ``told`` have been told already.
    """
    specs = scenario.evidence.agencies
    moved = {a: _status(scenario, a) for a in budgets_moved(scenario) if a not in told}
    of_any = [specs[agency].title for agency, status in moved.items() if not status]
    guessed = [specs[a].title for a, status in moved.items() if status not in ("", "measured")]
    said = [
        f"{listed(titles)} ({whose})"
        for titles, whose in ((of_any, "the model's for any place"), (guessed, "not measured"))
        if titles
    ]
    if not said:
        return ""
    file = place_file(scenario)
    return f"{NO_FIGURES}{'; '.join(said)}{BELIEVE}{file} before you believe the answer"


def own_budgets(scenario: Scenario, agencies: Sequence[str], most: int | None = None) -> list[str]:
    """What the agencies' budgets rest on, and the lines by which one's own are written.

    For more than ``most`` agencies it is said how to get the lines.
    """
    specs = scenario.evidence.agencies
    known = [agency for agency in agencies if _status(scenario, agency) == "measured"]
    unsure = [agency for agency in agencies if agency not in known]
    file = place_file(scenario)
    told = []
    if known:
        told.append(f"Measured, in {file}: the budget of {listed(specs[a].title for a in known)}.")
    told += [_of_those_who_hold_cases(scenario, agency) for agency in known]
    if not unsure:
        return told
    if most is not None and len(unsure) > most:
        titles = listed(specs[agency].title for agency in unsure)
        return [
            *told,
            f"Not measured here: the budgets of {titles}. Write your own into {file} before you "
            "believe this: upstream check SCENARIO --replace-first prints the lines.",
        ]
    told.append(
        f"Write your own into {file} before you believe this, each below its heading, which may be "
        "there already (docs/modellers.md):"
    )
    residents = sum(scenario.place.population.values())
    for agency in unsure:
        sum_ = round(yearly_budget(specs[agency], residents))
        told.append(f"    [agencies.{agency}]")
        told.append(f"    budget_gbp_per_year = {sum_:_}  # so far {_whence(scenario, agency)}")
    return told


def _of_those_who_hold_cases(scenario: Scenario, agency: str) -> str:
    """What else its places rest on: a measured budget does not make them known."""
    spec = scenario.evidence.agencies[agency]
    return (
        f"Places of {spec.title} are its posts times {spec.cases_per_post.value:g} cases a post. "
        "An official caseload is an average over those who hold cases; where posts are all posts, "
        "managers among them, there are fewer places than are told here, and more of them are "
        "taken. Write cases over all posts into that file before you believe this, below "
        f"[agencies.{agency}]: cases_per_post."
    )


def _status(scenario: Scenario, agency: str) -> str:
    """That of the agency's own budget in the place's file; empty where it has none."""
    budget = scenario.evidence.agencies[agency].budget_gbp_per_year
    there = "budget_gbp_per_year" in scenario.place.agencies.get(agency, {})
    return budget.status if budget is not None and there else ""


def _whence(scenario: Scenario, agency: str) -> str:
    if status := _status(scenario, agency):
        return f"{STATUS[status]} in the file"
    head = scenario.evidence.agencies[agency].budget_gbp_per_head
    return f"the model's for any place: £{head.value:.2f} a resident, {STATUS[head.status]}"


def place_file(scenario: Scenario) -> str:
    """The place's file as it was read, with its folder where that is known."""
    name = f"{scenario.place_name}.toml"
    found = [label for label in scenario.files if PurePath(label).name == name]
    return next((label for label in found if PurePath(label).parent.name == "places"),
                found[0] if len(found) == 1 else name)  # fmt: skip
