"""A scenario file and those it extends, read, checked one by one, and laid over each other."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scenarios.changes import Change, Cost
from scenarios.checks import Rejected
from scenarios.files import HERE, Key, Reader, TomlFile, label_of, named_file
from scenarios.problems import Problem
from scenarios.schema import Intervention, Mechanisms, ScenarioFile
from scenarios.shape import shape

MAX_DEPTH: Final = 20
INTERVENTIONS: Final = HERE / "interventions"


@dataclass(frozen=True)
class Use:
    """An intervention put to use, as written; None is what is missing or wrong, but for an end."""

    place: int
    """In the file, from 0."""
    intervention: str | None
    start: dt.date | None
    end: dt.date | None = None
    scale: float | None = 1.0


@dataclass(frozen=True)
class Layer:
    """One scenario file. Holds what is right in it; ``broken`` names the settings that are not."""

    source: TomlFile
    file: ScenarioFile
    changes: tuple[tuple[int, Change], ...]
    """With their places in the file, from 0."""
    uses: tuple[Use, ...]
    """All that are tables, those with mistakes included."""
    broken: frozenset[str]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class Used:
    """An intervention's file, and what is right and what is wrong in it."""

    source: TomlFile
    changes: tuple[tuple[int, Change], ...]
    cost: Cost
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True)
class Layers:
    """A scenario's files, the one extended before the one that extends it."""

    layers: tuple[Layer, ...]
    complete: bool
    """False when a file in the chain could not be read, so that settings may be missing."""

    def latest(self, name: str) -> tuple[Any, Layer] | None:
        """A setting, and the layer that gives it: the child's before the parent's."""
        for layer in reversed(self.layers):
            if name in layer.file.model_fields_set:
                return getattr(layer.file, name), layer
        return None

    def is_broken(self, name: str) -> bool:
        """Whether a setting was given, but wrongly, in any of the files."""
        return any(name in layer.broken for layer in self.layers)

    @property
    def mechanisms(self) -> Mechanisms:
        """All switches, merged key by key."""
        switches: dict[str, bool] = {}
        for layer in self.layers:
            switches |= layer.file.mechanisms.model_dump(exclude_unset=True)
        return Mechanisms(**switches)


def read_layers(path: Path, reader: Reader) -> Layers:
    """Read a scenario file and, one after another, those it extends."""
    layers: list[Layer] = []
    chain: list[str] = []
    following: Path | None = path
    while following is not None:
        source = reader.read(following)
        if source is None:
            return Layers(tuple(reversed(layers)), complete=False)
        other = _other_sort(source)
        if other is not None:
            reader.problems.append(other)
            return Layers(tuple(reversed(layers)), complete=False)
        chain.append(os.path.realpath(following))
        layer, problems = _layer(source)
        reader.problems += problems
        layers.append(layer)
        parent = _parent(layer, chain, reader)
        if isinstance(parent, Problem):
            reader.problems.append(parent)
            return Layers(tuple(reversed(layers)), complete=False)
        following = parent
    complete = not any("extends" in layer.broken for layer in layers)
    return Layers(tuple(reversed(layers)), complete)


def _other_sort(source: TomlFile) -> Problem | None:
    """Says so when a place or an intervention is taken for a scenario."""
    name = source.path.stem
    if "evidence_note" in source.data:
        hint = f'use it in one: [[use]], intervention = "{name}", start = 2025-04-01'
        return source.problem(("evidence_note",), "", "this is an intervention, no scenario", hint)
    if "population" in source.data:
        hint = f'name it in one: place = "{name}"'
        return source.problem(("population",), "", "this is a place, no scenario", hint)
    return None


def _parent(layer: Layer, chain: list[str], reader: Reader) -> Path | Problem | None:
    """The file this one extends, None where it extends none, or why it cannot be followed."""
    name = layer.file.extends
    if name is None:
        return None
    key: Key = ("extends",)
    path = named_file(_with_suffix(name), [], layer.source, key, "scenario")
    if isinstance(path, Problem):
        return path
    real = os.path.realpath(path)
    if real in chain:
        loop = [*chain[chain.index(real) :], real]
        rule = "extends goes in a circle: " + " -> ".join(label_of(Path(file)) for file in loop)
        return layer.source.problem(key, name, rule, "a scenario cannot extend itself")
    if len(chain) >= MAX_DEPTH:
        rule = f"more than {MAX_DEPTH} scenarios extend each other"
        return layer.source.problem(key, name, rule, "put them together in fewer files")
    return path


def _with_suffix(name: str) -> str:
    return name if name.endswith(".toml") else f"{name}.toml"


def _layer(source: TomlFile) -> tuple[Layer, list[Problem]]:
    """What one file says, less what is wrong in it, and the problems with that."""
    raw, problems = _with_flat_parameters(source)
    shaped = shape(ScenarioFile, raw, source)
    broken = frozenset(str(key[0]) for key in shaped.keys)
    sound = _without_errors(raw, shaped.keys)
    file = shaped.model or ScenarioFile.model_validate(sound)
    changes = zip(_sound_places(raw, "changes", shaped.keys), file.changes, strict=True)
    rejected = _rejected(source, shaped.keys)
    uses = tuple(_uses(raw, shaped.keys))
    layer = Layer(source, file, tuple(changes), uses, broken, rejected)
    return layer, problems + shaped.problems


def _without_errors(raw: dict[str, Any], wrong: frozenset[Key]) -> dict[str, Any]:
    """``raw`` without its wrong settings; of ``changes`` and ``use`` only the wrong items go."""
    bad = {key[0] for key in wrong}
    sound = {name: value for name, value in raw.items() if name not in bad}
    for name in ("changes", "use"):
        if name in bad:
            sound[name] = [raw[name][place] for place in _sound_places(raw, name, wrong)]
    return sound


def _sound_places(raw: dict[str, Any], name: str, wrong: frozenset[Key]) -> list[int]:
    """The places in a list of items without an error."""
    items = raw.get(name, [])
    if not isinstance(items, list) or (name,) in wrong:
        return []
    bad = {key[1] for key in wrong if key[0] == name and len(key) > 1}
    return [place for place in range(len(items)) if place not in bad]


def _uses(raw: dict[str, Any], wrong: frozenset[Key]) -> Iterator[Use]:
    """What each use asks for, less its mistakes, so that the rest of it is looked at too."""
    items = raw.get("use")
    for place, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            bad = {key[2] for key in wrong if key[:2] == ("use", place) and len(key) > 2}
            sound = {name: value for name, value in item.items() if name not in bad}
            scale = None if "scale" in bad else sound.get("scale", 1.0)
            named, start, end = (sound.get(name) for name in ("intervention", "start", "end"))
            yield Use(place, named, start, end, scale)


def _rejected(source: TomlFile, wrong: frozenset[Key]) -> tuple[Rejected, ...]:
    """The changes with errors, where they are tables at all."""
    items = source.data.get("changes")
    if not isinstance(items, list):
        return ()
    sound = set(_sound_places(source.data, "changes", wrong))
    return tuple(
        Rejected(source, ("changes", place), item)
        for place, item in enumerate(items)
        if place not in sound and isinstance(item, dict)
    )


def _with_flat_parameters(source: TomlFile) -> tuple[dict[str, Any], list[Problem]]:
    """The file's data with ``[parameters]`` by dotted name, however its dots were written."""
    parameters = source.data.get("parameters")
    if not isinstance(parameters, dict):
        return dict(source.data), []
    flat: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in _leaves(parameters):
        key: Key = ("parameters", name)
        if name in flat:
            problems.append(source.problem(key, value, f"parameter '{name}' is given twice"))
        if not _is_numeric(value):
            rule = f"parameter '{name}' must be a number or a list of numbers"
            problems.append(source.problem(key, value, rule))
        else:
            flat[name] = value
    return source.data | {"parameters": flat}, problems


def _is_numeric(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in items)


def _leaves(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value in nested tables, by dotted name. Not recursive: a file may nest very deeply."""
    waiting = [("", table)]
    while waiting:
        prefix, inner = waiting.pop()
        for name, value in inner.items():
            if isinstance(value, dict):
                waiting.append((f"{prefix}{name}.", value))
            else:
                yield f"{prefix}{name}", value


def read_intervention(name: str, key: Key, layer: Layer, reader: Reader) -> Used | None:
    """The intervention that a scenario uses, less what is wrong in it; None if it is not there.

    A name is looked for in the folder ``interventions`` beside the scenario, then among ours.
    """
    folders = [layer.source.path.parent / INTERVENTIONS.name, INTERVENTIONS]
    path = named_file(name, folders, layer.source, key, "intervention")
    if isinstance(path, Problem):
        reader.problems.append(path)
        return None
    source = reader.read(path)
    if source is None:
        return None
    shaped = shape(Intervention, source.data, source)
    reader.problems += shaped.problems
    sound = _without_errors(source.data, shaped.keys)
    changes = ScenarioFile.model_validate({"changes": sound.get("changes", [])}).changes
    places = _sound_places(source.data, "changes", shaped.keys)
    cost = shaped.model.cost if shaped.model else Cost()
    numbered = tuple(zip(places, changes, strict=True))
    return Used(source, numbered, cost, _rejected(source, shaped.keys))
