"""Commands asked on a place small enough to answer at once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments import cli
from scenarios import load
from scenarios.resolved import Scenario
from tests.worlds import tightened

SCENARIOS = Path(__file__).parent.parent / "scenarios" / "portsmouth"


def shrink(monkeypatch: pytest.MonkeyPatch, share: float = 0.02, years: int = 3) -> None:
    """From here on, every scenario that a command loads is of so much smaller a place."""
    one, several = load.load_scenario, load.load_using

    def small(scenario: Scenario) -> Scenario:
        return replace(tightened(scenario, share), years=min(years, scenario.years))

    monkeypatch.setattr(load, "load_scenario", lambda path: small(one(path)))
    monkeypatch.setattr(
        load, "load_using", lambda path, used: [small(s) for s in several(path, used)]
    )


def ask(out: Path, *words: str) -> dict[str, Any]:
    """Ask, and give what stands in the folder's results.json; table and pictures must be there."""
    assert cli.main([*words, "--workers", "1", "--out", str(out)]) == 0
    assert (out / "table.txt").read_text(encoding="utf-8")
    assert list(out.glob("*.png"))
    found: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return found
