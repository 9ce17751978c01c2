"""The trace: what happens to each person, told as it happens.

It is off unless somebody listens, and nothing depends on it. Everything that can be told is told
here, so that journeys, event logs and the twin all read the same account.
"""

import numpy as np

from agents.arrays import NOBODY, Count
from agents.kernel import inlined, kernel


@inlined
def tell(world, week, person, kind, door=NOBODY, need=NOBODY, other=NOBODY, detail=0):
    """Note that something of a kind (`Happening`, its value) happened to ``person``."""
    if world.trace.shape[0] > 0:
        _write(
            world.trace, world.counts, np.int64(week), np.int64(person), np.int64(kind),
            np.int64(door), np.int64(need), np.int64(other), np.int64(detail),
        )  # fmt: skip


@kernel
def _write(trace, counts, week, person, kind, door, need, other, detail):
    """Add a line; whoever listens has made room for it."""
    n = counts[Count.TRACE]
    counts[Count.TRACE] = n + 1
    trace.week[n] = week
    trace.person[n] = person
    trace.kind[n] = kind
    trace.door[n] = door
    trace.need[n] = need
    trace.other[n] = other
    trace.detail[n] = detail
