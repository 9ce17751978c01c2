"""What a task says, as text, and its address: a hash of that.

Equal tasks have equal addresses in every process, on every machine, with every version of Python;
that is why neither `hash` nor a pickle will do.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import scenarios
from scenarios.resolved import Scenario

ROOT = Path(scenarios.__file__).parents[1]
MODEL = ("scenarios", "agents", "sim")
"""The packages on which every result rests."""
QUESTIONS = "experiments"
"""The package whose functions ask the model something: other code may ask something else."""


def address(function: Callable[..., Any], task: Any) -> str:
    """The address of doing ``function`` to ``task``: 64 hexadecimal digits."""
    name = name_of(function)
    code = f" {code_of(QUESTIONS)}" if name.startswith(f"{QUESTIONS}.") else ""
    return hashlib.sha256(f"{name}{code} {said(task)}".encode()).hexdigest()


def said(task: Any) -> str:
    """All that a task says, as JSON with its keys in order. Raises TypeError."""
    return json.dumps(_plain(task), sort_keys=True, ensure_ascii=False)


def name_of(function: Callable[..., Any]) -> str:
    """Where a function can be imported from, also while its module runs as the main program."""
    module = function.__module__
    spec = sys.modules[module].__spec__ if module == "__main__" else None
    module = spec.name if spec is not None else module
    return f"{module}:{function.__qualname__}"


@cache
def fingerprint() -> str:
    """A hash of the model's own code: other code may give other results."""
    return code_of(*MODEL)


@cache
def code_of(*packages: str) -> str:
    """A hash of the code in some packages."""
    together = hashlib.sha256()
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            together.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
            together.update(path.read_bytes() + b"\0")
    return together.hexdigest()


def _plain(value: Any) -> Any:
    """A value in JSON's few kinds. A float keeps all its digits; NaN and infinity have names."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Scenario):
        # Its text is some hundred kilobytes: too much to keep with every task.
        return {"name": value.name, "years": value.years, "sha256": value.content}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, PurePath):
        return value.as_posix()
    raise TypeError(f"a task cannot hold a {type(value).__name__}: it has no address")
