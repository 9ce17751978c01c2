"""Where a budget moves and places stand empty: why a cut, or more money, changes next to nothing.

A budget buys places on a caseload. Where nobody waits and places stand empty, a cut takes those
first, and more money buys more of them. That is the model's answer, and rests on what the place
file says of the budget; who is not told takes it for a finding about the service, or the money of a
cut for what something else beside it saves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

import numpy as np

from agents.draft import apply_change, new_draft, team_specs, yearly_budget
from experiments.stats import Interval
from experiments.wording import level_text
from scenarios.changes import BudgetChange
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.policy import policy_at, policy_weeks, ramped

MOVES = ("budget", "caseload")
"""Kinds of change that move an agency's places."""
FULL = 0.95
"""Share of places taken, on average, from which on they count as all taken."""
STAND_EMPTY = ": places stand empty."
"""What the sentence begins with, behind the agency's title."""
STATUS = {"measured": "measured", "estimated": "an estimate", "assumed": "assumed"}
NO_WAIT = 0.1
"""Weeks of waiting below which nobody waits."""


def empty_places(
    scenarios: Sequence[Scenario],
    level: Mapping[str, float],
    labels: Mapping[str, str],
    agencies: Mapping[str, str],
) -> tuple[str, ...]:
    """A sentence for each agency whose places a scenario changes and whose places stand empty.

    The first scenario is the base; ``level`` has its measures, means over replicates.
    """
    base, *others = scenarios
    if not any(dated.change.kind in MOVES for s in others for dated in s.changes):
        return ()
    before = places(base)
    changed: dict[str, dict[str, float]] = {}
    for scenario in others:
        for agency, after in places(scenario).items():
            if after != before.get(agency, after):
                changed.setdefault(agency, {})[labels[scenario.name]] = after
    empty = {agency: after for agency, after in changed.items()
             if _stand_empty(agency, min(before[agency], *after.values()), level)}  # fmt: skip
    moved = _moved(scenarios, labels) if empty else {}
    return tuple(
        " ".join(part for part in (
            _sentence(agencies[agency], level[f"open.{agency}"], before[agency], after),
            refused(level.get(f"nfa.{agency}", 0.0)),
            _split(moved.get(agency, {})),
            "With other plausible numbers the places may fill: the ranges hold that.",
            own_budget(base, agency),
        ) if part)
        for agency, after in empty.items()
    )  # fmt: skip


def in_short(sentences: Sequence[str]) -> str:
    """Such sentences among those of a result in a line, for wherever it is read; else empty."""
    parted = [sentence.partition(STAND_EMPTY) for sentence in sentences]
    titles = [title for title, found, _ in parted if found]
    return f"Places stand empty: {'; '.join(titles)}. So a budget does little there." * bool(titles)


def places(scenario: Scenario) -> dict[str, float]:
    """Places on the caseload of each agency in the last week; none where an agency has none."""
    teams = len(team_specs(scenario))
    doors = policy_at(scenario, scenario.years * WEEKS_PER_YEAR - 1, teams).doors
    return dict(zip(scenario.evidence.agencies, np.asarray(doors.places).tolist(), strict=False))


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


def _split(moved: Mapping[str, float]) -> str:
    """How much of the money that scenarios gain or spend is that budget and nothing else."""
    said = [
        f"{_gbp(abs(more))} {'more' if more > 0 else 'less'} in “{label}”"
        for label, more in moved.items()
    ]
    if not said:
        return ""
    only = "no longer spent" if max(moved.values()) < 0 else "alone"
    return (
        f"In an average year of the run its budget is {', '.join(said)}: that much of the change "
        f"in money there is this budget {only}, and only the rest comes of anything else."
    )


def _gbp(pounds: float) -> str:
    return level_text(Interval(pounds, np.nan, np.nan), "money")


def refused(referrals: float) -> str:
    """That people are turned away beside empty places; nothing where nobody is."""
    if referrals < 1:
        return ""
    return (
        f"Meanwhile {referrals:,.0f} referrals a year end there without help, below its threshold, "
        "excluded or given up: people are refused while places stand empty, and a budget does not "
        "change that."
    )


def own_budget(scenario: Scenario, agency: str) -> str:
    """Where an agency's budget comes from, and the two lines by which one's own is written."""
    spec = scenario.evidence.agencies[agency]
    there = spec.budget_gbp_per_year
    file = f"the place's file ({place_file(scenario)})"
    in_file = scenario.place.agencies.get(agency, {})
    where = "below this heading, which is there" if in_file else "at its end"
    if there is not None and "budget_gbp_per_year" in in_file:
        said = f"Its budget is {STATUS[there.status]} in {file}"
        where = "in place of the sum that is there"
    else:
        head = spec.budget_gbp_per_head
        said = (f"Its budget is the model's for any place, £{head.value:.2f} a resident "
                f"({STATUS[head.status]}), for {file} has none")  # fmt: skip
    sum_ = round(yearly_budget(spec, sum(scenario.place.population.values())))
    return (
        f"{said}: write your own there before you believe this, {where} (docs/modellers.md):\n"
        f"    [agencies.{agency}]\n    budget_gbp_per_year = {sum_:_}"
    )


def place_file(scenario: Scenario) -> str:
    """The place's file as it was read, with its folder where that is known."""
    name = f"{scenario.place_name}.toml"
    found = [label for label in scenario.files if PurePath(label).name == name]
    return next((label for label in found if PurePath(label).parent.name == "places"),
                found[0] if len(found) == 1 else name)  # fmt: skip


def _sentence(title: str, taken: float, before: float, after: Mapping[str, float]) -> str:
    then = ", ".join(f"“{label}” has {n:,.0f}" for label, n in after.items())
    return (
        f"{title}{STAND_EMPTY} If nothing is changed {taken:,.0f} of {before:,.0f} are "
        f"taken and nobody waits; {then}. So at these numbers its budget moves money and empty "
        "places, and people little."
    )
