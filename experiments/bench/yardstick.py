"""The yardstick: the bare arithmetic of nine needs, one event draw and one contact draw.

No agency, no calendar, no referral. What an awake person-week costs is read against it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Floats
from agents.kernel import kernel
from agents.needs import move_need, poisson
from agents.streams import bits, uniform
from experiments.bench.clock import NANO, seconds
from scenarios.names import N_NEEDS

PEOPLE = 20_000
WEEKS = 50


def yardstick_ns() -> float:
    """Nanoseconds a person-week of bare arithmetic."""
    level = np.full((PEOPLE, N_NEEDS), 0.3)
    set_point = level.copy()
    keys = np.arange(PEOPLE, dtype=np.uint64)
    _bare_weeks(level, set_point, keys, 1)
    spent = seconds(lambda: _bare_weeks(level, set_point, keys, WEEKS))
    return spent / (PEOPLE * WEEKS) * NANO


@kernel
def _bare_weeks(level: Floats, set_point: Floats, keys: NDArray[np.uint64], weeks: int) -> int:
    """Nine needs, one event draw and one contact draw for everybody, week after week."""
    contacts = 0
    for week in range(weeks):
        base = np.uint64(week)
        for row in range(len(keys)):
            noise = bits(base, keys[row])
            rate = 0.0
            for k in range(N_NEEDS):
                step = np.float64((noise >> np.uint64(7 * k)) & np.uint64(127)) - 63.5
                level[row, k], set_point[row, k] = move_need(
                    level[row, k], set_point[row, k], 0.0, 0.001 * step, 0.0,
                    0.1, 0.001, 0.6, 0.001, 0.0,
                )  # fmt: skip
                rate += 0.01 * level[row, k] * level[row, k]
            if uniform(base + np.uint64(weeks), keys[row]) < 0.001 * rate:
                level[row, 0] = 1.0
            contacts += poisson(rate, uniform(base + np.uint64(2 * weeks), keys[row]))
    return contacts
