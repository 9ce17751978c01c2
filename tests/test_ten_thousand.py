"""The bench of many runs: what it says of speed, and that it goes on from its store."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.bench import ten_thousand as bench
from sim.tasks import Row


def row(worker: int, began: float, ended: float, processor: float = 1.0) -> Row:
    """When one run was done, and by whom."""
    return {bench.BEGAN: float(began), bench.ENDED: float(ended), bench.PROCESSOR: processor,
            bench.WORKER: float(worker)}  # fmt: skip


def test_overhead_is_the_workers_time_in_no_task() -> None:
    """Worker 1 is idle a fifth of the time after its first run, worker 2 never."""
    rows = [row(1, 0, 9), row(2, 0, 5), row(1, 10, 14), row(1, 16, 20), row(2, 5, 15)]
    found = bench.speed_of(rows)
    assert found is not None
    assert found.runs == 3
    assert found.overhead == pytest.approx(2 / 20)
    assert found.per_second == pytest.approx(2 / 10 + 1 / 10)
    assert (found.seconds, found.processor) == (6.0, 1.0)


def test_a_comparison_is_two_runs() -> None:
    rows = [row(1, i, i + 4, processor=3.0) for i in (0, 4, 8)]
    found = bench.speed_of(rows, each=2)
    assert found is not None
    assert (found.runs, found.seconds, found.processor) == (4, 2.0, 1.5)
    assert found.per_second == pytest.approx(0.5)


def test_one_run_a_worker_says_nothing() -> None:
    assert bench.speed_of([row(1, 0, 1), row(2, 0, 1)]) is None


def test_fewer_runs_are_called_extrapolated_and_all_are_not() -> None:
    few = [row(1, i, i + 1) for i in range(11)]
    assert "Extrapolated, not run: 10,000 runs would take 2.78 hours" in list(
        bench.said_of(few, 1, 11)
    )[-1]  # fmt: skip
    every = [row(1, i, i + 1) for i in range(bench.ALL)]
    assert "is missed" in list(bench.said_of(every, 1, 10_000))[-1]
    assert "is hit" in list(bench.said_of(every, 2, 7_000))[-1]


def test_it_runs_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Anglesey, the smallest place, for a year."""
    words = ["--scenario", "scenarios/anglesey/do_nothing.toml", "--years", "1", "--workers", "1",
             "--store", str(tmp_path / "store")]  # fmt: skip
    bench.main([*words, "--runs", "2"])
    assert "2 run(s) in" in capsys.readouterr().out
    bench.main([*words, "--runs", "3"])
    said = capsys.readouterr()
    assert "1 run(s) in" in said.out
    assert "2 were in the store" in said.out
    assert "3 of 3 runs" in said.err
