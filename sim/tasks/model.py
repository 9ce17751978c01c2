"""The task of this model: simulate some variants of scenarios together, and give their measures.

A task holds names and numbers only. Workers keep the scenarios that they have loaded, so that
sending a task costs next to nothing, and refuse if the files are not those the task was made with.

    world = variant("scenarios/portsmouth/navigators.toml", years=3)
    tasks = [simulation([world], seed=1, replicate=r, measures=["cost.total"]) for r in range(8)]
    rows = run_tasks(simulate, tasks, workers=2)
    rows[0]["navigators/cost.total"]
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from scenarios.dials import with_dials
from scenarios.load import load_using
from scenarios.problems import InputError, Problem
from scenarios.resolved import Scenario
from scenarios.uncertain import with_numbers
from sim.results import RunResult
from sim.run import run_replicate
from sim.tasks.folder import Row

KEPT = 64
"""Loaded scenarios that a worker keeps: about 1 MB each."""


@dataclass(frozen=True)
class Variant:
    """A scenario file, and what is different from it."""

    name: str
    """Stands before each of its measures; each once in a task."""
    path: str
    numbers: tuple[tuple[str, float], ...] = ()
    """Numbers of the register, set to these values."""
    dials: tuple[tuple[str, float], ...] = ()
    """See `scenarios.dials`."""
    using: tuple[str, ...] = ()
    """Interventions put to use from its start, by name or by path."""
    off: tuple[str, ...] = ()
    """Mechanisms switched off."""
    years: int | None = None
    """Another horizon."""


@dataclass(frozen=True)
class Simulation:
    """One replicate of some variants, which share what they have in common."""

    variants: tuple[Variant, ...]
    seed: int
    replicate: int
    measures: tuple[str, ...]
    """Those to give, as far as the scenario has them; none given: all."""
    by_year: bool
    """Whether to give each measure by year as well."""
    files: str
    """A hash of every file that goes into the variants."""


def variant(
    path: str | Path,
    *,
    name: str = "",
    numbers: Mapping[str, float] | None = None,
    dials: Mapping[str, float] | None = None,
    using: Iterable[str] = (),
    off: Iterable[str] = (),
    years: int | None = None,
) -> Variant:
    """A variant; its name is the stem of its file where none is given."""
    return Variant(
        name or Path(path).stem, str(path), _sorted(numbers), _sorted(dials), tuple(using),
        tuple(off), years,
    )  # fmt: skip


def simulation(
    variants: Sequence[Variant],
    seed: int,
    replicate: int,
    measures: Iterable[str] = (),
    by_year: bool = False,
) -> Simulation:
    """A task. Raises InputError, as loading does, and ValueError where a name is there twice."""
    if len({v.name for v in variants}) < len(variants):
        raise ValueError("two variants of a task have the same name")
    files = files_of(tuple(variants))
    return Simulation(tuple(variants), seed, replicate, tuple(measures), by_year, files)


def simulate(task: Simulation) -> Row:
    """Do it. Raises InputError where the files here are others than those the task speaks of.

    ``NAME/MEASURE`` is a measure over the horizon, ``NAME/MEASURE/years`` the list by year.
    """
    if files_of(task.variants) != task.files:
        rule = "the scenario files are not those that the task was made with"
        raise InputError([Problem(task.variants[0].path, None, "", "", rule, "begin again")])
    results = run_replicate([scenario_of(v) for v in task.variants], task.seed, task.replicate)
    row: Row = {}
    for asked, result in zip(task.variants, results, strict=True):
        row |= _row(asked.name, result, task)
    return row


@lru_cache(maxsize=KEPT)
def scenario_of(asked: Variant) -> Scenario:
    """The scenario that a variant is. Raises InputError."""
    scenario = with_numbers(_loaded(asked.path, asked.using), dict(asked.numbers))
    scenario = with_dials(scenario, dict(asked.dials))
    if asked.off:
        switched = scenario.mechanisms.model_copy(update=dict.fromkeys(asked.off, False))
        scenario = replace(scenario, mechanisms=switched)
    return replace(scenario, name=asked.name, years=asked.years or scenario.years)


def _sorted(settings: Mapping[str, float] | None) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((name, float(value)) for name, value in (settings or {}).items()))


@lru_cache(maxsize=KEPT)
def files_of(variants: tuple[Variant, ...]) -> str:
    """A hash of all files that went into some variants."""
    files = [_loaded(asked.path, asked.using).files for asked in variants]
    lines = [f"{name} {digest}" for found in files for name, digest in found.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@lru_cache(maxsize=KEPT)
def _loaded(path: str, using: tuple[str, ...]) -> Scenario:
    used = [Path(name) if name.endswith(".toml") else name for name in using]
    return load_using(path, {"_": used})[0]


def _row(name: str, result: RunResult, task: Simulation) -> Row:
    row: Row = {}
    for i, measure in enumerate(result.names):
        if not task.measures or measure in task.measures:
            row[f"{name}/{measure}"] = float(result.overall[i])
            if task.by_year:
                row[f"{name}/{measure}/years"] = [float(value) for value in result.per_year[i]]
    return row
