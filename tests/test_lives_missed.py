"""Missed opportunities: a life that branches off is the life that was planned to from the start."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from agents.arrays import Count
from agents.engage import Engagement
from experiments.census import Census, find
from experiments.lives_pictures import MOST_BYTES, small_png
from experiments.missed import WAYS, missed, of_other_length, with_team
from experiments.missed_one import in_words as one_in_words
from experiments.missed_report import contrast, groups_of, rows, write_missed
from experiments.missed_report import in_words as report_in_words
from sim.alone import Alone, Plan
from sim.bills import Bills
from sim.households import take
from sim.world import happenings

WEEK = 40


@pytest.fixture(scope="module")
def costliest(census: Census) -> list[int]:
    here = int(census.start.world.counts[Count.PEOPLE])
    return [i for i in find(census, "cost", 40) if i < here][:20]


def planned(census: Census, persons: list[int], kind: Engagement) -> tuple[np.ndarray, np.ndarray]:
    """Pounds of each household, and weeks that each of the persons lives there, engaged in a week
    that was planned before the first."""
    n = len(persons)
    plan = Plan(np.arange(n), np.full(n, census.start.week + WEEK), np.full(n, int(kind), np.int64))
    taken = take(census.start.world, persons)
    scenario = with_team(census.scenario)
    place = Alone(scenario, 1, 0, census.room_for_teams, census.start, taken, census.load, plan)
    place.listener = lambda trace: None
    bills, pence, weeks = Bills(place), np.zeros(n, np.int64), np.zeros(n, np.int64)
    while place.week < census.last_week:
        place.step()
        charges = bills.charges(place, happenings(place.world))
        np.add.at(pence, place.copy[charges.person], charges.pence)
        weeks += place.world.people.resident[place.persons] == 1
    return pence / 100.0, weeks


def test_branching_off_is_as_planned_from_the_start(census: Census, costliest: list[int]) -> None:
    """To the penny, in each way; and it does change some of these lives and not all."""
    found = missed(census, costliest, weeks=[WEEK])
    nothing, lived = planned(census, costliest, Engagement.NOTHING)
    assert found.cost[0, 0] == pytest.approx(nothing, abs=1e-6)
    for j, way in enumerate(WAYS):
        saved = found.saved[0, 0, j].sum(axis=-1)
        pounds, weeks = planned(census, costliest, way)
        assert saved == pytest.approx(nothing - pounds, abs=1e-6)
        assert (found.longer[0, 0, j] == weeks - lived).all()
    touched = (found.saved[0, 0] != 0.0).any(axis=-1)
    assert touched.any(axis=1).all(), "each way changes some of these lives"
    assert not touched.all()


def test_what_a_death_spares_is_told_apart(census: Census) -> None:
    """Some of many engaged do die sooner or later for it, and the three sorts add up."""
    here = int(census.start.world.counts[Count.PEOPLE])
    persons = [i for i in find(census, "cost", 200) if i < here]
    found = missed(census, persons, weeks=[0, 26, 52])
    weeks = np.arange(3)
    sooner, later = of_other_length(found, 1, weeks, 0)
    assert sooner.times > 0 and later.times > 0
    assert sooner.of == later.of == 3 * len(persons)
    saved, longer = found.saved[1, :, 0].sum(axis=-1), found.longer[1, :, 0]
    assert sooner.times == (longer < 0).sum()
    same = saved[longer == 0].sum() / 3
    assert sooner.saved_gbp + later.saved_gbp + same == pytest.approx(saved.sum() / 3)
    of_year_2, _ = of_other_length(found, 1, np.array([2]), 0)
    text = report_in_words(census, "a group", found)
    assert f"({of_year_2.times} of {len(persons)} engagements), which is no saving" in text
    i = int(np.argmax((longer[:2] < 0).any(axis=0)))
    assert "of it is no saving: the life ends sooner" in one_in_words(census, found, i)


def test_a_week_does_not_depend_on_those_before(census: Census, costliest: list[int]) -> None:
    one = missed(census, costliest, weeks=[WEEK])
    three = missed(census, costliest, weeks=[0, WEEK - 1, WEEK])
    assert one.saved[:, 0].tobytes() == three.saved[:, 2].tobytes()
    assert one.cost[:, 0].tobytes() == three.cost[:, 2].tobytes()


def test_who_has_grown_up_still_counts(census: Census) -> None:
    """Sons who have left the family are of the household of the week it began: nothing is saved by
    losing sight of them."""
    here = int(census.start.world.counts[Count.PEOPLE])
    people = census.people[:here]
    left = np.flatnonzero((people.family < 0) & (census.start.world.people.family[:here] >= 0))
    persons = [int(i) for i in left[:30]]
    last = census.scenario.years * 52 - 1
    found = missed(census, persons, weeks=[last])
    assert len(persons) > 5
    assert (found.saved == 0.0).all(), "after the last week nothing can be saved"
    assert found.cost[0, 0] == pytest.approx(found.cost[1, 0])


def test_the_table_has_every_week_and_the_words_the_difference(
    census: Census, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_missed(tmp_path, census, every=60)
    text = (tmp_path / "missed.txt").read_text(encoding="utf-8")
    table = list(csv.DictReader((tmp_path / "missed.csv").open(encoding="utf-8")))
    assert len(table) == 2 * 2 * len(WAYS) * 3
    assert {row["week"] for row in table} == {"0", "60", "120"}
    assert all(float(row["low"]) <= float(row["share"]) <= float(row["high"]) for row in table)
    assert "How the costliest 100 differ from a random 100" in text
    assert text.strip() in capsys.readouterr().out
    assert {"missed.png", "signs.png"} <= {path.name for path in tmp_path.iterdir()}


def test_groups_that_are_the_same_do_not_differ(census: Census, costliest: list[int]) -> None:
    found = missed(census, costliest, weeks=[WEEK])
    assert contrast(("a", found), ("b", found)).count("difference +0.0") == len(WAYS)
    assert len(list(rows({"a": found}))) == 1 + 2 * len(WAYS)


def test_groups_live_there_at_the_start_and_cost_most(census: Census) -> None:
    first, drawn = groups_of(census, 10).values()
    here = np.flatnonzero(census.start.world.people.resident == 1)
    cost = census.pence.sum(axis=1)
    assert cost[first].min() >= np.sort(cost[here])[-10]
    assert len(set(drawn)) == 10 and set(drawn) <= set(here.tolist())


def test_pictures_for_pages_are_small() -> None:
    figure = Figure(figsize=(4, 3))
    figure.subplots().plot([1, 2])
    content = small_png(figure)
    assert content[:4] == b"\x89PNG" and len(content) < MOST_BYTES
    noise = Figure(figsize=(13, 13))
    noise.figimage(np.random.default_rng(1).random((1400, 1400)))
    with pytest.raises(ValueError, match="too large for a page"):
        small_png(noise)
    assert small_png(figure) == content
