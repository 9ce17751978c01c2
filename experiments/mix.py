"""`upstream mix`: the best way to share out a sum of money, or to absorb a cut.

Many ways of sharing it out are run; each agency's and each programme's own curve is fitted to them;
an optimiser finds the best allocations on these curves for two measures and all between. What it
proposes is then run for real with fresh luck, beside equal shares and beside what is usually done:
the statutory protected, the preventive cut.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.commands import DONE, BadRequest, check_outputs

if TYPE_CHECKING:
    from agents.arrays import Floats
    from experiments.allocation import Problem
    from experiments.emulator import Emulator
    from experiments.jobs import Where
    from scenarios.resolved import Scenario

MEASURES = ("people.in_crisis", "cost.total")
WEIGHTS = (0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0)
"""Of the first measure along the front."""
STARTS = 6
A_TASK = 10
"""Designs that share a warm-up."""
FRESH_SEEDS = 1_000_003
"""Added to the seed of the confirming runs."""
EQUAL, USUAL = "Equal shares", "Statutory protected"


@dataclass(frozen=True, eq=False)
class Plan:
    """An allocation."""

    name: str
    pounds: Floats
    """[items] a year, more or less than today."""
    predicted: Floats
    """[measures] change against today, by the curves."""


@dataclass(frozen=True, eq=False)
class Mixed:
    """All that was found."""

    problem: Problem
    measures: tuple[str, str]
    seed: int
    designs: int
    replicates: int
    emulator: Emulator
    front: Sequence[Plan]
    """From best for the second measure to best for the first."""
    front_spread: Floats
    """[front, BOOTSTRAPS, measures]"""
    plans: Sequence[Plan]
    """Those that were run for real."""
    real: Floats
    """[replicates, plans, measures] change against today."""


def mix(arguments: argparse.Namespace) -> int:
    """Run designs, fit, optimise, confirm, give out."""
    from experiments.answer import Answer, give_answer
    from experiments.mix_text import content_of, text_of

    check_outputs(arguments)
    found = _mixed(arguments)

    def pictures() -> Mapping[str, Any]:
        from experiments.mix_figures import mix_figure

        return {"mix": mix_figure(found)}

    give_answer(
        Answer(text_of(found), content_of(found), pictures, [found.problem.base]), arguments
    )
    return DONE


def _mixed(arguments: argparse.Namespace) -> Mixed:
    from experiments.allocation import designs
    from experiments.answer import say_how_long
    from experiments.emulator import fit
    from experiments.jobs import where_of
    from experiments.measures import check_measures
    from experiments.progress import progress

    found = _problem(arguments)
    measures = _two(arguments.measure)
    check_measures(measures, found.base)
    pounds = designs(found, arguments.designs, arguments.seed)
    where = where_of(arguments)
    years, reps = found.base.years, arguments.replicates
    tasks = -(-len(pounds) // A_TASK)
    trials = 2 * (len(pounds) + tasks) * years + tasks * 10
    say_how_long(found.base, trials + reps * (5 + 6 * years), where)
    with progress("Mixing", 2 * tasks + reps) as advance:
        y = run_designs(found, pounds, measures, arguments.seed, where, advance)
        emulator = fit(pounds / found.scale, y, arguments.seed)
        front = [_best(found, emulator, w, y.std(axis=0)) for w in WEIGHTS]
        plans = _to_confirm(found, emulator, front)
        real = confirm(found, plans, measures, arguments.seed + FRESH_SEEDS, reps, where, advance)
    return Mixed(
        found, measures, arguments.seed, len(pounds), reps, emulator, front,
        np.array([emulator.spread(p.pounds / found.scale) for p in front]), plans, real,
    )  # fmt: skip


def _problem(arguments: argparse.Namespace) -> Problem:
    """The money and the rules."""
    from experiments.allocation import budgets, problem
    from scenarios.load import load_scenario, load_using

    base = replace(load_scenario(arguments.scenario), years=arguments.years or 4)
    if base.changes or base.costs:
        raise BadRequest(f"{arguments.scenario}: name the scenario in which nothing is done")
    used = {name: [name] for name in arguments.ways or ()}
    ways = (
        [replace(w, years=base.years) for w in load_using(arguments.scenario, used)] if used else []
    )
    ways = [_alike(way, base) for way in ways]
    if (arguments.cut is None) == (arguments.money is None):
        raise BadRequest("give either --cut PERCENT of all budgets or --money POUNDS a year")
    total = sum(budget for _, budget in budgets(base))
    money = arguments.money if arguments.cut is None else -total * arguments.cut / 100
    return problem(base, ways, money, arguments.most / 100, arguments.grow / 100, arguments.posts)


def _alike(way: Scenario, base: Scenario) -> Scenario:
    """Over the same place, whatever has been done to it, with a title without the place's."""
    from scenarios.ways import read_ways

    ways = read_ways()
    title = ways[way.name].spec.title if way.name in ways else way.name
    return replace(way, place=base.place, evidence=base.evidence, title=title)


def _two(asked: Sequence[str] | None) -> tuple[str, str]:
    if asked is None:
        return MEASURES
    if len(asked) != 2 or asked[0] == asked[1]:
        raise BadRequest("--measure: name two, both to be lowered")
    return asked[0], asked[1]


def run_designs(
    found: Problem,
    pounds: Floats,
    measures: tuple[str, str],
    seed: int,
    where: Where,
    advance: Callable[[], None],
) -> Floats:
    """[designs, measures] change against today, the mean of two replicates."""
    from experiments.allocation import scenario_of
    from experiments.jobs import run_tasks
    from experiments.paired import Worlds, live

    scenarios = [scenario_of(found, row, f"design_{i}") for i, row in enumerate(pounds)]
    groups = [scenarios[i : i + A_TASK] for i in range(0, len(scenarios), A_TASK)]
    tasks = [Worlds((found.base, *group), measures, seed, r) for r in (0, 1) for group in groups]
    done = run_tasks(live, tasks, where=where, on_done=lambda i, r: advance())
    changes = [(one[1:, :, 0] - one[:1, :, 0]) for one in done]
    return np.asarray((np.concatenate(changes[: len(groups)])
                       + np.concatenate(changes[len(groups) :])) / 2)  # fmt: skip


def _best(found: Problem, emulator: Emulator, weight: float, scale: Floats) -> Plan:
    """The best allocation where the first measure has this weight, on the curves (SLSQP)."""
    from scipy.optimize import minimize

    from experiments.allocation import designs

    weights = np.array([weight, 1.0 - weight]) / np.where(scale > 0, scale, 1.0)
    unit = found.scale

    def aim(z: Floats) -> float:
        return float(weights @ emulator.predict(z))

    adds_up = {"type": "eq", "fun": lambda z: float((z * unit).sum() - found.money) / unit.sum()}
    bounds = list(zip(found.low / unit, found.high / unit, strict=True))
    tried = [
        minimize(aim, start / unit, method="SLSQP", bounds=bounds, constraints=[adds_up],
                 options={"maxiter": 200})
        for start in designs(found, STARTS, 7)
    ]  # fmt: skip
    best = min(tried, key=lambda result: result.fun)
    z = np.clip(best.x, found.low / unit, found.high / unit)
    return Plan(f"weight {weight:g}", z * unit, emulator.predict(z))


def _to_confirm(found: Problem, emulator: Emulator, front: Sequence[Plan]) -> list[Plan]:
    """The ends of the front and its middle, equal shares, and what is usually done."""
    from experiments.allocation import equal_shares, usual

    def named(name: str, pounds: Floats) -> Plan:
        return Plan(name, pounds, emulator.predict(pounds / found.scale))

    middle = front[len(front) // 2]
    return [
        named(EQUAL, equal_shares(found)),
        named(USUAL, usual(found)),
        named("Best for the first", front[-1].pounds),
        named("Between", middle.pounds),
        named("Best for the second", front[0].pounds),
    ]


def confirm(
    found: Problem,
    plans: Sequence[Plan],
    measures: tuple[str, str],
    seed: int,
    replicates: int,
    where: Where,
    advance: Callable[[], None],
) -> Floats:
    """[replicates, plans, measures] change against today, in real runs with other seeds."""
    from experiments.allocation import scenario_of
    from experiments.paired import live_all

    worlds = [found.base, *(scenario_of(found, p.pounds, f"plan_{i}") for i, p in enumerate(plans))]
    runs = live_all(worlds, measures, seed, replicates, where, advance)
    return np.asarray(runs[:, 1:, :, 0] - runs[:, :1, :, 0])
