"""The room's memory: what was kept, decided, predicted and voted, as a log on the disk.

Each line is one thing that happened. A line is on the disk before whoever sent it is told so, and
the state is nothing but the lines read again from the top; so a laptop that dies loses nothing
that was acknowledged. A last line that was cut short is left out and written over.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, Final

from sim.store import Damaged

LOG: Final = "room.jsonl"
MAX_LINES: Final = 100_000
MODEL: Final = ("mean", "low", "high", "least", "most")
COUNTS: Final = ("whole", "of", "sets", "of_sets")
"""What is remembered of the model's answer: the difference and its intervals, and how far it was
from being final."""
UNDOABLE: Final = (
    "kept", "noted", "named", "dropped", "asked", "revealed", "closed", "struck"
)  # fmt: skip
"""What the facilitator can take back. Predictions and votes belong to those who made them."""


SHAPES: Final[dict[str, dict[str, Any]]] = {
    "opened": {"place": str, "title": str, "start": str},
    "kept": {"name": str, "title": str, "table": str, "settings": dict, "toml": str,
             "parent": str, "at": str},
    "named": {"name": str, "title": str, "toml": str},
    "dropped": {"name": str},
    "joined": {"who": str},
    "noted": {"text": str},
    "asked": {"text": str, "measure": str, "scenario": str, "unit": str, "sort": str,
              "choices": list},
    "answered": {"question": int, "who": str, "value": (int, float)},
    "struck": {"question": int, "answer": int},
    "revealed": {"question": int},
    "closed": {"question": int},
    "worked_out": {"question": int, "model": dict},
    "undone": {"what": int},
}  # fmt: skip
"""What each kind of line must say."""


class Full(Exception):
    """The log has more lines than any workshop needs: somebody is filling it."""


@dataclass
class Kept:
    """A scenario that the room keeps."""

    name: str
    title: str
    table: str
    """Whose choice it is: a table's name."""
    settings: dict[str, int]
    toml: str
    parent: str
    at: str


@dataclass
class Question:
    """Something the room predicts before it is shown, or votes on."""

    number: int
    text: str
    measure: str
    scenario: str
    unit: str
    sort: str
    """``predict`` or ``vote``."""
    revealed: bool = False
    closed: bool = False
    choices: list[str] = field(default_factory=list)
    answers: dict[str, float] = field(default_factory=dict)
    """By who gave it: a random mark, no name. A later answer replaces an earlier one."""
    lines: dict[str, int] = field(default_factory=dict)
    """The log's line of each of them, by which one can be struck without saying whose it is."""
    struck: int = 0
    """How many the facilitator struck. They stay in the log."""
    change: Mapping[str, Any] = field(default_factory=dict)
    """What the model answers for: the scenario file's text (``toml``), and its ``words``. It stays
    that whatever is tried later. Empty until the change has been made on the screen."""
    model: Mapping[str, Any] = field(default_factory=dict)
    """What the model answered, as the room was shown it: the difference and its intervals (see
    ``sayings.interval``), and from how many runs. Empty until all runs are there."""
    model_of: str = ""
    """Of what place and numbers that is the answer: the hash of doing nothing."""


@dataclass
class Room:
    """What the log adds up to."""

    opened: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    questions: dict[int, Question] = field(default_factory=dict)
    seats: set[str] = field(default_factory=set)
    """The marks of phones that have joined."""
    undoable: list[int] = field(default_factory=list)
    lines: int = 0


class Memory:
    """The log, open for writing, and the room it adds up to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / LOG
        self.entries, whole = read_log(self.path)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, whole)
        os.lseek(self._file, 0, os.SEEK_END)
        _to_disk(folder)
        self.room = room_of(self.entries)

    def note(self, kind: str, **what: Any) -> dict[str, Any]:
        """Write down that something happened; on return it is on the disk. Raises Full."""
        if len(self.entries) >= MAX_LINES:
            raise Full("the room's memory is full; begin a new workshop folder")
        entry = {"n": len(self.entries) + 1, "at": _now(), "kind": kind, **what}
        line = (json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n").encode()
        begun = os.lseek(self._file, 0, os.SEEK_CUR)
        try:
            _write_all(self._file, line)
            os.fsync(self._file)
        except OSError:  # a full disk: nothing half-written may stand before the next line
            os.ftruncate(self._file, begun)
            os.lseek(self._file, begun, os.SEEK_SET)
            raise
        self.entries.append(entry)
        self.room = room_of(self.entries) if kind == "undone" else applied(self.room, entry)
        return entry

    def undo(self) -> dict[str, Any] | None:
        """Take back the last thing the facilitator did; None if there is none."""
        if not self.room.undoable:
            return None
        last = self.room.undoable[-1]
        self.note("undone", what=last)
        return next(e for e in self.entries if e["n"] == last)

    def close(self) -> None:
        """Nothing is left to write: every line is on the disk."""
        os.close(self._file)


def read_log(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The whole lines of a log, and how many bytes they are. A last line that was cut short is left
    out. Raises Damaged where any other line is not as it was written: to write over what comes
    after it would lose that.
    """
    entries: list[dict[str, Any]] = []
    whole = 0
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    for line in raw.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        entry = _entry(line)
        if entry is None or entry.get("n") != len(entries) + 1 or not _is_ours(entry):
            raise Damaged(
                f"{path}: line {len(entries) + 1} is not as it was written; put back a copy of the "
                "file, or take that line and all after it out to go on from there"
            )
        entries.append(entry)
        whole += len(line)
    return entries, whole


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _is_ours(entry: Mapping[str, Any]) -> bool:
    """Whether a line says what lines of its kind say."""
    shape = SHAPES.get(entry["kind"]) if isinstance(entry.get("kind"), str) else None
    if shape is None or not all(isinstance(entry.get(f), t) for f, t in shape.items()):
        return False
    return _is_change(entry.get("change", {})) and _is_model(entry.get("model", {}))


def _is_change(change: object) -> bool:
    """Whether it says what the model answers for, or nothing."""
    if not isinstance(change, dict):
        return False
    return not change or (
        isinstance(change.get("toml"), str) and isinstance(change.get("words"), list)
    )


def _is_model(model: object) -> bool:
    """Whether it says what the model answered, or nothing."""
    if not isinstance(model, dict):
        return False
    numbers = all(isinstance(model.get(f), (int, float, NoneType)) for f in MODEL)
    counts = all(isinstance(model.get(f), int) for f in COUNTS)
    return not model or (numbers and counts)


def room_of(entries: list[dict[str, Any]]) -> Room:
    """The room after all that is written, less what was taken back."""
    undone = {e["what"] for e in entries if e["kind"] == "undone"}
    room = Room()
    for entry in entries:
        if entry["n"] not in undone:
            room = applied(room, entry)
        room.lines = entry["n"]
    return room


def applied(room: Room, entry: Mapping[str, Any]) -> Room:
    """The room after one more thing."""
    kind = entry["kind"]
    room.lines = entry["n"]
    if kind in UNDOABLE:
        room.undoable.append(entry["n"])
    if kind == "opened":
        room.opened = dict(entry)
    elif kind == "kept":
        fields = ("name", "title", "table", "settings", "toml", "parent", "at")
        room.kept[entry["name"]] = Kept(**{f: entry[f] for f in fields})
    elif kind == "named" and entry["name"] in room.kept:
        room.kept[entry["name"]].title = entry["title"]
        room.kept[entry["name"]].toml = entry["toml"]
    elif kind == "joined":
        room.seats.add(entry["who"])
    elif kind == "dropped":
        room.kept.pop(entry["name"], None)
    elif kind == "noted":
        room.notes.append(dict(entry))
    elif kind == "asked":
        asked = ("text", "measure", "scenario", "unit", "sort", "choices")
        change = entry.get("change", {})
        room.questions[entry["n"]] = Question(
            entry["n"], **{f: entry[f] for f in asked}, change=change
        )
    elif "question" in entry and entry["question"] in room.questions:
        question = room.questions[entry["question"]]
        if kind == "answered":
            question.answers[entry["who"]] = entry["value"]
            question.lines[entry["who"]] = entry["n"]
        elif kind == "struck":
            _strike(question, entry["answer"])
        elif kind == "worked_out":
            question.model, question.model_of = entry["model"], str(entry.get("of", ""))
        else:
            question.closed = True
            question.revealed |= kind == "revealed"
            question.change = question.change or entry.get("change", {})
    return room


def _strike(question: Question, line: int) -> None:
    """Take one answer out; whoever gave it can give another while the question is open."""
    for who in [who for who, n in question.lines.items() if n == line]:
        del question.answers[who], question.lines[who]
        question.struck += 1


def _write_all(file: int, line: bytes) -> None:
    while line:
        line = line[os.write(file, line) :]


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _to_disk(folder: Path) -> None:
    """A new file's name must be on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some systems cannot; the file's own fsync is what there is
    finally:
        os.close(handle)
