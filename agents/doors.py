"""Front doors: a referral is screened, waits, is judged by what the agency sees, and waits again.

Police, ambulance, A&E and GP cannot refuse; every other agency has a door. What it sees of a
person is its own slice of need, blurred by the quality of the referral. Refused need does not go
away: it stays in the person and calls again.
"""

import numpy as np

from agents.arrays import LONG_AGO, NOBODY, CaseStatus, Count, Gate, Happening, Refusal
from agents.fetching import fetch
from agents.kernel import allocating, inlined, kernel
from agents.selection import nth_lowest
from agents.streams import Stream, address, uniform_of
from agents.trace import tell
from agents.view import drinks_or_uses, seen
from scenarios.names import ADULT_BAND, N_NEEDS, WEEKS_PER_YEAR, Need

_K = N_NEEDS
_FAMILY = np.int64(Need.FAMILY)
_MENTAL = np.int64(Need.MENTAL_HEALTH)
_EVERYONE = -np.inf
NO_WAIT = np.int64(0)


@inlined
def bell(base, key, part):
    """A draw with mean 0 and standard deviation 1: the sum of three uniforms, within 3."""
    u = uniform_of(base, key, 3 * part)
    u += uniform_of(base, key, 3 * part + 1) + uniform_of(base, key, 3 * part + 2)
    return 2.0 * (u - 1.5)


@kernel
def excluded(awake, doors, row, door, u):
    """Whether this door stays shut because of another need; a team's word may open it."""
    shut = False
    for k in range(_K):
        if awake.level[row, k] >= doors.exclude[door, k]:
            shut = True
    team = awake.team[row]
    return shut and not (team != NOBODY and u < doors.waives[team])


@kernel
def receive(world, course, doors, row, need, source, to, quality, information, week, run_key):
    """A referral reaches door ``to``: screened on receipt, then it waits for an assessment.

    quality      0 to 1, how much of the person's need the referral conveys
    information  0 to 1, how much of the whole picture comes with it
    """
    awake = world.awake
    key = awake.key[row]
    screen_at = address(run_key, Stream.SCREEN, week)
    for hop in range(2):
        if awake.standing[row, to] != CaseStatus.NONE or doors.places[to] <= 0.0:
            return
        world.tally.referrals[week, to] += 1
        tell(world, week, awake.person[row], Happening.REFERRED.value, to, need, source)
        blur = course.referral_blur * (1.0 - quality) * bell(screen_at, key, 2 * to)
        conveyed = 1.0 - course.referral_loss * (1.0 - quality)
        view = conveyed * seen(awake, course, doors, row, to, information) + blur
        if view >= doors.screen[to]:
            _accept(world, course, row, need, source, to, view, week, run_key)
            return
        refuse(
            world,
            course,
            doors,
            row,
            need,
            source,
            to,
            Refusal.BELOW_THRESHOLD.value,
            quality,
            week,
        )
        onward = doors.redirect_to[to]
        if hop == 1 or onward == NOBODY:
            return
        if uniform_of(screen_at, key, 6 * to + 5) >= doors.redirect_share[to]:
            return
        source = to
        to = onward
        quality = max(quality, doors.quality[source])


@kernel
def _accept(world, course, row, need, source, to, view, week, run_key):
    """Past the screening: a case that waits for an assessment, higher need further forward."""
    awake, tally = world.awake, world.tally
    i = awake.person[row]
    tally.accepted[week, to] += 1
    record = record_of(world, i)
    if week - world.accepted_week[record, to] <= WEEKS_PER_YEAR:
        tally.reaccepted[week, to] += 1
    world.accepted_week[record, to] = week
    tie = uniform_of(address(run_key, Stream.TIE, week), awake.key[row], to)
    rank = course.queue_weeks_per_level * view - week + tie
    add_case(world, row, need, source, to, rank, CaseStatus.AWAITS_ASSESSMENT.value, week)
    world.waiting[to] += 1
    tell(world, week, i, Happening.ACCEPTED.value, to, need, source)


@kernel
def record_of(world, i):
    """The row of what agencies remember of resident ``i``; a new one for those new to all."""
    record = np.int64(world.people.record[i])
    if record == NOBODY:
        record = world.counts[Count.RECORDS]
        world.counts[Count.RECORDS] = record + 1
        world.people.record[i] = record
        world.withdrawn_week[record] = LONG_AGO
        world.accepted_week[record] = LONG_AGO
        world.ever_open[record] = 0
    return record


@kernel
def add_case(world, row, need, source, door, rank, status, week):
    """A new row at the end of the cases: a person's own stay in order of referral."""
    cases, awake = world.cases, world.awake
    c = world.counts[Count.CASES]
    world.counts[Count.CASES] = c + 1
    cases.person[c] = awake.person[row]
    cases.door[c] = door
    cases.need[c] = need
    cases.status[c] = status
    cases.source[c] = source
    cases.rank[c] = rank
    cases.referred_week[c] = week
    cases.since_week[c] = week
    cases.quiet_weeks[c] = 0
    cases.missed[c] = 0
    awake.standing[row, door] = status
    awake.n_cases[row] += 1


@kernel
def refuse(world, course, doors, row, need, source, door, reason, known, week):
    """A referral ends without help. Trust is lost as far as the person knew of it (``known``)."""
    awake, tally = world.awake, world.tally
    tally.refused[week, door, reason] += 1
    tell(world, week, awake.person[row], Happening.REFUSED.value, door, need, source, reason)
    if awake.standing[row, door] != CaseStatus.AWAITS_PLACE:  # else it was judged already
        count_verdict(awake, course, tally, row, source, True, week)
    awake.trust[row] *= 1.0 - course.trust_loss_refusal * known
    awake.failed_week[row, need] = week
    if doors.refused_team != NOBODY and reason <= Refusal.EXCLUDED:
        awake.candidate[row] = doors.refused_team


@kernel
def count_verdict(awake, course, tally, row, source, refused, week):
    """Count verdicts by who referred, and of those with mental ill-health and drink or drugs."""
    tally.judged_from[week, source] += 1
    tally.refused_from[week, source] += refused
    if awake.level[row, _MENTAL] >= course.high_level and drinks_or_uses(awake, course, row):
        tally.both_judged[week] += 1
        tally.both_refused[week] += refused


@kernel
def count_opening(world, row, door, need, waited, week):
    """A case opens: places, first openings, and returns within a year of a withdrawal."""
    tally = world.tally
    i = world.awake.person[row]
    record = record_of(world, i)
    world.used[door] += 1.0
    tally.opened[week, door] += 1
    tally.wait[week, door] += waited
    bit = np.uint32(1) << np.uint32(door)
    if world.ever_open[record] & bit == 0:
        world.ever_open[record] |= bit
        tally.first_opened[week, door] += 1
    left = world.withdrawn_week[record, door]
    if left >= 0 and week - left <= WEEKS_PER_YEAR:
        tally.reopened[left, door] += 1
    world.withdrawn_week[record, door] = -1
    tell(world, week, i, Happening.OPENED.value, door, need, detail=waited)


@kernel
def drop_case(world, c):
    """Forget a case; its row is closed up when the week's reviews are done."""
    cases, awake = world.cases, world.awake
    i = cases.person[c]
    row = np.int64(world.slot[i])
    cases.status[c] = CaseStatus.NONE.value
    if row != NOBODY:
        awake.standing[row, cases.door[c]] = CaseStatus.NONE.value
        awake.n_cases[row] -= 1
        if awake.team[row] == cases.door[c]:
            awake.team[row] = NOBODY


@allocating
def front_door(world, course, doors, week, run_key):
    """The waiting: some give up; free assessment slots go to those in front; they are judged."""
    queue = _those_waiting(world)
    _leave_queues(world, course, doors, queue, week, run_key)
    if not doors.held:
        _cut_offs(world, queue, CaseStatus.AWAITS_ASSESSMENT.value, _free_slots(world, doors))
    assess_at = address(run_key, Stream.ASSESS, week)
    cases = world.cases
    for c in queue:
        door = cases.door[c]
        cut_off = world.cut_off[door, Gate.ASSESSMENT]
        if cases.status[c] == CaseStatus.AWAITS_ASSESSMENT and cases.rank[c] >= cut_off:
            world.slots[door] -= 1.0
            _judge(world, course, doors, c, week, assess_at)


@allocating
def _those_waiting(world):
    """int64[n] The cases that wait, for an assessment or a place, in the order of their rows."""
    queue = np.empty(world.counts[Count.CASES], np.int64)
    return queue[: _list_waiting(world, queue)]


@kernel
def _list_waiting(world, queue):
    """Write them into ``queue``; how many there are."""
    n = 0
    for c in range(world.counts[Count.CASES]):
        queue[n] = c
        status = world.cases.status[c]
        n += status == CaseStatus.AWAITS_ASSESSMENT or status == CaseStatus.AWAITS_PLACE
    return n


@allocating
def _free_slots(world, doors):
    """Assessments that can start this week; part of one carries over, unused ones do not."""
    free = np.empty(doors.n_doors)
    for d in range(doors.n_doors):
        world.slots[d] = min(world.slots[d], 1.0) + doors.assessments[d]
        free[d] = np.floor(world.slots[d])
    return free


@kernel
def _leave_queues(world, course, doors, queue, week, run_key):
    """Those who moved, died or came of age leave every queue; others give up waiting."""
    people, awake, cases = world.people, world.awake, world.cases
    give_up_at = address(run_key, Stream.GIVE_UP, week)
    for c in queue:
        fetch(people, cases.person[c])
        fetch(awake, world.slot[cases.person[c]])
    for c in queue:
        i = cases.person[c]
        door = cases.door[c]
        row = np.int64(world.slot[i])
        if people.resident[i] == 0 or (cases.need[c] == _FAMILY and people.band[i] >= ADULT_BAND):
            world.tally.refused[week, door, Refusal.LEFT] += 1
            tell(world, week, i, Happening.REFUSED.value, door, cases.need[c], cases.source[c],
                 Refusal.LEFT.value)  # fmt: skip
            world.waiting[door] -= 1
            drop_case(world, c)
            continue
        p = course.give_up * (1.5 - awake.trust[row])
        if uniform_of(give_up_at, awake.key[row], door) < p:
            refuse(world, course, doors, row, cases.need[c], cases.source[c], door,
                   Refusal.GAVE_UP.value, 0.0, week)  # fmt: skip
            world.waiting[door] -= 1
            drop_case(world, c)


@allocating
def _cut_offs(world, queue, status, free):
    """For every door, the rank that lets in this week those with ``status`` among the waiting.

    With fewer waiting than places there is room for anyone; with as many, one more would have to
    stand before the last of them. The cut-off is what allows one life to be run again alone: it
    alone tells whether a place would have been there.
    """
    cases = world.cases
    column = status - CaseStatus.AWAITS_ASSESSMENT
    end = np.zeros(len(free), np.int64)
    for c in queue:
        if cases.status[c] == status:
            end[cases.door[c]] += 1
    for d in range(1, len(free)):
        end[d] += end[d - 1]
    start = end.copy()
    for c in queue:
        if cases.status[c] == status:
            start[cases.door[c]] -= 1
            world.ranks[start[cases.door[c]]] = cases.rank[c]
    for d in range(len(free)):
        waiting = end[d] - start[d]
        places = int(min(free[d], 1.0e9))
        if waiting < places:
            world.cut_off[d, column] = _EVERYONE
        elif places <= 0:
            world.cut_off[d, column] = np.inf
        else:
            world.cut_off[d, column] = nth_lowest(world.ranks[start[d] : end[d]], waiting - places)


@kernel
def _judge(world, course, doors, c, week, assess_at):
    """An assessment: the agency's own view, its threshold, its exclusions."""
    awake, cases = world.awake, world.cases
    row = np.int64(world.slot[cases.person[c]])
    key = awake.key[row]
    door = cases.door[c]
    information = doors.information[door]
    team = awake.team[row]
    if team != NOBODY:
        information = 1.0
    awake.trust[row] *= 1.0 - course.trust_loss_retelling * (1.0 - information)
    view = seen(awake, course, doors, row, door, information)
    view += course.assessment_blur * bell(assess_at, key, 2 * door)
    reason = -1
    if view < doors.threshold[door]:
        reason = Refusal.BELOW_THRESHOLD.value
        world.tally.found_below[week, door] += 1
    elif excluded(awake, doors, row, door, uniform_of(assess_at, key, 6 * door + 5)):
        reason = Refusal.EXCLUDED.value
    if reason >= 0:
        refuse(world, course, doors, row, cases.need[c], cases.source[c], door, reason, 1.0, week)
        world.waiting[door] -= 1
        drop_case(world, c)
        return
    count_verdict(awake, course, world.tally, row, cases.source[c], False, week)
    cases.status[c] = CaseStatus.AWAITS_PLACE.value
    cases.since_week[c] = week
    awake.standing[row, door] = CaseStatus.AWAITS_PLACE.value
    tell(world, week, cases.person[c], Happening.FOUND_IN_NEED.value, door, cases.need[c])


@allocating
def _free_places(world, doors):
    """Whole places free at each door."""
    free = np.empty(doors.n_doors)
    for d in range(doors.n_doors):
        free[d] = np.floor(doors.places[d] - world.used[d] + 1e-9)
    return free


@allocating
def allocate(world, doors, week):
    """Free places on the caseload go to those in front; the rest go on waiting."""
    cases = world.cases
    queue = _those_waiting(world)
    if not doors.held:
        _cut_offs(world, queue, CaseStatus.AWAITS_PLACE.value, _free_places(world, doors))
    for c in queue:
        door = cases.door[c]
        cut_off = world.cut_off[door, Gate.PLACE]
        if cases.status[c] == CaseStatus.AWAITS_PLACE and cases.rank[c] >= cut_off:
            row = np.int64(world.slot[cases.person[c]])
            cases.status[c] = CaseStatus.OPEN.value
            cases.since_week[c] = week
            world.awake.standing[row, door] = CaseStatus.OPEN.value
            world.waiting[door] -= 1
            waited = week - cases.referred_week[c]
            count_opening(world, row, door, cases.need[c], waited, week)
