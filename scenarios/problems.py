"""What is wrong with a file, said so that its writer can put it right.

A problem names the file, the line, the key, the value, the rule and what to do. Problems are
collected, never raised one by one, so that a file is corrected in one go.
"""

from __future__ import annotations

import datetime as dt
import difflib
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

MOST_SHOWN: Final = 200
"""More problems than this help nobody; the rest are counted."""

LONGEST: Final = 400
"""Longer sentences than this come from a value that is no name at all."""


class _Short(reprlib.Repr):
    """Python writes no whole number of thousands of digits, such as TOML may give as 0x..."""

    def repr_int(self, x: int, level: int) -> str:
        try:
            return super().repr_int(x, level)
        except ValueError:
            return "a number of thousands of digits"


_short = _Short()
_short.maxstring = 60
_short.maxother = 60
_short.maxlong = 30
_short.maxlevel = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one file. ``rule`` is a sentence that can stand alone."""

    file: str
    line: int | None
    key: str
    value: str
    rule: str
    suggestion: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        parts = [f"{where}: {_clipped(self.rule)}", _clipped(self.suggestion)]
        return printable(" - ".join(part for part in parts if part))


class InputError(Exception):
    """The files asked for cannot be used. Carries every problem of every file."""

    most_shown = MOST_SHOWN

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = _in_order(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[: self.most_shown]]
        more = len(self.problems) - self.most_shown
        if more > 0:
            lines.append(f"... and {more} more problems.")
        return "\n".join([*lines, "Nothing was run."])


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, file by file and from top to bottom."""
    once = list(dict.fromkeys(problems))
    files = list(dict.fromkeys(problem.file for problem in once))
    place = {file: number for number, file in enumerate(files)}
    return tuple(sorted(once, key=lambda problem: (place[problem.file], problem.line or 0)))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def printable(text: str) -> str:
    """``text`` on one line, without characters that would upset a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def shown(value: Any) -> str:
    """A value as its writer would know it, cut short where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return _short.repr(value)


class Changed(Exception):
    """The files of a place are no longer what they were when the work began."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like ``word``, or None where nothing is like it."""
    names = list(known)
    if len(word) > 100:
        return None
    found = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The suggestion for an unknown name: the nearest known one, else all where they are few."""
    names = sorted(known)
    close = nearest(word, names)
    if close is not None:
        return f"did you mean '{close}'?"
    if otherwise:
        return otherwise
    return "the choices are " + listed(names) if 0 < len(names) <= 40 else ""


def listed(names: Iterable[str]) -> str:
    """Names in a row: a, b and c."""
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
