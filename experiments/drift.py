"""Where doing nothing is not level: what moves over the years of a run by itself.

A place begins with families and cases that were drawn for it, settles for five years, and is told
from then on. Where official rates and the model's mechanisms pull against each other, which is
oftenest in a place that was not calibrated, it goes on settling while it is told. Who reads an
average, or the fall of a line, must know that it does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.stats import Interval, mean_interval
from experiments.wording import Kind, level_text
from scenarios.problems import listed

Floats = NDArray[np.float64]

MUCH = 0.15
"""Share by which a figure must move from the first year to the last to be told."""
FEWEST = 20.0
"""Figures that begin below this are not told: by chance they move much."""
MOST = 4
"""So many are named, those that move most."""
NOT_LEVEL = " is not level"
"""What the note says of the scenario that it names first."""
NO_FORECAST = "Do not take this for a forecast."
NAMED = {
    "people.multiple_needs": "people with multiple unmet needs",
    "people.in_crisis": "people in crisis in an average week",
    "children.entered_care": "children entering care a year",
    "children.looked_after": "children looked after",
    "cost.total": "what all services cost",
}


def drift_note(
    per_year: Mapping[str, Floats], label: str, place: str, agencies: Mapping[str, str]
) -> str:
    """What moves much, and beyond chance, from the first year to the last; else empty.

    per_year  the measures of the scenario, float64[replicates, years] each
    """
    moved = {
        what: first_last
        for measure, what in _named(per_year, agencies)
        if (first_last := _moved(per_year[measure])) is not None
    }
    if not moved:
        return ""
    by_size = sorted(moved, key=lambda what: -abs(math.log(moved[what][1] / moved[what][0])))
    said = [_said(what, *moved[what]) for what in by_size[:MOST]]
    more = len(moved) - len(said)
    if more:
        said.append(f"{more} more figure{'s' * (more != 1)} by {MUCH:.0%} or more")
    return (
        f"“{label}”{NOT_LEVEL}: from the first year to the last, {listed(said)}. {NO_FORECAST} The "
        f"model has no history of {place}: it begins with people and cases drawn for it, and "
        "settles for years. Figures are averages of a place that moves, and what a change does "
        "early in the run may differ from what it does late."
    )


def in_short(note: str) -> str:
    """Such a note without its reasons; any other as it is."""
    short, mark, _ = note.partition(NO_FORECAST)
    return short + mark


def _named(
    per_year: Mapping[str, Floats], agencies: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    yield from ((measure, what) for measure, what in NAMED.items() if measure in per_year)
    for key, title in agencies.items():
        if f"contacts.{key}" in per_year:
            yield f"contacts.{key}", f"contacts with {title}"


def _moved(years: Floats) -> tuple[float, float] | None:
    """The first year's mean and the last's, where they differ by much and beyond chance."""
    if years.shape[1] < 2 or len(years) < 2:
        return None
    first, last = float(years[:, 0].mean()), float(years[:, -1].mean())
    if not (first >= FEWEST and last > 0 and abs(last / first - 1) >= MUCH):
        return None
    return (first, last) if mean_interval(years[:, -1] - years[:, 0]).detectable else None


def _said(what: str, first: float, last: float) -> str:
    falls = "fall" if last < first else "rise"
    verb = f"{falls}s" if what.startswith("what ") else falls
    kind: Kind = "money" if what.startswith("what ") else "count"
    ends = " to ".join(level_text(Interval(x, math.nan, math.nan), kind) for x in (first, last))
    return f"{what} {verb} by {abs(last / first - 1):.0%} ({ends})"
