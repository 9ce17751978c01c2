"""Several forecasts as one: a mixture, with the weights that scored best before.

The CRPS of a mixture is a quadratic in its weights, so the best weights on past forecasts are found
exactly. Only forecasts whose value was known at the origin may be asked: see `backtest`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from calibration.forecast.scores import LEVELS, Floats

BELIEVED: Final = 10.0
"""As many past values as make the record count as much as what was believed before it."""


def mixture(parts: Sequence[Floats], weights: Floats) -> Floats:
    """[..., N_LEVELS] quantiles of the mixture of forecasts of the same values."""
    drawn = np.concatenate(parts, axis=-1)
    weight = np.repeat(np.asarray(weights, np.float64), [part.shape[-1] for part in parts])
    order = np.argsort(drawn, axis=-1)
    drawn = np.take_along_axis(drawn, order, axis=-1)
    upto = np.cumsum(weight[order], axis=-1)
    middle = (upto - weight[order] / 2) / upto[..., -1:]
    flat = [np.interp(LEVELS, m, d) for m, d in zip(_rows(middle), _rows(drawn), strict=True)]
    return np.array(flat).reshape(*drawn.shape[:-1], len(LEVELS))


def stacking_weights(
    past: Floats, values: Floats, scale: Floats, belief: Floats | None = None
) -> Floats:
    """The weights with which a mixture of past forecasts would have had the least CRPS.

    past    float64[methods, cases, N_LEVELS]
    values  float64[cases] what came
    scale   float64[cases] what each case's errors are measured by, so that all count alike
    belief  float64[methods] weights before any test, sum 1; equal if not given

    Pulled towards the belief by so much as `BELIEVED` says: few cases tell little. Without any
    case, the belief is all there is.
    """
    n_methods, n_cases = past.shape[:2]
    before = np.full(n_methods, 1.0 / n_methods) if belief is None else belief
    if n_cases == 0:
        return before
    error, apart = _moments(past / scale[:, None], values / scale)
    pull = BELIEVED / n_cases * max(float(error.mean()), 1e-12)
    return _least(error, apart, before, pull)


def _moments(past: Floats, values: Floats) -> tuple[Floats, Floats]:
    """[methods] mean E|X - y|, and [methods, methods] mean E|X - X'|, over cases."""
    error = np.abs(past - values[:, None]).mean(axis=(1, 2))
    n = len(past)
    apart = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            apart[i, j] = apart[j, i] = _distance(past[i], past[j])
    return error, apart


def _distance(a: Floats, b: Floats) -> float:
    """Mean over cases of E|X - X'|, X from the one and X' from the other forecast.

    By the integral of F(1 - G) + G(1 - F), which needs no loop over pairs of draws.
    """
    both = np.concatenate([a, b], axis=1)
    order = np.argsort(both, axis=1)
    from_a = (order < a.shape[1]).cumsum(axis=1)[:, :-1] / a.shape[1]
    from_b = (order >= a.shape[1]).cumsum(axis=1)[:, :-1] / b.shape[1]
    steps = np.diff(np.take_along_axis(both, order, axis=1), axis=1)
    return float(((from_a * (1 - from_b) + from_b * (1 - from_a)) * steps).sum(axis=1).mean())


def _least(error: Floats, apart: Floats, before: Floats, pull: float) -> Floats:
    """Minimise w.error - w.apart.w / 2 + pull |w - before|^2 over weights that sum to one."""
    from scipy.optimize import minimize

    found = minimize(
        lambda w: w @ error - w @ apart @ w / 2 + pull * ((w - before) ** 2).sum(),
        before,
        jac=lambda w: error - apart @ w + 2 * pull * (w - before),
        bounds=[(0.0, 1.0)] * len(error),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1.0},
        method="SLSQP",
    )
    weights = np.clip(found.x, 0.0, None)
    return np.asarray(weights / weights.sum())


def _rows(values: Floats) -> Floats:
    return values.reshape(-1, values.shape[-1])
