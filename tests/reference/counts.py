"""Counts that need a look at everybody: at the end of a quarter, a half-year and a year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scenarios.names import WEEKS_PER_YEAR, Need
from tests.reference.person import NEVER_IN_CARE, Person

if TYPE_CHECKING:
    from tests.reference.model import Twin

MULTIPLE = 3
"""High needs at once that count as multiple."""
KNOWN_TO_MANY = 5
"""Agencies in contact within a year from which a person counts as known to many."""
COMPLEX_NEEDS, COMPLEX_AGENCIES = 6, 9
"""High needs and agencies within a year, from which a person counts as most complex."""
_HIDDEN_BURDEN = 1.0
_HEAVIEST = 0.09
_FIRST_BAND, _FIRST_QUINTILE, _FIRST_CARE = 2, 14, 19
"""Where the groups begin, after the two sexes."""


def end_of_periods(model: Twin) -> None:
    """What the last week of a quarter, half-year or year closes."""
    if model.week % 13 == 12:
        _end_of_quarter(model, model.week // 13)
    if model.week % 26 == 25:
        for person in model.awake:
            person.emergency_before, person.emergency_now = person.emergency_now, 0
    if model.week % WEEKS_PER_YEAR == WEEKS_PER_YEAR - 1:
        for person in model.awake:
            count_year(model, person)
            person.begin_year()


def _end_of_quarter(model: Twin, quarter: int) -> None:
    """How concentrated police contacts are, need that stays hidden, and people by group."""
    counts = model.record.quarters[quarter]
    calls = sorted(p.police_for_mental_health for p in model.awake if p.police_for_mental_health)
    heaviest = calls[len(calls) - math.ceil(_HEAVIEST * len(calls)) :]
    counts["counts", "POLICE_MH_PEOPLE"] = len(calls)
    counts["counts", "POLICE_MH_CONTACTS"] = sum(calls)
    counts["counts", "POLICE_MH_TOP_9PCT"] = sum(heaviest)
    for person in model.awake:
        person.police_for_mental_health = 0
        counts["counts", "HIDDEN"] += _hidden(model, person)
        multiple, crisis = how_bad(model, person)
        for group in _groups(person):
            counts["groups", group, 0] += multiple
            counts["groups", group, 1] += crisis
    for person in model.people:
        counts["residents", person.band] += person.resident


def how_bad(model: Twin, person: Person) -> tuple[bool, bool]:
    """Whether a person has multiple needs, and whether any is a crisis."""
    high = sum(x >= model.course.high_level for x in person.level)
    return high >= MULTIPLE, max(person.level) >= model.course.crisis_level


def _groups(person: Person) -> tuple[int, ...]:
    """Sex, age band, deprivation, ever looked after or not."""
    return (
        int(person.male),
        _FIRST_BAND + person.band,
        _FIRST_QUINTILE + person.quintile,
        _FIRST_CARE + (person.care != NEVER_IN_CARE),
    )


def _hidden(model: Twin, person: Person) -> bool:
    """High need in all, and below the threshold of each agency that deals with any of it."""
    if sum(person.level) < _HIDDEN_BURDEN:
        return False
    return not any(
        agency.sees(person, agency.today.information) >= agency.today.threshold
        for agency in model.agencies
        if agency.today.gated and not agency.is_team and agency.own_slice(person) > 0.0
    )


def count_year(model: Twin, person: Person) -> None:
    """Add a person's year, or the part of it that they were awake."""
    counts = model.record.years[model.week // WEEKS_PER_YEAR]
    for door in person.helped_by:
        counts["helped", door] += 1
    if person.is_child:
        return
    needs, agencies = person.high_needs, len(person.contacted)
    domains = bool(needs & {Need.ALCOHOL, Need.DRUGS})
    if domains + (Need.HOUSING in needs) + (Need.OFFENDING in needs) >= 2:
        counts["counts", "TWO_OF_THREE"] += 1
    if agencies >= KNOWN_TO_MANY:
        counts["counts", "KNOWN_TO_MANY"] += 1
        counts["counts", "HELPED_BY_NONE"] += not person.helped_by
    if person.had_multiple_needs:
        counts["counts", "MULTIPLE_NEEDS"] += 1
        counts["counts", "MULTIPLE_NEEDS_PENCE"] += person.spend
    if len(needs) >= COMPLEX_NEEDS and agencies >= COMPLEX_AGENCIES:
        counts["counts", "MOST_COMPLEX"] += 1
