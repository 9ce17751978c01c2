"""Killed at random moments: `upstream` in a forked child that has everything loaded.

A program of its own takes seconds to load its libraries, during which nothing can be lost. A child
forked from a process that has loaded them begins to work at once, so that every moment falls where
something is at stake, and a hundred of them take minutes. One process does all the work
(``--workers 1``): what it leaves behind is what a laptop leaves that dies.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Child:
    """A forked child at work."""

    pid: int

    def runs(self) -> bool:
        """Whether it has not ended yet. One that has stays to be waited for."""
        state = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return state is None

    def kill(self) -> bool:
        """Kill it and what it started; False if it had ended before."""
        done, _ = os.waitpid(self.pid, os.WNOHANG)
        if done:
            return False
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return True

    def wait(self) -> int:
        """Its exit code, when it has ended. Raises TimeoutError, and kills it."""
        ends = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < ends:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.002)
        self.kill()
        raise TimeoutError(f"did not end within {LONGEST_SECONDS} s")


def begin(work: Callable[[], int], said: Path | None = None) -> Child:
    """Do it in a forked child of a process group of its own; what it says goes to a file."""
    pid = os.fork()
    if pid:
        os.setpgid(pid, pid)
        return Child(pid)
    code = 1
    try:
        out = os.open(said or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for stream in (1, 2):
            os.dup2(out, stream)
        code = work()
    finally:
        sys.stdout.flush()
        os._exit(code)


def begin_command(argv: Sequence[str], said: Path | None = None) -> Child:
    """`upstream ARGV` in a forked child."""
    from experiments.cli import main

    return begin(lambda: main(list(argv)), said)


def killed(argv: Sequence[str], after: float) -> bool:
    """Start it and kill it after so many seconds; False if it had ended before."""
    child = begin_command(argv)
    time.sleep(after)
    return child.kill()
