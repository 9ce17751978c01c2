"""The engine with every index checked, and as plain Python (``make bounds``).

Compiled code does not notice an index out of range: it reads or writes whatever lies there. Here
three years of the scenario with everything in it run with the check that Numba offers, and a year
of a tiny place runs without Numba. All must agree, to the byte or as far as two libraries'
logarithms do. Each way compiles anew, or runs slowly, so this is no part of ``make test``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def tallied(share: float, years: int, warm_up_years: int | None) -> dict[str, Any]:
    """What a run counted, and the sum of its levels."""
    from agents.arrays import Count
    from tests.worlds import finished, in_use, packed, tight, with_general

    scenario = tight("together", share, years)
    if warm_up_years is not None:
        scenario = with_general(scenario, "lifecourse.warm_up_years", warm_up_years)
    place = finished(scenario)
    tally = packed(place.world.tally)
    people, awake = in_use(place, Count.PEOPLE), in_use(place, Count.AWAKE)
    return {
        "counts": {
            name: tally[name].astype(int).sum(axis=0).tolist() for name in tally.dtype.names
        },
        "keys": [int(key) for key in people.key],
        "levels": [
            float(awake.level.sum()),
            float(awake.set_point.sum()),
            float(awake.trust.sum()),
        ],
    }


def run(what: str, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    """A run in a process of its own; raises CalledProcessError if it fails."""
    begun = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        cache = {"NUMBA_CACHE_DIR": folder} if environment else {}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.bounds", *arguments],
            cwd=ROOT, env=os.environ | environment | cache, stdout=subprocess.PIPE, check=True,
            text=True,
        )  # fmt: skip
    print(f"{what}: {perf_counter() - begun:.0f} s", flush=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """The same counts and people, and levels within a rounding error."""
    near = all(
        abs(x - y) < 1e-9 * max(1.0, x) for x, y in zip(a["levels"], b["levels"], strict=True)
    )
    return a["counts"] == b["counts"] and a["keys"] == b["keys"] and near


def main() -> int:
    """Run each both ways; 1 if any differs."""
    large, tiny = ("0.05", "3"), ("0.0015", "1", "1")
    compiled = run("compiled, 10,000 residents", {}, *large)
    checked = run("with indices checked", {"NUMBA_BOUNDSCHECK": "1"}, *large)
    agree = {"with indices checked": same(compiled, checked)}
    compiled = run("compiled, 300 residents", {}, *tiny)
    plain = run("as plain Python", {"NUMBA_DISABLE_JIT": "1"}, *tiny)
    agree["as plain Python"] = same(compiled, plain)
    for what, whether in agree.items():
        print(f"{what}: {'the same' if whether else 'NOT THE SAME'}")
    return 0 if all(agree.values()) else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        share, years, *warm_up = sys.argv[1:]
        found = tallied(float(share), int(years), int(warm_up[0]) if warm_up else None)
        print(json.dumps(found))
    else:
        sys.exit(main())
