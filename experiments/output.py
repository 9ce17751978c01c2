"""Where results go: standard output, a JSON file, a results folder.

Standard output gets the table, or the JSON alone; everything said besides goes to standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from calibration.ensemble import file_of_sets
from experiments.compare import Findings
from experiments.document import document, to_bytes
from experiments.stats import CHANCE, CHANCE_ONLY
from experiments.table import table_text
from scenarios.resolved import Scenario
from sim import store


def version() -> str:
    """The installed version; a checkout that is not installed has none."""
    try:
        return metadata.version("upstream")
    except metadata.PackageNotFoundError:
        return "0+uninstalled"


def say(text: str) -> None:
    """Print to standard output. A reader who has seen enough (`| head`) is no fault.

    Raises WriteFailed if standard output goes to a disk that is full.
    """
    try:
        print(text, flush=True)
    except OSError as error:
        # What is still in the buffer must not raise again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise store.WriteFailed(f"standard output: {error.strerror}") from error


def warn(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr, flush=True)


def give_out(
    findings: Findings, scenarios: Sequence[Scenario], arguments: argparse.Namespace
) -> None:
    """Table or JSON first, then the folder: a full disk does not take the answer away."""
    to_stdout = str(arguments.json) == "-"
    content = to_bytes(document(findings, version(), with_seconds=True))
    say(content.decode().rstrip("\n") if to_stdout else table_text(findings).rstrip("\n"))
    if arguments.json is not None and not to_stdout:
        store.write_file(arguments.json, content)
    if arguments.out is not None:
        write_folder(findings, about(findings, scenarios, arguments.replicates), arguments.out)
        warn(f"Results are in {arguments.out}")


def write_folder(findings: Findings, manifest: dict[str, Any], out: Path) -> None:
    """Everything that is known about a run, in a folder, whole or not at all.

    A run that was stopped gets no figures: who pressed Ctrl-C does not want to wait for them.
    """
    with store.results_folder(out, manifest) as folder:
        content = document(findings, version(), with_seconds=False)
        (folder / "results.json").write_bytes(to_bytes(content))
        (folder / "table.txt").write_text(table_text(findings), encoding="utf-8")
        store.write_measures(folder / "measures.parquet", findings.results)
        if findings.sets:
            store.write_measures(folder / "measures_at_sets.parquet", findings.set_results)
        if findings.complete:
            from experiments.figures import draw_all

            draw_all(findings, folder / "figures")


def _statuses(scenario: Scenario) -> dict[str, int]:
    """How many of the numbers that are known only within a range are assumed, and so on."""
    from scenarios.uncertain import uncertain_numbers

    every = [number.status for number in uncertain_numbers(scenario.evidence).values()]
    return {status: every.count(status) for status in sorted(set(every))}


def about(findings: Findings, scenarios: Sequence[Scenario], asked: int) -> dict[str, Any]:
    """What the manifest says of a run besides its files."""
    from experiments.what_differs import what_differs

    base = next((s for s in scenarios if s.name == findings.base), scenarios[0])
    return {
        "version": version(),
        "complete": findings.complete,
        "place": findings.place,
        "place_title": findings.place_title,
        "start": str(findings.start),
        "agencies": findings.agencies,
        "years": findings.years,
        "seed": findings.seed,
        "replicates_asked": asked,
        "replicates_finished": list(findings.replicates),
        "base": findings.base,
        "scenarios": {
            s.name: {"title": s.title, "differs": what_differs(s, base), "files": s.files}
            for s in scenarios
        },
        "intervals": f"95%, {CHANCE if findings.sets else CHANCE_ONLY}",
        "plausible_sets": {
            "of": findings.ensemble,
            "finished": list(findings.sets),
            "file": file_of_sets(findings.ensemble or ""),
        },
        **({"notes": list(findings.notes)} if findings.notes else {}),
        "in_force": findings.in_force,
        "numbers": _statuses(base),
        "person_weeks": findings.person_weeks,
        "seconds": round(findings.seconds, 3),
        "command": sys.argv,
    }
