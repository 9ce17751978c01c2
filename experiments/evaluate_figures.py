"""The picture of `upstream evaluate`: the fall, with and without, and what would be published."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from experiments import drawing
from experiments.evaluate import ARMS, Evaluated, outcome_words
from experiments.mirage import Estimates, by_half_year
from experiments.stats import Interval, mean_interval

WITH, WITHOUT = drawing.COLOURS[0], drawing.COLOURS[1]


def mirage_figure(found: Evaluated) -> Figure:
    """Left, the people's calls by half-year in both worlds; right, the numbers side by side."""
    figure = Figure(figsize=(13, 5.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    _curves(left, found)
    _numbers(right, found)
    what = outcome_words(found, found.estimates["programme"][0].outcome)
    figure.suptitle(
        f"{found.scenario.place.title}. “{found.title}”: what is published, and what is true",
        x=0.01, ha="left", fontsize=14,
    )  # fmt: skip
    figure.supxlabel(
        f"{what[:1].upper() + what[1:]}; {found.estimates['programme'][0].people:.0f} people, the "
        f"same in both worlds. Right: {found.weeks} weeks before and after joining.\n"
        f"{found.replicates} replicates, seed {found.seed}. Shaded and whiskers: 95%, chance only; "
        "of the trial: where 95% of such trials end.",
        x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
    )  # fmt: skip
    return figure


def _curves(axes: Axes, found: Evaluated) -> None:
    outcome = found.estimates["programme"][0].outcome
    arms = [trial.arms["programme"] for trial in found.trials if trial.arms["programme"].people]
    by = 100.0 if outcome == "cost" else 1.0
    worlds = (
        ("without it", WITHOUT, "--", by_half_year([a.without_it[outcome] for a in arms]) / by),
        ("with the\nprogramme", WITH, "-", by_half_year([a.with_it[outcome] for a in arms]) / by),
    )
    n = worlds[0][3].shape[1]
    x = np.arange(n) - n / 2 + 0.5
    for name, colour, style, values in worlds:
        intervals = [mean_interval(values[:, i]) for i in range(n)]
        mean = np.array([i.mean for i in intervals])
        low, high = ([getattr(i, end) for i in intervals] for end in ("low", "high"))
        axes.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0)
        axes.plot(x, mean, color=colour, linestyle=style, linewidth=2, marker="o", markersize=4)
        axes.annotate(
            name, (x[-1], mean[-1]), xytext=(8, 0), textcoords="offset points", va="center",
            color=drawing.darker(colour), fontsize=10.5, annotation_clip=False,
        )  # fmt: skip
    axes.axvline(0, color="black", linewidth=1, linestyle=":")
    axes.set_ylim(0, 1.12 * axes.get_ylim()[1])
    axes.annotate("they join", (0, axes.get_ylim()[1]), xytext=(4, -12),
                  textcoords="offset points", fontsize=10)  # fmt: skip
    axes.set_xticks(np.arange(-n // 2, n // 2 + 1, 2), [str(i) for i in range(-n // 4, n // 4 + 1)])
    axes.set_xlabel("years since joining")
    axes.set_title("A person, in each half-year")
    axes.set_ylabel(outcome_words(found, outcome))
    axes.yaxis.set_major_formatter(
        FuncFormatter(drawing.pounds if outcome == "cost" else drawing.counts)
    )
    axes.set_xlim(-n / 2, n / 2 + 1.4)


def _numbers(axes: Axes, found: Evaluated) -> None:
    programme, idle = (found.estimates[name][0] for name in ARMS)
    rows = ("Published:\nbefore and after", "Matched\ncomparison",
            f"Randomised trial\nof {programme.people:.0f}", "True effect")  # fmt: skip
    for i, (one, other) in enumerate(zip(_four(programme), _four(idle), strict=True)):
        _dot(axes, one, -i + 0.14, WITH, "o", True)
        _dot(axes, other, -i - 0.2, drawing.UNSURE, "s", False)
    axes.axvline(0, color="black", linewidth=1, zorder=0)
    axes.set_yticks([-i for i in range(len(rows))], rows)
    axes.set_ylim(-len(rows) + 0.4, 0.75)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:+.0f}%" if v else "0"))
    axes.set_title("Change after joining")
    low, high = axes.get_xlim()
    axes.set_xlim(low - 0.06 * (high - low), high)
    axes.text(1.0, 0.99, "● the programme", color=drawing.darker(WITH), fontsize=10.5,
              transform=axes.transAxes, ha="right", va="top")  # fmt: skip
    beside = "a team that does nothing" if found.has_team else "nothing done"
    axes.text(1.0, 0.94, f"□ {beside}", color=drawing.UNSURE, fontsize=10.5,
              transform=axes.transAxes, ha="right", va="top")  # fmt: skip


def _four(e: Estimates) -> Sequence[Interval]:
    trial = Interval(e.trial.median, e.trial.low, e.trial.high)
    return e.naive, e.matched, trial, e.truth


def _dot(axes: Axes, i: Interval, y: float, colour: str, marker: str, filled: bool) -> None:
    if i.mean != i.mean:
        return
    axes.plot([i.low, i.high], [y, y], color=colour, linewidth=1.6, marker="|", markersize=9)
    face = colour if filled else "white"
    axes.plot([i.mean], [y], color=colour, marker=marker, markersize=7, markerfacecolor=face)
    text = f"{100 * i.mean:+.0f}%" if round(100 * i.mean) else "0"
    axes.annotate(text, (i.mean, y), xytext=(0, 7), textcoords="offset points", ha="center",
                  fontsize=9.5, color=colour, bbox=drawing.BOX)  # fmt: skip
