"""Boxes of futures in which a plan fails (PRIM, Friedman and Fisher 1999).

From all futures, thin slices are peeled off one side of one number at a time, the slice whose loss
leaves the largest share of failures, until few futures are left; then slices are pasted back where
that does no harm. Of the boxes on the way, the one that best trades how much of all failure it
catches for how pure it is (Bryant and Lempert 2010) is kept, less the limits that are not needed.

With more numbers than a few, peeling soon finds slices that look good by luck. So only the numbers
that set failing futures apart from others most are looked at, and a limit must be beyond what the
best of so many numbers would show by luck; else there is no box.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Floats

Bools = NDArray[np.bool_]
PEEL = 0.07
LEAST = 0.08
"""No box with a smaller share of all futures."""
MOST_LIMITS = 4
LOOKED_AT = 10
"""Numbers, those whose ranks differ most between futures that fail and others."""
FALSE_ALARM = 0.05
"""For all numbers together (Bonferroni)."""


@dataclass(frozen=True)
class Limit:
    """One side of a box."""

    column: int
    at_least: float
    """-inf where there is none."""
    at_most: float
    chance: float
    """How often a limit on a number that does not matter would do as much (a binomial test)."""


@dataclass(frozen=True)
class Box:
    """A region of futures."""

    limits: tuple[Limit, ...]
    density: float
    """Share of the futures inside that fail."""
    coverage: float
    """Share of all failures that lie inside."""
    mass: float
    """Share of all futures that lie inside."""


def inside(x: Floats, low: Floats, high: Floats) -> Bools:
    """Which rows lie within the bounds."""
    return np.asarray(((x >= low) & (x <= high)).all(axis=1))


def find_box(x: Floats, fails: Bools) -> Box | None:
    """The best box; None where nothing fails, or everything does.

    x      float64[futures, numbers]
    fails  bool[futures]
    """
    if not fails.any() or fails.all():
        return None
    told = np.sort(telling(x, fails))
    box = _described(x, fails, told, *_peeled(x[:, told], fails))
    while box.limits and box.limits[-1].chance > FALSE_ALARM / x.shape[1]:
        told = np.array([limit.column for limit in box.limits[:-1]], np.int64)
        if len(told) == 0:
            return None
        box = _described(x, fails, told, *_peeled(x[:, told], fails))
    return box if box.limits else None


def telling(x: Floats, fails: Bools) -> NDArray[np.int64]:
    """The columns whose mean rank differs most between rows that fail and others, most first."""
    ranks = np.argsort(np.argsort(x, axis=0), axis=0)
    apart = np.abs(ranks[fails].mean(axis=0) - ranks[~fails].mean(axis=0))
    return np.asarray(np.argsort(-apart)[:LOOKED_AT])


def holds(x: Floats, box: Box) -> Bools:
    """Which rows lie in the box."""
    within = np.ones(len(x), np.bool_)
    for limit in box.limits:
        within &= (x[:, limit.column] >= limit.at_least) & (x[:, limit.column] <= limit.at_most)
    return within


def _peeled(x: Floats, fails: Bools) -> tuple[Floats, Floats]:
    """Peel, take the best box on the way, paste, and take needless limits away."""
    low, high = np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)
    best, best_score = (low.copy(), high.copy()), -1.0
    while inside(x, low, high).mean() > LEAST:
        peeled = _peel(x, fails, low, high)
        if peeled is None:
            break
        low, high = peeled
        score = _score(x, fails, low, high)
        if score > best_score:
            best, best_score = (low.copy(), high.copy()), score
    return _without_needless(x, fails, *_pasted(x, fails, *best))


def _peel(x: Floats, fails: Bools, low: Floats, high: Floats) -> tuple[Floats, Floats] | None:
    """The bounds after the best single peel, or None where none is left."""
    within = inside(x, low, high)
    here, failing = x[within], fails[within]
    best: tuple[float, int, bool, float] | None = None
    for j in range(x.shape[1]):
        for from_below, q in ((True, PEEL), (False, 1.0 - PEEL)):
            at = float(np.quantile(here[:, j], q))
            kept = here[:, j] > at if from_below else here[:, j] < at
            if 0 < kept.sum() < len(kept):
                gain = float(failing[kept].mean())
                if best is None or gain > best[0]:
                    edge = here[kept, j].min() if from_below else here[kept, j].max()
                    best = gain, j, from_below, float(edge)
    if best is None:
        return None
    _, j, from_below, at = best
    low, high = low.copy(), high.copy()
    (low if from_below else high)[j] = at
    return low, high


def _pasted(x: Floats, fails: Bools, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Slices put back one at a time, as long as the box gets better."""
    score = _score(x, fails, low, high)
    while True:
        tries = []
        for j in np.flatnonzero(np.isfinite(low) | np.isfinite(high)):
            for side in (0, 1):
                wider = _wider(x, low, high, int(j), side)
                if wider is not None:
                    tries.append((_score(x, fails, *wider), wider))
        if not tries or max(t[0] for t in tries) <= score:
            return low, high
        score, (low, high) = max(tries, key=lambda t: t[0])


def _wider(x: Floats, low: Floats, high: Floats, j: int, side: int) -> tuple[Floats, Floats] | None:
    """The bounds with one side of one number moved out past the next few futures."""
    edge = (low, high)[side][j]
    if not np.isfinite(edge):
        return None
    free_low, free_high = low.copy(), high.copy()
    (free_low if side == 0 else free_high)[j] = -np.inf if side == 0 else np.inf
    beyond = x[inside(x, free_low, free_high), j]
    beyond = np.sort(beyond[beyond < edge] if side == 0 else beyond[beyond > edge])
    step = max(1, round(0.03 * len(x)))
    if len(beyond) <= step:
        return free_low, free_high
    new_low, new_high = low.copy(), high.copy()
    (new_low if side == 0 else new_high)[j] = beyond[-step] if side == 0 else beyond[step - 1]
    return new_low, new_high


def _without_needless(x: Floats, fails: Bools, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Limits taken away, the least useful first, while that costs little or they are too many."""
    while True:
        limited = np.flatnonzero(np.isfinite(low) | np.isfinite(high))
        if len(limited) <= 1:
            return low, high
        score = _score(x, fails, low, high)
        options = []
        for j in limited:
            fewer = low.copy(), high.copy()
            fewer[0][j], fewer[1][j] = -np.inf, np.inf
            options.append((_score(x, fails, *fewer), fewer))
        best, fewer = max(options, key=lambda option: option[0])
        if len(limited) <= MOST_LIMITS and best < score - 0.03:
            return low, high
        low, high = fewer


def _score(x: Floats, fails: Bools, low: Floats, high: Floats) -> float:
    """The harmonic mean of density and coverage (F1)."""
    within = inside(x, low, high)
    caught = float(fails[within].sum())
    if caught == 0:
        return 0.0
    density, coverage = caught / float(within.sum()), caught / float(fails.sum())
    return 2 * density * coverage / (density + coverage)


def _described(
    every: Floats, fails: Bools, columns: NDArray[np.int64], low: Floats, high: Floats
) -> Box:
    """The box in words of all columns; ``low`` and ``high`` are of ``columns``."""
    from scipy.stats import binom

    x = every[:, columns]
    within = inside(x, low, high)
    limits = []
    for j in np.flatnonzero(np.isfinite(low) | np.isfinite(high)):
        free_low, free_high = low.copy(), high.copy()
        free_low[j], free_high[j] = -np.inf, np.inf
        free = inside(x, free_low, free_high)
        rate = float(fails[free].mean())
        chance = float(binom.sf(fails[within].sum() - 1, within.sum(), rate))
        limits.append(Limit(int(columns[j]), float(low[j]), float(high[j]), chance))
    return Box(
        tuple(sorted(limits, key=lambda limit: limit.chance)),
        density=float(fails[within].mean()),
        coverage=float(fails[within].sum() / fails.sum()),
        mass=float(within.mean()),
    )
