"""The picture of `upstream discover`: futures by the two numbers that tell most, and the box."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments import drawing
from experiments.discover import Discovered, number_words
from experiments.prim import Box
from scenarios.uncertain import uncertain_numbers


def futures_figure(found: Discovered) -> Figure:
    """A dot a future; those that fail filled."""
    figure = Figure(figsize=(9.5, 6.4), layout="constrained")
    axes = figure.subplots()
    columns = [*found.telling, *(i for i in range(len(found.names)) if i not in found.telling)]
    pair = columns[0], columns[1]
    _dots(axes, found, pair)
    for boxed in found.boxes[:1]:
        _box(axes, found, boxed.box, pair)
    axes.set_xlabel(_label(found, pair[0]))
    axes.set_ylabel(_label(found, pair[1]))
    figure.suptitle(
        f"{found.scenario.title}. In which futures does it fail?", x=0.01, ha="left", fontsize=14
    )
    n = len(found.fails)
    more = [found.names[x.column] for b in found.boxes[:1] for x in b.box.limits
            if x.column not in pair]  # fmt: skip
    further = f" The box has further limits: {', '.join(more)}." if more else ""
    figure.supxlabel(
        f"● fails ({found.fails.sum()} of {n} futures)   ○ does not. + today's numbers. "
        f"{'Dashed: the box in which it fails most.' if found.boxes else 'No box stands out.'}"
        f"{further}\nSeed {found.seed}; all {len(found.names)} uncertain numbers vary together.",
        x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
    )  # fmt: skip
    return figure


def _dots(axes: Axes, found: Discovered, pair: tuple[int, int]) -> None:
    x, y = (found.numbers[:, column] for column in pair)
    well = ~found.fails
    axes.scatter(x[well], y[well], s=34, facecolors="none", edgecolors=drawing.LESS, linewidths=1.2)
    axes.scatter(x[found.fails], y[found.fails], s=38, color=drawing.MORE)
    numbers = uncertain_numbers(found.scenario.evidence)
    today = [numbers[found.names[column]].value for column in pair]
    axes.plot(*[[v] for v in today], marker="+", markersize=16, markeredgewidth=2.4, color="black")
    axes.margins(0.06)


def _box(axes: Axes, found: Discovered, box: Box, pair: tuple[int, int]) -> None:
    by_column = {limit.column: limit for limit in box.limits}
    sides = []
    for column, ends in zip(pair, (axes.get_xlim(), axes.get_ylim()), strict=True):
        limit = by_column.get(column)
        low = limit.at_least if limit and np.isfinite(limit.at_least) else ends[0]
        high = limit.at_most if limit and np.isfinite(limit.at_most) else ends[1]
        sides.append((low, high))
    (left, right), (bottom, top) = sides
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False,
                             edgecolor="black", linestyle="--", linewidth=1.6))  # fmt: skip
    axes.annotate(f"here it fails in {box.density:.0%}", (left, top), xytext=(6, -14),
                  textcoords="offset points", fontsize=10.5, bbox=drawing.BOX)  # fmt: skip


def _label(found: Discovered, column: int) -> str:
    name = found.names[column]
    return drawing.wrap(f"{name}: {number_words(name, found.scenario)}", 70)
