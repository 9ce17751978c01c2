"""Who pays and who saves, reckoned from runs: doing nothing beside other worlds.

Money is discounted from the middle of each year to the start of the programme.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.arrays import Floats
from agents.compile_course import number
from agents.draft import apply_change, new_draft
from experiments.crossing import crossing
from experiments.stats import Interval, mean_interval
from scenarios.changes import BudgetChange, TeamChange
from scenarios.resolved import Scenario
from sim.costs import payers

NOTHING, AS_IT_IS = "nothing", "as it is"
PROGRAMME = "discounted_cost.programme"
EFFECT = "crisis_weeks"
"""What a commissioner may be ready to pay for: weeks in crisis, avoided."""


@dataclass(frozen=True, eq=False)
class Paying:
    """What a change does to somebody's money from its start on, over replicates."""

    payer: str
    net: Interval
    """Saved less spent, discounted, over all the years asked for; + is money saved."""
    cash: Interval
    """The part of it that is cash."""
    back_in: float
    """Years after the start in which it has paid back, on average; NaN where never."""
    sure_in: float
    """The same beyond chance: from then on the band of the picture is above £0; infinite where in
    none of the years, and where a single replicate tells of no chance."""
    pays: bool
    """Whether the scenario itself costs them anything, so that there is something to pay back."""
    cash_back_in: float = math.nan
    """As ``back_in``, of cash alone."""
    cash_sure_in: float = math.inf


def money_measures(scenario: Scenario) -> tuple[str, ...]:
    """What has to be measured to reckon who pays and who saves."""
    names = sorted(payers(scenario))
    return (
        PROGRAMME, EFFECT,
        *(f"cost.payer.{p}" for p in names), *(f"cashable_cost.{p}" for p in names),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Books:
    """Reckons money from runs: [replicates, worlds, measures, 1 + years]."""

    measures: tuple[str, ...]
    scenario: Scenario
    first: int
    """The year in which it starts, from 0."""
    worlds: tuple[str, ...] = (NOTHING, AS_IT_IS)
    """The first does nothing."""

    def saved(self, runs: Floats, world: str, measures: Sequence[str]) -> Floats:
        """[replicates, years since the start] what these come to less than doing nothing, added up,
        each year discounted from its middle to the start of the programme."""
        at = [self.measures.index(m) for m in measures]
        less = self._less(runs, world)[:, at, 1 + self.first :].sum(axis=1)
        return np.asarray(np.cumsum(less / self._factors(less.shape[1]), axis=1))

    def _less(self, runs: Floats, world: str) -> Floats:
        """[replicates, measures, 1 + years] doing nothing less this world."""
        less: Floats = runs[:, 0] - runs[:, self.worlds.index(world)]
        return less

    def _factors(self, years: int) -> Floats:
        rate = number(self.scenario.evidence, "money.discount_per_year")
        return np.asarray((1.0 + rate) ** (np.arange(years) + 0.5))

    def net(self, runs: Floats, world: str, cash: bool = False) -> Floats:
        """[replicates, years] of the public purse."""
        return self.saved(runs, world, self._of(cash))

    def _of(self, cash: bool, payer: str = "") -> list[str]:
        start = ("cashable_cost." if cash else "cost.payer.") + payer
        return [m for m in self.measures if (m == start if payer else m.startswith(start))]

    def spent(self, runs: Floats, world: str) -> Floats:
        """[replicates] what the programme itself costs, discounted."""
        # the ledger discounts to the scenario's start; here it is to the programme's
        rate = number(self.scenario.evidence, "money.discount_per_year")
        back = (1.0 + rate) ** self.first
        return np.asarray(-back * self._plain(runs, world, PROGRAMME))

    def _plain(self, runs: Floats, world: str, measure: str) -> Floats:
        at = self.measures.index(measure)
        less = self._less(runs, world)[:, at, 1 + self.first :]
        total: Floats = less.sum(axis=1)
        return total

    def avoided(self, runs: Floats, world: str) -> Floats:
        """[replicates] weeks in crisis avoided, discounted like money."""
        return self.saved(runs, world, [EFFECT])[:, -1]

    def payers(self, runs: Floats, world: str) -> list[Paying]:
        """The purse, then each payer."""
        names = [m.removeprefix("cost.payer.") for m in self._of(False)]
        paying = who_pays(self.scenario)
        found = []
        for payer in ("", *names):
            net = self.saved(runs, world, self._of(False, payer))
            cash = self.saved(runs, world, self._of(True, payer))
            found.append(
                Paying(
                    payer or "public purse",
                    mean_interval(net[:, -1]),
                    mean_interval(cash[:, -1]),
                    paid_back(net.mean(axis=0)),
                    crossing(range(1, 1 + net.shape[1]), net).high,
                    payer in paying if payer else bool(paying),
                    paid_back(cash.mean(axis=0)),
                    crossing(range(1, 1 + cash.shape[1]), cash).high,
                )  # fmt: skip
            )
        return found


def who_pays(scenario: Scenario) -> frozenset[str]:
    """The payers of its teams, of its own costs, and of budgets that it raises."""
    draft = new_draft(scenario)
    found = {cost.payer for cost in scenario.costs if cost.gbp_per_year or cost.gbp_once}
    agencies = scenario.evidence.agencies
    for dated in sorted(scenario.changes, key=lambda dated: dated.start):
        change, before = dated.change, dict(draft.budget)
        if isinstance(change, TeamChange):
            found |= {change.payer} if change.posts * change.cost_gbp_per_post else set()
        elif isinstance(change, BudgetChange):
            apply_change(draft, change, 1.0)
            raised = [name for name, gbp in draft.budget.items() if gbp > before[name]]
            found |= {agencies[name].payer for name in raised}
    return frozenset(found)


def paid_back(net: Floats) -> float:
    """Years after which the sum stays above nought, from the ends of the years in a line."""
    if net[-1] < 0:
        return math.nan
    below = np.flatnonzero(net < 0)
    if len(below) == 0:
        return 1.0
    last = int(below[-1])
    return last + 1.0 + float(-net[last] / (net[last + 1] - net[last]))
