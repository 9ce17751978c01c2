"""What a finished run left behind, cut to the scenario's years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Ints, PeopleCount, Table, YearCount
from agents.draft import agency_names, door_names
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.background import background_contacts
from sim.model import Place


@dataclass(frozen=True, eq=False)
class Record:
    """The tallies of a run, with the axes [year, period, ...]."""

    scenario: Scenario
    agencies: dict[str, int]
    """The place of each agency on the axis of doors."""
    doors: dict[str, int]
    """The same with the scenario's teams."""
    weeks: Table
    """WEEK[years, 52]"""
    quarters: Table
    """QUARTER[years, 4]"""
    years: Table
    """YEAR[years, 1]"""
    background: Ints
    """[years, 52, agencies] contacts of residents outside the model."""
    budget_pence: Ints
    """[years, 52, doors]"""
    since_warm_up: Table
    """WEEK[weeks], the warm-up included."""
    crisis_pence: Ints | None = None
    """[weeks, 2, outcomes]; None where the table of shares says what a crisis costs."""

    def at(self, counts: NDArray[Any], door: str) -> NDArray[Any]:
        """One door's part of [years, 52, doors, ...]; zeros where there is no such door."""
        index = self.doors.get(door)
        return np.zeros_like(counts[:, :, 0]) if index is None else counts[:, :, index]

    def people(self, count: PeopleCount) -> NDArray[Any]:
        """[years, 52] one of the counts of people."""
        weekly: NDArray[Any] = self.weeks.people[..., count]
        return weekly

    def year(self, count: YearCount) -> NDArray[Any]:
        """[years, 1] one of the counts over a year."""
        yearly: NDArray[Any] = self.years.counts[..., count]
        return yearly


def record_of(place: Place) -> Record:
    """The record of a place that has been run to its end."""
    world, scenario = place.world, place.scenario
    first, years = place.warm_up_weeks, scenario.years
    agencies = agency_names(scenario)
    weeks = range(first, place.weeks)
    background = background_contacts(scenario, world.quarters.residents, weeks, place.key)
    return Record(
        scenario=scenario,
        agencies={name: door for door, name in enumerate(agencies)},
        doors={name: door for door, name in enumerate(door_names(scenario))},
        weeks=_by_year(world.tally[first:], years),
        quarters=_by_year(world.quarters[first // 13 :], years),
        years=_by_year(world.years[first // WEEKS_PER_YEAR :], years),
        background=background.reshape(years, WEEKS_PER_YEAR, len(agencies)),
        budget_pence=place.budget_pence[first:].reshape(years, WEEKS_PER_YEAR, -1),
        since_warm_up=world.tally,
        crisis_pence=None if place.crisis_pence is None else place.crisis_pence[first:],
    )


def _by_year(table: Any, years: int) -> Any:
    return table.reshape(years, -1)
