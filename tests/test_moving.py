"""A place keeps the ages of its file: births and moves make up for who is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.arrays import Count
from agents.moving import Moves, moves_of
from scenarios.authorities import read_authorities
from scenarios.load import load_evidence
from scenarios.names import ADULT_BAND, AGE_BANDS, WEEKS_PER_YEAR
from sim.model import Place, warm_up_weeks
from tests.small import small
from tests.worlds import in_use

YEARS = np.array([5, 5, 5, 3, 7, 5, 5, 10, 10, 10, 10, 20])


def of_general(name: str) -> np.ndarray:
    return np.array(load_evidence().general[f"lifecourse.{name}"].value, dtype=float)


DEATHS, BIRTHS, WEIGHTS = map(
    of_general, ("deaths_per_year", "births_per_woman_year", "move_weights")
)


def moves(residents: np.ndarray, deaths: np.ndarray = DEATHS) -> Moves:
    return moves_of(residents, deaths, BIRTHS, WEIGHTS, 0.05, 29.5)


def test_a_level_place_gains_of_each_age_what_it_loses() -> None:
    """As many of each year of age: birthdays cancel, and deaths and moves are made up for."""
    residents = 1000.0 * YEARS
    found = moves(residents)
    lost = (DEATHS + found.out) * residents
    lost[-1] -= 1000.0  # who turns 75; nobody grows out of the last band
    assert found.arriving[ADULT_BAND:] == pytest.approx(np.maximum(0.0, lost[ADULT_BAND:]))
    assert not found.arriving[:ADULT_BAND].any() and not found.out[:ADULT_BAND].any()
    assert found.birth @ residents / 2 == pytest.approx(1000.0)


def test_the_share_that_moves_is_the_one_asked_for_where_no_band_is_too_full() -> None:
    residents = 1000.0 * YEARS
    found = moves(residents)
    assert found.out @ residents / residents.sum() == pytest.approx(0.05, rel=0.02)


def test_of_a_band_that_birthdays_fill_more_move_out() -> None:
    residents = 1000.0 * YEARS
    residents[AGE_BANDS.index("55_64")] *= 3
    found, level = moves(residents), moves(1000.0 * YEARS)
    late = AGE_BANDS.index("65_74")
    assert found.out[late] > 2 * level.out[late]
    assert found.arriving[late] == 0.0


def test_where_nobody_lives_nobody_moves() -> None:
    found = moves(np.zeros(len(AGE_BANDS)))
    for part in found:
        assert np.isfinite(part).all()
    assert not found.arriving.any()


@given(st.lists(st.integers(0, 100_000), min_size=len(AGE_BANDS), max_size=len(AGE_BANDS)))
def test_rates_are_rates_whoever_lives_there(people: list[int]) -> None:
    found = moves(np.array(people, dtype=float))
    for part in found:
        assert np.isfinite(part).all() and (part >= 0.0).all()
    assert (found.child_comes <= 1.0).all()
    assert (found.out <= WEEKS_PER_YEAR / 4).all()


def test_in_every_authority_children_enough_can_come_along() -> None:
    """A chance of one would leave a place short of children."""
    for authority in read_authorities():
        residents = np.array([float(authority.population[band]) for band in AGE_BANDS])
        if residents.sum() > 20_000:
            assert moves(residents).child_comes.max() < 1.0, authority.name


def test_a_place_has_the_children_of_its_file_from_the_first_year_to_the_last() -> None:
    """Before, five years of settling left 6% to 14% fewer, and ten more years 11% to 22%."""
    scenario = small(share=0.3, years=10)
    in_file = np.array(list(scenario.place.population.values()))
    place = Place(scenario, 1, 0, 0)
    for year in (0, 5, 10):
        place.run_to(warm_up_weeks(scenario) + year * WEEKS_PER_YEAR)
        people = in_use(place, Count.PEOPLE)
        now = np.bincount(people.band[people.resident == 1], minlength=len(AGE_BANDS))
        children, adults = now[:ADULT_BAND].sum(), now[ADULT_BAND:].sum()
        assert children == pytest.approx(in_file[:ADULT_BAND].sum(), rel=0.03)
        assert adults == pytest.approx(in_file[ADULT_BAND:].sum(), rel=0.02)
        assert now[0] == pytest.approx(in_file[0], rel=0.1)
