"""A progress bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[..., None]]:
    """Show progress on standard error, so that standard output stays the result alone.

    Gives the function to call after each of ``total`` pieces of work; what it is given, if
    anything, is said beside the bar. The clock of the bar runs on between them, for a piece may
    take a while.
    """
    if not sys.stderr.isatty():
        yield lambda said="": None
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
