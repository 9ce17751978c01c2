"""How a need begins, moves from week to week, is raised by a blow, and passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.names import N_NEEDS, Need
from tests.reference.counts import how_bad
from tests.reference.onset import onset_hazard, onset_of
from tests.reference.person import IN_CARE, NEEDS, Person
from tests.reference.record import Kind
from tests.reference.streams import Stream

if TYPE_CHECKING:
    from tests.reference.model import Twin

_BITS_PER_NEED = 7
_STEPS = 127


def move_needs(model: Twin, person: Person) -> None:
    """One week of a person's needs; what is felt of others, and of other needs, is last week's."""
    noise = model.draws.bits(Stream.NOISE, person.key)
    support, person.support = person.support, [0.0] * N_NEEDS
    for need in NEEDS:
        if person.has(need):
            step = (noise >> _BITS_PER_NEED * need & _STEPS) - 63.5
            _move(model, person, need, step, support[need])
    person.burden = sum(person.level)
    person.untreated = sum(x for k, x in enumerate(person.level) if k not in person.served)
    _note_state(model, person)


def _move(model: Twin, person: Person, need: Need, step: float, support: float) -> None:
    """The level goes to the set point; the set point heals, or rises while need stands unmet."""
    course = model.course
    x, p = person.level[need], person.set_point[need]
    pull = course.coupling[need] * (person.last_burden - x)
    if need is Need.FAMILY:
        pull += course.parent_coupling * burden_of_mother(person)
    x = x + course.relax[need] * (p + pull - x) + step * course.noise_step[need] - support * x
    x = min(1.0, max(0.0, x))
    p *= 1.0 - course.remission[need] - course.heal[need] * support
    if support == 0.0 and x > course.entrench_level:
        p += course.entrench[need] * (x - course.entrench_level)
    p = min(1.0, p)
    over = x < course.trace_level and p < course.trace_level
    person.level[need], person.set_point[need] = (0.0, 0.0) if over else (x, p)


def burden_of_mother(person: Person) -> float:
    """Last week's burden of the mother at home; a mother who sleeps has none."""
    mother = person.head_of_family
    if mother is None or person.care == IN_CARE or not mother.awake:
        return 0.0
    return mother.last_burden


def _note_state(model: Twin, person: Person) -> None:
    """For the counts of the week and the year."""
    person.high_needs |= {k for k in NEEDS if person.level[k] >= model.course.high_level}
    multiple, crisis = how_bad(model, person)
    person.had_multiple_needs |= multiple
    model.record.count("people", "MULTIPLE_NEEDS", by=multiple)
    model.record.count("people", "IN_CRISIS", by=crisis)


def begin_need(model: Twin, person: Person) -> None:
    """A need begins, or returns: which, in proportion to the hazards; how high, by a draw."""
    course, draws = model.course, model.draws
    left = draws.one(Stream.ONSET_NEED, person.key) * onset_hazard(model, course, person)
    need = Need.MENTAL_HEALTH
    for k in NEEDS:
        part = onset_of(model, course, person, k)
        if part > 0.0:
            need = k
            left -= part
            if left < 0.0:
                break
    u = draws.one(Stream.ONSET_LEVEL, person.key)
    settle(model, person, need, course.set_point_at_onset[need] * (0.6 + 0.8 * u))
    model.record.tell(person, Kind.NEED_BEGAN, need=need)


def settle(model: Twin, person: Person, need: Need, for_average: float) -> None:
    """A need settles at frailty x exposure x ``for_average``, unless it stands higher."""
    exposure = model.course.exposure_by_ace[person.aces]
    at = min(0.95, for_average * person.frailty * exposure)
    person.set_point[need] = max(person.set_point[need], at)
    person.level[need] = max(person.level[need], at)


def raise_need(model: Twin, person: Person, need: int, knock: float) -> None:
    """A blow: the frail and the exposed feel it more, and part of it stays."""
    exposure = model.course.exposure_by_ace[person.aces]
    felt = knock * min(2.0, person.frailty * exposure)
    lasting = model.course.lasting_share * felt
    person.level[need] = min(1.0, person.level[need] + felt)
    person.set_point[need] = min(0.95, person.set_point[need] + lasting)
