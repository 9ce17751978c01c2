"""Sweeps: the slope, knee and tipping point of curves that are known, and the command."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from experiments import cli
from experiments.curve import Floats, knee, slope, tipping
from experiments.sweep import Swept
from experiments.sweep_output import _grid
from sim import store
from sim.tasks.model import simulate, simulation, variant
from tests.small_files import small_copy

X = np.linspace(0.0, 1.0, 11)


def noisy(curve: Floats, noise: float, replicates: int = 8, seed: int = 1) -> Floats:
    """[points, replicates]; each replicate is shifted as a whole and shaken a little."""
    rng = np.random.default_rng(seed)
    shifts = rng.normal(size=replicates)
    return np.asarray(curve[:, None] + shifts + noise * rng.normal(size=(len(curve), replicates)))


def test_a_straight_line_has_its_slope_and_no_knee() -> None:
    results = noisy(3 * X, 0.02)
    assert slope(X, results).mean == pytest.approx(3, abs=0.06)
    assert slope(X, results).half < 0.1, "shifts shared by all points are not in it"
    assert knee(X, results) is None


def test_a_straight_line_has_a_knee_in_one_of_twenty_at_most() -> None:
    """400 straight lines of pure chance: 5% is 20, and 34 is 3.2 standard errors more."""
    found = [knee(X, noisy(0 * X, 1.0, seed=s)) for s in range(400)]
    assert sum(bend is not None for bend in found) < 34


@pytest.mark.parametrize("at", [0.3, 0.7])
def test_a_bend_is_found_where_it_is(at: float) -> None:
    bend = knee(X, noisy(np.minimum(X, at) * 5, 0.02))
    assert bend is not None and bend.value == pytest.approx(at)
    assert bend.distance.mean == pytest.approx(5 * at * (1 - at), abs=0.1)


def test_a_slight_bend_is_no_knee() -> None:
    assert knee(X, noisy(X + 0.05 * X * (1 - X), 0.001)) is None


def test_a_crossing_is_found_between_sure_points() -> None:
    rng = np.random.default_rng(1)
    results = (10 * (X - 0.42))[:, None] + 0.3 * rng.normal(size=(11, 8))
    crossing = tipping(X, results)
    assert crossing is not None
    assert crossing.below < 0.42 < crossing.above
    assert crossing.value == pytest.approx(0.42, abs=0.03)
    assert tipping(X, results + 10) is None


def test_what_chance_could_make_cross_does_not() -> None:
    rng = np.random.default_rng(1)
    assert tipping(X, (X - 0.5)[:, None] + 5 * rng.normal(size=(11, 8))) is None


# --- the command ---


def test_points_of_a_grid_are_those_of_single_runs(tmp_path: Path) -> None:
    """Together in one task, or each in a task of its own."""
    navigators = small_copy(tmp_path, "navigators", share=0.003)
    store_, out = tmp_path / "store", tmp_path / "out"
    argv = ["sweep", str(navigators), "--over", "team.navigators.posts=2:20:3", "--measure",
            "cost.total", "--replicates", "2", "--workers", "1", "--years", "2", "--store",
            str(store_), "--out", str(out)]  # fmt: skip
    assert cli.main(argv) == 0
    found = json.loads((out / "sweep.json").read_text())
    assert "sweep.png" in store.verify(out)["files"]
    assert found["axes"][0]["stands"] == 12 and found["tipping"] is None
    differences = []
    for replicate in range(2):
        many, few = (
            simulate(simulation([variant(navigators, dials=dials, years=2)], 1, replicate))
            for dials in ({"team.navigators.posts": 20.0}, None)
        )
        differences.append(many["navigators/cost.total"] - few["navigators/cost.total"])  # type: ignore[operator]
    assert found["points"][-1]["mean"] == pytest.approx(np.mean(differences), rel=1e-9)


def test_what_is_turned_in_both_scenarios_is_said_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a cut against doing nothing, a budget swept is that of both: the difference is the cut's,
    and may rise while the budget itself makes it fall."""
    cut, nothing = (small_copy(tmp_path, n, share=0.003) for n in ("budget_cut", "do_nothing"))
    out = tmp_path / "out"
    argv = ["sweep", str(cut), str(nothing), "--replicates", "2", "--workers", "1", "--years", "2",
            "--measure", "cost.total", "--out", str(out), "--over"]  # fmt: skip
    assert cli.main([*argv, "budget.substance=0.6:1.2:2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "budget.substance is the same in both scenarios: the figures say what the first" in said
    assert "For that, name one scenario." in said
    assert json.loads((out / "sweep.json").read_text())["set_in_both"] == ["budget.substance"]
    assert "the same in both" in (out / "sweep.svg").read_text()
    assert cli.main([*argv[:-3], "--over", "start=0:1:2"]) == 0
    assert "the same in both" not in capsys.readouterr().out


def test_two_quantities_make_a_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = small_copy(tmp_path, "navigators", "do_nothing", share=0.003)
    argv = ["sweep", str(base), str(base.with_stem("do_nothing")), "--over", "start=0:1:2",
            "--over", "budget.substance=0.5:1:2", "--replicates", "2", "--workers", "1", "--years",
            "2", "--out", str(tmp_path / "out")]  # fmt: skip
    assert cli.main(argv) == 0
    told = capsys.readouterr().out
    assert "Rows: start. Columns: budget.substance." in told
    assert "Rough: 2 replicates are few" in told
    assert (tmp_path / "out/sweep.png").stat().st_size > 10_000


def test_figures_of_a_map_never_run_together() -> None:
    """One is beyond chance and small, and as wide as a column was."""
    question = SimpleNamespace(kind="number")
    axes = (SimpleNamespace(name="down", values=(1.0,)),
            SimpleNamespace(name="across", values=(0.0, 1.0)))  # fmt: skip
    results = np.array([[-0.0030, -0.0032], [-123456.5, -123456.7]])
    found = cast(Swept, SimpleNamespace(question=question, axes=axes, results=results))
    cells = _grid(found)[2][10:]
    assert len(re.split(" {2,}", cells.strip())) == 2


@pytest.mark.parametrize(
    ("over", "said"),
    [
        (["budget.substance"], "is not KEY=low:high:n"),
        (["budget.substance=1:0:3"], "is not KEY=low:high:n"),
        (["budget.substanse=0:1:3"], "did you mean 'budget.substance'?"),
        (["budget.substance=-1:1:3"], "cannot be -1"),
        (["budget.substance=0:1:3"] * 2, "two different ones"),
        (["budget.substance=0:1:30", "threshold.substance=0:0.1:30"], "more than 400"),
    ],
)
def test_bad_requests_are_explained(
    over: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [word for text in over for word in ("--over", text)]
    assert cli.main(["sweep", "scenarios/portsmouth/do_nothing.toml", *asked]) == 2
    assert said in capsys.readouterr().err
