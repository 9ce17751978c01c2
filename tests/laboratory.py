"""People held still, so that what one mechanism does to them can be counted against a formula.

The whole compiled week runs, on a world in which every resident is awake with the needs that a
test gives, and a course in which everything that a test is not about has been set to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.arrays import AWAKE, LONG_AGO, NOBODY, Count, Floats, Table, World, new_table
from agents.inputs import Course, Doors, as_table
from scenarios.names import N_NEEDS
from sim.model import Place
from sim.week import one_week
from sim.world import with_room
from tests.small import small

_NOBODY_DUE = np.zeros(0, np.int64)


@dataclass
class Laboratory:
    """Some thousands of people, awake for ever, at no agency."""

    world: World
    course: Course
    doors: Doors
    key: np.uint64
    week: int = 0

    @property
    def awake(self) -> Table:
        """The rows in use."""
        return self.world.awake[: self.world.counts[Count.AWAKE]]  # type: ignore[return-value]

    @property
    def tally(self) -> Table:
        """The weeks that have passed."""
        return self.world.tally[: self.week]  # type: ignore[return-value]

    def run(self, weeks: int, season: float = 1.0) -> None:
        """So many weeks as the model has them."""
        for _ in range(weeks):
            self.world = with_room(self.world, 0, 0)
            told = as_table(self.course), as_table(self.doors)
            one_week(self.world, *told, _NOBODY_DUE, self.week, season, self.key)
            self.week += 1


def laboratory(levels: Floats, share: float = 0.04, seed: int = 0) -> Laboratory:
    """Everybody at these levels and set points, where they stay: no noise, events or help.

    levels   float64[K] or float64[people, K]
    """
    place = Place(small(share=share), seed, 0, 0)
    world, course, doors = place.world, place.course.copy(), place.doors.copy()
    n = int(world.counts[Count.PEOPLE])
    world.slot[:n] = np.arange(n)
    world = world._replace(awake=_awake(world.people[:n], levels))
    world.counts[Count.AWAKE], world.counts[Count.CASES] = n, 0
    _hold_still(course, doors)
    return Laboratory(with_room(world, n, 0), course, doors, place.key)


def _awake(people: Table, levels: Floats) -> Table:
    awake = new_table(AWAKE, len(people))
    awake.person, awake.key = np.arange(len(people)), people.key
    awake.level = awake.set_point = np.broadcast_to(levels, (len(people), N_NEEDS))
    awake.present = ((awake.level > 0.0) << np.arange(N_NEEDS)).sum(axis=1)
    awake.trust = awake.trust_start = 0.5
    awake.propensity = people.propensity
    awake.team = awake.candidate = NOBODY
    awake.failed_week = LONG_AGO
    return awake


def _hold_still(course: Course, doors: Doors) -> None:
    for name in ("relax", "noise_step", "coupling", "entrench", "remission", "event_base",
                 "event_slope", "event_slope_all", "event_knock", "event_effect",
                 "contact_linear", "contact_cube"):  # fmt: skip
        course[name][:] = 0
    for name in ("event_base_all", "onset_coupling", "parent_coupling", "trace_level"):
        course[name] = 0.0
    course.lifecourse = False
    doors.places[:] = 0.0  # a door without places takes no referrals
