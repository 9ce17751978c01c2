"""What a log covers only in part is said before anybody calibrates to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from calibration.logs.measures import in_the_log
from calibration.targets import BadTargets, read_targets
from experiments import cli
from experiments.log_files import BEFORE

HEADER = "id,measure,value,low,high,use,source,definition\n"


def imported(folder: Path, spans: dict[str, tuple[int, int]], place: str) -> Path:
    """An import of a log with ten contacts a week of each agency, from one week to another."""
    rng = np.random.default_rng(5)
    start = dt.datetime(2022, 1, 3)
    lines = ["person_id,contact_time,agency"]
    for agency, (first, last) in spans.items():
        for week in range(first, last):
            for minute in rng.integers(0, 7 * 1440, 10):
                time = start + dt.timedelta(weeks=week, minutes=int(minute))
                lines.append(f"P{rng.integers(40)},{time:%Y-%m-%d %H:%M},{agency}")
    log = folder / "log.csv"
    log.write_text("\n".join(lines) + "\n")
    argv = ["import", str(log), "--yes", "--place", place, "--out", str(folder / "out")]
    assert cli.main(argv) == 0
    return folder / "out" / "targets.csv"


def test_agencies_and_months_that_are_missing_are_warned_of_and_stand_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = imported(tmp_path, {"Police": (0, 40), "GP": (20, 40), "Walk-in": (0, 40)}, "Ours")
    said = capsys.readouterr().err
    for told in (
        "takes it for everybody's in Ours",
        "Targets of contacts are told for 2 of the model's 17 agencies; there is none for A",
        "No agencies of the model by their names, so without a target: Walk-in.",
        "The log has 38 whole weeks, less than a year",
        "Contacts of GP are told from 2022-05-",
    ):
        assert told in said
    assert "domestic_abuse" not in said and "Domestic abuse service" in said
    report = (targets.parent / "report.txt").read_text()
    assert report.endswith("\n\n" + said[said.index(BEFORE) : said.index("Targets, history")])
    assert "Contacts of Police are told" not in said and "Contacts of Walk-in" not in said
    remarks = [line[2:] for line in targets.read_text().splitlines() if line.startswith("# ")]
    assert " ".join(remarks) == " ".join(
        line.removeprefix("  - ") for line in said.splitlines() if line.startswith("  - ")
    )
    assert {t.measure for t in read_targets(targets)} >= {"contacts.police", "contacts.gp"}


def test_a_log_of_years_is_not_said_to_be_short(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(tmp_path, {"Police": (0, 60), "GP": (0, 60)}, "Ours")
    said = capsys.readouterr().err
    assert "less than a year" not in said and "weeks): its year" not in said
    assert "No log says whom it leaves out; ask." in said


def test_remarks_above_a_heading_keep_the_lines_of_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"# one\n# two\n{HEADER}A1,people.awake,many,,,fitted,a source,a meaning\n")
    with pytest.raises(BadTargets) as raised:
        read_targets(file)
    assert [problem.line for problem in raised.value.problems] == [4]


def test_rare_fives_are_no_agency_that_began_late() -> None:
    """Three fives in two years: the silence before the first is what chance leaves, and all weeks
    count. Forty weeks without one of an agency that has one every second week are none."""
    rare, busy = np.zeros(105, np.int64), np.zeros(105, np.int64)
    rare[[30, 60, 90]] = 5
    busy[41::2] = 5
    assert in_the_log(rare) == (0, 105)
    assert in_the_log(busy) == (42, 105)
    assert in_the_log(np.zeros(20, np.int64)) == (0, 0)
