"""Where a pound moves many elsewhere: effects that compound, of which the size is least sure.

Whoever is not helped today needs more tomorrow, so that a place that is lost costs more elsewhere
than it saved, year upon year. Direction and order of this are the model's point; where it comes to
many times the money itself it rests on numbers that are mostly judged, and must not be promised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.stats import mean_interval

if TYPE_CHECKING:
    from experiments.compare import Replicates

MANY = 8.0
"""Pounds elsewhere for each pound of the change itself from which on it is told: twice what a place
in treatment that is lost costs in Portsmouth (README)."""
ELSEWHERE = " elsewhere in the model"
"""What follows on the sum, in every such note."""
ADVICE = "believe the direction more than the size"


def leverage_note(label: str, base: Replicates, other: Replicates) -> str:
    """What each pound of a scenario moves elsewhere, where it is many pounds; else empty.

    Only what pays for itself many times is told: a saving that costs, and a spending that saves.
    """
    if not {"cost.programme", "cost.total"} <= set(base.overall) & set(other.overall):
        return ""
    spent = other.overall["cost.programme"] - base.overall["cost.programme"]
    elsewhere = other.overall["cost.total"] - base.overall["cost.total"] - spent
    if not spent.mean():
        return ""
    moved = mean_interval(elsewhere / -spent.mean())
    if not moved.detectable or moved.mean < MANY:
        return ""
    what = "not spent costs" if spent.mean() < 0 else "spent saves"
    return (
        f"“{label}”: each pound {what} £{moved.mean:.0f}{ELSEWHERE}. Such effects compound over "
        f"years and rest on numbers that are mostly judged: {ADVICE} (docs/limits.md)."
    )


def leverage_notes(
    labels: Mapping[str, str], base: str, values: Mapping[str, Replicates]
) -> tuple[str, ...]:
    """Such a note for every scenario of which there is one to be made."""
    notes = (leverage_note(labels[name], values[base], found)
             for name, found in values.items() if name != base)  # fmt: skip
    return tuple(filter(None, notes))


def in_short(notes: Sequence[str]) -> Iterator[str]:
    """Such notes among those of a result, for wherever the scenario is named beside them."""
    for note in notes:
        if ELSEWHERE in note:
            pound = note.partition("”: ")[2].partition(ELSEWHERE)[0]
            yield f"{pound[0].upper()}{pound[1:]}{ELSEWHERE}: {ADVICE}."
