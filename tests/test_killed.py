"""Killed at every step of writing results: whole, or as before."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim import store
from tests import bad_day, flat, hundred, moments
from tests.test_store import write

STEPS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "ctypes.dlsym",
         "shutil.rmtree", "os.scandir")  # fmt: skip
"""What Python tells an audit hook just before it does it, of all that touches the disk."""
MOST = 200


def killed_before(step: int, work: Callable[[], None]) -> bool:
    """Do the work in a forked child that kills itself just before a step; False if there is none.

    An audit hook cannot be taken back, but it ends with the child.
    """
    pid = os.fork()
    if pid == 0:
        seen = 0

        def hook(event: str, _: object) -> None:
            nonlocal seen
            if event in STEPS:
                seen += 1
                if seen == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        work()
        os._exit(0)
    return os.waitpid(pid, 0)[1] == signal.SIGKILL


def text_in(out: Path) -> str:
    store.verify(out)
    return (out / "results.json").read_text()


def test_results_killed_at_every_step_are_the_earlier_or_the_new(tmp_path: Path) -> None:
    texts = set()
    for step in range(1, MOST):
        out = tmp_path / str(step) / "out"
        write(out, "earlier")
        if not killed_before(step, lambda out=out: write(out, "new")):  # type: ignore[misc]
            break
        texts.add(text_in(out))
        write(out, "again")
        assert text_in(out) == "again"
    assert 10 < step < MOST - 1
    assert texts == {"earlier", "new"}


def test_first_results_killed_at_every_step_are_whole_or_not_there(tmp_path: Path) -> None:
    there = set()
    for step in range(1, MOST):
        out = tmp_path / str(step) / "out"
        if not killed_before(step, lambda out=out: write(out, "new")):  # type: ignore[misc]
            break
        there.add(out.exists() and text_in(out))
    assert 10 < step < MOST - 1
    assert False in there


def test_without_an_exchange_the_earlier_results_are_still_somewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On systems that cannot exchange two folders there is a moment with neither in its place."""
    monkeypatch.setattr(store, "_exchanged", lambda *_: False)
    in_place = set()
    for step in range(1, MOST):
        out = tmp_path / str(step) / "out"
        write(out, "earlier")
        if not killed_before(step, lambda out=out: write(out, "new")):  # type: ignore[misc]
            break
        in_place.add(out.exists())
        [found, *_] = [out] if out.exists() else list(out.parent.glob(".out.earlier-*"))
        assert text_in(found) in ("earlier", "new")
    assert 10 < step < MOST - 1
    assert False in in_place, "else the test above would prove nothing"


def test_a_single_file_killed_at_every_step_is_the_earlier_or_the_new(tmp_path: Path) -> None:
    path, texts = tmp_path / "table.csv", set()
    for step in range(1, MOST):
        path.write_text("earlier")
        if not killed_before(step, lambda: store.write_file(path, b"new")):
            break
        texts.add(path.read_text())
    assert texts == {"earlier", "new"}
    assert path.read_text() == "new" and 2 < step < MOST - 1


# --- the bad day itself notices ---


def test_results_that_are_half_done_do_not_pass(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "whole")
    assert bad_day._sound(out)
    (out / "results.json").write_text("who")
    assert bad_day._sound(out) is None


def test_a_traceback_is_not_plain() -> None:
    assert bad_day.End(2, "disk: No space left on device").plain
    assert not bad_day.End(1, "Traceback (most recent call last):").plain


# --- moments and memory, and that what watches them would notice ---


def test_what_changes_or_is_lost_is_noticed(tmp_path: Path) -> None:
    answers = iter([None, "a", "a", "b"])
    look = hundred.SameAs(lambda: next(answers))
    assert [bool(look()) for _ in range(4)] == [False, False, False, True]
    assert hundred._looked(lambda: str(store.verify(tmp_path))) != ""


def test_a_child_is_killed_before_its_end_and_not_after(tmp_path: Path) -> None:
    slow = moments.begin(lambda: time.sleep(60) or 0)  # type: ignore[func-returns-value]
    assert slow.kill()
    said = tmp_path / "said"
    quick = moments.begin(lambda: os.write(1, b"done\n") and 3, said)
    assert quick.wait() == 3 and said.read_text() == "done\n"


def test_memory_that_rises_is_not_flat() -> None:
    noise = np.random.default_rng(1).normal(0.0, 1.0, 100)
    assert flat.rise(300.0 + noise)[0] < flat.FLAT
    assert flat.rise(300.0 + noise + 0.15 * np.arange(100))[0] > flat.FLAT
