"""For how many of the years told a scenario differs, and what it does, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from experiments.change_words import in_words
from experiments.in_force import in_force, in_force_lines
from experiments.what_differs import what_differs
from scenarios.changes import BudgetChange
from scenarios.load import load_scenario
from scenarios.resolved import DatedChange, Scenario
from scenarios.ways import read_ways
from tests.small import SCENARIOS

BASE = load_scenario(SCENARIOS / "portsmouth" / "do_nothing.toml")
CUT = BudgetChange(kind="budget", agency="housing", multiply=0.8)


def with_cut(*dates: tuple[str, str | None], years: int = 5, ramp: int = 0) -> Scenario:
    """Cuts of housing between dates; without the second, to the end."""
    changes = tuple(
        DatedChange(CUT, dt.date.fromisoformat(start),
                    dt.date.fromisoformat(end) if end else None, ramp, "x.toml")
        for start, end in dates
    )  # fmt: skip
    return replace(BASE, years=years, changes=changes)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (with_cut(("2025-04-01", None)), "4 of the 5 years, from 2025-04-01"),
        (with_cut(("2025-04-01", None), years=1), "0 of the 1 year, from 2025-04-01"),
        (with_cut(("2020-01-01", None)), "5 of the 5 years, from 2024-04-01"),
        (
            with_cut(("2025-04-01", None), ("2027-04-01", None)),
            "2 to 4 of the 5 years, 4 from 2025-04-01, 2 from 2027-04-01",
        ),
        (
            with_cut(*((f"{year}-04-01", None) for year in (2025, 2026, 2027, 2028))),
            "1 to 4 of the 5 years, the first from 2025-04-01",
        ),
        (
            with_cut(("2025-04-01", "2026-04-01"), ("2027-04-01", None)),
            "1 to 2 of the 5 years, 1 from 2025-04-01 to 2026-04-01, 2 from 2027-04-01",
        ),
        (
            with_cut(("2025-04-01", "2026-04-01")),
            "1 of the 5 years, from 2025-04-01 to 2026-04-01",
        ),
        (with_cut(("2024-10-01", None), ramp=26), "4.5 of the 5 years, from 2024-10-01 (coming in "
         "by steps)"),
        (with_cut(), ""),
    ],
)  # fmt: skip
def test_years_in_force(scenario: Scenario, said: str) -> None:
    assert in_force(scenario, replace(BASE, years=scenario.years)) == said


def test_what_both_do_is_no_difference_and_what_holds_throughout_is_in_force_throughout() -> None:
    base = with_cut(("2025-04-01", None))
    assert in_force(base, base) == ""
    off = base.mechanisms.model_copy(update={"withdrawal": False})
    other = replace(base, mechanisms=off)
    assert in_force(other, base) == "5 of the 5 years"
    assert what_differs(other, base) == ["throughout: mechanism withdrawal switched off"]
    assert what_differs(base, other) == ["throughout: mechanism withdrawal on"]


def test_one_sentence_for_all_where_it_is_the_same_of_all() -> None:
    labels = {"a": "A", "b": "B"}
    (same,) = in_force_lines({"a": "4 of the 5 years", "b": "4 of the 5 years"}, labels)
    assert same == "What the scenarios change is in force in 4 of the 5 years."
    two = list(in_force_lines({"a": "4 of the 5 years", "b": "2 of the 5 years"}, labels))
    assert two == ["In force in 4 of the 5 years: “A”.", "In force in 2 of the 5 years: “B”."]
    assert list(in_force_lines({"a": ""}, labels)) == []


def test_what_differs_has_sums_before_and_after() -> None:
    (line,) = what_differs(with_cut(("2025-04-01", None)), BASE)
    assert line.startswith("from 2025-04-01: Housing options: £") and line.endswith("(-20%)")
    (back,) = what_differs(BASE, with_cut(("2025-04-01", None)))
    assert back == f"without this: {line}"


def test_every_change_of_every_way_has_words_with_its_size() -> None:
    """No line is only the kind of change; all but an exclusion lifted or a rule have a number."""
    called = {name: spec.title for name, spec in BASE.evidence.agencies.items()}
    for name, way in read_ways().items():
        for change in way.spec.changes:
            if change.kind in ("budget", "team"):
                continue
            words = in_words(change, called)
            plain = "no longer turned away" in words or "when it goes quiet" in words
            kept = "keeps a quiet case open" in words
            assert plain or kept or any(c.isdigit() for c in words), (name, words)
            assert "_" not in words, (name, words)
