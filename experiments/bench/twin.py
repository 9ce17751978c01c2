"""The engine against its twin in plain Mesa: the same people, the same weeks, the same result.

The twin lives among the tests, which know nothing of speed; it is imported from there because it
is the yardstick as well as the oracle. Run from the root of the repository.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import thread_time

from agents.arrays import PeopleCount
from experiments.bench.clock import NANO, TIMES, median
from experiments.bench.places import new_place, portsmouth, with_onsets, with_residents
from scenarios.resolved import Scenario
from sim.model import Place
from tests.reference import facts
from tests.reference.first_week import twin_of
from tests.reference.model import Twin

RESIDENTS = 4_000
WEEKS = 26


@dataclass(frozen=True)
class BesideTwin:
    """Median nanoseconds an awake person-week of each, and in how many weeks counts differ."""

    person_weeks: int
    engine_ns: float
    twin_ns: float
    weeks_that_differ: int

    @property
    def ratio(self) -> float:
        """How many times as fast the engine is on the same people."""
        return self.twin_ns / self.engine_ns


def beside_twin(residents: int = RESIDENTS, onsets: float = 1.0) -> BesideTwin:
    """Run both over the same weeks, in turns."""
    scenario = with_onsets(with_residents(portsmouth(), residents), onsets)
    engine_s, twin_s = [], []
    for _ in range(TIMES):
        place, twin = _both(scenario)
        engine_s.append(_stepped(place))
        twin_s.append(_stepped(twin))
    awake = int(place.world.tally.people[:WEEKS, PeopleCount.AWAKE].sum())
    return BesideTwin(
        awake,
        median(engine_s) / awake * NANO,
        median(twin_s) / awake * NANO,
        _differing(place, twin),
    )


def _both(scenario: Scenario) -> tuple[Place, Twin]:
    place = new_place(scenario)
    return place, twin_of(place)


def _stepped(model: Place | Twin) -> float:
    start = thread_time()
    for _ in range(WEEKS):
        model.step()
    return thread_time() - start


def _differing(place: Place, twin: Twin) -> int:
    """Weeks in which any count of the week is not the same."""
    return sum(
        facts.engine_counts(place.world.tally[week]) != twin.record.weeks[week]
        for week in range(WEEKS)
    )
