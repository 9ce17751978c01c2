"""Every number of the evidence files, as tables: value, range, status and source.

Sums of money are shown in the model's price year. What a file leaves to its default is not shown
as evidence. A number outside its own range is shown as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from experiments.describe_words import AGENCY, EVENT, NEED, Words
from experiments.markdown import code, number, table
from scenarios.files import HERE
from scenarios.load import load_evidence, load_scenario
from scenarios.names import AGE_BANDS
from scenarios.quantities import Quantity, Strict
from scenarios.resolved import Evidence
from scenarios.schema import AgencySpec

STATUSES: Final = ("measured", "estimated", "assumed")
PLACES: Final = ("portsmouth", "wiltshire", "durham", "newport", "anglesey", "unitary")
HEADINGS: Final = ("setting", "value", "low to high", "unit", "status", "source")


@dataclass(frozen=True)
class Fact:
    """One number (or one list of numbers) of the evidence files."""

    name: str
    value: str
    span: str
    status: str
    source: str

    def row(self, words: Words) -> tuple[str, ...]:
        """A row under HEADINGS."""
        return (code(self.name), self.value, self.span, words.unit, self.status, self.source)


@cache
def evidence() -> Evidence:
    """The national register, read once."""
    return load_evidence()


def facts(spec: Strict, words: dict[str, Words]) -> Iterator[tuple[Fact, Words]]:
    """The numbers that a file gives for one need, event or agency, in the order of the words."""
    for field, said in words.items():
        if field not in spec.model_fields_set:
            continue
        value = getattr(spec, field)
        if isinstance(value, dict):
            for key, each in value.items():
                yield _fact(f"{field}.{key}", each, spec), said
        else:
            yield _fact(field, value, spec), said


def register_facts() -> Iterator[tuple[str, Fact]]:
    """Every number of the national register, with the table it belongs to."""
    register = evidence()
    tables = (("needs", register.needs, NEED), ("events", register.events, EVENT),
              ("agencies", register.agencies, AGENCY))  # fmt: skip
    for kind, specs, words in tables:
        for spec in specs.values():
            yield from ((kind, fact) for fact, _ in facts(spec, words) if fact.name != "effect")
    for name, value in register.general.items():
        yield "general", _fact(name, value.value, value)


def parameters_page() -> str:
    """How many numbers there are, and how well each is known."""
    every = list(register_facts())
    counted = Counter((kind, fact.status) for kind, fact in every)
    kinds = ("needs", "events", "agencies", "general")
    rows = [
        [f"[{kind}]({kind}.md)", *(str(counted[kind, status]) for status in STATUSES)]
        for kind in kinds
    ]
    total = Counter(fact.status for _, fact in every)
    rows.append(["**all**", *(f"**{total[status]}**" for status in STATUSES)])
    outside = [f"{kind}: `{fact.name}`" for kind, fact in every if "outside" in fact.span]
    return "\n\n".join(
        [
            "# Numbers, and how well each is known",
            "*Measured*: an official or published figure. *Estimated*: worked out from such "
            "figures. *Assumed*: judgement, or fitted by hand. A list by age band counts as one "
            "number. [Routes](routes.md) are judgement but for the police's share of contacts "
            "about mental health, which is fitted, and are not counted.",
            table(("table", *STATUSES), rows),
            "Codes such as S001, P15, C36 or D08 are explained in the "
            "[list of sources](sources.md).",
            _outside(outside),
        ]
    )


def _outside(names: list[str]) -> str:
    if not names:
        return "Every number stands within its own range."
    return (
        "Fitted by hand beyond the range that was once written for them, which is to be widened or "
        "explained before any sensitivity analysis draws from it: " + "; ".join(names) + "."
    )


def needs_page() -> str:
    """How each need begins, moves and shows itself."""
    parts = ["# Needs", _meanings(NEED), "## Onsets", _onsets()]
    for name, spec in evidence().needs.items():
        rows = [f.row(w) for f, w in facts(spec, NEED) if f.name != "onset_per_1000_per_year"]
        parts += [f"## {spec.title} (`{name}`)", table(HEADINGS, rows)]
    return "\n\n".join(parts)


def _onsets() -> str:
    rows = [
        [code(name), *(number(x) for x in spec.onset_per_1000_per_year), spec.onset_source]
        for name, spec in evidence().needs.items()
    ]
    bands = [band.replace("_plus", "+").replace("_", "–") for band in AGE_BANDS]
    return "Per 1,000 people a year, by age.\n\n" + table(("need", *bands, "source"), rows)


def events_page() -> str:
    """Life events: how often they strike whom, and what they raise."""
    parts = ["# Life events", _meanings(EVENT)]
    for name, spec in evidence().events.items():
        rows = [fact.row(words) for fact, words in facts(spec, EVENT)]
        parts += [f"## {spec.title[0].upper()}{spec.title[1:]} (`{name}`)", table(HEADINGS, rows)]
    return "\n\n".join(parts)


def agencies_page() -> str:
    """Each agency in one row: whom it takes and when it lets go."""
    headings = ("agency", "kind", "who pays", "sees", "threshold: receipt, assessment",
                "excludes", "review", "closes after missed", "at most")  # fmt: skip
    rows = [_agency_row(name, spec) for name, spec in evidence().agencies.items()]
    return "\n\n".join(
        [
            "# Agencies and their rules",
            "As they are where a place's file says nothing else. A universal agency turns nobody "
            "away. Every number with its source: [agencies in numbers](agency_numbers.md).",
            table(headings, rows),
        ]
    )


def _agency_row(name: str, spec: AgencySpec) -> list[str]:
    title = f"{spec.title} (`{name}`)"
    if spec.kind == "universal":
        return [title, "universal", spec.payer, *[""] * 6]
    review = f"{spec.review_rule} after {number(spec.quiet_weeks.value)} quiet weeks"
    return [
        title,
        "gated, reactive" if spec.reactive else "gated",
        spec.payer,
        _by_need(spec.slice),
        f"{number(spec.screen_threshold.value)}, {number(spec.threshold.value)}",
        _by_need(spec.excludes),
        review,
        number(spec.missed_limit.value) if spec.missed_limit.value else "never",
        f"{number(spec.max_weeks.value)} weeks" if spec.max_weeks.value else "no end",
    ]


def _by_need(quantities: Any) -> str:
    return ", ".join(f"{need} {number(q.value)}" for need, q in quantities.items())


def agency_numbers_page() -> str:
    """Every number of every agency."""
    parts = ["# Agencies in numbers", _meanings(AGENCY)]
    for name, spec in evidence().agencies.items():
        rows = [fact.row(words) for fact, words in facts(spec, AGENCY)]
        parts += [f"## {spec.title} (`{name}`)", table(HEADINGS, rows)]
    return "\n\n".join(parts)


def general_page() -> str:
    """Numbers that belong to no single need or agency."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for name, value in evidence().general.items():
        fact = _fact(name, value.value, value)
        row = (*fact.row(Words(value.unit, ""))[:4], value.meaning, fact.status, fact.source)
        rows.setdefault(name.split(".")[0], []).append(row)
    headings = (*HEADINGS[:4], "meaning", *HEADINGS[4:])
    parts = [f"## {group.capitalize()}\n\n{table(headings, of)}" for group, of in rows.items()]
    return "\n\n".join(["# General numbers", *parts])


def routes_page() -> str:
    """To whom people turn, and what becomes of a crisis."""
    register = evidence()
    rows = [
        [code(need), _shares(route.day), _shares(route.night)]
        for need, route in register.routes.items()
    ]
    crisis = register.crisis
    outcomes = [
        [code(name), number(share), number(crisis.police_hours[name]),
         f"£{number(crisis.cost_gbp[name])}", "yes" if name in crisis.leads_to_crisis_team else ""]
        for name, share in crisis.outcomes.items()
    ]  # fmt: skip
    headings = ("outcome", "share", "hours of police", "other cost", "reaches the crisis team")
    return "\n\n".join(
        [
            "# Routes and the crisis door",
            "Shares of the contacts of a need, by day and out of hours.",
            table(("need", "day", "night"), rows),
            f"What becomes of a contact in a mental-health crisis ({crisis.source}).",
            table(headings, outcomes),
        ]
    )


def places_page() -> str:
    """The places that are here already, and what their files say."""
    parts = ["# Places", "What a place's file does not say is as in the national tables."]
    for name in PLACES:
        scenario = load_scenario(HERE / name / "do_nothing.toml")
        place = scenario.place
        residents = sum(place.population.values())
        rows = [_row(fact) for fact in _place_facts(scenario)]
        parts += [
            f"## {place.title} (`{name}`)",
            f"{residents:,.0f} residents ({place.population_source}).",
            table(("setting", "value", "status", "source"), rows),
        ]
    return "\n\n".join(parts)


def _place_facts(scenario: Any) -> Iterator[Fact]:
    place = scenario.place
    for field in ("deprivation_score", "looked_after_per_10000", "children_in_need_per_10000",
                  "moves_per_year"):  # fmt: skip
        yield _fact(field, getattr(place, field), place)
    for need, factor in place.onset_factor.items():
        yield _fact(f"onset_factor.{need}", factor, place)
    for name, settings in place.agencies.items():
        spec = scenario.evidence.agencies[name]
        for field in settings:
            value = getattr(spec, field)
            if isinstance(value, Quantity):
                yield _fact(f"{name}.{field}", value, spec)


def _row(fact: Fact) -> tuple[str, ...]:
    return (code(fact.name), fact.value, fact.status, fact.source)


def _fact(name: str, raw: Any, spec: Any) -> Fact:
    """A number with its own source, or with that of the table it stands in."""
    own = raw if isinstance(raw, Quantity) else spec
    value = raw.value if isinstance(raw, Quantity) else raw
    span = _span(value, getattr(own, "low", None), getattr(own, "high", None))
    return Fact(name, _shown(value), span, getattr(own, "status", ""), getattr(own, "source", ""))


def _span(value: Any, low: float | None, high: float | None) -> str:
    """The range, and whether the value has left it."""
    if low is None or high is None:
        return ""
    left = not isinstance(value, list) and not low <= value <= high
    return f"{number(low)} to {number(high)}" + (" (the value is outside)" if left else "")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(number(x) for x in value)
    return number(value)


def _meanings(words: dict[str, Words]) -> str:
    rows = [[code(field), said.unit, said.meaning] for field, said in words.items()]
    return table(("setting", "unit", "meaning"), rows)


def _shares(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {number(share)}" for name, share in shares.items())
