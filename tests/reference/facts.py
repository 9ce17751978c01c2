"""What there is to compare in a week: the same facts, read from the engine's tables and the twin.

People are named by their keys, agencies by their numbers. Facts are whole numbers, words and sets,
and must be the same; numbers may differ in the last digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from agents.arrays import (
    NOBODY,
    CaseStatus,
    Closure,
    Count,
    Happening,
    LifeEvent,
    PeopleCount,
    Refusal,
    Table,
)
from scenarios.names import N_NEEDS
from sim.model import Place
from tests.reference.first_week import STATUS
from tests.reference.model import Twin
from tests.reference.person import Person
from tests.reference.record import Counts, Event, Kind

Facts: TypeAlias = dict[Any, tuple[object, ...]]
"""Facts by whom they are about."""
Numbers: TypeAlias = dict[Any, list[float]]

RESIDENT = (
    "key", "birth_week", "male", "quintile", "band", "aces", "care", "children", "resident",
)  # fmt: skip
AWAKE = (
    "key", "served", "n_cases", "police_mh", "high_needs", "contacted", "helped", "multiple",
    "spend", "team", "candidate", "emergency", "failed_week", "standing",
)  # fmt: skip
CASE = (
    "person", "door", "need", "source", "status", "referred_week", "since_week", "quiet_weeks",
    "missed",
)  # fmt: skip
NUMBERS = (
    *(f"{what} of {need}" for what in ("level", "set point", "support") for need in range(N_NEEDS)),
    "burden", "burden of last week", "untreated need", "trust", "trust at the start", "propensity",
    "hazard of onset", "frailty",
)  # fmt: skip
AGENCY = ("places taken", "assessments left over", "screen", "threshold", "quiet weeks")

_BY_NAME: dict[str, type[IntEnum]] = {
    "refused": Refusal, "closed": Closure, "people": PeopleCount,
}  # fmt: skip
_REASONS: dict[Happening, type[IntEnum]] = {
    Happening.REFUSED: Refusal, Happening.CLOSED: Closure,
}  # fmt: skip


# everybody who ever lived here


def engine_residents(place: Place) -> Facts:
    """Who they are, their mother, and the dates ahead of them."""
    people, keys = _people(place), _keys(place)
    facts = zip(*(people[name].tolist() for name in RESIDENT), strict=True)
    others = (people.family, _slots(place), *(people[name] for name in _DATES), _ever_open(place))
    links = zip(*(column.tolist() for column in others), strict=True)
    return {
        mine[0]: (
            *mine[1:],
            doors,
            None if family == NOBODY else keys[family],
            slot != NOBODY,
            (life_week, LifeEvent(life_event).name) if mine[8] else None,
            wake_week if mine[8] and slot == NOBODY else None,
        )
        for mine, (family, slot, life_week, life_event, wake_week, doors) in zip(
            facts, links, strict=True
        )
    }


_DATES = ("life_week", "life_event", "wake_week")
RESIDENT_FACTS = (
    *RESIDENT[1:], "ever open", "mother of the family", "awake", "next date", "wakes in week",
)  # fmt: skip


def _ever_open(place: Place) -> NDArray[np.uint32]:
    """[people] One bit a door at which a case was ever open."""
    record = _people(place).record
    never = np.append(place.world.ever_open, np.uint32(0))  # whom nobody has on record
    return never[np.where(record == NOBODY, -1, record)]


def twin_residents(twin: Twin) -> Facts:
    """The same of the twin."""
    return {p.key: _resident(p) for p in twin.people}


def _resident(p: Person) -> tuple[object, ...]:
    head = p.head_of_family
    return (
        p.birth_week, p.male, p.quintile, p.band, p.aces, p.care, len(p.children), p.resident,
        _bits(agency.number for agency in p.ever_open), head.key if head else None, p.awake,
        (p.life_week, p.life_event) if p.resident else None,
        p.wake_week if p.resident and not p.awake else None,
    )  # fmt: skip


# those who are awake


def engine_awake(place: Place) -> Facts:
    """How those who are awake stand with agencies, and what was counted of them."""
    columns = [_awake(place)[name].tolist() for name in AWAKE]
    return {
        mine[0]: (*mine[1:-2], _weeks(mine[-2]), _standing(mine[-1]))
        for mine in zip(*columns, strict=True)
    }


def _weeks(failed: list[int]) -> dict[int, int]:
    return {need: week for need, week in enumerate(failed) if week >= 0}


def _standing(row: list[int]) -> dict[int, object]:
    return {door: STATUS[CaseStatus(status)] for door, status in enumerate(row) if status}


def twin_awake(twin: Twin) -> Facts:
    """The same of the twin."""
    return {person.key: _standing_of(person) for person in twin.awake}


def _standing_of(p: Person) -> tuple[object, ...]:
    return (
        _bits(p.served), len(p.cases), p.police_for_mental_health, _bits(p.high_needs),
        _bits(p.contacted), _bits(p.helped_by), p.had_multiple_needs, p.spend,
        p.team.number if p.team else NOBODY, p.heard_of_by.number if p.heard_of_by else NOBODY,
        [p.emergency_now, p.emergency_before], dict(p.failed_week),
        {case.agency.number: case.status for case in p.cases},
    )  # fmt: skip


def engine_numbers(place: Place) -> Numbers:
    """Levels, set points, trust and the like."""
    awake = _awake(place)
    by_need = np.hstack([awake.level, awake.set_point, awake.support])
    others = np.stack([awake[name] for name in _NUMBERS], axis=1)
    frailty = _people(place).frailty[awake.person][:, None]
    table = np.hstack([by_need, others, frailty])
    return dict(zip(awake.key.tolist(), table.tolist(), strict=True))


_NUMBERS = (
    "burden", "burden_last", "untreated", "trust", "trust_start", "propensity", "onset_hazard",
)  # fmt: skip


def twin_numbers(twin: Twin) -> Numbers:
    """The same of the twin."""
    return {
        p.key: [
            *p.level, *p.set_point, *p.support, p.burden, p.last_burden, p.untreated, p.trust,
            p.trust_start, p.propensity, p.onset_hazard, p.frailty,
        ]
        for p in twin.awake
    }  # fmt: skip


def engine_asleep(place: Place) -> Numbers:
    """The trust and propensity with which sleepers will wake."""
    people = _people(place)
    asleep = people[(_slots(place) == NOBODY) & (people.resident == 1)]
    numbers = np.stack([asleep["trust"], asleep["propensity"]], axis=1)
    return dict(zip(asleep["key"].tolist(), numbers.tolist(), strict=True))


def twin_asleep(twin: Twin) -> Numbers:
    """The same of the twin."""
    return {p.key: [p.trust, p.propensity] for p in twin.people if p.resident and not p.awake}


# cases, and what lasts of them


def engine_cases(place: Place) -> Facts:
    """Every case, by person and door."""
    columns = [_cases(place)[name].tolist() for name in CASE]
    keys = _keys(place)
    return {
        (keys[person], door): (need, source, STATUS[CaseStatus(status)], *rest)
        for person, door, need, source, status, *rest in zip(*columns, strict=True)
    }


def twin_cases(twin: Twin) -> Facts:
    """The same of the twin."""
    return {
        (case.person.key, case.agency.number): (
            case.need, case.source.number, case.status, case.referred_week, case.since_week,
            case.quiet_weeks, case.missed,
        )
        for case in twin.cases
    }  # fmt: skip


def engine_ranks(place: Place) -> Numbers:
    """Places in the queue."""
    cases, keys = _cases(place), _keys(place)
    rows = zip(*(cases[name].tolist() for name in ("person", "door", "rank")), strict=True)
    return {(keys[person], door): [rank] for person, door, rank in rows}


def twin_ranks(twin: Twin) -> Numbers:
    """The same of the twin."""
    return {(case.person.key, case.agency.number): [case.rank] for case in twin.cases}


def engine_lasting(place: Place) -> Facts:
    """By person and door, the last withdrawal and the last referral accepted."""
    people = _people(place)
    known = people[people.record != NOBODY]
    found: Facts = {}
    for what in ("withdrawn_week", "accepted_week"):
        weeks: NDArray[np.int16] = getattr(place.world, what)[known["record"]]
        for i, door in np.argwhere(weeks >= 0).tolist():
            found[int(known["key"][i]), door, what] = (int(weeks[i, door]),)
    return found


def twin_lasting(twin: Twin) -> Facts:
    """The same of the twin."""
    return {
        (person.key, agency.number, what): (week,)
        for person in twin.people
        for what in ("withdrawn_week", "accepted_week")
        for agency, week in getattr(person, what).items()
    }


# agencies


def engine_agencies(place: Place) -> Numbers:
    """What is taken and left over, and what the managers have made of the rules."""
    world, doors = place.world, place.doors
    parts = (world.used, world.slots, doors.screen, doors.threshold, doors.quiet_weeks)
    return {d: [float(part[d]) for part in parts] for d in range(int(doors.n_doors))}


def twin_agencies(twin: Twin) -> Numbers:
    """The same of the twin."""
    return {
        agency.number: [
            agency.places_taken(), agency.spare_assessments, agency.today.screen,
            agency.today.threshold, agency.today.quiet_weeks,
        ]
        for agency in twin.agencies
    }  # fmt: skip


# what happened, and what was counted


def engine_events(place: Place, trace: Table) -> Counter[Event]:
    """The engine's account of a week, as the twin would tell it."""
    keys = place.world.people.key
    columns = (trace[name].tolist() for name in ("week", "person", "kind", "door", "other", "need"))
    told: Counter[Event] = Counter()
    for *row, detail in zip(*columns, trace["detail"].tolist(), strict=True):
        week, person, kind, door, other, need = row
        happening = Happening(kind)
        reasons = _REASONS.get(happening)
        why = reasons(detail).name if reasons else detail
        told[Event(week, int(keys[person]), Kind[happening.name], door, other, need, why)] += 1
    return told


def engine_counts(row: Any, names: Mapping[str, type[IntEnum]] = _BY_NAME) -> Counts:
    """The counts in a row of the engine's tally that are not zero, by name and place."""
    counts: Counts = Counter()
    for name in row.dtype.names:
        values = np.asarray(row[name])
        for place in np.argwhere(values):
            at: list[str | int] = [int(i) for i in place]
            if name in names:
                at[-1] = names[name](int(place[-1])).name
            counts[name, *at] = int(values[tuple(place)])
    return counts


def _keys(place: Place) -> list[int]:
    keys: list[int] = place.world.people.key[: place.world.counts[Count.PEOPLE]].tolist()
    return keys


def _people(place: Place) -> Any:
    return place.world.people[: place.world.counts[Count.PEOPLE]]


def _slots(place: Place) -> NDArray[np.int32]:
    return place.world.slot[: place.world.counts[Count.PEOPLE]]


def _awake(place: Place) -> Any:
    return place.world.awake[: place.world.counts[Count.AWAKE]]


def _cases(place: Place) -> Any:
    return place.world.cases[: place.world.counts[Count.CASES]]


def _bits(numbers: Iterable[int] | Iterator[int]) -> int:
    return sum(1 << int(number) for number in numbers)
