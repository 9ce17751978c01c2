"""Reading a history: counts by week, month, quarter or year, of one or more series.

Accepted: a column of dates and one of values with one that names the series; or a column of dates
and a column for each series. Separated by commas, semicolons or tabs, in UTF-8 or the encoding that
Excel writes. What was understood is said, and nothing is dropped without saying so.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.forecast.periods import FREQUENCIES, Frequency, frequency_of, read_dates
from calibration.forecast.scores import Floats
from scenarios.problems import InputError, Problem, did_you_mean, shown

DATE_WORDS: Final = (
    "date", "period", "year", "month", "week", "quarter", "week_commencing", "week_starting",
    "week_ending", "month_ending", "financial_year", "time",
)  # fmt: skip
SERIES_WORDS: Final = ("series", "agency", "measure", "service", "name", "indicator")
VALUE_WORDS: Final = ("value", "count", "contacts", "number", "total", "calls", "n")
NO_VALUE: Final = ("", "na", "n/a", "-", "..", "null", "nan")
FEWEST: Final = 3
"""Values in a row below which nothing is forecast."""
LONGEST_GAP: Final = {"year": 8}
"""Missing periods in a row that are filled in by a straight line of logarithms."""
OTHER_GAP: Final = 3
BIGGEST: Final = 200 * 2**20
"""Bytes; larger files are contact logs rather than histories."""


@dataclass(frozen=True, eq=False)
class History:
    """One series: values period by period, without gaps."""

    name: str
    frequency: Frequency
    first: dt.date
    values: Floats
    seen: NDArray[np.bool_]
    """False where a missing value was filled in: no forecast is held against it"""
    notes: tuple[str, ...] = ()
    added: int = 1
    """Periods of the file that one value is the sum of."""

    def date(self, period: int) -> dt.date:
        """The first day of a period, counted from the first one."""
        return self.frequency.after(self.first, period)

    @property
    def last(self) -> dt.date:
        """The first day of the last period."""
        return self.date(len(self.values) - 1)


@dataclass
class _Table:
    """The cells of a file, and what is wrong with it."""

    path: Path
    head: list[str]
    rows: list[tuple[int, list[str]]]
    problems: list[Problem] = field(default_factory=list)

    def problem(self, rule: str, hint: str = "", line: int | None = None, value: str = "") -> None:
        self.problems.append(Problem(str(self.path), line, "", value, rule, hint))

    def check(self) -> None:
        if self.problems:
            raise InputError(self.problems)


def read_histories(path: Path) -> tuple[History, ...]:
    """Every series of a file, in the order of the file. Raises InputError."""
    table = _read(path)
    date = _column(table, DATE_WORDS)
    if date is None:
        table.problem(
            "no column of dates", f"name one 'date'; there are {', '.join(table.head[:8])}", 1
        )
    table.check()
    assert date is not None
    empty = Counter[str]()
    cells = list(_cells(table, date, empty))
    dates, notes = read_dates([text for _, text, _, _ in cells])
    values: dict[str, dict[dt.date, tuple[int, float]]] = {}
    for (line, text, name, number), day in zip(cells, dates, strict=True):
        if day is None:
            table.problem(
                f"'{text[:40]}' is no date, month or year that is understood",
                "write 2024-03-31, 31/03/2024, Mar 2024, 2024 Q1, 2023/24 or 2024", line, text,
            )  # fmt: skip
            continue
        _keep(table, values.setdefault(name, {}), day, line, number, name)
    table.check()
    together = frequency_of(sorted({day for rows in values.values() for day in rows}))
    weeks = together if together is FREQUENCIES["week"] else None
    found = tuple(_history(table, name, rows, [*notes, *_said_empty(empty[name])], weeks)
                  for name, rows in values.items())  # fmt: skip
    if not found:
        table.problem("there are no values in it", "give a row for each week, month or year")
    table.check()
    return found


def _read(path: Path) -> _Table:
    if not path.is_file():
        raise InputError([Problem(str(path), None, "", "", "there is no such file", "")])
    if path.stat().st_size > BIGGEST:
        raise InputError([Problem(str(path), None, "", "", "is too large for a history of counts",
                                  "for a log of contacts there is: upstream import")])  # fmt: skip
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\r\n", "\n")), delimiter=mark))
    except csv.Error as error:
        rule = f"is no table of comma-separated values: {error}"
        raise InputError(
            [Problem(str(path), None, "", "", rule, "is a quote not closed?")]
        ) from error
    lines = [(i + 1, [c.strip() for c in row]) for i, row in enumerate(rows) if any(row)]
    lines = [(i, row) for i, row in lines if not row[0].startswith("#")]
    if len(lines) < 2:
        raise InputError([Problem(str(path), None, "", "", "has no rows under its heading", "")])
    return _Table(path, lines[0][1], lines[1:])


def _word(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").replace("_", " ").split())


def _column(table: _Table, words: Sequence[str]) -> int | None:
    """The first column that goes by one of the words, the words in order of preference."""
    heads = [_word(name) for name in table.head]
    return next((heads.index(word) for word in words if word in heads), None)


def _said_empty(cells: int) -> list[str]:
    if not cells:
        return []
    return ["1 cell is empty or says n/a" if cells == 1 else f"{cells} cells are empty or say n/a"]


def _cells(table: _Table, date: int, empty: Counter[str]) -> Iterator[tuple[int, str, str, float]]:
    """(line, date, series, value) of every cell that holds a value; others are counted."""
    series, value = _column(table, SERIES_WORDS), _column(table, VALUE_WORDS)
    long = series is not None and value is not None
    names = {} if long else {i: n for i, n in enumerate(table.head) if i != date and n}
    for line, row in table.rows:
        if any(row[len(table.head) :]):
            _too_many(table, line, row)
            continue
        row = row + [""] * (len(table.head) - len(row))
        if not row[date]:
            table.problem("a row without a date", "", line)
            continue
        if long:
            assert series is not None and value is not None
            cells = [(row[series], row[value])]
        else:
            cells = [(name, row[i]) for i, name in names.items()]
        for name, text in cells:
            number = _number(text)
            if number is not None:
                yield line, row[date], name, number
            elif text.lower() in NO_VALUE:
                empty[name] += 1
            else:
                hint = "commas stand between thousands only: 1,020" if "," in text else ""
                table.problem(f"'{text[:40]}' is no number", hint, line, text)


def _too_many(table: _Table, line: int, row: Sequence[str]) -> None:
    """A row with more cells than headings: a comma within a number makes two cells of it."""
    halves = next(
        (f"{a},{b}" for a, b in pairwise(row) if _HEAD.fullmatch(a) and _TAIL.fullmatch(b)), ""
    )
    hint = f'a number with a comma stands in quotation marks, "{halves}", or without it'
    table.problem(
        f"{len(row)} cells under {len(table.head)} headings",
        hint if halves else "is a heading missing, or is there a comma too many?",
        line,
    )


def _number(text: str) -> float | None:
    """1,234 and £1,234 and 12% are numbers; 1,02014 is none, nor is 1,5, nor what is empty."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    number = float(re.sub("[, ]", "", found[1]))
    return number if np.isfinite(number) else None


_HEAD, _TAIL = re.compile(r"£? ?[+-]?\d{1,3}"), re.compile(r"\d{3}(?:\.\d*)? ?%?")
_NUMBER = re.compile(
    r"£? ?([+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d+)?"
    r"|[+-]?\.\d+) ?%?"
)


def _keep(
    table: _Table, kept: dict[dt.date, tuple[int, float]], day: dt.date, line: int,
    number: float, name: str,
) -> None:  # fmt: skip
    if number < 0:
        table.problem(f"{name} is {shown(number)}, and a count cannot be negative", "", line)
    elif day in kept:
        table.problem(f"{name} is given twice for {day}", f"see line {kept[day][0]}", line)
    else:
        kept[day] = (line, number)


def _history(
    table: _Table,
    name: str,
    rows: Mapping[dt.date, tuple[int, float]],
    notes: Sequence[str],
    weeks: Frequency | None,
) -> History:
    """``weeks`` is given where the file as a whole is one of weeks: a series may miss many."""
    days = sorted(rows)
    frequency = weeks or frequency_of(days)
    said = list(notes)
    if frequency is None:
        table.problem(
            f"{name}: its dates are neither weeks, months, quarters nor years apart",
            "give one value for each; single days are to be added up to weeks first",
        )
        return History(name, FREQUENCIES["year"], days[0], np.zeros(0), np.zeros(0, bool))
    at = np.array([frequency.between(days[0], day) for day in days])
    if len(set(at.tolist())) < len(at):
        twice = days[int(np.flatnonzero(np.diff(at) == 0)[0]) + 1]
        table.problem(f"{name} has two values in the same {frequency.name}, near {twice}", "")
    given = np.array([rows[day][1] for day in days])
    values, start = _without_gaps(at, given, said, frequency)
    if len(values) < FEWEST:
        in_a_row = "1 value" if len(values) == 1 else f"{len(values)} values in a row"
        said.append(f"only {in_a_row}: {FEWEST} are needed for a forecast")
    first = frequency.after(frequency.start(days[0]), start)
    seen = np.isin(start + np.arange(len(values)), at)
    return History(name, frequency, first, values, seen, tuple(dict.fromkeys(said)))


def _without_gaps(
    at: NDArray[np.int64], values: Floats, notes: list[str], frequency: Frequency
) -> tuple[Floats, int]:
    """The values with short gaps filled, from after the last long gap on, and where they begin."""
    steps = np.diff(at)
    long = np.flatnonzero(steps > LONGEST_GAP.get(frequency.name, OTHER_GAP) + 1)
    begin = int(long[-1]) + 1 if len(long) else 0
    if begin:
        gap = f"before a gap of {steps[begin - 1] - 1} {frequency.plural}"
        notes.append(f"{begin} values {gap} are left out" if begin > 1
                     else f"1 value {gap} is left out")  # fmt: skip
    at, values = at[begin:], values[begin:]
    filled = int((np.diff(at) - 1).clip(0).sum())
    if filled:
        one = f"1 missing {frequency.name} filled in between its neighbours"
        some = f"{filled} missing {frequency.plural} filled in between their neighbours"
        notes.append(one if filled == 1 else some)
    whole = np.arange(at[0], at[-1] + 1)
    smooth = np.expm1(np.interp(whole, at, np.log1p(values)))
    smooth[at - at[0]] = values
    return smooth, int(at[0])


def unknown_series(path: Path, asked: str, known: Sequence[str]) -> InputError:
    """The error for a series that is asked for and not there."""
    rule = f"there is no series '{asked[:40]}'"
    return InputError([Problem(str(path), None, "", asked, rule, did_you_mean(asked, known))])
