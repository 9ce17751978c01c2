"""How good forecasts of a series would have been: made again at earlier origins, then scored.

At each origin a method sees the values up to it and nothing after. What is combined at an origin is
weighted by scores that were known there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.forecast.combine import mixture, stacking_weights
from calibration.forecast.scores import N_LEVELS, Floats, covered, crps, pinball
from calibration.forecast.simple import Forecast

COMBINED: Final = "combined"
BELIEF: Final = {"naive": 0.1, "ets": 0.2, "arima": 0.2, "returning": 0.5, "model": 0.1}
"""How much each method counts for yearly values before it is tested on them: what was best on the
histories of authorities (docs/forecast.md); the model has been no better than the naive."""
MOST_ORIGINS: Final = 12
FEWEST_SEEN: Final = {1: 4, 4: 10, 12: 26, 13: 15, 52: 60}
"""Values before the first origin, by periods in a year: two seasons where there are seasons; for
weeks, and sums of four, little more than one, since two years of weeks are rare."""
FEWEST_ORIGINS: Final = 4
"""From so many origins at least a short history is tested, but one of years."""

Ints = NDArray[np.int64]
At = Callable[[int, int], Forecast]
"""(origin: how many values are seen, how many to forecast)."""


@dataclass(frozen=True, eq=False)
class Tested:
    """Forecasts of one series from several origins, with what came. One row a value forecast."""

    name: str
    methods: tuple[str, ...]
    origin: Ints
    """int[cases] how many values were seen"""
    ahead: Ints
    """int[cases] 1 is the next value"""
    value: Floats
    scale: Floats
    """[cases] mean absolute one-season change up to the origin: scores are told in units of it"""
    draws: Floats
    """[methods, cases, N_LEVELS]"""

    @property
    def known_at(self) -> Ints:
        """int[cases] the origin from which on the value has been seen."""
        return self.origin + self.ahead


@dataclass(frozen=True)
class Score:
    """Means over cases; CRPS and pinball in units of the usual change of the series."""

    cases: int
    crps: float
    pinball: float
    covered_80: float
    covered_95: float


def origins(n: int, season: int) -> list[int]:
    """Where to forecast from: from the fewest values on, at most `MOST_ORIGINS`, the last apart."""
    first = min(FEWEST_SEEN[season], max(2, n - (1 if season == 1 else FEWEST_ORIGINS)))
    every = list(range(first, n))
    step = -(-len(every) // MOST_ORIGINS)
    return every[::-1][::step][::-1] if every else []


def back_test(
    name: str,
    values: Floats,
    season: int,
    horizon: int,
    methods: Mapping[str, At],
    seen: NDArray[np.bool_] | None = None,
) -> Tested:
    """Forecast a series from each of its origins with each method.

    Only values that are ``seen`` (default: all) are scored, not those that were filled in.
    """
    real = np.ones(len(values), bool) if seen is None else seen
    rows: list[tuple[int, int]] = []
    draws: list[Floats] = []
    for origin in origins(len(values), season):
        reach = min(horizon, len(values) - origin)
        scored = np.flatnonzero(real[origin : origin + reach])
        if not len(scored):
            continue
        found = [method(origin, reach).draws[scored] for method in methods.values()]
        draws.append(np.stack(found))
        rows += [(origin, int(i) + 1) for i in scored]
    at, ahead = np.array(rows, np.int64).reshape(-1, 2).T
    shape = (len(methods), 0, N_LEVELS)
    return Tested(
        name=name,
        methods=tuple(methods),
        origin=at,
        ahead=ahead,
        value=values[at + ahead - 1],
        scale=np.array([usual_change(values[:o], season) for o in at]),
        draws=np.concatenate(draws, axis=1) if draws else np.zeros(shape),
    )


def at_least(test: Tested, change: float) -> Tested:
    """The same test, its scores in units of no less than such a change."""
    return replace(test, scale=np.maximum(test.scale, change))


def usual_change(values: Floats, season: int, at_least: float = 0.01) -> float:
    """Mean absolute change over a season; at least this share of the mean, so that it scales."""
    back = season if len(values) > season else 1
    changes = np.abs(values[back:] - values[:-back])
    least = at_least * max(1.0, float(values.mean()))
    return max(float(changes.mean()) if len(changes) else 0.0, least)


def weights_at(tests: Sequence[Tested], origin_of: Sequence[int]) -> Floats:
    """Weights by the scores known at an origin of each series; all series count together.

    All must have the same methods. Scores of before are few, so series, horizons and origins share
    one set of weights.
    """
    seen = [t.known_at <= origin for t, origin in zip(tests, origin_of, strict=True)]
    past = np.concatenate([t.draws[:, s] for t, s in zip(tests, seen, strict=True)], axis=1)
    value = np.concatenate([t.value[s] for t, s in zip(tests, seen, strict=True)])
    scale = np.concatenate([t.scale[s] for t, s in zip(tests, seen, strict=True)])
    return stacking_weights(past, value, scale, believed(tests[0].methods))


def believed(methods: Sequence[str]) -> Floats | None:
    """Weights before any test; None, which is equal ones, where not all methods are known ones."""
    if "returning" not in methods or not set(methods) <= set(BELIEF):
        return None
    weights = np.array([BELIEF[name] for name in methods])
    return np.asarray(weights / weights.sum())


def with_combined(tests: Sequence[Tested], ends: Sequence[int]) -> list[Tested]:
    """The same tests with the combination as a further method.

    ``ends`` are the lengths of the series. Their last values are of one time, so an origin is
    counted back from the end: the combination at any origin knows no later value of any series.
    """
    weights: dict[int, Floats] = {}
    for t, end in zip(tests, ends, strict=True):
        for origin in np.unique(t.origin):
            back = end - int(origin)
            if back not in weights:
                weights[back] = weights_at(tests, [e - back for e in ends])
    return [_with_combined(t, end, weights) for t, end in zip(tests, ends, strict=True)]


def _with_combined(test: Tested, end: int, weights: Mapping[int, Floats]) -> Tested:
    mixed = np.zeros((len(test.value), N_LEVELS))
    for origin in np.unique(test.origin):
        here = test.origin == origin
        mixed[here] = mixture(list(test.draws[:, here]), weights[end - int(origin)])
    return Tested(
        test.name, (*test.methods, COMBINED), test.origin, test.ahead, test.value, test.scale,
        np.concatenate([test.draws, mixed[None]]),
    )  # fmt: skip


def scores(tests: Sequence[Tested]) -> dict[str, Score]:
    """Each method's scores, over all cases of all series."""
    value = np.concatenate([t.value for t in tests])
    scale = np.concatenate([t.scale for t in tests])
    found = {}
    for i, method in enumerate(tests[0].methods):
        draws = np.concatenate([t.draws[i] for t in tests])
        if len(value):
            found[method] = Score(
                cases=len(value),
                crps=float((crps(draws, value) / scale).mean()),
                pinball=float((pinball(draws, value) / scale).mean()),
                covered_80=float(covered(draws, value, 0.8).mean()),
                covered_95=float(covered(draws, value, 0.95).mean()),
            )
    return found
