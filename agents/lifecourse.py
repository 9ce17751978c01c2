"""Births, ageing, deaths, moves; how needs begin; waking and going back to sleep.

Every resident has a next date in a demographic calendar that no need or service can move (early
deaths excepted), so that the same people are born, move and grow old in every scenario. Those
without needs sleep until the week that their onset hazard has drawn for them.
"""

import numpy as np

from agents.arrays import (
    FIRST_WEEK,
    LONG_AGO,
    NEVER,
    NOBODY,
    Count,
    Happening,
    LifeEvent,
    PeopleCount,
)
from agents.fetching import fetch
from agents.kernel import inlined, kernel
from agents.presence import note_presence
from agents.recount import count_year
from agents.streams import Stream, address, child_key, mix, pick, uniform, uniform_of
from agents.trace import tell
from scenarios.names import ADULT_BAND, N_NEEDS, Need

_K = N_NEEDS
_FAMILY = np.int64(Need.FAMILY)
_MENTAL = np.int64(Need.MENTAL_HEALTH)
_HOUSING = np.int64(Need.HOUSING)
_MONEY = np.int64(Need.MONEY)
_LAST_BAND = 11
_MANY_ACES = 4
_FAR = 1.0e8


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
def _geometric_weeks(u, hazard, horizon):
    """Weeks until an event of a constant weekly hazard, at least 1; far away beyond ``horizon``.

    -log(1 - u) >= u, so that most draws are seen to lie beyond the horizon without a logarithm.
    """
    if u >= hazard * horizon:
        return _FAR
    return min(_FAR, 1.0 + np.floor(-np.log1p(-u) / hazard))


@inlined
def schedule_life(world, course, i, week, run_key):
    """Draw the next date of resident ``i``'s demographic calendar: the earliest of four."""
    people = world.people
    base = address(run_key, Stream.LIFE, week)
    key = people.key[i]
    band = people.band[i]
    first = _FAR
    event = LifeEvent.NEXT_BAND
    if band < _LAST_BAND:
        first = np.float64(people.birth_week[i] + course.band_week[band + 1] - week)
    death = _geometric_weeks(uniform_of(base, key, 0), course.death[band], first)
    if death < first:
        first = death
        event = LifeEvent.DEATH
    move = _geometric_weeks(uniform_of(base, key, 1), course.move[band], first)
    if move < first:
        first = move
        event = LifeEvent.MOVE_OUT
    if people.male[i] == 0:
        birth = _geometric_weeks(uniform_of(base, key, 2), course.birth[band], first)
        if birth < first:
            first = birth
            event = LifeEvent.BIRTH
    people.life_event[i] = event
    people.life_week[i] = min(np.float64(NEVER), week + first)
    set_due(world, i)


@inlined
def schedule_onset(world, course, i, week, run_key):
    """Draw the week in which a sleeping resident's next need begins, at today's hazard."""
    people = world.people
    u = uniform(address(run_key, Stream.ONSET_WEEK, week), people.key[i])
    weeks = _geometric_weeks(u, onset_hazard(people, course, i, week), _FAR)
    people.wake_week[i] = min(np.float64(NEVER), week + weeks)
    set_due(world, i)


@kernel
def schedule(world, course, i, week, run_key):
    """Draw both calendars of a newcomer, who sleeps."""
    schedule_life(world, course, i, week, run_key)
    schedule_onset(world, course, i, week, run_key)


@inlined
def set_due(world, i):
    """The earlier of the two calendars; those who are awake have only the demographic one."""
    people = world.people
    due = people.life_week[i]
    if world.slot[i] == NOBODY and people.wake_week[i] < due:
        due = people.wake_week[i]
    world.due_week[i] = due


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


@kernel
def depart(world, i, week):
    """Resident ``i`` has died or moved away. Cases are dropped when their agency looks next."""
    people, counts = world.people, world.counts
    people.resident[i] = 0
    world.due_week[i] = NEVER
    counts[Count.RESIDENTS] -= 1
    if world.slot[i] != NOBODY:
        vacate(world, np.int64(world.slot[i]), week)


@kernel
def add_person(world, course, key, birth_week, male, quintile, week):
    """A new resident: what a key decides for life. Returns the row; no date is drawn yet."""
    people, counts = world.people, world.counts
    i = counts[Count.PEOPLE]
    counts[Count.PEOPLE] += 1
    counts[Count.RESIDENTS] += 1
    people.key[i] = key
    people.birth_week[i] = birth_week
    people.resident[i] = 1
    people.family[i] = NOBODY
    people.first_child[i] = NOBODY
    people.next_sibling[i] = NOBODY
    people.record[i] = NOBODY
    people.life_week[i] = NEVER
    people.wake_week[i] = NEVER
    world.due_week[i] = NEVER
    world.slot[i] = NOBODY
    people.male[i] = male
    people.quintile[i] = quintile
    band = 0
    while band < _LAST_BAND and week - birth_week >= course.band_week[band + 1]:
        band += 1
    people.band[i] = band
    people.frailty[i] = _lognormal(np.uint64(Stream.FRAILTY), key, course.frailty_sigma)
    people.propensity[i] = _lognormal(np.uint64(Stream.PROPENSITY), key, course.propensity_sigma)
    people.aces[i] = _start_aces(course, key, quintile, (week - birth_week) / (52.0 * 18.0))
    people.trust[i] = start_trust(course, people.aces[i])
    if band >= ADULT_BAND and people.aces[i] >= _MANY_ACES:
        u = uniform_of(mix(np.uint64(Stream.ACES)), key, 2)
        people.care[i] = 2 if u < course.care_history else 0
    return i


@kernel
def _lognormal(stream, key, sigma):
    """A lognormal of mean 1: Box and Muller (1958) on two uniforms of the person's own."""
    base = mix(stream)
    radius = np.sqrt(-2.0 * np.log1p(-uniform_of(base, key, 0)))
    normal = radius * np.cos(2.0 * np.pi * uniform_of(base, key, 1))
    return np.exp(sigma * normal - 0.5 * sigma * sigma)


@kernel
def _start_aces(course, key, quintile, share_of_childhood):
    """ACEs of someone of the first week: more in deprived areas, as childhood has been lived."""
    base = mix(np.uint64(Stream.ACES))
    u = 1.0 - (1.0 - uniform_of(base, key, 0)) ** course.ace_tilt[quintile]
    aces = pick(course.ace_cumulative, u)
    if share_of_childhood >= 1.0:
        return aces
    return int(aces * max(0.0, share_of_childhood) + uniform_of(base, key, 1))


@kernel
def bear(world, course, mother, week, run_key):
    """A child is born to ``mother`` and put at the head of her children; no date is drawn yet."""
    people = world.people
    order = people.children[mother]
    people.children[mother] = order + 1
    key = child_key(people.key[mother], order)
    male = 1 if uniform(address(run_key, Stream.BIRTH, FIRST_WEEK), key) < 0.512 else 0
    quintile = np.int64(people.quintile[mother])
    i = add_person(world, course, key, week, male, quintile, week)
    people.aces[i] = 0
    people.family[i] = mother
    if people.band[mother] >= ADULT_BAND:  # a younger one is still her own mother's child
        people.family[mother] = mother
    people.next_sibling[i] = people.first_child[mother]
    people.first_child[mother] = i
    return i


@kernel
def arrive(world, course, j, week, run_key):
    """The ``j``-th newcomer of this week: an adult, perhaps with young children."""
    base = address(run_key, Stream.ARRIVAL, week)
    key = mix(base + np.uint64(j) * np.uint64(0x9E3779B97F4A7C15))
    band = pick(course.arrival_band, uniform_of(base, key, 0))
    span = min(course.band_week[band + 1] - course.band_week[band], 20 * 52)
    age = course.band_week[band] + int(uniform_of(base, key, 1) * span)
    male = 1 if uniform_of(base, key, 2) < 0.5 else 0
    quintile = pick(course.arrival_quintile, uniform_of(base, key, 3))
    i = add_person(world, course, key, week - age, male, quintile, week)
    schedule(world, course, i, week, run_key)
    if male == 0 and 25 * 52 <= age < 45 * 52:
        for c in range(int(uniform_of(base, key, 4) * 2.6)):
            child = bear(world, course, i, week, run_key)
            child_age = int(uniform_of(base, key, 5 + c) * min(15 * 52, age - 18 * 52))
            _make_older(world.people, course, child, child_age, week)
            schedule(world, course, child, week, run_key)


@kernel
def _make_older(people, course, i, age_weeks, week):
    """A child who arrives with its mother is as old as it is, and has lived its share of ACEs.

    Its trust in services is what these leave of it.
    """
    people.birth_week[i] = week - age_weeks
    band = 0
    while band < _LAST_BAND and age_weeks >= course.band_week[band + 1]:
        band += 1
    people.band[i] = band
    share = age_weeks / (52.0 * 18.0)
    people.aces[i] = _start_aces(course, people.key[i], np.int64(people.quintile[i]), share)
    people.trust[i] = start_trust(course, people.aces[i])


@kernel
def follow_calendar(world, course, due, week, run_key):
    """Carry out what the calendars hold for this week.

    Moves come after birthdays, births and deaths, and before anybody wakes, so that it does not
    matter whether a mother or her child stands first.

    due   int64[n]   residents whose ``due_week`` has come
    """
    people, awake, counts, tally = world.people, world.awake, world.counts, world.tally
    for i in due:
        fetch(people, i)
        fetch(world.slot, i)
    for i in due:
        while people.life_week[i] <= week and people.life_event[i] != LifeEvent.MOVE_OUT:
            _live_event(world, course, i, week, run_key)
            if people.resident[i] == 0:
                break
    for i in due:
        if people.resident[i] == 1 and people.life_week[i] <= week:
            _live_event(world, course, i, week, run_key)
    for i in due:
        if people.resident[i] == 1 and world.slot[i] == NOBODY and people.wake_week[i] <= week:
            row = wake(world, course, i, week)
            begin_need(world, course, row, week, run_key)
            awake.burden_last[row] = awake.level[row].sum()
    if course.lifecourse:
        for j in range(course.arrivals):
            arrive(world, course, j, week, run_key)
        tally.people[week, PeopleCount.MOVED_IN] += course.arrivals
    tally.people[week, PeopleCount.RESIDENTS] = counts[Count.RESIDENTS]


@kernel
def _live_event(world, course, i, week, run_key):
    """One entry of the demographic calendar."""
    people, tally = world.people, world.tally
    event = people.life_event[i]
    if event == LifeEvent.DEATH:
        tally.people[week, PeopleCount.DEATHS] += 1
        tell(world, week, i, Happening.DIED.value)
        depart(world, i, week)
    elif event == LifeEvent.MOVE_OUT:
        _move_out(world, i, week)
    elif event == LifeEvent.BIRTH:
        tally.people[week, PeopleCount.BIRTHS] += 1
        child = bear(world, course, i, week, run_key)
        schedule(world, course, child, week, run_key)
        schedule_life(world, course, i, week, run_key)
    else:
        _enter_next_band(world, course, i, week, run_key)


@inlined
def _move_out(world, i, week):
    """Someone moves away; children who live with her go too."""
    people, tally = world.people, world.tally
    tally.people[week, PeopleCount.MOVED_OUT] += 1
    tell(world, week, i, Happening.MOVED_AWAY.value)
    depart(world, i, week)
    child = np.int64(people.first_child[i])
    while child != NOBODY:
        if (
            people.resident[child] == 1
            and people.band[child] < ADULT_BAND
            and people.care[child] != 1
        ):
            tally.people[week, PeopleCount.MOVED_OUT] += 1
            tell(world, week, child, Happening.MOVED_AWAY.value)
            depart(world, child, week)
        child = np.int64(people.next_sibling[child])


@inlined
def _enter_next_band(world, course, i, week, run_key):
    """A birthday that matters: hazards change; at 18 childhood ends, and so does care."""
    people, awake, tally = world.people, world.awake, world.tally
    people.band[i] += 1
    if people.band[i] == ADULT_BAND:
        tally.people[week, PeopleCount.TURNED_18] += 1
        tally.people[week, PeopleCount.ACES_AT_18] += people.aces[i]
        if people.male[i] == 1:
            people.family[i] = NOBODY
        _come_of_age(world, course, i, week)
    schedule_life(world, course, i, week, run_key)
    if world.slot[i] == NOBODY:
        schedule_onset(world, course, i, week, run_key)
    else:
        awake.onset_hazard[world.slot[i]] = onset_hazard(people, course, i, week)


@kernel
def _come_of_age(world, course, i, week):
    """The family need of a child ends at 18; leaving care knocks."""
    people, awake = world.people, world.awake
    row = np.int64(world.slot[i])
    if row == NOBODY:
        return
    awake.level[row, _FAMILY] = 0.0
    awake.set_point[row, _FAMILY] = 0.0
    note_presence(awake, row, _FAMILY)
    awake.support[row, _FAMILY] = 0.0
    if people.care[i] == 1:
        people.care[i] = 2
        tell(world, week, i, Happening.LEFT_CARE.value)
        for need in (_HOUSING, _MONEY, _MENTAL):
            raise_need(people, awake, course, row, need, course.care_leaving_knock)
