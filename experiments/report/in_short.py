"""The first lines of a report: what a scenario changes for people, for demand and for money.

Three sentences a scenario, and one of children entering care where that is beyond chance, each with
its ±, whether it is beyond chance, and its range over plausible sets of numbers, before anything is
said of how they were found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from experiments.compare import Findings, differences, levels
from experiments.empty_places import in_short as places_in_short
from experiments.range_words import could_be
from experiments.report.answers import (
    DEMAND,
    NO_BREAK,
    UNSURE,
    Columns,
    Group,
    beyond_chance,
    by_size,
    why_not,
)
from experiments.rows import Row
from experiments.stats import Interval
from experiments.what_is_short import in_short as short_of
from experiments.wording import WITHIN_CHANCE, in_plain_words, level_text


@dataclass(frozen=True)
class Subject:
    """What a sentence is about: ``more PEOPLE ...``, and ``no difference in HOW MANY``."""

    begins: str
    row: Row
    more_of: str
    none_in: str


PEOPLE: Final = Subject(
    "People", Row("people.multiple_needs", ""), "people with multiple unmet needs",
    "how many people have multiple unmet needs",
)  # fmt: skip
CHILDREN: Final = Subject(
    "Children", Row("children.entered_care", ""), "children entering care a year", "",
)  # fmt: skip
MONEY: Final = Subject(
    "Money", Row("cost.total", "", "money"), "spent a year by all services and programmes together",
    "what all services and programmes together spend a year",
)  # fmt: skip
DOORS: Final[Mapping[str, str]] = {
    "contacts.police": "the police",
    "contacts.ambulance": "the ambulance service",
    "contacts.ae": "A&E and emergency admissions",
}
THE_SUREST: Final = "Demand (the surest change among police, ambulance and A&E)"
SUREST_BY_CHANCE: Final = (
    "Demand (as far as chance goes, the surest change among police, ambulance and A&E)"
)
NO_DEMAND: Final = "Demand: no detectable difference at police, ambulance or A&E"
BEYOND: Final = "beyond chance"
UNDONE: Final = "beyond chance, though with other plausible numbers it may be none"
ONE_RUN: Final = "one run, so chance may explain all of it"
WITHIN: Final = "not beyond chance"
SAME_EVERYWHERE: Final = "; other plausible numbers move it no further than luck does"
BEFORE_THE_MONEY: Final = "Before the money is believed"
SPLIT: Final = "How much of the money is such a budget alone stands under “The answer”{}."
OUTSIDE: Final = " (this figure, of the register's own numbers, is outside them)"
ONE_WAY: Final = "not beyond chance, though other plausible numbers all point one way"


def in_short(found: Findings, of_which: str = "") -> Iterator[Group]:
    """A group a scenario: in force for how long, and its sentences. Nothing of one scenario.

    ``of_which`` report the answer is that it points to, where it is not the same.
    """
    base = levels(found, found.base)
    for name in found.others:
        against = differences(found, name)
        force = found.in_force.get(name)
        during = f", in force in {force}" if force else ""
        lines = tuple(_sentences(base, against))
        if lines:
            yield f"{found.labels[name]}{during}", lines
    empty = places_in_short(found.notes)
    said = [f"{empty} {SPLIT.format(of_which)}"] if empty else []
    said += short_of(found.notes)
    if found.others and said:
        yield BEFORE_THE_MONEY, tuple(said)


def asked_in_short(found: Findings) -> str:
    """What the sentences are held against."""
    return f"In an average year of the {found.years}, against “{found.labels[found.base]}”:"


def _sentences(base: Columns, against: Columns) -> Iterator[str]:
    if PEOPLE.row.measure in against:
        yield _sentence(base, against, PEOPLE)
    if CHILDREN.row.measure in against and beyond_chance(against, CHILDREN.row):
        yield _sentence(base, against, CHILDREN)
    yield from _of_demand(base, against)
    if MONEY.row.measure in against:
        yield _sentence({}, against, MONEY)


def _of_demand(base: Columns, against: Columns) -> Iterator[str]:
    """The surest of the doors that cannot refuse; where none can be told, that."""
    there = [row for row in DEMAND if row.measure in against]
    surest = by_size(base, against, there)
    if surest:
        row = surest[0]
        door = DOORS[row.measure]
        difference = against[row.measure]
        by_chance = difference.by_chance.detectable and not difference.detectable
        said = SUREST_BY_CHANCE if by_chance else THE_SUREST
        subject = Subject(said, row, f"contacts a year with {door}", "")
        yield _sentence(base, against, subject)
    elif there:
        at_all = any(against[row.measure].low or against[row.measure].high for row in there)
        at_none = NO_DEMAND.replace("detectable difference", "difference at all")
        none = NO_DEMAND if at_all else at_none
        yield f"{none}{_how_far(against, there)}."


def _how_far(against: Columns, rows: Sequence[Row]) -> str:
    """What other plausible numbers make of figures that chance explains, door by door."""
    told = {row.measure: could_be(against[row.measure], row.kind, signed=True) for row in rows}
    each = [f"{DOORS[m]} {among}".replace(" ", NO_BREAK) for m, among in told.items()
            if among and among != WITHIN_CHANCE]  # fmt: skip
    return f"; plausible numbers: {', '.join(each)}" if each else ""


def _sentence(base: Columns, against: Columns, subject: Subject) -> str:
    row, difference = subject.row, against[subject.row.measure]
    words = in_plain_words(difference, row.kind)
    if difference.low == difference.high == 0:
        return f"{subject.begins}: no difference at all in {subject.none_in}."
    if beyond_chance(against, row):
        said = f"{words} {subject.more_of}{_on(base, row)}"
    else:
        figure = words.removeprefix("no detectable difference").strip()
        said = f"no detectable difference in {subject.none_in} {figure}{_on(base, row)}"
    return f"{subject.begins}: {said}: {_how_sure(against, row)}."


def _on(base: Columns, row: Row) -> str:
    """The level it stands on."""
    level = base.get(row.measure)
    return f", on {level_text(Interval(level.mean, math.nan, math.nan), row.kind)}" if level else ""


def _how_sure(against: Columns, row: Row) -> str:
    """Whether it is beyond chance and beyond other plausible numbers, and the range of these."""
    difference = against[row.measure]
    among = could_be(difference, row.kind, signed=True).replace(" ", NO_BREAK)
    told = beyond_chance(against, row)  # else no figure is put forward
    outside = OUTSIDE if told and _outside(difference, row) else ""
    numbers = f"; plausible numbers {among}{outside}" if among else ""
    if among == WITHIN_CHANCE.replace(" ", NO_BREAK):
        numbers = SAME_EVERYWHERE
    if math.isnan(difference.by_chance.half):
        return ONE_RUN + numbers
    if not told:
        return (ONE_WAY if why_not(difference) == UNSURE else WITHIN) + numbers
    return (BEYOND if difference.detectable else UNDONE) + numbers


def _outside(difference: Interval, row: Row) -> bool:
    """Whether the figure lies outside the range, in the digits in which that is told."""
    if difference.ignorance is None:
        return False
    low, high = difference.ignorance
    wider = (min(low, difference.mean), max(high, difference.mean))
    one, other = (
        could_be(replace(difference, ignorance=ends), row.kind, signed=True)
        for ends in (difference.ignorance, wider)
    )
    return one != other
