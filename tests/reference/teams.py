"""Teams that cross agencies: they speak up for people at other doors, and find new people.

A team has a caseload and no front door. Its cases are supported and reviewed like any other.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from scenarios.names import Need
from tests.reference.agency import Agency
from tests.reference.case import Case, Status
from tests.reference.front_door import Referral, begin_support, open_file, refer
from tests.reference.person import NEEDS, NEVER_IN_CARE, Person
from tests.reference.record import Kind
from tests.reference.streams import Stream, pick

if TYPE_CHECKING:
    from tests.reference.model import Twin

SPOKEN_FOR = 0.30
"""A team speaks up for an unserved need at this level or above."""
FOUND_FROM = 2.0
"""A data feed shows nobody with a lower score."""
_YOUNG_WEEKS = 25 * 52
_ABOUT_EVERYTHING = Need.MENTAL_HEALTH
"""A team's case is about the whole person; its need says nothing."""


class Finding(IntEnum):
    """How a team finds people."""

    NOT_A_TEAM = 0
    DATA_FEED = 1
    REFUSED_REFERRAL = 2
    EARLY_RISK = 3
    FRONT_LINE = 4


class PassedOver(StrEnum):
    """Why a team does not approach someone whom its rule shows."""

    ON_THE_BOOKS = "on the books already"
    AGE = "of another age"
    CHILD = "a child"
    NEVER_IN_CARE = "never looked after"
    NEEDS = "without the needs it is for"


def reach_out(model: Twin) -> None:
    """Speak up for those on the books, then find people for free places."""
    teams = [agency for agency in model.agencies if agency.is_team]
    for case in list(model.cases):
        if case.agency in teams and case.status is Status.OPEN:
            _stand_by(model, case)
    for team in teams:
        if team.today.places - team.places_taken() >= 1.0:
            _find(model, team)
    for person in model.awake:
        person.heard_of_by = None


def _stand_by(model: Twin, case: Case) -> None:
    """From the end of consent and assessment on, a team speaks for those on its books.

    It is then the team that the person has, unless another stands by her or him already.
    """
    person, team = case.person, case.agency
    if case.in_preparation(model.week):
        model.record.tell(person, Kind.PREPARING, team.number)
        return
    if person.team is None:
        person.team = team
        model.record.tell(person, Kind.TEAM_BEGAN, team.number)
    elif person.team is not team:
        model.record.tell(person, Kind.SECOND_TEAM, team.number)
    _speak_up(model, person, team)


def _speak_up(model: Twin, person: Person, team: Agency) -> None:
    """A referral that carries the whole picture, for the highest need that nobody serves."""
    if model.draws.of(Stream.ADVOCACY, person.key, 2 * team.number) >= team.today.advocacy:
        return
    unserved = [
        need for need in NEEDS if need not in person.served and person.level[need] >= SPOKEN_FOR
    ]
    if unserved:
        need = max(reversed(unserved), key=lambda k: person.level[k])
        u = model.draws.of(Stream.ADVOCACY, person.key, 2 * team.number + 1)
        to = model.agencies[pick(model.place.accepts[need], u)]
        model.record.tell(person, Kind.SPOKEN_FOR, to.number, team.number, need)
        refer(model, person, to, Referral(need, team, quality=1.0, information=1.0))


def _find(model: Twin, team: Agency) -> None:
    """Approach people in the order of the team's rule until its places are taken."""
    by_feed = team.today.finding in (Finding.DATA_FEED, Finding.EARLY_RISK)
    if by_feed and model.week % team.today.feed_weeks != 0:
        return
    found = []
    for person in model.awake:
        score = _score(model, person, team)
        known = score >= FOUND_FROM if by_feed else person.heard_of_by is team
        if known and person.team is None and _looks_for(model, team, person):
            tie = model.draws.of(Stream.FINDING, person.key, team.number)
            found.append((score + tie, person))
    for _, person in sorted(found, key=lambda pair: pair[0], reverse=True):
        if team.places_taken() + 1.0 <= team.today.places:
            _approach(model, person, team)


def _looks_for(model: Twin, team: Agency, person: Person) -> bool:
    """Whether a person that a team comes upon is one of those it is for."""
    why_not = _why_not(model, team, person)
    if why_not:
        model.record.tell(person, Kind.PASSED_OVER, team.number, detail=why_not)
    return why_not is None


def _why_not(model: Twin, team: Agency, person: Person) -> PassedOver | None:
    """Some teams are for adults only, for an age, for those once in care, or for certain needs."""
    rules = team.today
    first, end = rules.found_ages
    if person.case_at(team):
        return PassedOver.ON_THE_BOOKS
    if not first <= model.week - person.birth_week < end:
        return PassedOver.AGE
    if rules.adults_only and person.is_child:
        return PassedOver.CHILD
    if rules.care_experienced and person.care == NEVER_IN_CARE:
        return PassedOver.NEVER_IN_CARE
    if any(x < least for x, least in zip(person.level, rules.finds_with, strict=True)):
        return PassedOver.NEEDS
    return None


def _score(model: Twin, person: Person, team: Agency) -> float:
    """What records show: emergency contacts; for early risk also agencies known to, and youth."""
    contacts = float(person.emergency_now + person.emergency_before)
    if team.today.finding != Finding.EARLY_RISK:
        return contacts
    young = model.week - person.birth_week < _YOUNG_WEEKS
    return min(contacts, 6.0) + 2.0 * len(person.contacted) + (4.0 if young else 0.0)


def _approach(model: Twin, person: Person, team: Agency) -> None:
    """Ask someone whether they want this team's help; the more trust, the likelier a yes.

    An order or a notice is not asked about, and a notice costs trust.
    """
    u = model.draws.of(Stream.CONSENT, person.key, team.number)
    agrees = u < team.today.consent * (0.5 + 0.5 * person.trust)
    model.record.tell(person, Kind.TEAM_ASKED, team.number, detail=int(agrees))
    if not agrees:
        if not team.today.compulsory:
            return
        model.record.tell(person, Kind.NOT_ASKED, team.number)
    case = open_file(model, person, team, _ABOUT_EVERYTHING, team, Status.OPEN)
    if team.today.delay_weeks == 0:
        person.team = team
    person.trust *= 1.0 - team.today.trust_cost
    begin_support(model, case)
