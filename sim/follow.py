"""What could be counted of each person, week by week: calls, arrests, money.

An evaluation counts what becomes of the people of a programme. So does this, for everybody at once,
while a place is stepped. Rows of people are never used twice, so a row is the same person in every
scenario that shares its past with this one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Happening, Ints, Table
from agents.draft import agency_names
from agents.inputs import Effect
from sim.bills import Bills, Charges
from sim.model import Place
from sim.world import happenings

EMERGENCY: Final = "emergency"
"""Contacts with those who cannot refuse: police, ambulance, A&E."""
ARRESTS: Final = "arrests"
COST: Final = "cost"
"""Pence of all services but the teams themselves, each person's share of a caseload included."""


@dataclass(frozen=True, eq=False)
class Noted:
    """So much of one outcome, of one person, in one week. Rows in order of week."""

    person: Ints
    week: Ints
    amount: Ints

    def table(self, persons: Ints, first_week: int, weeks: int) -> Ints:
        """[persons, weeks] from ``first_week`` on; ``persons`` are rows, each once."""
        order = np.argsort(persons)
        among = np.searchsorted(persons[order], self.person)
        among = np.minimum(among, len(persons) - 1)
        row = order[among]
        at = self.week - first_week
        kept = (persons[row] == self.person) & (at >= 0) & (at < weeks)
        found = np.zeros((len(persons), weeks), np.int64)
        np.add.at(found, (row[kept], at[kept]), self.amount[kept])
        return found

    def and_then(self, later: Noted) -> Noted:
        """Both, one after the other."""
        return Noted(
            np.concatenate([self.person, later.person]),
            np.concatenate([self.week, later.week]),
            np.concatenate([self.amount, later.amount]),
        )


def outcomes_of(place: Place) -> tuple[str, ...]:
    """The names of what can be followed: the three above and contacts with each agency."""
    return (EMERGENCY, ARRESTS, COST, *agency_names(place.scenario))


def follow(
    place: Place,
    until: int,
    outcomes: tuple[str, ...],
    listener: Callable[[Table], None] = lambda trace: None,
) -> dict[str, Noted]:
    """Run a place to a week and note these outcomes. ``listener`` is told every week's trace."""
    place.listener = listener
    bills = Bills(place) if COST in outcomes else None
    rows: dict[str, list[tuple[Ints, Ints, Ints]]] = {outcome: [] for outcome in outcomes}
    while place.week < until:
        week = place.week
        place.step()
        trace = happenings(place.world)
        charges = bills.charges(place, trace) if bills else None
        for outcome, kept in rows.items():
            person, amount = _this_week(place, trace, charges, outcome)
            kept.append((person, np.full(len(person), week, np.int64), amount))
    place.listener = None
    return {outcome: _joined(kept) for outcome, kept in rows.items()}


def _this_week(
    place: Place, trace: Table, charges: Charges | None, outcome: str
) -> tuple[Ints, Ints]:
    """Who, and how much; one row a person."""
    if outcome == COST:
        assert charges is not None
        door = charges.column
        own = (door < int(place.doors.n_agencies)) | (door == place.n_doors)
        return _summed(charges.person[own], charges.pence[own])
    person = trace.person[_counted(place, trace, outcome)].astype(np.int64)
    return _summed(person, np.ones(len(person), np.int64))


def _counted(place: Place, trace: Table, outcome: str) -> NDArray[np.bool_]:
    """The lines of the trace that count towards an outcome."""
    if outcome == ARRESTS:
        struck = trace.kind == Happening.LIFE_EVENT
        found = np.zeros(len(trace), np.bool_)
        found[struck] = place.course.event_effect[trace.detail[struck]] == Effect.PRISON
        return found
    calls = np.asarray(trace.kind == Happening.CONTACT)
    if outcome == EMERGENCY:
        return np.asarray(calls & (place.doors.emergency[trace.door] == 1))
    return np.asarray(calls & (trace.door == agency_names(place.scenario).index(outcome)))


def _summed(person: Ints, amount: Ints) -> tuple[Ints, Ints]:
    who, at = np.unique(person, return_inverse=True)
    return who, np.bincount(at, amount, len(who)).astype(np.int64)


def _joined(kept: list[tuple[Ints, Ints, Ints]]) -> Noted:
    none = np.zeros(0, np.int64)
    parts = zip(*([(none, none, none), *kept]), strict=True)
    person, week, amount = (np.concatenate(part) for part in parts)
    return Noted(person, week, amount)
