"""One person's own missed opportunities: the same sums as for a group, and whose they are."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from agents.arrays import Count
from experiments.census import Census, NobodyFound, find, name_of
from experiments.cli import main
from experiments.missed import WAYS, Missed, missed
from experiments.missed_one import (
    ANEW,
    AS_IT_WAS,
    HALF_YEAR,
    by_payer,
    curve,
    in_words,
    lived_there,
    rows,
    saved_gbp,
)
from tests.worlds import tight

EVERY = 6


@pytest.fixture(scope="module")
def costliest(census: Census) -> list[int]:
    here = int(census.start.world.counts[Count.PEOPLE])
    return [i for i in find(census, "cost", 40) if i < here][:2]


@pytest.fixture(scope="module")
def found(census: Census, costliest: list[int]) -> Missed:
    return missed(census, costliest, range(0, 2 * HALF_YEAR, EVERY))


def test_payers_add_up_to_the_household(census: Census, found: Missed) -> None:
    weeks = np.arange(len(found.weeks))
    for j in range(len(WAYS)):
        whole = saved_gbp(found, ANEW, weeks, j, 0)
        parts = by_payer(census, found, weeks, j, 0)
        assert sum(part.mean for part in parts.values()) == pytest.approx(whole.mean)


def test_the_interval_is_over_the_luck_of_the_weeks(found: Missed) -> None:
    """By hand: Student's t with one degree of freedom less than there are weeks."""
    weeks = np.arange(4)
    each = [sum(found.saved[ANEW, w, 2, 0]) for w in weeks]
    mean = sum(each) / 4
    half = 3.182446 * (sum((x - mean) ** 2 for x in each) / 3) ** 0.5 / 2
    got = saved_gbp(found, ANEW, weeks, 2, 0)
    assert (got.mean, got.low, got.high) == pytest.approx((mean, mean - half, mean + half))
    assert np.isnan(saved_gbp(found, AS_IT_WAS, weeks, 2, 0).low), "that luck was as it was"


def test_the_table_has_every_week_and_adds_up(census: Census, found: Missed) -> None:
    names, *table = rows(census, found, 1)
    assert len(table) == len(WAYS) * 2 * len(found.weeks)
    first_payer, last_payer = names.index("own_gbp") + 1, names.index("cost_gbp")
    for row in table:
        payers = sum(float(str(x)) for x in row[first_payer:last_payer])
        assert payers == pytest.approx(float(str(row[names.index("saved_gbp")])), abs=0.05)


def test_the_words_and_the_picture_have_each_way(census: Census, found: Missed) -> None:
    text = in_words(census, found, 0)
    titles = [axes.get_title(loc="left") for axes in curve(census, found, 0).axes]
    for words in WAYS.values():
        assert f"{words}, if engaged in" in text
        assert any(words[1:] in " ".join(title.split()) for title in titles)
    assert name_of(int(census.key[found.persons[0]])) in text
    assert "nobody real" in text and "score" not in text


def test_who_came_later_is_left_out(
    census: Census, costliest: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    born = int(census.start.world.counts[Count.PEOPLE])
    assert lived_there(census, [born, *costliest]) == costliest
    assert name_of(int(census.key[born])) in capsys.readouterr().err
    with pytest.raises(NobodyFound, match="nobody of those found lived there"):
        lived_there(census, [born])


def test_the_command_writes_each_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tight("do_nothing", share=0.01, years=2)
    monkeypatch.setattr("experiments.lives.load_scenarios", lambda paths: [scenario])
    out = tmp_path / "out"
    asked = ["--find", "refusals", "--adults", "--missed-found", "--every", "20"]
    assert main(["lives", "do_nothing.toml", *asked, "--out", str(out)]) == 0
    person = next(path for path in out.iterdir() if path.is_dir())
    assert (person / "missed.png").stat().st_size > 10_000
    assert (person / "missed.txt").read_text("utf-8").strip() in capsys.readouterr().out
    with (person / "missed.csv").open(encoding="utf-8") as file:
        assert {row["week"] for row in csv.DictReader(file)} == {"0", "20", "40", "60", "80", "100"}
