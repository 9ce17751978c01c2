"""England as tiles, one an authority, by region roughly where the regions lie."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.drawing import UNSURE, save, styled
from experiments.stats import mean_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from experiments.england import Landing

REGIONS: Final = (
    ("North West", "North East", "Yorkshire and The Humber"),
    ("West Midlands", "East Midlands", "East of England"),
    ("South West", "London", "South East"),
)
"""As on a map, north above and west to the left."""
ACROSS: Final = 4
"""Tiles side by side in a region."""
WIDTH, HEIGHT, GAP = 2.3, 1.0, 0.9
PALETTE: Final = "OrRd"
LONGEST: Final = 17
SHORT: Final = {
    "Bournemouth, Christchurch and Poole": "BCP",
    "Kensington and Chelsea": "Kens & Chelsea",
    "Richmond upon Thames": "Richmond",
    "Kingston upon Thames": "Kingston",
    "Kingston upon Hull": "Hull",
    "Redcar and Cleveland": "Redcar & Clev",
    "Windsor and Maidenhead": "Windsor & Maid",
    "Hammersmith and Fulham": "Hammersmith & F",
    "Bath and North East Somerset": "Bath & NE Som",
    "North East Lincolnshire": "NE Lincolnshire",
    "Barking and Dagenham": "Barking & Dag",
    "Blackburn with Darwen": "Blackburn w D",
    "Cheshire West and Chester": "Cheshire W & C",
    "East Riding of Yorkshire": "East Riding",
    " and ": " & ",
}


def draw(landings: Sequence[Landing], arguments: argparse.Namespace, path: Path) -> None:
    """Save the picture as PNG and SVG."""
    import matplotlib.pyplot as plt
    from matplotlib.colors import Normalize

    shown = [landing for landing in landings if landing.authority.region in sum(REGIONS, ())]
    means = {x.authority.code: float(np.mean(x.per_10_000)) for x in shown}
    with styled():
        figure, axes = plt.subplots(figsize=(16, 11.5), layout="constrained")
        norm = Normalize(min(0.0, *means.values()), max(means.values()))
        top = 0.0
        for row in REGIONS:
            deepest = 0.0
            for column, region in enumerate(row):
                left = column * (ACROSS * WIDTH + GAP)
                inside = [x for x in shown if x.authority.region == region]
                deepest = max(deepest, _block(axes, inside, region, left, top, means, norm))
            top -= deepest + GAP
        axes.set_xlim(-0.1, 3 * ACROSS * WIDTH + 2 * GAP)
        axes.set_ylim(top + GAP, 1.0)
        axes.axis("off")
        _words(figure, landings, arguments)
        save(figure, path)
        plt.close(figure)


def _block(
    axes: Axes, inside: Sequence[Landing], region: str, left: float, top: float,
    means: dict[str, float], norm: Any,
) -> float:  # fmt: skip
    """One region, hardest hit first; returns how deep it reaches."""
    if not inside:
        return 0.0
    axes.text(left, top + 0.15, region, fontsize=12, fontweight="bold", va="bottom")
    for i, landing in enumerate(inside):
        x = left + WIDTH * (i % ACROSS)
        y = top - HEIGHT * (1 + i // ACROSS)
        _tile(axes, landing, x, y, means[landing.authority.code], norm)
    return 0.9 + HEIGHT * (1 + (len(inside) - 1) // ACROSS)


def _tile(axes: Axes, landing: Landing, x: float, y: float, mean: float, norm: Any) -> None:
    """Colour and number; a question mark where the change is no more than chance."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    shade = float(norm(mean))
    axes.add_patch(
        Rectangle((x, y), 0.97 * WIDTH, 0.94 * HEIGHT, facecolor=plt.get_cmap(PALETTE)(shade))
    )
    several = len(landing.per_10_000) > 1
    unsure = several and not mean_interval(np.array(landing.per_10_000)).detectable
    colour = "white" if shade > 0.6 else "black"
    middle = x + 0.485 * WIDTH
    name = _short(landing.authority.common_name)
    axes.text(middle, y + 0.64 * HEIGHT, name, ha="center", va="center", fontsize=8.2, color=colour)
    number = f"{mean:+.0f}" + (" ?" if unsure else "")
    axes.text(
        middle, y + 0.27 * HEIGHT, number, ha="center", va="center", fontsize=9.5, color=colour
    )


def _short(name: str) -> str:
    """A name that a tile has room for."""
    for long, short in SHORT.items():
        name = name.replace(long, short)
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "."


def _words(figure: Any, landings: Sequence[Landing], arguments: argparse.Namespace) -> None:
    """What is shown above, what it rests on below."""
    from sim.metrics import meaning_of

    n = arguments.replicates
    title = f"Where a national cut of {arguments.cut}% lands hardest"
    figure.suptitle(title, x=0.01, ha="left", fontsize=18)
    chance = (
        "“?”: no more than chance (95%)."
        if n > 1
        else "One replicate: how much of a tile is chance is not known; two or more would say."
    )
    figure.supxlabel(
        f"Number and colour: {meaning_of(arguments.measure)}, more a year for 10,000 residents "
        f"than without the cut, mean of {arguments.years} years.\nEvery agency with a budget loses "
        f"{arguments.cut}% a year into the run. Within a region the hardest hit come first. {n} "
        f"replicate{'s' if n > 1 else ''}, seed {arguments.seed}. {chance}",
        x=0.01, ha="left", fontsize=10.5, color=UNSURE,
    )  # fmt: skip
