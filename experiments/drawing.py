"""What the pictures have in common: looks, dots with whiskers, names at lines, axes, saving.

Colours are of the Okabe-Ito set, which colour-blind readers can tell apart; line styles and markers
say the same again for print in grey. Names stand at the lines, not in a legend.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.compare import Findings, Floats
from experiments.stats import CHANCE, CHANCE_ONLY, Interval
from experiments.wording import Kind, difference_text, rough

BASE_COLOUR = "#000000"
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
LineStyle = str | tuple[int, tuple[int, ...]]
LINES: tuple[LineStyle, ...] = (
    "--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)), (0, (1, 3)), (0, (8, 3))
)  # fmt: skip
NOTE = 160
"""Letters of a note that go into a line below a picture."""
MARKERS = ("o", "s", "^", "D", "v", "P")
MORE, LESS, UNSURE = "#D55E00", "#0072B2", "#6B6B6B"
_STYLE: Any = {  # Any: its stubs name each of the settings
    "svg.hashsalt": "upstream",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
}
DPI = 150
LABEL_SIZE = 9.5
LINE_HEIGHT = 1.35 * LABEL_SIZE / 72
"""Inches from one line of a label to the next."""
BOX = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
"""Behind numbers, so that no line runs through them."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One scenario over the years: mean and interval, float64[years] each."""

    name: str
    mean: Floats
    low: Floats
    high: Floats
    """The interval of chance"""
    widest: tuple[Floats, Floats] | None = None
    """The same with ignorance, where plausible sets were run"""


def styled() -> AbstractContextManager[None]:
    """The looks of every picture, while one is drawn and saved."""
    return matplotlib.rc_context(_STYLE)


def look(name: str, findings: Findings) -> tuple[str, LineStyle]:
    """Colour and line style of a scenario, the same in every picture."""
    if name == findings.base:
        return BASE_COLOUR, "-"
    i = findings.others.index(name)
    return COLOURS[i % len(COLOURS)], LINES[i % len(LINES)]


def name_lines(axes: Axes, curves: Sequence[Curve], findings: Findings) -> None:
    """Titles right of the lines' ends, pushed apart where they would overlap.

    The axes' limits must be final: the labels' heights are reckoned from them.
    """
    texts = [wrap(findings.labels[curve.name], 24) for curve in curves]
    low, high = axes.get_ylim()
    per_inch = (high - low) / (0.74 * axes.figure.get_figheight())  # type: ignore[union-attr]  # not a subfigure
    heights = [LINE_HEIGHT * (1.4 + text.count("\n")) * per_inch for text in texts]
    places = spread([float(c.mean[-1]) for c in curves], heights)
    for curve, text, place in zip(curves, texts, places, strict=True):
        colour, _ = look(curve.name, findings)
        axes.annotate(
            text,
            xy=(len(curve.mean), float(curve.mean[-1])),
            xytext=(1.06, place),
            textcoords=("axes fraction", "data"),
            color=darker(colour),
            fontsize=LABEL_SIZE,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "relpos": (0, 0.5)},
        )


def spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Places near those wanted, in the same order, at which labels of these heights do not overlap.

    Overlapping neighbours are joined into a block that is centred on what its members wanted.
    """
    blocks: list[tuple[list[int], float]] = []
    for i in sorted(range(len(wanted)), key=lambda i: wanted[i]):
        members, centre = [i], wanted[i]
        while blocks and _overlap(blocks[-1], (members, centre), heights):
            members = blocks.pop()[0] + members
            centre = sum(wanted[m] for m in members) / len(members)
        blocks.append((members, centre))
    places = [0.0] * len(wanted)
    for members, centre in blocks:
        bottom = centre - _height(members, heights) / 2
        for m in members:
            places[m] = bottom + heights[m] / 2
            bottom += heights[m]
    return places


def _overlap(
    below: tuple[list[int], float], above: tuple[list[int], float], heights: Sequence[float]
) -> bool:
    reach = (_height(below[0], heights) + _height(above[0], heights)) / 2
    return above[1] - below[1] < reach


def _height(members: Sequence[int], heights: Sequence[float]) -> float:
    return sum(heights[m] for m in members)


def whiskers(axes: Axes, intervals: Sequence[Interval], kind: Kind, colours: Sequence[str]) -> None:
    """A dot with its interval a row, first on top, the number above it.

    Filled where the difference is detectable, hollow and grey where it is not. All are round: rows
    have names, and other shapes are free for what stands beside them. ``colours`` are those of
    the scenarios, one a row, as in every picture of a comparison. Numbers lead away from nought, so
    that they do not lie over its line.
    """
    for i, interval in enumerate(intervals):
        if np.isnan(interval.mean):
            continue
        unsure = not interval.detectable and not np.isnan(interval.half)
        below = interval.mean < 0
        colour = UNSURE if unsure else colours[i]
        dot(axes, interval, -i, colour, "o", filled=not unsure)
        axes.annotate(
            difference_text(interval, kind),
            (interval.mean, -i),
            xytext=(4 if below else -4, 9),
            textcoords="offset points",
            ha="right" if below else "left",
            fontsize=9,
            color=darker(colour),
            bbox=BOX,
        )
    axes.axvline(0, color=BASE_COLOUR, linewidth=1, zorder=0)
    axes.margins(x=0.25)


def dot(
    axes: Axes, interval: Interval, y: float, colour: str, marker: str, filled: bool = True
) -> None:
    """One dot with its whisker, which ends in ticks so that a short one is seen, too."""
    if interval.ignorance is not None:
        ends = [interval.low, interval.high]
        axes.plot(ends, [y, y], color=colour, linewidth=7, alpha=0.25, solid_capstyle="butt")
    own = interval.by_chance
    axes.plot([own.low, own.high], [y, y], color=colour, linewidth=1.5, marker="|")
    face = colour if filled else "white"
    axes.plot([interval.mean], [y], color=colour, marker=marker, markersize=7, markerfacecolor=face)


def name_rows(axes: Axes, names: Sequence[str], shown: bool) -> None:
    """Names of the rows that `whiskers` drew; without text where a neighbour shows them."""
    texts = [wrap(name, 30) if shown else "" for name in names]
    axes.set_yticks([-i for i in range(len(names))], texts)
    axes.set_ylim(-len(names) + 0.45, 0.75)


def years(axes: Axes, findings: Findings) -> None:
    """The years of the run along the x axis, the first being year 1."""
    margin = 0.04 * findings.years + 0.1
    axes.set_xlim(1 - margin, findings.years + margin)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    axes.set_xlabel(f"Year, from {findings.start.day} {findings.start:%B %Y}")


def heading(figure: Figure, title: str, findings: Findings, note: str) -> None:
    """Place and title above, below it what the picture rests on."""
    n = len(findings.replicates)
    figure.suptitle(f"{findings.place_title}. {title}", x=0.01, ha="left", fontsize=14)
    runs = f"{n} replicate{'s' if n > 1 else ''}, seed {findings.seed}."
    intervals = (
        f"Intervals of 95%: {CHANCE_ONLY}." if n > 1 else "No intervals: they need 2 replicates."
    )
    if len(findings.sets) > 1:  # of one set there is no range
        intervals = (
            f"Dark: 95% interval of {CHANCE}. Pale: with ignorance as well, by "
            f"{len(findings.sets)} plausible sets of the model's numbers."
        )
    lines = (note, f"{runs} {intervals}", rough(n, len(findings.sets)))
    below = "\n".join(wrap(line, NOTE) for line in lines if line)
    figure.supxlabel(below, x=0.01, ha="left", fontsize=9, color=UNSURE)


def save(figure: Figure, path: Path) -> None:
    """PNG and SVG, without dates, so that the same picture is the same bytes."""
    figure.savefig(path.with_suffix(".png"), dpi=DPI, metadata={"Software": None})
    # the layout found for the first holds for the second, and finding it takes a third of the time
    figure.set_layout_engine("none")
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None, "Creator": None})


def darker(colour: str) -> tuple[float, ...]:
    """The same colour with the contrast that small letters need."""
    return tuple(0.7 * part for part in to_rgb(colour))


def wrap(text: str, width: int) -> str:
    """Text over as few lines as ``width`` allows, of about the same length each; no word is cut."""

    def lines(width: int) -> list[str]:
        return textwrap.wrap(text, width, break_long_words=False)

    fewest = len(lines(width))
    while width > 1 and len(lines(width - 1)) == fewest:
        width -= 1
    return "\n".join(lines(width))


def counts(x: float, _: object = None) -> str:
    """A tick of people or contacts, where it stands: 2.5, not 2."""
    if abs(x) >= 1e6:
        return f"{x / 1e6:,.4g}m"
    return f"{x:,.0f}" if abs(x) >= 1e3 else f"{x:.4g}"


def signed_counts(x: float, _: object = None) -> str:
    """A tick of a difference in people or contacts."""
    return f"{'+' if x > 0 else ''}{counts(x)}"


def pounds(x: float, _: object = None) -> str:
    """A tick of money."""
    for size, unit in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(x) >= size:
            return f"{'-' if x < 0 else ''}£{abs(x) / size:,.4g}{unit}"
    return f"{'-' if x < 0 else ''}£{abs(x):,.0f}"


def about(x: float) -> str:
    """Money to three figures: more of one run is not known."""
    return ("-" if x < 0 else "") + pounds(float(f"{abs(x):.3g}"))


def signed_pounds(x: float, _: object = None) -> str:
    """A tick of a difference in money."""
    sign = "-" if x < 0 else "+" if x > 0 else ""
    return sign + pounds(abs(x))
