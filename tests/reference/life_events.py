"""Life happens: at most one event a week strikes a person, and some reach the children."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from scenarios.names import Need
from tests.reference.lifecourse import DEATH, wake
from tests.reference.needs import begin_need, raise_need, settle
from tests.reference.onset import onset_hazard
from tests.reference.person import NEEDS, Person
from tests.reference.record import Kind
from tests.reference.streams import Stream

if TYPE_CHECKING:
    from tests.reference.model import Twin

MOST_ACES = 10


class Effect(IntEnum):
    """What an event does beyond raising needs."""

    NONE = 0
    DEATH = 1
    CHILD_CONCERN = 2
    ADVERSITY = 3
    PRISON = 4


def life_happens(model: Twin, person: Person) -> bool:
    """A further need begins, or one of the events strikes, or (mostly) nothing.

    Each has its own hazard; they are laid end to end, and one uniform falls into one of them or
    beyond. True if a parent's needs reach the children.
    """
    course = model.course
    left = model.draws.one(Stream.EVENT, person.key)
    beginning = person.onset_hazard * (1.0 + course.onset_coupling * person.last_burden)
    if left >= beginning + course.event_base_all + _sum(course.event_slope_all, person):
        return False
    left -= beginning
    if left < 0.0:
        begin_need(model, person)
        return False
    for event in range(course.n_events):
        left -= course.event_base[event]
        for need in NEEDS:
            left -= course.event_slope[event][need] * person.level[need]
        if left < 0.0:
            return _strike(model, person, event)
    return False


def _sum(slopes: list[float], person: Person) -> float:
    return sum(slope * x for slope, x in zip(slopes, person.level, strict=True))


def _strike(model: Twin, person: Person, event: int) -> bool:
    """Needs are raised; adversity, sentences and early deaths follow."""
    course, record = model.course, model.record
    record.count("events", event)
    record.tell(person, Kind.LIFE_EVENT, detail=event)
    for need in NEEDS:
        if course.event_knock[event][need] > 0.0:
            raise_need(model, person, need, course.event_knock[event][need])
    match course.event_effect[event]:
        case Effect.ADVERSITY:
            if person.aces < MOST_ACES and person.is_child:
                person.aces += 1
                person.onset_hazard = onset_hazard(model, course, person)
        case Effect.PRISON:
            _arrest(model, person)
        case Effect.DEATH:
            person.life_event, person.life_week = DEATH, model.week + 1
            record.count("people", "EARLY_DEATHS")
        case Effect.CHILD_CONCERN:
            return True
    return False


def _arrest(model: Twin, person: Person) -> None:
    """An arrest costs; some lead to prison."""
    person.spend += model.course.arrest_pence
    if model.draws.one(Stream.EVENT_KIND, person.key) < model.course.prison_share:
        model.record.count("people", "PRISON")
        model.record.tell(person, Kind.PRISON)
        person.spend += model.course.prison_pence


def reach_children(model: Twin, parent: Person) -> None:
    """A parent's needs reach the children at home: a family need, and perhaps an ACE.

    A boy under 18 is nobody's father; the head of his family is his own mother.
    """
    course = model.course
    if parent.male and parent.is_child:
        return
    mother = parent.head_of_family if parent.male else parent
    for child in mother.children_at_home() if mother else ():
        scars = model.draws.one(Stream.CHILD, child.key) < course.ace_from_child_concern
        if scars and child.aces < MOST_ACES:
            child.aces += 1
        model.record.tell(child, Kind.CHILD_CONCERN, detail=int(scars))
        wake(model, child)
        child.onset_hazard = onset_hazard(model, course, child)
        settle(model, child, Need.FAMILY, course.child_set_point)
