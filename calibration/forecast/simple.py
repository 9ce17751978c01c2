"""Forecasts from the history alone: the season before, exponential smoothing, ARIMA.

All work on the logarithm, so that a forecast is never below zero and a change is a proportion. Each
takes the values up to the origin and gives the quantiles of the next ones.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from calibration.forecast.scores import LEVELS, Floats

USUAL_CHANGE: Final = 0.06
"""What a yearly national count is usually off after a year, as a share (judgement; the published
series used here change by 1 to 12%). Counts as `WORTH` values seen, so that three years of history
do not make a forecast surer than it is."""
WORTH: Final = 2.0
FARTHEST: Final = 3.0
"""A forecast's tails end at exp(3), 20 times its middle: Student's would have no mean otherwise."""
HARMONICS: Final = 2
"""Waves in a year that stand for the season of weekly counts."""
BACK: Final = 0.12
"""Share of the way to its recent mean that a yearly value comes back in a year."""
RECENT: Final = 4
"""Values in that mean."""
FREEDOM: Final = 3.0
"""Degrees of freedom that the errors of such a forecast have, in units of the usual change."""
INSTEAD: Final = "naive instead"
"""How the form ends of a forecast that no form could be fitted for."""
LONGEST_SEASON: Final = 12
"""Longer seasons are taken out as waves before a method is fitted."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """The quantiles of the next values, and in what form the method was fitted."""

    draws: Floats
    """[horizon, N_LEVELS], rising"""
    form: str


Method = Callable[[Floats, int, int], Forecast]
"""(values up to the origin, periods in a year, how many to forecast)."""


def naive(values: Floats, season: int, horizon: int) -> Forecast:
    """The value one season before, with an error as large as such a forecast has had.

    The error grows with the root of the number of seasons ahead (Hyndman and Athanasopoulos 2021,
    section 5.5); its size is estimated, so its tails are Student's.
    """
    log, shift = logs(values)
    back = season if len(log) > season else 1
    changes = log[back:] - log[:-back]
    usual = USUAL_CHANGE**2
    variance = (WORTH * usual + (changes**2).sum()) / (WORTH + len(changes))
    ahead = np.arange(horizon)
    mean = log[len(log) - back + ahead % back]
    sd = np.sqrt(variance * (ahead // back + 1.0))
    return Forecast(quantiles(mean, sd, shift, WORTH + len(changes)), "the season before")


def ets(values: Floats, season: int, horizon: int) -> Forecast:
    """Exponential smoothing; of the forms tried, the one with the least AICc."""
    return _best("ETS", _ets_forms, values, season, horizon)


def arima(values: Floats, season: int, horizon: int) -> Forecast:
    """ARIMA; of the forms tried, the one with the least AICc among those differenced alike."""
    return _best("ARIMA", _arima_forms, values, season, horizon)


def returning(values: Floats, season: int, horizon: int) -> Forecast:
    """The last value, drawn back to the recent mean, with the usual change for its spread.

    For yearly values. Few values say little about themselves, so what `BACK`, `RECENT` and
    `FREEDOM` say was read off some two thousand histories of authorities. The mean size of a change
    is less moved by a single jump than its square, and Student's tails allow for one.
    """
    log, shift = logs(values)
    changes = np.abs(np.diff(log))
    usual = (WORTH * USUAL_CHANGE + changes.sum()) / (WORTH + len(changes))
    above = np.clip(log[-1] - log[-RECENT:].mean(), -FARTHEST, FARTHEST)
    ahead = np.arange(1, horizon + 1)
    mean = log[-1] - np.minimum(1.0, BACK * ahead) * above
    return Forecast(
        quantiles(mean, usual * np.sqrt(ahead), shift, FREEDOM), "drawn back to the recent mean"
    )


SIMPLE: Final[dict[str, Method]] = {"naive": naive, "ets": ets, "arima": arima}
YEARLY: Final[dict[str, Method]] = {"returning": returning}
"""Methods that yearly values have besides."""


def logs(values: Floats) -> tuple[Floats, float]:
    """Logarithms, and what was added so that a zero has one."""
    shift = 0.0 if (values > 0).all() else 0.5
    return np.log(values + shift), shift


def quantiles(mean: Floats, sd: Floats, shift: float, freedom: float = math.inf) -> Floats:
    """[horizon, N_LEVELS] of what has this mean and spread as a logarithm."""
    from scipy.special import ndtri, stdtrit

    z = ndtri(LEVELS) if math.isinf(freedom) else stdtrit(freedom, LEVELS)
    away = np.clip(sd[:, None] * z, -FARTHEST, FARTHEST)
    return np.asarray(np.maximum(0.0, np.exp(mean[:, None] + away) - shift))


def waves(first: int, n: int, season: int) -> Floats:
    """[n, 2 x HARMONICS] sines and cosines of the time of year, from period ``first`` on."""
    angle = 2 * np.pi * np.arange(first, first + n) / season
    parts = [f(k * angle) for k in range(1, HARMONICS + 1) for f in (np.sin, np.cos)]
    return np.stack(parts, axis=1)


def _best(
    name: str,
    forms: Callable[[Floats, int], Iterator[tuple[str, Callable[[], Any]]]],
    values: Floats,
    season: int,
    horizon: int,
) -> Forecast:
    """Fit every form and keep the best; the naive forecast where none can be fitted, and say so."""
    log, shift = logs(values)
    season = season if len(log) >= 2 * season + 2 else 1
    of_year = np.zeros(len(log) + horizon)
    if season > LONGEST_SEASON:
        of_year = _season_of(log, season, horizon)
        season = 1
    fits = []
    for form, model in forms(log - of_year[: len(log)], season):
        fitted = _fit(model, len(log))
        if fitted is not None:
            fits.append((fitted[0], form, fitted[1]))
    if not fits:
        fallback = naive(values, season, horizon)
        return Forecast(fallback.draws, f"{name} cannot be fitted to so few values: {INSTEAD}")
    _, form, result = min(fits, key=lambda fit: fit[0])
    ahead = result.get_forecast(horizon)
    mean = np.asarray(ahead.predicted_mean) + of_year[len(log) :]
    # Maximum likelihood makes the error too small where few values teach several numbers.
    freedom = max(1.0, float(len(log) - len(result.params)))
    sd = np.sqrt(np.asarray(ahead.var_pred_mean) * len(log) / freedom)
    return Forecast(quantiles(mean, sd, shift, freedom), form)


def _fit(model: Callable[[], Any], n: int) -> tuple[float, Any] | None:
    """AICc and the fitted model; None where it cannot be fitted or has no finite forecast."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # short histories do not converge prettily
        try:
            result = model()
            k = len(result.params)
            if n - k - 1 <= 0:
                return None
            aicc = float(result.aic) + 2 * k * (k + 1) / (n - k - 1)
            sd = np.asarray(result.get_forecast(1).var_pred_mean)
        except (np.linalg.LinAlgError, ValueError, IndexError):
            return None
    sound = np.isfinite(aicc) and np.isfinite(sd).all() and (sd > 0).all()
    return (aicc, result) if sound else None


def _season_of(log: Floats, season: int, horizon: int) -> Floats:
    """The wave through the year that fits best, beside a straight trend, and its continuation."""
    n = len(log)
    trend = np.stack([np.ones(n), np.arange(n)], axis=1)
    found, *_ = np.linalg.lstsq(np.hstack([trend, waves(0, n, season)]), log, rcond=None)
    return np.asarray(waves(0, n + horizon, season) @ found[2:])


def _ets_forms(log: Floats, season: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    def of(**terms: Any) -> Callable[[], Any]:
        return lambda: ExponentialSmoothing(log, **terms).fit(disp=False, maxiter=60)

    seasons = {"N": {}, "A": {"seasonal": season}} if season > 1 else {"N": {}}
    for letter, terms in seasons.items():
        yield f"ETS(A,N,{letter})", of(**terms)
        if len(log) >= 7:
            yield f"ETS(A,Ad,{letter})", of(trend=True, damped_trend=True, **terms)


def _arima_forms(log: Floats, season: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    from statsmodels.tsa.arima.model import ARIMA

    def of(order: tuple[int, int, int], trend: str) -> Callable[[], Any]:
        seasonal = (0, 1, 1, season) if season > 1 else (0, 0, 0, 0)
        return lambda: ARIMA(log, order=order, seasonal_order=seasonal, trend=trend).fit(
            method_kwargs={"maxiter": 60, "disp": False}
        )

    for order, trend in (((0, 1, 0), "n"), ((0, 1, 0), "t"), ((0, 1, 1), "n"), ((1, 1, 0), "n")):
        if season > 1 and trend == "t":
            continue  # the seasonal difference takes a drift away
        name = f"ARIMA{order}".replace(" ", "") + ("(0,1,1)" if season > 1 else "")
        yield name + (" with drift" if trend == "t" else ""), of(order, trend)
