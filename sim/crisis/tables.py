"""What the weekly model asks: outcomes as functions of load and need mix, from a grid of runs.

A table is built once for the resources at hand and kept on the disk, under a hash of all that went
into it, this code included. A file that is damaged or half written is noticed and built again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import numpy as np

from scenarios.crisis_door import OUTCOMES
from sim.crisis.ask import CrisisDoor
from sim.crisis.draws import Floats
from sim.crisis.inputs import Inputs, residents_of, with_mix
from sim.crisis.measures import outcome_of
from sim.crisis.pathway import End
from sim.crisis.run import Log, simulate

FORMAT: Final = 2
SEED: Final = 136
"""Of the tables: their luck is the same in every run, so that paired runs stay paired."""
N: Final = len(OUTCOMES)
MOST_WEEKS: Final = 5_000
"""Of a run, however few crises there are: in a small place shares are less exact instead."""
_BED: Final = OUTCOMES.index("acute_bed")
_COLUMNS: Final = ("loads", "mixes", "values")


@dataclass(frozen=True)
class Grid:
    """At which loads and mixes the door is run, and for how long; all meet the same crises."""

    per_100_000: tuple[float, ...] = (2.5, 5.0, 8.0, 12.0, 16.0, 20.0, 25.0, 31.0, 38.0, 48.0, 65.0)
    """Crises a week and 100,000 residents; less or more is taken for the least or the most."""
    crises: int = 24_000
    with_drink: tuple[float, float] = (0.25, 0.75)
    """Shares of crises of people with drink or drugs: the least and the most, a line between."""


@dataclass(frozen=True, eq=False)
class Table:
    """Outcomes at several loads and two mixes.

    loads   float64[g]  crises a week, rising
    mixes   float64[2]  shares of crises of people with drink or drugs, rising
    values  float64[2, g, 2 * N + 1]  by mix and load: shares of outcomes; police hours of each;
            share of admissions that were out of area
    """

    loads: Floats
    mixes: Floats
    values: Floats

    @cached_property
    def _pieces(self) -> Floats:
        """Cubics between the loads, float64[4, g - 1, 2, values]: monotone where the runs are."""
        from scipy.interpolate import PchipInterpolator

        pieces: Floats = PchipInterpolator(self.loads, self.values, axis=1).c
        return pieces

    def at(self, load: float, with_drink: float) -> Floats:
        """The row of values; beyond the grid, that of its end. Shares add up to 1."""
        load = min(max(load, float(self.loads[0])), float(self.loads[-1]))
        i = min(int(np.searchsorted(self.loads, load, "right")) - 1, len(self.loads) - 2)
        c, x = self._pieces[:, i], load - float(self.loads[i])
        least, most = ((c[0] * x + c[1]) * x + c[2]) * x + c[3]
        low, high = self.mixes
        part = min(max((with_drink - low) / (high - low), 0.0), 1.0)
        row: Floats = np.maximum((1.0 - part) * least + part * most, 0.0)
        row[:N] /= row[:N].sum()
        return row


def summary(log: Log, inputs: Inputs) -> Floats:
    """One row of a table: float64[2 * N + 1]."""
    outcome = outcome_of(log.cases, inputs).astype(np.int64)
    number = np.bincount(outcome, minlength=N).astype(np.float64)
    if not len(outcome):
        number[0] = 1.0  # nobody came in all that time: whoever does goes home
    hours = np.bincount(outcome, log.cases.police_hours, minlength=N)
    away = float((log.cases.end == End.OUT_OF_AREA).sum())
    return np.concatenate(
        [
            number / max(1.0, number.sum()),
            hours / np.maximum(1.0, number),
            [away / max(1.0, number[_BED])],
        ]
    )


def build(
    inputs: Inputs, residents: float, grid: Grid, done: Callable[[], None] = lambda: None
) -> Table:
    """Run the door at every load and mix of the grid. ``done`` is called after each."""
    loads = np.array(grid.per_100_000) * residents / 1e5
    values = np.empty((len(grid.with_drink), len(loads), 2 * N + 1))
    for m, share in enumerate(grid.with_drink):
        for g, load in enumerate(loads):
            weeks = min(MOST_WEEKS, max(1, round(grid.crises / load)))
            log = simulate(with_mix(inputs, share), float(load), weeks, SEED, 0)
            values[m, g] = summary(log, inputs)
            done()
    return Table(loads, np.array(grid.with_drink), values)


def table_for(inputs: Inputs, residents: float, grid: Grid | None = None) -> Table:
    """The table of a door: from memory, from the disk, or built now."""
    return _table(_key(inputs, residents, grid or default_grid()), inputs, residents, grid)


class _ByKey:
    """Tables of this process, by key."""

    tables: dict[str, Table] = {}


def _table(key: str, inputs: Inputs, residents: float, grid: Grid | None) -> Table:
    if key not in _ByKey.tables:
        table = read(key)
        if table is None:
            table = build(inputs, residents, grid or default_grid())
            write(key, table)
        _ByKey.tables[key] = table
    return _ByKey.tables[key]


@dataclass(frozen=True)
class Missing:
    """A table that is not on the disk yet."""

    key: str
    inputs: Inputs
    residents: float
    grid: Grid

    @property
    def runs(self) -> int:
        """How many runs it takes."""
        return len(self.grid.per_100_000) * len(self.grid.with_drink)

    def build(self, done: Callable[[], None]) -> None:
        """Build and keep it. ``done`` is called after each run."""
        table = build(self.inputs, self.residents, self.grid, done)
        write(self.key, table)
        _ByKey.tables[self.key] = table


def missing_tables(doors: Sequence[CrisisDoor]) -> list[Missing]:
    """The tables that these doors need and that would have to be built, each once."""
    grid, missing = default_grid(), {}
    for door in doors:
        residents = residents_of(door.scenario)
        key = _key(door.inputs, residents, grid)
        if key not in _ByKey.tables and read(key) is None:
            missing[key] = Missing(key, door.inputs, residents, grid)
    return list(missing.values())


def default_grid() -> Grid:
    """The full grid; UPSTREAM_CRISIS_GRID=small is a coarse one, for tests and quick looks."""
    if os.environ.get("UPSTREAM_CRISIS_GRID") == "small":
        return Grid((5.0, 15.0, 25.0, 45.0), crises=400)
    return Grid()


def _key(inputs: Inputs, residents: float, grid: Grid) -> str:
    """A hash of all that a table depends on."""
    parts = [str(FORMAT), str(SEED), inputs.key, repr(residents), repr(grid), _code()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


@cache
def _code() -> str:
    """A hash of this package's source: a changed model must not be answered for by an old one."""
    text = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(text).hexdigest()


def folder() -> Path:
    """Where tables are kept: UPSTREAM_CACHE, or the user's cache folder."""
    own = os.environ.get("UPSTREAM_CACHE")
    if own:
        return Path(own) / "crisis"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "upstream" / "crisis"


def read(key: str) -> Table | None:
    """A table from the disk; None where there is none, or it is not what was written."""
    try:
        found = json.loads((folder() / f"{key}.json").read_bytes())
        table = found["table"]
        if found["key"] != key or found["sha256"] != _digest(table):
            return None
        return Table(*(np.array(table[name]) for name in _COLUMNS))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(key: str, table: Table) -> None:
    """Keep a table, whole or not at all; a disk that takes nothing costs only time."""
    from sim.store import WriteFailed, write_file

    numbers = {name: getattr(table, name).tolist() for name in _COLUMNS}
    content = {"key": key, "sha256": _digest(numbers), "table": numbers}
    try:
        folder().mkdir(parents=True, exist_ok=True)
        write_file(folder() / f"{key}.json", json.dumps(content).encode())
    except (OSError, WriteFailed):
        pass


def _digest(numbers: dict[str, list[float]]) -> str:
    return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()
