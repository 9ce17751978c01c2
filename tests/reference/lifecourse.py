"""Who lives here: births, birthdays, deaths, moves; when needs begin; waking and sleeping.

Everybody has a next date in a demographic calendar, which no need or service can move (but for an
early death), and those who sleep have a week in which their next need begins.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scenarios.names import ADULT_BAND, Need
from tests.reference.counts import count_year
from tests.reference.needs import begin_need, raise_need
from tests.reference.onset import FAR, onset_hazard, schedule_onset, weeks_until
from tests.reference.person import HAS_BEEN_IN_CARE, IN_CARE, NEEDS, NEVER, Person, single
from tests.reference.policy import Course
from tests.reference.record import Kind
from tests.reference.streams import (
    Stream,
    address,
    key_of_child,
    key_of_newcomer,
    mix,
    pick,
    uniform,
    uniform_of,
)

if TYPE_CHECKING:
    from tests.reference.model import Twin

_LAST_BAND = 11
_MANY_ACES = 4
_CHILDHOOD_WEEKS = 52.0 * 18.0
_CHILDREN_AT_MOST = 5
_BIRTHS_AROUND = 11.0
"""Years: a mother's age at a birth is the mean and three uniforms of so many about nought."""
DEATH, MOVE_OUT, BIRTH, NEXT_BAND = "DEATH", "MOVE_OUT", "BIRTH", "NEXT_BAND"


# the calendar of a week


def follow_calendar(model: Twin) -> None:
    """What the calendars hold for this week. Moves come last, so that a child born this week
    moves with its mother whichever of the two stands first."""
    due = [p for p in model.people if p.resident and _is_due(p, model.week)]
    for person in due:
        if person.life_week <= model.week and person.life_event != MOVE_OUT:
            _live_event(model, person)
    for person in due:
        if person.resident and person.life_week <= model.week:
            _move_out(model, person)
    for person in due:
        if person.resident and not person.awake and person.wake_week <= model.week:
            wake(model, person)
            begin_need(model, person)
            person.last_burden = sum(person.level)
    a_week = model.course.arrivals
    for number in range(int((model.week + 1) * a_week) - int(model.week * a_week)):
        _arrive(model, number)
    model.record.count("people", "RESIDENTS", by=sum(p.resident for p in model.people))


def _is_due(person: Person, week: int) -> bool:
    return person.life_week <= week or (not person.awake and person.wake_week <= week)


def _live_event(model: Twin, person: Person) -> None:
    """A death, a birth or a birthday that matters; then the next date is drawn."""
    if person.life_event == DEATH:
        model.record.count("people", "DEATHS")
        model.record.tell(person, Kind.DIED)
        _depart(model, person)
        return
    if person.life_event == BIRTH:
        model.record.count("people", "BIRTHS")
        model.record.tell(person, Kind.GAVE_BIRTH)
        child = bear(model, person)
        schedule_life(model, child)
        schedule_onset(model, child)
    else:
        _enter_next_band(model, person)
    schedule_life(model, person)


def _enter_next_band(model: Twin, person: Person) -> None:
    """Hazards change with age."""
    person.band += 1
    model.record.tell(person, Kind.NEXT_BAND, detail=person.band)
    if person.band <= ADULT_BAND:
        _suffer_from_outside(model, person)
    if person.band == ADULT_BAND:
        _come_of_age(model, person)
    if person.awake:
        person.onset_hazard = onset_hazard(model, model.course, person)
    else:
        schedule_onset(model, person)


def _come_of_age(model: Twin, person: Person) -> None:
    """At 18 the family need of a child ends; leaving care knocks."""
    model.record.count("people", "TURNED_18")
    model.record.count("people", "ACES_AT_18", by=person.aces)
    if person.male:
        person.head_of_family = None
    if not person.awake:
        return
    for of_need in (person.level, person.set_point, person.support):
        of_need[Need.FAMILY] = 0.0
    if person.care == IN_CARE:
        person.care = HAS_BEEN_IN_CARE
        model.record.tell(person, Kind.LEFT_CARE)
        for need in (Need.HOUSING, Need.MONEY, Need.MENTAL_HEALTH):
            raise_need(model, person, need, model.course.care_leaving_knock)


def _move_out(model: Twin, person: Person) -> None:
    """Someone moves away, with the children who live with her."""
    for leaving in (person, *person.children_at_home()):
        model.record.count("people", "MOVED_OUT")
        model.record.tell(leaving, Kind.MOVED_AWAY)
        _depart(model, leaving)


def _depart(model: Twin, person: Person) -> None:
    """Died or gone. Agencies notice when they look at the case next."""
    person.resident = False
    if person.awake:
        fall_asleep(model, person)
    person.remove()


# when things happen


def schedule_life(model: Twin, person: Person) -> None:
    """Draw the next date of the demographic calendar: the earliest of four."""
    course, key, band = model.course, person.key, person.band
    dates = {NEXT_BAND: FAR}
    if band < _LAST_BAND:
        dates[NEXT_BAND] = float(person.birth_week + course.band_week[band + 1] - model.week)
    dates[DEATH] = weeks_until(model.draws.of(Stream.LIFE, key, 0), course.death[band])
    dates[MOVE_OUT] = weeks_until(model.draws.of(Stream.LIFE, key, 1), course.move[band])
    if not person.male:
        dates[BIRTH] = weeks_until(model.draws.of(Stream.LIFE, key, 2), course.birth[band])
    person.life_event = min(dates, key=lambda event: dates[event])
    person.life_week = int(min(NEVER, model.week + dates[person.life_event]))


# waking and sleeping


def wake(model: Twin, person: Person) -> None:
    """From now on the person lives through every week. Nothing happens to the awake."""
    if person.awake:
        return
    person.start_afresh()
    person.awake = True
    person.wake_week = NEVER
    person.trust_start = start_trust(model.course, person.aces)
    person.onset_hazard = onset_hazard(model, model.course, person)
    model.awake.append(person)


def fall_asleep(model: Twin, person: Person) -> None:
    """The person's year so far is counted; a later awakening begins afresh."""
    count_year(model, person)
    person.awake = False
    model.awake.remove(person)


def settle_down(model: Twin) -> None:
    """Those who have recovered, and are known to no one, go back to sleep."""
    for person in list(model.awake):
        person.last_burden = person.burden
        at_rest = not any(person.has(need) for need in NEEDS)
        if at_rest and person.burden == 0.0 and not person.cases:
            person.trust = single(person.trust)
            fall_asleep(model, person)
            model.record.tell(person, Kind.SLEPT)
            schedule_onset(model, person)


# newcomers


def add_person(model: Twin, key: int, birth_week: int, male: bool, quintile: int) -> Person:
    """A new resident: what a key decides for life."""
    course = model.course
    age = model.week - birth_week
    person = Person(model, key, birth_week, male, quintile, band_of(course, age))
    person.frailty = _lognormal(Stream.FRAILTY, key, course.frailty_sigma)
    person.propensity = _lognormal(Stream.PROPENSITY, key, course.propensity_sigma)
    person.aces = _start_aces(course, person, age)
    person.trust = single(start_trust(course, person.aces))
    if not person.is_child and person.aces >= _MANY_ACES:
        u = uniform_of(mix(int(Stream.ACES)), key, 2)
        person.care = HAS_BEEN_IN_CARE if u < course.care_history else person.care
    model.people.append(person)
    return person


def band_of(course: Course, age_weeks: int) -> int:
    """The age band of someone of this age; the last has no end."""
    return max(b for b in range(_LAST_BAND + 1) if b == 0 or age_weeks >= course.band_week[b])


def start_trust(course: Course, aces: int) -> float:
    """Trust in services before any of them has won or lost some."""
    return min(0.95, max(0.05, course.trust_mean + course.trust_per_ace * aces))


def _lognormal(stream: Stream, key: int, sigma: float) -> float:
    """A lognormal of mean 1, by Box and Muller (1958)."""
    base = mix(int(stream))
    radius = math.sqrt(-2.0 * math.log1p(-uniform_of(base, key, 0)))
    normal = radius * math.cos(2.0 * math.pi * uniform_of(base, key, 1))
    return single(math.exp(sigma * normal - 0.5 * sigma * sigma))


def _start_aces(course: Course, person: Person, age: int) -> int:
    """ACEs of someone who comes from elsewhere: more in deprived areas, as childhood was lived."""
    aces = _surveyed_aces(course, person)
    lived = age / _CHILDHOOD_WEEKS
    if lived >= 1.0:
        return aces
    return int(aces * lived + uniform_of(mix(int(Stream.ACES)), person.key, 1))


def _surveyed_aces(course: Course, person: Person) -> int:
    """What a survey would count of a whole childhood."""
    u = uniform_of(mix(int(Stream.ACES)), person.key, 0)
    return pick(course.ace_cumulative, 1.0 - (1.0 - u) ** course.ace_tilt[person.quintile])


def _suffer_from_outside(model: Twin, person: Person) -> None:
    """On a birthday, the ACEs since the last one of which the model knows no cause."""
    course, band = model.course, person.band
    years = float(course.band_week[band] - course.band_week[band - 1])
    expected = _surveyed_aces(course, person) * course.ace_from_outside * years
    u = uniform_of(mix(int(Stream.ACES)), person.key, 2 + band)
    aces = int(expected / course.band_week[ADULT_BAND] + u)
    if aces:
        person.aces = min(10, person.aces + aces)
        model.record.tell(person, Kind.ADVERSITY, detail=aces)


def bear(model: Twin, mother: Person) -> Person:
    """A child is born. A mother under 18 stays a child of her own family."""
    key = key_of_child(mother.key, len(mother.children))
    male = uniform(address(model.run_key, Stream.BIRTH, 0), key) < 0.512
    child = add_person(model, key, model.week, male, mother.quintile)
    child.head_of_family = mother
    if not mother.is_child:
        mother.head_of_family = mother
    mother.children.append(child)
    return child


def _arrive(model: Twin, number: int) -> None:
    """A newcomer: an adult, and of the children that a woman has had those who come with her."""
    course = model.course
    key = key_of_newcomer(model.draws.base(Stream.ARRIVAL), number)
    u = [model.draws.of(Stream.ARRIVAL, key, part) for part in range(4 + 4 * _CHILDREN_AT_MOST)]
    band = pick(course.arrival_band, u[0])
    first, end = course.band_week[band], course.band_week[band + 1]
    age = first + int(u[1] * min(end - first, 20 * 52))
    person = add_person(
        model, key, model.week - age, u[2] < 0.5, pick(course.arrival_quintile, u[3])
    )
    schedule_life(model, person)
    schedule_onset(model, person)
    model.record.tell(person, Kind.MOVED_IN)
    model.record.count("people", "MOVED_IN")
    if person.male:
        return
    for first_draw in range(4, len(u), 4):
        one, two, three, comes = u[first_draw : first_draw + 4]
        at_birth = course.mothers_age + _BIRTHS_AROUND * 52.0 * (one + two + three - 1.5)
        childs_age = math.floor(age - min(max(at_birth, 16 * 52.0), 45 * 52.0))
        if 0 <= childs_age < _CHILDHOOD_WEEKS:
            of_school_age = childs_age >= 5 * 52
            if comes < course.arrival_child[of_school_age]:
                _bring(model, person, childs_age)
                model.record.count("people", "MOVED_IN")


def _bring(model: Twin, mother: Person, age: int) -> None:
    """A child who arrives with its mother, and has lived its share of childhood elsewhere."""
    child = bear(model, mother)
    child.birth_week = model.week - age
    child.band = band_of(model.course, age)
    child.aces = _start_aces(model.course, child, age)
    child.trust = single(start_trust(model.course, child.aces))
    schedule_life(model, child)
    schedule_onset(model, child)
