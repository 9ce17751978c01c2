"""A log as numbers: who, when, where, what. Ids are hashed with a salt that is never kept.

Every row read is used or set aside for a reason; the two always add up. Texts of the person column
never leave `coding.Persons`; they are in no message and no file.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.logs.coding import Names, Persons
from calibration.logs.columns import Columns
from calibration.logs.dates import MINUTES_A_DAY, Times, read_times, swapped
from calibration.logs.source import Source, batches, wrong_log

MOST_AGENCIES: Final = 500
MOST_KINDS: Final = 2000
FIRST_DAY: Final = dt.date(1990, 1, 1)
YES: Final = frozenset(("1", "Y", "YES", "TRUE", "T", "TAGGED", "MH", "MENTAL HEALTH", "1.0"))
NO: Final = frozenset(("0", "N", "NO", "FALSE", "F", "UNTAGGED", "NONE", "0.0", "-"))
OLDEST: Final = 120

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Events:
    """The rows that are used. No id is in here: people are numbered in no particular order."""

    person: NDArray[np.int32]
    minute: NDArray[np.int32]
    """Since 1970"""
    clock: NDArray[np.bool_]
    agency: NDArray[np.int16]
    kind: NDArray[np.int16]
    tag: NDArray[np.int8]
    """1 tagged, 0 not, -1 not known"""
    agencies: tuple[str, ...]
    kinds: tuple[str, ...]
    contacts: tuple[str, ...] = ()
    """The kinds that are contacts, as the file of columns says; empty: as their names begin"""

    def __len__(self) -> int:
        return len(self.person)

    def only(self, rows: Any) -> Events:
        """Some of the rows."""
        return Events(self.person[rows], self.minute[rows], self.clock[rows], self.agency[rows],
                      self.kind[rows], self.tag[rows], self.agencies, self.kinds,
                      self.contacts)  # fmt: skip


@dataclass
class Intake:
    """What became of the rows, and what was noticed on the way."""

    read: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    """Rows set aside, by reason"""
    noted: Counter[str] = field(default_factory=Counter)
    """Rows that are used although something in them is odd"""
    ways: Counter[str] = field(default_factory=Counter)
    """In which ways times are written"""
    notes: list[str] = field(default_factory=list)

    @property
    def used(self) -> int:
        """Rows that are used."""
        return self.read - sum(self.aside.values())


def read_log(
    source: Source, columns: Columns, today: dt.date, on_batch: Callable[[int], None]
) -> tuple[Events, Intake]:
    """Read a log to its end. ``on_batch`` is told how many rows each batch had."""
    intake = Intake(notes=list(source.notes))
    persons = Persons()
    agencies = Names(columns.agency or "", MOST_AGENCIES, "agencies")
    kinds = Names(columns.kind or "", MOST_KINDS, "")
    parts: list[dict[str, Any]] = []
    for batch in batches(source, columns.used):
        parts.append(_one_batch(batch, columns, intake, persons, agencies, kinds, source.path))
        on_batch(len(parts[-1]["ok"]))
    intake.read += source.malformed
    if source.malformed:
        intake.aside["not as many cells as the heading has"] += source.malformed
    swallowed = source.lines - 1 - intake.read
    if swallowed > 0:
        intake.read += swallowed
        reason = "inside a cell of another row (a line break in a text, or quotes not closed)"
        intake.aside[reason] += swallowed
    if not parts and source.lines > 1:
        rule = f"none of the {source.lines - 1:,} lines under its heading is a row"
        raise wrong_log(source.path, f"{rule}: a quotation mark in the first may not be closed")
    if not parts:
        raise wrong_log(source.path, "has no rows under its heading")
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    del parts
    _settle_days(whole, columns.day_first, intake)
    _check_times(whole, today, intake)
    _drop_duplicates(whole, intake)
    events = _events(whole, agencies, kinds, columns.contacts)
    intake.notes += persons.notes() + agencies.notes("agency") + kinds.notes("kind")
    return events, intake


def _one_batch(
    batch: dict[str, Any], columns: Columns, intake: Intake, persons: Persons, agencies: Names,
    kinds: Names, path: Path,
) -> dict[str, Any]:  # fmt: skip
    """A batch as numbers; ``ok`` says which rows are used so far."""
    n = len(batch["person"])
    intake.read += n
    ok = np.ones(n, bool)

    def aside(wrong: NDArray[np.bool_], reason: str) -> None:
        intake.aside[reason] += int((wrong & ok).sum())
        np.logical_and(ok, ~wrong, out=ok)

    person, unknown = persons.hashed(batch["person"], columns.person, path)
    aside(unknown, "no id of a person")
    times = _times(batch)
    aside(~times.ok, "no date that exists, or none that is understood")
    intake.ways.update(times.ways)
    if "agency" in batch:
        agency, bad, formula = agencies.coded(batch["agency"], path)
        aside(formula, "a formula where the agency should be")
        aside(bad, "no agency")
    else:
        agency = agencies.constant(columns.agency_is or "the only agency", n)
    kind = np.zeros(n, np.int16)
    if "kind" in batch:
        kind, _, formula = kinds.coded(batch["kind"], path)
        intake.noted["a formula as the kind of contact (never evaluated)"] += int(formula.sum())
    if "age" in batch:
        _check_ages(batch["age"], intake)
    tag = _tags(batch["tag"], intake) if "tag" in batch else np.full(n, -1, np.int8)
    event = _event_codes(batch["event"], persons) if "event" in batch else np.zeros(n, np.uint64)
    return {
        "ok": ok, "person": person, "minute": times.minute, "clock": times.clock, "agency": agency,
        "kind": kind, "tag": tag, "event": event, "day_first": times.day_first,
        "month_first": times.month_first, "either": times.either,
    }  # fmt: skip


def _times(batch: dict[str, Any]) -> Times:
    """The times of a batch; where there is a column for the time of day, both together."""
    import pyarrow.compute as pc

    texts = batch["time"]
    if "time_of_day" in batch:
        clock = pc.utf8_trim_whitespace(batch["time_of_day"])
        joined = pc.binary_join_element_wise(pc.utf8_trim_whitespace(texts), clock, " ")
        texts = pc.if_else(pc.equal(clock, ""), texts, joined)
    return read_times(texts)


def _tags(texts: Any, intake: Intake) -> NDArray[np.int8]:
    found = texts.dictionary_encode()
    words = [text.strip().upper() for text in found.dictionary.to_pylist()]
    meaning = [1 if w in YES else 0 if w in NO else -1 for w in words]
    tag: NDArray[np.int8] = np.array(meaning, np.int8)[found.indices.to_numpy(zero_copy_only=False)]
    odd = np.array([m < 0 and w != "" for m, w in zip(meaning, words, strict=True)])
    if odd.any():
        rows = odd[found.indices.to_numpy(zero_copy_only=False)]
        intake.noted["a tag that is neither yes nor no"] += int(rows.sum())
    return tag


def _check_ages(texts: Any, intake: Intake) -> None:
    """Ages are checked, counted and not kept."""
    found = texts.dictionary_encode()
    place = found.indices.to_numpy(zero_copy_only=False)
    age = np.array([_age(text) for text in found.dictionary.to_pylist()])[place]
    intake.noted["an age below zero"] += int((age < 0).sum())
    intake.noted[f"an age above {OLDEST}"] += int((age > OLDEST).sum())
    intake.noted["an age that is no number"] += int(np.isnan(age).sum())


def _age(text: str) -> float:
    try:
        return float(text) if text.strip() else 0.0
    except ValueError:
        return float("nan")


def _event_codes(texts: Any, persons: Persons) -> NDArray[np.uint64]:
    """Hashes of the ids of events; 0 for none."""
    found = texts.dictionary_encode()
    codes = [persons.code(t) if t.strip() else 0 for t in found.dictionary.to_pylist()]
    return np.asarray(np.array(codes, np.uint64)[found.indices.to_numpy(zero_copy_only=False)])


def _settle_days(whole: dict[str, Any], told: bool | None, intake: Intake) -> None:
    """Decide how 03/04/2024 is meant, by what the rest of the file shows, and say so."""
    ok, either = whole["ok"], whole["either"] & whole["ok"]
    day, month = (int((whole[name] & ok).sum()) for name in ("day_first", "month_first"))
    n = int(either.sum())
    if day and month:
        intake.notes.append(
            f"dates are mixed: {day:,} can only be day/month/year and {month:,} only month/day/year"
        )
    if not n:
        return
    if told is False or (told is None and month and not day):
        whole["minute"][either] = swapped(whole["minute"][either])
        intake.notes.append(f"{n:,} dates that could be either are read as month/day/year")
    elif told is None and day and month:
        ok[either] = False
        intake.aside["a date that may be day/month or month/day in a file that has both"] += n
    elif told is None and not day:
        intake.notes.append(
            f"{n:,} dates could be day/month or month/day and nothing in the file tells which: "
            "read as day/month/year; day_first = false in the file of columns reads them the other "
            "way"
        )
    else:
        intake.notes.append(f"{n:,} dates that could be either are read as day/month/year")


def _check_times(whole: dict[str, Any], today: dt.date, intake: Intake) -> None:
    """Set aside what cannot have happened yet, or when nobody kept such logs."""
    ok, minute = whole["ok"], whole["minute"]
    epoch = dt.date(1970, 1, 1)
    first = (FIRST_DAY - epoch).days * MINUTES_A_DAY
    end = ((today - epoch).days + 1) * MINUTES_A_DAY
    for wrong, reason in (
        (minute < first, f"a date before {FIRST_DAY.year} (a placeholder?)"),
        (minute >= end, "a date in the future"),
    ):
        intake.aside[reason] += int((wrong & ok).sum())
        np.logical_and(ok, ~wrong, out=ok)
    intake.aside += Counter()  # reasons without rows go


def _drop_duplicates(whole: dict[str, Any], intake: Intake) -> None:
    """Set aside all but one of rows that say the same: person, minute, agency, kind, tag and id.

    Without a time of day, two contacts on one day may both have been made: those are only counted.
    """
    ok = np.flatnonzero(whole["ok"])
    names = ("event", "tag", "kind", "agency", "minute", "person")
    order = ok[np.lexsort([whole[name][ok] for name in names])]
    same = np.ones(max(0, len(order) - 1), bool)
    for name in names:
        values = whole[name][order]
        same &= values[1:] == values[:-1]
    again = order[1:][same]
    certain = whole["clock"][again] | (whole["event"][again] != 0)
    whole["ok"][again[certain]] = False
    if certain.any():
        intake.aside["the same contact again (person, time, agency and kind)"] += int(certain.sum())
    if not certain.all():
        intake.noted["same person, day, agency and kind, without a time: perhaps the same contact"
                     ] += int((~certain).sum())  # fmt: skip


def _events(
    whole: dict[str, Any], agencies: Names, kinds: Names, contacts: tuple[str, ...]
) -> Events:
    """The rows that are used, people numbered; whole's arrays are let go."""
    ok = whole.pop("ok")
    for name in ("day_first", "month_first", "either"):
        del whole[name]
    kept = {name: whole.pop(name)[ok] for name in list(whole)}
    _, person = np.unique(kept["person"], return_inverse=True)
    return Events(
        person=person.astype(np.int32),
        minute=kept["minute"].astype(np.int32),
        clock=kept["clock"],
        agency=kept["agency"],
        kind=kept["kind"],
        tag=kept["tag"],
        agencies=agencies.names,
        kinds=kinds.names or ("contact",),
        contacts=contacts,
    )
