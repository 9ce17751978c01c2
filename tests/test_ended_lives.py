"""What lives that end at another time do to a sum of money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.census import room_for, take_census
from experiments.ended_lives import NEVER, Ended, Spent, ended, measured, spend, text_of
from tests.worlds import tight


def spent(died: list[int], charges: list[tuple[int, int, int]]) -> Spent:
    """Charges as (person, week, pounds); person i has the key 10 + i."""
    person, week, pounds = np.array(charges).T
    return Spent(
        key=np.arange(10, 10 + len(died), dtype=np.uint64),
        died=np.array(died),
        person=person.astype(np.int32),
        week=week.astype(np.int32),
        pence=(100 * pounds).astype(np.int32),
    )


def test_only_what_comes_after_the_shorter_life_is_counted() -> None:
    nothing = spent([NEVER, 5, 8], [(0, 1, 7), (0, 4, 20), (0, 9, 30), (1, 2, 99), (2, 8, 1)])
    other = spent([3, 9, 8], [(0, 3, 500), (1, 5, 70), (1, 6, 4), (1, 9, 5), (2, 7, 1)])
    assert ended(nothing, other) == Ended(1, 1, spared_gbp=50.0, added_gbp=9.0)


def test_people_are_matched_by_their_key_and_others_left_out() -> None:
    nothing = spent([NEVER, 2], [(0, 5, 40), (1, 1, 3)])
    other = replace(spent([2, 1, 1], [(0, 0, 1)]), key=np.array([11, 10, 77], np.uint64))
    assert ended(nothing, other) == Ended(1, 0, spared_gbp=40.0, added_gbp=0.0)


def test_every_penny_of_a_run_is_kept_and_deaths_are_those_that_were_counted() -> None:
    scenario = tight(years=2)
    kept = spend(scenario, seed=1, room_for_teams=0)
    census = take_census(scenario, 1, 0)
    assert kept.pence.sum(dtype=np.int64) == census.pence.sum() > 0
    assert (kept.died < NEVER).sum() == census.tally.people[:, 6].sum() > 0
    by_person = np.bincount(kept.person, kept.pence, len(kept.key))
    assert np.array_equal(by_person, census.pence.sum(axis=1))
    dead = np.flatnonzero(kept.died < NEVER)
    assert kept.after(dead, kept.died[dead]) == 0.0


def test_the_same_scenario_ends_no_life_at_another_time() -> None:
    scenarios = [tight(years=2), tight("navigators", years=2)]
    kept = spend(scenarios[0], 1, room_for(scenarios))
    assert ended(kept, kept) == Ended(0, 0, 0.0, 0.0)


def test_the_table_is_of_pounds_a_year() -> None:
    each = [Ended(10, 4, 20_000.0, 30_000.0), Ended(20, 8, 40_000.0, 24_000.0)]
    line = text_of({"A cut": each}, years=10).splitlines()[-1].split()
    assert line[:6] == ["A", "cut", "15", "6", "3,000", "2,700"]
    assert line[6] == "–"


@pytest.mark.parametrize("seeds", [(1, 2)])
def test_each_scenario_is_held_beside_the_first_at_each_seed(seeds: tuple[int, ...]) -> None:
    scenarios = [tight(years=2), tight("navigators", years=2)]
    done: list[int] = []
    found = measured(scenarios, seeds, lambda: done.append(1))
    assert list(found) == ["navigators"] and len(found["navigators"]) == 2
    assert len(done) == 4
