"""A life lived again alone is the life of the full run, to the byte, when nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.arrays import Count, Gate, Happening
from agents.engage import Engagement
from experiments.census import Census, diary_of, find, room_for, take_census
from experiments.journey import journeys
from experiments.twins import parting_week
from scenarios.resolved import Scenario
from sim.alone import Alone, Plan
from sim.crisis import tables
from sim.households import households, take
from sim.journal import Diary, keep_diary
from tests.small import without
from tests.worlds import tight

NAMED = ("level", "set_point", "trust", "view", "shut_by", "pence")


def census_of(scenario: Scenario) -> Census:
    return take_census(scenario, 1, max(1, room_for([scenario])))


def neediest(census: Census, n: int = 60) -> list[int]:
    """Those with the greatest burdens when the scenario begins, and a few who sleep."""
    world = census.start.world
    awake = world.awake[: world.counts[Count.AWAKE]]
    rows = np.lexsort((awake["key"], -awake["burden"]))[:n]
    asleep = np.flatnonzero((world.slot < 0) & (world.people.resident == 1))
    return [*(int(i) for i in awake["person"][rows]), *(int(i) for i in asleep[:10])]


def alone(census: Census, persons: Sequence[int], plan: Plan | None = None) -> tuple[Alone, Diary]:
    taken = take(census.start.world, persons)
    args = (census.scenario, census.seed, 0, census.room_for_teams, census.start, taken)
    place = Alone(*args, census.load, *([plan] if plan else []))
    return place, keep_diary(place, [int(p) for p in taken.persons], census.last_week)


def assert_same_lives(full: Diary, again: Diary) -> None:
    """Byte for byte, but for the rows that people stand in."""
    renumbered = dict(zip(again.persons, full.persons, strict=True))
    for i, (a, b) in enumerate(zip(full.persons, again.persons, strict=True)):
        one, other = full.trace[full.trace.person == a], again.trace[again.trace.person == b].copy()
        other.person = renumbered[b]
        assert one.tobytes() == other.tobytes()
        for name in NAMED:
            x, y = getattr(full, name)[:, i], getattr(again, name)[:, i]
            assert x.tobytes() == y.tobytes(), name


@pytest.mark.parametrize(
    "scenario",
    [
        tight("do_nothing", share=0.03, years=3),
        tight("together", share=0.03, years=3),
        without(tight("do_nothing", share=0.01, years=2), "lifecourse"),
        without(tight("together", share=0.01, years=2), "pressure"),
    ],
    ids=["do nothing", "together", "without lifecourse", "without pressure"],
)
def test_alone_is_the_same_to_the_byte(scenario: Scenario) -> None:
    taken = census_of(scenario)
    persons = neediest(taken)
    assert_same_lives(diary_of(taken, persons), alone(taken, persons)[1])


def test_alone_is_the_same_where_the_crisis_door_has_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had room for is part of the load: a few lives alone would never fill it."""
    monkeypatch.setenv("UPSTREAM_CACHE", str(tmp_path))
    monkeypatch.setenv("UPSTREAM_CRISIS_GRID", "small")
    monkeypatch.setattr(tables._ByKey, "tables", {})
    taken = census_of(replace(tight("do_nothing", share=0.03, years=1), crisis_door="pathway"))
    assert len(np.unique(taken.load.crisis_outcome, axis=0)) > 1, "its answers change"
    here = int(taken.start.world.counts[Count.PEOPLE])
    persons = [i for i in find(taken, "contacts", 40) if i < here][:20]
    full, again = diary_of(taken, persons), alone(taken, persons)[1]
    crises = full.trace[(full.trace.kind == Happening.CONTACT) & (full.trace.detail > 0)]
    assert len(crises) > 10
    assert_same_lives(full, again)


def test_the_load_was_felt(census: Census) -> None:
    """Otherwise the test above would prove little: there are queues, and doors were shut."""
    gates = census.load.cut_off
    assert np.isfinite(gates[..., Gate.ASSESSMENT]).any()
    assert np.isfinite(gates[..., Gate.PLACE]).any()
    assert (census.load.pressure > 0.05).any()
    refused = diary_of(census, neediest(census)).trace.kind == Happening.REFUSED
    assert refused.sum() > 50


def test_copies_do_not_meet(census: Census) -> None:
    """The same life ten times over, side by side, is the same life ten times."""
    person = next(p for p in neediest(census) if census.pence[p].sum() > 0)
    _, diary = alone(census, [person] * 10)
    assert all(diary.level[:, 0].tobytes() == diary.level[:, i].tobytes() for i in range(10))
    assert diary.pence[:, 0].sum() > 0


def test_a_household_is_whole_and_has_no_one_twice(census: Census) -> None:
    world = census.start.world
    n = int(world.counts[Count.PEOPLE])
    mother = int(np.flatnonzero(world.people.first_child[:n] >= 0)[0])
    members = households(world, [mother])[mother]
    assert len(set(members.tolist())) == len(members)
    family = world.people.family[members]
    assert np.isin(family[family >= 0], members).all()
    assert not (np.isin(world.people.family[:n], members) & ~np.isin(np.arange(n), members)).any()


def test_a_life_parts_in_the_week_after_a_door_is_opened(census: Census) -> None:
    """Up to the end of that week nothing differs; a case is open, and charged, from the next on."""
    persons, week = neediest(census)[:20], census.start.week + 30
    plan = Plan(
        np.arange(20), np.full(20, week), np.full(20, int(Engagement.DOOR_OPENED), np.int64)
    )
    (_, before), (_, after) = alone(census, persons), alone(census, persons, plan)
    w = week - census.start.week
    assert before.level[: w + 1].tobytes() == after.level[: w + 1].tobytes()
    assert before.pence[: w + 1].tobytes() == after.pence[: w + 1].tobytes()
    opened = after.trace[(after.trace.kind == Happening.OPENED) & (after.trace.week == week)]
    assert len(opened) > len(
        before.trace[(before.trace.kind == Happening.OPENED) & (before.trace.week == week)]
    )
    assert before.pence[w + 1].tobytes() != after.pence[w + 1].tobytes()


def test_twins_part_when_the_change_acts_and_not_before(census: Census) -> None:
    """In `together` changes act a year after the start; the lives are the same till then."""
    other = take_census(tight("together", share=0.03, years=3), 1, 1)
    persons = find(census, "contacts", 5)
    keys = [census.key[i] for i in persons]
    twins = [int(np.flatnonzero(other.key == key)[0]) for key in keys]
    pairs = zip(
        journeys(census, diary_of(census, persons)),
        journeys(other, diary_of(other, twins)),
        strict=True,
    )
    weeks = [parting_week(a, b) for a, b in pairs]
    assert all(week is None or week >= 52 for week in weeks)
    assert any(week is not None for week in weeks)
