"""From the files a user writes to a scenario with everything filled in and checked.

All problems of all files are found before any is reported, and nothing is half-loaded: either
every scenario asked for is good, or an InputError says everything that is wrong.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from scenarios.checks import (
    System,
    check_change,
    check_names,
    check_rejected,
    check_routes,
    check_teams,
)
from scenarios.crisis_door import OUTCOMES, PathwaySpec
from scenarios.dates import check_dates, check_start
from scenarios.files import HERE, Key, Reader, TomlFile, named_file
from scenarios.layers import Layers, Use, read_layers
from scenarios.parameters import Setting, apply_parameters
from scenarios.place_checks import check_agencies, check_place_routes
from scenarios.prices import at_model_prices, price_problems
from scenarios.problems import InputError, Problem
from scenarios.programme import Programme, read_programme
from scenarios.register import (
    LocalAgencies,
    Register,
    local_agencies,
    local_pathway,
    read_register,
    with_place,
)
from scenarios.resolved import Evidence, Scenario
from scenarios.schema import PlaceSpec
from scenarios.shape import shape

__all__ = [
    "InputError",
    "Problem",
    "load_evidence",
    "load_scenario",
    "load_scenarios",
    "load_using",
    "numbers_set",
]

PLACES: Final = HERE / "places"
REQUIRED: Final = {
    "title": 'title = "Portsmouth, nothing changed"',
    "place": 'place = "portsmouth"',
    "start": "start = 2024-04-01",
    "years": "years = 10",
}
"""What a scenario must say, itself or through the one it extends, with examples."""


def load_scenario(path: str | Path) -> Scenario:
    """Load one scenario file. Raises InputError with every problem in it and in what it uses."""
    return load_scenarios([path])[0]


def load_scenarios(paths: Iterable[str | Path]) -> list[Scenario]:
    """Load several. Raises InputError with the problems of all of them together."""
    reader = Reader()
    register = read_register(reader)
    loaded = [_load(Path(path), reader, register) for path in paths]
    if reader.problems:
        raise InputError(reader.problems)
    return [scenario for scenario in loaded if scenario is not None]


def load_using(path: str | Path, used: Mapping[str, Sequence[str | Path]]) -> list[Scenario]:
    """A scenario with interventions put to use from its start on: one for each name in ``used``.

    An intervention goes by its name, or is a path to its file. Raises InputError.
    """
    reader = Reader()
    register = read_register(reader)
    loaded = [
        (name, _load(Path(path), reader, register, interventions))
        for name, interventions in used.items()
    ]
    if reader.problems:
        raise InputError(reader.problems)
    return [dataclasses.replace(found, name=name) for name, found in loaded if found is not None]


def numbers_set(path: str | Path) -> tuple[Evidence, list[str]]:
    """The register in a scenario's place before its ``[parameters]``, and the names of these.

    Raises InputError.
    """
    reader = Reader()
    register = read_register(reader)
    layers = read_layers(Path(path), reader)
    before = _there(_local(layers, reader, register), register)
    if reader.problems:
        raise InputError(reader.problems)
    return before, list(_settings(layers))


def load_evidence() -> Evidence:
    """The national register. Raises InputError if its files have been damaged."""
    return read_register(Reader()).evidence


@dataclasses.dataclass(frozen=True)
class _Local:
    """A place as read: its file, what it says where that is sound, and its agencies."""

    source: TomlFile
    spec: PlaceSpec | None
    agencies: LocalAgencies
    pathway: PathwaySpec


def _load(
    path: Path, reader: Reader, register: Register, used: Sequence[str | Path] = ()
) -> Scenario | None:
    """One scenario, or None when there are problems; then the reader holds them.

    ``used`` are interventions put to use from its start, besides its own.
    """
    before = len(reader.problems)
    layers = _using(read_layers(path, reader), used)
    if not layers.layers:
        return None
    reader.problems += _missing(layers)
    start = _start(layers, reader)
    local = _local(layers, reader, register)
    programme = read_programme(layers, start, reader, register.prices)
    reader.problems += check_dates(programme.spans, start, _value(layers, "years"))
    evidence = _evidence(layers, local, reader, register)
    if local is not None:
        reader.problems += _check_system(programme, local, evidence)
    else:
        reader.problems += check_names(programme.placed, programme.rejected, programme.teams,
                                       register.evidence)  # fmt: skip
    reader.problems += _check_door(layers, evidence)
    if len(reader.problems) > before or start is None or local is None or local.spec is None:
        return None
    return Scenario(
        name=path.stem,
        title=_value(layers, "title"),
        summary=_value(layers, "summary") or "",
        place_name=local.source.path.stem,
        place=local.spec,
        start=start,
        years=_value(layers, "years"),
        mechanisms=layers.mechanisms,
        evidence=evidence,
        changes=tuple(item.dated for item in programme.placed),
        costs=tuple(programme.costs),
        files=_hashes(layers, local, programme, register),
        crisis_door=_value(layers, "crisis_door") or "table",
    )


def _using(layers: Layers, used: Sequence[str | Path]) -> Layers:
    """The layers, the last of which uses these interventions from the scenario's start on."""
    start = _value(layers, "start")
    if start is None or not used:
        return layers
    *rest, last = layers.layers
    names = [str(Path(name).resolve()) if isinstance(name, Path) else name for name in used]
    uses = [Use(place, name, start) for place, name in enumerate(names, len(last.uses))]
    last = dataclasses.replace(last, uses=(*last.uses, *uses))
    return dataclasses.replace(layers, layers=(*rest, last))


def _value(layers: Layers, name: str) -> Any:
    found = layers.latest(name)
    return found[0] if found else None


def _missing(layers: Layers) -> Iterator[Problem]:
    """Required settings that no file gives; not those given wrongly, which have been reported."""
    child = layers.layers[-1].source
    for name, example in REQUIRED.items():
        given = layers.latest(name) is not None or layers.is_broken(name)
        if layers.complete and not given:
            yield child.problem((name,), "", f"'{name}' is missing", f"add {example}")


def _start(layers: Layers, reader: Reader) -> dt.date | None:
    found = layers.latest("start")
    if found is None:
        return None
    start, layer = found
    problems = list(check_start(start, layer.source))
    reader.problems += problems
    return None if problems else start


def _local(layers: Layers, reader: Reader, register: Register) -> _Local | None:
    """Read the place and its agencies."""
    found = layers.latest("place")
    if found is None:
        return None
    name, layer = found
    path = named_file(name, [PLACES], layer.source, ("place",), "place")
    if isinstance(path, Problem):
        reader.problems.append(path)
        return None
    source = reader.read(path)
    if source is None:
        return None
    shaped = shape(PlaceSpec, source.data, source)
    agencies = local_agencies(register, source)
    reader.problems += [*shaped.problems, *agencies.problems]
    reader.problems += check_agencies(agencies, register.evidence.agencies, source)
    reader.problems += check_place_routes(agencies, source)
    place = _priced_place(shaped.model, source, reader, register)
    return _Local(source, place, agencies, _local_pathway(source, reader, register))


def _local_pathway(source: TomlFile, reader: Reader, register: Register) -> PathwaySpec:
    try:
        return local_pathway(register, source)
    except InputError as error:
        reader.problems += error.problems
        return register.evidence.crisis_pathway


def _priced_place(
    place: PlaceSpec | None, source: TomlFile, reader: Reader, register: Register
) -> PlaceSpec | None:
    """The place with the money of its crisis table at the model's prices."""
    if place is None:
        return None
    tables: list[tuple[Key, Any]] = [((), place)]
    if place.crisis is not None:
        tables.append((("crisis",), place.crisis))
    problems = [
        source.problem((*prefix, wrong.name), wrong.quantity.value, *wrong[2:])
        for prefix, table in tables
        for wrong in price_problems(table, register.prices)
    ]
    reader.problems += problems
    if problems or place.crisis is None:
        return place
    return place.model_copy(update={"crisis": at_model_prices(place.crisis, register.prices)})


def _there(local: _Local | None, register: Register) -> Evidence:
    """The register as it stands in the place."""
    if local is None:
        return register.evidence
    agencies = local.agencies.specs
    if local.spec is None:
        return dataclasses.replace(register.evidence, agencies=agencies)
    return with_place(register.evidence, local.spec, agencies, local.pathway)


def _evidence(layers: Layers, local: _Local | None, reader: Reader, register: Register) -> Evidence:
    """The register with the place over the nation and the scenario's parameters over both."""
    settings = list(_settings(layers).values())
    evidence, problems = apply_parameters(_there(local, register), settings)
    reader.problems += problems
    return evidence


def _settings(layers: Layers) -> dict[str, Setting]:
    """Every number that the scenario sets, by dotted name; the child's before the parent's."""
    return {
        name: Setting(name, value, layer.source)
        for layer in layers.layers
        for name, value in layer.file.parameters.items()
    }


def _check_door(layers: Layers, evidence: Evidence) -> Iterator[Problem]:
    """The door's own model knows six outcomes; a place with others has only its table."""
    found = layers.latest("crisis_door")
    if found and found[0] == "pathway" and set(evidence.crisis.outcomes) != set(OUTCOMES):
        rule = "the place has crisis outcomes of its own, which only a table can answer for"
        hint = "leave crisis_door out, or use the outcomes " + ", ".join(OUTCOMES)
        yield found[1].source.problem(("crisis_door",), "pathway", rule, hint)


def _check_system(programme: Programme, local: _Local, evidence: Evidence) -> Iterator[Problem]:
    """All checks of changes against the agencies and routes of the place."""
    system = System(
        title=local.spec.title if local.spec else local.source.path.stem,
        agencies=evidence.agencies,
        names=local.agencies.names,
        teams=programme.teams,
        evidence=evidence,
    )
    yield from check_teams(programme.placed, system)
    changes = [*programme.placed, *programme.unsure]
    yield from check_routes(changes, system)
    for item in changes:
        yield from check_change(item, system)
    for rejected in programme.rejected:
        yield from check_rejected(rejected, system)


def _hashes(
    layers: Layers, local: _Local, programme: Programme, register: Register
) -> dict[str, str]:
    """Every file that went into the scenario, by name, with its SHA-256."""
    sources = [layer.source for layer in layers.layers]
    sources += [local.source, *programme.sources, *register.sources]
    return {source.label: source.sha256 for source in sorted(sources, key=lambda s: s.label)}
