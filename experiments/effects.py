"""What each way of working does: measured against its do-nothing, alone, in parts and in pairs.

All interventions are simulated in one place over the same people, from the scenario's start on, so
that they can be set side by side. Differences are paired, replicate by replicate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from experiments.compare import Floats, Replicates, run_scenarios
from experiments.options import REPLICATES, WAYS_SEED
from experiments.pool import cores
from experiments.stats import Interval, mean_interval, pairwise
from scenarios.resolved import Scenario
from scenarios.ways import DO_NOTHING, Way, in_use
from sim.run import run_replicate

PLACE: Final = "portsmouth"
YEARS: Final = 2
SEED: Final = WAYS_SEED

Found = Mapping[str, Replicates]


@dataclass(frozen=True)
class Runs:
    """How effects are measured: where, how long, how often."""

    place: str = PLACE
    years: int = YEARS
    replicates: int = REPLICATES
    seed: int = SEED
    workers: int | None = None


@dataclass(frozen=True)
class Effect:
    """What a way of working did to the measure it is about."""

    way: str
    measure: str
    against: str
    level: float
    """Of the measure in what it is held against."""
    difference: Interval


def simulate(
    runs: Runs, scenarios: Sequence[Scenario], on_done: Callable[[], None] = lambda: None
) -> Found:
    """Run scenarios, of which the first is doing nothing, for the years asked for."""
    every = [replace(scenario, years=runs.years) for scenario in scenarios]
    findings, stopped_by = run_scenarios(
        run_replicate,
        every,
        DO_NOTHING,
        runs.seed,
        runs.replicates,
        runs.workers or cores(),
        on_done,
    )
    if stopped_by is not None:
        raise stopped_by
    return findings.scenarios


def alone(runs: Runs, ways: Mapping[str, Way]) -> list[Scenario]:
    """Doing nothing, each way by itself, and whatever they are held against."""
    against = [way.spec.expected.against for way in ways.values() if way.spec.expected]
    names = dict.fromkeys([*ways, *(name for name in against if name)])
    return in_use(runs.place, {name: [name] for name in names})


def effect_of(found: Found, way: Way) -> Effect:
    """The paired difference that a way makes to its own measure. It must say what it expects."""
    expected = way.spec.expected
    if expected is None:
        raise ValueError(f"{way.name} does not say what it expects")
    against = expected.against or DO_NOTHING
    change = difference(found, way.name, against, expected.measure)
    level = float(np.mean(found[against].overall[expected.measure]))
    return Effect(way.name, expected.measure, against, level, mean_interval(change))


def difference(found: Found, name: str, against: str, measure: str) -> Floats:
    """One scenario less another, replicate by replicate."""
    return pairwise(found[name].overall[measure], found[against].overall[measure])


def without_each_change(runs: Runs, names: Sequence[str]) -> list[Scenario]:
    """Doing nothing; each way as it is, and less one of its changes at a time.

    Names are ``way``, and ``way_less_1`` without the first change; programmes' own costs stay.
    """
    nothing, *wholes = in_use(runs.place, {name: [name] for name in names})
    return [nothing, *wholes, *(less for whole in wholes for less in _less_one(whole))]


def _less_one(whole: Scenario) -> Iterator[Scenario]:
    for i in range(len(whole.changes)):
        rest = whole.changes[:i] + whole.changes[i + 1 :]
        yield replace(whole, name=less_name(whole.name, i), changes=rest)


def less_name(name: str, i: int) -> str:
    """The name of a way without its change ``i``, counted from 0."""
    return f"{name}_less_{i + 1}"


def together(runs: Runs, pairs: Sequence[tuple[str, str]]) -> list[Scenario]:
    """Doing nothing, each of the pairs' ways alone, and each pair together."""
    names = dict.fromkeys(name for pair in pairs for name in pair)
    alone = {name: [name] for name in names}
    return in_use(runs.place, alone | {both_name(*pair): list(pair) for pair in pairs})


def both_name(a: str, b: str) -> str:
    """The name of the scenario that uses both."""
    return f"{a}_and_{b}"


def beyond_the_sum(found: Found, a: str, b: str, measure: str) -> Floats:
    """What two ways do together less what they do apart, replicate by replicate."""
    both = difference(found, both_name(a, b), DO_NOTHING, measure)
    apart = sum(difference(found, name, DO_NOTHING, measure) for name in (a, b))
    return np.asarray(both - apart)
