"""The kinds of change and what each takes, from the schema of the files."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

from experiments.markdown import code, codes, number, table
from scenarios.changes import Change, Cost, Dated, Group, Notice
from scenarios.quantities import Strict
from scenarios.schema import Use


def changes_page() -> str:
    """Every kind of change: what it does and what it takes."""
    parts = [
        "# Kinds of change",
        "A scenario or an intervention is made of these. Each goes under `[[changes]]` with its "
        "`kind`. Each may also have:",
        _fields(Dated),
    ]
    for kind in Change.__args__[0].__args__:
        name = kind.model_fields["kind"].annotation.__args__[0]
        parts += [f"## {name}", cleandoc(kind.__doc__ or ""), _fields(kind, Dated)]
    for shared in (Group, Notice, Cost, Use):
        parts += [f"## {shared.__name__} (a table of settings)", cleandoc(shared.__doc__ or ""),
                  _fields(shared)]  # fmt: skip
    return "\n\n".join(parts)


def _fields(model: Any, without: Any = None) -> str:
    """The settings of one model: type, bounds, default and what is said of them."""
    properties = model.model_json_schema()["properties"]
    left_out = {"kind", *(without.model_fields if without else ())}
    rows = [
        [code(name), _type(shape), _default(model.model_fields[name]), shape.get("description", "")]
        for name, shape in properties.items()
        if name not in left_out
    ]
    return table(("setting", "what may stand there", "if left out", ""), rows)


def _type(shape: dict[str, Any]) -> str:
    """A JSON schema in words."""
    if "anyOf" in shape:
        return " or ".join(_type(s) for s in shape["anyOf"] if s.get("type") != "null")
    if "$ref" in shape:
        name = shape["$ref"].split("/")[-1]
        return "number, or a table with its source" if name == "Quantity" else f"table: {name}"
    if "enum" in shape:
        return codes(map(str, shape["enum"]))
    if shape.get("format") == "date":
        return "date"
    kind = str(shape.get("type", ""))
    if kind in ("number", "integer"):
        return ("whole number" if kind == "integer" else "number") + _bounds(shape)
    if kind == "array":
        return f"list of: {_type(shape['items'])}"
    if kind == "object":
        return f"by need: {_type(shape['additionalProperties'])}"
    return {"string": "text", "boolean": "true or false"}.get(kind, kind)


def _bounds(shape: dict[str, Any]) -> str:
    if "exclusiveMinimum" in shape:
        return f" above {number(shape['exclusiveMinimum'])}, to {number(shape['maximum'])}"
    if "minimum" in shape:
        return f" {number(shape['minimum'])} to {number(shape['maximum'])}"
    return ""


def _default(field: Any) -> str:
    if field.is_required():
        return "must be given"
    value = field.default
    if value is None or value == {} or value == []:
        return "none"
    if isinstance(value, Strict):
        return "as below"
    return code(str(value).lower() if isinstance(value, bool) else str(value))
