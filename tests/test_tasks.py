"""Tasks: the same results from any workers, and after any end."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import pytest

from scenarios.problems import InputError
from sim.store import Damaged, UnusablePath
from sim.tasks import Stopped, TaskFolder, address, run_tasks, said, workers
from sim.tasks import folder as folders
from tests.errands import (
    Errand,
    always_dies,
    dies_once,
    fails_at_five,
    look_into,
    look_into_words,
)

ERRANDS = [Errand(n) for n in range(12)]
EXPECTED = [look_into(errand) for errand in ERRANDS]


# --- addresses ---


def test_an_address_says_function_and_task_and_stays_the_same() -> None:
    assert said(Errand(3)) == '{"diary": "", "flag": "", "number": 3, "seconds": 0.0}'
    found = address(look_into, Errand(3))
    assert found == "c9e0d1410783063b92b2819de56aae188cbcda88380f8deed865eef59937fe02"
    assert found != address(look_into, Errand(4))
    assert found != address(look_into_words, Errand(3))


def test_numbers_next_to_each_other_have_addresses_of_their_own() -> None:
    assert said(Errand(1, 0.1 + 0.2)) != said(Errand(1, 0.3))


@dataclass(frozen=True)
class Odd:
    """What cannot be said in text."""

    thing: object


def test_what_has_no_address_is_no_task() -> None:
    with pytest.raises(TypeError, match="cannot hold a set"):
        said(Odd({1, 2}))


# --- workers ---


@pytest.mark.parametrize("number", [1, 3])
def test_results_come_in_the_order_of_the_tasks(number: int) -> None:
    seen: dict[int, object] = {}
    found = run_tasks(look_into, ERRANDS, workers=number, on_done=seen.__setitem__)
    assert found == EXPECTED
    assert [seen[i] for i in range(len(ERRANDS))] == EXPECTED


def test_the_same_task_is_done_once(tmp_path: Path) -> None:
    errand = Errand(1, diary=str(tmp_path / "diary"))
    assert len(run_tasks(look_into, [errand, errand, errand])) == 3
    assert (tmp_path / "diary").read_text() == "1\n"


def test_nothing_to_do_is_done() -> None:
    assert run_tasks(look_into, [], workers=4) == []


def test_tasks_of_a_killed_worker_are_done_again(tmp_path: Path) -> None:
    errands = [Errand(n, flag=str(tmp_path / "flag")) for n in range(12)]
    assert run_tasks(dies_once, errands, workers=2) == EXPECTED
    assert (tmp_path / "flag").exists()


def test_a_task_that_kills_every_worker_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(BrokenProcessPool, match="again and again"):
        run_tasks(always_dies, ERRANDS, workers=2, folder=tmp_path / "kept")
    kept = TaskFolder(tmp_path / "kept")
    with kept:
        assert address(always_dies, ERRANDS[3]) not in kept


@pytest.mark.parametrize("number", [1, 2])
def test_a_task_that_fails_ends_the_run_and_keeps_the_others(tmp_path: Path, number: int) -> None:
    told: list[int] = []
    with pytest.raises(ZeroDivisionError, match="five"):
        run_tasks(
            fails_at_five, ERRANDS, workers=number, folder=tmp_path / "kept",
            on_done=lambda i, _: told.append(i),
        )  # fmt: skip
    with TaskFolder(tmp_path / "kept") as kept:
        assert told and all(address(fails_at_five, ERRANDS[i]) in kept for i in told)
        assert address(fails_at_five, ERRANDS[5]) not in kept


def test_who_watches_can_end_it() -> None:
    seen: list[int] = []

    def enough(i: int, _: object) -> None:
        seen.append(i)
        if len(seen) == 4:
            raise Stopped

    with pytest.raises(Stopped):
        run_tasks(look_into, ERRANDS, on_done=enough)
    assert seen == [0, 1, 2, 3]


# --- kept in a folder ---


def test_what_is_found_is_not_done_again(tmp_path: Path) -> None:
    errands = [Errand(n, diary=str(tmp_path / "diary")) for n in range(6)]
    first = run_tasks(look_into, errands[:4], folder=tmp_path / "kept")
    assert run_tasks(look_into, errands, folder=tmp_path / "kept", workers=2)[:4] == first
    assert sorted((tmp_path / "diary").read_text().split()) == list("012345")


def test_results_that_are_no_rows_come_back_the_same(tmp_path: Path) -> None:
    for _ in range(2):
        found = run_tasks(look_into_words, ERRANDS, folder=tmp_path / "kept")
        assert found == [look_into_words(errand) for errand in ERRANDS]


def test_undefined_values_come_back_undefined(tmp_path: Path) -> None:
    content = folders.parquet([("a", "{}", {"x": float("nan"), "y": [float("nan"), 1.0]})])
    (tmp_path / "part").write_bytes(content)
    [(_, _, row)] = folders.records(tmp_path / "part")
    assert str(row) == "{'x': nan, 'y': [nan, 1.0]}"


def start(folder: Path, tasks: int, seconds: float, workers: int = 1) -> subprocess.Popen[str]:
    """Do errands in a process of their own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.errands", folder, str(tasks), str(seconds), str(workers)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[1], process_group=0,
    )  # fmt: skip


def test_killed_at_twenty_random_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that was told as done is lost, and nothing in the folder is done twice.

    Here in one process a child is forked for each run, so that a kill falls within a few
    milliseconds of work: on a task, on the log, on a part or on the manifest.
    """
    monkeypatch.setattr(folders, "PART_TASKS", 7)
    chance = random.Random(1)
    folder, diary = tmp_path / "kept", tmp_path / "diary"
    errands = [Errand(n, 0.0005, str(diary)) for n in range(4_000)]
    kills = 0
    while kills < 20:
        told_r, told_w = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work_and_tell(errands, folder, told_w)
        os.close(told_w)
        time.sleep(0.02 + 0.1 * chance.random())
        os.kill(pid, signal.SIGKILL)
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL, "it was not killed but ended by itself"
        kills += 1
        told = _told(told_r)
        with TaskFolder(folder) as kept:
            assert all(address(look_into, errands[i]) in kept for i in told)
    found = run_tasks(look_into, errands, folder=folder)
    assert found == [look_into(Errand(n)) for n in range(4_000)]
    done = [int(line) for line in diary.read_text().split()]
    assert set(done) == set(range(4_000))
    assert len(done) - 4_000 <= kills, "only what was under way at a kill is done again"


def _work_and_tell(errands: list[Errand], folder: Path, pipe: int) -> None:
    """The forked child: never comes back."""
    try:
        run_tasks(
            look_into, errands, folder=folder,
            on_done=lambda i, _: os.write(pipe, i.to_bytes(4, "big")) and None,
        )  # fmt: skip
    finally:
        os._exit(0)


def _told(pipe: int) -> set[int]:
    with os.fdopen(pipe, "rb") as file:
        content = file.read()
    return {int.from_bytes(content[i : i + 4], "big") for i in range(0, len(content), 4)}


def test_a_killed_program_takes_its_workers_with_it(tmp_path: Path) -> None:
    program = start(tmp_path / "kept", tasks=200, seconds=0.05, workers=2)
    assert program.stdout is not None
    program.stdout.readline()
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.killpg(program.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("workers went on without their parent")


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    program = start(tmp_path / "kept", tasks=100, seconds=0.05, workers=2)
    assert program.stdout is not None
    told = {int(program.stdout.readline()) for _ in range(3)}
    os.killpg(program.pid, signal.SIGINT)
    rest, _ = program.communicate(timeout=20)
    assert "done" not in rest
    told |= {int(line) for line in rest.split()}
    errands = [Errand(n, 0.05, str(tmp_path / "kept.diary")) for n in range(100)]
    with TaskFolder(tmp_path / "kept") as kept:
        assert all(address(look_into, errands[i]) in kept for i in told)
        assert 3 <= len(kept) < 100


# --- folders that cannot be used ---


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with a part of four tasks and a log of two."""
    folder = tmp_path / "kept"
    run_tasks(look_into, ERRANDS[:4], folder=folder)
    with TaskFolder(folder) as tasks:
        for errand in ERRANDS[4:6]:
            tasks.add(address(look_into, errand), said(errand), look_into(errand))
        log = (folder / folders.LOG).read_bytes()
    (folder / "parts/000002.parquet").unlink()
    manifest = (folder / folders.MANIFEST).read_text()
    second = manifest.index(',\n  "parts/000002')
    (folder / folders.MANIFEST).write_text(manifest[:second] + "\n }\n}\n")
    (folder / folders.LOG).write_bytes(log)
    return folder


def number_in(folder: Path) -> int:
    with TaskFolder(folder) as tasks:
        return len(tasks)


def test_part_and_log_together_are_all(kept: Path) -> None:
    assert number_in(kept) == 6
    assert (kept / folders.LOG).stat().st_size == 0, "the log has become a part"
    assert number_in(kept) == 6


@pytest.mark.parametrize("cut", [1, 50, 200])
def test_a_log_that_ends_in_a_record_loses_only_that(kept: Path, cut: int) -> None:
    log = kept / folders.LOG
    log.write_bytes(log.read_bytes()[:-cut])
    assert number_in(kept) == 5


def test_a_part_written_just_before_a_kill_does_not_count_twice(kept: Path) -> None:
    stray = kept / "parts/000002.parquet"
    stray.write_bytes((kept / "parts/000001.parquet").read_bytes())
    assert number_in(kept) == 6


def test_an_altered_log_is_noticed(kept: Path) -> None:
    log = kept / folders.LOG
    content = bytearray(log.read_bytes())
    content[100] ^= 1
    log.write_bytes(content)
    with pytest.raises(Damaged, match="altered"):
        number_in(kept)


def test_an_altered_part_is_noticed(kept: Path) -> None:
    part = kept / "parts/000001.parquet"
    content = bytearray(part.read_bytes())
    content[100] ^= 1
    part.write_bytes(content)
    with pytest.raises(Damaged, match="was changed"):
        number_in(kept)


def test_a_missing_part_is_noticed(kept: Path) -> None:
    (kept / "parts/000001.parquet").unlink()
    with pytest.raises(Damaged, match="is missing"):
        number_in(kept)


def test_an_altered_manifest_is_noticed(kept: Path) -> None:
    manifest = kept / folders.MANIFEST
    manifest.write_text(manifest.read_text()[:-30])
    with pytest.raises(Damaged, match="was changed or cut short"):
        number_in(kept)


def test_tasks_of_another_version_are_not_mixed_in(kept: Path) -> None:
    manifest = kept / folders.MANIFEST
    manifest.write_text(manifest.read_text().replace('"code": "', '"code": "0'))
    with pytest.raises(UnusablePath, match="another version"):
        number_in(kept)


def test_a_folder_in_use_is_left_alone(kept: Path) -> None:
    with TaskFolder(kept), pytest.raises(UnusablePath, match="another program"):
        number_in(kept)


def test_others_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("ten years of work")
    with pytest.raises(UnusablePath, match="other files"):
        number_in(tmp_path)
    assert number_in(tmp_path / "new") == 0


# --- a cluster ---


def test_no_cluster_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ANSWER_SECONDS", 0.5)
    with pytest.raises(InputError, match="no cluster answers"):
        run_tasks(look_into, ERRANDS, cluster="tcp://127.0.0.1:9")


def test_a_cluster_gives_the_same_and_survives_a_killed_worker(tmp_path: Path) -> None:
    """Each worker is a process; one of them dies in the middle of a task."""
    distributed = pytest.importorskip("distributed")
    errands = [Errand(n, flag=str(tmp_path / "flag")) for n in range(12)]
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        found = run_tasks(
            dies_once, errands, cluster=cluster.scheduler_address, folder=tmp_path / "kept"
        )
    assert (tmp_path / "flag").exists(), "no worker died"
    assert found == EXPECTED
    assert number_in(tmp_path / "kept") == len(errands)
