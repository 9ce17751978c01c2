"""Histories as people write them, and what is said of those that cannot be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from calibration.forecast.history import History, read_histories
from calibration.forecast.periods import FREQUENCIES
from scenarios.problems import InputError


def read(tmp_path: Path, text: str | bytes) -> tuple[History, ...]:
    path = tmp_path / "history.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_histories(path)


@pytest.mark.parametrize(
    ("dates", "frequency", "first"),
    [
        (["2015", "2016", "2017"], "year", "2015-01-01"),
        (["2008-09", "2009-10", "2010-11"], "year", "2008-04-01"),
        (["2008/09", "2009/10", "2010/11"], "year", "2008-04-01"),
        (["2011-11", "2011-12", "2012-01"], "month", "2011-11-01"),
        (["Jan 2020", "Feb 2020", "March 2020"], "month", "2020-01-01"),
        (["2020 Q1", "2020 Q2", "2020Q3"], "quarter", "2020-01-01"),
        (["01/03/2024", "08/03/2024", "15/03/2024"], "week", "2024-03-01"),
        (["03/01/2024", "03/08/2024", "03/15/2024"], "week", "2024-03-01"),
        (["1 March 2024", "8 Mar 2024", "15 March 2024"], "week", "2024-03-01"),
        (["2024-W05", "2024-W06", "2024-W07"], "week", "2024-01-29"),
    ],
)
def test_dates_as_people_write_them(
    tmp_path: Path, dates: list[str], frequency: str, first: str
) -> None:
    text = "date,agency,contacts\n" + "".join(f"{date},police,{10 + i}\n"
                                              for i, date in enumerate(dates))  # fmt: skip
    (found,) = read(tmp_path, text)
    assert (found.frequency.name, str(found.first)) == (frequency, first)
    assert found.values.tolist() == [10, 11, 12]


def test_a_column_for_each_series_and_other_separators(tmp_path: Path) -> None:
    text = "Year;Police;A&E\n2019;1,200;£30\n2020;1300;\n2021;1400;50\n2022;1500;60\n"
    police, ae = read(tmp_path, text.encode("cp1252"))
    assert police.values.tolist() == [1200, 1300, 1400, 1500]
    assert len(ae.values) == 4 and not ae.seen[1] and not police.notes
    assert ae.notes == (
        "1 cell is empty or says n/a", "1 missing year filled in between its neighbours",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1,020", 1020), ("£1,234,567.50", 1234567.5), ("1 020", 1020), ("12%", 12), ("0.5", 0.5),
     ("1,02014", None), ("1,5", None), ("12,34,567", None), (",5", None), ("1,0200", None),
     ("1 2", None)],
)  # fmt: skip
def test_commas_stand_between_thousands_only(
    tmp_path: Path, cell: str, expected: float | None
) -> None:
    text = f'date,series,value\n2019,a,1\n2020,a,"{cell}"\n2021,a,3\n'
    if expected is None:
        with pytest.raises(InputError, match=rf"history.csv:3: '{cell}' is no number"):
            read(tmp_path, text)
    else:
        assert read(tmp_path, text)[0].values[1] == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [("date,ambulance\n2016,33,100\n2017,34,200\n2018,35,100\n", '"33,100"'),
     ("date,ambulance\n2016,33100\n2017,34,200\n2018,35100\n", ":3: 3 cells under 2 headings"),
     ("date,ambulance\n2016,33100\n2017,34.200,5\n2018,35100\n", "a comma too many"),
     ("date,series,value\n2016,a,£33,100\n2017,a,4\n2018,a,5\n", '"£33,100"')],
)  # fmt: skip
def test_a_row_with_more_cells_than_headings_is_no_row(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert said in str(error.value)


def test_empty_cells_beyond_the_headings_are_nothing(tmp_path: Path) -> None:
    """As Excel leaves them."""
    (found,) = read(tmp_path, "date,a,,\n2016,33,,\n2017,34,,,\n2018,35,,\n")
    assert found.values.tolist() == [33, 34, 35]


def test_empty_cells_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"{2010 + i},a,{'n/a' if i in (3, 7) else i + 5}\n" for i in range(10))
    (found,) = read(tmp_path, "year,series,value\n" + rows)
    assert found.notes[0] == "2 cells are empty or say n/a" and found.seen.sum() == 8


def test_values_before_a_long_gap_are_left_out_and_said(tmp_path: Path) -> None:
    text = "year,series,value\n1994,a,5\n2010,a,7\n2011,a,8\n2012,a,9\n"
    (found,) = read(tmp_path, text)
    assert (
        found.values.tolist() == [7, 8, 9]
        and "1 value before a gap of 15 years is left out" in found.notes
    )


def test_a_series_that_misses_weeks_is_one_of_weeks(tmp_path: Path) -> None:
    """As an import leaves them: small counts are blank."""
    days = [dt.date(2024, 1, 1) + dt.timedelta(weeks=i) for i in range(12)]
    text = "date,a,b\n" + "".join(
        f"{day},{20 + i},{9 if i % 2 else ''}\n" for i, day in enumerate(days)
    )
    a, b = read(tmp_path, text)
    assert a.frequency is b.frequency is FREQUENCIES["week"]
    assert len(b.values) == 11 and b.seen.sum() == 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day,series,value\n2019,a,1\n", "no column of dates"),
        ("date,series,value\nsoon,a,1\n", "is no date"),
        ("date,series,value\n2019,a,many\n", "is no number"),
        ("date,series,value\n2019,a,-1\n", "cannot be negative"),
        ("date,series,value\n2019,a,1\n2019,a,2\n", "given twice"),
        ("date,series,value\n", "no rows"),
        ("date,a\n2024-01-01,1\n2024-01-02,1\n2024-01-03,1\n", "neither weeks"),
    ],
)
def test_histories_that_cannot_be_read(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("form", "first", "after"),
    [("{0}-03-31", "Mar 2015", "Mar 2018"), ("31/03/{0}", "Mar 2015", "Mar 2018"),
     ("{0}-04-01", "2015/16", "2018/19"), ("{0}", "2015", "2018"), ("{0}-12-31", "Dec 2015",
      "Dec 2018")],
)  # fmt: skip
def test_a_year_is_called_by_the_day_it_is_dated(
    tmp_path: Path, form: str, first: str, after: str
) -> None:
    """31 March 2015 is the last day of 2014/15: it is not told as 2015/16."""
    rows = "".join(f"{form.format(2015 + i)},a,{i + 5}\n" for i in range(3))
    (found,) = read(tmp_path, "date,series,value\n" + rows)
    label = found.frequency.label
    assert (label(found.first), label(found.date(3))) == (first, after)
