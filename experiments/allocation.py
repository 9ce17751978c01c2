"""Sums of money over agencies and ways of working: what is allowed, and the scenario it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agents.arrays import Floats
from agents.draft import agency_names
from experiments.commands import BadRequest
from experiments.stronger import with_strength
from scenarios.changes import BudgetChange, TeamChange
from scenarios.quantities import Quantity
from scenarios.resolved import DatedChange, Scenario
from sim.policy import policy_at

STATUTORY = ("childrens_social_care", "adult_social_care", "probation", "mental_health", "crisis",
             "housing")  # fmt: skip
"""Who usually is spared: their duties stand in law. What is left is called preventive."""
MOST_OF_A_WAY = 2.0
"""A way of working is bought up to twice its size."""


@dataclass(frozen=True)
class Item:
    """An agency's budget or a way of working, and how far money for it may change, in pounds."""

    name: str
    title: str
    budget: float
    """Of a year, today; 0 for a way of working."""
    low: float
    high: float
    agency: bool


@dataclass(frozen=True, eq=False)
class Problem:
    """Money to share out."""

    base: Scenario
    items: tuple[Item, ...]
    ways: tuple[Scenario, ...]
    """Scenarios in which one way of working is in use, in the order of the items."""
    money: float
    """Pounds a year to be given out; negative is a cut to be absorbed."""

    @property
    def low(self) -> Floats:
        """[items]"""
        return np.array([item.low for item in self.items])

    @property
    def high(self) -> Floats:
        """[items]"""
        return np.array([item.high for item in self.items])

    @property
    def scale(self) -> Floats:
        """[items] what each may change at most, either way."""
        return np.maximum(np.abs(self.low), np.abs(self.high))


def problem(
    base: Scenario, ways: Sequence[Scenario], money: float, most: float, grow: float, posts: float
) -> Problem:
    """Bounds from the rules: no agency loses more than a share ``most`` or gains more than ``grow``
    of its budget, and none has fewer than so many posts. Raises BadRequest if it cannot be done."""
    items = [_agency(base, name, budget, most, grow, posts) for name, budget in budgets(base)]
    items += [_way(way) for way in ways]
    found = Problem(base, tuple(items), tuple(ways), money)
    least, greatest = float(found.low.sum()), float(found.high.sum())
    if not least <= money <= greatest:
        raise BadRequest(
            f"under these limits between £{least:,.0f} and £{greatest:,.0f} a year can be moved, "
            f"not £{money:,.0f}; allow more with --most or --grow, or ask for less"
        )
    return found


def budgets(base: Scenario) -> list[tuple[str, float]]:
    """Agencies with a budget, and the pounds a year they have today."""
    pence = policy_at(base, None, 0).doors.budget_pence
    every = zip(agency_names(base), pence, strict=False)
    return [(name, float(p) * 52 / 100) for name, p in every if p > 0]


def _agency(
    base: Scenario, name: str, budget: float, most: float, grow: float, posts: float
) -> Item:
    spec = base.evidence.agencies[name]
    floor = max((1.0 - most) * budget, min(budget, posts * spec.cost_gbp_per_post.value))
    return Item(name, spec.title, budget, floor - budget, grow * budget, agency=True)


def _way(way: Scenario) -> Item:
    return Item(way.name, way.title, 0.0, 0.0, MOST_OF_A_WAY * yearly_cost(way), agency=False)


def yearly_cost(way: Scenario) -> float:
    """Pounds a year of a way of working at the size of its file."""
    teams = [d.change for d in way.changes if isinstance(d.change, TeamChange)]
    cost = sum(team.posts * team.cost_gbp_per_post for team in teams)
    cost += sum(c.gbp_per_year for c in way.costs)
    if cost <= 0 or any(isinstance(d.change, BudgetChange) for d in way.changes):
        raise BadRequest(
            f"--ways: {way.name} has no cost of its own to share out; take one whose money is in a "
            "team or in [cost]"
        )
    return float(cost)


def scenario_of(found: Problem, pounds: Floats, name: str) -> Scenario:
    """The scenario in which the money is shared out so, from the first day."""
    start = found.base.start
    changes, costs = list(found.base.changes), list(found.base.costs)
    for item, gbp in zip(found.items, pounds, strict=True):
        if item.agency and abs(gbp) >= 1.0:
            budget = BudgetChange(
                kind="budget", agency=item.name, add_gbp_per_year=Quantity(value=float(gbp))
            )
            changes.append(DatedChange(budget, start, None, 0, "mix"))
    bought = zip(found.ways, pounds[len(found.items) - len(found.ways) :], strict=True)
    for way, gbp in bought:
        sized = resized(way, float(gbp) / yearly_cost(way))
        changes += sized.changes
        costs += sized.costs
    return replace(found.base, name=name, title=name, changes=tuple(changes), costs=tuple(costs))


def resized(way: Scenario, size: float) -> Scenario:
    """A way of working of another size: its posts and costs, and what is no team as strong."""
    if size < 0.01:
        return replace(way, changes=(), costs=())
    teams = tuple(
        replace(d, change=d.change.model_copy(update={"posts": size * d.change.posts}))
        for d in way.changes
        if isinstance(d.change, TeamChange)
    )
    rest = tuple(d for d in way.changes if not isinstance(d.change, TeamChange))
    others = with_strength(replace(way, changes=rest), size).changes
    costs = tuple(
        replace(c, gbp_per_year=size * c.gbp_per_year, gbp_once=size * c.gbp_once)
        for c in way.costs
    )
    return replace(way, changes=(*teams, *others), costs=costs)


def filled(found: Problem, wanted: Floats) -> Floats:
    """The allocation nearest to ``wanted`` that keeps the bounds and adds up to the money: the same
    share of its room is put on every item, found by bisection."""
    low, high, scale = found.low, found.high, np.maximum(found.high - found.low, 1e-9)

    def at(shift: float) -> Floats:
        return np.clip(wanted + shift * scale, low, high)

    down, up = -3.0 - float(np.abs(wanted / scale).max()), 3.0 + float(np.abs(wanted / scale).max())
    for _ in range(80):
        middle = (down + up) / 2
        down, up = (middle, up) if at(middle).sum() < found.money else (down, middle)
    return at(up)


def designs(found: Problem, n: int, seed: int) -> Floats:
    """[n, items] allocations spread over all that is allowed."""
    from scipy.stats import qmc

    u = qmc.LatinHypercube(len(found.items), rng=np.random.default_rng(seed)).random(n)
    return np.array([filled(found, found.low + row * (found.high - found.low)) for row in u])


def equal_shares(found: Problem) -> Floats:
    """Every agency loses or gains the same share of its budget; no new ways of working."""
    budget = np.array([item.budget for item in found.items])
    return within(found, found.money * budget / budget.sum(), budget)


def usual(found: Problem) -> Floats:
    """The statutory is protected: the others take a cut first, as far as they may, and what there
    is to give goes to the statutory."""
    budget = np.array([item.budget for item in found.items])
    statutory = np.array([item.name in STATUTORY for item in found.items])
    first = budget * (statutory if found.money > 0 else ~statutory)
    return _in_turn(found, first, budget)


def _in_turn(found: Problem, first: Floats, budget: Floats) -> Floats:
    """From the first in proportion to their budgets, up to the bounds; the rest from all others."""
    pounds = np.zeros(len(budget))
    for weights in (first, budget - first):
        left = found.money - pounds.sum()
        if abs(left) < 1.0 or weights.sum() == 0:
            continue
        pounds = pounds + _shared(left, weights, found.low - pounds, found.high - pounds)
    return within(found, pounds, budget)


def _shared(money: float, weights: Floats, low: Floats, high: Floats) -> Floats:
    """In proportion to the weights, none beyond its bounds; what is left over stays."""
    pounds = np.zeros(len(weights))
    for _ in range(len(weights)):
        left = money - pounds.sum()
        free = (weights > 0) & ((pounds > low + 0.5) if money < 0 else (pounds < high - 0.5))
        if abs(left) < 1.0 or not free.any():
            break
        share = np.where(free, weights, 0.0)
        pounds = np.clip(pounds + left * share / share.sum(), low, high)
    return pounds


def within(found: Problem, pounds: Floats, budget: Floats) -> Floats:
    """Within the bounds; what that leaves over goes to all agencies that have room."""
    kept = np.clip(pounds, found.low, found.high)
    left = found.money - kept.sum()
    return np.asarray(kept + _shared(left, budget, found.low - kept, found.high - kept))
