"""How near forecasts of small counts told by fives come: the figures in docs/forecast.md.

    python -m experiments.sparse_series --series 12

Series are made up: three years of weekly counts, Poisson around a steady rate, told by fives as an
import tells them. Each is forecast from all of its origins twice: week by week, as everything is
that is not sparse, and as `upstream forecast` does it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from calibration.forecast.backtest import COMBINED, Tested, back_test, with_combined
from calibration.forecast.history import History
from calibration.forecast.periods import FREQUENCIES
from calibration.forecast.scores import at, covered
from calibration.forecast.simple import SIMPLE, Forecast, Method
from calibration.forecast.sparse import added_up
from calibration.logs.fives import weeks_by_fives
from experiments.forecast import methods_for, reach_of

RATES: Final = (0.3, 0.6, 1.0, 2.0, 3.0, 5.0)
"""Contacts a week."""
WEEKS: Final = 156
AHEAD: Final = 26
FIRST_SEED: Final = 100
"""Methods were chosen on series of other seeds."""
FIRST: Final = dt.date(2021, 1, 4)


class Found(NamedTuple):
    """Over all series of a rate: forecasts against the rate, and how often what came lay inside."""

    rate: float
    every: str
    middle: float
    """The mean of the middles, as a part of what comes on average."""
    mean: float
    inside: float


def made_up(rate: float, seed: int) -> History:
    """A series as an import tells it."""
    counts = np.random.default_rng([seed, round(100 * rate)]).poisson(rate, (WEEKS, 1))
    told = weeks_by_fives(counts.astype(np.int64))[:, 0].astype(float)
    return History("police", FREQUENCIES["week"], FIRST, told, np.ones(WEEKS, bool))


def tested(history: History, weekly: bool) -> Tested:
    """Its forecasts from every origin; ``weekly``: by the methods of what is not sparse."""
    used = history if weekly else added_up(history)
    ways = methods_for(used, {}, None)
    if weekly:
        ways = {name: partial(_by_week, method, history) for name, method in SIMPLE.items()}
    season = used.frequency.per_year
    test = back_test("police", used.values, season, reach_of(used, AHEAD), ways, used.seen)
    return with_combined([test], [len(used.values)])[0]


def _by_week(method: Method, history: History, origin: int, horizon: int) -> Forecast:
    return method(history.values[:origin], 52, horizon)


def found(rate: float, series: int, weekly: bool) -> Found:
    """What the method that is used says of so many series of a rate."""
    middle, mean, inside, every = [], [], [], set()
    for seed in range(FIRST_SEED, FIRST_SEED + series):
        history = made_up(rate, seed)
        used = history if weekly else added_up(history)
        test = tested(history, weekly)
        draws = test.draws[test.methods.index(COMBINED)]
        of_rate = rate * used.added
        middle.append(float(at(draws, 0.5).mean()) / of_rate)
        mean.append(float(draws.mean()) / of_rate)
        inside.append(float(covered(draws, test.value, 0.8).mean()))
        every.add(used.frequency.name)
    numbers = (float(np.mean(x)) for x in (middle, mean, inside))
    return Found(rate, " or ".join(sorted(every)), *numbers)


def lines(series: int) -> Iterator[str]:
    """The table of docs/forecast.md."""
    heads = (
        "rate a week",
        "by weeks: middle",
        "mean",
        "in 80%",
        "now by",
        "middle",
        "mean",
        "in 80%",
    )
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for rate in RATES:
        before, after = found(rate, max(1, series // 4), True), found(rate, series, False)
        told = [f"{x:.0%}" for x in (before.middle, before.mean, before.inside)]
        told += [after.every, *(f"{x:.0%}" for x in (after.middle, after.mean, after.inside))]
        yield f"| {rate:g} | " + " | ".join(told) + " |"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--series", type=int, default=12, help="of each rate; a quarter by weeks")
    for line in lines(parser.parse_args().series):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
