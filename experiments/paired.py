"""Many scenarios over the same people, replicate by replicate: what most questions are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agents.arrays import Floats
from experiments.cohort import without_changes
from experiments.jobs import Where, run_tasks
from scenarios.resolved import Scenario
from sim.run import run_replicate

OVERALL = 0
"""The place of the whole horizon's value, before those of the years."""


@dataclass(frozen=True)
class Worlds:
    """One replicate of some scenarios, and what is to be measured in each."""

    scenarios: tuple[Scenario, ...]
    measures: tuple[str, ...]
    seed: int
    replicate: int


def live(task: Worlds) -> Floats:
    """[scenarios, measures, 1 + years] the whole horizon first, then each year."""
    found = []
    for result in run_replicate(task.scenarios, task.seed, task.replicate):
        at = {name: i for i, name in enumerate(result.names)}
        rows = [at[measure] for measure in task.measures]
        found.append(np.column_stack([result.overall[rows], result.per_year[rows]]))
    return np.array(found)


def live_all(
    scenarios: Sequence[Scenario],
    measures: Sequence[str],
    seed: int,
    replicates: int,
    where: Where,
    advance: Callable[[], None],
) -> Floats:
    """[replicates, scenarios, measures, 1 + years]"""
    tasks = [Worlds(tuple(scenarios), tuple(measures), seed, r) for r in range(replicates)]
    return np.array(run_tasks(live, tasks, where=where, on_done=lambda i, r: advance()))


def nothing_changed(scenario: Scenario) -> Scenario:
    """The same place over the same years, and no change; its teams remain as names only."""
    return replace(without_changes(scenario), name="do_nothing", title="Doing nothing", costs=())
