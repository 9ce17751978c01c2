"""How fast the engine is: ``python -m experiments.bench``.

Machines differ and are shared, so the same run times a yardstick: the bare arithmetic of nine
needs, one event draw and one contact draw for as many people, with no agency and no calendar.
Read the ratio; the rest is for orientation. Medians of five, compiled code warm, one core.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Count, Floats, PeopleCount
from agents.doors import allocate, front_door
from agents.kernel import kernel
from agents.lifecourse import follow_calendar
from agents.needs import live, move_need, poisson
from agents.recount import end_of_half_year, end_of_quarter, end_of_year
from agents.settling import settle_down
from agents.streams import bits, uniform
from agents.support import support_and_review
from agents.teams import teams
from scenarios.load import load_scenario
from scenarios.names import N_NEEDS, WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.model import Place, Snapshot
from sim.world import with_room

SCENARIO = Path("scenarios/portsmouth/do_nothing.toml")
TIMES = 5
PHASE_WEEKS = 2 * WEEKS_PER_YEAR
YARDSTICK_PEOPLE = 20_000
YARDSTICK_WEEKS = 50
_SEED = 1
_NANO = 1e9


def main() -> None:
    """Print everything that is measured."""
    scenario = load_scenario(SCENARIO)
    start = time.perf_counter()
    place = _warmed_up(scenario)
    place.step()
    place.run_to(place.warm_up_weeks + WEEKS_PER_YEAR)  # every kernel is compiled or loaded now
    print(f"{scenario.title}, {scenario.years} years, one core")
    print(f"  first use, compiling or loading   {time.perf_counter() - start:8.2f} s")
    base = _median(_yardstick_ns)
    runs = [_decade(scenario) for _ in range(TIMES)]
    warm_up, decade, ns = (float(np.median(column)) for column in zip(*runs, strict=True))
    print(f"  warm-up and {scenario.years} years              {warm_up + decade:8.2f} s")
    print(f"  {scenario.years} years alone                    {decade:8.2f} s")
    print(f"  an awake person-week              {ns:8.1f} ns   {1e3 / ns:.2f} million a second")
    print(f"  the yardstick                     {base:8.1f} ns   ratio {ns / base:.2f}")
    print(
        f"  tables at the end                 {_bytes_per_resident(scenario):8.0f} bytes a resident"
    )
    print("\nwhere a week goes, ns an awake person")
    for name, value in _phases(scenario):
        print(f"  {name:20}{value:8.1f}")


def _warmed_up(scenario: Scenario) -> Place:
    place = Place(scenario, _SEED, 0, 0)
    place.run_to(place.warm_up_weeks)
    return place


def _decade(scenario: Scenario) -> tuple[float, float, float]:
    """Seconds for the warm-up, seconds for the scenario, nanoseconds an awake person-week."""
    start = time.perf_counter()
    place = _warmed_up(scenario)
    between = time.perf_counter()
    place.run_to(place.weeks)
    end = time.perf_counter()
    awake = place.world.tally.people[place.warm_up_weeks :, PeopleCount.AWAKE].sum()
    return between - start, end - between, (end - between) / awake * _NANO


def _bytes_per_resident(scenario: Scenario) -> float:
    """All that a run carries at the horizon, when it is most."""
    place = _warmed_up(scenario)
    place.run_to(place.weeks)
    return sum(part.nbytes for part in place.world) / float(place.world.counts[Count.RESIDENTS])


def _phases(scenario: Scenario) -> list[tuple[str, float]]:
    """Median time of each phase of the week, called one by one, the longest first."""
    snapshot = _warmed_up(scenario).snapshot()
    runs = [_phases_once(scenario, snapshot) for _ in range(TIMES)]
    medians = {name: float(np.median([run[name] for run in runs])) for name in runs[0]}
    return sorted(medians.items(), key=lambda item: -item[1])


def _phases_once(scenario: Scenario, snapshot: Snapshot) -> dict[str, float]:
    """The steps of `Place.step` and `sim.week.one_week`, each with a stopwatch."""
    place = Place(scenario, _SEED, 0, 0, resume=snapshot)
    spent: defaultdict[str, float] = defaultdict(float)

    def timed(step: Callable[..., Any], *given: object) -> Any:
        start = time.perf_counter()
        result = step(*given)
        spent[step.__name__.strip("_")] += time.perf_counter() - start
        return result

    awake = 0
    for week in range(place.week, place.week + PHASE_WEEKS):
        due = timed(place._due)
        place.world = with_room(place.world, len(due), int(place.course.arrivals))
        world, course, doors, key = place.world, place.course, place.doors, place.key
        timed(follow_calendar, world, course, due, week, key)
        awake += int(world.counts[Count.AWAKE])
        timed(live, world, course, doors, week, place._season(), key)
        timed(front_door, world, course, doors, week, key)
        timed(allocate, world, doors, week)
        timed(support_and_review, world, course, doors, week, key)
        timed(teams, world, course, doors, week, key)
        timed(settle_down, world, course, week, key)
        if week % 13 == 12:
            timed(end_of_quarter, world, course, doors, week // 13)
        if week % 26 == 25:
            timed(end_of_half_year, world)
        if week % WEEKS_PER_YEAR == WEEKS_PER_YEAR - 1:
            timed(end_of_year, world, week // WEEKS_PER_YEAR)
        place.week += 1
    return {name: seconds / awake * _NANO for name, seconds in spent.items()}


def _yardstick_ns() -> float:
    """Nanoseconds a person-week of bare arithmetic."""
    level = np.full((YARDSTICK_PEOPLE, N_NEEDS), 0.3)
    set_point = level.copy()
    keys = np.arange(YARDSTICK_PEOPLE, dtype=np.uint64)
    _bare_weeks(level, set_point, keys, 1)
    start = time.perf_counter()
    _bare_weeks(level, set_point, keys, YARDSTICK_WEEKS)
    return (time.perf_counter() - start) / (YARDSTICK_PEOPLE * YARDSTICK_WEEKS) * _NANO


@kernel
def _bare_weeks(level: Floats, set_point: Floats, keys: NDArray[np.uint64], weeks: int) -> int:
    """Nine needs, one event draw and one contact draw for everybody, week after week."""
    contacts = 0
    for week in range(weeks):
        base = np.uint64(week)
        for row in range(len(keys)):
            noise = bits(base, keys[row])
            rate = 0.0
            for k in range(N_NEEDS):
                step = np.float64((noise >> np.uint64(7 * k)) & np.uint64(127)) - 63.5
                level[row, k], set_point[row, k] = move_need(
                    level[row, k],
                    set_point[row, k],
                    0.0,
                    0.001 * step,
                    0.0,
                    0.1,
                    0.001,
                    0.6,
                    0.001,
                    0.0,
                )
                rate += 0.01 * level[row, k] * level[row, k]
            if uniform(base + np.uint64(weeks), keys[row]) < 0.001 * rate:
                level[row, 0] = 1.0
            contacts += poisson(rate, uniform(base + np.uint64(2 * weeks), keys[row]))
    return contacts


def _median(measure: Callable[[], float]) -> float:
    return float(np.median([measure() for _ in range(TIMES)]))


if __name__ == "__main__":
    main()
