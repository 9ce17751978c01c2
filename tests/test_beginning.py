"""A place begins as it goes on: children's needs, births, and the adversity of those born in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents.arrays import NOBODY, Count
from scenarios.names import ADULT_BAND, WEEKS_PER_YEAR, Need
from sim.model import Place, warm_up_weeks
from tests.small import small, without
from tests.worlds import at_week, finished, in_use, slots_of, with_general


def test_as_many_are_born_as_bore_the_under_fives() -> None:
    place = at_week(small(share=0.1), 0)
    women = in_use(place, Count.PEOPLE)
    women = women[women.male == 0]
    a_year = place.course.birth[women.band].sum() * WEEKS_PER_YEAR
    assert a_year == pytest.approx(place.scenario.place.population["0_4"] / 5, rel=0.03)


def test_a_place_without_women_of_that_age_has_no_births() -> None:
    scenario = small()
    only = dict.fromkeys(scenario.place.population, 0.0) | {"0_4": 50.0, "75_plus": 50.0}
    spec = scenario.place.model_copy(update={"population": only})
    births = at_week(replace(scenario, place=spec), 0).course.birth
    assert np.isfinite(births).all()


def high_family_needs(place: Place) -> float:
    """The share of children whose family need is high."""
    people = in_use(place, Count.PEOPLE)
    slot = slots_of(place)
    children = (people.resident == 1) & (people.band < ADULT_BAND)
    awake = slot[children & (slot != NOBODY)]
    high = place.world.awake.level[awake, Need.FAMILY] >= place.course.high_level
    return float(high.sum() / children.sum())


def test_no_more_families_are_in_need_at_first_than_later() -> None:
    """It was five times as many, and care filled with them and emptied again for ten years."""
    place = Place(small(share=0.3, years=8), 1, 0, 0)
    first = high_family_needs(place)
    later = []
    for year in range(6, 13):
        place.run_to(year * WEEKS_PER_YEAR)
        later.append(high_family_needs(place))
    assert 0.5 < first / np.mean(later) < 2.0


def test_with_all_adversity_from_outside_children_grow_up_to_what_surveys_count() -> None:
    """Girls born where nothing else leaves an ACE (boys of 18 have no mother in the tables), beside
    the adults of the beginning."""
    scenario = with_general(small(share=0.1, years=22), "adversity.ace_from_outside", 1.0)
    place = finished(without(scenario, "next_generation"))
    people = in_use(place, Count.PEOPLE)
    born = people.birth_week >= warm_up_weeks(place.scenario)
    grown = people.aces[born & (people.band == ADULT_BAND) & (people.family != NOBODY)]
    before = people.aces[people.birth_week < -18 * WEEKS_PER_YEAR]
    error = np.hypot(*(aces.std() / np.sqrt(len(aces)) for aces in (grown, before)))
    assert len(grown) > 100
    assert abs(grown.mean() - before.mean()) < 4 * error
