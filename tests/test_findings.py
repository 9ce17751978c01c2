"""The claims of the findings: when one holds, and that they are reckoned from real runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from experiments import findings
from experiments.findings import Claim
from tests.questions import shrink

CLEAR = np.array([1.0, 1.1, 0.9, 1.0])


def claim(at_sets: list[float], at_register: np.ndarray = CLEAR, sign: int = 1) -> Claim:
    return Claim("", "share", sign, at_register, np.array(at_sets))


def test_a_claim_holds_beyond_chance_and_in_nearly_all_sets() -> None:
    assert claim([1.0] * 14 + [-1.0] * 2).holds
    assert not claim([1.0] * 13 + [-1.0] * 3).holds, "in too few sets"
    assert not claim([1.0] * 16, np.array([1.0, -0.9, 0.5, -0.4])).holds, "no more than chance"
    assert not claim([1.0] * 16, sign=-1).holds, "the other way round"
    assert claim([-1.0] * 16, -CLEAR, sign=-1).holds


def test_a_claim_may_be_about_more_than_nought() -> None:
    assert Claim("", "share", 1, CLEAR, CLEAR, limit=0.5).holds
    assert not Claim("", "share", 1, CLEAR, CLEAR, limit=0.95).holds


def test_claims_of_a_small_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shrink(monkeypatch, share=0.03, years=3)
    argv = ["--replicates", "2", "--sets", "1", "--workers", "1", "--store",
            str(tmp_path / "store"), "--json", str(tmp_path / "claims.json")]  # fmt: skip
    assert findings.main(argv) == 0
    said = capsys.readouterr().out
    found = {c["claim"]: c for c in json.loads((tmp_path / "claims.json").read_text())}
    assert all(words in said for words in found)
    assert found["a team that does nothing publishes"]["mean"] < 0
    cost = found["the navigators cost"]["mean"]
    times = found["all that they save, over their cost"]["mean"]
    assert cost > 0
    assert times == pytest.approx(1 + found["the public purse gains"]["mean"] / cost, rel=0.05)
    assert findings.main(argv) == 0
    assert capsys.readouterr().out == said
