"""A life that ends sooner than its twin: what is drawn ends with it, and what it no longer costs is
told as no saving."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from agents.arrays import NOBODY, Happening
from experiments.census import Census, diary_of
from experiments.families import mothers
from experiments.journey import PASSED_ON, Journey, journeys, spoken
from experiments.lives import weekly
from experiments.slices import slices_text
from experiments.story import clause, story, wrapped
from experiments.timeline import end_words, open_spells, timeline
from experiments.twin_words import Pair, ends_in_words, heading, how_long, in_words, said
from experiments.twins import part, twins
from experiments.workshop.telling import NAMES, _rows
from scenarios.names import WEEKS_PER_YEAR
from tests import ended

SIGNED = re.compile(r"(?<!\w)[-+−]£?\d")


@pytest.fixture(scope="module")
def died_and_lived() -> tuple[Journey, Journey]:
    return ended.died_and_lived()


def paired(base: Journey, other: Journey) -> Pair:
    return Pair(base, other, NAMES, part(base, other))


def test_it_is_said_first_who_died_and_when(died_and_lived: tuple[Journey, Journey]) -> None:
    died, lived = died_and_lived
    when = f"{died.ended.date:%B %Y}" if died.ended else ""
    for base, other, sooner in ((died, lived, NAMES[0]), (lived, died, NAMES[1])):
        first = in_words(paired(base, other)).split("\n\n")[0]
        assert f"{sooner}, {died.they} died in {when}" in first.replace("If nothing", "if nothing")
        assert f"{died.they} lived to the end of the three years" in first
        assert "£" not in first


def test_costs_are_compared_over_the_time_that_both_lived(
    died_and_lived: tuple[Journey, Journey],
) -> None:
    """Counted again here, from the steps and the pence."""
    died, lived = died_and_lived
    parting = part(lived, died)
    both = died.weeks
    assert parting.both_lived_gbp == tuple(j.pence[:both].sum() / 100 for j in (lived, died))
    assert sum(parting.by_agency_gbp.values()) == pytest.approx(
        parting.both_lived_gbp[1] - parting.both_lived_gbp[0]
    )
    contacts = [
        sum(s.kind == Happening.CONTACT and s.week < both for s in j.steps) for j in (lived, died)
    ]
    assert parting.more["contacts"] == contacts[1] - contacts[0]
    assert sum(s.kind == Happening.CONTACT for s in lived.steps) > contacts[0], "and some after"
    crisis = [(j.diary.level[:both, j.row].max(axis=1) >= 0.85).sum() for j in (lived, died)]
    assert parting.weeks_in_crisis == crisis[1] - crisis[0]
    assert lived.pence[both:].sum() > 0 == died.pence[both:].sum()


def test_a_death_is_no_saving_and_a_life_no_waste(died_and_lived: tuple[Journey, Journey]) -> None:
    died, lived = died_and_lived
    sooner, longer = in_words(paired(lived, died)), in_words(paired(died, lived))
    assert "because the life had ended" in sooner and "is no saving" in sooner
    assert f"more with the room's plan because {died.they} lived longer" in longer
    for text in (sooner, longer):
        assert "While both lived, up to" in text
        assert "says nothing of the change" in text
    assert heading(died, NAMES[0], True).endswith("up to then")


def test_the_comparison_can_be_read_aloud(died_and_lived: tuple[Journey, Journey]) -> None:
    for base, other in (died_and_lived, died_and_lived[::-1]):
        text = in_words(paired(base, other))
        assert "_" not in text and "do nothing" not in text and not SIGNED.search(text)
        assert "the lives in" not in text
        assert not re.search(r"\b(on|with|to) (GP|Police|Ambulance)\b", text + story(base))
        assert NAMES[1] in text


def test_money_is_said_in_words() -> None:
    assert [said(x) for x in (39.4, 6014.0, 131_895.3, 2_354_000.0)] == [
        "£39", "£6,010", "£132,000", "£2.35 million",
    ]  # fmt: skip


def test_agencies_are_spoken_of_with_their_articles(census: Census) -> None:
    names = spoken(census.scenario)
    assert (names["gp"], names["police"]) == ("the GP", "the police")
    assert names["housing"] == "housing options" and names["ae"].startswith("A&E")


def test_two_deaths_are_told_with_the_time_between(census: Census) -> None:
    both = [j for j in _ended(census) if j.ended and j.ended.kind == Happening.DIED][:1]
    (died,) = both
    assert ends_in_words(paired(died, died)) == f"In both lives {died.they} died in " + (
        f"{died.ended.date:%B %Y}." if died.ended else ""
    )
    assert [how_long(w) for w in (1, 8, 52, 65, 117)] == [
        "one week", "eight weeks", "one year", "one year and three months",
        "two years and three months",
    ]  # fmt: skip


def _ended(census: Census) -> list[Journey]:
    gone = np.flatnonzero((census.people.resident == 0) & (census.pence.sum(axis=1) > 0))
    found = journeys(census, diary_of(census, [int(i) for i in gone[-40:]]))
    return [j for j in found if j.ended is not None]


def _drawn(axes: Any) -> list[float]:
    """Where anything stands that is told of a life: lines, marks, bars; not the end itself."""
    x = [np.asarray(line.get_xdata(), float)[_there(line)] for line in axes.lines]
    bars = [p.get_x() + p.get_width() for p in axes.patches if p.get_zorder() > -1]
    held = [seg[:, 0] for c in axes.collections for seg in _paths(c)]
    return [*np.concatenate([*x, *held, np.zeros(1)]).tolist(), *bars]


def _there(line: Any) -> Any:
    return np.isfinite(np.asarray(line.get_ydata(), float))


def _paths(collection: Any) -> list[Any]:
    return [path.vertices[np.isfinite(path.vertices[:, 1])] for path in collection.get_paths()]


def test_nothing_is_drawn_after_the_death(died_and_lived: tuple[Journey, Journey]) -> None:
    died, lived = died_and_lived
    end = died.weeks / WEEKS_PER_YEAR
    for figure, rows in ((timeline(died), [0]), (twins([lived, died], [part(lived, died)]), [1])):
        for axes in [a for row in rows for a in figure.axes[3 * row : 3 * row + 3]]:
            assert max(_drawn(axes)) <= end + 1e-9
        words = [t.get_text() for axes in figure.axes for t in axes.texts]
        assert words.count(end_words(died)) == 1 and end_words(died).startswith("died, ")
    both = twins([lived, died], [part(lived, died)])
    assert max(_drawn(both.axes[1])) > end, "the other life goes on"
    assert "while both lived" in both.axes[3].get_title(loc="left")
    assert all(until <= end for _, _, until in open_spells(died))


def test_the_page_draws_nothing_after_the_death(died_and_lived: tuple[Journey, Journey]) -> None:
    died, lived = died_and_lived
    end = died.weeks / WEEKS_PER_YEAR
    rows = list(_rows(died, lived))
    (mark,) = [row for row in rows if row["sort"] == "end"]
    assert mark["name"] == end_words(died) and mark["at"] == pytest.approx(end, abs=1e-3)
    told = [row for row in rows if row["sort"] in ("need", "name", "open", "mark")]
    assert max(row.get("until", row["at"]) for row in told) <= end + 1e-3
    needs = [row["at"] for row in rows if row["sort"] == "need"]
    assert max(needs) == pytest.approx(end, abs=1e-3), "and reaches it"
    assert not [row for row in _rows(lived, died) if row["sort"] == "end"]
    assert {
        row["until"] for r in (died, lived) for row in _rows(r, r) if row["sort"] == "span"
    } == {died.scenario.years}, "both are drawn over the same years"


def test_a_weekly_table_has_no_noughts_after_the_death(
    died_and_lived: tuple[Journey, Journey],
) -> None:
    died, _ = died_and_lived
    found = weekly(died)
    for part_of in ("need", "could_see", "cost_gbp"):
        for values in found[part_of].values():
            assert all(x is None for x in values[died.weeks :])
            assert all(x is not None for x in values[: died.weeks])
    assert "died in" in slices_text(died, died.weeks + 1)


def test_a_story_stops_with_the_life(census: Census) -> None:
    for journey in _ended(census):
        assert journey.ended is not None
        text = " ".join(story(journey, in_full=True).split())
        what = end_words(journey).replace(",", "")
        assert f"Until {journey.they} {what.replace(' ', ', in ', 1)}" in text or "away" in what
        assert "early death" not in text and ": left" not in text
        assert not re.search(r"In these \w+ years there were", text)


def test_whose_needs_reached_a_child_is_said(census: Census) -> None:
    """It is told of a parent only when a child at home was reached, that very week."""
    mother = mothers(census.people)
    parents = np.unique(mother[mother != NOBODY])
    order = parents[np.argsort(-census.pence[parents].sum(axis=1), kind="stable")][:60]
    children = np.flatnonzero(np.isin(mother, order))
    told = journeys(census, diary_of(census, [int(i) for i in (*order, *children)]))
    by_row = dict(zip((*order, *children), told, strict=True))
    seen = 0
    for parent in order:
        weeks = {s.week for s in by_row[parent].steps if s.decision == PASSED_ON}
        reached = {
            s.week for c in children if mother[c] == parent
            for s in by_row[c].steps if s.kind == Happening.CHILD_CONCERN
        }  # fmt: skip
        assert weeks <= reached
        seen += len(weeks)
    assert seen > 5
    step = next(s for j in told for s in j.steps if s.decision == PASSED_ON)
    assert not step.is_blow
    assert clause(step, {}, "He") == "his own needs reached a child at home"


def test_nobody_without_children_is_told_of_theirs(census: Census) -> None:
    """The model lets the event strike whom it may; where there is no child, nothing happens."""
    people = census.people
    alone = (people.first_child == NOBODY) & (people.family == NOBODY)
    costliest = np.argsort(np.where(alone, -census.pence.sum(axis=1), 1), kind="stable")[:25]
    told = journeys(census, diary_of(census, [int(i) for i in costliest]))
    kinds = Counter(s.decision for j in told for s in j.steps if s.kind == Happening.LIFE_EVENT)
    assert kinds.total() > 20 and PASSED_ON not in kinds
    assert not any("reach" in title for title in kinds)


def test_no_line_breaks_within_a_hyphenated_word() -> None:
    for width in range(60, 100):
        lines = wrapped("x" * width + " overdose or self-harm and self-harm again")
        assert not any(line.endswith("-") for line in lines)
