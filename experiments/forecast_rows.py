"""A forecast as a file: one row a series and period."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any, Final

from calibration.forecast.history import History
from calibration.forecast.scores import SHOWN, Floats, at
from experiments.forecast import Outlooks
from experiments.forecast_measures import finest
from experiments.output import version

COLUMNS: Final = (
    "series", "origin", "period", "horizon", "method",
    *(f"q{1000 * level:03.0f}" for level in SHOWN), "version",
)  # fmt: skip


def rows(found: Outlooks) -> Iterator[dict[str, Any]]:
    """Every forecast, one row a period."""
    for one in found.given:
        yield from forecast_rows(one.history, one.history.name, one.method, one.forecast.draws)
    for unseen in found.unseen:
        h = finest(found.given)
        yield from forecast_rows(h, unseen.measure, "model, scaled", unseen.forecast.draws)


def forecast_rows(
    history: History, name: str, method: str, draws: Floats
) -> Iterator[dict[str, Any]]:
    """One series' forecast, one row a period, from the end of its history on."""
    f = history.frequency
    for i, one in enumerate(draws):
        day: dt.date = f.after(history.last, i + 1)
        values = [f"{float(at(one, level)):.6g}" for level in SHOWN]
        about = (name, f.label(history.last), f.label(day), i + 1, method)
        row = dict(zip(COLUMNS, (*about, *values, version()), strict=True))
        yield row | {"mean": f"{float(one.mean()):.6g}"}


def table(of: Iterator[dict[str, Any]]) -> str:
    """CSV text of forecasts."""
    out = io.StringIO()
    writer = csv.DictWriter(out, (*COLUMNS, "mean"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(of)
    return out.getvalue()
