"""Tasks that carry whole scenarios, done by the task layer.

`sim.tasks` sends names and numbers, and workers load the files. The questions of commissioners
change scenarios in ways that have no name (a change left out, a programme half as strong), so here
the scenario itself is sent, as bytes. What a task is and gives is the same: a pure function of it.
"""

from __future__ import annotations

import base64
import importlib
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sim import tasks as layer

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Job:
    """A function by name, and its task as text."""

    module: str
    function: str
    task: str


def do_job(job: Job) -> Any:
    """Do it."""
    function = getattr(importlib.import_module(job.module), job.function)
    return function(pickle.loads(base64.b64decode(job.task)))


def run_tasks(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    workers: int = 1,
    on_done: Callable[[int, R], None] = lambda i, result: None,
) -> list[R]:
    """Do ``function``, which is importable by name, to every task; results in their order."""
    sent = [
        Job(function.__module__, function.__qualname__,
            base64.b64encode(pickle.dumps(task)).decode())
        for task in tasks
    ]  # fmt: skip
    return layer.run_tasks(do_job, sent, workers=workers, on_done=on_done)
