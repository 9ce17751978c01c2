"""One warm process: it keeps the place as it stood before any change, and lives on from there.

For each of its replicates a worker keeps the place at the scenario's start and, once doing nothing
has been run, at the week in which the levers act. So only the weeks after a change are simulated.
Between quarters it looks whether anybody still waits for the answer.

What is not known is asked in the same way: after the replicates' numbers come those of plausible
sets of the model's own numbers, as in `experiments.sets`. Each has a warm-up of its own.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any, cast

from experiments.kept import Numbers
from experiments.sets import at_numbers
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.cast import Cast
from sim.metrics import Measures, measure
from sim.model import Place, Snapshot, warm_up_weeks
from sim.run import parting_week, person_weeks_of
from sim.tasks.workers import leave_interrupts_to_the_parent
from sim.warm import main as compile_kernels
from sim.week import one_week

QUARTER = 13
ROOM_FOR_TEAMS = 6
POLITE = 5
"""Workers stand back behind the process that answers the page and the phones."""


@dataclass(frozen=True)
class Task:
    """One replicate of one scenario."""

    run: int
    generation: int
    """The task is dropped when another generation is being waited for."""
    scenario: Scenario
    cast: Cast
    replicate: int
    """Sets of numbers are numbered on from the last replicate."""
    keep_at: int | None = None
    """Doing nothing keeps the place as it stands in this week since the scenario's start."""
    tell_years: bool = True
    """Whether somebody wants to hear of each year, or of the last alone."""


@dataclass(frozen=True)
class Progress:
    """What is known after a whole year: measures as if the run ended there."""

    run: int
    replicate: int
    year: int
    names: tuple[str, ...]
    per_year: Any
    overall: Any
    person_weeks: int
    seconds: float


@dataclass(frozen=True)
class Dropped:
    """Nobody waited any more."""

    run: int
    replicate: int


@dataclass(frozen=True)
class Failed:
    """The model could not do it: a fault of ours."""

    run: int
    replicate: int
    why: str


@dataclass(frozen=True)
class Ground:
    """What all tasks of a workshop stand on."""

    base: Scenario
    seed: int
    replicates: int
    sets: tuple[Numbers, ...] = ()

    def luck(self, number: int) -> int:
        """The replicate whose random numbers a replicate or a set has."""
        return number if number < self.replicates else (number - self.replicates) % self.replicates

    def at(self, scenario: Scenario, number: int) -> Scenario:
        """The scenario as it stands for a replicate, or at the numbers of a set."""
        if number < self.replicates:
            return scenario
        return at_numbers(scenario, self.sets[number - self.replicates])


@dataclass
class Kept:
    """A place of one replicate to live on from: once levers act later than at the scenario's start,
    the place at its start is let go of, for each takes some 60 MB. A scenario that needs it waits
    for the warm-up again."""

    start: Snapshot | None = None
    parting: Snapshot | None = None
    warming: Place | None = None
    """A warm-up that was broken off, to go on with."""


def work(pipe: Connection, generation: Any, ground: Ground) -> None:
    """Do what comes down the pipe, until it is closed. The main function of a process."""
    leave_interrupts_to_the_parent()
    if hasattr(os, "nice"):
        os.nice(POLITE)
    if not getattr(one_week, "signatures", True):
        compile_kernels()
    kept: dict[int, Kept] = {}
    while True:
        try:
            task: Task = pickle.loads(pipe.recv_bytes())
        except EOFError:
            return
        for news in _carry_out(task, generation, ground, kept):
            pipe.send(news)


def _carry_out(
    task: Task, generation: Any, ground: Ground, kept: dict[int, Kept]
) -> Iterator[Progress | Dropped | Failed]:
    try:
        yield from live(task, generation, ground, kept)
    except Exception as error:
        yield Failed(task.run, task.replicate, f"{type(error).__name__}: {error}")


def live(
    task: Task, generation: Any, ground: Ground, kept: dict[int, Kept]
) -> Iterator[Progress | Dropped]:
    """Simulate a task year by year, and tell what each year brought, if it is wanted."""

    def dropped() -> bool:
        return bool(generation.value != task.generation)

    begun = time.perf_counter()
    place = _begin(task, ground, kept.setdefault(task.replicate, Kept()), dropped)
    if place is None:
        yield Dropped(task.run, task.replicate)
        return
    years = task.scenario.years
    for year in range(1, years + 1):
        if not _lived(place, year, task, kept, dropped):
            yield Dropped(task.run, task.replicate)
            return
        if not task.tell_years and year < years:
            continue
        found = so_far(place, year, task.cast)
        weeks = person_weeks_of(place) if year == years else 0
        seconds = time.perf_counter() - begun
        yield Progress(task.run, task.replicate, year, found.names, found.per_year,
                       found.overall, weeks, seconds)  # fmt: skip


def _lived(
    place: Place, year: int, task: Task, kept: dict[int, Kept], dropped: Callable[[], bool]
) -> bool:
    """Live to the end of a year; false if nobody waits any more."""
    end = place.warm_up_weeks + year * WEEKS_PER_YEAR
    keep_at = None if task.keep_at is None else place.warm_up_weeks + task.keep_at
    while place.week < end:
        place.run_to(min(end, place.week + QUARTER))
        if place.week == keep_at:
            kept[task.replicate] = Kept(None, place.snapshot())
        if dropped():
            return False
    return True


def so_far(place: Place, years: int, cast_: Cast) -> Measures:
    """The measures of a place as if its run ended with this year."""
    weeks = place.warm_up_weeks + years * WEEKS_PER_YEAR
    world: Any = place.world
    shorter = SimpleNamespace(
        scenario=replace(place.scenario, years=years),
        key=place.key,
        warm_up_weeks=place.warm_up_weeks,
        weeks=weeks,
        budget_pence=place.budget_pence[:weeks],
        crisis_pence=None if place.crisis_pence is None else place.crisis_pence[:weeks],
        world=world._replace(
            tally=world.tally[:weeks],
            quarters=world.quarters[: weeks // QUARTER],
            years=world.years[: weeks // WEEKS_PER_YEAR],
        ),
    )
    return measure(cast(Place, shorter), cast_)


def _begin(task: Task, ground: Ground, kept: Kept, dropped: Callable[[], bool]) -> Place | None:
    """The place as late as it can be had before the scenario's first change; None if dropped."""
    luck = ground.luck(task.replicate)
    scenario, base = (ground.at(s, task.replicate) for s in (task.scenario, ground.base))
    if (scenario.evidence, scenario.crisis_door) != (base.evidence, base.crisis_door):
        return Place(scenario, ground.seed, luck, ROOM_FOR_TEAMS)
    late = kept.parting
    if late is not None and task.keep_at is None and parting_week(scenario) >= late.week:
        return Place(scenario, ground.seed, luck, ROOM_FOR_TEAMS, late)
    if kept.start is None and not _warmed(kept, base, ground.seed, luck, dropped):
        return None
    return Place(scenario, ground.seed, luck, ROOM_FOR_TEAMS, kept.start)


def _warmed(kept: Kept, base: Scenario, seed: int, luck: int, dropped: Callable[[], bool]) -> bool:
    """Bring the place to the scenario's start; false if nobody waits, and then it goes on later."""
    trunk = kept.warming = kept.warming or Place(base, seed, luck, ROOM_FOR_TEAMS)
    end = warm_up_weeks(base)
    while trunk.week < end:
        trunk.run_to(min(end, trunk.week + QUARTER))
        if dropped():
            return False
    kept.start, kept.warming = trunk.snapshot(), None
    trunk.let_go()
    return True
