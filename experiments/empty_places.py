"""Where a budget moves and places stand empty: why a cut, or more money, changes next to nothing.

A budget buys places on a caseload. Where nobody waits and places stand empty, a cut takes those
first, and more money buys more of them. That is the model's answer, and rests on what the place
file says of the budget; who is not told takes it for a finding about the service, or the money of a
cut for what something else beside it saves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agents.draft import apply_change, new_draft
from experiments.own_budgets import TO_PASTE, own_budgets, places, unsure_budgets
from experiments.stats import Interval
from experiments.wording import level_text
from scenarios.changes import BudgetChange
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.policy import policy_weeks, ramped

MOVES = ("budget", "caseload")
"""Kinds of change that move an agency's places."""
FULL = 0.95
"""Share of places taken, on average, from which on they count as all taken."""
STAND_EMPTY = "Places stand empty: "
"""What the note begins with, before the agencies' titles."""
NOBODY_WAITS = ". Nobody waits there"
"""What follows on the titles."""
NO_WAIT = 0.1
"""Weeks of waiting below which nobody waits."""


def budget_notes(
    scenarios: Sequence[Scenario],
    levels: Mapping[str, Mapping[str, float]],
    labels: Mapping[str, str],
    agencies: Mapping[str, str],
) -> tuple[str, ...]:
    """What must be known of the budgets that scenarios move before their figures are believed.

    Where places stand empty, with a line for each agency and what to write into the place's file;
    and which other budgets are no figures of the place. The first scenario is the base; ``levels``
    has the measures of each by its name, means over replicates.
    """
    base, *others = scenarios
    if not any(dated.change.kind in MOVES for s in others for dated in s.changes):
        return ()
    empty = _empty(base, others, levels[base.name])
    unsure: dict[str, list[str]] = {}
    for scenario in others:
        if said := unsure_budgets(scenario, empty):
            unsure.setdefault(said, []).append(f"“{labels[scenario.name]}”")
    notes = [f"{', '.join(titles)}: {said}." for said, titles in unsure.items()]
    if not empty:
        return tuple(notes)
    moved = _moved(scenarios, labels)
    titles = "; ".join(agencies[agency] for agency in empty)
    lines = [
        f"{STAND_EMPTY}{titles}{NOBODY_WAITS}, so at these numbers a budget moves money and empty "
        "places, and people little. With other plausible numbers the places may fill; where they "
        "do, the ranges show it."
    ]
    for agency, after in empty.items():
        now = _of(levels[base.name], agency, places(base)[agency])
        told = [
            f"{agencies[agency]}: {now} places are taken if nothing is changed",
            *(f"{_of(levels[name], agency, n)} in “{labels[name]}”" for name, n in after.items()),
        ]
        refused = _refused(levels[base.name].get(f"nfa.{agency}", 0.0))
        lines.append(f"    {', '.join(told)}.{refused}{_split(moved.get(agency, {}))}")
    return ("\n".join([*lines, *own_budgets(base, list(empty), TO_PASTE)]), *notes)


def _empty(
    base: Scenario, others: Sequence[Scenario], level: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """By agency whose places stand empty, the places that each scenario which moves them has."""
    before = places(base)
    changed: dict[str, dict[str, float]] = {}
    for scenario in others:
        for agency, after in places(scenario).items():
            if after != before.get(agency, after):
                changed.setdefault(agency, {})[scenario.name] = after
    return {agency: after for agency, after in changed.items()
            if _stand_empty(agency, min(before[agency], *after.values()), level)}  # fmt: skip


def _of(level: Mapping[str, float], agency: str, places_there: float) -> str:
    """How many places are taken, on average, of those that there are at the end."""
    taken = level.get(f"open.{agency}", np.nan)
    return f"{taken:,.0f} of {places_there:,.0f}"


def in_short(notes: Sequence[str]) -> str:
    """Such a note among those of a result in a line, for wherever it is read; else empty."""
    for note in notes:
        if note.startswith(STAND_EMPTY):
            return f"{note.partition(NOBODY_WAITS)[0]}. So a budget does little there."
    return ""


def _stand_empty(agency: str, fewest: float, level: Mapping[str, float]) -> bool:
    taken, wait = (level.get(f"{what}.{agency}", np.nan) for what in ("open", "wait_weeks"))
    return bool(taken < FULL * fewest and wait < NO_WAIT)


def average_budgets(scenario: Scenario) -> dict[str, float]:
    """Each agency's budget in pounds a year, the average over the weeks of the run."""
    weeks = sorted(policy_weeks(scenario))
    total = dict.fromkeys(scenario.evidence.agencies, 0.0)
    for begins, ends in zip(weeks, (*weeks[1:], scenario.years * WEEKS_PER_YEAR), strict=True):
        draft = new_draft(scenario)
        for dated in scenario.changes:
            if isinstance(dated.change, BudgetChange):
                apply_change(draft, dated.change, ramped(dated, scenario.start, begins))
        for agency in total:
            total[agency] += draft.budget[agency] * (ends - begins)
    return {name: sum_ / (scenario.years * WEEKS_PER_YEAR) for name, sum_ in total.items()}


def _moved(scenarios: Sequence[Scenario], labels: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """By agency, pounds of its budget that each scenario spends more in an average year."""
    base, *others = scenarios
    before = average_budgets(base)
    moved: dict[str, dict[str, float]] = {}
    for scenario in others:
        for agency, after in average_budgets(scenario).items():
            more = after - before.get(agency, after)
            if abs(more) >= 1:
                moved.setdefault(agency, {})[labels[scenario.name]] = more
    return moved


def _refused(referrals: float) -> str:
    """That people are turned away beside empty places; nothing where nobody is."""
    said = f" Meanwhile {referrals:,.0f} referrals a year end there without help."
    return said if referrals >= 1 else ""


def _split(moved: Mapping[str, float]) -> str:
    """How much of the money that scenarios gain or spend is that budget and nothing else."""
    said = [
        f"{_gbp(abs(more))} {'more' if more > 0 else 'less'} in “{label}”"
        for label, more in moved.items()
    ]
    if not said:
        return ""
    return (
        f" Its budget is {', '.join(said)}, in an average year of the run: so much of the change "
        "in money there is this budget alone."
    )


def _gbp(pounds: float) -> str:
    return level_text(Interval(pounds, np.nan, np.nan), "money")
