"""What an evaluation would find, and what is true: the numbers of `upstream evaluate`.

All are changes in an outcome after joining, as shares: -0.3 is a fall of 30%.

before and after   after / before - 1, of the people in the programme
matched            the fall of the programme's people beside that of others who looked the same:
                   (after / before) / (their after / their before) - 1
trial              half of the same people, by lot, without the programme; calls before joining are
                   adjusted for (analysis of covariance)
truth              after, with the programme / after, without it - 1, of the same people
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from agents.arrays import Floats, Ints
from experiments.missed import ratio_interval
from experiments.stats import Interval, mean_interval, next_interval, t_quantile
from experiments.trial import READINGS, SHOWN_WEEKS, Arm, Reading, Trial

LOTS = 200
"""Times that lots are drawn for the trial, in each replicate."""
FEWEST = 10
"""People of whom a trial can be made."""
_Z = 1.959964 + 0.841621
"""Standard errors at which a two-sided 5% test finds an effect with 80% probability."""


@dataclass(frozen=True)
class TrialFound:
    """What randomised trials of this size would have found."""

    median: float
    low: float
    high: float
    """95% of the trials lie between."""
    power: float
    """Share of the trials whose 95% interval excludes zero."""
    needed: float
    """People in a trial that finds the true effect four times in five; NaN where it has none."""


@dataclass(frozen=True)
class Estimates:
    """Of one programme, one outcome, so many weeks before and after."""

    outcome: str
    weeks: int
    people: float
    before: Interval
    """A person, in those weeks."""
    naive: Interval
    matched: Interval
    trial: TrialFound
    truth: Interval
    anyway: Interval
    """Of the fall, the share that comes without the programme."""
    one_off: tuple[float, float]
    """Between these the before-and-after change of one more evaluation is, 95 times in 100."""
    place: Interval
    """What the programme changed among everybody in its first two years, as they are counted."""


@dataclass(frozen=True, eq=False)
class Sums:
    """Totals by replicate."""

    before: Floats
    after: Floats
    without: Floats
    matched_before: Floats
    matched_after: Floats


def estimate(arms: Sequence[Arm], outcome: str, weeks: int, seed: int) -> Estimates:
    """Put the numbers side by side; one arm a replicate."""
    sums = sums_of(arms, outcome, weeks)
    naive = _share(sums.after, sums.before)
    truth = mean_interval(_share(sums.after, sums.without))
    place = np.array([a.place_with[outcome] - a.place_without[outcome] for a in arms], np.float64)
    people = float(np.mean([arm.people for arm in arms]))
    return Estimates(
        outcome=outcome,
        weeks=weeks,
        people=people,
        before=mean_interval(sums.before / np.array([max(1, a.people) for a in arms])),
        naive=mean_interval(naive),
        matched=mean_interval(
            (1.0 + naive) / (1.0 + _share(sums.matched_after, sums.matched_before)) - 1.0
        ),
        trial=trials(arms, outcome, weeks, seed, truth.detectable),
        truth=truth,
        anyway=ratio_interval(sums.before - sums.without, sums.before - sums.after),
        one_off=_next_share(naive),
        place=mean_interval(place),
    )


def sums_of(arms: Sequence[Arm], outcome: str, weeks: int) -> Sums:
    """What was counted of all people of each replicate, before and after."""

    def total(tables: list[Ints], after: bool) -> Floats:
        first = SHOWN_WEEKS if after else SHOWN_WEEKS - weeks
        return np.array([float(table[:, first : first + weeks].sum()) for table in tables])

    with_it = [arm.with_it[outcome] for arm in arms]
    matched = [arm.matched[outcome] for arm in arms]
    return Sums(
        before=total(with_it, False),
        after=total(with_it, True),
        without=total([arm.without_it[outcome] for arm in arms], True),
        matched_before=total(matched, False),
        matched_after=total(matched, True),
    )


def trials(
    arms: Sequence[Arm], outcome: str, weeks: int, seed: int, has_effect: bool
) -> TrialFound:
    """Draw lots among the same people again and again, and do the sums of a trial each time."""
    rng = np.random.default_rng([seed, weeks])
    enough = [arm for arm in arms if arm.people >= FEWEST]
    if not enough:
        return TrialFound(*[math.nan] * 5)
    found = np.concatenate([_lots(arm, outcome, weeks, rng) for arm in enough])
    relative, effect, error = found.T
    people = float(np.mean([arm.people for arm in arms]))
    quantile = t_quantile(max(1, round(people) - 3))
    known = error > 0
    power = float((np.abs(effect[known]) > quantile * error[known]).mean()) if known.any() else 0.0
    ratio = abs(float(effect.mean())) / float(error.mean()) if known.any() else 0.0
    return TrialFound(
        median=float(np.median(relative)),
        low=float(np.quantile(relative, 0.025)),
        high=float(np.quantile(relative, 0.975)),
        power=power,
        needed=people * (_Z / ratio) ** 2 if has_effect and ratio > 0 else math.nan,
    )


def _lots(arm: Arm, outcome: str, weeks: int, rng: np.random.Generator) -> Floats:
    """[LOTS, 3] relative effect, effect and its standard error, each with lots drawn anew."""
    with_it, without = arm.with_it[outcome], arm.without_it[outcome]
    after = slice(SHOWN_WEEKS, SHOWN_WEEKS + weeks)
    y1, y0 = with_it[:, after].sum(axis=1), without[:, after].sum(axis=1)
    before = with_it[:, SHOWN_WEEKS - weeks : SHOWN_WEEKS].sum(axis=1).astype(np.float64)
    n = len(before)
    half = np.arange(n) < n // 2
    rows = []
    for _ in range(LOTS):
        treated = rng.permutation(half)
        rows.append(covariance(np.where(treated, y1, y0).astype(np.float64), treated, before))
    return np.array(rows)


def covariance(y: Floats, treated: Ints, before: Floats) -> tuple[float, float, float]:
    """Analysis of covariance: effect over the control group's mean, effect, standard error."""
    design = np.stack([np.ones(len(y)), treated, before], axis=1).astype(np.float64)
    inverse = np.linalg.pinv(design.T @ design)
    slopes = inverse @ design.T @ y
    residual = y - design @ slopes
    variance = float(residual @ residual) / (len(y) - 3)
    error = math.sqrt(max(0.0, variance * inverse[1, 1]))
    level = float(slopes[0] + slopes[2] * before.mean())
    relative = float(slopes[1]) / level if level > 0 else 0.0
    return relative, float(slopes[1]), error


@dataclass(frozen=True)
class ReadingFound:
    """What becomes of people picked at their peak when nothing is done."""

    reading: Reading
    change: Interval
    one_off: tuple[float, float]
    """Between these, 95 times in 100, would be the change in one place more."""
    best_of_three: float
    """What the best of three such places would report, on average."""


def readings(found: Sequence[Trial]) -> list[ReadingFound]:
    """Each published fall beside the same where nothing is done."""
    out = []
    for reading in READINGS:
        counts = np.array(
            [t.nothing_done[reading.name] for t in found if reading.name in t.nothing_done], float
        )
        if len(counts) == 0 or not (counts[:, 0] > 0).all():
            continue
        change = _share(counts[:, 1], counts[:, 0])
        three = [min(some) for some in combinations(change, 3)]
        best = float(np.mean(three)) if three else math.nan
        out.append(ReadingFound(reading, mean_interval(change), _next_share(change), best))
    return out


def by_half_year(tables: Sequence[Ints], weeks: int = 26) -> Floats:
    """[replicates, half-years] per person, before and after joining."""
    return np.array([
        table.reshape(len(table), -1, weeks).sum(axis=2).mean(axis=0) for table in tables
    ])  # fmt: skip


def _next_share(changes: Floats) -> tuple[float, float]:
    """Where the change of one place more would be; nothing falls by more than all."""
    low, high = next_interval(changes)
    return float(np.maximum(-1.0, low)), high


def _share(after: Floats, before: Floats) -> Floats:
    """after / before - 1; NaN where there was nothing before."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before > 0, after / before - 1.0, math.nan)
