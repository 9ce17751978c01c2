"""Runs of a place that a forecast is made from: measures by year and by week, over sets of numbers.

The sets are the calibrated ones of the place where there are any; else the uncertain numbers are
drawn from their ranges, which is wider, and said.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from calibration.forecast.model import Growth, season_of
from calibration.forecast.scores import Floats
from calibration.prior import prior_of
from scenarios.load import load_scenario
from scenarios.resolved import Scenario
from scenarios.uncertain import Uncertain, uncertain_numbers, with_numbers
from sim.tasks import run_tasks

ENSEMBLES: Final = Path(__file__).parents[1] / "calibration" / "ensembles"
NOT_OF_DEMAND: Final = ("crisis_pathway.", "prices.")
"""Numbers that do not move what is forecast."""
SETS: Final = 8
INNER: Final = 0.5
"""Part of each range that is drawn from, around the number itself, where nothing is calibrated: all
numbers at the ends of their ranges at once make places that are not settled and drift."""


Numbers = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PathTask:
    """One run of a scenario with some of its numbers set."""

    scenario: Path
    years: int
    seed: int
    replicate: int
    numbers: Numbers
    share: float = 1.0
    """Of the residents and budgets; less only in tests."""


@dataclass(frozen=True, eq=False)
class Paths:
    """What one run came to."""

    yearly: dict[str, Floats]
    """[years] of every measure"""
    weekly: dict[str, Floats]
    """[weeks] of those that have weeks"""


@dataclass(frozen=True)
class Sets:
    """Sets of numbers, how much each counts, and where they come from, in words."""

    numbers: tuple[Numbers, ...]
    weight: tuple[float, ...]
    source: str


def run_path(task: PathTask) -> Paths:
    """Run one task."""
    from sim.cast import cast_of
    from sim.metrics import measure
    from sim.model import Place
    from sim.record import record_of
    from sim.weekly import weekly_series

    scenario = replace(load_scenario(task.scenario), years=task.years)
    scenario = with_numbers(shrunk(scenario, task.share), dict(task.numbers))
    place = Place(scenario, task.seed, task.replicate, 0)
    place.run_to(place.weeks)
    cast = cast_of([scenario])
    found = measure(place, cast)
    yearly = dict(zip(found.names, found.per_year, strict=True))
    return Paths(yearly, weekly_series(record_of(place), cast))


def shrunk(scenario: Scenario, share: float) -> Scenario:
    """The same place with a share of its residents and budgets."""
    if share == 1.0:
        return scenario
    from experiments.bench.places import with_residents

    return with_residents(scenario, share * sum(scenario.place.population.values()))


def sets_for(scenario: Scenario, count: int, seed: int) -> Sets:
    """So many sets of numbers: of the place's calibrated ensemble, else drawn from the ranges."""
    path = ENSEMBLES / f"{scenario.place_name}.csv"
    if path.is_file():
        return _from_ensemble(path, scenario, count, seed)
    known = {
        name: number
        for name, number in uncertain_numbers(scenario.evidence).items()
        if not name.startswith(NOT_OF_DEMAND) and "gbp" not in name
    }
    numbers: list[Numbers] = [()] if count == 1 else _drawn(known, count, seed)
    return Sets(
        tuple(numbers),
        (1.0 / count,) * count,
        f"{len(known)} numbers drawn around today's, for the place is not calibrated",
    )


def _drawn(known: Mapping[str, Uncertain], count: int, seed: int) -> list[Numbers]:
    """Scrambled Sobol points, each number triangular in its range with its value the likeliest."""
    from scipy.stats import qmc

    prior, power = prior_of(known), max(0, (count - 1).bit_length())
    cube = qmc.Sobol(len(known), seed=seed).random_base2(power)[:count]
    nearer = prior.mode + INNER * (prior.numbers(cube) - prior.mode)
    return [tuple(zip(prior.names, map(float, point), strict=True)) for point in nearer]


def _from_ensemble(path: Path, scenario: Scenario, count: int, seed: int) -> Sets:
    """Sets drawn evenly along the weights of an ensemble file, so that each counts the same.

    The file has a row a set: its weight, and numbers by dotted name.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    known = uncertain_numbers(scenario.evidence)
    along = np.cumsum([float(row.get("weight") or 1.0) for row in rows])
    at = (np.arange(count) + np.random.default_rng(seed).random()) / count * along[-1]
    likely = int((np.diff(along, prepend=0.0) > 0).sum())
    drawn = [rows[i] for i in np.minimum(np.searchsorted(along, at), len(rows) - 1)]
    numbers = tuple(tuple((n, float(row[n])) for n in known if row.get(n)) for row in drawn)
    return Sets(numbers, (1.0 / count,) * count, f"{count} of {likely} calibrated sets")


def growths(
    tasks: Sequence[PathTask],
    weight: Sequence[float],
    workers: int,
    on_done: Callable[[], None],
) -> dict[str, Growth]:
    """Run all tasks, and what they make of every measure that is never zero."""
    first = load_scenario(tasks[0].scenario).start
    paths = run_tasks(run_path, tasks, workers=workers, on_done=lambda *_: on_done())
    found = {}
    for name in paths[0].yearly:
        by_year = np.array([p.yearly[name] for p in paths])
        if not np.isfinite(by_year).all() or (by_year <= 0).any():
            continue
        season = np.zeros(0)
        if name in paths[0].weekly:
            season = season_of(np.array([p.weekly[name] for p in paths]), first)
        found[name] = Growth(by_year, np.array(weight), season)
    return found


def growth_of(
    arguments: argparse.Namespace, path: Path, scenario: Scenario, longest: float
) -> tuple[dict[str, Growth], str]:
    """Run the model as often as asked, ``longest`` years on; nothing for no sets. Says before how
    long it will take, and what was run."""
    from experiments.answer import say_how_long
    from experiments.jobs import Where
    from experiments.output import warn
    from experiments.pool import cores
    from experiments.progress import progress
    from experiments.sets import since_changed

    if arguments.sets == 0:
        return {}, ""
    for note in since_changed(scenario.place_name, scenario.place):
        warn(f"Note: {note}")
    sets = sets_for(scenario, arguments.sets, arguments.seed)
    years = min(30, max(2, int(np.ceil(longest)) + 1))
    tasks = [
        PathTask(path, years, arguments.seed, i, numbers, arguments.share)
        for i, numbers in enumerate(sets.numbers)
    ]
    workers = arguments.workers or cores()
    say_how_long(scenario, arguments.share * len(tasks) * (5 + years), Where(workers))
    with progress(f"Simulating {scenario.place.title}", len(tasks)) as advance:
        found = growths(tasks, sets.weight, workers, advance)
    return found, f"{len(tasks)} runs of {years} years: {sets.source}"
