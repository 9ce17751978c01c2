"""Fan charts: what was, and how far what comes may spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from calibration.forecast.history import History
from calibration.forecast.periods import MONTHS
from calibration.forecast.scores import Floats, at
from experiments import drawing
from experiments.forecast import Outlook, Outlooks
from experiments.forecast_measures import finest
from experiments.forecast_numbers import precision_of
from experiments.forecast_text import NAMES, NO_COUNT, widths
from scenarios.problems import listed

BANDS = ((0.95, 0.16), (0.8, 0.28), (0.5, 0.45))
"""Share of the forecast inside, and how dark it is drawn."""
MOST = 24
"""Panels; more would not be read."""
ROOM = 0.14
"""Of a panel's height, that a label keeps from its lower and upper edge."""
SHOWN_YEARS = 12
"""Of the history; weeks and months are cut at six."""


def draw(found: Outlooks, folder: Path) -> None:
    """One picture of the series given, one of the agencies that are not."""
    with drawing.styled():
        drawing.save(given(found), folder / "fan_given")
        if found.unseen:
            drawing.save(unseen(found), folder / "fan_not_given")


def given(found: Outlooks) -> Figure:
    """History, fan and method of every series given."""
    shown = found.given[:MOST]
    figure, grid = _grid(len(shown))
    for axes, one in zip(grid, shown, strict=False):
        every = one.history.frequency.name
        _title(axes, one.history.name, f"by {every}; {NAMES[one.method]}")
        fan(axes, one.history, one.forecast.draws, with_history=True)
    more = len(found.given) - len(shown)
    note = f" {more} more are in the table." if more else ""
    if not all(one.history.seen.all() for one in shown):
        note += " Rings: filled in between neighbours."
    if any(drawn(one.history) < len(one.history.values) for one in shown):
        note += " What is earlier in the history is used, too; it is not drawn."
    _words(figure, f"{found.place}: what is given, and how it may go on",
           f"Bands: 50, 80 and 95% of the forecast. {_where_from(shown)}{note}")  # fmt: skip
    return figure


def _where_from(shown: Sequence[Outlook]) -> str:
    """What the bands' widths rest on, method by method where panels have several."""
    methods: dict[str, list[str]] = {}
    for one in shown:
        methods.setdefault(widths(one), []).append(NAMES[one.method])
    if len(methods) == 1:
        return f"Widths: {next(iter(methods))}."
    each = (f"of {listed(dict.fromkeys(names))}: {what}" for what, names in methods.items())
    return f"Widths {'; '.join(each)}."


def unseen(found: Outlooks) -> Figure:
    """The model's share, scaled, of the agencies without a history."""
    figure, grid = _grid(len(found.unseen))
    for axes, one in zip(grid, found.unseen, strict=False):
        _title(axes, one.title, "")
        fan(axes, finest(found.given), one.forecast.draws, with_history=False)
    every = finest(found.given).frequency.name
    _words(figure, f"{found.place}: agencies without a history, contacts a {every}",
           "The model's figures, scaled by those of the agencies given. Bands: 50, 80 and 95%. "
           f"{NO_COUNT}")  # fmt: skip
    return figure


def drawn(history: History) -> int:
    """How many of a history's last values are drawn."""
    every = history.frequency.per_year
    return min(len(history.values), every * (SHOWN_YEARS if every == 1 else 6))


def fan(axes: Axes, history: History, draws: Floats, with_history: bool) -> None:
    """The history as a line, then bands around the middle of the forecast."""
    every = history.frequency.per_year
    back = drawn(history)
    n, horizon = len(history.values), len(draws)
    start = _time(history, 0)
    x = start + np.arange(n + horizon) / every
    if with_history:
        _history(axes, x[n - back : n], history, back)
        joined = np.vstack([np.full(draws.shape[1], history.values[-1]), draws])
        ahead = x[n - 1 :]
    else:
        joined, ahead = draws, x[n:]
    for share, alpha in BANDS:
        low, high = at(joined, round((1 - share) / 2, 3)), at(joined, round((1 + share) / 2, 3))
        axes.fill_between(ahead, low, high, color=drawing.LESS, alpha=alpha, linewidth=0)
    axes.plot(ahead, at(joined, 0.5), color=drawing.LESS, lw=1.8)
    axes.set_ylim(bottom=0)
    _end_labels(axes, float(ahead[-1]), joined[-1])
    axes.yaxis.set_major_formatter(FuncFormatter(drawing.counts))
    years = float(ahead[-1] - x[n - back if with_history else n]) > 2
    axes.xaxis.set_major_locator(
        MaxNLocator(integer=True, nbins=6) if years else MultipleLocator(0.25)
    )
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))


def _history(axes: Axes, x: Floats, history: History, back: int) -> None:
    """What was: a line, dots where a value was given, rings where one was filled in."""
    values, seen = history.values[-back:], history.seen[-back:]
    axes.plot(x, values, color=drawing.BASE_COLOUR, lw=1.4)
    if history.frequency.per_year < 52:
        axes.plot(x[seen], values[seen], ".", color=drawing.BASE_COLOUR)
        axes.plot(x[~seen], values[~seen], "o", ms=4, color=drawing.BASE_COLOUR, mfc="white")


def _end_labels(axes: Axes, x: float, last: Floats) -> None:
    """The middle and the 80% interval in numbers at the end of the fan."""
    middle, low, high = (float(at(last, level)) for level in (0.5, 0.1, 0.9))
    precision = precision_of(last[None])
    if (last == np.round(last)).all():  # counts; the table's decimal is for the mean
        precision = replace(precision, last=max(0, precision.last))
    told = [precision.told(value) for value in (middle, low, high)]
    bottom, top = axes.get_ylim()
    height = np.clip((middle - bottom) / max(top - bottom, 1e-12), ROOM, 1 - ROOM)
    axes.annotate(
        f"{told[0]}\n({told[1]} to\n{told[2]})",
        (x, height),
        xycoords=("data", "axes fraction"),
        xytext=(5, 0),
        textcoords="offset points",
        fontsize=8.5,
        va="center",
        color=drawing.darker(drawing.LESS),
        annotation_clip=False,
    )


def _tick(x: float, _: object = None) -> str:
    """A year; between years, the month."""
    month = round((x % 1) * 12)
    return f"{x:.0f}" if month in (0, 12) else f"{MONTHS[month].capitalize()}\n{int(x)}"


def _time(history: History, period: int) -> float:
    day = history.date(period)
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def _title(axes: Axes, name: str, method: str) -> None:
    axes.set_title(drawing.wrap(name, 40) + (f"\n{method}" if method else ""), fontsize=10.5)


def _grid(n: int) -> tuple[Figure, list[Axes]]:
    columns = min(n, 3)
    rows = -(-n // columns)
    figure = Figure(
        figsize=(4.3 * max(columns, 2), 1.0 + 2.9 * rows),
        layout=ConstrainedLayoutEngine(wspace=0.06, hspace=0.06),
    )
    axes = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for unused in axes[n:]:
        unused.set_visible(False)
    return figure, axes[:n]


def _words(figure: Figure, title: str, note: str) -> None:
    figure.suptitle(title, x=0.01, ha="left", fontsize=14)
    below = drawing.wrap(note, 75 if figure.get_figwidth() < 9 else 115)
    figure.supxlabel(below, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)
