"""The fast engine and its twin, stepped side by side and compared in everything, every week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agents.arrays import QuarterCount, Table, YearCount
from scenarios.resolved import Scenario
from sim.model import Place
from tests.reference import facts
from tests.reference.facts import Facts, Numbers
from tests.reference.first_week import twin_of
from tests.reference.record import TWIN_ALONE, Counts, Event, Kind

TOLERANCE = 1e-7
"""For levels, trust and the like. A sleeper's trust is kept in single precision."""


@dataclass(frozen=True)
class Difference:
    """Something in which the engine and the twin disagree."""

    week: int
    what: str
    engine: object
    twin: object

    def __str__(self) -> str:
        return f"week {self.week}, {self.what}: engine {self.engine}, twin {self.twin}"


class SideBySide:
    """A place and its twin, from the first week on.

    found     differences
    seen      what the twin says has happened: kind, door and detail
    largest   the largest difference so far between numbers that are not counts
    """

    def __init__(self, scenario: Scenario, room_for_teams: int, seed: int = 1) -> None:
        self.place = Place(scenario, seed, 0, room_for_teams, listener=self._listen)
        self.twin = twin_of(self.place)
        self.found: list[Difference] = []
        self.seen: Counter[tuple[Kind, int, str | int]] = Counter()
        self.largest = 0.0
        self._told: Counter[Event] = Counter()

    def run(self, weeks: int) -> list[Difference]:
        """Step both until they differ, at most so many weeks; then compare what was counted."""
        while self.place.week < weeks and not self.found:
            self.step()
        for week in range(self.place.week):  # a return is counted in the week of the withdrawal
            self._week_counts(week)
        return self.found

    def step(self) -> None:
        """One week of both, and all their differences at its end."""
        week = self.place.week
        self.place.step()
        self.twin.step()
        self._events(week)
        self._facts("resident", facts.RESIDENT_FACTS, *self._both("residents"))
        self._facts("awake", facts.AWAKE[1:], *self._both("awake"))
        self._facts("case", facts.CASE[2:], *self._both("cases"))
        self._facts("last", ("week",), *self._both("lasting"))
        self._numbers("person", facts.NUMBERS, *self._both("numbers"))
        self._numbers("sleeper", ("trust", "propensity"), *self._both("asleep"))
        self._numbers("case", ("rank",), *self._both("ranks"))
        self._numbers("agency", facts.AGENCY, *self._both("agencies"))
        self._counts(week)

    def _both(self, what: str) -> tuple[dict, dict]:  # type: ignore[type-arg]
        engine, twin = getattr(facts, f"engine_{what}"), getattr(facts, f"twin_{what}")
        return engine(self.place), twin(self.twin)

    def _listen(self, trace: Table) -> None:
        self._told = facts.engine_events(self.place, trace)

    def _events(self, week: int) -> None:
        """What happened to each person, door by door and as often."""
        told, self.twin.record.events = self.twin.record.events, []
        self.seen.update((event.kind, event.door, event.detail) for event in told)
        mine = Counter(event for event in told if event.kind not in TWIN_ALONE)
        for event in sorted((self._told - mine) + (mine - self._told)):
            what = f"person {event.person:x} {event.kind} {tuple(event[3:])}"
            self._differ(what, self._told[event], mine[event])

    def _facts(self, what: str, names: Sequence[str], engine: Facts, twin: Facts) -> None:
        if engine == twin:
            return
        for who in sorted(engine.keys() | twin.keys()):
            a, b = engine.get(who), twin.get(who)
            if a is None or b is None:
                self._differ(f"{what} {_named(who)}", a, b)
                continue
            for name, one, other in zip(names, a, b, strict=True):
                if one != other:
                    self._differ(f"{what} {_named(who)}: {name}", one, other)

    def _numbers(self, what: str, names: Sequence[str], engine: Numbers, twin: Numbers) -> None:
        for who in engine.keys() & twin.keys():  # who is there at all is a fact, above
            a, b = engine[who], twin[who]
            if a == b:
                continue
            for name, one, other in zip(names, a, b, strict=True):
                self.largest = max(self.largest, abs(one - other))
                if not abs(one - other) <= TOLERANCE:
                    self._differ(f"{what} {_named(who)}: {name}", one, other)

    def _counts(self, week: int) -> None:
        world, record = self.place.world, self.twin.record
        self._week_counts(week)
        if week % 13 == 12:
            theirs = facts.engine_counts(world.quarters[week // 13], {"counts": QuarterCount})
            self._same_counts("the quarter's", theirs, record.quarters[week // 13])
        if week % 52 == 51:
            theirs = facts.engine_counts(world.years[week // 52], {"counts": YearCount})
            self._same_counts("the year's", theirs, record.years[week // 52])

    def _week_counts(self, week: int) -> None:
        theirs = facts.engine_counts(self.place.world.tally[week])
        self._same_counts("the week's", theirs, self.twin.record.weeks[week])

    def _same_counts(self, whose: str, theirs: Counts, mine: Counts) -> None:
        for what in sorted((theirs - mine) + (mine - theirs), key=str):
            self._differ(f"{whose} {' '.join(map(str, what))}", theirs[what], mine[what])

    def _differ(self, what: str, theirs: object, mine: object) -> None:
        self.found.append(Difference(self.twin.week - 1, what, theirs, mine))


def _named(who: object) -> str:
    """A key in hexadecimal; with a door, the door after it."""
    if isinstance(who, tuple):
        return f"{who[0]:x} at {' '.join(map(str, who[1:]))}"
    return f"{who:x}"
