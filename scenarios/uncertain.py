"""The numbers of the register that are not known exactly, and how to set them from code.

A number is uncertain when its file gives it a range (``low`` and ``high``). Calibration draws from
these ranges, and sensitivity analysis varies within them. A range says where the number may lie; it
is a judgement unless its source says otherwise.
"""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from scenarios.files import TomlFile
from scenarios.parameters import Path, Setting, apply_parameters, parameter_names
from scenarios.problems import InputError
from scenarios.quantities import Quantity
from scenarios.resolved import Evidence, Scenario
from scenarios.schema import GeneralValue

FROM_CODE: Final = TomlFile(pathlib.Path("numbers"), "numbers set by the program", "", {}, "")
"""Stands where a file is named; the numbers came from code."""


@dataclass(frozen=True)
class Uncertain:
    """One number with a range: ``low <= value <= high``, in the unit of its table."""

    name: str
    """Dotted, as in a scenario's ``[parameters]``."""
    value: float
    low: float
    high: float
    status: str
    source: str
    meaning: str


def uncertain_numbers(evidence: Evidence) -> dict[str, Uncertain]:
    """Every single number with a range, by dotted name, in the order of the register.

    A range that leaves its own value out is widened to take it in.
    """
    found = (_uncertain(name, path, evidence) for name, path in parameter_names(evidence).items())
    return {number.name: number for number in found if number is not None}


def with_numbers(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with these numbers of the register set. Raises InputError.

    Money is in the model's price year. Everything else about the scenario stays.
    """
    settings = [Setting(name, float(value), FROM_CODE) for name, value in values.items()]
    evidence, problems = apply_parameters(scenario.evidence, settings)
    if problems:
        raise InputError(problems)
    return replace(scenario, evidence=evidence)


def _number(evidence: Evidence, path: Path) -> Quantity | GeneralValue | None:
    """The number at the end of a path of ``parameter_names``; None for lists and plain numbers."""
    kind, item, *rest = path
    found: Any = getattr(evidence, kind)
    found = found if kind in ("crisis", "crisis_pathway") else found[item]
    if isinstance(found, GeneralValue):
        return found if isinstance(found.value, float) else None
    for part in rest:
        found = found.get(part) if isinstance(found, dict) else getattr(found, part)
    return found if isinstance(found, Quantity) else None


def _uncertain(name: str, path: Path, evidence: Evidence) -> Uncertain | None:
    number = _number(evidence, path)
    if number is None or number.low is None or number.high is None:
        return None
    value = number.value
    assert isinstance(value, float)
    low, high = min(number.low, value), max(number.high, value)
    if low == high:
        return None
    meaning = number.meaning if isinstance(number, GeneralValue) else ""
    return Uncertain(name, value, low, high, number.status, number.source, meaning)
