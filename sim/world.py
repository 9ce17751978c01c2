"""The world of the first week, a copy of any week's, and room for it to grow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.arrays import (
    AWAKE,
    CASE,
    LONG_AGO,
    NEVER,
    PERSON,
    QUARTER,
    TRACE,
    WEEK,
    YEAR,
    Count,
    Table,
    World,
    grown,
    new_table,
)
from agents.compile_course import number, quintile_shares
from agents.inputs import Course, Doors
from agents.start import begin, join_families, populate, residents_per_band
from scenarios.names import N_NEEDS, WEEKS_PER_YEAR
from scenarios.resolved import Scenario

HEADROOM = 1.1
"""Tables are made this much larger than what they must hold."""


def first_week(
    scenario: Scenario, weeks: int, course: Course, doors: Doors, key: np.uint64
) -> World:
    """The people of a place before anything has happened, with a tally of ``weeks``."""
    register, place = scenario.evidence, scenario.place
    per_band = residents_per_band(place.population)
    world = _empty(int(per_band.sum()), int(doors.n_doors), weeks)
    populate(
        world, course, per_band, np.cumsum(quintile_shares(place.deprivation_score.value)), key
    )
    mothers_age = number(register, "lifecourse.mothers_age_at_birth")
    join_families(world, mothers_age, number(register, "lifecourse.father_share"), key)
    years = number(register, "lifecourse.initial_prevalence")
    begin(world, course, doors, years, place.looked_after_per_10000.value / 1e4, key)
    return world._replace(awake=_in_use(world.awake, world), cases=_in_use(world.cases, world))


def _in_use(table: Table, world: World) -> Table:
    """The rows of a table that the first week has filled; `with_room` adds what a week needs."""
    rows = world.counts[Count.AWAKE if table is world.awake else Count.CASES]
    return table[:rows].copy()  # type: ignore[return-value]  # a copy of records is records


def _empty(residents: int, n_doors: int, weeks: int) -> World:
    rows = residents + 256  # anybody may be awake in the first week; `with_room` keeps it so
    people = int(residents * HEADROOM) + 64
    return World(
        people=new_table(PERSON, people),
        due_week=np.full(people, NEVER),
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
        concerned=np.zeros(rows, np.int64),
        here=np.zeros(N_NEEDS, np.int64),
        mothers_burden=np.zeros(rows),
        trace=new_table(TRACE, 0),
    )


def copied(world: World) -> World:
    """A world that shares no array with the original."""
    return World._make(part.copy() for part in world)


def with_trace(world: World) -> World:
    """The same world, with an empty trace that one week cannot fill.

    Sixty things a person are far more than anybody's week holds on average.
    """
    world.counts[Count.TRACE] = 0
    awake, cases = len(world.awake), len(world.cases)
    if len(world.trace) >= 60 * awake + cases:
        return world
    return world._replace(trace=new_table(TRACE, _roomy(60 * awake + cases)))


def happenings(world: World) -> Table:
    """What happened this week, in the order in which it did; a view of the trace."""
    return world.trace[: world.counts[Count.TRACE]].view(np.recarray)


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
            due_week=_longer(world.due_week, rows, NEVER),
            withdrawn_week=_longer(world.withdrawn_week, rows, LONG_AGO),
            accepted_week=_longer(world.accepted_week, rows, LONG_AGO),
        )
    a_week = 64 + people // 50 + due
    if awake + a_week > len(world.awake):
        rows = _roomy(awake + a_week)
        world = world._replace(
            awake=grown(world.awake, rows),
            concerned=np.zeros(rows, np.int64),
            mothers_burden=np.zeros(rows),
        )
    if cases + 2 * awake + a_week > len(world.cases):
        rows = _roomy(cases + 2 * awake + a_week)
        world = world._replace(cases=grown(world.cases, rows), ranks=np.zeros(rows))
    return world


def _longer(weeks: NDArray[Any], rows: int, unused: np.integer[Any]) -> NDArray[Any]:
    longer = np.full((rows, *weeks.shape[1:]), unused)
    longer[: len(weeks)] = weeks
    return longer


def _roomy(rows: int) -> int:
    return int(rows * HEADROOM)
