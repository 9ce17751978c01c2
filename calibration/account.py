"""What a calibration has to say for itself, as plain data: ``ensembles/PLACE.json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from calibration.check import LEVEL, Coverage
from calibration.ensemble import Floats, quantiles
from calibration.posterior import DISCREPANCY, normal
from calibration.targets import fingerprint, value_of
from calibration.waves import LEARNT, Calibration

BAND: Final = (0.05, 0.5, 0.95)
STRONG: Final = 0.3
"""Correlations of this size are told."""


def account(found: Calibration, place: str, version: str) -> dict[str, Any]:
    """How the ensemble was made, what it fits and what was learnt."""
    return {
        "place": place,
        "version": version,
        "seed": found.plan.seed,
        "runs": {
            "design": found.plan.design,
            "second_wave": found.plan.second,
            "rounds_of_the_ensemble": [found.plan.ensemble] * found.plan.rounds,
            "all": found.plan.runs,
        },
        "targets_hash": fingerprint(found.targets),
        "fitted": [target.id for target in found.targets],
        "discrepancy": DISCREPANCY,
        "effective_sets": round(found.effective, 1),
        "share_of_prior_not_ruled_out": [round(wave.left, 5) for wave in found.waves],
        "targets": dict(_targets(found)),
        "all_at_once": _all_at_once(found),
        "learnt": {name: _number(found, name) for name in found.learnt},
        "learnt_below": LEARNT,
        "not_learnt": sorted(set(found.prior.names) - set(found.learnt)),
        "correlations": list(_correlations(found)),
    }


def coverage_account(coverage: Coverage) -> dict[str, Any]:
    """What the check on known truths came to."""
    learnt = coverage.learnt
    ranks = coverage.ranks[:, learnt]
    return {
        "truths": len(coverage.ranks),
        "level": LEVEL,
        "numbers_inside": round(coverage.inside(coverage.ranks), 3),
        "numbers_learnt": int(learnt.sum()),
        "learnt_inside": round(coverage.inside(ranks), 3) if learnt.any() else None,
        "outcomes_inside": round(coverage.inside(coverage.targets), 3),
        "rank_histogram": [int(n) for n in coverage.histogram(coverage.ranks)],
        "rank_histogram_learnt": [int(n) for n in coverage.histogram(ranks)],
    }


def _targets(found: Calibration) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each target with what was predicted of it before and after, and how well it is emulated."""
    even = np.full(found.plan.design, 1.0 / found.plan.design)
    design, ensemble = found.bank.measures[: found.plan.design], found.ensemble.measures
    for i, target in enumerate(found.targets):
        before = np.array([value_of(target, run) for run in design])
        after = np.array([value_of(target, run) for run in ensemble])
        emulators = [wave.evidence.emulators[i] for wave in found.waves]
        yield target.id, {
            "measure": target.measure,
            "value": target.value, "low": target.low, "high": target.high,
            "before": _rounded(quantiles(before, even, BAND)),
            "after": _rounded(quantiles(after, found.weights, BAND)),
            "at_the_centre": _rounded(np.array([value_of(target, found.centre.measures[0])]))[0],
            "emulator_error": [round(e.error, 3) for e in emulators],
            "emulator_explains": [round(e.explained, 3) for e in emulators],
        }  # fmt: skip


def _all_at_once(found: Calibration) -> dict[str, int]:
    """Runs with every fitted figure within its range: of the design, and of all."""
    within = [
        all(target.low <= value_of(target, run) <= target.high for target in found.targets)
        for run in found.bank.measures
    ]
    return {"design": sum(within[: found.plan.design]), "all": sum(within)}


def _number(found: Calibration, name: str) -> dict[str, Any]:
    """One number: its range and guess before, and its interval after."""
    prior = found.prior
    i = prior.names.index(name)
    after = prior.numbers(found.draws)[:, i]
    return {
        "before": _rounded(np.array([prior.low[i], prior.mode[i], prior.high[i]])),
        "after": _rounded(np.quantile(after, BAND)),
        "width": round(float(found.width[i]), 2),
        "register_at": round(float((after < prior.mode[i]).mean()), 3),
    }


def _correlations(found: Calibration) -> Iterator[list[Any]]:
    """Pairs of numbers that the targets tie together, strongest first."""
    tied: Floats = np.atleast_2d(np.corrcoef(normal(found.draws).T))
    rows, columns = np.triu_indices(len(tied), 1)
    order = np.argsort(-np.abs(tied[rows, columns]))
    for k in order[:20]:
        strength = float(tied[rows[k], columns[k]])
        if abs(strength) >= STRONG:
            yield [found.prior.names[rows[k]], found.prior.names[columns[k]], round(strength, 2)]


def _rounded(values: Floats) -> list[float]:
    return [float(f"{x:.4g}") for x in values]
