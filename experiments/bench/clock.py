"""Stopwatches: processor time, medians of five, measured in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from agents.arrays import PeopleCount
from sim.model import Place

TIMES = 5
NANO = 1e9
T = TypeVar("T")


@dataclass(frozen=True)
class Spent:
    """What some weeks of a place took: seconds, and the person-weeks of the awake in them."""

    processor: float
    wall: float
    person_weeks: int

    @property
    def ns(self) -> float:
        """Nanoseconds of processor time an awake person-week."""
        return self.processor / self.person_weeks * NANO


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this thread for ``work``."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def run_and_time(place: Place, weeks: int) -> Spent:
    """Run a place for so many more weeks."""
    first = place.week
    processor, wall = time.thread_time(), time.perf_counter()
    place.run_to(first + weeks)
    processor, wall = time.thread_time() - processor, time.perf_counter() - wall
    awake = place.world.tally.people[first : place.week, PeopleCount.AWAKE].sum()
    return Spent(processor, wall, int(awake))


def in_turns(measures: Mapping[str, Callable[[], T]], times: int = TIMES) -> dict[str, list[T]]:
    """Measure A B C, A B C ...: what disturbs the machine disturbs them all."""
    found: dict[str, list[T]] = {name: [] for name in measures}
    for _ in range(times):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def median(values: list[float]) -> float:
    """The middle one."""
    return float(np.median(values))
