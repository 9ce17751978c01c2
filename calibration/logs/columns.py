"""Which column of a log is what: guessed from its heading, or told by a small file.

    person = "client_ref"
    time = "contact_date"
    agency = "service"
    kind = "event_type"

`time_of_day`, `tag` (yes or no: a mental-health tag, say), `age` and `event` (an id of the event)
may be added. `agency_is = "Police"` stands for a column where all rows are of one agency,
`day_first = true` or `false` says how 03/04/2024 is meant, and `contacts = ["999", "Walk in"]`
which kinds are contacts, where their names do not begin as those of contacts do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from scenarios.files import read_toml
from scenarios.problems import InputError, Problem, did_you_mean

WORDS: Final = {
    "person": (
        "person", "person_id", "personid", "client", "client_id", "client_ref", "patient_id",
        "subject_id", "subject", "individual_id", "nominal_id", "nominal", "urn", "upn", "pid",
        "nhs_number", "service_user_id", "case_concept_name", "case_id", "caseid", "case",
    ),
    "time": (
        "time", "timestamp", "datetime", "date_time", "contact_time", "contact_date", "event_time",
        "event_date", "time_timestamp", "start_time", "start_timestamp", "complete_timestamp",
        "date", "contact_datetime", "created", "logged", "when",
    ),
    "time_of_day": ("time_of_day", "clock", "contact_clock", "hour", "time"),
    "agency": (
        "agency", "service", "org_group", "organisation", "organization", "provider", "team",
        "department", "org_resource", "resource", "source_system", "source",
    ),
    "kind": (
        "kind", "activity", "event_type", "contact_type", "type", "event", "concept_name", "action",
        "category", "incident_type",
    ),
    "tag": ("tag", "mental_health", "mh_tag", "mental_health_tag", "flag", "mh_flag", "tagged"),
    "age": ("age", "age_years", "age_at_contact"),
    "event": ("event_id", "incident_id", "log_number", "log_id", "record_id", "contact_id"),
}  # fmt: skip
"""Headings by which columns go, the likeliest first."""
NEEDED: Final = ("person", "time")


@dataclass(frozen=True)
class Columns:
    """The name of the column for each thing; None where there is none."""

    person: str
    time: str
    agency: str | None = None
    kind: str | None = None
    time_of_day: str | None = None
    tag: str | None = None
    age: str | None = None
    event: str | None = None
    agency_is: str | None = None
    day_first: bool | None = None
    contacts: tuple[str, ...] = ()
    """Kinds that are contacts; empty: those that begin as such kinds do."""

    @property
    def used(self) -> dict[str, str]:
        """The columns that are read, by what they are."""
        named = {name: getattr(self, name) for name in WORDS}
        return {name: column for name, column in named.items() if column}

    def as_toml(self) -> str:
        """The file that says the same."""
        lines = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value not in (None, ()):
                lines.append(f"{field.name} = {_toml(value)}")
        return "\n".join(lines)


def guess(head: Sequence[str], source: str) -> Columns:
    """The columns that a heading seems to mean. Raises InputError, naming what is not found."""
    words = {_word(name): name for name in reversed(head)}
    found: dict[str, str] = {}
    for what in ("person", "time", "agency", "kind", "tag", "age", "event", "time_of_day"):
        free = (words[w] for w in WORDS[what] if w in words and words[w] not in found.values())
        name = next(free, None)
        if name is not None:
            found[what] = name
    if "date" in words and found.get("time") == words.get("time"):
        found |= {"time": words["date"], "time_of_day": words["time"]}
    missing = [what for what in NEEDED if what not in found]
    if missing:
        there = ", ".join(_clean(name) for name in head[:12])
        rule = f"no column looks like {' or '.join(missing)}; there are: {there}"
        hint = 'say which in a file, person = "...", and give it with --columns'
        raise InputError([Problem(source, 1, "", "", rule, hint)])
    return Columns(**found)  # type: ignore[arg-type]  # a value for each field, by its name


def read_columns(path: Path, head: Sequence[str]) -> Columns:
    """The columns as a file says. Raises InputError with every problem of it."""
    said = read_toml(path).data
    problems = list(_problems(path, said, head))
    if problems:
        raise InputError(problems)
    return Columns(**{**said, "contacts": tuple(said.get("contacts", ()))})


def _problems(path: Path, said: Mapping[str, Any], head: Sequence[str]) -> list[Problem]:
    known = [field.name for field in fields(Columns)]
    found = []

    def add(key: str, rule: str, hint: str = "") -> None:
        found.append(Problem(str(path), None, key, "", rule, hint))

    for key, value in said.items():
        if key not in known:
            add(key, f"unknown setting '{key}'", did_you_mean(key, known))
        elif key == "day_first":
            if not isinstance(value, bool):
                add(key, "'day_first' must be true or false")
        elif key == "contacts":
            if not _texts(value):
                add(key, "'contacts' must be a list of kinds", 'contacts = ["999", "Walk in"]')
        elif not isinstance(value, str) or not value:
            add(key, f"'{key}' must be a text")
        elif key != "agency_is" and value not in head:
            add(key, f"{key}: the log has no column '{value}'", did_you_mean(value, head))
    for key in NEEDED:
        if key not in said:
            add(key, f"'{key}' is missing", f'add {key} = "the name of its column"')
    if "contacts" in said and "kind" not in said:
        add("contacts", "'contacts' names kinds, and no column of kinds is given", "add kind")
    if "agency" in said and "agency_is" in said:
        add("agency_is", "'agency' and 'agency_is' cannot both be given")
    return found


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, str) and x for x in value)


def _word(name: str) -> str:
    parts = "".join(c.lower() if c.isalnum() else " " for c in name).split()
    return "_".join(parts)


def _clean(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:40]


def _toml(value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
