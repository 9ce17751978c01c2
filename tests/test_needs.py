"""How a need moves, against closed forms; the draws of contacts and of choices at their edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.arrays import MAX_DOORS, NOBODY
from agents.compile_course import NOISE_SD_PER_STEP
from agents.kernel import allocating
from agents.needs import MAX_CONTACTS, move_need, poisson
from agents.streams import pick
from sim.model import Place
from tests.drawing import residents, words
from tests.reference.neighbourhood import needy

JUST_BELOW_1 = float(np.nextafter(1.0, 0.0))
UNREACHED = 9.0
"""An entrenchment level that no need reaches."""


@allocating
def weeks_of(
    level, set_point, pull, noise, support, relax, entrench, entrench_level, remission, heal
):
    """One need, many weeks: (level, set point) after each; ``noise`` float64[weeks]."""
    out = np.empty((len(noise), 2))
    for week in range(len(noise)):
        level, set_point = move_need(
            level, set_point, pull, noise[week], support, relax, entrench, entrench_level,
            remission, heal,
        )  # fmt: skip
        out[week, 0] = level
        out[week, 1] = set_point
    return out


@allocating
def contacts(rate, us):
    """The number of contacts for each uniform."""
    out = np.empty(len(us), np.int64)
    for j in range(len(us)):
        out[j] = poisson(rate, us[j])
    return out


def course(
    *, level=0.9, set_point=0.4, pull=0.0, noise=None, support=0.0, relax=0.1,
    entrench=0.0, entrench_level=UNREACHED, remission=0.0, heal=0.0, weeks=200,
) -> np.ndarray:  # type: ignore[no-untyped-def]  # fmt: skip
    """A need left to itself but for what is given."""
    noise = np.zeros(weeks) if noise is None else noise
    return weeks_of(
        level, set_point, pull, noise, support, relax, entrench, entrench_level, remission, heal
    )


def shaken(weeks: int, sd: float, run: int = 0) -> np.ndarray:
    """Noise as `live` makes it: 128 steps, equally likely, of standard deviation ``sd``."""
    given = words(np.uint64(run), 13, 0, residents(weeks))
    return ((given & np.uint64(127)).astype(np.float64) - 63.5) * sd / NOISE_SD_PER_STEP


# --- levels ---


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 0.95), st.floats(0.01, 0.3))
def test_a_level_closes_its_gap_geometrically(level: float, at: float, relax: float) -> None:
    levels = course(level=level, set_point=at, relax=relax)[:, 0]
    expected = at + (level - at) * (1.0 - relax) ** np.arange(1, 201)
    np.testing.assert_allclose(levels, expected, atol=1e-12)


def test_other_needs_hold_a_level_above_its_set_point() -> None:
    assert course(set_point=0.4, pull=0.15, weeks=500)[-1, 0] == pytest.approx(0.55, abs=1e-12)


@pytest.mark.parametrize("pull", [2.0, -2.0])
def test_a_level_stays_between_0_and_1(pull: float) -> None:
    assert course(pull=pull, weeks=500)[-1, 0] == (pull > 0)


def test_the_noise_has_the_spread_that_the_register_gives() -> None:
    steps = np.arange(128) - 63.5
    assert steps.mean() == 0.0
    assert (steps * 0.06 / NOISE_SD_PER_STEP).std() == pytest.approx(0.06, rel=1e-12)


@pytest.mark.parametrize(("relax", "sd"), [(0.1, 0.03), (0.08, 0.03), (0.3, 0.06), (1.0, 0.1)])
def test_a_need_without_events_is_stationary(relax: float, sd: float) -> None:
    """An AR(1): mean at the set point, variance sd^2 / (1 - (1 - relax)^2).

    Both are estimated over n correlated weeks. For a Gaussian AR(1) with coefficient a, their
    standard errors are sigma sqrt((1+a)/(1-a)/n) and sigma^2 sqrt(2(1+a^2)/(1-a^2)/n); 5 of them
    are allowed, a false alarm in 2 million. The level never touches 0 or 1 here, so nothing is cut.
    """
    n, a = 1_000_000, 1.0 - relax
    levels = course(level=0.5, set_point=0.5, relax=relax, noise=shaken(n, sd))[:, 0]
    variance = sd**2 / (1.0 - a**2)
    assert levels.min() > 0.0
    assert levels.max() < 1.0
    mean_error = np.sqrt(variance * (1 + a) / (1 - a) / n)
    assert abs(levels.mean() - 0.5) < 5 * mean_error
    variance_error = variance * np.sqrt(2 * (1 + a**2) / (1 - a**2) / n)
    assert abs(levels.var() - variance) < 5 * variance_error


def test_weeks_remember_each_other_as_far_as_they_relax() -> None:
    """Autocorrelation of an AR(1) at lag h is (1 - relax)^h; standard error below 0.005."""
    levels = course(level=0.5, set_point=0.5, relax=0.1, noise=shaken(1_000_000, 0.03))[:, 0] - 0.5
    for lag in (1, 4, 13):
        found = (levels[lag:] * levels[:-lag]).mean() / levels.var()
        assert found == pytest.approx(0.9**lag, abs=0.025)


# --- support ---


@settings(deadline=None)
@given(st.floats(0.01, 0.5), st.floats(0, 0.95), st.floats(0.01, 0.3))
def test_support_lowers_a_level_to_where_it_balances(
    support: float, at: float, relax: float
) -> None:
    """x = x + relax (s - x) - support x has its fixed point at relax s / (relax + support)."""
    levels = course(set_point=at, support=support, relax=relax, weeks=5000)[:, 0]
    assert levels[-1] == pytest.approx(relax * at / (relax + support), abs=1e-9)


@settings(deadline=None)
@given(st.floats(0, 0.5), st.floats(0, 1), st.floats(0, 0.02))
def test_a_set_point_decays_with_remission_and_heals_with_support(
    support: float, heal: float, remission: float
) -> None:
    set_points = course(support=support, heal=heal, remission=remission)[:, 1]
    expected = 0.4 * (1.0 - remission - heal * support) ** np.arange(1, 201)
    np.testing.assert_allclose(set_points, expected, atol=1e-12)


def test_help_that_stops_is_followed_by_relapse() -> None:
    """The set point that support has not healed pulls the level back up."""
    helped = course(level=0.5, set_point=0.5, support=0.2, heal=0.05, weeks=26)
    level, set_point = helped[-1]
    assert level < 0.2
    after = course(level=level, set_point=set_point, weeks=500)[-1]
    assert after == pytest.approx([set_point, set_point])
    assert set_point == pytest.approx(0.5 * 0.99**26)


# --- entrenchment ---


def entrenched(level: float, support: float) -> float:
    """The set point after a week at ``level`` with the entrenchment level at 0.45."""
    found = course(level=level, set_point=0.3, support=support, relax=0.0, entrench=0.01,
                   entrench_level=0.45, weeks=1)  # fmt: skip
    return float(found[0, 1])


def test_need_left_high_entrenches() -> None:
    assert entrenched(level=0.85, support=0.0) == pytest.approx(0.3 + 0.01 * 0.4)


def test_need_that_is_met_does_not() -> None:
    assert entrenched(level=0.85, support=0.001) == 0.3


@pytest.mark.parametrize("level", [0.0, 0.2, 0.45])
def test_need_below_the_level_does_not(level: float) -> None:
    assert entrenched(level=level, support=0.0) == 0.3


def test_a_set_point_stays_below_1() -> None:
    found = course(level=1.0, set_point=0.9, entrench=0.1, entrench_level=0.45, weeks=500)
    assert found[:, 1].max() == 1.0


# --- contacts ---

RATES = [1e-9, 0.001, 0.03, 0.3, 1.0, 2.5, 6.0, 14.0]


@pytest.mark.parametrize("rate", RATES)
def test_contacts_are_poisson(rate: float) -> None:
    """The inverse of the distribution, cut at `MAX_CONTACTS`; u kept off the steps by 1e-12."""
    u = np.sort((words(np.uint64(1), 16, 0, residents(50_000)) >> np.uint64(11)) / 2.0**53)
    steps = stats.poisson.cdf(np.arange(MAX_CONTACTS + 1), rate)
    u = u[np.abs(u[:, None] - steps).min(axis=1) > 1e-12]
    expected = np.minimum(stats.poisson.ppf(u, rate), MAX_CONTACTS)
    assert np.array_equal(contacts(rate, u), expected)


@pytest.mark.parametrize("rate", RATES)
def test_the_mean_number_of_contacts_is_the_rate_less_what_is_cut_off(rate: float) -> None:
    """A midpoint sum over a million u: wrong by at most one step for each count."""
    n = 1_000_000
    mean = contacts(rate, (np.arange(n) + 0.5) / n).mean()
    k = np.arange(200)
    expected = (np.minimum(k, MAX_CONTACTS) * stats.poisson.pmf(k, rate)).sum()
    assert mean == pytest.approx(expected, abs=MAX_CONTACTS / n)


def test_no_rate_makes_no_contact_and_no_draw_makes_too_many() -> None:
    assert contacts(0.0, np.array([0.0, 0.5, JUST_BELOW_1])).tolist() == [0, 0, 0]
    assert contacts(1e6, np.array([0.0, JUST_BELOW_1])).tolist() == [MAX_CONTACTS] * 2


def test_more_luck_never_means_fewer_contacts() -> None:
    """But for the last few of 2^53 draws, where the sum of the terms no longer tells."""
    u = np.linspace(0.0, 1.0 - 1e-12, 10_000)
    assert all((np.diff(contacts(rate, u)) >= 0).all() for rate in RATES)
    assert (np.diff([contacts(rate, u) for rate in RATES], axis=0) >= 0).all()


# --- choices ---


def test_the_first_choice_is_at_0_and_the_last_just_below_1() -> None:
    shares = np.array([0.25, 0.5, 1.0])
    assert [pick(shares, u) for u in (0.0, 0.25, 0.5, JUST_BELOW_1)] == [0, 1, 2, 2]


def test_what_has_no_share_is_never_chosen() -> None:
    shares = np.array([0.0, 0.0, 0.4, 0.4, 1.0, 1.0])
    assert [pick(shares, u) for u in (0.0, 0.39, 0.4, JUST_BELOW_1)] == [2, 2, 4, 4]


def test_rounding_leaves_no_one_without_a_choice() -> None:
    assert pick(np.array([0.3, 1.0 - 1e-15]), JUST_BELOW_1) == 1


# --- crises ---


def test_without_a_crisis_team_no_door_hears_of_crises() -> None:
    """A place may have none; the last of all doors, a team's, used to be told instead."""
    scenario = needy()
    agencies = dict(scenario.evidence.agencies)
    agencies["crisis"] = agencies["crisis"].model_copy(update={"crisis_door": False})
    scenario = replace(scenario, evidence=replace(scenario.evidence, agencies=agencies))
    place = Place(scenario, 1, 0, MAX_DOORS - len(agencies))
    last = MAX_DOORS - 1
    assert (place.doors.crisis_door, place.doors.n_doors) == (NOBODY, MAX_DOORS)
    place.doors.places[last] = 100.0  # whoever is referred there is counted
    place.run_to(26)
    assert place.world.tally.crisis_outcome[:, place.doors.crisis_refers == 1].sum() > 0
    assert place.world.tally.referrals[:, last].sum() == 0
