"""The arithmetic of the benchmark, and the order that it measured; nothing here is timed."""

from __future__ import annotations

import numpy as np
import pytest

from agents.arrays import Count
from experiments.bench.growth import exponent
from experiments.bench.layout import lines_a_week
from experiments.bench.memory import bytes_of
from experiments.bench.places import with_onsets, with_residents
from sim.world import sort_cases
from tests.small import small
from tests.worlds import at_week, tight


@pytest.mark.parametrize("power", [0.0, 1.0, 1.2])
def test_an_exponent_is_found_again(power: float) -> None:
    sizes = np.array([2.0, 5.0, 20.0, 60.0])
    slope, error = exponent(sizes, 3.0 * sizes**power)
    assert slope == pytest.approx(power, abs=1e-12)
    assert error == pytest.approx(0.0, abs=1e-12)


def test_an_exponents_error_is_that_of_the_line() -> None:
    """By hand: logs of values 0, 1, 3 at logs of sizes 0, 1, 2."""
    slope, error = exponent(np.exp([0.0, 1.0, 2.0]), np.exp([0.0, 1.0, 3.0]))
    assert slope == pytest.approx(1.5)
    assert error == pytest.approx(np.sqrt((1 + 4 + 1) / 36 / 1 / 2))


def test_budgets_grow_with_the_residents() -> None:
    before = small(share=1.0)
    after = with_residents(before, 2.0 * sum(before.place.population.values()))
    for name, spec in before.evidence.agencies.items():
        twice = after.evidence.agencies[name].budget_gbp_per_year
        if spec.budget_gbp_per_year is not None and twice is not None:
            assert twice.value == pytest.approx(2.0 * spec.budget_gbp_per_year.value)
    assert sum(after.place.population.values()) == pytest.approx(
        2.0 * sum(before.place.population.values())
    )


def test_onsets_are_multiplied() -> None:
    scenario = with_onsets(with_onsets(small(), 2.0), 3.0)
    first = {need: quantity.value for need, quantity in small().place.onset_factor.items()}
    for need, quantity in scenario.place.onset_factor.items():
        assert quantity.value == pytest.approx(6.0 * first.get(need, 1.0))


def test_sorted_cases_follow_the_awake_and_each_persons_own_keep_their_order() -> None:
    place = at_week(tight(share=0.05), 30)
    n = int(place.world.counts[Count.CASES])
    before = place.world.cases[:n].copy()
    sort_cases(place.world)
    after = place.world.cases[:n]
    rows = place.world.slot[after.person]
    assert (np.diff(rows) >= 0).all() and (np.diff(place.world.slot[before.person]) < 0).any()
    assert len(np.unique(before.person)) < n
    for person in np.unique(before.person):
        mine = before[before.person == person].tobytes()
        assert after[after.person == person].tobytes() == mine


def test_rows_in_use_are_no_more_than_tables() -> None:
    place = at_week(small(), 10)
    used, tables = bytes_of(place)
    assert 0.0 < used < tables
    lines = lines_a_week(place.world)
    assert lines["all"] == pytest.approx(sum(n for phase, n in lines.items() if phase != "all"))
