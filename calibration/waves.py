"""Calibration from beginning to end: a design, what it rules out, a second wave, the posterior.

The model comes as a function, so that all of this can be tried on one whose answer is known. Every
run has luck of its own: with one luck for all, the emulators would learn that luck for the place's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.emulator import features, fit
from calibration.posterior import (
    IMPLAUSIBLE,
    TRIED,
    Evidence,
    draw,
    effective,
    log_evidence,
    not_ruled_out,
    sd_of,
    weights_of_runs,
)
from calibration.prior import Prior, sobol
from calibration.targets import Fitted, value_of

Floats = NDArray[np.float64]
Measures = Mapping[str, float]
Model = Callable[[Floats, int], Sequence[Measures]]
"""Runs the model at points of the cube, [points, numbers]; the first run has that luck, the second
the next, and so on."""

LEARNT: Final = 0.9
"""A number has been learnt about where its posterior is narrower than this share of its prior."""
PRIOR_SD: Final = 12.0**-0.5
"""Standard deviation of one axis of the cube."""
DESIGN: Final = 20_260
"""Added to the seed, so that the design has nothing to do with other draws."""
NEGLIGIBLE: Final = 1e-6
"""Runs that count less than this are not sets of the ensemble."""
LOOKED_AT: Final = 2048
"""Draws by which to see what was learnt."""


@dataclass(frozen=True)
class Plan:
    """How many runs to spend on what; powers of two fill space best."""

    design: int = 256
    second: int = 128
    ensemble: int = 128
    """In each round: the second begins with emulators that know the first."""
    rounds: int = 2
    seed: int = 1

    @property
    def runs(self) -> int:
        """All of them, the centre's one included."""
        return self.design + self.second + self.rounds * self.ensemble + 1


@dataclass(frozen=True, eq=False)
class Bank:
    """Runs that have been made: where, and what came of each."""

    cube: Floats
    """[runs, numbers]"""
    measures: tuple[Measures, ...]

    def outcomes(self, targets: Sequence[Fitted]) -> Floats:
        """[runs, targets], each on its scale; NaN where undefined"""
        rows = [[t.scaled(value_of(t, run)) for t in targets] for run in self.measures]
        return np.array(rows, np.float64).reshape(len(self.measures), len(targets))

    def __add__(self, other: Bank) -> Bank:
        return Bank(np.vstack([self.cube, other.cube]), self.measures + other.measures)


@dataclass(frozen=True, eq=False)
class Wave:
    """What was known after some runs."""

    runs: int
    evidence: Evidence
    left: float
    """Share of the prior not ruled out."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """A place calibrated: the sets, how much each counts, and how that was come by."""

    prior: Prior
    targets: tuple[Fitted, ...]
    plan: Plan
    bank: Bank
    """All runs; the first ``plan.design`` of them are spread over the prior."""
    waves: tuple[Wave, ...]
    ensemble: Bank
    """Those of the runs that count"""
    weights: Floats
    """[sets], sum 1"""
    centre: Bank
    """One run, at the mean of the sets."""
    draws: Floats
    """[many, numbers] points of the posterior by the last emulators, to see what was learnt"""

    @property
    def width(self) -> Floats:
        """[numbers] of the posterior, as a share of the prior's."""
        return np.asarray(self.draws.std(axis=0) / PRIOR_SD)

    @property
    def effective(self) -> float:
        """How many equally weighted sets the ensemble is worth."""
        return effective(self.weights)

    @property
    def learnt(self) -> tuple[str, ...]:
        """The numbers that the targets teach about, most first."""
        width = self.width
        order = np.argsort(width, kind="stable")
        return tuple(self.prior.names[i] for i in order if width[i] < LEARNT)


def calibrate(
    model: Model, prior: Prior, targets: tuple[Fitted, ...], plan: Plan | None = None
) -> Calibration:
    """Calibrate a model to targets."""
    plan = plan or Plan()
    bank, waves = _runs_of(model, prior, targets, plan)
    every = _weights(bank, targets, waves, plan)
    sets = np.flatnonzero(every > NEGLIGIBLE)
    weights = every[sets] / every[sets].sum()
    ensemble = Bank(bank.cube[sets], tuple(bank.measures[i] for i in sets))
    mean = prior.cube(weights @ prior.numbers(ensemble.cube))
    centre = _run(model, mean[None, :], plan.runs - 1)
    waves.append(wave_of(bank, prior, targets, plan.seed, plan.design))
    draws = draw(waves[-1].evidence, LOOKED_AT, plan.seed + 2)
    return Calibration(prior, targets, plan, bank, tuple(waves), ensemble, weights, centre, draws)


def _runs_of(
    model: Model, prior: Prior, targets: tuple[Fitted, ...], plan: Plan
) -> tuple[Bank, list[Wave]]:
    """All runs but the centre's, and what was known before each further part of them."""
    bank = _run(model, sobol(plan.design, len(prior.names), plan.seed + DESIGN), 0)
    waves = [wave_of(bank, prior, targets, plan.seed)]
    points, _ = not_ruled_out(waves[0].evidence, plan.second, plan.seed + 1)
    bank += _run(model, points, plan.design)
    for part in range(plan.rounds):
        waves.append(wave_of(bank, prior, targets, plan.seed, plan.design))
        points = draw(waves[-1].evidence, plan.ensemble, plan.seed + part)
        bank += _run(model, points, len(bank.measures))
    return bank, waves


def _weights(bank: Bank, targets: tuple[Fitted, ...], waves: Sequence[Wave], plan: Plan) -> Floats:
    """[runs] How much each counts: its own fit, over how densely the waves were laid there."""
    density = _log_density(bank.cube, waves, plan.seed)
    runs = np.array([plan.design, plan.second, *[plan.ensemble] * plan.rounds], np.float64)
    known = waves[0].evidence
    return weights_of_runs(bank.outcomes(targets), known.observed, known.sd, density, runs)


def _log_density(cube: Floats, waves: Sequence[Wave], seed: int) -> Floats:
    """[points, waves] How densely each wave's runs were laid, relative to the prior.

    The design as the prior itself; the second wave as the prior where it is not ruled out; the
    rounds of the ensemble as the posterior by the emulators of the time.
    """
    first, *rounds = waves
    left = max(first.left, 1.0 / TRIED)
    ruled_out = first.evidence.implausibility(cube) >= IMPLAUSIBLE
    columns = [np.zeros(len(cube)), np.where(ruled_out, -np.inf, -np.log(left))]
    for wave in rounds:
        found = wave.evidence.log_likelihood(cube) - log_evidence(wave.evidence, seed)
        columns.append(found)
    return np.column_stack(columns)


def wave_of(
    bank: Bank, prior: Prior, targets: tuple[Fitted, ...], seed: int, before: int = 0
) -> Wave:
    """What the runs so far say; the emulators' errors are measured on those after ``before``."""
    evidence = evidence_of(bank, prior, targets, before)
    _, left = not_ruled_out(evidence, 0, seed + 3)
    return Wave(len(bank.measures), evidence, left)


def evidence_of(bank: Bank, prior: Prior, targets: tuple[Fitted, ...], before: int = 0) -> Evidence:
    """Emulators of all targets from a bank of runs."""
    x, y = features(prior.numbers(bank.cube), prior), bank.outcomes(targets)
    tested = np.arange(len(x)) >= before
    emulators = []
    for column in y.T:
        known = ~np.isnan(column)
        emulators.append(fit(x[known], column[known], tested[known]))
    observed = np.array([target.scaled(target.value) for target in targets])
    return Evidence(prior, tuple(emulators), observed, sd_of(targets))


def _run(model: Model, cube: Floats, first: int) -> Bank:
    return Bank(cube, tuple(model(cube, first)))
