"""Checks the shape of a table against its pydantic model, and says what is wrong in plain words.

pydantic finds every error; this module turns each into a problem that names the key as its writer
knows it, the rule, what was found, and the nearest valid key.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from scenarios.changes import Change
from scenarios.files import Key, TomlFile
from scenarios.hints import instead_of_name, instead_of_value
from scenarios.problems import Problem, did_you_mean, listed, shown
from scenarios.quantities import Quantity

Model = TypeVar("Model", bound=BaseModel)

CHANGE_MODELS: Final[Mapping[str, type[BaseModel]]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in get_args(get_args(Change)[0])
}

_EXPECTED: Final = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "date_type": "a date",
    "list_type": "a list in [ ]",
    "dict_type": "a table",
    "model_attributes_type": "a table",
}
_BOUNDS: Final = {
    "ge": "at least", "gt": "more than", "le": "at most", "lt": "less than",
}  # fmt: skip


class Shaped(NamedTuple):
    """What could be made of a table: the model, or None and the problems, with their keys."""

    model: Any
    problems: list[Problem]
    keys: frozenset[Key]


def shape(model: type[Model], raw: Any, source: TomlFile, prefix: Key = ()) -> Shaped:
    """Validate ``raw``, which stands under ``prefix`` in ``source``, against ``model``."""
    try:
        return Shaped(model.model_validate(raw), [], frozenset())
    except ValidationError as error:
        found = dict(_by_key(model, error, prefix))
        problems = [source.problem(prefix + key, *wrong) for key, wrong in found.items()]
        return Shaped(None, problems, frozenset(found))


class Wrong(NamedTuple):
    """One error in words."""

    value: Any
    rule: str
    suggestion: str


def errors_in_words(model: type[BaseModel], raw: Any, prefix: Key) -> dict[Key, Wrong]:
    """The errors of ``raw`` by key within it; empty when it fits the model."""
    try:
        model.model_validate(raw)
    except ValidationError as error:
        return dict(_by_key(model, error, prefix))
    return {}


def _by_key(
    model: type[BaseModel], error: ValidationError, prefix: Key
) -> Iterator[tuple[Key, Wrong]]:
    """Each error with its key; of several about one key (a union's branches) the first."""
    seen: set[Key] = set()
    for found in error.errors(include_url=False):
        key = _toml_key(found["loc"], found["type"])
        if key not in seen:
            seen.add(key)
            yield key, _in_words(model, prefix + key, found)


def _toml_key(loc: Key, kind: str) -> Key:
    """pydantic's location without what stands in no file: the kind of a change, a type's name."""
    parts = list(loc)
    if len(parts) > 2 and parts[0] == "changes":
        del parts[2]
    written = len(parts) if kind == "extra_forbidden" else 1
    return tuple(
        part for place, part in enumerate(parts) if place < written or not _is_type_name(part)
    )


def _is_type_name(part: str | int) -> bool:
    return part in ("[key]", "float") or str(part).startswith("list[")


def key_in_words(key: Key) -> str:
    """``'multiply' of change 2`` for ``("changes", 1, "multiply")``, else the dotted key."""
    if len(key) > 1 and key[0] in ("changes", "use") and isinstance(key[1], int):
        item = f"{'change' if key[0] == 'changes' else 'use'} {key[1] + 1}"
        rest = ".".join(str(part) for part in key[2:])
        return f"'{rest}' of {item}" if rest else item
    return "'" + ".".join(str(part) for part in key) + "'" if key else "the file"


def _in_words(model: type[BaseModel], key: Key, found: Any) -> Wrong:
    """The sentence for one pydantic error."""
    kind, value, context = found["type"], found["input"], found.get("ctx", {})
    name = key_in_words(key)
    last = str(key[-1]) if key else ""
    if kind == "extra_forbidden":
        fields = _inside(model, found["loc"][:-1])
        return Wrong(value, f"unknown setting '{last}'", instead_of_name(last, value, fields))
    if kind == "missing":
        return Wrong("", f"{name} is missing", "")
    if kind == "literal_error":
        return _not_a_choice(name, value, context["expected"])
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _no_such_kind(name, value)
    if kind == "value_error":
        return _own_rule(name, value, str(context["error"]))
    if set(context) & set(_BOUNDS):
        bounds = _bounds(model, found["loc"]) or _one_bound(context)
        return Wrong(value, f"{name} must be {bounds}, not {shown(value)}", "")
    if kind in _EXPECTED or kind == "model_type":
        expected = _EXPECTED.get(kind) or _model_in_words(context)
        rule = f"{name} must be {expected}, not {_found(value)}"
        return Wrong(value, rule, instead_of_value(last, value, expected))
    if kind in ("too_short", "too_long"):
        return Wrong(value, _wrong_length(name, context), "")
    if kind == "string_pattern_mismatch":
        rule = f"{name} must be small letters, digits and underscores, not {shown(value)}"
        return Wrong(value, rule, "")
    return Wrong(value, f"{name}: {found['msg']}", "")


def _not_a_choice(name: str, value: Any, expected: str) -> Wrong:
    choices = re.findall(r"'([^']*)'", expected)
    suggestion = did_you_mean(value, choices) if isinstance(value, str) else ""
    rule = f"{name} must be one of {', '.join(choices)}, not {shown(value)}"
    return Wrong(value, rule, suggestion if suggestion.startswith("did") else "")


def _no_such_kind(name: str, value: Any) -> Wrong:
    kinds = "the kinds are " + ", ".join(CHANGE_MODELS)
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind is None:
        return Wrong("", f"{name} does not say its kind", kinds)
    rule = f"{name} has the unknown kind {shown(kind)}"
    if not isinstance(kind, str):
        return Wrong(kind, rule, kinds)
    close = did_you_mean(kind, CHANGE_MODELS, otherwise=kinds)
    return Wrong(kind, rule, close if close == kinds else f"{close} ({kinds})")


def _own_rule(name: str, value: Any, said: str) -> Wrong:
    """A rule of our own schema; those that begin with "must" speak of the value."""
    if isinstance(value, Quantity):
        value = value.value
    elif isinstance(value, dict) and "value" in value:
        value = value["value"]
    if not said.startswith("must"):
        return Wrong("", f"{name}: {said}", "")
    found = f", not {shown(value)}" if isinstance(value, (int, float)) else ""
    return Wrong(value, f"{name} {said}{found}", "")


def _model_in_words(context: Mapping[str, Any]) -> str:
    return "a number" if context.get("class_name") == "Quantity" else "a table"


def _found(value: Any) -> str:
    """What kind of thing stands there instead, in TOML's words."""
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, bool):
        return shown(value)
    if isinstance(value, (int, float)):
        return f"the number {shown(value)}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    what = {dt.datetime: "date with a time", dt.date: "date", dt.time: "time"}
    return f"the {what.get(type(value), 'value')} {shown(value)}"


def _wrong_length(name: str, context: Mapping[str, Any]) -> str:
    least, most = context.get("min_length"), context.get("max_length")
    wanted = f"at least {least}" if least is not None else f"at most {most}"
    return f"{name} must have {wanted} items, not {context.get('actual_length')}"


def _one_bound(context: Mapping[str, Any]) -> str:
    return listed(f"{words} {context[key]:g}" for key, words in _BOUNDS.items() if key in context)


def _bounds(model: type[BaseModel], loc: Key) -> str:
    """Both bounds of the number at ``loc``, in words; empty where they cannot be found."""
    field = _model_at(model, loc[:-1]).model_fields.get(str(loc[-1]))
    limits = dict(_limits(field.annotation, field.metadata)) if field else {}
    if set(limits) == {"ge", "le"}:
        return f"between {limits['ge']:,.15g} and {limits['le']:,.15g}"
    return listed(f"{_BOUNDS[key]} {limit:,.15g}" for key, limit in limits.items())


def _limits(annotation: Any, metadata: list[Any]) -> Iterator[tuple[str, Any]]:
    """The limits declared in a field's annotation, however deep."""
    for item in [*metadata, *getattr(annotation, "__metadata__", ())]:
        yield from _limits(None, item.metadata) if isinstance(item, FieldInfo) else ()
        yield from ((key, getattr(item, key)) for key in _BOUNDS if hasattr(item, key))
    for inner in get_args(annotation):
        yield from _limits(inner, [])


def _inside(model: type[BaseModel], loc: Key) -> list[str]:
    return list(_model_at(model, loc).model_fields)


def _model_at(model: type[BaseModel], loc: Key) -> type[BaseModel]:
    """The model that describes the table at ``loc``, starting from ``model``."""
    for part in loc:
        if part in CHANGE_MODELS and "changes" in model.model_fields:
            model = CHANGE_MODELS[str(part)]
        elif part in model.model_fields:
            inner = list(_models_in(model.model_fields[str(part)].annotation))
            model = inner[0] if len(inner) == 1 else model
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
