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
from agents.compile_doors import team_specs
from agents.engage import Engagement
from agents.streams import run_key
from experiments.census import REPLICATE, Census
from experiments.stats import Interval
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import DatedChange, Scenario
from scenarios.schema import TeamChange
from scenarios.ways import read_ways
from sim.alone import Alone, Plan
from sim.bills import Bills, payer_of
from sim.households import Taken, take
from sim.model import Snapshot
from sim.world import happenings

WAYS = {
    Engagement.DOOR_OPENED: "a place at once at the service that would help most",
    Engagement.KEPT_ON: "no withdrawal for a year of quiet weeks",
    Engagement.TEAM_OFFERED: "a navigator is offered",
}
EVERY_WEEKS = 26
TOLD_AT_WEEK = 52
"""Who saves is told for an engagement in this week: a date fixed beforehand, not the best one."""
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


def missed(
    census: Census,
    persons: Sequence[int],
    every: int = EVERY_WEEKS,
    advance: Callable[[], None] = lambda: None,
) -> Missed:
    """Engage each of ``persons`` in each way at each of a grid of weeks, one at a time.

    They must have lived there when the scenario began. ``advance`` is called after each week.
    """
    here = int(census.start.world.counts[Count.PEOPLE])
    if any(p >= here for p in persons):
        raise ValueError("only those who lived there when the scenario began can be engaged")
    scenario = with_team(census.scenario)
    ways = tuple(WAYS)
    weeks = tuple(range(0, census.scenario.years * WEEKS_PER_YEAR, every))
    found = []
    for week in weeks:
        found.append(_at_week(census, scenario, persons, ways, week))
        advance()
    columns = found[0][0].columns
    pounds = np.array([[cost.pounds for cost in both] for both in found]).swapaxes(0, 1)
    unchanged = pounds[:, :, 0]
    saved = unchanged[:, :, None] - pounds[:, :, 1:]
    mine = np.array([[cost.own for cost in both] for both in found]).swapaxes(0, 1)
    return Missed(
        tuple(persons), weeks, ways, columns, saved, mine[:, :, :1] - mine[:, :, 1:],
        unchanged.sum(axis=-1),
    )  # fmt: skip


def with_team(scenario: Scenario) -> Scenario:
    """The scenario with a team to offer: its own last one, else the navigators' first."""
    if team_specs(scenario):
        return scenario
    changes = read_ways()["navigators"].spec.changes
    team = next(change for change in changes if isinstance(change, TeamChange))
    dated = DatedChange(team, scenario.start, None, 0, "navigators")
    return dataclasses.replace(scenario, changes=(*scenario.changes, dated))


@dataclass(frozen=True, eq=False)
class _Cost:
    columns: tuple[str, ...]
    pounds: Floats
    """[1 + ways, people, columns] of the household"""
    own: Floats
    """[1 + ways, people] of the person"""


def _at_week(
    census: Census,
    scenario: Scenario,
    persons: Sequence[int],
    ways: Sequence[Engagement],
    week: int,
) -> tuple[_Cost, _Cost]:
    """All ways at one week: with the luck they had, and with luck drawn anew from then on."""
    kinds = [Engagement.NOTHING, *ways]
    copies = [p for _ in kinds for p in persons]
    plan = Plan(
        np.arange(len(copies)),
        np.full(len(copies), census.start.week + week),
        np.repeat(np.array(kinds, np.int64), len(persons)),
    )
    first = _alone(census, scenario, census.start, take(census.start.world, copies), plan)
    before = _run(first, census.start.week + week + 1)
    then = first.snapshot()
    origin = np.zeros(len(first.copy), np.int64)
    shape = (len(kinds), len(persons))
    costs = []
    for fresh in (False, True):
        taken = Taken(then.world, origin, first.copy, first.persons)
        place = _alone(census, scenario, then, taken, plan)
        if fresh:
            place.key = np.uint64(run_key(census.seed, FRESH_LUCK + week))
        house, own = (a + b for a, b in zip(before, _run(place, census.last_week), strict=True))
        columns = Bills(place).columns
        costs.append(_Cost(columns, house.reshape(*shape, -1) / 100.0, own.reshape(shape) / 100.0))
    return costs[0], costs[1]


def _alone(census: Census, scenario: Scenario, start: Snapshot, taken: Taken, plan: Plan) -> Alone:
    return Alone(
        scenario, census.seed, REPLICATE, census.room_for_teams, start, taken, census.load, plan
    )


def _run(place: Alone, until: int) -> tuple[Ints, Ints]:
    """Run to a week; pence of each copy's household by column, and of the person alone."""
    place.listener = lambda trace: None
    bills = Bills(place)
    copies = len(place.persons)
    house = np.zeros((copies, len(bills.columns)), np.int64)
    own = np.zeros(copies, np.int64)
    while place.week < until:
        place.step()
        charges = bills.charges(place, happenings(place.world))
        copy = place.copy[charges.person]
        np.add.at(house, (copy, charges.column), charges.pence)
        mine = charges.person == place.persons[copy]
        np.add.at(own, copy[mine], charges.pence[mine])
    return house, own


def share_avoided(found: Missed, luck: int, week: int, way: int) -> Interval:
    """The share of these people's costs that one engagement avoids, with a 95% interval.

    A ratio of sums; the interval is over people (Cochran 1977, 6.4), of one replicate.
    """
    saved = found.saved[luck, week, way].sum(axis=-1)
    return ratio_interval(saved, found.cost[luck, week])


def ratio_interval(above: Floats, below: Floats) -> Interval:
    """sum(above) / sum(below) with a 95% interval over the rows."""
    n, total = len(above), float(below.sum())
    if total == 0.0 or n < 2:
        return Interval(math.nan, math.nan, math.nan)
    ratio = float(above.sum()) / total
    spread = float((above - ratio * below).std(ddof=1)) * math.sqrt(n) / total
    half = float(student.ppf(0.975, n - 1)) * spread
    return Interval(ratio, ratio - half, ratio + half)


def saved_by_payer(
    census: Census, found: Missed, luck: int, week: int, way: int
) -> dict[str, float]:
    """Pounds that each payer saves, or pays more, over all the people together."""
    scenario = with_team(census.scenario)
    total: dict[str, float] = {}
    by_column = found.saved[luck, week, way].sum(axis=0)
    for column, pounds in zip(found.columns, by_column, strict=True):
        payer = payer_of(scenario, column)
        total[payer] = total.get(payer, 0.0) + float(pounds)
    return total


def in_words(census: Census, name: str, found: Missed) -> str:
    """What one earlier engagement of these people would have saved, to whom, and when."""
    chance = float(found.cost[0, 0].sum())
    at_start = float(found.cost[1, 0].sum())
    lines = [
        f"One earlier engagement of {name} of {census.scenario.title}. Their households cost "
        f"£{chance:,.0f} in {census.scenario.years} years; with the luck of all these years drawn "
        f"anew they would have cost £{at_start:,.0f}."
    ]
    for j, way in enumerate(found.ways):
        lines.append(f"  {WAYS[way]}:")
        for luck, words in enumerate(("with the luck they had", "with luck drawn anew")):
            shares = [share_avoided(found, luck, w, j) for w in range(len(found.weeks))]
            early = min(int(np.searchsorted(found.weeks, TOLD_AT_WEEK)), len(found.weeks) - 1)
            yearly = ", ".join(
                f"{w // WEEKS_PER_YEAR} {s.mean:.1%} ({s.low:.1%} to {s.high:.1%})"
                for w, s in zip(found.weeks, shares, strict=True)
                if w % (2 * WEEKS_PER_YEAR) == 0
            )
            lines.append(f"    {words}, share avoided if engaged after so many years: {yearly}")
            payers = saved_by_payer(census, found, luck, early, j)
            listed = ", ".join(f"{p} £{gbp:,.0f}" for p, gbp in sorted(payers.items()))
            years = found.weeks[early] / WEEKS_PER_YEAR
            lines.append(f"    saved by whom, if engaged after {years:g} years: {listed}")
    return "\n".join(lines)
