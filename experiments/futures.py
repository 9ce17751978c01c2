"""Futures: sets of the model's uncertain numbers, and a comparison lived in each.

Where something may fail is looked for in futures spread wide: numbers are drawn from the ranges of
the register, each by itself, as likely below today's value as above it, and evenly on either side.
How probable a thing is, is asked of what calibration leaves plausible, of the place or of the
calibrated place most like it. Every future also has its own luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agents.arrays import Floats
from experiments.indices import two_sided
from experiments.jobs import Where, run_tasks
from experiments.paired import Worlds, live
from experiments.sets import at_numbers, nearest_ensemble
from scenarios.resolved import Scenario
from scenarios.uncertain import Uncertain, uncertain_numbers


@dataclass(frozen=True)
class Future:
    """Some scenarios in one future."""

    scenarios: tuple[Scenario, ...]
    numbers: tuple[tuple[str, float], ...]
    measures: tuple[str, ...]
    seed: int
    replicate: int


@dataclass(frozen=True, eq=False)
class Futures:
    """What was drawn, and what came of it."""

    names: tuple[str, ...]
    numbers: Floats
    """[futures, names]"""
    found: Floats
    """[futures, scenarios, measures, 1 + years]"""


def parameter_sets(scenario: Scenario, n: int, seed: int) -> list[dict[str, float]]:
    """``n`` sets of the scenario's uncertain numbers, by a Latin hypercube over their ranges."""
    from scipy.stats import qmc

    uncertain = list(relevant(scenario).values())
    u = qmc.LatinHypercube(len(uncertain), rng=np.random.default_rng(seed)).random(n)
    return [
        {
            x.name: two_sided(float(p), x.low, x.value, x.high)
            for x, p in zip(uncertain, row, strict=True)
        }
        for row in u
    ]  # fmt: skip


def plausible_sets(scenario: Scenario, n: int, seed: int) -> list[dict[str, float]]:
    """``n`` sets of the place's ensemble, or of the place most like it, with prices drawn."""
    ensemble = nearest_ensemble(scenario)
    drawn = parameter_sets(scenario, n, seed)
    chosen = ensemble.choose(n, seed)
    return [row | ensemble.settings(i) for row, i in zip(drawn, chosen, strict=True)]


def relevant(scenario: Scenario) -> dict[str, Uncertain]:
    """The uncertain numbers that this scenario's runs can feel."""
    pathway = scenario.crisis_door == "pathway"
    every = uncertain_numbers(scenario.evidence)
    return {k: v for k, v in every.items() if pathway or not k.startswith("crisis_pathway.")}


def live_future(task: Future) -> Floats:
    """[scenarios, measures, 1 + years] with the numbers of this future."""
    scenarios = tuple(at_numbers(s, task.numbers) for s in task.scenarios)
    return live(Worlds(scenarios, task.measures, task.seed, task.replicate))


def live_futures(
    scenarios: Sequence[Scenario],
    sets: Sequence[Mapping[str, float]],
    measures: Sequence[str],
    seed: int,
    where: Where,
    advance: Callable[[], None],
) -> Futures:
    """Every set is one future with its own luck."""
    tasks = [
        Future(tuple(scenarios), tuple(numbers.items()), tuple(measures), seed, i)
        for i, numbers in enumerate(sets)
    ]
    found = run_tasks(live_future, tasks, where=where, on_done=lambda i, r: advance())
    names = tuple(sets[0])
    return Futures(names, np.array([[s[n] for n in names] for s in sets]), np.array(found))
