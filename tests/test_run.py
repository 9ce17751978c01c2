"""One replicate: shared warm-up, paired worlds, and what must balance in every run."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.arrays import PeopleCount
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from scenarios.schema import Mechanisms
from sim.model import Place
from sim.results import RunResult
from sim.run import parting_week, run_replicate
from tests.conservation import in_two_states, lost_cases, lost_referrals, miscounted_places
from tests.small import FIVE, small, without

CHANGES = dt.date(2025, 4, 1)
"""When the changes of Portsmouth's scenarios begin: a year after they start."""


def same(a: RunResult, b: RunResult) -> bool:
    """Whether two results report the same bytes for every measure that both have."""
    there = dict(zip(b.names, zip(b.overall, b.per_year, strict=True), strict=True))
    return all(
        np.array_equal(overall, there[name][0], equal_nan=True)
        and np.array_equal(years, there[name][1], equal_nan=True)
        for name, overall, years in zip(a.names, a.overall, a.per_year, strict=True)
        if name in there
    )


@pytest.fixture(scope="module")
def five() -> list[RunResult]:
    return run_replicate([small(name) for name in FIVE], seed=1, replicate=0)


# --- sharing what scenarios have in common ---


@pytest.mark.parametrize("name", FIVE)
def test_a_scenario_comes_out_the_same_alone_and_in_company(
    name: str, five: list[RunResult]
) -> None:
    alone = run_replicate([small(name)], seed=1, replicate=0)[0]
    assert set(alone.names) <= set(five[0].names)
    assert same(alone, five[FIVE.index(name)])
    assert alone.person_weeks == five[FIVE.index(name)].person_weeks


def test_results_do_not_depend_on_the_order_of_scenarios(five: list[RunResult]) -> None:
    backwards = run_replicate([small(name) for name in reversed(FIVE)], seed=1, replicate=0)
    assert [r.scenario for r in backwards] == list(reversed(FIVE))
    for there, back in zip(five, reversed(backwards), strict=True):
        assert there.names == back.names
        assert same(there, back)


def test_scenarios_part_where_their_first_change_acts() -> None:
    warm_up = parting_week(without(small(), "withdrawal"))
    assert parting_week(small()) == warm_up + 2 * WEEKS_PER_YEAR
    assert parting_week(small("budget_cut")) == warm_up + (CHANGES - small().start).days // 7
    assert parting_week(without(small("budget_cut"), "teams")) == warm_up


def test_other_numbers_mean_another_warm_up() -> None:
    general = small().evidence.general
    key = "people.trust_mean"
    wary = general | {key: general[key].model_copy(update={"value": 0.2})}
    other = replace(small(), name="wary", evidence=replace(small().evidence, general=wary))
    base, together = run_replicate([small(), other], seed=1, replicate=0)
    assert same(together, run_replicate([other], seed=1, replicate=0)[0])
    assert not same(together, base)


def test_a_switched_off_mechanism_acts_from_the_start_and_not_before() -> None:
    base, off = run_replicate([small(), without(small(), "withdrawal")], seed=1, replicate=0)
    withdrawn = base.names.index("closed.withdrawn")
    assert off.overall[withdrawn] == 0 < base.overall[withdrawn]
    assert same(off, run_replicate([without(small(), "withdrawal")], seed=1, replicate=0)[0])


# --- paired worlds ---


def test_nothing_differs_before_the_first_change(five: list[RunResult]) -> None:
    base = five[0]
    later = base.names.index("yoyo.reopened_within_year")  # follows the first year into the second
    for other in five[1:]:
        first = np.isclose(base.per_year[:, 0], other.per_year[:, 0], rtol=0, atol=0)
        undefined = np.isnan(base.per_year[:, 0]) & np.isnan(other.per_year[:, 0])
        differing = set(np.flatnonzero(~first & ~undefined)) - {later}
        names = {base.names[i] for i in differing}
        assert all(name.startswith("reopened.") for name in names)
        assert not same(base, other)


def test_all_scenarios_report_the_same_measures(five: list[RunResult]) -> None:
    assert len({result.names for result in five}) == 1
    team = five[0].names.index("cost.navigators")
    assert [bool(result.overall[team]) for result in five] == [False, False, False, True, True]


def test_a_run_is_a_function_of_seed_and_replicate() -> None:
    once, twice = (run_replicate([small()], seed=0, replicate=3)[0] for _ in range(2))
    assert same(once, twice)
    assert not same(once, run_replicate([small()], seed=0, replicate=4)[0])
    assert not same(once, run_replicate([small()], seed=1, replicate=3)[0])


def test_person_weeks_are_those_of_the_awake_after_the_warm_up(five: list[RunResult]) -> None:
    place = finished(small())
    awake = place.world.tally.people[place.warm_up_weeks :, PeopleCount.AWAKE]
    assert len(awake) == 2 * WEEKS_PER_YEAR
    assert five[0].person_weeks == awake.sum()
    assert all(result.seconds > 0 for result in five)


# --- what must balance ---


def finished(scenario: Scenario, seed: int = 1) -> Place:
    place = Place(scenario, seed, 0, 1)
    place.run_to(place.weeks)
    return place


def assert_balanced(scenario: Scenario, seed: int) -> None:
    """Run a place to its end and check that nobody was lost or counted twice."""
    place = Place(scenario, seed, 0, 1)
    begun = place.world.tally.opened.sum(axis=0)
    place.run_to(place.weeks)
    assert not lost_referrals(place, begun).any()
    assert not lost_cases(place).any()
    assert miscounted_places(place) < 1e-6
    assert in_two_states(place) == 0


@pytest.mark.parametrize("name", FIVE)
def test_every_referral_and_every_case_ends_once(name: str) -> None:
    assert_balanced(small(name, share=0.05), seed=2)


@settings(max_examples=8, deadline=None)
@given(
    off=st.sets(st.sampled_from(sorted(Mechanisms.model_fields)), max_size=4),
    seed=st.integers(0, 2**40 - 1),
    name=st.sampled_from(FIVE),
)
def test_they_do_so_whatever_is_switched_off(off: set[str], seed: int, name: str) -> None:
    scenario = small(name, share=0.005)
    mechanisms = scenario.mechanisms.model_copy(update=dict.fromkeys(off, False))
    assert_balanced(replace(scenario, mechanisms=mechanisms), seed)


def test_a_caseload_grows_only_while_there_are_places() -> None:
    """Places may be fewer than cases after a cut, but then no case is opened."""
    place = Place(small("together", share=0.05), 3, 0, 1)
    while place.week < place.weeks:
        before = place.world.used.copy()
        place.step()
        n = len(before)
        over = place.world.used > place.doors.places[:n] + 1e-6
        assert (place.world.used[over] <= before[over] + 1e-6).all()
