"""A folder half written has a hidden name beside its place, and a lock while somebody writes it.

The lock goes with the process, however it ends: a folder that can be locked is a remnant of one
that was killed, and the next who writes the same results takes it away. Locks may not be seen from
one machine to another, so the name says the machine, and only this one's remnants are looked at.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import os
import platform
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

MACHINE: Final = hashlib.sha256(platform.node().encode()).hexdigest()[:8]


@contextmanager
def unfinished_folder(target: Path) -> Iterator[Path]:
    """A new folder to become ``target``; what is left at its hidden name is taken away at the end.

    Remnants of earlier ones go first. Raises OSError where no folder can be made.
    """
    take_away_remnants(target)
    path, lock = _made(target)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def take_away_remnants(target: Path) -> None:
    """Remove what killed processes of this machine left of ``target``; nothing that is written."""
    for path in target.parent.glob(f"{glob.escape(_stem(target))}-*"):
        with suppress(OSError):
            lock = _locked(path)
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _made(target: Path) -> tuple[Path, int | None]:
    """A new folder and the lock on it; no lock on disks that have none, where nobody gets one."""
    while True:
        path = target.with_name(f"{_stem(target)}-{uuid.uuid4().hex[:8]}")
        path.mkdir(parents=True)
        try:
            return path, _locked(path)
        except (FileNotFoundError, BlockingIOError):
            continue  # before it was locked, it was taken for a remnant
        except OSError:
            return path, None


def _stem(target: Path) -> str:
    return f".{target.name}.partial-{MACHINE}"


def _locked(folder: Path) -> int:
    """A lock on a folder, for as long as it is open.

    Raises BlockingIOError if another holds it, FileNotFoundError if the folder has gone.
    """
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(lock), os.stat(folder, follow_symlinks=False)):
            raise FileNotFoundError(folder)
    except OSError:
        os.close(lock)
        raise
    return lock
