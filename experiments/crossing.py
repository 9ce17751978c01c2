"""From which setting on something pays: how strong, or how well aimed, it has to be.

A few settings are run, each replicate paired with doing nothing; between them all goes in straight
lines. The words and the picture of `upstream break-even` take their interval from here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.arrays import Floats
from experiments.stats import mean_interval


@dataclass(frozen=True)
class Crossing:
    """The setting from which on a net benefit is above nought, and its 95% interval.

    It is told from the same band as the picture shows: the interval is where the band holds nought.
    """

    at: float
    """NaN where it is below nought at the end of what was tried."""
    low: float
    """From here on the upper edge of the band is above nought; infinite where it is nowhere."""
    high: float
    """From here on it pays beyond chance; infinite where it does so nowhere."""
    best: float
    """The largest net benefit tried, pounds."""
    best_high: float
    """The highest that the upper edge of the band comes to, pounds; NaN where there is no band."""


@dataclass(frozen=True, eq=False)
class Band:
    """A net benefit at the settings tried: float64[settings] each."""

    at: Floats
    mean: Floats
    low: Floats
    high: Floats


def band(at: Sequence[float], net: Floats) -> Band:
    """Mean and 95% interval over replicates, in straight lines from setting to setting.

    Straight ends claim no less chance between two settings than was found at them; lines drawn
    replicate by replicate would pinch the band where they happen to cross.

    net  float64[replicates, settings], each paired with doing nothing
    """
    found = [mean_interval(net[:, i]) for i in range(len(at))]
    mean, low, high = np.array([(i.mean, i.low, i.high) for i in found]).T
    return Band(np.array(at), mean, low, high)


def crossing(at: Sequence[float], net: Floats) -> Crossing:
    """From which setting on it pays.

    net  float64[replicates, settings]
    """
    found = band(at, net)
    low, high = _pays_from(found.at, found.high), _pays_from(found.at, found.low)
    return Crossing(
        _pays_from(found.at, found.mean),
        math.inf if math.isnan(low) else low,
        math.inf if math.isnan(high) else high,
        float(net.mean(axis=0).max()),
        float(found.high.max()),
    )


def _pays_from(at: Floats, net: Floats) -> float:
    """The setting from which on it is never below nought; NaN where it is so at the end."""
    below = np.flatnonzero(~(net >= 0))
    if len(below) == 0:
        return float(at[0])
    i = int(below[-1])
    if i == len(at) - 1:
        return math.nan
    return float(at[i] - net[i] * (at[i + 1] - at[i]) / (net[i + 1] - net[i]))
