"""The files that an import leaves: aggregates of a log, by fives, and a picture.

targets.csv      figures with a measure of the model: a local calibration file
patterns.csv     every figure
history.csv      contacts by week and agency, for `upstream forecast`
overlap.csv      people seen by two agencies
months.csv       contacts by month of the year, from the weeks as they are told
hours.csv        contacts by hour of the week
report.txt       what the log is worth
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from calibration.logs.coding import key_of, plain
from calibration.logs.columns import Columns
from calibration.logs.events import Events, Intake
from calibration.logs.fives import SMALLEST
from calibration.logs.measures import (
    Pattern,
    Weekly,
    by_hour,
    by_month,
    people_by_agency,
    span,
)

MEASURES: Final = {"contacts_a_year": "contacts.{agency}"}
"""Figures of a log that are measures of the model, of an agency of the model. Cases opened again
are none: the model's measure is of those that an agency let go, a log's of all that were closed."""
OF_POLICE: Final = {
    f"tagged_{name}": f"concentration.{name}"
    for name in ("top_9pct_share", "people_per_quarter", "contacts_per_quarter")
}
"""The model's concentration is of contacts with the police about mental health: the tagged ones."""
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OTHERS: Final = "other agencies"
BEFORE: Final = "Before calibrating to targets.csv:\n"
Row = Sequence[Any]


def written(
    out: Path, place: str, told_of: Events, weekly: Weekly, intake: Intake, columns: Columns,
    text: str, found: Sequence[Pattern],
) -> list[str]:  # fmt: skip
    """Everything, in a results folder; the manifest tells of rows and columns, not of people.

    ``told_of`` is the log `without_tiny` agencies, ``weekly`` its `history`, ``found`` its figures.
    What the targets do not cover stands at the top of their file and in the report, and is handed
    back.
    """
    from experiments.log_coverage import as_comment, coverage
    from experiments.output import version
    from sim.store import results_folder

    first, last = span(told_of)
    rows = list(targets(found, place, first, last))
    covered = list(coverage(told_of, weekly, rows, place))
    about = {
        "version": version(), "place": place, "rows_read": intake.read, "rows_used": intake.used,
        "first_day": str(first), "last_day": str(last),
        "columns": {what: plain(name) for what, name in columns.used.items()},
        "told": f"to the nearest {SMALLEST}",
    }  # fmt: skip
    with results_folder(out, about) as folder:
        _write(folder / "targets.csv", rows, as_comment(covered))
        _write(folder / "patterns.csv", _patterns(found))
        _write(folder / "history.csv", _history(told_of, weekly))
        _write(folder / "overlap.csv", _overlap(told_of))
        _write(folder / "months.csv", _months(told_of, weekly))
        _write(folder / "hours.csv", _hours(told_of))
        cautions = BEFORE + "\n".join(f"  - {line}" for line in covered)
        (folder / "report.txt").write_text(f"{text}\n\n{cautions}\n", encoding="utf-8")
        from experiments.log_figures import draw

        draw(told_of, found, folder)
    return covered


def without_tiny(events: Events) -> Events:
    """The same log, agencies that met fewer than 5 people put together: their names may tell.

    With them go the next smallest, until together they have met 5.
    """
    people = [np.unique(events.person[events.agency == i]) for i in range(len(events.agencies))]
    seen = np.array([len(own) for own in people])
    tiny = seen < SMALLEST
    for next_one in np.argsort(seen, kind="stable"):
        if not tiny.any() or _met(people, tiny) >= SMALLEST:
            break
        tiny[next_one] = True
    if not tiny.any():
        return events
    names = [name for name, few in zip(events.agencies, tiny, strict=True) if not few]
    code = np.where(tiny, len(names), np.cumsum(~tiny) - 1).astype(np.int16)
    return replace(events, agency=code[events.agency], agencies=(*names, OTHERS))


def _met(people: Sequence[NDArray[np.int32]], which: NDArray[np.bool_]) -> int:
    """How many people some of the agencies have met together."""
    return len(np.unique(np.concatenate([people[int(i)] for i in np.flatnonzero(which)])))


def targets(
    found: Sequence[Pattern], place: str, first: dt.date, last: dt.date
) -> Iterator[Sequence[Any]]:
    """Rows in the columns of calibration/targets/*.csv. A figure without a range is within 10%."""
    yield ("id", "measure", "value", "low", "high", "use", "source", "definition")
    number = 0
    for p in found:
        measure = measure_of(p)
        if measure is None or p.value is None:
            continue
        number += 1
        low = p.value * 0.9 if p.low is None else max(0.0, p.low)
        high = p.value * 1.1 if p.high is None else p.high
        source = f"local log of {plain(place)}, {first} to {last}"
        yield (f"L{number}", measure, *(f"{x:.4g}" for x in (p.value, low, high)), "fitted", source,
               f"{p.agency}: {p.definition}")  # fmt: skip


def measure_of(p: Pattern) -> str | None:
    """The model's measure that a figure is, if it is one."""
    agency, template = agencies_of_the_model().get(key_of(p.agency)), MEASURES.get(p.name)
    if agency == "police" and p.name in OF_POLICE:
        return OF_POLICE[p.name]
    return template.format(agency=agency) if agency and template else None


def agencies_of_the_model() -> dict[str, str]:
    """Agencies by their key and by their title, as `key_of` writes them."""
    titles = titles_of_the_model()
    return {key_of(key): key for key in titles} | {key_of(t): key for key, t in titles.items()}


@cache
def titles_of_the_model() -> dict[str, str]:
    """Agencies and what they are called."""
    from scenarios.load import load_evidence

    return {key: spec.title for key, spec in load_evidence().agencies.items()}


def _patterns(found: Iterable[Pattern]) -> Iterator[Sequence[Any]]:
    yield ("pattern", "agency", "value", "low", "high", "definition")
    for p in found:
        numbers = ("" if x is None else f"{x:.4g}" for x in (p.value, p.low, p.high))
        value, low, high = numbers
        yield (p.name, p.agency, value or "too few people", low, high, p.definition)


def _history(events: Events, weekly: Weekly) -> Iterator[Sequence[Any]]:
    """Weekly counts by fives, of the agencies of which any are told."""
    yield ("date", "agency", "contacts")
    for agency, counts in zip(events.agencies, weekly.weeks.T, strict=True):
        if not counts.any():
            continue
        for week, count in enumerate(counts):
            yield (weekly.first + dt.timedelta(weeks=week), agency, count)


def _overlap(events: Events) -> Iterator[Sequence[Any]]:
    yield ("people seen by", *events.agencies)
    for agency, row in zip(events.agencies, people_by_agency(events), strict=True):
        yield (agency, *row)


def _months(events: Events, weekly: Weekly) -> Iterator[Sequence[Any]]:
    yield ("agency", *(f"{dt.date(2000, m, 1):%b}" for m in range(1, 13)))
    for agency, row in zip(events.agencies, by_month(weekly), strict=True):
        yield (agency, *row)


def _hours(events: Events) -> Iterator[Sequence[Any]]:
    yield ("day", *(f"{hour:02}" for hour in range(24)))
    for day, row in zip(DAYS, by_hour(events), strict=True):
        yield (day, *row)


def _write(path: Path, rows: Iterable[Row], comment: str = "") -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(comment)
        csv.writer(file, lineterminator="\n").writerows(rows)
