"""Every authority of England: which they are, and the command on two small ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from experiments import cli
from experiments.england import Landing, authorities, table
from experiments.england_tiles import LONGEST, REGIONS, _short


def test_all_of_england_and_none_of_wales() -> None:
    chosen = authorities(None)
    assert len(chosen) == 153
    assert 56e6 < sum(a.residents for a in chosen) < 58e6
    assert {a.region for a in chosen} == {region for row in REGIONS for region in row}


def test_every_name_fits_its_tile() -> None:
    names = [_short(a.common_name) for a in authorities(None)]
    assert len(set(names)) == 153
    assert max(len(name) for name in names) <= LONGEST


def test_two_small_authorities(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rutland and the Isles of Scilly; a second time nothing is simulated."""
    argv = ["england", "rutland", "isles of scilly", "--years", "2", "--workers", "1", "--out",
            str(tmp_path)]  # fmt: skip
    assert cli.main(argv) == 0
    first = capsys.readouterr().out
    assert "2 authorities" in first and "Rutland" in first
    with (tmp_path / "authorities.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["Rutland", "Isles of Scilly"]
    assert float(rows[0]["do_nothing/people.residents"]) == pytest.approx(
        float(rows[0]["residents"]), rel=0.03
    )
    assert rows[0]["cases_per_social_worker"], "official figures stand beside"
    assert (tmp_path / "tiles.png").exists()
    assert cli.main(argv) == 0
    assert capsys.readouterr().out == first


def test_nobody_in_crisis_is_no_fault() -> None:
    scilly = authorities(["Isles of Scilly"])[0]
    said = table([Landing(scilly, (0.0,), (0.0,))], 10, "crisis_weeks", 2)
    assert "crisis_weeks in all (0 to 0 a year)" in said


def test_an_authority_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["england", "Rutlend"]) == 2
    assert "did you mean 'Rutland'?" in capsys.readouterr().err
