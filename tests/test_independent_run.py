"""Measures of a run against the same told again: plain Python over everything that happened.

A listener keeps every week's trace. Dictionaries, sorting and adding up, with none of the model's
own counters, must give what `sim.metrics` reports: see `tests/test_independent.py` for the list.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from agents.arrays import Closure, Count, Happening, Refusal
from agents.compile_doors import agency_names
from scenarios.names import N_NEEDS, WEEKS_PER_YEAR, Need
from sim.cast import cast_of
from sim.metrics import Measures, measure
from sim.model import Place, warm_up_weeks
from tests.worlds import tight

YEARS = 3
QUARTER = 13
ASLEEP = -1
"""A kind of our own: no longer awake, so that the model forgets what it noted."""
Event = tuple[int, int, int, int, int, int]
"""week, person, kind, door, need, detail"""


@pytest.fixture(scope="module")
def story() -> tuple[Place, list[Event]]:
    """All that happened, warm-up included, in order."""
    place = Place(tight("do_nothing", share=0.02, years=YEARS), 3, 0, 0)
    told: list[Event] = []
    awake: set[int] = set()

    def listen(trace: np.recarray) -> None:
        columns = ("week", "person", "kind", "door", "need", "detail")
        told.extend(zip(*(trace[name].tolist() for name in columns), strict=True))
        now = set(place.world.awake.person[: place.world.counts[Count.AWAKE]].tolist())
        told.extend((place.week, person, ASLEEP, 0, 0, 0) for person in sorted(awake - now))
        awake.clear()
        awake.update(now)

    place.listener = listen
    place.run_to(place.weeks)
    return place, told


@pytest.fixture(scope="module")
def reported(story: tuple[Place, list[Event]]) -> Measures:
    return measure(story[0], cast_of([story[0].scenario]))


def value(reported: Measures, name: str) -> float:
    return float(reported.overall[reported.names.index(name)])


def since_start(story: tuple[Place, list[Event]], kind: Happening) -> list[Event]:
    place, told = story
    first = warm_up_weeks(place.scenario)
    return [event for event in told if event[2] == kind and event[0] >= first]


def test_concentration(story: tuple[Place, list[Event]], reported: Measures) -> None:
    """The heaviest 9% of those with a police contact about mental health in a quarter."""
    police = agency_names(story[0].scenario).index("police")
    calls: dict[int, Counter[int]] = defaultdict(Counter)
    for week, person, kind, door, need, _ in story[1]:
        if kind == ASLEEP:
            calls[week // QUARTER][person] = 0
        elif kind == Happening.CONTACT and (door, need) == (police, Need.MENTAL_HEALTH):
            calls[week // QUARTER][person] += week >= story[0].warm_up_weeks
    top = whole = people = 0
    for each in calls.values():
        counts = sorted((n for n in each.values() if n), reverse=True)
        top += sum(counts[: math.ceil(0.09 * len(counts))])
        whole += sum(counts)
        people += len(counts)
    assert value(reported, "concentration.top_9pct_share") == pytest.approx(top / whole)
    per_quarter = people / (4 * YEARS)
    assert value(reported, "concentration.people_per_quarter") == pytest.approx(per_quarter)
    assert people > 100


def test_the_yo_yo(story: tuple[Place, list[Event]], reported: Measures) -> None:
    """Withdrawals followed by an opening at the same agency within 52 weeks; last year left out."""
    place, told = story
    opened: dict[tuple[int, int], list[int]] = defaultdict(list)
    for week, person, kind, door, _, _ in told:
        if kind == Happening.OPENED:
            opened[person, door].append(week)
    withdrawn = back = 0
    for week, person, _, door, _, detail in since_start(story, Happening.CLOSED):
        if detail == Closure.WITHDRAWN and week < place.weeks - WEEKS_PER_YEAR:
            withdrawn += 1
            back += any(week < w <= week + WEEKS_PER_YEAR for w in opened[person, door])
    assert value(reported, "yoyo.reopened_within_year") == pytest.approx(back / withdrawn)
    assert back > 20


def test_spells_per_person(story: tuple[Place, list[Event]], reported: Measures) -> None:
    doors = [(e[1], e[3]) for e in story[1] if e[2] == Happening.OPENED]
    expected = len(doors) / len(set(doors))
    assert value(reported, "yoyo.spells_per_person") == pytest.approx(expected, rel=0.01)


def test_waits(story: tuple[Place, list[Event]], reported: Measures) -> None:
    """From the weeks of referral and opening themselves, not from what the opening says."""
    place, told = story
    names = agency_names(place.scenario)
    referred: dict[tuple[int, int], int] = {}
    waits: dict[int, list[int]] = defaultdict(list)
    for week, person, kind, door, _, _ in told:
        if kind == Happening.ACCEPTED:
            referred[person, door] = week
        elif kind == Happening.OPENED and week >= place.warm_up_weeks:
            waits[door].append(week - referred[person, door])
    some = [door for door, each in waits.items() if len(each) > 30 and door < len(names)]
    for door in some:
        mean = sum(waits[door]) / len(waits[door])
        assert value(reported, f"wait_weeks.{names[door]}") == pytest.approx(mean)
    assert len(some) >= 5 and any(sum(waits[door]) for door in some)


def test_refusals_and_their_share(story: tuple[Place, list[Event]], reported: Measures) -> None:
    refused = Counter(event[5] for event in since_start(story, Happening.REFUSED))
    for reason in (Refusal.BELOW_THRESHOLD, Refusal.EXCLUDED, Refusal.GAVE_UP):
        found = value(reported, f"nfa.{reason.name.lower()}")
        assert found == pytest.approx(refused[reason] / YEARS)
    assert refused[Refusal.EXCLUDED] > 10


def test_closures_and_attendance(story: tuple[Place, list[Event]], reported: Measures) -> None:
    closed = Counter(event[5] for event in since_start(story, Happening.CLOSED))
    for reason in Closure:
        found = value(reported, f"closed.{reason.name.lower()}")
        assert found == pytest.approx(closed[reason] / YEARS)
    came = len(since_start(story, Happening.ATTENDED))
    missed = len(since_start(story, Happening.MISSED))
    assert value(reported, "attendance.share") == pytest.approx(came / (came + missed))


def test_failure_demand(story: tuple[Place, list[Event]], reported: Measures) -> None:
    """Contacts in the 26 weeks after a refusal, or a closure of unfinished work, in a need that it
    was about. A closure counts for those needs only that were there at that moment within the week,
    which no trace tells: so these two may differ, by less than one contact in two hundred."""
    place, told = story
    doors = place.doors
    helped = [doors.helped[d, : doors.n_helped[d]].tolist() for d in range(place.n_doors)]
    let_down: dict[tuple[int, int], int] = {}
    after = contacts = 0
    for week, person, kind, door, need, detail in told:
        if kind == Happening.CONTACT and week >= place.warm_up_weeks:
            contacts += 1
            after += week - let_down.get((person, need), -1000) <= 26
        about = [need] if kind == Happening.REFUSED else []
        if kind == Happening.CLOSED and detail != Closure.FINISHED:
            about = helped[door]
        for each in about:
            let_down[person, each] = week
        if kind == ASLEEP:
            for each in range(N_NEEDS):
                let_down.pop((person, each), None)
    found = value(reported, "failure_demand.share")
    assert found == pytest.approx(after / contacts, abs=0.005)
    assert contacts > 1000


def test_groups_with_multiple_needs_and_in_crisis(
    story: tuple[Place, list[Event]], reported: Measures
) -> None:
    """The last week's, one person after the other, against the tally of that week.

    It is taken before the week's blows, so whoever was struck may or may not be in it.
    """
    place, told = story
    people, awake = place.world.people, place.world.awake[: int(place.world.counts[1])]
    blows = (Happening.LIFE_EVENT, Happening.CHILD_CONCERN, Happening.ENTERED_CARE)
    struck = {person for week, person, kind, *_ in told if week == place.week - 1 and kind in blows}
    struck |= {int(people.family[person]) for person in struck}
    multiple: Counter[bool] = Counter()
    crisis: Counter[bool] = Counter()
    for person, levels in zip(awake.person.tolist(), awake["level"].tolist(), strict=True):
        high = sum(x >= place.course.high_level for x in levels)
        multiple[person in struck] += high >= 3
        crisis[person in struck] += max(levels) >= place.course.crisis_level
    for column, found in ((1, multiple), (2, crisis)):
        tallied = int(place.world.tally.people[-1, column])
        assert 3 < found[False] <= tallied <= found[False] + found[True]
