"""Pictures of missed opportunities: what an engagement saves by its week, what could be seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from experiments import drawing
from experiments.missed import WAYS, Missed, share_avoided, spans
from experiments.signs import Signs
from scenarios.names import WEEKS_PER_YEAR

LUCK = (("with the luck they had", "#0072B2", "-", "o"), ("luck drawn anew", "#D55E00", "--", "s"))

QUARTER = 13


def curves(groups: Mapping[str, Missed], title: str) -> Figure:
    """A row for each group of people, a column for each way of engaging them."""
    with drawing.styled():
        ways = list(WAYS)
        figure = Figure(figsize=(13, 1.2 + 3.1 * len(groups)), layout="constrained")
        grid = figure.subplots(len(groups), len(ways), sharex=True, sharey="row", squeeze=False)
        for row, (name, found) in zip(grid, groups.items(), strict=True):
            for j, axes in enumerate(row):
                for luck, (label, colour, style, marker) in enumerate(LUCK):
                    quarters = spans(found, QUARTER)
                    shares = [share_avoided(found, luck, weeks, j) for weeks in quarters.values()]
                    x = (np.array(list(quarters)) + 0.5) * QUARTER / WEEKS_PER_YEAR
                    low, mean, high = (
                        [getattr(s, n) for s in shares] for n in ("low", "mean", "high")
                    )
                    axes.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0)
                    every = max(1, len(x) // 10)
                    axes.plot(x, mean, color=colour, linestyle=style, marker=marker,
                              markevery=every, markersize=4.5, label=label)  # fmt: skip
                axes.axhline(0, color="black", linewidth=0.8)
                axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
                axes.set_title(f"{name[0].upper()}{name[1:]}:\n{WAYS[ways[j]]}", fontsize=10.5)
            row[0].set_ylabel("share of cost avoided")
        for axes in grid[-1]:
            axes.set_xlabel("engaged after so many years")
        grid[0][-1].legend(frameon=False, fontsize=10, loc="upper right")
        figure.suptitle(title, x=0.01, ha="left", fontsize=14)
        figure.supxlabel(
            "Of all costs of the households in the run; means over the weeks of a quarter. Shaded: "
            "95% over people, one run. Each life is lived again alone, agencies' load as it was.\n"
            "What lives that end sooner no longer cost is in it, and is no saving: missed.txt "
            "tells it apart.",
            x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
        )  # fmt: skip
    return figure


def signs_figure(found: Signs, title: str) -> Figure:
    """How much of a list at the team's capacity would have been right; and the ROC curves."""
    with drawing.styled():
        figure = Figure(figsize=(13, 5.6), layout="constrained")
        bars, roc = figure.subplots(1, 2, width_ratios=[1.25, 1])
        order = sorted(found.rules, key=lambda rule: -rule.right)
        for i, rule in enumerate(order):
            bars.barh(-i, rule.right, height=0.6, color="#56B4E9", edgecolor="black", linewidth=0.5)
            bars.text(rule.right + 0.01, -i, f"{rule.right:.0%}", va="center")
            look = {"color": (drawing.BASE_COLOUR, *drawing.COLOURS)[i % 7],
                    "linestyle": ("-", *drawing.LINES)[i % 7]}  # fmt: skip
            if i < 4:
                roc.plot(rule.false_rate, rule.true_rate, linewidth=1.8, label=f"{i + 1}", **look)
        names = [drawing.wrap(f"{i + 1}. {rule.name}", 38) for i, rule in enumerate(order)]
        bars.set_yticks([-i for i in range(len(order))], names)
        bars.axvline(found.base_rate, color="black", linestyle=":")
        bars.set_xlim(0, min(1.0, 0.1 + 1.5 * order[0].right))
        bars.xaxis.set_major_formatter(PercentFormatter(1.0))
        bars.set_title(f"Right, of the {found.capacity} at the top of the list")
        roc.plot([0, 1], [0, 1], color="0.6", linewidth=0.8)
        for axis in (roc.xaxis, roc.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0%}"))
        roc.set_xlabel("of all others, listed")
        roc.set_ylabel(f"of the {found.many}, listed")
        roc.set_title("As the list grows (the first four rules)")
        roc.legend(frameon=False, loc="lower right", title="rule")
        figure.suptitle(title, x=0.01, ha="left", fontsize=14)
        figure.supxlabel(
            f"{found.many} of {found.among:,} residents were to cost most in the years after "
            f"({found.base_rate:.3%}; dotted: a list drawn by lot). About the limits of rules in a "
            "simulated population; no score of anybody.",
            x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
        )  # fmt: skip
    return figure
