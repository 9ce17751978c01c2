"""Which numbers are calibrated, and how likely each value is held to be before any run.

A number's range in the register says where it may lie and its value is the best guess, so each is
drawn from a triangle over its range with its peak at the value, independently of all others. Points
live in a cube of one axis a number, in which they are uniform: ``0.5`` is a number's median.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scenarios.resolved import Evidence
from scenarios.uncertain import Uncertain, uncertain_numbers

Floats = NDArray[np.float64]

LEFT_OUT: Final = ("crisis_pathway.", "general.lifecourse.warm_up_years")
"""The crisis door's own model, which answers only where asked to; and how long to settle down."""


def is_money(name: str) -> bool:
    """Whether a number is a price: no figure about people depends on it."""
    return "_gbp" in name


@dataclass(frozen=True)
class Prior:
    """Independent triangles; ``low <= mode <= high``, one entry a number."""

    names: tuple[str, ...]
    low: Floats
    mode: Floats
    high: Floats

    def numbers(self, cube: Floats) -> Floats:
        """Values at points of the cube, [points, numbers]: the triangles' quantiles."""
        width, peak = self.high - self.low, self.mode - self.low
        rising = self.low + np.sqrt(cube * width * peak)
        falling = self.high - np.sqrt((1.0 - cube) * width * (width - peak))
        return np.asarray(np.where(cube * width <= peak, rising, falling))

    def cube(self, numbers: Floats) -> Floats:
        """The points of the cube at which numbers have these values: the other way round."""
        width, peak = self.high - self.low, self.mode - self.low
        above, below = numbers - self.low, self.high - numbers
        rising = above**2 / (width * np.where(peak > 0, peak, 1.0))
        falling = 1.0 - below**2 / (width * np.where(width > peak, width - peak, 1.0))
        return np.asarray(np.where(above <= peak, np.where(peak > 0, rising, 0.0), falling))

    def settings(self, point: Floats) -> tuple[tuple[str, float], ...]:
        """The numbers at one point of the cube, by name, as a run wants them."""
        values = self.numbers(point[None, :])[0]
        return tuple(zip(self.names, map(float, values), strict=True))


def prior_of(uncertain: Mapping[str, Uncertain] | Sequence[Uncertain]) -> Prior:
    """The prior of some uncertain numbers."""
    chosen = list(uncertain.values()) if isinstance(uncertain, Mapping) else list(uncertain)
    low, mode, high = np.array([(n.low, n.value, n.high) for n in chosen], np.float64).T
    return Prior(tuple(n.name for n in chosen), low, mode, high)


def calibrated(evidence: Evidence) -> dict[str, Uncertain]:
    """The uncertain numbers on which figures about people may depend."""
    return {
        name: number
        for name, number in uncertain_numbers(evidence).items()
        if not name.startswith(LEFT_OUT) and not is_money(name)
    }


def prices(evidence: Evidence) -> dict[str, Uncertain]:
    """The uncertain prices: nothing here can teach about them, and comparisons draw them too."""
    found = uncertain_numbers(evidence)
    return {n: u for n, u in found.items() if is_money(n) and not n.startswith(LEFT_OUT)}


def sobol(points: int, axes: int, seed: int) -> Floats:
    """A space-filling design, scrambled: [points, axes], ``points`` best a power of two.

    Of more points the first are the same.
    """
    from scipy.stats import qmc

    found = qmc.Sobol(axes, scramble=True, rng=seed).random_base2((points - 1).bit_length())
    return np.asarray(found[:points])
