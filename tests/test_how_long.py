"""How long a comparison takes: said before it begins, and again from its own first runs."""

from __future__ import annotations

import time

import pytest

from experiments.how_long import say_beforehand, telling_how_long
from scenarios.load import load_scenario
from tests.small import SCENARIOS


def test_the_demo_is_said_to_take_what_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    """1,320 years of Portsmouth on two quiet cores: a little under two minutes in all."""
    base = load_scenario(SCENARIOS / "portsmouth" / "do_nothing.toml")
    say_beforehand([base] * 5, runs=24, workers=2)
    told = capsys.readouterr().err
    assert told.startswith("24 runs of 5 scenarios, 2 at a time: about 2 minutes on quiet cores")


def test_the_first_runs_say_how_long_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two workers, 24 runs; the first two are done after 20 seconds, so 22 more take 220."""
    clock = iter([100.0, 118.0, 120.0, 140.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    done: list[str] = []
    advance = telling_how_long(done.append, runs=24, workers=2)
    for _ in range(3):
        advance()
    assert len(done) == 3
    told = capsys.readouterr().err
    assert told == "2 of 24 runs done in 20 s: about 4 minutes to go on this machine.\n"


def test_what_was_found_in_the_store_says_nothing_of_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([100.0, 100.01])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    telling_how_long(lambda said: None, runs=24, workers=1)()
    assert capsys.readouterr().err == ""
