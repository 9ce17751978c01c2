"""Importing a log: every row accounted for, faults found, nothing personal out."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.logs.measures import ALL, Pattern
from calibration.targets import read_targets
from experiments import cli
from experiments.log_files import measure_of
from experiments.synthetic_log import write_log
from tests.logs import HEAD, imported, rows, used_and_aside, write


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    path = tmp_path_factory.mktemp("log") / "contacts.csv"
    return path, write_log(path, 8000, share=0.02)


def test_every_planted_fault_is_found(
    synthetic: tuple[Path, dict[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, truth = synthetic
    code, said = imported(log, tmp_path, capsys)
    assert code == 0
    read, used, aside = used_and_aside(said)
    assert read == truth["rows"] == used + aside
    bad = ("duplicate", "no_person", "impossible_date", "future", "placeholder", "no_agency",
           "formula", "short_row")  # fmt: skip
    assert aside == sum(truth.get(name, 0) for name in bad)
    assert f"{truth['negative_age']:,} rows: an age below zero" in said
    assert "written in several ways" in said and "written in 2 ways" in said


def test_nothing_personal_is_written(
    synthetic: tuple[Path, dict[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, _ = synthetic
    _, said = imported(log, tmp_path, capsys)
    with log.open() as file:
        ids = {row["person_id"] for row in csv.DictReader(file) if row["person_id"]}
    assert len(ids) > 50
    texts = [said] + [
        path.read_text(encoding="utf-8")
        for path in (tmp_path / "out").iterdir() if path.suffix != ".png"
    ]  # fmt: skip
    assert not [i for i in ids for text in texts if i in text]


def test_every_table_is_told_by_fives(
    synthetic: tuple[Path, dict[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(synthetic[0], tmp_path, capsys)
    for name in ("overlap", "months", "hours"):
        with (tmp_path / "out" / f"{name}.csv").open() as file:
            cells = [cell for row in list(csv.reader(file))[1:] for cell in row[1:]]
        assert all(int(c) % 5 == 0 for c in cells) and any(int(c) for c in cells)
    with (tmp_path / "out" / "history.csv").open() as file:
        weeks = [row["contacts"] for row in csv.DictReader(file)]
    assert all(int(c) % 5 == 0 for c in weeks) and any(int(c) for c in weeks)


def test_the_targets_are_measures_of_the_model(
    synthetic: tuple[Path, dict[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim.metrics import meaning_of

    imported(synthetic[0], tmp_path, capsys)
    with (tmp_path / "out" / "targets.csv").open() as file:
        found = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert found
    assert [t.id for t in read_targets(tmp_path / "out" / "targets.csv")] == [
        f["id"] for f in found
    ]
    for row in found:
        assert meaning_of(row["measure"])
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_cases_opened_again_are_no_target() -> None:
    """The model counts of those that an agency let go, a log of all that were closed."""
    for agency in (ALL, "Police"):
        again = Pattern("reopened_within_year", agency, 0.3, 0.2, 0.4, "")
        assert measure_of(again) is None
    assert measure_of(replace(again, name="contacts_a_year")) == "contacts.police"


def test_the_log_as_parquet_and_packed_gives_the_same(
    synthetic: tuple[Path, dict[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, _ = synthetic
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    answers = [imported(path, tmp_path, capsys)[1].splitlines() for path in (log, packed)]
    assert answers[0][:-1] == answers[1][:-1] and len(answers[0]) > 10
    assert all("s of processor time" in answer[-1] for answer in answers)  # these differ


def test_parquet_with_real_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    times = np.array([f"2024-01-{1 + i % 28:02}T{i % 24:02}:00" for i in range(50)], "M8[ms]")
    table = pa.table(
        {"client_id": [1 + i % 9 for i in range(50)], "time": times, "service": ["GP"] * 50}
    )
    pq.write_table(table, tmp_path / "log.parquet")
    code, said = imported(tmp_path / "log.parquet", tmp_path, capsys)
    assert code == 0
    assert used_and_aside(said)[:2] == (50, 50)


def test_the_truth_is_written_beside_the_log(synthetic: tuple[Path, dict[str, int]]) -> None:
    log, truth = synthetic
    assert json.loads(log.with_suffix(".truth.json").read_text()) == truth


def test_a_guess_is_shown_and_not_taken_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write(tmp_path, HEAD + "\n".join(rows()))
    assert cli.main(["import", str(log), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert 'person = "person_id"' in said and "--yes" in said
    assert not (tmp_path / "out").exists()


def test_a_file_of_columns_with_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = write(tmp_path, 'persom = "x"\ntime = "contact_tme"\nday_first = 1\n', "columns.toml")
    code, said = imported(
        write(tmp_path, HEAD + "\n".join(rows())), tmp_path, capsys, "--columns", str(told)
    )
    assert code == 2
    for words in ("did you mean 'person'", "did you mean 'contact_time'", "true or false"):
        assert words in said


def kinds(tmp_path: Path, contact: str) -> Path:
    """A contact and a referral a day of each of twenty people in turn."""
    return write(tmp_path, HEAD + "".join(
        f"p{i % 20},{dt.date(2024, 1, 1) + i * dt.timedelta(days=1)} {hour}:30,Police,{kind}\n"
        for i in range(280) for hour, kind in (("09", contact), ("10", "Referral out"))
    ))  # fmt: skip


def told_weeks(tmp_path: Path) -> list[int]:
    with (tmp_path / "out" / "history.csv").open() as file:
        return [int(row["contacts"]) for row in csv.DictReader(file)]


def test_the_history_counts_contacts_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A contact and a referral every day: 7 contacts a week, 14 rows."""
    code, said = imported(kinds(tmp_path, "Call"), tmp_path, capsys)
    weeks = told_weeks(tmp_path)
    assert code == 0 and abs(sum(weeks) - 7 * len(weeks)) <= 2
    assert f"about {sum(weeks)} of {5 * round(14 * len(weeks) / 5)} rows" in said
    assert 'Not counted as contacts: the kinds "Referral out"' in said
    report = (tmp_path / "out" / "report.txt").read_text()
    assert "Referral out" not in report  # that a kind is there says that it is not none
    with (tmp_path / "out" / "patterns.csv").open() as file:
        a_year = {row["pattern"]: float(row["value"]) for row in csv.DictReader(file)
                  if row["pattern"].endswith("_a_year")}  # fmt: skip
    assert a_year["contacts_a_year"] == pytest.approx(365.25, rel=0.02)
    assert a_year["rows_a_year"] == pytest.approx(730.5, rel=0.02)


def test_kinds_that_are_contacts_can_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log whose kinds have words of their own: nothing is counted until somebody says what is."""
    log = kinds(tmp_path, "Welfare check")
    _, said = imported(log, tmp_path, capsys)
    assert told_weeks(tmp_path) == [] and "no contacts are told of: Police" in said
    columns = 'person = "person_id"\ntime = "contact_time"\nagency = "agency"\nkind = "kind"\n'
    for line, expected in (('contacts = ["welfare-check"]', 0), ("contacts = []", 2),
                           ('contacts = "all"', 2)):  # fmt: skip
        told = write(tmp_path, columns + line, "columns.toml")
        out = tmp_path / f"named_{expected}"
        code = cli.main(["import", str(log), "--columns", str(told), "--out", str(out)])
        assert code == expected
    with (tmp_path / "named_0" / "history.csv").open() as file:
        weeks = [int(row["contacts"]) for row in csv.DictReader(file)]
    assert abs(sum(weeks) - 7 * len(weeks)) <= 2
    assert "must be a list of kinds" in capsys.readouterr().err
