"""Relations across authorities: found where they were put, and not where they were not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration.relations import relation
from experiments.authority_runs import authority_scenario, by_code, english, mean_levers
from experiments.relations import OUTCOMES, causes_of, csv_text, in_data, pairs


def test_rank_correlation_and_slope_are_those_of_scipy() -> None:
    rng = np.random.default_rng(1)
    x = np.exp(rng.normal(0, 0.4, 150))
    y = x**0.7 * np.exp(rng.normal(0, 0.3, 150))
    found = relation(x, y)
    assert found.rank == pytest.approx(stats.spearmanr(x, y).statistic)
    assert found.slope == pytest.approx(stats.linregress(np.log(x), np.log(y)).slope)
    assert found.rank_low < found.rank < found.rank_high and found.sign == 1
    error = stats.linregress(np.log(x), np.log(y)).stderr
    assert found.slope_high - found.slope_low == pytest.approx(2 * 1.976 * error, rel=0.15)


def test_what_comes_from_deprivation_alone_goes_with_it() -> None:
    rng = np.random.default_rng(2)
    poor = np.exp(rng.normal(3, 0.4, 150))
    spend, children = (poor * np.exp(rng.normal(0, 0.3, 150)) for _ in range(2))
    assert relation(spend, children).sign == 1
    assert relation(spend, children, apart_from=poor).sign == 0


def test_missing_figures_are_left_out_and_too_few_are_refused() -> None:
    x = np.arange(1.0, 31)
    y = np.where(x > 20, np.nan, x)
    assert relation(x, y).authorities == 20
    with pytest.raises(ValueError, match="ten authorities"):
        relation(x, np.where(x > 5, np.nan, x))


def test_the_authorities_in_the_model_are_not_fitted_to_their_outcomes() -> None:
    """Two places with other rates and the same settings; their own population and spending."""
    codes = ("E06000001", "E06000002")
    one, other = (authority_scenario(code, to_its_rates=False) for code in codes)
    doors = [s.evidence.agencies["childrens_social_care"] for s in (one, other)]
    assert doors[0].threshold == doors[1].threshold
    assert doors[0].budget_gbp_per_year != doors[1].budget_gbp_per_year
    factors = [scenario.place.onset_factor["family"].value for scenario in (one, other)]
    assert factors == [pytest.approx(mean_levers().family)] * 2
    fitted = authority_scenario("E06000001", to_its_rates=True)
    assert fitted.place.onset_factor["family"].value != factors[0]


def test_a_model_made_of_the_data_agrees_with_them() -> None:
    everyone = english()
    assert len(everyone) == 151 and len(english(4)) == 38
    simulated = {name: in_data(everyone, name) for name in OUTCOMES}
    found = pairs(everyone, everyone, simulated)
    assert all("wrong" not in p.verdict and "of another size" not in p.verdict for p in found)
    assert [p.data for p in found] == [p.model for p in found]
    assert csv_text(everyone, simulated).count("\n") == 152


def test_causes_are_per_child_and_missing_where_unpublished() -> None:
    a = by_code()["E06000001"]
    spend = causes_of([a])["spend"][0]
    assert spend == pytest.approx((8511027 + 8537824) / a.children)
