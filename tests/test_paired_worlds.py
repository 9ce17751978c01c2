"""The same people live the same lives in two scenarios, except where the change reaches them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from agents.arrays import NOBODY, CaseStatus, Count
from agents.lifecourse import bear
from experiments.compare import run_scenarios
from experiments.document import document, to_bytes
from scenarios.changes import BudgetChange, Group, OnsetChange, ReviewChange, ThresholdChange
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.model import Place, warm_up_weeks
from sim.run import run_replicate
from tests.small import without
from tests.worlds import LINKS, at_week, changed, differing, finished, in_use, lives, tight

BASE = tight("do_nothing", share=0.03, years=3)
START = warm_up_weeks(BASE)
CHANGES = START + WEEKS_PER_YEAR
HALF = BudgetChange(kind="budget", agency="substance", multiply=0.5)
SHUT = ThresholdChange(kind="threshold", agency="substance", add=0.3)
FEWER = OnsetChange(
    kind="onset", needs=["family"], multiply=0.5, group=Group(age_below=10, reach=0.5)
)

# --- before the change ---


@pytest.mark.parametrize("name", ["budget_cut", "early_intervention", "navigators", "together"])
def test_two_scenarios_are_the_same_until_the_change_starts(name: str) -> None:
    one, other = (at_week(tight(n, 0.03, 3), CHANGES) for n in ("do_nothing", name))
    assert differing(one.world, other.world) == []
    assert one.snapshot().pressure == other.snapshot().pressure
    for place in (one, other):
        place.run_to(CHANGES + 30)
    assert {"awake", "cases", "tally"} <= set(differing(one.world, other.world))


@pytest.mark.parametrize("change", [HALF, SHUT, FEWER], ids=lambda change: change.kind)
@pytest.mark.parametrize("start", [0, 1, 37])
def test_so_they_are_whenever_it_starts(change, start: int) -> None:  # type: ignore[no-untyped-def]
    scenario = tight("do_nothing", 0.01, 2)
    one, other = (
        at_week(s, START + start)
        for s in (scenario, changed(scenario, change, start=start, ramp=8))
    )
    assert differing(one.world, other.world) == []
    assert lives(one) == lives(other)


@pytest.mark.parametrize("ends", [30, 60])
def test_a_change_to_nobody_changes_nothing(ends: int) -> None:
    """A review rule that is set to what it is, and children who are over 18."""
    scenario = tight("do_nothing", 0.01, 2)
    same = ReviewChange(kind="review", agency="substance", rule="withdraw")
    nobody = OnsetChange(kind="onset", needs=["family"], multiply=0.0, group=Group(age_from=18))
    other = changed(scenario, same, nobody, start=8, end=ends, ramp=16)
    assert differing(finished(scenario).world, finished(other).world) == []


# --- those whom it never reaches ---


def in_a_queue(place: Place, door: int | None) -> set[int]:
    """Keys of those with a case at a door, or at any."""
    cases = in_use(place, Count.CASES)
    here = (cases.status != CaseStatus.NONE) & ((cases.door == door) if door is not None else True)
    return set(place.world.people.key[cases.person[here]].tolist())


def turned_away(place: Place, since: int) -> set[int]:
    """Keys of the awake with a refusal or closure since a week."""
    awake = in_use(place, Count.AWAKE)
    return set(awake.key[awake.failed_week.max(axis=1) >= since].tolist())


def with_families(place: Place, reached: set[int]) -> set[int]:
    """And all who are linked to them by family, however distantly."""
    people = in_use(place, Count.PEOPLE)
    rows = np.arange(len(people))
    marked = np.isin(people.key, np.fromiter(reached, np.uint64, len(reached)))
    links = [(rows, people.family)]
    for mother in np.flatnonzero(people.first_child != NOBODY):
        child = people.first_child[mother]
        while child != NOBODY:
            links.append((np.array([mother]), np.array([child])))
            child = people.next_sibling[child]
    a = np.concatenate([one for one, _ in links])
    b = np.concatenate([other for _, other in links])
    a, b = a[b != NOBODY], b[b != NOBODY]
    while True:
        before = marked.sum()
        marked[b[marked[a]]] = True
        marked[a[marked[b]]] = True
        if marked.sum() == before:
            return set(people.key[marked].tolist())


def lived_in_both(
    base: Scenario,
    change,
    door: int | None,
    seed: int,  # type: ignore[no-untyped-def]
) -> Iterator[tuple[int, bool, bool]]:
    """Of everybody who ever lived here: key, whether reached, whether the life is the same.

    Reached is whoever had a case (at ``door``, or at any) after the change or was turned away, in
    either world, and her or his family. Nobody else can tell that anything has changed.
    """
    worlds = [at_week(s, CHANGES, seed, 0) for s in (base, changed(base, change, start=52))]
    reached: set[int] = set()
    while worlds[0].week < worlds[0].weeks:
        for place in worlds:
            place.step()
            reached |= in_a_queue(place, door) | turned_away(place, CHANGES)
    for place in worlds:
        reached |= with_families(place, reached)
    one, other = (lives(place) for place in worlds)
    for key in one.keys() | other.keys():
        yield key, key in reached, one.get(key) == other.get(key)


@pytest.mark.parametrize("change", [HALF, SHUT], ids=lambda change: change.kind)
def test_whoever_meets_no_queue_lives_the_same_life(change) -> None:  # type: ignore[no-untyped-def]
    """With all mechanisms on, a change at one agency reaches others through every queue."""
    found = list(lived_in_both(BASE, change, None, seed=3))
    assert all(same for _, reached, same in found if not reached)
    assert sum(not reached for _, reached, _ in found) > 0.5 * len(found)
    assert sum(not same for _, _, same in found) > 10


def test_without_queues_only_those_at_the_agency_and_their_families_differ() -> None:
    """Those with cases elsewhere are untouched, unless turned away somewhere."""
    base = without(tight("do_nothing", share=0.03, years=3), "waiting_lists")
    door = list(base.evidence.agencies).index("substance")
    found = list(lived_in_both(base, SHUT, door, seed=3))
    assert all(same for _, reached, same in found if not reached)
    assert sum(not same for _, _, same in found) > 10


def test_one_more_birth_adds_one_life_and_moves_no_other() -> None:
    """Without queues: to a woman past bearing, so that no later child of hers is another."""
    base = without(tight("do_nothing", share=0.03, years=3), "waiting_lists")
    one, other = at_week(base, START + 5, 3, 0), at_week(base, START + 5, 3, 0)
    people = in_use(other, Count.PEOPLE)
    fits = (people.male == 0) & (people.band == 9) & (people.resident == 1)
    alone = (people.first_child == NOBODY) & (people.family == NOBODY)
    mother = int(np.flatnonzero(fits & alone)[0])
    key = int(people.key[mother])
    child = bear(other.world, other.course, mother, START + 4, other.key)
    added = int(other.world.people.key[child])
    for place in (one, other):
        place.run_to(place.weeks)
    before, after = lives(one), lives(other)
    assert after.keys() - before.keys() == {added}
    assert {k for k in before if before[k] != after[k]} == {key}  # who has a child now


# --- order ---


def shuffled(place: Place, seed: int) -> None:
    """Put the residents of a place in another order of rows, and the awake too."""
    rng = np.random.default_rng(seed)
    world = place.world
    n, m, c = (int(world.counts[t]) for t in (Count.PEOPLE, Count.AWAKE, Count.CASES))
    people, awake = world.people, world.awake
    order, rows = rng.permutation(n), rng.permutation(m)
    new_row, new_slot = np.argsort(order), np.argsort(rows)
    people[:n] = people[:n][order]
    for name in LINKS:
        column = people[name][:n]
        column[:] = np.where(column == NOBODY, NOBODY, new_row[column])
    slot = world.slot[:n][order]
    world.slot[:n] = np.where(slot == NOBODY, NOBODY, new_slot[slot])
    awake[:m] = awake[:m][rows]
    awake.person[:m] = new_row[awake.person[:m]]
    world.cases.person[:c] = new_row[world.cases.person[:c]]
    by_person = np.argsort(rng.permutation(n)[world.cases.person[:c]], kind="stable")
    world.cases[:c] = world.cases[:c][by_person]  # one person's own stay in order of referral
    world.due_week[:n] = world.due_week[:n][order]


@pytest.mark.parametrize("week", [0, START, CHANGES + 14])
def test_the_order_of_rows_does_not_matter(week: int) -> None:
    """Neither of people, nor of the awake, nor of cases; at first, nor in the midst of it all.

    Agencies that step down and watch are left out: of two watched cases that were referred in the
    same week, the last free place goes to the one whose row comes first.
    """
    base = tight("together", share=0.03, years=3)
    one, other = at_week(base, week), at_week(base, week)
    shuffled(other, seed=1)
    for place in (one, other):
        place.run_to(place.weeks)
    parts = differing(one.world, other.world)
    assert "people" in parts
    assert not {"tally", "quarters", "years", "waiting", "used", "slots"} & set(parts)
    assert lives(one) == lives(other)


def test_the_order_of_doors_kept_for_teams_does_not_matter() -> None:
    """Room for teams that a scenario does not have changes nothing."""
    base = tight("do_nothing", share=0.01, years=2)
    few, many = finished(base, teams=0), finished(base, teams=3)
    assert lives(few) == lives(many)
    assert differing(few.world._replace(), many.world._replace(
        **{name: getattr(few.world, name) for name in
           ("withdrawn_week", "accepted_week", "waiting", "used", "slots", "cut_off")}
    )) == []  # fmt: skip


def test_the_number_of_workers_does_not_matter() -> None:
    """The engine itself, in this process and in others."""
    scenarios = [tight("do_nothing", 0.005, 1)]

    def found(workers: int) -> bytes:
        findings, stopped_by = run_scenarios(run_replicate, scenarios, "do_nothing", 1, 2, workers)
        assert stopped_by is None
        return to_bytes(document(findings, "1", with_seconds=False))

    assert found(1) == found(2)


# --- what pairing is for ---

MEASURES = ("contacts.police", "contacts.ae", "contacts.ambulance", "people.multiple_needs",
            "people.in_crisis", "cost.reactive")  # fmt: skip


@pytest.fixture(scope="module")
def replicates() -> dict[str, np.ndarray]:
    """[replicates, measures] of each scenario, on a tenth of the city, with its queues."""
    names = ("do_nothing", "budget_cut", "together")
    found: dict[str, list[list[float]]] = {name: [] for name in names}
    for replicate in range(8):
        for result in run_replicate([tight(n, 0.1, 3) for n in names], 1, replicate):
            row = dict(zip(result.names, result.overall, strict=True))
            found[result.scenario].append([row[m] for m in MEASURES])
    return {name: np.array(rows) for name, rows in found.items()}


@pytest.mark.parametrize("name", ["budget_cut", "together"])
def test_pairing_leaves_at_most_a_fifth_of_the_variance_of_a_difference(
    name: str, replicates: dict[str, np.ndarray]
) -> None:
    """Against the variance with unpaired seeds, which is the sum of the two."""
    base, other = replicates["do_nothing"], replicates[name]
    ratio = (other - base).var(axis=0, ddof=1) / (
        base.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)
    )
    assert (ratio <= 0.2).all(), dict(zip(MEASURES, ratio.round(3), strict=True))
    assert (other != base).any(axis=0).all()
