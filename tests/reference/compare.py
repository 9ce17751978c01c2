"""The fast engine and its twin, stepped side by side and compared in everything, every week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

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
    QuarterCount,
    Refusal,
    Table,
    YearCount,
)
from scenarios.names import N_NEEDS
from scenarios.resolved import Scenario
from sim.model import Place
from tests.reference.case import Case
from tests.reference.first_week import STATUS, twin_of
from tests.reference.person import Person
from tests.reference.record import TWIN_ALONE, Counts, Event, Kind

TOLERANCE = 1e-5
"""For levels, set points, trust and every other number that is not a count."""

_BY_NAME: dict[str, type[IntEnum]] = {
    "refused": Refusal, "closed": Closure, "people": PeopleCount,
}  # fmt: skip
_REASONS: dict[Happening, type[IntEnum]] = {
    Happening.REFUSED: Refusal, Happening.CLOSED: Closure,
}  # fmt: skip
_EXACT = (
    "served", "n_cases", "police_mh", "high_needs", "contacted", "helped", "multiple", "spend",
    "team", "candidate",
)  # fmt: skip
_NEAR = (
    "burden", "burden_last", "untreated", "trust", "trust_start", "propensity", "onset_hazard",
)  # fmt: skip
_BY_NEED = ("level", "set_point", "support")


@dataclass(frozen=True)
class Difference:
    """Something in which the engine and the twin disagree."""

    week: int
    who: str
    what: str
    engine: object
    twin: object

    def __str__(self) -> str:
        return f"week {self.week}, {self.who}: {self.what}: {self.engine} and {self.twin}"


class SideBySide:
    """A place and its twin, from the first week on.

    seen      everything that the twin says has happened, by kind and detail
    largest   the largest difference so far between numbers that are not counts
    """

    def __init__(self, scenario: Scenario, seed: int = 1, room_for_teams: int = 1) -> None:
        self.place = Place(scenario, seed, 0, room_for_teams, listener=self._listen)
        self.twin = twin_of(self.place)
        self.seen: Counter[tuple[Kind, str | int]] = Counter()
        self.largest = 0.0
        self.found: list[Difference] = []
        self._told: Counter[Event] = Counter()

    def run(self, weeks: int) -> list[Difference]:
        """Step both until they differ, at most so many weeks; then compare what was counted."""
        for _ in range(weeks):
            self.step()
            if self.found:
                return self.found
        for week in range(self.place.week):
            self._week_counts(week)
        return self.found

    def step(self) -> None:
        """One week of both, and all their differences at its end."""
        week = self.place.week
        self.place.step()
        self.twin.step()
        self._events(week)
        self._people()
        self._cases()
        self._agencies()
        self._counts(week)

    # what happened

    def _listen(self, trace: Table) -> None:
        """The engine's account of a week, as the twin would tell it."""
        keys = self.place.world.people.key
        names = ("week", "person", "kind", "door", "other", "need", "detail")
        self._told = Counter()
        for week, person, kind, door, other, need, detail in zip(
            *(trace[name].tolist() for name in names), strict=True
        ):
            happening = Happening(kind)
            reasons = _REASONS.get(happening)
            why = reasons(detail).name if reasons else detail
            told = Event(week, int(keys[person]), Kind[happening.name], door, other, need, why)
            self._told[told] += 1

    def _events(self, week: int) -> None:
        self.seen.update((event.kind, event.detail) for event in self.twin.record.events)
        mine = Counter(e for e in self.twin.record.events if e.kind not in TWIN_ALONE)
        self.twin.record.events.clear()
        for event in (self._told - mine).keys() | (mine - self._told).keys():
            who, what = f"person {event.person:x}", f"{event.kind} {event[3:]}"
            self._differ(who, what, self._told[event], mine[event])

    # people

    def _people(self) -> None:
        world = self.place.world
        n = int(world.counts[Count.PEOPLE])
        keys = world.people.key[:n].tolist()
        twins = {person.key: person for person in self.twin.people}
        self._same("the place", "people", sorted(keys), sorted(twins))
        if self.found:
            return
        engine = [_resident(row, keys) for row in _rows(world.people, n)]
        for key, theirs in zip(keys, engine, strict=True):
            self._same_all(twins[key], theirs, _twin_resident(twins[key]))
        self._last_weeks("withdrawn_week", keys, world.withdrawn_week)
        self._last_weeks("accepted_week", keys, world.accepted_week)
        self._awake(keys, twins)

    def _last_weeks(self, name: str, keys: list[int], weeks: NDArray[np.int16]) -> None:
        """Of each person and door: the last withdrawal, or the last referral accepted."""
        known = np.argwhere(weeks[: len(keys)] >= 0).tolist()
        theirs = {(keys[i], door): int(weeks[i, door]) for i, door in known}
        mine = {
            (person.key, agency.number): week
            for person in self.twin.people
            for agency, week in getattr(person, name).items()
        }
        self._same("the place", name, theirs, mine)

    def _awake(self, keys: list[int], twins: Mapping[int, Person]) -> None:
        awake = self.place.world.awake[: self.place.world.counts[Count.AWAKE]]
        people = [twins[keys[i]] for i in awake.person]
        self._same("the place", "awake", len(people), len(self.twin.awake))
        self._same("the place", "awake", True, all(person.awake for person in people))
        for name in _BY_NEED:
            mine = [getattr(person, name) for person in people]
            self._near(people, name, awake[name], np.array(mine).reshape(-1, N_NEEDS))
        mine = np.array([_numbers(person) for person in people]).reshape(-1, len(_NEAR))
        for column, name in enumerate(_NEAR):
            self._near(people, name, awake[name], mine[:, column])
        exact = zip(*(awake[name].tolist() for name in _EXACT), strict=True)
        for person, theirs in zip(people, exact, strict=True):
            self._same_all(person, dict(zip(_EXACT, theirs, strict=True)), _standing_facts(person))
        lists = zip(
            people, awake.emergency.tolist(), awake.failed_week.tolist(), awake.standing.tolist(),
            strict=True,
        )  # fmt: skip
        for person, emergency, failed, standing in lists:
            facts = {
                "emergency": emergency,
                "failed_week": {k: week for k, week in enumerate(failed) if week >= 0},
                "standing": {d: STATUS[CaseStatus(s)] for d, s in enumerate(standing) if s},
            }
            self._same_all(person, facts, _twin_lists(person))

    # cases, agencies, counts

    def _cases(self) -> None:
        world = self.place.world
        names = (
            "person", "door", "need", "source", "status", "referred_week", "since_week",
            "quiet_weeks", "missed", "rank",
        )  # fmt: skip
        table = world.cases[: world.counts[Count.CASES]]
        rows = list(zip(*(table[name].tolist() for name in names), strict=True))
        theirs = {
            (int(world.people.key[row[0]]), *row[1:4]): (STATUS[CaseStatus(row[4])], *row[5:9])
            for row in rows
        }
        self._same("the place", "cases", theirs, dict(map(_case, self.twin.cases)))
        if not self.found:
            ranks = {(int(world.people.key[row[0]]), row[1]): row[9] for row in rows}
            mine = [ranks[case.person.key, case.agency.number] for case in self.twin.cases]
            self._near(
                [case.person for case in self.twin.cases], "rank", np.array(mine),
                np.array([case.rank for case in self.twin.cases]),
            )  # fmt: skip

    def _agencies(self) -> None:
        world, doors = self.place.world, self.place.doors
        for d, agency in enumerate(self.twin.agencies):
            who = f"door {d}"
            self._same(who, "waiting", int(world.waiting[d]), agency.waiting())
            engine = [
                world.used[d], world.slots[d], doors.screen[d], doors.threshold[d],
                doors.quiet_weeks[d],
            ]  # fmt: skip
            rules = agency.today
            twin = [
                agency.places_taken(), agency.spare_assessments, rules.screen, rules.threshold,
                rules.quiet_weeks,
            ]  # fmt: skip
            self._near([who] * len(twin), "agency", np.array(engine), np.array(twin))

    def _counts(self, week: int) -> None:
        world, record = self.place.world, self.twin.record
        self._week_counts(week)
        if week % 13 == 12:
            theirs = _counted(world.quarters[week // 13], {"counts": QuarterCount})
            self._same_counts("the quarter", theirs, record.quarters[week // 13])
        if week % 52 == 51:
            theirs = _counted(world.years[week // 52], {"counts": YearCount})
            self._same_counts("the year", theirs, record.years[week // 52])

    def _week_counts(self, week: int) -> None:
        theirs = _counted(self.place.world.tally[week], _BY_NAME)
        self._same_counts(f"counts of week {week}", theirs, self.twin.record.weeks[week])

    # differences

    def _same_counts(self, which: str, theirs: Counts, mine: Counts) -> None:
        for what in (theirs - mine).keys() | (mine - theirs).keys():
            self._differ(which, " ".join(map(str, what)), theirs[what], mine[what])

    def _same_all(
        self, person: Person, theirs: Mapping[str, object], mine: Mapping[str, object]
    ) -> None:
        if theirs != mine:
            for what in theirs:
                self._same(f"person {person.key:x}", what, theirs[what], mine[what])

    def _same(self, who: str, what: str, theirs: Any, mine: Any) -> None:
        if theirs == mine:
            return
        if isinstance(theirs, dict):
            for key in theirs.keys() | mine.keys():
                if theirs.get(key) != mine.get(key):
                    self._differ(who, f"{what} {key}", theirs.get(key), mine.get(key))
            return
        self._differ(who, what, theirs, mine)

    def _near(self, who: Iterable[object], what: str, theirs: Any, mine: Any) -> None:
        gap = np.abs(theirs - mine)
        if gap.size:
            self.largest = max(self.largest, float(gap.max()))
        for place in np.argwhere(~(gap <= TOLERANCE)):
            name = list(who)[place[0]]
            who_name = f"person {name.key:x}" if isinstance(name, Person) else str(name)
            at = tuple(place)
            self._differ(who_name, f"{what} {[int(i) for i in at[1:]]}", theirs[at], mine[at])

    def _differ(self, who: str, what: str, theirs: object, mine: object) -> None:
        self.found.append(Difference(self.twin.week - 1, who, what, theirs, mine))


def _rows(table: Table, n: int) -> Iterable[dict[str, Any]]:
    names = table.dtype.names
    for row in table[:n].tolist():
        yield dict(zip(names, row, strict=True))


def _resident(row: Mapping[str, Any], keys: list[int]) -> dict[str, object]:
    """Everything about one row of PERSON that lasts, without a row number."""
    names = ("birth_week", "male", "quintile", "band", "aces", "care", "children")
    facts: dict[str, object] = {name: row[name] for name in names}
    facts["resident"] = row["resident"]
    facts["ever_open"] = row["ever_open"]
    facts["family"] = None if row["family"] == NOBODY else keys[row["family"]]
    asleep = row["slot"] == NOBODY and row["resident"]
    facts["asleep"] = (round(row["trust"], 6), row["wake_week"]) if asleep else None
    calendar = (row["life_week"], LifeEvent(row["life_event"]).name)
    facts["calendar"] = calendar if row["resident"] else None
    facts["for life"] = (row["frailty"], row["propensity"])
    return facts


def _twin_resident(person: Person) -> dict[str, object]:
    head = person.head_of_family
    asleep = person.resident and not person.awake
    calendar = (person.life_week, person.life_event)
    return {
        "birth_week": person.birth_week,
        "male": person.male,
        "quintile": person.quintile,
        "band": person.band,
        "aces": person.aces,
        "care": person.care,
        "children": len(person.children),
        "resident": person.resident,
        "ever_open": _bits(agency.number for agency in person.ever_open),
        "family": head.key if head else None,
        "asleep": (round(person.trust, 6), person.wake_week) if asleep else None,
        "calendar": calendar if person.resident else None,
        "for life": (person.frailty, person.propensity),
    }


def _numbers(person: Person) -> list[float]:
    return [
        person.burden, person.last_burden, person.untreated, person.trust, person.trust_start,
        person.propensity, person.onset_hazard,
    ]  # fmt: skip


def _standing_facts(person: Person) -> dict[str, object]:
    return {
        "served": _bits(person.served),
        "n_cases": len(person.cases),
        "police_mh": person.police_for_mental_health,
        "high_needs": _bits(person.high_needs),
        "contacted": _bits(person.contacted),
        "helped": _bits(person.helped_by),
        "multiple": person.had_multiple_needs,
        "spend": person.spend,
        "team": person.team.number if person.team else NOBODY,
        "candidate": person.heard_of_by.number if person.heard_of_by else NOBODY,
    }


def _twin_lists(person: Person) -> dict[str, object]:
    return {
        "emergency": [person.emergency_now, person.emergency_before],
        "failed_week": {int(need): week for need, week in person.failed_week.items()},
        "standing": {case.agency.number: case.status for case in person.cases},
    }


def _case(case: Case) -> tuple[tuple[int, ...], tuple[object, ...]]:
    where = (case.person.key, case.agency.number, int(case.need), case.source.number)
    return where, (
        case.status, case.referred_week, case.since_week, case.quiet_weeks, case.missed,
    )  # fmt: skip


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << int(number) for number in numbers)


def _counted(row: Any, by_name: Mapping[str, type[IntEnum]]) -> Counts:
    """The counts in a row of the engine's tally that are not zero, by name and place."""
    counts: Counts = Counter()
    for name in row.dtype.names:
        values = np.asarray(row[name])
        for place in np.argwhere(values):
            at: list[str | int] = [int(i) for i in place]
            if name in by_name:
                at[-1] = by_name[name](at[-1]).name
            counts[name, *at] = int(values[tuple(place)])
    return counts
