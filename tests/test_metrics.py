"""Measures: flows, stocks and shares; identities that hold in every run; the ordinary contacts."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.arrays import QUARTER, WEEK, YEAR, Closure, Refusal, new_table
from agents.draft import agency_names, door_names
from scenarios.names import AGE_BANDS, NEED_KEYS, WEEKS_PER_YEAR, Need
from scenarios.place_checks import RESERVED
from sim.background import background_contacts, poisson_quantile
from sim.cast import cast_of
from sim.demand import contact_measures, door_measures, refusal_measures, return_measures
from sim.metrics import MEANING, Measures, meaning_of, measure
from sim.model import Place
from sim.people import GROUPS, children_measures
from sim.record import Record
from sim.series import except_last_year, flow, ratio, share, stock
from tests.small import small

YEARS = 3
NAN = float("nan")


@pytest.fixture(scope="module")
def place() -> Place:
    place = Place(small("together", share=0.05, years=YEARS), 1, 0, 1)
    place.run_to(place.weeks)
    return place


@pytest.fixture(scope="module")
def found(place: Place) -> dict[str, np.ndarray]:
    return by_name(measure(place, cast_of([place.scenario])))


def by_name(measures: Measures) -> dict[str, np.ndarray]:
    """Every measure by year, with the horizon's figure at the end."""
    columns = np.column_stack([measures.per_year, measures.overall])
    return dict(zip(measures.names, columns, strict=True))


def empty() -> Record:
    """A record of years in which nothing happened."""
    scenario = small("navigators", years=YEARS)
    agencies = agency_names(scenario)
    warm_up = 2 * WEEKS_PER_YEAR
    weeks = new_table(WEEK, warm_up + YEARS * WEEKS_PER_YEAR)
    return Record(
        scenario=scenario,
        agencies={name: door for door, name in enumerate(agencies)},
        doors={name: door for door, name in enumerate(door_names(scenario))},
        weeks=weeks[warm_up:].reshape(YEARS, WEEKS_PER_YEAR),  # type: ignore[arg-type]
        quarters=new_table(QUARTER, 4 * YEARS).reshape(YEARS, 4),  # type: ignore[arg-type]
        years=new_table(YEAR, YEARS).reshape(YEARS, 1),  # type: ignore[arg-type]
        background=np.zeros((YEARS, WEEKS_PER_YEAR, len(agencies)), np.int64),
        budget_pence=np.zeros((YEARS, WEEKS_PER_YEAR, len(agencies)), np.int64),
        since_warm_up=weeks,
    )


# --- flows, stocks, shares ---


def test_a_flow_is_a_years_sum_and_their_average() -> None:
    found = flow(np.ones((2, 52)) * [[1], [3]])
    assert (found.per_year.tolist(), found.overall) == ([52, 156], 104)


def test_a_stock_is_an_average_moment() -> None:
    found = stock(np.ones((2, 52)) * [[1], [3]])
    assert (found.per_year.tolist(), found.overall) == ([1, 3], 2)


def test_a_share_is_pooled_and_not_an_average_of_shares() -> None:
    part, whole = np.array([[1, 0], [6, 3]]), np.array([[1, 0], [10, 9]])
    found = share(part, whole)
    assert found.per_year == pytest.approx([1.0, 9 / 19])
    assert found.overall == pytest.approx(10 / 20)


def test_a_share_of_nothing_is_undefined() -> None:
    found = share(np.zeros((2, 52)), np.zeros((2, 52)))
    assert np.isnan(found.per_year).all() and math.isnan(found.overall)


def test_a_rate_scales() -> None:
    children, cared_for = stock(np.full((1, 4), 2_000)), stock(np.full((1, 52), 15))
    assert ratio(cared_for, children, 1e4).overall == pytest.approx(75)


def test_what_is_followed_for_a_year_leaves_out_the_last() -> None:
    found = except_last_year(share, np.array([[1], [2], [9]]), np.array([[4], [4], [9]]))
    assert found.per_year == pytest.approx([0.25, 0.5, NAN], nan_ok=True)
    assert found.overall == pytest.approx(3 / 8)
    alone = except_last_year(flow, np.ones((1, 52)))
    assert np.isnan(alone.per_year).all() and math.isnan(alone.overall)


# --- formulas, on records made by hand ---


def test_waits_are_averaged_over_those_who_got_in() -> None:
    record = empty()
    door = record.agencies["mental_health"]
    record.weeks.opened[0, 3, door], record.weeks.wait[0, 3, door] = 4, 20
    record.weeks.opened[1, 9, door], record.weeks.wait[1, 9, door] = 1, 30
    waits = dict(door_measures(record, cast_of([record.scenario])))["wait_weeks.mental_health"]
    assert waits.per_year == pytest.approx([5, 30, NAN], nan_ok=True)
    assert waits.overall == pytest.approx(10)


def test_who_leaves_the_place_was_not_refused() -> None:
    record = empty()
    door = record.agencies["housing"]
    for n, reason in enumerate(Refusal):
        record.weeks.refused[0, 0, door, reason] = 10**n
    doors = dict(door_measures(record, cast_of([record.scenario])))
    assert doors["nfa.housing"].per_year[0] == 111
    assert dict(refusal_measures(record))["nfa.gave_up"].per_year[0] == 100


def test_refusals_by_who_referred() -> None:
    record = empty()
    record.weeks.judged_from[:, :, record.doors["police"]] = 10
    record.weeks.refused_from[:, :, record.doors["police"]] = 9
    record.weeks.judged_from[:, :, record.doors["gp"]] = 10
    found = dict(refusal_measures(record))
    assert found["nfa_share.from_police"].overall == pytest.approx(0.9)
    assert found["nfa_share"].overall == pytest.approx(0.45)
    assert math.isnan(found["nfa_share.both_needs"].overall)


def test_contacts_are_those_of_all_and_failure_demand_that_of_the_awake() -> None:
    record = empty()
    police = record.agencies["police"]
    record.weeks.contacts[:, :, police] = 4
    record.weeks.after_failure[:, :, police] = 1
    record.weeks.contacts_for[:, :, Need.MENTAL_HEALTH, police] = 2
    record.background[:, :, police] = 100
    found = dict(contact_measures(record, cast_of([record.scenario])))
    assert found["contacts.police"].overall == 52 * 104
    assert found["contacts.police_mental_health"].overall == 52 * 2
    assert found["failure_demand.share"].overall == pytest.approx(0.25)


def test_the_yo_yo_is_followed_from_withdrawal_to_return() -> None:
    record = empty()
    door, team = record.agencies["asb"], record.doors["navigators"]
    record.weeks.closed[:, 0, door, Closure.WITHDRAWN] = [10, 30, 7]
    record.weeks.closed[:, 0, team, Closure.WITHDRAWN] = 50  # teams are no agencies
    record.weeks.closed[:, 0, door, Closure.FINISHED] = 5
    record.weeks.reopened[:, 0, door] = [4, 6, 1]
    found = dict(return_measures(record))["yoyo.reopened_within_year"]
    assert found.per_year == pytest.approx([0.4, 0.2, NAN], nan_ok=True)
    assert found.overall == pytest.approx(10 / 40)


def test_spells_are_counted_from_the_beginning_of_the_warm_up() -> None:
    record = empty()
    door = record.agencies["asb"]
    record.since_warm_up.opened[0, door] = record.since_warm_up.first_opened[0, door] = 2
    record.weeks.opened[:, 51, door] = [0, 1, 3]
    found = dict(return_measures(record))["yoyo.spells_per_person"]
    assert found.per_year == pytest.approx([1, 1.5, 3])
    assert found.overall == pytest.approx(3)


def test_children_by_ten_thousand() -> None:
    record = empty()
    record.quarters.residents[...] = 500  # in each of four bands below 18
    door = record.agencies["childrens_social_care"]
    record.weeks.accepted[:, 0, door] = 40
    record.weeks.found_below[:, 0, door] = 10
    record.weeks.reaccepted[:, 0, door] = 4
    found = dict(children_measures(record))
    assert found["children.referrals_per_10000"].overall == pytest.approx(200)
    assert found["children.not_in_need_share"].overall == pytest.approx(0.25)
    assert found["children.rereferred_share"].overall == pytest.approx(0.1)


# --- what holds in every run ---


def summed(found: dict[str, np.ndarray], pattern: str) -> np.ndarray:
    return sum(v for name, v in found.items() if re.fullmatch(pattern, name))  # type: ignore[return-value]


def test_parts_add_up_to_wholes(place: Place, found: dict[str, np.ndarray]) -> None:
    gated = "|".join(cast_of([place.scenario]).gated)
    reasons = "|".join(reason.name.lower() for reason in Closure)
    assert summed(found, f"nfa.({gated})") == pytest.approx(
        summed(found, r"nfa\.(below_threshold|excluded|gave_up)")
    )
    assert summed(found, f"closed.({gated})") == pytest.approx(summed(found, f"closed.({reasons})"))
    assert found["crisis_weeks"] == pytest.approx(52 * found["people.in_crisis"])


@pytest.mark.parametrize("what", ["people.multiple_needs", "people.in_crisis"])
def test_groups_add_up_to_all_people(found: dict[str, np.ndarray], what: str) -> None:
    everyone = summed(found, rf"{what}\.by\.(fe)?male")
    assert everyone[-1] > 0
    for groups in ("age_.*", "deprivation_.*", "never_in_care|care_experienced"):
        assert summed(found, rf"{what}\.by\.({groups})") == pytest.approx(everyone)


def test_shares_are_shares(found: dict[str, np.ndarray]) -> None:
    named = [v for name, v in found.items() if "share" in name or name.startswith("yoyo.reopened")]
    for values in named:
        assert ((values >= 0) & (values <= 1) | np.isnan(values)).all()
    assert (found["yoyo.spells_per_person"] >= 1).all()


def test_people_are_counted_where_they_are(place: Place, found: dict[str, np.ndarray]) -> None:
    residents = sum(place.scenario.place.population.values())
    assert found["people.residents"][-1] == pytest.approx(residents, rel=0.1)
    assert found["people.awake"][-1] < found["people.residents"][-1]
    assert found["hidden.known_to_many_helped_by_none"][-1] <= found["hidden.known_to_many"][-1]
    assert 0 < found["children.looked_after"][-1] < found["people.awake"][-1]


# --- names ---


def test_every_measure_has_a_meaning_and_every_meaning_a_measure(
    found: dict[str, np.ndarray],
) -> None:
    meanings = {meaning_of(name) for name in found}
    assert meanings == set(MEANING.values())
    with pytest.raises(KeyError):
        meaning_of("people.happy")


def test_no_agency_can_take_a_name_that_measures_use(
    place: Place, found: dict[str, np.ndarray]
) -> None:
    by_agency = {
        pattern.split("{")[0] for pattern in MEANING if re.search(r"{agency|door}", pattern)
    }
    doors = {*door_names(place.scenario)}
    for name in found:
        for prefix in by_agency & {name[: name.find(".") + 1]}:
            rest = name.removeprefix(prefix).split(".")[0]
            assert rest in doors or rest in RESERVED, name


def test_groups_have_the_order_of_the_tally() -> None:
    assert len(GROUPS) == 2 + len(AGE_BANDS) + 5 + 2
    assert GROUPS[2 + AGE_BANDS.index("35_44")] == "age_35_44"
    assert NEED_KEYS[Need.MENTAL_HEALTH] == "mental_health"


# --- ordinary contacts ---


def exact_quantile(mean: float, u: float) -> int:
    """By the definition, with logarithms against underflow."""
    total, n = 0.0, 0
    while True:
        total += math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
        if u < total or n > 100_000:
            return n
        n += 1


@settings(max_examples=200, deadline=None)
@given(mean=st.floats(0.01, 49.9), u=st.floats(0.0, 0.999999))
def test_small_poisson_numbers_are_exact(mean: float, u: float) -> None:
    got = poisson_quantile(np.array([mean]), np.array([u]))[0]
    assert got in {exact_quantile(mean, v) for v in (u - 1e-12, u, u + 1e-12)}


@settings(max_examples=200, deadline=None)
@given(mean=st.floats(50.0, 5_000.0), u=st.floats(1e-4, 0.9999))
def test_large_poisson_numbers_are_at_most_one_off(mean: float, u: float) -> None:
    got = poisson_quantile(np.array([mean]), np.array([u]))[0]
    assert abs(got - exact_quantile(mean, u)) <= 1


def test_a_poisson_number_of_nothing_is_nothing() -> None:
    assert poisson_quantile(np.zeros(2), np.array([0.0, 0.99])).tolist() == [0, 0]


def test_ordinary_contacts_are_as_many_as_the_files_say() -> None:
    scenario = small(share=1.0)
    residents = np.tile(np.rint(list(scenario.place.population.values())), (40, 1)).astype(np.int64)
    weeks = range(52, 520)
    drawn = background_contacts(scenario, residents, weeks, np.uint64(7))
    gp = agency_names(scenario).index("gp")
    ages = residents[0, :4].sum(), residents[0, 4:10].sum(), residents[0, 10:].sum()
    rates = scenario.evidence.agencies["gp"].background_contacts_per_year
    names = ("children", "working_age", "older")
    mean = sum(n * rates[name].value for n, name in zip(ages, names, strict=True)) / 52  # type: ignore[index]
    # the mean of 468 Poisson numbers is within five standard errors but for one seed in a million
    assert drawn[:, gp].mean() == pytest.approx(mean, abs=5 * math.sqrt(mean / len(weeks)))
    assert drawn[:, gp].var() == pytest.approx(mean, rel=0.35)
    assert not drawn[:, agency_names(scenario).index("housing")].any()


def test_ordinary_contacts_are_addressed_by_week() -> None:
    scenario = small(share=0.2)
    residents = np.full((40, len(AGE_BANDS)), 3_000)
    whole = background_contacts(scenario, residents, range(0, 520), np.uint64(7))
    part = background_contacts(scenario, residents, range(300, 520), np.uint64(7))
    assert (whole[300:] == part).all()
    other = background_contacts(scenario, residents, range(0, 520), np.uint64(8))
    assert (whole != other).any()
