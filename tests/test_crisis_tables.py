"""The tables that the weekly model asks: right between the runs, and safe on the disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.crisis import tables
from sim.crisis.inputs import Inputs, with_mix
from sim.crisis.run import simulate
from sim.crisis.tables import SEED, Grid, N, Table, build, folder, read, summary, table_for
from tests.test_crisis_pathway import base, with_capacity

RESIDENTS = 210_000.0
TINY = Grid((5.0, 15.0, 25.0), crises=150)
MIDDLE = Grid((12.0, 16.0, 20.0, 25.0, 31.0, 38.0), crises=8_000)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UPSTREAM_CACHE", str(tmp_path))
    monkeypatch.setattr(tables._ByKey, "tables", {})
    return tmp_path


def builds(monkeypatch: pytest.MonkeyPatch) -> list[Inputs]:
    """What is built from now on."""
    built: list[Inputs] = []

    def counted(inputs: Inputs, residents: float, grid: Grid, done: object = None) -> Table:
        built.append(inputs)
        return build(inputs, residents, grid)

    monkeypatch.setattr(tables, "build", counted)
    return built


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in another process."""
    monkeypatch.setattr(tables._ByKey, "tables", {})


@pytest.mark.parametrize("mix", [0.4, 0.6])
def test_between_its_runs_a_table_is_less_than_a_twentieth_off(mix: float) -> None:
    """Halfway between neighbours, against a run there: each outcome's share, and police hours."""
    table = build(base(), RESIDENTS, MIDDLE)
    door = with_mix(base(), mix)
    for middle in (table.loads[1:] + table.loads[:-1])[1:-1] / 2:
        weeks = round(MIDDLE.crises / middle)
        run = summary(simulate(door, float(middle), weeks, SEED, 0), door)
        asked = table.at(float(middle), mix)
        assert np.abs(asked[:N] / run[:N] - 1).max() < 0.05
        assert asked[:N] @ asked[N : 2 * N] == pytest.approx(run[:N] @ run[N : 2 * N], rel=0.05)


def test_a_table_is_exact_at_its_runs_and_stays_at_its_ends() -> None:
    table = build(base(), RESIDENTS, TINY)
    for mix, rows in zip(table.mixes, table.values, strict=True):
        for load, row in zip(table.loads, rows, strict=True):
            assert table.at(float(load), float(mix)) == pytest.approx(row)
    first, last = table.values[0, 0], table.values[1, -1]
    assert table.at(0.0, 0.0) == pytest.approx(first)
    assert table.at(1e6, 1.0) == pytest.approx(last)
    assert table.at(33.3, 0.5)[:N].sum() == pytest.approx(1.0)


def test_drink_keeps_officers_longer() -> None:
    """Somebody who has to become sober first is waited for: the more of them, the more hours."""
    sober, not_sober = build(base(), RESIDENTS, MIDDLE).values[:, 3]
    assert not_sober[:N] @ not_sober[N : 2 * N] > 1.02 * (sober[:N] @ sober[N : 2 * N])


def test_a_table_is_built_once_and_read_from_then_on(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = builds(monkeypatch)
    first = table_for(base(), RESIDENTS, TINY)
    forget(monkeypatch)
    second = table_for(base(), RESIDENTS, TINY)
    assert len(built) == 1
    assert (first.loads.tobytes(), first.values.tobytes()) == (
        second.loads.tobytes(), second.values.tobytes(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: b"",
        lambda raw: raw.replace(b"0.", b"1.", 1),
        lambda raw: b"\xff" + raw,
        lambda raw: b"[]",
        lambda raw: json.dumps(json.loads(raw) | {"key": "another"}).encode(),
    ],
)
def test_a_damaged_table_is_noticed_and_built_again(  # type: ignore[no-untyped-def]
    harm, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = builds(monkeypatch)
    whole = table_for(base(), RESIDENTS, TINY)
    (path,) = folder().glob("*.json")
    good = path.read_bytes()
    path.write_bytes(harm(good))
    assert read(path.stem) is None
    forget(monkeypatch)
    assert table_for(base(), RESIDENTS, TINY).values.tobytes() == whole.values.tobytes()
    assert len(built) == 2
    assert path.read_bytes() == good


def test_other_inputs_have_another_table(empty_cache: Path) -> None:
    fewer = with_capacity(base(), acute_bed=5)
    slower = replace(base(), number={**base().number, "hours_scene": 1.1})
    for inputs in (base(), fewer, slower):
        table_for(inputs, RESIDENTS, TINY)
    table_for(base(), RESIDENTS + 1, TINY)
    assert len(list(folder().glob("*.json"))) == 4


def test_a_disk_that_takes_nothing_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("UPSTREAM_CACHE", str(tmp_path / "file"))
    forget(monkeypatch)
    assert len(table_for(base(), RESIDENTS, TINY).loads) == 3


def test_a_hamlet_does_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a crisis in a hundred years, no run is longer than the longest allowed."""
    monkeypatch.setattr(tables, "MOST_WEEKS", 20)
    table = build(base(), 10.0, TINY)
    assert np.isfinite(table.values).all()
    assert table.at(1.0, 0.5)[:N].sum() == pytest.approx(1.0)
