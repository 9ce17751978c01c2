"""When needs begin: the hazard of each, the sleepers' weeks of waking, and changes of both."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scenarios.names import Need
from tests.reference.person import NEEDS, NEVER, Person
from tests.reference.policy import Course
from tests.reference.record import Kind
from tests.reference.streams import Stream, uniform_of

if TYPE_CHECKING:
    from tests.reference.model import Twin

FAR = 1.0e8
"""Weeks beyond any horizon."""


def onset_hazard(model: Twin, course: Course, person: Person, weeks_ago: int = 0) -> float:
    """The weekly hazard that any need begins."""
    return sum(onset_of(model, course, person, need, weeks_ago) for need in NEEDS)


def onset_of(model: Twin, course: Course, person: Person, need: Need, weeks_ago: int = 0) -> float:
    """The weekly hazard of one need: by age, sex, deprivation, ACEs and frailty."""
    hazard = (
        course.onset[person.band][person.male][person.quintile][need]
        * course.onset_by_ace[person.aces][need]
        * person.frailty
    )
    if hazard == 0.0:
        return 0.0
    for group in range(course.n_groups):
        if _in_group(course, person, group, model.week - weeks_ago):
            hazard *= course.group_factor[group][need]
    return hazard


def _in_group(course: Course, person: Person, group: int, week: int) -> bool:
    """Whether a change of onset reaches this person."""
    first, end = course.group_ages[group]
    sex = course.group_sex[group]
    return (
        first <= week - person.birth_week < end
        and person.aces >= course.group_aces[group]
        and sex in (-1, int(person.male))
        and uniform_of(int(Stream.REACH), person.key, group) < course.group_reach[group]
    )


def schedule_onset(model: Twin, person: Person) -> None:
    """Draw the week in which a sleeper's next need begins, at today's hazard."""
    u = model.draws.one(Stream.ONSET_WEEK, person.key)
    weeks = weeks_until(u, onset_hazard(model, model.course, person))
    person.wake_week = int(min(NEVER, model.week + weeks))


def weeks_until(u: float, hazard: float) -> float:
    """Weeks until something of a constant weekly hazard happens, at least one."""
    if u >= hazard * FAR:
        return FAR
    return min(FAR, 1.0 + math.floor(-math.log1p(-u) / hazard))


def onsets_differ(before: Course, after: Course) -> bool:
    """Whether anybody's hazard may have changed."""
    parts = ("onset", "group_factor", "group_ages", "group_aces", "group_sex", "group_reach")
    return any(getattr(before, part) != getattr(after, part) for part in parts)


def change_onsets(model: Twin, before: Course) -> None:
    """Hazards have changed: what is left of each sleeper's time is stretched to fit.

    For an exponential time this is exact, and leaves alone whoever's hazard stayed the same.
    """
    for person in model.people:
        if person.resident:
            _change_onset(model, person, onset_hazard(model, before, person))


def cross_ages(model: Twin) -> None:
    """Birthdays at which a change of onset begins or ends to reach someone.

    Where an age band begins as well, the demographic calendar draws anew.
    """
    bounds = {age for ages in model.course.group_ages[: model.course.n_groups] for age in ages}
    bounds -= set(model.course.band_week)
    for person in model.people:
        if person.resident and model.week - person.birth_week in bounds:
            old = onset_hazard(model, model.course, person, weeks_ago=1)
            _change_onset(model, person, old)
            model.record.tell(person, Kind.CROSSED_AGE, detail=int(person.awake))


def _change_onset(model: Twin, person: Person, old: float) -> None:
    """A person's hazard was ``old`` until this week."""
    new = onset_hazard(model, model.course, person)
    if person.awake:
        person.onset_hazard = new
    elif old == 0.0 and new > 0.0:  # there is no time to stretch
        schedule_onset(model, person)
    elif new != old:
        left = person.wake_week - model.week
        weeks = FAR if new == 0.0 else max(1.0, math.ceil(left * old / new))
        person.wake_week = int(min(NEVER, model.week + weeks))
