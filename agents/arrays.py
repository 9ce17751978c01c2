"""The columns that people, cases and the week's tally are kept in.

Residents are rows of `PERSON`. The few who have a need or are known to an agency are *awake* and
have a second row, of `AWAKE`, where levels and set points live. A row of `CASE` is one person at
one agency's door or on its books. Tables are NumPy record arrays: ``awake.level[row, need]`` reads
the same in Python and in the kernels, a table is one pointer there, and a person's row lies
together in memory.

Row numbers are int64 where that costs little: each other width would compile every kernel that
takes one again.
"""

from enum import IntEnum
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scenarios.names import AGE_BANDS, N_NEEDS

NOBODY = -1
FIRST_WEEK = np.int64(0)
NEVER = np.int32(2**30)
LONG_AGO = np.int16(-30_000)

CACHE_LINE = 64
"""Bytes that come from memory together."""
MAX_DOORS = 32
"""Agencies and teams of a place, at most: one bit each in a word."""
MAX_OUTCOMES = 12
"""Outcomes at the crisis front door, at most."""
MAX_EVENTS = 16
"""Kinds of life event, at most."""

Table: TypeAlias = np.recarray
"""Rows of one of the record types below."""
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


class Count(IntEnum):
    """Places in the array of row counts: how many rows of each table are in use."""

    PEOPLE = 0
    AWAKE = 1
    CASES = 2
    RESIDENTS = 3
    TRACE = 4  # what happened this week
    RECORDS = 5  # people ever accepted somewhere


class CaseStatus(IntEnum):
    """Where a person stands with an agency. Nobody has two of these at one agency."""

    NONE = 0
    AWAITS_ASSESSMENT = 1
    AWAITS_PLACE = 2
    OPEN = 3
    WATCHED = 4


class Gate(IntEnum):
    """Columns of `World.cut_off`: where people are let in by rank as far as there is room."""

    ASSESSMENT = 0
    PLACE = 1
    TAKING_UP = 2  # a watched case to which need has returned
    TEAM = 3  # being approached by a team that crosses agencies


class Refusal(IntEnum):
    """Why a referral ended without help."""

    BELOW_THRESHOLD = 0
    EXCLUDED = 1
    GAVE_UP = 2
    LEFT = 3


class Closure(IntEnum):
    """Why an open case ended."""

    FINISHED = 0
    WITHDRAWN = 1
    NON_ENGAGEMENT = 2
    TIME_UP = 3
    LEFT = 4


class LifeEvent(IntEnum):
    """What the demographic calendar has in store for a resident."""

    NEXT_BAND = 0
    DEATH = 1
    MOVE_OUT = 2
    BIRTH = 3


class QuarterCount(IntEnum):
    """Columns of `Tally.quarter`: counted on the last week of each quarter."""

    POLICE_MH_PEOPLE = 0
    POLICE_MH_CONTACTS = 1
    POLICE_MH_TOP_9PCT = 2
    HIDDEN = 3


class YearCount(IntEnum):
    """Columns of `Tally.year`."""

    TWO_OF_THREE = 0  # adults with two or more of homelessness, substance misuse, offending
    KNOWN_TO_MANY = 1  # in contact with five agencies or more
    HELPED_BY_NONE = 2  # of these, with no open case all year
    MULTIPLE_NEEDS = 3  # adults with three or more high needs at once at some time
    MULTIPLE_NEEDS_PENCE = 4  # what public services spent on them
    MOST_COMPLEX = 5  # six or more high needs and nine or more agencies in the year


class Happening(IntEnum):
    """What can happen to a person, as the trace tells it; what the columns hold besides."""

    CONTACT = 0  # door, need; detail 1 + outcome at the crisis door, or 0
    REFERRED = 1  # door, need; other is the door that referred
    ACCEPTED = 2  # past the screening: door, need; other is the door that referred
    REFUSED = 3  # door, need; other is the door that referred, detail the Refusal
    FOUND_IN_NEED = 4  # assessed, and awaits a place: door, need
    OPENED = 5  # door, need; detail weeks waited
    ATTENDED = 6  # door
    MISSED = 7  # door
    WATCHED = 8  # stepped down: door
    TAKEN_UP = 9  # stepped up again: door
    CLOSED = 10  # door, need; detail the Closure
    LIFE_EVENT = 11  # detail the event
    NEED_BEGAN = 12  # need
    CHILD_CONCERN = 13  # a parent's needs reach this child; detail 1 if they leave an ACE
    TEAM_ASKED = 14  # door is the team; detail 1 if the person agreed
    ENTERED_CARE = 15
    LEFT_CARE = 16
    PRISON = 17
    DIED = 18
    MOVED_AWAY = 19
    ADVERSITY = 20  # of a childhood, from outside the model; detail ACEs


N_GROUPS = 21
"""Sex (2), age band (12), deprivation quintile (5), ever looked after or not (2)."""


class PeopleCount(IntEnum):
    """Columns of `Tally.people`."""

    AWAKE = 0
    MULTIPLE_NEEDS = 1
    IN_CRISIS = 2
    ENTERED_CARE = 3
    LOOKED_AFTER = 4
    BIRTHS = 5
    DEATHS = 6
    EARLY_DEATHS = 7
    MOVED_IN = 8
    MOVED_OUT = 9
    TURNED_18 = 10
    ACES_AT_18 = 11
    PRISON = 12
    RESIDENTS = 13
    FAMILY_NEED = 14


PERSON = np.dtype(
    [
        ("key", np.uint64),
        ("birth_week", np.int32),
        ("family", np.int32),  # the mother at the head of the family, or NOBODY
        ("first_child", np.int32),
        ("next_sibling", np.int32),
        ("life_week", np.int32),  # next entry of the demographic calendar
        ("wake_week", np.int32),  # when the next need begins, for those asleep
        ("record", np.int32),  # row of what agencies remember of them, or NOBODY
        ("frailty", np.float32),
        ("propensity", np.float32),
        ("trust", np.float32),  # of sleepers
        ("children", np.int16),
        ("resident", np.int8),  # 1 here, 0 not yet or gone
        ("male", np.int8),
        ("quintile", np.int8),  # national deprivation, 0 least to 4 most
        ("band", np.int8),  # age band
        ("aces", np.int8),
        ("care", np.int8),  # 0 never, 1 looked after now, 2 has been
        ("life_event", np.int8),
    ],
    align=True,
)
"""Every resident, past and present; a row is never used twice."""

AWAKE = np.dtype(
    [
        ("key", np.uint64),
        ("burden", np.float64),  # sum of levels
        ("burden_last", np.float64),  # of last week, so that the order of rows does not matter
        ("present", np.uint16),  # one bit a need: its level or set point is above 0
        ("served", np.uint16),  # one bit a need: an open case covers it
        ("n_cases", np.int32),  # cases of any status, teams included
        ("trust", np.float64),
        ("trust_start", np.float64),
        ("propensity", np.float64),
        ("onset_hazard", np.float64),  # per week, for a further need
        ("untreated", np.float64),  # sum of levels that no open case covers
        ("person", np.int64),
        ("spend", np.int64),  # pence this year
        ("high_needs", np.int32),  # one bit a need that was high this year
        ("contacted", np.uint32),  # one bit an agency, this year
        ("helped", np.uint32),  # one bit a door at which a case was open this year
        ("police_mh", np.int32),  # mental-health contacts with the police this quarter
        ("emergency", np.int32, (2,)),  # police, ambulance, A&E: this half-year and last
        ("team", np.int16),  # the team that has this person, or NOBODY
        ("multiple", np.int16),  # 1 if three needs were high at once this year
        ("candidate", np.int16),  # a team that has heard of this person this week, or NOBODY
        ("failed_week", np.int16, (N_NEEDS,)),  # last refusal, withdrawal or closure
        ("standing", np.int8, (MAX_DOORS,)),  # CaseStatus at each door
        ("level", np.float64, (N_NEEDS,)),  # 0 to 1
        ("set_point", np.float64, (N_NEEDS,)),  # 0 to 1
        ("support", np.float64, (N_NEEDS,)),  # share by which this week's support lowers the level
    ],
    align=True,
)
"""Those with a need, or known to an agency or team. Rows move when others leave.

Six cache lines; what every pass looks at stands in the first.
"""

CASE = np.dtype(
    [
        ("rank", np.float64),  # highest goes first
        ("person", np.int64),
        ("door", np.int64),
        ("need", np.int64),  # what the referral was about
        ("source", np.int64),  # the door that referred
        ("referred_week", np.int32),
        ("since_week", np.int32),  # of the present status
        ("quiet_weeks", np.int16),
        ("missed", np.int16),  # appointments in a row
        ("row", np.int32),  # of the person among the awake, as support and review found it last
        ("status", np.int8),
    ],
    align=True,
)
"""One person at one agency or team; a person's own stand in order of referral. One cache line."""

WEEK = np.dtype(
    [
        ("contacts", np.int32, (MAX_DOORS,)),  # by the awake
        ("contacts_for", np.int32, (N_NEEDS, MAX_DOORS)),
        ("after_failure", np.int32, (MAX_DOORS,)),
        ("referrals", np.int32, (MAX_DOORS,)),
        ("accepted", np.int32, (MAX_DOORS,)),  # past the screening
        ("reaccepted", np.int32, (MAX_DOORS,)),  # of these, accepted before within 52 weeks
        ("refused", np.int32, (MAX_DOORS, len(Refusal))),
        ("judged_from", np.int32, (MAX_DOORS,)),  # by who referred
        ("refused_from", np.int32, (MAX_DOORS,)),
        ("found_below", np.int32, (MAX_DOORS,)),  # below the threshold after assessment
        ("opened", np.int32, (MAX_DOORS,)),
        ("first_opened", np.int32, (MAX_DOORS,)),  # of these, for the first time
        ("wait", np.int32, (MAX_DOORS,)),  # weeks waited, summed over those opened
        ("reopened", np.int32, (MAX_DOORS,)),  # withdrawn in this week, back within 52
        ("closed", np.int32, (MAX_DOORS, len(Closure))),
        ("open", np.int32, (MAX_DOORS,)),
        ("waiting", np.int32, (MAX_DOORS,)),
        ("attended", np.int32, (MAX_DOORS,)),
        ("missed", np.int32, (MAX_DOORS,)),
        ("crisis_outcome", np.int32, (MAX_OUTCOMES,)),
        ("events", np.int32, (MAX_EVENTS,)),
        ("people", np.int32, (len(PeopleCount),)),
        ("both_judged", np.int32),  # with mental ill-health and drink or drugs
        ("both_refused", np.int32),
        ("crisis_with_drink", np.int32),  # of the crises: people with drink or drugs
    ],
    align=True,
)
"""What happened in a week: all that a run keeps of it."""

QUARTER = np.dtype(
    [
        ("counts", np.int64, (len(QuarterCount),)),
        ("groups", np.int64, (N_GROUPS, 2)),  # with multiple needs, in crisis
        ("residents", np.int64, (len(AGE_BANDS),)),
    ],
    align=True,
)
"""Counts at a quarter's end."""

YEAR = np.dtype(
    [("counts", np.int64, (len(YearCount),)), ("helped", np.int64, (MAX_DOORS,))], align=True
)
"""Counts over a year; people with an open case at each door at some time."""


TRACE = np.dtype(
    [
        ("person", np.int64),
        ("week", np.int32),
        ("detail", np.int32),
        ("kind", np.int16),  # Happening
        ("door", np.int16),
        ("other", np.int16),
        ("need", np.int16),
    ],
    align=True,
)
"""One thing that happened to one person."""


class World(NamedTuple):
    """Everything that changes in a run, handed to every phase of the week."""

    people: Table  # PERSON
    due_week: NDArray[np.int32]  # [people] the next date in either calendar, NEVER once gone
    slot: NDArray[np.int32]  # [people] row among the awake, or NOBODY
    awake: Table  # AWAKE
    cases: Table  # CASE
    tally: Table  # WEEK, a row a week
    quarters: Table  # QUARTER
    years: Table  # YEAR
    withdrawn_week: NDArray[np.int16]  # [records, doors] the last withdrawal
    accepted_week: NDArray[np.int16]  # [records, doors] the last referral accepted
    ever_open: NDArray[np.uint32]  # [records] one bit a door
    counts: Ints  # [Count] rows in use
    waiting: Ints  # [doors] people waiting, for an assessment or a place
    used: Floats  # [doors] places taken; a watched case takes part of one
    slots: Floats  # [doors] assessments left over, part of one included
    ranks: Floats  # scratch, as long as cases
    cut_off: Floats  # [doors, Gate] the rank from which one more would have been let in
    concerned: Ints  # scratch, as long as awake
    mothers_burden: Floats  # scratch, as long as awake
    trace: Table  # TRACE of one week, or no rows: nothing depends on it


def new_table(dtype: np.dtype[np.void], rows: int) -> Table:
    """Empty rows of a record type. Memory is taken only when a row is first written to."""
    return _zeros((rows,), dtype).view(np.recarray)


def _zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """As NumPy's, but they begin with a cache line: a resident's row then is one, and not two."""
    size = int(np.prod(shape)) * dtype.itemsize
    room = np.zeros(size + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size].view(dtype).reshape(shape)


def resized(table: NDArray[Any], used: int, rows: int) -> Any:
    """The first ``used`` rows in a table of so many; the others are zero.

    As plain bytes: NumPy copies records field by field, twenty times slower.
    """
    other = _zeros((rows, *table.shape[1:]), table.dtype)
    as_bytes(other)[:used] = as_bytes(table)[:used]
    return other.view(type(table))


def as_bytes(table: NDArray[Any]) -> NDArray[np.uint8]:
    """uint8[rows, bytes] The same memory."""
    row = table.dtype.itemsize * int(np.prod(table.shape[1:]))
    if row == 0 or len(table) == 0:
        return np.zeros((len(table), row), np.uint8)
    return table.view(np.ndarray).view(np.uint8).reshape(len(table), row)
