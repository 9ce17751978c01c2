"""Enough replicates: stop when the interval of a measure is narrow enough.

It is looked at after each replicate in their order, whichever worker finished first, so that the
same seed stops at the same place with any number of workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.asking import words_of
from experiments.commands import BadRequest
from experiments.stats import Interval, mean_interval, pairwise
from experiments.wording import kind_of, level_text

if TYPE_CHECKING:
    from sim.results import RunResult

FEWEST: Final = 8
"""Replicates before the first look: the width of an interval of very few is itself chance."""


@dataclass
class Until:
    """How narrow an interval is wanted, and how narrow it is."""

    measure: str
    wanted: float
    relative: bool
    """Whether ``wanted`` is a share of the base's level."""
    base: str
    said: str = field(default="", init=False)
    """How far it is, for a progress bar."""
    _values: dict[str, list[float]] = field(default_factory=dict, init=False)

    def enough(self, replicate: Sequence[RunResult]) -> bool:
        """Take in the next replicate; whether every interval is narrow enough now."""
        for result in replicate:
            if self.measure not in result.names:
                raise BadRequest(f"--measure: {self.measure} is not measured here")
            value = float(result.overall[result.names.index(self.measure)])
            self._values.setdefault(result.scenario, []).append(value)
        widest = max(self._intervals(), key=lambda interval: interval.half)
        limit = self._limit()
        kind = kind_of(self.measure)
        now, then = (level_text(Interval(x, x, x), kind) for x in (widest.half, limit))
        self.said = f"{words_of(self.measure)} ±{now}, wanted ±{then}"
        return len(self._values[self.base]) >= FEWEST and bool(widest.half <= limit)

    def _intervals(self) -> list[Interval]:
        """Of the difference of every other scenario; of the level where there is only one."""
        base = np.array(self._values[self.base])
        others = [np.array(v) for name, v in self._values.items() if name != self.base]
        return [mean_interval(pairwise(v, base)) for v in others] or [mean_interval(base)]

    def _limit(self) -> float:
        level = abs(float(np.mean(self._values[self.base])))
        return self.wanted * level if self.relative else self.wanted


def read_until(text: str, measure: str, base: str) -> Until:
    """``2%`` of the base's level, or ``50000`` in the measure's unit. Raises BadRequest."""
    relative = text.endswith("%")
    try:
        wanted = float(text.removesuffix("%")) / (100 if relative else 1)
    except ValueError:
        wanted = 0.0
    if not 0 < wanted < float("inf"):
        raise BadRequest(f"--until: “{text}” is no width, for example 2% or 50000")
    return Until(measure, wanted, relative, base)
