"""Counts are told by fives, and what few people did is not; all files: test_import_adversary."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calibration.logs.fives import share
from tests.logs import HEAD, imported, rows_of, write


def test_shares_are_of_counts_by_fives() -> None:
    assert share(52, 100) == 0.5 and share(53, 100) == 0.55 and share(1, 100) == 0.0
    assert share(3, 9) is None, "five of ten, by fives: too few to tell a share of"


def test_who_came_back_is_not_told_of_few(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Forty people come once, four come thirty times."""
    once = "".join(f"q{i},2024-03-01 10:{i:02},GP,contact\n" for i in range(40))
    often = rows_of([f"P{i}" for i in range(4)], ["GP"], 120)
    imported(write(tmp_path, often + once), tmp_path, capsys)
    with (tmp_path / "out" / "patterns.csv").open() as file:
        told = {row["pattern"]: row["value"] for row in csv.DictReader(file)}
    assert told["again_within_28_days"] == "too few people"
    assert "days_to_next_median" not in told


def test_of_fewer_than_five_people_nothing_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = rows_of(["P1", "P2", "P3", "P4"], ["Police"], 200)
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 2 and "fewer than 5 people" in said and not (tmp_path / "out").exists()


def test_a_tiny_agency_goes_together_with_the_next_smallest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refuge that met three people: their contacts, though many, stand nowhere alone."""
    many = rows_of([f"P{i}" for i in range(40)], ["Police", "A&E"], 400)
    tiny = rows_of(["P1", "P2", "P3"], ["Refuge"], 90).removeprefix(HEAD)
    some = rows_of([f"P{i}" for i in range(7)], ["Shelter"], 70).removeprefix(HEAD)
    imported(write(tmp_path, many + tiny + some), tmp_path, capsys)
    with (tmp_path / "out" / "history.csv").open() as file:
        names = {row["agency"] for row in csv.DictReader(file)}
    assert names == {"Police", "A&E", "other agencies"}
