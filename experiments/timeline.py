"""A life as a picture, in the manner of Wiltshire's timeline of a service user.

Needs above, a lane for each agency in the middle, cost below. What a mark means is said by its
shape and place as well as by its colour, so that it reads in grey.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from agents.arrays import Closure, Floats, Happening
from experiments import drawing
from experiments.journey import CLOSED, ENDED, NEEDS, Journey, Step, titles
from scenarios.names import NEED_KEYS, WEEKS_PER_YEAR

REFUSED, CLOSED_ON, OPEN, CALL = "#D55E00", "#000000", "#56B4E9", "#0072B2"
NEEDS_SHOWN = 4
SHADES = ("#000000", "#D55E00", "#0072B2", "#009E73")
STYLES: tuple[drawing.LineStyle, ...] = ("-", "--", "-.", ":")
LABEL = 0.115
"""The height of a label beside the needs."""
WORDS_FROM = 0.8
"""Above a label whose middle is here stand the words for the end of a life."""
SMOOTH_WEEKS = 13
"""Needs are drawn as means over a quarter: week by week they would be a thicket."""
_MARKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("call", {"marker": "|", "color": CALL, "markersize": 9}),
    ("refused", {"marker": "x", "color": REFUSED, "markersize": 5, "markeredgewidth": 1.5}),
    ("let go", {"marker": "s", "color": CLOSED_ON, "markersize": 5}),
)
_LETTING_GO = {CLOSED[c] for c in (Closure.WITHDRAWN, Closure.NON_ENGAGEMENT, Closure.TIME_UP)}


def timeline(journey: Journey) -> Figure:
    """One life in one scenario."""
    with drawing.styled():
        lanes = lanes_of([journey])
        figure = Figure(figsize=(13, 3.9 + 0.36 * len(lanes)), layout="constrained")
        heights = [2.3, max(1.2, 0.36 * len(lanes)), 1.2]
        needs, agencies, cost = figure.subplots(3, 1, sharex=True, height_ratios=heights)
        shown = needs_shown([journey])
        draw_needs(needs, journey, shown)
        draw_lanes(agencies, journey, lanes, named([journey]))
        draw_cost(cost, journey, float(quarterly_cost(journey).max()))
        draw_end((needs, agencies, cost), journey)
        years_axis(cost, journey, journey.weeks)
        key(figure, agencies)
        _heading(figure, journey)
    return figure


def lanes_of(together: Sequence[Journey]) -> list[str]:
    """The agencies and teams that any of the journeys met, in the order of the file."""
    met = {step.agency for journey in together for step in journey.told if step.agency}
    return [
        name for name in dict.fromkeys(n for j in together for n in j.diary.columns) if name in met
    ]


def named(together: Sequence[Journey]) -> dict[str, str]:
    """What the agencies and teams of any of the scenarios are called."""
    return {name: title for j in together for name, title in titles(j.scenario).items()}


def needs_shown(together: Sequence[Journey]) -> list[int]:
    """The needs that stood highest on the whole, highest first."""
    total = sum(j.diary.level[:, j.row].sum(axis=0) for j in together)
    order = np.argsort(-np.asarray(total), kind="stable")
    return [int(k) for k in order[:NEEDS_SHOWN] if np.asarray(total)[k] > 0]


def draw_needs(axes: Axes, journey: Journey, shown: Sequence[int]) -> None:
    """Levels of the highest needs; life events as marks at the top; trust as a thin grey line.

    Lines are named at their ends. Where the person was not there, there is no line.
    """
    level = journey.level
    x = np.arange(len(level)) / WEEKS_PER_YEAR
    lines = [_smooth(level[:, k]) for k in shown]
    ends = [float(line[np.isfinite(line)][-1]) if np.isfinite(line).any() else 0.0
            for line in lines]  # fmt: skip
    top = 1.0 if journey.ended is None else WORDS_FROM
    places = _within(drawing.spread(ends, [LABEL] * len(shown)), top)
    beside = journey.weeks / WEEKS_PER_YEAR + 0.01 * journey.scenario.years
    for j, k in enumerate(shown):
        axes.plot(x, lines[j], color=SHADES[j], linestyle=STYLES[j], linewidth=1.9)
        axes.text(beside, places[j], NEEDS[NEED_KEYS[k]], va="center", fontsize=10,
                  color=drawing.darker(SHADES[j]))  # fmt: skip
    axes.fill_between(x, 0, _smooth(journey.diary.trust[:, journey.row]), color="0.5", alpha=0.18,
                      linewidth=0)  # fmt: skip
    blows = [s for s in journey.told if s.is_blow]
    axes.plot([s.week / WEEKS_PER_YEAR for s in blows], [1.04] * len(blows), "v", color="black",
              markersize=6, clip_on=False)  # fmt: skip
    axes.set_ylim(0, 1.04)
    axes.set_yticks([0, 0.5, 1], ["none", "", "highest"])
    axes.set_title("Needs, blows (▼) and trust (grey ground)", pad=11)


def draw_lanes(axes: Axes, journey: Journey, lanes: Sequence[str], name: Mapping[str, str]) -> None:
    """A lane for each agency: calls as ticks, open cases as bars, refusals as crosses."""
    row = {name: -i for i, name in enumerate(lanes)}
    for lane in lanes:
        end = journey.weeks / WEEKS_PER_YEAR
        axes.hlines(row[lane], 0, end, color="0.88", linewidth=0.8, zorder=0)
    for lane, begin, end in open_spells(journey):
        axes.barh(row[lane], end - begin, left=begin, height=0.62, color=OPEN, edgecolor="black",
                  linewidth=0.5, zorder=1)  # fmt: skip
    for kind, look in _MARKS:
        steps = [s for s in journey.told if mark_of(s) == kind]
        x = [s.week / WEEKS_PER_YEAR for s in steps]
        axes.plot(x, [row[s.agency] for s in steps], linestyle="none", zorder=3, **look)
    for lane in lanes:
        axes.text(1.008, row[lane], _counted(journey, lane), va="center", fontsize=8.5,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set_yticks([row[n] for n in lanes], [name[n] for n in lanes])
    axes.set_ylim(-len(lanes) + 0.4, 0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def draw_cost(axes: Axes, journey: Journey, top: float) -> None:
    """Pounds a quarter, while there is a life."""
    quarters = quarterly_cost(journey)[: -(-journey.weeks // 13)]
    x = np.arange(len(quarters)) / 4
    width = np.minimum(0.23, journey.weeks / WEEKS_PER_YEAR - x)
    axes.bar(x, quarters, width=width, align="edge", color="0.35")
    axes.set_ylim(0, 1.08 * max(1.0, top))
    axes.yaxis.set_major_formatter(drawing.pounds)
    axes.set_title("Cost of services taken up, a quarter")


def draw_end(panels: Sequence[Axes], journey: Journey) -> None:
    """A line through all panels where the life ends, with the words at the top of the first.

    What is right of it is not there, rather than nought, so the ground is another.
    """
    if journey.ended is None:
        return
    year, years = journey.weeks / WEEKS_PER_YEAR, journey.scenario.years
    for axes in panels:
        axes.axvspan(year, years, color="0.95", linewidth=0, zorder=-2)
        axes.axvline(year, color="black", linewidth=1.8)
    late = year > 0.8 * years
    panels[0].text(year + (-0.006 if late else 0.006) * years, 0.99, end_words(journey), va="top",
                   ha="right" if late else "left", fontsize=10, fontweight="bold",
                   bbox=drawing.BOX if late else None)  # fmt: skip


def end_words(journey: Journey) -> str:
    """The mark at the end of a life: "died, August 2027"; nothing where it goes on."""
    step = journey.ended
    return "" if step is None else f"{ENDED[step.kind]}, {step.date:%B %Y}"


def years_axis(axes: Axes, journey: Journey, weeks: int) -> None:
    """Years by the calendar, where the scenario's years begin, with the person's age in the first
    ``weeks``: nobody grows older after death."""
    start, years = journey.scenario.start, journey.scenario.years
    ticks = list(range(years + 1))
    ages = [journey.age(start) + t for t in ticks]
    shown = [f"{start:%b} {start.year + t}" for t in ticks]
    there = [a >= 0 and t * WEEKS_PER_YEAR <= weeks for t, a in zip(ticks, ages, strict=True)]
    labels = [f"{d}\naged {a}" if now else d for d, a, now in zip(shown, ages, there, strict=True)]
    axes.set_xticks(ticks, labels)
    axes.set_xlim(0, years)


def key(figure: Figure, axes: Axes) -> None:
    """What the marks mean, above the lanes."""
    handles = [
        Line2D([], [], linestyle="none", marker="|", color=CALL, markersize=9,
               label="call or visit"),
        Patch(facecolor=OPEN, edgecolor="black", linewidth=0.5, label="case open"),
        Line2D([], [], linestyle="none", marker="x", color=REFUSED, markersize=5,
               markeredgewidth=1.5, label="referral closed without help"),
        Line2D([], [], linestyle="none", marker="s", color=CLOSED_ON, markersize=5,
               label="case let go (quiet, missed, time up)"),
    ]  # fmt: skip
    axes.legend(handles=handles, ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False,
                fontsize=10, borderaxespad=0.1)  # fmt: skip


def open_spells(journey: Journey) -> list[tuple[str, float, float]]:
    """Agency, beginning and end in years of each time with a case open or watched.

    It ends with the life, whenever the agency closes its file. A case that was open before the
    scenario began is seen only from its first appointment on.
    """
    spells: list[tuple[str, float, float]] = []
    begun: dict[str, int] = {}
    for step in journey.told:
        if step.kind in (Happening.OPENED, Happening.ATTENDED, Happening.MISSED):
            begun.setdefault(step.agency, step.week)
        elif step.kind == Happening.CLOSED:
            begin = begun.pop(step.agency, 0)
            spells.append((step.agency, begin / WEEKS_PER_YEAR, (step.week + 1) / WEEKS_PER_YEAR))
    end = journey.weeks / WEEKS_PER_YEAR
    return spells + [(name, begin / WEEKS_PER_YEAR, end) for name, begin in begun.items()]


def quarterly_cost(journey: Journey) -> Floats:
    """[quarters] Pounds."""
    weekly = journey.pence.sum(axis=1)
    return np.asarray(weekly[: len(weekly) // 13 * 13].reshape(-1, 13).sum(axis=1) / 100.0)


def quarterly(values: Floats) -> Floats:
    """[quarters] Means of the weeks that have a value; NaN where none has."""
    quarters = values[: len(values) // 13 * 13].reshape(-1, 13)
    known = ~np.isnan(quarters)
    total, n = np.where(known, quarters, 0.0).sum(axis=1), known.sum(axis=1)
    return np.where(n > 0, total / np.maximum(1, n), np.nan)


def _within(places: Sequence[float], top: float) -> list[float]:
    """Labels moved together so that none lies outside the axes, or above ``top``."""
    if not places:
        return []
    up = max(0.0, LABEL / 2 - min(places))
    return [y + up - max(0.0, max(places) + up - top) for y in places]


def mark_of(step: Step) -> str:
    """Which mark stands for a step, if any."""
    if step.kind == Happening.CONTACT:
        return "call"
    if step.kind == Happening.REFUSED:
        return "refused"
    return "let go" if step.kind == Happening.CLOSED and step.decision in _LETTING_GO else ""


def _counted(journey: Journey, lane: str) -> str:
    """How many calls and refusals one agency's lane holds, where marks cover each other."""
    marks = Counter(mark_of(step) for step in journey.told if step.agency == lane)
    calls, refused = marks["call"], marks["refused"]
    told = [f"{calls:,} call{'s' if calls > 1 else ''}"] if calls else []
    return ", ".join(told + ([f"{refused:,} refused"] if refused else []))


def _smooth(values: Floats) -> Floats:
    """Means over the quarter around each week, of the weeks that have a value."""
    known = ~np.isnan(values)
    window = np.ones(SMOOTH_WEEKS)
    total = np.convolve(np.where(known, values, 0.0), window, mode="same")
    n = np.convolve(known.astype(np.float64), window, mode="same")
    return np.where(known, total / np.maximum(1.0, n), np.nan)


def _how_long(journey: Journey) -> str:
    if journey.ended is None:
        return f"{journey.scenario.years} years"
    return f"the time until this person {end_words(journey).replace(',', ' in')}"


def _heading(figure: Figure, journey: Journey) -> None:
    figure.suptitle(
        f"One simulated life, {journey.name}. {journey.scenario.title}",
        x=0.01, ha="left", fontsize=14,
    )  # fmt: skip
    note = (
        "A simulated person, nobody real. Needs are means over a quarter. Costs are what services "
        f"were taken up, {drawing.about(journey.cost_gbp)} in {_how_long(journey)}."
    )
    figure.supxlabel(note, x=0.01, ha="left", fontsize=9, color=drawing.UNSURE)
