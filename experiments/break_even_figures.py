"""Pictures of `upstream break-even`: when it pays, and how sure one can be."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from agents.arrays import Floats
from experiments import drawing
from experiments.break_even import AIMS, STRENGTHS, BreakEven, wilson, worthwhile
from experiments.break_even_must import effect_of, n_years
from experiments.break_even_text import OFFERS, few_futures
from experiments.crossing import band
from experiments.stats import mean_interval
from experiments.wording import plain_words

ALL, CASH = drawing.COLOURS[1], drawing.COLOURS[0]
SHOWN = 8


def paying_figure(found: BreakEven) -> Figure:
    """Net benefit to the purse by year, by strength and by aim; and who saves."""
    panels = 2 + (found.strengths is not None) + (found.aims is not None)
    rows, columns = (2, 2) if panels > 2 else (1, 2)
    figure = Figure(figsize=(12, 4.2 * rows + 0.8), layout="constrained")
    grid = list(figure.subplots(rows, columns).flat)
    for spare in grid[panels:]:
        spare.set_axis_off()
    _by_year(grid[0], found)
    k = 1
    if found.strengths is not None:
        _by_setting(grid[k], STRENGTHS, found.strengths, "By how strong it is")
        grid[k].set_xlabel(f"times {effect_of(found.scenario)}")
        k += 1
    if found.aims is not None:
        _by_setting(grid[k], AIMS, found.aims, "By how well it is aimed")
        grid[k].set_xlabel("share of places given to those it is for")
        grid[k].xaxis.set_major_formatter(PercentFormatter(1.0))
        k += 1
    _payers(grid[k], found)
    _head(figure, found, f"Does it pay back within {n_years(found.years)}?",
          f"Net benefit to the public purse, discounted, {n_years(found.years)} from its start. "
          f"{found.replicates} replicates, seed {found.seed}. Shaded and whiskers: 95%, "
          "chance only.\nWhere they hold £0, and where a mark is hollow, it cannot be told from "
          "nothing.")  # fmt: skip
    return figure


def _head(figure: Figure, found: BreakEven, title: str, below: str) -> None:
    figure.suptitle(f"{found.scenario.title}. {title}", x=0.01, ha="left", fontsize=14)
    figure.supxlabel(below, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)


def _by_year(axes: Axes, found: BreakEven) -> None:
    years = np.arange(found.by_year.shape[1] + 1)
    for j, (name, colour, style) in enumerate((("all", ALL, "-"), ("cash", CASH, "--"))):
        values = np.column_stack([np.zeros(len(found.by_year)), found.by_year[:, :, j]])
        _band(axes, years, values, colour, style)
        axes.annotate(name, (years[-1], values.mean(axis=0)[-1]), xytext=(6, 0), va="center",
                      textcoords="offset points", color=drawing.darker(colour), fontsize=10.5,
                      annotation_clip=False)  # fmt: skip
    axes.set_title("Added up since its start")
    axes.set_xlabel("years since its start")
    _money(axes)


def _by_setting(axes: Axes, at: tuple[float, ...], net: Floats, title: str) -> None:
    found = band(at, net)
    axes.fill_between(found.at, found.low, found.high, color=ALL, alpha=0.18, linewidth=0)
    axes.plot(at, net.mean(axis=0), color=ALL, linewidth=2, marker="o")
    axes.set_title(title)
    _money(axes)


def _band(axes: Axes, x: Floats, values: Floats, colour: str, style: str) -> None:
    found = [mean_interval(values[:, i]) for i in range(values.shape[1])]
    low, mean, high = (np.array([getattr(i, n) for i in found]) for n in ("low", "mean", "high"))
    axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(x, mean, color=colour, linestyle=style, linewidth=2)


def _money(axes: Axes) -> None:
    axes.axhline(0, color="black", linewidth=1)
    axes.yaxis.set_major_formatter(FuncFormatter(drawing.signed_pounds))


def _payers(axes: Axes, found: BreakEven) -> None:
    names = [plain_words(one.payer) for one in found.payers]
    for i, one in enumerate(found.payers):
        drawing.dot(axes, one.net, -i + 0.13, ALL, "o", filled=one.net.detectable)
        drawing.dot(axes, one.cash, -i - 0.17, CASH, "D", filled=one.cash.detectable)
    axes.axvline(0, color="black", linewidth=1, zorder=0)
    axes.set_yticks([-i for i in range(len(names))], names)
    axes.xaxis.set_major_formatter(FuncFormatter(drawing.signed_pounds))
    axes.tick_params(axis="x", labelrotation=30)
    axes.set_title("Who saves (+): ● all, ◆ cash")
    axes.margins(x=0.12)


def uncertain_figure(found: BreakEven) -> Figure:
    """The probability that it is worth its money, and what it is worth to know each number."""
    figure = Figure(figsize=(13, 5.4), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.1])
    offers = np.linspace(0.0, OFFERS[-1], 201)
    chance = worthwhile(found, offers)
    ends = np.array([wilson(float(c), len(found.nets)) for c in chance])
    left.fill_between(offers, ends[:, 0], ends[:, 1], color=ALL, alpha=0.18, linewidth=0)
    left.plot(offers, chance, color=ALL, linewidth=2)
    left.axhline(0.5, color="0.6", linewidth=0.8, linestyle=":")
    left.set_ylim(0, 1.02)
    left.yaxis.set_major_formatter(PercentFormatter(1.0))
    left.xaxis.set_major_formatter(FuncFormatter(drawing.pounds))
    left.set_xlabel("what a week in crisis avoided is worth")
    left.set_title("Probability that it is worth its money")
    shown = _worth(right, found)
    grey = "what a number that means nothing would seem to be worth, at most (95%)."
    _head(figure, found, "How sure can one be?",
          f"{len(found.nets)} futures: other sets of the model's uncertain numbers, each with its "
          "own luck. Shaded: 95% from the number of futures."
          + (f"\nGrey line: {grey}" if shown else "")
          + (f"\n{few}" if (few := few_futures(len(found.nets))) else ""))  # fmt: skip
    return figure


def _nothing_to_know(axes: Axes, found: BreakEven) -> None:
    """Names of numbers that are worth nothing would only look like an order of them."""
    axes.axis("off")
    axes.set_title("Worth of knowing a number")
    noise = f", up to {drawing.about(found.worth[0].noise)}" if found.worth else ""
    axes.text(0.0, 0.97, drawing.wrap(
        "No number stands out: knowing it first would not change the decision, or by no more than "
        f"numbers that mean nothing would seem to be worth{noise}.", 58), va="top", fontsize=11,
        transform=axes.transAxes)  # fmt: skip


def _worth(axes: Axes, found: BreakEven) -> bool:
    """The numbers most worth knowing; whether there are any."""
    top = list(found.worth[:SHOWN])
    if not any(w.gbp > w.noise for w in top):
        _nothing_to_know(axes, found)
        return False
    for i, w in enumerate(top):
        telling = w.gbp > w.noise
        colour = (drawing.LESS if w.slope > 0 else drawing.MORE) if telling else "0.8"
        axes.barh(-i, w.gbp, 0.62, color=colour, alpha=0.8)
        axes.plot([w.noise, w.noise], [-i - 0.4, -i + 0.4], color=drawing.UNSURE, linewidth=2)
    names = [drawing.wrap(w.name.replace(".", ". "), 30) for w in top]
    axes.set_yticks([-i for i in range(len(top))], names, fontsize=9.5)
    axes.xaxis.set_major_formatter(FuncFormatter(drawing.pounds))
    at = (
        "money alone counts"
        if not found.decision_at
        else f"a week is worth £{found.decision_at:,.0f}"
    )
    axes.set_title(drawing.wrap(f"Worth of knowing a number, where {at} "
                                "(blue: more is good for it)", 60))  # fmt: skip
    return True
