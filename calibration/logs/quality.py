"""What a log is worth: gaps, doubles between agencies, tags that do not agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.logs.events import Events
from calibration.logs.fives import SMALLEST

WEEK: Final = 7 * 1440
TOGETHER: Final = 60
"""Minutes within which two agencies may have written down one event."""
BUSY: Final = 10.0
"""Contacts a week from which a week without any is a gap, not chance: e^-10."""
EPOCH: Final = dt.date(1970, 1, 1)
MONDAY: Final = 4 * 1440
"""Minutes from the beginning of 1970, a Thursday, to its first Monday."""


@dataclass(frozen=True)
class Gap:
    """Weeks in a row in which a busy agency has no contacts."""

    agency: str
    first: dt.date
    weeks: int


@dataclass(frozen=True)
class Double:
    """Contacts of one person at two agencies within an hour, or on a day where no time is known."""

    one: str
    other: str
    pairs: int
    beyond: int
    """Of these, so many more than an hour like the two after would give"""
    share: float
    """What is beyond, of the contacts at the one of the two that has fewer"""


@dataclass(frozen=True)
class Tagging:
    """A kind of contact that is tagged sometimes."""

    agency: str
    kind: str
    contacts: int
    tagged: float


def week_of(minute: NDArray[np.int32]) -> NDArray[np.int64]:
    """Weeks since the first Monday of 1970."""
    return np.asarray((minute.astype(np.int64) - MONDAY) // WEEK)


def monday(week: int) -> dt.date:
    """The first day of such a week."""
    return EPOCH + dt.timedelta(days=4 + 7 * int(week))


def gaps(events: Events) -> list[Gap]:
    """Weeks without any contact between the first and the last of a busy agency."""
    found = []
    week = week_of(events.minute)
    for code, agency in enumerate(events.agencies):
        mine = week[events.agency == code]
        if not len(mine):
            continue
        counts = np.bincount(mine - mine.min())
        if np.median(counts) < BUSY:
            continue
        edges = np.diff(np.concatenate([[0], counts == 0, [0]]).astype(int))
        for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
            found.append(Gap(agency, monday(int(mine.min() + start)), int(end - start)))
    return found


def doubles(events: Events) -> list[Double]:
    """Pairs of agencies that often have the same person within the hour, most often first.

    Only those that have it clearly more often than within either of the next two hours. Both may
    have been there: this counts what may be one event, and takes nothing away.
    """
    order = np.lexsort([events.minute, events.person])
    person, minute = events.person[order], events.minute[order].astype(np.int64)
    agency, clock = events.agency[order].astype(np.int64), events.clock[order]
    n = len(events.agencies)
    counts, after = np.zeros((2, n * n), np.int64)
    for step in (1, 2):  # the next contact, and the one after
        apart = minute[step:] - minute[:-step]
        both = clock[step:] & clock[:-step]
        others = (person[step:] == person[:-step]) & (agency[step:] != agency[:-step])
        low = np.minimum(agency[step:], agency[:-step]) * n
        pair = low + np.maximum(agency[step:], agency[:-step])
        near = others & np.where(both, apart <= TOGETHER, apart == 0)
        later = others & both & (apart > TOGETHER) & (apart <= 3 * TOGETHER)
        counts += np.bincount(pair[near], minlength=n * n)
        after += np.bincount(pair[later], minlength=n * n)
    total = np.bincount(events.agency, minlength=n)
    beyond = counts - after // 2
    found = [
        Double(events.agencies[i // n], events.agencies[i % n], int(counts[i]), int(beyond[i]),
               int(beyond[i]) / max(1, min(total[i // n], total[i % n])))
        for i in np.flatnonzero((beyond >= SMALLEST) & (beyond > 3 * np.sqrt(counts)))
    ]  # fmt: skip
    return sorted(found, key=lambda double: -double.beyond)


def uneven_tags(events: Events) -> list[Tagging]:
    """Kinds of contact of which some are tagged and some are not, in numbers that matter."""
    known = events.tag >= 0
    if not known.any():
        return []
    n = len(events.kinds)
    place = events.agency.astype(np.int64) * n + events.kind
    total = np.bincount(place[known], minlength=n * len(events.agencies))
    tagged = np.bincount(place[events.tag == 1], minlength=len(total))
    found = []
    for i in np.flatnonzero((tagged >= SMALLEST) & (total - tagged >= SMALLEST)):
        part = tagged[i] / total[i]
        if 0.05 <= part <= 0.95:
            found.append(Tagging(events.agencies[i // n], events.kinds[i % n], int(total[i]),
                                 float(part)))  # fmt: skip
    return sorted(found, key=lambda tagging: -tagging.contacts)
