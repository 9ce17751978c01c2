"""Missed opportunities: what one earlier engagement would have saved, by the week it came.

A life is lived again alone (`sim.alone`) with one thing changed at the end of a week, the agencies'
load held as it was. Two answers are given. *With the luck they had*: every draw as in the run. But
people picked because they cost most had bad luck, too, and whatever changes a life takes it off
that luck. So the second answer draws the luck after that week anew, for the changed life and for
the unchanged: what could have been expected on the day.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from agents.arrays import Count, Floats, Ints
from agents.draft import team_specs
from agents.engage import Engagement
from agents.streams import run_key
from experiments.census import REPLICATE, Census
from experiments.stats import Interval
from scenarios.changes import TeamChange
from scenarios.resolved import DatedChange, Scenario
from scenarios.ways import read_ways
from sim.alone import Alone
from sim.bills import Bills
from sim.households import Taken, take
from sim.model import Snapshot
from sim.world import happenings

WAYS = {
    Engagement.DOOR_OPENED: "a place at once at the service that would help most",
    Engagement.KEPT_ON: "no withdrawal for a year of quiet weeks",
    Engagement.TEAM_OFFERED: "a navigator is offered",
}
FRESH_LUCK = 1_000_000
"""Replicates from this one on give the luck that is drawn anew; no run uses them."""


@dataclass(frozen=True, eq=False)
class Missed:
    """What each engagement of each person would have saved. Axes: weeks, ways, people, ..."""

    persons: tuple[int, ...]
    weeks: tuple[int, ...]
    """Since the scenario's start."""
    ways: tuple[Engagement, ...]
    columns: tuple[str, ...]
    saved: Floats
    """[2, weeks, ways, people, columns] pounds saved by the household; luck as it was, anew"""
    own: Floats
    """[2, weeks, ways, people] of these, on the person"""
    cost: Floats
    """[2, weeks, people] pounds of the unchanged household over all years"""
    longer: Ints
    """[2, weeks, ways, people] weeks that the person lives here longer for it; below 0: fewer"""


@dataclass(frozen=True)
class Ended:
    """Lives that end at another time than without the engagement."""

    times: int
    """Of so many engagements"""
    of: int
    saved_gbp: float
    """What they have of the mean saving."""


def missed(
    census: Census,
    persons: Sequence[int],
    weeks: Sequence[int],
    advance: Callable[[], None] = lambda: None,
) -> Missed:
    """Engage each of ``persons`` in each way at the end of each of ``weeks``, one at a time.

    Weeks count from the scenario's start, in their order. The persons must have lived there then.
    ``advance`` is called after each week.
    """
    here = int(census.start.world.counts[Count.PEOPLE])
    if any(p >= here for p in persons):
        raise ValueError("only those who lived there when the scenario began can be engaged")
    scenario = with_team(census.scenario)
    start = take(census.start.world, persons)
    whole = _Life(_alone(census, scenario, census.start, start))
    whole.run_to(census.last_week)
    life = _Life(_alone(census, scenario, census.start, start))
    parts = []
    for week in weeks:
        life.run_to(census.start.week + week + 1)
        parts.append(_at_week(census, scenario, life, whole, week))
        advance()
    *pence, longer = (np.array(part).swapaxes(0, 1) for part in zip(*parts, strict=True))
    saved, own, cost = (each / 100.0 for each in pence)
    columns = whole.bills.columns
    return Missed(tuple(persons), tuple(weeks), tuple(WAYS), columns, saved, own, cost, longer)


def with_team(scenario: Scenario) -> Scenario:
    """The scenario with a team to offer: its own last one, else the navigators' first."""
    if team_specs(scenario):
        return scenario
    changes = read_ways()["navigators"].spec.changes
    team = next(change for change in changes if isinstance(change, TeamChange))
    dated = DatedChange(team, scenario.start, None, 0, "navigators")
    return dataclasses.replace(scenario, changes=(*scenario.changes, dated))


class _Life:
    """Lives being lived, and what they have cost so far: pence by column of each copy's household,
    and of the person alone."""

    def __init__(self, place: Alone) -> None:
        place.listener = lambda trace: None
        self.place = place
        self.bills = Bills(place)
        copies = len(place.persons)
        self.house = np.zeros((copies, len(self.bills.columns)), np.int64)
        self.own = np.zeros(copies, np.int64)
        self.weeks = np.zeros(copies, np.int64)
        """[copies] in which the person lived there"""

    def run_to(self, until: int) -> None:
        """Live on until a week."""
        place = self.place
        while place.week < until:
            place.step()
            charges = self.bills.charges(place, happenings(place.world))
            copy = place.copy[charges.person]
            np.add.at(self.house, (copy, charges.column), charges.pence)
            mine = charges.person == place.persons[copy]
            np.add.at(self.own, copy[mine], charges.pence[mine])
            self.weeks += place.world.people.resident[place.persons] == 1


def _at_week(
    census: Census, scenario: Scenario, life: _Life, whole: _Life, week: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """All ways at the end of one week: what is saved by households and persons, the cost of the
    unchanged households, and by how much lives are longer; each with the luck they had, and with
    luck drawn anew from then on."""
    n = len(life.place.persons)
    everybody, nothing = np.arange(n), np.zeros(n, np.int64)
    way, copies = (x.ravel() for x in np.indices((len(WAYS), n)))
    kinds = np.array(list(WAYS), np.int64)[way]
    branch = _Branching(census, scenario, life.place)
    trial = branch.off(copies)
    changes = trial.engage_first(np.arange(len(copies)), kinds)
    trial.let_go()
    way, copies, kinds = way[changes], copies[changes], kinds[changes]  # others live on as before
    was = branch.lived(copies, kinds)
    luck = FRESH_LUCK + week
    anew = branch.lived(np.append(everybody, copies), np.append(nothing, kinds), luck)
    rest = (whole.house - life.house, anew[0][:n])
    saved = np.zeros((2, len(WAYS), *rest[0].shape), np.int64)
    own = np.zeros(saved.shape[:-1], np.int64)
    saved[0, way, copies] = rest[0][copies] - was[0]
    saved[1, way, copies] = rest[1][copies] - anew[0][n:]
    own[0, way, copies] = (whole.own - life.own)[copies] - was[1]
    own[1, way, copies] = anew[1][copies] - anew[1][n:]
    longer = np.zeros(own.shape, np.int64)
    longer[0, way, copies] = was[2] - (whole.weeks - life.weeks)[copies]
    longer[1, way, copies] = anew[2][n:] - anew[2][copies]
    return saved, own, np.array([(life.house + after).sum(axis=1) for after in rest]), longer


class _Branching:
    """Lives that branch off others at the end of a week, as often as is asked."""

    def __init__(self, census: Census, scenario: Scenario, place: Alone) -> None:
        self._census, self._scenario = census, scenario
        self._then, self._persons = place.snapshot(), place.persons
        order = np.argsort(place.copy, kind="stable")
        ends = np.cumsum(np.bincount(place.copy, minlength=len(place.persons)))
        members = np.split(order, ends[:-1])
        self._members = dict(zip(place.persons.tolist(), members, strict=True))

    def off(self, copies: Ints) -> Alone:
        """A place with a copy of each of these lives."""
        taken = take(self._then.world, self._persons[copies].tolist(), self._members)
        return _alone(self._census, self._scenario, self._then, taken)

    def lived(self, copies: Ints, kinds: Ints, luck: int = REPLICATE) -> tuple[Ints, Ints, Ints]:
        """Pence from here to the end, of households and persons, and weeks that persons live there,
        engaged in each of ``kinds``."""
        if len(copies) == 0:
            return np.zeros((0, 1), np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        place = self.off(copies)
        place.engage_first(np.arange(len(copies)), kinds)
        place.key = np.uint64(run_key(self._census.seed, luck))
        life = _Life(place)
        life.run_to(self._census.last_week)
        place.let_go()
        return life.house, life.own, life.weeks


def _alone(census: Census, scenario: Scenario, start: Snapshot, taken: Taken) -> Alone:
    return Alone(scenario, census.seed, REPLICATE, census.room_for_teams, start, taken, census.load)


def share_avoided(found: Missed, luck: int, weeks: Ints, way: int) -> Interval:
    """The share of these people's costs that one engagement avoids, with a 95% interval: the mean
    over engagements in so many weeks (places in ``found.weeks``), of which a person gets one.

    A ratio of sums; the interval is over people (Cochran 1977, 6.4), of one replicate. Luck is
    drawn anew for each week, so that a mean over many of them has little of it left.
    """
    saved = found.saved[luck, weeks, way].sum(axis=-1).mean(axis=0)
    return ratio_interval(saved, found.cost[luck, weeks].mean(axis=0))


def of_other_length(
    found: Missed, luck: int, weeks: Ints, way: int, i: int | slice = slice(None)
) -> tuple[Ended, Ended]:
    """What lives that ended sooner for an engagement have of what is saved, and those that ended
    later: the first is no saving, and the second no waste. Of person ``i`` alone, or of all."""
    longer = np.atleast_1d(found.longer[luck, weeks, way][:, i])
    saved = np.atleast_1d(found.saved[luck, weeks, way][:, i].sum(axis=-1))
    each = longer < 0, longer > 0
    sooner, later = (
        Ended(int(x.sum()), longer.size, float(saved[x].sum()) / len(weeks)) for x in each
    )
    return sooner, later


def spans(found: Missed, length: int) -> dict[int, Ints]:
    """By span of so many weeks (0 the first), the places of its weeks in ``found.weeks``."""
    span = np.array(found.weeks) // length
    return {int(s): np.flatnonzero(span == s) for s in np.unique(span)}


def ratio_interval(above: Floats, below: Floats) -> Interval:
    """sum(above) / sum(below) with a 95% interval over the rows."""
    n, total = len(above), float(below.sum())
    if total == 0.0 or n < 2:
        return Interval(math.nan, math.nan, math.nan)
    ratio = float(above.sum()) / total
    spread = float((above - ratio * below).std(ddof=1)) * math.sqrt(n) / total
    half = float(student.ppf(0.975, n - 1)) * spread
    return Interval(ratio, ratio - half, ratio + half)
