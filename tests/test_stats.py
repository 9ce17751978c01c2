"""Intervals against closed forms and against their promise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.stats import (
    Interval,
    mean_interval,
    mean_over_replicates,
    next_interval,
    paired_difference,
    t_quantile,
)

rng = np.random.default_rng


@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 29, 199, 10_000])
def test_t_quantile_is_that_of_scipy_stats(degrees: int) -> None:
    from scipy.stats import t

    assert t_quantile(degrees) == pytest.approx(t.ppf(0.975, degrees), rel=1e-12)


def test_t_quantile_of_one_degree_is_that_of_cauchy() -> None:
    """With one degree of freedom Student's t is Cauchy's, whose quantile is a tangent."""
    assert t_quantile(1) == pytest.approx(math.tan(math.pi * (0.975 - 0.5)), rel=1e-9)


def test_interval_of_two_values_in_closed_form() -> None:
    """The standard error of two values is half their distance."""
    interval = mean_interval(np.array([10.0, 14.0]))
    assert interval.mean == 12.0
    assert interval.half == pytest.approx(2.0 * t_quantile(1))


def test_interval_covers_the_truth_as_often_as_it_says() -> None:
    """4,000 means of 4 normal values: hits are binomial with p = 0.95.

    The bounds are 4 standard deviations, a false-alarm rate of 1 in 16,000 at a seed left to
    chance; the seed is fixed.
    """
    values = rng(1).normal(5.0, 3.0, size=(4_000, 4))
    intervals = [mean_interval(row) for row in values]
    hits = sum(i.low <= 5.0 <= i.high for i in intervals)
    expected, sd = 4_000 * 0.95, math.sqrt(4_000 * 0.95 * 0.05)
    assert abs(hits - expected) < 4 * sd


def test_one_replicate_more_falls_where_it_is_said_to() -> None:
    """4,000 times three normal values, and a fourth beside them: within 4 standard deviations of
    19 in 20. From the lowest to the highest of three would hold it in one of two."""
    values = rng(11).normal(5.0, 3.0, size=(4_000, 4))
    spans = [next_interval(row[:3]) for row in values]
    hits = sum(low <= row[3] <= high for (low, high), row in zip(spans, values, strict=True))
    assert abs(hits - 3_800) < 4 * math.sqrt(4_000 * 0.95 * 0.05)


def test_one_replicate_more_in_closed_form() -> None:
    low, high = next_interval(np.array([10.0, 14.0, math.nan]))
    half = t_quantile(1) * math.sqrt(8.0) * math.sqrt(1.5)
    assert (low, high) == pytest.approx((12.0 - half, 12.0 + half))
    assert all(map(math.isnan, next_interval(np.array([10.0]))))


def test_paired_difference_is_the_difference_of_means() -> None:
    base, scenario = rng(2).normal(100.0, 10.0, 8), rng(3).normal(90.0, 10.0, 8)
    difference = paired_difference(scenario, base)
    assert difference.mean == pytest.approx(scenario.mean() - base.mean())


def test_pairing_takes_away_the_chance_that_both_share() -> None:
    shared = rng(4).normal(1000.0, 50.0, 8)
    difference = paired_difference(shared + 3.0 + 0.1 * rng(5).normal(size=8), shared)
    assert difference.detectable
    assert difference.low < 3.0 < difference.high
    assert difference.half < 1.0 < mean_interval(shared).half


def test_one_replicate_has_a_mean_and_no_interval() -> None:
    interval = mean_interval(np.array([7.0]))
    assert interval.mean == 7.0
    assert math.isnan(interval.low) and math.isnan(interval.high)
    assert not interval.detectable


def test_undefined_replicates_are_left_out_and_pairs_with_them() -> None:
    assert mean_interval(np.array([1.0, math.nan, 3.0])).mean == 2.0
    difference = paired_difference(np.array([5.0, math.nan, 7.0]), np.array([1.0, 2.0, math.nan]))
    assert difference.mean == 4.0
    assert math.isnan(difference.low)


def test_what_is_undefined_everywhere_stays_undefined() -> None:
    interval = mean_interval(np.array([math.nan, math.nan]))
    assert math.isnan(interval.mean) and not interval.detectable
    by_year = mean_over_replicates(np.array([[1.0, math.nan], [3.0, math.nan]]))
    assert by_year[0] == 2.0
    assert math.isnan(by_year[1])


@pytest.mark.parametrize(
    ("low", "high", "detectable"),
    [
        (0.1, 2.0, True),
        (-2.0, -0.1, True),
        (-1.0, 1.0, False),
        (0.0, 1.0, False),
        (0.0, 0.0, False),
    ],
)
def test_detectable_means_that_the_interval_excludes_zero(
    low: float, high: float, detectable: bool
) -> None:
    assert Interval((low + high) / 2, low, high).detectable is detectable


def test_a_certain_difference_is_detectable_and_rounding_is_not() -> None:
    """A programme costs the same in every replicate; sums in another order differ in the 16th."""
    base = np.full(8, 146.6e6)
    assert paired_difference(base + 0.8e6, base).detectable
    assert not paired_difference(base * (1 + 1e-15), base).detectable


def test_the_same_difference_in_every_replicate_has_no_interval() -> None:
    """Four fewer over three years in each, taken from levels of another size."""
    levels = np.array([155.0 / 3, 1610.0 / 3, 14.9 / 3])
    found = mean_interval((levels - 4 / 3) - levels)
    assert len({*((levels - 4 / 3) - levels)}) > 1, "they differ in the last place"
    assert found.low == found.mean == found.high == pytest.approx(-4 / 3)
    assert mean_interval(np.array([1.0, 1.0 + 1e-8])).half > 0
