"""Which of a place's own numbers to replace first."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.own_budgets import unsure_budgets
from experiments.place_numbers import FILE, own_numbers, variants, with_own_number
from experiments.replace_first import SURE, TITLES, Weight, replace_first, weight_of
from scenarios.load import load_scenario
from scenarios.quantities import Quantity
from tests.small import SCENARIOS

UNITARY = SCENARIOS / "unitary" / "do_nothing.toml"
MOVES = "moves_per_year"


def test_the_outcome_moved_most_for_its_size_is_told() -> None:
    base = {"a": 100.0, "b": 1000.0}
    assert weight_of({"a": [-6, -5, -4], "b": [19, 20, 21]}, base) == Weight("a", -5.0)


def test_what_is_beyond_chance_only_as_one_of_a_hundred_is_not_told() -> None:
    just = 10 / SURE
    assert weight_of({"a": [10 - 1.01 * just, 10, 10 + just]}, {"a": 100.0}) is None
    assert weight_of({"a": [10 - 0.99 * just, 10, 10 + just]}, {"a": 100.0}) == Weight("a", 10.0)


def test_the_file_holds_every_number_of_the_place_that_was_tried() -> None:
    measured = json.loads(FILE.read_text(encoding="utf-8"))
    assert set(measured["numbers"]) == set(own_numbers(load_scenario(UNITARY)))
    assert set(measured["base"]) == set(TITLES)


def test_the_first_is_what_moves_an_outcome_most_and_is_not_measured() -> None:
    ranked = [line for line in replace_first(load_scenario(UNITARY)) if line.startswith("  ")]
    percents = [abs(float(line.rsplit(" ", 1)[1].rstrip("%"))) for line in ranked]
    assert len(ranked) > 3 and percents == sorted(percents, reverse=True)
    assert not any("deprivation_score" in line for line in ranked)


def test_a_number_of_ones_own_leaves_the_ranking() -> None:
    scenario = load_scenario(UNITARY)
    own = Quantity(value=0.04, status="measured", source="our own")
    place = scenario.place.model_copy(update={MOVES: own})
    before, after = (list(replace_first(s)) for s in (scenario, replace(scenario, place=place)))
    assert any(line.startswith("  ") and MOVES in line for line in before)
    assert not any(line.startswith("  ") and MOVES in line for line in after)
    assert any(line.startswith("Marked measured") and MOVES in line for line in after)


def test_of_a_number_that_was_not_tried_it_says_so() -> None:
    scenario = load_scenario(UNITARY)
    more = scenario.place.onset_factor | {"drugs": Quantity(value=1.1)}
    place = scenario.place.model_copy(update={"onset_factor": more})
    told = list(replace_first(replace(scenario, place=place)))
    assert "In the file, but what they do was not measured: onset_factor.drugs." in told


def test_every_number_is_moved_to_both_sides_and_nothing_else() -> None:
    scenario = load_scenario(UNITARY)
    own = own_numbers(scenario)
    assert len(list(variants())) == 1 + 2 * len(own)
    for key, quantity in own.items():
        moved = own_numbers(with_own_number(scenario, key, 0.75 * quantity.value))
        assert moved[key].value == pytest.approx(0.75 * quantity.value)
        assert {k: q.value for k, q in moved.items() if k != key} == {
            k: q.value for k, q in own.items() if k != key
        }


def test_check_prints_it_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(UNITARY)]) == 0
    assert "Replace first" not in capsys.readouterr().out
    assert main(["check", str(UNITARY), "--replace-first"]) == 0
    assert "Replace first" in capsys.readouterr().out


def test_what_the_scenario_moves_comes_first_with_whose_budget_it_is(tmp_path: Path) -> None:
    base = (SCENARIOS / "wiltshire" / "do_nothing.toml").as_posix()
    file = tmp_path / "cut.toml"
    file.write_text(
        f'title = "A cut"\nextends = "{base}"\n'
        + "".join(
            f'[[changes]]\nkind = "budget"\nagency = "{agency}"\nmultiply = 0.85\n'
            "start = 2025-04-01\n"
            for agency in ("mental_health", "early_help")
        )
    )
    first, where, *lines = replace_first(load_scenario(file))
    assert first == "This scenario moves Community mental health and Early help for families."
    assert where.startswith("Write your own into scenarios/places/wiltshire.toml before")
    head, sum_ = lines.index("    [agencies.mental_health]"), "    budget_gbp_per_year = 4_661_811"
    said = f"{sum_}  # so far the model's for any place: £9.00 a resident, assumed"
    assert lines[head + 1] == said
    head = lines.index("    [agencies.early_help]")
    assert lines[head + 1].endswith("  # so far an estimate in the file")
    assert lines[4].startswith("Replace first")
    assert not any("This scenario moves" in line for line in replace_first(load_scenario(base)))


def test_check_names_the_budgets_moved_that_nobody_has_measured_here(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cut = SCENARIOS / "wiltshire" / "cut_10.toml"
    said = unsure_budgets(load_scenario(cut))
    assert "Voluntary sector (the model's for any place); Early help for families (not" in said
    assert main(["check", str(cut)]) == 0
    assert f"  {said} (--replace-first says where)" in capsys.readouterr().out.splitlines()
    assert main(["check", str(cut), "--replace-first"]) == 0
    assert said not in capsys.readouterr().out
    assert unsure_budgets(load_scenario(UNITARY)) == ""


def test_a_measured_budget_is_no_budget_to_be_unsure_of() -> None:
    cut = load_scenario(SCENARIOS / "wiltshire" / "cut_10.toml")
    known = {
        key: spec.model_copy(update={"budget_gbp_per_year": Quantity(value=1e6, status="measured")})
        for key, spec in cut.evidence.agencies.items()
    }
    own = cut.place.agencies | {key: {"budget_gbp_per_year": 1e6} for key in known}
    place = cut.place.model_copy(update={"agencies": own})
    evidence = replace(cut.evidence, agencies=known)
    assert unsure_budgets(replace(cut, evidence=evidence, place=place)) == ""
