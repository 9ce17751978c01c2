"""Where the time of a week goes, phase by phase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from time import thread_time
from typing import Any

import numpy as np

from agents.arrays import Count
from agents.doors import allocate, front_door
from agents.lifecourse import follow_calendar
from agents.needs import live
from agents.recount import end_of_half_year, end_of_quarter, end_of_year
from agents.settling import settle_down
from agents.support import support_and_review
from agents.teams import teams
from experiments.bench.clock import NANO, TIMES
from experiments.bench.places import SEED
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.model import WEEKS_BETWEEN_SORTS, Place, Snapshot
from sim.world import sort_cases, with_room

WEEKS = 2 * WEEKS_PER_YEAR


def phases(scenario: Scenario, snapshot: Snapshot) -> list[tuple[str, float]]:
    """Median nanoseconds an awake person-week of each phase, called one by one, longest first."""
    runs = [_once(scenario, snapshot) for _ in range(TIMES)]
    medians = {name: float(np.median([run[name] for run in runs])) for name in runs[0]}
    return sorted(medians.items(), key=lambda item: -item[1])


def _once(scenario: Scenario, snapshot: Snapshot) -> dict[str, float]:
    """The steps of `Place.step` and `sim.week.one_week`, each with a stopwatch."""
    place = Place(scenario, SEED, 0, 0, resume=snapshot)
    spent: defaultdict[str, float] = defaultdict(float)

    def timed(step: Callable[..., Any], *given: object) -> Any:
        start = thread_time()
        result = step(*given)
        spent[step.__name__.strip("_")] += thread_time() - start
        return result

    awake = 0
    for week in range(place.week, place.week + WEEKS):
        if week % WEEKS_BETWEEN_SORTS == 0:
            timed(sort_cases, place.world)
        due = timed(place._due)
        place.world = with_room(place.world, len(due), int(place.course.arrivals) + 1)
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
    return {name: seconds / awake * NANO for name, seconds in spent.items()}
