"""Quantities of a scenario that can be turned to a value from code: budgets, posts, start dates.

A dial is a dotted name. What it turns is made of the same dated changes as a scenario file, from
the scenario's start on; a team's own numbers and the dates of an intervention are set where they
stand. Any single number of the register is a dial too, by its own name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Final, TypeVar

from pydantic import ValidationError

from scenarios.changes import (
    BudgetChange,
    CaseloadChange,
    Change,
    ReviewChange,
    StaffingChange,
    TeamChange,
    ThresholdChange,
)
from scenarios.names import WEEKS_PER_YEAR
from scenarios.parameters import parameter_names
from scenarios.problems import InputError, Problem, did_you_mean
from scenarios.resolved import DatedChange, DatedCost, Scenario
from scenarios.uncertain import with_numbers

ORIGIN: Final = "a dial"
MEANINGS: Final = {
    "budget.AGENCY": "its budget, times this",
    "caseload.AGENCY": "cases for each worker, times this",
    "threshold.AGENCY": "level of need at which its door opens, this much higher",
    "quiet_weeks.AGENCY": "quiet weeks before it withdraws",
    "turnover.AGENCY": "share of its staff who leave in a year",
    "team.NAME.FIELD": "a number of a team: team.navigators.posts, .cases_per_post, .consent ...",
    "start": "all changes this many years later",
    "start.NAME": "the changes of one intervention this many years later",
}
"""Besides every number of the register."""

_FOR_AGENCIES: Final[dict[str, Callable[[str, float], Change]]] = {
    "budget": lambda agency, x: BudgetChange(kind="budget", agency=agency, multiply=x),
    "caseload": lambda agency, x: CaseloadChange(kind="caseload", agency=agency, multiply=x),
    "threshold": lambda agency, x: ThresholdChange(kind="threshold", agency=agency, add=x),
    "quiet_weeks": lambda agency, x: ReviewChange(kind="review", agency=agency, quiet_weeks=x),
    "turnover": lambda agency, x: StaffingChange(
        kind="staffing", agency=agency, turnover_per_year=x
    ),
}
_Dated = TypeVar("_Dated", DatedChange, DatedCost)


def with_dials(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with these dials turned. Raises InputError, with all problems together.

    Numbers of the register are set all at once: the register is read and checked once for each.
    """
    problems: list[Problem] = []
    known = parameter_names(scenario.evidence)
    numbers = {dial: value for dial, value in values.items() if dial in known}
    try:
        scenario = with_numbers(scenario, numbers) if numbers else scenario
    except InputError as error:
        problems += error.problems
    for dial, value in values.items():
        if dial in numbers:
            continue
        try:
            scenario = _turned(scenario, dial, value)
        except InputError as error:
            problems += error.problems
        except (ValidationError, OverflowError) as error:
            why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "too far"
            problems.append(_problem(dial, f"{dial} cannot be {value:g}", why))
    if problems:
        raise InputError(problems)
    return scenario


def dials_of(scenario: Scenario) -> list[str]:
    """Every dial that the scenario has, but for the numbers of the register."""
    gated = [name for name, spec in scenario.evidence.agencies.items() if spec.kind == "gated"]
    found = [f"{kind}.{agency}" for kind in _FOR_AGENCIES for agency in gated]
    for team in _teams(scenario):
        found += [f"team.{team.name}.{field}" for field in _numbers_of(team)]
    origins = dict.fromkeys(_stem(dated.origin) for dated in scenario.changes)
    return found + (["start", *(f"start.{name}" for name in origins)] if origins else [])


def value_of(scenario: Scenario, dial: str) -> float | None:
    """Where a dial stands in the scenario as it is; None where that has no number."""
    kind, _, rest = dial.partition(".")
    if kind in ("budget", "caseload"):
        return 1.0
    if kind in ("threshold", "start"):
        return 0.0
    if kind in ("quiet_weeks", "turnover"):
        spec = scenario.evidence.agencies[rest]
        number = spec.quiet_weeks if kind == "quiet_weeks" else spec.turnover_per_year
        return float(number.value)
    name, _, field = rest.partition(".")
    for team in _teams(scenario):
        if kind == "team" and team.name == name:
            return float(getattr(team, field))
    return None


def _turned(scenario: Scenario, dial: str, value: float) -> Scenario:
    known = dials_of(scenario)
    if dial not in known:
        names = [*known, *parameter_names(scenario.evidence)]
        raise InputError([_problem(dial, f"there is nothing called '{dial}' to turn",
                                   did_you_mean(dial, names, "; ".join(MEANINGS)))])  # fmt: skip
    kind, _, rest = dial.partition(".")
    if kind == "team":
        name, _, field = rest.partition(".")
        return _with_team(scenario, name, field, value)
    if kind == "start":
        return _later(scenario, rest, round(value * WEEKS_PER_YEAR))
    change = _FOR_AGENCIES[kind](rest, value)
    dated = DatedChange(change, scenario.start, None, 0, ORIGIN)
    return replace(scenario, changes=(*scenario.changes, dated))


def _with_team(scenario: Scenario, name: str, field: str, value: float) -> Scenario:
    """The same with one number of a team, checked as if it stood in the file."""

    def other(dated: DatedChange) -> DatedChange:
        team = dated.change
        if not isinstance(team, TeamChange) or team.name != name:
            return dated
        number = int(value) if isinstance(getattr(team, field), int) else value
        said = team.model_dump(exclude_unset=True) | {field: number}
        return replace(dated, change=TeamChange.model_validate(said))

    return replace(scenario, changes=tuple(other(dated) for dated in scenario.changes))


def _later(scenario: Scenario, name: str, weeks: int) -> Scenario:
    """Changes and costs of one origin (of all without a name) so many weeks later.

    What another dial has put there stays, so that the order of dials does not matter.
    """

    def moved(dated: _Dated) -> _Dated:
        own = dated.origin != ORIGIN and name in ("", _stem(dated.origin))
        return _moved(dated, weeks) if own else dated

    return replace(
        scenario,
        changes=tuple(moved(dated) for dated in scenario.changes),
        costs=tuple(moved(dated) for dated in scenario.costs),
    )


def _moved(dated: _Dated, weeks: int) -> _Dated:
    shift = dt.timedelta(weeks=weeks)
    end = None if dated.end is None else dated.end + shift
    return replace(dated, start=dated.start + shift, end=end)


def _teams(scenario: Scenario) -> Iterable[TeamChange]:
    return (d.change for d in scenario.changes if isinstance(d.change, TeamChange))


def _numbers_of(team: TeamChange) -> list[str]:
    return [
        field
        for field in type(team).model_fields
        if type(getattr(team, field)) in (int, float)
        and field not in ("after_weeks", "for_weeks", "ramp_weeks")
    ]


def _stem(origin: str) -> str:
    return PurePath(origin).stem


def _problem(dial: str, rule: str, suggestion: str) -> Problem:
    return Problem("what is turned", None, dial, "", rule, suggestion)
