"""Support: who comes, what it does, and when the agency lets go.

Attendance depends on trust; support lowers a need at once and its set point only slowly, and less
the more other needs stand untreated. When a case goes quiet the review rule says whether to
withdraw, to step down and watch, or to stay. After some missed appointments a case is closed for
non-engagement, which is partly the system's own making, since every refusal cost trust.
"""

import numpy as np

from agents.arrays import NOBODY, CaseStatus, Closure, Count, Gate, Happening, PeopleCount
from agents.doors import drop_case
from agents.fetching import fetch
from agents.inputs import ReviewRule
from agents.kernel import inlined, kernel
from agents.lifecourse import raise_need
from agents.presence import is_present, note_presence
from agents.streams import Stream, address, uniform, uniform_of
from agents.trace import tell
from agents.view import highest_of_slice, own_slice
from scenarios.names import ADULT_BAND, Need

_FAMILY = np.int64(Need.FAMILY)
_MENTAL = np.int64(Need.MENTAL_HEALTH)
FINISHED_AFTER = 4
"""Quiet weeks, with the set point down, after which a case is finished whatever the rule."""
_STILL_OPEN = -1
_AHEAD = 8
"""People are fetched from memory so many cases before theirs comes up."""


@kernel
def support_and_review(world, course, doors, week, run_key):
    """One week of every open case: attendance and its effect, then the review."""
    people, awake, cases, tally = world.people, world.awake, world.cases, world.tally
    attend_at = address(run_key, Stream.ATTEND, week)
    turnover_at = address(run_key, Stream.TURNOVER, week)
    care_at = address(run_key, Stream.CARE, week)
    for c in range(world.counts[Count.CASES]):  # whoever was served last week still has a row here
        row = np.int64(world.slot[cases.person[c]])
        cases.row[c] = row
        if row != NOBODY:
            awake.served[row] = 0
    n_concerned = 0
    kept = 0
    n = world.counts[Count.CASES]
    for c in range(n):
        ahead = min(c + _AHEAD, n - 1)
        fetch(awake, cases.row[ahead])
        fetch(people, cases.person[ahead])
        status = cases.status[c]
        if status == CaseStatus.NONE:
            continue
        if status >= CaseStatus.OPEN:
            i = cases.person[c]
            row = np.int64(cases.row[c])
            door = cases.door[c]
            reason = _STILL_OPEN
            if row == NOBODY:
                reason = Closure.LEFT.value
            elif status == CaseStatus.WATCHED:
                reason = _watch(world, course, doors, c, row, week)
            else:
                awake.helped[row] |= np.uint32(1) << np.uint32(door)
                awake.spend[row] += doors.case_week_pence[door]
                _attend(world, course, doors, c, row, week, attend_at, turnover_at)
                in_care = False
                if door == doors.care_door:
                    before = people.care[i]
                    in_care = _care(world, course, doors, i, row, week, care_at)
                    if in_care and before != 1 and people.family[i] != NOBODY:
                        world.concerned[n_concerned] = people.family[i]
                        n_concerned += 1
                if not in_care:
                    reason = _review(world, course, doors, c, row, week)
            if reason != _STILL_OPEN:
                _close(world, course, doors, c, row, reason, week)
                continue
            if cases.status[c] == CaseStatus.OPEN:
                _mark_served(awake, doors, row, door)
            tally.open[week, door] += 1
        else:
            tally.waiting[week, cases.door[c]] += 1
        if kept != c:
            cases[kept] = cases[c]
        kept += 1
    world.counts[Count.CASES] = kept
    _take_up(world, course, doors, week)
    for j in range(n_concerned):  # after the pass, so that the order of cases does not matter
        row = np.int64(world.slot[world.concerned[j]])
        if row != NOBODY:
            raise_need(people, awake, course, row, _MENTAL, course.care_start_knock)


@inlined
def _attend(world, course, doors, c, row, week, attend_at, turnover_at):
    """Does the person come this week? If so, support acts and trust grows."""
    awake, cases, tally = world.awake, world.cases, world.tally
    door = cases.door[c]
    if week - cases.since_week[c] < doors.delay_weeks[door]:
        return
    key = awake.key[row]
    trust = awake.trust[row]
    others = awake.untreated[row]
    p = doors.attendance[door] * (course.trust_floor + (1.0 - course.trust_floor) * trust)
    p /= 1.0 + course.chaos * others
    team = awake.team[row]
    if team != NOBODY and team != door:
        p += doors.attendance_elsewhere[team] * (1.0 - p)
    if uniform_of(turnover_at, key, door) < doors.turnover[door]:
        awake.trust[row] *= 1.0 - course.trust_loss_turnover
    if uniform_of(attend_at, key, door) >= p:
        cases.missed[c] += 1
        tally.missed[week, door] += 1
        tell(world, week, cases.person[c], Happening.MISSED.value, door)
        return
    cases.missed[c] = 0
    tally.attended[week, door] += 1
    tell(world, week, cases.person[c], Happening.ATTENDED.value, door)
    awake.trust[row] += course.trust_gain * (1.0 - awake.trust[row])
    for j in range(doors.n_helped[door]):
        k = doors.helped[door, j]
        if is_present(awake, row, k):
            strength = doors.effect[door, k] / (1.0 + course.drag * others)
            awake.support[row, k] = 1.0 - (1.0 - awake.support[row, k]) * (1.0 - strength)


@kernel
def _care(world, course, doors, i, row, week, care_at):
    """Entry to care, care itself and leaving it. True while the child is looked after."""
    people, awake, tally = world.people, world.awake, world.tally
    if people.band[i] >= ADULT_BAND:
        return False
    u = uniform(care_at, awake.key[row])
    if people.care[i] == 1:
        if u < course.care_exit:
            people.care[i] = 2
            tell(world, week, i, Happening.LEFT_CARE.value)
            return False
    else:
        above = awake.level[row, _FAMILY] - course.care_level
        if above <= 0.0 or u >= course.care_entry * above:
            return False
        people.care[i] = 1
        tally.people[week, PeopleCount.ENTERED_CARE] += 1
        tell(world, week, i, Happening.ENTERED_CARE.value)
    tally.people[week, PeopleCount.LOOKED_AFTER] += 1
    awake.spend[row] += doors.care_week_pence
    if is_present(awake, row, _FAMILY):
        awake.support[row, _FAMILY] = max(awake.support[row, _FAMILY], course.care_support)
    return True


@inlined
def _review(world, course, doors, c, row, week):
    """Should this case go on? The reason why not, or -1."""
    awake, cases = world.awake, world.cases
    door = cases.door[c]
    if cases.need[c] == _FAMILY and world.people.band[cases.person[c]] >= ADULT_BAND:
        return Closure.FINISHED.value
    for j in range(doors.n_removing[door]):
        k = doors.removing[door, j]
        if awake.level[row, k] >= doors.removed_at[door, k]:
            return Closure.NON_ENGAGEMENT.value
    if own_slice(awake, doors, row, door) < doors.quiet_level[door]:
        cases.quiet_weeks[c] += 1
    else:
        cases.quiet_weeks[c] = 0
    quiet = cases.quiet_weeks[c]
    down = course.recovered_level
    if quiet >= FINISHED_AFTER and highest_of_slice(doors, door, awake.set_point, row) < down:
        return Closure.FINISHED.value
    if quiet >= doors.quiet_weeks[door]:
        if doors.rule[door] == ReviewRule.WITHDRAW:
            return Closure.WITHDRAWN.value
        if doors.rule[door] == ReviewRule.STEP_DOWN:
            cases.status[c] = CaseStatus.WATCHED.value
            cases.since_week[c] = week
            awake.standing[row, door] = CaseStatus.WATCHED.value
            world.used[door] -= 1.0 - course.watch_share
            tell(world, week, cases.person[c], Happening.WATCHED.value, door)
            return _STILL_OPEN
    if doors.missed_limit[door] > 0.0 and cases.missed[c] >= doors.missed_limit[door]:
        return Closure.NON_ENGAGEMENT.value
    if doors.max_weeks[door] > 0.0 and week - cases.since_week[c] >= doors.max_weeks[door]:
        return Closure.TIME_UP.value
    return _STILL_OPEN


@kernel
def _watch(world, course, doors, c, row, week):
    """A stepped-down case: finished after long quiet, unless need has returned (`_take_up`)."""
    over = week - world.cases.since_week[c] >= course.watch_weeks
    if over and not _needed_again(world.awake, doors, row, world.cases.door[c]):
        return Closure.FINISHED.value
    return _STILL_OPEN


@inlined
def _needed_again(awake, doors, row, door):
    """Whether need has returned to a case that is watched."""
    return own_slice(awake, doors, row, door) >= max(doors.threshold[door], doors.quiet_level[door])


@kernel
def _take_up(world, course, doors, week):
    """Watched cases to which need has returned are taken up again while there is room.

    After the pass, and in the order in which they once queued, so that it does not matter which
    row a person has.
    """
    awake, cases = world.awake, world.cases
    if not doors.held:
        world.cut_off[:, Gate.TAKING_UP] = np.inf
    c = _first_to_take_up(world, course, doors)
    while c != NOBODY:
        row = np.int64(world.slot[cases.person[c]])
        door = cases.door[c]
        cases.status[c] = CaseStatus.OPEN.value
        cases.since_week[c] = week
        cases.quiet_weeks[c] = 0
        awake.standing[row, door] = CaseStatus.OPEN.value
        world.used[door] += 1.0 - course.watch_share
        if not doors.held:
            world.cut_off[door, Gate.TAKING_UP] = cases.rank[c]
        _mark_served(awake, doors, row, door)
        tell(world, week, cases.person[c], Happening.TAKEN_UP.value, door)
        c = _first_to_take_up(world, course, doors)
    if not doors.held:
        for d in range(doors.n_doors):
            if _has_room(world, course, doors, d):
                world.cut_off[d, Gate.TAKING_UP] = -np.inf


@inlined
def _has_room(world, course, doors, door):
    """Whether one more watched case could be taken up."""
    return world.used[door] + 1.0 - course.watch_share <= doors.places[door]


@kernel
def _first_to_take_up(world, course, doors):
    """The watched case of the highest rank to which need has returned and that finds room."""
    cases = world.cases
    best = NOBODY
    for c in range(world.counts[Count.CASES]):
        if cases.status[c] != CaseStatus.WATCHED:
            continue
        door = cases.door[c]
        room = _has_room(world, course, doors, door)
        if doors.held:
            room = cases.rank[c] >= world.cut_off[door, Gate.TAKING_UP]
        if room:
            in_front = best == NOBODY or cases.rank[c] > cases.rank[best]
            row = np.int64(world.slot[cases.person[c]])
            if in_front and _needed_again(world.awake, doors, row, door):
                best = c
    return best


@kernel
def _close(world, course, doors, c, row, reason, week):
    """A case ends. Unless it was finished, trust is lost and the need has been left again."""
    people, awake, cases, tally = world.people, world.awake, world.cases, world.tally
    door = cases.door[c]
    tally.closed[week, door, reason] += 1
    tell(world, week, cases.person[c], Happening.CLOSED.value, door, cases.need[c], detail=reason)
    world.used[door] -= course.watch_share if cases.status[c] == CaseStatus.WATCHED else 1.0
    if row != NOBODY:
        if reason == Closure.WITHDRAWN:
            world.withdrawn_week[people.record[cases.person[c]], door] = week
        if reason != Closure.FINISHED and not doors.notice[door]:
            awake.trust[row] *= 1.0 - course.trust_loss_closure
        for j in range(doors.n_helped[door]):
            k = doors.helped[door, j]
            if reason != Closure.FINISHED and awake.level[row, k] > 0.0:
                awake.failed_week[row, k] = week
            if not course.relapse:
                awake.set_point[row, k] = min(awake.set_point[row, k], awake.level[row, k])
                note_presence(awake, row, k)
                if not is_present(awake, row, k):
                    awake.support[row, k] = 0.0
    drop_case(world, c)


@inlined
def _mark_served(awake, doors, row, door):
    """These needs have an open case now."""
    for j in range(doors.n_helped[door]):
        awake.served[row] |= 1 << doors.helped[door, j]
