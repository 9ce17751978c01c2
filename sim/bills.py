"""What each person cost, week by week and agency by agency, reckoned from what happened.

The same pence as `AWAKE.spend` counts (a test adds them up): contacts, crises with the hours of the
police, a place on a caseload for each week, care, arrests, prison. A place on a caseload is charged
at its share of the budget, so this is what a life took up, not what could be had back in cash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.arrays import Count, Happening, Ints, Table
from agents.draft import door_names, team_specs
from agents.inputs import Effect
from scenarios.resolved import Scenario
from sim.costs import JUSTICE
from sim.model import Place
from sim.reckon import CHARGE, note_open, reckon

PRISON: Final = "prison"
"""The column after the doors: prison, and whatever a place has no agency for."""


@dataclass(frozen=True, eq=False)
class Charges:
    """Sums of money of one week: pence of one person at one column."""

    person: Ints
    column: Ints
    pence: Ints


class Bills:
    """Reckons one place's charges, week after week; call `charges` at the end of each."""

    def __init__(self, place: Place) -> None:
        self.columns = bill_columns(place)
        self._last = _open_cases(place)
        self._police_pence = _police_pence(place)
        self._owed = np.zeros((0, len(self.columns) - 1), np.int8)

    def charges(self, place: Place, trace: Table) -> Charges:
        """The week that has just been lived. A case is charged if it was open when its agency
        looked: last week already, or the person came or missed in this one."""
        if len(self._owed) < len(place.world.people):
            self._owed = np.zeros((len(place.world.people), self._owed.shape[1]), np.int8)
        out = np.empty(3 * len(trace) + len(self._last), CHARGE).view(np.recarray)
        told = place.told()
        n = reckon(place.world, *told, self._police_pence, self._last, self._owed, out)
        self._last = _open_cases(place)
        return Charges(*(out[name][:n] for name in ("person", "column", "pence")))


def bill_columns(place: Place) -> tuple[str, ...]:
    """The names of the columns: every door, also those kept for teams of others, and prison."""
    names = list(door_names(place.scenario))
    names += [f"no team {d}" for d in range(len(names), place.n_doors)]
    return (*names, PRISON)


def payer_of(scenario: Scenario, column: str) -> str:
    """Who pays for what stands in a column."""
    if column in scenario.evidence.agencies:
        return scenario.evidence.agencies[column].payer
    teams = {team.name: team.payer for team in team_specs(scenario)}
    return teams.get(column, JUSTICE)


def _open_cases(place: Place) -> Ints:
    """Cases open today, as person x columns + door."""
    out = np.empty(int(place.world.counts[Count.CASES]), np.int64)
    return out[: note_open(place.world, place.n_doors + 1, out)]


def _police_pence(place: Place) -> Ints:
    """What the police spend on each outcome of a crisis."""
    crisis = place.scenario.evidence.crisis
    hour = crisis.police_gbp_per_hour.value
    hours = np.array([crisis.police_hours[name] for name in crisis.outcomes])
    return np.asarray(np.rint(100.0 * hour * hours), np.int64)


def event_pence(place: Place, trace: Table) -> Ints:
    """[trace] What each thing that happened cost. In sum over a week it is what `Bills` charges,
    but for cases of a team whose work has not begun, of which nothing is told."""
    doors, course = place.doors, place.course
    pence = np.zeros(len(trace), np.int64)
    calls = trace.kind == Happening.CONTACT
    pence[calls] = doors.contact_pence[trace.door[calls]]
    crises = calls & (trace.detail > 0)
    pence[crises] += doors.crisis_pence[trace.detail[crises] - 1]
    met = (trace.kind == Happening.ATTENDED) | (trace.kind == Happening.MISSED)
    pence[met] = doors.case_week_pence[trace.door[met]]
    cared = met & (trace.door == doors.care_door) & (place.world.people.care[trace.person] == 1)
    pence[cared] += doors.care_week_pence
    struck = np.flatnonzero(trace.kind == Happening.LIFE_EVENT)
    arrests = struck[course.event_effect[trace.detail[struck]] == Effect.PRISON]
    pence[arrests] = course.arrest_pence
    pence[trace.kind == Happening.PRISON] = course.prison_pence
    return pence
