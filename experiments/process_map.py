"""The whole system as a process map: what became of every referral, at every front door.

A row for each agency, from left to right as a case goes. Counts are of the whole run; thick lines
are many. Losses hang below the line where they happen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from agents.arrays import Closure, Ints, Refusal
from experiments import drawing
from experiments.census import Census

STOPS = ("Referred", "Past the screening", "Case opened", "Let go unfinished")
LOST = "#B04A00"


@dataclass(frozen=True)
class Flow:
    """What happened at one front door in the whole run."""

    title: str
    referred: int
    screened_out: int
    accepted: int
    below: int
    """Below the threshold when assessed."""
    excluded: int
    gave_up: int
    opened: int
    median_wait_weeks: float
    finished: int
    time_up: int
    """Ended because the service gives no more than so many weeks."""
    withdrawn: int
    """Let go after some quiet weeks, though the need's set point had not come down."""
    non_engagement: int
    """Closed after missed appointments."""
    back_within_year: int
    """Withdrawn, and opened again within 52 weeks."""
    moved: int
    """The person died or moved away."""

    @property
    def let_go(self) -> int:
        """Ended by the agency with the work not done."""
        return self.withdrawn + self.non_engagement


def flows(census: Census) -> list[Flow]:
    """Every gated agency's flow, the most referred to first."""
    found = [
        _flow(census, door, spec.title)
        for door, spec in enumerate(census.scenario.evidence.agencies.values())
        if spec.kind == "gated"
    ]
    return sorted(found, key=lambda flow: -flow.referred)


def _flow(census: Census, door: int, title: str) -> Flow:
    tally = census.tally
    refused = tally.refused[:, door].sum(axis=0)
    closed = tally.closed[:, door].sum(axis=0)
    below = int(tally.found_below[:, door].sum())
    return Flow(
        title=title,
        referred=int(tally.referrals[:, door].sum()),
        screened_out=int(refused[Refusal.BELOW_THRESHOLD]) - below,
        accepted=int(tally.accepted[:, door].sum()),
        below=below,
        excluded=int(refused[Refusal.EXCLUDED]),
        gave_up=int(refused[Refusal.GAVE_UP]),
        opened=int(tally.opened[:, door].sum()),
        median_wait_weeks=median_wait(census.waits[door]),
        finished=int(closed[Closure.FINISHED]),
        time_up=int(closed[Closure.TIME_UP]),
        withdrawn=int(closed[Closure.WITHDRAWN]),
        non_engagement=int(closed[Closure.NON_ENGAGEMENT]),
        back_within_year=int(tally.reopened[:, door].sum()),
        moved=int(closed[Closure.LEFT]),
    )


def median_wait(waits: Ints) -> float:
    """The median of counts by whole weeks; NaN if nobody waited."""
    total = int(waits.sum())
    return float(np.searchsorted(np.cumsum(waits), (total + 1) / 2)) if total else float("nan")


def process_map(census: Census) -> Figure:
    """The picture."""
    found = flows(census)
    with drawing.styled():
        figure = Figure(figsize=(13, 1.5 + 0.78 * len(found)), layout="constrained")
        axes = figure.subplots()
        most = max(flow.referred for flow in found)
        for i, flow in enumerate(found):
            _row(axes, -i, flow, most)
        for x, stop in enumerate(STOPS):
            axes.text(x, 0.72, stop, ha="center", fontsize=11.5, fontweight="bold")
        axes.set_xlim(-0.85, 3.55)
        axes.set_ylim(-len(found) + 0.25, 1.0)
        axes.axis("off")
        figure.suptitle(
            f"{census.scenario.title}. What became of every referral in "
            f"{census.scenario.years} years", x=0.01, ha="left", fontsize=14,
        )  # fmt: skip
        figure.supxlabel(
            "One run. Below a line: lost on the way. Above the second line: median weeks from "
            "referral to opening. Let go: the case had gone quiet, or appointments were missed.\n"
            "Cases waiting or open at the ends, and people who died or moved, are in none.",
            x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
        )  # fmt: skip
    return figure


def _row(axes: Axes, y: float, flow: Flow, most: int) -> None:
    axes.text(-0.25, y, drawing.wrap(flow.title, 24), ha="right", va="center", fontsize=11)
    counts = (flow.referred, flow.accepted, flow.opened, flow.let_go)
    for x, n in enumerate(counts[1:]):
        width = 0.8 + 11.0 * (n / most) ** 0.5
        axes.annotate(
            "", xy=(x + 0.8, y), xytext=(x + 0.2, y),
            arrowprops={"arrowstyle": "-|>", "linewidth": width, "color": "0.72",
                        "mutation_scale": 9 + width},
        )  # fmt: skip
    for x, n in enumerate(counts):
        axes.text(x, y, f"{n:,}", ha="center", va="center", fontsize=12, bbox=drawing.BOX)
    lost = (
        f"not taken {flow.screened_out:,}",
        f"below {flow.below:,} · excluded {flow.excluded:,} · gave up {flow.gave_up:,}",
        f"work done {flow.finished:,} · time up {flow.time_up:,}",
    )
    for x, text in enumerate(lost):
        colour = LOST if x < 2 else "#005F45"
        axes.text(x + 0.5, y - 0.36, text, ha="center", va="center", fontsize=9, color=colour)
    wait = flow.median_wait_weeks
    if not np.isnan(wait):
        axes.text(1.5, y + 0.3, f"median wait {wait:.0f} weeks", ha="center", va="center",
                  fontsize=9)  # fmt: skip
    again = flow.back_within_year
    axes.text(3.18, y, f"{again:,} back\nwithin a year" if again else "", va="center", fontsize=9)
