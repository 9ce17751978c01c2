"""Stopping when an interval is narrow enough: where, and that workers do not matter."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from experiments import cli, commands
from experiments.commands import BadRequest
from experiments.pool import run_asked
from experiments.sets import with_sets
from experiments.stats import mean_interval
from experiments.until import FEWEST, read_until
from tests import made_up as fake
from tests.test_cli import BUDGET_CUT, DO_NOTHING

PAIR = [fake.scenario("do_nothing"), fake.scenario("budget_cut")]


def half_after(replicates: int) -> float:
    """Half the interval of the difference in total cost after so many made-up replicates."""
    runs = [fake.made_up(PAIR, 1, r) for r in range(replicates)]
    i = runs[0][0].names.index("cost.total")
    return mean_interval(np.array([b.overall[i] - a.overall[i] for a, b in runs])).half


def run_until(wanted: str, workers: int) -> tuple[int, ...]:
    until = read_until(wanted, "cost.total", "do_nothing")
    asked = with_sets(PAIR, 1, 60, ())
    found = run_asked(fake.made_up, asked, workers, lambda: None, None, until.enough)
    assert found.stopped_by is None
    assert len(found.results) == 2 * len(found.replicates)
    return found.replicates


@pytest.mark.parametrize("workers", [1, 3])
def test_it_stops_at_the_first_replicate_that_is_narrow_enough(workers: int) -> None:
    wanted = half_after(20) * 1.0001
    first = next(n for n in range(FEWEST, 60) if half_after(n) <= wanted)
    assert FEWEST < first <= 20
    assert run_until(repr(wanted), workers) == tuple(range(first))


def test_a_share_is_one_of_the_bases_level() -> None:
    until = read_until("50%", "cost.total", "do_nothing")
    assert [until.enough(fake.made_up(PAIR, 1, r)) for r in range(FEWEST)][-2:] == [False, True]
    assert "All services and programmes ±£" in until.said


def test_what_is_never_narrow_enough_goes_to_the_end() -> None:
    assert run_until("0.001", 1) == tuple(range(60))


@pytest.mark.parametrize("text", ["", "narrow", "-1", "0%", "inf"])
def test_no_width_is_explained(text: str) -> None:
    with pytest.raises(BadRequest, match="is no width"):
        read_until(text, "cost.total", "do_nothing")


def test_a_measure_that_is_not_there_is_named() -> None:
    until = read_until("1%", "cost.totl", "do_nothing")
    with pytest.raises(BadRequest, match="cost.totl is not measured"):
        until.enough(fake.made_up(PAIR, 1, 0))


def test_the_command_says_where_it_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["compare", DO_NOTHING, BUDGET_CUT, "--until", "20%", "--workers", "1", "--out",
            str(tmp_path / "out")]  # fmt: skip
    arguments = cli.parser().parse_args(argv)
    arguments.command = partial(commands.compare, task=fake.made_up)
    assert cli.carry_out(arguments) == 0
    assert f"After {FEWEST} replicates: All services" in capsys.readouterr().err
    found = json.loads((tmp_path / "out/results.json").read_text())
    assert found["replicates"] == FEWEST
