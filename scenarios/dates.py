"""Whether what a scenario asks for begins and ends within it, and in that order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scenarios.files import Key, TomlFile
from scenarios.names import WEEKS_PER_YEAR
from scenarios.problems import Problem

FIRST_START: Final = dt.date(1990, 1, 1)
LAST_START: Final = dt.date(2100, 1, 1)


@dataclass(frozen=True)
class Span:
    """From when to when something is asked for, and where these dates were written.

    ``start`` is None where it is missing or wrong, which has been told already.
    """

    start: dt.date | None
    end: dt.date | None
    start_at: tuple[TomlFile, Key]
    end_at: tuple[TomlFile, Key]


def check_start(start: dt.date, source: TomlFile) -> Iterator[Problem]:
    """The model's calendar has ends."""
    if not FIRST_START <= start <= LAST_START:
        rule = f"'start' must be between {FIRST_START} and {LAST_START}, not {start}"
        yield source.problem(("start",), start, rule)


def check_dates(
    spans: Iterable[Span], start: dt.date | None, years: int | None
) -> Iterator[Problem]:
    """Nothing may begin before the scenario or after it, or end before it begins."""
    for span in spans:
        if span.start is None:
            continue
        if start is not None:
            yield from _outside(span, span.start, start, years)
        if span.end is not None and span.end <= span.start:
            source, key = span.end_at
            rule = f"the end, {span.end}, must be after the start, {span.start}"
            yield source.problem(key, span.end, rule)


def _outside(span: Span, begins: dt.date, start: dt.date, years: int | None) -> Iterator[Problem]:
    source, key = span.start_at
    if begins < start:
        rule = f"{begins} is before the scenario's start, {start}"
        yield source.problem(key, begins, rule, "give a later start")
    elif years is not None and begins >= _end(start, years):
        rule = f"{begins} is after the scenario's end, {_end(start, years)}"
        yield source.problem(key, begins, rule, "give an earlier start, or more years")


def _end(start: dt.date, years: int) -> dt.date:
    return start + dt.timedelta(weeks=years * WEEKS_PER_YEAR)
