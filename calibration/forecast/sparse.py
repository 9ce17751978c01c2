"""Counts that are mostly nought: added up until they are not, and forecast as counts.

The methods of `simple` work on logarithms. That is right where a change is a proportion, and wrong
where most values are nought: of 0, 0, 5 the mean of logarithms is that of 0.6, and the mean is 1.7.
A middle says little there either, for the middle of such weeks is 0 whatever their mean. So weeks
are added up to spans of 4 or 13 weeks and months to three; what is still mostly nought is forecast
as counts that come by chance around a steady mean.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from calibration.forecast.history import History
from calibration.forecast.periods import LONGER, Frequency
from calibration.forecast.scores import LEVELS, Floats
from calibration.forecast.simple import USUAL_CHANGE, Forecast, Method

SPARSE: Final = 0.1
"""Share of noughts from which on logarithms mislead (docs/forecast.md has what was measured)."""
SMALL: Final = 10.0
"""Mean of such a series, at most: noughts among larger counts are something else than chance."""
FEW: Final = 30.0
"""Mean below which counts around a mean are a method beside the others: chance is 18% of 30."""
FEWEST_SUMS: Final = 8
"""Sums below which weeks or months are left as they are: nothing could be tested on fewer."""
LATELY: Final = 2
"""Years whose mean is taken to go on."""


def is_sparse(history: History) -> bool:
    """Whether small counts are nought so often that a logarithm of them tells little."""
    values = history.values[history.seen]
    often = len(values) > 0 and float((values == 0).mean()) >= SPARSE
    return bool(often and values.mean() < SMALL)


def are_few(history: History) -> bool:
    """Whether they are whole numbers, and so few that chance is most of what moves them."""
    values = history.values[history.seen]
    whole = history.frequency.per_year > 1 and bool((values == np.round(values)).all())
    return whole and len(values) > 0 and float(values.mean()) < FEW


def chance(history: History) -> float:
    """How far small counts move by chance alone; 0 of others, whose unit may be anything."""
    small = history.added > 1 or is_sparse(history) or are_few(history)
    return float(np.sqrt(max(1.0, history.values.mean()))) if small else 0.0


def added_up(history: History) -> History:
    """The same counts over the shortest spans that are seldom nought; as they are if not sparse."""
    found = history
    for longer in LONGER.get(history.frequency.name, ()):
        if not is_sparse(found):
            break
        sums = _sums(history, longer)
        if len(sums.values) < FEWEST_SUMS:
            break
        found = sums
    return found


def _sums(history: History, longer: Frequency) -> History:
    """Counted back from the end, so that the last value is in; what is over at the start is not."""
    f = history.frequency
    size = longer.weeks if not longer.months else longer.months // f.months
    over = len(history.values) % size
    noughts = int((history.values == 0).sum())
    note = (f"{noughts} of {len(history.values)} {f.plural} are nought: added up to "
            f"{longer.plural}")  # fmt: skip
    if over:
        note += f", the first {over} left out" if over > 1 else f", the first {f.name} left out"
    return replace(
        history,
        frequency=longer,
        first=f.after(history.first, over),
        values=history.values[over:].reshape(-1, size).sum(axis=1),
        seen=np.asarray(history.seen[over:].reshape(-1, size).all(axis=1)),
        notes=(*history.notes, note),
        added=size,
    )


def steady(values: Floats, season: int, horizon: int) -> Forecast:
    """Counts by chance around the mean of the last two years: negative binomial.

    Their variance is a multiple of the mean, as it has been, at least that of chance alone. The
    mean itself is known from so many values, and moves from year to year as counts usually do.
    """
    from scipy.stats import nbinom

    recent = values[-LATELY * season :]
    mean = (float(recent.sum()) + 0.5) / len(recent)
    apart = float(values.var(ddof=1)) / max(float(values.mean()), mean) if len(values) > 1 else 1.0
    excess = max(1.0, apart)
    years = np.arange(1, horizon + 1) / season
    variance = excess * mean * (1 + 1 / len(recent)) + (USUAL_CHANGE * mean) ** 2 * years
    size = mean**2 / (variance - mean)
    draws = nbinom.ppf(LEVELS, size[:, None], (size / (size + mean))[:, None])
    return Forecast(np.asarray(draws, np.float64), "chance around a steady mean")


STEADY: Final[dict[str, Method]] = {"steady": steady}
"""The method that counts have besides, which are mostly nought or were."""
