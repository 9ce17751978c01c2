"""Scenarios side by side, as the page shows them under "Decide"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from experiments.compare import differences, levels
from experiments.empty_places import cautions
from experiments.range_words import could_be
from experiments.rows import PEOPLE, Row
from experiments.stats import Interval
from experiments.wording import level_text, plain_words
from experiments.workshop.answers import HEADLINES, how_far
from experiments.workshop.found import findings_of
from experiments.workshop.runner import Run, Runner
from experiments.workshop.sayings import in_words

PAYER = "cost.payer."
UNCHANGED = Interval(0.0, 0.0, 0.0)


Columns = Mapping[str, Interval]
Known = tuple[Columns, Columns, str]
"""Doing nothing beside a run, what the run changes, and what to know of its budgets."""


class Beside:
    """Scenarios against doing nothing. Each is reckoned anew only when it has come further."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self._reckoned: dict[str, tuple[dict[str, int], Known | None]] = {}

    def told(self, runs: Sequence[tuple[str, Run]]) -> dict[str, Any]:
        """Scenarios, each with its title: the headlines and the payers.

        Each is told over all the runs and sets that it has itself, as on its card. Over those that
        all have in common it could show another range than there, while some are still on their
        way.
        """
        runner = self.runner
        nothing, known = self._known(runner.base), [self._known(run) for _, run in runs]
        told: dict[str, Any] = {
            **how_far(runner, runner.base),
            "columns": [
                {"title": title, "empty": one[2] if one else "", **how_far(runner, run)}
                for (title, run), one in zip(runs, known, strict=True)
            ],
        }
        if nothing is None:
            return told | {"rows": []}
        base: Columns = {}
        for one in (*filter(None, known), nothing):  # with the payers that only one scenario has
            base = {**base, **one[0]}
        return told | {
            "rows": [
                {"label": row.label, "base": level_text(base[row.measure], row.kind),
                 "cells": [_cell(one and one[1], row) for one in known]}
                for row in _rows(base) if row.measure in base
            ]
        }  # fmt: skip

    def _known(self, run: Run) -> Known | None:
        """What is known of a run; None before one is whole."""
        there = how_far(self.runner, run)
        before = self._reckoned.get(run.key)
        if before is None or before[0] != there:
            before = self._reckoned[run.key] = there, self._reckon(run)
        return before[1]

    def _reckon(self, run: Run) -> Known | None:
        itself = run is self.runner.base
        found = findings_of(self.runner, None if itself else run)
        if found is None:
            return None
        against: Columns = {} if itself else differences(found, run.name)
        return levels(found, found.base), against, cautions(found.notes)


def _rows(measures: Iterable[str]) -> list[Row]:
    rows = [row for group in HEADLINES.values() for row in group] + list(PEOPLE[4:6])
    payers = (m for m in measures if m.startswith(PAYER))
    titles = ((m, plain_words(m.removeprefix(PAYER))) for m in payers)
    return rows + [Row(m, f"{title} pays, a year", "money") for m, title in titles]


def _cell(against: Columns | None, row: Row) -> dict[str, str]:
    """A scenario's difference. What it has no team or payer for, it does not change."""
    if against is None:
        return {"words": "being worked out …", "range": ""}
    difference = against.get(row.measure, UNCHANGED)
    among = could_be(difference, row.kind, signed=True)
    return {"words": in_words(difference, row.kind), "range": among}
