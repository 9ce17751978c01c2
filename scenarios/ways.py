"""The ways of working that the documents describe, as intervention files that can be run.

`items.toml` lists every item in the words of the task, by document. An intervention file says
under ``described`` which items it stands for and where in the document each is described. A test
fails for an item without a file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scenarios.files import HERE, Reader
from scenarios.load import load_using
from scenarios.problems import InputError
from scenarios.resolved import Scenario
from scenarios.schema import Described, Intervention
from scenarios.shape import shape

INTERVENTIONS: Final = HERE / "interventions"
ITEMS: Final = HERE / "items.toml"
DO_NOTHING: Final = "do_nothing"


@dataclass(frozen=True)
class Way:
    """An intervention file: its name, where it stands, and what it says."""

    name: str
    path: Path
    spec: Intervention


def read_ways(folder: Path = INTERVENTIONS) -> dict[str, Way]:
    """Every intervention, by name. Raises InputError with the problems of all of them."""
    reader = Reader()
    ways: dict[str, Way] = {}
    for path in sorted(folder.glob("*.toml")):
        source = reader.read(path)
        if source is None:
            continue
        shaped = shape(Intervention, source.data, source)
        reader.problems += shaped.problems
        if shaped.model is not None:
            ways[path.stem] = Way(path.stem, path, shaped.model)
    if reader.problems:
        raise InputError(reader.problems)
    return ways


def read_items(path: Path = ITEMS) -> dict[str, tuple[str, ...]]:
    """Every item that must have a file, by document, in the order of the list."""
    with path.open("rb") as file:
        return {document: tuple(items) for document, items in tomllib.load(file).items()}


def described(ways: Iterable[Way]) -> dict[tuple[str, str], list[tuple[Way, Described]]]:
    """By document and item, the ways that stand for it, each with what it says of the place."""
    found: dict[tuple[str, str], list[tuple[Way, Described]]] = {}
    for way in ways:
        for place in way.spec.described:
            found.setdefault((place.document, place.item), []).append((way, place))
    return found


def base_of(place: str) -> Path:
    """The scenario of a place in which nothing is done."""
    return HERE / place / f"{DO_NOTHING}.toml"


def is_intervention(path: Path) -> bool:
    """Whether a file is an intervention rather than a scenario, as far as it can be read."""
    source = Reader().read(path)
    return source is not None and "evidence_note" in source.data


def in_use(place: str, used: Mapping[str, Iterable[str | Path]]) -> list[Scenario]:
    """Doing nothing, and one scenario for each name with its interventions from the start on."""
    every = {DO_NOTHING: ()} | {name: tuple(together) for name, together in used.items()}
    return load_using(base_of(place), every)
