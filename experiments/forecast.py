"""`upstream forecast`: a history goes on, by its own past, by the model, and by both together.

Every method is tested on the history itself, from earlier origins, before it is believed. Where a
simple method did better than the model, it is said and used.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from calibration.ensemble import file_of_sets
from calibration.forecast.backtest import (
    COMBINED,
    At,
    Score,
    Tested,
    at_least,
    back_test,
    scores,
    weights_at,
    with_combined,
)
from calibration.forecast.combine import mixture
from calibration.forecast.history import FEWEST, History, read_histories
from calibration.forecast.model import Growth, model_forecast
from calibration.forecast.scores import Floats
from calibration.forecast.simple import SIMPLE, YEARLY, Forecast, Method
from calibration.forecast.sparse import STEADY, added_up, are_few, chance, is_sparse
from experiments.commands import DONE, BadRequest
from experiments.forecast_measures import (
    check_told,
    hinted,
    measure_of,
    not_told,
    sort_of,
    unseen_measures,
)
from experiments.measures import check_measures
from experiments.places import find_scenario

MODEL: Final = "model"
HORIZON: Final = {
    "year": 5, "quarter": 8, "month": 24, "week": 52, "four weeks": 13, "13 weeks": 4,
    "three months": 8,
}  # fmt: skip
"""Periods forecast unless it is said otherwise."""
CLEARLY: Final = 0.95
"""A single method is used instead of the combination when its score is below so much of it."""
ON_FEW: Final = 0.75
"""The same, where fewer than `ENOUGH` values were tested."""
ENOUGH: Final = 60
"""Values tested from which a series decides for itself; they overlap, so fewer tell little."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """A series and its future."""

    history: History
    measure: str | None
    """The model's measure of it; None where the model has none."""
    method: str
    """The method whose forecast is given out."""
    why: str
    """Why it is this one, in words."""
    forecast: Forecast
    score: dict[str, Score]
    weights: dict[str, float]
    """Of the combination, whether it is used or not."""
    notes: tuple[str, ...] = ()
    tested: Tested | None = None
    """What the scores are means of, the combination among the methods."""


@dataclass(frozen=True, eq=False)
class Unseen:
    """A measure of the model for which there is no history."""

    measure: str
    title: str
    forecast: Forecast


@dataclass(frozen=True, eq=False)
class Outlooks:
    """Everything that a forecast found."""

    place: str
    given: tuple[Outlook, ...]
    unseen: tuple[Unseen, ...]
    overall: dict[str, Score]
    source: str
    """Where the model's numbers come from, in words; empty without the model."""
    horizon: int
    not_told: tuple[str, ...] = ()
    """Agencies without a history of which the model has nothing to tell either."""


def forecast(arguments: argparse.Namespace) -> int:
    """Forecast, and give out tables and pictures."""
    from experiments.forecast_text import give_out
    from experiments.model_paths import growth_of
    from sim.store import check_folder, sha256

    if arguments.out is not None:
        check_folder(arguments.out)
    histories = read_histories(arguments.history)
    read = {str(arguments.history): sha256(arguments.history)}
    check_told(arguments.measure, [h.name for h in histories])
    usable = [added_up(h) for h in histories if len(h.values) >= FEWEST]
    if not usable:
        raise BadRequest(f"{arguments.history}: {histories[0].name}: {histories[0].notes[-1]}")
    path, scenario = find_scenario(arguments.place)
    check_measures(arguments.measure.values(), scenario, by_group=True)
    longest = max(reach_of(h, arguments.horizon) / h.frequency.per_year for h in usable)
    growth, source = growth_of(arguments, path, scenario, longest)
    measures = {h.name: measure_of(h.name, scenario, growth, arguments.measure) for h in usable}
    sorts = {h.name: sort_of(h.name, measures[h.name]) for h in usable}
    usable = [hinted(h, measures[h.name], growth, arguments.measure) for h in usable]
    found = outlooks(usable, growth, measures, arguments.horizon, sorts)
    skipped = [h for h in histories if len(h.values) < FEWEST]
    unseen = unseen_measures(found, growth, scenario) if growth else ()
    horizon = max(len(one.forecast.draws) for one in found)
    without = tuple(not_told(found, growth, scenario)) if unseen else ()
    result = Outlooks(
        scenario.place.title, tuple(found), tuple(unseen), overall(found), source, horizon, without
    )
    read |= scenario.files | (file_of_sets(scenario.place_name) if growth else {})
    give_out(result, skipped, read, arguments)
    return DONE


def outlooks(
    histories: Sequence[History],
    growth: Mapping[str, Growth],
    measures: Mapping[str, str | None],
    horizon: int | None = None,
    sorts: Mapping[str, str] | None = None,
) -> list[Outlook]:
    """Test every method on every series and forecast each with what did best.

    ``horizon`` is in periods of the file. ``sorts`` says of which sort each series is (default: all
    of one). Series of one sort and frequency for which the same methods can be had share the
    weights of their combination; series of different sorts have nothing to tell each other.
    """
    groups: dict[tuple[str, ...], list[History]] = {}
    for h in histories:
        ways = methods_for(h, growth, measures.get(h.name))
        sort = (sorts or {}).get(h.name, "")
        groups.setdefault((h.frequency.name, sort, *ways), []).append(h)
    found: dict[str, Outlook] = {}
    for group in groups.values():
        found |= _group(group, growth, measures, horizon)
    return [found[h.name] for h in histories]


def _group(
    group: Sequence[History],
    growth: Mapping[str, Growth],
    measures: Mapping[str, str | None],
    horizon: int | None,
) -> dict[str, Outlook]:
    reach = reach_of(group[0], horizon)
    ways = [methods_for(h, growth, measures.get(h.name)) for h in group]
    season = group[0].frequency.per_year
    tests = [
        at_least(back_test(h.name, h.values, season, reach, way, h.seen), chance(h))
        for h, way in zip(group, ways, strict=True)
    ]
    ends = [len(h.values) for h in group]
    combined = with_combined(tests, ends)
    weights = weights_at(tests, ends)
    together = scores(combined) if any(len(t.value) for t in tests) else {}
    return {
        h.name: _outlook(h, measures.get(h.name), way, test, weights, together, reach)
        for h, way, test in zip(group, ways, combined, strict=True)
    }


def methods_for(
    history: History, growth: Mapping[str, Growth], measure: str | None
) -> dict[str, At]:
    """Every method that a series can be forecast with, as a function of the origin."""
    season = history.frequency.per_year

    methods = simple_methods(history)

    def simple(name: str, origin: int, horizon: int) -> Forecast:
        return methods[name](history.values[:origin], season, horizon)

    def model(origin: int, horizon: int) -> Forecast:
        assert measure is not None
        seen = history.values[:origin]
        return model_forecast(seen, history.first, history.frequency, growth[measure], horizon)

    ways: dict[str, At] = {name: partial(simple, name) for name in methods}
    without = measure is None or is_sparse(history)  # the growth is one of logarithms
    return ways if without else ways | {MODEL: model}


def simple_methods(history: History) -> dict[str, Method]:
    """The methods that need no model; of what is mostly nought, only counts around a mean."""
    if is_sparse(history):
        return dict(STEADY)
    if history.added > 1:
        return {"ets": SIMPLE["ets"], **STEADY}
    if are_few(history):
        return SIMPLE | STEADY
    return SIMPLE | YEARLY if history.frequency.per_year == 1 else dict(SIMPLE)


def reach_of(history: History, horizon: int | None) -> int:
    """How many values to forecast; ``horizon`` is in periods of the file."""
    return -(-horizon // history.added) if horizon else HORIZON[history.frequency.name]


def _outlook(
    history: History,
    measure: str | None,
    ways: Mapping[str, At],
    test: Tested,
    weights: Floats,
    together: Mapping[str, Score],
    horizon: int,
) -> Outlook:
    own = scores([test]) if len(test.value) else {}
    method, why = chosen(own, together)
    n = len(history.values)
    each = {name: at(n, horizon) for name, at in ways.items()}
    if method == COMBINED:
        draws = mixture([f.draws for f in each.values()], weights)
        given = Forecast(draws, "mixture")
    else:
        given = each[method]
    by_name = dict(zip(ways, weights.tolist(), strict=True))
    return Outlook(history, measure, method, why, given, own, by_name, history.notes, test)


def chosen(own: Mapping[str, Score], together: Mapping[str, Score]) -> tuple[str, str]:
    """The method to use, and why: the combination, unless a single one was clearly better.

    Better on the series itself if it has been tested often, else on all series of its sort.
    """
    enough = bool(own) and next(iter(own.values())).cases >= ENOUGH
    score = own if enough else together
    if not score:
        return COMBINED, "nothing could be tested"
    singles = [m for m in score if m != COMBINED]
    best = min(singles, key=lambda m: score[m].crps)
    if singles == list(STEADY):
        return best, "the only one for counts that are mostly nought"
    cases = score[best].cases
    below = CLEARLY if cases >= ENOUGH else ON_FEW
    mine = own[best].cases if own else 0
    of = f"{cases} values of this series" if mine == cases else f"{cases} values of its sort"
    of += "" if cases >= ENOUGH else ", which is little to choose by"
    nearer = 1 - score[best].crps / max(score[COMBINED].crps, 1e-12)
    if score[best].crps < below * score[COMBINED].crps:
        return best, f"{nearer:.0%} nearer than all combined, on {of}"
    if nearer <= 0:
        return COMBINED, f"nearer than each alone, on {of}"
    needed = f"a single method is taken when it is {1 - below:.0%} nearer"
    return COMBINED, f"{needed}; the best was {_short_of(nearer, 1 - below)} nearer, on {of}"


def _short_of(nearer: float, needed: float) -> str:
    """A share below what is needed, with the digits that keep it below once it is rounded."""
    told = (f"{nearer:.{digits}%}" for digits in range(4))
    return next((t for t in told if float(t[:-1]) < round(100 * needed)), f"less than {needed:.0%}")


def overall(found: Sequence[Outlook]) -> dict[str, Score]:
    """Scores over all series that were tested, each case counting the same."""
    tested = [one.score for one in found if one.score]
    names = [m for m in (tested[0] if tested else {}) if all(m in score for score in tested)]
    return {name: _pooled([score[name] for score in tested]) for name in names}


def _pooled(each: Sequence[Score]) -> Score:
    cases = np.array([s.cases for s in each], float)

    def mean(of: str) -> float:
        return float(np.average([getattr(s, of) for s in each], weights=cases))

    return Score(int(cases.sum()), mean("crps"), mean("pinball"), mean("covered_80"),
                 mean("covered_95"))  # fmt: skip
