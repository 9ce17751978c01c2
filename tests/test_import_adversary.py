"""What the files of one import reveal together: nobody can be sure of a count between 1 and 4.

Logs with small groups planted in them are imported; an adversary who has all that was written, and
knows how it was made, works out what each small number can be.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.logs.fives import by_fives, weeks_by_fives
from experiments import cli
from tests.adversary import Adversary, subsets, total

WEEK = dt.timedelta(weeks=1)
OFF = 2
"""How far a count told by fives is from the count, at most."""


@dataclass(frozen=True)
class Row:
    """A row of a log."""

    person: str
    time: dt.datetime
    agency: str
    contact: bool
    tagged: bool

    @property
    def week(self) -> dt.date:
        return self.time.date() - dt.timedelta(days=self.time.weekday())


MIXED = 100
"""Seeds from which on an agency's rows are of several kinds."""


def planted(seed: int) -> list[Row]:
    """Two or three agencies: 1 to 4 people seen by two, 1 or 2 referrals, 1 or 2 rows untagged.

    From `MIXED` on, a half of an agency's rows or all but 1 to 7 are referrals, in turn.
    """
    rng = np.random.default_rng(seed)
    weeks = int(rng.integers(16, 24))
    start = dt.datetime(2023, 1, 1) + dt.timedelta(days=int(rng.integers(0, 90)))
    few = rng.integers(1, 5, 2)
    pools = {
        "Police": [f"P{i}" for i in range(90)],
        "A&E": [*(f"P{i}" for i in range(few[0])), *(f"Q{i}" for i in range(30))],
        "Refuge": [*(f"P{50 + i}" for i in range(few[1])), *(f"R{i}" for i in range(4))],
    }
    found = []
    for agency, rows_a_week in (("Police", 25), ("A&E", 4), ("Refuge", 1.2))[: 2 + seed % 2]:
        pool = pools[agency]
        people = [*pool, *rng.choice(pool, rng.poisson(rows_a_week * weeks))]
        other, untagged = (rng.permutation(len(people)) < rng.integers(1, 3) for _ in range(2))
        if seed >= MIXED:
            kinds = (other, rng.random(len(people)) < 0.5,
                     rng.permutation(len(people)) >= rng.integers(1, 8))  # fmt: skip
            other = kinds[(seed + ("Police", "A&E", "Refuge").index(agency)) % 3]
        for i, person in enumerate(people):
            time = start + dt.timedelta(minutes=int(rng.integers(0, weeks * 7 * 1440)))
            found.append(Row(str(person), time, agency, not other[i], not untagged[i]))
    return found


def imported(rows: list[Row], folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, str]:
    """The folder of an import, and what it said."""
    log = folder / "log.csv"
    lines = [f"{r.person},{r.time:%Y-%m-%d %H:%M},{r.agency},"
             f"{'contact' if r.contact else 'referral'},{'yes' if r.tagged else 'no'}\n"
             for r in rows]  # fmt: skip
    log.write_text("person_id,contact_time,agency,kind,mental_health\n" + "".join(lines))
    assert cli.main(["import", str(log), "--yes", "--out", str(folder / "out")]) == 0
    return folder / "out", capsys.readouterr().out


def cells(path: Path) -> list[list[str]]:
    """A table without its heading."""
    with path.open() as file:
        return list(csv.reader(file))[1:]


Target = tuple[str, dict[Any, int], int]


class Reader:
    """Reads the files of an import to an adversary, and knows the truth."""

    def __init__(self, rows: list[Row], out: Path, said: str) -> None:
        self.rows, self.out, self.knows = rows, out, Adversary()
        self.told: dict[str, dict[dt.date, int]] = defaultdict(dict)
        for date, agency, count in cells(out / "history.csv"):
            self.told[agency][dt.date.fromisoformat(date)] = int(count)
        self.agencies = [agency for agency, *_ in cells(out / "overlap.csv")]
        self.weeks = sorted(next(iter(self.told.values())))
        self.every = [self.weeks[0] - WEEK, *self.weeks, self.weeks[-1] + WEEK]
        self.figures = {(agency, name): float(value)
                        for name, agency, value, *_ in cells(out / "patterns.csv")
                        if value != "too few people"}  # fmt: skip
        self.groups = subsets(self.agencies)
        self.history()
        self.kinds()
        self.quarters()
        self.people()
        self.hours(int(re.findall(r"= ([\d,]+) used", said)[0].replace(",", "")))

    def near(self, of: dict[Any, int], told: float) -> None:
        """A sum that is told by fives."""
        assert told % 5 == pytest.approx(0, abs=0.05) or told % 5 == pytest.approx(5, abs=0.05)
        self.knows.hears(of, 5 * round(told / 5) - OFF, 5 * round(told / 5) + OFF)

    def history(self) -> None:
        """Contacts in weeks; an agency that is left out has few, or of fewer than 5 people."""
        for agency in self.agencies:
            if agency not in self.told:
                for week in self.every:
                    self.knows.hears({(agency, week): 1}, 0)
                continue
            weeks, so_far = self.told[agency], list[Any]()
            for week in self.weeks:
                so_far.append((agency, week))
                self.near(total(so_far), sum(weeks[w] for _, w in so_far))

    def kinds(self) -> None:
        """All rows are told in proportion to the contacts; where none are told, by themselves."""
        for agency in self.agencies:
            a_year = self.figures.get((agency, "rows_a_year"))
            of = total((agency, w) for w in self.weeks) | {(agency, "other kinds"): 1}
            self.knows.hears({(agency, "other kinds"): 1}, 0)
            self.knows.hears({(agency, "at the ends"): 1}, 0)
            if a_year is None:
                continue
            contacts = self.figures.get((agency, "contacts_a_year"))
            rows = (a_year * len(self.weeks) * 7 / 365.25 if contacts is None
                    else a_year / contacts * sum(self.told[agency].values()))  # fmt: skip
            assert rows % 5 == pytest.approx(0, abs=0.3) or rows % 5 == pytest.approx(5, abs=0.3)
            self.near(of, 5 * round(rows / 5))

    def quarters(self) -> None:
        """Here a log has one quarter, which begins with an agency's own first contact."""
        for agency in self.agencies:
            for prefix in ("", "tagged_"):
                window = total((agency, w) for w in self.quarter(agency, prefix))
                for name in ("contacts", "people"):
                    told = self.figures.get((agency, f"{prefix}{name}_per_quarter"))
                    if told is None:
                        continue
                    of = dict(window)
                    if prefix:
                        of[agency, "untagged"] = -1
                    if name == "people":
                        of[agency, f"{prefix}again"] = -1
                    self.knows.hears(of, 0)
                    self.near(of, told)

    def quarter(self, agency: str, prefix: str) -> list[dt.date]:
        """The weeks of it, from the agency's first contact, or first tagged one."""
        mine = [r.week for r in self.rows
                if r.agency == agency and r.contact and (r.tagged or not prefix)]  # fmt: skip
        return [w for w in self.every if 0 <= (w - min(mine, default=w)).days < 91]

    def people(self) -> None:
        for agency, *row in cells(self.out / "overlap.csv"):
            self.knows.hears(total(g for g in self.groups if agency in g), 5)
            for other, told in zip(self.agencies, row, strict=True):
                self.near(total(g for g in self.groups if {agency, other} <= g), int(told))

    def hours(self, used: int) -> None:
        names = [("hour", i) for i in range(168)]
        for name, told in zip(names, sum((r[1:] for r in cells(self.out / "hours.csv")), []),
                              strict=True):  # fmt: skip
            self.near({name: 1}, int(told))
        contacts = total((a, w) for a in self.agencies for w in self.every)
        self.knows.hears(contacts | dict.fromkeys(names, -1), 0, 0)
        others = total((a, what) for a in self.agencies for what in ("other kinds", "at the ends"))
        self.knows.hears(contacts | others, used, used)

    def small(self) -> list[Target]:
        """Sums of 1 to 4, and what they are in truth."""
        made = [r for r in self.rows if r.contact]
        count = Counter((r.agency, r.week) for r in made)
        found: list[Target] = [("a week", {name: 1}, count[name]) for name in count]
        found += [(f"{n} weeks", total(part), sum(count[name] for name in part))
                  for n in (2, 4) for a in self.agencies for i in range(len(self.weeks) - n)
                  for part in [[(a, w) for w in self.weeks[i : i + n]]]]  # fmt: skip
        hour = Counter(r.time.weekday() * 24 + r.time.hour for r in made)
        found += [("an hour", {("hour", h): 1}, n) for h, n in hour.items()]
        for a in self.agencies:
            mine = [r for r in self.rows if r.agency == a]
            others = [r.week in self.weeks for r in mine if not r.contact]
            found.append(("other kinds", {(a, "other kinds"): 1}, sum(others)))
            at_ends = len(others) - sum(others)
            found.append(("other kinds at the ends", {(a, "at the ends"): 1}, at_ends))
            part = [(a, w) for w in self.every]
            found.append(("contacts", total(part), sum(count[name] for name in part)))
            found.append(("contacts in whole weeks", total(part[1:-1]),
                          sum(count[name] for name in part[1:-1])))  # fmt: skip
            found += self.of_people(a)
            if (a, "untagged") in self.knows.names:
                window = self.quarter(a, "tagged_")
                n = sum(r.week in window and r.contact and not r.tagged for r in mine)
                found.append(("untagged", {(a, "untagged"): 1}, n))
        return [one for one in found if 1 <= one[2] <= 4]

    def of_people(self, a: str) -> list[Target]:
        met = {b: {r.person for r in self.rows if r.agency == b} for b in self.agencies}
        found = []
        for b in set(self.agencies) - {a}:
            both, alone = ({g for g in self.groups if a in g and (b in g) == seen}
                           for seen in (True, False))  # fmt: skip
            found += [("seen by both", total(both), len(met[a] & met[b])),
                      ("by one alone", total(alone), len(met[a] - met[b]))]  # fmt: skip
        return found


@pytest.mark.parametrize("seed", [*range(4), *range(MIXED, MIXED + 6)])
def test_all_files_of_an_import_together_pin_no_small_count(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A small number may always be 0, or 5 and more, as far as anybody can tell."""
    rows = planted(seed)
    reader = Reader(rows, *imported(rows, tmp_path, capsys))
    small = reader.small()
    kinds = {what for what, _, _ in small}
    assert {"a week", "an hour", "seen by both"} <= kinds
    assert seed >= MIXED or "other kinds" in kinds
    for what, of, truth in small:
        low, high = reader.knows.bounds(of)
        assert low <= truth <= high, f"the adversary is wrong about {what}"
        assert low == 0 or high > 4, f"{what}: {truth} is known to be {low:g} to {high:g}"


def test_the_same_adversary_breaks_tables_that_leave_small_counts_out() -> None:
    """Exact weeks but for the small ones, and the exact year: two are left out, both are known."""
    weeks, knows = [9, 4, 12, 4, 8], Adversary()
    for i, count in enumerate(weeks):
        knows.hears({i: 1}, *((1, 4) if count < 5 else (count, count)))
    knows.hears(total(range(5)), sum(weeks), sum(weeks))
    assert [knows.bounds({i: 1}) for i in range(5)] == [(w, w) for w in weeks]


def test_two_roundings_of_one_number_would_be_too_many() -> None:
    """Why each count leaves once: 3 told as 5, and 98 of 101 told as 100 of 100."""
    knows = Adversary()
    for of, told in (({"both": 1}, 5), ({"both": 1, "alone": 1}, 100), ({"alone": 1}, 100)):
        knows.hears(of, told - OFF, told + OFF)
    assert knows.bounds({"both": 1}) == (3, 4)


def test_months_follow_from_the_weeks_that_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A week is of the month of its Thursday."""
    out, _ = imported(planted(3), tmp_path, capsys)
    expected: Counter[tuple[str, int]] = Counter()
    for date, agency, count in cells(out / "history.csv"):
        month = (dt.date.fromisoformat(date) + dt.timedelta(days=3)).month
        expected[agency, month] += int(count)
    for agency, *row in cells(out / "months.csv"):
        assert [int(c) for c in row] == [expected[agency, m] for m in range(1, 13)]


def test_weeks_told_by_fives_add_up_over_any_stretch() -> None:
    counts = np.random.default_rng(4).poisson([0.4, 3.0, 40.0], (150, 3))
    told = weeks_by_fives(counts)
    assert (told >= 0).all() and (told % 5 == 0).all()
    off = np.cumsum(told - counts, axis=0)
    assert np.abs(off).max() == OFF
    assert by_fives([0, 2, 3, 7, 8, 12]).tolist() == [0, 0, 5, 5, 10, 10]


def test_contacts_of_fewer_than_five_people_are_not_told_in_weeks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Forty contacts of three people among referrals of fifty: weeks would say that there are some.

    All figures of contacts are left out then, which says that they are of fewer than five people.
    """
    day = dt.timedelta(days=1)
    rows = [Row(f"P{i % 50}", dt.datetime(2023, 1, 2) + i * day, agency, agency == "Police", True)
            for i in range(150) for agency in ("Police", "Refuge")]  # fmt: skip
    rows += [Row(f"P{i % 3}", dt.datetime(2023, 1, 2, 9) + 3 * i * day, "Refuge", True, True)
             for i in range(40)]  # fmt: skip
    out, said = imported(rows, tmp_path, capsys)
    assert {agency for _, agency, _ in cells(out / "history.csv")} == {"Police"}
    assert {name for name, agency, *_ in cells(out / "patterns.csv") if agency == "Refuge"} == {
        "rows_a_year"
    }
    assert "no contacts are told of: Refuge" in said
    reader = Reader(rows, out, said)
    assert reader.knows.bounds(total(("Refuge", w) for w in reader.every))[0] == 0
