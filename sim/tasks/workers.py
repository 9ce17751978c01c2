"""Who does the tasks: processes of this machine, or an existing Dask cluster.

Ctrl-C is the parent's matter: workers never see it. The parent ends them and keeps what is
finished. Workers do not outlive their parent, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, Protocol

from scenarios.problems import InputError, Problem

ANSWER_SECONDS = 15.0
"""How long a cluster may take to answer at first."""
ASK_EVERY_SECONDS = 10.0


class Crew(Protocol):
    """Workers, wherever they are."""

    executor: Executor

    def size(self) -> int:
        """How many tasks they can do at the same time."""

    def renew(self) -> None:
        """Start anew after a worker died and took the others with it."""

    def end(self, now: bool) -> None:
        """Let them go; ``now`` ends them in the middle of what they are doing."""


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def crew_of(workers: int, cluster: str | None) -> Crew:
    """Processes of this machine, or the workers of the cluster at an address."""
    return LocalCrew(workers) if cluster is None else ClusterCrew(cluster)


class LocalCrew:
    """Spawned processes."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._others = set(multiprocessing.active_children())
        self.executor: Executor = self._new()

    def _new(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            self.workers, mp_context=context, initializer=leave_interrupts_to_the_parent
        )

    def size(self) -> int:
        """As many as were asked for."""
        return self.workers

    def renew(self) -> None:
        """A pool of processes is broken for good when one of them dies."""
        self.end(now=True)
        self.executor = self._new()

    def end(self, now: bool) -> None:
        """Wait until the processes are gone."""
        if now:
            # Futures are not cancelled first: a pool that breaks with cancelled futures in it may
            # hang (CPython issue 107219). Without workers, all that is unfinished fails at once.
            for process in set(multiprocessing.active_children()) - self._others:
                process.terminate()
        self.executor.shutdown(wait=True)


class ClusterCrew:
    """The workers of a Dask cluster, which replaces those that die by itself."""

    def __init__(self, cluster: str) -> None:
        try:
            import distributed
        except ImportError as error:
            raise _unusable(cluster, "Dask is not installed", "pip install distributed") from error
        try:
            dask: Any = distributed
            self._client = dask.Client(cluster, timeout=ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise _unusable(cluster, f"no cluster answers ({error})", _START) from error
        self.executor: Executor = self._client.get_executor(pure=False)
        self._asked = 0.0
        self._size = 1

    def size(self) -> int:
        """Workers come and go, so they are counted again now and then."""
        if time.monotonic() - self._asked > ASK_EVERY_SECONDS:
            self._size = max(1, sum(self._client.nthreads().values()))
            self._asked = time.monotonic()
        return self._size

    def renew(self) -> None:
        """Dask has done so."""

    def end(self, now: bool) -> None:
        """Leave the cluster; its workers are others' too."""
        self.executor.shutdown(wait=not now)
        self._client.close()


_START = "start one with: dask scheduler, and on each machine: dask worker ADDRESS --nthreads 1"


def _unusable(cluster: str, rule: str, suggestion: str) -> InputError:
    return InputError([Problem("--cluster", None, "", cluster, f"{cluster}: {rule}", suggestion)])


class Interrupts:
    """While in this context, Ctrl-C waits until somebody asks; a context for the main thread.

    An exception out of nowhere would leave locks of the standard library held for ever (in
    `concurrent.futures.wait`, for one), or a file half-written.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __enter__(self) -> Interrupts:
        ignored = signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None)
        if threading.current_thread() is threading.main_thread() and not ignored:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if error is None:
            self.check()

    def check(self) -> None:
        """Raises KeyboardInterrupt, once, if there was a Ctrl-C."""
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt

    def _note(self, _: int, __: object) -> None:
        self._asked = True


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while workers start: they inherit the mask, and so never see one.

    A Ctrl-C in the meantime is not lost; it arrives on leaving, if not before: a library's thread
    may take it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_interrupts_to_the_parent() -> None:
    """A worker leaves Ctrl-C to its parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: Any) -> None:
    waiting: Sequence[Any] = [sentinel]
    wait(waiting)
    os._exit(1)
