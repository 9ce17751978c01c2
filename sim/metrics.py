"""Every measure: its name, what it means, and the measures of one finished run.

The formulas stand in `sim.people` (people, children, hidden need), `sim.demand` (contacts, doors,
reopening, failure demand) and `sim.money`. Only the scenario's own weeks count, not the warm-up.
A flow is given per year, a stock at an average moment, a share of the pooled counts; over the
horizon they are a year's average, the average and the pooled share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np

from agents.arrays import Floats
from agents.recount import COMPLEX_AGENCIES, COMPLEX_NEEDS, KNOWN_TO_MANY, MULTIPLE
from sim.cast import Cast
from sim.costs import Activity, Ledger, ledger
from sim.demand import (
    contact_measures,
    door_measures,
    refusal_measures,
    return_measures,
    support_measures,
)
from sim.model import Place
from sim.money import money_measures
from sim.people import children_measures, group_measures, people_measures, year_measures
from sim.record import Record, record_of
from sim.series import Series

MEANING: Final = {
    "contacts.{agency}": "contacts a year, by residents with needs and by all others",
    "contacts.police_mental_health": "contacts a year with the police about mental health",
    "open.{door}": "people with an open case, watched cases included",
    "referrals.{agency}": "referrals a year that reached the door",
    "accepted.{agency}": "referrals a year that passed the screening, to wait for an assessment",
    "nfa.{agency}": "referrals a year that ended without help: refused or given up",
    "nfa.below_threshold": "of these at all doors: below the threshold, when received or assessed",
    "nfa.excluded": "of these: excluded for another need",
    "nfa.gave_up": "of these: gave up waiting",
    "nfa_share": "share of verdicts on referrals that were a refusal, waiting given up included",
    "nfa_share.from_police": "the same, of referrals by the police",
    "nfa_share.both_needs": "the same, of people with mental ill-health and drink or drugs",
    "waiting.{agency}": "people waiting for an assessment or a place",
    "wait_weeks.{agency}": "weeks from referral to opening, mean of the cases opened",
    "opened.{door}": "cases opened a year",
    "closed.{door}": "cases closed a year, for any reason",
    "closed.finished": "cases that agencies closed a year: finished, the need having passed",
    "closed.withdrawn": "the same: withdrawn after a quiet spell",
    "closed.non_engagement": "the same: for missed appointments",
    "closed.non_engagement.{agency}": "of these, by agency",
    "closed.time_up": "the same: at the end of the time allowed",
    "closed.left": "the same: moved away or died",
    "closed.non_engagement_share": "share of agencies' closures that were for non-engagement",
    "reopened.{agency}": "withdrawals a year followed by a new opening within 52 weeks",
    "yoyo.reopened_within_year": "share of agencies' withdrawals followed by a new opening at the "
    "same agency within 52 weeks; without the last year, whose sequel is not known",
    "yoyo.spells_per_person": "openings by person and agency ever open, from the beginning of the "
    "warm-up to the year's end",
    "attendance.share": "share of agencies' appointments that were attended",
    "failure_demand.share": "share of contacts in the 26 weeks after a refusal, withdrawal or "
    "closure of work not finished, in a need it was about, of contacts by residents with needs",
    "concentration.top_9pct_share": "share of a quarter's police contacts for mental health by the "
    "heaviest 9% of those who had any and still have needs, or a case, at its end",
    "concentration.people_per_quarter": "people with such a police contact in a quarter",
    "concentration.contacts_per_quarter": "such police contacts in a quarter",
    "crisis.police_hours": "hours of police crews with people in mental-health crisis, a year",
    "crisis.{outcome}": "mental-health crises a year with this outcome",
    "people.residents": "residents",
    "people.awake": "residents with a need, or known to a service",
    "people.multiple_needs": f"people with {MULTIPLE} or more high needs in an average week",
    "people.multiple_needs.by.{group}": "of these, at a quarter's end, by group",
    "people.in_crisis": "people with a need at crisis level in an average week",
    "people.in_crisis.by.{group}": "of these, at a quarter's end, by group",
    "crisis_weeks": "weeks that people spent in crisis, in a year, all together",
    "people.multiple_needs_in_year": f"adults with {MULTIPLE} or more high needs at once in a year",
    "people.two_of_three_in_year": "adults who in a year had high needs in two or more of housing, "
    "drink or drugs, and offending",
    "people.most_complex": f"adults who in a year had {COMPLEX_NEEDS} or more high needs and "
    f"contact with {COMPLEX_AGENCIES} or more agencies",
    "people.treated.{door}": "people with an open case at some time in a year",
    "hidden.below_every_threshold": "people with high need in all, below every agency's threshold "
    "taken alone, at a quarter's end",
    "hidden.known_to_many": f"adults in contact with {KNOWN_TO_MANY} or more agencies in a year",
    "hidden.known_to_many_helped_by_none": "of these, without an open case all year",
    "deaths.early": "early deaths a year that needs led to",
    "children.entered_care": "children who entered care, a year",
    "children.looked_after": "children looked after",
    "children.looked_after_per_10000": "children looked after, of 10,000 children",
    "children.in_need_per_10000": "open cases of children's social care, of 10,000 children",
    "children.referrals_per_10000": "referrals to children's social care past its screening, a "
    "year, for 10,000 children",
    "children.not_in_need_share": "of these, found below the threshold when assessed",
    "children.rereferred_share": "of these, accepted before within 52 weeks",
    "aces.mean_at_18": "adverse childhood experiences of those who turned 18, mean",
    "cost.total": "all spending of services and programmes, pounds a year",
    "cost.reactive": "spending of agencies that react to crises, and on prison",
    "cost.planned": "spending of all other agencies",
    "cost.programme": "what the scenario itself costs: teams, programmes' own costs, and budgets "
    "beyond those of today (a cut is a negative cost)",
    "cost.prison": "spending on prison",
    "cost.{door}": "spending of an agency or team: contacts, budget, placements, care, crises",
    "cost.payer.{payer}": "what this payer spends",
    "cashable_cost.{payer}": "the part of it of which every pound less is a pound in cash",
    "cost.per_person_with_multiple_needs": "what services spent in the year on one of "
    "people.multiple_needs_in_year, pounds",
    "discounted_cost.services": "cost.total without cost.programme, discounted to the start",
    "discounted_cost.programme": "cost.programme, discounted to the start",
}  # fmt: skip
"""Names of measures and what they mean. ``{door}`` is an agency with a front door, or a team (for
costs, any agency)."""


@dataclass(frozen=True, eq=False)
class Measures:
    """All measures of one run: see `sim.results.RunResult`."""

    names: tuple[str, ...]
    per_year: Floats
    overall: Floats


def measure(place: Place, cast: Cast) -> Measures:
    """All measures of a place that has been run to its end."""
    record = record_of(place)
    found = list(_all(record, ledger_of(record), cast))
    return Measures(
        names=tuple(name for name, _ in found),
        per_year=np.array([series.per_year for _, series in found]),
        overall=np.array([series.overall for _, series in found]),
    )


def meaning_of(name: str) -> str:
    """What a measure means. Raises KeyError if there is no such measure."""
    if name in MEANING:
        return MEANING[name]
    for pattern, meaning in MEANING.items():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", r"[^.]+", re.escape(pattern)), name):
            return meaning
    raise KeyError(name)


def ledger_of(record: Record) -> Ledger:
    """The ledger of a run."""
    weeks: Any = record.weeks.reshape(-1)
    activity = Activity(
        tally=weeks,
        background=record.background.reshape(len(weeks), -1),
        budget_pence=record.budget_pence.reshape(len(weeks), -1),
        crisis_pence=record.crisis_pence,
    )
    return ledger(record.scenario, activity)


def _all(record: Record, spent: Ledger, cast: Cast) -> Iterator[tuple[str, Series]]:
    return chain(
        people_measures(record),
        group_measures(record),
        year_measures(record, cast),
        children_measures(record),
        contact_measures(record, cast),
        door_measures(record, cast),
        refusal_measures(record),
        support_measures(record, cast),
        return_measures(record),
        money_measures(record.scenario, spent, cast),
    )
