"""Targets: what documents and official figures say a place is like, in the model's own measures.

Each figure is either ``fitted`` (calibration may use it) or ``held_back`` (validation may). The two
are types of their own, so that neither can be taken for the other; the split stands in the file and
was written down before the first calibration. A figure without a range of its own counts as known
within a factor of 1.5. Nothing in here is used to run the model.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from scenarios.problems import Problem

ORDER_OF_MAGNITUDE = 1.5
"""How far off a figure may be, as a factor, where its source gives no range."""
SDS_ACROSS: Final = 2 * 1.96
"""A range is read as 95%: so many standard deviations from its low end to its high end."""
FITTED, HELD_BACK = "fitted", "held_back"

_FOLDER = Path(__file__).with_name("targets")


class BadTargets(Exception):
    """A file of targets that contradicts itself."""


@dataclass(frozen=True)
class Target:
    """One figure to hold the model against: ``low <= value <= high``, a 95% range."""

    id: str
    measure: str
    """A measure of the model, or one divided by another: ``opened.housing / open.housing``."""
    value: float
    low: float
    high: float
    source: str
    definition: str

    def is_met_by(self, value: float) -> bool:
        """Whether a model value lies within the range."""
        return self.low <= value <= self.high

    def scaled(self, value: float) -> float:
        """A value on the scale on which errors are alike: log odds of a share, else logarithm.

        What is zero (or a whole) is taken for a hundredth of the figure (of what is left of one).
        """
        if not self._is_share:
            return math.log(max(value, self.value / 100.0))
        inside = min(max(value, self.value / 100.0), 1.0 - (1.0 - self.value) / 100.0)
        return math.log(inside / (1.0 - inside))

    def unscaled(self, scaled: float) -> float:
        """Back from the scale of `scaled`."""
        return 1.0 / (1.0 + math.exp(-scaled)) if self._is_share else math.exp(scaled)

    @property
    def sd(self) -> float:
        """How uncertain the figure is, as a standard deviation on that scale."""
        return (self.scaled(self.high) - self.scaled(self.low)) / SDS_ACROSS

    @property
    def _is_share(self) -> bool:
        return "share" in self.measure and self.high < 1.0


class Fitted(Target):
    """A figure that calibration uses; it validates nothing."""


class HeldBack(Target):
    """A figure that calibration never sees."""


Kind = TypeVar("Kind", Fitted, HeldBack)


def places_with_targets() -> tuple[str, ...]:
    """Places that have a file of targets."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.csv")))


def load_targets(place: str) -> tuple[Target, ...]:
    """All targets of a place, in the order of its file. Raises BadTargets."""
    return read_targets(_FOLDER / f"{place}.csv")


def load_fitted(place: str) -> tuple[Fitted, ...]:
    """What a place is calibrated to."""
    return _only(Fitted, load_targets(place))


def load_held_back(place: str) -> tuple[HeldBack, ...]:
    """What a calibrated place is validated against."""
    return _only(HeldBack, load_targets(place))


def read_targets(path: Path) -> tuple[Target, ...]:
    """The targets of a file. Raises BadTargets.

    So it does if a figure would be both fitted and held back.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            targets = tuple(_target(row, path) for row in csv.DictReader(file))
    except KeyError as error:
        raise _bad(path, f"has no column {error}, or a row too short") from error
    except (ValueError, TypeError, csv.Error) as error:
        raise _bad(path, f"cannot be read as targets: {error}") from error
    seen: dict[str, Target] = {}
    for target in targets:
        for name in (target.id, target.measure):
            if name in seen:
                raise _bad(path, f"{name} stands there twice")
            seen[name] = target
    return targets


def fingerprint(targets: tuple[Fitted, ...]) -> str:
    """A hash of the figures fitted to: an ensemble made from others is out of date."""
    said = [(t.id, t.measure, t.value, t.low, t.high) for t in targets]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def value_of(target: Target, measures: Mapping[str, float]) -> float:
    """What a run's measures say of a target; NaN where the run cannot tell."""
    top, _, bottom = target.measure.partition(" / ")
    value = measures.get(top, math.nan)
    if not bottom:
        return value
    below = measures.get(bottom, math.nan)
    return value / below if below else math.nan


def _only(kind: type[Kind], targets: tuple[Target, ...]) -> tuple[Kind, ...]:
    def these() -> Iterator[Kind]:
        for target in targets:
            if isinstance(target, kind):
                yield target

    return tuple(these())


def _target(row: dict[str, str], path: Path) -> Target:
    kinds = {FITTED: Fitted, HELD_BACK: HeldBack}
    if row["use"] not in kinds:
        raise _bad(path, f"{row['id']}: use is {row['use']}, not {' or '.join(kinds)}")
    value = float(row["value"])
    target = kinds[row["use"]](
        id=row["id"],
        measure=row["measure"],
        value=value,
        low=float(row["low"] or value / ORDER_OF_MAGNITUDE),
        high=float(row["high"] or value * ORDER_OF_MAGNITUDE),
        source=row["source"],
        definition=row["definition"],
    )
    if not (0.0 <= target.low <= value <= target.high < math.inf and value > 0.0):
        raise _bad(path, f"{target.id}: value must be above 0, and from low to high")
    return target


def _bad(path: Path, rule: str) -> BadTargets:
    """Said on one line, and cut short where a cell of the file makes it long."""
    return BadTargets(str(Problem(path.name, None, "", "", rule)))
