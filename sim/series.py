"""Flows, stocks and shares: how weeks become a figure for each year and one for the horizon.

Every array in here has the axes [year, period within the year]: 52 weeks, 4 quarters or 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Floats

Counts = NDArray[Any]
"""[year, period], whole numbers or not."""


class Series(NamedTuple):
    """One measure: a value for each year, and one for the whole horizon; NaN where undefined."""

    per_year: Floats
    overall: float


def flow(counts: Counts) -> Series:
    """What happened in each year; over the horizon, a year's average."""
    return _with_mean(counts.sum(axis=1))


def stock(levels: Counts) -> Series:
    """What stood at an average moment of each year, and of the horizon."""
    return _with_mean(levels.mean(axis=1))


def ratio(top: Series, bottom: Series, times: float = 1.0) -> Series:
    """``times`` the one by the other, NaN where ``bottom`` is 0.

    The horizon's figure is pooled: of two flows it is the sum of all years by the sum of all years.
    """
    return Series(
        _divided(times * top.per_year, bottom.per_year),
        float(_divided(np.array(times * top.overall), np.array(bottom.overall))),
    )


def share(part: Counts, whole: Counts) -> Series:
    """The part of a whole, both counted over the same time; pooled over the horizon."""
    return ratio(flow(part), flow(whole))


def except_last_year(formula: Callable[..., Series], *counts: Counts) -> Series:
    """A measure of what is followed for a year after, which the last year cannot be."""
    before = formula(*(count[:-1] for count in counts))
    return Series(np.append(before.per_year, np.nan), before.overall)


def _with_mean(years: Counts) -> Series:
    overall = float(years.mean()) if len(years) else float("nan")
    return Series(years.astype(np.float64), overall)


def _divided(top: Floats, bottom: Floats) -> Floats:
    quotient: Floats = np.full(np.shape(bottom), np.nan)
    np.divide(top, bottom, out=quotient, where=bottom != 0.0)
    return quotient
