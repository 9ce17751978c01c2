"""`upstream sensitivity`: which of the uncertain numbers a result depends on.

First all numbers with a range are screened (Morris). The few that do most are then varied together
(Sobol), and one at a time, with several replicates, which also shows what is chance. Or all are
varied at once (`experiments.at_random`), which needs fewer runs where much is chance.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from time import perf_counter
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.asking import Question, dial_ranges, question_of, value_in
from experiments.commands import DONE, INTERRUPTED, BadRequest, check_outputs
from experiments.indices import (
    Floats,
    Range,
    Screened,
    Share,
    convergence,
    interaction_variance,
    power_of_two,
    screened,
    screening_points,
    shares,
    sobol_points,
)
from experiments.kept import finish, store_of, went_on_from

if TYPE_CHECKING:
    from sim.tasks import Row

MOST: Final = 8
"""Numbers taken from the screening to Sobol."""
ENOUGH: Final = 0.95
"""Fewer are taken if they do this much: of the sum of the squares of all ``mu_star``."""
ONE_AT_A_TIME: Final = 4
"""Replicates of each end of each bar of the tornado."""
LEAST_SOBOL: Final = 4
"""Base points of Sobol, a power of two."""
FEWEST: Final = 2
"""Trajectories; a bootstrap needs two."""


@dataclass(frozen=True)
class Bar:
    """A number at either end of its range, all others as they are; [replicates] each."""

    name: str
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Sensitivity:
    """What was found out."""

    question: Question
    values: dict[str, float]
    """Where each number stands."""
    ranges: dict[str, Range]
    screened: list[Screened]
    chosen: list[Share]
    path: list[tuple[int, list[Share]]]
    """The same after fewer runs."""
    centre: Floats
    bars: list[Bar]
    spread: float
    """Standard deviation of the result over the Sobol points."""
    chance_share: float
    """Of the variance over the Sobol points, how much is chance."""
    runs: tuple[int, int, int]
    seconds: float

    @property
    def seen(self) -> float:
        """Which part of what all numbers do is done by those chosen, by squares of ``mu_star``."""
        names = {share.name for share in self.chosen}
        every = sum(s.mu_star**2 for s in self.screened)
        return sum(s.mu_star**2 for s in self.screened if s.name in names) / every if every else 0.0


Evaluate = Callable[[Sequence[Mapping[str, float]], Sequence[int]], Floats]
"""Results of points (each a setting of some numbers) at replicates: float64[points, replicates]."""


def sensitivity(arguments: argparse.Namespace) -> int:
    """Screen, vary, show."""
    from experiments.output import warn

    check_outputs(arguments)
    question = question_of(arguments)
    ranges, values = ranges_of(question, arguments)
    runner = Runner(question, arguments)
    find = _at_random if arguments.at_random else _in_steps
    try:
        give = find(runner, ranges, values)
    except KeyboardInterrupt:
        warn(f"Stopped.{went_on_from(arguments)}")
        return INTERRUPTED
    give()
    finish(arguments)
    return DONE


Giving = Callable[[], None]
"""Says what was found, and writes it."""


def _in_steps(runner: Runner, ranges: list[Range], values: dict[str, float]) -> Giving:
    """Screen, vary the few together, then one at a time."""
    from experiments.sensitivity_output import give_out

    question, arguments = runner.question, runner.arguments
    if arguments.also:
        raise BadRequest("--also: goes with --at-random; without it, ask again with --measure")
    plan = plan_of(len(ranges), arguments.runs, arguments.replicates)
    runner.say_how_long()
    seed, replicates = arguments.seed, arguments.replicates
    found = analyse(question, ranges, values, plan, seed, runner, replicates)
    return lambda: give_out(found, arguments)


def _at_random(runner: Runner, ranges: list[Range], values: dict[str, float]) -> Giving:
    """Vary all together, and rank."""
    from experiments.at_random import at_random, plan_of, questions_of
    from experiments.at_random_output import give_out

    arguments = runner.arguments
    plan_of(arguments)  # which refuses what cannot be, before anything is run
    questions = questions_of(runner.question, arguments.also or [])
    runner.question = questions[0]
    runner.say_how_long()
    found = at_random(questions, ranges, values, arguments, runner)
    return lambda: give_out(found, arguments)


def analyse(
    question: Question,
    ranges: Sequence[Range],
    values: Mapping[str, float],
    plan: tuple[int, int],
    seed: int,
    evaluate: Evaluate,
    replicates: int = 1,
) -> Sensitivity:
    """The three steps; ``plan`` is the number of trajectories and of points left for Sobol."""
    begun = perf_counter()
    points = screening_points(ranges, plan[0], seed)
    every = screened(ranges, points, _at(evaluate, ranges, points, replicates), seed)
    by_name = {r.name: r for r in ranges}
    few = [by_name[s.name] for s in most_telling(every)]
    base = power_of_two(plan[1] / (len(few) + 2))
    varied = sobol_points(few, base, seed)
    results = _at(evaluate, few, varied, replicates)
    single = range(max(ONE_AT_A_TIME, replicates))
    centre = evaluate([{}], single)[0]
    bars = tornado(few, evaluate, single)
    table = np.array([centre, *(end for bar in bars for end in (bar.low, bar.high))])
    variance = float(results.var())
    chance = interaction_variance(table) / replicates / variance if variance else math.nan
    return Sensitivity(
        question, dict(values), by_name, every, shares(few, results, seed),
        convergence(few, results, seed), centre, bars, math.sqrt(variance), chance,
        (replicates * len(points), replicates * len(varied), table.size),
        perf_counter() - begun,
    )  # fmt: skip


def most_telling(every: Sequence[Screened]) -> list[Screened]:
    """The first few of the screened, until they do nearly all or are many. Raises BadRequest."""
    total = sum(s.mu_star**2 for s in every)
    if total == 0.0:
        raise BadRequest("nothing depends on any of these numbers: is the horizon long enough?")
    chosen: list[Screened] = []
    for s in every[:MOST]:
        if len(chosen) >= 2 and sum(c.mu_star**2 for c in chosen) >= ENOUGH * total:
            break
        chosen.append(s)
    return chosen


def tornado(few: Sequence[Range], evaluate: Evaluate, replicates: Sequence[int]) -> list[Bar]:
    """Each number at its ends, the widest bar first."""
    ends = [{r.name: end} for r in few for end in (r.low, r.high)]
    found = evaluate(ends, replicates)
    bars = [Bar(r.name, found[2 * i], found[2 * i + 1]) for i, r in enumerate(few)]
    return sorted(bars, key=lambda bar: -abs(float(bar.high.mean() - bar.low.mean())))


def plan_of(numbers: int, runs: int, replicates: int = 1) -> tuple[int, int]:
    """Trajectories, and points left for Sobol: half each of what the tornado leaves."""
    most = min(MOST, numbers)
    single = (2 * most + 1) * max(ONE_AT_A_TIME, replicates)
    sobol = LEAST_SOBOL * (most + 2)
    rest = (runs - single) // replicates
    trajectories = max(FEWEST, min(rest // 2, rest - sobol) // (numbers + 1))
    left = rest - trajectories * (numbers + 1)
    if left < sobol:
        least = single + replicates * (FEWEST * (numbers + 1) + sobol)
        raise BadRequest(
            f"--runs: {numbers} numbers need {least} runs or more; --numbers chooses among them"
        )
    return trajectories, left


def ranges_of(
    question: Question, arguments: argparse.Namespace
) -> tuple[list[Range], dict[str, float]]:
    """What is varied, and where each stands. Raises BadRequest."""
    from scenarios.uncertain import uncertain_numbers

    scenario = question.scenario
    numbers = uncertain_numbers(scenario.evidence)
    if scenario.crisis_door == "table":
        numbers = {n: u for n, u in numbers.items() if not n.startswith("crisis_pathway.")}
    patterns = arguments.numbers or ["*"]
    wanted = {n: u for n, u in numbers.items() if any(fnmatchcase(n, p) for p in patterns)}
    given, stands = dial_ranges(arguments.vary or [], scenario)
    ranges = [Range(u.name, u.low, u.high) for u in wanted.values() if u.name not in stands] + given
    if len(ranges) < 2:
        raise BadRequest(
            f"--numbers: {' '.join(patterns)} names {len(ranges)} of the {len(numbers)} numbers "
            "with a range; two or more are needed, for example --numbers 'general.*'"
        )
    return ranges, {n: u.value for n, u in wanted.items()} | stands


class Runner:
    """Simulates points: an `Evaluate` for the model."""

    def __init__(self, question: Question, arguments: argparse.Namespace) -> None:
        self.question = question
        self.arguments = arguments

    def __call__(self, points: Sequence[Mapping[str, float]], replicates: Sequence[int]) -> Floats:
        rows = self.rows([(p, r) for p in points for r in replicates])
        results = [value_in(row, self.question) for row in rows]
        return np.array(results).reshape(len(points), len(replicates))

    def rows(self, lives: Sequence[tuple[Mapping[str, float], int]]) -> list[Row]:
        """All that is kept of some runs, each at a setting with the luck of a replicate."""
        from experiments.progress import progress
        from sim.tasks import cores, run_tasks
        from sim.tasks.model import simulate

        asked = self.arguments
        tasks = [self.question.task(setting, asked.seed, r) for setting, r in lives]
        with progress("Simulating", len(tasks)) as advance:
            return run_tasks(
                simulate, tasks, workers=asked.workers or cores(), folder=store_of(asked),
                cluster=asked.cluster, on_done=lambda _, __: advance(),
            )  # fmt: skip

    def say_how_long(self) -> None:
        """Tell what all runs will take, from one that is timed here."""
        from experiments.output import warn

        self([{}], range(1))  # kernels are loaded, and compiled if need be
        begun = perf_counter()
        self([{}], range(1, 2))
        warn(_estimate(perf_counter() - begun, self.arguments))


def _at(evaluate: Evaluate, ranges: Sequence[Range], points: Floats, replicates: int) -> Floats:
    """Results of points given as rows of an array, mean over the first so many replicates."""
    names = [r.name for r in ranges]
    settings = [dict(zip(names, map(float, point), strict=True)) for point in points]
    found: Floats = evaluate(settings, range(replicates)).mean(axis=1)
    if np.isnan(found).any():
        raise BadRequest("--measure: is undefined in some of the runs, so that nothing can be said")
    return found


def _estimate(seconds: float, arguments: argparse.Namespace) -> str:
    from sim.tasks import cores

    workers = arguments.workers or cores()
    minutes = arguments.runs * seconds / workers / 60
    return (
        f"About {seconds:.1f} s a run: up to {arguments.runs:,} runs take about {minutes:.0f} "
        f"minutes on {workers} worker{'s' if workers > 1 else ''}."
    )
