"""What each person cost adds up to what the model counts of them, to the penny."""

from __future__ import annotations

import numpy as np
import pytest

from agents.arrays import NOBODY, Count
from scenarios.names import WEEKS_PER_YEAR
from sim.bills import Bills, event_pence
from sim.model import Place, warm_up_weeks
from sim.world import happenings
from tests.worlds import tight


@pytest.mark.parametrize("name", ["do_nothing", "together"])
def test_bills_are_what_the_model_spends_on_each_person(name: str) -> None:
    """Over the weeks of a year but the last, after which the model's own count begins anew."""
    scenario = tight(name, share=0.02, years=2)
    place = Place(scenario, 1, 0, 1)
    place.run_to(warm_up_weeks(scenario) + WEEKS_PER_YEAR)
    place.listener = lambda trace: None
    bills = Bills(place)
    total = np.zeros(2 * len(place.world.people), np.int64)
    slept = np.zeros(len(total), np.bool_)
    for _ in range(WEEKS_PER_YEAR - 1):
        place.step()
        charges = bills.charges(place, happenings(place.world))
        np.add.at(total, charges.person, charges.pence)
        assert event_pence(place, happenings(place.world)).sum() == charges.pence.sum()
        slot = place.world.slot[: place.world.counts[Count.PEOPLE]]
        slept[: len(slot)] |= slot == NOBODY
    awake = place.world.awake[: place.world.counts[Count.AWAKE]]
    through = ~slept[awake.person]  # a row that is taken anew begins its count anew
    assert (through & (awake.spend > 0)).sum() > 100
    assert (total[awake.person] == awake.spend)[through].all()
    assert (total[awake.person] >= awake.spend).all()
