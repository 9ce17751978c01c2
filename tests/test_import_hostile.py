"""Logs that are odd, broken or meant to harm: read in full, or refused in plain words."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest

from calibration.logs.source import BLOCK, Source, _Counted
from tests.logs import HEAD, imported, rows, rows_of, used_and_aside, write


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


def test_lines_are_counted_across_blocks() -> None:
    """Whatever the size of a block: lines that are not empty, a last one without an end too."""
    text = b"a,b\r\n\r\n\n1,2\n\n3,4\r\n5,6"
    for size in range(1, 25):
        source = Source(Path("x"), "csv", [])
        counted = _Counted(io.BytesIO(text), source)
        while counted.read(size):
            pass
        assert source.lines == 4
