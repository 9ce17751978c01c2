"""`upstream explain`: why does it change? From today to the horizon, and from there to a scenario.

Each cause has a switch. What is left of today's level when all of them stop acting today, and what
each adds by the horizon, add up to the level at the horizon; what each change of a scenario adds
then leads to the scenario's. Shares are Shapley's, over paired runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from experiments.commands import DONE, BadRequest, check_outputs
from experiments.explain_parts import Part, parts_of, with_parts
from experiments.stats import Interval, with_ignorance
from experiments.wording import kind_of, plain_words

if TYPE_CHECKING:
    from agents.arrays import Floats
    from experiments.jobs import Where
    from experiments.kept import Numbers
    from experiments.sets import Sets
    from experiments.shapley import Subset
    from experiments.wording import Kind
    from scenarios.resolved import Scenario

WIDTH = 100
CAUSES = {
    "lifecourse": "Lives go on: births, ageing, deaths, moves",
    "next_generation": "The next generation: parents' needs reach children",
    "entrenchment": "Entrenchment: needs left unmet settle higher",
    "pressure": "Pressure: queues raise thresholds, shorten reviews",
}
"""What is looked at unless others are asked for."""
TODAY = "Today: the first year"
REST = "All else, these causes stopped today"
PAIRS_OF_ORDERS = 3
"""Drawn in each replicate where there are too many causes for every subset."""


@dataclass(frozen=True, eq=False)
class Step:
    """One line of the waterfall, by replicate."""

    label: str
    values: Floats
    """[replicates] at the scenario's own numbers."""
    at_sets: Floats
    """[plausible sets]"""
    total: bool = False
    """A level, not a difference."""

    @property
    def interval(self) -> Interval:
        """Of chance, and of the numbers that are not known where sets were run."""
        return with_ignorance(self.values, self.at_sets)


@dataclass(frozen=True, eq=False)
class Explained:
    """The waterfall of one measure."""

    scenario: Scenario
    measure: str
    kind: Kind
    steps: tuple[Step, ...]
    replicates: int
    sets: int
    seed: int
    runs: int
    how: str
    notes: tuple[str, ...] = ()
    """Whose plausible sets these are, where they are not the place's own."""


def explain(arguments: argparse.Namespace) -> int:
    """Simulate, share out, give out."""
    from experiments.answer import Answer, give_answer

    check_outputs(arguments)
    found = _explained(arguments)

    def pictures() -> Mapping[str, Any]:
        from experiments.explain_figures import waterfall

        return {f"waterfall_{e.measure.replace('.', '_')}": waterfall(e) for e in found}

    from experiments.explain_text import content_of, text_of

    text = "\n\n".join(text_of(e) for e in found)
    content = {"measures": {e.measure: content_of(e) for e in found}}
    give_answer(Answer(text, content, pictures, [found[0].scenario]), arguments)
    return DONE


def _explained(arguments: argparse.Namespace) -> list[Explained]:
    from experiments.jobs import where_of
    from experiments.measures import check_measures
    from experiments.options import in_years
    from experiments.output import warn
    from experiments.paired import nothing_changed
    from experiments.sets import sets_for
    from scenarios.load import load_scenario

    scenario = in_years(load_scenario(arguments.scenario), arguments.years)
    measures = tuple(arguments.measure or ("people.multiple_needs", "cost.reactive"))
    check_measures(measures, scenario)
    causes = _causes(arguments.cause, scenario)
    parts = parts_of(scenario, arguments.each_change)
    first = Game(nothing_changed(scenario), len(causes), lambda s: switched(scenario, causes, s))
    second = Game(scenario, len(parts), lambda s: with_parts(scenario, parts, s))
    games = [first, second] if parts else [first]
    sets = sets_for(scenario, arguments.sets)
    for note in sets.notes if sets else ():
        warn(f"Note: {note}")
    n_sets = len(sets.numbers) if sets else 0
    times = arguments.replicates + n_sets
    runs = [subsets_for(game.n, arguments.seed, times) for game in games]
    total = sum(len(r) for some in runs for r in some)
    values = _play(arguments, games, measures, runs, sets, where_of(arguments))
    lines = Lines(scenario, games, values, arguments.replicates, arguments.seed)
    return [
        Explained(
            scenario, measure, kind_of(measure),
            tuple(lines.steps(m, causes, parts)), arguments.replicates, n_sets, arguments.seed,
            total,
            "; ".join(how(game.n, what) for game, what in zip(games, ("causes", "changes"),
                                                              strict=False)),
            tuple(sets.notes) if sets else (),
        )
        for m, measure in enumerate(measures)
    ]  # fmt: skip


@dataclass(frozen=True)
class Game:
    """Some causes, and the world in which only a subset of them acts."""

    whole: Scenario
    n: int
    world: Callable[[Subset], Scenario]


def _play(
    arguments: argparse.Namespace,
    games: Sequence[Game],
    measures: tuple[str, ...],
    runs: Sequence[Sequence[Sequence[Subset]]],
    sets: Sets | None,
    where: Where,
) -> list[list[dict[Subset, Floats]]]:
    """By game, by replicate, then by set with the luck of one of the replicates: [measures,
    1 + years] of each subset."""
    from experiments.answer import say_how_long
    from experiments.jobs import run_tasks
    from experiments.paired import Worlds, live
    from experiments.progress import progress
    from experiments.sets import at_numbers

    years, replicates = games[0].whole.years, arguments.replicates
    total = sum(len(subsets) for some in runs for subsets in some)
    say_how_long(games[0].whole, total * years + 5 * len(runs[0]) * len(games), where)
    numbers: list[Numbers] = [()] * replicates + list(sets.numbers if sets else ())
    tasks, places = [], []
    for g, game in enumerate(games):
        for i, subsets in enumerate(runs[g]):
            worlds = tuple(at_numbers(game.world(subset), numbers[i]) for subset in subsets)
            replicate = i if i < replicates else (i - replicates) % replicates
            tasks.append(Worlds(worlds, measures, arguments.seed, replicate))
            places.append((g, i))
    with progress("Explaining", len(tasks)) as advance:
        done = run_tasks(live, tasks, where=where, on_done=lambda i, r: advance())
    values: list[list[dict[Subset, Floats]]] = [[{} for _ in runs[0]] for _ in games]
    for (g, replicate), found in zip(places, done, strict=True):
        values[g][replicate] = dict(zip(runs[g][replicate], found, strict=True))
    return values


def subsets_for(n: int, seed: int, replicates: int) -> list[list[Subset]]:
    """Which subsets each replicate has to run: all of them, or those of its own orders."""
    from experiments.shapley import EXACT_UP_TO, all_subsets, some_orders, subsets_of

    if n <= EXACT_UP_TO:
        return [all_subsets(n)] * replicates
    return [subsets_of(some_orders(n, PAIRS_OF_ORDERS, (seed, r, n))) for r in range(replicates)]


def shares(values: Sequence[dict[Subset, Floats]], n: int, seed: int) -> Floats:
    """[replicates, n] Each cause's share of the difference that all make."""
    import numpy as np

    from experiments.shapley import EXACT_UP_TO, exact, sampled, some_orders

    if n <= EXACT_UP_TO:
        return np.array([exact(one, n) for one in values])
    return np.array([
        sampled(one, some_orders(n, PAIRS_OF_ORDERS, (seed, r, n)), n)
        for r, one in enumerate(values)
    ])  # fmt: skip


@dataclass(frozen=True)
class Lines:
    """Makes the lines of a waterfall: today, the rest, the causes, the horizon, the changes."""

    scenario: Scenario
    games: Sequence[Game]
    values: Sequence[Sequence[dict[Subset, Floats]]]
    """By game, by replicate and set."""
    replicates: int
    seed: int

    def steps(self, m: int, causes: Mapping[str, str], parts: Sequence[Part]) -> list[Step]:
        """Of the measure at ``m``."""
        import numpy as np

        every = frozenset(range(self.games[0].n))
        last = [[{s: v[m, -1] for s, v in one.items()} for one in game] for game in self.values]
        today = np.array([one[every][m, 1] for one in self.values[0]])
        stopped = np.array([one[frozenset()] for one in last[0]])
        horizon = np.array([one[every] for one in last[0]])
        share = shares(last[0], self.games[0].n, self.seed)
        year = f"year {self.scenario.years}"
        steps = [self._step(TODAY, today, total=True), self._step(REST, stopped - today)]
        steps += [self._step(label, share[:, i]) for i, label in enumerate(causes.values())]
        steps.append(self._step(f"Doing nothing, {year}", horizon, total=True))
        if parts:
            of_parts = shares(last[1], self.games[1].n, self.seed)
            steps += [self._step(part.label, of_parts[:, i]) for i, part in enumerate(parts)]
            reached = np.array([one[frozenset(range(self.games[1].n))] for one in last[1]])
            steps.append(self._step(f"{own_title(self.scenario)}, {year}", reached, total=True))
        return steps

    def _step(self, label: str, values: Floats, total: bool = False) -> Step:
        return Step(label, values[: self.replicates], values[self.replicates :], total)


def own_title(scenario: Scenario) -> str:
    """The scenario's title without the place's name."""
    label = scenario.title.removeprefix(f"{scenario.place.title}: ")
    return label[:1].upper() + label[1:]


def _causes(asked: Sequence[str] | None, scenario: Scenario) -> dict[str, str]:
    """The switches that are looked at, with words; only those that are on in the scenario."""
    from experiments.describe_words import MECHANISM

    for name in asked or ():
        if name not in MECHANISM:
            raise BadRequest(f"--cause: {name} is none of {', '.join(MECHANISM)}")
    names = asked or [name for name in CAUSES if getattr(scenario.mechanisms, name)]
    off = [name for name in names if not getattr(scenario.mechanisms, name)]
    if off:
        raise BadRequest(f"--cause: {off[0]} is switched off in this scenario")
    return {
        name: CAUSES.get(name, f"{plain_words(name)}: {MECHANISM[name]}")
        for name in dict.fromkeys(names)
    }


def switched(scenario: Scenario, causes: Mapping[str, str], on: Subset) -> Scenario:
    """Doing nothing, with only some of the causes acting from today on."""
    from experiments.paired import nothing_changed

    off = {name: False for i, name in enumerate(causes) if i not in on}
    mechanisms = scenario.mechanisms.model_copy(update=off)
    return replace(nothing_changed(scenario), mechanisms=mechanisms)


def how(n: int, what: str) -> str:
    """How the shares were worked out."""
    from experiments.shapley import EXACT_UP_TO

    if n <= EXACT_UP_TO:
        return f"{n} {what}: exact, all {2**n} combinations run"
    return f"{n} {what}: {2 * PAIRS_OF_ORDERS} orders drawn in each replicate, in pairs"
