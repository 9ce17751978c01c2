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
import datetime as dt
import faulthandler
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

from calibration.forecast.history import read_histories
from calibration.logs.columns import guess, read_columns
from calibration.logs.events import read_log
from calibration.logs.source import look
from calibration.targets import BadTargets, read_targets
from experiments.commands import BadRequest
from experiments.import_log import XES_COLUMNS
from experiments.synthetic_log import write_log
from experiments.workshop.memory import LOG, Memory
from scenarios.files import HERE
from scenarios.load import load_evidence, load_scenario
from scenarios.problems import InputError
from scenarios.register import EVIDENCE
from scenarios.ways import in_use
from sim.store import Damaged, UnusablePath, results_folder, verify
from sim.tasks import TaskFolder
from tests.small_files import small_copy

FOUND = Path(__file__).parent / "found"
MEANT = (InputError, BadRequest, BadTargets, Damaged, UnusablePath)
"""What the program says to its user in plain words."""
SECONDS = 5
MEMORY = 6 * 2**30
READING = ("/scenarios/", "/calibration/", "/sim/store.py", "/sim/tasks/", "/workshop/memory.py")
HEAD = ["client_ref", "contact_date", "service"]
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


def _columns(path: Path) -> None:
    read_columns(path, HEAD)


def _log(path: Path) -> None:
    source = look(path)
    columns = XES_COLUMNS if source.form == "xes" else guess(source.head, str(path))
    read_log(source, columns, dt.date(2025, 1, 1), lambda _: None)


def _results(path: Path) -> None:
    verify(_as_manifest(path))


def _store(path: Path) -> None:
    with TaskFolder(_as_manifest(path)):
        pass


def _as_manifest(path: Path) -> Path:
    """A folder with this file as its manifest, and nothing else in it."""
    folder = path.parent / "folder"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(path, folder / "manifest.json")
    return folder


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is named, how it is read, and sound ones to begin with."""

    name: str
    read: Callable[[Path], object]
    sound: Callable[[Path], list[bytes]]


def _scenarios(folder: Path) -> list[bytes]:
    parent = str(HERE / "portsmouth" / "do_nothing.toml")
    texts = [path.read_text() for path in sorted((HERE / "portsmouth").glob("*.toml"))]
    return [text.replace('"do_nothing.toml"', f'"{parent}"').encode() for text in texts]


def _place(path: Path) -> None:
    small_copy(path.parent, "do_nothing")
    shutil.copy(path, path.parent / "small.toml")
    load_scenario(path.parent / "do_nothing.toml")


def _files(folder: Path, pattern: str, most: int = 40_000) -> Callable[[Path], list[bytes]]:
    """Sound files of ours, cut short where they are long."""
    found = sorted(folder.glob(pattern))[:12]
    return lambda _: [path.read_bytes()[:most].rpartition(b"\n")[0] for path in found]


def _evidence(path: Path) -> None:
    """The register with one of its files in place of ours: which one, its first table tells."""
    register = path.parent / "register"
    if not register.exists():
        shutil.copytree(EVIDENCE, register)
    which = _which(path.read_bytes())
    shutil.copy(path, register / which)
    try:
        with patch("scenarios.register.EVIDENCE", register):
            load_evidence()
    finally:
        shutil.copy(EVIDENCE / which, register / which)


def _which(content: bytes) -> str:
    """The file of the register that shares most lines with this."""
    mine = set(content.splitlines())
    files = sorted(EVIDENCE.glob("*.toml"))
    return max(files, key=lambda f: len(mine & set(f.read_bytes().splitlines()))).name


def _workshop(path: Path) -> None:
    """A workshop's folder with this as its memory, opened again."""
    folder = path.parent / "room"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(path, folder / LOG)
    Memory(folder).close()


def _rooms(folder: Path) -> list[bytes]:
    """What a lively room leaves."""
    memory = Memory(folder / "lively")
    memory.note("opened", place="portsmouth", title="Portsmouth", start="2024-04-01", years=10,
                seed=1, replicates=4, version="", code="ABCDEF")  # fmt: skip
    memory.note("kept", name="a", title="A", table="1", settings={"budget.housing": 3},
                toml="title = 'A'", parent="")  # fmt: skip
    memory.note("noted", text="We try this", who="")
    memory.note("joined", who="seat1")
    number = memory.note("asked", text="How many?", measure="people.multiple_needs", scenario="a",
                         unit="people", sort="predict", choices=[])["n"]  # fmt: skip
    memory.note("answered", question=number, who="seat1", value=12.5)
    memory.note("revealed", question=number)
    memory.note("named", name="a", title="B", toml="title = 'B'")
    memory.undo()
    memory.note("dropped", name="a")
    memory.close()
    return [(folder / "lively" / LOG).read_bytes()]


def _logs(folder: Path) -> list[bytes]:
    write_log(folder / "log.csv", 60, share=0.01)
    xes = b"""<?xml version="1.0"?><log><trace><string key="concept:name" value="a1"/><event>
<string key="concept:name" value="contact"/><string key="org:group" value="police"/>
<date key="time:timestamp" value="2024-01-05T10:00:00+00:00"/></event></trace></log>"""
    return [(folder / "log.csv").read_bytes(), xes]


def _manifests(folder: Path) -> list[bytes]:
    with results_folder(folder / "out", {"seed": 1}) as out:
        (out / "table.txt").write_text("a table")
    return [(folder / "out" / "manifest.json").read_bytes()]


def _task_manifests(folder: Path) -> list[bytes]:
    with TaskFolder(folder / "tasks"):
        pass
    return [(folder / "tasks" / "manifest.json").read_bytes()]


ROOT = HERE.parent
COLUMNS = b'person = "client_ref"\ntime = "contact_date"\nagency = "service"\n'
KINDS = {
    kind.name: kind
    for kind in (
        Kind("scenario.toml", load_scenario, _scenarios),
        Kind("place.toml", _place, _files(HERE / "places", "*.toml")),
        Kind("intervention.toml", lambda p: in_use("portsmouth", {"a": [p]}),
             _files(HERE / "interventions", "*.toml")),
        Kind("targets.csv", read_targets, _files(ROOT / "calibration" / "targets", "*.csv")),
        Kind("history.csv", read_histories,
             _files(ROOT / "calibration" / "histories", "*.csv", 4000)),
        Kind("log.csv", _log, _logs),
        Kind("columns.toml", _columns, lambda _: [COLUMNS]),
        Kind("results.json", _results, _manifests),
        Kind("store.json", _store, _task_manifests),
        Kind("evidence.toml", _evidence, _files(EVIDENCE, "*.toml")),
        Kind("workshop.jsonl", _workshop, _rooms),
    )
}  # fmt: skip


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
