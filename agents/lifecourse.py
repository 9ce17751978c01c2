"""Births, ageing, deaths and moves.

Every resident has a next date in a demographic calendar that no need or service can move (early
deaths excepted), so that the same people are born, move and grow old in every scenario.
"""

import numpy as np

from agents.arrays import (
    FIRST_WEEK,
    NEVER,
    NOBODY,
    Count,
    Happening,
    LifeEvent,
    PeopleCount,
)
from agents.fetching import fetch
from agents.kernel import inlined, kernel
from agents.moving import (
    BIRTH_SPREAD,
    MOST_CHILDREN,
    OLDEST_MOTHER,
    SCHOOL_BAND,
    YOUNGEST_MOTHER,
)
from agents.onset import (
    FAR,
    begin_need,
    geometric_weeks,
    onset_hazard,
    raise_need,
    schedule_onset,
    set_due,
    start_trust,
    vacate,
    wake,
)
from agents.presence import note_presence
from agents.streams import Stream, address, child_key, mix, pick, uniform, uniform_of
from agents.trace import tell
from scenarios.names import ADULT_BAND, Need

_FAMILY = np.int64(Need.FAMILY)
_MENTAL = np.int64(Need.MENTAL_HEALTH)
_HOUSING = np.int64(Need.HOUSING)
_MONEY = np.int64(Need.MONEY)
_LAST_BAND = 11
_MANY_ACES = 4
_MOST_ACES = 10


@inlined
def schedule_life(world, course, i, week, run_key):
    """Draw the next date of resident ``i``'s demographic calendar: the earliest of four."""
    people = world.people
    base = address(run_key, Stream.LIFE, week)
    key = people.key[i]
    band = people.band[i]
    first = FAR
    event = LifeEvent.NEXT_BAND
    if band < _LAST_BAND:
        first = np.float64(people.birth_week[i] + course.band_week[band + 1] - week)
    death = geometric_weeks(uniform_of(base, key, 0), course.death[band], first)
    if death < first:
        first = death
        event = LifeEvent.DEATH
    move = geometric_weeks(uniform_of(base, key, 1), course.move[band], first)
    if move < first:
        first = move
        event = LifeEvent.MOVE_OUT
    if people.male[i] == 0:
        birth = geometric_weeks(uniform_of(base, key, 2), course.birth[band], first)
        if birth < first:
            first = birth
            event = LifeEvent.BIRTH
    people.life_event[i] = event
    people.life_week[i] = min(np.float64(NEVER), week + first)
    set_due(world, i)


@kernel
def schedule(world, course, i, week, run_key):
    """Draw both calendars of a newcomer, who sleeps."""
    schedule_life(world, course, i, week, run_key)
    schedule_onset(world, course, i, week, run_key)


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
    aces = _surveyed_aces(course, key, quintile)
    if share_of_childhood >= 1.0:
        return aces
    u = uniform_of(mix(np.uint64(Stream.ACES)), key, 1)
    return int(aces * max(0.0, share_of_childhood) + u)


@inlined
def _surveyed_aces(course, key, quintile):
    """How many ACEs a survey would count by 18: more in deprived areas."""
    u = uniform_of(mix(np.uint64(Stream.ACES)), key, 0)
    return pick(course.ace_cumulative, 1.0 - (1.0 - u) ** course.ace_tilt[quintile])


@inlined
def _suffer_from_outside(world, course, i, week):
    """ACEs of the years since the last birthday that matters, of nothing that the model follows.

    Parents who part, above all: a share of what a survey would count, as childhood is lived.
    """
    people = world.people
    band = np.int64(people.band[i])
    years = np.float64(course.band_week[band] - course.band_week[band - 1])
    surveyed = _surveyed_aces(course, people.key[i], np.int64(people.quintile[i]))
    u = uniform_of(mix(np.uint64(Stream.ACES)), people.key[i], 2 + band)
    aces = int(surveyed * course.ace_from_outside * years / course.band_week[ADULT_BAND] + u)
    if aces > 0:
        people.aces[i] = min(_MOST_ACES, people.aces[i] + aces)
        tell(world, week, i, Happening.ADVERSITY.value, detail=aces)


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


@inlined
def newcomers(course, week):
    """Adults who move in this week: over the years as many as ``arrivals`` says, none in part."""
    return np.int64((week + 1) * course.arrivals) - np.int64(week * course.arrivals)


@kernel
def arrive(world, course, j, week, run_key):
    """The ``j``-th newcomer of this week: an adult, and of a woman's children those who come."""
    tally = world.tally
    base = address(run_key, Stream.ARRIVAL, week)
    key = mix(base + np.uint64(j) * np.uint64(0x9E3779B97F4A7C15))
    band = pick(course.arrival_band, uniform_of(base, key, 0))
    span = min(course.band_week[band + 1] - course.band_week[band], 20 * 52)
    age = course.band_week[band] + int(uniform_of(base, key, 1) * span)
    male = 1 if uniform_of(base, key, 2) < 0.5 else 0
    quintile = pick(course.arrival_quintile, uniform_of(base, key, 3))
    i = add_person(world, course, key, week - age, male, quintile, week)
    schedule(world, course, i, week, run_key)
    tally.people[week, PeopleCount.MOVED_IN] += 1
    if male == 1:
        return
    for c in range(MOST_CHILDREN):
        part = 4 + 4 * c
        spread = uniform_of(base, key, part) + uniform_of(base, key, part + 1)
        spread += uniform_of(base, key, part + 2)
        at_birth = course.mothers_age + BIRTH_SPREAD * 52.0 * (spread - 1.5)
        at_birth = min(max(at_birth, YOUNGEST_MOTHER * 52.0), OLDEST_MOTHER * 52.0)
        child_age = int(np.floor(age - at_birth))
        if child_age < 0 or child_age >= course.band_week[ADULT_BAND]:
            continue
        older = 1 if child_age >= course.band_week[SCHOOL_BAND] else 0
        if uniform_of(base, key, part + 3) < course.arrival_child[older]:
            child = bear(world, course, i, week, run_key)
            _make_older(world.people, course, child, child_age, week)
            schedule(world, course, child, week, run_key)
            tally.people[week, PeopleCount.MOVED_IN] += 1


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
        for j in range(newcomers(course, week)):
            arrive(world, course, j, week, run_key)
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
    if people.band[i] <= ADULT_BAND:
        _suffer_from_outside(world, course, i, week)
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
