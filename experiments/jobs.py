"""Independent tasks on a local pool of processes; the results come in the order of the tasks."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

from experiments.pool import _interrupts_held, _prepare_worker

T = TypeVar("T")
R = TypeVar("R")


def run_tasks(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    workers: int = 1,
    on_done: Callable[[int, R], None] = lambda i, result: None,
) -> list[R]:
    """Do ``function`` to every task. An exception or Ctrl-C ends it all."""
    found: dict[int, R] = {}
    if min(workers, len(tasks)) <= 1:
        for i, task in enumerate(tasks):
            found[i] = function(task)
            on_done(i, found[i])
        return [found[i] for i in range(len(tasks))]
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare_worker)
    try:
        with _interrupts_held():
            futures = {pool.submit(function, task): i for i, task in enumerate(tasks)}
        for future in as_completed(futures):
            found[futures[future]] = future.result()
            on_done(futures[future], future.result())
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True)
    return [found[i] for i in range(len(tasks))]
