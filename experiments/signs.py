"""How would we have known? What agencies could see at the time, by simple rules, held against who
came to cost most.

About the limits of rules, over all residents: how many of those a rule points to would indeed have
been among them, at the number of places that a team has. Never a score for a real person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Floats
from experiments.census import Census
from scenarios.names import WEEKS_PER_YEAR

CAPACITY = 96
"""Twelve navigators with eight people each."""
_YOUNG = 25 * WEEKS_PER_YEAR


@dataclass(frozen=True, eq=False)
class Rule:
    """One simple rule, with how well it picks."""

    name: str
    area: float
    """Under the ROC curve: the chance that it ranks one of them above another resident; a half is
    chance alone."""
    right: float
    """Of those at the top of its list, at the team's capacity, how many were among them."""
    found: float
    """The share of them all that is on that list."""
    false_rate: Floats
    true_rate: Floats


@dataclass(frozen=True, eq=False)
class Signs:
    """All rules at one date."""

    year: int
    """The rules look back on this year of the scenario (0 the first)."""
    many: int
    """So many who came to cost most in the years after are to be found."""
    among: int
    """Residents."""
    capacity: int
    rules: tuple[Rule, ...]

    @property
    def base_rate(self) -> float:
        """What a list drawn by lot would get right."""
        return self.many / self.among


def signs(census: Census, many: int = 100, capacity: int = CAPACITY) -> Signs:
    """Look back on the year before the middle of the run, and forward to its end."""
    year = max(0, census.scenario.years // 2 - 1)
    seen = census.years
    week = census.start.week + (year + 1) * WEEKS_PER_YEAR
    here = _there(census, week)
    after = np.where(here, seen.pence[:, year + 1 :].sum(axis=1), -1)
    wanted = np.zeros(len(after), np.bool_)
    wanted[np.lexsort((census.key, -after))[:many]] = True
    young = (week - census.people.birth_week) < _YOUNG
    agencies = np.bitwise_count(seen.agencies[:, year]).astype(np.float64)
    emergency = seen.emergency[:, year].astype(np.float64)
    values = {
        "calls on police, ambulance and A&E in the year": emergency,
        "calls on any agency in the year": seen.contacts[:, year].astype(np.float64),
        "agencies called on in the year": agencies,
        "referrals closed without help in the year": seen.refusals[:, year].astype(np.float64),
        "agencies and teams with an open case in the year":
            np.bitwise_count(seen.cases[:, year]).astype(np.float64),
        "under 25": young.astype(np.float64),
        "emergency calls (to 6), twice the agencies, and 4 if under 25":
            np.minimum(emergency, 6.0) + 2.0 * agencies + 4.0 * young,
        "what all services cost in the year, which no one agency knows":
            seen.pence[:, year].astype(np.float64),
    }  # fmt: skip
    ties = (census.key % np.uint64(1_000_003)).astype(np.float64) / 1_000_003.0
    rules = tuple(
        _rule(name, value[here], ties[here], wanted[here], capacity)
        for name, value in values.items()
    )
    return Signs(year, many, int(here.sum()), capacity, rules)


def _there(census: Census, week: int) -> NDArray[np.bool_]:
    """Who lived there in a week: on the register by then, and still there at the end, or called on
    a service after it. Those who left at once, and had no dealings, are not told apart."""
    people = census.people
    born = people.birth_week < week
    year = (week - census.start.week) // WEEKS_PER_YEAR
    later = census.years.pence[:, year:].sum(axis=1) > 0
    return np.asarray(born & ((people.resident == 1) | later))


def _rule(name: str, value: Floats, ties: Floats, wanted: NDArray[np.bool_], capacity: int) -> Rule:
    """ROC by the rule's own steps: people whom it does not tell apart stand on one step."""
    levels, step = np.unique(-value, return_inverse=True)
    true = np.cumsum(np.bincount(step, wanted, len(levels))) / wanted.sum()
    false = np.cumsum(np.bincount(step, ~wanted, len(levels))) / (~wanted).sum()
    true, false = np.concatenate([[0.0], true]), np.concatenate([[0.0], false])
    top = np.lexsort((ties, -value))[:capacity]
    right = float(wanted[top].mean())
    found = float(wanted[top].sum() / wanted.sum())
    return Rule(name, float(np.trapezoid(true, false)), right, found, false, true)


def in_words(found: Signs) -> str:
    """The answer, with its base rate, and what it must not be used for."""
    best = max(found.rules, key=lambda rule: rule.right)
    lines = [
        f"Who would have been picked out? At the end of year {found.year + 1}, of {found.among:,} "
        f"residents, {found.many} were to cost most in the years after: {found.base_rate:.3%}. A "
        f"team with {found.capacity} places that took the first {found.capacity} of a list would "
        f"have found:"
    ]
    for rule in found.rules:
        lines.append(
            f"  {rule.name}: {rule.right:.0%} of the list right, {rule.found:.0%} of them found "
            f"(area under the ROC curve {rule.area:.2f})"
        )
    lines.append(
        f"Even the best of these rules ({best.name}) is wrong about {1 - best.right:.0%} of its "
        "list. This is about the limits of rules in a simulated population; it is no score of "
        "anybody, and a list like this must not be read as one."
    )
    return "\n".join(lines)
