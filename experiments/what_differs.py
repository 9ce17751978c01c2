"""What a scenario does that the one it is held against does not, a line each, in words."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.asked import each_part
from experiments.asked_numbers import THROUGHOUT, switched_off
from scenarios.parameters import number_at, parameter_names
from scenarios.resolved import Scenario


def what_differs(scenario: Scenario, base: Scenario) -> list[str]:
    """Its changes and costs with their dates; numbers, mechanisms and the door that hold
    throughout; and what the base does and it does not."""
    ours, theirs = list(each_part(scenario)), list(each_part(base))
    told = [line for line in ours if line not in theirs]
    told += [f"without this: {line}" for line in theirs if line not in ours]
    return [*told, *_numbers(scenario, base), *_switches(scenario, base)]


def _numbers(scenario: Scenario, base: Scenario) -> Iterator[str]:
    """Numbers of the register that are not the base's."""
    if scenario.evidence == base.evidence:
        return
    known = parameter_names(scenario.evidence)
    for name, path in parameter_names(base.evidence).items():
        if name not in known:
            continue
        before, after = (number_at(e.evidence, path) for e in (base, scenario))
        if before != after:
            yield f"{THROUGHOUT}: {name} from {before} to {after}"


def _switches(scenario: Scenario, base: Scenario) -> Iterator[str]:
    off, off_in_base = switched_off(scenario), switched_off(base)
    yield from (f"{THROUGHOUT}: mechanism {x} switched off" for x in off if x not in off_in_base)
    yield from (f"{THROUGHOUT}: mechanism {x} on" for x in off_in_base if x not in off)
    if scenario.crisis_door != base.crisis_door:
        yield f"{THROUGHOUT}: crisis door by {scenario.crisis_door}"
