"""Targets: what documents and official figures say a place is like, in the model's own measures.

Until the model is calibrated, a figure without a range of its own counts as met within a factor of
1.5. Nothing in here is used to run the model.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

ORDER_OF_MAGNITUDE = 1.5
"""How far off a figure may be, as a factor, where its source gives no range."""

_FOLDER = Path(__file__).with_name("targets")


@dataclass(frozen=True)
class Target:
    """One figure to hold the model against."""

    id: str
    measure: str
    value: float
    low: float
    high: float
    source: str
    definition: str

    def is_met_by(self, value: float) -> bool:
        """Whether a model value lies within the range."""
        return self.low <= value <= self.high


def places_with_targets() -> tuple[str, ...]:
    """Places that have a file of targets."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.csv")))


def load_targets(place: str) -> tuple[Target, ...]:
    """The targets of a place, in the order of its file."""
    with (_FOLDER / f"{place}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_target(row) for row in csv.DictReader(file))


def _target(row: dict[str, str]) -> Target:
    value = float(row["value"])
    return Target(
        id=row["id"],
        measure=row["measure"],
        value=value,
        low=float(row["low"] or value / ORDER_OF_MAGNITUDE),
        high=float(row["high"] or value * ORDER_OF_MAGNITUDE),
        source=row["source"],
        definition=row["definition"],
    )
