"""Sets at which luck has no part are told from the others, and nothing is taken out of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.compare import Findings, Replicates, differences, levels
from experiments.figures import _curve as curve
from experiments.quiet_sets import ALARMS, quiet_sets
from experiments.report.cash import cash_in_all
from experiments.stats import Interval, mean_interval, with_ignorance
from tests import made_up

YEARS, REPLICATES, SETS = 10, 8, 16
RNG = np.random.default_rng


@pytest.mark.parametrize("years", [3, 5, 10, 20])
def test_luck_is_seldom_taken_for_none(years: int) -> None:
    """Sets as lucky as the replicates: one in a thousand is meant; of eight replicates, more."""
    rng, n = RNG(years), 400
    found = [
        quiet_sets(rng.normal(5, 1, (REPLICATES, years)), rng.normal(5, 1, (SETS, years)))
        for _ in range(n)
    ]
    assert np.sum(found) <= 2.5 * ALARMS * n * SETS


def test_a_path_over_the_years_is_not_quiet() -> None:
    """An effect that grows changes from year to year, with luck and without."""
    rng, grows = RNG(2), np.linspace(0, 6, YEARS)
    luck = rng.normal(0, 1, (REPLICATES, YEARS))
    assert not quiet_sets(grows + luck, np.tile(grows, (SETS, 1))).any()


def test_where_nothing_changes_is_quiet_and_where_nothing_is_known_is_not() -> None:
    luck = RNG(3).normal(0, 1, (REPLICATES, YEARS))
    still = np.zeros((1, YEARS))
    unknown = np.full((1, YEARS), np.nan)
    at_sets = np.concatenate([still, still + 7, luck[:1], unknown, 0.01 * luck[:1]])
    assert quiet_sets(luck, at_sets).tolist() == [True, True, False, False, True]
    assert not quiet_sets(luck[:, :2], at_sets[:, :2]).any()  # too few years
    assert not quiet_sets(luck[:1], at_sets).any()  # luck is not known
    assert not quiet_sets(still, at_sets).any()  # there is none anywhere
    assert not quiet_sets(np.full((8, YEARS), np.nan), at_sets).any()
    assert quiet_sets(luck, np.empty((0, YEARS))).shape == (0,)


def of_years(years: NDArray[np.float64], at_sets: NDArray[np.float64]) -> Interval:
    quiet = quiet_sets(years, at_sets)
    return with_ignorance(years.mean(axis=1), at_sets.mean(axis=1), quiet)


def test_an_effect_that_is_nil_at_some_sets_is_not_told_of_all() -> None:
    """As waits are where nobody waits: drawn together without looking, the range leaves these out,
    and the effect seems to be there at all plausible numbers."""
    rng, looked, blind = RNG(4), 0, 0
    for _ in range(100):
        years = 2 + rng.normal(0, 3, (REPLICATES, YEARS))
        at_sets = 2 + rng.normal(0, 3, (SETS, YEARS))
        at_sets[:4] = 0.0
        found = of_years(years, at_sets)
        unaware = with_ignorance(years.mean(axis=1), at_sets.mean(axis=1))
        assert found.ignorance is not None and unaware.ignorance is not None
        assert found.by_chance == unaware.by_chance
        looked += found.ignorance[0] <= 0 and not found.detectable
        blind += unaware.ignorance[0] > 0
    assert looked == 100 and blind > 80


def test_the_others_are_drawn_together_as_far_as_their_own_luck_goes() -> None:
    """Twelve sets that differ by luck alone and four that are still, all about the same: what is
    left of the spread is nearly nothing."""
    rng, kept, raw = RNG(5), [], []
    for _ in range(200):
        at_sets = rng.normal(0, 3, (SETS, YEARS))
        at_sets[:4] = 0.0
        found = of_years(rng.normal(0, 3, (REPLICATES, YEARS)), at_sets)
        assert found.ignorance is not None
        kept.append(np.ptp(found.ignorance))
        raw.append(np.ptp(at_sets.mean(axis=1)))
    assert np.mean(kept) < 0.4 * np.mean(raw)


def test_the_answer_is_as_before_where_no_set_is_quiet() -> None:
    rng = RNG(6)
    values, sets = rng.normal(0, 1, 8), rng.normal(0, 2, 16)
    assert with_ignorance(values, sets, np.zeros(16, bool)) == with_ignorance(values, sets)
    all_quiet = with_ignorance(values, sets, np.ones(16, bool)).ignorance
    assert all_quiet == pytest.approx((sets.min(), sets.max()), abs=0.3)
    gaps = np.where(np.arange(16) < 3, np.nan, sets)
    quiet = np.arange(16) == 1  # of one that is not known
    assert with_ignorance(values, gaps, quiet) == with_ignorance(values, gaps)


# --- wherever ranges are told ---


@pytest.mark.parametrize(("middle", "sides"), [(0.3, 0), (-0.3, 0), (1.0, 1), (-1.0, 1)])
def test_luck_alone_does_not_make_all_sets_point_one_way(middle: float, sides: int) -> None:
    """Sets that differ by a little more than their luck of 1 are drawn together about a middle that
    has luck of its own, of 0.53 either way: from further off only do they all point one way."""
    luck, spread = np.tile([1.0, -1.0], REPLICATES // 2), np.tile([1.0, -1.0], SETS // 2)
    luck, spread = luck / luck.std(ddof=1), 1.02 * spread / spread.std(ddof=1)
    found = with_ignorance(luck, middle + spread)
    assert found.ignorance is not None
    low, high = found.ignorance
    assert low < high and (low > 0 or high < 0) == bool(sides)
    assert low <= middle <= high and min(abs(low), abs(high)) <= abs(middle)


def half_still(measure: str) -> Findings:
    """Two scenarios that differ by 2 and luck; at two of eight sets by nothing, in any year."""
    found = made_up.findings(["do_nothing", "budget_cut"])
    rng = RNG(7)

    def runs(effect: float, n: int, still: int) -> Replicates:
        years = effect + rng.normal(0, 3 if effect else 0, (n, YEARS))
        years[:still] = 0.0
        return Replicates({measure: 50 + years.mean(axis=1)}, {measure: 50 + years})

    base, other = found.titles
    return replace(
        found, years=YEARS, replicates=tuple(range(8)), sets=tuple(range(8)),
        scenarios={base: runs(0, 8, 0), other: runs(2, 8, 0)},
        plausible={base: runs(0, 8, 0), other: runs(2, 8, 2)},
    )  # fmt: skip


def test_it_is_so_in_tables_of_levels_and_differences_in_cash_and_in_pictures() -> None:
    found = half_still("cashable_cost.nhs")
    (base, other) = found.titles
    told = differences(found, other)
    for interval, nil in (
        (told["cashable_cost.nhs"], 0.0),
        (levels(found, other)["cashable_cost.nhs"], 50.0),
        (told["cashable_saving.nhs"], 0.0),
        (cash_in_all(found, other), 0.0),
    ):
        assert interval is not None and interval.ignorance is not None
        assert nil in np.round(interval.ignorance, 9)
    sides = [side[other].per_year["cashable_cost.nhs"] - 50 for side in
             (found.scenarios, found.plausible)]  # fmt: skip
    drawn = curve("x", *sides)
    assert drawn.widest is not None
    blind = [with_ignorance(*year) for year in zip(sides[0].T, sides[1].T, strict=True)]
    assert any(low < one.low - 1e-9 for low, one in zip(drawn.widest[0], blind, strict=True))
    assert mean_interval(sides[0].mean(axis=1)).detectable and base in found.scenarios
