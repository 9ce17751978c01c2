"""The program `upstream`: its commands, its options, its exit codes.

A new command is a function in `experiments.commands` (or a module of its own), and an ``_add_``
function in the ``cli_`` file of its subject. Nothing heavy is imported before a command runs, so
that help comes at once.

Exit codes: 0 done, 2 bad input, 1 a fault of ours, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import mmap
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments import commands
from experiments.cli_data import add_data
from experiments.cli_files import add_files
from experiments.cli_questions import add_questions
from experiments.cli_rooms import add_rooms
from experiments.cli_runs import add_runs
from experiments.options import Commands
from experiments.unknown_options import Command

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

OUR_FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130
EXTRAS = {
    "SALib": "sensitivity", "statsmodels": "forecast", "duckdb": "query", "distributed": "cluster",
    "altair": "workshop", "fpdf": "workshop", "segno": "workshop", "starlette": "workshop",
    "uvicorn": "workshop", "vl_convert": "workshop",
}  # fmt: skip
"""Modules that an adopter may have left out, and the extra that brings each."""
NO_ROOM = (
    "failed to map segment", "annot allocate memory", "esource temporarily unavailable",
    "start new thread", "cannot join thread before it is started", "PyObject pointer is null",
)  # fmt: skip
"""How libraries say that the system gave them no memory or no thread."""
OURS = ("agents", "calibration", "experiments", "scenarios", "sim")
NO_MEMORY = "The system ended a worker or gave it no memory. Try again with fewer --workers."
ROOM = 1_500_000_000
"""Bytes of memory that any command may ask for; with less, libraries crash or wait for ever."""
NO_ROOM_AT_ALL = "Upstream needs 1.5 GB of memory, and the system gives less. Nothing was done."
SOON = 0.05
"""Seconds after which a Ctrl-C that was lost is raised again."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal without “£” gets a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    if argv is None:
        sys.unraisablehook = raise_again
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else BAD_INPUT
    if argv is None and not _has_room():
        print(NO_ROOM_AT_ALL, file=sys.stderr)
        return OUR_FAULT
    code = carry_out(arguments)
    if argv is None:
        _no_more_interrupts()
    return code


def raise_again(lost: UnraisableHookArgs) -> None:
    """A Ctrl-C that falls into a finalizer goes no further, and Python prints it: do it again."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    once_more = threading.Timer(SOON, os.kill, (os.getpid(), signal.SIGINT))
    once_more.daemon = True
    once_more.start()


def _has_room() -> bool:
    """Whether the system would give so much; what is not written to is not taken."""
    try:
        mmap.mmap(-1, ROOM).close()
    except OSError:
        return False
    return True


def _no_more_interrupts() -> None:
    """All is done; an impatient Ctrl-C must not break off our last words or Python's ending."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what a parsed command line asks; whatever goes wrong becomes a message and a code."""
    try:
        return int(arguments.command(arguments))
    except KeyboardInterrupt:
        _no_more_interrupts()
        print(f"Stopped.{_goes_on(arguments)}", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        return _explain(error, arguments.debug)
    except BaseException as error:  # libraries written in Rust panic where there is no memory
        if not _no_room(error):
            raise
        return _explain(error, arguments.debug)


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = Command(
        prog="upstream",
        description="Forecast demand on public services from the lives of the people who cause it.",
        epilog="upstream COMMAND --help says more about a command.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subparsers: Commands[argparse.ArgumentParser] = top.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=Command
    )
    add_files(subparsers)
    add_runs(subparsers)
    add_questions(subparsers)
    add_data(subparsers)
    add_rooms(subparsers)
    return top


def _goes_on(arguments: argparse.Namespace) -> str:
    """Where a command that keeps what is finished can be taken up again."""
    if "store" not in arguments:
        return ""
    from experiments.kept import went_on_from

    return went_on_from(arguments)


class _Version(argparse.Action):
    """Looking the version up takes a while, so only when asked."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        from experiments.output import version

        print(f"upstream {version()}")
        parser.exit()


def _explain(error: BaseException, debug: bool) -> int:
    """Say what went wrong to whom it concerns, and return the exit code.

    Of too little memory nothing more is imported, which might need some.
    """
    if isinstance(error, MemoryError) or _no_room(error):
        if debug:
            traceback.print_exception(error)
        print(NO_MEMORY, file=sys.stderr)
        return OUR_FAULT
    try:
        return _explain_other(error, debug)
    except MemoryError:
        print(NO_MEMORY, file=sys.stderr)
        return OUR_FAULT


def _explain_other(error: BaseException, debug: bool) -> int:
    """What went wrong where there was memory."""
    from concurrent.futures.process import BrokenProcessPool

    from scenarios.problems import Changed, InputError
    from sim.store import Damaged, UnusablePath, WriteFailed

    if isinstance(error, (InputError, UnusablePath, Damaged, commands.BadRequest, Changed)):
        print(error, file=sys.stderr)
        return BAD_INPUT
    if isinstance(error, ModuleNotFoundError) and _extra(error):
        print(f"This needs {error.name}, which is not installed: install the extra "
              f"“{_extra(error)}” (pip install '.[{_extra(error)}]'), or run make setup.",
              file=sys.stderr)  # fmt: skip
        return BAD_INPUT
    if debug:
        traceback.print_exception(error)
    if isinstance(error, WriteFailed):
        print(error, file=sys.stderr)
    elif isinstance(error, BrokenProcessPool):
        print(NO_MEMORY, file=sys.stderr)
    else:
        print(
            f"This is a fault in Upstream, not in your files. {type(error).__name__}: {error}\n"
            "Please report it with the command, and what it prints with --debug added.",
            file=sys.stderr,
        )
    return OUR_FAULT


def _no_room(error: BaseException | None) -> bool:
    """Whether the system gave no memory, or no thread, to it or to what it came of: libraries say
    so in words of their own. An error of ours says what it is."""
    while error is not None and type(error).__module__.split(".")[0] not in OURS:
        if any(words in str(error) for words in NO_ROOM):
            return True
        error = error.__cause__ or error.__context__
    return False


def _extra(error: ModuleNotFoundError) -> str | None:
    return EXTRAS.get((error.name or "").split(".")[0])


if __name__ == "__main__":
    sys.exit(main())
