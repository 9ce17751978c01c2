"""`upstream sweep`: one or two quantities over a grid, and what that does to a measure.

Everything is a paired difference: from AGAINST where that is given, else from the scenario as it
stands. Points of the grid share a warm-up, so that twelve of them cost little more than four runs.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.asking import NET_BENEFIT, Question, question_of, value_in
from experiments.commands import DONE, INTERRUPTED, BadRequest, check_outputs
from experiments.curve import Floats
from experiments.kept import finish, store_of, went_on_from

if TYPE_CHECKING:
    from scenarios.resolved import Scenario

TOGETHER: Final = 12
"""Points in one task: more would share the warm-up too, but spread worse over workers."""
MOST_POINTS: Final = 400


@dataclass(frozen=True)
class Axis:
    """One quantity and the values it takes."""

    name: str
    values: tuple[float, ...]
    stands: float | None
    """Where it stands in the scenario, if that is a number."""


@dataclass(frozen=True, eq=False)
class Swept:
    """What came out: float64[points, replicates], points in the order of the grid."""

    question: Question
    axes: tuple[Axis, ...]
    results: Floats
    has_against: bool
    seed: int

    @property
    def grid(self) -> Floats:
        """Means: float64[values of the first axis, values of the second or 1]."""
        shape = [len(axis.values) for axis in self.axes]
        means: Floats = self.results.mean(axis=1).reshape(shape[0], -1)
        return means


def sweep(arguments: argparse.Namespace) -> int:
    """Simulate the grid and show it."""
    from experiments.output import say, warn
    from experiments.sweep_output import give_out, text_of

    check_outputs(arguments)
    has_against = arguments.against is not None
    question = _question(arguments)
    axes = axes_of(arguments.over, question.scenario)
    try:
        results = simulated(question, points_of(axes), arguments)
    except KeyboardInterrupt:
        warn(f"Stopped.{went_on_from(arguments)}")
        return INTERRUPTED
    found = Swept(question, axes, results, has_against, arguments.seed)
    say(text_of(found))
    give_out(found, arguments)
    finish(arguments)
    return DONE


def _question(arguments: argparse.Namespace) -> Question:
    """Without AGAINST the scenario is held against itself as it stands."""
    if arguments.against is not None:
        return question_of(arguments)
    asked = argparse.Namespace(**vars(arguments))
    asked.measure = arguments.measure or NET_BENEFIT
    asked.against = arguments.scenario
    return replace(question_of(asked), itself=True)


def axes_of(asked: Sequence[str], scenario: Scenario) -> tuple[Axis, ...]:
    """Read ``KEY=low:high:n``. Raises BadRequest, InputError."""
    from scenarios.dials import value_of, with_dials

    axes = []
    for text in asked:
        name, values = _read(text)
        for value in values:
            with_dials(scenario, {name: value})
        axes.append(Axis(name, values, value_of(scenario, name)))
    if len(axes) > 2 or len({axis.name for axis in axes}) < len(axes):
        raise BadRequest("--over: one quantity or two different ones")
    if len(list(points_of(axes))) > MOST_POINTS:
        raise BadRequest(f"--over: more than {MOST_POINTS} points; name fewer values")
    return tuple(axes)


def _read(text: str) -> tuple[str, tuple[float, ...]]:
    name, _, rest = text.partition("=")
    try:
        low, high, n = rest.split(":")
        count = int(n)
        if not (float(low) < float(high) and 2 <= count <= MOST_POINTS):
            raise ValueError
    except ValueError:
        raise BadRequest(
            f"--over: “{text}” is not KEY=low:high:n, for example budget.substance=0.5:1.5:11"
        ) from None
    return name, tuple(round(float(x), 10) for x in np.linspace(float(low), float(high), count))


def points_of(axes: Sequence[Axis]) -> list[dict[str, float]]:
    """Every point of the grid, the last quantity changing fastest."""
    names = [axis.name for axis in axes]
    every = itertools.product(*(axis.values for axis in axes))
    return [dict(zip(names, values, strict=True)) for values in every]


def simulated(
    question: Question, points: Sequence[Mapping[str, float]], arguments: argparse.Namespace
) -> Floats:
    """float64[points, replicates]; some points in each task."""
    from experiments.progress import progress
    from sim.tasks import cores, run_tasks
    from sim.tasks.model import simulate

    parts = [points[i : i + TOGETHER] for i in range(0, len(points), TOGETHER)]
    replicates = range(arguments.replicates)
    tasks = [question.together(part, arguments.seed, r) for part in parts for r in replicates]
    with progress("Simulating the grid", len(tasks)) as advance:
        rows = run_tasks(
            simulate, tasks, workers=arguments.workers or cores(), folder=store_of(arguments),
            cluster=arguments.cluster, on_done=lambda _, __: advance(),
        )  # fmt: skip
    found = np.empty((len(points), arguments.replicates))
    for p, part in enumerate(parts):
        for r in replicates:
            row = rows[p * len(replicates) + r]
            for i in range(len(part)):
                found[p * TOGETHER + i, r] = value_in(row, question, i)
    if np.isnan(found).any():
        raise BadRequest("--measure: is undefined in some of the runs, so that nothing can be said")
    return found
