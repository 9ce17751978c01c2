"""The picture of `upstream mix`: the front, the plans on it, and where the money goes."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from experiments import drawing
from experiments.mix import EQUAL, USUAL, Mixed
from experiments.stats import mean_interval
from experiments.wording import kind_of
from sim.metrics import meaning_of

_LOOK = {
    EQUAL: ("0.35", "s"), USUAL: (drawing.COLOURS[0], "v"),
    "Best for the first": (drawing.COLOURS[1], "o"), "Between": (drawing.COLOURS[5], "D"),
    "Best for the second": (drawing.COLOURS[2], "^"),
}  # fmt: skip


def mix_figure(found: Mixed) -> Figure:
    """Left, both measures against today; right, pounds a year."""
    figure = Figure(figsize=(14, 6.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.15])
    _front(left, found)
    _pounds(right, found)
    money = found.problem.money
    what = "a cut of" if money < 0 else "sharing out"
    figure.suptitle(
        f"{found.problem.base.place.title}: {what} "
        f"{drawing.pounds(float(f'{abs(money):.2g}'))} a year",
        x=0.01, ha="left", fontsize=14,
    )  # fmt: skip
    figure.supxlabel(
        f"Left: lower left is better. Dots with whiskers: real runs, {found.replicates} "
        f"replicates, fresh luck, 95%, chance only. Line: what curves fitted to "
        f"{found.designs} allocations promise;\n"
        "thin lines: the same fitted to allocations drawn anew. "
        f"Averages of {found.problem.base.years} years. Seed {found.seed}.",
        x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
    )  # fmt: skip
    return figure


def _front(axes: Axes, found: Mixed) -> None:
    promised = np.array([plan.predicted for plan in found.front])
    for again in found.front_spread.swapaxes(0, 1):
        axes.plot(again[:, 0], again[:, 1], color="0.5", alpha=0.16, linewidth=0.9, zorder=0)
    axes.plot(promised[:, 0], promised[:, 1], color="0.45", linewidth=1.4, zorder=1)
    for i, plan in enumerate(found.plans):
        colour, marker = _LOOK[plan.name]
        x, y = (mean_interval(found.real[:, i, m]) for m in (0, 1))
        axes.plot([x.low, x.high], [y.mean, y.mean], color=colour, linewidth=1.5)
        axes.plot([x.mean, x.mean], [y.low, y.high], color=colour, linewidth=1.5)
        axes.plot([x.mean], [y.mean], color=colour, marker=marker, markersize=9, linestyle="",
                  label=plan.name)  # fmt: skip
    axes.plot([0], [0], marker="+", markersize=15, markeredgewidth=2.2, color="black")
    axes.annotate("today", (0, 0), xytext=(9, -13), textcoords="offset points", fontsize=10)
    for axis, measure in zip((axes.xaxis, axes.yaxis), found.measures, strict=True):
        money = kind_of(measure) == "money"
        axis.set_major_formatter(
            FuncFormatter(drawing.signed_pounds if money else drawing.signed_counts)
        )
    first, second = (f"Change in {meaning_of(measure)}" for measure in found.measures)
    axes.set_xlabel(textwrap.fill(first, 48))
    axes.set_ylabel(textwrap.fill(second, 44))
    axes.set_title("What comes of it")
    axes.margins(0.12)
    axes.legend(frameon=False, fontsize=10.5, loc="lower left", bbox_to_anchor=(0.0, 1.06), ncols=3,
                handletextpad=0.2, columnspacing=1.2)  # fmt: skip


def _pounds(axes: Axes, found: Mixed) -> None:
    items = found.problem.items
    height = 0.8 / len(found.plans)
    for k, plan in enumerate(found.plans):
        colour, _ = _LOOK[plan.name]
        y = [-i - (k - 2) * height for i in range(len(items))]
        axes.barh(y, plan.pounds, height, color=colour, linewidth=0)
    axes.axvline(0, color="black", linewidth=1)
    axes.set_yticks([-i for i in range(len(items))], [drawing.wrap(x.title, 34) for x in items],
                    fontsize=9.5)  # fmt: skip
    axes.xaxis.set_major_formatter(FuncFormatter(drawing.signed_pounds))
    axes.set_title("Pounds a year, more or less than today")
    for i in range(len(items)):
        axes.axhline(-i - 0.5, color="0.9", linewidth=0.6, zorder=0)
