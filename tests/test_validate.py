"""Validation: verdicts on figures held back, and never on any that were fitted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.ensemble import Ensemble
from calibration.targets import Fitted, HeldBack, fingerprint, load_held_back
from experiments import drawing
from experiments.commands import BadRequest
from experiments.predictive import Row, predictive, ranks
from experiments.subject import subject_of
from experiments.validate import document, judged, table, usable

FIGURE = HeldBack("H1", "a / b", 2.0, 1.5, 3.0, "somewhere", "a by b")


def runs(values: np.ndarray) -> list[dict[str, float]]:
    return [{"a": 10.0 * x, "b": 10.0} for x in values]


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(1.0, 4.0, "inside"), (2.2, 4.0, "near"), (0.5, 1.6, "near"), (3.5, 5.0, "outside")],
)
def test_a_verdict(low: float, high: float, word: str) -> None:
    (verdict,) = judged([FIGURE], runs(np.linspace(low, high, 101)))
    assert verdict.word == word
    assert low < verdict.low < verdict.middle < verdict.high < high


def test_a_run_that_cannot_tell_is_left_out() -> None:
    some = [*runs(np.linspace(1.0, 4.0, 50)), {"a": 1.0, "b": 0.0}]
    (verdict,) = judged([FIGURE], some)
    assert verdict.word == "inside"


def test_the_table_counts_and_explains() -> None:
    verdicts = judged(
        [FIGURE, replace(FIGURE, id="H2", value=9.0, low=8.0, high=10.0)],
        runs(np.linspace(1, 4, 50)),
    )
    text = "\n".join(table("portsmouth", verdicts, 50))
    assert "Inside: 1 of 2." in text
    assert "None of these figures was used to calibrate" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 110
    assert document(verdicts)["H2"]["verdict"] == "outside"
    assert "Rough" not in text


def test_few_sets_are_told_as_rough() -> None:
    verdicts = judged([FIGURE], runs(np.linspace(1, 4, 8)))
    text = " ".join(" ".join(table("portsmouth", verdicts, 8)).split())
    assert "the next would fall 7 times in 9, not 95 in 100" in text


def fitted_to(targets: tuple[Fitted, ...], extra: tuple[str, ...] = ()) -> Ensemble:
    about = {"targets_hash": fingerprint(targets), "fitted": [*(t.id for t in targets), *extra]}
    return Ensemble("portsmouth", ("x",), np.zeros((2, 1)), np.array([0.0, 1.0]), about)


def test_an_ensemble_fitted_to_other_figures_is_not_validated() -> None:
    subject = subject_of("portsmouth")
    assert usable(subject, fitted_to(subject.fitted)).place == "portsmouth"
    with pytest.raises(BadRequest, match="other figures"):
        usable(subject, fitted_to(subject.fitted[1:]))


def test_an_ensemble_fitted_to_what_is_held_back_is_not_validated() -> None:
    subject = subject_of("portsmouth")
    with pytest.raises(BadRequest, match="held back"):
        usable(subject, fitted_to(subject.fitted, extra=(subject.held_back[0].id,)))


def test_checks_are_drawn(tmp_path: Path) -> None:
    rows = [Row(t, (0.5 * t.value, t.value, 3 * t.value), (0.8 * t.value, t.value, t.high))
            for t in load_held_back("portsmouth")]  # fmt: skip
    check = {"truths": 20, "rank_histogram": [9, 11] * 5, "rank_histogram_learnt": [1] * 10}
    with drawing.styled():
        drawing.save(predictive(rows, "Portsmouth. Made up"), tmp_path / "held_back")
        drawing.save(ranks(check, "Portsmouth"), tmp_path / "ranks")
    assert (tmp_path / "held_back.png").stat().st_size > 10_000
    assert (tmp_path / "ranks.svg").exists()
