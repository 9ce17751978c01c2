"""Measures of people: how many have which needs, children, hidden need, by group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agents.arrays import N_GROUPS, PeopleCount, QuarterCount, YearCount
from scenarios.names import ADULT_BAND, AGE_BANDS
from sim.cast import Cast
from sim.record import Record
from sim.series import Series, flow, ratio, share, stock

GROUPS: Final = (
    "female", "male",
    *(f"age_{band}" for band in AGE_BANDS),
    "deprivation_1_least", "deprivation_2", "deprivation_3", "deprivation_4", "deprivation_5_most",
    "never_in_care", "care_experienced",
)  # fmt: skip
"""In the order of `agents.arrays.N_GROUPS`; fifths are national ones."""
assert len(GROUPS) == N_GROUPS

IN_A_YEAR: Final = {
    "people.multiple_needs_in_year": YearCount.MULTIPLE_NEEDS,
    "people.two_of_three_in_year": YearCount.TWO_OF_THREE,
    "people.most_complex": YearCount.MOST_COMPLEX,
    "hidden.known_to_many": YearCount.KNOWN_TO_MANY,
    "hidden.known_to_many_helped_by_none": YearCount.HELPED_BY_NONE,
}


def people_measures(record: Record) -> Iterator[tuple[str, Series]]:
    """People in an average week, and what became of them."""
    in_crisis = record.people(PeopleCount.IN_CRISIS)
    quarter = record.quarters.counts
    yield "people.residents", stock(record.people(PeopleCount.RESIDENTS))
    yield "people.awake", stock(record.people(PeopleCount.AWAKE))
    yield "people.multiple_needs", stock(record.people(PeopleCount.MULTIPLE_NEEDS))
    yield "people.in_crisis", stock(in_crisis)
    yield "crisis_weeks", flow(in_crisis)
    yield "hidden.below_every_threshold", stock(quarter[..., QuarterCount.HIDDEN])
    yield "deaths.early", flow(record.people(PeopleCount.EARLY_DEATHS))
    aces, turned_18 = record.people(PeopleCount.ACES_AT_18), record.people(PeopleCount.TURNED_18)
    yield "aces.mean_at_18", share(aces, turned_18)


def year_measures(record: Record, cast: Cast) -> Iterator[tuple[str, Series]]:
    """People counted over a whole year, and what the services spent on those with most needs."""
    for name, count in IN_A_YEAR.items():
        yield name, flow(record.year(count))
    for name in (*cast.gated, *cast.teams):
        yield f"people.treated.{name}", flow(record.at(record.years.helped, name))
    pounds = record.year(YearCount.MULTIPLE_NEEDS_PENCE) / 100.0
    multiple = record.year(YearCount.MULTIPLE_NEEDS)
    yield "cost.per_person_with_multiple_needs", share(pounds, multiple)


def children_measures(record: Record) -> Iterator[tuple[str, Series]]:
    """Children in care, and what happens at the door of children's social care."""
    looked_after = stock(record.people(PeopleCount.LOOKED_AFTER))
    children = stock(record.quarters.residents[..., :ADULT_BAND].sum(axis=-1))
    yield "children.entered_care", flow(record.people(PeopleCount.ENTERED_CARE))
    yield "children.looked_after", looked_after
    yield "children.looked_after_per_10000", ratio(looked_after, children, 1e4)
    weeks, door = record.weeks, _care_door(record)
    accepted = record.at(weeks.accepted, door)
    below, again = record.at(weeks.found_below, door), record.at(weeks.reaccepted, door)
    in_need = stock(record.at(weeks.open, door))
    yield "children.in_need_per_10000", ratio(in_need, children, 1e4)
    yield "children.referrals_per_10000", ratio(flow(accepted), children, 1e4)
    yield "children.not_in_need_share", share(below, accepted)
    yield "children.rereferred_share", share(again, accepted)


def group_measures(record: Record) -> Iterator[tuple[str, Series]]:
    """People with multiple needs and people in crisis at the ends of quarters, by group."""
    groups = record.quarters.groups
    for column, measure in enumerate(("people.multiple_needs", "people.in_crisis")):
        for g, group in enumerate(GROUPS):
            yield f"{measure}.by.{group}", stock(groups[..., g, column])


def _care_door(record: Record) -> str:
    """The agency that looks after children; no name where there is none."""
    agencies = record.scenario.evidence.agencies
    return next((name for name, spec in agencies.items() if spec.care_door), "")
