"""Progress in a log: a line now and then, the last, and nothing of what is soon done."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Callable

import pytest

from experiments import progress as module
from experiments.progress import progress


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass on the clock that progress reads."""
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def passes(seconds: float) -> None:
        now[0] += seconds

    return passes


def test_what_is_done_within_half_a_minute_says_nothing(
    wait: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress("Simulating", 3) as advance:
        for _ in range(3):
            wait(9.9)
            advance()
    assert capsys.readouterr() == ("", "")


def test_a_line_at_most_every_half_a_minute_and_the_last(
    wait: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress("Simulating", 10) as advance:
        for i in range(10):
            wait(8)
            advance("" if i < 5 else "calm")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "Simulating: 4 of 10 after 32 s",
        "Simulating: calm: 8 of 10 after 64 s",
        "Simulating: 10 of 10 after 80 s",
    ]


def test_the_last_line_is_not_said_twice(
    wait: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress("Simulating", 1) as advance:
        wait(31)
        advance()
    assert capsys.readouterr().err == "Simulating: 1 of 1 after 31 s\n"


def test_what_is_broken_off_does_not_say_that_it_ended(
    wait: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt), progress("Simulating", 3) as advance:
        wait(31)
        advance()
        advance()
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "Simulating: 1 of 3 after 31 s\n"


class _Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_is_full_does_not_stop_the_work(
    wait: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", _Full())
    done = 0
    with progress("Simulating", 2) as advance:
        for _ in range(2):
            wait(31)
            advance()
            done += 1
    assert done == 2
