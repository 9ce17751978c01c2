"""A family as a picture, in the manner of Wiltshire's family trees, with each member's years.

Circles are women and squares men, as in a genogram; blue marks who was looked after. Each need is a
strip, darker where it stood higher, so that it reads in grey; care is a hatched bar under them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from agents.arrays import Floats, Happening
from experiments import drawing
from experiments.families import Family, Member, years_of
from experiments.journey import NEEDS, titles
from experiments.timeline import end_words, quarterly
from scenarios.names import NEED_KEYS

STRIPS = 3
STRIP, CARE_HEIGHT = 0.2, 0.14
TOP = 0.36
"""Of the first strip, above the middle of a row."""
SEEN = 0.2
"""A need that never rose to this level gets no strip."""
CARE = "#0072B2"
STEP = 0.6
"""From one generation to the next, in the tree."""
SYMBOL = 17.0
CALLS_TOLD = 3
KNOWN_WIDTH = 54
"""Characters of a line at the right."""
_ABOVE, _ROW, _BELOW = 1.1, 0.94, 0.95
"""Inches."""
_COLUMNS = ((0.012, 0.195), (0.215, 0.4), (0.715, 0.28))
"""Left and width, as shares of the figure: the tree, the years, who knew them."""


def family_tree(family: Family) -> Figure:
    """The tree at the left, the years in the middle, who knew them at the right."""
    with drawing.styled():
        rows = len(family.members)
        height = _ABOVE + _ROW * rows + _BELOW
        figure = Figure(figsize=(13, height))
        middle = (_BELOW / height, _ROW * rows / height)
        tree, years, known = (
            figure.add_axes((left, middle[0], width, middle[1])) for left, width in _COLUMNS
        )
        for k, member in enumerate(family.members):
            _symbol(tree, family, k)
            _years(years, member, -k)
            _known(known, member, -k)
        _finish(family, tree, years, known)
        _heading(figure, family)
    return figure


def _symbol(axes: Axes, family: Family, k: int) -> None:
    """A circle or a square with a line to the mother, or to the woman whose partner this is."""
    member = family.members[k]
    x = STEP * member.generation
    if member.partner and member.parent is not None:
        axes.plot([x - 0.13, x - 0.13], [-member.parent, -k], color="black", linewidth=1.2)
        for y in (-member.parent, -k):
            axes.plot([x - 0.13, x], [y, y], color="black", linewidth=1.2)
    elif member.parent is not None:
        above = x - STEP
        axes.plot([above, above, x], [-member.parent, -k, -k], color="black", linewidth=1.2)
    marker = "s" if member.journey.male else "o"
    face = CARE if member.care else "white"
    axes.plot([x], [-k], marker, markersize=SYMBOL, color=face, markeredgecolor="black",
              markeredgewidth=1.3, zorder=3)  # fmt: skip
    axes.text(x + 0.17, -k, _label(member), va="center", fontsize=9.5, linespacing=1.25)


def _label(member: Member) -> str:
    """Role, age, adversity."""
    journey = member.journey
    start = journey.scenario.start
    age = (
        f"born year {member.born_week // 52 + 1}"
        if member.born_week >= 0
        else f"{journey.age(start)} at the start"
    )
    before, after = member.aces
    aces = f"ACEs {after}" if before == after else f"ACEs {before} → {after}"
    return f"{member.role.capitalize()}\n{age}\n{aces}"


def _years(axes: Axes, member: Member, y: float) -> None:
    """A strip for each of the needs that were most, a bar for care, marks for what reached them."""
    journey = member.journey
    level = journey.diary.level[:, journey.row]
    most = [k for k in np.argsort(-level.sum(axis=0), kind="stable") if level[:, k].max() >= SEEN]
    here = np.flatnonzero(member.here)
    if len(here) == 0:
        axes.text(0.05, y, "gone before these years", va="center", fontsize=9, color=drawing.UNSURE)
        return
    begin, end = years_of([here[0], here[-1] + 1])
    axes.plot([begin, end], [y - 0.4] * 2, color="0.6", linewidth=0.8, zorder=1)
    for j, k in enumerate(most[:STRIPS]):
        top = y + TOP - j * (STRIP + 0.03)
        _strip(axes, level[:, k], member.here, top)
        axes.text(1.008, top - STRIP / 2, NEEDS[NEED_KEYS[k]], va="center", fontsize=9,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    if not most:
        axes.text(begin + 0.05, y + TOP - STRIP / 2, "no need to speak of", va="center", fontsize=9,
                  color=drawing.UNSURE)  # fmt: skip
    for first, last in member.care:
        a, b = years_of([first, last])
        axes.barh(y - 0.37, b - a, left=a, height=CARE_HEIGHT, color="white", edgecolor=CARE,
                  hatch="//////", linewidth=1.2, zorder=2)  # fmt: skip
    reached = [s.week for s in journey.steps if s.kind == Happening.CHILD_CONCERN]
    axes.plot(years_of(reached), [y - 0.4] * len(reached), "^", color="black", markersize=5,
              zorder=4, clip_on=False)  # fmt: skip
    if member.gone:
        week, what = member.gone
        axes.text(float(years_of([week])[0]) + 0.2, y + 0.02, what, va="center", fontsize=9)


def _strip(axes: Axes, level: Floats, here: Sequence[bool] | np.ndarray, top: float) -> None:
    """One need, by the quarter, while the person lived there."""
    shown = np.where(here, level, np.nan)
    means = quarterly(shown)
    colours = matplotlib.colormaps["Greys"].with_extremes(bad="white")
    until = float(years_of([int(np.flatnonzero(here)[-1]) + 1])[0])
    x = np.minimum(np.arange(len(means) + 1) / 4, until)
    axes.pcolormesh(x, [top - STRIP, top], means[None, :], cmap=colours, vmin=0, vmax=1,
                    linewidth=0, rasterized=True)  # fmt: skip
    known = np.flatnonzero(~np.isnan(means))
    left, right = x[known[0]], x[known[-1] + 1]
    box = ([left, right, right, left, left], [top, top, top - STRIP, top - STRIP, top])
    axes.plot(*box, color="0.45", linewidth=0.6)


def _known(axes: Axes, member: Member, y: float) -> None:
    """Cost, cases and calls."""
    if not member.here.any():
        return
    names = titles(member.journey.scenario)
    cases = [names[a] for a in member.cases_at()]
    calls = member.called_on().most_common(CALLS_TOLD)
    told = [f"Cases: {_few(cases)}"] if cases else []
    if calls:
        told.append("Calls: " + ", ".join(f"{names[a]}\xa0{n}" for a, n in calls))
    lines = [line for text in told for line in textwrap.wrap(text, KNOWN_WIDTH)]
    cost, end = drawing.about(member.journey.cost_gbp), end_words(member.journey)
    axes.text(0, y + 0.34, f"{cost} ({end})" if end else cost, va="center",
              fontsize=10.5, fontweight="bold")  # fmt: skip
    axes.text(0, y + 0.2, "\n".join(lines[:4]), va="top", fontsize=8.5, linespacing=1.2)


def _few(cases: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = len(cases) - 3
    return ", ".join(cases[:3]) + (f" and {more} more" if more > 0 else "")


def _finish(family: Family, tree: Axes, years: Axes, known: Axes) -> None:
    rows = len(family.members)
    for axes in (tree, known):
        axes.axis("off")
    for axes in (tree, years, known):
        axes.set_ylim(-rows + 0.47, 0.53)
    tree.set_xlim(-0.22, STEP * (family.generations - 1) + 1.15)
    known.set_xlim(0, 1)
    for k in range(1, rows):
        for axes in (years, known):
            axes.axhline(0.53 - k, color="0.88", linewidth=0.8)
    years.tick_params(axis="y", length=0, labelleft=False)
    years.spines["left"].set_visible(False)
    scenario = family.members[0].journey.scenario
    years.set_xlim(0, scenario.years)
    ticks = range(0, scenario.years + 1, 1 if scenario.years <= 5 else 2)
    years.set_xticks(ticks, [f"{scenario.start:%b} {scenario.start.year + t}" for t in ticks])
    years.set_title(
        "Needs (darker: higher), looked after (hatched),\na parent's troubles reach a child (▲)",
        fontsize=10.5,
    )
    tree.set_title("Family", fontsize=10.5)
    known.set_title("Cost, and who knew them", fontsize=10.5)


def _heading(figure: Figure, family: Family) -> None:
    scenario = family.members[0].journey.scenario
    inch = 1 / figure.get_figheight()
    figure.suptitle(f"One simulated family, {family.name}. {scenario.title}", x=0.01, ha="left",
                    y=1 - 0.12 * inch, va="top", fontsize=14)  # fmt: skip
    figure.supxlabel(
        "Simulated people, nobody real. ○ woman or girl, □ man or boy, blue: looked after in these "
        "years. ACEs: adverse childhood experiences, at first and at the end.\n"
        f"Services taken up: {drawing.about(family.cost_gbp)} in "
        f"{scenario.years} years. "
        "Fathers are known only in families of the first week.",
        x=0.01, y=0.1 * inch, ha="left", va="bottom", fontsize=9, color=drawing.UNSURE,
    )  # fmt: skip
