"""Pictures of an imported log: who has how much of the contacts, and when they come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from calibration.logs.events import Events
from calibration.logs.fives import SMALLEST
from calibration.logs.measures import Pattern, are_contacts, by_hour
from experiments import drawing

MOST_ROWS = 10
SHARE = "top_9pct_share"


def draw(events: Events, found: Sequence[Pattern], folder: Path) -> None:
    """One picture of concentration and of the hours of the week; of contacts, not of all rows.

    Concentration is as the report tells it (``found``), so that picture and report say the same.
    """
    with drawing.styled():
        figure = Figure(figsize=(12, 4.8), layout="constrained")
        left, right = figure.subplots(1, 2)
        draw_concentration(left, found)
        _hours(right, events.only(are_contacts(events)))
        note = (
            "From the log; shares in whole percent. Lines: what 95% of quarters lie between, "
            "where there are several."
        )
        figure.supxlabel(note, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)
        drawing.save(figure, folder / "log")


def draw_concentration(axes: Axes, found: Sequence[Pattern]) -> None:
    """The share of a quarter's contacts that the heaviest 9% have, agency by agency."""
    shares = [p for p in found if p.name == SHARE and p.value is not None]
    axes.set_title("Share of a quarter's contacts by the heaviest 9% of people", fontsize=11.5)
    shown = sorted(shares, key=lambda p: -(p.value or 0.0))[:MOST_ROWS]
    if not shown:
        axes.text(0.5, 0.5, "too few people in a quarter", ha="center")
        axes.set_axis_off()
        return
    for i, p in enumerate(shown):
        assert p.value is not None
        if p.low is not None and p.high is not None:
            axes.plot([max(0.0, p.low), p.high], [-i, -i], color=drawing.LESS, linewidth=1.5)
        axes.plot([p.value], [-i], color=drawing.LESS, marker="o", markersize=7)
        axes.annotate(
            f"{p.value:.0%}",
            (max(p.value, p.high or 0.0), -i),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    axes.set_yticks([-i for i in range(len(shown))], [drawing.wrap(p.agency, 24) for p in shown])
    axes.set_ylim(-len(shown) + 0.4, 0.6)
    axes.set_xlim(0, 1.25 * max(max(p.value or 0.0, p.high or 0.0) for p in shown))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0%}"))


def _hours(axes: Axes, events: Events) -> None:
    axes.set_title("When contacts come", fontsize=11.5)
    counts = by_hour(events)
    if counts.sum() < SMALLEST * 168:
        axes.text(0.5, 0.5, "too few contacts with a time of day", ha="center")
        axes.set_axis_off()
        return
    shown = counts / counts.sum()
    image = axes.imshow(shown, aspect="auto", cmap="Blues", vmin=0)
    axes.set_yticks(range(7), ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    axes.set_xticks(range(0, 24, 3), [f"{hour:02}" for hour in range(0, 24, 3)])
    axes.set_xlabel("hour")
    bar = axes.figure.colorbar(image, ax=axes, format=FuncFormatter(lambda v, _: f"{v:.1%}"))
    bar.set_label("share of the week's contacts in an hour")
