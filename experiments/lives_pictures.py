"""The pictures of the guide to lives (``python -m experiments.lives_pictures``).

Each is a function that makes one; ``--only NAME`` makes one alone. They are kept small, for a page:
fewer dots and colours than the pictures that `upstream lives` writes.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from matplotlib.figure import Figure

from experiments.census import Census, diary_of, find, name_of, row_of, take_census
from experiments.families import families_in, find_families
from experiments.family_tree import family_tree
from experiments.journey import Journey, journeys
from experiments.missed import missed
from experiments.missed_report import groups_of, in_words
from experiments.opportunity import curves
from experiments.output import say
from experiments.process_map import process_map
from experiments.timeline import timeline
from experiments.twins import part, twins
from scenarios.load import load_scenario
from scenarios.names import WEEKS_PER_YEAR

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
ROOM_FOR_TEAMS = 1
DPI = 120
COLOURS = 256
MOST_BYTES = 200_000


def main(argv: Sequence[str] | None = None) -> int:
    """Make the pictures, and say how large each is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PICTURES, help="make this one alone")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="the folder")
    arguments = parser.parse_args(argv)
    for name in [arguments.only] if arguments.only else PICTURES:
        path = arguments.out / f"lives_{name}.png"
        path.write_bytes(small_png(PICTURES[name]()))
        say(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
    return 0


def small_png(figure: Figure) -> bytes:
    """The picture in few colours. Raises ValueError if it is too large for a page even so."""
    from PIL import Image

    full, small = io.BytesIO(), io.BytesIO()
    figure.savefig(full, dpi=DPI, metadata={"Software": None})
    with Image.open(full) as image:
        flat = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        flat.save(small, "PNG", optimize=True)
    if small.tell() > MOST_BYTES:
        raise ValueError(f"a picture of {small.tell():,} bytes is too large for a page")
    return small.getvalue()


@cache
def census_of(name: str) -> Census:
    """A scenario of Portsmouth, run to its end."""
    scenario = load_scenario(ROOT / "scenarios" / "portsmouth" / f"{name}.toml")
    return take_census(scenario, SEED, ROOM_FOR_TEAMS)


def journey() -> Figure:
    """The life nearest to Matthew's."""
    census = census_of("do_nothing")
    return timeline(_told(census, find(census, "matthew", 1)[0]))


def twin_lives() -> Figure:
    """The adult with the most contacts, with navigators and without."""
    base, other = census_of("do_nothing"), census_of("navigators")
    person = find(base, "contacts", 1, adults_only=True)[0]
    twin = row_of(other, name_of(int(base.key[person])), "the twin", "one who lives there")
    together = [_told(base, person), _told(other, twin)]
    return twins(together, [part(*together)])


def missed_opportunities() -> Figure:
    """One earlier engagement of the costliest hundred and a random hundred, week by week."""
    census = census_of("do_nothing")
    weeks = range(census.scenario.years * WEEKS_PER_YEAR)
    found = {name: missed(census, group, weeks) for name, group in groups_of(census).items()}
    for name, one in found.items():
        say(in_words(census, name, one))
    return curves(found, f"{census.scenario.title}. One earlier engagement")


def tree() -> Figure:
    """The family whose children were looked after most often."""
    census = census_of("do_nothing")
    name = name_of(int(census.key[find_families(census, "care", 1)[0]]))
    return family_tree(families_in(census, [name])[0])


def processes() -> Figure:
    """What became of every referral."""
    return process_map(census_of("do_nothing"))


def _told(census: Census, person: int) -> Journey:
    return journeys(census, diary_of(census, [person]))[0]


PICTURES = {
    "journey": journey,
    "twins": twin_lives,
    "missed": missed_opportunities,
    "family": tree,
    "process_map": processes,
}

if __name__ == "__main__":
    sys.exit(main())
