"""Whether the agencies of a place, national and its own, make sense with one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from scenarios.files import Key, TomlFile
from scenarios.parameters import UNIVERSAL
from scenarios.problems import Problem, did_you_mean, listed
from scenarios.register import LocalAgencies
from scenarios.schema import AgencySpec

MOST_AGENCIES: Final = 30
AGENCY_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,40}")
RESERVED: Final = frozenset(
    (
        "total", "reactive", "planned", "programme", "prison", "payer",
        "per_person_with_multiple_needs", "police_mental_health",
        "below_threshold", "excluded", "gave_up",
        "finished", "withdrawn", "non_engagement", "non_engagement_share", "time_up", "left",
    )
)  # fmt: skip
"""Names that measures use beside those of agencies: ``cost.total``, ``nfa.excluded``."""


def check_agencies(
    local: LocalAgencies, national: dict[str, AgencySpec], source: TomlFile
) -> Iterator[Problem]:
    """A place's agencies, each by itself and with one another."""
    for name in sorted(local.names):
        if not AGENCY_NAME.fullmatch(name) or name in RESERVED:
            taken = "is a name that measures use" if name in RESERVED else "is no good name"
            hint = "use small letters, digits and underscores, beginning with a letter"
            yield source.problem(("agencies", name), "", f"agency '{name}' {taken}", hint)
    for name, spec in local.specs.items():
        for field, rule, hint in _agency_rules(name, spec, local, national.get(name)):
            yield source.problem(("agencies", name, field), getattr(spec, field), rule, hint)
    for door in ("crisis_door", "care_door"):
        having = [name for name, spec in local.specs.items() if getattr(spec, door)]
        if len(having) > 1:
            rule = f"only one agency can be the {door}, not {listed(having)}"
            yield source.problem(("agencies", having[-1], door), "true", rule)
    if len(local.names) > MOST_AGENCIES:
        rule = f"{len(local.names)} agencies; at most {MOST_AGENCIES} are possible"
        yield source.problem(("agencies",), "", rule)


def check_place_routes(local: LocalAgencies, source: TomlFile) -> Iterator[Problem]:
    """The routes that a place gives lead to agencies it has. Their shape is checked elsewhere."""
    for need, route in _tables(source.data.get("routes")):
        for when, shares in _tables(route):
            for name in sorted(set(shares) - local.names):
                rule = f"the {when} route of {need} names '{name}', which is no agency here"
                key: Key = ("routes", need, when, name)
                yield source.problem(key, shares[name], rule, did_you_mean(name, local.names))


def _tables(raw: Any) -> list[tuple[str, dict[str, Any]]]:
    """The tables in a table, whatever else may be in it."""
    items = raw.items() if isinstance(raw, dict) else ()
    return [(name, table) for name, table in items if isinstance(table, dict)]


def _agency_rules(
    name: str, spec: AgencySpec, local: LocalAgencies, national: AgencySpec | None
) -> Iterator[tuple[str, str, str]]:
    """The field, the rule it breaks and the suggestion."""
    if national is not None and spec.kind != national.kind:
        yield "kind", f"'{name}' is {national.kind} everywhere", "add an agency of your own instead"
    elif spec.kind == "universal":
        for field in sorted(spec.model_fields_set - UNIVERSAL):
            rule = f"'{field}' is for gated agencies, and '{name}' turns nobody away"
            yield field, rule, "leave it out"
    elif spec.cost_gbp_per_post.value <= 0:
        yield "cost_gbp_per_post", f"a post at '{name}' must cost more than 0", ""
    to = spec.redirects_to
    if to is not None and to not in local.names:
        hint = did_you_mean(to, local.names)
        yield "redirects_to", f"'{name}' redirects to '{to}', which is no agency here", hint
    elif to is not None and (to == name or _is_universal(to, local)):
        rule = f"'{name}' cannot redirect to '{to}'"
        yield "redirects_to", rule, "name another agency with a front door"


def _is_universal(name: str, local: LocalAgencies) -> bool:
    return name in local.specs and local.specs[name].kind == "universal"
