"""The tasks of the questions: who does them, and where finished ones are kept.

`sim.tasks.model` sends names and numbers, and workers load the files. The questions of
commissioners change scenarios in ways that have no name (a change left out, a programme half as
strong), so here the scenario itself is sent. What a task is and gives is the same: a pure function
of it, at an address of its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from experiments.kept import store_of
from sim import tasks as layer

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Where:
    """Who does the work: so many processes of this machine, or the cluster at an address."""

    workers: int
    cluster: str | None = None
    store: Path | None = None
    """Where finished tasks are kept, if anywhere."""


HERE = Where(1)
"""In this process."""


def where_of(arguments: argparse.Namespace) -> Where:
    """As was asked for; without a word, one process a core."""
    return Where(arguments.workers or layer.cores(), arguments.cluster, store_of(arguments))


def run_tasks(
    function: Callable[[T], R],
    tasks: Sequence[T],
    *,
    where: Where = HERE,
    on_done: Callable[[int, R], None] = lambda i, result: None,
) -> list[R]:
    """Do ``function``, which is importable by name, to every task; results in their order."""
    return layer.run_tasks(
        function, tasks, workers=where.workers, cluster=where.cluster, folder=where.store,
        on_done=on_done,
    )  # fmt: skip
