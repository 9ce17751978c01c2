"""What was measured of the ways of working, as it is kept beside the page that is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from experiments.effects import Effect, Runs
from experiments.stats import Interval

MEASURED: Final = Path(__file__).parents[1] / "docs" / "interventions.json"


@dataclass(frozen=True)
class Part:
    """One change of a way: the effect that is left without it, and what goes with it."""

    change: str
    left: Interval
    its_work: Interval
    """The whole effect less the one that is left."""


@dataclass(frozen=True)
class Pair:
    """Two ways together: each alone, both, and what both do beyond the sum."""

    a: str
    b: str
    measure: str
    alone_a: Interval
    alone_b: Interval
    both: Interval
    beyond: Interval


@dataclass(frozen=True)
class Measured:
    """Everything that has been measured, each set with how it was run."""

    effects: Mapping[str, Effect] = field(default_factory=dict)
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    runs: Mapping[str, Runs] = field(default_factory=dict)
    """By what was measured: ``effects``, ``parts``, ``pairs``."""


def save(measured: Measured, path: Path = MEASURED) -> None:
    """Write it, the same bytes for the same results; digits beyond the sixth are noise."""
    text = json.dumps(_short(asdict(measured)), indent=1, ensure_ascii=False, sort_keys=True)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path = MEASURED) -> Measured:
    """What was measured last; nothing if nothing was."""
    if not path.exists():
        return Measured()
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Measured(
        effects={
            name: Effect(**(item | {"difference": Interval(**item["difference"])}))
            for name, item in raw["effects"].items()
        },
        parts={
            name: tuple(_with_intervals(Part, item, "left", "its_work") for item in items)
            for name, items in raw["parts"].items()
        },
        pairs=tuple(
            _with_intervals(Pair, item, "alone_a", "alone_b", "both", "beyond")
            for item in raw["pairs"]
        ),
        runs={name: Runs(**item) for name, item in raw["runs"].items()},
    )


def _with_intervals(kind: type[Any], item: dict[str, Any], *intervals: str) -> Any:
    return kind(**(item | {name: Interval(**item[name]) for name in intervals}))


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        known = {key: inner for key, inner in value.items() if inner is not None}
        return {key: _short(inner) for key, inner in known.items() if key != "workers"}
    if isinstance(value, (list, tuple)):
        return [_short(inner) for inner in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value
