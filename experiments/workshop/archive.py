"""The numbers of the wall, kept as an ordinary results folder beside the room's log.

So `upstream report` can be made of a workshop that has ended, and a workshop that is opened again
need not work out what it knew. The numbers are used again only where everything that went into
them is the same: the files' SHA-256, the seed and the version.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from experiments.compare import Findings
from experiments.document import document, to_bytes
from experiments.output import about, version, warn
from experiments.report.kept import findings_in
from experiments.table import table_text
from experiments.workshop.runner import Run, Runner
from experiments.workshop.worker import Progress
from scenarios.resolved import Scenario
from sim import store
from sim.results import RunResult

FOLDER: Final = "answers"


class Keeper:
    """Writes the wall's numbers in a thread, for it takes a second; what is there once is left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saved: tuple[set[str], int] | None = None
        self._saving = threading.Lock()

    def save(
        self, kept: set[str], found: Findings | None, scenarios: Sequence[Scenario], sets: int
    ) -> None:
        """Save what is known of the scenarios ``kept``; of plausible sets, all or none."""
        if found is None:
            return
        if len(found.sets) < sets:
            found = replace(found, ensemble="", sets=(), plausible={}, set_results=())
        there = (kept, len(found.sets))
        if there != self._saved:
            self._saved = there
            threading.Thread(target=self._write, args=(found, scenarios), daemon=True).start()

    def close(self) -> None:
        """Wait for what is being written."""
        with self._saving:
            pass

    def _write(self, found: Findings, scenarios: Sequence[Scenario]) -> None:
        with self._saving:
            try:
                save(self._folder, found, scenarios)
            except store.WriteFailed as error:
                warn(str(error))


def save(folder: Path, found: Findings, scenarios: Sequence[Scenario]) -> None:
    """Write the wall's numbers, whole or not at all. Raises WriteFailed."""
    manifest = about_wall(found, scenarios)
    with store.results_folder(folder / FOLDER, manifest) as partial:
        (partial / "results.json").write_bytes(to_bytes(document(found, version(), False)))
        (partial / "table.txt").write_text(table_text(found), encoding="utf-8")
        store.write_measures(partial / "measures.parquet", found.results)
        if found.sets:
            store.write_measures(partial / "measures_at_sets.parquet", found.set_results)


def about_wall(found: Findings, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """The manifest."""
    return about(found, scenarios, len(found.replicates)) | {
        "command": [sys.argv[0], *sys.argv[1:]]
    }


def restore(folder: Path, runner: Runner, kept: Mapping[str, Run]) -> int:
    """Give runs the numbers they had; says how many runs it was, doing nothing included."""
    try:
        found, manifest = findings_in(folder / FOLDER)
    except (store.Damaged, ValueError, KeyError, OSError):
        return 0
    if manifest["version"] != version() or manifest["seed"] != runner.seed:
        return 0
    if found.years != runner.base.years:
        return 0
    every = list(found.results)
    if len(found.sets) == runner.sets and len(found.replicates) == runner.replicates:
        every += [replace(r, replicate=r.replicate + runner.replicates) for r in found.set_results]
    runs = {runner.base.name: runner.base} | dict(kept)
    restored = 0
    for name, run in runs.items():
        then = manifest["scenarios"].get(name, {}).get("files")
        if then and _same(then, run.scenario.files):
            _fill(run, [r for r in every if r.scenario == name], runner.replicates + runner.sets)
            restored += 1
    return restored


def _same(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """By content: the workshop's folder may have been moved."""
    return sorted(then.values()) == sorted(now.values())


def _fill(run: Run, results: Sequence[RunResult], most: int) -> None:
    for r in results:
        if r.replicate < most and not run.done(r.replicate):
            run.so_far[r.replicate] = Progress(
                run.number, r.replicate, run.years, r.names, r.per_year, r.overall, 0, 0.0
            )
