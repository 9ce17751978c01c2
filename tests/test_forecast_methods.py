"""Methods of forecasting whose answer is known, tests of them on the past."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from calibration.forecast.backtest import (
    COMBINED,
    Score,
    back_test,
    believed,
    origins,
    with_combined,
)
from calibration.forecast.history import History
from calibration.forecast.model import Growth, model_forecast, scale_of, unseen_forecast
from calibration.forecast.periods import FREQUENCIES
from calibration.forecast.scores import at
from calibration.forecast.simple import SIMPLE, YEARLY, naive, returning
from experiments import model_paths
from experiments.forecast import MODEL, chosen, outlooks
from experiments.model_paths import sets_for
from scenarios.uncertain import uncertain_numbers
from tests.small import small

YEAR = FREQUENCIES["year"]


def history(values: list[float], name: str = "police", every: str = "year") -> History:
    return History(name, FREQUENCIES[every], dt.date(2010, 1, 1), np.array(values),
                   np.ones(len(values), bool))  # fmt: skip


def growth(by_year: list[float], season: list[float] | None = None) -> Growth:
    return Growth(np.array([by_year]), np.ones(1), np.array(season or []))


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
    assert chosen(score, score)[0] == expected


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
