"""A forecast as files: one row a series and period, and one for each value that was tested."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from calibration.forecast.backtest import Tested
from calibration.forecast.history import History
from calibration.forecast.scores import SHOWN, Floats, at, crps
from experiments.forecast import Outlooks
from experiments.forecast_measures import finest
from experiments.output import version

QUANTILES: Final = tuple(f"q{1000 * level:03.0f}" for level in SHOWN)
COLUMNS: Final = ("series", "origin", "period", "horizon", "method", *QUANTILES, "version")
TESTED: Final = (
    "series", "origin", "period", "horizon", "method", "value", "unit", "crps", *QUANTILES,
)  # fmt: skip
"""``unit`` is the usual change of the series, in which the table's CRPS and pinball are told."""


def write(found: Outlooks, folder: Path) -> None:
    """The forecasts, and what each method would have said at earlier origins, as CSV."""
    tables = {"forecast": ((*COLUMNS, "mean"), rows(found)), "back_tests": (TESTED, tests(found))}
    for name, (columns, lines) in tables.items():
        (folder / f"{name}.csv").write_text(table(columns, lines), encoding="utf-8")


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


def tests(found: Outlooks) -> Iterator[dict[str, Any]]:
    """Every value that was tested, one row a method."""
    for one in found.given:
        if one.tested is not None:
            yield from _tests(one.history, one.tested)


def _tests(history: History, test: Tested) -> Iterator[dict[str, Any]]:
    label = history.frequency.label
    for method, draws in zip(test.methods, test.draws, strict=True):
        off = crps(draws, test.value)
        for i, (origin, ahead) in enumerate(zip(test.origin, test.ahead, strict=True)):
            last, then = (label(history.date(int(p) - 1)) for p in (origin, origin + ahead))
            figures = (test.value[i], test.scale[i], off[i], *(at(draws[i], q) for q in SHOWN))
            about = (history.name, last, then, int(ahead), method)
            told = (f"{float(x):.6g}" for x in figures)
            yield dict(zip(TESTED, (*about, *told), strict=True))


def table(columns: Sequence[str], of: Iterator[dict[str, Any]]) -> str:
    """CSV text of such rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(of)
    return out.getvalue()
