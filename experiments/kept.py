"""Finished runs kept while a command works, so that the same command goes on after any end.

With ``--store DIR`` they are kept there for good, and any command may use the folder. With ``--out
DIR`` alone they are kept beside it, in ``DIR.unfinished``, until the results are in their place.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.commands import BadRequest
from scenarios.resolved import Scenario
from sim.results import RunResult
from sim.tasks.folder import LOG, MANIFEST

if TYPE_CHECKING:
    from sim.tasks import Row

UNFINISHED: Final = ".unfinished"
PER_YEAR, PERSON_WEEKS, SECONDS = "per_year", "person_weeks", "seconds"
"""Columns of a kept scenario that are no measures."""
Numbers = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Asked:
    """All that a run depends on besides the code; its address is made of it."""

    scenarios: tuple[Scenario, ...]
    seed: int
    replicate: int
    numbers: Numbers = ()
    """Numbers of the register that are set otherwise."""


def store_of(arguments: argparse.Namespace) -> Path | None:
    """The folder for finished runs; None where nothing is to be written at all."""
    if arguments.store is not None:
        return Path(arguments.store)
    return None if arguments.out is None else unfinished(arguments.out)


def check_store(arguments: argparse.Namespace) -> None:
    """The folder of results is written anew as a whole, so nothing is kept inside it.

    Raises BadRequest.
    """
    store, out = arguments.store, arguments.out
    if store is None or out is None:
        return
    inside, around = store.resolve(), out.resolve()
    if inside.is_relative_to(around) or around.is_relative_to(inside):
        raise BadRequest(f"--store: {store} and {out} are one inside the other; name another")


def unfinished(out: Path) -> Path:
    """Where runs for the results folder ``out`` are kept until it is written."""
    named = out if out.name not in ("", "..") else out.resolve()
    return named.with_name(named.name + UNFINISHED)


def finish(arguments: argparse.Namespace) -> None:
    """The results are in their place: what was kept beside them is no longer needed.

    First it forgets what it holds, so that a kill before all is gone leaves a folder that can be
    used, not one with runs missing.
    """
    if arguments.store is not None or arguments.out is None:
        return
    kept = unfinished(arguments.out)
    if (kept / LOG).exists():
        (kept / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(kept, ignore_errors=True)


def went_on_from(arguments: argparse.Namespace) -> str:
    """What to say to somebody who stopped a command; nothing where nothing is kept."""
    folder = store_of(arguments)
    return f" The same command goes on from {folder}." if folder is not None else ""


def row_of(results: Sequence[RunResult]) -> Row:
    """One replicate of some scenarios as a row: a column for each measure of each scenario.

    ``NAME/MEASURE`` is over the horizon; ``NAME/per_year`` holds every measure year by year, one
    measure after the other in the order of the columns.
    """
    row: Row = {}
    for result in results:
        own = f"{result.scenario}/"
        row |= {own + m: float(x) for m, x in zip(result.names, result.overall, strict=True)}
        row[own + PER_YEAR] = [float(x) for x in result.per_year.ravel()]
        row[own + PERSON_WEEKS] = float(result.person_weeks)
        row[own + SECONDS] = result.seconds
    return row


def results_in(row: Row, scenarios: Sequence[Scenario]) -> list[RunResult]:
    """What a row was made of, but for the number of the replicate, which is 0."""
    return [_result(row, scenario.name) for scenario in scenarios]


def numbered(results: Sequence[RunResult], number: int) -> list[RunResult]:
    """The same results as another replicate."""
    return [replace(result, replicate=number) for result in results]


def _result(row: Row, scenario: str) -> RunResult:
    own: dict[str, Any] = {
        column.removeprefix(f"{scenario}/"): value
        for column, value in row.items()
        if column.startswith(f"{scenario}/")
    }
    per_year, person_weeks, seconds = (own.pop(c) for c in (PER_YEAR, PERSON_WEEKS, SECONDS))
    return RunResult(
        scenario=scenario,
        replicate=0,
        names=tuple(own),
        per_year=np.array(per_year).reshape(len(own), -1),
        overall=np.array(list(own.values())),
        person_weeks=int(person_weeks),
        seconds=float(seconds),
    )
