"""`upstream import`: a place's own contact log becomes targets, a history and a report on itself.

The log is read once, as a stream, and never copied. What is written are aggregates, without small
counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from pathlib import Path
from typing import Final

from calibration.logs.columns import Columns, guess, read_columns
from calibration.logs.events import Events, Intake, read_log
from calibration.logs.fives import SMALLEST
from calibration.logs.source import BLOCK, Source, look
from experiments.commands import DONE, BadRequest

XES_COLUMNS: Final = Columns(person="case", time="time", agency="agency", kind="activity")


def import_log(arguments: argparse.Namespace) -> int:
    """Read, measure, and write what may be written."""
    from calibration.logs.measures import history, patterns
    from experiments.log_files import BEFORE, without_tiny, written
    from experiments.log_report import kinds_left_out, report
    from experiments.output import say, warn
    from experiments.progress import progress
    from sim.store import check_folder

    clock, worked = time.perf_counter(), time.process_time()
    check_folder(arguments.out)
    source = look(arguments.log)
    columns = columns_of(source, arguments)
    blocks = 1 + arguments.log.stat().st_size // BLOCK
    with progress(f"Reading {arguments.log.name}", blocks) as advance:
        events, intake = read_log(source, columns, dt.date.today(), lambda _: advance())
    check_used(arguments.log, events, intake)
    told_of = without_tiny(events)
    weekly = history(told_of)
    found = list(patterns(told_of, weekly))
    text = report(told_of, weekly, intake, columns, found)
    say(text)
    covered = written(arguments.out, arguments.place, told_of, weekly, intake, columns, text, found)
    if left_out := kinds_left_out(events):
        warn(left_out)
    warn(BEFORE + "\n".join(f"  - {line}" for line in covered))
    warn(f"Targets, history and patterns are in {arguments.out}; the log is not.")
    warn(took(intake.read, time.perf_counter() - clock, time.process_time() - worked))
    return DONE


def took(rows: int, clock: float, worked: float) -> str:
    """How long an import took: on a busy machine the clock says little of the program."""
    return f"{rows:,} rows in {clock:.0f} s by the clock, {worked:.0f} s of processor time."


def columns_of(source: Source, arguments: argparse.Namespace) -> Columns:
    """What each column is: as the file says, else as guessed and approved. Raises BadRequest."""
    if source.form == "xes":
        return XES_COLUMNS
    if arguments.columns is not None:
        return read_columns(arguments.columns, source.head)
    columns = guess(source.head, str(source.path))
    shown = (
        f"The columns of {source.path.name} seem to be:\n\n"
        + "".join(f"    {line}\n" for line in columns.as_toml().splitlines())
        + f"\nnot used: {', '.join(_unused(source, columns)) or 'none'}\n"
    )
    if arguments.yes or _agreed(shown):
        return columns
    raise BadRequest(
        shown + "\nIf that is right, say --yes. If not, save the lines to a file, put them right, "
        "and give it with --columns."
    )


def _unused(source: Source, columns: Columns) -> list[str]:
    from calibration.logs.source import heads

    return heads([name for name in source.head if name not in columns.used.values()])


def _agreed(shown: str) -> bool:
    """Ask, on a terminal; elsewhere nobody can answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(shown, file=sys.stderr)
    return input("Is that right? [y/N] ").strip().lower() in ("y", "yes")


def check_used(path: Path, events: Events, intake: Intake) -> None:
    """A log of which next to nothing can be used gets an answer, not an empty report."""
    from experiments.log_report import told_reasons

    reasons = "; ".join(f"{n:,} rows: {reason}" for reason, n in told_reasons(intake.aside))
    if not len(events):
        raise BadRequest(f"{path}: none of its {intake.read:,} rows can be used: {reasons}")
    if int(events.person.max()) + 1 < SMALLEST:
        raise BadRequest(
            f"{path}: what can be used of its {intake.read:,} rows is of fewer than {SMALLEST} "
            "people, and whatever is told of so few tells of each"
            + (f"; set aside: {reasons}" if reasons else "")
        )
