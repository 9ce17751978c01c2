"""Which of many numbers, varied together, a result goes with: for any runs at random settings.

One number after another is taken in, by ranks, as long as it tells more of the result than the best
of as many idle ones would by luck. Numbers that happened to be varied together are so told apart as
far as the runs allow. Ranks stand for values, so a few extreme runs do not decide, and what bends
without turning back counts as straight; numbers that do something only together are missed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scenarios.uncertain import Uncertain

Floats = NDArray[np.float64]
FALSE_ALARM: Final = 0.05
"""That any idle number is taken in, at a step."""
RESAMPLES: Final = 200
FOLDS: Final = 10
"""Parts of the runs, each left out once."""
NINE_IN_TEN: Final = 1.2816
"""Quantile of the normal distribution."""
NOTHING: Final = 1e-12
"""Of the variance of the ranks: left by rounding alone."""
ALMOST: Final = 1 - 1e-9
"""The largest correlation of which an interval is taken."""
FEWEST_PAIRS: Final = 8
"""Settings lived twice from which the part of luck can be told."""


@dataclass(frozen=True)
class Told:
    """What one number tells of a result."""

    name: str
    share: float
    """Of the variance of ranks: what would be lost without it."""
    share_low: float
    share_high: float
    """95%, runs drawn anew (bootstrap)."""
    rises: bool
    """Whether more of it makes more of the result."""
    folds: int
    """In how many of the ten folds it is taken in as well."""
    low_third: float
    high_third: float
    """The middle result of the runs in which it was lowest, and in which it was highest."""


@dataclass(frozen=True)
class Ranking:
    """What all numbers that were taken in tell together, and each, what tells most first."""

    told: float
    afresh: float
    """The same in runs that were left out when the numbers were chosen; below 0 it is no use."""
    numbers: tuple[Told, ...]


def ranking(names: Sequence[str], points: Floats, values: Floats) -> Ranking:
    """What each of the numbers at ``points`` [runs, names] tells of ``values`` [runs]."""
    x, y = ranks(points), ranks(values)
    taken = telling(x, y)
    alone, (low, high) = shares(x[:, taken], y), _ends(points[:, taken], values)
    slopes = np.linalg.lstsq(x[:, taken], y, rcond=None)[0]
    afresh, chosen = left_out(x, y)
    found = [
        Told(
            names[j], float(alone[i]), float(low[i]), float(high[i]), bool(slopes[i] > 0),
            sum(j in fold for fold in chosen), *thirds(points[:, j], values),
        )
        for i, j in enumerate(taken)
    ]  # fmt: skip
    most_first = tuple(sorted(found, key=lambda told: -told.share))
    return Ranking(explained(x[:, taken], y), afresh, most_first)


@dataclass(frozen=True)
class Group:
    """What some numbers tell of a result together, each by a straight line of its own in ranks."""

    name: str
    numbers: int
    share: float
    """Of the variance of ranks; what luck adds is taken off, so it may come out below nought."""
    low: float
    high: float
    """95%"""


def groups(of: Sequence[str], points: Floats, values: Floats) -> list[Group]:
    """Every group of numbers (``of`` names the group of each column), what tells most first.

    The points must have been drawn with every number by itself. A group is told far more surely
    than a number: the square of a correlation comes out too large by chance, but by as much on
    average for each number, and that is taken off (the adjusted R² of each); what is left varies
    by 2/n² for each number, and by 4ρ²/n for what it really tells.
    """
    correlation = (ranks(points) * ranks(values)[:, None]).mean(axis=0)
    n = len(values)
    each = 1 - (1 - correlation**2) * (n - 1) / (n - 2)
    real = np.clip(each, 0.0, 1.0)
    variance = (1 - real) ** 2 * (2 / n**2 + 4 * real / n)
    found = []
    for name in dict.fromkeys(of):
        own = np.array([group == name for group in of])
        share, half = float(each[own].sum()), 1.96 * math.sqrt(float(variance[own].sum()))
        found.append(Group(name, int(own.sum()), share, share - half, share + half))
    return sorted(found, key=lambda group: -group.share)


def row_of(number: Uncertain, told: Told) -> dict[str, Any]:
    """A number and what it tells, for JSON and for the workshop's page."""
    return {
        "name": number.name, "meaning": number.meaning, "status": number.status,
        "low": number.low, "high": number.high, "share": round(told.share, 3),
        "share_low": round(told.share_low, 3), "share_high": round(told.share_high, 3),
        "more_makes": "more" if told.rises else "less", "folds": told.folds,
        "low_third": float(f"{told.low_third:.4g}"), "high_third": float(f"{told.high_third:.4g}"),
    }  # fmt: skip


def spread_of(values: Floats) -> dict[str, float]:
    """The middle of the runs, and the range of nine in ten."""
    low, middle, high = (float(f"{q:.4g}") for q in np.quantile(values, (0.05, 0.5, 0.95)))
    return {"runs_from": low, "runs_middle": middle, "runs_to": high}


def ranks(values: Floats) -> Floats:
    """Ranks down the first axis, ties shared, with mean 0 and standard deviation 1."""
    from scipy.stats import rankdata

    order = np.asarray(rankdata(values, axis=0), np.float64)
    centred: Floats = order - order.mean(axis=0)
    spread = centred.std(axis=0)
    scaled: Floats = centred / np.where(spread > 0, spread, 1.0)
    return scaled


def telling(x: Floats, y: Floats) -> list[int]:
    """Columns of ``x``, one after another, each telling most of what those before have left."""
    taken: list[int] = []
    while len(taken) < x.shape[1]:
        left = _rest(x[:, taken], np.column_stack([x, y]))
        own, rest = left[:, :-1], left[:, -1]
        if rest @ rest < NOTHING * len(y):
            break
        size = (own**2).sum(axis=0)
        size[taken] = np.inf
        share = (own.T @ rest) ** 2 / np.maximum(size, 1e-9) / (rest @ rest)
        best = int(share.argmax())
        if share[best] <= by_luck(len(y) - len(taken), x.shape[1]):
            break
        taken.append(best)
    return taken


def by_luck(runs: int, numbers: int) -> float:
    """The share that the best of so many idle numbers would tell, 95 times in 100 at most."""
    from scipy.stats import beta

    if runs < 5:
        return 1.0
    return float(beta.ppf(1 - FALSE_ALARM / numbers, 0.5, (runs - 3) / 2))


def surely_named(runs: int, numbers: int) -> float:
    """The share of a number that so many runs would name nine times in ten (Fisher's z)."""
    if runs < 5:
        return 1.0
    z = math.atanh(math.sqrt(by_luck(runs, numbers))) + NINE_IN_TEN / math.sqrt(runs - 3)
    return math.tanh(z) ** 2


def shares(x: Floats, y: Floats) -> Floats:
    """What each column tells of ``y`` that the others do not: the share lost without it.

    By the inverse of the columns' products, which gives all at once what leaving out each does.
    """
    inverse = np.linalg.pinv(x.T @ x)
    weights = inverse @ (x.T @ y)
    found: Floats = weights**2 / np.diag(inverse) / max(float(y @ y), 1e-9)
    return found


def explained(x: Floats, y: Floats) -> float:
    """The share of the variance of ``y`` that a line through all columns tells; of a ``y`` that
    never differs, nothing."""
    if y @ y < NOTHING * len(y):
        return 0.0
    rest = _rest(x, y[:, None])[:, 0]
    return float(1 - (rest @ rest) / (y @ y))


def left_out(x: Floats, y: Floats) -> tuple[float, list[list[int]]]:
    """What columns chosen in nine tenths of the runs tell of the other tenth; and which they are.

    Choosing among many flatters: what is told of the runs in which one chose is too much.
    """
    fold = np.random.default_rng(1).permutation(len(y)) % FOLDS
    missed, chosen = 0.0, []
    for i in range(FOLDS):
        out = fold == i
        taken = telling(x[~out], y[~out])
        weights = np.linalg.lstsq(x[~out][:, taken], y[~out], rcond=None)[0]
        missed += float(((y[out] - x[out][:, taken] @ weights) ** 2).sum())
        chosen.append(taken)
    differs = float(y @ y) >= NOTHING * len(y)
    return 1 - missed / float(y @ y) if differs else 0.0, chosen


def thirds(x: Floats, values: Floats) -> tuple[float, float]:
    """The medians of ``values`` where ``x`` is in its lowest third, and in its highest."""
    low, high = np.quantile(x, (1 / 3, 2 / 3))
    return float(np.median(values[x <= low])), float(np.median(values[x >= high]))


def luck(first: Floats, second: Floats) -> tuple[float, float, float]:
    """The share of the differences between runs that is luck, with 95% (Fisher's z).

    first, second  float64[settings]  results of the same settings, with other luck in each

    What two lives at the same settings have in common is the settings' doing; the correlation of
    their ranks says how much that is. NaN where there are too few of them.
    """
    if len(first) < FEWEST_PAIRS:
        return math.nan, math.nan, math.nan
    same = float((ranks(first) * ranks(second)).mean())
    z, half = math.atanh(min(max(same, -ALMOST), ALMOST)), 1.96 / math.sqrt(len(first) - 3)
    shares_of_luck = (1 - same, 1 - math.tanh(z + half), 1 - math.tanh(z - half))
    share, low, high = (min(1.0, max(0.0, x)) for x in shares_of_luck)
    return share, min(share, low), high


def _ends(points: Floats, values: Floats) -> Floats:
    """[2, columns] between which 95% of the shares lie, with runs drawn anew."""
    if not points.shape[1]:
        return np.empty((2, 0))
    rng = np.random.default_rng(1)
    again = [rng.integers(len(values), size=len(values)) for _ in range(RESAMPLES)]
    spread = np.array([shares(ranks(points[i]), ranks(values[i])) for i in again])
    return np.asarray(np.quantile(spread, (0.025, 0.975), axis=0))


def _rest(x: Floats, y: Floats) -> Floats:
    """What is left of the columns of ``y`` when those of ``x`` have told what they can."""
    if not x.shape[1]:
        return y
    rest: Floats = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return rest
