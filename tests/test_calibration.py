"""Calibration finds what is there to be found, on a model whose answers are known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from calibration.account import account, coverage_account
from calibration.check import DRAWS, Coverage, simulation_based
from calibration.emulator import features, fit
from calibration.ensemble import Ensemble, csv_bytes, load_ensemble, quantiles
from calibration.posterior import IMPLAUSIBLE
from calibration.prior import sobol
from calibration.waves import Calibration, Plan, calibrate
from tests.toy import CHANCE, PRIOR, TRUTH, model, targets

PLAN = Plan(design=128, second=64, ensemble=64)


@cache
def found() -> Calibration:
    return calibrate(model, PRIOR, targets(), PLAN)


# --- prior ---


def test_the_cube_and_the_numbers_are_two_names_of_one_point() -> None:
    cube = sobol(64, 5, 1)
    numbers = PRIOR.numbers(cube)
    assert PRIOR.cube(numbers) == pytest.approx(cube, abs=1e-9)
    assert ((numbers >= PRIOR.low) & (numbers <= PRIOR.high)).all()


def test_a_triangle_has_the_mean_of_its_corners() -> None:
    mean = PRIOR.numbers(sobol(4096, 5, 1)).mean(axis=0)
    assert mean == pytest.approx((PRIOR.low + PRIOR.mode + PRIOR.high) / 3, abs=2e-3)


# --- emulator ---


def test_an_emulator_is_off_by_chance_alone_where_the_truth_is_a_quadratic() -> None:
    cube = sobol(256, 5, 3)
    x = features(PRIOR.numbers(cube), PRIOR)
    y = np.log([run["a"] for run in model(cube, 0)])
    emulator = fit(x, y)
    assert emulator.error == pytest.approx(CHANCE, rel=0.2)
    assert emulator.explained > 0.98


def test_an_emulator_of_noise_explains_nothing() -> None:
    rng = np.random.default_rng(4)
    emulator = fit(rng.uniform(-1, 1, (200, 30)), rng.standard_normal(200))
    assert emulator.explained < 0.1
    assert emulator.error == pytest.approx(1.0, rel=0.2)


# --- history matching and posterior ---


def test_the_truth_is_not_ruled_out_and_most_of_the_prior_is() -> None:
    point = PRIOR.cube(TRUTH[None, :])
    for wave in found().waves:
        assert wave.evidence.implausibility(point)[0] < IMPLAUSIBLE
        assert wave.left < 0.5


def test_the_posterior_is_where_the_truth_is() -> None:
    numbers = PRIOR.numbers(found().ensemble.cube)
    low, high = quantiles(numbers, found().weights, (0.01, 0.99))
    assert (low < TRUTH).all()
    assert (high > TRUTH).all()
    assert (high - low)[2] < 0.5


def test_what_does_nothing_is_named_as_not_learnt() -> None:
    assert set(found().learnt) == {"general.one", "general.two", "general.three"}
    told = account(found(), "toy", "0")
    assert told["not_learnt"] == ["general.idle", "general.vain"]


def test_two_numbers_that_only_show_together_are_tied() -> None:
    pairs = account(found(), "toy", "0")["correlations"]
    assert ["general.one", "general.two"] in [sorted(pair[:2]) for pair in pairs]


def test_weights_count_and_an_ensemble_is_worth_many_sets() -> None:
    assert found().weights.sum() == pytest.approx(1.0)
    assert 64 < found().effective <= len(found().weights)


def test_the_posterior_predicts_the_figures() -> None:
    for target in targets():
        at = account(found(), "toy", "0")["targets"][target.id]
        assert at["after"][0] < target.value < at["after"][2]
        assert at["after"][2] / at["after"][0] < at["before"][2] / at["before"][0]


def test_the_same_seed_gives_the_same_sets() -> None:
    again = calibrate(model, PRIOR, targets(), PLAN)
    assert again.ensemble.cube.tobytes() == found().ensemble.cube.tobytes()
    assert again.weights.tobytes() == found().weights.tobytes()


# --- known truths ---


@cache
def coverage() -> Coverage:
    return simulation_based(found().bank, PLAN.design, PRIOR, targets())


def test_truths_are_covered_at_the_stated_rate() -> None:
    """Each number is inside its 90% interval in 13 or more of 20 repeats.

    Of 20 trials at 0.9, 12 or fewer succeed once in 2,500: for five numbers, one in 500.
    """
    assert coverage().ranks.shape == (20, 5)
    assert coverage().learnt.tolist() == [True, True, True, False, False]
    for column in coverage().ranks.T:
        tail = 0.05 * DRAWS
        assert ((column >= tail) & (column <= DRAWS - tail)).sum() >= 13
    told = coverage_account(coverage())
    assert sum(told["rank_histogram"]) == 100


def test_an_overconfident_posterior_is_noticed() -> None:
    squeezed = DRAWS // 2 + (coverage().ranks - DRAWS // 2) * 6  # as if intervals were a sixth
    assert coverage().inside(np.clip(squeezed, 0, DRAWS)[:, :3]) < 0.5


# --- the file ---


def test_an_ensemble_comes_back_from_its_file(tmp_path: Path) -> None:
    numbers = PRIOR.numbers(sobol(8, 5, 1))
    weights = np.array([0.0, *np.full(7, 1 / 7)])
    (tmp_path / "toy.csv").write_bytes(csv_bytes(PRIOR.names, numbers, weights))
    (tmp_path / "toy.json").write_text("{}")
    read = load_ensemble("toy", tmp_path)
    assert read.names == PRIOR.names
    assert read.numbers == pytest.approx(numbers, rel=1e-5)
    assert read.settings(3)["general.one"] == pytest.approx(numbers[3, 0], rel=1e-5)


def test_sets_are_chosen_by_what_they_count() -> None:
    weights = np.array([0.0, 0.5, 0.25, 0.25, 0.0])
    ensemble = Ensemble("toy", ("x",), np.arange(5.0)[:, None], weights, {})
    for seed in range(20):
        assert sorted(ensemble.choose(4, seed)) == [1, 1, 2, 3]
    many = [i for seed in range(200) for i in ensemble.choose(3, seed)]
    assert np.bincount(many, minlength=5) / 600 == pytest.approx(weights, abs=0.06)
