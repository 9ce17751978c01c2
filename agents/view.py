"""What an agency can see of a person."""

import numpy as np

from agents.kernel import inlined
from scenarios.names import N_NEEDS, Need

_K = N_NEEDS
_ALCOHOL = np.int64(Need.ALCOHOL)
_DRUGS = np.int64(Need.DRUGS)


@inlined
def drinks_or_uses(awake, course, row):
    """Whether drink or drugs are a high need of this person."""
    return max(awake.level[row, _ALCOHOL], awake.level[row, _DRUGS]) >= course.high_level


@inlined
def highest_of_slice(doors, door, values, row):
    """The highest of ``values[row]``, each need as far as this agency deals with it.

    values   float64[rows, needs]   levels or set points
    """
    top = 0.0
    for j in range(doors.n_seen[door]):
        k = doors.seen[door, j]
        top = max(top, doors.slice[door, k] * values[row, k])
    return top


@inlined
def own_slice(awake, doors, row, door):
    """The highest of the needs that this agency deals with, as far as it deals with each."""
    return highest_of_slice(doors, door, awake.level, row)


@inlined
def seen(awake, course, doors, row, door, information):
    """What an agency sees of a person: its slice, and of the rest as much as is shared with it."""
    mine = own_slice(awake, doors, row, door)
    if information == 0.0:
        return mine
    rest = 0.0
    for k in range(_K):
        rest += awake.level[row, k]
    return min(1.0, mine + information * course.pooled_weight * max(0.0, rest - mine))
