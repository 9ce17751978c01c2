"""Replicates on a pool of processes.

One task is one replicate of all scenarios of a comparison: they share the warm-up and their draws.
Tasks depend on nothing but their arguments, and results are ordered by replicate, so the number of
workers changes the time and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scenarios.resolved import Scenario
from sim.results import RunResult
from sim.tasks.run import Stopped, do_all
from sim.tasks.workers import cores

__all__ = ["Finished", "Task", "cores", "run_replicates"]

Task = Callable[[Sequence[Scenario], int, int], list[RunResult]]
"""Runs (scenarios, seed, replicate); must be importable by name, for it goes to other processes."""


@dataclass(frozen=True)
class Finished:
    """The replicates that were finished, in order, and what stopped the others, if anything."""

    replicates: tuple[int, ...]
    results: tuple[RunResult, ...]
    stopped_by: BaseException | None


@dataclass(frozen=True)
class Replicate:
    """One replicate, as it goes to a worker."""

    task: Task
    scenarios: Sequence[Scenario]
    seed: int
    number: int


def run_replicates(
    task: Task,
    scenarios: Sequence[Scenario],
    seed: int,
    replicates: int,
    workers: int,
    on_done: Callable[[], None],
    cluster: str | None = None,
    enough: Callable[[list[RunResult]], bool] | None = None,
) -> Finished:
    """Run all replicates; with one worker in this process, else on a pool or a cluster.

    ``enough`` is shown each replicate in their order, and ends the run by saying so; what others
    finished beyond that is left out, so that results do not depend on the number of workers.

    ``on_done`` is called after each replicate. Nothing is raised: whatever stopped the run, be it
    Ctrl-C, the death of a worker or a fault in the task, is handed back with what is finished.
    """
    done: dict[int, list[RunResult]] = {}
    stopped_by: BaseException | None = None
    tasks = [Replicate(task, scenarios, seed, number) for number in range(replicates)]
    shown, last = 0, replicates

    def finished(number: int, results: list[RunResult]) -> None:
        nonlocal shown, last
        if number in done:
            return
        done[number] = results
        while enough is not None and shown in done and last == replicates:
            shown += 1
            if enough(done[shown - 1]):
                last = shown
        on_done()
        if last < replicates:
            raise Stopped

    try:
        do_all(_run, tasks, range(replicates), workers, cluster, finished, tries=1)
    except Stopped:
        done = {number: done[number] for number in range(last)}
    except (KeyboardInterrupt, Exception) as error:
        stopped_by = error
    order = tuple(sorted(done))
    return Finished(order, tuple(result for r in order for result in done[r]), stopped_by)


def _run(replicate: Replicate) -> list[RunResult]:
    return replicate.task(replicate.scenarios, replicate.seed, replicate.number)
