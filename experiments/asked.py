"""What a scenario asks for, a line for each change: pounds before and after, posts, dates, costs.

Budgets are worked out by the model's own rules for changes, in the order in which they act.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence

from agents.draft import Draft, apply_change, new_draft
from experiments.change_words import in_words
from experiments.journey import titles
from experiments.stats import Interval
from experiments.wording import level_text
from scenarios.changes import BudgetChange, TeamChange
from scenarios.problems import listed
from scenarios.resolved import DatedChange, DatedCost, Scenario

WHOLE = 1.0
"""A change that has ramped up."""
PENNY = 0.01
UNUSUAL = 3.0
"""Times a budget from which on it is asked whether that is meant: 15 for 15% is a slip."""


def asked(scenario: Scenario) -> Iterator[str]:
    """A line for each change, in the order in which they begin, and for each cost besides; then
    what all of it costs."""
    yield from each_part(scenario)
    yield from _in_all(scenario)


def each_part(scenario: Scenario) -> Iterator[str]:
    """A line for each change, in the order in which they begin, and for each cost besides."""
    for dated, what in _changes(scenario):
        yield f"{_when(dated)}: {what}"
    for cost in scenario.costs:
        yield f"{_when(cost)}: {_cost(cost)}"


def size_and_cost(scenario: Scenario) -> list[str]:
    """Teams with posts and pounds, budgets, and costs besides, without dates; nothing else."""
    told = [
        what for dated, what in _changes(scenario)
        if isinstance(dated.change, (TeamChange, BudgetChange))
    ]  # fmt: skip
    return told + [_cost(cost) for cost in scenario.costs]


def _changes(scenario: Scenario) -> Iterator[tuple[DatedChange, str]]:
    """Each change and what it asks for, in the order in which they begin."""
    draft, called = new_draft(scenario), titles(scenario)
    for dated in sorted(scenario.changes, key=lambda dated: dated.start):
        yield dated, _what(draft, dated, called)


def _in_all(scenario: Scenario) -> Iterator[str]:
    """What everything comes to in a year in which as much of it runs as ever does, and what is
    not in that; nothing where no change has a cost.
    """
    parts: list[DatedChange | DatedCost] = [
        dated for dated in scenario.changes if isinstance(dated.change, (TeamChange, BudgetChange))
    ]
    parts += scenario.costs
    if not parts:
        return
    days = sorted({part.start for part in parts})
    day = max(days, key=lambda day: (sum(_runs(part, day) for part in parts), day))
    sums = [_more(_a_year(scenario, day))]
    if once := sum(cost.gbp_once for cost in scenario.costs):
        sums.append(f"{_round_sum(once)} once")
    apart = "" if all(_runs(part, day) for part in parts) else " (not all of it runs at once)"
    yield f"in all, from {day} and built up: {', '.join(sums)}{apart}"
    yield f"  not in it: {_not_in_it(scenario)}"


def _runs(part: DatedChange | DatedCost, day: dt.date) -> bool:
    return part.start <= day and (part.end is None or day < part.end)


def _a_year(scenario: Scenario, day: dt.date) -> float:
    """Pounds a year of teams, budgets above or below what they were, and costs besides."""
    draft = new_draft(scenario)
    gbp = sum(cost.gbp_per_year for cost in scenario.costs if _runs(cost, day))
    gbp -= sum(draft.budget.values())
    for dated in sorted(scenario.changes, key=lambda dated: dated.start):
        change = dated.change
        if not _runs(dated, day):
            continue
        if isinstance(change, BudgetChange):
            apply_change(draft, change, WHOLE)
        elif isinstance(change, TeamChange):
            gbp += change.posts * change.cost_gbp_per_post
    return gbp + sum(draft.budget.values())


def _more(gbp: float) -> str:
    """Pounds a year more or less; what is no more than rounding of sums is neither."""
    if abs(gbp) < PENNY:
        return "as much a year as before"
    return f"{_round_sum(abs(gbp))} a year {'more' if gbp > 0 else 'less'}"


def _not_in_it(scenario: Scenario) -> str:
    """What a sum of teams, budgets and costs leaves out."""
    others = "what other services then spend or save (upstream compare tells)"
    kinds = dict.fromkeys(
        dated.change.kind for dated in scenario.changes
        if not isinstance(dated.change, (TeamChange, BudgetChange))
    )  # fmt: skip
    if not kinds:
        return others
    return f"{others}; what {listed(kinds)} may cost beyond the sums given"


def _cost(cost: DatedCost) -> str:
    """A programme's own cost, besides posts and budgets."""
    sums = [f"{_round_sum(cost.gbp_per_year)} a year"] if cost.gbp_per_year else []
    sums += [f"{_round_sum(cost.gbp_once)} once"] if cost.gbp_once else []
    return f"besides posts and budgets: {', '.join(sums)}"


def _when(dated: DatedChange | DatedCost) -> str:
    return f"from {dated.start}" + (f" to {dated.end}" if dated.end else "")


def _what(draft: Draft, dated: DatedChange, called: dict[str, str]) -> str:
    change = dated.change
    if isinstance(change, TeamChange):
        cost = _round_sum(change.posts * change.cost_gbp_per_post)
        return f"{change.title}, {change.posts:g} posts, {cost} a year"
    if not isinstance(change, BudgetChange):
        return in_words(change, called)
    before = dict(draft.budget)
    apply_change(draft, change, WHOLE)
    moved = [name for name in before if draft.budget[name] != before[name]]
    if not moved:
        return "budgets: no difference"
    given = [name for name in moved if name == change.moved_to]
    cut = [name for name in moved if name not in given]
    return ", moved to ".join(_budgets(names, before, draft.budget, called)
                              for names in (cut, given) if names)  # fmt: skip


def _budgets(
    names: Sequence[str],
    before: Mapping[str, float],
    after: Mapping[str, float],
    called: Mapping[str, str],
) -> str:
    """One budget by its agency's name, several together."""
    who = called[names[0]] if len(names) == 1 else f"{len(names)} budgets together"
    total = (sum(budgets[name] for name in names) for budgets in (before, after))
    return f"{who}: {_money(*total)}"


def _money(before: float, after: float) -> str:
    change = f"{after / before - 1:+.0%}" if before else "new"
    told = f"{_pounds(before)} to {_pounds(after)} a year ({change})"
    if before and after > UNUSUAL * before:
        told += f": {after / before:.3g} times as much, is that meant?"
    return told


def _round_sum(gbp: float) -> str:
    """A sum as its file gives it: £60k, not £60.0k."""
    text = _pounds(gbp)
    return re.sub(r"\.?0+(?=\D*$)", "", text) if "." in text else text


def _pounds(gbp: float) -> str:
    return level_text(Interval(gbp, math.nan, math.nan), "money")
