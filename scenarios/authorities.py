"""The 175 upper-tier authorities of England and Wales: official figures, and finding one by name.

The figures stand in ``evidence/authorities.csv``; ``evidence/authority_columns.toml`` says who
published each. What was not published for an authority is None here, never a guess.
"""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import Final

from scenarios.files import HERE
from scenarios.names import ADULT_BAND, AGE_BANDS
from scenarios.problems import listed, nearest

TABLE: Final = HERE / "evidence" / "authorities.csv"
COLUMNS: Final = HERE / "evidence" / "authority_columns.toml"
FIGURES: Final = (
    "looked_after_per_10000", "in_need_per_10000", "referrals_per_10000", "rereferred_percent",
    "not_in_need_percent", "social_workers_fte", "cases_per_social_worker", "turnover_percent",
    "safeguarding_gbp", "looked_after_gbp", "family_support_gbp",
)  # fmt: skip
"""The columns that may be empty: figures of children's services."""

OTHER_NAMES: Final = {
    "bcp": "Bournemouth, Christchurch and Poole",
    "rct": "Rhondda Cynon Taf",
    "ynys mon": "Isle of Anglesey",
    "caerdydd": "Cardiff",
    "casnewydd": "Newport",
    "abertawe": "Swansea",
    "wrecsam": "Wrexham",
    "sir ddinbych": "Denbighshire",
    "sir y fflint": "Flintshire",
    "sir benfro": "Pembrokeshire",
    "sir gaerfyrddin": "Carmarthenshire",
    "sir fynwy": "Monmouthshire",
    "castell nedd port talbot": "Neath Port Talbot",
    "pen y bont ar ogwr": "Bridgend",
    "bro morgannwg": "Vale of Glamorgan",
    "caerffili": "Caerphilly",
    "merthyr tudful": "Merthyr Tydfil",
}
"""Names that share no word with the official one."""

_SILENT: Final = frozenset(
    (
        "the", "of", "and", "upon", "on", "council", "city", "county", "borough", "unitary",
        "authority", "royal", "isle", "isles",
    )
)  # fmt: skip
"""Words that people leave out, or add."""


class NoSuchAuthority(Exception):
    """No authority, or more than one, goes by a name. The text is for the user."""


@dataclass(frozen=True)
class Authority:
    """One authority and its official figures; None where none was published."""

    code: str
    name: str
    region: str
    population: dict[str, int]
    deprivation_score: float
    figures: dict[str, float | None]

    @property
    def country(self) -> str:
        """England or Wales, as its code says."""
        return "Wales" if self.code.startswith("W") else "England"

    @property
    def residents(self) -> int:
        """Everybody who lives there."""
        return sum(self.population.values())

    @property
    def children(self) -> int:
        """Residents under 18."""
        return sum(self.population[band] for band in AGE_BANDS[:ADULT_BAND])

    @property
    def common_name(self) -> str:
        """``Bristol`` for ``Bristol, City of``."""
        return self.name.removesuffix(", City of").removesuffix(", County of")

    @property
    def file_name(self) -> str:
        """A name for files: ``stoke_on_trent``."""
        return "_".join(_words(self.common_name))


@cache
def read_authorities() -> tuple[Authority, ...]:
    """Every authority, in the order of official codes."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_authority(row) for row in csv.DictReader(file))


@cache
def published(column: str) -> str:
    """Who published a column and when: ``DfE, 31 March 2022``."""
    row = tomllib.loads(COLUMNS.read_text(encoding="utf-8"))[column]
    return f"{row['publisher']}, {row['edition']}"


def _authority(row: dict[str, str]) -> Authority:
    return Authority(
        code=row["code"],
        name=row["name"],
        region=row["region"],
        population={band: int(row[band]) for band in AGE_BANDS},
        deprivation_score=float(row["deprivation_score"]),
        figures={name: float(row[name]) if row[name] else None for name in FIGURES},
    )


def find_authority(asked: str) -> Authority:
    """The authority that goes by a name, however it is written, or by its official code.

    Raises NoSuchAuthority, with the nearest names.
    """
    known = read_authorities()
    key = " ".join(_words(asked))
    official = OTHER_NAMES.get(key, asked)
    for authority in known:
        if _words(official) in (_words(authority.name), _words(authority.common_name)):
            return authority
        if asked.strip().upper() == authority.code:
            return authority
    _refuse_regions(asked, known)
    found = [a for a in known if _telling(asked) and _telling(asked) <= _telling(a.name)]
    exact = [a for a in found if _telling(asked) == _telling(a.name)]
    return _only_one(asked, exact or found, known)


def typical(name: str, members: Sequence[Authority]) -> Authority:
    """An authority that is the mean of several; a figure is the mean of those that published it."""
    figures = {column: [a.figures[column] for a in members] for column in FIGURES}
    given = {column: [x for x in values if x is not None] for column, values in figures.items()}
    return Authority(
        code=members[0].code[:1],
        name=name,
        region="",
        population={b: round(fmean(a.population[b] for a in members)) for b in AGE_BANDS},
        deprivation_score=round(fmean(a.deprivation_score for a in members), 1),
        figures={column: round(fmean(values), 1) for column, values in given.items()},
    )


def _telling(name: str) -> set[str]:
    """The words that tell an authority from others."""
    return set(_words(name)) - _SILENT


def _refuse_regions(asked: str, known: Sequence[Authority]) -> None:
    inside = [a.common_name for a in known if _words(a.region) == _words(asked)]
    if inside:
        raise NoSuchAuthority(f"'{asked}' is no single authority; in it are {listed(inside)}")


def _only_one(asked: str, found: list[Authority], known: Sequence[Authority]) -> Authority:
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(authority.name for authority in found)
        raise NoSuchAuthority(f"'{asked[:60]}' may be {names}; say which")
    raise NoSuchAuthority(f"there is no authority called '{asked[:60]}' - {_hint(asked, known)}")


def _hint(asked: str, known: Sequence[Authority]) -> str:
    by_name = {" ".join(_words(a.common_name)): a.common_name for a in known}
    close = nearest(" ".join(_words(asked)), by_name)
    if close is not None:
        return f"did you mean '{by_name[close]}'?"
    return "upstream place --list names all 175 upper-tier authorities of England and Wales"


def _words(name: str) -> list[str]:
    """The words of a name in small letters, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("&", " and "))
    return "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split()
