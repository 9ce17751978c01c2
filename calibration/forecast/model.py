"""The model as a forecaster: its growth and its seasons, set at the level of the history.

The model knows no history. From a place as it is it says how a measure goes on: by how much it
changes in the years ahead, and how it goes through a year. A forecast is the level of the history
at the origin, moved by that, with an error as large as such forecasts have had before the origin.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.forecast.periods import Frequency
from calibration.forecast.scores import Floats
from calibration.forecast.simple import USUAL_CHANGE, WORTH, Forecast, logs, quantiles, waves

UNSEEN: Final = 0.21
"""Error, as a logarithm, of a level that no count was given for: within a factor of 1.5 in 95 of
100 cases (judgement, as for targets without a range)."""
DAYS_A_YEAR: Final = 365


@dataclass(frozen=True, eq=False)
class Growth:
    """What the model makes of one measure, over sets of its numbers."""

    by_year: Floats
    """[sets, years] the measure; the first year is the one in which the forecast begins"""
    weight: Floats
    """[sets], sum 1"""
    season: Floats
    """coefficients of `waves` for the logarithm; empty where a measure has no weeks"""

    def change(self, years: Floats) -> tuple[Floats, Floats]:
        """Mean and variance over sets of the logarithm of the change after so many years."""
        log = np.log(np.maximum(self.by_year, 1e-9))
        whole = np.arange(log.shape[1])
        moved = np.array([np.interp(years, whole, one - one[0]) for one in log])
        mean = self.weight @ moved
        return np.asarray(mean), np.asarray(self.weight @ (moved - mean) ** 2)

    def level(self) -> tuple[float, float]:
        """Mean and variance over sets of the logarithm of the first year's figure."""
        log = np.log(np.maximum(self.by_year[:, 0], 1e-9))
        mean = float(self.weight @ log)
        return mean, float(self.weight @ (log - mean) ** 2)

    def of_year(self, days: Sequence[dt.date]) -> Floats:
        """[days] How far each is above the year's mean, as a logarithm."""
        if not len(self.season):
            return np.zeros(len(days))
        table = waves(0, DAYS_A_YEAR, DAYS_A_YEAR) @ self.season
        table = table - np.log(np.exp(table).mean())
        return np.asarray(table[[min(day.timetuple().tm_yday, DAYS_A_YEAR) - 1 for day in days]])


def season_of(weekly: Floats, first: dt.date) -> Floats:
    """The wave through the year in weekly figures of the model, a mean over sets; coefficients.

    weekly  float64[sets, weeks]
    """
    log = np.log(np.maximum(weekly.mean(axis=0), 1e-9))
    days = [(first + dt.timedelta(weeks=i)).timetuple().tm_yday for i in range(len(log))]
    year = waves(0, DAYS_A_YEAR + 1, DAYS_A_YEAR)[np.array(days) - 1]
    trend = np.stack([np.ones(len(log)), np.arange(len(log))], axis=1)
    found, *_ = np.linalg.lstsq(np.hstack([trend, year]), log, rcond=None)
    return np.asarray(found[2:])


def model_forecast(
    values: Floats, first: dt.date, frequency: Frequency, growth: Growth, horizon: int
) -> Forecast:
    """Forecast from the values up to an origin; ``first`` is the first day of the first value."""
    log, shift = logs(values)
    n, every = len(log), frequency.per_year
    season = growth.of_year([frequency.after(first, i) for i in range(n + horizon)])
    plain = log - season[:n]
    ahead = np.arange(1, horizon + 1)
    change, unsure = growth.change(ahead / every)
    back = max(1, every // 4)
    mean = plain[-back:].mean() + change + season[n:]
    variance, freedom = _past_error(plain, back, change, every)
    return Forecast(quantiles(mean, np.sqrt(variance + unsure), shift, freedom), "model's growth")


def _past_error(plain: Floats, back: int, change: Floats, every: int) -> tuple[Floats, float]:
    """[horizon] variance of such a forecast's errors so far, and its degrees of freedom.

    A constant and a part that grows with the horizon, both at least 0, fitted to squared errors;
    what is usual counts beside it as if it had been seen.
    """
    from scipy.optimize import nnls

    ahead, squares = [], []
    for origin in range(back, len(plain)):
        reach = min(len(change), len(plain) - origin)
        error = plain[origin : origin + reach] - plain[origin - back : origin].mean()
        ahead.append(np.arange(1, reach + 1))
        squares.append((error - change[:reach]) ** 2)
    h = np.arange(1, len(change) + 1)
    usual = USUAL_CHANGE**2 * np.maximum(h / every, 1.0 / every)
    if not ahead:
        return usual, WORTH
    x = np.concatenate(ahead)
    (constant, slope), _ = nnls(np.stack([np.ones(len(x)), x], axis=1), np.concatenate(squares))
    seen = float(len(plain) - back)
    return (WORTH * usual + seen * (constant + slope * h)) / (WORTH + seen), WORTH + seen


def scale_of(levels: Sequence[tuple[float, Growth]]) -> tuple[float, float]:
    """How far the history's levels are above the model's, as a logarithm: mean and variance.

    ``levels`` are the history's yearly figures, at least one, each with the same measure of the
    model.
    """
    apart = np.array([np.log(value) - growth.level()[0] for value, growth in levels])
    between = float(apart.var(ddof=1)) if len(apart) > 1 else 0.0
    return float(apart.mean()), between + UNSEEN**2


def unseen_forecast(
    last: dt.date, frequency: Frequency, growth: Growth, scale: tuple[float, float],
    stock: bool, horizon: int,
) -> Forecast:  # fmt: skip
    """Forecast a measure of which no history is given: the model's level, scaled like the others.

    ``last`` is the first day of the last period before the forecast.
    """
    ahead = np.arange(1, horizon + 1)
    days = [frequency.after(last, int(i)) for i in ahead]
    change, unsure = growth.change(ahead / frequency.per_year)
    level, of_level = growth.level()
    each = 0.0 if stock else np.log(frequency.per_year)
    mean = level + scale[0] - each + change + growth.of_year(days)
    variance = of_level + scale[1] + unsure + USUAL_CHANGE**2 * ahead / frequency.per_year
    return Forecast(quantiles(mean, np.sqrt(variance), 0.0), "model's share, scaled")
