"""Strange files of every kind that is read (``make fuzz``, or ``python -m tests.fuzz KIND``).

Sound files are changed at random: bytes, words, numbers, lines taken out, doubled or swapped, huge
values, deep nesting, other encodings. What is read must come to a result or to an error that the
program means for its user, within a few seconds and within the memory allowed. A file that reaches
lines of the reading modules which none before it reached is kept, and changed further. What fails
is written to tests/found/, smallest first, where a quick test reads it again for ever.

    python -m tests.fuzz KIND [KIND ...] --minutes 2 --seed 1
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from calibration.targets import BadTargets
from experiments.commands import BadRequest
from scenarios.problems import InputError
from sim.store import Damaged, UnusablePath
from tests.fuzz_kinds import KINDS, Kind

FOUND = Path(__file__).parent / "found"
MEANT = (InputError, BadRequest, BadTargets, Damaged, UnusablePath)
"""What the program says to its user in plain words."""
SECONDS = 5
MEMORY = 6 * 2**30
READING = ("/scenarios/", "/calibration/", "/sim/store.py", "/sim/tasks/", "/workshop/memory.py",
           "/workshop/front.py", "/workshop/drafts.py")  # fmt: skip
NUMBERS = (
    b"0",
    b"-1",
    b"1e308",
    b"-1e-320",
    b"nan",
    b"inf",
    b"9" * 30,
    b"9" * 5000,
    b"0x7f",
    b"1_0",
)
ODD = (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'''", b"\r", b"\t", b"=", b"[", b"{",
       b"\x1b[2J", "\u202e£é\u2028".encode(), b"true", b"1979-05-27", b"99999-99-99")  # fmt: skip


class TooLong(Exception):  # noqa: N818 - of the fuzzer, not of the program
    """Reading took longer than anybody waits."""


def changed(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """One to four changes, each of a kind that people, disks or programs make."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        content = chance.choice(CHANGES)(content, other, chance)
    return content[: 2**20]


def _a_byte(content: bytes, _: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + bytes([chance.randrange(256)]) + content[at + chance.randrange(2) :]


def _a_number(content: bytes, _: bytes, chance: random.Random) -> bytes:
    return _replaced(content, rb"-?\d[\d_.]*", chance.choice(NUMBERS), chance)


def _a_word(content: bytes, other: bytes, chance: random.Random) -> bytes:
    words = re.findall(rb"[\w.\"]+", other) or [b"word"]
    return _replaced(content, rb"[\w.\"]+", chance.choice((*ODD, *words)), chance)


def _replaced(content: bytes, pattern: bytes, new: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(pattern, content))
    if not found:
        return content + new
    one = chance.choice(found)
    return content[: one.start()] + new + content[one.end() :]


def _a_stretch(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Taken out, doubled, or put in from another file."""
    a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    new = chance.choice((b"", content[a:b] * 2, other[a:b]))
    return content[:a] + new + content[b:]


def _lines(content: bytes, other: bytes, chance: random.Random) -> bytes:
    lines, others = content.splitlines(True), other.splitlines(True)
    if not lines:
        return content
    at = chance.randrange(len(lines))
    new = chance.choice(([], [lines[at]] * 2, [chance.choice(others or lines), lines[at]]))
    return b"".join([*lines[:at], *new, *lines[at + 1 :]])


def _deep(content: bytes, _: bytes, chance: random.Random) -> bytes:
    n = chance.choice((10, 1000, 20_000))
    at = chance.randrange(len(content) + 1)
    new = chance.choice((b"[" * n + b"]" * n, b"{a=" * n, b"<a>" * n, b'{"a":' * n, b"a." * n))
    return content[:at] + new + content[at:]


def _encoded(content: bytes, _: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-8-sig", "latin-1", "utf-32")), "replace")


CHANGES = (_a_byte, _a_number, _a_number, _a_word, _a_word, _a_stretch, _lines, _deep, _encoded)


def failure(kind: Kind, content: bytes, folder: Path) -> str | None:
    """Read it; what is wrong with how that ended, or None."""
    path = folder / kind.name
    path.write_bytes(content)
    try:
        with _time_limit():
            kind.read(path)
    except MEANT as error:
        said = str(error)
        return f"{type(error).__name__} with {len(said)} letters" if len(said) > 100_000 else None
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:100]}"
    return None


class _time_limit:  # noqa: N801 - read as a word
    """An alarm: reading is in this process, so that thousands of files a minute are tried."""

    def __enter__(self) -> None:
        def ring(*_: object) -> None:
            raise TooLong(f"over {SECONDS} seconds")

        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Lines:
    """Which lines of the reading modules have been reached so far."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()

    def watch(self, frame: FrameType, event: str, _: object) -> Any:
        name = frame.f_code.co_filename
        if event == "call":
            return self.watch if any(part in name for part in READING) else None
        self.seen.add((name, frame.f_lineno))
        return self.watch


def fuzz(kind: Kind, minutes: float, seed: int) -> Iterator[tuple[str, bytes]]:
    """Try files until the time is over; each new failure with the file that brought it."""
    chance, lines, told = random.Random(f"{seed}/{kind.name}"), Lines(), set()
    end, tried, kept = time.monotonic() + 60 * minutes, 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = kind.sound(folder)
        for content in sources:
            if wrong := failure(kind, content, folder):
                print(f"    (a file to begin with is refused: {wrong})")
        while time.monotonic() < end:
            content = changed(chance.choice(sources), chance.choice(sources), chance)
            before = len(lines.seen)
            sys.settrace(lines.watch)
            wrong = failure(kind, content, folder)
            sys.settrace(None)
            tried += 1
            if len(lines.seen) > before:
                sources.append(content)
                kept += 1
            sort = re.sub(r"\d+", "", wrong or "")[:40]
            if wrong and sort not in told:
                told.add(sort)
                yield wrong, content
    print(f"{kind.name}: {tried} files, {kept} reached new lines, {len(told)} failures")


def keep(kind: Kind, content: bytes, number: int) -> Path:
    """Put a case where the quick test finds it."""
    folder = FOUND / kind.name.partition(".")[0]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:03}.{kind.name.partition('.')[2]}"
    path.write_bytes(content)
    return path


def main() -> int:
    """Print what was tried and found; 1 if anything was found."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz")
    options.add_argument("kinds", nargs="*", help=f"of {', '.join(k.split('.')[0] for k in KINDS)}")
    options.add_argument("--minutes", type=float, default=2.0)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    failed = 0
    for kind in KINDS.values():
        if asked.kinds and kind.name.partition(".")[0] not in asked.kinds:
            continue
        for wrong, content in fuzz(kind, asked.minutes, asked.seed):
            number = len(list((FOUND / kind.name.partition(".")[0]).glob("*"))) + 1
            print(f"{kind.name}: {wrong}\n    {keep(kind, content, number)}", flush=True)
            failed += 1
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
