"""A run that is interrupted ends in the same bytes as one that is not."""

from __future__ import annotations

import numpy as np
import pytest

from agents.arrays import NEVER, Count
from scenarios.names import WEEKS_PER_YEAR
from sim.model import Place, Snapshot, warm_up_weeks
from tests.small import without
from tests.worlds import differing, in_use, same_record, tight

SCENARIO = tight("together", share=0.03, years=3)
START = warm_up_weeks(SCENARIO)
CHANGES = START + WEEKS_PER_YEAR
"""Budget cut, interventions and team begin a year after the scenario; two ramp up for 26 weeks."""
STOPS = {
    "the first week": 0,
    "during the warm-up": 77,
    "between two meetings of managers": 102,
    "the last week of the warm-up": START - 1,
    "the start": START,
    "the week before the changes": CHANGES - 1,
    "the changes": CHANGES,
    "the week after": CHANGES + 1,
    "half-way up the ramp": CHANGES + 14,
    "a feed for the team": CHANGES + 26,
    "the end of a quarter": CHANGES + 38,
    "the end of a year": START + 2 * WEEKS_PER_YEAR - 1,
    "the last week": START + 3 * WEEKS_PER_YEAR - 1,
    "the end": START + 3 * WEEKS_PER_YEAR,
}


def uninterrupted() -> tuple[Place, dict[int, Snapshot]]:
    place = Place(SCENARIO, 5, 1, 1)
    snapshots = {}
    for week in STOPS.values():
        place.run_to(week)
        snapshots[week] = place.snapshot()
    return place, snapshots


@pytest.fixture(scope="module")
def runs() -> tuple[Place, dict[int, Snapshot]]:
    return uninterrupted()


def resumed(snapshot: Snapshot) -> Place:
    place = Place(SCENARIO, 5, 1, 1, snapshot)
    place.run_to(place.weeks)
    return place


def assert_same(a: Place, b: Place) -> None:
    """The same bytes in every table, the same pressure and the same policy."""
    assert differing(a.world, b.world) == []
    assert a.snapshot().pressure == b.snapshot().pressure
    assert a.budget_pence.tobytes() == b.budget_pence.tobytes()
    assert same_record(a.doors, b.doors)
    assert same_record(a.course, b.course)


@pytest.mark.parametrize("when", STOPS)
def test_resumed_equals_uninterrupted(when: str, runs) -> None:  # type: ignore[no-untyped-def]
    whole, snapshots = runs
    assert_same(resumed(snapshots[STOPS[when]]), whole)


def test_there_is_pressure_and_there_is_a_team_to_carry_over(runs) -> None:  # type: ignore[no-untyped-def]
    """Otherwise the test above would prove little."""
    whole, snapshots = runs
    assert max(snapshots[CHANGES + 14].pressure) > 0.2
    assert whole.world.tally.open[CHANGES:, whole.rules.n_agencies].max() > 0


def test_a_run_may_be_interrupted_every_week(runs) -> None:  # type: ignore[no-untyped-def]
    whole, snapshots = runs
    place = Place(SCENARIO, 5, 1, 1, snapshots[CHANGES - 1])
    for _ in range(60):
        place.step()
        place = Place(SCENARIO, 5, 1, 1, place.snapshot())
    place.run_to(place.weeks)
    assert_same(place, whole)


def test_taking_a_snapshot_changes_nothing(runs) -> None:  # type: ignore[no-untyped-def]
    place = Place(SCENARIO, 5, 1, 1)
    place.run_to(place.weeks)
    assert_same(place, runs[0])


def test_a_snapshot_is_not_touched_by_those_who_go_on_from_it(runs) -> None:  # type: ignore[no-untyped-def]
    snapshot = runs[1][CHANGES]
    before = [part.copy() for part in snapshot.world]
    resumed(snapshot)
    assert all(np.array_equal(a, b) for a, b in zip(before, snapshot.world, strict=True))


@pytest.mark.parametrize("mechanism", ["lifecourse", "heavy_tail", "pressure", "teams"])
@pytest.mark.parametrize("week", [START - 1, START, CHANGES + 14])
def test_so_it_does_with_a_mechanism_off(mechanism: str, week: int) -> None:
    """These four act on the world itself in the week in which they go off."""
    scenario = without(tight("together", share=0.005, years=2), mechanism)
    whole = Place(scenario, 5, 1, 1)
    whole.run_to(week)
    part = Place(scenario, 5, 1, 1, whole.snapshot())
    for place in (whole, part):
        place.run_to(place.weeks)
    assert_same(part, whole)
    if mechanism == "lifecourse":
        assert (in_use(whole, Count.PEOPLE).life_week == NEVER).all()
