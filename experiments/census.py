"""A whole run, with what each of its people had and cost: where lives are found.

One run is listened to for totals; the few people found are then lived again with a diary kept
(`sim.journal`), from the same snapshot, which gives the same lives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.arrays import MAX_DOORS, Count, Floats, Happening, Ints, Refusal, Table
from agents.draft import team_specs
from experiments.likeness import Lives, lives_of, nearest
from scenarios.cases import Case, case_names, load_case
from scenarios.names import ADULT_BAND, WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.bills import Bills, Charges
from sim.dealings import Dealing, Dealings
from sim.journal import Diary, keep_diary
from sim.load import Load, LoadKeeper
from sim.model import Place, Snapshot, warm_up_weeks
from sim.world import happenings

RULES = ("cost", "contacts", "refusals")
LONGEST_WAIT = 260
"""Longer waits are counted as so many weeks."""
REPLICATE = 0
TELL_EVERY = 13
"""Weeks of the warm-up between two tellings of how far it is."""


class NobodyFound(Exception):
    """No life fits what was asked for. The text is for the user."""


@dataclass(frozen=True, eq=False)
class Yearly:
    """What could be seen of each person in each year of the scenario, and what it cost. [people,
    years]"""

    pence: Ints
    contacts: NDArray[np.int32]
    emergency: NDArray[np.int32]
    """Police, ambulance, A&E."""
    refusals: NDArray[np.int32]
    agencies: NDArray[np.uint32]
    """One bit an agency that was called on."""
    cases: NDArray[np.uint32]
    """One bit an agency or team at which a case was open."""
    care: NDArray[np.int32]
    """Times that somebody became looked after."""


@dataclass(frozen=True, eq=False)
class Census:
    """What a run left behind."""

    scenario: Scenario
    seed: int
    room_for_teams: int
    start: Snapshot
    """The scenario's first week."""
    load: Load
    columns: tuple[str, ...]
    people: Table
    """PERSON[people] everybody who ever lived there, as at the end or when last here"""
    pence: Ints
    """[people, columns]"""
    counts: NDArray[np.int32]
    """[people, doors, Dealing]"""
    years: Yearly
    tally: Table
    """WEEK[weeks] of the scenario"""
    waits: Ints
    """[doors, weeks] openings after so many weeks of waiting"""
    lives: Lives
    """Those who live there at the end."""

    @property
    def key(self) -> NDArray[np.uint64]:
        """[people] The same person has the same key in every scenario."""
        return np.asarray(self.people.key)

    @property
    def adult(self) -> NDArray[np.bool_]:
        """[people]"""
        return np.asarray(self.people.band >= ADULT_BAND)

    @property
    def last_week(self) -> int:
        """The week after the last."""
        return self.start.week + len(self.load.cut_off)


def take_census(
    scenario: Scenario,
    seed: int,
    room_for_teams: int,
    tell: Callable[[int, int], None] = lambda week, weeks: None,
) -> Census:
    """Run a scenario to its end. ``room_for_teams`` as in every run that it is compared with.
    ``tell`` hears how many weeks have been lived, and of how many."""
    place = Place(scenario, seed, REPLICATE, room_for_teams)
    while place.week < warm_up_weeks(scenario):
        place.run_to(min(place.week + TELL_EVERY, warm_up_weeks(scenario)))
        tell(place.week, place.weeks)
    start = place.snapshot()
    place.listener = dealings = Dealings(place.week)
    bills, keeper = Bills(place), LoadKeeper(place)
    pence = np.zeros((len(place.world.people), len(bills.columns)), np.int64)
    years = _YearKeeper(scenario.years)
    waits = np.zeros((MAX_DOORS, LONGEST_WAIT + 1), np.int64)
    while place.week < place.weeks:
        place.step()
        trace = happenings(place.world)
        charges = bills.charges(place, trace)
        pence = _with_rows(pence, len(place.world.people))
        np.add.at(pence, (charges.person, charges.column), charges.pence)
        years.add((place.week - 1 - start.week) // WEEKS_PER_YEAR, place, trace, charges)
        opened = trace[trace.kind == Happening.OPENED]
        np.add.at(waits, (opened.door, np.minimum(opened.detail, LONGEST_WAIT)), 1)
        keeper.note(place)
        tell(place.week, place.weeks)
    n = int(place.world.counts[Count.PEOPLE])
    people = place.world.people[:n]
    return Census(
        scenario=scenario,
        seed=seed,
        room_for_teams=room_for_teams,
        start=start,
        load=keeper.load(),
        columns=bills.columns,
        people=people.copy().view(np.recarray),
        pence=pence[:n],
        counts=dealings.of(n)[:n],
        years=years.of(n),
        tally=place.world.tally[start.week :].copy().view(np.recarray),
        waits=waits,
        lives=lives_of(place, dealings),
    )


class _YearKeeper:
    """Adds up years while a place is run."""

    def __init__(self, years: int) -> None:
        self._years = years
        self._pence = np.zeros((0, years), np.int64)
        self._counts = np.zeros((0, years, 4), np.int32)
        self._bits = np.zeros((0, years, 2), np.uint32)

    def add(self, year: int, place: Place, trace: Table, charges: Charges) -> None:
        """Add a week."""
        self._grow(len(place.world.people))
        np.add.at(self._pence[:, year], charges.person, charges.pence)
        calls = trace[trace.kind == Happening.CONTACT]
        urgent = calls[place.doors.emergency[calls.door] == 1]
        refused = trace[(trace.kind == Happening.REFUSED) & (trace.detail != Refusal.LEFT)]
        taken = trace[trace.kind == Happening.ENTERED_CARE]
        for column, these in enumerate((calls, urgent, refused, taken)):
            np.add.at(self._counts[:, year, column], these.person, 1)
        met = trace[(trace.kind == Happening.ATTENDED) | (trace.kind == Happening.MISSED)]
        for column, these in enumerate((calls, met)):
            bits = np.uint32(1) << these.door.astype(np.uint32)
            np.bitwise_or.at(self._bits[:, year, column], these.person, bits)

    def of(self, people: int) -> Yearly:
        """The years of so many people."""
        self._grow(people)
        contacts, emergency, refusals, care = (self._counts[:people, :, j] for j in range(4))
        agencies, cases = (self._bits[:people, :, j] for j in range(2))
        return Yearly(self._pence[:people], contacts, emergency, refusals, agencies, cases, care)

    def _grow(self, rows: int) -> None:
        missing = rows - len(self._pence)
        if missing > 0:
            self._pence = np.pad(self._pence, ((0, missing), (0, 0)))
            self._counts = np.pad(self._counts, ((0, missing), (0, 0), (0, 0)))
            self._bits = np.pad(self._bits, ((0, missing), (0, 0), (0, 0)))


def room_for(scenarios: Sequence[Scenario]) -> int:
    """Doors for teams that runs of these scenarios need in common."""
    return max(len(team_specs(scenario)) for scenario in scenarios)


def find(census: Census, rule: str, count: int, adults_only: bool = False) -> list[int]:
    """The rows of the people that a rule finds, first first. Raises NobodyFound."""
    if rule in RULES:
        total = _totals(census, rule)
        if adults_only:
            total = np.where(census.adult, total, -1)
        order = np.lexsort((census.key, -total))[:count]
        return [int(i) for i in order]
    if rule in case_names() or rule.endswith(".toml"):
        return _like(census, _case(rule), count)
    cases = f"a case ({', '.join(case_names())}, or a file)"
    return [row_of(census, rule, "--find", f"a rule ({', '.join(RULES)}), {cases}")]


def diary_of(census: Census, persons: Sequence[int]) -> Diary:
    """These people's lives from the scenario's first week to its last."""
    place = Place(
        census.scenario, census.seed, REPLICATE, census.room_for_teams, resume=census.start
    )
    return keep_diary(place, persons, census.last_week)


def name_of(key: int) -> str:
    """A simulated life's name: the first twelve digits of its key, the same in every scenario."""
    return f"{int(key):016x}"[:12]


def _totals(census: Census, rule: str) -> Ints:
    if rule == "cost":
        return np.asarray(census.pence.sum(axis=1))
    dealing = Dealing.CONTACTS if rule == "contacts" else Dealing.REFUSED
    return np.asarray(census.counts[:, :, dealing].sum(axis=1, dtype=np.int64))


def _like(census: Census, case: Case, count: int) -> list[int]:
    """Those at home at the end whose lives are nearest to a document's case."""
    if case.place != census.scenario.place_name:
        known = [a for c in case.counts for a in c.agencies]
        missing = set(known) - set(census.scenario.evidence.agencies)
        if missing:
            raise NobodyFound(f"{case.title}: this place has no {', '.join(sorted(missing))}")
    rows = nearest(census.lives, case, count)
    if len(rows) == 0:
        raise NobodyFound(f"{case.title}: nobody here matches the hard facts of this case")
    by_key = {int(key): i for i, key in enumerate(census.key)}
    return [by_key[int(key)] for key in census.lives.people.key[rows]]


def _case(rule: str) -> Case:
    """A case that comes with Upstream, or a file of the user's own. Raises NobodyFound."""
    try:
        return load_case(str(Path(rule[:-5]).resolve()) if rule.endswith(".toml") else rule)
    except (OSError, ValueError) as error:
        raise NobodyFound(f"--find {rule}: not a case that can be read: {error}") from error


def row_of(census: Census, name: str, option: str, or_else: str) -> int:
    """The person with a name, or with one that begins so. Raises NobodyFound."""
    found = [i for i, key in enumerate(census.key) if name_of(int(key)).startswith(name)]
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} people are called" if found else "nobody is called"
    raise NobodyFound(
        f"{option} {name}: {many} so; it is {or_else}, or the name of a person that this command "
        "has shown"
    )


def _with_rows(table: Ints, rows: int) -> Ints:
    return table if rows <= len(table) else np.pad(table, ((0, rows - len(table)), (0, 0)))


def total_gbp(pence: Ints | Floats) -> float:
    """Pounds."""
    return float(np.sum(pence)) / 100.0


def lasting(scenario: Scenario, years: int | None) -> Scenario:
    """The scenario with another horizon, if one is given."""
    return scenario if years is None else replace(scenario, years=years)
