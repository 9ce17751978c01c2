"""One run of a place doing nothing, at given numbers, and what it came to: the calibrated function.

Besides the measures of `sim.metrics` a run here reports ``rates.*``: yearly rates of adults who
would be clients of a service for multiple needs, by the criterion of Fulfilling Lives and VOICES.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from agents.arrays import Count, Happening, Ints, Table
from agents.inputs import Effect
from scenarios.load import load_scenario
from scenarios.names import ADULT_BAND, WEEKS_PER_YEAR, Need
from scenarios.problems import Changed
from scenarios.resolved import Scenario
from scenarios.uncertain import with_numbers
from sim.cast import cast_of
from sim.metrics import measure
from sim.model import Place

SCENARIOS: Final = Path(__file__).parents[1] / "scenarios"
CRITERION: Final = 3
"""Of four needs (housing, drink or drugs, offending, mental health): so many make a client."""


@dataclass(frozen=True)
class Run:
    """One run: everything it depends on besides the program and its files."""

    place: str
    """One of ours by its name, or the whole path of a scenario file."""
    numbers: tuple[tuple[str, float], ...]
    """Those set; all others are as in the register."""
    years: int
    seed: int
    replicate: int
    share: float = 1.0
    """Of the place's residents: less than 1 for tests alone."""
    content: str = ""
    """The hash of what a scenario file said when the work began; of ours none is needed."""


def simulate(run: Run) -> dict[str, float]:
    """All measures over the run's years, after the warm-up."""
    return measures_of(with_numbers(scenario_of(run), dict(run.numbers)), run.seed, run.replicate)


def measures_of(scenario: Scenario, seed: int, replicate: int) -> dict[str, float]:
    """All measures of a scenario over its years, by name."""
    place = Place(scenario, seed, replicate, 0)
    place.run_to(place.weeks - WEEKS_PER_YEAR)
    listener = _Year(place)
    place.run_to(place.weeks - 1)
    rates = listener.rates(place)
    place.listener = None
    place.run_to(place.weeks)
    found = measure(place, cast_of([scenario]))
    place.let_go()
    return dict(zip(found.names, map(float, found.overall), strict=True)) | rates


def shipped(place: str) -> Path:
    """Where a place of ours does nothing."""
    return SCENARIOS / place / "do_nothing.toml"


@lru_cache(maxsize=4)
def _do_nothing(place: str) -> Scenario:
    return load_scenario(Path(place) if place.endswith(".toml") else shipped(place))


def scenario_of(run: Run) -> Scenario:
    """The place doing nothing, at the register's own numbers. Raises Changed."""
    scenario = _do_nothing(run.place)
    if run.content not in ("", scenario.content):
        raise Changed(
            f"{run.place}, or its place's file, was changed while the calibration went on: give "
            "the same command again"
        )
    scenario = replace(scenario, years=run.years)
    if run.share == 1.0:
        return scenario
    few = {band: run.share * people for band, people in scenario.place.population.items()}
    return replace(scenario, place=scenario.place.model_copy(update={"population": few}))


class _Year:
    """Listens for a year, less its last week: then what a year has noted of people is cleared."""

    def __init__(self, place: Place) -> None:
        self.contacts: list[Ints] = []
        self.arrests: list[Ints] = []
        self.first_week = place.week
        self.is_arrest = place.course.event_effect == Effect.PRISON
        place.listener = self

    def __call__(self, trace: Table) -> None:
        contacts = trace[trace.kind == Happening.CONTACT]
        self.contacts.append(np.column_stack([contacts.person, contacts.door]).astype(np.int64))
        events = trace[trace.kind == Happening.LIFE_EVENT]
        self.arrests.append(events.person[self.is_arrest[events.detail]].astype(np.int64))

    def rates(self, place: Place) -> dict[str, float]:
        """Contacts and arrests a year of an average client; NaN where there is none."""
        clients = _clients(place)
        per_client = WEEKS_PER_YEAR / (place.week - self.first_week) / max(1, len(clients))
        person, door = np.concatenate(self.contacts).T
        by_door = np.bincount(door[np.isin(person, clients)], minlength=len(place.agencies))
        found = {f"rates.contacts.{a.name}": float(by_door[a.door]) for a in place.agencies}
        found["rates.arrests"] = float(np.isin(np.concatenate(self.arrests), clients).sum())
        found = {name: count * per_client for name, count in found.items()}
        found["rates.clients"] = float(len(clients))
        return found if len(clients) else dict.fromkeys(found, float("nan"))


def _clients(place: Place) -> Ints:
    """Adults who have had three or more of the four needs, high, at some time in the year.

    Those who died, left or recovered within the year are not among them.
    """
    world = place.world
    awake: Any = world.awake[: world.counts[Count.AWAKE]]
    high = awake.high_needs.astype(np.int64)
    drink_or_drugs = (high >> Need.ALCOHOL | high >> Need.DRUGS) & 1
    others = sum(high >> need & 1 for need in (Need.HOUSING, Need.OFFENDING, Need.MENTAL_HEALTH))
    adult = world.people.band[awake.person] >= ADULT_BAND
    chosen: Ints = awake.person[(drink_or_drugs + others >= CRITERION) & adult].astype(np.int64)
    return chosen
