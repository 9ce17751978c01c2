"""What the task layer itself costs: tasks that take a known time and do nothing.

    python -m experiments.bench.tasks

They sleep rather than work, so that a busy machine changes little; each is of the size of a task of
the model. Overhead is the time by the clock beyond what the sleeping takes, on the same workers
after their start, and the processor time that the parent spends on a task.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from sim.tasks import Row, run_tasks

WORKERS: Final = 2
MEASURES: Final = 20
SIZES: Final = ((0.2, 300), (0.02, 2000), (2.0, 30))


@dataclass(frozen=True)
class Nap:
    """Seconds to sleep, and a number that makes the task another one."""

    seconds: float
    number: int


def nap(task: Nap) -> Row:
    """Sleep; give a row of the size that the model's task gives."""
    time.sleep(task.seconds)
    return {f"measure_{i}": float(task.number + i) for i in range(MEASURES)}


def main() -> None:
    """Print a line for each size of task, kept in a folder and not."""
    print(f"{WORKERS} workers\n  seconds  tasks  kept  overhead by the clock  parent, ms a task")
    for seconds, number in SIZES:
        for kept in (False, True):
            overhead, parent = measured(seconds, number, kept)
            print(f"{seconds:9g}{number:7d}  {'yes' if kept else 'no':4}"
                  f"{100 * overhead:20.1f}%{1e3 * parent:19.2f}")  # fmt: skip


def measured(seconds: float, number: int, kept: bool) -> tuple[float, float]:
    """Share of time beyond sleeping, after the first twentieth; the parent's seconds a task.

    In that time workers start.
    """
    tasks = [Nap(seconds, i) for i in range(number)]
    times: list[float] = []
    processor = process_time()
    with tempfile.TemporaryDirectory() as folder:
        run_tasks(
            nap, tasks, workers=WORKERS, folder=Path(folder) if kept else None,
            on_done=lambda _, __: times.append(perf_counter()),
        )  # fmt: skip
    parent = (process_time() - processor) / number
    early = max(4, number // 20)
    ideal = (number - early) * seconds / WORKERS
    return (times[-1] - times[early - 1]) / ideal - 1, parent


if __name__ == "__main__":
    main()
