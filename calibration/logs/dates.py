"""Times as people write them, a million at once.

A text's shape (digits as 9, letters as a) says which way of writing it is; all texts of a shape
have their digits in the same places, so each shape is read as columns of digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MINUTES_A_DAY: Final = 1440
EXCEL_DAY_0: Final = -25_569
"""30 December 1899, in days since 1970: what Excel counts from."""
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST: Final = 40
"""Letters of the longest time; what is longer is none."""
MOST_SHAPES: Final = 30
"""Of one length, that are looked for one by one."""
SHAPE_OF: Final = np.arange(256, dtype=np.uint8)
"""What stands for each byte in a shape."""
SHAPE_OF[ord("0") : ord("9") + 1] = ord("9")
SHAPE_OF[ord("a") : ord("z") + 1] = SHAPE_OF[ord("A") : ord("Z") + 1] = ord("a")
OLDEST_SHORT_YEAR: Final = 70
"""A year of two digits from this on is of the last century."""

_CLOCK = (
    r"(?:(?:T|a|, ?| +)(?P<hour>9{1,2}):(?P<minute>99)(?::99(?:[.,]9+)?)?(?P<half> ?aa)?"
    r"(?:a| ?[+-]99:?(?:99)?)?)?"
)
_SHAPES: Final = [
    (name, re.compile(pattern + _CLOCK))
    for name, pattern in (
        ("year-month-day", r"(?P<year>9999)[-/.](?P<month>9{1,2})[-/.](?P<day>9{1,2})"),
        ("slashed", r"(?P<day>9{1,2})(?P<mark>[-/.])(?P<month>9{1,2})[-/.](?P<year>9999|99)"),
        ("day month-name year", r"(?P<day>9{1,2})[- ](?P<name>a{3,9})[- ,]+(?P<year>9999|99)"),
        ("month-name day year", r"(?P<name>a{3,9}) (?P<day>9{1,2}),? (?P<year>9999)"),
        ("yyyymmdd", r"(?P<year>9999)(?P<month>99)(?P<day>99)"),
    )
]
_EXCEL = re.compile(r"9{5}(?:\.9+)?")
_EPOCH = re.compile(r"9{10}|9{13}")


@dataclass(frozen=True, eq=False)
class Times:
    """Times of a batch of rows."""

    minute: Ints
    """Since 1970; meaningless where `ok` is False"""
    ok: Bools
    clock: Bools
    """Whether a time of day was given"""
    day_first: Bools
    """Slashed, and only day/month/year makes a date"""
    month_first: Bools
    """Slashed, and only month/day/year makes a date"""
    either: Bools
    """Slashed, and both make a date: read as day/month/year"""
    ways: dict[str, int]
    """How many rows were written in which way."""


def read_times(texts: Any) -> Times:
    """Times from an Arrow array of texts."""
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(texts)
    length = pc.binary_length(trimmed).to_numpy(zero_copy_only=False)
    n = len(texts)
    ok, clock, day_first, month_first, either = np.zeros((5, n), bool)
    found = Times(np.zeros(n, np.int64), ok, clock, day_first, month_first, either, {})
    for one in np.unique(length):
        if 0 < one <= LONGEST:
            rows = np.flatnonzero(length == one)
            letters = _letters(trimmed if len(rows) == n else trimmed.take(rows), int(one))
            for shape, same in _alike(letters):
                alike = np.ascontiguousarray(letters[same]).view(f"S{one}").reshape(len(same))
                _read_shape(found, rows[same], shape, alike)
    return found


def _letters(texts: Any, length: int) -> NDArray[np.uint8]:
    """[texts, length] The bytes of texts that all have the same length, as Arrow holds them."""
    _, offsets, data = texts.buffers()
    first = int(np.frombuffer(offsets, np.int32)[texts.offset])
    letters = np.frombuffer(data, np.uint8, len(texts) * length, first)
    return letters.reshape(len(texts), length)


def _alike(letters: NDArray[np.uint8]) -> Iterator[tuple[str, Ints]]:
    """Each shape that there is, with its rows: one by one the common, the rest by sorting."""
    shapes = SHAPE_OF[letters]
    left = np.arange(len(letters))
    for _ in range(MOST_SHAPES):
        if not len(left):
            return
        first = shapes[left[0]]
        same = (shapes[left] == first).all(axis=1)
        yield first.tobytes().decode("latin-1"), left[same]
        left = left[~same]
    rest = np.ascontiguousarray(shapes[left]).view(f"V{shapes.shape[1]}").reshape(len(left))
    distinct, code = np.unique(rest, return_inverse=True)
    order = np.argsort(code, kind="stable")
    for one, rows in zip(distinct, np.split(order, np.cumsum(np.bincount(code))[:-1]), strict=True):
        yield one.tobytes().decode("latin-1"), left[rows]


def _read_shape(found: Times, rows: Ints, shape: str, texts: NDArray[np.bytes_]) -> None:
    for way, pattern in _SHAPES:
        match = pattern.fullmatch(shape)
        if match:
            digits = texts.view(np.uint8).reshape(len(rows), len(shape)).astype(np.int64) - ord("0")
            _read_calendar(found, rows, way, match, digits, texts)
            return
    if _EXCEL.fullmatch(shape):
        days = texts.astype(np.float64) + EXCEL_DAY_0
        _put(found, rows, "a number of days, as Excel counts", np.floor(days * MINUTES_A_DAY + 0.5),
             np.ones(len(rows), bool), "." in shape)  # fmt: skip
    elif _EPOCH.fullmatch(shape):
        seconds = texts.astype(np.int64) // (1 if len(shape) == 10 else 1000)
        _put(found, rows, "seconds since 1970", seconds // 60, np.ones(len(rows), bool), True)


def _put(found: Times, rows: Ints, way: str, minute: Any, ok: Bools, clock: bool) -> None:
    found.minute[rows] = minute
    found.ok[rows] = ok
    found.clock[rows] = clock & ok
    found.ways[way] = found.ways.get(way, 0) + int(ok.sum())


def _read_calendar(
    found: Times, rows: Ints, way: str, match: re.Match[str], digits: Ints,
    texts: NDArray[np.bytes_],
) -> None:  # fmt: skip
    def number(group: str) -> Ints:
        value = np.zeros(len(rows), np.int64)
        for place in range(*match.span(group)):
            value = 10 * value + digits[:, place]
        return value

    year, day = number("year"), number("day")
    if len(match["year"]) == 2:
        year = year + np.where(year < OLDEST_SHORT_YEAR, 2000, 1900)
    named = "name" in match.re.groupindex and match.groupdict().get("name")
    month = _named(texts, match.span("name")) if named else number("month")
    minute = np.zeros(len(rows), np.int64)
    fine = np.ones(len(rows), bool)
    if match["hour"]:
        hour, past = number("hour"), number("minute")
        if match["half"]:
            hour = _of_24(hour, texts, match.span("half"))
        fine = (hour >= 0) & (hour < 24) & (past < 60)
        minute = 60 * hour + past
    straight, days = days_since_1970(year, month, day)
    if way == "slashed":
        crossed, other = days_since_1970(year, day, month)
        found.day_first[rows] = straight & ~crossed & fine
        found.month_first[rows] = crossed & ~straight & fine
        found.either[rows] = straight & crossed & (day != month) & fine
        days, straight = np.where(straight, days, other), straight | crossed
        way = f"day{match['mark']}month{match['mark']}year or month{match['mark']}day"
    _put(found, rows, way, days * MINUTES_A_DAY + minute, straight & fine, bool(match["hour"]))


def _named(texts: NDArray[np.bytes_], span: tuple[int, int]) -> Ints:
    """The number of the month whose name stands there; 0 for no month."""
    three = np.char.lower(_cut(texts, span[0], span[0] + 3))
    month = np.zeros(len(texts), np.int64)
    for i, name in enumerate(MONTHS):
        month[three == name.encode()] = i + 1
    return month


def _cut(texts: NDArray[np.bytes_], start: int, end: int) -> NDArray[np.bytes_]:
    width = texts.dtype.itemsize
    letters = texts.view("S1").reshape(len(texts), width)[:, start:end]
    return np.ascontiguousarray(letters).view(f"S{end - start}").reshape(len(texts))


def _of_24(hour: Ints, texts: NDArray[np.bytes_], span: tuple[int, int]) -> Ints:
    """Hours of a clock of twelve; -1 where am or pm is something else."""
    half = np.char.lower(_cut(texts, span[1] - 2, span[1]))
    known = np.isin(half, [b"am", b"pm"]) & (hour >= 1) & (hour <= 12)
    return np.where(known, hour % 12 + 12 * (half == b"pm"), -1)


def days_since_1970(year: Ints, month: Ints, day: Ints) -> tuple[Bools, Ints]:
    """Whether there is such a day, and its number; years 1800 to 2200."""
    possible = (year >= 1800) & (year <= 2200) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(possible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    possible &= day <= length
    return possible, np.where(possible, first + day - 1, 0)


def swapped(minute: Ints) -> Ints:
    """The times with day and month the other way round; both must make a date."""
    days = minute // MINUTES_A_DAY
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = days - months.astype("datetime64[D]").astype(np.int64) + 1
    _, other = days_since_1970(year, day, month)
    return other * MINUTES_A_DAY + minute % MINUTES_A_DAY
