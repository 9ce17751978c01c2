"""Dials: a budget, a team's posts, a start date turned from code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from scenarios.changes import BudgetChange, TeamChange
from scenarios.dials import ORIGIN, dials_of, value_of, with_dials
from scenarios.problems import InputError
from scenarios.resolved import Scenario
from sim.results import RunResult
from sim.run import run_replicate
from tests.small import small
from tests.worlds import tight

YEAR = dt.timedelta(weeks=52)


def result(scenario: Scenario) -> RunResult:
    return run_replicate([replace(scenario, years=2)], 1, 0)[0]


def test_a_budget_is_multiplied_from_the_start() -> None:
    turned = with_dials(small(), {"budget.substance": 0.5})
    [dated] = turned.changes
    assert dated.change == BudgetChange(kind="budget", agency="substance", multiply=0.5)
    assert (dated.start, dated.end, dated.origin) == (small().start, None, ORIGIN)


def test_a_teams_number_is_set() -> None:
    turned = with_dials(small("navigators"), {"team.navigators.posts": 5})
    [team] = [d.change for d in turned.changes if isinstance(d.change, TeamChange)]
    assert team.posts == 5
    assert team.consent == 0.65, "the others stay"


def test_all_starts_or_one_can_be_put_off() -> None:
    both = small("together")
    later = with_dials(both, {"start.navigators": 2})
    shifts = {d.origin: n.start - d.start for d, n in zip(both.changes, later.changes, strict=True)}
    assert [shift for origin, shift in shifts.items() if "navigators" in origin] == [2 * YEAR]
    assert not any(shift for origin, shift in shifts.items() if "navigators" not in origin)
    every = with_dials(both, {"start": 1})
    assert all(n.start - d.start == YEAR for d, n in zip(both.changes, every.changes, strict=True))
    assert all(n.start - d.start == YEAR for d, n in zip(both.costs, every.costs, strict=True))


def test_the_order_of_dials_does_not_matter() -> None:
    one = with_dials(small("navigators"), {"budget.substance": 0.5, "start": 1})
    other = with_dials(small("navigators"), {"start": 1, "budget.substance": 0.5})
    assert one.changes == other.changes
    assert [d.start for d in one.changes if d.origin == ORIGIN] == [one.start]


def test_numbers_of_the_register_are_dials_too() -> None:
    turned = with_dials(small(), {"general.people.frailty_sigma": 0.5})
    assert turned.evidence.general["people.frailty_sigma"].value == 0.5


@pytest.mark.parametrize("dial", dials_of(small("together")))
def test_where_every_dial_stands_changes_nothing(dial: str) -> None:
    """Turned to where it stands, or (once, for one of each kind) run, it is the same."""
    scenario = small("together")
    stands = value_of(scenario, dial)
    assert stands is not None
    turned = with_dials(scenario, {dial: stands})
    kind = dial.split(".")[0]
    if kind in ("team", "start"):
        assert turned.changes == scenario.changes


def test_turned_to_where_they_stand_agencies_do_the_same() -> None:
    scenario = tight()
    names = ("budget.substance", "caseload.substance", "threshold.housing", "quiet_weeks.substance",
             "turnover.mental_health")  # fmt: skip
    stands = {name: value_of(scenario, name) for name in names}
    same = with_dials(scenario, {name: x for name, x in stands.items() if x is not None})
    assert len(same.changes) == len(names)
    assert np.array_equal(result(same).overall, result(scenario).overall, equal_nan=True)


def test_half_the_budget_helps_fewer() -> None:
    full, half = (result(with_dials(tight(), {"budget.substance": x})) for x in (1.0, 0.5))
    opened = full.names.index("opened.substance")
    assert half.overall[opened] < full.overall[opened]


@pytest.mark.parametrize(
    ("dial", "value", "said"),
    [
        ("budget.substanse", 1.0, "did you mean 'budget.substance'?"),
        ("team.navigators.post", 5.0, "did you mean 'team.navigators.posts'?"),
        ("budget.police", 1.0, "nothing called"),
        ("budget.substance", -1.0, "budget.substance cannot be -1"),
        ("team.navigators.posts", 0.0, "cannot be 0"),
        ("start", 1e9, "cannot be 1e+09"),
    ],
)
def test_what_cannot_be_turned_is_explained(dial: str, value: float, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("+", r"\+").replace("?", r"\?")):
        with_dials(small("navigators"), {dial: value})
