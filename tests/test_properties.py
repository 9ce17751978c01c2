"""What holds in every week of every valid file, however strange; and what more places do."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.resolved import Scenario
from sim.model import Place
from tests.conservation import (
    in_two_states,
    lost_cases,
    lost_people,
    lost_referrals,
    miscounted_places,
    miscounted_queues,
    out_of_range,
    overfull,
)
from tests.random_files import scenarios


def assert_lawful(place: Place, begun: np.ndarray, before: np.ndarray) -> None:
    """What must hold at the end of every week."""
    assert out_of_range(place) == []
    assert not lost_referrals(place, begun).any()  # every referral ends once
    assert not lost_cases(place).any()  # opened = closed + open
    assert in_two_states(place) == 0
    assert miscounted_places(place) < 1e-6
    assert miscounted_queues(place).size == 0
    assert overfull(place, before).size == 0
    assert lost_people(place) == 0


@settings(max_examples=20)
@given(scenario=scenarios(), seed=st.integers(0, 2**40 - 1))
def test_every_week_of_any_valid_file_is_lawful(scenario: Scenario, seed: int) -> None:
    place = Place(scenario, seed, 0, 1)
    begun = place.world.tally.opened.sum(axis=0)
    while place.week < place.weeks:
        before = place.world.used.copy()
        place.step()
        assert_lawful(place, begun, before)
