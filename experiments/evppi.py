"""What it would be worth to know a number better (EVPPI), from the runs that were made anyway.

Strong, Oakley and Brennan (2014): regress the net benefit on the number; the fitted value is the
net benefit expected once the number is known. Knowing it is worth what one would gain by deciding
after it instead of before. The regression is a natural cubic spline whose flexibility is chosen by
generalised cross-validation, so that a number that does not matter gets a constant, and nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.arrays import Floats

KNOTS = (0, 2, 3, 4)
"""A constant, a line, and natural splines with so many knots."""
PENALTY = 1.4
"""Of a degree of freedom in cross-validation; more than 1 keeps noise from being fitted (mgcv)."""
SHUFFLES = 25
FALSE_ALARM = 0.05
"""For the best of all numbers together."""


@dataclass(frozen=True)
class Worth:
    """Of knowing one number."""

    name: str
    gbp: float
    noise: float
    """What the best of as many numbers that have nothing to do with it would seem to be worth, at
    most (95%); the same for all."""
    share: float
    """Of the variance of the net benefit that the number explains."""
    slope: float
    """Whether more of it is good (+) or bad (-) for the net benefit: a rank correlation."""


def evppi(number: Floats, net: Floats) -> tuple[float, Floats]:
    """Worth of knowing ``number``, and the net benefit expected for each of its values."""
    fitted = smooth(number, net)
    return gain(fitted), fitted


def gain(expected: Floats) -> float:
    """By deciding in each case by what is then expected, over deciding once for all."""
    return float(np.maximum(expected, 0.0).mean() - max(float(expected.mean()), 0.0))


def worth_of_each(names: tuple[str, ...], numbers: Floats, net: Floats, seed: int) -> list[Worth]:
    """Every number, worth most first."""
    rng = np.random.default_rng(seed)
    columns = [numbers[:, i] for i in range(len(names))]
    luck = [evppi(x, rng.permutation(net))[0] for x in columns for _ in range(SHUFFLES)]
    noise = float(np.quantile(luck, 1.0 - FALSE_ALARM / len(names)))
    found = []
    for name, x in zip(names, columns, strict=True):
        value, fitted = evppi(x, net)
        share = float(fitted.var() / net.var()) if net.var() > 0 else 0.0
        slope = float(np.corrcoef(_ranks(x), _ranks(net))[0, 1]) if x.std() > 0 else 0.0
        found.append(Worth(name, value, noise, share, slope))
    return sorted(found, key=lambda w: -w.gbp)


def smooth(x: Floats, y: Floats) -> Floats:
    """The fit with the best generalised cross-validation score."""
    n = len(y)
    fits = []
    for knots in KNOTS:
        basis = _basis(x, knots)
        slopes, *_ = np.linalg.lstsq(basis, y, rcond=None)
        fitted = basis @ slopes
        free = 1.0 - PENALTY * basis.shape[1] / n
        if free > 0:
            fits.append((float(((y - fitted) ** 2).mean()) / free**2, fitted))
    return min(fits, key=lambda fit: fit[0])[1]


def _basis(x: Floats, knots: int) -> Floats:
    """Columns of a natural cubic spline with knots at quantiles (Hastie et al. 2009, 5.2.1)."""
    one = np.ones(len(x))
    if knots == 0 or x.std() == 0:
        return one[:, None]
    z = (x - x.mean()) / x.std()
    columns = [one, z]
    at = np.unique(np.quantile(z, np.linspace(0.05, 0.95, knots))) if knots > 2 else z[:0]
    knots = len(at)
    if knots > 2:

        def part(k: int) -> Floats:
            cubes = np.maximum(z - at[k], 0.0) ** 3 - np.maximum(z - at[-1], 0.0) ** 3
            return np.asarray(cubes / (at[-1] - at[k]))

        columns += [part(k) - part(knots - 2) for k in range(knots - 2)]
    return np.stack(columns, axis=1)


def _ranks(x: Floats) -> Floats:
    return np.argsort(np.argsort(x)).astype(np.float64)
