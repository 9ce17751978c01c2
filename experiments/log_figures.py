"""Pictures of an imported log: who has how much of the contacts, and when they come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from calibration.logs.events import Events
from calibration.logs.fives import SMALLEST, percent
from calibration.logs.measures import are_contacts, by_hour
from experiments import drawing

MOST_ROWS = 10
HEAVIEST = 0.1
FEWEST_PEOPLE = 50
"""Below, the heaviest tenth could be fewer than 5."""


def draw(events: Events, folder: Path) -> None:
    """One picture of concentration and of the hours of the week; of contacts, not of all rows."""
    contacts = events.only(are_contacts(events))
    with drawing.styled():
        figure = Figure(figsize=(12, 4.8), layout="constrained")
        left, right = figure.subplots(1, 2)
        _concentration(left, contacts)
        _hours(right, contacts)
        note = "From the log; counts to the nearest 5, shares in whole percent."
        figure.supxlabel(note, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)
        drawing.save(figure, folder / "log")


def _concentration(axes: Axes, events: Events) -> None:
    """The share of contacts that the heaviest tenth have, agency by agency, over the whole log."""
    axes.set_title(f"Share of contacts by the heaviest {HEAVIEST:.0%} of people", fontsize=11.5)
    found = []
    for code, agency in enumerate(events.agencies):
        counts = np.bincount(events.person[events.agency == code])
        counts = np.sort(counts[counts > 0])[::-1]
        if len(counts) >= FEWEST_PEOPLE:
            top = counts[: round(HEAVIEST * len(counts))].sum() / counts.sum()
            found.append((percent(float(top)), agency))
    found = sorted(found, reverse=True)[:MOST_ROWS]
    for i, (share, _) in enumerate(found):
        axes.plot([0, share], [-i, -i], color=drawing.LESS, linewidth=1.5)
        axes.plot([share], [-i], color=drawing.LESS, marker="o", markersize=7)
        axes.annotate(
            f"{share:.0%}",
            (share, -i),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    axes.set_yticks([-i for i in range(len(found))], [drawing.wrap(a, 24) for _, a in found])
    axes.set_ylim(-len(found) + 0.4, 0.6)
    axes.set_xlim(0, 1.25 * max([share for share, _ in found], default=1.0))
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
