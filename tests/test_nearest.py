"""Listening changes nothing and adds up; the documents' lives beside the simulated."""

from __future__ import annotations

import numpy as np
import pytest

from agents.arrays import Count, Refusal, Table, World
from experiments.likeness import FAR, Lives, distance, lives_of, nearest
from experiments.nearest import A_FACTOR_OF_TWO, CASES, report, scenario_of, simulated, years_of
from scenarios.cases import Case, KnownCount, case_names, load_case
from sim.dealings import Dealing, Dealings
from sim.model import Place, warm_up_weeks
from sim.world import happenings
from tests.small import small


def run(listener: Dealings | None) -> Place:
    place = Place(small(), seed=1, replicate=0, room_for_teams=0, listener=listener)
    place.run_to(place.weeks)
    return place


@pytest.fixture(scope="module")
def dealings() -> Dealings:
    return Dealings(warm_up_weeks(small()))


@pytest.fixture(scope="module")
def place(dealings: Dealings) -> Place:
    return run(dealings)


@pytest.fixture(scope="module")
def lives(place: Place, dealings: Dealings) -> Lives:
    return lives_of(place, dealings)


LISTENING = ("trace", "counts")  # counts of rows: the trace's own is among them


def same(a: World, b: World) -> bool:
    """Whether two worlds hold the same in every field, their traces left aside."""
    parts = [
        (getattr(a, name), getattr(b, name)) for name in World._fields if name not in LISTENING
    ]
    return all(
        np.array_equal(one[name], other[name]) if name else np.array_equal(one, other)
        for one, other in parts
        for name in one.dtype.names or ("",)
    )


# --- the trace ---


def test_listening_changes_nothing(place: Place) -> None:
    silent = run(None)
    assert len(silent.world.trace) == 0
    assert happenings(place.world).week[0] == place.weeks - 1
    assert same(place.world, silent.world)


def test_dealings_add_up_to_the_tally(place: Place, dealings: Dealings) -> None:
    log = dealings.of(0).sum(axis=0)
    tally: Table = place.world.tally[place.warm_up_weeks :].view(np.recarray)
    doors = slice(0, log.shape[0])
    by_refusal = tally.refused[..., : Refusal.LEFT].sum(axis=(0, 2))  # to leave is no refusal
    assert np.array_equal(log[:, Dealing.CONTACTS], tally.contacts.sum(axis=0)[doors])
    assert np.array_equal(log[:, Dealing.ATTENDED], tally.attended.sum(axis=0)[doors])
    assert np.array_equal(log[:, Dealing.REFUSED], by_refusal[doors])


def test_a_place_may_be_listened_to_from_any_week(place: Place, dealings: Dealings) -> None:
    again = Dealings(place.warm_up_weeks)
    first = Place(small(), seed=1, replicate=0, room_for_teams=0, listener=again)
    first.run_to(first.warm_up_weeks + 30)
    second = Place(small(), 1, 0, 0, resume=first.snapshot(), listener=again)
    second.run_to(second.weeks)
    people = int(place.world.counts[Count.PEOPLE])
    assert np.array_equal(again.of(people)[:people], dealings.of(people)[:people])


def test_everybody_has_a_row_of_dealings(dealings: Dealings) -> None:
    counted = dealings.of(0)
    larger = dealings.of(2 * len(counted))
    assert len(larger) >= 2 * len(counted)
    assert larger.sum() == counted.sum()


# --- the cases ---


def test_every_case_that_comes_with_us_can_be_read_and_compared() -> None:
    assert sorted(case_names()) == sorted(CASES)
    for name in CASES:
        case = load_case(name)
        known = set(scenario_of(case.place, 1).evidence.agencies)
        assert {a for count in case.counts for a in count.agencies} | set(case.refused_by) <= known
        assert case.compared or case.refused_by


def test_the_counts_are_the_documents() -> None:
    totals = {name: sum(known.count for known in load_case(name).compared) for name in CASES}
    assert totals == {"mr_a": 239 + 223, "case_2": 488 + 238 + 196 + 90 + 7 + 5, "matthew": 0}


# --- distance ---


def like(lives: Lives, i: int, **more: object) -> Case:
    """A case with the hard facts of resident ``i``."""
    person = lives.people[i]
    age = int(lives.age_years[i])
    facts = {
        "title": "Someone", "document": "made up", "where": "here", "place": "portsmouth",
        "sex": "male" if person.male else "female", "age": age, "age_from": age, "age_to": age,
        "needs": ["mental_health"], "facts": [],
    }  # fmt: skip
    return Case.model_validate(facts | more)


def busiest(lives: Lives) -> int:
    return int(np.argmax(lives.dealings(lives.agencies)))


def test_the_same_counts_are_no_distance_apart(lives: Lives) -> None:
    i = busiest(lives)
    counts = [
        KnownCount(title=a, agencies=[a], count=int(lives.dealings([a])[i]), years=2)
        for a in lives.agencies
    ]
    case = like(lives, i, counts=counts)
    assert distance(lives, case)[i] == 0.0
    assert nearest(lives, case)[0] == i


def test_counts_twice_as_high_are_log_two_apart(lives: Lives) -> None:
    i = busiest(lives)
    twice = 2 * int(lives.dealings(["police"])[i]) + 1  # log(1 + n) rises by log 2
    case = like(lives, i, counts=[KnownCount(title="p", agencies=["police"], count=twice, years=2)])
    assert distance(lives, case)[i] == pytest.approx(A_FACTOR_OF_TWO)


def test_the_same_needs_refusals_and_age_are_no_distance_apart(lives: Lives) -> None:
    refused = lives.had(["mental_health"], Dealing.REFUSED) > 0
    i = int(np.argmax(refused * lives.levels[:, 0]))
    assert lives.levels[i, 0] >= lives.high_level
    assert distance(lives, like(lives, i, refused_by=["mental_health"]))[i] == 0.0


def test_hard_facts_rule_out(lives: Lives) -> None:
    i = busiest(lives)
    other = "female" if lives.people[i].male else "male"
    assert distance(lives, like(lives, i, sex=other))[i] == FAR
    assert distance(lives, like(lives, i, care_experienced=not lives.people[i].care))[i] == FAR
    assert len(nearest(lives, like(lives, i, aces_at_least=10))) == 0


# --- what the documents tell, among the simulated: full places, one fixed seed ---

NO_FURTHER = {
    # measured 0.22: both counts within a factor of two, what `experiments.nearest` calls found
    "mr_a": A_FACTOR_OF_TWO,
    # measured 1.31, so not found: but a third as far as a woman whom no agency ever met
    "case_2": 0.34 * float(np.mean(np.log1p([488, 238, 196, 90, 7, 5]))),
    # measured 0.01: with a refusal missing it would be 1/7 or more
    "matthew": 0.10,
}


@pytest.mark.parametrize("name", CASES)
def test_the_three_nearest_lives_are_this_near(name: str) -> None:
    case = load_case(name)
    at = case.place, years_of(case)
    lives = simulated(*at)
    three = nearest(lives, case)
    assert len(three) == 3
    assert distance(lives, case)[three].max() <= NO_FURTHER[name]
    printed = "\n".join(report(case, scenario_of(*at), lives))
    assert case.title in printed and "Person 3" in printed
