"""What is left of the prior once targets are known: history matching, then the posterior.

A target may be missed by the emulator's error (chance of a run included), by the uncertainty of the
figure, and by the model being a model: the stated discrepancy. History matching rules out whatever
misses any target by more than three standard deviations of all that (Craig et al. 1997; Vernon,
Goldstein and Bower 2010). The posterior is drawn by preconditioned Crank-Nicolson (Cotter et al.
2013), which leaves the prior as it is and so minds neither how many numbers there are nor that most
of them make no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr, ndtri

from calibration.emulator import Emulator, features
from calibration.prior import Prior, sobol
from calibration.targets import Target

Floats = NDArray[np.float64]

DISCREPANCY: Final = 0.10
"""How far the best model would still be off, as a standard deviation on the scale of a target:
about a tenth of a count. A judgement: the model leaves things out that every place has."""
IMPLAUSIBLE: Final = 3.0
CHAINS: Final = 256
STEPS: Final = 3000
WANTED_ACCEPTANCE: Final = 0.25
TRIED: Final = 2**16
"""Points of the prior looked at, at a time, for those not ruled out."""
INTEGRATED: Final = 2**17


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the emulators and the targets say together."""

    prior: Prior
    emulators: tuple[Emulator, ...]
    observed: Floats
    """[targets], on the scale of each"""
    sd: Floats
    """[targets] of the figures and the discrepancy together; emulators' errors come on top"""

    def predicted(self, cube: Floats) -> Floats:
        """[points, targets]"""
        x = features(self.prior.numbers(cube), self.prior)
        return np.column_stack([emulator.predict(x) for emulator in self.emulators])

    @property
    def total_sd(self) -> Floats:
        """How far off a point may be by all causes."""
        errors = np.array([emulator.error for emulator in self.emulators])
        return np.asarray(np.hypot(self.sd, errors))

    def implausibility(self, cube: Floats) -> Floats:
        """The worst miss of any target, in standard deviations: [points]."""
        miss = np.abs(self.predicted(cube) - self.observed) / self.total_sd
        return np.asarray(miss.max(axis=1))

    def log_likelihood(self, cube: Floats) -> Floats:
        """[points], up to a constant"""
        miss = (self.predicted(cube) - self.observed) / self.total_sd
        return np.asarray(-0.5 * (miss**2).sum(axis=1))


def sd_of(targets: Sequence[Target]) -> Floats:
    """The uncertainty of figures and of the model beside them, together."""
    return np.array([np.hypot(target.sd, DISCREPANCY) for target in targets])


def not_ruled_out(evidence: Evidence, wanted: int, seed: int) -> tuple[Floats, float]:
    """Points of the prior that are not implausible, and their share of the prior.

    Where next to none are left, those least implausible of all that were tried.
    """
    tried = sobol(TRIED, len(evidence.prior.names), seed)
    worst = evidence.implausibility(tried)
    left = np.flatnonzero(worst < IMPLAUSIBLE)
    if len(left) < wanted:
        left = np.argsort(worst, kind="stable")[:wanted]
    share = float((worst < IMPLAUSIBLE).mean())
    return tried[np.sort(left)[:wanted]], share


def draw(evidence: Evidence, wanted: int, seed: int, steps: int = STEPS) -> Floats:
    """Points drawn from the posterior, [wanted, numbers], by chains that have forgotten the start.

    They are looked at evenly along the second half of their way.
    """
    rng = np.random.default_rng([seed, 0xCA11B])
    z = rng.standard_normal((CHAINS, len(evidence.prior.names)))
    current, step = evidence.log_likelihood(ndtr(z)), 0.5
    kept: list[Floats] = []
    every = max(1, steps // 2 // max(1, -(-4 * wanted // CHAINS)))
    for i in range(steps):
        proposed = np.sqrt(1.0 - step**2) * z + step * rng.standard_normal(z.shape)
        found = evidence.log_likelihood(ndtr(proposed))
        accepted = np.log(rng.random(CHAINS)) < found - current
        z[accepted], current[accepted] = proposed[accepted], found[accepted]
        if i < steps // 2:
            step = float(np.clip(step * np.exp(accepted.mean() - WANTED_ACCEPTANCE), 1e-3, 0.999))
        elif (i - steps // 2) % every == 0:
            kept.append(z.copy())
    pool = np.concatenate(kept)
    return np.asarray(ndtr(pool[rng.choice(len(pool), wanted, replace=False)]))


def log_evidence(evidence: Evidence, seed: int) -> float:
    """The logarithm of the likelihood's mean over the prior: what makes it a density beside it."""
    tried = sobol(INTEGRATED, len(evidence.prior.names), seed)
    parts = [evidence.log_likelihood(part) for part in np.array_split(tried, INTEGRATED // TRIED)]
    found = np.concatenate(parts)
    return float(logsumexp(found) - np.log(len(found)))


def weights_of_runs(
    outcomes: Floats, observed: Floats, sd: Floats, log_density: Floats, runs: Floats
) -> Floats:
    """How much each real run counts as a draw from the posterior, [points], sum 1.

    Importance sampling from all waves together (the balance heuristic of Veach and Guibas 1995): a
    run counts by its own likelihood over the density with which any of the waves would have come
    to its point. The run itself answers for the model, not the emulator, and the chance of one run
    is in the likelihood, as it is in the figures. Where a target is undefined a run counts nothing.
    No run counts for more than the square root of their number times the average: that costs a
    little bias and keeps a few lucky ones from being the whole ensemble (Ionides 2008).

    outcomes     [points, targets] of the runs
    log_density  [points, waves]   of each wave at each point, relative to the prior
    runs         [waves]           how many there are of each
    """
    log = -0.5 * (((outcomes - observed) / sd) ** 2).sum(axis=1)
    log = log - logsumexp(log_density, b=runs[None, :], axis=1)
    log = np.where(np.isnan(log), -np.inf, log)
    weights = np.exp(log - log.max())
    weights = np.minimum(weights, np.sqrt(len(weights)) * weights.mean())
    return np.asarray(weights / weights.sum())


def effective(weights: Floats) -> float:
    """How many equally weighted sets would be worth as much."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def normal(cube: Floats) -> Floats:
    """Points of the cube as standard normal numbers, for correlations."""
    return np.asarray(ndtri(np.clip(cube, 1e-9, 1.0 - 1e-9)))
