"""What a scenario sets besides changes: numbers of the register, mechanisms, the crisis door.

These hold from the first week of the warm-up on, so such a scenario differs from the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from experiments.describe_words import AGENCY, EVENT, MECHANISM, NEED, Words
from scenarios.load import numbers_set
from scenarios.parameters import number_at, parameter_names
from scenarios.resolved import Evidence, Scenario

OF_KIND = {"needs": NEED, "events": EVENT, "agencies": AGENCY}
THROUGHOUT = "throughout"
"""When they act: from the first week, before any date that a change may have."""
NOT_GIVEN = "not given"
Number = float | list[float] | None


def settings_asked(scenario: Scenario, path: Path) -> Iterator[str]:
    """A line for each number, mechanism and door that the scenario's file sets, or one it extends.

    Raises InputError.
    """
    before, names = numbers_set(path)
    for name in names:
        yield f"{THROUGHOUT}: {_number_line(name, before, scenario.evidence)}"
    for name in switched_off(scenario):
        yield f"{THROUGHOUT}: mechanism {name} from on to off ({MECHANISM[name]})"
    if scenario.crisis_door != "table":
        yield f"{THROUGHOUT}: crisis door from table to {scenario.crisis_door}"


def settings_counted(scenario: Scenario, path: Path) -> list[str]:
    """How many of each there are, for the line that says what a file is. Raises InputError."""
    numbers, switches = len(numbers_set(path)[1]), len(switched_off(scenario))
    counted = [f"{numbers} number{'s' * (numbers != 1)} set"] if numbers else []
    counted += [f"{switches} mechanism{'s' * (switches != 1)} off"] if switches else []
    return counted + (["crisis door by its own model"] if scenario.crisis_door != "table" else [])


def switched_off(scenario: Scenario) -> list[str]:
    """The mechanisms that do not work in it."""
    return [name for name, on in scenario.mechanisms.model_dump().items() if not on]


def _number_line(name: str, before: Evidence, after: Evidence) -> str:
    """A number with its meaning, from what to what, and its unit."""
    path = parameter_names(before)[name]
    words = _words(path, before)
    old, new = (_shown(number_at(e, path)) for e in (before, after))
    if old == NOT_GIVEN and path[-1] == "budget_gbp_per_year":
        old = "the national sum a head"
    told = f"{name}: from {old} to {new}"
    return f"{told} ({words.unit}: {words.meaning})" if words else told


def _words(path: tuple[str, ...], evidence: Evidence) -> Words | None:
    """The unit and the meaning of a number; None where neither is written down."""
    kind, item, *rest = path
    if kind == "general":
        general = evidence.general[item]
        return Words(general.unit, general.meaning)
    return OF_KIND.get(kind, {}).get(rest[0])


def _shown(value: Number) -> str:
    """A number as one would write it in a file."""
    if value is None:
        return NOT_GIVEN
    if isinstance(value, list):
        return f"[{', '.join(f'{x:g}' for x in value)}]"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
