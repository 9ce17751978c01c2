"""Replicates on a pool of processes.

One task is one replicate of all scenarios of a comparison: they share the warm-up and their draws.
Tasks depend on nothing but their arguments, and results are ordered by replicate, so the number of
workers changes the time and nothing else.

Ctrl-C is the parent's matter: workers never see it. The parent ends them and keeps the replicates
that are finished.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait

from scenarios.resolved import Scenario
from sim.results import RunResult

Task = Callable[[Sequence[Scenario], int, int], list[RunResult]]
"""Runs (scenarios, seed, replicate); must be importable by name, for it goes to other processes."""


@dataclass(frozen=True)
class Finished:
    """The replicates that were finished, in order, and what stopped the others, if anything."""

    replicates: tuple[int, ...]
    results: tuple[RunResult, ...]
    stopped_by: BaseException | None


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_replicates(
    task: Task,
    scenarios: Sequence[Scenario],
    seed: int,
    replicates: int,
    workers: int,
    on_done: Callable[[], None],
) -> Finished:
    """Run all replicates; with one worker in this process, else on a pool.

    ``on_done`` is called after each replicate. Nothing is raised: whatever stopped the run, be it
    Ctrl-C, the death of a worker or a fault in the task, is handed back with what is finished.
    """
    done: dict[int, list[RunResult]] = {}
    stopped_by: BaseException | None = None
    workers = min(workers, replicates)
    try:
        if workers == 1:
            _run_here(task, scenarios, seed, replicates, on_done, done)
        else:
            _run_on_pool(task, scenarios, seed, replicates, workers, on_done, done)
    except (KeyboardInterrupt, Exception) as error:
        stopped_by = error
    order = tuple(sorted(done))
    return Finished(order, tuple(result for r in order for result in done[r]), stopped_by)


def _run_here(
    task: Task,
    scenarios: Sequence[Scenario],
    seed: int,
    replicates: int,
    on_done: Callable[[], None],
    done: dict[int, list[RunResult]],
) -> None:
    """Fill ``done``; on an exception it holds what was finished before."""
    for replicate in range(replicates):
        done[replicate] = task(scenarios, seed, replicate)
        on_done()


def _run_on_pool(
    task: Task,
    scenarios: Sequence[Scenario],
    seed: int,
    replicates: int,
    workers: int,
    on_done: Callable[[], None],
    done: dict[int, list[RunResult]],
) -> None:
    """Fill ``done``; on an exception it holds what was finished before."""
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare_worker)
    futures: dict[Future[list[RunResult]], int] = {}
    try:
        with _interrupts_held():
            for replicate in range(replicates):
                futures[executor.submit(task, scenarios, seed, replicate)] = replicate
        for future in as_completed(futures):
            future.result()
            on_done()
    except BaseException:
        # Futures are not cancelled first: a pool that breaks with cancelled futures in it may hang
        # (CPython issue 107219). Without workers, all that is unfinished fails at once.
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        executor.shutdown(wait=True)
        done.update({futures[f]: f.result() for f in futures if f.done() and not f.exception()})


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while workers start: they inherit the mask, and so never see one.

    A Ctrl-C in the meantime is not lost; it arrives on leaving.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare_worker() -> None:
    """A worker leaves Ctrl-C to its parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
