"""What holds in every week of every valid file, however strange: the laws of conservation, ranges,
the ledger to the penny, resuming; and what more places do at a door."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.arrays import AWAKE, CASE, CaseStatus, Count, PeopleCount, new_table
from agents.doors import allocate
from sim.cast import cast_of
from sim.costs import added_up
from sim.metrics import ledger_of, measure
from sim.model import Place
from sim.policy import weeks_since
from sim.record import record_of
from sim.world import with_room
from tests.conservation import (
    in_two_states,
    lost_cases,
    lost_people,
    lost_referrals,
    miscounted_places,
    miscounted_queues,
    out_of_range,
    overfull,
)
from tests.random_files import Written, files
from tests.small import small
from tests.worlds import differing


def assert_lawful(place: Place, begun: np.ndarray, before: np.ndarray) -> None:
    """What must hold at the end of every week."""
    assert out_of_range(place) == []
    assert not lost_referrals(place, begun).any()  # every referral ends once
    assert not lost_cases(place).any()  # opened = closed + open
    assert in_two_states(place) == 0
    assert miscounted_places(place) < 1e-6
    assert miscounted_queues(place).size == 0
    assert overfull(place, before).size == 0
    assert lost_people(place) == 0


@settings(max_examples=20)
@given(file=files(), seed=st.integers(0, 2**40 - 1))
def test_every_week_of_any_valid_file_is_lawful(file: Written, seed: int) -> None:
    place = Place(file.scenario(), seed, 0, 1)
    begun = place.world.tally.opened.sum(axis=0)
    while place.week < place.weeks:
        before = place.world.used.copy()
        place.step()
        assert_lawful(place, begun, before)


@settings(max_examples=10)
@given(file=files(), seed=st.integers(0, 2**40 - 1), stop=st.integers(0, 103))
def test_any_valid_file_may_be_interrupted_in_any_week(file: Written, seed: int, stop: int) -> None:
    scenario = file.scenario()
    whole = Place(scenario, seed, 0, 1)
    whole.run_to(min(stop, whole.weeks))
    part = Place(scenario, seed, 0, 1, whole.snapshot())
    for place in (whole, part):
        place.run_to(place.weeks)
    assert differing(whole.world, part.world) == []
    assert whole.budget_pence.tobytes() == part.budget_pence.tobytes()


@settings(max_examples=10)
@given(file=files(), seed=st.integers(0, 2**40 - 1))
def test_no_change_of_any_kind_is_felt_before_its_week(file: Written, seed: int) -> None:
    scenario = file.scenario()
    one, other = (Place(s, seed, 0, 1) for s in (scenario, replace(scenario, changes=())))
    begins = [weeks_since(scenario.start, dated.start) for dated in scenario.changes]
    for place in (one, other):
        place.run_to(min([place.weeks, *(place.warm_up_weeks + week for week in begins)]))
    assert differing(one.world, other.world) == []
    assert one.snapshot().pressure == other.snapshot().pressure


# --- money ---


def pence(gbp: float) -> int:
    return round(100 * gbp)


def spent(place: Place) -> int:
    """Every penny of a run that agencies and teams spend, counted anew from prices and tallies.

    Contacts of the modelled and of everybody else, budgets as they stood, placements, care, crises,
    arrests and prison.
    """
    record, scenario = record_of(place), place.scenario
    weeks, specs = record.weeks.reshape(-1), scenario.evidence.agencies
    general, crisis = scenario.evidence.general, scenario.evidence.crisis
    total = int(record.budget_pence.sum())
    for d, spec in enumerate(specs.values()):
        price = spec.cost_gbp_per_contact.value
        other = spec.background_gbp_per_contact
        total += pence(price) * int(weeks.contacts[:, d].sum())
        total += pence(price if other is None else other.value) * int(
            record.background[..., d].sum()
        )
        placed = spec.placement_gbp_per_week.value * spec.placement_share.value
        children = int(weeks.people[:, PeopleCount.LOOKED_AFTER].sum())
        total += pence(placed) * (children if spec.care_door else int(weeks.open[:, d].sum()))
    for o, outcome in enumerate(crisis.outcomes):
        police = crisis.police_hours[outcome] * crisis.police_gbp_per_hour.value
        price = pence(crisis.cost_gbp[outcome]) + pence(police)
        total += price * int(weeks.crisis_outcome[:, o].sum())
    for e, event in enumerate(scenario.evidence.events.values()):
        if event.effect == "prison":
            total += pence(general["money.arrest_gbp"].value) * int(weeks.events[:, e].sum())
    stay = general["money.prison_gbp_per_week"].value * general["money.prison_weeks"].value
    return total + pence(stay) * int(weeks.people[:, PeopleCount.PRISON].sum())


@settings(max_examples=10)
@given(file=files(), seed=st.integers(0, 2**40 - 1))
def test_the_ledger_of_any_run_adds_up_to_the_penny(file: Written, seed: int) -> None:
    """By agency, by payer and in all; and nothing measured is infinite."""
    place = Place(file.scenario(), seed, 0, 1)
    place.run_to(place.weeks)
    entered = ledger_of(record_of(place))
    total = spent(place)
    assert int(added_up(entered.lines, entered.weeks).sum()) == total
    for part in ("payer", "door", "kind"):
        names = {getattr(line, part) for line in entered.lines}
        lines = {name: [x for x in entered.lines if getattr(x, part) == name] for name in names}
        assert sum(int(added_up(some, entered.weeks).sum()) for some in lines.values()) == total
    found = measure(place, cast_of([place.scenario]))
    assert not np.isinf(found.per_year).any()
    costs = [n for n in found.names if n.startswith("cost.") and "per_person" not in n]
    assert np.isfinite([found.overall[found.names.index(name)] for name in costs]).all()


# --- more places ---


class Queue(NamedTuple):
    """Referrals to one door that would come whatever it does, and for how long each stays."""

    weeks: list[int]
    ranks: list[float]
    stay: int


def queues() -> st.SearchStrategy[Queue]:
    arrivals = st.lists(st.tuples(st.integers(0, 30), st.floats(-5, 5)), min_size=1, max_size=40)
    return st.tuples(arrivals, st.integers(1, 12)).map(
        lambda drawn: Queue(*map(list, zip(*sorted(drawn[0]), strict=True)), stay=drawn[1])
    )


def openings(queue: Queue, places: float, first_come: bool) -> np.ndarray:
    """The week in which the model's `allocate` opens each case, at a door with so many places."""
    place = Place(small(share=0.0005), 0, 0, 0)
    doors, door, n = place.doors.copy(), 5, len(queue.weeks)
    world = with_room(place.world, n, 0)
    doors.places[:] = places
    cases = new_table(CASE, n)
    cases.person, cases.door, cases.referred_week = np.arange(n), door, queue.weeks
    world.counts[Count.CASES] = 0
    world = world._replace(cases=cases, ranks=np.zeros(n), awake=new_table(AWAKE, n))
    world.slot[:n] = np.arange(n)
    world.used[:], opened = 0.0, np.full(n, 10_000)
    cases.rank = [-w for w in queue.weeks] if first_come else queue.ranks
    cases.rank -= np.arange(n) * 1e-6  # no two alike
    for week in range(60):
        arrived = int(np.searchsorted(queue.weeks, week, side="right"))
        new = np.arange(int(world.counts[Count.CASES]), arrived)
        cases.status[new], world.counts[Count.CASES] = CaseStatus.AWAITS_PLACE, arrived
        ending = (cases.status == CaseStatus.OPEN) & (cases.since_week == week - queue.stay)
        cases.status[ending] = CaseStatus.NONE
        world.used[door] -= ending.sum()
        allocate(world, doors, week)
        opened[(cases.status == CaseStatus.OPEN) & (cases.since_week == week)] = week
    return opened


@settings(max_examples=60)
@given(queue=queues(), places=st.integers(1, 6), more=st.integers(1, 3))
def test_with_more_places_nobody_who_came_first_is_served_later(
    queue: Queue, places: int, more: int
) -> None:
    """Referrals as they come, first come first served, stays of equal length: true of everybody."""
    before, after = (openings(queue, n, first_come=True) for n in (places, places + more))
    assert (after <= before).all()


@settings(max_examples=60)
@given(queue=queues(), places=st.integers(1, 6), more=st.integers(1, 3))
def test_with_more_places_more_have_been_served_by_any_week(
    queue: Queue, places: int, more: int
) -> None:
    """By rank, someone may be overtaken who would not have been, but never more wait in all.

    Openings by week t = min(arrivals by t, places + openings by t - stay): by induction over t,
    no fewer with more places. So the mean wait is no longer.
    """
    before, after = (openings(queue, n, first_come=False) for n in (places, places + more))
    by_week = np.arange(60)[:, None]
    assert ((after <= by_week).sum(axis=1) >= (before <= by_week).sum(axis=1)).all()
    assert np.minimum(after, 60).sum() <= np.minimum(before, 60).sum()


@settings(max_examples=30)
@given(queue=queues(), places=st.integers(1, 6))
def test_openings_are_those_of_the_recursion(queue: Queue, places: int) -> None:
    """Whatever the ranks: as many open as there are places, or as there are people."""
    opened = openings(queue, places, first_come=False)
    so_far = [0] * (60 + queue.stay)  # by week t - stay, from t = 0
    for week in range(60):
        arrived = sum(w <= week for w in queue.weeks)
        so_far[week + queue.stay] = min(arrived, places + so_far[week])
        assert (opened <= week).sum() == so_far[week + queue.stay]
