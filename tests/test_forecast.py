"""Forecasts: histories as people write them, methods whose answer is known, the command."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.forecast import fits
from calibration.forecast.backtest import (
    COMBINED,
    Score,
    back_test,
    believed,
    origins,
    scores,
    with_combined,
)
from calibration.forecast.history import History, read_histories
from calibration.forecast.model import Growth, model_forecast, scale_of, unseen_forecast
from calibration.forecast.panel import HISTORIES, Panel, elsewhere, forecasts, read_panels
from calibration.forecast.panel import tested as forecast_again
from calibration.forecast.periods import FREQUENCIES
from calibration.forecast.scores import SHOWN, at
from calibration.forecast.simple import SIMPLE, YEARLY, naive, returning
from experiments import cli, model_paths
from experiments.forecast import MODEL, chosen, outlooks
from experiments.forecast_text import COLUMNS
from experiments.forecasts import scores_table
from experiments.model_paths import sets_for
from scenarios.problems import InputError
from scenarios.uncertain import uncertain_numbers
from tests.small import small

YEAR = FREQUENCIES["year"]
FORECASTS = HISTORIES.parent / "forecasts"


def history(values: list[float], name: str = "police", every: str = "year") -> History:
    return History(name, FREQUENCIES[every], dt.date(2010, 1, 1), np.array(values),
                   np.ones(len(values), bool))  # fmt: skip


def growth(by_year: list[float], season: list[float] | None = None) -> Growth:
    return Growth(np.array([by_year]), np.ones(1), np.array(season or []))


def read(tmp_path: Path, text: str | bytes) -> tuple[History, ...]:
    path = tmp_path / "history.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_histories(path)


# --- reading ---


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
    assert len(ae.values) == 4 and not ae.seen[1] and "filled in" in ae.notes[0]


def test_values_before_a_long_gap_are_left_out_and_said(tmp_path: Path) -> None:
    text = "year,series,value\n1994,a,5\n2010,a,7\n2011,a,8\n2012,a,9\n"
    (found,) = read(tmp_path, text)
    assert found.values.tolist() == [7, 8, 9] and "gap of 15 years" in found.notes[0]


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


# --- methods ---


def test_a_random_walk_is_covered_as_often_as_it_says() -> None:
    """400 walks of 12 years; 3.9 standard errors, a false alarm once in 10,000 runs. The spread is
    estimated from each walk alone, and the prior in it is right here by design."""
    rng = np.random.default_rng(1)
    walks = np.exp(8 + np.cumsum(rng.normal(0, 0.06, (400, 12)), axis=1))
    inside = []
    for walk in walks:
        low, high = (at(naive(walk[:11], 1, 1).draws, level)[0] for level in (0.025, 0.975))
        inside.append(low <= walk[11] <= high)
    assert abs(np.mean(inside) - 0.95) < 3.9 * np.sqrt(0.95 * 0.05 / 400)


@pytest.mark.parametrize("name", SIMPLE | YEARLY)
def test_quantiles_rise_and_widen(name: str) -> None:
    rng = np.random.default_rng(2)
    walk = np.exp(6 + np.cumsum(rng.normal(0.02, 0.05, 14)))
    draws = (SIMPLE | YEARLY)[name](walk, 1, 5).draws
    assert (np.diff(draws, axis=1) >= 0).all()
    width = at(draws, 0.9) - at(draws, 0.1)
    assert width[-1] >= width[0]


@pytest.mark.parametrize("name", SIMPLE)
def test_a_season_is_continued(name: str) -> None:
    """Three years of months, twice as high in winter as in summer, hardly any noise."""
    months = np.arange(48)
    values = 100 * np.exp(0.35 * np.cos(2 * np.pi * months / 12))
    values *= np.exp(np.random.default_rng(3).normal(0, 0.01, 48))
    middle = at(SIMPLE[name](values[:36], 12, 12).draws, 0.5)
    np.testing.assert_allclose(middle, values[36:], rtol=0.08)


def test_zeros_and_three_values_are_enough() -> None:
    for method in (SIMPLE | YEARLY).values():
        draws = method(np.array([0.0, 2.0, 1.0]), 1, 3).draws
        assert np.isfinite(draws).all() and (draws >= 0).all()


def test_what_jumped_comes_back_a_part_of_the_way_each_year() -> None:
    """100 for years, then 150: 12% of the way to the recent mean a year, on the logarithm."""
    middle = at(returning(np.array([100.0, 100, 100, 100, 150]), 1, 10).draws, 0.5)
    recent = np.exp((3 * np.log(100) + np.log(150)) / 4)
    ways = np.minimum(1.0, 0.12 * np.arange(1, 11))
    np.testing.assert_allclose(middle, 150 * (recent / 150) ** ways, rtol=1e-9)


def test_the_spread_of_a_value_that_returns_is_its_usual_change() -> None:
    """Yearly changes of 10% up and down, and twice 6% believed: Student's with 3 degrees."""
    values = 1000 * np.exp(0.1 * (np.arange(8) % 2))
    draws = returning(values, 1, 4).draws
    usual = (7 * 0.1 + 2 * 0.06) / 9
    wide = np.log(at(draws, 0.9) / at(draws, 0.5))
    np.testing.assert_allclose(wide, 1.6377 * usual * np.sqrt(np.arange(1, 5)), rtol=1e-3)


def test_what_is_believed_before_any_test() -> None:
    """The methods of a yearly history have weights of their own; any others begin equal."""
    found = believed(("naive", "ets", "arima", "returning"))
    assert found is not None and found.sum() == pytest.approx(1.0)
    assert found.argmax() == 3
    assert believed(("naive", "ets", "arima")) is None
    assert believed(("naive", "returning", "pooled")) is None


@pytest.mark.parametrize(
    ("cases", "crps", "expected"),
    [(60, 0.94, "ets"), (60, 0.96, COMBINED), (20, 0.94, COMBINED), (20, 0.74, "ets")],
)
def test_a_single_method_must_be_much_better_on_few_values(
    cases: int, crps: float, expected: str
) -> None:
    score = {name: Score(cases, c, 0.3, 0.8, 0.95) for name, c in (("ets", crps), (COMBINED, 1.0))}
    assert chosen(score, score) == expected


def test_the_model_moves_the_level_of_the_history_by_its_growth() -> None:
    values = np.array([100.0, 100, 100, 100])
    draws = model_forecast(values, dt.date(2020, 1, 1), YEAR, growth([50, 55, 60]), 2).draws
    np.testing.assert_allclose(at(draws, 0.5), [110, 120], rtol=1e-6)


def test_the_models_season_is_put_where_the_calendar_has_it() -> None:
    """A wave highest at new year: at the same level, January is above July."""
    month, wave = FREQUENCIES["month"], [0.0, 0.2, 0.0, 0.0]
    one = growth([10, 10, 10], wave)
    draws = model_forecast(np.full(6, 100.0), dt.date(2024, 1, 1), month, one, 12).draws
    middle = at(draws, 0.5)
    assert middle[6] > 1.2 * middle[1]  # January against August, counted from July


def test_agencies_without_a_history_take_the_scale_of_the_others() -> None:
    scale = scale_of([(2400.0, growth([1200, 1200])), (60.0, growth([30, 30]))])
    draws = unseen_forecast(
        dt.date(2024, 1, 1), FREQUENCIES["month"], growth([600, 600]), scale, False, 3
    ).draws
    np.testing.assert_allclose(at(draws, 0.5), 2 * 600 / 12, rtol=0.01)


def test_calibrated_sets_are_used_where_there_are_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn along their weights: a set that counts for nothing is never among them."""
    name = next(iter(uncertain_numbers(small().evidence)))
    monkeypatch.setattr(model_paths, "ENSEMBLES", tmp_path)
    before = sets_for(small(), 4, 1)
    assert "not calibrated" in before.source and len(set(before.numbers)) == 4
    (tmp_path / "portsmouth.csv").write_text(f"set,weight,{name}\n0,0,1\n1,0.7,2\n2,0.3,3\n")
    drawn = [dict(numbers)[name] for numbers in sets_for(small(), 10, 1).numbers]
    assert drawn.count(2.0) == 7 and drawn.count(3.0) == 3


# --- testing on the past ---


def spied(seen: list[int]) -> dict[str, object]:
    def method(origin: int, horizon: int):  # type: ignore[no-untyped-def]
        seen.append(origin)
        return naive(np.arange(1.0, origin + 1), 1, horizon)

    return {"spy": method}


def test_a_method_is_asked_at_every_origin_and_scored_on_what_came() -> None:
    seen: list[int] = []
    test = back_test("a", np.arange(1.0, 11), 1, 3, spied(seen))  # type: ignore[arg-type]
    assert seen == origins(10, 1) == [4, 5, 6, 7, 8, 9]
    assert test.value.tolist() == [
        float(o + a) for o, a in zip(test.origin, test.ahead, strict=True)
    ]
    assert len(test.value) == 3 * 4 + 2 + 1


def test_what_was_filled_in_is_not_scored() -> None:
    known = np.ones(10, bool)
    known[7] = False
    test = back_test("a", np.arange(1.0, 11), 1, 3, spied([]), known)  # type: ignore[arg-type]
    assert 8.0 not in test.value.tolist()


def test_the_combination_knows_nothing_of_later_values() -> None:
    """Other last values change nothing about what is combined before them."""
    rng = np.random.default_rng(4)
    first = np.exp(5 + np.cumsum(rng.normal(0, 0.1, 9)))
    other = first.copy()
    other[7:] *= 3
    draws = []
    for values in (first, other):
        ways = {n: (lambda o, h, f=f, v=values: f(v[:o], 1, h)) for n, f in SIMPLE.items()}
        (test,) = with_combined([back_test("a", values, 1, 2, ways)], [9])
        before = test.known_at <= 7
        draws.append(test.draws[test.methods.index(COMBINED), before])
    np.testing.assert_array_equal(draws[0], draws[1])


def test_a_model_that_is_right_is_used_and_one_that_is_wrong_is_not() -> None:
    """A history that grows by 10% a year, and a model that says so, or that says the opposite."""
    rng = np.random.default_rng(5)
    values = (1000 * 1.1 ** np.arange(11) * np.exp(rng.normal(0, 0.02, 11))).tolist()
    for rate, good in ((1.1, True), (0.9, False)):
        told = {"contacts.police": growth([rate**i for i in range(9)])}
        (found,) = outlooks([history(values)], told, {"police": "contacts.police"}, 5)
        beats = found.score[MODEL].crps < found.score["naive"].crps
        assert beats == good
        assert found.method == (MODEL if good else found.method) and (good or found.method != MODEL)


# --- panels ---


def panel() -> Panel:
    rng = np.random.default_rng(6)
    walks = np.exp(6 + np.cumsum(rng.normal(0, 0.1, (60, 9)), axis=1))
    places = tuple(f"E{i}" for i in range(60))
    return Panel("x", places, 2013, walks, np.arange(60) % 3, np.full(60, 3e5))


def test_what_happened_elsewhere_is_what_may_happen_here() -> None:
    one = elsewhere(panel(), 9, 1)
    spread = np.log(at(one, 0.9) / at(one, 0.1))
    np.testing.assert_allclose(spread, 2 * 1.2816 * 0.1, rtol=0.2)


def test_a_panel_is_forecast_from_before_its_origin_only() -> None:
    before = panel()
    after = replace(before, values=before.values.copy())
    after.values[:, 6:] *= 7
    for name, draws in forecasts(before, 6, 2, None).items():
        np.testing.assert_array_equal(draws, forecasts(after, 6, 2, None)[name])
    found = scores([forecast_again(before, 2, None)])
    assert abs(found["elsewhere"].covered_80 - 0.8) < 0.1
    assert abs(found["pooled"].covered_80 - 0.8) < 0.1


def test_what_jumped_and_comes_back_everywhere_is_told_from_all_places() -> None:
    """A level of its own for each place, and noise around it: the last value says little more
    about the next than the mean of the recent ones, and the line of all places finds that."""
    rng = np.random.default_rng(8)
    noisy = np.exp(rng.normal(6, 1, (90, 1)) + rng.normal(0, 0.2, (90, 9)))
    one = replace(panel(), places=tuple(map(str, range(90))), values=noisy,
                  size=np.arange(90) % 3, residents=np.exp(rng.normal(12, 1, 90)))  # fmt: skip
    found = scores([forecast_again(one, 1, None)])
    assert found["pooled"].crps < 0.9 * found["naive"].crps
    assert abs(found["pooled"].covered_80 - 0.8) < 0.07


def histories() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Noise about a level, a walk, and a trend, as logarithms."""
    rng = np.random.default_rng(9)
    noise, walk = rng.normal(4, 0.1, 9), 5 + np.cumsum(rng.normal(0, 0.1, 9))
    return np.stack([noise, walk, np.linspace(3, 4, 9) + rng.normal(0, 0.02, 9)])


@pytest.mark.parametrize(
    ("form", "order", "trend"),
    [
        (fits.walk, (0, 1, 0), "n"),
        (fits.drifting, (0, 1, 0), "t"),
        (fits.following, (1, 1, 0), "n"),
    ],
)
def test_arima_of_all_places_at_once_is_that_of_statsmodels(
    form: Callable[..., fits.Fit], order: tuple[int, int, int], trend: str
) -> None:
    from statsmodels.tsa.arima.model import ARIMA

    mine = form(histories(), 3)
    for i, log in enumerate(histories()):
        theirs = ARIMA(log, order=order, trend=trend).fit()
        k, ahead = len(theirs.params), theirs.get_forecast(3)
        assert mine.aicc[i] == pytest.approx(theirs.aic + 2 * k * (k + 1) / (8 - k), abs=2e-3)
        np.testing.assert_allclose(mine.mean[:, i], ahead.predicted_mean, atol=5e-3)
        sd = np.sqrt(ahead.var_pred_mean * 9 / (9 - k))
        np.testing.assert_allclose(mine.sd[:, i], sd, rtol=0.01)


def test_smoothing_of_all_places_at_once_is_no_worse_than_that_of_statsmodels() -> None:
    """The same where statsmodels' search ends at the top of the likelihood; it does not always."""
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    mine, same = fits.smoothing(histories(), 3), 0
    for i, log in enumerate(histories()):
        theirs = ExponentialSmoothing(log).fit(disp=False)
        assert mine.aicc[i] <= -2 * theirs.llf + 4 + 12 / 6 + 2e-3
        ahead = theirs.get_forecast(3).predicted_mean
        same += np.allclose(mine.mean[:, i], ahead, atol=5e-3)
    assert same >= 2


def test_the_form_with_the_least_aicc_is_taken_and_too_few_values_have_none() -> None:
    values = np.exp(histories())
    values[0, :6] = np.nan  # three values: a walk, and no smoothing
    values[1, -1] = np.nan  # the last is missing
    found = fits.fitted(values, 2)
    assert np.isnan(found["ets"][:, :2]).all() and np.isnan(found["arima"][:, 1]).all()
    assert at(found["arima"][0, 0], 0.5) == pytest.approx(values[0, -1], rel=1e-6)
    assert at(found["arima"][1, 2], 0.5) > 1.2 * values[2, -1]  # the trend goes on


# --- what is shipped ---


def test_forecasts_are_shipped_for_every_series_that_goes_on() -> None:
    with (FORECASTS / "england.csv").open(encoding="utf-8") as file:
        england = list(csv.DictReader(file))
    with gzip.open(FORECASTS / "authorities.csv.gz", "rt", encoding="utf-8") as file:
        authorities = list(csv.DictReader(file))
    assert set(england[0]) == set(authorities[0]) == set(COLUMNS)
    given = {h.name for h in read_histories(HISTORIES / "england.csv")}
    assert given <= {row["series"] for row in england}
    assert len({row["series"] for row in authorities}) > 1900
    for row in [*england, *authorities]:
        told = [float(row[f"q{1000 * level:03.0f}"]) for level in SHOWN]
        assert told == sorted(told) and row["method"] and row["version"]


def test_the_docs_show_the_scores_that_are_shipped() -> None:
    page = HISTORIES.parents[1] / "docs" / "forecast.md"
    assert scores_table() in page.read_text(encoding="utf-8")


def test_the_histories_name_who_published_them() -> None:
    with (HISTORIES / "england.csv").open(encoding="utf-8") as file:
        assert all(row["publisher"] for row in csv.DictReader(file))
    with gzip.open(HISTORIES / "authorities.csv.gz", "rt") as file:
        assert "Open Government Licence" in file.read(500)
    assert len(read_panels(HISTORIES / "authorities.csv.gz", {"E06000001": 1})) == 14


# --- the command ---


def carried_out(tmp_path: Path, *more: str) -> int:
    path = tmp_path / "history.csv"
    levels = {"police": 70_000, "somebody": 800}
    lines = [
        f"{2014 + i},{name},{level * (1 + 0.03 * i):.0f}"
        for name, level in levels.items()
        for i in range(8)
    ]
    path.write_text("date,agency,contacts\n" + "\n".join(lines))
    arguments = cli.parser().parse_args(
        ["forecast", "portsmouth", "--history", str(path), "--horizon", "2", "--workers", "1",
         "--sets", "1", *more]
    )  # fmt: skip
    arguments.share = 0.02
    return cli.carry_out(arguments)


def test_the_command_from_history_to_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert carried_out(tmp_path, "--out", str(out)) == 0
    said = capsys.readouterr().out
    assert "the model's measure: contacts.police" in said
    assert "or has no measure of this series" in said
    assert "Ambulance" in said and "model's share, scaled" in said
    with (out / "forecast.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["series"] for row in rows} >= {"police", "somebody", "contacts.ambulance"}
    assert (out / "fan_given.png").stat().st_size > 10_000
    scores_told = json.loads((out / "forecast.json").read_text())["series"]["police"]["scores"]
    assert set(scores_told) == {"naive", "ets", "arima", "returning", MODEL, COMBINED}


def test_a_measure_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert carried_out(tmp_path, "--measure", "somebody=contacts.nobody") == 2
    assert "has no measure contacts.nobody" in capsys.readouterr().err


def test_a_place_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["forecast", "portsmuth", "--history", str(tmp_path / "no.csv")])
    assert code == 2 and "no such file" in capsys.readouterr().err
    path = tmp_path / "h.csv"
    path.write_text("date,a\n2019,1\n2020,2\n2021,3\n")
    assert cli.main(["forecast", "portsmuth", "--history", str(path)]) == 2
    assert "did you mean portsmouth?" in capsys.readouterr().err
