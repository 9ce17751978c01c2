"""What came from the workers, as the findings that `upstream compare` makes tables and files of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from experiments.compare import Findings, beside_sets, gather
from experiments.pool import Finished
from experiments.workshop.runner import Run, Runner
from sim.results import RunResult

LEAST_SETS: Final = 3
"""Of fewer plausible sets no range is told."""


def findings_of(runner: Runner, run: Run | None) -> Findings | None:
    """A run against doing nothing, over the replicates that are whole in both; None without any."""
    return several(runner, [] if run is None else [run])


def several(runner: Runner, runs: Sequence[Run]) -> Findings | None:
    """Several runs against doing nothing, over the replicates that are whole in all, and over the
    plausible sets that are, once there are a few."""
    every = (runner.base, *runs)
    whole = _whole(every, range(runner.replicates))
    if not whole:
        return None
    scenarios = [replace(x.scenario, name=x.name) for x in every]
    results = Finished(tuple(whole), tuple(_results(every, whole, 0)), None)
    found = gather(results, scenarios, runner.base.name, runner.seed)
    sets = _whole(every, range(runner.replicates, runner.replicates + runner.sets))
    if len(sets) < LEAST_SETS:
        return found
    first = runner.replicates
    at_sets = Finished(tuple(s - first for s in sets), tuple(_results(every, sets, first)), None)
    return beside_sets(found, at_sets, runner.plausible)


def _whole(runs: Sequence[Run], numbers: range) -> list[int]:
    return [r for r in numbers if all(run.done(r) for run in runs)]


def _results(runs: Sequence[Run], numbers: Sequence[int], first: int) -> list[RunResult]:
    """All results, counted from ``first``; a measure that any of the runs has, all have."""
    results = []
    for r in numbers:
        names = tuple(dict.fromkeys(n for run in runs for n in run.so_far[r].names))
        results += [replace(_result(run, r, names), replicate=r - first) for run in runs]
    return results


def _result(run: Run, number: int, names: tuple[str, ...]) -> RunResult:
    """A replicate as the command line has it. What a scenario has no team or payer for is 0."""
    news = run.so_far[number]
    own = {measure: i for i, measure in enumerate(news.names)}
    nothing = np.zeros(news.per_year.shape[1])
    return RunResult(
        scenario=run.name,
        replicate=number,
        names=names,
        per_year=np.array([news.per_year[own[n]] if n in own else nothing for n in names]),
        overall=np.array([news.overall[own[n]] if n in own else 0.0 for n in names]),
        person_weeks=news.person_weeks,
        seconds=0.0,
    )
