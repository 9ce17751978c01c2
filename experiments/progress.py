"""A progress bar on a terminal; in a pipe, a line at every quarter of what takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

QUARTERS: Final = 4
LONG: Final = 20.0
"""Seconds before which nothing is told in a pipe."""


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[..., None]]:
    """Show progress on standard error, so that standard output stays the result alone.

    Gives the function to call after each of ``total`` pieces of work; what it is given, if
    anything, is said beside the bar. The clock of the bar runs on between them, for a piece may
    take a while.
    """
    if not sys.stderr.isatty():
        yield _in_lines(what, total)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def advance(said: str = "") -> None:
            bar.update(task, advance=1, description=f"{what}: {said}" if said else what)

        yield advance


def _in_lines(what: str, total: int) -> Callable[..., None]:
    """For a pipe or a file: how much is done and how long it may take yet, at every quarter."""
    from experiments.answer import in_words
    from experiments.output import warn

    began, done = time.monotonic(), 0

    def advance(said: str = "") -> None:
        nonlocal done
        quarters = QUARTERS * done // total
        done += 1
        gone = time.monotonic() - began
        if QUARTERS * done // total > quarters and gone >= LONG and done < total:
            left = in_words(gone / done * (total - done))
            warn(f"{what}: {done} of {total} done in {gone:.0f} s; {left} to go.")

    return advance
