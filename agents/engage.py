"""One thing done differently in one life: a door opened, a withdrawal not made, a team's offer.

For re-running single lives. It is done at the end of a week, after the teams have gone round, and
what it leads to begins in the next.
"""

from enum import IntEnum

import numpy as np

from agents.arrays import NOBODY, CaseStatus, Count
from agents.doors import NO_WAIT, add_case, count_opening
from agents.kernel import kernel
from agents.teams import approach
from scenarios.names import ADULT_BAND, N_NEEDS, Need

_K = N_NEEDS
_FAMILY = np.int64(Need.FAMILY)
_FIRST_IN_LINE = 0.0
GRACE_WEEKS = 52
"""A withdrawal not made: so many more quiet weeks pass before the review rule counts them."""


class Engagement(IntEnum):
    """What is done differently."""

    NOTHING = 0
    DOOR_OPENED = 1  # the service that would help most takes the person on
    KEPT_ON = 2  # no open case is withdrawn for a year of quiet weeks
    TEAM_OFFERED = 3  # the last team of the scenario asks the person


@kernel
def engage(world, doors, persons, kinds, week, run_key):
    """Do to each of ``persons`` what ``kinds`` says. Those without any need today are passed by.

    persons   int64[n]   rows of people
    kinds     int64[n]   Engagement
    """
    for j in range(len(persons)):
        row = np.int64(world.slot[persons[j]])
        if row == NOBODY:
            continue
        if kinds[j] == Engagement.DOOR_OPENED:
            _open_a_door(world, doors, row, week)
        elif kinds[j] == Engagement.KEPT_ON:
            _keep_on(world, doors, persons[j])
        elif kinds[j] == Engagement.TEAM_OFFERED:
            _offer_team(world, doors, row, doors.n_doors - 1, week, run_key)


@kernel
def _open_a_door(world, doors, row, week):
    """A place, at once, at the service that would lower this person's needs most."""
    door, need = _most_helpful(world, doors, row)
    if door == NOBODY:
        return
    awake, cases = world.awake, world.cases
    i = awake.person[row]
    if awake.standing[row, door] == CaseStatus.NONE:
        add_case(world, row, need, door, door, _FIRST_IN_LINE, CaseStatus.OPEN.value, week)
        count_opening(world, row, door, need, NO_WAIT, week)
        return
    for c in range(world.counts[Count.CASES]):
        if cases.person[c] == i and cases.door[c] == door:
            if cases.status[c] < CaseStatus.OPEN:
                world.waiting[door] -= 1
                count_opening(world, row, door, need, week - cases.referred_week[c], week)
            cases.status[c] = CaseStatus.OPEN.value
            cases.since_week[c] = week
            awake.standing[row, door] = CaseStatus.OPEN.value


@kernel
def _most_helpful(world, doors, row):
    """The gated agency without an open case for this person, and the need, where help is most."""
    awake = world.awake
    child = world.people.band[awake.person[row]] < ADULT_BAND
    best = 0.0
    door = NOBODY
    need = np.int64(0)
    for k in range(_K):
        if k == _FAMILY and not child:
            continue
        for d in range(doors.n_agencies):
            share = doors.accepts[k, d] - (doors.accepts[k, d - 1] if d > 0 else 0.0)
            helps = doors.effect[d, k] * awake.level[row, k]
            free = awake.standing[row, d] != CaseStatus.OPEN and doors.places[d] > 0.0
            if doors.gated[d] and free and share > 1e-9 and helps > best:
                best = helps
                door = d
                need = np.int64(k)
    return door, need


@kernel
def _keep_on(world, doors, person):
    """Quiet weeks of this person's open cases count only after a year of them."""
    cases = world.cases
    for c in range(world.counts[Count.CASES]):
        agency = cases.door[c] < doors.n_agencies
        if cases.person[c] == person and agency and cases.status[c] == CaseStatus.OPEN:
            cases.quiet_weeks[c] = -GRACE_WEEKS


@kernel
def _offer_team(world, doors, row, team, week, run_key):
    """A team's offer, out of turn; the person may decline, as anybody may."""
    adult = world.people.band[world.awake.person[row]] >= ADULT_BAND
    free = world.awake.team[row] == NOBODY and world.awake.standing[row, team] == CaseStatus.NONE
    if free and (adult or not doors.adults_only[team]):
        approach(world, doors, row, team, week, run_key)
