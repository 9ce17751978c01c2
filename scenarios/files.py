"""Reading TOML files that anybody may have written, or not written.

A file is refused before it is read in full when it is too large, and before it is parsed when it
is no text. What is read is kept with its SHA-256, so that a result can say what it came from.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from scenarios.bad_toml import LONGEST, what_to_write
from scenarios.problems import InputError, Problem, did_you_mean, listed, nearest, shown

HERE: Final = Path(__file__).resolve().parent
MAX_BYTES: Final = 1_000_000

Key = tuple[str | int, ...]
"""The way to a value in a TOML file: table and key names, and places in lists from 0."""


@dataclass(frozen=True)
class TomlFile:
    """One file as read. ``label`` is the name by which messages and manifests know it."""

    path: Path
    label: str
    text: str
    data: dict[str, Any]
    sha256: str

    def problem(self, key: Key, value: Any, rule: str, suggestion: str = "") -> Problem:
        """A problem with the value under ``key``; finds the line."""
        dotted = ".".join(str(part) for part in key)
        return Problem(self.label, self.line_of(key), dotted, shown(value), rule, suggestion)

    def line_of(self, key: Key) -> int | None:
        """The line of ``key``, or of the nearest thing around it that has a line of its own."""
        lines = _line_index(self.text)
        for length in range(len(key), 0, -1):
            line = lines.get(".".join(str(part) for part in key[:length]))
            if line is not None:
                return line
        return None


@dataclass
class Reader:
    """Reads each file once, and keeps what is wrong with any of them in ``problems``."""

    problems: list[Problem] = field(default_factory=list)
    _read: dict[str, TomlFile | None] = field(default_factory=dict)

    def read(self, path: Path) -> TomlFile | None:
        """The file, or None when it cannot be used (then ``problems`` says why)."""
        name = os.path.abspath(path) if _is_a_name(path) else str(path)
        if name not in self._read:
            try:
                self._read[name] = read_toml(path)
            except InputError as error:
                self.problems.extend(error.problems)
                self._read[name] = None
        return self._read[name]


def read_toml(path: Path) -> TomlFile:
    """Read one file. Raises InputError with a single problem when it is no good."""
    label = label_of(path)
    try:
        raw = _read_bytes(path, label)
        text = _as_text(raw, label)
        data = _parse(text, label)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise _refused(label, f"cannot be read: {reason}") from error
    return TomlFile(path, label, text, data, hashlib.sha256(raw).hexdigest())


def label_of(path: Path) -> str:
    """Our own files by their name in the project, others relative to where the user stands."""
    if not _is_a_name(path):
        return str(path)
    full = Path(os.path.abspath(path))
    for base in (HERE.parent, Path.cwd()):
        if full.is_relative_to(base):
            return full.relative_to(base).as_posix()
    return full.as_posix()


def toml_names(folder: Path) -> list[str]:
    """The names, without ``.toml``, of the files in a folder; none where there is no folder."""
    try:
        return sorted(entry.stem for entry in folder.glob("*.toml"))
    except OSError:
        return []


def _is_a_name(path: Path) -> bool:
    return "\0" not in str(path)


def _refused(label: str, rule: str, suggestion: str = "", line: int | None = None) -> InputError:
    return InputError([Problem(label, line, "", "", rule, suggestion)])


def _read_bytes(path: Path, label: str) -> bytes:
    if not os.path.exists(path):
        raise _refused(label, "no such file", _instead_of(path))
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise _refused(label, "is a folder, not a file", _files_in(path))
    if not stat.S_ISREG(mode):
        raise _refused(label, "is not an ordinary file")
    with open(path, "rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        size = os.stat(path).st_size
        raise _refused(label, f"is too large: {size:,} bytes; at most {MAX_BYTES:,} are read")
    return raw


def _as_text(raw: bytes, label: str) -> str:
    if b"\0" in raw:
        raise _refused(label, "is not a text file", "a TOML file is plain text in UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        rule = "is not a text file in UTF-8"
        raise _refused(label, rule, "save it as plain text in UTF-8", line) from error
    if not text.strip():
        raise _refused(label, "is empty")
    return text


def _parse(text: str, label: str) -> dict[str, Any]:
    if _ENDLESS_NAME.search(text):
        raise _refused(label, "is not usable: a key of more than 100 parts")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise _refused(label, "is not valid TOML: brackets nested too deeply") from error
    except ValueError as error:
        said = str(error)
        at = re.search(r" \(at line (\d+), column \d+\)$", said)
        line = int(at[1]) if at else None
        what = said[: at.start()] if at else said.removesuffix(" (at end of document)")
        if what.startswith("Exceeds the limit"):
            what = "a number of thousands of digits"
        raise _refused(label, *_said_better(text, line, what[:200]), line) from error


def _said_better(text: str, line: int | None, said: str) -> tuple[str, str]:
    """The line that could not be read, and what to write instead; else what tomllib said."""
    lines = text.split("\n")
    found = lines[line - 1].strip() if line is not None and line <= len(lines) else ""
    shown_as = f"“{found}”" if 0 < len(found) <= LONGEST else said
    return f"is not valid TOML: {shown_as}", what_to_write(found, said)


def _instead_of(path: Path) -> str:
    close = nearest(path.stem, toml_names(path.parent))
    return f"did you mean '{label_of(path.with_name(close + '.toml'))}'?" if close else ""


def _files_in(folder: Path) -> str:
    names = toml_names(folder)[:20]
    return "it holds " + listed(f"{name}.toml" for name in names) if names else ""


_PART = r"\"[^\"\n]*\"|'[^'\n]*'|[\w-]+"
_NAME = rf"((?:{_PART})(?:\s*\.\s*(?:{_PART}))*)"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*{_NAME}\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"^\s*{_NAME}\s*=")
_ENDLESS_NAME = re.compile(rf"(?<![\w\"'-])(?>(?:{_PART})[ \t]*\.[ \t]*){{100}}")
"""tomllib needs time and memory with the square of a dotted key's length: 100 KB can take all."""


@lru_cache(maxsize=16)
def _line_index(text: str) -> dict[str, int]:
    """The line of every table header and every key that begins a line, by dotted name.

    The items of an array of tables are numbered from 0: ``changes.0.agency``.
    """
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    table: list[str] = []
    for number, line in _lines_outside_long_text(text):
        header = _HEADER.match(line)
        if header:
            table = _parts(header[2])
            if header[1] == "[[":
                counts[".".join(_numbered(table[:-1], counts) + table[-1:])] += 1
            table = _numbered(table, counts)
        assignment = None if header else _ASSIGNMENT.match(line)
        key = table + _parts(assignment[1]) if assignment else table
        for length in range(1, len(key) + 1):
            lines.setdefault(".".join(key[:length]), number)
    return lines


def _lines_outside_long_text(text: str) -> Iterator[tuple[int, str]]:
    """Line numbers and lines, without those inside a text of several lines."""
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside:
            yield number, line
        inside ^= (line.count('"""') + line.count("'''")) % 2 == 1


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_PART, dotted)]


def _numbered(parts: list[str], counts: Counter[str]) -> list[str]:
    """The parts of a table's name, with the current place in each array of tables on the way."""
    path: list[str] = []
    for part in parts:
        path.append(part)
        count = counts[".".join(path)]
        if count:
            path.append(str(count - 1))
    return path


def named_file(
    name: str, folders: Sequence[Path], source: TomlFile, key: Key, what: str
) -> Path | Problem:
    """The file meant by ``name``: a path that ends in .toml, relative to its user, or a name.

    A name is looked for in each folder in turn.
    """
    if name.endswith(".toml"):
        path = source.path.parent / name
        if os.path.exists(path):
            return path
        rule = f"{what} '{name}' does not exist: no file {label_of(path)}"
        return source.problem(key, name, rule, _instead_of(path))
    known = {known: folder for folder in reversed(folders) for known in toml_names(folder)}
    if name in known:
        return known[name] / f"{name}.toml"
    rule = f"there is no {what} called '{name}'"
    return source.problem(key, name, rule, did_you_mean(name, known))
