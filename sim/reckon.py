"""The loops of `sim.bills`: what one week's happenings and open cases cost, row by row."""

import numpy as np

from agents.arrays import CaseStatus, Count, Happening
from agents.inputs import Effect
from agents.kernel import kernel

CHARGE = np.dtype([("person", np.int64), ("column", np.int64), ("pence", np.int64)])
"""Pence of one person at one column."""


@kernel
def reckon(world, courses, policies, police_pence, was_open, owed, out):
    """Write one week's charges to ``out`` and return how many there are.

    courses       COURSE[1]             tables of one row, as `one_week` takes them
    policies      DOORS[1]
    police_pence  int64[outcomes]       what the police spend on each outcome of a crisis
    was_open      int64[n]              cases open a week ago, as `note_open` writes them
    owed          int8[people, doors]   scratch: zero before and after
    out           CHARGE[rows]          out; three rows a happening and one a case are enough
    """
    course, doors = courses[0], policies[0]
    n = _happenings(world, course, doors, police_pence, out)
    width = doors.n_doors + 1
    people, trace = world.people, world.trace
    for j in range(len(was_open)):
        i, door = was_open[j] // width, was_open[j] % width
        if people.resident[i] == 1 and owed[i, door] == 0:
            n = _case(people, doors, i, door, n, owed, out)
    for t in range(world.counts[Count.TRACE]):
        if trace.kind[t] == Happening.ATTENDED or trace.kind[t] == Happening.MISSED:
            i, door = trace.person[t], np.int64(trace.door[t])
            if owed[i, door] == 0:
                n = _case(people, doors, i, door, n, owed, out)
    for j in range(n):
        if out.column[j] < doors.n_doors:
            owed[out.person[j], out.column[j]] = 0
    return n


@kernel
def _happenings(world, course, doors, police_pence, out):
    """Contacts, crises with the hours of the police, arrests and prison."""
    trace = world.trace
    n = 0
    for t in range(world.counts[Count.TRACE]):
        kind, i = trace.kind[t], trace.person[t]
        detail = np.int64(trace.detail[t])
        if kind == Happening.CONTACT:
            door = np.int64(trace.door[t])
            n = _charge(doors, i, door, doors.contact_pence[door], n, out)
            if detail > 0:
                police = police_pence[detail - 1]
                rest = doors.crisis_pence[detail - 1] - police
                n = _charge(doors, i, doors.crisis_door, rest, n, out)
                n = _charge(doors, i, doors.police, police, n, out)
        elif kind == Happening.LIFE_EVENT and course.event_effect[detail] == Effect.PRISON:
            n = _charge(doors, i, doors.police, course.arrest_pence, n, out)
        elif kind == Happening.PRISON:
            n = _charge(doors, i, doors.n_doors, course.prison_pence, n, out)
    return n


@kernel
def _case(people, doors, i, door, n, owed, out):
    """A week's place on a caseload, with the placement of a child who is looked after."""
    owed[i, door] = 1
    pence = doors.case_week_pence[door]
    if door == doors.care_door and people.care[i] == 1:
        pence += doors.care_week_pence
    return _charge(doors, i, door, pence, n, out)


@kernel
def _charge(doors, i, column, pence, n, out):
    """Add a row; what no door of this place stands for goes to the last column."""
    out.person[n] = i
    out.column[n] = column if column >= 0 else doors.n_doors
    out.pence[n] = pence
    return n + 1


@kernel
def note_open(world, width, out):
    """Write the cases that are open today, as person x width + door; return how many there are."""
    cases, n = world.cases, 0
    for c in range(world.counts[Count.CASES]):
        if cases.status[c] == CaseStatus.OPEN:
            out[n] = cases.person[c] * width + cases.door[c]
            n += 1
    return n
