"""The answer of a report, scenario by scenario: what changes most, who pays, what cannot be told.

Effects come in the order of their size: the share of today's level that is certain, which is the
end of the interval nearer to nought over that level. So neither what is large by luck alone nor
what is certain and tiny comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from experiments.compare import Findings, differences, levels
from experiments.rows import Row, sections
from experiments.stats import Interval
from experiments.table import telling
from experiments.wording import in_plain_words, level_text, range_in_words

Columns = Mapping[str, Interval]
Group = tuple[str, tuple[str, ...]]
"""A small heading, and what stands under it, a line each."""

NO_BREAK: Final = "\xa0"
"""A space at which no line is broken: a figure and its interval stay together."""
MAIN: Final = (
    Row("people.multiple_needs", "People with multiple unmet needs"),
    Row("people.in_crisis", "People in crisis in an average week"),
    Row("contacts.police", "Police, contacts a year"),
    Row("contacts.ae", "A&E and emergency admissions, contacts a year"),
)
"""Told in any case, large or small."""
PURSE: Final = (
    Row("cost.total", "All services and programmes", "money"),
    Row("net_benefit", "Net benefit, discounted, a year", "money"),
)
PROGRAMME: Final = Row("cost.programme", "The programme itself", "money")
PAYS: Final = "Who pays and who saves, a year"
LEAST: Final = 0.01
"""The share of today's level that must be certain of what is named among the largest."""
MOST: Final = 6
"""Effects that are named as the largest."""
OF_A_SORT: Final = 2
"""Of these, at most so many from one section of the table: doors that fill together are one
effect."""
SPOKEN: Final = {
    "people.multiple_needs": "People with multiple unmet needs",
    "people.most_complex": "People with the most complex needs, in a year",
    "people.in_crisis": "People in crisis in an average week",
    "hidden.below_every_threshold": "People below every door's threshold",
    "hidden.known_to_many_helped_by_none": "People known to many and helped by none",
    "nfa_share.from_police": "Referrals by the police refused",
    "nfa.below_threshold": "Referrals refused a year as below the threshold",
    "nfa.excluded": "Referrals refused a year by an exclusion",
    "contacts.police_mental_health": "Contacts with the police about mental health, a year",
    "failure_demand.share": "Contacts after a refusal or closure, of all",
    "concentration.top_9pct_share": "The heaviest 9%'s share of contacts with the police",
    "nfa_share.both_needs": "Referrals refused of people with mental ill-health and drugs",
}
"""What needs the table's headings to be understood, in words of its own."""
AFTER: Final = {
    "Demand: contacts a year": "contacts a year",
    "Referrals refused a year, by door": "referrals refused a year",
    "Weeks of waiting, by door": "weeks of waiting",
}
"""What the names of agencies mean under these headings."""
A_DAY: Final = 1 / 7
"""Weeks; a wait that changes by less means nothing to anybody."""


def answer_groups(found: Findings) -> Iterator[Group]:
    """A group a scenario and a sort of answer; of one scenario alone, its levels."""
    base = levels(found, found.base)
    if not found.others:
        rows = [row for row in (*MAIN, *PURSE) if row.measure in base]
        told = (f"{row.label}: {level_text(base[row.measure], row.kind)}." for row in rows)
        yield found.labels[found.base], tuple(told)
    for name in found.others:
        yield from _of_scenario(found, base, differences(found, name), found.labels[name])


def _of_scenario(found: Findings, base: Columns, against: Columns, label: str) -> Iterator[Group]:
    largest, payers = _largest(found, base, against), _payers(found, against)
    main = [row for row in MAIN if row.measure in against]
    named = {row.measure for row in largest}
    told = [*largest, *(r for r in main if r.measure not in named and _told(against, r))]
    money = [row for row in payers if _told(against, row)]
    rest = [row for row in (*main, *payers) if not _told(against, row)]
    if told:
        lines = tuple(f"{row.label}: {in_words(against, base, row)}." for row in told)
        yield f"{label}: what changes most", lines
    if money:
        yield f"{label}: who pays", tuple(f"{r.label}: {in_words(against, {}, r)}." for r in money)
    if rest:
        lines = tuple(f"{row.label}: {in_words(against, {}, row)}." for row in rest)
        yield f"{label}: not to be told from chance", lines


def _told(against: Columns, row: Row) -> bool:
    """Whether chance alone does not explain it. A single replicate knows of no chance."""
    own = against[row.measure].by_chance
    return not own.low <= 0 <= own.high


def _largest(found: Findings, base: Columns, against: Columns) -> list[Row]:
    """The largest effects on people, demand and doors; what numbers could undo comes last."""
    chosen: list[Row] = []
    of_sort: dict[str, int] = {}
    for section, row in sorted(
        _candidates(found, base, against), key=lambda one: _order(base, against, one[1])
    ):
        if len(chosen) < MOST and of_sort.get(section, 0) < OF_A_SORT:
            of_sort[section] = of_sort.get(section, 0) + 1
            chosen.append(row)
    return chosen


def _candidates(found: Findings, base: Columns, against: Columns) -> Iterator[tuple[str, Row]]:
    """Rows with a level and a difference that is told, by the section in which they stand."""
    for section in sections(telling(base, against), found.agencies):
        if any(row.kind == "money" for row in section.rows):
            continue
        for row in section.rows:
            there = row.measure in base and row.measure in against
            if there and base[row.measure].mean > 0 and _matters(base, against, row):
                yield section.title, replace(row, label=_spoken(section.title, row))


def _matters(base: Columns, against: Columns, row: Row) -> bool:
    wait = row.measure.startswith("wait_weeks.")
    if not _told(against, row) or (wait and abs(against[row.measure].mean) < A_DAY):
        return False
    return _certain(base, against, row) >= LEAST


def _spoken(section: str, row: Row) -> str:
    label = SPOKEN.get(row.measure, row.label.strip())
    of_agency = section in AFTER and row.measure not in SPOKEN
    return f"{label}, {AFTER[section]}" if of_agency else label


def _order(base: Columns, against: Columns, row: Row) -> tuple[bool, float]:
    """Beyond all doubt before beyond chance; then by the share of today's level that is certain."""
    return not against[row.measure].detectable, -_certain(base, against, row)


def _certain(base: Columns, against: Columns, row: Row) -> float:
    """The share of today's level by which it changes at least: beyond all doubt where it can be,
    else beyond chance."""
    difference = against[row.measure]
    own = difference if difference.detectable else difference.by_chance
    ends = (difference.mean,) if math.isnan(own.half) else (own.low, own.high)
    return min(map(abs, ends)) / base[row.measure].mean


def _payers(found: Findings, against: Columns) -> list[Row]:
    """What the programme itself costs; who pays, the most moved first; then all together."""
    every = [row for s in sections(against, found.agencies) if s.title == PAYS for row in s.rows]
    payers = [row for row in every if row.measure.startswith("cost.payer.")]
    payers.sort(key=lambda row: -abs(against[row.measure].mean))
    first = [PROGRAMME] if PROGRAMME.measure in against and against[PROGRAMME.measure].mean else []
    return [*first, *payers, *(row for row in PURSE if row.measure in against)]


def in_words(against: Columns, base: Columns, row: Row) -> str:
    """A difference as it would be read out, the level it stands on, and its range over plausible
    sets of numbers."""
    difference = against[row.measure]
    level = base.get(row.measure)
    gains = ("gained", "lost") if row.measure == "net_benefit" else None
    text = in_plain_words(difference, row.kind, gains)
    if level is not None:
        text += f", on {level_text(Interval(level.mean, math.nan, math.nan), row.kind)}"
    among = range_in_words(difference, row.kind, signed=True).replace(" ", NO_BREAK)
    return text + (f"; plausible numbers {among}" if among else "")
