"""Support: who comes, what it does, care, and when an agency lets go."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from scenarios.names import Need
from tests.reference.case import WAITING, Case, Closure, Status
from tests.reference.front_door import close_file
from tests.reference.needs import raise_need
from tests.reference.person import HAS_BEEN_IN_CARE, IN_CARE, NEEDS, Person
from tests.reference.record import Kind
from tests.reference.streams import Stream

if TYPE_CHECKING:
    from tests.reference.model import Twin

FINISHED_AFTER = 4
"""Quiet weeks, with the set point down, after which a case is finished whatever the rule."""


class Review(IntEnum):
    """What an agency does when a case goes quiet."""

    WITHDRAW = 0
    STEP_DOWN = 1
    KEEP = 2


def support_and_review(model: Twin) -> None:
    """One week of every case on the books, in the order of referral."""
    bereft: list[Person] = []
    for case in [case for case in model.cases if case.status not in WAITING]:
        reason = _one_week(model, case, bereft)
        if reason is not None:
            _close(model, case, reason)
    _take_up(model)
    for person in model.awake:
        person.served = _covered(person)
    for mother in bereft:  # only now, so that it does not matter whose case stands first
        if mother.awake:
            raise_need(model, mother, Need.MENTAL_HEALTH, model.course.care_start_knock)
    for case in model.cases:
        model.record.count("waiting" if case.status in WAITING else "open", case.agency.number)


def _covered(person: Person) -> set[Need]:
    """The needs that an open case covers."""
    open_at = [case.agency for case in person.cases if case.status is Status.OPEN]
    return {need for need in NEEDS for agency in open_at if agency.deals_with(need)}


def _one_week(model: Twin, case: Case, bereft: list[Person]) -> Closure | None:
    """Why the case ends this week, or None.

    bereft   out: heads of families whose child was taken into care
    """
    person, agency = case.person, case.agency
    if not person.resident:
        return Closure.LEFT
    if case.status is Status.WATCHED:
        return _watch(model, case)
    person.helped_by.add(agency.number)
    person.spend += agency.today.case_week_pence
    _attend(model, case)
    if agency.number == model.place.care_door:
        was_in_care = person.care == IN_CARE
        if _care(model, person):
            if not was_in_care and person.head_of_family:
                bereft.append(person.head_of_family)
            return None  # nobody reviews the case of a child in care
    return _review(model, case)


# attendance


def _attend(model: Twin, case: Case) -> None:
    """Does the person come? If so, support acts, and trust grows. Before consent, nobody does."""
    person, agency, course = case.person, case.agency, model.course
    door = agency.number
    if case.in_preparation(model.week):
        return
    p = _attendance(model, case)
    if model.draws.of(Stream.TURNOVER, person.key, door) < agency.today.turnover:
        person.trust *= 1.0 - course.trust_loss_turnover
        model.record.tell(person, Kind.WORKER_LEFT, door)
    if model.draws.of(Stream.ATTEND, person.key, door) >= p:
        case.missed += 1
        model.record.count("missed", door)
        model.record.tell(person, Kind.MISSED, door)
        return
    case.missed = 0
    model.record.count("attended", door)
    model.record.tell(person, Kind.ATTENDED, door)
    person.trust += course.trust_gain * (1.0 - person.trust)
    for need in NEEDS:
        if person.has(need) and agency.deals_with(need):
            strength = agency.today.effect[need] / (1.0 + course.drag * person.untreated)
            person.support[need] = 1.0 - (1.0 - person.support[need]) * (1.0 - strength)


def _attendance(model: Twin, case: Case) -> float:
    """More with trust, less with other needs untreated; a team helps people through the door."""
    person, course = case.person, model.course
    p = case.agency.today.attendance
    p *= course.trust_floor + (1.0 - course.trust_floor) * person.trust
    p /= 1.0 + course.chaos * person.untreated
    if person.team and person.team is not case.agency:
        p += person.team.today.attendance_elsewhere * (1.0 - p)
    return p


# care


def _care(model: Twin, child: Person) -> bool:
    """Entry to care, care itself, and leaving it. True while the child is looked after."""
    if not child.is_child:
        return False
    u = model.draws.one(Stream.CARE, child.key)
    if child.care == IN_CARE and u < model.course.care_exit:
        child.care = HAS_BEEN_IN_CARE
        model.record.tell(child, Kind.LEFT_CARE)
        return False
    if child.care != IN_CARE:
        above = child.level[Need.FAMILY] - model.course.care_level
        if above <= 0.0 or u >= model.course.care_entry * above:
            return False
        child.care = IN_CARE
        model.record.count("people", "ENTERED_CARE")
        model.record.tell(child, Kind.ENTERED_CARE)
    model.record.count("people", "LOOKED_AFTER")
    child.spend += model.place.care_week_pence
    if child.has(Need.FAMILY):
        child.support[Need.FAMILY] = max(child.support[Need.FAMILY], model.course.care_support)
    return True


# letting go


def _review(model: Twin, case: Case) -> Closure | None:
    """Should this case go on?"""
    person, agency, rules = case.person, case.agency, case.agency.today
    if case.need is Need.FAMILY and not person.is_child:
        return Closure.FINISHED
    if any(x >= most for x, most in zip(person.level, rules.removed_at, strict=True)):
        model.record.tell(person, Kind.REMOVED, agency.number)
        return Closure.NON_ENGAGEMENT
    quiet = agency.own_slice(person) < rules.quiet_level
    case.quiet_weeks = case.quiet_weeks + 1 if quiet else 0
    recovered = agency.highest(person.set_point) < model.course.recovered_level
    if case.quiet_weeks >= FINISHED_AFTER and recovered:
        return Closure.FINISHED
    if case.quiet_weeks >= rules.quiet_weeks and rules.rule != Review.KEEP:
        if rules.rule == Review.WITHDRAW:
            return Closure.WITHDRAWN
        case.become(Status.WATCHED, model.week)
        model.record.tell(person, Kind.WATCHED, agency.number)
        return None
    if rules.missed_limit > 0.0 and case.missed >= rules.missed_limit:
        return Closure.NON_ENGAGEMENT
    if rules.max_weeks > 0.0 and model.week - case.since_week >= rules.max_weeks:
        return Closure.TIME_UP
    return None


def _watch(model: Twin, case: Case) -> Closure | None:
    """A stepped-down case is finished after long quiet, unless need has returned."""
    over = model.week - case.since_week >= model.course.watch_weeks
    return Closure.FINISHED if over and not _needed_again(case) else None


def _needed_again(case: Case) -> bool:
    rules = case.agency.today
    return case.agency.own_slice(case.person) >= max(rules.threshold, rules.quiet_level)


def _take_up(model: Twin) -> None:
    """Need has returned: taken up again while there is room, in the order of the queue once."""
    more = 1.0 - model.course.watch_share
    for agency in model.agencies:
        waiting = [case for case in agency.with_status(Status.WATCHED) if _needed_again(case)]
        for case in sorted(waiting, key=lambda case: case.rank, reverse=True):
            if agency.places_taken() + more <= agency.today.places:
                case.become(Status.OPEN, model.week)
                case.quiet_weeks = 0
                model.record.tell(case.person, Kind.TAKEN_UP, agency.number)


def _close(model: Twin, case: Case, reason: Closure) -> None:
    """A case ends. Unless it was finished, the need has been left again, and trust is lost (but
    not to a notice that ends)."""
    person, agency = case.person, case.agency
    model.record.count("closed", agency.number, reason.name)
    model.record.tell(person, Kind.CLOSED, agency.number, need=case.need, detail=reason.name)
    if person.resident:
        if reason is Closure.WITHDRAWN:
            person.withdrawn_week[agency] = model.week
        if reason is not Closure.FINISHED and not agency.today.notice:
            person.trust *= 1.0 - model.course.trust_loss_closure
        for need in filter(agency.deals_with, NEEDS):
            if reason is not Closure.FINISHED and person.level[need] > 0.0:
                person.failed_week[need] = model.week
            if not model.course.relapse:
                person.set_point[need] = min(person.set_point[need], person.level[need])
                if not person.has(need):
                    person.support[need] = 0.0
    close_file(model, case)
