"""Texts as numbers: ids of people hashed, names of agencies and kinds counted and put together."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.logs.fives import SMALLEST
from scenarios.problems import InputError, Problem

OTHER: Final = "other"
NOBODY: Final = frozenset(
    ("", "0", "-", "NA", "N/A", "NONE", "NULL", "NIL", "UNKNOWN", "ANON", "ANONYMOUS", "TEST", "X",
     "NOT KNOWN", "REDACTED", "WITHHELD", "00000", "99999", "999999")
)  # fmt: skip
FORMULA: Final = ("=", "+", "@", "-")
FEWEST_IDS: Final = 10
"""Different ids from which a column is judged."""
LOOKED_AT: Final = 1000
"""Different ids of each block that are looked at."""
NAMES_AMONG: Final = 0.5
"""Share of different ids that look like names from which the column is taken for one of names."""


class Persons:
    """Turns ids into hashes, with a salt that is made here and dies with this object."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._words = self._formulas = self._seen = 0

    def code(self, text: str) -> int:
        """A 64-bit hash: of a million people, two share one with a chance of 1 in 37 million."""
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8, key=self._salt)
        return int.from_bytes(digest.digest(), "little")

    def hashed(
        self, texts: Any, column: str, path: Path
    ) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """Hashes, and where there is no id. Raises InputError for a column of names."""
        found = texts.dictionary_encode()
        ids = [text.strip().upper() for text in found.dictionary.to_pylist()]
        if len(ids) >= FEWEST_IDS:
            _refuse_names(ids[:LOOKED_AT], column, path)
        self._look(ids[:LOOKED_AT])
        codes = np.array([self.code(text) for text in ids], np.uint64)
        nobody = np.array([text in NOBODY for text in ids])
        place = found.indices.to_numpy(zero_copy_only=False)
        return codes[place], nobody[place]

    def _look(self, ids: list[str]) -> None:
        self._seen += len(ids)
        self._words += sum(text.isalpha() for text in ids)
        self._formulas += sum(text.startswith(FORMULA) and len(text) > 1 for text in ids)

    def notes(self) -> list[str]:
        """What is odd about the ids, without any of them."""
        notes = []
        if self._seen >= FEWEST_IDS and self._words > NAMES_AMONG * self._seen:
            notes.append("most ids of people are words without a digit: if they are names, those "
                         "who share one are counted as one person")  # fmt: skip
        if self._formulas >= SMALLEST:
            notes.append("ids of people begin like formulas (=, +, -, @): read as text, never "
                         "evaluated; look whether a spreadsheet has changed them")  # fmt: skip
        return notes


def _refuse_names(ids: list[str], column: str, path: Path) -> None:
    """A column of names is no column of ids: people share names, and a person has several."""
    like = sum(_like_a_name(text) for text in ids)
    if like > NAMES_AMONG * len(ids):
        raise InputError([Problem(
            str(path), None, "", "",
            f"the column '{column}' looks like names of people: {like} of the first "
            f"{len(ids)} different values are two or more words without a digit",
            "names are no ids: two people share one, and one is spelt in many ways; choose a "
            "column of ids, or replace each name by a number before the log leaves its system",
        )])  # fmt: skip


def _like_a_name(text: str) -> bool:
    words = text.replace(",", " ").replace("'", "").replace("-", "").replace(".", "").split()
    return 2 <= len(words) <= 4 and all(word.isalpha() for word in words)


class Names:
    """Turns names of agencies, or kinds of contact, into small numbers, spellings put together."""

    def __init__(self, column: str, most: int, what: str) -> None:
        self._column, self._most, self._what = column, most, what
        self._codes: dict[str, int] = {}
        self.spellings: list[Counter[str]] = []
        self.overflow = 0

    def constant(self, name: str, n: int) -> NDArray[np.int16]:
        """The same name for every row."""
        return np.full(n, self._code(name, n), np.int16)

    def coded(
        self, texts: Any, path: Path
    ) -> tuple[NDArray[np.int16], NDArray[np.bool_], NDArray[np.bool_]]:
        """Codes, where there is no name, and where a formula stands instead of one."""
        found = texts.dictionary_encode()
        names = [text.strip() for text in found.dictionary.to_pylist()]
        place = found.indices.to_numpy(zero_copy_only=False)
        count = np.bincount(place, minlength=len(names))
        formula = np.array([n.startswith(FORMULA) and len(n) > 1 for n in names], bool)
        empty = np.array([not key_of(n) for n in names], bool)
        codes = np.zeros(len(names), np.int16)
        for i, name in enumerate(names):
            if not formula[i] and not empty[i]:
                codes[i] = self._code(name, int(count[i]))
                if codes[i] < 0:
                    self._too_many(path)
        return codes[place], empty[place], formula[place]

    def _code(self, name: str, count: int) -> int:
        key = key_of(name)
        if key not in self._codes:
            if len(self._codes) >= self._most:
                return -1 if self._what else self._codes.setdefault(OTHER, 0)
            self._codes[key] = len(self._codes)
            self.spellings.append(Counter())
        code = self._codes[key]
        self.spellings[code][name] += count
        return code

    def _too_many(self, path: Path) -> None:
        raise InputError([Problem(
            str(path), None, "", "",
            f"the column '{self._column}' has more than {self._most} different {self._what}",
            "it is probably not the column of agencies: name another one with --columns, or put "
            "teams together into the services they belong to",
        )])  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        """The commonest spelling of each, without anything that a spreadsheet would evaluate."""
        return tuple(plain(c.most_common(1)[0][0]) for c in self.spellings)

    def notes(self, what: str) -> list[str]:
        """Which spellings were put together."""
        merged = [c for c in self.spellings if len(c) > 1]
        if not merged:
            return []
        shown = "; ".join(
            f"{plain(c.most_common(1)[0][0])} ({len(c)} spellings)" for c in merged[:5]
        )
        more = f" and {len(merged) - 5} more" if len(merged) > 5 else ""
        return [f"names of {what} written in several ways were put together: {shown}{more}"]


def key_of(name: str) -> str:
    """What a name is compared by: its letters and digits, in small letters."""
    return "".join(c for c in name.casefold().replace("&", "and") if c.isalnum())


def plain(name: str) -> str:
    """A name on one line, of a length that fits, which no spreadsheet takes for a formula."""
    clean = "".join(c if c.isprintable() else " " for c in name).strip()[:60]
    return "'" + clean if clean.startswith((*FORMULA, "\t")) else clean
