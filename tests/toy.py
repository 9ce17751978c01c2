"""A model whose answers are known, in place of the real one, to try calibration on.

Two of its five numbers make ``a`` and ``b`` together, a third makes ``c``, and two do nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from calibration.prior import Prior
from calibration.targets import Fitted
from calibration.waves import Measures

PRIOR = Prior(
    ("general.one", "general.two", "general.three", "general.idle", "general.vain"),
    low=np.zeros(5),
    mode=np.array([0.5, 0.3, 0.0, 0.8, 1.0]),
    high=np.ones(5),
)
TRUTH = np.array([0.62, 0.25, 0.55, 0.5, 0.5])
CHANCE = 0.05


def measures(numbers: np.ndarray, luck: int, chance: float = CHANCE) -> Measures:
    """What one run reports: three measures with noise, each the exponential of a quadratic."""
    one, two, three = numbers[:3]
    noise = chance * np.random.default_rng([luck, 7]).standard_normal(3)
    scaled = [2 * one + two + one * two, 0.3 * (two - one), 3 * three**2]
    return dict(zip("abc", np.exp(np.array(scaled) + noise).tolist(), strict=True))


def model(cube: np.ndarray, first: int) -> list[Measures]:
    """The toy at points of the cube."""
    return [measures(row, first + i) for i, row in enumerate(PRIOR.numbers(cube))]


@dataclass(frozen=True)
class Point:
    """One run of the toy."""

    numbers: tuple[float, ...]
    luck: int


def run_slowly(point: Point) -> dict[str, float]:
    """One run of the toy, slow enough to be killed at."""
    time.sleep(0.01)
    return dict(measures(np.array(point.numbers), point.luck))


def targets(truth: np.ndarray = TRUTH) -> tuple[Fitted, ...]:
    """The toy's own outcome at the truth, known to a tenth."""
    told = measures(truth, 0, chance=0.0)
    return tuple(
        Fitted(name, name, value, value / 1.2, value * 1.2, "the toy", "")
        for name, value in told.items()
    )
