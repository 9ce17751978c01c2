"""Where a budget moves and places stand empty, it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.empty_places import empty_places, in_short, places
from scenarios.load import load_scenario
from scenarios.resolved import Scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LABELS = {"do_nothing": "Do nothing", "cut": "The cut"}
AGENCIES = {"mental_health": "Community mental health", "early_help": "Early help"}


def cut(tmp_path: Path, *more: str) -> list[Scenario]:
    base = SCENARIOS / "wiltshire" / "do_nothing.toml"
    lines = [
        'title = "The cut"', f'extends = "{base}"', "[[changes]]", 'kind = "budget"',
        'agency = "mental_health"', "multiply = 0.85", "start = 2025-04-01", *more,
    ]  # fmt: skip
    path = tmp_path / "cut.toml"
    path.write_text("\n".join(lines))
    return [load_scenario(base), load_scenario(path)]


def told(scenarios: list[Scenario], taken: float, wait: float = 0.0) -> tuple[str, ...]:
    level = {f"{what}.{agency}": x for agency in AGENCIES
             for what, x in (("open", taken), ("wait_weeks", wait))}  # fmt: skip
    return empty_places(scenarios, level, LABELS, AGENCIES)


def test_a_cut_takes_places_and_leaves_those_of_others(tmp_path: Path) -> None:
    before, after = (places(scenario) for scenario in cut(tmp_path))
    assert after["mental_health"] == pytest.approx(0.85 * before["mental_health"], abs=1)
    assert {a for a in before if before[a] != after[a]} == {"mental_health"}


def test_a_cut_of_places_that_stand_empty_is_told_with_numbers(tmp_path: Path) -> None:
    (said,) = told(cut(tmp_path), 959.0)
    assert said.startswith("Community mental health: places stand empty.")
    assert "959 of 1,954 are taken and nobody waits; “The cut” has 1,661." in said
    assert "£9.00 a resident (assumed), for the place's file (wiltshire.toml) has none" in said
    assert "With other plausible numbers the places may fill" in said


def test_nothing_is_told_where_places_are_taken_or_people_wait(tmp_path: Path) -> None:
    scenarios = cut(tmp_path)
    assert not told(scenarios, 1650.0)
    assert not told(scenarios, 959.0, wait=0.5)
    assert not told(scenarios[:1], 959.0)


def test_money_moved_to_where_places_stand_empty_is_told_too(tmp_path: Path) -> None:
    said = told(cut(tmp_path, 'moved_to = "early_help"'), 100.0)
    assert [line.split(":")[0] for line in said] == list(AGENCIES.values())


def test_in_short_it_names_the_agencies() -> None:
    assert in_short(()) == ""
    said = in_short(["Housing: places stand empty. If", "Advice: places stand empty. If nothing"])
    assert said == "Places stand empty: Housing; Advice. So a budget does little there."
