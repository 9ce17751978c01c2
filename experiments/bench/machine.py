"""Where the rest of the speed goes: ``python -m experiments.bench.machine`` (needs valgrind).

Counts the instructions of an awake person-week, the bytes it moves and the cache lines it misses,
measures what this machine can do at most, and says how far the engine is from each bound.

Valgrind knows no AVX-512, so what it counts is compiled for an older processor (`CPU`); the time
is measured of the same code. Its caches are simulated: a first of 48 kB and a second of 1 MB.
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from experiments.bench.clock import TIMES, run_and_time
from experiments.bench.layout import bytes_in_use, lines_a_week
from experiments.bench.limits import (
    LINE,
    SPINS_COUNTED,
    bytes_per_second,
    spins_per_second,
    wait_ns,
)
from experiments.bench.places import SEED, portsmouth, warmed_up
from scenarios.resolved import Scenario
from sim.model import Place, Snapshot

CPU = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "", "PYTHONHASHSEED": "0"}
CACHES = ("--cache-sim=yes", "--I1=32768,8,64", "--D1=49152,12,64", "--LL=1048576,16,64")
WEEKS = 13
"""A quarter: its end is in it once."""
SECOND_CACHE = 512 * 2**10
"""A table that the second cache holds and the first does not."""
MEMORY = 256 * 2**20


@dataclass(frozen=True)
class Counts:
    """What valgrind counted, of all or an awake person-week."""

    instructions: float
    reads: float
    writes: float
    missed_first: float
    missed_second: float

    def each(self, other: Counts, n: float) -> Counts:
        """The difference to ``other``, ``n``-th part."""
        mine, theirs = vars(self), vars(other)
        return Counts(**{name: (mine[name] - theirs[name]) / n for name in mine})


def main() -> None:
    """Run valgrind three times (minutes), then measure, then print."""
    if shutil.which("valgrind") is None:
        raise SystemExit("not measured: valgrind is not installed")
    if "--here" not in sys.argv:  # measure the same code that is counted
        raise SystemExit(subprocess.call([sys.executable, *_again()], env=os.environ | CPU))
    scenario = portsmouth()
    snapshot = warmed_up(scenario).snapshot()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "place.pickle")
        file.write_bytes(pickle.dumps((scenario, snapshot)))
        weeks, spin = _counted(file)
    _print(scenario, snapshot, weeks, spin)


def _again() -> list[str]:
    return ["-m", "experiments.bench.machine", "--here"]


def _counted(file: Path) -> tuple[Counts, Counts]:
    """Counts of an awake person-week, and of one round of `spin`."""
    _run([], file, 1, 1)  # compile outside valgrind
    nothing, _ = _cachegrind(file, 0, 0)
    some, awake = _cachegrind(file, WEEKS, 0)
    spun, _ = _cachegrind(file, 0, SPINS_COUNTED)
    return some.each(nothing, awake), spun.each(nothing, SPINS_COUNTED)


def _run(before: list[str], file: Path, weeks: int, spins: int) -> int:
    command = [sys.executable, "-m", "experiments.bench.counted", str(file), str(weeks), str(spins)]
    told = subprocess.run([*before, *command], check=True, capture_output=True, text=True)
    return int(told.stdout)


def _cachegrind(file: Path, weeks: int, spins: int) -> tuple[Counts, int]:
    out = file.with_suffix(".counts")
    tool = ["valgrind", "--tool=cachegrind", *CACHES, f"--cachegrind-out-file={out}"]
    awake = _run(tool, file, weeks, spins)
    text = out.read_text().splitlines()
    names = next(line.split()[1:] for line in text if line.startswith("events:"))
    values = next(line.split()[1:] for line in text if line.startswith("summary:"))
    n = dict(zip(names, map(int, values), strict=True))
    missed, again = n["D1mr"] + n["D1mw"], n["DLmr"] + n["DLmw"]
    return Counts(n["Ir"], n["Dr"], n["Dw"], missed, again), awake


def _engine_ns(scenario: Scenario, snapshot: Snapshot) -> float:
    """The fastest of several times the weeks that were counted."""
    found = []
    for _ in range(2 * TIMES):
        place = Place(scenario, SEED, 0, 0, resume=snapshot)
        place.step()
        found.append(run_and_time(place, WEEKS).ns)
    return min(found)


def _print(scenario: Scenario, snapshot: Snapshot, week: Counts, spin: Counts) -> None:
    ns = _engine_ns(scenario, snapshot)
    table = snapshot.world.awake.nbytes
    rate = spins_per_second() * spin.instructions
    stream, near, far, memory = (
        bytes_per_second(), wait_ns(SECOND_CACHE), wait_ns(table), wait_ns(MEMORY),
    )  # fmt: skip
    print(f"an awake person-week of Portsmouth: {ns:.0f} ns, the fastest of {2 * TIMES}")
    print(f"  instructions                  {week.instructions:10.0f}")
    print(f"  of them reading, writing      {week.reads:10.0f}{week.writes:8.0f}")
    print(f"  lines missed by 48 kB, 1 MB   {week.missed_first:10.2f}{week.missed_second:8.2f}")
    _print_layout(snapshot)
    print("\nthis machine, fastest of five")
    print(f"  instructions a ns             {rate / 1e9:10.1f}")
    print(f"  memory read in order, GB a s  {stream / 1e9:10.1f}")
    sizes = {"512 kB": near, f"{table / 1e6:.1f} MB (the awake)": far, "256 MB": memory}
    waits = ", ".join(f"{size} {wait:.1f}" for size, wait in sizes.items())
    print(f"  a read at random, ns: {waits}")
    moved = week.missed_second * LINE
    waited = (week.missed_first - week.missed_second) * near + week.missed_second * far
    print("\nbounds of an awake person-week")
    _bound("its instructions at full rate", week.instructions / rate * 1e9, ns)
    _bound(f"its {moved:.0f} bytes past 1 MB at full stream", moved / stream * 1e9, ns)
    print(f"  not a bound: {waited:.0f} ns if every miss were waited for alone")


def _print_layout(snapshot: Snapshot) -> None:
    print("  lines of 64 bytes that the records make it touch, by phase")
    for phase, lines in lines_a_week(snapshot.world).items():
        print(f"    {phase:28}{lines:10.2f}")
    print(f"  bytes in use, MB              {bytes_in_use(snapshot.world) / 1e6:10.1f}")


def _bound(what: str, bound: float, ns: float) -> None:
    print(f"  {what:44}{bound:8.1f} ns    the engine takes {ns / bound:.1f} times that")


if __name__ == "__main__":
    main()
