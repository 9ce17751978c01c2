"""Counts that are mostly nought are not forecast as half of what they are, and doubts are said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from calibration.forecast.backtest import COMBINED, Score
from calibration.forecast.history import History
from calibration.forecast.model import Growth
from calibration.forecast.periods import FREQUENCIES
from calibration.forecast.scores import at
from calibration.forecast.simple import Forecast
from calibration.forecast.sparse import added_up, is_sparse, steady
from experiments.forecast import Outlook, chosen, outlooks, reach_of
from experiments.forecast_measures import hinted, sort_of
from experiments.forecast_text import doubts, times


def weeks(values: list[float], seen: list[int] | None = None) -> History:
    known = np.ones(len(values), bool)
    known[seen or []] = False
    return History("refuge", FREQUENCIES["week"], dt.date(2022, 1, 3), np.array(values), known)


def test_weeks_that_are_mostly_nought_are_added_up() -> None:
    """5 in every third week: 6.7 in four, one week over at the start."""
    found = added_up(weeks([0.0] + [0.0, 0.0, 5.0] * 40, seen=[5]))
    assert (found.frequency.name, found.added, len(found.values)) == ("four weeks", 4, 30)
    assert found.first == dt.date(2022, 1, 10)
    assert (
        found.values[:3].tolist() == [5, 5, 10]
        and found.seen.tolist() == [True, False] + [True] * 28
    )
    assert found.last == dt.date(2022, 1, 10) + dt.timedelta(weeks=29 * 4)
    assert "81 of 121 weeks are nought: added up to spans of four weeks" in found.notes[0]
    assert reach_of(found, 26) == 7


def test_what_is_seldom_nought_or_large_is_left_as_it_is() -> None:
    for history in (weeks([5.0, 10.0] * 40), weeks([0.0, 900.0] * 40), weeks([0.0, 5.0] * 8)):
        assert added_up(history) is history


def test_counts_around_a_mean_have_that_mean_and_are_covered() -> None:
    """Poisson counts of 3 told as they are: mean within 3 standard errors, cover at least 80%."""
    rng = np.random.default_rng(1)
    inside, means = [], []
    for _ in range(300):
        values = rng.poisson(3.0, 25).astype(float)
        draws = steady(values[:24], 12, 1).draws
        low, high = (at(draws, level)[0] for level in (0.1, 0.9))
        inside.append(low <= values[24] <= high)
        means.append(draws.mean())
    assert abs(np.mean(means) - 3.0) < 3 * np.sqrt(3.0 / 24 / 300) + 0.05  # half a 24th is added
    assert np.mean(inside) > 0.8 - 3.9 * np.sqrt(0.16 / 300)


def test_counts_told_by_fives_are_not_forecast_at_half_their_mean() -> None:
    """5 in every third week, by chance: the middle of a year is near 52 / 3 x 5, not half of it."""
    rng = np.random.default_rng(2)
    history = weeks((5.0 * (rng.random(156) < 1 / 3)).tolist())
    (found,) = outlooks([added_up(history)], {}, {}, 52)
    middle = at(found.forecast.draws, 0.5)
    assert middle.sum() == pytest.approx(history.values[-104:].mean() * 52, rel=0.15)


def test_what_stays_nought_has_one_method_and_says_so() -> None:
    rare = weeks([0.0] * 155 + [5.0])
    used = added_up(rare)
    assert is_sparse(used) and used.frequency.name == "13 weeks"
    (found,) = outlooks([used], {}, {}, 26)
    assert found.method == "steady" and "mostly nought" in found.why
    assert len(found.forecast.draws) == 2


# --- what is said ---


def outlook(covered_80: float, covered_95: float, cases: int = 40) -> Outlook:
    score = {"ets": Score(cases, 1.0, 0.3, covered_80, covered_95)}
    return Outlook(weeks([1.0, 2, 3]), None, "ets", "", Forecast(np.ones((1, 199)), ""), score, {})


def test_intervals_that_did_not_hold_are_warned_of() -> None:
    assert not doubts(outlook(0.75, 0.9)) and not doubts(outlook(0.4, 0.5, cases=9))
    (said,) = doubts(outlook(0.46, 0.9))
    assert "80% interval only 46% of the time" in said and "do not rely" in said
    (said,) = doubts(outlook(0.46, 0.6))
    assert "only 46% of the time and" in said and "95% interval only 60%" in said
    assert "wider than they need be" in doubts(outlook(1.0, 1.0))[0]


def test_series_of_different_sorts_are_chosen_for_apart() -> None:
    """A smooth rising series and a jumping one: each gets the scores and weights of its own."""
    rng = np.random.default_rng(3)
    years = [replace(weeks(v.tolist()), name=name, frequency=FREQUENCIES["year"])
             for name, v in (("plans", 100 + 10.0 * np.arange(12)),
                             ("calls", np.exp(9 + rng.normal(0, 0.3, 12))))]  # fmt: skip
    sorts = {h.name: sort_of(h.name, None) for h in years}
    apart = outlooks(years, {}, {}, 2, sorts)
    alone = [outlooks([h], {}, {}, 2)[0] for h in years]
    assert [one.weights for one in apart] == [one.weights for one in alone]
    assert sort_of("a", "contacts.police") == sort_of("b", "contacts.ae") != sort_of("a", "open.gp")


def test_the_reason_for_a_method_is_said() -> None:
    def score(ets: float, cases: int) -> dict[str, Score]:
        return {name: Score(cases, x, 0.3, 0.8, 0.95)
                for name, x in (("naive", 2.0), ("ets", ets), (COMBINED, 1.0))}  # fmt: skip

    few, many, all_of_sort = score(0.9, 20), score(0.9, 80), score(0.7, 50)
    assert chosen(few, few)[1] == (
        "a single method is taken when it is 25% nearer; the best was 10% nearer, on 20 values of "
        "this series, which is little to choose by"
    )
    assert chosen(many, few) == ("ets", "10% nearer than all combined, on 80 values of this series")
    almost = chosen(score(0.9504, 80), few)[1]
    assert "when it is 5% nearer; the best was 4.96%" in almost
    said = chosen(few, all_of_sort)[1]
    assert said.endswith("on 50 values of its sort, which is little to choose by")


def test_a_name_that_the_model_does_not_know_gets_a_hint() -> None:
    ones = np.ones((1, 1))
    growth = {"children.on_plans": Growth(ones, ones, ones[0])}
    history = weeks([1.0, 2, 3])
    (note,) = hinted(replace(history, name="children on plans"), None, growth, {}).notes
    assert '--measure "children on plans=children.on_plans"' in note
    (note,) = hinted(replace(history, name="homeless_applications"), None, growth, {}).notes
    assert "docs/generated/measures.md" in note and "homeless_applications=" not in note
    assert hinted(history, "contacts.police", growth, {}).notes == ()
    assert hinted(history, None, {}, {}).notes == ()


def test_ratios_are_told_to_what_is_known_of_them() -> None:
    assert [times(x) for x in (2.34, 46.2, 797.3)] == [
        "2.3 times", "about 46 times", "more than 100 times",
    ]  # fmt: skip
