"""The picture of a ranking: what each number tells, and what the result is at its low and high."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from experiments import drawing
from experiments.at_random import Ranked
from experiments.at_random_output import number_title, result_words, runs_words, told_words
from experiments.ranking import Told

SHOWN: Final = 10


def ranking_figure(found: Ranked, seed: int) -> Figure:
    """Left, the share of each number; right, the middle result in its lowest and highest third."""
    shown = found.ranking.numbers[:SHOWN]
    figure = Figure(figsize=(13, 3.0 + 0.62 * max(3, len(shown))), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1, 1.1])
    for i, told in enumerate(shown):
        _share(left, told, -i)
        _thirds(right, told, -i)
    names = [drawing.wrap(number_title(found, told.name), 44) for told in shown]
    left.set_yticks([-i for i in range(len(shown))], names, fontsize=9.5)
    left.set_ylim(-max(3, len(shown)) + 0.4, 0.7)
    left.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    left.set_xlim(left=0)
    left.set_title("Goes with so much of the differences between runs")
    _finish(right, found)
    title = f"{result_words(found)}: what it goes with"
    _head(figure, found, title, seed)
    return figure


def groups_figure(found: Ranked, seed: int) -> Figure:
    """What sorts of numbers tell, each number by itself; hollow where luck could do as much."""
    figure = Figure(figsize=(12, 2.4 + 0.34 * len(found.groups)), layout="constrained")
    axes = figure.subplots()
    for i, group in enumerate(found.groups):
        sure = group.low > 0
        colour = drawing.LESS if sure else drawing.UNSURE
        axes.plot([group.low, group.high], [-i, -i], color=colour, linewidth=1.5, marker="|")
        axes.plot([group.share], [-i], color=colour, marker="o", markersize=7,
                  markerfacecolor=colour if sure else "white")  # fmt: skip
    names = [f"{group.name} ({group.numbers})" for group in found.groups]
    axes.set_yticks([-i for i in range(len(names))], names, fontsize=9.5)
    axes.axvline(0, color="black", linewidth=1, zorder=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    whole = found.whole
    axes.set_xlabel(
        "Share of the differences between runs, each number by itself. "
        f"All: {whole.share:.0%} ({whole.low:.0%} to {whole.high:.0%})"
    )
    _head(figure, found, f"{result_words(found)}: what sorts of numbers it goes with", seed)
    return figure


def _head(figure: Figure, found: Ranked, title: str, seed: int) -> None:
    """Place and title above; below, what was run and how much is luck."""
    question = found.question
    figure.suptitle(f"{question.scenario.place.title}. {title}", x=0.01, ha="left", fontsize=14)
    below = f"{question.title}. {runs_words(found)} {told_words(found)} Whiskers: 95%. Seed {seed}."
    figure.supxlabel(drawing.wrap(below, 150), x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)


def _share(axes: Axes, told: Told, y: float) -> None:
    """Orange where more of the number makes more of the result, blue where it makes less."""
    colour = drawing.MORE if told.rises else drawing.LESS
    axes.barh(y, told.share, 0.56, color=colour, alpha=0.8)
    axes.plot([max(0.0, told.share_low), told.share_high], [y, y], color="black", lw=1.1)


def _thirds(axes: Axes, told: Told, y: float) -> None:
    ends = [told.low_third, told.high_third]
    axes.plot(ends, [y, y], color="0.7", linewidth=2, zorder=1)
    for x, colour, marker in zip(ends, (drawing.LESS, drawing.MORE), ("v", "^"), strict=True):
        axes.plot([x], [y], color=colour, marker=marker, markersize=9, linestyle="", zorder=2)


def _finish(axes: Axes, found: Ranked) -> None:
    """Its scale, with the middle of all runs."""
    axes.axvline(float(np.median(found.results)), color="black", linewidth=1, zorder=0)
    money = found.question.kind == "money"
    axes.xaxis.set_major_formatter(FuncFormatter(drawing.pounds if money else drawing.counts))
    axes.tick_params(axis="y", length=0)
    axes.set_title("Middle result where it is in its lowest third ▼, highest ▲; line: all")
    axes.set_xlabel(drawing.wrap(result_words(found) + (" a year" if money else ""), 70))
    axes.margins(x=0.1)
