"""Many places at once: what happened elsewhere, and the fits of all of them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from calibration.forecast import fits
from calibration.forecast.backtest import (
    scores,
)
from calibration.forecast.panel import Panel, elsewhere, forecasts
from calibration.forecast.panel import tested as forecast_again
from calibration.forecast.scores import at


def panel() -> Panel:
    rng = np.random.default_rng(6)
    walks = np.exp(6 + np.cumsum(rng.normal(0, 0.1, (60, 9)), axis=1))
    places = tuple(f"E{i}" for i in range(60))
    return Panel("x", places, 2013, walks, np.arange(60) % 3, np.full(60, 3e5))


def test_what_happened_elsewhere_is_what_may_happen_here() -> None:
    one = elsewhere(panel(), 9, 1)
    spread = np.log(at(one, 0.9) / at(one, 0.1))
    np.testing.assert_allclose(spread, 2 * 1.2816 * 0.1, rtol=0.2)


def test_a_panel_is_forecast_from_before_its_origin_only() -> None:
    before = panel()
    after = replace(before, values=before.values.copy())
    after.values[:, 6:] *= 7
    for name, draws in forecasts(before, 6, 2, None).items():
        np.testing.assert_array_equal(draws, forecasts(after, 6, 2, None)[name])
    found = scores([forecast_again(before, 2, None)])
    assert abs(found["elsewhere"].covered_80 - 0.8) < 0.1
    assert abs(found["pooled"].covered_80 - 0.8) < 0.1


def test_what_jumped_and_comes_back_everywhere_is_told_from_all_places() -> None:
    """A level of its own for each place, and noise around it: the last value says little more
    about the next than the mean of the recent ones, and the line of all places finds that."""
    rng = np.random.default_rng(8)
    noisy = np.exp(rng.normal(6, 1, (90, 1)) + rng.normal(0, 0.2, (90, 9)))
    one = replace(panel(), places=tuple(map(str, range(90))), values=noisy,
                  size=np.arange(90) % 3, residents=np.exp(rng.normal(12, 1, 90)))  # fmt: skip
    found = scores([forecast_again(one, 1, None)])
    assert found["pooled"].crps < 0.9 * found["naive"].crps
    assert abs(found["pooled"].covered_80 - 0.8) < 0.07


def histories() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Noise about a level, a walk, and a trend, as logarithms."""
    rng = np.random.default_rng(9)
    noise, walk = rng.normal(4, 0.1, 9), 5 + np.cumsum(rng.normal(0, 0.1, 9))
    return np.stack([noise, walk, np.linspace(3, 4, 9) + rng.normal(0, 0.02, 9)])


@pytest.mark.parametrize(
    ("form", "order", "trend"),
    [
        (fits.walk, (0, 1, 0), "n"),
        (fits.drifting, (0, 1, 0), "t"),
        (fits.following, (1, 1, 0), "n"),
    ],
)
def test_arima_of_all_places_at_once_is_that_of_statsmodels(
    form: Callable[..., fits.Fit], order: tuple[int, int, int], trend: str
) -> None:
    from statsmodels.tsa.arima.model import ARIMA

    mine = form(histories(), 3)
    for i, log in enumerate(histories()):
        theirs = ARIMA(log, order=order, trend=trend).fit()
        k, ahead = len(theirs.params), theirs.get_forecast(3)
        assert mine.aicc[i] == pytest.approx(theirs.aic + 2 * k * (k + 1) / (8 - k), abs=2e-3)
        np.testing.assert_allclose(mine.mean[:, i], ahead.predicted_mean, atol=5e-3)
        sd = np.sqrt(ahead.var_pred_mean * 9 / (9 - k))
        np.testing.assert_allclose(mine.sd[:, i], sd, rtol=0.01)


def test_smoothing_of_all_places_at_once_is_no_worse_than_that_of_statsmodels() -> None:
    """The same where statsmodels' search ends at the top of the likelihood; it does not always."""
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    mine, same = fits.smoothing(histories(), 3), 0
    for i, log in enumerate(histories()):
        theirs = ExponentialSmoothing(log).fit(disp=False)
        assert mine.aicc[i] <= -2 * theirs.llf + 4 + 12 / 6 + 2e-3
        ahead = theirs.get_forecast(3).predicted_mean
        same += np.allclose(mine.mean[:, i], ahead, atol=5e-3)
    assert same >= 2


def test_the_form_with_the_least_aicc_is_taken_and_too_few_values_have_none() -> None:
    values = np.exp(histories())
    values[0, :6] = np.nan  # three values: a walk, and no smoothing
    values[1, -1] = np.nan  # the last is missing
    found = fits.fitted(values, 2)
    assert np.isnan(found["ets"][:, :2]).all() and np.isnan(found["arima"][:, 1]).all()
    assert at(found["arima"][0, 0], 0.5) == pytest.approx(values[0, -1], rel=1e-6)
    assert at(found["arima"][1, 2], 0.5) > 1.2 * values[2, -1]  # the trend goes on
