"""Means and paired differences, with intervals of chance and of ignorance.

Chance is how far the mean would move if the same place were simulated again with other random
numbers: a 95% interval, Student's t on the replicates' values. Replicates of two scenarios share
their random numbers, so a difference is taken replicate by replicate.

Ignorance is how far the answer would move if the model had other numbers of its own, as plausible:
the range over runs at several plausible sets of them. Every such run has luck as well; its part of
the spread, known from the replicates, is taken out, except at sets where there is next to none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.95
CHANCE_ONLY = "chance only; uncertainty about the model's numbers is not in it yet"
CHANCE = "chance, the same place with other luck"
FEW_SETS = 19
"""Of fewer sets than this, nine in ten are all."""
MIDDLE = (0.05, 0.95)
"""The range of ignorance: nine sets in ten; of fewer than 19, from the lowest to the highest."""
ROUNDING = 1e-11
"""Differences below this share of the level are rounding of sums, not effects."""


@dataclass(frozen=True)
class Interval:
    """A mean over replicates and its 95% interval; NaN where it cannot be had."""

    mean: float
    low: float
    high: float
    """``low`` to ``high`` holds all that is known of: chance, and ignorance where sets were run."""
    chance: tuple[float, float] | None = None
    """The interval of chance alone; None where ``low`` and ``high`` are that."""
    ignorance: tuple[float, float] | None = None
    """The range over plausible sets; None where none were run."""

    @property
    def by_chance(self) -> Interval:
        """The same with the interval of chance alone."""
        return self if self.chance is None else Interval(self.mean, *self.chance)

    @property
    def half(self) -> float:
        """Half the interval's width; NaN with a single replicate."""
        return (self.high - self.low) / 2

    @property
    def detectable(self) -> bool:
        """Whether the interval excludes zero. A single replicate detects nothing."""
        return self.low > 0 or self.high < 0


def t_quantile(degrees: int, level: float = LEVEL) -> float:
    """The factor of a two-sided interval, of 95% if not told otherwise, with so many degrees of
    freedom.

    `scipy.special` gives the same number as `scipy.stats` and takes far less time to import.
    """
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + level) / 2))


LAST_PLACES = 1e-10
"""Of a number: by so little do floats differ that are the same."""


def mean_interval(values: Floats) -> Interval:
    """Mean and t-interval over replicates; a replicate where the value is undefined is left out.

    values  float64[replicates]; NaN where undefined
    """
    known = values[~np.isnan(values)]
    if known.size == 0:
        return Interval(math.nan, math.nan, math.nan)
    mean = float(known.mean())
    if known.size == 1:
        return Interval(mean, math.nan, math.nan)
    if np.ptp(known) <= LAST_PLACES * abs(known[0]):
        # Equal numbers, or differences that are, can differ in the last places of what they are of.
        return Interval(float(known[0]), float(known[0]), float(known[0]))
    half = t_quantile(known.size - 1) * float(known.std(ddof=1)) / math.sqrt(known.size)
    return Interval(mean, mean - half, mean + half)


def next_interval(values: Floats) -> tuple[float, float]:
    """Where one more replicate would fall, 95 times in 100: a prediction interval.

    It is wider than the interval of the mean, however many replicates there are, since a single
    replicate has the luck of one as well: mean ± t s √(1 + 1/n). NaN of fewer than two.

    values  float64[replicates]; NaN where undefined
    """
    known = values[~np.isnan(values)]
    if known.size < 2:
        return math.nan, math.nan
    mean, spread = float(known.mean()), float(known.std(ddof=1))
    half = t_quantile(known.size - 1) * spread * math.sqrt(1.0 + 1.0 / known.size)
    return mean - half, mean + half


def with_ignorance(
    values: Floats, sets: Floats, quiet: NDArray[np.bool_] | None = None
) -> Interval:
    """The mean over replicates, with chance and ignorance apart and together.

    values  float64[replicates]  at the register's own numbers
    sets    float64[sets]        one run at each plausible set of numbers
    quiet   bool[sets]           where luck has next to no part (`quiet_sets`); else nowhere

    The sets' values are drawn together until their spread is what it would be without the chance
    of a single run, which the replicates tell; those of quiet sets stay as they are. A range all on
    one side of zero would say that all sets point that way: it reaches zero where luck alone could
    have moved its middle so far. Together: either side by Pythagoras, since luck and numbers are
    drawn independently. With a single replicate chance is not known, and stays in the range.
    """
    own = mean_interval(values)
    there = ~np.isnan(sets)
    known = sets[there]
    if math.isnan(own.mean) or known.size < 2:
        return own
    luck = values[~np.isnan(values)]
    chance = np.full(known.size, float(luck.var(ddof=1)) if luck.size > 1 else 0.0)
    if quiet is not None:
        chance[quiet[there]] = 0.0
    apart = max(0.0, float(known.var(ddof=1) - chance.mean()))
    kept = np.sqrt(np.divide(apart, apart + chance, out=np.ones_like(chance), where=chance > 0))
    middle = float(known.mean())
    answers = middle + kept * (known - middle)
    low, high = (float(x) for x in np.quantile(answers, MIDDLE, method="weibull"))
    by_luck = t_quantile(known.size - 1) * math.sqrt(chance.mean() / known.size)
    if low < high and abs(middle) <= by_luck:
        low, high = min(low, 0.0), max(high, 0.0)
    return taken_together(own, (low, high))


def taken_together(own: Interval, ignorance: tuple[float, float]) -> Interval:
    """An interval of chance with a range of ignorance: either side of the mean by Pythagoras."""
    low, high = ignorance
    below, above = max(0.0, own.mean - low), max(0.0, high - own.mean)
    if not math.isnan(own.half):
        below, above = math.hypot(below, own.half), math.hypot(above, own.half)
    return Interval(own.mean, own.mean - below, own.mean + above, (own.low, own.high), ignorance)


def paired_difference(scenario: Floats, base: Floats) -> Interval:
    """Scenario minus base, replicate by replicate; pairs with an undefined side are left out."""
    return mean_interval(pairwise(scenario, base))


def pairwise(scenario: Floats, base: Floats) -> Floats:
    """Scenario minus base, elementwise; what is no more than rounding counts as zero."""
    difference = scenario - base
    scale = np.maximum(np.abs(scenario), np.abs(base))
    return np.where(np.abs(difference) <= ROUNDING * scale, 0.0, difference)


def mean_over_replicates(values: Floats) -> Floats:
    """Mean over the first axis of what is defined; NaN where nothing is."""
    known = ~np.isnan(values)
    n = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(n > 0, total / np.maximum(n, 1), math.nan)
