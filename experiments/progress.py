"""A progress bar on a terminal; in a log or a pipe a plain line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

EVERY: Final = 30.0
"""Seconds between two plain lines, at least; what is done sooner says nothing."""


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[..., None]]:
    """Show progress on standard error, so that standard output stays the result alone.

    Where that is no terminal, lines are written at most every half a minute, and one at the end of
    what took longer.

    Gives the function to call after each of ``total`` pieces of work; what it is given, if
    anything, is said beside the bar. The clock of the bar runs on between them, for a piece may
    take a while.
    """
    if not sys.stderr.isatty():
        plain = _Plain(what, total)
        yield plain
        plain.end()
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
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)

        def advance(said: str = "") -> None:
            bar.update(task, advance=1, description=f"{what}: {said}" if said else what)

        yield advance


class _Plain:
    """Counts pieces of work, and says how far it is when nothing was said for a while."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._began = self._told_at = time.monotonic()
        self._told = 0
        """How many were done when a line was last written; 0 before the first."""

    def __call__(self, said: str = "") -> None:
        self._done += 1
        if time.monotonic() - self._told_at >= EVERY:
            self._tell(f": {said}" if said else "")

    def end(self) -> None:
        """The last line, where there were others."""
        if 0 < self._told < self._done:
            self._tell("")

    def _tell(self, said: str) -> None:
        self._told_at, self._told = time.monotonic(), self._done
        seconds = self._told_at - self._began
        line = f"{self._what}{said}: {self._done} of {self._total} after {seconds:.0f} s"
        with suppress(OSError):  # a log that is full or gone is no reason to stop
            print(line, file=sys.stderr, flush=True)
