"""Cache lines that the layout of the records makes each phase touch, counted from the columns.

A phase touches the lines of a row in which its columns stand. What happens to few (events,
contacts, referrals) is left out, so this is less than what is really touched.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from agents.arrays import CaseStatus, Count, Table, World
from experiments.bench.limits import LINE
from experiments.bench.memory import in_use

_NEEDS = ("level", "set_point", "support")
AWAKE_COLUMNS = {
    "live": (
        "key", *_NEEDS, "burden", "burden_last", "untreated", "trust", "trust_start", "propensity",
        "onset_hazard", "person", "present", "served", "high_needs",
    ),
    "settle_down": ("burden", "burden_last", "present", "n_cases"),
    "teams": ("candidate",),
}  # fmt: skip
"""What a pass over all the awake reads or writes of each."""
CASE_COLUMNS = (
    "key", "level", "support", "untreated", "trust", "spend", "present", "served", "helped", "team",
)  # fmt: skip
"""What support and review read or write of the person of an open case."""


def _lines(table: Table, columns: Iterable[str], spread: bool = True) -> float:
    """Lines of a row in which these columns stand, on average over where a row may begin."""
    fields = table.dtype.fields
    size = table.dtype.itemsize
    begins = range(0, LINE, int(np.gcd(size, LINE))) if spread else (0,)
    return float(np.mean([len(_touched(fields, columns, begin)) for begin in begins]))


def _touched(fields: object, columns: Iterable[str], begin: int) -> set[int]:
    found: set[int] = set()
    for name in columns:
        dtype, offset = fields[name][:2]  # type: ignore[index]  # NumPy types it as maybe None
        found.update(
            range((begin + offset) // LINE, (begin + offset + dtype.itemsize - 1) // LINE + 1)
        )
    return found


def lines_a_week(world: World) -> dict[str, float]:
    """Lines an awake person-week, by phase."""
    awake, cases = int(world.counts[Count.AWAKE]), int(world.counts[Count.CASES])
    found = {phase: _lines(world.awake, columns) for phase, columns in AWAKE_COLUMNS.items()}
    n_open = int((world.cases.status[:cases] == CaseStatus.OPEN).sum())
    row = _lines(world.awake, CASE_COLUMNS)
    found["support, of the person"] = row * n_open / awake
    found["the cases themselves, a pass"] = cases * world.cases.itemsize / LINE / awake
    found["due dates, of all residents"] = world.due_week.nbytes / LINE / awake
    found["all"] = sum(found.values())
    return found


def bytes_in_use(world: World) -> int:
    """All rows in use."""
    return sum(in_use(world).values())
