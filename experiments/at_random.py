"""`upstream sensitivity --at-random`: what a benefit goes with, when all numbers vary at once.

A walk through one number at a time (Morris) learns about one number from a run, and what a single
run says of a benefit is largely luck. Here each run has all numbers elsewhere and luck of its own,
and says something about every one of them. Some settings are lived twice, which shows how much of
the differences between runs is luck.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.asking import Question, check_measure, value_in
from experiments.commands import BadRequest
from experiments.indices import Floats, Range, random_points
from experiments.number_groups import group_of
from experiments.ranking import Group, Ranking, groups, luck, ranking

if TYPE_CHECKING:
    from experiments.sensitivity import Runner

TWICE: Final = 6
"""One in so many runs lives a setting a second time."""
LEAST: Final = 60
"""Runs, with fewer of which nothing but the largest effects could be told from luck."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """One measure, and which numbers it goes with."""

    question: Question
    values: dict[str, float]
    """Where each number stands."""
    ranges: dict[str, Range]
    results: Floats
    """[settings]"""
    ranking: Ranking
    groups: list[Group]
    """Sorts of numbers."""
    whole: Group
    """All numbers, each by itself."""
    luck: tuple[float, float, float]
    """Its share of the differences between runs, and 95%."""
    twice: int
    """Settings lived twice."""


def plan_of(arguments: argparse.Namespace) -> tuple[int, int]:
    """Settings, and how many of them are lived a second time. Raises BadRequest."""
    if arguments.runs < LEAST:
        raise BadRequest(f"--runs: --at-random needs {LEAST} or more to tell anything from luck")
    if arguments.replicates > 1:
        raise BadRequest(
            "--replicates: --at-random gives every run other numbers and other luck, which tells "
            "more than several at each point; leave it out, and raise --runs"
        )
    twice = arguments.runs // TWICE
    return arguments.runs - twice, twice


def at_random(
    questions: Sequence[Question],
    ranges: Sequence[Range],
    values: dict[str, float],
    arguments: argparse.Namespace,
    runner: Runner,
) -> list[Ranked]:
    """Run them all, and rank the numbers for each question's measure, from the same runs."""
    settings, twice = plan_of(arguments)
    stands = [values[r.name] for r in ranges]
    points = random_points(ranges, stands, settings, arguments.seed)
    names = [r.name for r in ranges]
    asked = [dict(zip(names, map(float, point), strict=True)) for point in points]
    first = [(setting, 2 * i) for i, setting in enumerate(asked)]
    second = [(setting, 2 * i + 1) for i, setting in enumerate(asked[:twice])]
    rows = runner.rows([*first, *second])
    by_name = {r.name: r for r in ranges}
    found = []
    for question in questions:
        results = np.array([value_in(row, question) for row in rows])
        if np.isnan(results).any():
            raise BadRequest(f"--measure: {question.measure} is undefined in some of the runs")
        if np.ptp(results) == 0.0:
            raise BadRequest(
                f"--measure: {question.measure} is the same in all runs: nothing depends on any of "
                "these numbers; is the horizon long enough?"
            )
        once, again = results[:settings], results[settings:]
        kinds = groups([group_of(name) for name in names], points, once)
        (whole,) = groups(["all numbers"] * len(names), points, once)
        found.append(Ranked(question, values, by_name, once, ranking(names, points, once),
                            kinds, whole, luck(once[:twice], again), twice))  # fmt: skip
    return found


def questions_of(question: Question, also: Sequence[str]) -> list[Question]:
    """The question, and the same about other measures, all to be kept of every run.

    Raises BadRequest.
    """
    measures = list(dict.fromkeys([question.measure, *also]))
    for measure in measures:
        check_measure(measure, question.against, question.scenario)
    return [replace(question, measure=m, besides=tuple(measures)) for m in measures]
