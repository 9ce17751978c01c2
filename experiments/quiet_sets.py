"""Plausible sets of numbers at which luck has next to no part in an answer.

How much luck is in one run is known from the replicates, which are run at the register's own
numbers. At other numbers there may be none: where nobody waits, or all places are taken whatever
happens, a wait or a cost is nil in every run. Such an answer hardly changes from year to year, and
by that it is known. Nothing may be taken out of it for luck, or the range over the sets would leave
out just those at which the effect is nil.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALARMS: Final = 0.001
"""The share of sets with as much luck as the replicates that are taken for quiet ones."""
OVERLAP: Final = 1.5
"""Changes of neighbouring years share a year: of independent years, as many changes tell as much as
this many times fewer that share none (their squares are correlated by 1/4)."""


def quiet_sets(years: Floats, at_sets: Floats) -> NDArray[np.bool_]:
    """Whether each set's answer changes from year to year by far less than the replicates' do.

    years    float64[replicates, years]  at the register's own numbers; NaN where undefined
    at_sets  float64[sets, years]        one run at each set
    Returns  bool[sets]; none are quiet of fewer than three years, or of a single replicate.
    """
    changes = at_sets.shape[1] - 1
    if changes < 2 or len(years) < 2 or not len(at_sets):
        return np.zeros(len(at_sets), bool)
    usual = _unrest(years)
    known = usual[~np.isnan(usual)]
    if not known.size:
        return np.zeros(len(at_sets), bool)
    return np.asarray(_unrest(at_sets) < _least(changes) * known.mean())


def _unrest(years: Floats) -> Floats:
    """[runs] The mean square of the changes from year to year; NaN where none is known."""
    squares = np.diff(years, axis=1) ** 2
    known = ~np.isnan(squares)
    n = known.sum(axis=1)
    total = np.where(known, squares, 0.0).sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


@cache
def _least(changes: int) -> float:
    """The share of the usual unrest that luck alone falls short of as seldom as ALARMS."""
    from scipy.special import gammaincinv

    degrees = changes / OVERLAP
    return float(2 * gammaincinv(degrees / 2, ALARMS) / degrees)
