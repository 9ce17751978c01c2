"""What a run records of its agencies' load, so that one life can be lived in it again.

Everything that others' lives mean to a person (beyond the family) goes through two things: which
rank of a queue was let in at each door each week, and how far pressure had moved its thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.arrays import Floats, Gate
from sim.model import Place


@dataclass(frozen=True, eq=False)
class Load:
    """The load of every door, week by week; weeks count from the first of the warm-up."""

    first_week: int
    cut_off: Floats
    """[weeks, doors, Gate] the rank from which one more would have been let in."""
    pressure: Floats
    """[weeks, agencies] after the managers' meeting of the week, if there was one."""


class LoadKeeper:
    """Notes the load of a place at the end of each week."""

    def __init__(self, place: Place) -> None:
        self.first_week = place.week
        self._cut_off: list[Floats] = []
        self._pressure: list[list[float]] = []

    def note(self, place: Place) -> None:
        """Add the week that has just been lived."""
        self._cut_off.append(place.world.cut_off.copy())
        self._pressure.append([agency.pressure for agency in place.agencies])

    def load(self) -> Load:
        """What was noted."""
        return Load(self.first_week, np.array(self._cut_off), np.array(self._pressure))


def with_doors(load: Load, doors: int) -> Load:
    """The same load where there are more doors, for teams that nobody finds by themselves."""
    weeks, have, _ = load.cut_off.shape
    more = np.full((weeks, doors - have, len(Gate)), np.inf)
    return Load(load.first_week, np.concatenate([load.cut_off, more], axis=1), load.pressure)
