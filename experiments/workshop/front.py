"""What stands on the room's screen, and the file by which it stands there again after a crash.

How the levers stand is no line of the room's memory, which would fill up with moves: it is a small
file of its own, replaced whole, in a thread, so that no move of a lever waits for the disk.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from experiments.output import warn
from experiments.workshop.runner import Run
from sim.store import WriteFailed, write_file

LEVERS: Final = "levers.json"
WRITE_EVERY: Final = 1.0
"""Seconds between two writings; the newest is always written in the end."""


@dataclass
class Front:
    """What stands on the room's screen."""

    move: str = ""
    settings: dict[str, int] = field(default_factory=dict)
    under: str = ""
    run: Run | None = None

    def overtakes(self, move: str) -> bool:
        """Whether a page's move, as "page-7", is older than this one from the same page."""
        page, _, number = move.rpartition("-")
        same, _, latest = self.move.rpartition("-")
        ours = page and page == same and number.isdecimal() and latest.isdecimal()
        return bool(ours and int(number) < int(latest))


class Standing:
    """Writes down how the levers stand."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEVERS
        self._lock = threading.Lock()
        self._newest: bytes | None = None
        self._writer: threading.Thread | None = None
        self._closing = threading.Event()
        self._warned = False

    def note(self, front: Front) -> None:
        """Have this written down soon; returns at once."""
        told = {"move": front.move, "settings": front.settings, "under": front.under}
        with self._lock:
            self._newest = json.dumps(told).encode()
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, daemon=True)
                self._writer.start()

    def close(self) -> None:
        """Wait until the newest is on the disk."""
        self._closing.set()
        writer = self._writer
        if writer is not None:
            writer.join()

    def before(self) -> dict[str, Any] | None:
        """How the levers stood when they were last written down; None where nobody can tell."""
        try:
            told = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        shape = {"move": str, "settings": dict, "under": str}
        if not isinstance(told, dict) or told.keys() != shape.keys():
            return None
        return told if all(isinstance(told[x], kind) for x, kind in shape.items()) else None

    def _write(self) -> None:
        """In a thread: the newest, until there is none that has not been written."""
        while True:
            with self._lock:
                newest, self._newest = self._newest, None
                if newest is None:
                    self._writer = None
                    return
            try:
                write_file(self._path, newest)
            except WriteFailed as error:  # the room goes on; only a crash would lose them
                if not self._warned:
                    warn(str(error))
                self._warned = True
            self._closing.wait(WRITE_EVERY)
