"""A quick stand-in for many runs: each item's own curve, added up (ridge regression).

What a pound does at one place is taken not to depend on what is done at another. That is wrong in
general, so the stand-in only proposes; what it proposes is run for real, with fresh seeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.arrays import Floats

PENALTIES = tuple(10.0**p for p in range(-4, 4))
BOOTSTRAPS = 60


@dataclass(frozen=True, eq=False)
class Emulator:
    """Fitted curves: a line and a bend for each item, through nought where nothing is changed."""

    slopes: Floats
    """[outcomes, 2 * items]"""
    drawn: Floats
    """[BOOTSTRAPS, outcomes, 2 * items] the same from designs drawn anew"""
    explained: tuple[float, ...]
    """By outcome: share of the variance in designs that were left out (leave one out)."""

    def predict(self, z: Floats) -> Floats:
        """[outcomes] at ``z``, each item's change as a share of what it may change at most."""
        return np.asarray(self.slopes @ terms(z))

    def spread(self, z: Floats) -> Floats:
        """[BOOTSTRAPS, outcomes] how far the designs that happened to be run move it."""
        return np.asarray(self.drawn @ terms(z))


def terms(z: Floats) -> Floats:
    """A line and a bend for each item."""
    return np.concatenate([z, z * z], axis=-1)


def fit(z: Floats, y: Floats, seed: int) -> Emulator:
    """z [designs, items], y [designs, outcomes]; each outcome has its best penalty."""
    rng = np.random.default_rng(seed)
    x = terms(z)
    slopes, drawn, explained = [], [], []
    for k in range(y.shape[1]):
        scores = [(_left_out(x, y[:, k], p), p) for p in PENALTIES]
        error, penalty = min(scores)
        explained.append(1.0 - error / max(1e-300, float(y[:, k].var())))
        slopes.append(_ridge(x, y[:, k], penalty))
        rows = [rng.integers(0, len(x), len(x)) for _ in range(BOOTSTRAPS)]
        drawn.append([_ridge(x[r], y[r, k], penalty) for r in rows])
    return Emulator(np.array(slopes), np.array(drawn).swapaxes(0, 1), tuple(explained))


def _ridge(x: Floats, y: Floats, penalty: float) -> Floats:
    gram = x.T @ x + penalty * np.eye(x.shape[1])
    return np.asarray(np.linalg.solve(gram, x.T @ y))


def _left_out(x: Floats, y: Floats, penalty: float) -> float:
    """Mean squared error of each design predicted from all the others (Allen's PRESS)."""
    gram = x.T @ x + penalty * np.eye(x.shape[1])
    hat = x @ np.linalg.solve(gram, x.T)
    residual = (y - hat @ y) / (1.0 - np.diag(hat))
    return float((residual**2).mean())
