"""Starsim's own SIS example, timed. Runs by itself, in an environment that has Starsim.

    .venv-bench/bin/python experiments/bench/starsim_sis.py

The simulation is `ss.SIS()` on a random network, with every parameter as Starsim sets it, at
several sizes. Prints one line of JSON: nanoseconds a person and step by number of people.
"""

import contextlib
import io
import json
import statistics
import time

import starsim as ss

SIZES = (10_000, 100_000)
TIMES = 5


def nanoseconds(people: int) -> float:
    """Processor time of one run without building it, a person and step."""
    sim = ss.Sim(diseases=ss.SIS(), networks="random", n_agents=people, verbose=0)
    sim.init()
    start = time.process_time()
    sim.run()
    spent = time.process_time() - start
    return float(spent / (people * sim.t.npts) * 1e9)


def main() -> None:
    """Warm up, then measure the sizes in turns."""
    found: dict[int, list[float]] = {size: [] for size in SIZES}
    with contextlib.redirect_stdout(io.StringIO()):
        nanoseconds(1_000)
        for _ in range(TIMES):
            for size in SIZES:
                found[size].append(nanoseconds(size))
    medians = {size: statistics.median(values) for size, values in found.items()}
    print(json.dumps({"version": ss.__version__, "ns": medians}))


if __name__ == "__main__":
    main()
