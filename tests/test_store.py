"""The results folder: whole or not at all, and able to tell."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim import store, unfinished
from sim.results import RunResult
from tests import made_up as fake

ABOUT = {"version": "1", "complete": True}


def write(out: Path, text: str = "{}") -> None:
    """A results folder with one file."""
    with store.results_folder(out, ABOUT) as folder:
        (folder / "results.json").write_text(text)


def left_behind(folder: Path) -> list[str]:
    """Everything in a folder, hidden things too."""
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def largest_file(n_bytes: int) -> Iterator[None]:
    """No file may grow beyond this: the operating system itself fails the write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_is_written_with_its_manifest_and_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "out")
    manifest = store.verify(tmp_path / "deep" / "out")
    assert manifest["complete"] is True
    assert list(manifest["files"]) == ["results.json"]
    assert manifest["environment"]["numpy"] == np.__version__
    assert left_behind(tmp_path / "deep") == ["out"]


def test_earlier_results_are_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with store.results_folder(out, ABOUT) as folder:
        (folder / "old.txt").write_text("old")
    store.check_folder(out)
    write(out)
    assert left_behind(out) == ["manifest.json", "results.json"]
    assert left_behind(tmp_path) == ["out"]


@pytest.mark.parametrize("damage", ["cut short", "edited", "lost", "no manifest", "bad manifest"])
def test_damage_is_noticed(tmp_path: Path, damage: str) -> None:
    write(tmp_path / "out", text='{"cost": 123456}')
    results, manifest = tmp_path / "out" / "results.json", tmp_path / "out" / "manifest.json"
    if damage == "cut short":
        results.write_bytes(results.read_bytes()[:-3])
    elif damage == "edited":
        results.write_text('{"cost": 123457}')
    elif damage == "lost":
        results.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    else:
        manifest.write_bytes(manifest.read_bytes()[:-10])
    with pytest.raises(store.Damaged) as caught:
        store.verify(tmp_path / "out")
    assert str(tmp_path / "out") in str(caught.value)


def test_of_a_thousand_damaged_files_the_first_are_named(tmp_path: Path) -> None:
    with store.results_folder(tmp_path / "out", {}):
        pass
    path = tmp_path / "out" / store.MANIFEST
    files = {f"{i}.txt" if i else "x" * 5000: "0" for i in range(1000)}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"files": files}))
    with pytest.raises(store.Damaged) as error:
        store.verify(tmp_path / "out")
    told = str(error.value).split("\n")
    assert len(told) == store.MOST_TOLD + 1 and told[-1] == "... and 980 more files."
    assert len(told[0]) < 600


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("ten years of work")
    with pytest.raises(store.UnusablePath, match="not results of Upstream"):
        store.check_folder(tmp_path)


def test_a_manifest_of_another_program_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"name": "a web page", "files": {}}))
    with pytest.raises(store.UnusablePath):
        store.check_folder(tmp_path)


def test_notes_put_among_earlier_results_are_not_deleted(tmp_path: Path) -> None:
    write(tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("what the board said")
    with pytest.raises(store.UnusablePath, match=r"notes\.txt"):
        store.check_folder(tmp_path / "out")


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    store.check_folder(tmp_path / "out")
    write(tmp_path / "out")
    store.verify(tmp_path / "out")


@pytest.mark.parametrize("where", ["file", "file/below", "x" * 300, "file/a/b"])
def test_paths_that_can_be_no_folder_are_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(store.UnusablePath):
        store.check_folder(tmp_path / where)


def test_a_folder_where_nothing_can_be_made_is_refused() -> None:
    """Not even root can make a folder in /proc."""
    with pytest.raises(store.UnusablePath):
        store.check_folder(Path("/proc/upstream"))
    with pytest.raises(store.UnusablePath):
        store.check_file(Path("/proc/upstream.json"))


def test_a_full_disk_leaves_the_earlier_results_as_they_were(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "{}")
    with (
        largest_file(1000),
        pytest.raises(store.WriteFailed, match="could not be written"),
        store.results_folder(out, ABOUT) as folder,
    ):
        (folder / "results.json").write_bytes(b"x" * 2000)
    store.verify(out)
    assert (out / "results.json").read_text() == "{}"
    assert left_behind(tmp_path) == ["out"]


def test_a_disk_that_is_full_in_the_middle_of_parquet(tmp_path: Path) -> None:
    results = fake.made_up([fake.scenario()], 1, 0)
    with (
        largest_file(1000),
        pytest.raises(store.WriteFailed, match="File too large"),
        store.results_folder(tmp_path / "out", ABOUT) as folder,
    ):
        store.write_measures(folder / "measures.parquet", results)
    assert left_behind(tmp_path) == []


def test_no_space_left_is_said_in_so_many_words(tmp_path: Path) -> None:
    with (
        pytest.raises(store.WriteFailed, match="No space left on device"),
        store.results_folder(tmp_path / "out", ABOUT),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert left_behind(tmp_path) == []
    with pytest.raises(store.WriteFailed, match="No space left on device"):
        store.write_file(Path("/dev/full"), b"x" * 100_000)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_whatever_else_goes_wrong_nothing_is_left(
    tmp_path: Path, error: type[BaseException]
) -> None:
    with pytest.raises(error), store.results_folder(tmp_path / "out", ABOUT) as folder:
        (folder / "results.json").write_text("{}")
        raise error
    assert left_behind(tmp_path) == []


def test_two_who_write_the_same_results_leave_each_other_alone(tmp_path: Path) -> None:
    """The later is there in the end, whole; in between, neither's folder is taken for a remnant."""
    out = tmp_path / "out"
    with store.results_folder(out, ABOUT) as one:
        (one / "results.json").write_text("one")
        write(out, "other")
        assert (one / "results.json").read_text() == "one"
        store.verify(out)
    assert (out / "results.json").read_text() == "one"
    store.verify(out)
    assert list(tmp_path.iterdir()) == [out]


def test_another_process_keeps_its_folder_until_it_is_killed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    began, begin = os.pipe()
    child = os.fork()
    if child == 0:
        with store.results_folder(out, ABOUT):
            os.write(begin, b".")
            time.sleep(600)
    os.read(began, 1)
    write(out, "first")
    assert len(list(tmp_path.glob(".out.partial-*"))) == 1
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    write(out, "second")
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["partial-0123abcd-01234567", "earlier-01234567", "trial-01"])
def test_what_another_machine_may_be_writing_is_left_alone(tmp_path: Path, name: str) -> None:
    """Its lock may not be seen here. Earlier results that stepped aside are never taken away."""
    (tmp_path / f".out.{name}").mkdir()
    write(tmp_path / "out", "new")
    assert (tmp_path / f".out.{name}").is_dir()


def test_a_folder_taken_for_a_remnant_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Path] = []

    def late(folder: Path) -> int:
        if not taken:
            taken.append(folder)
            unfinished.take_away_remnants(tmp_path / "out")
        return locked(folder)

    locked = unfinished._locked
    monkeypatch.setattr(unfinished, "_locked", late)
    write(tmp_path / "out", "whole")
    assert taken and not taken[0].exists()
    store.verify(tmp_path / "out")


def test_on_a_disk_without_locks_results_are_written_and_remnants_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    left = tmp_path / f".out.partial-{unfinished.MACHINE}-01234567"
    left.mkdir()
    monkeypatch.setattr(fcntl, "flock", refused)
    write(tmp_path / "out", "whole")
    store.verify(tmp_path / "out")
    assert left.is_dir()


def test_files_that_came_meanwhile_are_not_overwritten(tmp_path: Path) -> None:
    """The run took an hour, and somebody put a file where its results were to go."""
    out = tmp_path / "out"
    with pytest.raises(store.WriteFailed), store.results_folder(out, ABOUT):
        out.mkdir()
        (out / "thesis.doc").write_text("ten years of work")
    assert left_behind(out) == ["thesis.doc"]


def test_a_single_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    store.write_file(path, b"first")
    with largest_file(1000), pytest.raises(store.WriteFailed):
        store.write_file(path, b"x" * 2000)
    assert path.read_bytes() == b"first"
    assert left_behind(tmp_path) == ["results.json"]
    store.write_file(Path(os.devnull), b"a device stays a device")
    assert not Path(os.devnull).is_file()


def test_measures_come_back_as_they_went_in(tmp_path: Path) -> None:
    scenarios = [fake.scenario("do_nothing", 3), fake.scenario("budget_cut", 3)]
    results = [*fake.made_up(scenarios, 1, 0), *fake.made_up(scenarios, 1, 1)]
    store.write_measures(tmp_path / "m.parquet", results)
    table = pq.read_table(tmp_path / "m.parquet")
    assert table.column_names == ["scenario", "replicate", "measure", "year", "value"]
    rows = {
        (r["scenario"], r["replicate"], r["measure"], r["year"]): r["value"]
        for r in table.to_pylist()
    }
    last = results[-1]
    for i, name in enumerate(last.names):
        assert rows["budget_cut", 1, name, None] == last.overall[i]
        assert [rows["budget_cut", 1, name, y] for y in (2, 3)] == list(last.per_year[i, 1:])
    assert rows["budget_cut", 1, "wait_weeks.substance", 1] is None
    assert len(rows) == sum(4 * len(r.names) for r in results)


def test_measures_are_the_same_bytes_again(tmp_path: Path) -> None:
    results = fake.made_up([fake.scenario()], 1, 0)
    store.write_measures(tmp_path / "a.parquet", results)
    store.write_measures(tmp_path / "b.parquet", results)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_results_that_do_not_fit_their_names_are_refused() -> None:
    with pytest.raises(ValueError, match="2 names do not fit"):
        RunResult("s", 0, ("a", "b"), np.zeros((3, 10)), np.zeros(3), 0, 0.0)
    with pytest.raises(ValueError, match="twice"):
        RunResult("s", 0, ("a", "a"), np.zeros((2, 10)), np.zeros(2), 0, 0.0)
