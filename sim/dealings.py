"""What each person has had of each agency, counted from the trace."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from agents.arrays import MAX_DOORS, Happening, Refusal, Table


class Dealing(IntEnum):
    """What is counted."""

    CONTACTS = 0
    ATTENDED = 1  # weeks with an open case in which the person came
    REFUSED = 2


_KINDS = {
    Dealing.CONTACTS: Happening.CONTACT,
    Dealing.ATTENDED: Happening.ATTENDED,
    Dealing.REFUSED: Happening.REFUSED,
}


class Dealings:
    """A listener of a place that counts from ``first_week`` on."""

    def __init__(self, first_week: int) -> None:
        self.first_week = first_week
        self._counts = np.zeros((0, MAX_DOORS, len(Dealing)), np.int32)

    def __call__(self, trace: Table) -> None:
        """Add a week. To move away while waiting is no refusal."""
        if not len(trace) or trace.week[0] < self.first_week:
            return
        self._counts = self.of(int(trace.person.max()) + 1)
        for dealing, kind in _KINDS.items():
            these = trace.kind == kind
            if kind == Happening.REFUSED:
                these &= trace.detail != Refusal.LEFT
            np.add.at(self._counts, (trace.person[these], trace.door[these], int(dealing)), 1)

    def of(self, people: int) -> NDArray[np.int32]:
        """[people or more, doors, Dealing] The counts, with a row for each of so many people."""
        missing = people - len(self._counts)
        if missing <= 0:
            return self._counts
        return np.pad(self._counts, ((0, missing + len(self._counts) // 4), (0, 0), (0, 0)))
