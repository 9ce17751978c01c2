"""The world of the first week, a copy of any week's, and room for it to grow."""

from __future__ import annotations

import numpy as np

from agents.arrays import (
    AWAKE,
    CASE,
    PERSON,
    QUARTER,
    TRACE,
    WEEK,
    YEAR,
    Count,
    Gate,
    Table,
    World,
    as_bytes,
    new_table,
    resized,
)
from agents.compile_course import number, quintile_shares
from agents.inputs import Course, Doors
from agents.moving import MOST_CHILDREN
from agents.start import begin, join_families, populate, residents_per_band
from scenarios.names import N_NEEDS, WEEKS_PER_YEAR, Need
from scenarios.resolved import Scenario

HEADROOM = 1.1
"""Tables are made this much larger than what they must hold."""
BIRTHS_A_WEEK = 0.02 / WEEKS_PER_YEAR
"""Births a resident, rather more than there are: room is made for so many."""


def first_week(
    scenario: Scenario, weeks: int, course: Course, doors: Doors, key: np.uint64
) -> World:
    """The people of a place before anything has happened, with a tally of ``weeks``."""
    register, place = scenario.evidence, scenario.place
    per_band = residents_per_band(place.population)
    residents = int(per_band.sum())
    newcomers = int(weeks * (1.5 * course.arrivals + residents * BIRTHS_A_WEEK))
    world = _empty(residents, residents + newcomers, int(doors.n_doors), weeks)
    populate(
        world, course, per_band, np.cumsum(quintile_shares(place.deprivation_score.value)), key
    )
    mothers_age = number(register, "lifecourse.mothers_age_at_birth")
    join_families(world, mothers_age, number(register, "lifecourse.father_share"), key)
    years = np.full(N_NEEDS, number(register, "lifecourse.initial_prevalence"))
    years[Need.FAMILY] = number(register, "lifecourse.initial_prevalence_family")
    begin(world, course, doors, years, place.looked_after_per_10000.value / 1e4, key)
    return without_slack(world)


def without_slack(world: World) -> World:
    """Only the rows that the first week has filled; `with_room` adds what a week needs."""
    counts = world.counts
    awake, cases, records = counts[Count.AWAKE], counts[Count.CASES], counts[Count.RECORDS]
    return world._replace(
        awake=resized(world.awake, awake, awake),
        cases=resized(world.cases, cases, cases),
        withdrawn_week=resized(world.withdrawn_week, records, records),
        accepted_week=resized(world.accepted_week, records, records),
        ever_open=resized(world.ever_open, records, records),
    )


def _empty(residents: int, people: int, n_doors: int, weeks: int) -> World:
    """Tables with room for all ``people`` of a run, whose memory is taken as they come."""
    rows = residents + 256  # anybody may be awake in the first week; `with_room` keeps it so
    return World(
        people=new_table(PERSON, people),
        due_week=np.zeros(people, np.int32),
        awake=new_table(AWAKE, rows),
        cases=new_table(CASE, rows),
        tally=new_table(WEEK, weeks),
        quarters=new_table(QUARTER, weeks // 13),
        years=new_table(YEAR, weeks // WEEKS_PER_YEAR),
        slot=np.zeros(people, np.int32),
        withdrawn_week=np.zeros((rows, n_doors), np.int16),
        accepted_week=np.zeros((rows, n_doors), np.int16),
        ever_open=np.zeros(rows, np.uint32),
        counts=np.zeros(len(Count), np.int64),
        waiting=np.zeros(n_doors, np.int64),
        used=np.zeros(n_doors),
        slots=np.zeros(n_doors),
        ranks=np.zeros(rows),
        cut_off=np.zeros((n_doors, len(Gate))),
        concerned=np.zeros(rows, np.int64),
        mothers_burden=np.zeros(rows),
        trace=new_table(TRACE, 0),
    )


def copied(world: World) -> World:
    """A world that shares no array with the original."""
    people = int(world.counts[Count.PEOPLE])
    lasting = {"people": people, "due_week": people, "slot": people}
    return World._make(
        resized(part, lasting.get(name, len(part)), len(part))
        for name, part in world._asdict().items()
    )


def sort_cases(world: World) -> None:
    """Put the cases in the order of their people's rows among the awake.

    A pass over the cases then reads the awake in order rather than at random, for which a large
    place waits less. One person's cases stay in order of referral, and nothing depends on the
    order across people. Those of people who are no longer awake come first.
    """
    n = int(world.counts[Count.CASES])
    order = np.argsort(world.slot[world.cases.person[:n]], kind="stable")
    cases = as_bytes(world.cases)
    cases[:n] = cases[order]


def with_trace(world: World, each: int = 60) -> World:
    """The same world, with an empty trace that one week cannot fill.

    Sixty things a person (``each``) are far more than anybody's week holds on average.
    """
    world.counts[Count.TRACE] = 0
    rows = each * len(world.awake) + len(world.cases)
    if len(world.trace) >= rows:
        return world
    return world._replace(trace=new_table(TRACE, _roomy(rows)))


def happenings(world: World) -> Table:
    """What happened this week, in the order in which it did; a view of the trace."""
    return world.trace[: world.counts[Count.TRACE]].view(np.recarray)


def with_room(world: World, due: int, arrivals: int) -> World:
    """The same world, with any table enlarged that one week could fill.

    Whoever is due wakes or bears at most one child, and a newcomer brings at most five. At most one
    resident in fifty wakes by way of a parent, and an awake person is referred to at most two doors
    on average.

    due        residents whose calendar has something for this week
    arrivals   adults who move in
    """
    people, awake, cases = (int(world.counts[c]) for c in (Count.PEOPLE, Count.AWAKE, Count.CASES))
    a_week = 64 + people // 50 + due
    known = int(world.counts[Count.RECORDS])
    return enlarged(
        world,
        people=people + 64 + due + (1 + MOST_CHILDREN) * arrivals,
        records=known + awake + a_week,
        awake=awake + a_week,
        cases=cases + 2 * awake + a_week,
    )


def enlarged(world: World, people: int, records: int, awake: int, cases: int) -> World:
    """The same world, with every table that has fewer rows than asked for made larger."""
    if people > len(world.people):
        used, rows = int(world.counts[Count.PEOPLE]), _roomy(people)
        world = world._replace(
            people=resized(world.people, used, rows),
            due_week=resized(world.due_week, used, rows),
            slot=resized(world.slot, used, rows),
        )
    if records > len(world.ever_open):
        used, rows = int(world.counts[Count.RECORDS]), _roomy(records)
        world = world._replace(
            withdrawn_week=resized(world.withdrawn_week, used, rows),
            accepted_week=resized(world.accepted_week, used, rows),
            ever_open=resized(world.ever_open, used, rows),
        )
    if awake > len(world.awake):
        used, rows = int(world.counts[Count.AWAKE]), _roomy(awake)
        world = world._replace(
            awake=resized(world.awake, used, rows),
            concerned=np.zeros(rows, np.int64),
            mothers_burden=np.zeros(rows),
        )
    if cases > len(world.cases):
        used, rows = int(world.counts[Count.CASES]), _roomy(cases)
        world = world._replace(cases=resized(world.cases, used, rows), ranks=np.zeros(rows))
    return world


def _roomy(rows: int) -> int:
    return int(rows * HEADROOM)
