"""What ``make bench`` prints: ratios from one run, medians of five."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from experiments.bench.clock import Spent, in_turns, median, run_and_time
from experiments.bench.memory import in_a_fresh_process
from experiments.bench.mesa_agents import PEOPLE, mesa_ns
from experiments.bench.phases import phases
from experiments.bench.places import SEED, new_place, portsmouth, warmed_up
from experiments.bench.twin import RESIDENTS, WEEKS, beside_twin
from experiments.bench.yardstick import yardstick_ns
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.model import Place, Snapshot

STARSIM = Path(".venv-bench/bin/python")
ONSETS = 6.0
"""Needs begin so many times as often in the place where most are awake."""
AIMS = (8.0, 20.0)
"""Million awake person-weeks a second on one core."""
TWIN_AIM = 200
BYTES_AIM = 200


def main() -> None:
    """Measure everything and print it."""
    scenario = portsmouth()
    place = new_place(scenario)
    place.run_to(WEEKS_PER_YEAR)  # every kernel is compiled or loaded now
    snapshot = warmed_up(scenario).snapshot()
    engine_ns = _engine(scenario, snapshot)
    _twin(engine_ns)
    _others(engine_ns)
    _memory()
    print("\nwhere a week goes, ns an awake person-week")
    for name, value in phases(scenario, snapshot):
        print(f"  {name:22}{value:8.1f}")


def _engine(scenario: Scenario, snapshot: Snapshot) -> float:
    """A decade of Portsmouth and the yardstick, in turns; nanoseconds an awake person-week."""
    decades: list[Spent] = []

    def decade() -> float:
        place = Place(scenario, SEED, 0, 0, resume=snapshot)
        decades.append(run_and_time(place, scenario.years * WEEKS_PER_YEAR))
        return decades[-1].ns

    measures: dict[str, Callable[[], float]] = {"engine": decade, "yardstick": yardstick_ns}
    found = in_turns(measures)
    ns, bare = median(found["engine"]), median(found["yardstick"])
    processor = median([d.processor for d in decades])
    wall = median([d.wall for d in decades])
    rate = 1e3 / ns
    aims = ", ".join(f"{rate / aim:.2f} of the aim of {aim:g}" for aim in AIMS)
    print(f"{scenario.title}, {scenario.years} years after the warm-up, one core")
    print(f"  processor time         {processor:8.2f} s     by the clock {wall:.2f} s")
    print(f"  an awake person-week   {ns:8.1f} ns    {_spread(found['engine'])}")
    print(f"  a second               {rate:8.2f} million awake person-weeks: {aims}")
    print(f"  the yardstick          {bare:8.1f} ns    the engine takes {ns / bare:.1f} times that")
    return ns


def _spread(values: list[float]) -> str:
    return f"(fastest {min(values):.1f}, slowest {max(values):.1f})"


def _twin(engine_ns: float) -> None:
    print(f"\nbeside the twin in plain Mesa, {RESIDENTS} residents, {WEEKS} weeks, the same people")
    for title, onsets in (("as they are", 1.0), (f"onsets x {ONSETS:g}", ONSETS)):
        found = beside_twin(onsets=onsets)
        agree = "every count of every week the same"
        if found.weeks_that_differ:
            agree = f"COUNTS DIFFER in {found.weeks_that_differ} weeks"
        print(f"  {title}: {found.person_weeks} awake person-weeks, {agree}")
        print(f"    engine               {found.engine_ns:8.0f} ns")
        print(f"    twin                 {found.twin_ns:8.0f} ns    ratio {found.ratio:.0f}")
        ratio = found.twin_ns / engine_ns
        print(f"    engine at its size   {engine_ns:8.0f} ns    ratio {ratio:.0f}, aim {TWIN_AIM}")


def _others(engine_ns: float) -> None:
    print("\nbeside others, ns a person's step (theirs have one need, or one infection)")
    _beside(f"Mesa, one need, {PEOPLE} agents by `do`", mesa_ns(), engine_ns)
    if not STARSIM.exists():
        print("  Starsim's SIS: not measured, .venv-bench is not there (make .venv-bench)")
        return
    script = Path(__file__).with_name("starsim_sis.py")
    told = subprocess.run([STARSIM, script], check=True, capture_output=True, text=True)
    found = json.loads(told.stdout.splitlines()[-1])
    for people, ns in found["ns"].items():
        _beside(f"Starsim {found['version']}, SIS, {people} people", ns, engine_ns)


def _beside(name: str, ns: float, engine_ns: float) -> None:
    print(f"  {name:40}{ns:8.0f} ns    {ns / engine_ns:.2f} times the engine's")


def _memory() -> None:
    found = in_a_fresh_process()
    print(f"\nbytes a resident after ten years of Portsmouth (aim: under {BYTES_AIM})")
    print(f"  rows in use            {found.in_use:8.0f}")
    print(f"  tables with their room {found.tables:8.0f}")
    print(f"  the process at its largest, over what it had before {found.peak_growth:8.0f}")


if __name__ == "__main__":
    main()
