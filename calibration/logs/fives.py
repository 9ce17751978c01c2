"""Counts leave a log by fives, and each leaves once.

A count is told as the nearest multiple of 5: 15 stands for 13 to 17, 0 for none, one or two. No
mark says that a count is small. Weeks are told by what had been counted up to each of them, to the
nearest 5, so that the weeks of any stretch add up to what happened in it, give or take 4.

Why so, and not by leaving small counts out: what is left out of one table can be worked out from
others that are exact. Sums and differences of counts told by fives are multiples of 5, give or take
2 for each, and no such interval lies within 1 to 4. Two roundings of one quantity could still be
laid over each other, so what follows from a table is computed from what is told there, and not from
the log again. `tests/test_import_adversary.py` tries to break it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SMALLEST: Final = 5
"""People, or rows, below which nothing is told."""

Ints = NDArray[np.int64]


def by_fives(counts: Any) -> Ints:
    """The nearest multiple of 5 of each count."""
    return np.asarray((np.asarray(counts, np.int64) + SMALLEST // 2) // SMALLEST * SMALLEST)


def five(count: int) -> int:
    """The nearest multiple of 5."""
    return int(by_fives(count))


def weeks_by_fives(counts: Ints) -> Ints:
    """[weeks, ...] Of each week, the fives that were completed in it, rounded as they go."""
    upto = by_fives(np.cumsum(counts, axis=0))
    return np.asarray(np.diff(upto, axis=0, prepend=np.zeros_like(upto[:1])))


def share(part: int, whole: int) -> float | None:
    """A share of two counts by fives, in whole percent; None of a whole under 10."""
    if whole < 2 * SMALLEST:
        return None
    return percent(min(1.0, five(part) / five(whole)))


def percent(of: float) -> float:
    """Rounded to whole percent."""
    return round(of, 2)
