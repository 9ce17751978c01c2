"""ETS and ARIMA for every place of a panel at once, from one origin.

Two thousand short histories from seven origins each are too many for a search per history. So the
likelihoods that statsmodels climbs are worked out here for all places together, over a grid of the
one constant that each form has; a test holds them to what statsmodels finds. Forms: simple
exponential smoothing, ETS(A,N,N); and of ARIMA the random walk, with and without drift, and the one
whose changes follow the change before, (1,1,0), by AICc. ARIMA(0,1,1) is the smoothing. A damped
trend is not among them: at ten values AICc counts its five numbers for more than a fit can gain.

Each place is fitted alone; what is pooled is how far such forecasts miss. Four to ten values do not
tell a spread, so each place's is pulled towards the middle one of all places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np

from calibration.forecast.scores import N_LEVELS, Floats
from calibration.forecast.simple import quantiles

OF_ALL: Final = 8.0
"""Degrees of freedom that the spread of all places counts as much as."""
SMOOTHING: Final[Floats] = np.concatenate([[1e-4], np.arange(1, 100) / 100, [0.9999]])
FOLLOWING: Final[Floats] = np.arange(-98, 99) / 100
"""The grids of the constants."""
SHIFT: Final = 0.5
"""Added to values, so that a zero has a logarithm."""
SMALLEST: Final = 1e-12


class Fit(NamedTuple):
    """One form, fitted to places whose histories are equally long."""

    aicc: Floats
    """[places]"""
    mean: Floats
    """[horizon, places] of the logarithm"""
    sd: Floats
    """[horizon, places]"""
    freedom: float


def fitted(values: Floats, horizon: int) -> dict[str, Floats]:
    """[horizon, places, N_LEVELS] of ETS and ARIMA; NaN where there are too few values.

    values  float64[places, years]; of each place only what comes after its last gap is used.
    """
    log = np.log(values + SHIFT)
    ways = {"ets": [smoothing], "arima": [walk, drifting, following]}
    return {name: _spread_out(*_of_every_length(log, horizon, ways[name])) for name in ways}


def _of_every_length(
    log: Floats, horizon: int, forms: Iterable[Callable[[Floats, int], Fit]]
) -> tuple[Floats, Floats, Floats]:
    """[horizon, places] mean and spread, [places] freedom, of the form with the least AICc."""
    places, years = log.shape
    mean, sd = np.full((2, horizon, places), np.nan)
    freedom, least = np.full(places, np.nan), np.full(places, np.inf)
    length = (~np.isnan(log[:, ::-1])).cumprod(axis=1).sum(axis=1)
    for n in range(3, years + 1):
        mine = np.flatnonzero(length == n)
        for form in forms:
            if not len(mine) or n < FEWEST[form]:
                continue
            fit = form(log[mine, -n:], horizon)
            better = fit.aicc < least[mine]
            at = mine[better]
            mean[:, at], sd[:, at] = fit.mean[:, better], fit.sd[:, better]
            freedom[at], least[at] = fit.freedom, fit.aicc[better]
    return mean, sd, freedom


def _spread_out(mean: Floats, sd: Floats, freedom: Floats) -> Floats:
    """[horizon, places, N_LEVELS] Quantiles, each place's spread pulled to that of all."""
    out = np.full((*mean.shape, N_LEVELS), np.nan)
    for n in np.unique(freedom[~np.isnan(freedom)]):
        mine = freedom == n
        middle = np.nanmedian(sd**2, axis=1, keepdims=True)
        pulled = np.sqrt((OF_ALL * middle + n * sd[:, mine] ** 2) / (OF_ALL + n))
        for ahead, spread in enumerate(pulled):
            out[ahead, mine] = quantiles(mean[ahead, mine], spread, SHIFT, n + OF_ALL)
    return out


def smoothing(log: Floats, horizon: int) -> Fit:
    """ETS(A,N,N), the first level fitted too. Hyndman et al. (2008), section 5.1."""
    n = log.shape[1]
    alone = _innovations(log)
    of_level = _innovations(np.zeros((1, n)), 1.0)
    level = -(alone * of_level).sum(axis=-1) / (of_level**2).sum(axis=-1)
    errors = alone + level[..., None] * of_level
    squares = np.maximum((errors**2).sum(axis=-1), SMALLEST)
    best, rows = squares.argmin(axis=0), np.arange(len(log))
    alpha, variance = SMOOTHING[best], squares[best, rows] / n
    last = log[:, -1] - (1 - alpha) * errors[best, rows, -1]
    ahead = np.arange(horizon)[:, None]
    mean = np.tile(last, (horizon, 1))
    return _fit(n, variance, 0.0, 2, mean, variance * (1 + ahead * alpha**2), n)


def _innovations(log: Floats, first: float = 0.0) -> Floats:
    """[constants, places, values] How far each value is from the level before it."""
    errors = np.empty((len(SMOOTHING), *log.shape))
    level = np.full((len(SMOOTHING), len(log)), first)
    for t, value in enumerate(log.T):
        errors[:, :, t] = value - level
        level = level + SMOOTHING[:, None] * errors[:, :, t]
    return errors


def walk(log: Floats, horizon: int) -> Fit:
    """ARIMA(0,1,0)."""
    return _walk(log, np.zeros(len(log)), 1, horizon)


def drifting(log: Floats, horizon: int) -> Fit:
    """ARIMA(0,1,0) with drift."""
    return _walk(log, np.diff(log, axis=1).mean(axis=1), 2, horizon)


def _walk(log: Floats, step: Floats, numbers: int, horizon: int) -> Fit:
    n = log.shape[1]
    variance = ((np.diff(log, axis=1) - step[:, None]) ** 2).mean(axis=1)
    variance = np.maximum(variance, SMALLEST)
    ahead = np.arange(1.0, horizon + 1)[:, None]
    return _fit(n, variance, 0.0, numbers, log[:, -1] + step * ahead, variance * ahead, n - 1)


def following(log: Floats, horizon: int) -> Fit:
    """ARIMA(1,1,0): the exact likelihood of an autoregression of the changes."""
    n = log.shape[1]
    change = np.diff(log, axis=1)
    phi = FOLLOWING[:, None]
    after = change[:, 1:] - phi[..., None] * change[:, :-1]
    squares = (1 - phi**2) * change[:, 0] ** 2 + (after**2).sum(axis=-1)
    squares = np.maximum(squares, SMALLEST)
    lost = (n - 1) * np.log(squares) - np.log(1 - phi**2)
    best = lost.argmin(axis=0)
    phi, variance = FOLLOWING[best], squares[best, np.arange(len(log))] / (n - 1)
    power = np.arange(1, horizon + 1)[:, None]
    passed = (1 - phi**power) / (1 - phi)
    mean = log[:, -1] + phi * passed * change[:, -1]
    spread = variance * np.cumsum(passed**2, axis=0)
    return _fit(n, variance, -np.log(1 - phi**2), 2, mean, spread, n - 1)


def _fit(
    n: int, variance: Floats, more: float | Floats, numbers: int, mean: Floats, spread: Floats,
    terms: int,
) -> Fit:  # fmt: skip
    """AICc from the concentrated likelihood of so many terms; errors corrected for few values."""
    aic = terms * (np.log(2 * np.pi * variance) + 1) + more + 2 * numbers
    aicc = aic + 2 * numbers * (numbers + 1) / (n - numbers - 1)
    freedom = float(n - numbers)
    return Fit(np.asarray(aicc), mean, np.sqrt(spread * n / freedom), freedom)


FEWEST: Final[dict[Callable[[Floats, int], Fit], int]] = {
    smoothing: 4, walk: 3, drifting: 4, following: 5,
}  # fmt: skip
"""Values that a form needs: AICc has no value for fewer."""
