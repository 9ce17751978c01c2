"""Scores against closed forms, and that they reward the truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration.forecast.combine import mixture, stacking_weights
from calibration.forecast.scores import LEVELS, SHOWN, covered, crps, pinball, place_of


def normal(mean: float, sd: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(stats.norm.ppf(LEVELS, mean, sd))


def normal_crps(mean: float, sd: float, y: float) -> float:
    """Gneiting and Raftery (2007), eq. 21 in closed form."""
    z = (y - mean) / sd
    of = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
    return float(sd * of)


@pytest.mark.parametrize("y", [-2.0, 0.0, 0.3, 1.7])
def test_the_crps_of_a_normal_forecast(y: float) -> None:
    assert crps(normal(0.2, 1.3), y) == pytest.approx(normal_crps(0.2, 1.3, y), rel=0.01)


def test_the_crps_of_a_uniform_forecast() -> None:
    """For U(0, 1): y^2 - y + 1/3 inside."""
    assert crps(LEVELS, 0.3) == pytest.approx(0.3**2 - 0.3 + 1 / 3, rel=0.01)


def test_the_crps_of_a_certain_forecast_is_its_error() -> None:
    assert crps(np.full(len(LEVELS), 4.0), 6.5) == 2.5


def test_the_pinball_loss() -> None:
    """Of U(0, 1) at level 0.9 and value 0.5: (1 - 0.9) 0.4; at level 0.1: 0.1 x 0.4."""
    assert pinball(LEVELS, 0.5, (0.9,)) == pytest.approx(0.04)
    assert pinball(LEVELS, 0.5, (0.1,)) == pytest.approx(0.04)
    assert pinball(LEVELS, 2.0, (0.5,)) == pytest.approx(0.75)


def test_twice_the_pinball_loss_over_all_levels_is_the_crps() -> None:
    levels = tuple(float(level) for level in LEVELS)
    draws = normal(1.0, 2.0)
    assert 2 * pinball(draws, 2.4, levels) == pytest.approx(float(crps(draws, 2.4)), rel=0.02)


def test_coverage_by_simulation() -> None:
    """95% of 4,000 draws from the forecast are inside; 3.9 standard errors: 1 in 10,000."""
    drawn = np.random.default_rng(1).normal(3.0, 2.0, 4000)
    inside = covered(np.tile(normal(3.0, 2.0), (4000, 1)), drawn, 0.95).mean()
    assert abs(inside - 0.95) < 3.9 * np.sqrt(0.95 * 0.05 / 4000)


def test_the_truth_scores_best() -> None:
    drawn = np.random.default_rng(2).normal(0.0, 1.0, 4000)
    means = {
        sd: float(crps(np.tile(normal(0.0, sd), (4000, 1)), drawn).mean()) for sd in (0.5, 1.0, 2.0)
    }
    assert min(means, key=lambda sd: means[sd]) == 1.0


def test_every_level_given_out_is_one() -> None:
    assert [round(float(LEVELS[place_of(level)]), 3) for level in SHOWN] == list(SHOWN)
    with pytest.raises(ValueError, match="none of the levels"):
        place_of(0.333)


def test_a_mixture_of_the_same_is_the_same() -> None:
    draws = np.stack([normal(0.0, 1.0), normal(5.0, 0.1)])
    mixed = mixture([draws, draws], np.array([0.3, 0.7]))
    np.testing.assert_allclose(mixed, draws, atol=0.15)


def test_a_mixture_has_the_quantiles_of_its_distribution() -> None:
    mixed = mixture([normal(0.0, 1.0), normal(4.0, 1.0)], np.array([0.25, 0.75]))
    share = 0.25 * stats.norm.cdf(mixed) + 0.75 * stats.norm.cdf(mixed, 4.0)
    inner = slice(5, -5)
    np.testing.assert_allclose(share[inner], LEVELS[inner], atol=0.01)


def test_weights_go_to_the_method_that_was_right() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(0.0, 1.0, 400)
    past = np.stack([np.tile(normal(0.0, 1.0), (400, 1)), np.tile(normal(3.0, 1.0), (400, 1))])
    weights = stacking_weights(past, truth, np.ones(400))
    assert weights[0] > 0.95 and weights.sum() == pytest.approx(1.0)


def test_the_weights_found_have_the_least_crps_of_the_mixture() -> None:
    """The quadratic form is the score of the mixture itself, as computed from its quantiles."""
    rng = np.random.default_rng(4)
    truth = rng.normal(1.0, 2.0, 300)
    past = np.stack([np.tile(normal(0.0, 1.0), (300, 1)), np.tile(normal(3.0, 1.5), (300, 1))])
    found = stacking_weights(past, truth, np.ones(300))[0]
    tried = np.linspace(0, 1, 21)
    score = [crps(mixture(list(past), np.array([w, 1 - w])), truth).mean() for w in tried]
    assert abs(found - tried[int(np.argmin(score))]) < 0.1


def test_nothing_known_means_equal_weights() -> None:
    none = np.zeros((3, 0, len(LEVELS)))
    assert stacking_weights(none, np.zeros(0), np.zeros(0)).tolist() == [1 / 3] * 3
