"""Pictures of the crisis door: waits by hour of the week, police hours, where, how busy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from experiments import drawing
from experiments.crisis import DAYS, HOURS_SHOWN, OUTCOME_ROWS, RESOURCE_NAMES, Found
from experiments.drawing import BASE_COLOUR, COLOURS, UNSURE
from experiments.stats import CHANCE_ONLY, mean_interval
from sim.crisis.draws import Floats
from sim.crisis.inputs import RESOURCES


def draw_all(found: Found, folder: Path) -> None:
    """Write every picture into ``folder``, PNG and SVG."""
    folder.mkdir(exist_ok=True)
    pictures: dict[str, Callable[[Found], Figure]] = {
        "waits": waits, "police_hours": police_hours, "outcomes": outcomes, "busy": busy,
    }  # fmt: skip
    with drawing.styled():
        for name, draw in pictures.items():
            drawing.save(draw(found), folder / name)


def waits(found: Found) -> Figure:
    """Hours until somebody comes, by hour of the week; nights and weekends stand out."""
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    axes = figure.subplots()
    first = next(iter(found.doors.values()))
    for hour, by_day in enumerate(first.by_day):
        if not by_day:
            axes.axvspan(hour, hour + 1, color="#F0F0F0", linewidth=0, zorder=0)
    x = np.arange(168) + 0.5
    top = []
    for i, (heading, runs) in enumerate(found.runs.items()):
        mean, low, high = _bands(np.array([run.waits for run in runs]))
        axes.fill_between(x, low, high, color=_colour(i), alpha=0.25, linewidth=0)
        axes.plot(x, mean, color=_colour(i), linewidth=1.8, linestyle=("-", "--")[i])
        peak = 24 * (1 + i) + int(np.nanargmax(mean[24 * (1 + i) : 24 * (2 + i)]))
        top.append(np.nanmax(high))
        _name(axes, heading, (peak + 0.5, float(mean[peak])), _colour(i))
    axes.set_xlim(0, 168)
    axes.set_ylim(0, 1.2 * max(top))
    axes.set_xticks(np.arange(12, 168, 24), DAYS)
    axes.tick_params(axis="x", length=0)
    for day in range(1, 7):
        axes.axvline(24 * day, color="#C8C8C8", linewidth=0.7, zorder=0)
    axes.set_ylabel("Hours, by the hour in which the crisis began")
    _heading(figure, found, "How long until a mental-health professional comes",
             "Grey: out of hours. Shaded: the interval.")  # fmt: skip
    return figure


def police_hours(found: Found) -> Figure:
    """How long a police crew is held, of crises that police attended."""
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    for i, (heading, runs) in enumerate(found.runs.items()):
        share = 100 * np.mean([run.police for run in runs], axis=0)
        axes.stairs(share, HOURS_SHOWN, color=_colour(i), linewidth=2, fill=i == 0,
                    alpha=0.35 if i == 0 else 1.0)  # fmt: skip
        mean = mean_interval(found.values(heading, "police_hours.attended"))
        text = f"{heading}: {mean.mean:.1f} hours on average"
        axes.text(0.97, 0.92 - 0.08 * i, text, transform=axes.transAxes, ha="right",
                  color=drawing.darker(_colour(i)))  # fmt: skip
    axes.set_xlabel("Hours of a police crew (the last bar: 24 and more)")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}%"))
    axes.set_ylabel("Crises that police attended")
    axes.set_xlim(0, HOURS_SHOWN[-1])
    _heading(figure, found, "How long the police stay", "")
    return figure


def outcomes(found: Found) -> Figure:
    """What becomes of crises."""
    figure = Figure(figsize=(9, 5), layout="constrained")
    _dots(figure.subplots(), found, OUTCOME_ROWS)
    _heading(figure, found, "What becomes of crises", "Whiskers: the interval.")
    return figure


def busy(found: Found) -> Figure:
    """How much of their hours on duty people, cars and beds are in use."""
    rows = [
        (f"busy.{name}", RESOURCE_NAMES[name])
        for name in RESOURCES
        if not all(np.isnan(found.values(h, f"busy.{name}")).all() for h in found.doors)
    ]
    figure = Figure(figsize=(9, 1.6 + 0.5 * len(rows)), layout="constrained")
    axes = figure.subplots()
    _dots(axes, found, rows)
    axes.set_xlim(0, 110)
    _heading(figure, found, "In use, of hours on duty", "Whiskers: the interval.")
    return figure


def _dots(
    axes: Axes, found: Found, rows: tuple[tuple[str, str], ...] | list[tuple[str, str]]
) -> None:
    """A dot with its whisker for each door, and the number beside it."""
    shift = 0.16 if len(found.doors) > 1 else 0.0
    for i, heading in enumerate(found.doors):
        for y, (measure, _) in enumerate(rows):
            interval = mean_interval(100 * found.values(heading, measure))
            if np.isnan(interval.mean):
                continue
            at = -y + (shift if i == 0 else -shift)
            drawing.dot(axes, interval, at, _colour(i), "os"[i])
            end = interval.mean if np.isnan(interval.high) else interval.high
            axes.annotate(f"{interval.mean:.1f}%", (end, at), xytext=(8, -4),
                          textcoords="offset points", fontsize=9,
                          color=drawing.darker(_colour(i)))  # fmt: skip
    axes.set_yticks([-y for y in range(len(rows))], [label for _, label in rows])
    axes.set_ylim(-len(rows) + 0.4, 0.7)
    axes.set_xlim(left=0)
    axes.margins(x=0.15)
    axes.grid(axis="y", color="#E4E4E4", linewidth=0.7)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}%"))
    if len(found.doors) > 1:
        for i, heading in enumerate(found.doors):
            axes.text(0.3 * i, 1.02, f"{'●■'[i]} {heading}", transform=axes.transAxes,
                      color=drawing.darker(_colour(i)))  # fmt: skip


def _bands(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean and interval of [replicates, hours], hour by hour."""
    intervals = [mean_interval(column) for column in values.T]
    mean, low, high = (
        np.array([getattr(i, n) for i in intervals]) for n in ("mean", "low", "high")
    )
    return (
        mean,
        np.maximum(np.where(np.isnan(low), mean, low), 0.0),
        np.where(np.isnan(high), mean, high),
    )


def _name(axes: Axes, text: str, at: tuple[float, float], colour: str) -> None:
    line = {"arrowstyle": "-", "color": colour, "linewidth": 0.7}
    axes.annotate(
        text, at, xytext=(6, 14), textcoords="offset points",
        color=drawing.darker(colour), arrowprops=line,
    )  # fmt: skip


def _colour(i: int) -> str:
    return (BASE_COLOUR, COLOURS[0])[i]


def _heading(figure: Figure, found: Found, title: str, note: str) -> None:
    n = len(next(iter(found.runs.values())))
    figure.suptitle(f"{found.scenario.place.title}. {title}", x=0.01, ha="left", fontsize=14)
    intervals = (
        f"Intervals of 95%: {CHANCE_ONLY}." if n > 1 else "No intervals: they need 2 replicates."
    )
    load = f"{found.per_week:.0f} crises a week, {found.weeks} weeks"
    runs = f"{load}, {n} replicates, seed {found.seed}."
    figure.supxlabel(f"{note}\n{runs} {intervals}", x=0.01, ha="left", fontsize=9, color=UNSURE)
