"""What a curve over a grid says beyond its points: its slope, its knee, where it crosses nought.

All replicates of a grid share their random numbers, point by point, so everything here is reckoned
replicate by replicate and then averaged. Arrays are float64[points, replicates].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.stats import LEVEL, Interval, mean_interval

Floats = NDArray[np.float64]
BEND: Final = 0.1
"""A knee lies at least this far from the straight line between the ends, as a share of the
curve's whole range."""


@dataclass(frozen=True)
class Knee:
    """Where returns change most: the grid's value, and how far from the straight line it lies."""

    value: float
    distance: Interval
    """95%, allowing for the choice among all inner points (Bonferroni)."""


@dataclass(frozen=True)
class Tipping:
    """The result is detectably on one side of nought at ``below`` and on the other at ``above``."""

    value: float
    """Where the mean curve crosses, by straight lines between the grid's points."""
    below: float
    above: float


def intervals(results: Floats) -> list[Interval]:
    """Mean and 95% interval of each point."""
    return [mean_interval(row) for row in results]


def slope(values: Floats, results: Floats) -> Interval:
    """What one unit more does on average over the grid: least squares in each replicate."""
    centred = values - values.mean()
    return mean_interval(centred @ results / (centred @ centred))


def knee(values: Floats, results: Floats) -> Knee | None:
    """The inner point farthest from the straight line between the ends; None where there is none.

    None if it is no farther than `BEND` of the curve's range, or no farther than chance.
    """
    if len(values) < 3:
        return None
    along = (values - values[0]) / (values[-1] - values[0])
    chord = results[0] + along[:, None] * (results[-1] - results[0])
    distance = (results - chord)[1:-1]
    means, curve = distance.mean(axis=1), results.mean(axis=1)
    at = int(np.abs(means).argmax())
    found = _wider(distance[at], len(distance))
    if not found.detectable or abs(means[at]) < BEND * float(np.ptp(curve)):
        return None
    return Knee(float(values[at + 1]), found)


def tipping(values: Floats, results: Floats) -> Tipping | None:
    """The first place where the curve crosses nought by more than chance on both sides."""
    signs = [_side(interval) for interval in intervals(results)]
    sure = [i for i, side in enumerate(signs) if side != 0]
    for a, b in zip(sure, sure[1:], strict=False):
        if signs[a] != signs[b]:
            means = results.mean(axis=1)[a : b + 1]
            at = next(i for i in range(len(means) - 1) if means[i] * means[i + 1] <= 0)
            share = means[at] / (means[at] - means[at + 1])
            low, high = values[a + at], values[a + at + 1]
            return Tipping(float(low + share * (high - low)), float(values[a]), float(values[b]))
    return None


def _side(interval: Interval) -> int:
    return 0 if not interval.detectable else 1 if interval.mean > 0 else -1


def _wider(values: Floats, choices: int) -> Interval:
    """A 95% interval that holds for the most striking of so many."""
    from scipy.special import stdtrit

    n = len(values)
    mean = float(values.mean())
    if n < 2:
        return Interval(mean, math.nan, math.nan)
    quantile = float(stdtrit(n - 1, 1 - (1 - LEVEL) / 2 / choices))
    half = quantile * float(values.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half)
