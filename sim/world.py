"""The world of the first week, a copy of any week's, and room for it to grow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.arrays import (
    AWAKE,
    CASE,
    LONG_AGO,
    PERSON,
    QUARTER,
    WEEK,
    YEAR,
    Count,
    World,
    grown,
    new_table,
)
from agents.compile_course import number, quintile_shares
from agents.inputs import Course, Doors
from agents.start import begin, join_families, populate, residents_per_band
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario

HEADROOM = 1.3
"""Tables are made this much larger than what they must hold."""


def first_week(scenario: Scenario, weeks: int, course: Course, doors: Doors, key: int) -> World:
    """The people of a place before anything has happened, with a tally of ``weeks``."""
    register, place = scenario.evidence, scenario.place
    per_band = residents_per_band(place.population)
    world = _empty(int(per_band.sum()), int(doors.n_doors), weeks)
    populate(world, course, per_band, np.cumsum(quintile_shares(place.deprivation_score.value)), key)
    mothers_age = number(register, "lifecourse.mothers_age_at_birth")
    join_families(world, mothers_age, number(register, "lifecourse.father_share"), key)
    years = number(register, "lifecourse.initial_prevalence")
    begin(world, course, doors, years, place.looked_after_per_10000.value / 1e4, key)
    return _trimmed(world)


def _trimmed(world: World) -> World:
    """The same world without most of the rows that its first week did not need."""
    used = max(int(world.counts[Count.AWAKE]), int(world.counts[Count.CASES]))
    rows = max(int(world.counts[Count.PEOPLE]) // 3 + 256, _roomy(used))
    return world._replace(
        awake=world.awake[:rows].copy(),
        cases=world.cases[:rows].copy(),
        ranks=np.zeros(rows),
        concerned=np.zeros(rows, np.int32),
    )


def _empty(residents: int, n_doors: int, weeks: int) -> World:
    rows = residents + 256  # anybody may be awake in the first week; `with_room` keeps it so
    people = int(residents * HEADROOM) + 64
    return World(
        people=new_table(PERSON, people),
        awake=new_table(AWAKE, rows),
        cases=new_table(CASE, rows),
        tally=new_table(WEEK, weeks),
        quarters=new_table(QUARTER, weeks // 13),
        years=new_table(YEAR, weeks // WEEKS_PER_YEAR),
        withdrawn_week=np.full((people, n_doors), LONG_AGO),
        accepted_week=np.full((people, n_doors), LONG_AGO),
        counts=np.zeros(len(Count), np.int64),
        waiting=np.zeros(n_doors, np.int64),
        used=np.zeros(n_doors),
        slots=np.zeros(n_doors),
        ranks=np.zeros(rows),
        cut_off=np.zeros((n_doors, 2)),
        concerned=np.zeros(rows, np.int32),
    )


def copied(world: World) -> World:
    """A world that shares no array with the original."""
    return World(*(part.copy() for part in world))


def with_room(world: World, due: int, arrivals: int) -> World:
    """The same world, with any table enlarged that one week could fill.

    Whoever is due wakes or bears at most one child, and a newcomer brings at most two. At most one
    resident in fifty wakes by way of a parent, and an awake person is referred to at most two doors
    on average.

    due        residents whose calendar has something for this week
    arrivals   adults who move in
    """
    people, awake, cases = (int(world.counts[c]) for c in (Count.PEOPLE, Count.AWAKE, Count.CASES))
    newcomers = 64 + due + 3 * arrivals
    if people + newcomers > len(world.people):
        rows = _roomy(people + newcomers)
        world = world._replace(
            people=grown(world.people, rows),
            withdrawn_week=_longer(world.withdrawn_week, rows),
            accepted_week=_longer(world.accepted_week, rows),
        )
    a_week = 64 + people // 50 + due
    if awake + a_week > len(world.awake):
        rows = _roomy(awake + a_week)
        world = world._replace(awake=grown(world.awake, rows), concerned=np.zeros(rows, np.int32))
    if cases + 2 * awake + a_week > len(world.cases):
        rows = _roomy(cases + 2 * awake + a_week)
        world = world._replace(cases=grown(world.cases, rows), ranks=np.zeros(rows))
    return world


def _longer(weeks: NDArray[np.int16], rows: int) -> NDArray[np.int16]:
    longer = np.full((rows, weeks.shape[1]), LONG_AGO)
    longer[: len(weeks)] = weeks
    return longer


def _roomy(rows: int) -> int:
    return int(rows * HEADROOM)
