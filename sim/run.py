"""One replicate of several scenarios, with what they have in common simulated once.

Until its first change acts, a scenario is the same as doing nothing. So of the scenarios about the
same people, one (the *trunk*, whose own first change comes last) is run from the beginning; every
other branches off where its first change acts. Results are those of separate runs, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from agents.arrays import PeopleCount
from agents.draft import team_specs
from scenarios.names import AGE_BANDS, WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.cast import Cast, cast_of
from sim.metrics import measure
from sim.model import Place, Snapshot, warm_up_weeks
from sim.policy import ALL_ON, weeks_since
from sim.results import RunResult
from sim.week import one_week


@dataclass(frozen=True)
class Replicate:
    """What all scenarios of a replicate have in common."""

    seed: int
    number: int
    room_for_teams: int
    cast: Cast


def run_replicate(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """Simulate and measure every scenario; results come in the order of ``scenarios``."""
    room = max(len(team_specs(scenario)) for scenario in scenarios)
    common = Replicate(seed, replicate, room, cast_of(scenarios))
    _load_kernels(scenarios[0])
    results: dict[int, RunResult] = {}
    for group in _by_start(scenarios):
        results.update(_run_together({i: scenarios[i] for i in group}, common))
    return [results[i] for i in range(len(scenarios))]


def parting_week(scenario: Scenario) -> int:
    """The week, from the beginning of the warm-up, until which a scenario is like doing nothing."""
    horizon = scenario.years * WEEKS_PER_YEAR
    begins = [weeks_since(scenario.start, dated.start) for dated in scenario.changes]
    if scenario.mechanisms != ALL_ON:
        begins.append(0)
    return warm_up_weeks(scenario) + max(0, min([horizon, *begins]))


def person_weeks_of(place: Place) -> int:
    """Weeks that people were awake, over the scenario's own weeks so far."""
    return int(place.world.tally.people[place.warm_up_weeks :, PeopleCount.AWAKE].sum())


def _by_start(scenarios: Sequence[Scenario]) -> list[list[int]]:
    """The scenarios, by position, in groups that have the same people and the same warm-up."""
    groups: list[list[int]] = []
    for i, scenario in enumerate(scenarios):
        for group in groups:
            if _same_start(scenarios[group[0]], scenario):
                group.append(i)
                break
        else:
            groups.append([i])
    return groups


def _same_start(a: Scenario, b: Scenario) -> bool:
    return _beginning(a) == _beginning(b)


def _beginning(scenario: Scenario) -> tuple[object, ...]:
    """All that the warm-up depends on."""
    return (scenario.start, scenario.years, scenario.place, scenario.evidence,
            scenario.crisis_door)  # fmt: skip


def _run_together(group: dict[int, Scenario], common: Replicate) -> Iterator[tuple[int, RunResult]]:
    """Run scenarios with the same warm-up; yields the result of each by its position.

    The time spent on the trunk is split evenly among those that have not branched off yet.
    """
    *branches, trunk = sorted(group, key=lambda i: parting_week(group[i]))
    begun = perf_counter()
    place = _place(group[trunk], common)
    together = len(group)
    seconds = (perf_counter() - begun) / together
    snapshot: Snapshot | None = None
    for i in branches:
        begun = perf_counter()
        place.run_to(parting_week(group[i]))
        if snapshot is None or snapshot.week < place.week:
            snapshot = place.snapshot()
        seconds += (perf_counter() - begun) / together
        together -= 1
        yield i, _finished(_place(group[i], common, snapshot), common, seconds)
    yield trunk, _finished(place, common, seconds)


def _place(scenario: Scenario, common: Replicate, resume: Snapshot | None = None) -> Place:
    return Place(scenario, common.seed, common.number, common.room_for_teams, resume)


def _finished(place: Place, common: Replicate, seconds: float) -> RunResult:
    """Run a place to its end and measure it. ``seconds`` is its part of the time so far.

    It is let go of here: else some 60 MB would be kept for every scenario.
    """
    begun = perf_counter()
    place.run_to(place.weeks)
    seconds += perf_counter() - begun
    found = measure(place, common.cast)
    person_weeks, scenario = person_weeks_of(place), place.scenario.name
    place.let_go()
    return RunResult(
        scenario=scenario,
        replicate=common.number,
        names=found.names,
        per_year=found.per_year,
        overall=found.overall,
        person_weeks=person_weeks,
        seconds=seconds,
    )


def _load_kernels(scenario: Scenario) -> None:
    """Compile the week, or read it from the cache, so that it is not counted as simulating."""
    if not getattr(one_week, "signatures", True):
        few = scenario.place.model_copy(update={"population": dict.fromkeys(AGE_BANDS, 20.0)})
        # With a table, for the crisis door of so small a place would have to be worked out first.
        Place(replace(scenario, place=few, years=1, crisis_door="table"), 0, 0, 0).step()
