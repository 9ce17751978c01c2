"""Where a budget moves and places stand empty, it is said."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.draft import yearly_budget
from experiments.empty_places import (
    LITTLE,
    average_budgets,
    budget_notes,
    cautions,
    in_short,
    of_each,
)
from experiments.own_budgets import own_budgets, places
from experiments.report.content import Part, Report
from experiments.report.html import to_html
from experiments.stats import Interval
from experiments.table import table_text
from experiments.wording import level_text
from scenarios.changes import CaseloadChange
from scenarios.load import load_scenario
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.policy import policy_at
from tests import made_up

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LABELS = {"do_nothing": "Do nothing", "cut": "The cut"}
MEASURED = ["childrens_social_care"]
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


def told(
    scenarios: list[Scenario],
    taken: float | list[float],
    wait: float | list[float] = 0.0,
    nfa: float = 0.0,
) -> tuple[str, ...]:
    """The notes, of figures that are the same in every year or told for each."""
    years = {f"{what}.{agency}": np.zeros(scenarios[0].years) + x for agency in AGENCIES
             for what, x in (("open", taken), ("wait_weeks", wait), ("nfa", nfa))}  # fmt: skip
    return budget_notes(scenarios, dict.fromkeys(LABELS, years), LABELS, AGENCIES)


def test_a_cut_takes_places_and_leaves_those_of_others(tmp_path: Path) -> None:
    before, after = (places(scenario) for scenario in cut(tmp_path))
    assert after["mental_health"] == pytest.approx(0.85 * before["mental_health"], abs=1)
    assert {a for a in before if before[a] != after[a]} == {"mental_health"}


def test_a_cut_of_places_that_stand_empty_is_told_with_numbers(tmp_path: Path) -> None:
    (said,) = told(cut(tmp_path), 959.0)
    first, second, *_ = said.split("\n")
    assert first.startswith("Places stand empty: Community mental health. Nobody waits there, so")
    assert "With other plausible numbers the places may fill" in first
    now = "    Community mental health: 959 of 1,954 places are taken if nothing is changed"
    assert second.startswith(f"{now}, 959 of 1,661 in “The cut”. Its budget is")
    assert "so far the model's for any place: £9.00 a resident, assumed" in said


def test_the_gain_is_split_from_the_budget_that_is_no_longer_spent(tmp_path: Path) -> None:
    """A cut of 15% that begins after one year: the average over the run is that of the others."""
    scenarios = cut(tmp_path)
    base, after = scenarios
    before, then = (average_budgets(s)["mental_health"] for s in scenarios)
    assert before == pytest.approx(9.0 * sum(base.place.population.values()))
    assert then == pytest.approx(before * (1 - 0.15 * (base.years - 1) / base.years))
    (said,) = told(scenarios, 959.0)
    gbp = level_text(Interval(before - then, np.nan, np.nan), "money")
    assert f"Its budget is {gbp} less in “The cut”, in an average year of the run: so much" in said
    (moved,) = told(cut(tmp_path, 'moved_to = "early_help"'), 100.0)
    own = next(line for line in moved.split("\n") if line.startswith("    Early help:"))
    assert f"Its budget is {gbp} more in “The cut”" in own


def test_a_caseload_moves_places_and_no_money(tmp_path: Path) -> None:
    base, after = cut(tmp_path)
    change = replace(after.changes[0], change=CaseloadChange(
        kind="caseload", agency="mental_health", multiply=0.85))  # fmt: skip
    (said,) = told([base, replace(after, changes=(change,))], 959.0)
    assert "average year" not in said


def test_a_ramped_budget_is_averaged_week_by_week(tmp_path: Path) -> None:
    base, after = cut(tmp_path, "ramp_weeks = 52")
    teams, weeks = 0, base.years * WEEKS_PER_YEAR
    door = list(base.evidence.agencies).index("mental_health")
    pence = [policy_at(after, week, teams).doors.budget_pence[door] for week in range(weeks)]
    found = average_budgets(after)["mental_health"]
    assert found == pytest.approx(np.mean(pence) * WEEKS_PER_YEAR / 100, abs=1)


def test_who_is_refused_beside_empty_places_is_told(tmp_path: Path) -> None:
    scenarios = cut(tmp_path)
    (said,) = told(scenarios, 959.0, nfa=3412.4)
    assert "Meanwhile 3,412 referrals a year end there without help." in said
    (said,) = told(scenarios, 959.0)
    assert "Meanwhile" not in said


def test_the_lines_to_paste_give_the_place_budgets_of_its_own() -> None:
    base = load_scenario(SCENARIOS / "wiltshire" / "do_nothing.toml")
    known, held, where, *lines = own_budgets(base, ["mental_health", "early_help", *MEASURED])
    assert "Children's social care are its posts times 1" in held
    assert held.endswith("below [agencies.childrens_social_care]: cases_per_post.")
    assert (
        known
        == "Measured, in scenarios/places/wiltshire.toml: the budget of Children's social care."
    )
    assert "into scenarios/places/wiltshire.toml before" in where
    residents = sum(base.place.population.values())
    for agency, written in tomllib.loads("\n".join(lines))["agencies"].items():
        sum_ = yearly_budget(base.evidence.agencies[agency], residents)
        assert written == {"budget_gbp_per_year": round(sum_)}
    assert [line.strip() for line in lines[::2]] == [
        "[agencies.mental_health]",
        "[agencies.early_help]",
    ]
    assert own_budgets(base, MEASURED) == [known, held]


def test_of_many_agencies_the_lines_are_named_and_not_printed() -> None:
    base = load_scenario(SCENARIOS / "wiltshire" / "do_nothing.toml")
    many = ["mental_health", "early_help", "housing", "advice"]
    (said,) = own_budgets(base, many, 3)
    assert "Benefits and debt advice. Write your own" in said and "--replace-first prints" in said
    assert len(own_budgets(base, many)) == 1 + 2 * len(many)


def test_the_lines_to_paste_are_lines_of_the_table_and_of_the_report() -> None:
    note = "First.\n    [agencies.x]\n    budget_gbp_per_year = 1"
    found = replace(made_up.findings(["do_nothing", "budget_cut"]), notes=(note,))
    assert f"\n{note}\n" in table_text(found)
    page = to_html(Report("T", "about", (Part("The answer", (note,)),)))
    assert "First.<br>    [agencies.x]<br>" in page


def test_nothing_is_told_where_places_are_taken_or_people_wait(tmp_path: Path) -> None:
    scenarios = cut(tmp_path)
    unsure = "“The cut”: moves budgets that are no figures of yours: Community mental health (the "
    for taken, wait in ((1650.0, 0.0), (959.0, 0.5)):
        (said,) = told(scenarios, taken, wait)
        assert said.startswith(unsure) and in_short([said]) == ""
        assert cautions([said]) == (
            "Its budgets are no figures of yours: Community mental health (the model's for any "
            "place)."
        )
    assert not told(scenarios[:1], 959.0)


def test_places_that_stand_empty_only_later_are_told_with_the_years(tmp_path: Path) -> None:
    """As in a place that has a queue when it begins: its mean wait says that people wait."""
    scenarios = cut(tmp_path)
    taken, wait = [1650.0] * 3 + [959.0] * 7, [15.0, 5.9, 1.1] + [0.0] * 7
    (said,) = told(scenarios, taken, wait)
    first, second, *_ = said.split("\n")
    years = "Community mental health (in years 4 to 10)"
    assert first.startswith(f"Places stand empty: {years}. Nobody waits there then, so")
    assert second.startswith(f"    {years}: 959 of 1,954 places are taken if nothing is changed")
    assert in_short([said]).endswith(f"{years}. {LITTLE}")
    (said,) = told(scenarios, taken[:4] + [1650.0, *taken[5:]], wait)
    assert "Community mental health (in 6 of the 10 years)" in said
    (said,) = told(scenarios, taken[:3][::-1] + [1650.0] * 4 + [959.0] * 3, wait)
    assert "Places stand empty" not in said  # in fewer than half of the years of the cut


def test_of_each_it_is_told_how_full_it_is_and_whose_its_budget_is(tmp_path: Path) -> None:
    """For a brief, which has no lines to paste."""
    notes = ("Another.", *told(cut(tmp_path), 959.0, nfa=12.0))
    taken, whose = of_each(notes, AGENCIES)
    assert taken == (
        "Community mental health: 959 of 1,954 places are taken if nothing is changed, 959 of "
        "1,661 in “The cut”."
    )
    assert (
        whose.startswith("The budget of Community mental health (£") and "a year) is the" in whose
    )
    assert whose.endswith("assumed: no figure of yours.") and of_each(notes[:1], AGENCIES) == []


def test_money_moved_to_where_places_stand_empty_is_told_too(tmp_path: Path) -> None:
    (said,) = told(cut(tmp_path, 'moved_to = "early_help"'), 100.0)
    lines = said.split("\n")[1:3]
    assert [line.split(":")[0].strip() for line in lines] == list(AGENCIES.values())


def test_in_short_it_names_the_agencies() -> None:
    assert in_short(()) == ""
    said = in_short(
        ["Ours was calibrated", "Places stand empty: Housing; Advice. Nobody waits there"]
    )
    assert said == f"Places stand empty: Housing; Advice. {LITTLE}"
    assert cautions(()) == "" and cautions(["Ours was calibrated"]) == ""
