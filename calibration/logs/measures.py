"""What a log says of a place: volumes, concentration, returns, overlap, re-openings, rhythm.

Everything here is an aggregate, told by fives; what rests on fewer than 5 people is None. What is
measured are contacts, as the model counts them; of rows of other kinds only the sum of all rows is
told, and who was seen. Volumes are those of the weekly history as it is told. A year is 365.25
days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.logs.coding import key_of
from calibration.logs.events import Events
from calibration.logs.fives import SMALLEST, by_fives, five, percent, share, weeks_by_fives
from calibration.logs.quality import EPOCH, monday, week_of

CONTACT: Final = ("contact", "call", "incident", "attendance", "visit", "log", "presentation")
"""How kinds begin that are a person's contact with an agency, as the model counts contacts; a
referral or an appointment is none. A log without kinds is one of contacts."""
DAY: Final = 1440
YEAR: Final = 365.25 * DAY
QUARTER: Final = 13
"""Weeks."""
ALL: Final = "all agencies"
HEAVIEST: Final = 0.09
"""As in the model's concentration.top_9pct_share."""
FEWEST_WEEKS: Final = 8
MISSED: Final = 3.0
"""Fives that would have come in a silence: from so many on it is no chance (1 in 20)."""
WITHIN: Final = (7, 28, 91, 365)
"""Days in which a return is looked for."""
FORWARD: Final = 365 * DAY
OPENING: Final = ("opened", "caseopened", "opening", "accepted", "caseaccepted", "started")
CLOSING: Final = (
    "closed", "caseclosed", "closure", "withdrawn", "discharged", "discharge", "ended",
)  # fmt: skip

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pattern:
    """One figure about a place, of an agency or of all."""

    name: str
    agency: str
    value: float | None
    low: float | None
    high: float | None
    definition: str


class Weekly(NamedTuple):
    """A log week by week, as it is told."""

    first: dt.date
    """The Monday of the first week."""
    weeks: Ints
    """[weeks, agencies]"""


def span(events: Events) -> tuple[dt.date, dt.date]:
    """The first and the last day of a log."""
    first, last = (EPOCH + dt.timedelta(minutes=int(m)) for m in
                   (events.minute.min(), events.minute.max()))  # fmt: skip
    return first, last


def patterns(events: Events, weekly: Weekly) -> Iterator[Pattern]:
    """Every figure, agency by agency, then of all agencies; ``weekly`` is the log's `history`."""
    weeks, rows = weekly.weeks, rows_told(events)
    for code, agency in enumerate(events.agencies):
        mine = events.only(events.agency == code)
        if _people(mine) >= SMALLEST:
            yield from _of(mine, agency, weeks[:, code], int(rows[code]))
    if len(events.agencies) > 1:
        yield from _of(events, ALL, weeks.sum(axis=1), int(rows.sum()))
    yield from reopenings(events)


def _of(events: Events, agency: str, weeks: Ints, rows: int) -> Iterator[Pattern]:
    """Figures of an agency with so many contacts in each week, and so many rows, as told."""
    yield from _volumes(weeks, agency, rows)
    contacts = events.only(are_contacts(events))
    if _people(contacts) < SMALLEST:
        return
    tagged = contacts.only(contacts.tag == 1)
    if weeks.any() and _people(tagged) >= SMALLEST:
        yield from _concentration(tagged, agency, "tagged_")
    yield from _concentration(contacts, agency)
    yield from _returns(contacts, agency)


def are_contacts(events: Events) -> NDArray[np.bool_]:
    """Which rows are contacts: by how their kinds begin, or as the file of columns says."""
    told = {key_of(kind) for kind in events.contacts}
    keys = [key_of(kind) for kind in events.kinds]
    are = np.array([key in told if told else key.startswith(CONTACT) for key in keys])
    return np.asarray(are[events.kind])


def _people(events: Events) -> int:
    return len(np.unique(events.person))


def _volumes(weeks: Ints, agency: str, rows: int) -> Iterator[Pattern]:
    """Contacts a year from the weeks as told, and rows of any kind in proportion to them."""
    lived = _lived(weeks)
    said = "a year; 95% interval from how spans of four weeks differ"
    if len(lived) >= FEWEST_WEEKS:
        of_rows = ("rows_a_year", "rows of any kind", rows / weeks.sum())
        for name, what, part in (("contacts_a_year", "contacts", 1.0), of_rows):
            value, half = (part * x for x in _a_year(lived))
            yield Pattern(name, agency, value, value - half, value + half, f"{what} {said}")
    elif not weeks.any() and len(weeks) >= FEWEST_WEEKS:
        value = rows / len(weeks) * YEAR / (7 * DAY)
        yield Pattern("rows_a_year", agency, value, None, None,
                      "rows of any kind a year; no contacts are told of it")  # fmt: skip


def in_the_log(weeks: Ints) -> tuple[int, int]:
    """The weeks in which an agency is in the log, first and past the last: from five rows to five
    rows, where its silence before or after is too long to be chance.

    An agency that is seldom met may be silent for a year, and was there all the same.
    """
    some = np.flatnonzero(weeks)
    if not len(some):
        return 0, 0
    begins, ends = int(some[0]) + (1 if some[0] else 0), int(some[-1]) + 1
    fives = float(weeks[begins:ends].sum()) / SMALLEST / max(1, ends - begins)
    if fives * begins < MISSED:
        begins = 0
    if fives * (len(weeks) - ends) < MISSED:
        ends = len(weeks)
    return begins, ends


def _lived(weeks: Ints) -> Ints:
    first, last = in_the_log(weeks)
    return np.asarray(weeks[first:last])


def _a_year(weeks: Ints) -> tuple[float, float]:
    """Contacts a year, and 1.96 standard errors; four weeks at a time, for weeks are alike."""
    value = float(weeks.mean()) * YEAR / (7 * DAY)
    blocks = weeks[: len(weeks) // 4 * 4].reshape(-1, 4).mean(axis=1)
    error = float(blocks.std(ddof=1)) / np.sqrt(len(blocks)) if len(blocks) > 1 else value
    return value, 1.96 * error * YEAR / (7 * DAY)


def _concentration(events: Events, agency: str, prefix: str = "") -> Iterator[Pattern]:
    """The heaviest 9% in each whole quarter, a mean over quarters.

    Of all agencies only the share: people and contacts would stand beside those of each agency.
    """
    quarters = [counts for counts in _quarters(events) if len(counts)]
    tops = [max(1, round(HEAVIEST * len(counts))) for counts in quarters]
    if min(tops, default=0) < SMALLEST:
        return
    shares = [float(counts[:top].sum() / counts.sum())
              for counts, top in zip(quarters, tops, strict=True)]  # fmt: skip
    callers = weeks_by_fives(np.array([len(counts) for counts in quarters]))
    made = weeks_by_fives(np.array([counts.sum() for counts in quarters]))
    said = f"{'tagged contacts; ' if prefix else ''}mean of {len(quarters)} quarters of 13 weeks"
    figures: list[tuple[str, Any, str]] = [
        ("top_9pct_share", shares, "share of contacts by the heaviest 9% of people"),
        ("people_per_quarter", callers, "people with a contact in a quarter"),
        ("contacts_per_quarter", made, "contacts in a quarter"),
    ]
    for name, values, what in figures[: 1 if agency == ALL else None]:
        told = percent if name == "top_9pct_share" else float
        value, low, high = (None if x is None else told(x) for x in _mean(values))
        yield Pattern(prefix + name, agency, value, low, high, f"{what}; {said}")


def _quarters(events: Events) -> Iterator[Ints]:
    """Contacts of each person in each whole quarter, the most first."""
    week = week_of(events.minute)
    quarter = (week - week.min()) // QUARTER
    for q in range(int(week.max() - week.min() + 1) // QUARTER):
        counts = np.bincount(events.person[quarter == q])
        yield np.sort(counts[counts > 0])[::-1]


def _mean(values: Any) -> tuple[float, float | None, float | None]:
    """The mean, and what 95% of single values lie between, where there are several."""
    value = float(np.mean(values))
    if len(values) < 2:
        return value, None, None
    half = 1.96 * float(np.std(values, ddof=1))
    return value, value - half, value + half


def _returns(events: Events, agency: str) -> Iterator[Pattern]:
    """How soon the same person is there again; contacts with too little time after are left out."""
    order = np.lexsort([events.minute, events.person])
    person, minute = events.person[order], events.minute[order].astype(np.int64)
    until = np.full(len(minute), np.iinfo(np.int64).max)
    again = person[1:] == person[:-1]
    until[:-1][again] = (minute[1:] - minute[:-1])[again]
    end = int(minute.max())
    for days in WITHIN:
        followed = minute <= end - days * DAY
        back = followed & (until <= days * DAY)
        value = share(int(back.sum()), int(followed.sum()))
        enough = len(np.unique(person[back])) >= SMALLEST
        yield Pattern(
            f"again_within_{days}_days", agency, value if enough else None, None, None,
            f"share of contacts followed by another of the same person within {days} days",
        )  # fmt: skip
    known = until[until < np.iinfo(np.int64).max]
    if len(np.unique(person[:-1][again])) >= SMALLEST:
        yield Pattern(
            "days_to_next_median", agency, float(f"{np.median(known) / DAY:.2g}"), None, None,
            "days from a contact to the next of the same person, median of those that have one",
        )  # fmt: skip


def reopenings(events: Events) -> Iterator[Pattern]:
    """Of the cases closed, those opened again within 52 weeks; where the log tells of both."""
    opens = np.array([key_of(kind) in OPENING for kind in events.kinds])
    closes = np.array([key_of(kind) in CLOSING for kind in events.kinds])
    if not opens.any() or not closes.any():
        return
    mine = events.only(opens[events.kind] | closes[events.kind])
    order = np.lexsort((mine.minute, mine.agency, mine.person))
    mine = mine.only(order)
    same = (mine.person[1:] == mine.person[:-1]) & (mine.agency[1:] == mine.agency[:-1])
    apart = mine.minute[1:].astype(np.int64) - mine.minute[:-1]
    closed = closes[mine.kind[:-1]]
    followed = closed & (mine.minute[:-1] <= int(mine.minute.max()) - FORWARD)
    back = followed & same & opens[mine.kind[1:]] & (apart <= FORWARD)
    last_closed = closes[mine.kind[-1:]] & (mine.minute[-1:] <= int(mine.minute.max()) - FORWARD)
    agencies = [(code, name) for code, name in enumerate(mine.agencies)]
    for code, name in [*agencies, (-1, ALL)]:
        here = np.ones(len(back), bool) if code < 0 else mine.agency[:-1] == code
        last_here = last_closed & ((code < 0) | (mine.agency[-1:] == code))
        whole = int((followed & here).sum()) + int(last_here.sum())
        value = share(int((back & here).sum()), whole)
        if value is not None and len(np.unique(mine.person[:-1][back & here])) >= SMALLEST:
            half = 1.96 * np.sqrt(value * (1 - value) / five(whole))
            yield Pattern("reopened_within_year", name, value, value - half, value + half,
                          "share of cases closed that were opened again at the same agency within "
                          "a year; closures in the log's last year left out")  # fmt: skip


def people_by_agency(events: Events) -> Ints:
    """[agencies, agencies] People seen by both; on the diagonal, by the one."""
    n = len(events.agencies)
    seen = np.zeros((int(events.person.max()) + 1, n), bool)
    seen[events.person, events.agency] = True
    as_number = seen.astype(np.float32)  # exact up to 16 million people
    return by_fives(np.rint(as_number.T @ as_number))


def by_month(weekly: Weekly) -> Ints:
    """[agencies, 12] The contacts told of each week, by calendar month.

    A week is of the month of its Thursday.
    """
    out = np.zeros((weekly.weeks.shape[1], 12), np.int64)
    for i, week in enumerate(weekly.weeks):
        out[:, (weekly.first + dt.timedelta(days=7 * i + 3)).month - 1] += week
    return out


def by_hour(events: Events) -> Ints:
    """[7, 24] Contacts with a time of day, by day of the week, Monday first, and hour."""
    minute = events.minute[events.clock & are_contacts(events)].astype(np.int64)
    hours = (minute - 4 * DAY) // 60 % 168
    return by_fives(np.bincount(hours, minlength=168).reshape(7, 24))


def history(events: Events) -> Weekly:
    """The contacts in each whole week of the log, as the model counts contacts.

    None are told of an agency whose contacts are of fewer than 5 people: the figures that are left
    out for so few would say so, beside weeks that say that there are some.
    """
    first = monday(int(week_of(events.minute).min()) + 1)
    made = are_contacts(events)
    people = [_people(events.only(made & (events.agency == i)))
              for i in range(len(events.agencies))]  # fmt: skip
    weeks = weeks_by_fives(_whole_weeks(events, made))
    return Weekly(first, np.where(np.array(people) >= SMALLEST, weeks, 0))


def rows_told(events: Events) -> Ints:
    """[agencies] Rows of any kind in the whole weeks, all together, as told."""
    return by_fives(_whole_weeks(events, np.ones(len(events), bool)).sum(axis=0))


def _whole_weeks(events: Events, rows: NDArray[np.bool_]) -> Ints:
    """[weeks, agencies] Some of the rows, in each week but the log's first and last."""
    week, n = week_of(events.minute), len(events.agencies)
    place = (week - week.min()) * n + events.agency
    counts = np.bincount(place[rows], minlength=(int(week.max() - week.min()) + 1) * n)
    return np.asarray(counts.reshape(-1, n)[1:-1])
