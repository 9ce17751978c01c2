"""The ordinary contacts of all residents: a broken wrist at A&E, a burglary, a child's cough.

They have nothing to do with the needs that the model follows, so they are drawn for the place as a
whole: for each agency and week one Poisson number around so many contacts a year for every child,
adult of working age and older resident. Without them totals, shares and costs would be far too
small; they are the same in every scenario, but for the few residents that a scenario gains or
loses.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numba import njit
from numpy.typing import NDArray

from agents.arrays import Floats, Ints
from agents.streams import Stream, address, mix, uniform
from scenarios.names import ADULT_BAND, AGE_BAND_STARTS, WEEKS_PER_YEAR
from scenarios.resolved import Scenario

AGE_GROUPS = ("children", "working_age", "older")
_STARTS = (0, ADULT_BAND, AGE_BAND_STARTS.index(65))
NORMAL_FROM = 50.0
"""The mean from which the Poisson quantile is taken from the normal distribution."""
_MOST = 140
"""More than a Poisson number with a mean below 50 reaches at any uniform of 53 bits."""
_HALF_STEP = 2.0**-54
"""Keeps a uniform of exactly 0 away from the ends of the normal distribution."""


def background_contacts(
    scenario: Scenario, residents: Ints, weeks: range, run_key: np.uint64
) -> Ints:
    """Contacts of all residents for reasons outside the model, int64[weeks, agencies].

    residents  int64[quarters, age bands], at the end of every quarter since the run began
    weeks      the weeks to draw, counted from the beginning of the run
    """
    quarter = np.arange(weeks.start, weeks.stop) // 13
    groups = np.add.reduceat(residents, _STARTS, axis=1)[quarter]
    mean = groups @ _contacts_per_year(scenario).T / WEEKS_PER_YEAR
    return poisson_quantile(mean, _uniforms(run_key, weeks.start, *mean.shape))


def poisson_quantile(mean: Floats, u: Floats) -> Ints:
    """The Poisson number whose cumulative probability first exceeds ``u``, elementwise.

    From a mean of 50 on by its Cornish-Fisher expansion (Abramowitz and Stegun 26.2.49, two terms):
    m + z sqrt(m) + (z^2 - 1) / 6, which is at most one off.
    """
    number = np.zeros(mean.shape, np.int64)
    small, large = mean < NORMAL_FROM, mean >= NORMAL_FROM
    number[small] = _summed(mean[small], u[small])
    z = np.array([NormalDist().inv_cdf(p) for p in (u[large] + _HALF_STEP).tolist()])
    spread = z * np.sqrt(mean[large]) + (z * z - 1.0) / 6.0
    number[large] = np.maximum(0.0, np.rint(mean[large] + spread))
    return number


def _summed(mean: Floats, u: Floats) -> Ints:
    """The quantile by adding up probabilities."""
    term = np.exp(-mean)
    total = term.copy()
    number = np.zeros(mean.shape, np.int64)
    for n in range(1, _MOST):
        number += u >= total
        term = term * mean / n
        total += term
    return number


def _contacts_per_year(scenario: Scenario) -> Floats:
    """[agencies, age groups] contacts of one resident in a year."""
    rates = np.zeros((len(scenario.evidence.agencies), len(AGE_GROUPS)))
    for agency, spec in enumerate(scenario.evidence.agencies.values()):
        for group, per_year in spec.background_contacts_per_year.items():
            rates[agency, AGE_GROUPS.index(group)] = per_year.value
    return rates


@njit(cache=True)
def _uniforms(
    run_key: np.uint64, first_week: int, n_weeks: int, n_agencies: int
) -> NDArray[np.float64]:
    """float64[weeks, agencies], one addressed draw for each."""
    u = np.empty((n_weeks, n_agencies))
    for w in range(n_weeks):
        base = address(run_key, Stream.BACKGROUND, first_week + w)
        for agency in range(n_agencies):
            u[w, agency] = uniform(base, mix(np.uint64(agency)))
    return u
