"""A curve with its band for one quantity, a heat map for two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from experiments.curve import intervals, knee, tipping
from experiments.drawing import (
    BASE_COLOUR,
    COLOURS,
    LESS,
    MORE,
    UNSURE,
    darker,
    save,
    signed_counts,
    signed_pounds,
    styled,
    wrap,
)
from experiments.stats import mean_interval
from experiments.sweep import Swept
from experiments.sweep_output import said_of_both, said_of_curve, unit
from experiments.wording import difference_text


def draw(found: Swept, path: Path) -> None:
    """Save the picture as PNG and SVG."""
    import matplotlib.pyplot as plt

    with styled():
        figure, axes = plt.subplots(figsize=(11, 6.8), layout="constrained")
        (_curve if len(found.axes) == 1 else _map)(found, figure, axes)
        replicates = found.results.shape[1]
        figure.suptitle(wrap(found.question.title, 90), x=0.01, ha="left", fontsize=14)
        note = "\n".join(said_of_curve(found)) if len(found.axes) == 1 else _MAP_NOTE
        from_what = (
            f"{found.question.scenario.years} years, {replicates} replicates, seed {found.seed}. "
            "Intervals of 95%: chance only."
        )
        below = [wrap(said_of_both(found), 150), note, from_what]
        figure.supxlabel(
            "\n".join(filter(None, below)),
            x=0.01, ha="left", fontsize=9, color=UNSURE,
        )  # fmt: skip
        save(figure, path)
        plt.close(figure)


_MAP_NOTE = "“–”: no difference beyond chance. Orange: more, blue: less."


def _format(found: Swept) -> Any:
    return signed_pounds if found.question.kind == "money" else signed_counts


def _curve(found: Swept, _: Any, axes: Any) -> None:
    """Mean, band, nought, where it stands, the knee and the tipping point."""
    values = np.array(found.axes[0].values)
    points = intervals(found.results)
    means = np.array([p.mean for p in points])
    axes.fill_between(values, [p.low for p in points], [p.high for p in points],
                      color=COLOURS[1], alpha=0.2, linewidth=0)  # fmt: skip
    axes.plot(values, means, color=COLOURS[1], marker="o", markersize=5)
    axes.axhline(0, color=BASE_COLOUR, linewidth=1)
    axes.set_xlabel(f"{found.axes[0].name}  ({_meaning(found.axes[0].name)})")
    axes.set_ylabel(f"Difference{unit(found)}")
    axes.yaxis.set_major_formatter(_format(found))
    stands = found.axes[0].stands
    if stands is not None and values[0] <= stands <= values[-1]:
        axes.axvline(stands, color=UNSURE, linewidth=1, linestyle=":")
        axes.annotate("as it stands", (stands, 1), xycoords=("data", "axes fraction"),
                      xytext=(4, -4), textcoords="offset points", va="top", fontsize=9,
                      color=UNSURE)  # fmt: skip
    if found.results.shape[1] > 1:
        _mark(found, axes, values, means)


def _mark(found: Swept, axes: Any, values: Any, means: Any) -> None:
    bend = knee(values, found.results)
    if bend is not None:
        height = float(means[list(values).index(bend.value)])
        axes.plot([bend.value], [height], marker="D", markersize=11, markerfacecolor="none",
                  markeredgewidth=2, color=MORE)  # fmt: skip
        axes.annotate("knee", (bend.value, height), xytext=(10, -16), textcoords="offset points",
                      color=darker(MORE))  # fmt: skip
    crossing = tipping(values, found.results) if found.has_against else None
    if crossing is not None:
        axes.axvspan(crossing.below, crossing.above, color=COLOURS[2], alpha=0.15, linewidth=0)
        axes.annotate("tipping point", (crossing.value, 0), xytext=(6, 8),
                      textcoords="offset points", color=darker(COLOURS[2]))  # fmt: skip


def _map(found: Swept, figure: Any, axes: Any) -> None:
    """Means as colours and numbers, the line where they cross nought."""
    from matplotlib.colors import LinearSegmentedColormap

    down, across = found.axes
    grid = found.grid
    most = float(np.abs(grid).max()) or 1.0
    colours = LinearSegmentedColormap.from_list("two", [LESS, "white", MORE])
    axes.imshow(grid, cmap=colours, vmin=-most, vmax=most, origin="lower", aspect="auto")
    axes.set_xticks(range(len(across.values)), [f"{x:.4g}" for x in across.values])
    axes.set_yticks(range(len(down.values)), [f"{x:.4g}" for x in down.values])
    axes.set_xlabel(f"{across.name}  ({_meaning(across.name)})")
    axes.set_ylabel(f"{down.name}\n({_meaning(down.name)})")
    if grid.min() < 0 < grid.max() and min(grid.shape) > 1:
        axes.contour(grid, levels=[0.0], colors=BASE_COLOUR, linewidths=1.4)
    n = len(across.values)
    for i in range(len(down.values)):
        for j in range(n):
            interval = mean_interval(found.results[i * n + j])
            strong = abs(interval.mean) > 0.65 * most
            axes.text(j, i, difference_text(interval, found.question.kind).replace(" ±", "\n±"),
                      ha="center", va="center", fontsize=9,
                      color="white" if strong else BASE_COLOUR)  # fmt: skip


def _meaning(name: str) -> str:
    """What a dial's numbers mean."""
    from scenarios.dials import MEANINGS

    kind = name.split(".")[0]
    return next((m for pattern, m in MEANINGS.items() if pattern.split(".")[0] == kind),
                "a number of the register") if kind != "team" else "of the team"  # fmt: skip
