"""Replicates on a pool of processes.

One task is one replicate of all scenarios of a comparison: they share the warm-up and their draws.
Tasks depend on nothing but their arguments, and results are ordered by replicate, so the number of
workers changes the time and nothing else. Finished replicates are kept in a folder, where one is
given, and what is found there is not done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from experiments.kept import Asked, numbered, results_in, row_of
from experiments.sets import at_numbers
from scenarios.resolved import Scenario
from sim.results import RunResult
from sim.tasks import TaskFolder, address, said
from sim.tasks.run import Stopped, do_all
from sim.tasks.workers import cores

__all__ = ["Finished", "Task", "cores", "run_asked"]

Task = Callable[[Sequence[Scenario], int, int], list[RunResult]]
"""Runs (scenarios, seed, replicate); must be importable by name, for it goes to other processes."""
Known = Callable[[int], list[RunResult] | None]
"""The results of a run that was found in the store; None where it was not."""
Keep = Callable[[int, list[RunResult]], None]


@dataclass(frozen=True)
class Finished:
    """The replicates that were finished, in order, and what stopped the others, if anything."""

    replicates: tuple[int, ...]
    results: tuple[RunResult, ...]
    stopped_by: BaseException | None


@dataclass(frozen=True)
class Replicate:
    """One run, as it goes to a worker."""

    task: Task
    asked: Asked


def run_asked(
    task: Task,
    asked: Sequence[Asked],
    workers: int,
    on_done: Callable[[], None],
    cluster: str | None = None,
    enough: Callable[[list[RunResult]], bool] | None = None,
    store: Path | None = None,
) -> Finished:
    """Do all runs; with one worker in this process, else on a pool or a cluster.

    Results are numbered by the run's position. ``enough`` is shown each in their order, and ends it
    all by saying so; what others finished beyond that is left out, so that results do not depend
    on the number of workers. With ``store``, finished runs are kept there, and not done again.

    ``on_done`` is called after each run. Nothing is raised but for a store that cannot be used:
    whatever stopped the run, be it Ctrl-C, the death of a worker or a fault in the task, is handed
    back with what is finished.
    """
    done: dict[int, list[RunResult]] = {}
    stopped_by: BaseException | None = None
    shown, last = 0, len(asked)

    def finished(number: int, results: list[RunResult]) -> None:
        nonlocal shown, last
        if number in done:
            return
        done[number] = numbered(results, number)
        keep(number, results)
        while enough is not None and shown in done and last == len(asked):
            shown += 1
            if enough(done[shown - 1]):
                last = shown
        on_done()
        if last < len(asked):
            raise Stopped

    with _kept(task, asked, store) as (known, keep):
        try:
            found = {i: results for i in range(len(asked)) if (results := known(i)) is not None}
            for number, results in found.items():
                finished(number, results)
            left = [i for i in range(len(asked)) if i not in found]
            tasks = [Replicate(task, each) for each in asked]
            do_all(_run, tasks, left, workers, cluster, finished, tries=1)
        except Stopped:
            done = {number: done[number] for number in range(last)}
        except (KeyboardInterrupt, Exception) as error:
            stopped_by = error
    order = tuple(sorted(done))
    return Finished(order, tuple(result for r in order for result in done[r]), stopped_by)


@contextmanager
def _kept(task: Task, asked: Sequence[Asked], store: Path | None) -> Iterator[tuple[Known, Keep]]:
    """How to look a run up in the store, and how to put one there; without one, nothing is."""
    if store is None:
        yield lambda number: None, lambda number, results: None
        return
    addresses = [address(task, each) for each in asked]
    with TaskFolder(store) as folder:

        def known(number: int) -> list[RunResult] | None:
            here = addresses[number]
            return results_in(folder[here], asked[number].scenarios) if here in folder else None

        def keep(number: int, results: list[RunResult]) -> None:
            folder.add(addresses[number], said(asked[number]), row_of(results))

        yield known, keep


def _run(replicate: Replicate) -> list[RunResult]:
    asked = replicate.asked
    scenarios: Sequence[Scenario] = asked.scenarios
    if asked.numbers:
        scenarios = [at_numbers(scenario, asked.numbers) for scenario in scenarios]
    return replicate.task(scenarios, asked.seed, asked.replicate)
