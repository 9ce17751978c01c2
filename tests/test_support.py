"""Support is for needs that are there, and it does not matter which row a case is in."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.arrays import CaseStatus, Count, World
from agents.support import _take_up
from sim.model import Place
from sim.world import copied
from tests.reference.neighbourhood import TEAMS, WEEKS, needy
from tests.worlds import at_week

_WITH_PEOPLE_WATCHED = 120


def test_support_acts_only_on_needs_that_are_there() -> None:
    """The twin found it left over, for a need that had ended, from care and from closed cases."""
    for off in (None, "relapse"):
        place = Place(needy(off), 1, 0, TEAMS)
        while place.week < WEEKS:
            place.step()
            awake: Any = place.world.awake[: place.world.counts[Count.AWAKE]]
            absent = (awake.level == 0.0) & (awake.set_point == 0.0)
            assert not awake.support[absent].any(), f"week {place.week - 1}"


def _taken_up(place: Place, world: World, door: int) -> list[int]:
    """The keys of those taken up at a door with room for one of them, when all are in need."""
    doors = place.doors.copy()
    world.awake.level[:] = 0.9
    doors.places[door] = world.used[door] + 1.0 - place.course.watch_share
    before: Any = world.cases.copy()
    _take_up(world, place.course, doors, place.week)
    rows = (before.status == CaseStatus.WATCHED) & (world.cases.status == CaseStatus.OPEN)
    people = world.cases.person[rows & (world.cases.door == door)]
    return [int(key) for key in world.people.key[people]]


def test_the_first_in_the_queue_is_taken_up_first_whatever_the_rows() -> None:
    place = at_week(needy(), _WITH_PEOPLE_WATCHED, teams=TEAMS)
    n = int(place.world.counts[Count.CASES])
    cases: Any = place.world.cases[:n]
    watched = cases[cases.status == CaseStatus.WATCHED]
    door = int(np.argmax(np.bincount(watched.door)))
    here = watched[watched.door == door]
    assert len(here) >= 2
    first = here.person[np.argmax(here.rank)]
    turned = copied(place.world)
    turned.cases[:n] = turned.cases[:n][::-1].copy()
    expected = [int(place.world.people.key[first])]
    assert _taken_up(place, copied(place.world), door) == expected
    assert _taken_up(place, turned, door) == expected
