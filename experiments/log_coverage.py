"""What a log does not cover: agencies, weeks and people that its targets say nothing of.

Only what is told already is used, so nothing more of anybody leaves the log.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from calibration.logs.coding import key_of, plain
from calibration.logs.events import Events
from calibration.logs.measures import FEWEST_WEEKS, QUARTER, Weekly, in_the_log
from experiments.log_files import Row, agencies_of_the_model, titles_of_the_model
from scenarios.problems import listed

WEEKS_A_YEAR: Final = 52
WIDTH: Final = 98


def coverage(events: Events, weekly: Weekly, rows: Sequence[Row], place: str) -> Iterator[str]:
    """Sentences on what the targets rest on and what they leave out, for whoever uses them.

    ``rows`` are those of targets.csv, its heading among them.
    """
    measures = [str(row[1]) for row in rows[1:]]
    if not measures:
        yield "No figure of this log is a measure of the model: there is no target."
        return
    yield (
        "Each figure is of the people in the log, and calibration takes it for everybody's in "
        f"{plain(place)}: where the log leaves people out, volumes are too low by as many. No log "
        "says whom it leaves out; ask."
    )
    yield from _agencies(events, measures)
    weeks = len(weekly.weeks)
    if weeks < WEEKS_A_YEAR:
        yield (
            f"The log has {weeks} whole weeks, less than a year: what is told as a year's is "
            "worked out from them, as if the other weeks were like these."
        )
    for agency, first, last, n in part_of_the_time(events, weekly):
        yield (
            f"Contacts of {plain(agency)} are told from {first} to {last} only ({n} of {weeks} "
            "weeks): its year is worked out from those."
        )


def _agencies(events: Events, measures: Sequence[str]) -> Iterator[str]:
    """Which agencies of the model have no contacts here, and which of the log's are none."""
    known, called = agencies_of_the_model(), titles_of_the_model()
    every = list(called)
    without = [called[key] for key in every if f"contacts.{key}" not in measures]
    if without:
        yield (
            f"Targets of contacts are told for {len(every) - len(without)} of the model's "
            f"{len(every)} agencies; there is none for {listed(without)}, of which the log tells "
            "no contacts or too few for a figure."
        )
        if any(not measure.startswith("contacts.") for measure in measures):
            yield "What is told of all agencies together is of those in the log."
    others = [plain(name) for name in events.agencies if key_of(name) not in known]
    if others:
        yield f"No agencies of the model by their names, so without a target: {listed(others)}."


def part_of_the_time(events: Events, weekly: Weekly) -> Iterator[tuple[str, dt.date, dt.date, int]]:
    """Agencies that are silent for a quarter or more at the log's beginning and end, longer than
    chance would have them; with the first and the last day of their weeks, and how many.
    """
    for agency, counts in zip(events.agencies, weekly.weeks.T, strict=True):
        begins, ends = in_the_log(counts)
        if FEWEST_WEEKS <= ends - begins <= len(counts) - QUARTER:
            first = weekly.first + dt.timedelta(weeks=begins)
            last = weekly.first + dt.timedelta(weeks=ends, days=-1)
            yield agency, first, last, ends - begins


def as_comment(sentences: Sequence[str]) -> str:
    """Lines for the top of a file of targets."""
    return "".join(f"# {line}\n" for one in sentences for line in textwrap.wrap(one, WIDTH))
