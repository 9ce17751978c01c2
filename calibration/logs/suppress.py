"""Small counts are left out of everything that leaves: those under 5, and what would reveal them.

A count of 0 tells of nobody and stays. Where a row or column of a table has a total, one count
left out could be worked out from the others, so a second one is left out with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SMALLEST: Final = 5
HIDDEN: Final = "<5"
ALSO_HIDDEN: Final = "hidden"

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def small(counts: Ints) -> Bools:
    """Which counts are too small to be told."""
    return (counts > 0) & (counts < SMALLEST)


def hidden(counts: Ints) -> Bools:
    """Which cells of a table [rows, columns], whose totals may be known, are left out.

    First the small ones; then, until nothing changes, the smallest other count that is not zero in
    every row and column with just one left out, or with several that come to less than 5 together.
    """
    out = small(counts)
    while True:
        before = out.copy()
        for table, mask in ((counts, out), (counts.T, out.T)):
            for row, left_out in zip(table, mask, strict=True):
                _hide_another(row, left_out)
        if (out == before).all():
            return out


def _hide_another(row: Ints, left_out: Bools) -> None:
    """``left_out`` is changed in place; a row of which all is left out stays so."""
    if not left_out.any():
        return
    if left_out.sum() > 1 and row[left_out].sum() >= SMALLEST:
        return
    others = np.flatnonzero(~left_out & (row > 0))
    if len(others):
        left_out[others[np.argmin(row[others])]] = True


def hidden_overlap(counts: Ints) -> Bools:
    """Which cells of a table of people seen by both of two agencies are left out.

    The diagonal holds the people of each agency. Left out are also cells that tell of fewer than 5
    people by what is missing from them: those whom the one has seen and the other has not. Each
    count stands in the table twice, so both are left out or none.
    """
    alone = np.diagonal(counts)[:, None] - counts
    out = hidden(counts) | small(alone) | small(alone.T)
    return np.asarray(out | out.T)


def told(counts: Ints, left_out: Bools | None = None) -> list[list[str]]:
    """A table as texts, with what is left out marked."""
    out = hidden(counts) if left_out is None else left_out
    return [
        [_text(int(c), bool(h)) for c, h in zip(row, mask, strict=True)]
        for row, mask in zip(counts, out, strict=True)
    ]


def told_row(counts: Sequence[int] | Ints) -> list[str]:
    """One row of counts, as texts."""
    return told(np.asarray(counts, np.int64)[None])[0]


def _text(count: int, left_out: bool) -> str:
    if not left_out:
        return str(count)
    return HIDDEN if count < SMALLEST else ALSO_HIDDEN


def share(part: int, whole: int) -> float | None:
    """A share, or None where the part, the rest or the whole is small enough to tell of few."""
    rest = whole - part
    if whole < 2 * SMALLEST or 0 < part < SMALLEST or 0 < rest < SMALLEST:
        return None
    return part / whole
