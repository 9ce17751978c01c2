"""How outcomes of authorities move with what they spend and how their staff fare, pair by pair.

Rank correlations and slopes of logarithms (elasticities), with bootstrap intervals over
authorities, beside the same with deprivation taken out. They are associations: in the data, and in
the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.forecast.scores import Floats

RESAMPLES: Final = 2000
SEED: Final = 1
LEVEL: Final = 0.95


@dataclass(frozen=True)
class Relation:
    """How one quantity moves with another across authorities."""

    rank: float
    """Spearman's correlation"""
    rank_low: float
    rank_high: float
    slope: float
    """Percent that the outcome is higher where the cause is one percent higher"""
    slope_low: float
    slope_high: float
    authorities: int

    @property
    def sign(self) -> int:
        """The direction of the rank correlation, 0 where its interval holds zero."""
        return 1 if self.rank_low > 0 else -1 if self.rank_high < 0 else 0


def relation(x: Floats, y: Floats, apart_from: Floats | None = None) -> Relation:
    """Rank correlation and slope of logarithms of ``y`` on ``x``, both positive.

    ``apart_from`` is taken out of both first, as a straight line of logarithms.
    """
    known = np.isfinite(x) & np.isfinite(y) & (x > 0) & (y > 0)
    a, b = np.log(x[known]), np.log(y[known])
    c = None if apart_from is None else np.log(apart_from[known])
    n = len(a)
    if n < 10:
        raise ValueError("a relation needs ten authorities")
    drawn = np.random.default_rng(SEED).integers(0, n, (RESAMPLES, n))
    found = np.array([_both(a, b, c, rows) for rows in drawn])
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(found, [tail, 100 - tail], axis=0)
    rank, slope = _both(a, b, c, np.arange(n))
    return Relation(rank, low[0], high[0], slope, low[1], high[1], n)


def _both(a: Floats, b: Floats, c: Floats | None, rows: NDArray[np.int64]) -> tuple[float, float]:
    x, y = a[rows], b[rows]
    if c is not None:
        x, y = _without(x, c[rows]), _without(y, c[rows])
    return _correlation(_ranks(x), _ranks(y)), _slope(x, y)


def _without(y: Floats, x: Floats) -> Floats:
    return np.asarray(y - y.mean() - _slope(x, y) * (x - x.mean()))


def _slope(x: Floats, y: Floats) -> float:
    away = x - x.mean()
    return float(away @ y / (away @ away))


def _correlation(x: Floats, y: Floats) -> float:
    a, b = x - x.mean(), y - y.mean()
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def _ranks(x: Floats) -> Floats:
    """Ranks, ties sharing their mean rank."""
    _, place, count = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place])
