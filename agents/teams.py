"""Teams that cross agencies: navigators, lead professionals, assertive outreach.

A team has its own small caseload and no front door. It finds people by a rule, asks for consent,
stays through quiet spells, helps people through other agencies' doors and brings the whole picture
with it. Its cases live in the same table as every agency's, so support and review are the same.
"""

import numpy as np

from agents.arrays import NOBODY, CaseStatus, Count, Gate, Happening
from agents.doors import NO_WAIT, add_case, count_opening, receive
from agents.inputs import Finding
from agents.kernel import allocating, inlined, kernel
from agents.recount import bit_count
from agents.streams import Stream, address, pick, uniform_of
from agents.trace import tell
from scenarios.names import ADULT_BAND, N_NEEDS

_K = N_NEEDS
SPOKEN_FOR = 0.30
"""A team speaks up for a need that stands at this level or above and has no open case."""
_YOUNG_WEEKS = 25 * 52
_ALL_NEEDS = np.int64(0)
"""A team's case is about the whole person; the column of its need says nothing."""


@allocating
def teams(world, course, doors, week, run_key):
    """Speak up for those on the team's books, then find new people for free places."""
    n_doors = doors.n_doors
    if doors.n_agencies == n_doors:
        return
    _speak_up(world, course, doors, week, run_key)
    for team in range(doors.n_agencies, n_doors):
        if not doors.held:
            world.cut_off[team, Gate.TEAM] = np.inf
        if _may_find(world, doors, team):
            _find(world, doors, team, week, run_key)
    for row in range(world.counts[Count.AWAKE]):
        world.awake.candidate[row] = NOBODY


@inlined
def _may_find(world, doors, team):
    """Whether the team has a place left; where load is held, whether it approached anybody."""
    if doors.held:
        return world.cut_off[team, Gate.TEAM] < np.inf
    return doors.places[team] - world.used[team] >= 1.0


@kernel
def _speak_up(world, course, doors, week, run_key):
    """A referral that carries the whole picture, for the highest need that nobody serves."""
    awake, cases = world.awake, world.cases
    base = address(run_key, Stream.ADVOCACY, week)
    for c in range(world.counts[Count.CASES]):
        team = cases.door[c]
        if team < doors.n_agencies or cases.status[c] != CaseStatus.OPEN:
            continue
        if week - cases.since_week[c] < doors.delay_weeks[team]:
            continue
        row = np.int64(world.slot[cases.person[c]])
        if awake.team[row] == NOBODY:
            awake.team[row] = team
        if uniform_of(base, awake.key[row], 2 * team) >= doors.advocacy[team]:
            continue
        need = _highest_unserved(awake, row)
        if need == NOBODY:
            continue
        to = pick(doors.accepts[need], uniform_of(base, awake.key[row], 2 * team + 1))
        receive(world, course, doors, row, need, team, to, 1.0, 1.0, week, run_key)


@kernel
def _highest_unserved(awake, row):
    """The need with the highest level among those with no open case, or NOBODY."""
    need = NOBODY
    top = SPOKEN_FOR
    for k in range(_K):
        if not (awake.served[row] >> k) & 1 and awake.level[row, k] >= top:
            top = awake.level[row, k]
            need = k
    return need


@allocating
def _find(world, doors, team, week, run_key):
    """Approach people in the order of the team's rule until its places are taken."""
    finding = doors.finding[team]
    by_feed = finding == Finding.DATA_FEED or finding == Finding.EARLY_RISK
    if by_feed and week % doors.feed_weeks[team] != 0:
        return
    awake = world.awake
    n = world.counts[Count.AWAKE]
    tie_at = address(run_key, Stream.FINDING, week)
    score = np.empty(n, np.float64)
    rows = np.empty(n, np.int64)
    found = 0
    for row in range(n):
        if awake.team[row] != NOBODY or not _may_be_found(world, doors, row, team, week):
            continue
        if awake.standing[row, team] != CaseStatus.NONE:
            continue
        value = _score(world, row, finding, week)
        if by_feed and value < 2.0:
            continue
        if not by_feed and awake.candidate[row] != team:
            continue
        score[found] = value + uniform_of(tie_at, awake.key[row], team)
        rows[found] = row
        found += 1
    while found > 0 and (doors.held or world.used[team] + 1.0 <= doors.places[team]):
        best = 0
        for j in range(1, found):
            if score[j] > score[best]:
                best = j
        if not doors.held:
            world.cut_off[team, Gate.TEAM] = score[best]
        elif score[best] < world.cut_off[team, Gate.TEAM]:
            return
        approach(world, doors, rows[best], team, week, run_key)
        found -= 1
        score[best] = score[found]
        rows[best] = rows[found]
    if not doors.held and world.used[team] + 1.0 <= doors.places[team]:
        world.cut_off[team, Gate.TEAM] = -np.inf


@kernel
def _may_be_found(world, doors, row, team, week):
    """Some teams are for adults only, for an age, for those once in care, or for certain needs."""
    people, i = world.people, world.awake.person[row]
    age = week - people.birth_week[i]
    if age < doors.found_ages[team, 0] or age >= doors.found_ages[team, 1]:
        return False
    if doors.adults_only[team] and people.band[i] < ADULT_BAND:
        return False
    if doors.care_experienced[team] and people.care[i] == 0:
        return False
    has_all = True
    for k in range(_K):
        has_all &= world.awake.level[row, k] >= doors.finds_with[team, k]
    return has_all


@kernel
def _score(world, row, finding, week):
    """What a team can see from records: emergency contacts in the last year; for early risk also
    how many agencies know the person, and youth. A way to order a list, never a score of a person.
    """
    awake = world.awake
    contacts = float(awake.emergency[row, 0] + awake.emergency[row, 1])
    if finding == Finding.EARLY_RISK:
        agencies = bit_count(np.int64(awake.contacted[row]))
        young = week - world.people.birth_week[awake.person[row]] < _YOUNG_WEEKS
        return min(contacts, 6.0) + 2.0 * agencies + (4.0 if young else 0.0)
    return contacts


@kernel
def approach(world, doors, row, team, week, run_key):
    """Ask someone whether they want this team's help; the more trust, the likelier a yes.

    An order or a notice is not asked about, and costs trust. Until consent and assessment are done
    the person is on the team's books, and nobody speaks for them.
    """
    awake = world.awake
    u = uniform_of(address(run_key, Stream.CONSENT, week), awake.key[row], team)
    agrees = u < doors.consent[team] * (0.5 + 0.5 * awake.trust[row])
    tell(world, week, awake.person[row], Happening.TEAM_ASKED.value, team, detail=agrees)
    if not agrees and not doors.compulsory[team]:
        return
    add_case(world, row, _ALL_NEEDS, team, team, 0.0, CaseStatus.OPEN.value, week)
    if doors.delay_weeks[team] == 0:
        awake.team[row] = team
    awake.trust[row] *= 1.0 - doors.trust_cost[team]
    count_opening(world, row, team, _ALL_NEEDS, NO_WAIT, week)
