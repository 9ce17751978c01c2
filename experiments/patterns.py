"""The patterns of the documents, how each is measured, and the mechanism that must carry it.

A pattern is carried by a mechanism if it goes, wholly or in part, when that mechanism is switched
off. Each mechanism is switched off alone, in the same people with the same draws, from the start
date on; the years before it are shared. A mechanism that protects is carried the other way round:
what it holds down rises without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np

from experiments.compare import Floats, Replicates
from experiments.stats import pairwise
from experiments.wording import Kind
from scenarios.resolved import Scenario
from scenarios.schema import Mechanisms

MECHANISMS: Final = tuple(Mechanisms.model_fields)
DO_NOTHING: Final = "do_nothing"
EMERGENCY: Final = ("contacts.police", "contacts.ambulance", "contacts.ae")
"""Those who cannot refuse."""

Direction = Literal["falls", "rises"]


@dataclass(frozen=True)
class Figure:
    """One figure that a pattern shows in."""

    words: str
    measures: tuple[str, ...]
    """Added up."""
    kind: Kind = "count"
    growth: bool = False
    """The last year less the first, instead of the whole horizon."""
    effect_of: str = ""
    """The scenario whose difference from doing nothing is meant; none: the level itself."""


@dataclass(frozen=True)
class Pattern:
    """A pattern, the figure it shows in, and what must become of it without each mechanism."""

    words: str
    source: str
    """Where the documents speak of it (S000 to S004, in the order of their numbers)."""
    figure: Figure
    without: tuple[str, ...]
    direction: Direction = "falls"


class Claim(NamedTuple):
    """A pattern and one of the mechanisms that carry it."""

    pattern: Pattern
    mechanism: str


class KnockOut(NamedTuple):
    """A pattern's figure by replicate: with everything on, and with the mechanism off."""

    on: Floats
    off: Floats

    @property
    def difference(self) -> Floats:
        """Off less on, replicate by replicate."""
        return pairwise(self.off, self.on)


_MULTIPLE = Figure("people with three or more high needs", ("people.multiple_needs",))

PATTERNS: Final = (
    Pattern(
        "Yo-yo: cases are closed when things go quiet, and opened again",
        "S001 2.16",
        Figure("openings per person ever open", ("yoyo.spells_per_person",), "number"),
        ("withdrawal", "relapse"),
    ),
    Pattern(
        "Yo-yo: what seemed settled comes back",
        "S001 2.16",
        Figure("withdrawals opened again in a year", ("yoyo.reopened_within_year",), "share"),
        ("relapse",),
    ),
    Pattern(
        "Threshold exclusion: most referrals end without help",
        "S001 3.2; S002 introduction",
        Figure("referrals refused, of those judged", ("nfa_share",), "share"),
        ("thresholds", "silos"),
    ),
    Pattern(
        "Police referrals are closed with no further action",
        "S002 introduction",
        Figure("police referrals refused", ("nfa_share.from_police",), "share"),
        ("thresholds",),
    ),
    Pattern(
        "Pressure: the bar rises with the queue, and more people stand below it",
        "S001 3.22",
        Figure("people below every threshold", ("hidden.below_every_threshold",)),
        ("pressure",),
    ),
    Pattern(
        "Dual-diagnosis bounce: neither service takes people with both needs",
        "S001 2.6, 3.2; S003 app. 2",
        Figure(
            "referrals refused, of people with mental ill-health and drink or drugs",
            ("nfa_share.both_needs",),
            "share",
        ),
        ("exclusions",),
    ),
    Pattern(
        "Non-engagement that the system makes",
        "S001 2.17, 3.22",
        Figure("closures for missed appointments", ("closed.non_engagement_share",), "share"),
        ("trust",),
    ),
    Pattern(
        "Failure demand: contacts follow a refusal, a withdrawal or a closure",
        "S001 3.20; S003 app. 2",
        Figure("contacts in the 26 weeks after one", ("failure_demand.share",), "share"),
        ("thresholds", "withdrawal", "non_engagement"),
    ),
    Pattern(
        "Hidden need: high in all, below the bar in every agency's slice",
        "S000 'each slice of information triggered a silo response'",
        Figure("people below every threshold", ("hidden.below_every_threshold",)),
        ("silos",),
    ),
    Pattern(
        "Known to many agencies, helped by none",
        "S001 2.24; S000 Case 1",
        Figure(
            "adults in contact with five or more agencies in a year, without an open case all year",
            ("hidden.known_to_many_helped_by_none",),
        ),
        ("waiting_lists", "thresholds", "exclusions"),
    ),
    Pattern(
        "Concentration: a few make much of the demand",
        "S000 'Started with demand volumes'",
        Figure(
            "police contacts for mental health by the heaviest 9%",
            ("concentration.top_9pct_share",),
            "share",
        ),
        ("heavy_tail",),
    ),
    Pattern(
        "Concentration: few people call at all (convex contacts hold the number down)",
        "S000 'Started with demand volumes'",
        Figure("such callers in a quarter", ("concentration.people_per_quarter",)),
        ("convex_contacts",),
        "rises",
    ),
    Pattern(
        "A cut moves demand to police, ambulance and A&E",
        "S001 3.17, 3.20",
        Figure("their contacts a year, cut less no cut", EMERGENCY, effect_of="budget_cut"),
        ("waiting_lists",),
    ),
    Pattern(
        "Doing nothing, it goes on: needs left unmet entrench",
        "S000 'If we do nothing'; S001 6.3 'entrenched'",
        Figure(
            "people with three or more high needs, last year less first",
            ("people.multiple_needs",),
            growth=True,
        ),
        ("entrenchment",),
    ),
    Pattern(
        "Needs cluster: blows of life, and needs that feed each other",
        "S001 2.12, 2.13; S000 Case 2",
        _MULTIPLE,
        ("life_events", "coupling"),
    ),
    Pattern(
        "The next generation: children enter care",
        "S000 'LAC case analysis'",
        Figure("children entering care a year", ("children.entered_care",)),
        ("next_generation",),
    ),
    Pattern(
        "The next generation: adversity is passed on",
        "S000 'LAC case analysis'",
        Figure("adverse experiences by age 18", ("aces.mean_at_18",), "number"),
        ("next_generation",),
    ),
    Pattern(
        "Early help keeps children out of care",
        "S002 key findings; S001 6.1",
        Figure("children entering care a year", ("children.entered_care",)),
        ("early_help",),
        "rises",
    ),
    Pattern(
        "Navigators: fewer calls on police, ambulance and A&E",
        "S003 5, 8",
        Figure(
            "their contacts a year, with navigators less without",
            EMERGENCY,
            effect_of="navigators",
        ),
        ("teams",),
        "rises",
    ),
    Pattern(
        "Lives go on: births, deaths and moves keep needs from piling up",
        "model's own",
        _MULTIPLE,
        ("lifecourse",),
        "rises",
    ),
)

CLAIMS: Final = tuple(
    Claim(pattern, mechanism) for pattern in PATTERNS for mechanism in pattern.without
)
assert {claim.mechanism for claim in CLAIMS} == set(MECHANISMS)


def world(scenario: str, without: str = "") -> str:
    """The name of a scenario with one mechanism off."""
    return f"{scenario}_without_{without}" if without else scenario


def switched_off(scenario: Scenario, mechanism: str) -> Scenario:
    """The same scenario with one mechanism off from its start date on."""
    off = scenario.mechanisms.model_copy(update={mechanism: False})
    return replace(scenario, name=world(scenario.name, mechanism), mechanisms=off)


def worlds(scenarios: Mapping[str, Scenario]) -> Iterator[Scenario]:
    """Every scenario that the patterns need, by name: each as it is, and with mechanisms off."""
    for name in dict.fromkeys(p.figure.effect_of or DO_NOTHING for p in PATTERNS):
        yield scenarios[name]
    for mechanism in MECHANISMS:
        yield switched_off(scenarios[DO_NOTHING], mechanism)
    for pattern, mechanism in CLAIMS:
        if pattern.figure.effect_of:
            yield switched_off(scenarios[pattern.figure.effect_of], mechanism)


def knock_out(found: Mapping[str, Replicates], claim: Claim) -> KnockOut:
    """What a pattern's figure was, by replicate, in both worlds."""
    figure = claim.pattern.figure
    return KnockOut(values(found, figure), values(found, figure, claim.mechanism))


def values(found: Mapping[str, Replicates], figure: Figure, without: str = "") -> Floats:
    """A figure, by replicate, with everything on or ``without`` one mechanism."""
    nothing = _sum(found[world(DO_NOTHING, without)], figure)
    if not figure.effect_of:
        return nothing
    return pairwise(_sum(found[world(figure.effect_of, without)], figure), nothing)


def _sum(runs: Replicates, figure: Figure) -> Floats:
    if figure.growth:
        parts = [runs.per_year[m][:, -1] - runs.per_year[m][:, 0] for m in figure.measures]
    else:
        parts = [runs.overall[m] for m in figure.measures]
    return np.asarray(np.sum(parts, axis=0))
