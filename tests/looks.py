"""What must hold on the disk after a program was killed: looked at after every kill.

An answer that is there is whole and always the same. Finished runs that are kept never become
fewer. And they are truly taken up: every run that is begun is counted, over all kills, and no more
may have been begun than are kept and one for every kill, the one that it cut off.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from sim.model import Place
from sim.tasks import TaskFolder


@dataclass
class Told:
    """What was found out about one command."""

    command: str
    kills: int = 0
    early: int = 0
    """Kills before the end; the others came too late, and the end was looked at."""
    wrong: list[str] = field(default_factory=list)
    kept: str = ""

    def note(self, wrong: str) -> None:
        """Something that does not hold, and after which kill; nothing if it is empty."""
        if wrong:
            self.wrong.append(f"kill {self.kills}: {wrong}")


class Tally:
    """A count to which processes add that are then killed: a byte in a file for each."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self) -> None:
        """One more; it is in the file on return."""
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, b".")
        os.close(file)

    def clear(self) -> None:
        """Count from nothing."""
        self._path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0


@contextmanager
def counted(runs: Tally) -> Iterator[None]:
    """Count every run that is begun here and in children forked from here.

    A run begins a place in its first week; scenarios that part from it later go on from there.
    """
    begin = Place.__init__

    def counting(place: Place, *given: Any, **named: Any) -> None:
        begin(place, *given, **named)
        if place.week == 0:
            runs.add()

    with patch.object(Place, "__init__", counting):
        yield


class Same:
    """Looks at an answer: what the first one says that is there, all later ones must."""

    def __init__(self, read: Callable[[], object]) -> None:
        self._read = read
        self._first: object = None
        self.found = False
        self.times = 0

    def anew(self) -> None:
        """The folder was taken away. What the answer must be stays."""

    def __call__(self, kills: int) -> str:
        """What is wrong, after so many kills since the folder was new; nothing if it is empty."""
        found = self._read()
        self.found = found is not None
        if not self.found:
            return ""
        self.times += 1
        self._first = self._first or found
        return "" if found == self._first else "other results than before"


class Kept:
    """Looks at a store of finished runs, and at the answer that comes of them.

    The store may be taken away when the answer is whole, which then stands for all its runs. The
    command has then done what it was asked for, also if it is killed before it can say so; given
    again it begins from nothing, and so does the count.
    """

    def __init__(
        self, store: Path, begun: Tally, read: Callable[[], object], taken_away: bool = False
    ) -> None:
        self._store, self._begun, self.answer = store, begun, Same(read)
        self._taken_away = taken_away
        self._before = self.most = self.all_begun = self.all_kept = self._whole = 0
        self._kills_then = 0
        """Since the folder was new, when the answer was last whole and its runs taken away."""

    def anew(self) -> None:
        """The folder was taken away: count from nothing."""
        self._from_nothing(0)

    def _from_nothing(self, kills: int) -> None:
        self.all_begun += len(self._begun)
        self.all_kept += self._before
        self._begun.clear()
        self._before, self._kills_then = 0, kills

    def in_peace(self) -> str:
        """What is wrong when nobody killed it. So many runs an answer takes, ever after."""
        wrong = self(0)
        self._whole = len(self._begun)
        return wrong or ("" if self.answer.found else "it gives no answer")

    def forget(self) -> None:
        """Begin the count of what is told; the answer stays what it must be."""
        self.most = self.all_begun = self.all_kept = self.answer.times = 0

    def __call__(self, kills: int) -> str:
        """What is wrong, after so many kills since the folder was new; nothing if it is empty."""
        said, now = self.answer(kills), self._number()
        done = self._taken_away and self.answer.found and not now
        done = done and len(self._begun) >= self._whole > 0
        now = self._whole if done else now
        before, self._before = self._before, now
        self.most = max(now, self.most)
        if now < before:
            return f"{before} runs were kept, {now} are there"
        again, since = len(self._begun) - now, kills - self._kills_then
        if again > since and self._whole:
            return f"{again} runs were begun that are not kept, with {since} kills"
        if done:
            self._from_nothing(kills)
        return said

    def _number(self) -> int:
        """How many are kept. A copy is opened: the program itself is to find what the kill left."""
        if not self._store.exists():
            return 0
        with TemporaryDirectory() as name:
            copy = Path(shutil.copytree(self._store, Path(name) / "store"))
            with TaskFolder(copy) as folder:
                return len(folder)

    def __str__(self) -> str:
        cut_off = self.all_begun - self.all_kept
        return (
            f"{self.all_begun} runs begun, {self.all_kept} kept (up to {self.most} at once), "
            f"{cut_off} cut off by a kill; the answer there {self.answer.times} times, the same"
        )
