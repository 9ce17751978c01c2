"""Measures of demand: contacts, what happens at the doors, and who comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from agents.arrays import Closure, Floats, QuarterCount, Refusal
from scenarios.names import WEEKS_PER_YEAR, Need
from sim.cast import Cast
from sim.record import Record
from sim.series import Series, except_last_year, flow, ratio, share, stock

Found = Iterator[tuple[str, Series]]
"""Measures by name."""

REFUSALS: Final = (Refusal.BELOW_THRESHOLD, Refusal.EXCLUDED, Refusal.GAVE_UP)
"""Referrals that ended without help; that someone has left the place is nobody's refusal."""


def contact_measures(record: Record, cast: Cast) -> Found:
    """Contacts by agency, those of failure demand, and how few people make many of them."""
    weeks = record.weeks
    contacts = weeks.contacts[:, :, : len(record.agencies)] + record.background
    for name in cast.agencies:
        yield f"contacts.{name}", flow(record.at(contacts, name))
    for_mental_health = weeks.contacts_for[:, :, Need.MENTAL_HEALTH]
    yield "contacts.police_mental_health", flow(record.at(for_mental_health, "police"))
    by_the_awake = weeks.contacts.sum(axis=-1)
    yield "failure_demand.share", share(weeks.after_failure.sum(axis=-1), by_the_awake)
    quarter = record.quarters.counts
    callers = quarter[..., QuarterCount.POLICE_MH_PEOPLE]
    calls = quarter[..., QuarterCount.POLICE_MH_CONTACTS]
    heaviest = quarter[..., QuarterCount.POLICE_MH_TOP_9PCT]
    yield "concentration.top_9pct_share", share(heaviest, calls)
    yield "concentration.people_per_quarter", stock(callers)
    yield "concentration.contacts_per_quarter", stock(calls)


def door_measures(record: Record, cast: Cast) -> Found:
    """Referrals, queues and waits by agency; caseloads by agency and team."""
    weeks = record.weeks
    for name in cast.gated:
        opened, waits = record.at(weeks.opened, name), record.at(weeks.wait, name)
        refused = record.at(weeks.refused, name)[..., REFUSALS].sum(axis=-1)
        yield f"referrals.{name}", flow(record.at(weeks.referrals, name))
        yield f"accepted.{name}", flow(record.at(weeks.accepted, name))
        yield f"nfa.{name}", flow(refused)
        yield f"waiting.{name}", stock(record.at(weeks.waiting, name))
        yield f"wait_weeks.{name}", share(waits, opened)
        yield f"reopened.{name}", except_last_year(flow, record.at(weeks.reopened, name))
    for name in (*cast.gated, *cast.teams):
        yield f"open.{name}", stock(record.at(weeks.open, name))
        yield f"opened.{name}", flow(record.at(weeks.opened, name))
        yield f"closed.{name}", flow(record.at(weeks.closed, name).sum(axis=-1))


def refusal_measures(record: Record) -> Found:
    """Referrals that ended without help, at all doors together."""
    weeks = record.weeks
    for reason in REFUSALS:
        yield f"nfa.{reason.name.lower()}", flow(weeks.refused[..., reason].sum(axis=-1))
    judged, refused = weeks.judged_from, weeks.refused_from
    yield "nfa_share", share(refused.sum(axis=-1), judged.sum(axis=-1))
    by_police = record.at(refused, "police"), record.at(judged, "police")
    yield "nfa_share.from_police", share(*by_police)
    yield "nfa_share.both_needs", share(weeks.both_refused, weeks.both_judged)


def support_measures(record: Record, cast: Cast) -> Found:
    """Attendance at agencies and why they close cases (teams left out); outcomes of crises."""
    weeks, n_agencies = record.weeks, len(record.agencies)
    attended = weeks.attended[..., :n_agencies].sum(axis=-1)
    missed = weeks.missed[..., :n_agencies].sum(axis=-1)
    yield "attendance.share", share(attended, attended + missed)
    closed = weeks.closed[:, :, :n_agencies].sum(axis=2)
    for reason in Closure:
        yield f"closed.{reason.name.lower()}", flow(closed[..., reason])
    for name in cast.gated:
        dropped_out = record.at(weeks.closed, name)[..., Closure.NON_ENGAGEMENT]
        yield f"closed.non_engagement.{name}", flow(dropped_out)
    non_engagement = closed[..., Closure.NON_ENGAGEMENT]
    yield "closed.non_engagement_share", share(non_engagement, closed.sum(axis=-1))
    for outcome, name in enumerate(cast.outcomes):
        yield f"crisis.{name}", flow(weeks.crisis_outcome[..., outcome])
    yield "crisis.police_hours", flow(_police_hours(record))


def _police_hours(record: Record) -> Floats:
    """Hours of police crews with people in crisis, by week: [years, 52]."""
    crisis = record.scenario.evidence.crisis
    outcomes = record.weeks.crisis_outcome[..., : len(crisis.outcomes)]
    if record.crisis_pence is None:
        hours: Floats = outcomes @ np.array([crisis.police_hours[n] for n in crisis.outcomes])
        return hours
    pence = record.crisis_pence[:, 1, : len(crisis.outcomes)].reshape(outcomes.shape)
    spent: Floats = (outcomes * pence).sum(axis=-1)
    return spent / max(1.0, 100.0 * crisis.police_gbp_per_hour.value)


def return_measures(record: Record) -> Found:
    """The yo-yo: withdrawn and back again, and how often cases open for the same people."""
    weeks, n_agencies = record.weeks, len(record.agencies)
    reopened = weeks.reopened[..., :n_agencies].sum(axis=-1)
    withdrawn = weeks.closed[:, :, :n_agencies, Closure.WITHDRAWN].sum(axis=-1)
    yield "yoyo.reopened_within_year", except_last_year(share, reopened, withdrawn)
    so_far = record.since_warm_up
    opened = _at_year_ends(so_far.opened[:, :n_agencies], len(weeks))
    first = _at_year_ends(so_far.first_opened[:, :n_agencies], len(weeks))
    yield "yoyo.spells_per_person", ratio(opened, first)


def _at_year_ends(counts: np.ndarray[tuple[int, ...], np.dtype[np.int32]], years: int) -> Series:
    """What had been counted, at all doors, by the end of each of the last ``years``."""
    so_far = counts.sum(axis=1).cumsum()[::-WEEKS_PER_YEAR][:years][::-1].astype(np.float64)
    return Series(so_far, float(so_far[-1]))
