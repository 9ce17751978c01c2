"""Tasks that carry whole scenarios, done by the task layer.

`sim.tasks` sends names and numbers, and workers load the files. The questions of commissioners
change scenarios in ways that have no name (a change left out, a programme half as strong), so here
the scenario itself is sent, as bytes. What a task is and gives is the same: a pure function of it.
"""

from __future__ import annotations

import argparse
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


@dataclass(frozen=True)
class Where:
    """Who does the work: so many processes of this machine, or the cluster at an address."""

    workers: int
    cluster: str | None = None


HERE = Where(1)
"""In this process."""


def where_of(arguments: argparse.Namespace) -> Where:
    """As was asked for; without a word, one process a core."""
    return Where(arguments.workers or layer.cores(), arguments.cluster)


def do_job(job: Job) -> Any:
    """Do it."""
    function = getattr(importlib.import_module(job.module), job.function)
    return function(pickle.loads(base64.b64decode(job.task)))


def run_tasks(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    where: Where = HERE,
    on_done: Callable[[int, R], None] = lambda i, result: None,
) -> list[R]:
    """Do ``function``, which is importable by name, to every task; results in their order."""
    sent = [
        Job(function.__module__, function.__qualname__,
            base64.b64encode(pickle.dumps(task)).decode())
        for task in tasks
    ]  # fmt: skip
    return layer.run_tasks(
        do_job, sent, workers=where.workers, cluster=where.cluster, on_done=on_done
    )
