"""How needs begin and are raised; waking and going back to sleep.

Those without needs sleep until the week that their onset hazard has drawn for them. A blow raises a
need, and a parent's needs reach the children at home.
"""

import numpy as np

from agents.arrays import (
    LONG_AGO,
    NEVER,
    NOBODY,
    Count,
    Happening,
)
from agents.kernel import inlined, kernel
from agents.presence import note_presence
from agents.recount import count_year
from agents.streams import Stream, address, uniform, uniform_of
from agents.trace import tell
from scenarios.names import ADULT_BAND, N_NEEDS, Need

_K = N_NEEDS
_FAMILY = np.int64(Need.FAMILY)
FAR = 1.0e8
"""Weeks: beyond every horizon."""


@inlined
def set_due(world, i):
    """The earlier of the two calendars; those who are awake have only the demographic one."""
    people = world.people
    due = people.life_week[i]
    if world.slot[i] == NOBODY and people.wake_week[i] < due:
        due = people.wake_week[i]
    world.due_week[i] = due


@inlined
def onset_of(people, course, i, k, week):
    """The weekly hazard that need ``k`` begins for resident ``i``."""
    hazard = (
        course.onset[people.band[i], people.male[i], people.quintile[i], k]
        * course.onset_by_ace[people.aces[i], k]
        * people.frailty[i]
    )
    if hazard == 0.0:
        return 0.0
    for g in range(course.n_groups):
        if _in_group(people, course, i, g, week):
            hazard *= course.group_factor[g, k]
    return hazard


@kernel
def _in_group(people, course, i, g, week):
    """Whether a change of onset reaches resident ``i``: by age, sex, ACEs and its reach."""
    age = week - people.birth_week[i]
    if age < course.group_ages[g, 0] or age >= course.group_ages[g, 1]:
        return False
    if people.aces[i] < course.group_aces[g]:
        return False
    if course.group_sex[g] >= 0 and people.male[i] != course.group_sex[g]:
        return False
    if course.group_reach[g] >= 1.0:
        return True
    return uniform_of(np.uint64(Stream.REACH), people.key[i], g) < course.group_reach[g]


@kernel
def onset_hazard(people, course, i, week):
    """The weekly hazard that any need begins for resident ``i``."""
    total = 0.0
    for k in range(_K):
        total += onset_of(people, course, i, k, week)
    return total


@inlined
def geometric_weeks(u, hazard, horizon):
    """Weeks until an event of a constant weekly hazard, at least 1; far away beyond ``horizon``.

    -log(1 - u) >= u, so that most draws are seen to lie beyond the horizon without a logarithm.
    """
    if u >= hazard * horizon:
        return FAR
    return min(FAR, 1.0 + np.floor(-np.log1p(-u) / hazard))


@inlined
def schedule_onset(world, course, i, week, run_key):
    """Draw the week in which a sleeping resident's next need begins, at today's hazard."""
    people = world.people
    u = uniform(address(run_key, Stream.ONSET_WEEK, week), people.key[i])
    weeks = geometric_weeks(u, onset_hazard(people, course, i, week), FAR)
    people.wake_week[i] = min(np.float64(NEVER), week + weeks)
    set_due(world, i)


@kernel
def wake(world, course, i, week):
    """Give resident ``i`` a row among the awake (if there is none yet) and return it."""
    people, awake, counts = world.people, world.awake, world.counts
    if world.slot[i] != NOBODY:
        return np.int64(world.slot[i])
    row = counts[Count.AWAKE]
    counts[Count.AWAKE] += 1
    world.slot[i] = row
    people.wake_week[i] = NEVER
    set_due(world, i)
    awake.person[row] = i
    awake.key[row] = people.key[i]
    awake.level[row] = 0.0
    awake.set_point[row] = 0.0
    awake.support[row] = 0.0
    awake.served[row] = 0
    awake.present[row] = 0
    awake.burden[row] = 0.0
    awake.burden_last[row] = 0.0
    awake.untreated[row] = 0.0
    awake.trust[row] = people.trust[i]
    awake.trust_start[row] = start_trust(course, people.aces[i])
    awake.propensity[row] = people.propensity[i]
    awake.onset_hazard[row] = onset_hazard(people, course, i, week)
    awake.n_cases[row] = 0
    awake.team[row] = NOBODY
    awake.candidate[row] = NOBODY
    awake.standing[row] = 0
    awake.failed_week[row] = LONG_AGO
    awake.police_mh[row] = 0
    awake.emergency[row] = 0
    awake.contacted[row] = 0
    awake.helped[row] = 0
    awake.high_needs[row] = 0
    awake.multiple[row] = 0
    awake.spend[row] = 0
    return row


@kernel
def vacate(world, row, week):
    """Free a row among the awake; the last row moves into it."""
    people, awake, counts = world.people, world.awake, world.counts
    count_year(people, awake, world.years, row, week // 52)
    world.slot[awake.person[row]] = NOBODY
    last = counts[Count.AWAKE] - 1
    counts[Count.AWAKE] = last
    if row == last:
        return
    world.slot[awake.person[last]] = row
    awake[row] = awake[last]


@kernel
def start_trust(course, aces):
    """Trust in services before any agency has won or lost some."""
    return min(0.95, max(0.05, course.trust_mean + course.trust_per_ace * aces))


@kernel
def begin_need(world, course, row, week, run_key):
    """A need begins (or returns) for an awake person: set point = frailty x exposure x draw."""
    people, awake = world.people, world.awake
    i = awake.person[row]
    key = awake.key[row]
    left = uniform(address(run_key, Stream.ONSET_NEED, week), key)
    left *= onset_hazard(people, course, i, week)
    need = 0
    for k in range(_K):
        part = onset_of(people, course, i, k, week)
        if part > 0.0:
            need = k
            left -= part
            if left < 0.0:
                break
    u = uniform(address(run_key, Stream.ONSET_LEVEL, week), key)
    settle(people, awake, course, row, need, course.set_point_at_onset[need] * (0.6 + 0.8 * u))
    tell(world, week, i, Happening.NEED_BEGAN.value, need=need)


@kernel
def settle(people, awake, course, row, need, for_average):
    """Let a need settle at frailty x exposure x ``for_average``, or higher if it stood higher."""
    i = awake.person[row]
    at = min(0.95, for_average * people.frailty[i] * course.exposure_by_ace[people.aces[i]])
    awake.set_point[row, need] = max(awake.set_point[row, need], at)
    awake.level[row, need] = max(awake.level[row, need], at)
    note_presence(awake, row, need)


@kernel
def raise_need(people, awake, course, row, need, knock):
    """A blow raises a need now, and part of it lasts; the frail and exposed feel it more."""
    i = awake.person[row]
    felt = knock * min(2.0, people.frailty[i] * course.exposure_by_ace[people.aces[i]])
    awake.level[row, need] = min(1.0, awake.level[row, need] + felt)
    awake.set_point[row, need] = min(0.95, awake.set_point[row, need] + course.lasting_share * felt)
    note_presence(awake, row, need)


@kernel
def reach_children(world, course, parent, week, run_key):
    """A parent's needs reach the children at home: a family need, and perhaps an ACE.

    Only a man is a father here: the family of a boy is the one he grows up in.
    """
    people, awake = world.people, world.awake
    if people.male[parent] == 1 and people.band[parent] < ADULT_BAND:
        return
    mother = people.family[parent] if people.male[parent] == 1 else parent
    if mother == NOBODY:
        return
    child = np.int64(people.first_child[mother])
    base = address(run_key, Stream.CHILD, week)
    while child != NOBODY:
        at_home = people.band[child] < ADULT_BAND and people.care[child] != 1
        if people.resident[child] == 1 and at_home:
            scars = uniform(base, people.key[child]) < course.ace_from_child_concern
            if scars and people.aces[child] < 10:
                people.aces[child] += 1
            tell(world, week, child, Happening.CHILD_CONCERN.value, detail=scars)
            row = wake(world, course, child, week)
            awake.onset_hazard[row] = onset_hazard(people, course, child, week)
            settle(people, awake, course, row, _FAMILY, course.child_set_point)
        child = np.int64(people.next_sibling[child])
