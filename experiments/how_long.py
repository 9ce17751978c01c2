"""How long a comparison takes: beforehand by what a year of a place took elsewhere, then by its own
first runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from agents.compile_course import number
from experiments.answer import QUIET_SECONDS_PER_RESIDENT_YEAR, START_SECONDS, in_words
from experiments.output import warn
from scenarios.resolved import Scenario

TELLING: Final = 1.0
"""Seconds; a first run that took less was found in the store, and says nothing of the others."""


def say_beforehand(scenarios: Sequence[Scenario], runs: int, workers: int) -> None:
    """A run is a settling in that all scenarios share, and then each of them."""
    first = scenarios[0]
    residents = sum(first.place.population.values())
    settling = number(first.evidence, "lifecourse.warm_up_years")
    years = runs * (settling + sum(scenario.years for scenario in scenarios))
    core_seconds = QUIET_SECONDS_PER_RESIDENT_YEAR * residents * years
    told = in_words(START_SECONDS + core_seconds / min(workers, runs))
    warn(
        f"{runs} runs of {len(scenarios)} scenario{'s' * (len(scenarios) != 1)}, {workers} at a "
        f"time: {told} on quiet cores, longer on busy ones."
    )


def telling_how_long(advance: Callable[..., None], runs: int, workers: int) -> Callable[..., None]:
    """``advance``, which also says how long is left once every worker has done one run. A terminal
    has a bar that says so all the time."""
    began, done = time.monotonic(), 0

    def and_tell(said: str = "") -> None:
        nonlocal done
        done += 1
        advance(said)
        gone = time.monotonic() - began
        if done == workers < runs and gone > TELLING and not sys.stderr.isatty():
            left = in_words(gone / done * (runs - done))
            warn(f"{done} of {runs} runs done in {gone:.0f} s: {left} to go on this machine.")

    return and_tell
