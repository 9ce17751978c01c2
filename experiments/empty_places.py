"""Where a budget moves and places stand empty: why a cut, or more money, changes next to nothing.

A budget buys places on a caseload. Where nobody waits and places stand empty, a cut takes those
first, and more money buys more of them. That is the model's answer, and rests on what the place
file says of the budget; who is not told takes it for a finding about the service, or the money of a
cut for what something else beside it saves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.draft import apply_change, new_draft
from experiments.leverage import in_short as pounds
from experiments.own_budgets import (
    BELIEVE,
    NO_FIGURES,
    TO_PASTE,
    own_budgets,
    places,
    unsure_budgets,
)
from experiments.stats import Interval
from experiments.what_is_short import FULL, MOVES, NO_WAIT, brings_waiting, short_notes
from experiments.what_is_short import in_short as short_of
from experiments.wording import level_text
from scenarios.changes import BudgetChange
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.policy import policy_weeks, ramped, weeks_since

Floats = NDArray[np.float64]

STAND_EMPTY = "Places stand empty: "
"""What the note begins with, before the agencies' titles."""
NOBODY_WAITS = ". Nobody waits there"
"""What follows on the titles."""
LITTLE = (
    "So at these numbers a budget does little there; with other plausible numbers the places may "
    "fill."
)
TAKEN = " places are taken if nothing is changed"
PASTED = re.compile(r"\[agencies\.(\w+)\]\n *budget_gbp_per_year = (\w+)  # so far (.+)")
"""The lines to paste into a place's file, as they are printed."""


@dataclass(frozen=True, eq=False)
class Empty:
    """An agency whose places stand empty in more than half of the years in which they are moved."""

    after: dict[str, float]
    """The places at the end in each scenario that moves them and lets nobody wait."""
    all_of_them: bool
    """Whether these are all scenarios that move its places."""
    when: NDArray[np.bool_]
    """[years] in which they stand empty, if nothing is changed."""

    @property
    def told_years(self) -> str:
        """Which years these are, where it is not all of them."""
        years = (np.flatnonzero(self.when) + 1).tolist()
        if len(years) == len(self.when):
            return ""
        if len(years) == years[-1] - years[0] + 1:
            span = f"years {years[0]} to {years[-1]}" if len(years) > 1 else f"year {years[0]}"
            return f" (in {span})"
        return f" (in {len(years)} of the {len(self.when)} years)"

    def told(self, title: str, labels: Mapping[str, str]) -> str:
        """Its title, with the scenarios where it is not all that move it, and the years."""
        where = "" if self.all_of_them else f" (in {_quoted(self.after, labels)})"
        return f"{title}{where}{self.told_years}"

    def level(self, years: Mapping[str, Floats], measure: str) -> float:
        """A measure's mean over these years; NaN where there is none."""
        return float(years[measure][self.when].mean()) if measure in years else np.nan


def budget_notes(
    scenarios: Sequence[Scenario],
    years: Mapping[str, Mapping[str, Floats]],
    labels: Mapping[str, str],
    agencies: Mapping[str, str],
) -> tuple[str, ...]:
    """What must be known of the budgets that scenarios move before their figures are believed.

    Where places stand empty, with a line for each agency and what to write into the place's file;
    and which other budgets are no figures of the place. The first scenario is the base; ``years``
    has the measures of each by its name, [years], means over replicates.
    """
    base, *others = scenarios
    if not any(dated.change.kind in MOVES for s in others for dated in s.changes):
        return ()
    empty = _empty(base, others, years)
    unsure: dict[str, list[str]] = {}
    for scenario in others:
        if said := unsure_budgets(scenario, empty):
            unsure.setdefault(said, []).append(f"“{labels[scenario.name]}”")
    notes = [f"{', '.join(titles)}: {said}." for said, titles in unsure.items()]
    told_of = {agency: one.after for agency, one in empty.items()}
    notes += short_notes(scenarios, years, labels, agencies, told_of)
    if not empty:
        return tuple(notes)
    moved = _moved(scenarios)
    titles = "; ".join(one.told(agencies[agency], labels) for agency, one in empty.items())
    then = " then" if any(one.told_years for one in empty.values()) else ""
    lines = [
        f"{STAND_EMPTY}{titles}{NOBODY_WAITS}{then}, so at these numbers a budget moves money and "
        "empty places, and people little. With other plausible numbers the places may fill; where "
        "they do, the ranges show it."
    ]
    for agency, one in empty.items():
        now = _of(one, years[base.name], agency, places(base)[agency])
        told = [
            f"{one.told(agencies[agency], labels)}: {now}{TAKEN}",
            *(f"{_of(one, years[name], agency, n)} in “{labels[name]}”"
              for name, n in one.after.items()),
        ]  # fmt: skip
        refused = _refused(one.level(years[base.name], f"nfa.{agency}"))
        own = {labels[name]: gbp for name, gbp in moved.get(agency, {}).items()
               if one.all_of_them or name in one.after}  # fmt: skip
        lines.append(f"    {', '.join(told)}.{refused}{_split(own)}")
    return ("\n".join([*lines, *own_budgets(base, list(empty), TO_PASTE)]), *notes)


MEASURES = ("open", "wait_weeks", "waiting", "nfa")
"""Of an agency, those by which such notes are made."""


def place_measures(agencies: Sequence[str]) -> tuple[str, ...]:
    """The measures by which such notes are made, of agencies that have places."""
    return tuple(f"{what}.{one}" for one in agencies for what in MEASURES)


def _empty(
    base: Scenario, others: Sequence[Scenario], years: Mapping[str, Mapping[str, Floats]]
) -> dict[str, Empty]:
    """The agencies whose places others move and which stand empty, by name.

    Scenarios that make people wait there are left out: a cut of posts takes assessments, too.
    """
    before = places(base)
    moved = np.arange(base.years) >= _first_year(others)
    found: dict[str, Empty] = {}
    for agency, now in before.items():
        there = {s.name: places(s).get(agency, now) for s in others}
        there = {name: after for name, after in there.items() if after != now}
        quiet = {s.name: there[s.name] for s in others
                 if s.name in there and not brings_waiting(s, agency, years[s.name])}  # fmt: skip
        if not quiet:
            continue
        when = _stand_empty(agency, min(now, *quiet.values()), years[base.name])
        if 2 * (when & moved).sum() > moved.sum():
            found[agency] = Empty(quiet, quiet == there, when)
    return found


def _quoted(names: Iterable[str], labels: Mapping[str, str]) -> str:
    return ", ".join(f"“{labels[name]}”" for name in names)


def _first_year(scenarios: Sequence[Scenario]) -> int:
    """The first year in which any places are moved, counted from 0."""
    starts = (
        weeks_since(scenario.start, dated.start)
        for scenario in scenarios
        for dated in scenario.changes
        if dated.change.kind in MOVES
    )
    return max(0, min(starts)) // WEEKS_PER_YEAR


def _of(one: Empty, years: Mapping[str, Floats], agency: str, places_there: float) -> str:
    """How many places are taken, on average, of those that there are at the end."""
    return f"{one.level(years, f'open.{agency}'):,.0f} of {places_there:,.0f}"


def in_short(notes: Sequence[str]) -> str:
    """Such a note among those of a result in a line, for wherever it is read; else empty."""
    for note in notes:
        if note.startswith(STAND_EMPTY):
            return f"{note.partition(NOBODY_WAITS)[0]}. {LITTLE}"
    return ""


def cautions(notes: Sequence[str]) -> str:
    """The same, and what else is told of budgets, for a wall: what buys empty places, who waits for
    an assessment, and whose budgets move where they are no figures of the place."""
    whose = (note.partition(NO_FIGURES)[2].partition(BELIEVE)[0] for note in notes)
    said = [in_short(notes), *short_of(notes), *pounds(notes)]
    said += [f"Its budgets are no figures of yours: {one}." for one in whose if one]
    return " ".join(filter(None, said))


def of_each(notes: Sequence[str], agencies: Mapping[str, str]) -> list[str]:
    """Of such a note, how many places are taken, and whose figures the budgets are."""
    note = next((note for note in notes if note.startswith(STAND_EMPTY)), "")
    taken = [
        line.strip().partition(". ")[0].removesuffix(".") + "."
        for line in note.split("\n")
        if TAKEN in line
    ]
    return taken + [
        f"The budget of {agencies[key]} (£{int(gbp):,} a year) is {whence}: no figure of yours."
        for key, gbp, whence in PASTED.findall(note)
    ]


def _stand_empty(agency: str, fewest: float, years: Mapping[str, Floats]) -> NDArray[np.bool_]:
    """[years] Whether places stand empty and nobody waits for one."""
    taken, wait = years.get(f"open.{agency}"), years.get(f"wait_weeks.{agency}")
    if taken is None or wait is None:
        return np.zeros(len(next(iter(years.values()), ())), bool)
    return np.asarray((taken < FULL * fewest) & ~(wait >= NO_WAIT))


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


def _moved(scenarios: Sequence[Scenario]) -> dict[str, dict[str, float]]:
    """By agency, pounds of its budget that each scenario spends more in an average year."""
    base, *others = scenarios
    before = average_budgets(base)
    moved: dict[str, dict[str, float]] = {}
    for scenario in others:
        for agency, after in average_budgets(scenario).items():
            more = after - before.get(agency, after)
            if abs(more) >= 1:
                moved.setdefault(agency, {})[scenario.name] = more
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
