"""Who is born, who moves out and who moves in, so that a place keeps the ages of its file.

No official figure says who moves at which age in every authority. The least that can be assumed is
a stationary population: each age band gains as many as it loses. What flows from band to band
follows from how many live on either side of the birthday (cohort-component accounting, as in
official projections; here it is solved for the moves).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.arrays import Floats
from scenarios.names import ADULT_BAND, AGE_BAND_STARTS

MOST_CHILDREN = 5
"""Children whom a woman may have had before she moves in; each comes along by its own chance."""
SCHOOL_BAND = AGE_BAND_STARTS.index(5)
_LAST_SPAN = 20
"""Years over which those of the last band are spread."""
_MOST_MOVE = 10.0
"""Moves a year of a band that is all but empty, at most: within five weeks, on average."""
BIRTH_SPREAD = 11
"""A mother's age at a birth is its mean and three uniforms of so many years about nought."""
YOUNGEST_MOTHER = 16
OLDEST_MOTHER = 45


class Moves(NamedTuple):
    """Rates of a year; B age bands."""

    birth: Floats
    """[B] of a woman."""
    out: Floats
    """[B] of an adult; nought for children, who go with their mothers."""
    arriving: Floats
    """[B] adults, in number."""
    child_comes: Floats
    """[2] the chance that each of `MOST_CHILDREN` comes along, if it is under 5, or of 5 to 17."""


def moves_of(
    residents: Floats,
    deaths: Floats,
    births: Floats,
    move_weights: Floats,
    moves_a_year: float,
    mothers_age: float,
) -> Moves:
    """The moves by which each band of ``residents`` stays as large as it is.

    residents      [B]  in number
    deaths         [B]  of a resident and year
    births         [B]  of a woman and year; how high they are in all follows from ``residents``
    move_weights   [B]  who moves, relatively; nought for children
    moves_a_year        residents who move out, as a share of all; where a band gains by birthdays
                        more than it loses, more of it move out
    mothers_age         at a birth, on average
    """
    born = residents[:SCHOOL_BAND].sum() / AGE_BAND_STARTS[SCHOOL_BAND]
    grow_up = _birthdays(residents, born)
    lost = deaths * residents + grow_up[1:] - grow_up[:-1]
    out = moves_a_year * move_weights * _ratio(residents.sum(), move_weights @ residents)
    out = np.clip(_ratio(-lost, residents), out, _MOST_MOVE)
    out[:ADULT_BAND] = 0.0
    arriving = np.maximum(0.0, lost + out * residents)
    arriving[:ADULT_BAND] = 0.0
    wanted, possible = _children(residents, lost, out, arriving, mothers_age)
    return Moves(
        birth=births * _ratio(born, births @ residents / 2.0),
        out=out,
        arriving=arriving,
        child_comes=np.clip(_ratio(wanted, possible), 0.0, 1.0),
    )


def _birthdays(residents: Floats, born: float) -> Floats:
    """[B + 1] how many a year enter each band by birth or birthday; nobody outgrows the last.

    Half of what the bands on either side have a year of age; at 18 what the children have, so that
    whoever comes to a place for work or study has not grown up in it.
    """
    years = np.diff([*AGE_BAND_STARTS, AGE_BAND_STARTS[-1] + _LAST_SPAN])
    a_year = residents / years
    between = (a_year[:-1] + a_year[1:]) / 2.0
    between[ADULT_BAND - 1] = a_year[ADULT_BAND - 1]
    return np.concatenate([[born], between, [0.0]])


def _children(
    residents: Floats, lost: Floats, out: Floats, arriving: Floats, mothers_age: float
) -> tuple[Floats, Floats]:
    """Children who must move in each year, under 5 and older; and those who would if all came.

    Year of age by year of age: a mother is as many birthdays ahead as she was old at the birth.
    """
    ahead = _years_ahead(mothers_age)
    years = np.diff([*AGE_BAND_STARTS, AGE_BAND_STARTS[-1] + _LAST_SPAN])
    band = np.repeat(np.arange(len(years)), years)
    wanted, possible = np.zeros(2), np.zeros(2)
    for age in range(AGE_BAND_STARTS[ADULT_BAND]):
        own, older = band[age], int(band[age] >= SCHOOL_BAND)
        mothers = band[age + np.arange(len(ahead))]
        leave_with_mothers = residents[own] * (ahead @ out[mothers])
        wanted[older] += (lost[own] + leave_with_mothers) / years[own]
        possible[older] += MOST_CHILDREN * (ahead @ (arriving[mothers] / years[mothers])) / 2.0
    return np.maximum(0.0, wanted), possible


def _years_ahead(mean: float) -> Floats:
    """[whole years] by how many birthdays a mother is ahead of her child: shares of births."""
    spread = np.ones(BIRTH_SPREAD) / BIRTH_SPREAD
    shares = np.convolve(np.convolve(spread, spread), np.convolve(spread, [0.5, 0.5]))
    return np.concatenate([np.zeros(round(mean - len(shares) / 2.0)), shares])


def _ratio(part: Floats | float, whole: Floats | float) -> Floats:
    """``part`` of ``whole``, nought where that is none."""
    whole = np.asarray(whole, dtype=np.float64)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(whole), where=whole != 0.0))
