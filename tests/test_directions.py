"""Differences point where the documents would expect, or are known to surprise."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from experiments.compare import Replicates, run_scenarios
from experiments.directions import LONG, difference, found_text, growth, load_all
from experiments.expectations import GROWTH, QUESTIONS, Expectation, Question
from experiments.patterns import DO_NOTHING
from experiments.pool import cores
from experiments.stats import Interval, mean_interval
from sim.run import run_replicate

YEARS, LONG_YEARS, REPLICATES, SEED = 6, 8, 8, 1

SURPRISES = {
    "Doing nothing": {
        "adverse experiences by age 18",
        "children looked after",
        "contacts: police, ambulance, A&E",
        "cost of all services",
        "most complex, in a year",
    },
    "Early intervention": {
        "contacts: police, ambulance, A&E",
        "below every threshold",
        "cost of all services",
    },
    "Navigators": {"below every threshold"},
    "Both interventions under the cut, against the cut alone": {
        "contacts: police, ambulance, A&E",
        "cost of all services",
        "known to many, helped by none",
    },
}
"""Where the model finds something else than the documents, or nothing; notes say why."""

SLOW = {"children entering care a year", "adverse experiences by age 18"}
"""Effects of early intervention that take the ten years of `make directions` to be detected."""

ASKED = [(q, e) for q in QUESTIONS for e in q.expectations if e.expected != "unsaid"]
Found = Mapping[str, Replicates]


@pytest.fixture(scope="session")
def found() -> Found:
    scenarios = load_all("portsmouth", YEARS, LONG_YEARS)
    findings, stopped_by = run_scenarios(
        run_replicate, scenarios, DO_NOTHING, SEED, REPLICATES, cores()
    )
    assert stopped_by is None
    return findings.scenarios


@pytest.mark.parametrize("e", GROWTH, ids=lambda e: e.words)
def test_doing_nothing(found: Found, e: Expectation) -> None:
    text = found_text(mean_interval(growth(found[LONG], e, 1)), e.expected)
    assert (text == "as expected") == (e.words not in SURPRISES["Doing nothing"]), text


@pytest.mark.parametrize(
    ("question", "e"), ASKED, ids=[f"{question.title}-{e.words}" for question, e in ASKED]
)
def test_a_change(found: Found, question: Question, e: Expectation) -> None:
    """95% intervals: what is not there at all would be found as expected once in 40 times."""
    text = found_text(mean_interval(difference(found, question, e)), e.expected)
    if question.title == "Early intervention" and e.words in SLOW:
        assert text != "THE OPPOSITE"
        return
    assert (text == "as expected") == (e.words not in SURPRISES.get(question.title, ())), text


def test_surprises_are_expectations_and_are_explained() -> None:
    notes = {(q.title, e.words): e.note for q, e in ASKED}
    notes |= {("Doing nothing", e.words): e.note for e in GROWTH}
    for title, words in SURPRISES.items():
        assert all((title, word) in notes for word in words)


def test_weights_add_up_to_zero() -> None:
    assert all(sum(question.weights.values()) == 0 for question in QUESTIONS)


def test_what_was_found_is_said_in_the_words_of_what_was_expected() -> None:
    up, down, neither = Interval(2, 1, 3), Interval(-2, -3, -1), Interval(1, -1, 3)
    assert found_text(up, "more") == found_text(down, "less") == "as expected"
    assert found_text(up, "less") == found_text(down, "more") == "THE OPPOSITE"
    assert found_text(neither, "more") == "not detected"
    assert (found_text(up, "unsaid"), found_text(down, "unsaid")) == ("more", "less")
