"""The twin's people of the first week, from the engine's tables; nothing else knows those."""

from __future__ import annotations

from typing import Any

from agents.arrays import NOBODY, CaseStatus, Count, LifeEvent
from scenarios.names import Need
from sim.model import Place
from tests.reference.case import Case, Status
from tests.reference.model import Twin
from tests.reference.person import Person

STATUS = {
    CaseStatus.AWAITS_ASSESSMENT: Status.AWAITS_ASSESSMENT,
    CaseStatus.AWAITS_PLACE: Status.AWAITS_PLACE,
    CaseStatus.OPEN: Status.OPEN,
    CaseStatus.WATCHED: Status.WATCHED,
}


def twin_of(place: Place) -> Twin:
    """The twin of a place that has not yet taken its first step."""
    if place.week != 0:
        raise ValueError(f"a twin begins in week 0, not in week {place.week}")
    twin = Twin(place.scenario, int(place.key), place.room_for_teams)
    world = place.world
    rows = [world.people[i] for i in range(world.counts[Count.PEOPLE])]
    twin.people = [_person(twin, row) for row in rows]
    for person, row in zip(twin.people, rows, strict=True):
        if row.family != NOBODY:
            person.head_of_family = twin.people[row.family]
        person.children = [twin.people[i] for i in _children(rows, row)]
    for i in range(world.counts[Count.AWAKE]):
        _wake(twin, world.awake[i])
    for c in range(world.counts[Count.CASES]):
        _case(twin, world.cases[c])
    return twin


def _person(twin: Twin, row: Any) -> Person:
    person = Person(
        twin, int(row.key), int(row.birth_week), bool(row.male), int(row.quintile), int(row.band)
    )
    person.aces, person.care = int(row.aces), int(row.care)
    person.frailty, person.propensity = float(row.frailty), float(row.propensity)
    person.trust = float(row.trust)
    person.life_week, person.life_event = int(row.life_week), LifeEvent(row.life_event).name
    person.wake_week = int(row.wake_week)
    return person


def _children(rows: list[Any], mother: Any) -> list[int]:
    """The engine links a mother's children from the last to the first."""
    found: list[int] = []
    child = int(mother.first_child)
    while child != NOBODY:
        found.insert(0, child)
        child = int(rows[child].next_sibling)
    return found


def _wake(twin: Twin, row: Any) -> None:
    person = twin.people[row.person]
    person.awake = True
    person.level, person.set_point = row.level.tolist(), row.set_point.tolist()
    person.last_burden = float(row.burden_last)
    person.trust, person.trust_start = float(row.trust), float(row.trust_start)
    person.onset_hazard = float(row.onset_hazard)
    twin.awake.append(person)


def _case(twin: Twin, row: Any) -> None:
    """In the first week only children who are looked after have a case."""
    person, agency = twin.people[row.person], twin.agencies[row.door]
    case = Case(
        person, agency, Need(row.need), twin.agencies[row.source], STATUS[CaseStatus(row.status)],
        float(row.rank), int(row.referred_week), int(row.since_week),
    )  # fmt: skip
    person.ever_open.add(agency)
    twin.record.count("opened", agency.number)
    twin.record.count("first_opened", agency.number)
    for files in (twin.cases, agency.cases, person.cases):
        files.append(case)
