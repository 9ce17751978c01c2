"""Killed at every step of writing results: whole, or as before."""

from __future__ import annotations

import fnmatch
import os
import shutil
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import cli, kept
from experiments.sensitivity import plan_of
from experiments.workshop.memory import Memory
from scenarios.load import load_scenario
from scenarios.uncertain import uncertain_numbers
from sim import store
from sim.tasks import TaskFolder
from tests import bad_day, flat, hundred, killed_workshop, looks, moments
from tests.small_files import SHORT_SENSITIVITY, small_copy
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
        assert not list(out.parent.glob(".out.partial-*"))
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


def parts_first(folder: int | str, scandir: Callable[..., Any] = os.scandir) -> Any:
    """What is in a folder in the order that is worst here: file systems give any."""
    with scandir(folder) as found:
        return nullcontext(sorted(found, key=lambda entry: entry.name != "parts"))


def test_what_was_kept_beside_results_can_be_used_whenever_its_removal_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a kill just after the results are whole would refuse the same command ever after."""
    monkeypatch.setattr(os, "scandir", parts_first)
    found = set()
    for step in range(1, MOST):
        asked = Namespace(store=None, out=tmp_path / str(step) / "out")
        with TaskFolder(kept.unfinished(asked.out)) as tasks:
            tasks.add("one", "{}", {"x": 1.0})
        if not killed_before(step, lambda asked=asked: kept.finish(asked)):  # type: ignore[misc]
            break
        with TaskFolder(kept.unfinished(asked.out)) as tasks:
            found.add(len(tasks))
        kept.finish(asked)
        assert not kept.unfinished(asked.out).exists()
    assert 6 < step < MOST - 1
    assert found == {0, 1}


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


def test_an_answer_that_changes_is_noticed() -> None:
    answers = iter([None, "a", "a", "b"])
    look = looks.Same(lambda: next(answers))
    assert [bool(look(0)) for _ in range(4)] == [False, False, False, True]


def kept_in(folder: Path, *names: str) -> None:
    with TaskFolder(folder) as tasks:
        for name in names:
            tasks.add(name, "{}", {"x": 1.0})


def test_a_run_that_is_lost_is_noticed(tmp_path: Path) -> None:
    store, begun = tmp_path / "store", looks.Tally(tmp_path / "begun")
    look = looks.Kept(store, begun, lambda: None)
    kept_in(store, "one", "two")
    assert look(1) == ""
    shutil.rmtree(store)
    kept_in(store, "one")
    assert look(2) == "2 runs were kept, 1 are there"
    shutil.rmtree(store)
    assert look(3) == "1 runs were kept, 0 are there"


def two_runs_an_answer(folder: Path) -> tuple[looks.Kept, looks.Tally, list[object]]:
    answers: list[object] = ["whole"]
    begun = looks.Tally(folder / "begun")
    look = looks.Kept(folder / "store", begun, lambda: answers[0], taken_away=True)
    begun.add()
    begun.add()
    assert look.in_peace() == ""
    look.anew()
    answers[0] = None
    return look, begun, answers


def test_runs_that_are_begun_anew_are_noticed(tmp_path: Path) -> None:
    look, begun, _ = two_runs_an_answer(tmp_path)
    kept_in(tmp_path / "store", "one")
    begun.add()
    begun.add()
    assert look(1) == "", "the kill cut one off"
    begun.add()
    assert look(1) == "2 runs were begun that are not kept, with 1 kills"


def test_an_answer_stands_for_its_runs_when_they_are_taken_away(tmp_path: Path) -> None:
    look, begun, answers = two_runs_an_answer(tmp_path)
    answers[0] = "whole"
    for _ in range(3):
        begun.add()
    assert look(1) == ""
    begun.add()
    assert look(1) == "1 runs were begun that are not kept, with 0 kills"


def test_a_command_that_was_done_and_is_given_again_begins_from_nothing(tmp_path: Path) -> None:
    """Killed when the answer was whole and before it could say so; then killed once, then whole."""
    look, begun, answers = two_runs_an_answer(tmp_path)
    answers[0] = "whole"
    for _ in range(2):
        begun.add()
    assert look(1) == ""
    kept_in(tmp_path / "store", "one")
    for _ in range(2):
        begun.add()
    assert look(2) == ""
    shutil.rmtree(tmp_path / "store")
    begun.add()
    assert look(2) == "", "one of these three was cut off by the second kill"
    for _ in range(2):
        begun.add()
    assert look(2) == ""
    assert (look.all_begun, look.all_kept) == (9, 6), "two of them in peace, one cut off"
    begun.add()
    assert look(2) == "1 runs were begun that are not kept, with 0 kills"


def test_without_an_answer_in_peace_nothing_is_proved(tmp_path: Path) -> None:
    look = looks.Kept(tmp_path / "store", looks.Tally(tmp_path / "begun"), lambda: None)
    assert look.in_peace() == "it gives no answer"


def test_what_is_damaged_is_noticed(tmp_path: Path) -> None:
    look = looks.Kept(tmp_path, looks.Tally(tmp_path / "begun"), lambda: store.verify(tmp_path))
    (tmp_path / "manifest.json").write_text("half of it")
    assert hundred._looked(look, 1) != ""


def test_what_is_looked_at_is_left_as_the_kill_left_it(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    kept_in(folder, "one")
    (folder / "recent.log").write_bytes(b"cut short")
    assert looks.Kept(folder, looks.Tally(tmp_path / "begun"), lambda: None)(1) == ""
    assert (folder / "recent.log").read_bytes() == b"cut short"


def test_a_child_is_killed_before_its_end_and_not_after(tmp_path: Path) -> None:
    slow = moments.begin(lambda: time.sleep(60) or 0)  # type: ignore[func-returns-value]
    assert slow.kill()
    said = tmp_path / "said"
    quick = moments.begin(lambda: os.write(1, b"done\n") and 3, said)
    assert quick.wait() == 3 and said.read_text() == "done\n"


def test_a_child_that_ended_by_itself_still_runs_until_it_did() -> None:
    child = moments.begin(lambda: time.sleep(60) or 0)  # type: ignore[func-returns-value]
    assert child.runs() and child.kill()
    ended = moments.begin(lambda: 0)
    while ended.runs():
        time.sleep(0.01)
    assert not ended.kill()


def test_a_decision_that_is_lost_is_noticed(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.note("noted", text="kept", who="")
    memory.close()
    assert killed_workshop._missing(tmp_path, {"kept"}) == ""
    assert "such as gone" in killed_workshop._missing(tmp_path, {"kept", "gone"})


def test_memory_that_rises_is_not_flat() -> None:
    noise = np.random.default_rng(1).normal(0.0, 1.0, 100)
    assert flat.rise(300.0 + noise)[0] < flat.FLAT
    assert flat.rise(300.0 + noise + 0.15 * np.arange(100))[0] > flat.FLAT


def test_the_sensitivity_that_is_killed_again_and_again_has_runs_enough(tmp_path: Path) -> None:
    """It is refused with too few, and the register may get a number more."""
    path = small_copy(tmp_path, "do_nothing")
    arguments = cli.parser().parse_args(["sensitivity", str(path), *SHORT_SENSITIVITY])
    register = uncertain_numbers(load_scenario(path).evidence)
    varied = fnmatch.filter(register, SHORT_SENSITIVITY[-1])
    trajectories, left = plan_of(len(varied), arguments.runs, arguments.replicates)
    assert len(varied) >= 2 and trajectories and left
