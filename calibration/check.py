"""Simulation-based calibration: does the posterior cover truths that are known?

A run of the design is taken for the truth, its outcome (with an error as the figures have) for the
figures; the emulators have never seen it. Over many such truths drawn from the prior, a 90%
interval must hold the truth nine times in ten and the truth's rank among the draws must be even
(Talts et al. 2018). The posterior is the emulators': the last step, real runs at the draws, would
cost as much as the calibration each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.posterior import Evidence, draw
from calibration.prior import Prior
from calibration.targets import Fitted
from calibration.waves import LEARNT, PRIOR_SD, Bank, evidence_of

Floats = NDArray[np.float64]

REPEATS: Final = 20
DRAWS: Final = 199
LEVEL: Final = 0.9
STEPS: Final = 1200


@dataclass(frozen=True, eq=False)
class Coverage:
    """What became of each truth."""

    names: tuple[str, ...]
    ranks: NDArray[np.int64]
    """[repeats, numbers] how many of the draws are below the truth, 0 to ``DRAWS``"""
    width: Floats
    """[repeats, numbers] of the posterior, as a share of the prior's"""
    targets: NDArray[np.int64]
    """[repeats, targets] rank of the truth's outcome among outcomes predicted for new runs"""

    @property
    def learnt(self) -> NDArray[np.bool_]:
        """[numbers] those about which the figures teach, on average over the truths"""
        return np.asarray(self.width.mean(axis=0) < LEARNT)

    def inside(self, ranks: NDArray[np.int64], level: float = LEVEL) -> float:
        """Share of the ranks inside the central interval of that level."""
        tail = (1.0 - level) / 2 * DRAWS
        return float(((ranks >= tail) & (ranks <= DRAWS - tail)).mean())

    def histogram(self, ranks: NDArray[np.int64], bins: int = 10) -> NDArray[np.int64]:
        """How many ranks fall into each tenth."""
        counts: NDArray[np.int64] = np.bincount(
            (ranks.ravel() * bins) // (DRAWS + 1), minlength=bins
        )
        return counts


def simulation_based(
    bank: Bank, design: int, prior: Prior, targets: tuple[Fitted, ...], seed: int = 1
) -> Coverage:
    """Hold the method against truths taken from the first ``design`` runs of a bank."""
    rng = np.random.default_rng([seed, 0x5BC])
    outcomes = bank.outcomes(targets)
    usable = np.flatnonzero(~np.isnan(outcomes[:design]).any(axis=1))
    truths = rng.choice(usable, min(REPEATS, len(usable) // 2), replace=False)
    others = np.setdiff1d(np.arange(len(bank.measures)), truths)
    unseen = Bank(bank.cube[others], tuple(bank.measures[i] for i in others))
    evidence = evidence_of(unseen, prior, targets)
    found = [_one(evidence, bank.cube[i], outcomes[i], rng, seed + k) for k, i in enumerate(truths)]
    ranks, width, ranks_of_targets = zip(*found, strict=True)
    return Coverage(prior.names, np.array(ranks), np.array(width), np.array(ranks_of_targets))


def _one(
    evidence: Evidence, truth: Floats, outcome: Floats, rng: np.random.Generator, seed: int
) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Ranks of one truth, the posterior's width, and ranks of its outcome."""
    observed = outcome + evidence.sd * rng.standard_normal(len(outcome))
    told = replace(evidence, observed=observed)
    cube = draw(told, DRAWS, seed, STEPS)
    errors = np.array([emulator.error for emulator in evidence.emulators])
    runs = told.predicted(cube) + errors * rng.standard_normal((DRAWS, len(outcome)))
    return (
        (cube < truth).sum(axis=0),
        np.asarray(cube.std(axis=0) / PRIOR_SD),
        (runs < outcome).sum(axis=0),
    )
