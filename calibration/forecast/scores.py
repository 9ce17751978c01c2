"""How good a forecast was, once the value is known: CRPS, pinball loss, coverage.

A forecast of one value is its quantiles at `LEVELS`, in rising order. All scores are better the
smaller they are, but for coverage, which should be what the interval says.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

N_LEVELS: Final = 199
LEVELS: Final[Floats] = np.arange(1, N_LEVELS + 1) / (N_LEVELS + 1)
"""0.005, 0.010, ... 0.995: fine enough that what is computed from them is that of the forecast."""

SHOWN: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
"""The quantiles given out."""


def at(draws: Floats, level: float) -> Floats:
    """The quantile of forecasts ``[..., N_LEVELS]`` at one of `LEVELS`."""
    return np.asarray(draws[..., place_of(level)])


def place_of(level: float) -> int:
    """Where a level stands among `LEVELS`. Raises ValueError if it is none of them."""
    place = round(level * (N_LEVELS + 1)) - 1
    if not 0 <= place < N_LEVELS or not np.isclose(LEVELS[place], level):
        raise ValueError(f"{level} is none of the levels")
    return place


def crps(draws: Floats, value: Any) -> Floats:
    """Continuous ranked probability score: E|X - y| - E|X - X'| / 2, X being a draw.

    draws  float64[..., N_LEVELS], rising
    value  float64[...]

    In the unit of the value; for a forecast that is one number it is the absolute error.
    Gneiting and Raftery (2007), eq. 21.
    """
    away = np.abs(draws - np.asarray(value)[..., None]).mean(axis=-1)
    return np.asarray(away - spread(draws) / 2)


def spread(draws: Floats) -> Floats:
    """E|X - X'| of two draws from the same forecast; ``draws`` must rise."""
    n = draws.shape[-1]
    weights = 2.0 * np.arange(1, n + 1) - n - 1
    return np.asarray(2.0 * (draws * weights).sum(axis=-1) / n**2)


def pinball(draws: Floats, value: Any, levels: tuple[float, ...] = SHOWN) -> Floats:
    """Pinball loss, mean over ``levels``. Koenker and Bassett (1978)."""
    losses = []
    for level in levels:
        over = np.asarray(value) - at(draws, level)
        losses.append(np.where(over >= 0, level * over, (level - 1) * over))
    return np.asarray(np.mean(losses, axis=0))


def covered(draws: Floats, value: Any, share: float) -> NDArray[np.bool_]:
    """Whether the value lies in the central interval with this share of the forecast."""
    low, high = at(draws, (1 - share) / 2), at(draws, (1 + share) / 2)
    return np.asarray((low <= value) & (value <= high))
