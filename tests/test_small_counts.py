"""Counts of few people are left out, and cannot be worked out from what is told."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from calibration.logs.suppress import SMALLEST, hidden, hidden_overlap, share, told_row
from tests.logs import HEAD, imported, rows_of, write


def test_a_small_count_is_never_alone() -> None:
    assert told_row([100, 3, 50, 0]) == ["100", "<5", "hidden", "0"]
    assert told_row([100, 3, 4, 50]) == ["100", "<5", "<5", "50"]
    assert told_row([100, 1, 1, 50]) == ["100", "<5", "<5", "hidden"]
    assert told_row([7, 0, 9]) == ["7", "0", "9"]


def test_no_row_or_column_leaves_one_hidden_count_to_be_worked_out() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        counts = rng.poisson(rng.choice([2.0, 20.0], (6, 7)))
        out = hidden(counts)
        assert out[(counts > 0) & (counts < SMALLEST)].all()
        for table, mask in ((counts, out), (counts.T, out.T)):
            for row, left in zip(table, mask, strict=True):
                alone = left.sum() == 1 and (row[~left] > 0).any()
                assert not alone


def test_an_overlap_hides_those_whom_only_one_has_seen() -> None:
    """103 people of whom 101 were seen by the other, too: two were not."""
    counts = np.array([[103, 101, 40], [101, 300, 60], [40, 60, 90]])
    out = hidden_overlap(counts)
    assert out.tolist() == [[False, True, False], [True, False, False], [False, False, False]]


def test_what_stands_twice_is_left_out_twice() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        seen = rng.random((200, 6)) < rng.choice([0.03, 0.3], 6)
        counts = seen.T.astype(int) @ seen.astype(int)
        out = hidden_overlap(counts)
        assert (out == out.T).all() and out[(counts > 0) & (counts < SMALLEST)].all()


def test_shares_of_few_are_not_told() -> None:
    assert share(3, 100) is None and share(97, 100) is None and share(4, 8) is None
    assert share(0, 100) == 0.0 and share(50, 100) == 0.5


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
