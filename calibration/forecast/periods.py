"""Weeks, months, quarters and years: what a date in a file means, and what comes after it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2100
FINANCIAL: Final = 4
"""The month in which a financial year begins."""


@dataclass(frozen=True)
class Frequency:
    """How far values of a series are apart."""

    name: str
    plural: str
    per_year: int
    months: int
    """0 for weeks."""
    weeks: int = 1
    """Where ``months`` is 0: of so many weeks."""

    def after(self, first: dt.date, periods: int) -> dt.date:
        """The day so many periods later."""
        if not self.months:
            return first + dt.timedelta(weeks=periods * self.weeks)
        month = first.year * 12 + first.month - 1 + periods * self.months
        return dt.date(month // 12, month % 12 + 1, min(first.day, 28))

    def start(self, day: dt.date) -> dt.date:
        """A day that every later period has, too."""
        return day if not self.months else day.replace(day=1)

    def between(self, first: dt.date, day: dt.date) -> int:
        """The number of periods from the one to the other day, to the nearest."""
        if not self.months:
            return round((day - first).days / (7 * self.weeks))
        months = (day.year - first.year) * 12 + day.month - first.month
        return round(months / self.months)

    def label(self, day: dt.date) -> str:
        """The period that a day begins, as it is written at an axis. A year that is dated neither
        in January nor in April keeps its month: 31 March 2024 may end a year, or be a count on the
        day."""
        if self.name == "year" and day.month == 1:
            return str(day.year)
        if self.name == "year" and day.month == FINANCIAL:
            return f"{day.year}/{(day.year + 1) % 100:02}"
        return f"{day:%b %Y}" if self.months else day.isoformat()


FREQUENCIES: Final = {
    "week": Frequency("week", "weeks", 52, 0),
    "month": Frequency("month", "months", 12, 1),
    "quarter": Frequency("quarter", "quarters", 4, 3),
    "year": Frequency("year", "years", 1, 12),
}
LONGER: Final = {
    "week": (Frequency("four weeks", "spans of four weeks", 13, 0, 4),
             Frequency("13 weeks", "spans of 13 weeks", 4, 0, 13)),
    "month": (Frequency("three months", "spans of three months", 4, 3),),
}  # fmt: skip
"""What counts that are mostly nought are added up to, the shorter first: `sparse`."""


def frequency_of(days: Sequence[dt.date]) -> Frequency | None:
    """The frequency that most steps between rising days have; years where there is one day."""
    steps = sorted((b - a).days for a, b in zip(days, days[1:], strict=False))
    if not steps:
        return FREQUENCIES["year"]
    usual = steps[len(steps) // 2]
    for name, low, high in (("week", 6, 8), ("month", 27, 32), ("quarter", 88, 93)):
        if low <= usual <= high:
            return FREQUENCIES[name]
    return FREQUENCIES["year"] if steps[0] >= 360 else None


def read_dates(texts: Sequence[str]) -> tuple[list[dt.date | None], list[str]]:
    """What each text means, None where it means nothing, and notes on what had to be decided."""
    day_first = any(_first_number(text) > 12 for text in texts)
    month_first = any(_second_number(text) > 12 for text in texts)
    notes = []
    if month_first and not day_first:
        notes.append("dates are read as month/day/year, because some would be no dates otherwise")
    elif not day_first and any(_SLASHED.match(text.strip()) for text in texts):
        notes.append("dates are read as day/month/year")
    american = month_first and not day_first
    split = [m for text in texts if (m := _YEAR_AND_TWO.fullmatch(text.strip()))]
    years = all((int(m[1]) + 1) % 100 == int(m[2]) for m in split)  # 2008-09 is no September then
    read = [text.strip().replace("-", "/") if years and _YEAR_AND_TWO.fullmatch(text.strip())
            else text.strip() for text in texts]  # fmt: skip
    return [_read(text, american) for text in read], notes


_YEAR_AND_TWO = re.compile(r"(\d{4})-(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$")


def _first_number(text: str) -> int:
    found = _SLASHED.match(text.strip())
    return int(found[1]) if found else 0


def _second_number(text: str) -> int:
    found = _SLASHED.match(text.strip())
    return int(found[2]) if found else 0


def _read(text: str, american: bool) -> dt.date | None:
    for pattern, meaning in _FORMS:
        found = pattern.fullmatch(text)
        if found:
            try:
                day = meaning(found, american)
            except ValueError:
                return None
            return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None
    return None


def _slashed(found: re.Match[str], american: bool) -> dt.date:
    a, b, year = int(found[1]), int(found[2]), int(found[3])
    day, month = (b, a) if american else (a, b)
    return dt.date(year + 2000 if year < 100 else year, month, day)


def _financial(found: re.Match[str], _: bool) -> dt.date | None:
    """2019/20 begins in April 2019."""
    year, end = int(found[1]), int(found[2])
    return dt.date(year, 4, 1) if (year + 1) % 100 == end % 100 else None


def _named_month(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1


_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FORMS: Final[list[tuple[re.Pattern[str], Callable[[re.Match[str], bool], dt.date | None]]]] = [
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?",
         lambda m, _: dt.date(int(m[1]), int(m[2]), int(m[3]))),
        (r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: .*)?", _slashed),
        (r"(\d{4})[/-](\d{4})", _financial),
        (r"(\d{4})(\d{2})(\d{2})", lambda m, _: dt.date(int(m[1]), int(m[2]), int(m[3]))),
        (r"(\d{4})-(0[1-9]|1[0-2])", lambda m, _: dt.date(int(m[1]), int(m[2]), 1)),
        (r"(\d{4})[/-](\d{2})", _financial),
        (r"(\d{4})", lambda m, _: dt.date(int(m[1]), 1, 1)),
        (rf"{_MONTH}[ -]?(\d{{4}})", lambda m, _: dt.date(int(m[2]), _named_month(m[1]), 1)),
        (rf"(\d{{1,2}})[ -]{_MONTH}[ -](\d{{4}})",
         lambda m, _: dt.date(int(m[3]), _named_month(m[2]), int(m[1]))),
        (r"(\d{4})[ -]?q([1-4])", lambda m, _: dt.date(int(m[1]), 3 * int(m[2]) - 2, 1)),
        (r"(\d{4})[ -]?w(\d{1,2})", lambda m, _: dt.date.fromisocalendar(int(m[1]), int(m[2]), 1)),
    )
]  # fmt: skip
