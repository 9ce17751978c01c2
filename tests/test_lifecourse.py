"""Births, ageing, deaths, moves and care over ten years of a place of 20,000.

Where chance has a say, the bounds are those that it breaks with probability `FALSE_ALARM`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import stats

from agents.arrays import NOBODY, CaseStatus, Count, PeopleCount, Table
from agents.draft import agency_names
from agents.lifecourse import arrive, newcomers
from agents.onset import reach_children, start_trust
from scenarios.names import ADULT_BAND, AGE_BAND_STARTS, AGE_BANDS, NEED_KEYS, WEEKS_PER_YEAR, Need
from scenarios.quantities import Quantity
from sim.model import Place
from sim.world import copied, with_room
from tests.worlds import at_week, in_use, slots_of, tight

FALSE_ALARM = 1e-6
YEARS = 10
PLACE = tight("together", share=0.1, years=YEARS)
CARE_DOOR = agency_names(PLACE).index("childrens_social_care")
MOTHERS_YOUNGEST, MOTHERS_OLDEST = 15, 55
"""The rates of birth run from the band 15 to 17 to the band 45 to 54."""


@dataclass
class Exposure:
    """Person-weeks at risk, summed week by week: what the rates act on."""

    births: float = 0.0
    deaths: float = 0.0
    moves: float = 0.0


@dataclass
class Observed:
    """A place at its end, with what was seen on the way."""

    place: Place
    exposure: Exposure
    faults: list[str]
    residents_at_first: int


def faults(place: Place) -> Iterator[str]:
    """What may never be, at the end of any week."""
    people, awake, cases = (in_use(place, t) for t in (Count.PEOPLE, Count.AWAKE, Count.CASES))
    here = people.resident == 1
    slot = slots_of(place)
    if not np.array_equal(slot[awake.person], np.arange(len(awake))):
        yield "an awake person's row is not her own"
    if (slot != NOBODY).sum() != len(awake):
        yield "somebody has a row among the awake twice, or none"
    if (slot[cases.person] == NOBODY).any():
        yield "somebody asleep has a case"
    if not here[cases.person].all():
        yield "somebody who died or moved away has a case"
    if not here[awake.person].all():
        yield "somebody who died or moved away is awake"
    adults = people.band[awake.person] >= ADULT_BAND
    family = awake.level[:, Need.FAMILY] + awake.set_point[:, Need.FAMILY]
    if family[adults].any():
        yield "an adult has the family need of a child"
    looked_after = np.flatnonzero(here & (people.care == 1))
    open_here = cases.person[(cases.door == CARE_DOOR) & (cases.status == CaseStatus.OPEN)]
    if not np.isin(looked_after, open_here).all():
        yield "a child is looked after without an open case"
    if (people.band[looked_after] >= ADULT_BAND).any():
        yield "an adult is looked after"
    levels = np.stack([awake.level, awake.set_point])
    if not ((levels >= 0.0) & (levels <= 1.0)).all():
        yield "a level or set point outside 0 to 1"
    if not ((awake.trust >= 0.0) & (awake.trust <= 1.0)).all():
        yield "trust outside 0 to 1"
    if not np.array_equal(awake.n_cases, np.bincount(slot[cases.person], minlength=len(awake))):
        yield "cases miscounted"
    starts = np.array([*AGE_BAND_STARTS, 1000]) * WEEKS_PER_YEAR
    age = place.week - 1 - people.birth_week[here]
    if not ((age >= starts[people.band[here]]) & (age < starts[people.band[here] + 1])).all():
        yield "an age outside its band"


def expose(place: Place, exposure: Exposure) -> None:
    """Add this week's person-weeks, each at the rate of its band."""
    people, course = in_use(place, Count.PEOPLE), place.course
    here = people[people.resident == 1]
    exposure.births += course.birth[here.band[here.male == 0]].sum()
    exposure.deaths += course.death[here.band].sum()
    exposure.moves += course.move[here.band].sum()


@pytest.fixture(scope="module")
def decade() -> Observed:
    place = at_week(PLACE, 0)
    exposure, found, at_first = Exposure(), [], int(place.world.counts[Count.RESIDENTS])
    while place.week < place.weeks:
        expose(place, exposure)
        place.step()
        if place.week % 13 < 2:
            found += [f"week {place.week}: {fault}" for fault in faults(place)]
    return Observed(place, exposure, found, at_first)


@pytest.fixture(scope="module")
def first_week() -> Table:
    return in_use(at_week(PLACE, 0), Count.PEOPLE)


def assert_poisson(count: float, expected: float) -> None:
    low, high = stats.poisson.interval(1.0 - FALSE_ALARM, expected)
    assert low <= count <= high


def total(decade: Observed, what: PeopleCount) -> int:
    return int(decade.place.world.tally.people[:, what].sum())


# --- the first week ---


def test_everybody_has_the_age_of_the_band_and_ages_are_even_within_it(first_week: Table) -> None:
    for band, start in enumerate(AGE_BAND_STARTS[:-1]):
        ages = -first_week.birth_week[first_week.band == band] / WEEKS_PER_YEAR
        span = AGE_BAND_STARTS[band + 1] - start
        assert start <= ages.min() < ages.max() < start + span
        assert stats.kstest((ages - start + 0.5 / 52) / span, "uniform").pvalue > FALSE_ALARM


def test_there_are_as_many_of_each_age_as_the_place_says(first_week: Table) -> None:
    expected = [round(PLACE.place.population[band]) for band in AGE_BANDS]
    assert np.bincount(first_week.band, minlength=len(AGE_BANDS)).tolist() == expected


def test_frailty_and_propensity_have_mean_1(first_week: Table) -> None:
    """Their standard errors follow from the lognormal: variance exp(sigma^2) - 1."""
    for name in ("frailty", "propensity"):
        sigma = PLACE.evidence.general[f"people.{name}_sigma"].value
        logs = np.log(first_week[name].astype(np.float64)) / sigma + sigma / 2
        assert stats.kstest(logs, "norm").pvalue > FALSE_ALARM


def test_every_child_has_a_mother_of_a_likely_age(first_week: Table) -> None:
    children = first_week[first_week.band < ADULT_BAND]
    mothers = first_week[children.family]
    age = (children.birth_week - mothers.birth_week) / WEEKS_PER_YEAR
    assert (children.family != NOBODY).all()
    assert (mothers.male == 0).all()
    assert 15.4 <= age.min() < age.max() <= 46.1
    assert age.mean() == pytest.approx(29.5, abs=0.5)


# --- room ---


def test_there_is_room_for_all_who_are_due_and_all_who_come() -> None:
    world = at_week(tight(share=0.002), 0).world
    n, awake = int(world.counts[Count.PEOPLE]), int(world.counts[Count.AWAKE])
    larger = with_room(world, due=n, arrivals=n)
    assert len(larger.people) >= n + n + 3 * n
    assert len(larger.withdrawn_week) == len(larger.accepted_week) == len(larger.ever_open) >= n
    assert len(larger.awake) >= awake + n


@pytest.mark.parametrize(("moves", "onsets"), [(1.0, 1.0), (0.04, 100.0)])
def test_no_file_brings_more_people_than_there_is_room_for(moves: float, onsets: float) -> None:
    """The most moves, and the most onsets, that a place file may ask for."""
    scenario = tight(share=0.01, years=1)
    here = scenario.place.model_copy(
        update={
            "moves_per_year": Quantity(value=moves),
            "onset_factor": {key: Quantity(value=onsets) for key in NEED_KEYS},
        }
    )
    place = at_week(replace(scenario, place=here), 0)
    while place.week < 60:
        place.step()
        world = place.world
        used = [int(world.counts[table]) for table in (Count.PEOPLE, Count.AWAKE, Count.CASES)]
        room = [len(table) for table in (world.people, world.awake, world.cases)]
        assert (np.array(used) <= room).all()


# --- ten years and the warm-up ---


def test_nothing_impossible_is_seen(decade: Observed) -> None:
    assert decade.faults == []


def test_the_population_stays_within_a_few_per_cent(decade: Observed) -> None:
    residents = decade.place.world.tally.people[:, PeopleCount.RESIDENTS]
    assert np.abs(residents / residents[0] - 1.0).max() < 0.08


def test_births_are_as_frequent_as_the_rates_say(decade: Observed) -> None:
    assert_poisson(total(decade, PeopleCount.BIRTHS), decade.exposure.births)


def test_deaths_are_as_frequent_as_the_rates_say(decade: Observed) -> None:
    """Those that needs bring about early are counted on top."""
    early = total(decade, PeopleCount.EARLY_DEATHS)
    assert_poisson(total(decade, PeopleCount.DEATHS) - early, decade.exposure.deaths)
    assert early > 0


def test_newcomers_are_as_many_as_the_place_calls_for() -> None:
    """Over the weeks no part of a newcomer is lost, whatever the week that is asked."""
    for a_week in (0.0, 0.3, 2.0, 175.2):
        course = np.rec.array([(a_week,)], dtype=[("arrivals", np.float64)])[0]
        weeks = np.array([newcomers.py_func(course, week) for week in range(520)])
        assert weeks.sum() == int(520 * a_week)
        assert set(weeks) <= {int(a_week), int(a_week) + 1}


def test_nobody_is_lost(decade: Observed) -> None:
    """Residents now = residents then + born + moved in, with children, - died - moved away."""
    people = in_use(decade.place, Count.PEOPLE)
    tally = decade.place.world.tally.people
    gone = sum(total(decade, what) for what in (PeopleCount.DEATHS, PeopleCount.MOVED_OUT))
    come = sum(total(decade, what) for what in (PeopleCount.BIRTHS, PeopleCount.MOVED_IN))
    assert (people.resident == 0).sum() == gone
    assert len(people) == decade.residents_at_first + come
    assert (people.resident == 1).sum() == decade.place.world.counts[Count.RESIDENTS]
    assert tally[-1, PeopleCount.RESIDENTS] == decade.place.world.counts[Count.RESIDENTS]


def test_no_two_people_share_a_key(decade: Observed) -> None:
    keys = in_use(decade.place, Count.PEOPLE).key
    assert len(np.unique(keys)) == len(keys)


def test_every_newborn_has_a_mother_who_can_bear(decade: Observed) -> None:
    people = in_use(decade.place, Count.PEOPLE)
    born = people[people.birth_week >= 0]
    mothers = people[mothers_of(people)[people.birth_week >= 0]]
    age = (born.birth_week - mothers.birth_week) / WEEKS_PER_YEAR
    assert (mothers.male == 0).all()
    assert MOTHERS_YOUNGEST <= age.min() < age.max() < MOTHERS_OLDEST


def mothers_of(people: Table) -> np.ndarray:
    """Whose list of children each person is on."""
    mothers = np.full(len(people), NOBODY)
    child, mother = people.first_child.copy(), np.arange(len(people))
    while (child != NOBODY).any():
        mother, child = mother[child != NOBODY], child[child != NOBODY]
        mothers[child] = mother
        child = people.next_sibling[child]
    return mothers


def test_a_mother_counts_the_children_on_her_list(decade: Observed) -> None:
    people = in_use(decade.place, Count.PEOPLE)
    mothers = mothers_of(people)
    counted = np.bincount(mothers[mothers != NOBODY], minlength=len(people))
    assert np.array_equal(counted, people.children)


def test_a_mother_under_18_is_still_a_child_of_her_family(decade: Observed) -> None:
    people = in_use(decade.place, Count.PEOPLE)
    minors = np.flatnonzero((people.band < ADULT_BAND) & (people.resident == 1))
    assert (people.family[minors] != minors).all()


def test_nobody_stays_at_18_in_the_care_they_were_in(decade: Observed) -> None:
    people = in_use(decade.place, Count.PEOPLE)
    left = people[(people.care == 2) & (people.band == ADULT_BAND)]
    assert len(left) > 0
    assert not ((people.care == 1) & (people.band >= ADULT_BAND)).any()


# --- parents and children ---


def reached_by(place: Place, parent: int) -> int:
    """How many wake with a family need when a resident's needs reach the children."""
    world = with_room(copied(place.world), 10, 0)
    before = world.counts[Count.AWAKE]
    reach_children(world, place.course, parent, place.week, place.key)
    return int(world.counts[Count.AWAKE] - before)


def test_a_mothers_and_a_fathers_needs_reach_the_children_and_a_boys_reach_nobody() -> None:
    place = at_week(PLACE, 0)
    people = in_use(place, Count.PEOPLE)
    asleep = slots_of(place) == NOBODY
    children = asleep & (people.band < ADULT_BAND)
    homes = np.bincount(people.family[children], minlength=len(people))
    boy = np.flatnonzero(children & (people.male == 1) & (homes[people.family] > 1))[0]
    mother = people.family[boy]
    fathers = (people.male == 1) & (people.band >= ADULT_BAND) & (people.family != NOBODY)
    father = np.flatnonzero(fathers & (homes[people.family] > 1))[0]
    assert reached_by(place, boy) == 0
    assert reached_by(place, mother) == homes[mother] > 1
    assert reached_by(place, father) == homes[people.family[father]] > 1


def test_a_child_who_arrives_trusts_as_its_aces_say() -> None:
    """Nobody born here has an ACE on the first day; who comes older may have."""
    place = at_week(PLACE, 0)
    world, first = place.world, int(place.world.counts[Count.PEOPLE])
    for j in range(int(len(world.people) - first) // 4):
        arrive(world, place.course, j, 0, place.key)
    people = in_use(place, Count.PEOPLE)[first:]
    children = people[(people.birth_week < 0) & (people.band < ADULT_BAND)]
    trust = [start_trust(place.course, aces) for aces in children.aces]
    assert (children.aces > 0).sum() > 10
    assert children.trust == pytest.approx(np.array(trust))
