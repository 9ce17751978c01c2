"""Memory stays flat (``make load``): thousands of small runs and a hundred decades, one process.

After each hundredth of the runs the memory that the process holds is read and printed. The first
tenth of the readings is left out: libraries are loaded then, and tables grow to the size they need.
A straight line is fitted to the rest. Memory is flat if that line rises by less than 2% over all
runs; a run that kept a hundredth of what it uses would raise it far more.

    python -m tests.flat [--small 10000] [--decades 100]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from scenarios.load import load_scenario
from scenarios.resolved import Scenario
from sim.run import run_replicate
from tests.small import SCENARIOS
from tests.worlds import tight

READINGS = 100
LEFT_OUT = 0.1
FLAT = 0.02
MEGABYTE = 2**20
SMALL_SHARE = 0.002


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MEGABYTE


def rise(readings: np.ndarray) -> tuple[float, float]:
    """How much the fitted line rises from the first reading kept to the last, as a share of where
    it begins, and the same with the upper end of its 95% interval.

    readings  float64[readings] megabytes, evenly spaced
    """
    from scipy.stats import linregress, t

    kept = readings[int(np.ceil(LEFT_OUT * len(readings))) :]
    runs = np.arange(len(kept), dtype=np.float64)
    line = linregress(runs, kept)
    steepest = line.slope + float(t.ppf(0.975, len(kept) - 2)) * line.stderr
    return float(line.slope * runs[-1] / line.intercept), float(
        steepest * runs[-1] / line.intercept
    )


def watched(name: str, times: int, work: Callable[[int], object]) -> bool:
    """Do it so many times; print memory as it goes, and the verdict."""
    every = max(1, times // READINGS)
    print(f"{name}, {times:,} in one process; resident memory in MB, every {every:,}:", flush=True)
    readings: list[float] = []
    begun, done = time.process_time(), 0
    try:
        for done in range(1, times + 1):
            work(done - 1)
            if done % every == 0:
                readings.append(resident())
                print(f"  {readings[-1]:.0f}", end="", flush=True)
    except KeyboardInterrupt:
        print(f"\n  ended by Ctrl-C after {done - 1:,} of {times:,}", end="")
    spent = time.process_time() - begun
    fitted, most = rise(np.array(readings))
    flat = fitted < FLAT
    print(
        f"\n  processor time {spent:.0f} s; from {readings[0]:.0f} to {readings[-1]:.0f} MB; the "
        f"fitted line rises by {fitted:+.2%} (95%: at most {most:+.2%}): "
        f"{'flat' if flat else 'NOT FLAT'}",
        flush=True,
    )
    return flat


def once(scenario: Scenario) -> Callable[[int], object]:
    """One run of it, a new one each time."""
    return lambda replicate: run_replicate([scenario], 1, replicate)


def main() -> int:
    """1 if memory is not flat."""
    options = argparse.ArgumentParser(prog="python -m tests.flat")
    options.add_argument("--small", type=int, default=10_000)
    options.add_argument("--decades", type=int, default=100)
    asked = options.parse_args()
    flat = True
    if asked.small:
        small = tight("do_nothing", share=SMALL_SHARE, years=1)
        flat &= watched(
            "Small runs (400 people, a year after the warm-up)", asked.small, once(small)
        )
    if asked.decades:
        portsmouth = load_scenario(SCENARIOS / "portsmouth" / "do_nothing.toml")
        flat &= watched("Decades of Portsmouth", asked.decades, once(portsmouth))
    return int(not flat)


if __name__ == "__main__":
    sys.exit(main())
