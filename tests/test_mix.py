"""Sharing out money: what is allowed, and that the best is found where it is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments import cli
from experiments.allocation import (
    STATUTORY,
    Problem,
    budgets,
    designs,
    equal_shares,
    filled,
    problem,
    scenario_of,
    usual,
)
from experiments.commands import BadRequest
from experiments.emulator import fit
from experiments.mix import _best
from experiments.paired import Worlds, live
from scenarios.load import load_using
from tests.questions import SCENARIOS, ask, shrink
from tests.worlds import tight


def cut(share: float = 0.1, posts: float = 0.0) -> Problem:
    base = tight(share=0.02, years=1)
    total = sum(budget for _, budget in budgets(base))
    way = load_using(SCENARIOS / "do_nothing.toml", {"navigators": ["navigators"]})[1:]
    way = way or load_using(SCENARIOS / "do_nothing.toml", {"navigators": ["navigators"]})
    ways = [replace(way[0], place=base.place, evidence=base.evidence)]
    return problem(base, ways, -share * total, 0.3, 0.3, posts)


def test_every_allocation_is_allowed_and_adds_up() -> None:
    found = cut()
    some = designs(found, 30, 1)
    for pounds in (*some, equal_shares(found), usual(found)):
        assert np.isclose(pounds.sum(), found.money, atol=5.0)
        assert (pounds >= found.low - 1e-6).all() and (pounds <= found.high + 1e-6).all()
    assert some.std(axis=0).min() > 0


def test_equal_shares_are_equal_and_the_statutory_are_spared() -> None:
    found = cut()
    agencies = [i for i, item in enumerate(found.items) if item.agency]
    budget = np.array([found.items[i].budget for i in agencies])
    assert np.allclose(equal_shares(found)[agencies] / budget, -0.1)
    as_usual = usual(found)[agencies] / budget
    statutory = np.array([found.items[i].name in STATUTORY for i in agencies])
    assert as_usual[~statutory].max() < as_usual[statutory].min() + 1e-9
    assert np.isclose(as_usual[~statutory].min(), -0.3)


def test_a_little_cut_leaves_the_statutory_alone() -> None:
    found = cut(0.02)
    spared = [i for i, item in enumerate(found.items) if item.name in STATUTORY]
    assert np.allclose(usual(found)[spared], 0.0, atol=1.0)


def test_no_agency_is_left_with_fewer_posts() -> None:
    base = tight(share=0.02, years=1)
    found = problem(base, [], 0.0, 1.0, 0.3, 1.0)
    for item in found.items:
        posts = (item.budget + item.low) / base.evidence.agencies[item.name].cost_gbp_per_post.value
        before = item.budget / base.evidence.agencies[item.name].cost_gbp_per_post.value
        assert posts >= min(1.0, before) - 1e-9


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(BadRequest, match="can be moved"):
        cut(0.5)


def test_the_budgets_are_what_was_shared_out() -> None:
    found = cut()
    pounds = equal_shares(found)
    worlds = (found.base, scenario_of(found, pounds, "equal"))
    runs = live(Worlds(worlds, ("cost.programme",), 1, 0))
    assert np.isclose(runs[1, 0, 0] - runs[0, 0, 0], found.money, rtol=1e-4)


def test_filling_keeps_what_already_adds_up() -> None:
    found = cut()
    pounds = filled(found, equal_shares(found))
    assert np.allclose(pounds, equal_shares(found), atol=1.0)


def test_the_best_is_found_where_it_is_known() -> None:
    """Each pound is worth most where its curve is steepest: a straight line for each item."""
    found = cut()
    rng = np.random.default_rng(1)
    z = designs(found, 80, 2) / found.scale
    worth = rng.normal(size=z.shape[1])
    y = np.stack([z @ worth, z @ rng.normal(size=z.shape[1])], axis=1)
    emulator = fit(z, y, 1)
    assert min(emulator.explained) > 0.99
    plan = _best(found, emulator, 1.0, y.std(axis=0))
    assert np.isclose(plan.pounds.sum(), found.money, atol=50.0)
    # Nothing that can be exchanged between two items makes it better: a linear programme.
    from scipy.optimize import linprog

    exact = linprog(worth / found.scale, A_eq=np.ones((1, len(worth))), b_eq=[found.money],
                    bounds=list(zip(found.low, found.high, strict=True)))  # fmt: skip
    assert abs(plan.pounds / found.scale @ worth - exact.fun) < 0.02 * abs(exact.fun)


def test_curves_of_noise_explain_nothing() -> None:
    rng = np.random.default_rng(3)
    emulator = fit(rng.random((60, 10)) - 0.5, rng.normal(size=(60, 2)), 1)
    assert max(emulator.explained) < 0.15


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch)
    found = ask(
        tmp_path / "out", "mix", str(SCENARIOS / "do_nothing.toml"), "--cut", "10", "--posts", "0",
        "--years", "1", "--designs", "20", "--replicates", "2",
    )  # fmt: skip
    for plan in found["plans"].values():
        assert np.isclose(sum(plan["pounds"].values()), found["money"], atol=20.0)


def test_money_or_a_cut_must_be_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    assert cli.main(["mix", str(SCENARIOS / "do_nothing.toml")]) == 2
    assert "either --cut" in capsys.readouterr().err
    assert cli.main(["mix", str(SCENARIOS / "navigators.toml"), "--cut", "5"]) == 2
    assert "nothing is done" in capsys.readouterr().err
