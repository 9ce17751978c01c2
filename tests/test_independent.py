"""Each statistic that is reported, against an independent computation; the list is in
docs/bad_day.md, with where the others are checked."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from statistics import mean, median, stdev

import numpy as np
import pytest

from calibration.ensemble import quantiles
from calibration.forecast.backtest import usual_change
from calibration.forecast.scores import LEVELS, SHOWN, crps, pinball
from calibration.logs import measures
from calibration.logs.events import Events
from calibration.posterior import effective, weights_of_runs
from experiments import curve, emulator, prim, shapley
from experiments.break_even import wilson, worthwhile
from experiments.indices import interaction_variance
from experiments.mirage import covariance
from experiments.missed import ratio_interval
from experiments.process_map import median_wait
from experiments.signs import _rule

RNG = np.random.default_rng(11)


# --- means, ratios, shares ---


def test_a_ratio_and_its_interval_by_the_textbook() -> None:
    """Cochran (1977, 6.4) in plain Python, with scipy's t."""
    from scipy.stats import t

    cost = RNG.gamma(0.5, 1000.0, 40)
    saved = 0.1 * cost + RNG.normal(0.0, 50.0, 40)
    ratio = sum(saved) / sum(cost)
    residuals = [s - ratio * c for s, c in zip(saved, cost, strict=True)]
    error = stdev(residuals) / math.sqrt(40) / mean(cost)
    found = ratio_interval(saved, cost)
    half = t.ppf(0.975, 39) * error
    assert (found.mean, found.low, found.high) == pytest.approx((ratio, ratio - half, ratio + half))


def test_a_ratios_interval_is_about_that_of_the_jackknife() -> None:
    """Leaving each of 400 out in turn: another way to the same error, near for many."""
    cost = RNG.gamma(2.0, 1000.0, 400)
    saved = 0.1 * cost + RNG.normal(0.0, 200.0, 400)
    left_out = [(saved.sum() - s) / (cost.sum() - c) for s, c in zip(saved, cost, strict=True)]
    error = math.sqrt(399 / 400 * sum((x - mean(left_out)) ** 2 for x in left_out))
    found = ratio_interval(saved, cost)
    assert found.half == pytest.approx(1.966 * error, rel=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_the_median_wait_is_that_of_the_people_one_by_one(seed: int) -> None:
    """The lower of the two in the middle, where they are two."""
    counts = np.random.default_rng(seed).integers(0, 4, 12)
    people = sorted(week for week, n in enumerate(counts) for _ in range(n))
    assert median_wait(counts) in (
        median(people),
        people[(len(people) - 1) // 2 + 1],
        people[(len(people) - 1) // 2],
    )
    assert median_wait(np.array([0, 3, 0, 4])) == 3 == median([1, 1, 1, 3, 3, 3, 3])


# --- who could have been known ---


def test_the_area_is_the_share_of_pairs_ranked_rightly() -> None:
    """Every pair of one who was wanted and one who was not; ties count half."""
    value = RNG.integers(0, 5, 60).astype(float)
    wanted = RNG.random(60) < 0.2 + 0.1 * value
    pairs = list(itertools.product(value[wanted], value[~wanted]))
    area = sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)
    assert _rule("a", value, RNG.random(60), wanted, 7).area == pytest.approx(area)


def test_precision_and_recall_of_a_list_are_counted() -> None:
    value, ties = RNG.integers(0, 5, 60).astype(float), RNG.random(60)
    wanted = RNG.random(60) < 0.3
    listed = set(sorted(range(60), key=lambda i: (-value[i], ties[i]))[:12])
    hits = len(listed & set(np.flatnonzero(wanted).tolist()))
    found = _rule("a", value, ties, wanted, 12)
    assert (found.right, found.found) == pytest.approx((hits / 12, hits / wanted.sum()))


# --- what it depends on ---


def test_chance_left_in_a_design_is_the_residual_of_a_two_way_anova() -> None:
    from statsmodels.api import OLS

    results = RNG.normal(size=(7, 5)) + RNG.normal(size=(7, 1)) + RNG.normal(size=5)
    point, luck = np.indices(results.shape)
    effects = np.hstack([np.eye(7)[point.ravel()], np.eye(5)[luck.ravel()][:, 1:]])
    fitted = OLS(results.ravel(), effects).fit()
    assert interaction_variance(results) == pytest.approx(fitted.mse_resid)


def test_shapley_shares_are_means_over_every_order() -> None:
    """All 120 orders of five causes gone through, in a game of random values."""
    values = {s: np.array(RNG.normal()) for s in shapley.all_subsets(5)}
    orders = list(itertools.permutations(range(5)))
    added = [0.0] * 5
    for order in orders:
        for k, cause in enumerate(order):
            step = values[frozenset(order[: k + 1])] - values[frozenset(order[:k])]
            added[cause] += float(step) / len(orders)
    assert shapley.exact(values, 5).tolist() == pytest.approx(added)


def test_the_slope_of_a_sweep_is_the_mean_of_least_squares() -> None:
    import statsmodels.api as sm

    values = np.array([0.0, 1.0, 3.0, 4.0])
    results = RNG.normal(size=(4, 6)) + 2.0 * values[:, None]
    slopes = [sm.OLS(y, sm.add_constant(values)).fit().params[1] for y in results.T]
    found = curve.slope(values, results)
    assert found.mean == pytest.approx(mean(slopes))
    assert found.half == pytest.approx(2.570582 * stdev(slopes) / math.sqrt(6))


def test_a_box_says_of_itself_what_is_counted() -> None:
    from scipy.stats import binomtest

    x = RNG.random((600, 4))
    fails = (x[:, 1] > 0.6) & (x[:, 3] < 0.5) & (RNG.random(600) < 0.9)
    box = prim.find_box(x, fails)
    assert box is not None and {limit.column for limit in box.limits} == {1, 3}

    def within(row: np.ndarray, skip: int = -1) -> bool:
        sides = [(row[s.column], s) for s in box.limits if s.column != skip]
        return all(s.at_least <= value <= s.at_most for value, s in sides)

    inside = [i for i, row in enumerate(x) if within(row)]
    hits = sum(bool(fails[i]) for i in inside)
    assert box.density == pytest.approx(hits / len(inside))
    assert box.coverage == pytest.approx(hits / sum(map(bool, fails)))
    assert box.mass == pytest.approx(len(inside) / 600)
    for limit in box.limits:
        free = [bool(fails[i]) for i, row in enumerate(x) if within(row, limit.column)]
        test = binomtest(hits, len(inside), mean(free), alternative="greater")
        assert limit.chance == pytest.approx(test.pvalue)


# --- does it pay, was it us ---


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (50, 64), (64, 64)])
def test_wilsons_interval_is_that_of_statsmodels(hits: int, n: int) -> None:
    from statsmodels.stats.proportion import proportion_confint

    expected = proportion_confint(hits, n, method="wilson")
    assert wilson(hits / n, n) == pytest.approx(expected, abs=1e-6)


def test_acceptability_is_counted_one_future_at_a_time() -> None:
    from types import SimpleNamespace

    nets, effects = RNG.normal(-1.0, 2.0, 50), RNG.normal(1.0, 1.0, 50)
    at = np.array([0.0, 0.5, 2.0])
    expected = [mean(float(n + w * e > 0) for n, e in zip(nets, effects, strict=True)) for w in at]
    found = SimpleNamespace(nets=nets, effects=effects)
    assert worthwhile(found, at).tolist() == pytest.approx(expected)  # type: ignore[arg-type]


def test_the_sums_of_a_trial_are_those_of_statsmodels() -> None:
    import statsmodels.api as sm

    before = RNG.poisson(6.0, 40).astype(float)
    treated = RNG.permutation(np.arange(40) < 20)
    y = 1.0 + 0.7 * before - 1.5 * treated + RNG.normal(size=40)
    design = sm.add_constant(np.column_stack([treated, before]).astype(float))
    fitted = sm.OLS(y, design).fit()
    relative, effect, error = covariance(y, treated, before)
    assert (effect, error) == pytest.approx((fitted.params[1], fitted.bse[1]))
    control = fitted.predict([[1.0, 0.0, before.mean()]])[0]
    assert relative == pytest.approx(effect / control)


def test_the_error_of_an_emulator_is_that_of_leaving_each_out() -> None:
    x, penalty = RNG.normal(size=(25, 4)), 0.3
    y = x @ np.array([1.0, -2.0, 0.0, 0.5]) + RNG.normal(size=25)
    errors = []
    for i in range(25):
        others = np.arange(25) != i
        slopes = (
            np.linalg.inv(x[others].T @ x[others] + penalty * np.eye(4)) @ x[others].T @ y[others]
        )
        errors.append((y[i] - x[i] @ slopes) ** 2)
    assert emulator._left_out(x, y, penalty) == pytest.approx(mean(errors))


# --- plausible sets ---


def test_equal_weights_are_worth_their_number_and_one_heavy_weight_is_worth_one() -> None:
    assert effective(np.full(50, 0.02)) == pytest.approx(50)
    assert effective(np.array([1.0, 1e-9, 1e-9])) == pytest.approx(1.0)
    assert effective(np.array([2.0, 1.0])) == pytest.approx(9 / 5)  # Kish: (sum)^2 / sum of squares


def test_weighted_runs_have_the_mean_of_the_posterior() -> None:
    """A normal prior and a normal figure: the posterior's mean and spread are known (precisions add
    up). Runs come half from the prior, half from a second wave."""
    n, sd = 40_000, 0.5
    first, second = RNG.normal(0.0, 1.0, n), RNG.normal(0.6, 0.7, n)
    x = np.concatenate([first, second])
    relative = -0.5 * ((x - 0.6) / 0.7) ** 2 - math.log(0.7) + 0.5 * x**2
    density = np.column_stack([np.zeros(2 * n), relative])
    weights = weights_of_runs(
        x[:, None], np.array([1.0]), np.array([sd]), density, np.array([n, n])
    )
    centre, spread = 1.0 / (1 + sd**2), math.sqrt(sd**2 / (1 + sd**2))
    assert weights @ x == pytest.approx(centre, abs=0.02)
    assert math.sqrt(weights @ (x - centre) ** 2) == pytest.approx(spread, abs=0.02)


def test_weighted_quantiles_are_those_of_sets_written_out() -> None:
    """Whole weights: each set stands as often as it weighs; many, so that ends do not matter."""
    values, weights = RNG.normal(size=400), RNG.integers(1, 9, 400)
    written_out = np.repeat(values, weights)
    at = (0.05, 0.25, 0.5, 0.9)
    expected = np.quantile(written_out, at, method="hazen")
    assert quantiles(values, weights.astype(float), at) == pytest.approx(expected, abs=0.03)


# --- forecasts ---


def test_scores_are_plain_sums() -> None:
    draws = np.sort(RNG.normal(size=len(LEVELS)))
    value, n = 0.4, len(draws)
    away = mean(abs(x - value) for x in draws)
    apart = sum(abs(a - b) for a in draws for b in draws) / n**2
    assert float(crps(draws, value)) == pytest.approx(away - apart / 2)
    losses = []
    for level in SHOWN:
        q = float(draws[[i for i, x in enumerate(LEVELS) if math.isclose(x, level)][0]])
        losses.append(level * (value - q) if value >= q else (1 - level) * (q - value))
    assert float(pinball(draws, value)) == pytest.approx(mean(losses))


def test_the_usual_change_is_from_season_to_season() -> None:
    values = RNG.poisson(100.0, 60).astype(float)
    changes = [abs(values[i] - values[i - 12]) for i in range(12, 60)]
    assert usual_change(values, 12) == pytest.approx(mean(changes))
    assert usual_change(np.full(20, 300.0), 1) == pytest.approx(3.0), "never less than a hundredth"


# --- a log of contacts ---

DAY = 24 * 60


@pytest.fixture(scope="module")
def log() -> Events:
    """Three years of 300 people at two agencies, some busier than others."""
    rng = np.random.default_rng(5)
    n = 12_000
    person = (300 * rng.random(n) ** 3).astype(np.int32)
    minute = rng.integers(0, 3 * 365 * DAY, n).astype(np.int32) + 20_000 * DAY
    kind = rng.choice(3, n, p=[0.8, 0.1, 0.1]).astype(np.int16)
    agency, true = rng.integers(0, 2, n).astype(np.int16), np.ones(n, bool)
    return Events(person, minute, true, agency, kind, np.full(n, -1, np.int8), ("a", "b"),
                  ("contact", "opened", "closed"))  # fmt: skip


def told(log: Events, name: str, agency: str) -> float:
    found = [
        p.value
        for p in measures.patterns(log, measures.history(log))
        if (p.name, p.agency) == (name, agency)
    ]
    assert len(found) == 1 and found[0] is not None
    return float(found[0])


def by_fives(part: int, whole: int) -> float:
    """A share of counts that are told to the nearest five."""
    return round(5 * round(part / 5) / (5 * round(whole / 5)), 2)


def test_the_heaviest_of_a_log(log: Events) -> None:
    """Weeks begin on Mondays: 1 January 1970 was a Thursday."""
    quarters: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    weeks = [(int(m) // DAY + 3) // 7 for m in log.minute]
    weeks = [week for week, k in zip(weeks, log.kind, strict=True) if k == 0]
    for person, week in zip(log.person[log.kind == 0].tolist(), weeks, strict=True):
        quarters[(week - min(weeks)) // 13][person] += 1
    shares = []
    for quarter in range(max(quarters)):
        counts = sorted(quarters[quarter].values(), reverse=True)
        shares.append(sum(counts[: round(0.09 * len(counts))]) / sum(counts))
    assert told(log, "top_9pct_share", "all agencies") == round(mean(shares), 2)


@pytest.mark.parametrize("days", [7, 91])
def test_how_soon_people_of_a_log_are_back(log: Events, days: int) -> None:
    mine: dict[int, list[int]] = defaultdict(list)
    rows = zip(log.person.tolist(), log.minute.tolist(), log.agency.tolist(), log.kind.tolist(),
               strict=True)  # fmt: skip
    for person, minute, agency, kind in rows:
        if agency == 1 and kind == 0:
            mine[person].append(minute)
    end, followed, back = max(m for each in mine.values() for m in each), 0, 0
    for each in map(sorted, mine.values()):
        for i, minute in enumerate(each):
            if minute <= end - days * DAY:
                followed += 1
                back += i + 1 < len(each) and each[i + 1] - minute <= days * DAY
    assert told(log, f"again_within_{days}_days", "b") == by_fives(back, followed)


@pytest.mark.parametrize("agency", ["a", "b", "all agencies"])
def test_the_yo_yo_of_a_log(log: Events, agency: str) -> None:
    """Of the closures at an agency, those whose next step there is an opening within a year."""
    steps: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for row in range(len(log)):
        if log.kind[row]:
            key = int(log.person[row]), int(log.agency[row])
            steps[key].append((int(log.minute[row]), int(log.kind[row])))
    end, closed, back = max(m for each in steps.values() for m, _ in each), 0, 0
    for (_, code), each in steps.items():
        if agency in (log.agencies[code], "all agencies"):
            each.sort()
            for (minute, kind), after in itertools.zip_longest(each, each[1:]):
                if kind == 2 and minute <= end - 365 * DAY:
                    closed += 1
                    back += bool(after) and after[1] == 1 and after[0] - minute <= 365 * DAY
    assert told(log, "reopened_within_year", agency) == by_fives(back, closed)


def test_the_last_person_of_a_log_counts_at_the_own_agency_too() -> None:
    """56 people close on day 1, forty open again, the last does not; another closes at the end."""
    steps = [(p, 1, 2) for p in range(1, 57)] + [(p, 50, 1) for p in range(1, 41)] + [(0, 800, 2)]
    person, day, kind = (np.array(column) for column in zip(*sorted(steps), strict=True))
    n = len(steps)
    log = Events(person.astype(np.int32), (day * DAY).astype(np.int32), np.ones(n, bool),
                 np.zeros(n, np.int16), kind.astype(np.int16), np.full(n, -1, np.int8), ("a",),
                 ("contact", "opened", "closed"))  # fmt: skip
    assert [p.value for p in measures.reopenings(log)] == [by_fives(40, 56)] * 2


def test_the_volume_of_a_log(log: Events) -> None:
    """Whole weeks only: the first and the last are cut off by the log's ends."""
    weeks = [(int(m) // DAY + 3) // 7 for m, k in zip(log.minute, log.kind, strict=True) if k == 0]
    whole = [weeks.count(w) for w in range(min(weeks) + 1, max(weeks))]
    found = told(log, "contacts_a_year", "all agencies")
    assert found == pytest.approx(mean(whole) * 365.25 / 7, rel=1e-3)
