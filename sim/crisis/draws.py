"""Luck, addressed by crisis and stage: the same crisis has the same luck whatever else changes."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from scenarios.crisis_door import HOURS_A_WEEK
from sim.crisis.inputs import Inputs

Floats = NDArray[np.float64]


class Draw(IntEnum):
    """One column a decision or a time. Append, never renumber: results hang on them."""

    WEEK = 0
    CALLER = 1
    POLICE_TOO = 2
    NEED = 3
    INTOXICATED = 4
    ADVICE = 5
    DETAIN = 6
    ROUTE = 7
    REFUSED = 8
    CUSTODY = 9
    HOUSE = 10
    CAFE = 11
    DELAYED = 12
    SCENE = 13
    TRAVEL = 14
    CONTACT = 15
    CONVEY = 16
    HANDOVER = 17
    SOBER = 18
    AMHP = 19
    DOCTOR = 20
    ASSESS = 21
    SEEN = 22
    PATIENCE = 23
    SEARCH = 24
    STAY = 25
    DELAY = 26
    HOUR = 27


FIRST_TIME, FIRST_STAY, LAST_STAY = Draw.SCENE, Draw.STAY, Draw.DELAY
"""Columns before are shares (uniform); from here times, and then stays (lognormal of mean 1)."""


def luck(seed: int, replicate: int, crises: int) -> Floats:
    """Uniforms in (0, 1), float64[crises, Draw]: a row is a function of seed, replicate and row."""
    key = np.random.SeedSequence(entropy=seed, spawn_key=(replicate,))
    uniforms = np.random.Generator(np.random.Philox(key)).random((crises, len(Draw)))
    return np.clip(uniforms, 1e-12, 1.0 - 1e-12)


def stretched(u: Floats, inputs: Inputs) -> Floats:
    """The same table with the columns of times as lognormal multiples of their means."""
    table = u.copy()
    for first, last, name in (
        (FIRST_TIME, FIRST_STAY, "spread_of_times"),
        (FIRST_STAY, LAST_STAY + 1, "spread_of_stays"),
    ):
        sigma = np.sqrt(np.log1p(inputs.number[name] ** 2))
        table[:, first:last] = np.exp(sigma * ndtri(u[:, first:last]) - sigma**2 / 2)
    return table


def arrivals(u: Floats, weeks: float, weight: tuple[float, ...]) -> Floats:
    """When each crisis comes, in hours: a Poisson process that follows the hours of the week.

    The hour of the week is the crisis's own: with more weeks or fewer crises it stays the same.

    u  float64[n, Draw], of as many crises as there are in these weeks
    """
    by_hour = np.concatenate([[0.0], np.cumsum(weight)])
    by_hour[-1] = 1.0
    within = np.interp(u[:, Draw.HOUR], by_hour, np.arange(HOURS_A_WEEK + 1.0))
    times: Floats = np.floor(u[:, Draw.WEEK] * weeks) * HOURS_A_WEEK + within
    return times


def how_many(seed: int, replicate: int, mean: float) -> int:
    """The number of crises in all: Poisson."""
    key = np.random.SeedSequence(entropy=seed, spawn_key=(replicate, 1))
    return int(np.random.Generator(np.random.Philox(key)).poisson(mean))
