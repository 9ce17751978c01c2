"""What a function depends on: Morris screening, then Sobol indices; or points at random, to rank.

Screening (Morris 1991, Campolongo 2007) walks through the space of all numbers in steps of one
number at a time; the mean of the absolute steps, ``mu_star``, says how much a number does. Sobol
indices say which share of the result's variance is due to each of a few numbers, alone (first) and
with all its interactions (total). Seeds are one or more: SALib takes 0 for none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVELS: Final = 4
RESAMPLES: Final = 500
BLOCK: Final = 50
"""Points of a Latin hypercube; more points are more of them."""


@dataclass(frozen=True)
class Range:
    """A number and the range in which it is varied, evenly."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Screened:
    """How much one number does over its whole range, in the unit of the result."""

    name: str
    mu_star: float
    half: float
    """Half the 95% interval of ``mu_star``, by bootstrap over trajectories."""
    mu: float
    """The same with its sign: near ``mu_star`` if the result only ever rises with the number."""
    sigma: float
    """How much that differs from place to place: interactions, curvature, chance."""


@dataclass(frozen=True)
class Share:
    """Shares of variance due to one number, with half their 95% intervals (bootstrap)."""

    name: str
    first: float
    first_half: float
    total: float
    total_half: float


def screening_points(ranges: Sequence[Range], trajectories: int, seed: int) -> Floats:
    """float64[trajectories * (numbers + 1), numbers]"""
    from SALib.sample.morris import sample

    points = sample(_problem(ranges), trajectories, num_levels=LEVELS, seed=_nonzero(seed))
    return np.asarray(points, dtype=np.float64)


def screened(ranges: Sequence[Range], points: Floats, results: Floats, seed: int) -> list[Screened]:
    """Every number, what does most first."""
    from SALib.analyze.morris import analyze

    found = analyze(
        _problem(ranges), points, results, num_levels=LEVELS, num_resamples=RESAMPLES,
        seed=_nonzero(seed),
    )  # fmt: skip
    columns = zip(
        ranges, found["mu_star"], found["mu_star_conf"], found["mu"], found["sigma"], strict=True
    )
    every = [Screened(r.name, *(float(x) for x in numbers)) for r, *numbers in columns]
    return sorted(every, key=lambda s: -s.mu_star)


def sobol_points(ranges: Sequence[Range], base: int, seed: int) -> Floats:
    """float64[base * (numbers + 2), numbers]; ``base`` is a power of two."""
    from SALib.sample.sobol import sample

    points = sample(_problem(ranges), base, calc_second_order=False, seed=_nonzero(seed))
    return np.asarray(points, dtype=np.float64)


def random_points(ranges: Sequence[Range], values: Sequence[float], n: int, seed: int) -> Floats:
    """float64[n, numbers] Every number as likely below as above where it stands (``values``).

    Fewer points are the first of more, so that runs at them can be added to.
    """
    from scipy.stats.qmc import LatinHypercube

    blocks = [
        LatinHypercube(len(ranges), rng=np.random.default_rng([seed, i])).random(BLOCK)
        for i in range(-(-n // BLOCK))
    ]
    columns = zip(np.vstack(blocks)[:n].T, ranges, values, strict=True)
    return np.array([[two_sided(p, r.low, x, r.high) for p in u] for u, r, x in columns]).T


def two_sided(u: float, low: float, middle: float, high: float) -> float:
    """The quantile of a number that is as likely below ``middle`` as above it; where ``middle`` is
    an end of the range, of one that may lie anywhere in it."""
    if not low < middle < high:
        return low + u * (high - low)
    if u < 0.5:
        return low + 2.0 * u * (middle - low)
    return middle + (2.0 * u - 1.0) * (high - middle)


def shares(ranges: Sequence[Range], results: Floats, seed: int) -> list[Share]:
    """In the order of ``ranges``; all 0 where the result is always the same."""
    from SALib.analyze.sobol import analyze

    if np.ptp(results) == 0.0:
        return [Share(r.name, 0.0, 0.0, 0.0, 0.0) for r in ranges]
    found = analyze(
        _problem(ranges), results, calc_second_order=False, num_resamples=RESAMPLES,
        seed=_nonzero(seed),
    )  # fmt: skip
    columns = zip(ranges, *(found[k] for k in ("S1", "S1_conf", "ST", "ST_conf")), strict=True)
    return [Share(r.name, *(float(x) for x in numbers)) for r, *numbers in columns]


def convergence(
    ranges: Sequence[Range], results: Floats, seed: int
) -> list[tuple[int, list[Share]]]:
    """The shares after an eighth, a quarter, half and all of the points, by number of runs."""
    block = len(ranges) + 2
    base = len(results) // block
    some = [n for n in (base // 8, base // 4, base // 2, base) if n >= 4]
    return [(n * block, shares(ranges, results[: n * block], seed)) for n in some]


def interaction_variance(results: Floats) -> float:
    """Variance due to chance when points share their random numbers.

    results  float64[points, replicates]; replicate r has the same random numbers at every point

    What chance does to all points alike falls out of every comparison between points. What is left
    after point means and replicate means are taken out does not (two-way analysis of variance).
    """
    points, replicates = results.shape
    if points < 2 or replicates < 2:
        return float("nan")
    rest = results - results.mean(axis=1, keepdims=True) - results.mean(axis=0) + results.mean()
    return float((rest**2).sum() / ((points - 1) * (replicates - 1)))


def power_of_two(most: float) -> int:
    """The largest power of two that is no more than ``most``; 0 if there is none."""
    return 0 if most < 1 else 1 << (int(most).bit_length() - 1)


def _problem(ranges: Sequence[Range]) -> dict[str, Any]:
    return {
        "num_vars": len(ranges),
        "names": [r.name for r in ranges],
        "bounds": [[r.low, r.high] for r in ranges],
    }


def _nonzero(seed: int) -> int:
    """`if seed:` drops seed 0 in several of SALib's functions; NumPy takes 32 bits."""
    return seed % (2**32 - 1) + 1
