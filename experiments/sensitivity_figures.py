"""The tornado: each number at the ends of its range. Convergence: shares after fewer runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.asking import by_year
from experiments.drawing import (
    BASE_COLOUR,
    COLOURS,
    LABEL_SIZE,
    LESS,
    MARKERS,
    MORE,
    UNSURE,
    counts,
    darker,
    pounds,
    save,
    spread,
    styled,
    wrap,
)
from experiments.stats import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from experiments.sensitivity import Bar, Sensitivity

NAMED = 6
"""Lines that get a colour and a name; the others are grey."""


def draw_tornado(found: Sensitivity, seed: int, path: Path) -> None:
    """One row a number, the widest on top; whiskers are chance."""
    import matplotlib.pyplot as plt

    with styled():
        rows = len(found.bars)
        figure, axes = plt.subplots(figsize=(11, 2.6 + 0.62 * rows), layout="constrained")
        for i, bar in enumerate(found.bars):
            _bar(axes, found, bar, -i)
        axes.axvline(float(found.centre.mean()), color=BASE_COLOUR, linewidth=1)
        names = [wrap(_plain(bar.name), 38) for bar in found.bars]
        axes.set_yticks([-i for i in range(rows)], names)
        axes.set_ylim(-rows + 0.4, 0.75)
        axes.margins(x=0.14)
        money = found.question.kind == "money"
        axes.xaxis.set_major_formatter(pounds if money else counts)
        axes.set_xlabel(f"{found.question.title}{by_year(found.question.measure)}")
        _words(figure, found, seed, "What it depends on", _TORNADO)
        save(figure, path)
        plt.close(figure)


def _bar(axes: Axes, found: Sensitivity, bar: Bar, y: float) -> None:
    """Orange to where the number is high, blue to where it is low."""
    centre, r = float(found.centre.mean()), found.ranges[bar.name]
    ends = sorted(
        ((mean_interval(x), value, colour) for x, value, colour in
         ((bar.low, r.low, LESS), (bar.high, r.high, MORE))),
        key=lambda end: end[0].mean,
    )  # fmt: skip
    same_side = (ends[0][0].mean - centre) * (ends[1][0].mean - centre) > 0
    for i, (interval, value, colour) in enumerate(ends):
        shift = (0.17 if i else -0.17) if same_side else 0.0
        height = 0.3 if same_side else 0.56
        axes.barh(y + shift, interval.mean - centre, height, left=centre, color=colour, alpha=0.85)
        if not np.isnan(interval.half):
            axes.plot([interval.low, interval.high], [y + shift] * 2, color=BASE_COLOUR, lw=1.1)
        left = i == 0
        reach = [x for x in (interval.low, interval.high, centre) if not np.isnan(x)]
        axes.annotate(
            f"{value:.3g}", (min(reach) if left else max(reach), y + shift),
            xytext=(-5 if left else 5, 0), textcoords="offset points",
            ha="right" if left else "left", va="center", fontsize=9, color=darker(colour),
        )  # fmt: skip


_TORNADO = (
    "A bar: the number at that end of its range, all others as they are. Black whiskers: chance, "
    "95%."
)


def draw_convergence(found: Sensitivity, seed: int, path: Path) -> None:
    """Total shares by number of runs, with their intervals."""
    import matplotlib.pyplot as plt

    with styled():
        figure, axes = plt.subplots(figsize=(11, 6), layout="constrained")
        order = sorted(found.chosen, key=lambda s: -s.total)
        runs = [n for n, _ in found.path]
        ends = []
        for i, share in enumerate(order):
            by_run = [{s.name: s for s in shares} for _, shares in found.path]
            total = np.array([s[share.name].total for s in by_run])
            half = np.array([s[share.name].total_half for s in by_run])
            named = i < NAMED
            colour = COLOURS[i] if named else UNSURE
            shift = 1 + 0.018 * (i - len(order) / 2)
            axes.errorbar(np.array(runs) * shift, total, half, color=colour, marker=MARKERS[i % 6],
                          lw=1.6 if named else 0.9, capsize=2, elinewidth=0.9)  # fmt: skip
            ends.append((float(total[-1]), _plain(share.name), colour))
        axes.set_xscale("log")
        axes.set_xticks(runs, [f"{n:,}" for n in runs])
        axes.minorticks_off()
        axes.set_xlabel("Runs")
        axes.set_ylabel("Share of the variance, with interactions")
        axes.yaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        _name(axes, ends)
        _words(figure, found, seed, "Have the shares settled?", "Whiskers: 95% (bootstrap).")
        save(figure, path)
        plt.close(figure)


def _name(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    low, high = axes.get_ylim()
    texts = [wrap(name, 34) for _, name, _ in ends]
    heights = [(0.045 + 0.036 * text.count("\n")) * (high - low) for text in texts]
    places = spread([end[0] for end in ends], heights)
    for text, (_, _, colour), place in zip(texts, ends, places, strict=True):
        axes.annotate(text, (1.02, place), xycoords=("axes fraction", "data"), va="center",
                      fontsize=LABEL_SIZE, color=darker(colour), annotation_clip=False)  # fmt: skip


def _plain(name: str) -> str:
    """``needs.mental_health.coupling`` as people would say it."""
    kind, *rest = name.split(".")
    words = rest if kind in ("needs", "general", "agencies", "events", "team") else [kind, *rest]
    return ": ".join(part.replace("_", " ") for part in words)


def _words(figure: Any, found: Sensitivity, seed: int, title: str, note: str) -> None:
    question = found.question
    figure.suptitle(f"{question.scenario.place.title}. {title}", x=0.01, ha="left", fontsize=14)
    screening, sobol, single = found.runs
    figure.supxlabel(
        f"{question.title}. {question.scenario.years} years.\n{note} {screening:,} + {sobol:,} + "
        f"{single} runs, seed {seed}; {100 * found.chance_share:.0f}% of the variance is chance.",
        x=0.01, ha="left", fontsize=9, color=UNSURE,
    )  # fmt: skip
