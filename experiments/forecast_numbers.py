"""Numbers of a forecast as they are printed: one precision for all numbers of a series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.forecast.scores import Floats, at

MILLIONS: Final = 1e7
"""From which middle on a series is told in millions."""
MOST_DECIMALS: Final = 6


@dataclass(frozen=True)
class Precision:
    """How the numbers of one series are written."""

    last: int
    """The power of ten of the last digit, in the unit."""
    millions: bool = False

    def told(self, x: float) -> str:
        """A number to that digit; adding 0.0 turns -0.0 into 0.0."""
        scaled = x / 1e6 if self.millions else x
        rounded = round(scaled, -self.last) + 0.0
        return f"{rounded:,.{max(0, -self.last)}f}{'m' if self.millions else ''}"


def precision_of(draws: Floats) -> Precision:
    """The digit to which a forecast is worth telling: two figures of its narrowest 80% interval.

    draws  float64[horizon, N_LEVELS]

    The smallest mean keeps one figure at least; there are no more than `MOST_DECIMALS`.
    """
    widths, means = at(draws, 0.9) - at(draws, 0.1), draws.mean(axis=1)
    millions = bool(at(draws, 0.5).max(initial=0.0) >= MILLIONS)
    unit = 1e6 if millions else 1.0
    places = [*(_exponents(widths / unit) - 1), *_exponents(means / unit)]
    return Precision(max(-MOST_DECIMALS, int(min(places, default=0))), millions)


def _exponents(values: Floats) -> Floats:
    """The powers of ten of the leading digits of those above nought."""
    return np.asarray(np.floor(np.log10(values[values > 0])))
