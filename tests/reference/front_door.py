"""Front doors: a referral is screened on receipt, waits, is judged, and waits again for a place.

An agency sees its own slice of need, blurred. Whom it refuses keeps the need, and loses trust.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scenarios.names import WEEKS_PER_YEAR, Need
from tests.reference.agency import Agency
from tests.reference.case import WAITING, Case, Refusal, Status
from tests.reference.person import Person
from tests.reference.record import NOWHERE, Kind
from tests.reference.streams import Stream

if TYPE_CHECKING:
    from tests.reference.model import Twin


@dataclass(frozen=True)
class Referral:
    """What reaches a door with a person.

    quality      0 to 1, how much of the person's need the referral conveys
    information  0 to 1, how much of the whole picture comes with it
    """

    need: Need
    source: Agency
    quality: float
    information: float


# on receipt


def refer(model: Twin, person: Person, to: Agency, referral: Referral) -> None:
    """A referral, and where it is refused and passed on, a second. Then it ends."""
    if _screen(model, person, to, referral):
        return
    onward = to.today.redirect_to
    u = model.draws.of(Stream.SCREEN, person.key, 6 * to.number + 5)
    if onward != NOWHERE and u < to.today.redirect_share:
        model.record.tell(person, Kind.PASSED_ON, to.number, onward, referral.need)
        better = max(referral.quality, to.today.quality)
        again = replace(referral, source=to, quality=better)
        _screen(model, person, model.agencies[onward], again)


def _screen(model: Twin, person: Person, to: Agency, referral: Referral) -> bool:
    """Screening. True unless the referral was refused: then it may be passed on."""
    if person.case_at(to) or to.today.places <= 0.0:
        return True
    course, lost = model.course, 1.0 - referral.quality
    model.record.count("referrals", to.number)
    model.record.tell(person, Kind.REFERRED, to.number, referral.source.number, referral.need)
    blur = course.referral_blur * lost * model.draws.bell(Stream.SCREEN, person.key, 2 * to.number)
    conveyed = 1.0 - course.referral_loss * lost
    view = conveyed * to.sees(person, referral.information) + blur
    if view >= to.today.screen:
        _accept(model, person, to, referral, view)
        return True
    reason = Refusal.BELOW_THRESHOLD
    _refuse(model, person, to, referral.need, referral.source, reason, referral.quality)
    count_verdict(model, person, referral.source, refused=True)
    return False


def _accept(model: Twin, person: Person, to: Agency, referral: Referral, view: float) -> None:
    """On the list for an assessment, further forward with time and with need."""
    model.record.count("accepted", to.number)
    model.record.tell(person, Kind.ACCEPTED, to.number, referral.source.number, referral.need)
    before = person.accepted_week.get(to)
    if before is not None and model.week - before <= WEEKS_PER_YEAR:
        model.record.count("reaccepted", to.number)
    person.accepted_week[to] = model.week
    tie = model.draws.of(Stream.TIE, person.key, to.number)
    rank = model.course.queue_weeks_per_level * view - model.week + tie
    open_file(model, person, to, referral.need, referral.source, Status.AWAITS_ASSESSMENT, rank)


def open_file(
    model: Twin,
    person: Person,
    agency: Agency,
    need: Need,
    source: Agency,
    status: Status,
    rank: float = 0.0,
) -> Case:
    """A new case, behind all others in the order of referral."""
    case = Case(person, agency, need, source, status, rank, model.week, model.week)
    for files in (model.cases, agency.cases, person.cases):
        files.append(case)
    return case


def close_file(model: Twin, case: Case) -> None:
    """A case is over, for whatever reason."""
    for files in (model.cases, case.agency.cases, case.person.cases):
        files.remove(case)
    if case.person.team is case.agency:
        case.person.team = None


def _refuse(
    model: Twin,
    person: Person,
    agency: Agency,
    need: Need,
    source: Agency,
    reason: Refusal,
    known: float,
) -> None:
    """No help. Trust is lost as far as the person knew of it (``known``, 0 to 1)."""
    model.record.count("refused", agency.number, reason.name)
    model.record.tell(person, Kind.REFUSED, agency.number, source.number, need, reason.name)
    person.trust *= 1.0 - model.course.trust_loss_refusal * known
    person.failed_week[need] = model.week
    if model.refused_team and reason in (Refusal.BELOW_THRESHOLD, Refusal.EXCLUDED):
        person.heard_of_by = model.refused_team


def count_verdict(model: Twin, person: Person, source: Agency, refused: bool) -> None:
    """By who referred; and those with both mental ill-health and drink or drugs."""
    record, high = model.record, model.course.high_level
    record.count("judged_from", source.number)
    record.count("refused_from", source.number, by=refused)
    drink_or_drugs = max(person.level[Need.ALCOHOL], person.level[Need.DRUGS])
    if person.level[Need.MENTAL_HEALTH] >= high and drink_or_drugs >= high:
        record.count("both_judged")
        record.count("both_refused", by=refused)


# the waiting lists


def front_door(model: Twin) -> None:
    """Some leave the lists; free assessments go to those in front, who are judged."""
    for case in list(model.cases):
        if case.status in WAITING:
            _leave_list(model, case)
    for agency in model.agencies:
        spare = min(agency.spare_assessments, 1.0)  # part of one carries over, whole ones do not
        agency.spare_assessments = spare + agency.today.assessments
        free = math.floor(agency.spare_assessments)
        for case in _in_front(agency, Status.AWAITS_ASSESSMENT, free):
            agency.spare_assessments -= 1.0
            _assess(model, case)


def _in_front(agency: Agency, status: Status, free: int) -> list[Case]:
    """Those at the front of a list, as many as there are places."""
    queue = sorted(agency.with_status(status), key=lambda case: case.rank, reverse=True)
    return queue[: max(0, free)]


def _leave_list(model: Twin, case: Case) -> None:
    """Who moved, died or came of age leaves; others may give up, the sooner the less trust."""
    person, door = case.person, case.agency.number
    of_age = case.need is Need.FAMILY and not person.is_child
    if not person.resident or of_age:
        reason = Refusal.LEFT
        model.record.count("refused", door, reason.name)
        model.record.tell(person, Kind.REFUSED, door, case.source.number, case.need, reason.name)
        close_file(model, case)
        return
    p = model.course.give_up * (1.5 - person.trust)
    if model.draws.of(Stream.GIVE_UP, person.key, door) < p:
        _turn_away(model, case, Refusal.GAVE_UP, known=0.0)


def _turn_away(model: Twin, case: Case, reason: Refusal, known: float = 1.0) -> None:
    """A referral past the screening ends without help; it has been judged only once."""
    _refuse(model, case.person, case.agency, case.need, case.source, reason, known)
    if case.status is Status.AWAITS_ASSESSMENT:
        count_verdict(model, case.person, case.source, refused=True)
    close_file(model, case)


def _assess(model: Twin, case: Case) -> None:
    """The agency's own view, its threshold, its exclusions; telling it all again costs trust."""
    person, agency, course = case.person, case.agency, model.course
    information = 1.0 if person.team else agency.today.information
    person.trust *= 1.0 - course.trust_loss_retelling * (1.0 - information)
    view = agency.sees(person, information)
    bell = model.draws.bell(Stream.ASSESS, person.key, 2 * agency.number)
    if view + course.assessment_blur * bell < agency.today.threshold:
        model.record.count("found_below", agency.number)
        _turn_away(model, case, Refusal.BELOW_THRESHOLD)
    elif _excluded(model, person, agency):
        _turn_away(model, case, Refusal.EXCLUDED)
    else:
        count_verdict(model, person, case.source, refused=False)
        model.record.tell(person, Kind.FOUND_IN_NEED, agency.number, need=case.need)
        case.become(Status.AWAITS_PLACE, model.week)


def _excluded(model: Twin, person: Person, agency: Agency) -> bool:
    """Whether the door stays shut because of another need; a team's word may open it."""
    if not any(x >= most for x, most in zip(person.level, agency.today.exclude, strict=True)):
        return False
    u = model.draws.of(Stream.ASSESS, person.key, 6 * agency.number + 5)
    if person.team and u < person.team.today.waives:
        model.record.tell(person, Kind.WAIVED, agency.number, person.team.number)
        return False
    return True


def allocate(model: Twin) -> None:
    """Free places on the caseload go to those in front; the rest go on waiting."""
    for agency in model.agencies:
        for case in _in_front(agency, Status.AWAITS_PLACE, agency.whole_places_free()):
            case.become(Status.OPEN, model.week)
            begin_support(model, case)


def begin_support(model: Twin, case: Case) -> None:
    """A case opens: for the first time, or within a year of having been let go."""
    person, agency, record = case.person, case.agency, model.record
    record.count("opened", agency.number)
    waited = model.week - case.referred_week
    record.count("wait", agency.number, by=waited)
    record.tell(person, Kind.OPENED, agency.number, need=case.need, detail=waited)
    if agency not in person.ever_open:
        person.ever_open.add(agency)
        record.count("first_opened", agency.number)
    left = person.withdrawn_week.pop(agency, None)
    if left is not None and model.week - left <= WEEKS_PER_YEAR:
        record.weeks[left]["reopened", agency.number] += 1
