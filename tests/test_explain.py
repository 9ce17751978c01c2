"""Shapley shares against closed forms, and waterfalls that add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments import cli, explain
from experiments.commands import BadRequest
from experiments.explain import Explained, Step
from experiments.explain_figures import waterfall
from experiments.explain_text import content_of, text_of
from experiments.measures import check_measures
from experiments.paired import Worlds, live, nothing_changed
from experiments.shapley import all_subsets, exact, sampled, some_orders, subsets_of
from tests.questions import SCENARIOS, ask, shrink
from tests.small import small


def test_shares_of_a_game_with_a_known_answer() -> None:
    """Two gloves left, one right: a pair is worth 1 (Shapley's 1/6, 1/6, 4/6)."""
    values = {s: np.array(1.0 if 2 in s and (0 in s or 1 in s) else 0.0) for s in all_subsets(3)}
    assert np.allclose(exact(values, 3), [1 / 6, 1 / 6, 4 / 6])


def test_causes_that_only_add_get_what_they_add() -> None:
    worth = np.array([3.0, -1.0, 0.0, 7.0])
    values = {s: np.array(10.0 + sum(worth[i] for i in s)) for s in all_subsets(4)}
    assert np.allclose(exact(values, 4), worth)
    orders = some_orders(4, 1, (1,))
    assert np.allclose(sampled(values, orders, 4), worth)


def test_sampled_shares_add_up_and_come_near() -> None:
    rng = np.random.default_rng(2)
    values = {s: np.array(rng.normal() + len(s) ** 2) for s in all_subsets(7)}
    truth = exact(values, 7)
    orders = some_orders(7, 300, (5,))
    assert set(subsets_of(orders)) <= set(values)
    found = sampled(values, orders, 7)
    whole = values[frozenset(range(7))] - values[frozenset()]
    assert np.isclose(found.sum(), whole) and np.isclose(truth.sum(), whole)
    assert np.abs(found - truth).max() < 0.25  # 600 orders of additions whose sd is about 1.5


def test_each_order_comes_with_its_reverse() -> None:
    orders = some_orders(5, 2, (1, 2))
    assert orders[1] == orders[0][::-1] and orders[3] == orders[2][::-1]


def test_all_causes_on_and_no_part_is_doing_nothing() -> None:
    """The waterfall's two halves meet: the same runs, to the byte."""
    scenario = small("together", years=2)
    causes = dict.fromkeys(explain.CAUSES, "")
    parts = explain.parts_of(scenario, each=False)
    worlds = (
        nothing_changed(scenario),
        explain.switched(scenario, causes, frozenset(range(len(causes)))),
        explain.with_parts(scenario, parts, frozenset()),
        explain.with_parts(scenario, parts, frozenset(range(len(parts)))),
        scenario,
    )
    found = live(Worlds(worlds, ("crisis_weeks", "cost.total", "cost.programme"), 1, 0))
    assert np.array_equal(found[0], found[1]) and np.array_equal(found[0], found[2])
    assert np.array_equal(found[3], found[4])
    assert not np.array_equal(found[0], found[4])


def test_parts_are_each_change_or_each_file() -> None:
    scenario = small("together")
    together = explain.parts_of(scenario, each=False)
    assert [p.label for p in together] == [
        "Budget: Drug and alcohol service", "Early intervention", "Navigators",
    ]  # fmt: skip
    each = explain.parts_of(scenario, each=True)
    assert len(each) == len(scenario.changes) + 1
    assert each[-1].label == "Early intervention: its own cost"
    assert sorted(i for p in each for i in p.changes) == list(range(len(scenario.changes)))


def test_the_command_adds_up_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch)
    found = ask(
        tmp_path / "out", "explain", str(SCENARIOS / "navigators.toml"), "--years", "2",
        "--replicates", "2", "--sets", "1", "--measure", "crisis_weeks", "--cause", "entrenchment",
        "pressure",
    )  # fmt: skip
    steps = found["measures"]["crisis_weeks"]["steps"]
    assert [s["level"] for s in steps] == [True, False, False, False, True, False, True]
    by_replicate = np.array([[*s["replicates"], *s["at_sets"]] for s in steps])
    assert by_replicate.shape == (7, 3)
    told = " ".join((tmp_path / "out/table.txt").read_text(encoding="utf-8").split())
    assert "Rough: 2 replicates are few" in told
    assert by_replicate[0, 2] != by_replicate[0, 0], "the same luck, other numbers"
    assert np.allclose(by_replicate[:4].sum(axis=0), by_replicate[4], rtol=1e-12)
    assert np.allclose(by_replicate[4:6].sum(axis=0), by_replicate[6], rtol=1e-12)


def made_up(mean: float, *, whose: str = "") -> Explained:
    """A level and a cause of it, in two replicates and at one set, of another place's."""
    steps = tuple(
        Step(label, np.array([x, 1.01 * x]), np.array([x]), total=total)
        for label, x, total in (("Today", mean, True), ("A cause", 100.0, False))
    )
    notes = (whose,) if whose else ()
    return Explained(small(), "people.in_crisis", "count", steps, 2, 1, 1, 4, "exact", notes)


def test_whose_sets_they_are_and_what_brackets_mean_is_told() -> None:
    said = " ".join(
        text_of(made_up(1000.0, whose="P has not been calibrated; sets are Q's.")).split()
    )
    assert "P has not been calibrated; sets are Q's." in said
    assert "chance taken out (“within chance”: they differ no more than luck makes them)" in said
    assert "; in brackets: chance and that range together reach zero" in said
    assert content_of(made_up(1.0, whose="P has not."))["notes"] == ["P has not."]


def test_an_axis_that_leaves_nought_out_is_said_to() -> None:
    for mean, out in ((1.0, False), (20_000.0, True)):
        figure = waterfall(made_up(mean))
        below = " ".join(figure._supxlabel.get_text().split())  # type: ignore[attr-defined]
        low, high = figure.axes[0].get_xlim()
        assert ("does not begin at nought" in below) == out == (not low <= 0 <= high)


def test_more_causes_than_can_be_run_are_drawn() -> None:
    few = explain.subsets_for(3, 1, 2)
    assert len(few[0]) == 8 and few[0] == few[1]
    many = explain.subsets_for(8, 1, 2)
    assert len(many[0]) < 2**8 and many[0] != many[1]
    assert "orders drawn" in explain.how(8, "causes")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("demand.police", "did you mean contacts.police?"),
        ("calls.ambulance", "did you mean contacts.ambulance?"),
        ("calls.polise", "did you mean contacts.police?"),
        ("crime.police", "did you mean contacts.police?"),
        ("opend.police", "did you mean opened.police?"),
        ("contacts.polize", "did you mean contacts.police?"),
        ("spend.total", "did you mean cost.total?"),
        ("people.awak", "did you mean people.awake?"),
        ("xyzzy", "for example people.multiple_needs"),
    ],
)
def test_a_measure_of_an_agency_is_most_likely_its_contacts(written: str, meant: str) -> None:
    with pytest.raises(BadRequest) as refused:
        check_measures([written], small())
    assert str(refused.value) == f"--measure: there is no measure {written}; {meant}"


def test_what_cannot_be_asked_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    words = ["explain", str(SCENARIOS / "navigators.toml")]
    assert cli.main([*words, "--measure", "people.multiple_need"]) == 2
    assert "did you mean people.multiple_needs?" in capsys.readouterr().err
    assert cli.main([*words, "--cause", "gravity"]) == 2
    assert "gravity is none of" in capsys.readouterr().err
