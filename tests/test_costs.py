"""The ledger: it adds up to the penny, and each penny comes from the price that the files name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.arrays import WEEK, Ints, PeopleCount, new_table
from agents.compile_course import number
from agents.draft import door_names, yearly_budget
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import DatedCost, Scenario
from sim.cast import cast_of
from sim.costs import Activity, Kind, Ledger, added_up, ledger, payers
from sim.money import discounted, money_measures, programme_pence
from sim.series import Series, flow
from tests.small import FIVE, small

YEARS = 2
WEEKS = YEARS * WEEKS_PER_YEAR
START = small().start
ENTERED = ("contacts", "open", "crisis_outcome", "events")
"""Columns of the tally that cost something, besides some counts of people."""


def nothing(scenario: Scenario) -> Activity:
    """Weeks in which nobody did anything and no agency had any money."""
    agencies = len(scenario.evidence.agencies)
    return Activity(
        tally=new_table(WEEK, WEEKS),
        background=np.zeros((WEEKS, agencies), np.int64),
        budget_pence=np.zeros((WEEKS, len(door_names(scenario))), np.int64),
    )


def anything(scenario: Scenario, seed: int) -> Activity:
    """Weeks in which anything at all may have happened."""
    rng = np.random.default_rng(seed)
    activity = nothing(scenario)
    for name in ENTERED:
        column = activity.tally[name]
        column[:] = rng.integers(0, 3_000, column.shape)
    for count in (PeopleCount.LOOKED_AFTER, PeopleCount.PRISON):
        activity.tally.people[:, count] = rng.integers(0, 3_000, WEEKS)
    activity.background[:] = rng.integers(0, 30_000, activity.background.shape)
    activity.budget_pence[:] = rng.integers(0, 10**9, activity.budget_pence.shape)
    return activity


def spent(entered: Ledger, kind: Kind, door: str) -> int:
    """Pence in all weeks on one kind of thing at one door."""
    lines = (x for x in entered.lines if x.kind is kind and x.door == door)
    return int(added_up(lines, entered.weeks).sum())


def measured(scenario: Scenario, entered: Ledger) -> dict[str, Series]:
    return dict(money_measures(scenario, entered, cast_of([scenario])))


# --- it adds up ---


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(FIVE))
def test_the_ledger_adds_up_to_the_penny(seed: int, name: str) -> None:
    scenario = small(name)
    entered = ledger(scenario, anything(scenario, seed))
    total = added_up(entered.lines, WEEKS)

    def by(parts: Callable[[int], object]) -> list[Ints]:
        keys = {parts(i) for i in range(len(entered.lines))}
        groups = [[x for i, x in enumerate(entered.lines) if parts(i) == key] for key in keys]
        return [added_up(group, WEEKS) for group in groups]

    for parts in (
        by(lambda i: entered.lines[i].payer),
        by(lambda i: entered.lines[i].door),
        by(lambda i: entered.lines[i].kind),
    ):
        assert np.array_equal(np.sum(parts, axis=0), total)
    assert {line.payer for line in entered.lines} <= payers(scenario)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(FIVE))
def test_measures_of_money_add_up(seed: int, name: str) -> None:
    scenario = small(name)
    found = measured(scenario, ledger(scenario, anything(scenario, seed)))
    cast = cast_of([scenario])

    def together(*names: str) -> int:
        return sum(round(100 * float(found[n].per_year.sum())) for n in names)

    agencies = [f"cost.{agency}" for agency in cast.agencies]
    teams = [f"cost.{team}" for team in cast.teams]
    own = round(sum(cost_in_all(cost, scenario) for cost in scenario.costs))
    total = together("cost.total")
    assert together(*agencies, *teams, "cost.prison") + own == total
    assert together("cost.reactive", "cost.planned", *teams) + own == total
    assert together(*(f"cost.payer.{payer}" for payer in cast.payers)) == total


def cost_in_all(cost: DatedCost, scenario: Scenario) -> float:
    """Pence of a programme's own cost over the run, from rounded weeks."""
    begins = (cost.start - scenario.start).days // 7
    return (WEEKS - begins) * round(100 * cost.gbp_per_year / WEEKS_PER_YEAR) + 100 * cost.gbp_once


# --- each penny comes from the price that the files name ---


def test_a_contact_costs_what_its_agency_says() -> None:
    scenario = small()
    agencies = scenario.evidence.agencies
    activity = nothing(scenario)
    door = list(agencies).index("ae")
    activity.tally.contacts[5, door] = 3
    activity.background[7, door] = 2
    entered = ledger(scenario, activity)
    ae = agencies["ae"]
    outside = ae.background_gbp_per_contact or ae.cost_gbp_per_contact
    pence = 3 * round(100 * ae.cost_gbp_per_contact.value) + 2 * round(100 * outside.value)
    assert spent(entered, Kind.CONTACTS, "ae") == pence
    assert int(added_up(entered.lines, WEEKS).sum()) == pence
    assert measured(scenario, entered)["cost.reactive"].overall == pytest.approx(
        pence / 100 / YEARS
    )


def test_placements_cost_by_the_week_and_open_case() -> None:
    scenario = small()
    activity = nothing(scenario)
    activity.tally.open[10:20, list(scenario.evidence.agencies).index("housing")] = 4
    housing = scenario.evidence.agencies["housing"]
    week = round(100 * housing.placement_gbp_per_week.value * housing.placement_share.value)
    assert spent(ledger(scenario, activity), Kind.PLACEMENTS, "housing") == 10 * 4 * week


def test_children_in_care_are_paid_for_where_they_are_looked_after() -> None:
    scenario = small()
    activity = nothing(scenario)
    activity.tally.people[:3, PeopleCount.LOOKED_AFTER] = 7
    care = scenario.evidence.agencies["childrens_social_care"]
    week = round(100 * care.placement_gbp_per_week.value * care.placement_share.value)
    entered = ledger(scenario, activity)
    assert spent(entered, Kind.CARE, "childrens_social_care") == 3 * 7 * week
    assert spent(entered, Kind.PLACEMENTS, "childrens_social_care") == 0


def test_a_crisis_costs_beds_to_health_and_hours_to_the_police() -> None:
    scenario = small()
    crisis = scenario.evidence.crisis
    activity = nothing(scenario)
    activity.tally.crisis_outcome[0, list(crisis.outcomes).index("acute_bed")] = 2
    entered = ledger(scenario, activity)
    hours = crisis.police_hours["acute_bed"] * crisis.police_gbp_per_hour.value
    assert spent(entered, Kind.CRISIS, "crisis") == 2 * round(100 * crisis.cost_gbp["acute_bed"])
    assert spent(entered, Kind.CRISIS, "police") == 2 * round(100 * hours)


def test_arrests_are_paid_by_the_police_and_prison_by_justice() -> None:
    scenario = small()
    activity = nothing(scenario)
    kinds = [event.effect for event in scenario.evidence.events.values()]
    activity.tally.events[0, :] = 1
    activity.tally.people[1, PeopleCount.PRISON] = 5
    entered = ledger(scenario, activity)
    arrest = round(100 * number(scenario.evidence, "money.arrest_gbp"))
    week = number(scenario.evidence, "money.prison_gbp_per_week")
    stay = round(100 * week * number(scenario.evidence, "money.prison_weeks"))
    assert spent(entered, Kind.ARRESTS, "police") == kinds.count("prison") * arrest
    assert measured(scenario, entered)["cost.payer.justice"].overall == 5 * stay / 100 / YEARS


def test_without_a_crisis_team_somebody_still_pays() -> None:
    agencies = dict(small().evidence.agencies)
    agencies["crisis"] = agencies["crisis"].model_copy(update={"crisis_door": False})
    scenario = replace(small(), evidence=replace(small().evidence, agencies=agencies))
    activity = nothing(scenario)
    activity.tally.crisis_outcome[0, :] = 1
    entered = ledger(scenario, activity)
    found = measured(scenario, entered)
    assert spent(entered, Kind.CRISIS, "") > 0
    assert found["cost.reactive"].overall == found["cost.total"].overall > 0


# --- the programme ---


def test_a_programme_costs_by_the_week_and_once_at_its_start() -> None:
    cost = DatedCost(52_000.0, 700.0, "council", START + dt.timedelta(weeks=10), None, "here")
    ended = replace(cost, end=START + dt.timedelta(weeks=14), gbp_once=0.0, payer="nhs")
    scenario = replace(small(), costs=(cost, ended))
    entered = ledger(scenario, nothing(scenario))
    own, other = (x.pence for x in entered.lines if x.kind is Kind.PROGRAMME)
    assert own[:10].sum() == 0 and own[10] == 170_000 and set(own[11:]) == {100_000}
    assert np.flatnonzero(other).tolist() == [10, 11, 12, 13]


def test_a_cut_is_a_negative_programme_cost() -> None:
    scenario = small()
    activity = nothing(scenario)
    names = list(scenario.evidence.agencies)
    unchanged = ledger(scenario, activity).unchanged_budget_pence
    activity.budget_pence[:, names.index("substance")] = unchanged
    assert (programme_pence(scenario, ledger(scenario, activity)) == 0).all()
    activity.budget_pence[WEEKS_PER_YEAR:, names.index("substance")] -= 100
    found = measured(scenario, ledger(scenario, activity))
    assert found["cost.programme"].per_year.tolist() == [0.0, -52.0]
    assert found["discounted_cost.services"].overall > 0


def test_the_unchanged_budget_is_what_agencies_with_caseloads_have() -> None:
    scenario = small(share=1.0)
    residents = sum(scenario.place.population.values())
    agencies = scenario.evidence.agencies.values()
    gbp = sum(yearly_budget(spec, residents) for spec in agencies if spec.cases_per_post.value > 0)
    unchanged = ledger(scenario, nothing(scenario)).unchanged_budget_pence
    assert unchanged == pytest.approx(100 * gbp / WEEKS_PER_YEAR, abs=len(agencies))


def test_only_a_share_of_what_follows_demand_is_cash() -> None:
    scenario = small("navigators")
    activity = nothing(scenario)
    names = door_names(scenario)
    activity.tally.contacts[:, names.index("police")] = 10
    activity.budget_pence[:, names.index("substance")] = 5_000
    activity.budget_pence[:, names.index("navigators")] = 3_000
    found = measured(scenario, ledger(scenario, activity))
    police = scenario.evidence.agencies["police"]
    assert found["cashable_cost.police"].overall == pytest.approx(
        police.cashable_share.value * found["cost.payer.police"].overall
    )
    assert found["cashable_cost.council"].overall == found["cost.payer.council"].overall > 0


def test_discounting_is_from_the_middle_of_each_year() -> None:
    even = flow(np.full((3, WEEKS_PER_YEAR), 10.0))
    found = discounted(even, 0.1)
    assert found.per_year == pytest.approx([520 / 1.1**0.5, 520 / 1.1**1.5, 520 / 1.1**2.5])
    assert found.overall == pytest.approx(found.per_year.mean())
    assert discounted(even, 0.0).overall == even.overall
