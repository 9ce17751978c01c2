"""What a scenario is made of, as causes that `upstream explain` can leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.wording import plain_words

if TYPE_CHECKING:
    from experiments.shapley import Subset
    from scenarios.resolved import DatedChange, Scenario

EACH_UP_TO = 4
"""So many changes of a scenario are each a cause; more go together by the file they stand in."""


@dataclass(frozen=True)
class Part:
    """What is switched on together: some of a scenario's changes and costs, by place."""

    label: str
    changes: tuple[int, ...]
    costs: tuple[int, ...]


def parts_of(scenario: Scenario, each: bool) -> list[Part]:
    """What a scenario is made of: each change where they are few, else each file's changes."""
    changes, costs = scenario.changes, scenario.costs
    if each or len(changes) <= EACH_UP_TO:
        parts = [Part(words_for(d, scenario), (i,), ()) for i, d in enumerate(changes)]
        origins = dict.fromkeys(cost.origin for cost in costs)
        return parts + [Part(f"{_stem(o)}: its own cost", (), _places(costs, o)) for o in origins]
    origins = dict.fromkeys([*(d.origin for d in changes), *(c.origin for c in costs)])
    return [_together(scenario, origin) for origin in origins]


def _together(scenario: Scenario, origin: str) -> Part:
    at = _places(scenario.changes, origin)
    one = len(at) == 1
    label = words_for(scenario.changes[at[0]], scenario) if one else _stem(origin)
    return Part(label, at, _places(scenario.costs, origin))


def _places(items: Sequence[Any], origin: str) -> tuple[int, ...]:
    return tuple(i for i, item in enumerate(items) if item.origin == origin)


def _stem(origin: str) -> str:
    return plain_words(Path(origin).stem)


def words_for(dated: DatedChange, scenario: Scenario) -> str:
    """A change in a few words."""
    change: Any = dated.change
    if change.kind == "team":
        return str(change.title)
    agencies = scenario.evidence.agencies
    named = getattr(change, "agency", None) or next(
        iter(getattr(change, "agencies", None) or ()), ""
    )
    who = agencies[named].title if named in agencies else "all agencies" if named == "all" else ""
    if not who:
        about = [*getattr(change, "needs", ()), getattr(change, "need", ""),
                 getattr(change, "event", "")]  # fmt: skip
        who = ", ".join(plain_words(a).lower() for a in about if a)
    return f"{plain_words(change.kind)}: {who}" if who else plain_words(change.kind)


def with_parts(scenario: Scenario, parts: Sequence[Part], on: Subset) -> Scenario:
    """The scenario with only some of its parts; the others' start is put off beyond the end."""
    from experiments.paired import nothing_changed

    put_off = nothing_changed(scenario).changes
    changes = {i for p in on for i in parts[p].changes}
    costs = {i for p in on for i in parts[p].costs}
    return replace(
        scenario,
        changes=tuple(d if i in changes else put_off[i] for i, d in enumerate(scenario.changes)),
        costs=tuple(c for i, c in enumerate(scenario.costs) if i in costs),
    )
