"""Means and paired differences over replicates, with 95% intervals.

The intervals are chance only: how far the mean would move if the same place were simulated again
with other random numbers. Uncertainty about the model's own numbers is not in them.

Replicates of two scenarios share their random numbers, so a difference is taken replicate by
replicate. The interval is Student's t on the replicates' values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
CHANCE_ONLY = "chance only; uncertainty about the model's numbers is not in it yet"
ROUNDING = 1e-11
"""Differences below this share of the level are rounding of sums, not effects."""


@dataclass(frozen=True)
class Interval:
    """A mean over replicates and its 95% interval; NaN where it cannot be had."""

    mean: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half the interval's width; NaN with a single replicate."""
        return (self.high - self.low) / 2

    @property
    def detectable(self) -> bool:
        """Whether the interval excludes zero. A single replicate detects nothing."""
        return self.low > 0 or self.high < 0


def t_quantile(degrees: int) -> float:
    """The factor of a two-sided 95% interval with so many degrees of freedom.

    `scipy.special` gives the same number as `scipy.stats` and takes far less time to import.
    """
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + LEVEL) / 2))


def mean_interval(values: NDArray[np.float64]) -> Interval:
    """Mean and t-interval over replicates; a replicate where the value is undefined is left out.

    values  float64[replicates]; NaN where undefined
    """
    known = values[~np.isnan(values)]
    if known.size == 0:
        return Interval(math.nan, math.nan, math.nan)
    mean = float(known.mean())
    if known.size == 1:
        return Interval(mean, math.nan, math.nan)
    if (known == known[0]).all():
        # The mean of equal numbers can differ from them in the last place.
        return Interval(float(known[0]), float(known[0]), float(known[0]))
    half = t_quantile(known.size - 1) * float(known.std(ddof=1)) / math.sqrt(known.size)
    return Interval(mean, mean - half, mean + half)


def paired_difference(scenario: NDArray[np.float64], base: NDArray[np.float64]) -> Interval:
    """Scenario minus base, replicate by replicate; pairs with an undefined side are left out."""
    return mean_interval(pairwise(scenario, base))


def pairwise(scenario: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scenario minus base, elementwise; what is no more than rounding counts as zero."""
    difference = scenario - base
    scale = np.maximum(np.abs(scenario), np.abs(base))
    return np.where(np.abs(difference) <= ROUNDING * scale, 0.0, difference)


def mean_over_replicates(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the first axis of what is defined; NaN where nothing is."""
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), math.nan)
