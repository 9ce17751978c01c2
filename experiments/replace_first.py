"""Which of a place's own numbers to replace first: by what each does, and how far it is to be
trusted.

What each does was measured once, in a typical authority (`experiments.place_numbers`); how far to
trust it stands in the place's file. Of numbers that were not measured it is said that nothing is
known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from experiments.own_budgets import budgets_moved, own_budgets
from experiments.place_numbers import FILE, own_numbers
from scenarios.problems import listed
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario

SURE: Final = 6.08 / 2.36
"""How much wider than for one comparison an interval is, where it is to hold for about a hundred at
once: t of 8 replicates at 0.05 in 100, over t at 5 in 100."""
TITLES: Final = {
    "people.multiple_needs": "people with multiple unmet needs",
    "people.in_crisis": "people in crisis",
    "children.looked_after": "children looked after",
    "contacts.police": "contacts with the police",
}
TRUST: Final = {"assumed": "assumed", "estimated": "worked out from official figures"}


@dataclass(frozen=True)
class Weight:
    """What a number does: the outcome that it moves most, for its size."""

    outcome: str
    percent: float
    """By which the outcome changes where the number is a quarter higher instead of lower."""


def replace_first(scenario: Scenario) -> Iterator[str]:
    """Lines to print: what to find out first, what is known already, what was not measured."""
    measured = json.loads(FILE.read_text(encoding="utf-8"))
    own = own_numbers(scenario)
    unsure = {key: q for key, q in own.items() if q.status != "measured"}
    yield from _changed(scenario)
    yield from _ranked(scenario, unsure, measured)
    yield from _in_a_row(
        "Marked measured already, official or your own", [key for key in own if key not in unsure]
    )
    unknown = [key for key in unsure if key not in measured["numbers"]]
    yield from _in_a_row("In the file, but what they do was not measured", unknown)
    yield from _rest(measured)


def _changed(scenario: Scenario) -> Iterator[str]:
    """The budgets that the scenario itself moves: what it says rests on them first of all."""
    if moved := budgets_moved(scenario):
        titles = listed(scenario.evidence.agencies[agency].title for agency in moved)
        yield f"This scenario moves {titles}."
        yield from own_budgets(scenario, moved)


def weight_of(effects: Mapping[str, Sequence[float]], base: Mapping[str, float]) -> Weight | None:
    """The outcome that a number moves most beyond chance; None where it moves none."""
    found = [
        Weight(outcome, 100 * mean / base[outcome])
        for outcome, (low, mean, _) in effects.items()
        if abs(mean) > SURE * (mean - low)
    ]
    return max(found, key=lambda weight: abs(weight.percent), default=None)


def _ranked(
    scenario: Scenario, unsure: Mapping[str, Quantity], measured: Mapping[str, Any]
) -> Iterator[str]:
    """The numbers that are no figures of the place, those that do most first."""
    weights = {
        key: weight_of(measured["numbers"][key], measured["base"])
        for key in unsure
        if key in measured["numbers"]
    }
    telling = {key: weight for key, weight in weights.items() if weight is not None}
    yield "Replace first (what each does where it is a quarter higher instead of a quarter lower):"
    for i, key in enumerate(sorted(telling, key=lambda key: -abs(telling[key].percent)), 1):
        weight, trust = telling[key], TRUST[unsure[key].status]
        yield (
            f"  {i:>2}. {key} ({_whose(key, scenario)}{trust}): "
            f"{TITLES[weight.outcome]} {weight.percent:+.1f}%"
        )
    if not telling:
        yield "  none: no number of this file that is not measured moves anything beyond chance"
    yield from _in_a_row("Not to be told from chance", [k for k in weights if k not in telling])


def _whose(key: str, scenario: Scenario) -> str:
    """The agency whose number it is, where it is an agency's."""
    _, _, rest = key.partition("agencies.")
    agency = rest.partition(".")[0]
    return f"{scenario.evidence.agencies[agency].title}, " if agency else ""


def _in_a_row(heading: str, keys: Sequence[str]) -> Iterator[str]:
    if keys:
        yield f"{heading}: {', '.join(keys)}."


def _rest(measured: Mapping[str, Any]) -> Iterator[str]:
    """What the ranking rests on, and what it says nothing of."""
    yield (
        f"Tried in: {measured['place']}, doing nothing, {measured['years']} years, "
        f"{measured['replicates']} replicates; your place may differ. A quarter is the same "
        "measure for all, not how wrong each may be. Looked at: "
        f"{listed(TITLES[one] for one in measured['base'])}; not at pounds."
    )
    yield (
        "What the file leaves out is as in England, and what each of those numbers does in a place "
        "was not measured one by one; upstream sensitivity --at-random ranks those that have a "
        "range (docs/sensitivity.md)."
    )
