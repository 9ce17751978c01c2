"""Pictures of prior and posterior predictive checks, and of the check on known truths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from calibration.targets import Target
from experiments import drawing

BEFORE, AFTER = "#B0B0B0", "#0072B2"
FIGURE_BAND = "#F3DFA2"
TICKS = (0.03125, 0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Row:
    """A figure, and what runs make of it before and after calibration: low, middle, high."""

    target: Target
    before: Sequence[float]
    after: Sequence[float]


def draw_calibration(told: dict[str, Any], targets: Sequence[Target], folder: Path) -> None:
    """The pictures of a calibration."""
    rows = [
        Row(t, told["targets"][t.id]["before"], told["targets"][t.id]["after"]) for t in targets
    ]
    title = f"{told['place'].title()}. What the model was fitted to"
    with drawing.styled():
        drawing.save(predictive(rows, title), folder / "fitted")
        drawing.save(ranks(told["check"], told["place"].title()), folder / "known_truths")


def predictive(rows: Sequence[Row], title: str, bars: str = "nine in ten runs") -> Figure:
    """Every figure at 1 with its range shaded; runs before and after calibration as multiples.

    ``bars`` says of how many of the runs the bars are.
    """
    figure = Figure(figsize=(12, 1.6 + 0.62 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for i, row in enumerate(rows):
        _row(axes, row, -i)
    axes.axvline(1.0, color=drawing.BASE_COLOUR, linewidth=1, zorder=1)
    axes.set_xscale("log")
    lowest = min(min(row.before[0], row.after[0]) / row.target.value for row in rows)
    highest = max(max(row.before[-1], row.after[-1]) / row.target.value for row in rows)
    axes.set_xlim(max(0.03, min(0.45, 0.9 * lowest)), min(10.0, max(2.2, 1.1 * highest)))
    axes.xaxis.set_major_locator(FixedLocator(TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _times(x)))
    axes.set_yticks(
        [-i for i in range(len(rows))],
        [drawing.wrap(f"{row.target.id}  {row.target.definition}", 58) for row in rows],
        fontsize=drawing.LABEL_SIZE,
    )
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    figure.suptitle(title, x=0.01, ha="left", fontsize=14)
    note = (
        f"Shaded: the figure's own range, as multiples of the figure. Bars: {bars}, grey "
        "before and blue after calibration; dots: the middle run."
    )
    figure.supxlabel(note, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)
    return figure


def _row(axes: Axes, row: Row, y: float) -> None:
    value = row.target.value
    low, high = row.target.low / value, row.target.high / value
    axes.fill_betweenx([y - 0.4, y + 0.4], low, high, color=FIGURE_BAND, linewidth=0, zorder=0)
    for found, colour, lift in ((row.before, BEFORE, 0.16), (row.after, AFTER, -0.16)):
        times = np.asarray(found) / value
        axes.plot(times[[0, -1]], [y + lift] * 2, color=colour, linewidth=5, solid_capstyle="butt")
        axes.plot(times[1], y + lift, "o", color="white", markeredgecolor=colour, markersize=6)


def ranks(check: dict[str, Any], place: str) -> Figure:
    """Where known truths fell among the draws: even, if intervals mean what they say."""
    figure = Figure(figsize=(12, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    _histogram(left, check["rank_histogram"], "All numbers")
    _histogram(right, check["rank_histogram_learnt"], "Those the figures teach about")
    title = f"{place}. {check['truths']} known truths: rank among the draws"
    figure.suptitle(title, x=0.01, ha="left", fontsize=14)
    note = (
        "Each bar: truths in that tenth of the draws. Shaded: where nine bars in ten would be if "
        "the method is sound and ranks are independent."
    )
    figure.supxlabel(note, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)
    return figure


def _times(x: float) -> str:
    """A tick: how many times the figure."""
    return "the figure" if x == 1 else f"× {x:g}" if x > 1 else f"× 1/{1 / x:g}"


def _histogram(axes: Axes, counts: Sequence[int], title: str) -> None:
    n, bins = sum(counts), len(counts)
    spread = 1.645 * np.sqrt(n * (1 / bins) * (1 - 1 / bins))
    axes.axhspan(n / bins - spread, n / bins + spread, color=FIGURE_BAND, linewidth=0, zorder=0)
    axes.bar(np.arange(bins) + 0.5, counts, width=0.9, color=AFTER)
    axes.set_title(title)
    axes.set_ylim(bottom=0)
    axes.set_xticks([0, bins / 2, bins], ["lowest", "middle", "highest"])
