"""A diary of a few people: all that happens to them, and how they stand at the end of each week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.arrays import NOBODY, Count, Floats, Happening, Ints, Table
from agents.inputs import Course, Doors
from scenarios.names import N_NEEDS
from sim.bills import Bills, event_pence
from sim.model import Place


@dataclass(frozen=True, eq=False)
class Diary:
    """What was noted of some people between two weeks. Axes: weeks, people, then as said."""

    persons: tuple[int, ...]
    first_week: int
    columns: tuple[str, ...]
    """Doors and prison."""
    trace: Table
    """TRACE, in order of week; only these people"""
    event_pence: Ints
    """[trace] what each thing that happened cost"""
    reached: NDArray[np.bool_]
    """[trace] whether, in that week, needs of the person reached a child at home"""
    level: Floats
    """[weeks, people, needs] at the end of the week"""
    set_point: Floats
    trust: Floats
    """[weeks, people]; NaN before birth or arrival and after death or departure"""
    view: Floats
    """[weeks, people, doors] what each agency could see: its slice, and what is shared with it"""
    shut_by: NDArray[np.int32]
    """[weeks, people, doors] one bit a need for which the agency would not take the person on"""
    threshold: Floats
    """[weeks, doors]"""
    pence: Ints
    """[weeks, people, columns]"""


class Journal:
    """Keeps a diary while a place is stepped: it listens, and takes a look after each week."""

    def __init__(self, place: Place, persons: Sequence[int]) -> None:
        if len(set(persons)) < len(persons):
            raise ValueError("a diary names each person once")
        self.persons = np.array(persons, np.int64)
        self.first_week = place.week
        self._bills = Bills(place)
        self._traces: list[Table] = []
        self._weeks: list[tuple[Floats, Floats, Floats]] = []
        self._seen: list[tuple[Floats, NDArray[np.int32], Floats]] = []
        self._pence: list[Ints] = []
        self._event_pence: list[Ints] = []
        self._reached: list[NDArray[np.bool_]] = []
        self._week: Table | None = None
        place.listener = self

    def __call__(self, trace: Table) -> None:
        """Listen: the trace is good for this call and until the next step."""
        self._week = trace

    def look(self, place: Place) -> None:
        """Note the week that has just been lived."""
        assert self._week is not None, "a journal listens before it looks"
        mine = np.isin(self._week.person, self.persons)
        self._traces.append(self._week[mine].copy().view(np.recarray))
        self._event_pence.append(event_pence(place, self._traces[-1]))
        self._reached.append(_reached(place, self._week, self._traces[-1].person))
        level, set_point, trust = _state(place, self.persons)
        self._weeks.append((level, set_point, trust))
        view = views(place.course, place.doors, level)
        n = place.n_doors
        shut = shut_by(place.doors, level)
        self._seen.append((view, shut, place.doors.threshold[:n].copy()))
        self._pence.append(self._charged(place))

    def _charged(self, place: Place) -> Ints:
        assert self._week is not None
        charges = self._bills.charges(place, self._week)
        mine = np.isin(charges.person, self.persons)
        order = np.argsort(self.persons)
        place_of = order[np.searchsorted(self.persons[order], charges.person[mine])]
        pence = np.zeros((len(self.persons), len(self._bills.columns)), np.int64)
        np.add.at(pence, (place_of, charges.column[mine]), charges.pence[mine])
        return pence

    def diary(self) -> Diary:
        """What was noted so far."""
        return Diary(
            persons=tuple(int(p) for p in self.persons),
            first_week=self.first_week,
            columns=self._bills.columns,
            trace=np.concatenate(self._traces).view(np.recarray),
            event_pence=np.concatenate(self._event_pence),
            reached=np.concatenate(self._reached),
            level=np.array([level for level, _, _ in self._weeks]),
            set_point=np.array([set_point for _, set_point, _ in self._weeks]),
            trust=np.array([trust for _, _, trust in self._weeks]),
            view=np.array([view for view, _, _ in self._seen]),
            shut_by=np.array([shut for _, shut, _ in self._seen]),
            threshold=np.array([threshold for _, _, threshold in self._seen]),
            pence=np.array(self._pence),
        )


def keep_diary(place: Place, persons: Sequence[int], until: int) -> Diary:
    """Run a place until a week, with an ear and an eye on some people."""
    journal = Journal(place, persons)
    while place.week < until:
        place.step()
        journal.look(place)
    place.listener = None
    return journal.diary()


def views(course: Course, doors: Doors, level: Floats) -> Floats:
    """[people, doors] What each door could see of each person, without the blur of a referral.

    The same as `agents.view.seen`.
    """
    n = int(doors.n_doors)
    mine = (level[:, None, :] * doors.slice[None, :n, :]).max(axis=2)
    rest = np.maximum(0.0, level.sum(axis=1)[:, None] - mine)
    told = doors.information[None, :n]
    shared = np.minimum(1.0, mine + told * course.pooled_weight * rest)
    return np.asarray(np.where(told == 0.0, mine, shared))


def shut_by(doors: Doors, level: Floats) -> NDArray[np.int32]:
    """[people, doors] One bit for each need because of which a door stays shut."""
    n = int(doors.n_doors)
    shut = level[:, None, :] >= doors.exclude[None, :n, :]
    return np.asarray((shut << np.arange(N_NEEDS)).sum(axis=2), np.int32)


def _reached(place: Place, week: Table, parents: Ints) -> NDArray[np.bool_]:
    """For each of ``parents``, whether needs in the household reached a child of it this week.

    A child belongs to its mother's household; so does the man who is joined to her.
    """
    people = place.world.people
    children = week.person[week.kind == Happening.CHILD_CONCERN]
    heads = np.where(people.male[parents] == 1, people.family[parents], parents)
    return np.asarray(np.isin(heads, people.family[children]) & (heads != NOBODY))


def _state(place: Place, persons: Ints) -> tuple[Floats, Floats, Floats]:
    """Levels, set points and trust today; zeros for sleepers, NaN for trust of those not here."""
    world = place.world
    here = persons < world.counts[Count.PEOPLE]
    here[here] = world.people.resident[persons[here]] == 1
    level, set_point = np.zeros((2, len(persons), N_NEEDS))
    trust = np.full(len(persons), np.nan)
    trust[here] = world.people.trust[persons[here]]
    slot = np.full(len(persons), NOBODY)
    slot[here] = world.slot[persons[here]]
    awake = slot != NOBODY
    level[awake] = world.awake.level[slot[awake]]
    set_point[awake] = world.awake.set_point[slot[awake]]
    trust[awake] = world.awake.trust[slot[awake]]
    return level, set_point, trust
