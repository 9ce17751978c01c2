"""What a place's next values can be told from its last ones, as all places together have shown.

For each number of years ahead one line serves all places: the change of the logarithm, from how far
the last value stands above the place's own recent mean, above the value before, and above what
places of its size have. Short histories jump up and come back; ten values of one place do not show
how far, fifteen hundred of all places do. Changes are measured in units of each place's own usual
change, pulled towards that of all (partial pooling), so that steady places get narrow forecasts.
"""

from __future__ import annotations

import warnings
from typing import Final, NamedTuple

import numpy as np

from calibration.forecast.scores import LEVELS, N_LEVELS, Floats
from calibration.forecast.simple import FARTHEST, USUAL_CHANGE

RECENT: Final = 4
"""Values in the recent mean of a place."""
OF_ALL: Final = 8.0
"""Years of a place's own changes that the mean of all places counts as much as."""
UNSURE: Final = 3.0
"""Years without any common movement that are added to those seen: few years have been."""
CAUTION: Final = 1.0
"""Pull of the slopes to zero, as a share of the cases of one year."""
OUTLIER: Final = 4.0
"""Usual changes (times the root of years) beyond which a value does not move the line further:
most such jumps are a new way of counting."""
WORTH: Final = 2.0
"""Years seen that the usual common movement (`USUAL_CHANGE`) counts as much as."""
AT_LEAST: Final = 1e-3


class _Cases(NamedTuple):
    """Changes that were seen, in units of the place's usual change."""

    change: Floats
    known: Floats
    """[cases, 3] what was known at the start of each"""
    year: Floats
    """[cases] the start"""
    unit: Floats
    """[cases] the usual change"""


class _Line(NamedTuple):
    slopes: Floats
    drift: float
    errors: Floats
    """[N_LEVELS] quantiles"""


def pooled(values: Floats, residents: Floats, horizon: int) -> Floats:
    """Forecasts of all places from their last values.

    values     float64[places, years], NaN where none was published
    residents  float64[places]

    Returns float64[horizon, places, N_LEVELS], NaN for places without their last two values. Where
    no change over so many years was seen, the longest seen is scaled by time.
    """
    log = np.log(values + 0.5)
    size = np.log(residents)
    years = log.shape[1]
    now, unit = _known(log, size, years), _usual(log, years)
    out = np.full((horizon, len(log), N_LEVELS), np.nan)
    for ahead in range(1, horizon + 1):
        reach = min(ahead, years - 2)
        line = _line(_cases(log, size, reach), reach, years)
        longer = ahead / reach
        middle = now @ line.slopes + line.drift * longer
        away = unit[:, None] * (middle[:, None] + line.errors * np.sqrt(longer))
        out[ahead - 1] = np.exp(log[:, -1:] + np.clip(away, -FARTHEST, FARTHEST)) - 0.5
    return np.asarray(np.maximum(out, 0.0))


def _usual(log: Floats, seen: int) -> Floats:
    """[places] Mean size of a yearly change among the first values, pulled to that of all years."""
    size = np.abs(np.diff(log, axis=1))
    of_all = max(float(np.nanmean(size)), AT_LEAST)
    own = size[:, : seen - 1]
    count = (~np.isnan(own)).sum(axis=1)
    return np.asarray((OF_ALL * of_all + np.nansum(own, axis=1)) / (OF_ALL + count))


def _known(log: Floats, size: Floats, seen: int) -> Floats:
    """[places, 3] What is known of each after so many values; NaN where one is missing."""
    now = log[:, seen - 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a place without any value has no mean
        recent = np.nanmean(log[:, max(0, seen - RECENT) : seen], axis=1)
    known = np.stack([now - recent, now - log[:, seen - 2], _above(now, size)], axis=1)
    reach = OUTLIER * _usual(log, seen)[:, None]
    return np.asarray(np.clip(known, -reach, reach) / _usual(log, seen)[:, None])


def _above(now: Floats, size: Floats) -> Floats:
    """[places] How far each is above what places with as many residents have."""
    there = ~np.isnan(now)
    x = size - size[there].mean()
    slope = float(x[there] @ now[there]) / max(float(x[there] @ x[there]), AT_LEAST)
    away = now - slope * x
    return np.asarray(away - np.median(away[there]))


def _cases(log: Floats, size: Floats, reach: int) -> _Cases:
    """Every change over ``reach`` years, with what was known before it."""
    parts = []
    for seen in range(2, log.shape[1] - reach + 1):
        unit = _usual(log, seen)
        change = (log[:, seen - 1 + reach] - log[:, seen - 1]) / unit
        known = _known(log, size, seen)
        ok = ~np.isnan(change) & ~np.isnan(known).any(axis=1)
        parts.append((change[ok], known[ok], np.full(int(ok.sum()), float(seen)), unit[ok]))
    return _Cases(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _line(cases: _Cases, reach: int, years: int) -> _Line:
    """Slopes from differences between places in the same year; then the movement common to all.

    The drift is the mean over years, pulled to none. Errors are those seen, widened because the
    common movement of a year to come is less sure than a mean of few years.
    """
    far = OUTLIER * np.sqrt(reach)
    change = np.clip(cases.change, -far, far)
    starts = np.unique(cases.year)
    y, x = change.copy(), cases.known.copy()
    for start in starts:
        of_year = cases.year == start
        y[of_year] -= y[of_year].mean()
        x[of_year] -= x[of_year].mean(axis=0)
    pull = CAUTION * len(y) / len(starts) * np.eye(x.shape[1])
    slopes = np.asarray(np.linalg.solve(x.T @ x + pull, x.T @ y), np.float64)
    rest = change - cases.known @ slopes
    moved = np.array([rest[cases.year == start].mean() for start in starts])
    drift = float(moved.mean()) * (years - 1) / (years - 1 + UNSURE)
    errors = cases.change - cases.known @ slopes - drift
    usual = reach * (USUAL_CHANGE / cases.unit.mean()) ** 2
    common = (WORTH * usual + float(((moved - drift) ** 2).sum())) / (WORTH + len(starts))
    apart = len(starts) / reach
    wider = np.sqrt(1.0 + common / (float(np.mean(np.clip(errors, -far, far) ** 2)) * (apart + 1)))
    return _Line(slopes, drift, np.asarray(np.quantile(errors, LEVELS) * wider, np.float64))
