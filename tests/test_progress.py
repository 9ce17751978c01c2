"""In a pipe, what takes long says at every quarter how far it is."""

from __future__ import annotations

import time

import pytest

from experiments.progress import LONG, progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def told(clock: list[float], capsys: pytest.CaptureFixture[str], each: float, n: int) -> list[str]:
    with progress("Explaining", n) as advance:
        for _ in range(n):
            clock[0] += each
            advance()
    return capsys.readouterr().err.splitlines()


def test_each_quarter_of_what_takes_long(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(clock, capsys, 30.0, 10) == [
        "Explaining: 3 of 10 done in 90 s; about 4 minutes to go.",
        "Explaining: 5 of 10 done in 150 s; about 3 minutes to go.",
        "Explaining: 8 of 10 done in 240 s; about a minute to go.",
    ]


def test_nothing_of_what_is_soon_over(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(clock, capsys, LONG / 10, 10) == []
    assert told(clock, capsys, 2 * LONG, 1) == [], "at its end there is the answer"
