"""Unmet need calls for help: how often, about what, at which door, and what follows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scenarios.names import N_NEEDS, Need
from tests.reference.agency import Agency
from tests.reference.front_door import Referral, refer
from tests.reference.notices import call_under_notice
from tests.reference.person import NEEDS, Person
from tests.reference.record import NOWHERE, Kind
from tests.reference.streams import Stream, pick

if TYPE_CHECKING:
    from tests.reference.model import Twin

FAILURE_WEEKS = 26
"""A contact so soon after a refusal or closure in the same need is failure demand."""
MOST_CONTACTS = 14
"""In a week."""


def call_rates(model: Twin, person: Person) -> list[float]:
    """Contacts a week about each need, for propensity 1; fewer where an open case covers it."""
    course = model.course
    rates = [0.0] * N_NEEDS
    for need in NEEDS:
        x = person.level[need]
        rates[need] = course.contact_linear[need] * x + course.contact_cube[need] * x * x * x
        if need in person.served:
            rates[need] *= course.supported_contact_share
    return rates


def call_for_help(model: Twin, person: Person, rate: float) -> None:
    """This week's contacts, one after the other.

    rate   `call_rates` of the needs as they moved this week, before any blow
    """
    rate *= model.season * person.propensity
    u = model.draws.one(Stream.CONTACT, person.key)
    for number in range(_poisson(rate, u)):
        _contact(model, person, number)


def _poisson(rate: float, u: float) -> int:
    """The number whose cumulative probability first exceeds ``u``."""
    term = total = math.exp(-rate)
    n = 0
    while u >= total and n < MOST_CONTACTS:
        n += 1
        term *= rate / n
        total += term
    return n


def _contact(model: Twin, person: Person, number: int) -> None:
    """One contact; staff may refer the person on."""
    draws, place, week = model.draws, model.place, model.week
    need = _need_of_contact(model, person, draws.of(Stream.ROUTE, person.key, 3 * number))
    at_night = draws.of(Stream.ROUTE, person.key, 3 * number + 1) < place.night[need]
    u = draws.of(Stream.ROUTE, person.key, 3 * number + 2)
    agency = model.agencies[pick(place.route[need][at_night], u)]
    if agency.number == place.police and person.team and person.team.today.notice:
        agency = call_under_notice(model, person, person.team, number)
    door = agency.number
    model.record.count("contacts", door)
    model.record.count("contacts_for", need, door)
    if need in person.failed_week and week - person.failed_week[need] <= FAILURE_WEEKS:
        model.record.count("after_failure", door)
    person.contacted.add(door)
    person.spend += agency.today.contact_pence
    outcome = None
    if agency.today.emergency:
        outcome = _emergency(model, person, agency, need, number)
    told = 0 if outcome is None else outcome + 1
    model.record.tell(person, Kind.CONTACT, door, need=need, detail=told)
    crisis_team = place.crisis_door != NOWHERE  # a place may have none
    if outcome is not None and place.crisis_refers[outcome] and crisis_team:
        known = Referral(need, agency, quality=1.0, information=1.0)
        refer(model, person, model.agencies[place.crisis_door], known)
    if draws.of(Stream.REFER, person.key, 3 * number) < agency.today.refers[need]:
        to = agency
        if not agency.today.gated or agency.today.slice[need] == 0.0:
            u = draws.of(Stream.REFER, person.key, 3 * number + 1)
            to = model.agencies[pick(place.accepts[need], u)]
        known = Referral(need, agency, agency.today.quality, to.today.information)
        refer(model, person, to, known)


def _need_of_contact(model: Twin, person: Person, u: float) -> Need:
    """In proportion to the contacts that each need gives rise to."""
    rates = call_rates(model, person)
    left = u * sum(rates)
    calling = [need for need in NEEDS if rates[need] > 0.0]
    for need in calling:
        left -= rates[need]
        if left < 0.0:
            return need
    return calling[-1]


def _emergency(model: Twin, person: Person, agency: Agency, need: Need, number: int) -> int | None:
    """Police, ambulance and A&E tell a team of the front line of people, and meet crises.

    What becomes of a crisis of mental health, or None if it was none.
    """
    heard = model.draws.of(Stream.REFER, person.key, 3 * number + 2) < agency.today.quality
    if heard and model.front_line_team is not None:
        person.heard_of_by = model.front_line_team
    person.emergency_now += 1
    if need is not Need.MENTAL_HEALTH:
        return None
    if agency.number == model.place.police:
        person.police_for_mental_health += 1
    if person.level[need] < model.course.crisis_level:
        return None
    u = model.draws.of(Stream.CRISIS, person.key, number)
    outcome = pick(model.place.crisis_outcome, u)
    model.record.count("crisis_outcome", outcome)
    if max(person.level[Need.ALCOHOL], person.level[Need.DRUGS]) >= model.course.high_level:
        model.record.count("crisis_with_drink")
    person.spend += model.place.crisis_pence[outcome]
    return outcome
