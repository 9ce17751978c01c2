"""How a forecast is told: one precision for a series, what makes it wide, which rows are shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from calibration.forecast.backtest import COMBINED, Score
from calibration.forecast.history import History
from calibration.forecast.model import Growth
from calibration.forecast.periods import FREQUENCIES
from calibration.forecast.scores import LEVELS, Floats, at
from calibration.forecast.simple import Forecast, ets, naive
from calibration.forecast.sparse import steady
from experiments.commands import BadRequest
from experiments.fans import given
from experiments.forecast import MODEL, Outlook, Outlooks, chosen, methods_for
from experiments.forecast_measures import check_told, unseen_measures
from experiments.forecast_numbers import precision_of
from experiments.forecast_text import FEW, NAMES, WIDTHS, in_words, verdict, widths
from scenarios.load import load_scenario
from tests.small import SCENARIOS


def outlook(method: str, forecast: Forecast, n: int = 30) -> Outlook:
    history = History(
        f"calls by {method}", FREQUENCIES["week"], dt.date(2022, 1, 3), np.full(n, 4.0),
        np.ones(n, bool),
    )  # fmt: skip
    return Outlook(history, None, method, "", forecast, {}, {})


def outlooks(*each: Outlook) -> Outlooks:
    return Outlooks("Ours", each, (), {}, "", 26)


def table(text: str) -> list[str]:
    """The rows of dates."""
    return [line for line in text.splitlines() if line.startswith("  20")]


def even(low: float, high: float) -> Floats:
    """One value ahead, anywhere between two numbers."""
    return (low + (high - low) * LEVELS)[None]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.0, 20.0, ["10", "2", "18"]),
        (0.0, 2.0, ["1.0", "0.2", "1.8"]),
        (4.3, 4.5, ["4.40", "4.32", "4.48"]),
        (10_000, 12_000, ["11,000", "10,200", "11,800"]),
        (2e7, 4e7, ["30m", "22m", "38m"]),
        (7.0, 7.0, ["7", "7", "7"]),
    ],
)
def test_a_number_is_told_to_two_figures_of_the_interval(
    low: float, high: float, shown: list[str]
) -> None:
    draws = even(low, high)
    precision = precision_of(draws)
    assert [precision.told(float(at(draws, level)[0])) for level in (0.5, 0.1, 0.9)] == shown


def test_all_numbers_of_a_series_have_the_same_decimals() -> None:
    """4.32 never stands beside 16, nor 0.865 beside 170."""
    draws = np.concatenate([even(3.0, 5.0 + 20.0 * i) for i in range(5)])
    rows = table(in_words(outlooks(outlook("ets", Forecast(draws, ""))), ()))
    told = [word for row in rows for word in row.split()[1:] if word != "to"]
    assert len(rows) == 5 and len(told) == 30
    assert {len(word.partition(".")[2]) for word in told} == {1}


def test_a_selection_of_rows_is_said_to_be_one() -> None:
    some = in_words(outlooks(outlook("steady", steady(np.full(120, 4.0), 52, 26))), ())
    assert len(table(some)) == 6 and table(some)[-1].startswith("  2023-01-23")  # the 26th
    assert "shown: 6 of the 26 weeks forecast; all are in forecast.csv" in some
    every = in_words(outlooks(outlook("steady", steady(np.full(120, 4.0), 52, 6))), ())
    assert len(table(every)) == 6 and "shown:" not in every


def test_what_makes_it_wide_is_said_of_every_method() -> None:
    history = outlook("ets", Forecast(even(1, 2), "")).history
    assert set(methods_for(history, {}, None)) <= set(WIDTHS)
    assert set(WIDTHS) == set(NAMES)


def test_counts_around_a_mean_are_not_said_to_be_as_wide_as_past_errors() -> None:
    """Their spread is the counts' own about their mean: what forecasts were off is not in it."""
    one = outlook("steady", steady(np.full(120, 4.0), 52, 26))
    figure = given(outlooks(one))
    (below,) = (t.get_text() for t in figure.texts if t.get_text().startswith("Bands"))
    assert "the scatter of the counts around their mean" in " ".join(below.split())
    assert "were off" not in " ".join(below.split())
    assert "widths: the scatter of the counts" in in_words(outlooks(one), ())
    both = given(outlooks(one, outlook("naive", naive(np.full(30, 4.0), 52, 26))))
    (below,) = (t.get_text() for t in both.texts if t.get_text().startswith("Bands"))
    told = " ".join(below.split())
    assert "counts around a mean: the scatter" in told and "the season before: how far" in told


@pytest.mark.parametrize(("weeks", "cut"), [(6 * 52, False), (6 * 52 + 1, True)])
def test_a_history_that_is_drawn_in_part_is_said_to_be(weeks: int, cut: bool) -> None:
    ahead = Forecast(even(1, 2), "")
    figure = given(outlooks(outlook("naive", ahead, weeks)))
    (below,) = (t.get_text() for t in figure.texts if t.get_text().startswith("Bands"))
    assert ("it is not drawn" in " ".join(below.split())) == cut


def test_a_method_that_could_not_be_fitted_is_as_wide_as_what_stands_in_for_it() -> None:
    fallback = ets(np.array([4.0, 5.0]), 1, 2)
    assert fallback.form.endswith("naive instead")
    assert widths(outlook("ets", fallback)) == WIDTHS["naive"] != WIDTHS["ets"]


def test_nearer_means_the_same_wherever_it_is_said() -> None:
    """A third nearer: two thirds of the error, whoever wins."""

    def against(model: float, simple: float) -> str:
        return verdict({name: Score(40, crps, 0.3, 0.8, 0.95)
                        for name, crps in (("model", model), ("ets", simple))})  # fmt: skip

    assert "exponential smoothing was 33% nearer than the model" in against(0.9, 0.6)
    assert "The model was 33% nearer than exponential smoothing" in against(0.6, 0.9)
    for near in (0.602, 0.598):
        assert "The model was as near as exponential smoothing" in against(near, 0.6)


@pytest.mark.parametrize(("measure", "told"), [("contacts.ae", 1), ("people.treated.asb", 0)])
def test_other_agencies_are_scaled_to_contacts_and_to_nothing_else(measure: str, told: int) -> None:
    """To children or adults in treatment there is no scale: the figures would be the model's own,
    whatever is given."""
    paths = np.linspace(90.0, 110.0, 8)[:, None] * np.ones((8, 4))
    weight, season = np.full(8, 1 / 8), np.zeros(0)
    growth = {m: Growth(paths, weight, season) for m in (measure, "contacts.police")}
    one = replace(outlook("ets", Forecast(even(1, 2), "x")), measure=measure)
    base = load_scenario(SCENARIOS / "portsmouth" / "do_nothing.toml")
    unseen = unseen_measures([one], growth, base)
    assert [x.measure for x in unseen] == ["contacts.police"] * told
    text = in_words(replace(outlooks(one), unseen=tuple(unseen), source="8 runs"), ())
    assert ("nothing to bring the model's own level to" in " ".join(text.split())) == (not told)
    assert ("scaled to those given" in text) == bool(told)


def test_a_measure_told_of_no_series_is_a_mistake() -> None:
    with pytest.raises(BadRequest, match="no series 'Polic' - did you mean 'Police'"):
        check_told({"Polic": "contacts.police"}, ["Police", "GP"])
    check_told({"Police": "contacts.police"}, ["Police", "GP"])


def test_what_rounds_to_what_is_needed_is_told_more_finely() -> None:
    """4.6% is less than 5%, and both are told as 5%."""

    def score(crps: float) -> Score:
        return Score(100, crps, 0.1, 0.8, 0.95)

    method, why = chosen({"ets": score(0.954), "naive": score(2), COMBINED: score(1.0)}, {})
    assert method == COMBINED
    assert "is 5% nearer; the best was 4.6% nearer" in why


def test_no_skill_is_said_where_last_season_was_as_near() -> None:
    def said(cases: int, naive_crps: float, method: str = COMBINED) -> str:
        crps = {"naive": naive_crps, "ets": 1.2, COMBINED: 1.0}
        score = {name: Score(cases, c, 0.3, 0.8, 0.95) for name, c in crps.items()}
        return in_words(
            outlooks(replace(outlook(method, Forecast(even(1, 2), "x")), score=score)), ()
        )

    assert "all combined) was no nearer than the season before" in said(40, 0.9)
    for text in (said(40, 1.1), said(9, 0.9), said(40, 0.9, "naive")):
        assert "no nearer" not in text


def test_of_counts_mostly_nought_it_is_said_that_few_were_tested() -> None:
    few, many = (verdict({"steady": Score(cases, 1.0, 0.3, 0.8, 0.95)}) for cases in (FEW - 1, FEW))
    assert few == f"{many} Too few values were tested (9) to say whether the intervals hold."


def test_why_the_model_has_no_part_is_said() -> None:
    score = {"ets": Score(40, 0.6, 0.3, 0.8, 0.95)}
    assert verdict(score, model_was_run=False).endswith("The model was not run (--sets 0).")
    assert verdict(score).endswith("The model has no measure of this series.")
    one = replace(outlook("ets", naive(np.full(30, 4.0), 52, 2)), score=score)
    assert "was not run (--sets 0)" in in_words(outlooks(one), ())
    assert "has no measure" in in_words(replace(outlooks(one), source="8 runs"), ())


def test_a_method_of_some_series_is_not_held_beside_those_of_all() -> None:
    score = Score(40, 0.6, 0.3, 0.8, 0.95)
    one = outlook("ets", naive(np.full(30, 4.0), 52, 2))
    first, second = ({"ets": score}, {"ets": score, MODEL: score})
    both = outlooks(replace(one, score=first), replace(one, score=second))
    told = in_words(replace(both, overall={"ets": score}), ())
    assert "having been tested on some only: the model (1 of the 2 series)." in " ".join(
        told.split()
    )
    assert "Not held beside" not in in_words(replace(both, overall=second), ())
