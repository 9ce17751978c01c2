"""Support is for needs that are there."""

from __future__ import annotations

from agents.arrays import Count
from sim.model import Place
from tests.reference.neighbourhood import TEAMS, WEEKS, needy


def test_support_acts_only_on_needs_that_are_there() -> None:
    """The twin found it left over, for a need that had ended, from care and from closed cases."""
    for off in (None, "relapse"):
        place = Place(needy(off), 1, 0, TEAMS)
        while place.week < WEEKS:
            place.step()
            awake = place.world.awake[: place.world.counts[Count.AWAKE]]
            absent = (awake.level == 0.0) & (awake.set_point == 0.0)
            assert not awake.support[absent].any(), f"week {place.week - 1}"
