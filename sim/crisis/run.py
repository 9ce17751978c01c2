"""One run of the crisis door by itself: so many weeks at so many crises a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.arrays import Table
from scenarios.crisis_door import HOURS_A_WEEK
from sim.crisis.draws import Floats, arrivals, how_many, luck, stretched
from sim.crisis.inputs import RESOURCES, Inputs
from sim.crisis.pathway import Crisis, Pathway
from sim.crisis.pools import Door

WARM_UP_WEEKS: Final = 8
"""Beds and home treatment fill up before anything is counted."""
AFTER_WEEKS: Final = 2
"""The run goes on for those who came in its last week, and whose crisis is not over."""

CASE = np.dtype(
    [
        ("came", np.float64),  # hours since the beginning of what is counted
        ("waits_since", np.float64),
        ("seen", np.float64),  # by a professional of mental health; -1 never
        ("left", np.float64),
        ("police_hours", np.float64),
        ("delayed", np.float64),  # hours on a ward for want of a home
        ("caller", np.int8),
        ("where", np.int8),
        ("need", np.int8),
        ("end", np.int8),
        ("detained", np.int8),
        ("would_detain", np.int8),
        ("triaged", np.int8),
        ("advised", np.int8),
        ("by_day", np.int8),
    ]
)
"""What is kept of a crisis."""


@dataclass(frozen=True)
class Log:
    """What happened at the door in the weeks that count."""

    weeks: int
    per_week: float
    cases: Table
    """CASE, in the order in which they came."""
    busy_hours: dict[str, float]
    """By resource, warm-up included; as are the hours on duty."""
    duty_hours: dict[str, float]
    waiting_hours: dict[str, float]


def simulate(inputs: Inputs, per_week: float, weeks: int, seed: int, replicate: int) -> Log:
    """Run the door and keep what happened. Pure: the same arguments, the same log."""
    door, pathway, times = opened(inputs, per_week, weeks, seed, replicate)
    door.run(times, pathway.arrive, float((WARM_UP_WEEKS + weeks + AFTER_WEEKS) * HOURS_A_WEEK))
    log = _log(inputs, door, pathway, per_week, weeks)
    pathway.forget()
    return log


def opened(
    inputs: Inputs, per_week: float, weeks: int, seed: int, replicate: int
) -> tuple[Door, Pathway, list[float]]:
    """A door before its first crisis, what is done there, and when crises will come."""
    length = WARM_UP_WEEKS + weeks + AFTER_WEEKS
    u = luck(seed, replicate, how_many(seed, replicate, length * per_week))
    times = arrivals(u, length, inputs.weight)
    order = np.argsort(times, kind="stable")
    rows = stretched(u[order], inputs)
    door = Door({name: inputs.capacity[name] for name in RESOURCES})
    return door, Pathway(door, inputs, rows.tolist()), times[order].tolist()


def _log(inputs: Inputs, door: Door, pathway: Pathway, per_week: float, weeks: int) -> Log:
    begin = WARM_UP_WEEKS * HOURS_A_WEEK
    end = begin + weeks * HOURS_A_WEEK
    counted = sorted((c for c in pathway.ended if begin <= c.came < end), key=_by_number)
    for pool in door.pools.values():
        pool.count()
    length = door.now() / HOURS_A_WEEK
    return Log(
        weeks=weeks,
        per_week=per_week,
        cases=_rows(counted, begin),
        busy_hours={name: pool.area for name, pool in door.pools.items()},
        duty_hours={name: length * sum(inputs.capacity[name]) for name in door.pools},
        waiting_hours={name: pool.waiting_area for name, pool in door.pools.items()},
    )


def _by_number(case: Crisis) -> int:
    return case.number


def _rows(cases: Sequence[Crisis], begin: float) -> Table:
    rows = np.zeros(len(cases), CASE)
    for name in CASE.names or ():
        rows[name] = [getattr(case, name) for case in cases]
    for name in ("came", "waits_since", "left"):
        rows[name] -= begin
    rows["seen"] = np.where(rows["seen"] < 0, -1.0, rows["seen"] - begin)
    return rows.view(np.recarray)


def hour_of_week(cases: Table) -> Floats:
    """The hour of the week in which each came, float64[n], whole numbers."""
    hours: Floats = np.floor(cases.came % HOURS_A_WEEK)
    return hours
