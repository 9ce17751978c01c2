"""Needs move, life happens, unmet need calls for help: the inner loop of the model.

One pass over the awake does three things in the order in which they happen to a person in a week:
levels relax towards their set points (pulled up by other needs, pushed down by support), at most
one life event strikes, and contacts are made. Everything a person does depends on last week's
state of others, so the order of rows does not matter.
"""

import numpy as np

from agents.arrays import NOBODY, Count, Happening, LifeEvent, PeopleCount
from agents.doors import receive
from agents.fetching import fetch
from agents.inputs import Effect
from agents.kernel import inlined, kernel
from agents.lifecourse import begin_need, onset_hazard, raise_need, reach_children
from agents.notices import call_under_notice
from agents.presence import N_PRESENT, PRESENT, is_present
from agents.recount import MULTIPLE
from agents.streams import Stream, address, bits, pick, uniform, uniform_of
from agents.trace import tell
from agents.view import drinks_or_uses
from scenarios.names import ADULT_BAND, N_NEEDS, Need

_FAMILY = np.int64(Need.FAMILY)
_MENTAL = np.int64(Need.MENTAL_HEALTH)
_K = N_NEEDS
_SEVEN = np.uint64(7)
_MASK = np.uint64(127)
FAILURE_WEEKS = 26
"""A contact so many weeks or fewer after a refusal or closure in that need is failure demand."""
MAX_CONTACTS = 14
"""No one makes more contacts than this in a week; the Poisson draw is cut there."""


@inlined
def move_need(
    level, set_point, pull, noise, support, relax, entrench, entrench_level, remission, heal
):
    """One need, one week: the new level and set point.

    The level closes a share ``relax`` of its gap to the set point plus ``pull`` (other needs), is
    shaken by ``noise`` and lowered by the share ``support``. The set point drifts down by
    ``remission``, is healed while support lasts, and rises while the level stands unmet above
    ``entrench_level``.
    """
    moved = level + relax * (set_point + pull - level) + noise - support * level
    moved = min(1.0, max(0.0, moved))
    settled = set_point * (1.0 - remission - heal * support)
    if support == 0.0 and moved > entrench_level:
        settled += entrench * (moved - entrench_level)
    return moved, min(1.0, max(0.0, settled))


@inlined
def poisson(rate, u):
    """The number of contacts whose cumulative probability first exceeds ``u``."""
    if u < 1.0 - rate:  # since exp(-rate) >= 1 - rate, most weeks end here
        return 0
    term = np.exp(-rate)
    total = term
    n = 0
    while u >= total and n < MAX_CONTACTS:
        n += 1
        term *= rate / n
        total += term
    return n


@kernel
def live(world, course, doors, week, season, run_key):
    """Move every awake person through one week; ``season`` multiplies contacts."""
    awake, counts, tally = world.awake, world.counts, world.tally
    noise_at = address(run_key, Stream.NOISE, week)
    event_at = address(run_key, Stream.EVENT, week)
    contact_at = address(run_key, Stream.CONTACT, week)
    n_multiple = 0
    n_crisis = 0
    n_concerned = 0
    _look_up_mothers(world)
    for row in range(counts[Count.AWAKE]):
        key = awake.key[row]
        noise = bits(noise_at, key)
        i = awake.person[row]
        burden = awake.burden_last[row]
        served = awake.served[row]
        total = 0.0
        untreated = 0.0
        hazard = awake.onset_hazard[row] * (1.0 + course.onset_coupling * burden)
        hazard += course.event_base_all
        rate = 0.0
        high = 0
        n_high = 0
        top = 0.0
        present = awake.present[row]
        for j in range(N_PRESENT[present]):
            k = PRESENT[present, j]
            x = awake.level[row, k]
            p = awake.set_point[row, k]
            pull = course.coupling[k] * (burden - x)
            if k == _FAMILY:
                pull += course.parent_coupling * world.mothers_burden[row]
            step = np.float64((noise >> (_SEVEN * np.uint64(k))) & _MASK) - 63.5
            x, p = move_need(
                x, p, pull, step * course.noise_step[k], awake.support[row, k], course.relax[k],
                course.entrench[k], course.entrench_level, course.remission[k], course.heal[k],
            )  # fmt: skip
            awake.support[row, k] = 0.0
            if x < course.trace_level and p < course.trace_level:
                x = 0.0
                p = 0.0
                awake.present[row] &= ~(1 << k)
            awake.level[row, k] = x
            awake.set_point[row, k] = p
            total += x
            rate += _calls(course, served, k, x)
            untreated += 0.0 if (served >> k) & 1 else x
            hazard += course.event_slope_all[k] * x
            is_high = np.int64(x >= course.high_level)
            high |= is_high << k
            n_high += is_high
            top = max(top, x)
        awake.burden[row] = total
        awake.untreated[row] = untreated
        awake.high_needs[row] |= high
        if n_high >= MULTIPLE:
            n_multiple += 1
            awake.multiple[row] = 1
        n_crisis += top >= course.crisis_level
        trust = awake.trust[row]
        awake.trust[row] = trust + course.trust_recovery * (awake.trust_start[row] - trust)

        u = uniform(event_at, key)
        if u < hazard and _strike(world, course, row, u, week, run_key):
            world.concerned[n_concerned] = i
            n_concerned += 1
        rate *= season * awake.propensity[row]
        u = uniform(contact_at, key)
        if u >= 1.0 - rate:
            fetch(world.people, i)
            for c in range(poisson(rate, u)):
                _contact(world, course, doors, row, c, week, run_key)
    for j in range(n_concerned):  # after the pass, so that the order of rows does not matter
        reach_children(world, course, world.concerned[j], week, run_key)
    tally.people[week, PeopleCount.AWAKE] = counts[Count.AWAKE]
    tally.people[week, PeopleCount.MULTIPLE_NEEDS] = n_multiple
    tally.people[week, PeopleCount.IN_CRISIS] = n_crisis


@kernel
def _look_up_mothers(world):
    """For all who have a family need: last week's burden of the mother they live with, or 0.

    Families are scattered over the memory. Looked up one after the other in a pass of its own,
    the processor waits for many at once; inside the pass of the week it waited 30 ns a person.
    Nor does it guess who has such a need and whose mother is awake: a wrong guess ends the waiting
    for many.
    """
    people, awake, rows = world.people, world.awake, world.concerned
    n = 0
    for row in range(world.counts[Count.AWAKE]):
        world.mothers_burden[row] = 0.0
        rows[n] = row
        n += is_present(awake, row, _FAMILY)
    for j in range(n):
        fetch(people, awake.person[rows[j]])
    for j in range(n):
        i = awake.person[rows[j]]
        mother = people.family[i]
        if mother != NOBODY and people.care[i] != 1:
            at = world.slot[mother]
            burden = awake.burden_last[max(at, 0)]
            world.mothers_burden[rows[j]] = 0.0 if at == NOBODY else burden


@kernel
def _strike(world, course, row, u, week, run_key):
    """One life event, chosen in proportion to its part of the hazard below which ``u`` fell.

    True if a parent's needs reach a child.
    """
    awake = world.awake
    left = u - awake.onset_hazard[row] * (1.0 + course.onset_coupling * awake.burden_last[row])
    if left < 0.0:
        begin_need(world, course, row, week, run_key)
        return False
    present = awake.present[row]  # the other needs are at level 0 and add nothing
    for e in range(course.n_events):
        left -= course.event_base[e]
        for j in range(N_PRESENT[present]):
            k = PRESENT[present, j]
            left -= course.event_slope[e, k] * awake.level[row, k]
        if left < 0.0:
            return _happen(world, course, row, e, week, run_key)
    return False


@kernel
def _happen(world, course, row, e, week, run_key):
    """Event ``e`` strikes: needs are raised; adversity, sentences and early deaths follow."""
    people, awake, tally = world.people, world.awake, world.tally
    tally.events[week, e] += 1
    for k in range(_K):
        if course.event_knock[e, k] > 0.0:
            raise_need(people, awake, course, row, k, course.event_knock[e, k])
    i = awake.person[row]
    tell(world, week, i, Happening.LIFE_EVENT.value, detail=e)
    effect = course.event_effect[e]
    if effect == Effect.ADVERSITY:
        if people.aces[i] < 10 and people.band[i] < ADULT_BAND:
            people.aces[i] += 1
            awake.onset_hazard[row] = onset_hazard(people, course, i, week)
    elif effect == Effect.PRISON:
        awake.spend[row] += course.arrest_pence
        kind_at = address(run_key, Stream.EVENT_KIND, week)
        if uniform(kind_at, awake.key[row]) < course.prison_share:
            tally.people[week, PeopleCount.PRISON] += 1
            tell(world, week, i, Happening.PRISON.value)
            awake.spend[row] += course.prison_pence
    elif effect == Effect.DEATH:
        people.life_week[i] = week + 1
        people.life_event[i] = LifeEvent.DEATH
        world.due_week[i] = week + 1
        tally.people[week, PeopleCount.EARLY_DEATHS] += 1
    return effect == Effect.CHILD_CONCERN


@inlined
def _contact(world, course, doors, row, c, week, run_key):
    """The ``c``-th contact this week: about which need, at which door, and does it lead on?"""
    awake, tally = world.awake, world.tally
    key = awake.key[row]
    route_at = address(run_key, Stream.ROUTE, week)
    k = _need_of_contact(awake, course, row, uniform_of(route_at, key, 3 * c))
    night = 1 if uniform_of(route_at, key, 3 * c + 1) < doors.night[k] else 0
    door = pick(doors.route[k, night], uniform_of(route_at, key, 3 * c + 2))
    team = awake.team[row]
    if door == doors.police and team != NOBODY and doors.notice[team]:
        door = call_under_notice(world, course, doors, row, team, c, week, run_key)
    tally.contacts[week, door] += 1
    tally.contacts_for[week, k, door] += 1
    if week - awake.failed_week[row, k] <= FAILURE_WEEKS:
        tally.after_failure[week, door] += 1
    awake.contacted[row] |= np.uint32(1) << np.uint32(door)
    awake.spend[row] += doors.contact_pence[door]
    refer_at = address(run_key, Stream.REFER, week)
    outcome = NOBODY
    if doors.emergency[door]:
        heard = uniform_of(refer_at, key, 3 * c + 2) < doors.quality[door]
        if doors.front_line_team != NOBODY and heard:
            awake.candidate[row] = doors.front_line_team
        awake.emergency[row, 0] += 1
        if k == _MENTAL:
            if door == doors.police:
                awake.police_mh[row] += 1
            if awake.level[row, k] >= course.crisis_level:
                u = uniform_of(address(run_key, Stream.CRISIS, week), key, c)
                outcome = pick(doors.crisis_outcome, u)
                tally.crisis_outcome[week, outcome] += 1
                tally.crisis_with_drink[week] += drinks_or_uses(awake, course, row)
                awake.spend[row] += doors.crisis_pence[outcome]
    tell(world, week, awake.person[row], Happening.CONTACT.value, door, k, detail=outcome + 1)
    to = doors.crisis_door
    if outcome != NOBODY and doors.crisis_refers[outcome] and to != NOBODY:
        receive(world, course, doors, row, k, door, to, 1.0, 1.0, week, run_key)
    if uniform_of(refer_at, key, 3 * c) < doors.refers[door, k]:
        to = door
        if not doors.gated[door] or doors.slice[door, k] == 0.0:
            to = pick(doors.accepts[k], uniform_of(refer_at, key, 3 * c + 1))
        quality = doors.quality[door]
        receive(
            world, course, doors, row, k, door, to, quality, doors.information[to], week, run_key
        )


@kernel
def _need_of_contact(awake, course, row, u):
    """Which need a contact is about, in proportion to the contacts each gives rise to."""
    served = awake.served[row]
    total = 0.0
    present = awake.present[row]
    for j in range(N_PRESENT[present]):
        k = PRESENT[present, j]
        total += _calls(course, served, k, awake.level[row, k])
    left = u * total
    last = 0
    for j in range(N_PRESENT[present]):
        k = PRESENT[present, j]
        calls = _calls(course, served, k, awake.level[row, k])
        if calls > 0.0:
            last = k
            left -= calls
            if left < 0.0:
                return k
    return last


@inlined
def _calls(course, served, k, x):
    """Contacts a week that need ``k`` at level ``x`` gives rise to, for propensity 1."""
    calls = course.contact_linear[k] * x + course.contact_cube[k] * x * x * x
    if (served >> k) & 1:
        calls *= course.supported_contact_share
    return calls
