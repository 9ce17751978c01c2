"""Budgets of several agencies at once, sums added and taken away, and money that is moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.draft import apply_change, new_draft
from scenarios.changes import BudgetChange
from scenarios.load import InputError, load_scenario
from tests.small import small

DO_NOTHING = Path(__file__).parents[1] / "scenarios" / "portsmouth" / "do_nothing.toml"
GATED = [name for name, spec in small().evidence.agencies.items() if spec.kind == "gated"]


def budgets(fraction: float = 1.0, **raw: object) -> tuple[dict[str, float], dict[str, float]]:
    """Portsmouth's budgets before and after a change."""
    draft = new_draft(small())
    before = dict(draft.budget)
    apply_change(draft, BudgetChange.model_validate({"kind": "budget", **raw}), fraction)
    return before, draft.budget


def test_all_agencies_lose_the_same_share() -> None:
    before, after = budgets(agencies="all", multiply=0.67)
    assert after == pytest.approx({name: 0.67 * gbp for name, gbp in before.items()})
    assert sum(before[name] for name in GATED) == sum(before.values()) > 0


def test_a_list_of_agencies_is_cut_and_no_other() -> None:
    before, after = budgets(agencies=["housing", "advice", "housing"], multiply=0.5)
    halved = {"housing": before["housing"] / 2, "advice": before["advice"] / 2}
    assert after == pytest.approx(before | halved)


@settings(deadline=None)
@given(multiply=st.floats(0, 0.99), fraction=st.floats(0, 1), to=st.sampled_from(GATED))
def test_money_that_is_moved_is_the_same_money(multiply: float, fraction: float, to: str) -> None:
    before, after = budgets(fraction, agencies="all", multiply=multiply, moved_to=to)
    assert sum(after.values()) == pytest.approx(sum(before.values()))
    assert after[to] >= before[to]
    others = [name for name in GATED if name != to]
    kept = 1 - fraction * (1 - multiply)
    assert [after[n] for n in others] == pytest.approx([kept * before[n] for n in others], abs=1e-6)


def test_a_sum_is_added_taken_away_and_moved() -> None:
    before, after = budgets(agency="housing", add_gbp_per_year=100_000)
    assert after["housing"] == pytest.approx(before["housing"] + 100_000)
    before, after = budgets(agency="housing", add_gbp_per_year=-5_000, moved_to="early_help")
    assert after["housing"] == pytest.approx(before["housing"] - 5_000)
    assert after["early_help"] == pytest.approx(before["early_help"] + 5_000)
    before, after = budgets(agency="housing", add_gbp_per_year=-1e9, moved_to="early_help")
    assert after["housing"] == 0.0
    assert after["early_help"] == pytest.approx(before["early_help"] + before["housing"])


def test_a_sum_set_above_the_budget_takes_nothing_from_whom_it_was_to_be_moved_to() -> None:
    before, after = budgets(agency="housing", set_gbp_per_year=1e8, moved_to="early_help")
    assert after["early_help"] == before["early_help"]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ({"multiply": 0.9}, "either agency or agencies"),
        ({"agency": "housing", "agencies": ["advice"], "multiply": 0.9}, "agency or agencies"),
        ({"agency": "housing"}, "set_gbp_per_year, multiply or add_gbp_per_year"),
        ({"agency": "housing", "multiply": 0.9, "add_gbp_per_year": 1}, "multiply or add"),
        ({"agencies": "all", "set_gbp_per_year": 1}, "a sum is for one agency"),
        ({"agency": "housing", "multiply": 1.5, "moved_to": "advice"}, "only what a cut takes"),
        ({"agency": "housing", "add_gbp_per_year": 5, "moved_to": "advice"}, "what a cut takes"),
        ({"agencies": [], "multiply": 0.9}, "at least 1 item"),
        ({"agencies": "housing", "multiply": 0.9}, "valid list"),
    ],
)
def test_what_makes_no_sense_is_refused(raw: dict[str, object], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        BudgetChange.model_validate({"kind": "budget", **raw})


@pytest.mark.parametrize(
    ("settings_", "line", "said"),
    [
        ('agencies = ["housing", "substence"]', 4, "did you mean 'substance'?"),
        ('agencies = ["housing", "police"]', 4, "'police' turns nobody away"),
        ('agencies = ["all", "housing"]', 4, "'all' already names every agency"),
        ('agency = "housing"\nmoved_to = "erly_help"', 5, "did you mean 'early_help'?"),
        ('agency = "housing"\nmoved_to = "gp"', 5, "'gp' has no budget to move money to"),
        ('agency = "housing"\nmoved_to = "housing"', 5, "would go back where it is taken from"),
        ('agency = "outreach"', 4, "'outreach' is a team"),
        ('agencies = ["outreach"]', 4, "'outreach' is a team"),
        ('agency = "housing"\nmoved_to = "outreach"', 5, "'outreach' is a team"),
    ],
)
def test_a_wrong_file_says_where_and_what_was_meant(
    tmp_path: Path, settings_: str, line: int, said: str
) -> None:
    team = '[[changes]]\nkind = "team"\nname = "outreach"\ntitle = "T"\nposts = 1\n'
    team += "cases_per_post = 8\ncost_gbp_per_post = 40_000\n"
    path = tmp_path / "s.toml"
    text = f'extends = "{DO_NOTHING}"\n[[changes]]\nkind = "budget"\n{settings_}\nmultiply = 0.9\n'
    path.write_text(text + team, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_scenario(path)
    (problem,) = error.value.problems
    assert problem.line == line
    assert said in str(problem)
