"""The place's numbers with which an ensemble was found, and which of them are others now.

Sets fit the place as its file was then. ``PLACE.json`` keeps the file's numbers as ``found_with``,
so that whoever draws on the sets can be told when they no longer fit the place asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scenarios.schema import PlaceSpec

Number = float | str | bool
TEXTS: Final = frozenset(("title", "source", "population_source", "status", "note"))
"""What a file says that is no number, nor says of which year, or country, a number is."""


def numbers_of(place: PlaceSpec) -> dict[str, Number]:
    """What a place's file sets, by dotted name: ``agencies.early_help.budget_gbp_per_year``."""
    return dict(_leaves(place.model_dump(mode="json")))


def changed_since(then: Mapping[str, Number], place: PlaceSpec) -> list[str]:
    """The numbers that are not what they were, each with what it was and is, in words."""
    now = numbers_of(place)
    return [
        f"{name} from {_said(then, name)} to {_said(now, name)}"
        for name in {**then, **now}
        if then.get(name) != now.get(name)
    ]


def _leaves(table: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, Number]]:
    for key, value in table.items():
        path = before if key == "value" else (*before, key)
        if key in TEXTS or value is None:
            continue
        if isinstance(value, list):
            value = dict(enumerate(value, 1))
        if isinstance(value, Mapping):
            yield from _leaves(value, path)
        else:
            yield ".".join(map(str, path)), value


def _said(numbers: Mapping[str, Number], name: str) -> str:
    value = numbers.get(name, "none")
    return value if isinstance(value, str) else f"{value:,.10g}"
