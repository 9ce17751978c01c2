"""The answer of a report, scenario by scenario: what a reader came for first, then the rest.

First the demand on those who cannot refuse, then people, then money; then whatever else changes
most. Within each, effects come in the order of their size: the share of today's level that is
certain, which is the end of the interval nearer to nought over that level. So neither what is large
by luck alone nor what is certain and tiny comes first. What cannot be told comes last, by why not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from experiments.compare import Findings, differences, levels
from experiments.range_words import could_be
from experiments.report.cash import cash_in_words
from experiments.report.spoken import spoken
from experiments.rows import Row, sections
from experiments.stats import LEVEL, Interval, t_quantile
from experiments.table import telling
from experiments.wording import (
    NO_DIFFERENCE,
    difference_text,
    in_plain_words,
    level_text,
)

Columns = Mapping[str, Interval]
Group = tuple[str, tuple[str, ...]]
"""A small heading, and what stands under it, a line each."""

NO_BREAK: Final = "\xa0"
"""A space at which no line is broken: a figure and its interval stay together."""
DEMAND: Final = (
    Row("contacts.police", "Police, contacts a year"),
    Row("contacts.ambulance", "Ambulance, contacts a year"),
    Row("contacts.ae", "A&E and emergency admissions, contacts a year"),
)
PEOPLE: Final = (
    Row("people.multiple_needs", "People with multiple unmet needs"),
    Row("people.in_crisis", "People in crisis in an average week"),
)
MAIN: Final = (*DEMAND, *PEOPLE)
"""Told in any case, large or small."""
MORE_PEOPLE: Final = (
    Row("people.most_complex", "People with the most complex needs, in a year"),
    Row("hidden.known_to_many_helped_by_none", "People known to many and helped by none"),
    Row("children.looked_after", "Children looked after"),
    Row("children.entered_care", "Children entering care a year"),
)
"""Told among people where they change by more than a trifle."""
PURSE: Final = (
    Row("cost.total", "All services and programmes", "money"),
    Row("net_benefit", "Net benefit, discounted, a year", "money"),
)
PROGRAMME: Final = Row("cost.programme", "The programme itself", "money")
PAYS: Final = "Who pays and who saves, a year"
LEAST: Final = 0.01
"""The share of today's level that must be certain of what is named among the largest."""
POINTS: Final = "percentage points"
MOST: Final = 6
"""Effects that are named as the largest."""
OF_A_SORT: Final = 2
"""Of these, at most so many from one section of the table: doors that fill together are one
effect."""
A_DAY: Final = 1 / 7
"""Weeks; a wait that changes by less means nothing to anybody."""
TRIFLES: Final = {"share": 0.005, "count": 1.0}
"""Half a percentage point, one a year: what changes by less is a line of the table, no headline."""
UNSURE: Final = "one way at other plausible numbers, not beyond chance at the model's own"
CHANCE: Final = "not to be told from chance"
SAME: Final = "exactly the same in every run"


def answer_groups(found: Findings) -> Iterator[Group]:
    """A group a scenario and a sort of answer; of one scenario alone, its levels."""
    base = levels(found, found.base)
    if not found.others:
        rows = [row for row in (*MAIN, *PURSE) if row.measure in base]
        told = (f"{row.label}: {level_text(base[row.measure], row.kind)}." for row in rows)
        yield found.labels[found.base], tuple(told)
    for name in found.others:
        yield from _of_scenario(found, base, differences(found, name), name)


def _of_scenario(found: Findings, base: Columns, against: Columns, name: str) -> Iterator[Group]:
    label = found.labels[name]
    payers = _payers(found, against)
    demand = by_size(base, against, DEMAND)
    people = by_size(base, against, (*PEOPLE, *_telling(base, against, MORE_PEOPLE)))
    named = {row.measure for row in (*MAIN, *MORE_PEOPLE)}
    rest = _largest(found, base, against, named)
    for title, rows in (("demand on police, ambulance and A&E", demand), ("people", people)):
        if rows:
            yield f"{label}: {title}", _lines(against, base, rows)
    if paid := _who_pays(found, against, name):
        yield f"{label}: who pays", paid
    if rest:
        yield f"{label}: what else changes most", _lines(against, base, rest)
    yield from _not_told(against, [*MAIN, *payers], label)


def _who_pays(found: Findings, against: Columns, name: str) -> tuple[str, ...]:
    """Each payer whose share chance does not explain; then what of it is cash."""
    money = [row for row in _payers(found, against) if beyond_chance(against, row)]
    return (*_lines(against, {}, money), *cash_in_words(found, name))


def changes_most(found: Findings, most: int) -> Iterator[Group]:
    """A group a scenario: so many of the largest effects that the first lines do not tell."""
    base = levels(found, found.base)
    named = {row.measure for row in MAIN}
    for name in found.others:
        against = differences(found, name)
        if rest := _largest(found, base, against, named)[:most]:
            yield found.labels[name], _lines(against, base, rest)


def who_pays(found: Findings) -> Iterator[Group]:
    """A group a scenario: who pays more or less by it, what of it is cash, and whose share only
    other plausible numbers would move."""
    for name in found.others:
        against = differences(found, name)
        left = [row for row in _payers(found, against)
                if not beyond_chance(against, row) and _differ(against[row.measure])]  # fmt: skip
        if paid := (*_who_pays(found, against, name), *_lines(against, {}, left)):
            yield found.labels[name], paid


def _not_told(against: Columns, rows: Sequence[Row], label: str) -> Iterator[Group]:
    """What is looked for first and cannot be told from chance, by why not."""
    left = [row for row in rows if row.measure in against and not beyond_chance(against, row)]
    for title in (UNSURE, CHANCE, SAME):
        some = [row for row in left if why_not(against[row.measure]) == title]
        if some and title == UNSURE:
            yield f"{label}: {title}", tuple(f"{r.label}: {_one_way(against, r)}." for r in some)
        elif some:
            yield f"{label}: {title}", _lines(against, {}, some)


def why_not(difference: Interval) -> str:
    """Why a difference cannot be told from chance."""
    if difference.low == difference.high == 0:
        return SAME
    low, high = difference.ignorance or (0.0, 0.0)
    return UNSURE if _differ(difference) and (low > 0 or high < 0) else CHANCE


def _differ(difference: Interval) -> bool:
    """Whether plausible sets differ by more than luck would make them."""
    return difference.ignorance is not None and difference.ignorance[0] != difference.ignorance[1]


def _one_way(against: Columns, row: Row) -> str:
    """Which way other plausible numbers point, and how far chance alone goes."""
    difference = against[row.measure]
    among = could_be(difference, row.kind, signed=True).replace(" ", NO_BREAK)
    chance = difference_text(difference, row.kind).removeprefix(NO_DIFFERENCE).strip(" ()")
    return f"{among} at plausible numbers; at the model's own, chance alone moves it by {chance}"


def _lines(against: Columns, base: Columns, rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(f"{row.label}: {in_words(against, base, row)}." for row in rows)


def by_size(base: Columns, against: Columns, rows: Sequence[Row]) -> list[Row]:
    """Those that are told, the largest first."""
    told = [row for row in rows if row.measure in against and beyond_chance(against, row)]
    return sorted(told, key=lambda row: _order(base, against, row))


def _telling(base: Columns, against: Columns, rows: Sequence[Row]) -> list[Row]:
    """Those that are there and change by more than a trifle."""
    there = [row for row in rows if row.measure in against and _level(base, row) > 0]
    return [row for row in there if _matters(base, against, row)]


def _level(base: Columns, row: Row) -> float:
    return base[row.measure].mean if row.measure in base else 0.0


def beyond_chance(against: Columns, row: Row) -> bool:
    """Whether chance alone does not explain it. A single replicate knows of no chance."""
    own = against[row.measure].by_chance
    return not own.low <= 0 <= own.high


def _largest(found: Findings, base: Columns, against: Columns, named: set[str]) -> list[Row]:
    """The largest of all other effects.

    They are picked from many, of which luck alone would lift one in twenty beyond its interval, so
    each has to be beyond an interval that is right for all of them at once, and beyond what other
    plausible numbers could undo: two replicates may agree by luck to the last digit.
    """
    every = [x for x in _candidates(found, base, against) if x[1].measure not in named]
    factor = for_so_many(len(every), len(found.replicates))
    chosen: list[Row] = []
    of_sort: dict[str, int] = {}
    told = [
        (section, row) for section, row in every
        if _matters(base, against, row) and _stands_out(against, row, factor)
    ]  # fmt: skip
    for section, row in sorted(told, key=lambda one: _order(base, against, one[1])):
        if len(chosen) < MOST and of_sort.get(section, 0) < OF_A_SORT:
            of_sort[section] = of_sort.get(section, 0) + 1
            chosen.append(row)
    return chosen


def for_so_many(n: int, replicates: int) -> float:
    """How much wider an interval is that holds for ``n`` measures at once (Bonferroni)."""
    if n < 2 or replicates < 2:
        return 1.0
    return t_quantile(replicates - 1, 1 - (1 - LEVEL) / n) / t_quantile(replicates - 1)


def _stands_out(against: Columns, row: Row, factor: float) -> bool:
    difference = against[row.measure]
    own = difference.by_chance
    one_run = math.isnan(own.half)
    return one_run or (difference.detectable and abs(own.mean) > factor * own.half)


def _candidates(found: Findings, base: Columns, against: Columns) -> Iterator[tuple[str, Row]]:
    """Rows with a level and a difference, by the section in which they stand."""
    for section in sections(telling(base, against), found.agencies):
        if any(row.kind == "money" for row in section.rows):
            continue
        for row in section.rows:
            if row.measure in against and _level(base, row) > 0:
                yield section.title, replace(row, label=spoken(section.title, row))


def _matters(base: Columns, against: Columns, row: Row) -> bool:
    """Whether it is told, and more than a trifle."""
    trifle = A_DAY if row.measure.startswith("wait_weeks.") else TRIFLES.get(row.kind, 0.0)
    if not beyond_chance(against, row) or abs(against[row.measure].mean) < trifle:
        return False
    return _certain(base, against, row) >= LEAST


def _order(base: Columns, against: Columns, row: Row) -> tuple[bool, float]:
    """Beyond all doubt before beyond chance; then by the share of today's level that is certain."""
    return not against[row.measure].detectable, -_certain(base, against, row)


def _certain(base: Columns, against: Columns, row: Row) -> float:
    """The share of today's level by which it changes at least: beyond all doubt where it can be,
    else beyond chance."""
    difference = against[row.measure]
    own = difference if difference.detectable else difference.by_chance
    ends = (difference.mean,) if math.isnan(own.half) else (own.low, own.high)
    level = _level(base, row)
    return min(map(abs, ends)) / level if level > 0 else 0.0


def _payers(found: Findings, against: Columns) -> list[Row]:
    """What the programme itself costs; who pays, the most moved first; then all together."""
    every = [row for s in sections(against, found.agencies) if s.title == PAYS for row in s.rows]
    payers = [row for row in every if row.measure.startswith("cost.payer.")]
    payers.sort(key=lambda row: -abs(against[row.measure].mean))
    itself = against.get(PROGRAMME.measure)
    first = [PROGRAMME] if itself and difference_text(itself, PROGRAMME.kind) != "0" else []
    return [*first, *payers, *(row for row in PURSE if row.measure in against)]


def in_words(against: Columns, base: Columns, row: Row) -> str:
    """A difference as it would be read out, the level it stands on, and its range over plausible
    sets of numbers. Shares are told from what to what, and differ in percentage points."""
    difference = against[row.measure]
    level = base.get(row.measure)
    gains = ("gained", "lost") if row.measure == "net_benefit" else None
    text = in_plain_words(difference, row.kind, gains)
    among = could_be(difference, row.kind, True, gains)
    if row.kind == "share":
        text, among = _in_points(text), _in_points(among)
    if level is not None:
        text += _standing(level.mean, difference.mean, row)
    among = among.replace(" ", NO_BREAK)
    return text + (f"; plausible numbers {among}" if among else "")


def _standing(level: float, difference: float, row: Row) -> str:
    now, then = (level_text(Interval(x, math.nan, math.nan), row.kind)
                 for x in (level, level + difference))  # fmt: skip
    return f", from {now} to {then}" if row.kind == "share" else f", on {now}"


def _in_points(text: str) -> str:
    """``5.5 ±0.2 points less`` with its unit in full, and a range of per cents as one of points."""
    if "points" in text:
        return text.replace("points", POINTS)
    if text.endswith(")"):  # no detectable difference (±0.2)
        return f"{text[:-1]} {POINTS})"
    return f"{text.replace('%', '')} {POINTS}" if "%" in text else text
