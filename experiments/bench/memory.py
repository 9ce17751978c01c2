"""Bytes a resident: rows in use, tables with their slack, and what a fresh process grows by."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from agents.arrays import Count, World
from experiments.bench.places import new_place, portsmouth, with_residents, with_years
from scenarios.resolved import Scenario
from sim.model import Place

_ROWS = {
    "people": Count.PEOPLE, "due_week": Count.PEOPLE, "slot": Count.PEOPLE,
    "awake": Count.AWAKE, "concerned": Count.AWAKE, "mothers_burden": Count.AWAKE,
    "cases": Count.CASES, "ranks": Count.CASES,
    "withdrawn_week": Count.RECORDS, "accepted_week": Count.RECORDS, "ever_open": Count.RECORDS,
}  # fmt: skip
"""Which count says how many rows of a table are in use; others are used whole."""


@dataclass(frozen=True)
class Bytes:
    """Bytes a resident at the end of a run."""

    in_use: float
    tables: float
    peak_growth: float
    """What the process took at its largest, over what it had with every kernel loaded."""


def in_use(world: World) -> dict[str, int]:
    """Bytes of the rows in use of every table."""
    found = {}
    for name, part in world._asdict().items():
        rows = int(world.counts[_ROWS[name]]) if name in _ROWS else len(part)
        found[name] = rows * (part.nbytes // max(1, len(part)))
    return found


def bytes_of(place: Place) -> tuple[float, float]:
    """Bytes a resident: of rows in use, and of tables with room for the week to come."""
    residents = int(place.world.counts[Count.RESIDENTS])
    tables = sum(part.nbytes for part in place.world)
    return sum(in_use(place.world).values()) / residents, tables / residents


def in_a_fresh_process(residents: int = 0, years: int = 10) -> Bytes:
    """Run Portsmouth, or Portsmouth of another size, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "experiments.bench.memory", str(residents), str(years)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return Bytes(*map(float, told.stdout.split()))


def _run(scenario: Scenario) -> Bytes:
    _load_kernels(scenario)
    before = _peak_bytes()
    place = new_place(scenario)
    place.run_to(place.weeks)
    used, tables = bytes_of(place)
    residents = int(place.world.counts[Count.RESIDENTS])
    return Bytes(used, tables, (_peak_bytes() - before) / residents)


def _load_kernels(scenario: Scenario) -> None:
    """A small place, so that what is measured afterwards is tables and not compiled code."""
    new_place(with_residents(scenario, 500)).run_to(52)


def _peak_bytes() -> int:
    """The largest resident set so far. As Linux tells it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmHWM: this measurement needs Linux")


def main() -> None:
    """Measure one run in this process: arguments are residents (0: as they are) and years."""
    residents, years = map(int, sys.argv[1:])
    scenario = with_years(portsmouth(), years)
    found = _run(with_residents(scenario, residents) if residents else scenario)
    print(found.in_use, found.tables, found.peak_growth)


if __name__ == "__main__":
    main()
