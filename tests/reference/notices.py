"""Notices: enforcement against those who call the police most. What makes them call is untouched.

Whoever is under a notice is on the books of the team that served it, like anybody a team helps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.names import Need
from tests.reference.agency import Agency
from tests.reference.life_events import Effect
from tests.reference.needs import raise_need
from tests.reference.person import Person
from tests.reference.record import Kind
from tests.reference.streams import Stream

if TYPE_CHECKING:
    from tests.reference.model import Twin


def call_under_notice(model: Twin, person: Person, team: Agency, number: int) -> Agency:
    """A call that would be made to the police: who is called instead, or what becomes of it."""
    rules = team.today
    if model.draws.of(Stream.NOTICE, person.key, 2 * number) < rules.deters:
        model.record.tell(person, Kind.DETERRED, rules.displaced_to, team.number)
        return model.agencies[rules.displaced_to]
    if model.draws.of(Stream.NOTICE, person.key, 2 * number + 1) < rules.arrest_share:
        _breach(model, person, team)
    return model.agencies[model.place.police]


def _breach(model: Twin, person: Person, team: Agency) -> None:
    """Arrested and fined: counted and paid for as an arrest, without prison."""
    model.record.tell(person, Kind.BREACHED, model.place.police, team.number)
    raise_need(model, person, Need.MONEY, team.today.fine)
    person.trust *= 1.0 - team.today.trust_cost
    if Effect.PRISON in model.course.event_effect:
        arrest = model.course.event_effect.index(Effect.PRISON)
        model.record.count("events", arrest)
        model.record.tell(person, Kind.LIFE_EVENT, detail=arrest)
        person.spend += model.course.arrest_pence
