"""Do tasks, wherever and in whatever order, and give their results in the order of the tasks."""

from __future__ import annotations

import pickle
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Generic, TypeVar

from scenarios.problems import InputError, Problem
from sim.tasks.address import address, fingerprint, said
from sim.tasks.folder import TaskFolder
from sim.tasks.workers import Crew, Interrupts, crew_of, interrupts_held

T = TypeVar("T")
R = TypeVar("R")
BATCH_SECONDS = 0.5
"""Small tasks are sent together, so many that a batch takes about this long."""
LARGEST_BATCH = 200
LOOK_UP_SECONDS = 0.2
"""While waiting for workers, see so often whether there was a Ctrl-C."""
TRIES = 5
"""A task in whose company workers died so often is held to be what kills them."""


class Stopped(Exception):  # noqa: N818 - a request, not an error
    """Raised by ``on_done`` when enough is known: the tasks that are left are not done."""


@dataclass(frozen=True)
class Batch(Generic[R]):
    """What became of tasks sent together: results of the first of them, all unless one failed."""

    results: list[R]
    error: Exception | None
    seconds: float


def run_tasks(
    function: Callable[[T], R],
    tasks: Iterable[T],
    *,
    workers: int = 1,
    folder: Path | None = None,
    cluster: str | None = None,
    on_done: Callable[[int, R], None] | None = None,
) -> list[R]:
    """Do ``function`` to every task; the results come in the order of the tasks.

    ``function`` is importable by name and depends on its task alone. With ``folder``, what is
    finished is kept there and what is found there is not done again. ``on_done`` gets the position
    and result of each as it becomes known, those found first. An exception of a task, the death of
    a task's workers or Ctrl-C ends it all; what was finished by then is in the folder.
    """
    tasks = list(tasks)
    addresses = [address(function, task) for task in tasks]
    twins: dict[str, list[int]] = {}
    for i, known in enumerate(addresses):
        twins.setdefault(known, []).append(i)
    done: dict[str, R] = {}
    with ExitStack() as stack:
        kept = stack.enter_context(TaskFolder(folder)) if folder is not None else None

        def finished(i: int, result: R) -> None:
            if addresses[i] in done:
                return
            if kept is not None:
                kept.add(addresses[i], said(tasks[i]), result)
            done[addresses[i]] = result
            for same in twins[addresses[i]] if on_done is not None else ():
                on_done(same, result)  # type: ignore[misc]  # not None: see the line above

        for known in [known for known in twins if kept is not None and known in kept]:
            finished(twins[known][0], kept[known])  # type: ignore[index]
        left = [same[0] for known, same in twins.items() if known not in done]
        do_all(function, tasks, left, workers, cluster, finished)
    return [done[known] for known in addresses]


def do_all(
    function: Callable[[T], R],
    tasks: Sequence[T],
    which: Sequence[int],
    workers: int,
    cluster: str | None,
    finished: Callable[[int, R], None],
    tries: int = TRIES,
) -> None:
    """Do the tasks at positions ``which``, and call ``finished`` with each position and result.

    On an exception, what other workers have finished by then is handed to ``finished`` too; it may
    get the same one twice.
    """
    workers = min(workers, len(which))
    if not which:
        return
    if cluster is None and workers <= 1:
        for i in which:
            result = function(tasks[i])
            with Interrupts():
                finished(i, result)
        return
    _Dispatch(function, tasks, deque(which), crew_of(workers, cluster), finished, tries,
              fingerprint() if cluster else "").do()  # fmt: skip


@dataclass
class _Dispatch(Generic[T, R]):
    """Tasks on their way to workers and back."""

    function: Callable[[T], R]
    tasks: Sequence[T]
    queue: deque[int]
    crew: Crew
    finished: Callable[[int, R], None]
    tries: int
    code: str
    flying: dict[Future[Batch[R]], list[int]] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    spent: float = 0.0
    through: int = 0

    def do(self) -> None:
        """Until none is left."""
        now = True
        with Interrupts() as interrupts:
            try:
                while self.queue or self.flying:
                    interrupts.check()
                    with interrupts_held():
                        self._send()
                    self._receive()
                now = False
            finally:
                self.crew.end(now)
                self._rescue()

    def _send(self) -> None:
        """Keep two batches for every worker under way, so that none waits for us."""
        room = 2 * self.crew.size()
        try:
            while self.queue and len(self.flying) < room:
                batch = [self.queue.popleft() for _ in range(self._batch_size(room))]
                tasks = [self.tasks[i] for i in batch]
                try:
                    packed = _packed(self.function, tasks)
                    sent = self.crew.executor.submit(do_batch, packed, self.code)
                except BaseException:
                    self.queue.extendleft(reversed(batch))
                    raise
                self.flying[sent] = batch
        except BrokenProcessPool:
            self._start_anew()

    def _batch_size(self, room: int) -> int:
        """Small tasks together, but never so many that workers stand idle at the end."""
        mean = self.spent / self.through if self.through else BATCH_SECONDS
        fair = -(-len(self.queue) // room)
        return max(1, min(fair, LARGEST_BATCH, int(BATCH_SECONDS / max(mean, 1e-6))))

    def _receive(self) -> None:
        if not self.flying:
            return
        arrived, _ = wait(self.flying, LOOK_UP_SECONDS, FIRST_COMPLETED)
        for future in sorted(arrived, key=lambda f: self.flying[f]):
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                self._start_anew()
                return
            if error is not None:
                raise error
            self._deliver(future)

    def _deliver(self, future: Future[Batch[R]]) -> None:
        batch = future.result()
        self.spent += batch.seconds
        self.through += len(batch.results)
        for i, result in zip(self.flying[future], batch.results, strict=False):
            self.finished(i, result)
        del self.flying[future]
        if batch.error is not None:
            raise batch.error

    def _start_anew(self) -> None:
        """A worker died: with new ones, what was under way is done again, up to some times."""
        for future in [f for f in self.flying if f.done() and not f.exception()]:
            self._deliver(future)
        lost = sorted(i for batch in self.flying.values() for i in batch)
        self.flying.clear()
        for i in lost:
            self.deaths[i] = self.deaths.get(i, 0) + 1
        if max((self.deaths[i] for i in lost), default=0) >= self.tries:
            raise BrokenProcessPool("workers died again and again in the same tasks")
        self.queue.extendleft(reversed(lost))
        self.crew.renew()

    def _rescue(self) -> None:
        """After an early end: hand over what had arrived and nobody had looked at yet."""
        for future, positions in self.flying.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                with suppress(Stopped):
                    for i, result in zip(positions, future.result().results, strict=False):
                        self.finished(i, result)


def _packed(function: Callable[[T], R], tasks: Sequence[T]) -> bytes:
    """To be unpacked by the worker's work itself: a worker that has no memory to load what it needs
    hands that back, where else Python would print a traceback of its own."""
    return pickle.dumps((function, tasks))


def do_batch(packed: bytes, code: str) -> Batch[Any]:
    """A worker's work: some tasks, one after the other; a failure ends them, and is handed back."""
    if code and code != fingerprint():
        rule = "a worker of the cluster has another version of Upstream"
        raise InputError([Problem("--cluster", None, "", "", rule, "install the same on all")])
    begun = perf_counter()
    results: list[Any] = []
    try:
        function, tasks = pickle.loads(packed)
        for task in tasks:
            results.append(function(task))
    except Exception as error:
        error.add_note("in a worker:\n" + traceback.format_exc())
        return Batch(results, error, perf_counter() - begun)
    return Batch(results, None, perf_counter() - begun)
