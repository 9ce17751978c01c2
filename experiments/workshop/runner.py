"""The workers, and what they are asked: one run in front, others while nobody is waiting.

The run in front is the one on the screen. When another comes to the front, what is being simulated
is dropped within a quarter of a simulated year, and what was finished of it is kept: coming back
is instant. Worker w has the replicates w, w + workers, ...; each keeps those places warm.

When luck has settled, the run in front and doing nothing are run at plausible sets of the model's
own numbers too, as `upstream compare` does: last of all, and dropped at the next move.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import multiprocessing
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from experiments.pool import cores
from experiments.sets import Sets
from experiments.workshop.worker import Dropped, Failed, Ground, Progress, Task, work
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.cast import cast_of
from sim.model import warm_up_weeks
from sim.run import parting_week
from sim.tasks.workers import interrupts_held

REMEMBERED: Final = 60
"""Runs whose numbers are kept in memory; a run takes some 500 kB."""
LIMIT_MINUTES: Final = 10.0
"""A scenario that would take longer, for all its replicates, is refused."""


@dataclass(eq=False)
class Run:
    """One scenario being asked about, and what has come so far."""

    number: int
    key: str
    """What tells it from others: the text of its file."""
    name: str
    scenario: Scenario
    so_far: dict[int, Progress] = field(default_factory=dict)
    """By replicate, the latest year's; sets are numbered on from the last replicate."""
    refused: str = ""
    without_sets: bool = False
    """The model could not do it at other numbers; what is not known stays unsaid."""
    asked_at: float = field(default_factory=time.perf_counter)

    @property
    def years(self) -> int:
        """The horizon."""
        return self.scenario.years

    def done(self, replicate: int) -> bool:
        """Whether a replicate has been run to its end."""
        news = self.so_far.get(replicate)
        return news is not None and news.year == self.years


class Runner:
    """Asks the workers. Lives in the event loop's thread; ``tell`` is called there with news."""

    def __init__(
        self,
        base: Scenario,
        seed: int,
        replicates: int,
        workers: int | None,
        tell: Callable[[Run], None],
        parting: int = 0,
        limit_minutes: float = LIMIT_MINUTES,
        sets: Sets | None = None,
    ) -> None:
        self.seed, self.replicates = seed, replicates
        self.plausible = sets or Sets("", ())
        self.sets = len(sets.numbers) if sets else 0
        self._ground = Ground(base, seed, replicates, sets.numbers if sets else ())
        self.workers = min(workers or cores(), replicates)
        self.base = Run(0, "", base.name, base)
        self.front: Run | None = None
        self.foreseen: Run | None = None
        self.waiting: list[Run] = []
        self.remembered: OrderedDict[str, Run] = OrderedDict()
        self._tell, self._parting, self._limit = tell, parting, limit_minutes
        self._numbers = itertools.count(1)
        self._context = multiprocessing.get_context("spawn")
        self._generation: Any = self._context.Value("q", 0, lock=False)
        self._pipes: list[Any] = [None] * self.workers
        self._processes: list[Any] = [None] * self.workers
        self._busy: list[tuple[Run, int] | None] = [None] * self.workers
        self._closed = False

    def start(self) -> None:
        """Start the workers, who begin with doing nothing. Call in the event loop."""
        self._loop = asyncio.get_running_loop()
        for worker in range(self.workers):
            self._hire(worker)

    def close(self) -> None:
        """Let the workers go."""
        self._closed = True
        self._generation.value = -1
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            if pipe is not None:
                pipe.close()
            if process is not None:
                process.terminate()

    def ask(self, key: str, name: str, scenario: Scenario) -> Run:
        """Bring a scenario to the front; whatever else is being simulated is dropped."""
        run = self._run_of(key, name, scenario)
        run.asked_at = time.perf_counter()
        self.front, self.foreseen = run, None
        self._drop_others(run)
        self._set_to_work()
        return run

    def foresee(self, key: str, name: str, scenario: Scenario) -> None:
        """Begin what will probably be asked next, while a lever is still held."""
        run = self._run_of(key, name, scenario)
        if run is self.front or run is self.foreseen:
            return
        self.foreseen = run
        self._drop_others(run)
        self._set_to_work()

    def leave(self) -> None:
        """Nobody waits for the run in front any more."""
        self.front = self.foreseen = None

    def _drop_others(self, run: Run) -> None:
        if any(busy is not None and busy[0] is not run for busy in self._busy):
            self._generation.value += 1

    def later(self, key: str, name: str, scenario: Scenario) -> Run:
        """Have a scenario simulated when nobody is waiting for another."""
        run = self._run_of(key, name, scenario)
        if run not in self.waiting:
            self.waiting.append(run)
        self._set_to_work()
        return run

    def finished(self, run: Run) -> bool:
        """Whether all replicates of a run, and of doing nothing, are there."""
        return len(self.pairs(run)) == self.replicates

    def pairs(self, run: Run) -> list[int]:
        """The replicates that are whole in a run and in doing nothing."""
        return [r for r in range(self.replicates) if run.done(r) and self.base.done(r)]

    def sets_of(self, run: Run) -> list[int]:
        """The sets at which a run and doing nothing are whole, numbered on from the replicates."""
        numbers = range(self.replicates, self.replicates + self.sets)
        return [s for s in numbers if run.done(s) and self.base.done(s)]

    def early(self, run: Run) -> dict[int, Progress]:
        """What has come of a run's replicates, whole or not."""
        return {r: news for r, news in run.so_far.items() if r < self.replicates}

    def _run_of(self, key: str, name: str, scenario: Scenario) -> Run:
        run = self.remembered.pop(key, None) or Run(next(self._numbers), key, name, scenario)
        run.name = name
        self.remembered[key] = run
        while len(self.remembered) > REMEMBERED:
            self.remembered.popitem(last=False)
        return run

    def _hire(self, worker: int) -> None:
        ours, theirs = self._context.Pipe()
        arguments = (theirs, self._generation, self._ground)
        process = self._context.Process(target=work, args=arguments, daemon=True)
        with interrupts_held():
            process.start()
        theirs.close()
        self._pipes[worker], self._processes[worker] = ours, process
        threading.Thread(target=self._listen, args=(worker, ours), daemon=True).start()
        self._give(worker)

    def _listen(self, worker: int, pipe: Any) -> None:
        """In a thread of its own: hand on what a worker says, until it is gone."""
        while True:
            try:
                news = pipe.recv()
            except (EOFError, OSError):
                news = None
            if self._closed:
                return
            try:
                self._loop.call_soon_threadsafe(self._heard, worker, news)
            except RuntimeError:  # the loop has ended
                return
            if news is None:
                return

    def _heard(self, worker: int, news: Progress | Dropped | Failed | None) -> None:
        if self._closed:
            return
        busy = self._busy[worker]
        if news is None:  # the process died; another takes its place
            self._busy[worker] = None
            self._hire(worker)
            return
        run = busy[0] if busy else None
        assert run is not None and run.number == news.run
        if isinstance(news, Progress):
            run.so_far[news.replicate] = news
            self._check_time(run, news)
        elif isinstance(news, Dropped):
            run.so_far.pop(news.replicate, None)
        elif news.replicate >= self.replicates:
            run.without_sets = True
        else:
            run.refused = f"This is a fault in Upstream: {news.why}"
        ended = not isinstance(news, Progress) or news.year == run.years
        if ended:
            self._busy[worker] = None
        if not isinstance(news, Dropped) or run.refused:
            self._tell(run)
        if ended:
            self._set_to_work()

    def _check_time(self, run: Run, news: Progress) -> None:
        """Refuse what would take too long, once a year has shown how long that is."""
        if news.year > 1 or run is self.base or news.replicate >= self.replicates:
            return
        each = news.seconds * run.years
        minutes = each * self.replicates / self.workers / 60
        if minutes > self._limit:
            run.refused = (
                f"This scenario would take about {minutes:,.0f} minutes here, and the limit is "
                f"{self._limit:g}. Run it on the command line, or begin the workshop with --years."
            )
            self._generation.value += 1

    def _set_to_work(self) -> None:
        for worker in range(self.workers):
            self._give(worker)

    def _give(self, worker: int) -> None:
        """Give a free worker what is most wanted of its replicates."""
        if self._busy[worker] is not None or self._pipes[worker] is None or self._closed:
            return
        wanted = next(self._wanted(worker), None)
        if wanted is None:
            return
        run, replicate = wanted
        generation = self._generation.value
        keep = self._parting if run is self.base and self._parting else None
        cast = cast_of([self.base.scenario, run.scenario])
        years = replicate < self.replicates and not self.pairs(run)
        task = Task(run.number, generation, run.scenario, cast, replicate, keep, years)
        self._busy[worker] = (run, replicate)
        with contextlib.suppress(OSError):  # it has just died; its listener will say so
            self._pipes[worker].send_bytes(pickle.dumps(task))

    def _wanted(self, worker: int) -> Iterator[tuple[Run, int]]:
        """What this worker could do, the most wanted first."""
        own = range(worker, self.replicates, self.workers)
        sets = range(self.replicates + worker, self.replicates + self.sets, self.workers)
        if self.foreseen is not None:
            yield from self._lacking(self.foreseen, own[:1])
        for run in (self.front, None, *self.waiting):
            yield from self._lacking(run, own)
        for run in (self.front, None, *self.waiting):
            if not self.base.without_sets and not (run and run.without_sets):
                yield from self._lacking(run, sets)

    def _lacking(self, run: Run | None, numbers: range) -> Iterator[tuple[Run, int]]:
        for r in numbers:
            if not self.base.done(r):
                yield self.base, r
            if run is not None and not run.done(r) and not run.refused:
                yield run, r


def levers_act_in(base: Scenario, scenario: Scenario) -> int:
    """The week since the scenario's start in which a scenario parts from doing nothing."""
    week = parting_week(scenario) - warm_up_weeks(base)
    return min(week, base.years * WEEKS_PER_YEAR)
