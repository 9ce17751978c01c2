"""A fast stand-in for the model: one target as a quadratic in the numbers that matter to it.

Every number enters linearly; the few that matter most also by their squares and products. Ridge
regression keeps what the runs cannot tell apart small, and how much is chosen by leaving each run
out in turn. The error is measured on runs that had no part in the fit, and so holds both what a
quadratic misses and the chance of a single run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.prior import Prior

Floats = NDArray[np.float64]

ACTIVE: Final = 16
"""Numbers whose squares and products are used, at most."""
PENALTIES: Final = 10.0 ** np.arange(-1.0, 4.1, 0.5)
CURVED: Final = (0.0, 0.3, 1.0)
"""How readily curvature is believed, beside slopes; 0 is a straight line."""
FOLDS: Final = 8


def features(numbers: Floats, prior: Prior) -> Floats:
    """Numbers from -1 at the low end of their range to 1 at the high end: [points, numbers]."""
    return np.asarray(2.0 * (numbers - prior.low) / (prior.high - prior.low) - 1.0)


@dataclass(frozen=True, eq=False)
class Emulator:
    """``constant + x @ slope + x[active] @ curve @ x[active]``, and how far that is off."""

    constant: float
    slope: Floats
    active: NDArray[np.int64]
    curve: Floats
    """[active, active], upper triangle."""
    error: float
    """Standard deviation on runs left out, chance included."""
    explained: float
    """Share of the variance between such runs that it explains."""

    def predict(self, x: Floats) -> Floats:
        """The target on its scale at some points, [points]."""
        some = x[:, self.active]
        bent = ((some @ self.curve) * some).sum(axis=1)
        return np.asarray(self.constant + x @ self.slope + bent)


def fit(x: Floats, y: Floats, tested: NDArray[np.bool_] | None = None) -> Emulator:
    """Fit one target, with its error by cross-validation.

    ``tested`` are the runs on which the error is measured, when the others are of an earlier wave
    and lie where it no longer matters; none given: all.
    """
    tested = np.ones(len(y), bool) if tested is None else tested
    left_out = np.full(len(y), np.nan)
    fold = np.arange(len(y)) % FOLDS
    for k in range(FOLDS):
        part = _fitted(x[fold != k], y[fold != k])
        left_out[fold == k] = part.predict(x[fold == k])
    miss = (y - left_out)[tested]
    error = float(np.sqrt(np.mean(miss**2)))
    explained = 1.0 - error**2 / max(float(np.var(y[tested])), 1e-300)
    whole = _fitted(x, y)
    return Emulator(whole.constant, whole.slope, whole.active, whole.curve, error, explained)


def _fitted(x: Floats, y: Floats) -> Emulator:
    """The fit itself, without its error."""
    centre, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-12)
    straight = (x - centre) / spread
    slope, _ = _ridge(straight, y - y.mean())
    # A number that matters is believed more readily: its column is larger, its penalty smaller.
    weight = np.abs(slope) / max(float(np.abs(slope).max()), 1e-300)
    active = np.sort(np.argsort(-weight)[: min(ACTIVE, x.shape[1])])
    rows, columns = np.triu_indices(len(active))
    products = x[:, active[rows]] * x[:, active[columns]]
    middle, width = products.mean(axis=0), np.maximum(products.std(axis=0), 1e-12)
    bent = (products - middle) / width
    both = np.sqrt(weight[active[rows]] * weight[active[columns]])
    strength = np.concatenate([0.1 + weight, both])
    best = _best(np.hstack([straight, bent]), strength, len(weight), y - y.mean())
    linear, quadratic = best[: len(weight)] / spread, best[len(weight) :] / width
    curve = np.zeros((len(active), len(active)))
    curve[rows, columns] = quadratic
    constant = float(y.mean() - centre @ linear - middle @ quadratic)
    return Emulator(constant, linear, active, curve, np.nan, np.nan)


def _best(columns: Floats, strength: Floats, straight: int, y: Floats) -> Floats:
    """Coefficients with as much curvature as leaving runs out, one at a time, speaks for."""
    found = []
    for curved in CURVED:
        scale = strength * np.where(np.arange(len(strength)) < straight, 1.0, curved)
        coefficients, error = _ridge(columns * scale, y)
        found.append((error, coefficients * scale))
    return min(found, key=lambda pair: pair[0])[1]


def _ridge(x: Floats, y: Floats) -> tuple[Floats, float]:
    """Ridge regression with the penalty whose leave-one-out error is least, and that error."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    uy = u.T @ y
    errors = []
    for penalty in PENALTIES:
        shrink = s**2 / (s**2 + penalty)
        leverage = (u**2) @ shrink + 1.0 / len(y)
        miss = (y - u @ (shrink * uy)) / np.maximum(1.0 - leverage, 1e-3)
        errors.append(float(np.mean(miss**2)))
    best = int(np.argmin(errors))
    coefficients = vt.T @ (s / (s**2 + PENALTIES[best]) * uy)
    return np.asarray(coefficients), errors[best]
