"""Scenarios side by side, as the page shows them under "Decide"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from experiments.compare import differences, levels
from experiments.rows import PEOPLE, Row
from experiments.stats import Interval
from experiments.wording import level_text, plain_words
from experiments.workshop.answers import HEADLINES, how_far
from experiments.workshop.found import findings_of
from experiments.workshop.runner import Run, Runner
from experiments.workshop.sayings import could_be, in_words

PAYER = "cost.payer."
UNCHANGED = Interval(0.0, 0.0, 0.0)


def side_by_side(runner: Runner, runs: Sequence[tuple[str, Run]]) -> dict[str, Any]:
    """Scenarios, each with its title, against doing nothing: the headlines and the payers.

    Each is told over all the runs and sets that it has itself, as on its card. Over those that all
    have in common it could show another range than there, while some are still on their way.
    """
    told = {
        **how_far(runner, runner.base),
        "columns": [{"title": title, **how_far(runner, run)} for title, run in runs],
    }
    nothing = findings_of(runner, None)
    if nothing is None:
        return told | {"rows": []}
    base, apart = levels(nothing, nothing.base), []
    for _, run in runs:
        found = findings_of(runner, run)
        apart.append(None if found is None else differences(found, run.name))
        if found is not None:  # and the payers that only this scenario has
            base = levels(found, found.base) | base
    return told | {
        "rows": [
            {"label": row.label, "base": level_text(base[row.measure], row.kind),
             "cells": [_cell(one, row) for one in apart]}
            for row in _rows(base) if row.measure in base
        ]
    }  # fmt: skip


def _rows(measures: Iterable[str]) -> list[Row]:
    rows = [row for group in HEADLINES.values() for row in group] + list(PEOPLE[4:6])
    payers = (m for m in measures if m.startswith(PAYER))
    titles = ((m, plain_words(m.removeprefix(PAYER))) for m in payers)
    return rows + [Row(m, f"{title} pays, a year", "money") for m, title in titles]


def _cell(against: Mapping[str, Interval] | None, row: Row) -> dict[str, str]:
    """A scenario's difference. What it has no team or payer for, it does not change."""
    if against is None:
        return {"words": "being worked out …", "range": ""}
    difference = against.get(row.measure, UNCHANGED)
    among = could_be(difference, row.kind, signed=True)
    return {"words": in_words(difference, row.kind), "range": among}
