"""`run`, `compare` and the questions keep what is finished, and go on from it after any end."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from experiments import cli, commands, figures, paired
from experiments.kept import results_in, row_of, unfinished
from experiments.pool import Task
from scenarios.resolved import Scenario
from sim import store
from sim.results import RunResult
from sim.run import run_replicate
from sim.tasks import address, folder
from tests import made_up as fake
from tests.questions import SCENARIOS, ask, shrink
from tests.small import small

DIARY = "UPSTREAM_TEST_DIARY"
SAME = ("results.json", "table.txt", "measures.parquet", "measures_at_sets.parquet")
"""All of a results folder but the manifest, which has times in it."""
RUNS = 8
"""Six replicates and two sets."""


def noted(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """The model, noting each run that it has done."""
    found = run_replicate(scenarios, seed, replicate)
    with open(os.environ[DIARY], "a") as diary:
        diary.write(f"{replicate}\n")
    return found


@pytest.fixture(autouse=True)
def _without_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """They have tests of their own, and take longer than such small runs."""
    monkeypatch.setattr(figures, "draw_all", lambda findings, folder: None)


@pytest.fixture
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many runs have been done."""
    path = tmp_path / "diary"
    path.touch()
    monkeypatch.setenv(DIARY, str(path))
    return lambda: len(path.read_text().splitlines())


def compare(*words: str, task: Task = noted, years: int = 1) -> int:
    """`upstream compare` of two small worlds, in this process."""
    argv = ["compare", "a.toml", "b.toml", "--workers", "1", "--sets", "2", *words]
    arguments = cli.parser().parse_args(argv)
    pair = [small(name, share=0.005, years=years) for name in ("do_nothing", "navigators")]
    commands.check_outputs(arguments)
    return commands.simulate(arguments, pair, "do_nothing", task)


def contents(out: Path) -> dict[str, bytes]:
    store.verify(out)
    return {name: (out / name).read_bytes() for name in SAME}


# --- run and compare ---


def test_killed_at_random_moments_it_ends_with_the_same_bytes(
    tmp_path: Path, diary: Callable[[], int]
) -> None:
    """Each time it is killed at some moment of the next two runs or so, or of their keeping."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    noted([small(share=0.005, years=1)], 1, 99)  # kernels are loaded
    begun = time.perf_counter()
    assert compare("--replicates", "6", "--out", str(whole)) == 0
    a_run = (time.perf_counter() - begun) / RUNS
    assert diary() == RUNS + 1
    chance, kills = random.Random(3), 0
    for _ in range(4 * RUNS):
        pid = os.fork()
        if pid == 0:
            code = compare("--replicates", "6", "--out", str(broken))
            os._exit(code)
        time.sleep(2 * a_run * chance.random())
        os.kill(pid, signal.SIGKILL)
        ended = os.waitpid(pid, 0)[1]
        kills += ended == signal.SIGKILL
        if ended == 0:
            break
    assert kills >= 3
    assert compare("--replicates", "6", "--out", str(broken)) == 0
    assert contents(broken) == contents(whole)
    assert not unfinished(broken).exists()


def test_nothing_that_was_kept_is_run_again(tmp_path: Path, diary: Callable[[], int]) -> None:
    kept = ["--store", str(tmp_path / "store")]
    assert compare("--replicates", "1", *kept) == 0
    assert diary() == 3
    assert compare("--replicates", "3", *kept) == 0
    assert diary() == 3 + 2 + 1, "two more replicates, and a set with the second's luck"
    assert compare("--replicates", "3", "--out", str(tmp_path / "a"), *kept) == 0
    assert diary() == 6
    assert compare("--replicates", "3", "--out", str(tmp_path / "b")) == 0
    assert diary() == 11
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("other", [["--seed", "2"], ["--replicates", "1", "longer"]])
def test_another_seed_or_scenario_has_runs_of_its_own(
    tmp_path: Path, diary: Callable[[], int], other: list[str]
) -> None:
    kept = ["--store", str(tmp_path / "store"), "--replicates", "1"]
    assert compare(*kept) == 0
    years = 2 if "longer" in other else 1
    assert compare(*kept, *(word for word in other if word != "longer"), years=years) == 0
    assert diary() == 6


def test_any_change_of_a_scenario_changes_the_address() -> None:
    def here(scenario: Scenario) -> str:
        return address(run_replicate, scenario)

    one = small()
    cheaper = one.evidence.agencies["police"].model_copy(update={"title": "The police"})
    agencies = one.evidence.agencies | {"police": cheaper}
    others = [
        replace(one, evidence=replace(one.evidence, agencies=agencies)),
        replace(one, changes=small("navigators").changes),
        replace(one, mechanisms=one.mechanisms.model_copy(update={"pressure": False})),
        replace(one, files=dict.fromkeys(one.files, "0" * 64)),
    ]
    assert len({here(scenario) for scenario in [one, *others]}) == 5
    assert here(replace(one)) == here(one)


def test_runs_of_another_version_are_refused(
    tmp_path: Path, diary: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ["--store", str(tmp_path / "store"), "--replicates", "1"]
    assert compare(*kept) == 0
    monkeypatch.setattr(folder, "fingerprint", lambda: "another")
    with pytest.raises(store.UnusablePath, match="another version"):
        compare(*kept)


def test_a_fault_keeps_what_was_finished(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with pytest.raises(ZeroDivisionError):
        compare("--replicates", "4", "--out", str(out), task=fake.faulty)
    assert str(unfinished(out)) in capsys.readouterr().err
    with folder.TaskFolder(unfinished(out)) as kept:
        assert len(kept) == 2


def test_a_disk_that_is_full_does_not_take_the_answer_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise store.WriteFailed("the disk is full")

    monkeypatch.setattr(folder.TaskFolder, "_append", full)
    with pytest.raises(store.WriteFailed):
        compare("--replicates", "4", "--out", str(tmp_path / "out"), task=fake.made_up)
    said = capsys.readouterr()
    assert "cannot be kept on the disk: 1 of 4 replicates" in said.err
    assert "1 replicate (stopped before the end)" in said.out


def test_the_store_is_no_part_of_the_results(tmp_path: Path) -> None:
    for inside, around in (("out/runs", "out"), ("out", "out/table"), ("out", "out")):
        with pytest.raises(commands.BadRequest, match="one inside the other"):
            compare("--store", str(tmp_path / inside), "--out", str(tmp_path / around))


@pytest.mark.parametrize("out", ["results/demo", "demo/", "./demo"])
def test_unfinished_runs_stand_beside_the_results(out: str) -> None:
    assert unfinished(Path(out)) == Path(out).parent / "demo.unfinished"


def test_a_replicate_comes_back_as_it_was() -> None:
    pair = [small(years=1), small("navigators", years=1)]
    before = run_replicate(pair, 1, 0)
    after = results_in(row_of(before), pair)
    for a, b in zip(before, after, strict=True):
        assert (a.scenario, a.names, a.person_weeks) == (b.scenario, b.names, b.person_weeks)
        assert a.per_year.tobytes() == b.per_year.tobytes()
        assert a.overall.tobytes() == b.overall.tobytes()


# --- the questions ---


def test_a_question_asked_again_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    words = ["explain", str(SCENARIOS / "do_nothing.toml"), "--replicates", "2", "--cause",
             "pressure", "--store", str(tmp_path / "store")]  # fmt: skip
    first = ask(tmp_path / "first", *words)

    def never(*_: object) -> None:
        raise AssertionError("was run again")

    monkeypatch.setattr(paired, "run_replicate", never)
    assert ask(tmp_path / "again", *words) == first


# --- a cluster ---


def test_a_cluster_compares_to_the_same_bytes_as_this_machine(tmp_path: Path) -> None:
    """The model itself, two replicates and two sets on two workers."""
    distributed = pytest.importorskip("distributed")
    asked = ["--replicates", "2", "--workers", "2"]
    assert compare(*asked, "--out", str(tmp_path / "here"), task=run_replicate) == 0
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        there = ["--cluster", cluster.scheduler_address, "--out", str(tmp_path / "there")]
        assert compare(*asked, *there, task=run_replicate) == 0
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
