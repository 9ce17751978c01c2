"""The national register of evidence, and what a place makes of it.

A place says what is local: it overrides settings of the national agencies, may add agencies of its
own, and may give its own routes and crisis table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scenarios.crisis_door import PathwaySpec
from scenarios.files import HERE, Key, Reader, TomlFile
from scenarios.names import NEED_KEYS
from scenarios.prices import Prices, at_model_prices, price_problems
from scenarios.problems import InputError, Problem, did_you_mean, nearest
from scenarios.resolved import Evidence
from scenarios.schema import (
    AgencySpec,
    CrisisSpec,
    EventSpec,
    GeneralValue,
    NeedSpec,
    PlaceSpec,
    RouteSpec,
)
from scenarios.shape import Model, errors_in_words, shape

EVIDENCE: Final = HERE / "evidence"


@dataclass(frozen=True)
class Register:
    """The national evidence, the agencies as they were written, and the files they came from."""

    evidence: Evidence
    prices: Prices
    agencies: TomlFile
    pathway: TomlFile
    sources: tuple[TomlFile, ...]


@dataclass(frozen=True)
class LocalAgencies:
    """A place's agencies, and the names of all that were written, good or not."""

    specs: dict[str, AgencySpec]
    names: frozenset[str]
    problems: tuple[Problem, ...]


def read_register(reader: Reader) -> Register:
    """Read the whole register. Raises InputError: without it nothing else can be checked."""
    names = ("needs", "events", "agencies", "routes", "general", "prices", "crisis")
    files = [reader.read(EVIDENCE / f"{name}.toml") for name in names]
    sources = tuple(file for file in files if file is not None)
    if len(sources) < len(names):
        raise InputError(reader.problems)
    needs, events, agencies, routes, general, prices_file, door = sources
    prices = shape(Prices, prices_file.data, prices_file)
    if prices.problems:
        raise InputError(prices.problems)
    _check_model_year(prices.model, prices_file)
    evidence = Evidence(
        needs=_every_need(needs, (), _table(needs, (), NeedSpec)),
        events=_table(events, (), EventSpec),
        agencies=_at_prices(_table(agencies, (), AgencySpec), agencies, prices.model),
        routes=_every_need(routes, ("routes",), _table(routes, ("routes",), RouteSpec)),
        crisis=_crisis(routes, prices.model),
        crisis_pathway=_pathway(door.data, door, (), prices.model),
        general=_general(general),
    )
    return Register(evidence, prices.model, agencies, door, sources)


def _check_model_year(prices: Prices, source: TomlFile) -> None:
    year = prices.model_price_year
    if year not in prices.index:
        rule = "model_price_year must be a year of the index"
        hint = did_you_mean(year, prices.index)
        raise InputError([source.problem(("model_price_year",), year, rule, hint)])


def _table(source: TomlFile, under: Key, model: type[Model]) -> dict[str, Model]:
    """A table of tables, each of one model. Raises InputError with every problem in it."""
    raw: Any = source.data
    for part in under:
        raw = raw.get(part, {}) if isinstance(raw, dict) else {}
    if not isinstance(raw, dict):
        raise InputError([source.problem(under, raw, "must be a table")])
    shaped = {name: shape(model, row, source, (*under, name)) for name, row in raw.items()}
    problems = [problem for row in shaped.values() for problem in row.problems]
    if problems:
        raise InputError(problems)
    return {name: row.model for name, row in shaped.items()}


def _every_need(source: TomlFile, under: Key, table: dict[str, Model]) -> dict[str, Model]:
    """The table in the order of the needs, when it holds exactly these."""
    wrong = set(table) ^ set(NEED_KEYS)
    if wrong:
        rule = "must describe the nine needs once each; wrong or missing: "
        raise InputError([source.problem(under, "", rule + ", ".join(sorted(wrong)))])
    return {need: table[need] for need in NEED_KEYS}


def _at_prices(
    specs: dict[str, AgencySpec], source: TomlFile, prices: Prices
) -> dict[str, AgencySpec]:
    problems = [
        source.problem((name, *wrong.name.split(".")), wrong.quantity.value, *wrong[2:])
        for name, spec in specs.items()
        for wrong in price_problems(spec, prices)
    ]
    if problems:
        raise InputError(problems)
    return {name: at_model_prices(spec, prices) for name, spec in specs.items()}


def _crisis(source: TomlFile, prices: Prices) -> CrisisSpec:
    shaped = shape(CrisisSpec, source.data.get("crisis", {}), source, ("crisis",))
    if shaped.problems:
        raise InputError(shaped.problems)
    spec: CrisisSpec = at_model_prices(shaped.model, prices)
    return spec


def _pathway(raw: Any, source: TomlFile, under: Key, prices: Prices) -> PathwaySpec:
    """The crisis door's numbers, at the model's prices. Raises InputError."""
    shaped = shape(PathwaySpec, raw, source, under)
    if shaped.problems:
        raise InputError(shaped.problems)
    problems = [
        source.problem((*under, wrong.name), wrong.quantity.value, *wrong[2:])
        for wrong in price_problems(shaped.model, prices)
    ]
    if problems:
        raise InputError(problems)
    spec: PathwaySpec = at_model_prices(shaped.model, prices)
    return spec


def local_pathway(register: Register, place: TomlFile) -> PathwaySpec:
    """The national numbers of the crisis door with the place's over them. Raises InputError.

    A place gives single settings and whole resources.
    """
    own = place.data.get("crisis_pathway", {})
    if not isinstance(own, dict) or not own:
        return register.evidence.crisis_pathway
    national = register.pathway.data
    raw = {**national, **own}
    if isinstance(own.get("resources"), dict):
        raw["resources"] = {**national["resources"], **own["resources"]}
    return _pathway(raw, place, ("crisis_pathway",), register.prices)


def _general(source: TomlFile) -> dict[str, GeneralValue]:
    """General numbers by dotted name: ``people.frailty_sigma``."""
    return {
        f"{group}.{name}": value
        for group in source.data
        for name, value in _table(source, (group,), GeneralValue).items()
    }


def local_agencies(register: Register, place: TomlFile) -> LocalAgencies:
    """The national agencies with the place's settings over them, and its own beside them."""
    overrides = place.data.get("agencies", {})
    if not isinstance(overrides, dict):
        overrides = {}
    specs = dict(register.evidence.agencies)
    problems: list[Problem] = []
    for name, override in overrides.items():
        if not isinstance(override, dict):
            continue  # the place's own schema has said so
        specs.pop(name, None)
        national = register.agencies.data.get(name, {})
        wrong = list(_agency_problems(name, override, bool(national), place, register))
        problems += wrong
        if not wrong:
            spec = AgencySpec.model_validate(national | override)
            specs[name] = at_model_prices(spec, register.prices)
    order = [*register.evidence.agencies, *overrides]
    specs = {name: specs[name] for name in dict.fromkeys(order) if name in specs}
    return LocalAgencies(specs, frozenset(order), tuple(problems))


def _agency_problems(
    name: str, override: dict[str, Any], known: bool, place: TomlFile, register: Register
) -> Iterator[Problem]:
    """What is wrong with a place's settings of one agency."""
    national = register.agencies.data.get(name, {})
    wrong = errors_in_words(AgencySpec, national | override, ("agencies", name))
    missing = sorted(str(key[0]) for key in wrong if len(key) == 1 and key[0] not in override)
    if missing and not known:
        rule = f"'{name}' is no national agency, and a new one needs " + ", ".join(missing)
        close = nearest(name, register.evidence.agencies)
        hint = f"did you mean [agencies.{close}]?" if close else "add them"
        yield place.problem(("agencies", name), "", rule, hint)
    for key, one in wrong.items():
        if known or key[0] not in missing:
            yield place.problem(("agencies", name, *key), *one)
    if not wrong:
        spec = AgencySpec.model_validate(national | override)
        for price in price_problems(spec, register.prices):
            parts = price.name.split(".")
            yield place.problem(("agencies", name, *parts), price.quantity.value, *price[2:])


def with_place(
    evidence: Evidence, place: PlaceSpec, agencies: dict[str, AgencySpec], pathway: PathwaySpec
) -> Evidence:
    """The register as it stands in one place."""
    return Evidence(
        needs=evidence.needs,
        events=evidence.events,
        agencies=agencies,
        routes={need: place.routes.get(need, evidence.routes[need]) for need in NEED_KEYS},
        crisis=place.crisis or evidence.crisis,
        crisis_pathway=pathway,
        general=evidence.general,
    )
