"""The waterfall of `upstream explain`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from experiments import drawing
from experiments.explain import Explained, Step
from experiments.stats import Interval
from experiments.wording import difference_text, level_text
from sim.metrics import meaning_of

HEIGHT = 0.62


def waterfall(found: Explained) -> Figure:
    """Levels as black marks, what leads from one to the next as bars, first on top."""
    n = len(found.steps)
    figure = Figure(figsize=(12, 1.9 + 0.5 * n), layout="constrained")
    axes = figure.subplots()
    level = 0.0
    for i, step in enumerate(found.steps):
        interval = step.interval
        level = _total(axes, -i, interval, found) if step.total else _bar(
            axes, -i, level, interval, found
        )  # fmt: skip
        if i + 1 < n:
            axes.plot([level, level], [-i, -i - 1], color="0.6", linewidth=0.8, zorder=0)
    axes.set_yticks([-i for i in range(n)], [_name(step) for step in found.steps])
    for label, step in zip(axes.get_yticklabels(), found.steps, strict=True):
        label.set_fontweight("bold" if step.total else "normal")
    axes.set_ylim(-n + 0.4, 0.7)
    axes.margins(x=0.16)
    money = found.kind == "money"
    axes.xaxis.set_major_formatter(FuncFormatter(drawing.pounds if money else drawing.counts))
    if found.kind in ("share", "number"):
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.3g}"))
    axes.set_xlabel(drawing.wrap(meaning_of(found.measure), 90))
    figure.suptitle(
        f"{found.scenario.place.title}. Why does it change?", x=0.01, ha="left", fontsize=14
    )
    figure.supxlabel(
        f"Shares are Shapley's ({found.how}) and add up. {found.replicates} replicates, seed "
        f"{found.seed}.\nWhiskers: {_whiskers(found)}. Grey: none detectable, or (in brackets) one "
        f"that other numbers could undo.{_axis(axes)}",
        x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
    )  # fmt: skip
    return figure


def _axis(axes: Axes) -> str:
    """A warning where the axis leaves nought out."""
    low, high = axes.get_xlim()
    return "" if low <= 0 <= high else " The axis does not begin at nought."


def _whiskers(found: Explained) -> str:
    if not found.sets:
        return "95%, chance only"
    return f"chance, and the range over {found.sets} plausible sets, together"


def _name(step: Step) -> str:
    return drawing.wrap(step.label, 40)


def _total(axes: Axes, y: float, interval: Interval, found: Explained) -> float:
    axes.plot([interval.low, interval.high], [y, y], color="black", linewidth=1.4, marker="|")
    axes.plot([interval.mean], [y], color="black", marker="D", markersize=8)
    _say(axes, interval.high, y, level_text(interval, found.kind), "black")
    return interval.mean


def _bar(axes: Axes, y: float, level: float, interval: Interval, found: Explained) -> float:
    sure = interval.detectable
    colour = drawing.UNSURE if not sure else drawing.MORE if interval.mean > 0 else drawing.LESS
    end = level + interval.mean
    axes.barh(y, interval.mean, HEIGHT, left=level, color=colour, alpha=0.75 if sure else 0.4)
    if not np.isnan(interval.half):
        axes.plot([level + interval.low, level + interval.high], [y, y], color="black",
                  linewidth=1.2, marker="|")  # fmt: skip
    _say(axes, max(level, level + np.nan_to_num(interval.high, nan=interval.mean), end), y,
         difference_text(interval, found.kind), drawing.darker(colour))  # fmt: skip
    return end


def _say(axes: Axes, x: float, y: float, text: str, colour: object) -> None:
    axes.annotate(text, (x, y), xytext=(9, 0), textcoords="offset points", va="center",
                  fontsize=10, color=colour, bbox=drawing.BOX)  # fmt: skip
