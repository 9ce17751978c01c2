"""Sets numbers of the register from a scenario's ``[parameters]``, by dotted name.

``needs.drugs.remission_per_year``, ``events.eviction.slopes_per_year.money``,
``agencies.substance.effect.alcohol``, ``general.people.frailty_sigma``: whatever number the
register holds can be set, within the bounds that hold for it there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

from scenarios.files import TomlFile
from scenarios.problems import Problem, did_you_mean, shown
from scenarios.quantities import Quantity, Strict
from scenarios.resolved import Evidence
from scenarios.schema import GeneralValue
from scenarios.shape import errors_in_words

MOST_UNKNOWN: Final = 50
"""Finding the nearest of two thousand names takes time; beyond this many they are only counted."""

UNIVERSAL: Final = frozenset(
    (
        "title", "kind", "reactive", "payer", "cost_gbp_per_contact", "background_gbp_per_contact",
        "cashable_share",
        "background_contacts_per_year", "refers", "referral_quality",
    )
)  # fmt: skip
"""The settings of an agency that turns nobody away; all others belong to a gated one."""

UNQUANTIFIED: Final = ("budget_gbp_per_year", "onset_per_1000_per_year")
"""Numbers that may be left out, or are lists."""

UNIT_BOUNDS: Final = {
    "share": (0.0, 1.0), "probability": (0.0, 1.0), "level": (0.0, 1.0), "0 to 1": (0.0, 1.0),
    "share of the gap": (0.0, 1.0), "per week": (0.0, 1.0), "per ACE": (-1.0, 1.0),
    "weeks": (0.0, 5200.0), "years": (0.0, 100.0),
    "per year": (0.0, 52.0), "per woman and year": (0.0, 52.0),  # a week holds one at most
}  # fmt: skip
"""What a general number of this unit can be at all; of any other unit: 0 to 10 million."""


@dataclass(frozen=True)
class Setting:
    """One line of ``[parameters]``. Numbers of money are in the model's price year."""

    name: str
    value: float | list[float]
    source: TomlFile

    @property
    def as_assumed(self) -> dict[str, Any]:
        """What becomes of a number that is set here: its value, and where it now comes from."""
        source = f"[parameters] of {self.source.label}"
        return {"value": self.value, "status": "assumed", "source": source}

    def problem(self, rule: str, suggestion: str = "") -> Problem:
        """A problem with this line."""
        return self.source.problem(("parameters", self.name), self.value, rule, suggestion)


Path = tuple[str, ...]
"""The way to a number: kind, item, field and, within a table, key."""


def parameter_names(evidence: Evidence) -> dict[str, Path]:
    """Every name that ``[parameters]`` may set, and the way to it."""
    names: dict[str, Path] = {}
    for kind, specs in _kinds(evidence).items():
        for item, spec in specs.items():
            for path in _paths(spec):
                dotted = ".".join(part for part in (kind, item, *path) if part)
                names[dotted] = (kind, item, *path)
    names |= {f"general.{name}": ("general", name, "value") for name in evidence.general}
    return names


def number_at(evidence: Evidence, path: Path) -> float | list[float] | None:
    """The number at the end of a path of ``parameter_names``; None where none is given."""
    found: Any = _all(evidence)[path[0]]
    for part in path[1:]:
        found = found.get(part) if isinstance(found, dict) else getattr(found, part)
        if found is None:
            return None
    value: float | list[float] = getattr(found, "value", found)
    return value


def apply_parameters(evidence: Evidence, settings: list[Setting]) -> tuple[Evidence, list[Problem]]:
    """The register with the settings made, and the problems with those that could not be."""
    if not settings:
        return evidence, []
    names = parameter_names(evidence)
    problems = list(_unknown([s for s in settings if s.name not in names], names))
    by_item: dict[Path, dict[Path, Setting]] = {}
    for setting in settings:
        if setting.name in names:
            path = names[setting.name]
            by_item.setdefault(path[:2], {})[path[2:]] = setting
    for (kind, item), changed in by_item.items():
        spec, wrong = _changed((kind, item), _all(evidence)[kind][item], changed)
        problems += wrong
        evidence = _with(evidence, kind, item, spec)
    return evidence, problems


def _kinds(evidence: Evidence) -> dict[str, dict[str, Any]]:
    return {
        "needs": evidence.needs,
        "events": evidence.events,
        "agencies": evidence.agencies,
        "crisis": {"": evidence.crisis},
        "crisis_pathway": {"": evidence.crisis_pathway},
    }


def _all(evidence: Evidence) -> dict[str, dict[str, Any]]:
    return _kinds(evidence) | {"general": evidence.general}


def _with(evidence: Evidence, kind: str, item: str, spec: Any) -> Evidence:
    if kind in ("crisis", "crisis_pathway"):
        return dataclasses.replace(evidence, **{kind: spec})
    return dataclasses.replace(evidence, **{kind: getattr(evidence, kind) | {item: spec}})


def _paths(spec: Strict) -> Iterator[Path]:
    """The numbers of one model: its fields, and the keys of its tables of numbers."""
    for name, field in type(spec).model_fields.items():
        value = getattr(spec, name)
        if getattr(spec, "kind", "") == "universal" and name not in UNIVERSAL:
            continue
        if isinstance(value, Quantity) or name in UNQUANTIFIED:
            yield (name,)
        elif isinstance(value, dict):
            yield from ((name, key) for key in _keys(field.annotation, value))


def _keys(annotation: Any, value: dict[str, Any]) -> tuple[str, ...]:
    """The keys a table may have, where they are fixed, else those it has."""
    key = get_args(annotation)[0]
    return get_args(key) if get_origin(key) is Literal else tuple(value)


def _unknown(settings: list[Setting], names: dict[str, Path]) -> Iterator[Problem]:
    for setting in settings[:MOST_UNKNOWN]:
        hint = did_you_mean(setting.name, names, otherwise="see scenarios/evidence for the names")
        yield setting.problem(f"there is no parameter '{setting.name}'", hint)
    if len(settings) > MOST_UNKNOWN:
        more = f"... and {len(settings) - MOST_UNKNOWN} more parameters that do not exist"
        yield settings[MOST_UNKNOWN].problem(more)


def _changed(of: Path, spec: Any, changed: dict[Path, Setting]) -> tuple[Any, list[Problem]]:
    """One model with some of its numbers set, checked anew; unchanged where that fails."""
    if isinstance(spec, GeneralValue):
        return _changed_general(spec, next(iter(changed.values())))
    raw = spec.model_dump(exclude_unset=True)
    for path, setting in changed.items():
        table = raw
        for part in path[:-1]:
            table = table.setdefault(part, {})
        table[path[-1]] = _number(table.get(path[-1]), setting)
    free = changed.get(("cost_gbp_per_post",))
    if free is not None and free.value == 0:
        return spec, [free.problem(f"'{free.name}' must be more than 0")]
    wrong = errors_in_words(type(spec), raw, tuple(part for part in of if part))
    if not wrong:
        return type(spec).model_validate(raw), []
    first = next(iter(changed.values()))
    return spec, [_whose(key, changed, first).problem(*one[1:]) for key, one in wrong.items()]


def _whose(key: tuple[str | int, ...], changed: dict[Path, Setting], other: Setting) -> Setting:
    """The setting that an error speaks of; ``other`` where it speaks of several."""
    for path, setting in changed.items():
        if key[: len(path)] == path:
            return setting
    return other


def _number(old: Any, setting: Setting) -> Any:
    """The new number, with the range of the old one where that had any."""
    if not isinstance(old, dict):
        return setting.value
    return old | setting.as_assumed


def _changed_general(spec: GeneralValue, setting: Setting) -> tuple[GeneralValue, list[Problem]]:
    """A general number, of the same shape as before and possible for its unit."""
    old, new = spec.value, setting.value
    lengths = [len(value) if isinstance(value, list) else 0 for value in (old, new)]
    if lengths[0] != lengths[1]:
        wanted = f"a list of {lengths[0]} numbers" if lengths[0] else "a single number"
        return spec, [setting.problem(f"'{setting.name}' must be {wanted}")]
    low, high = UNIT_BOUNDS.get(spec.unit.removesuffix(" by age band"), (0.0, 1e7))
    numbers = new if isinstance(new, list) else [new]
    if not all(low <= number <= high for number in numbers):
        rule = f"'{setting.name}' must be between {low:g} and {high:,.0f}, not {shown(new)}"
        return spec, [setting.problem(rule)]
    return spec.model_copy(update=setting.as_assumed), []
