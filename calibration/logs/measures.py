"""What a log says of a place: volumes, concentration, returns, overlap, re-openings, rhythm.

Everything here is an aggregate; what rests on fewer than 5 people is None. A year is 365.25 days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.logs.coding import key_of
from calibration.logs.events import Events
from calibration.logs.quality import EPOCH, monday, week_of
from calibration.logs.suppress import SMALLEST, share

CONTACT: Final = ("contact", "call", "incident", "attendance", "visit", "log", "presentation")
"""How kinds begin that are a person's contact with an agency, as the model counts contacts; a
referral or an appointment is none. A log without kinds is one of contacts."""
DAY: Final = 1440
YEAR: Final = 365.25 * DAY
QUARTER: Final = 13
"""Weeks."""
HEAVIEST: Final = 0.09
"""As in the model's concentration.top_9pct_share."""
FEWEST_WEEKS: Final = 8
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
    people: int
    definition: str


def span(events: Events) -> tuple[dt.date, dt.date]:
    """The first and the last day of a log."""
    first, last = (EPOCH + dt.timedelta(minutes=int(m)) for m in
                   (events.minute.min(), events.minute.max()))  # fmt: skip
    return first, last


def patterns(events: Events) -> Iterator[Pattern]:
    """Every figure, agency by agency, then of all agencies."""
    for code, agency in enumerate(events.agencies):
        mine = events.only(events.agency == code)
        if len(np.unique(mine.person)) >= SMALLEST:
            yield from _of(mine, agency)
    if len(events.agencies) > 1:
        yield from _of(events, "all agencies")
    yield from reopenings(events)


def _of(events: Events, agency: str) -> Iterator[Pattern]:
    people = len(np.unique(events.person))
    made = contacts(events)
    if len(np.unique(made.person)) >= SMALLEST:
        yield from _volume(made, agency, "contacts_a_year", "contacts")
        tagged = made.only(made.tag == 1)
        if len(np.unique(tagged.person)) >= SMALLEST:
            yield from _concentration(tagged, agency, "tagged_")
    yield from _volume(events, agency, "rows_a_year", "rows of any kind")
    yield from _concentration(events, agency)
    yield from _returns(events, agency, people)


def contacts(events: Events) -> Events:
    """Only what is a contact."""
    are = np.array([key_of(kind).startswith(CONTACT) for kind in events.kinds])
    return events.only(are[events.kind])


def _volume(events: Events, agency: str, name: str, what: str) -> Iterator[Pattern]:
    weeks = weekly(events)
    if len(weeks) < FEWEST_WEEKS:
        return
    value, half = _a_year(weeks)
    yield Pattern(name, agency, value, value - half, value + half, len(np.unique(events.person)),
                  f"{what} a year; interval from how the weeks differ")  # fmt: skip


def weekly(events: Events) -> Ints:
    """Contacts in each whole week of a log."""
    week = week_of(events.minute)
    counts = np.bincount(week - week.min())
    return np.asarray(counts[1:-1])


def first_whole_week(events: Events) -> dt.date:
    """The Monday of the first of `weekly`."""
    return monday(int(week_of(events.minute).min()) + 1)


def _a_year(weeks: Ints) -> tuple[float, float]:
    """Contacts a year, and 1.96 standard errors; four weeks at a time, for weeks are alike."""
    value = float(weeks.mean()) * YEAR / (7 * DAY)
    blocks = weeks[: len(weeks) // 4 * 4].reshape(-1, 4).mean(axis=1)
    error = float(blocks.std(ddof=1)) / np.sqrt(len(blocks)) if len(blocks) > 1 else value
    return value, 1.96 * error * YEAR / (7 * DAY)


def _concentration(events: Events, agency: str, prefix: str = "") -> Iterator[Pattern]:
    """The heaviest 9% in each whole quarter, a mean over quarters."""
    quarter = week_of(events.minute)
    quarter = (quarter - quarter.min()) // QUARTER
    whole = range(int(quarter.max())) if quarter.max() else range(1)
    shares, callers, contacts, fewest = [], [], [], 10**9
    for q in whole:
        counts = np.bincount(events.person[quarter == q])
        counts = np.sort(counts[counts > 0])[::-1]
        if not len(counts):
            continue
        top = max(1, round(HEAVIEST * len(counts)))
        fewest = min(fewest, top)
        shares.append(counts[:top].sum() / counts.sum())
        callers.append(len(counts))
        contacts.append(counts.sum())
    if not shares or fewest < SMALLEST:
        return
    said = f"mean of {len(shares)} quarters of 13 weeks"
    for name, values, what in (
        ("top_9pct_share", shares, "share of contacts by the heaviest 9% of people"),
        ("people_per_quarter", callers, "people with a contact in a quarter"),
        ("contacts_per_quarter", contacts, "contacts in a quarter"),
    ):
        value = float(np.mean(values))
        half = 1.96 * float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
        low, high = (value - half, value + half) if half == half else (None, None)
        yield Pattern(prefix + name, agency, value, low, high, int(np.mean(callers)),
                      f"{what}; {'tagged contacts; ' if prefix else ''}{said}")  # fmt: skip


def _returns(events: Events, agency: str, people: int) -> Iterator[Pattern]:
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
            f"again_within_{days}_days", agency, value if enough else None, None, None, people,
            f"share of contacts followed by another of the same person within {days} days",
        )  # fmt: skip
    known = until[until < np.iinfo(np.int64).max]
    if len(np.unique(person[:-1][again])) >= SMALLEST:
        yield Pattern(
            "days_to_next_median", agency, float(np.median(known)) / DAY, None, None, people,
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
    for code, name in [*agencies, (-1, "all agencies")]:
        here = np.ones(len(back), bool) if code < 0 else mine.agency[:-1] == code
        last_here = last_closed & ((code < 0) | (mine.agency[-1:] == code))
        whole = int((followed & here).sum()) + int(last_here.sum())
        value = share(int((back & here).sum()), whole)
        if value is not None:
            half = 1.96 * np.sqrt(value * (1 - value) / whole)
            yield Pattern("reopened_within_year", name, value, value - half, value + half, whole,
                          "share of cases closed that were opened again at the same agency within "
                          "a year; closures in the log's last year left out")  # fmt: skip


def people_by_agency(events: Events) -> Ints:
    """[agencies, agencies] People seen by both; on the diagonal, by the one."""
    n = len(events.agencies)
    seen = np.zeros((int(events.person.max()) + 1, n), bool)
    seen[events.person, events.agency] = True
    as_number = seen.astype(np.float32)  # exact up to 16 million people
    return np.asarray(np.rint(as_number.T @ as_number).astype(np.int64))


def by_month(events: Events) -> Ints:
    """[agencies, 12] Contacts by calendar month."""
    days = (events.minute.astype(np.int64) // DAY).astype("datetime64[D]")
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    n = len(events.agencies)
    counts = np.bincount(events.agency.astype(np.int64) * 12 + month, minlength=12 * n)
    return np.asarray(counts.reshape(n, 12))


def by_hour(events: Events) -> Ints:
    """[7, 24] Contacts with a time of day, by day of the week, Monday first, and hour."""
    minute = events.minute[events.clock].astype(np.int64)
    hours = (minute - 4 * DAY) // 60 % 168
    return np.asarray(np.bincount(hours, minlength=168).reshape(7, 24))


def history(events: Events) -> tuple[dt.date, Ints]:
    """The first Monday, and [weeks, agencies] contacts in each whole week of the log."""
    week = week_of(events.minute)
    first, n = int(week.min()), len(events.agencies)
    place = (week - first) * n + events.agency
    counts = np.bincount(place, minlength=(int(week.max()) - first + 1) * n).reshape(-1, n)
    return monday(first + 1), counts[1:-1]
