"""Importing a log: every row accounted for, faults found, nothing personal out, hostile files."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pytest

from calibration.logs.fives import share
from calibration.logs.source import BLOCK, Source, _Counted
from experiments import cli
from experiments.synthetic_log import write_log

HEAD = "person_id,contact_time,agency,kind\n"


def rows(n: int = 60, agency: str = "Police") -> list[str]:
    """Contacts of 20 people, an hour and a day apart."""
    return [
        f"p{i % 20},2024-{1 + i // 28:02}-{1 + i % 28:02} {i % 24:02}:30,{agency},contact"
        for i in range(n)
    ]


def imported(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, str]:
    """The exit code, and all that was said."""
    code = cli.main(["import", str(log), "--yes", "--out", str(tmp_path / "out"), *more])
    said = capsys.readouterr()
    return code, said.out + said.err


def write(tmp_path: Path, text: str | bytes, name: str = "log.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def used_and_aside(said: str) -> tuple[int, int, int]:
    """Rows read, used, set aside, and that the reasons add up."""
    first, *rest = said.splitlines()
    words = first.replace(",", "").split()
    aside = 0
    for line in rest:
        if not line.startswith("   "):
            break
        aside += int(line.split()[0].replace(",", ""))
    assert aside == int(words[7])
    return int(words[0]), int(words[4]), int(words[7])


# --- the synthetic log and its planted faults ---


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
        found = list(csv.DictReader(file))
    assert found
    for row in found:
        assert meaning_of(row["measure"])
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_the_log_as_parquet_and_packed_gives_the_same(
    synthetic: tuple[Path, dict[str, int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, _ = synthetic
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    answers = [imported(path, tmp_path, capsys)[1].splitlines() for path in (log, packed)]
    assert answers[0][:-1] == answers[1][:-1] and "by the clock" in answers[0][-1]


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


# --- hostile files ---


def test_names_where_ids_should_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = [f"{a} {b}" for a in ("Ann", "Bob", "Cyd", "Dot") for b in ("Smith", "O'Neil", "Xu")]
    text = HEAD + "".join(f"{name},2024-01-01 10:00,Police,contact\n" for name in people)
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 2 and "looks like names of people" in said
    assert not [name for name in people if name in said]


def test_a_hundred_thousand_agencies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + "".join(f"p{i},2024-01-01,agency {i},contact\n" for i in range(100_000))
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 2 and "more than 500 different agencies" in said and "--columns" in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings(tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    text = HEAD + "\n".join(rows(agency="Caffi Dŵr" if encoding != "cp1252" else "Café £"))
    code, said = imported(write(tmp_path, text.encode(encoding)), tmp_path, capsys)
    assert code == 0 and used_and_aside(said) == (60, 60, 0)
    assert ("Windows-1252" in said) == (encoding == "cp1252")
    assert ("Caffi Dŵr" if encoding != "cp1252" else "Café £") in said


def test_formulas_are_text_and_never_a_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [*rows(), *(f"q{i},2024-02-01 01:00,=cmd|'/c calc'!A1,contact" for i in range(9))]
    lines += [f"r{i},2024-02-01 01:00,Police,@SUM(A1)" for i in range(9)]
    code, said = imported(write(tmp_path, HEAD + "\n".join(lines)), tmp_path, capsys)
    assert code == 0 and "a formula where the agency should be" in said
    assert used_and_aside(said) == (78, 69, 9)
    for path in (tmp_path / "out").glob("*.csv"):
        cells = [cell for row in csv.reader(path.open()) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]


def test_dates_in_seven_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All are 21 March 2024, most at 14:05."""
    forms = ["2024-03-21T14:05:59Z", "21/03/2024 14:05", "21 March 2024 14:05", "Mar 21, 2024",
             "20240321", "45372.586805", "1711029900"]  # fmt: skip
    text = HEAD + "".join(f'p{i},"{form}",Police,contact\n' for i, form in enumerate(forms * 2))
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 0 and "From 2024-03-21 to 2024-03-21" in said
    assert "dates are written in 7 ways" in said


@pytest.mark.parametrize(
    ("dates", "expected", "used"),
    [
        (["03/04/2024"] * 9, "nothing in the file tells which", 9),
        (["03/04/2024"] * 9 + ["25/04/2024"], "9 dates that could be either are read as day", 10),
        (["03/04/2024"] * 9 + ["04/25/2024"], "9 dates that could be either are read as month", 10),
        (["03/04/2024"] * 9 + ["04/25/2024", "25/04/2024"] * 3, "dates are mixed", 6),
    ],
)
def test_days_and_months_that_may_be_swapped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dates: list[str], expected: str, used: int
) -> None:
    text = HEAD + "".join(f"p{i},{date},Police,contact\n" for i, date in enumerate(dates))
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 0 and expected in said
    assert used_and_aside(said)[1] == used


def test_day_first_may_be_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + "".join(f"p{i},03/04/2024,Police,contact\n" for i in range(9))
    told = write(tmp_path, 'person = "person_id"\ntime = "contact_time"\nday_first = false\n',
                 "columns.toml")  # fmt: skip
    _, said = imported(write(tmp_path, text), tmp_path, capsys, "--columns", str(told))
    assert "From 2024-03-04" in said


def test_a_quotation_mark_that_is_not_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What comes after is inside its cell: that is counted and said, line by line."""
    lines = rows()
    lines[30] = '"' + lines[30]
    code, said = imported(write(tmp_path, HEAD + "\n".join(lines)), tmp_path, capsys)
    assert code == 0 and used_and_aside(said) == (60, 30, 30)
    assert "quotes not closed" in said


def test_texts_of_several_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f'{row},"first\nsecond, and\nthird"' for row in rows()]
    head = HEAD.replace("\n", ",notes\n")
    _, said = imported(write(tmp_path, head + "\n".join(lines)), tmp_path, capsys)
    assert used_and_aside(said) == (180, 60, 120)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("person_id\n1\n", "no heading of two columns"),
        ("alpha,beta\n1,2\n", "no column looks like person or time"),
        ("id,id,date\n1,2,3\n", "two columns are called"),
        (HEAD, "has no rows"),
        (HEAD + ",,,\n", "none of its 1 rows can be used"),
        ("PK\x03\x04 and so on", "spreadsheet"),
        ("a,b\x00,c\n", "no text file"),
        ("P1,2024-01-01,Police\nP2,2024-01-02,Police\n", "looks like a row of data"),
        (HEAD.strip() + "\rP1,2024-01-01,Police,contact\r", "carriage return alone"),
        ("x" * 200_000, "is no heading"),
        (HEAD + '"P1,' + "2024-01-01,Police\n" * 9, "quotation mark in the first"),
    ],
)
def test_files_that_are_no_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 2 and expected in said and "Traceback" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"a,b\n" + bytes(10**6))[:-50]])
def test_a_packed_file_that_is_cut_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    code, said = imported(write(tmp_path, content, "log.csv.gz"), tmp_path, capsys)
    assert code == 2 and "cannot be unpacked" in said


def rows_of(people: list[str], agencies: list[str], n: int) -> str:
    """Rows of contacts, people and agencies in turn."""
    return HEAD + "".join(
        f"{people[i % len(people)]},2024-{1 + i % 9:02}-{1 + i % 28:02} 09:{i % 60:02},"
        f"{agencies[i % len(agencies)]},contact\n"
        for i in range(n)
    )


def test_a_row_longer_than_a_block_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD + "P1,2024-01-01," + "x" * (2 * BLOCK) + ",contact\n" + "P2,2024-01-02,a,b\n"
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 2 and "row is longer than" in said and "xxx" not in said


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["ANNA", "Ben", "Carl", "Dora", "Emil", "Fay", "Gus", "Hal", "Ian", "Jo"], "are words"),
        ([f"=A{i}" for i in range(20)], "begin like formulas"),
        ([f"P{i}" for i in range(20)], ""),
    ],
)
def test_ids_that_may_be_something_else_are_said_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ids: list[str], expected: str
) -> None:
    _, said = imported(write(tmp_path, rows_of(ids, ["Police"], 200)), tmp_path, capsys)
    assert expected in said and ("ids of people " not in said.split("noticed")[1]) == (not expected)


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


def test_lines_are_counted_across_blocks() -> None:
    """Whatever the size of a block: lines that are not empty, a last one without an end too."""
    text = b"a,b\r\n\r\n\n1,2\n\n3,4\r\n5,6"
    for size in range(1, 25):
        source = Source(Path("x"), "csv", [])
        counted = _Counted(io.BytesIO(text), source)
        while counted.read(size):
            pass
        assert source.lines == 4


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


# --- XES, and the CSV of process mining ---


def xes(events: str, before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<log xmlns="http://x/">{events}</log>'


def test_xes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traces = "".join(
        f'<trace><string key="concept:name" value="case {c}"/>'
        + "".join(
            f'<event><string key="concept:name" value="contact"/><string key="org:group" '
            f'value="Police"/><date key="time:timestamp" value="2024-01-{d:02}T10:00:00+00:00"/>'
            "</event>"
            for d in range(1, 6)
        )
        + "</trace>"
        for c in range(8)
    )
    code, said = imported(write(tmp_path, xes(traces), "log.xes"), tmp_path, capsys)
    assert code == 0 and used_and_aside(said) == (40, 40, 0) and "seen by Police: 10" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (xes("", '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "document type"),
        (xes("<trace>"), "is no XML from line 1 on"),
        (xes(""), "has no rows"),
    ],
)
def test_xes_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    code, said = imported(write(tmp_path, text, "log.xes"), tmp_path, capsys)
    assert code == 2 and expected in said


def test_the_csv_of_process_mining_tools(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "case:concept:name;concept:name;time:timestamp;org:group\n"
    text = head + "".join(
        f"c{i % 7};contact;2024-01-{1 + i % 28:02}T08:00:00.000+01:00;GP\n" for i in range(30)
    )
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 0 and used_and_aside(said)[0] == 30 and "seen by GP: 5" in said


def test_our_own_event_logs_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from experiments.exchange import COLUMNS

    text = ",".join(COLUMNS) + "\n" + "".join(
        f"Ann {i},contact,2024-01-0{1 + i % 9}T12:00:00+00:00,Police,,,,0,x\n" for i in range(9)
    )  # fmt: skip
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 0 and used_and_aside(said)[0] == 9


# --- counts by fives; what all files reveal together is in test_import_adversary.py ---


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


def test_the_truth_is_written_beside_the_log(synthetic: tuple[Path, dict[str, int]]) -> None:
    log, truth = synthetic
    assert json.loads(log.with_suffix(".truth.json").read_text()) == truth
