"""Writing TOML: Python reads it, and has nothing that writes it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(data: Mapping[str, Any]) -> str:
    """A TOML file that reads as ``data``: values first, then tables, then lists of tables."""
    return "\n".join(_lines(data, ())).strip("\n") + "\n"


def value_text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for the one control character that JSON leaves alone.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (int, dt.date, dt.time)):
        return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {value_text(v)}" for k, v in value.items()) + "}"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _lines(data: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    tables = {key: value for key, value in data.items() if isinstance(value, Mapping) and value}
    lists = {key: value for key, value in data.items() if _is_tables(value)}
    plain = {key: value for key, value in data.items() if key not in tables and key not in lists}
    lines = [f"{_key(key)} = {value_text(value)}" for key, value in plain.items()]
    for key, value in tables.items():
        lines += ["", f"[{_name((*path, key))}]", *_lines(value, (*path, key))]
    for key, items in lists.items():
        for item in items:
            # what is inside an item stands on one line each, as our own files have it
            inner = [f"{_key(k)} = {value_text(v)}" for k, v in item.items()]
            lines += ["", f"[[{_name((*path, key))}]]", *inner]
    return lines


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else value_text(key)


def _name(path: tuple[str, ...]) -> str:
    return ".".join(_key(part) for part in path)
