"""What a run records of its agencies' load, so that one life can be lived in it again.

Everything that others' lives mean to a person (beyond the family) goes through three things: which
rank of a queue was let in at each door each week, how far pressure had moved its thresholds, and
what the crisis door had room for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agents.arrays import Floats, Gate, Ints
from sim.model import Place


@dataclass(frozen=True, eq=False)
class Load:
    """The load of every door, week by week; weeks count from the first of the warm-up."""

    first_week: int
    cut_off: Floats
    """[weeks, doors, Gate] the rank from which one more would have been let in."""
    pressure: Floats
    """[weeks, agencies] after the managers' meeting of the week, if there was one."""
    crisis_outcome: Floats
    """[weeks, outcomes] cumulative shares of what became of a crisis"""
    crisis_pence: Ints


class LoadKeeper:
    """Notes the load of a place at the end of each week."""

    def __init__(self, place: Place) -> None:
        self.first_week = place.week
        self._cut_off: list[Floats] = []
        self._pressure: list[list[float]] = []
        self._crisis: list[tuple[Floats, Ints]] = []

    def note(self, place: Place) -> None:
        """Add the week that has just been lived."""
        self._cut_off.append(place.world.cut_off.copy())
        self._pressure.append([agency.pressure for agency in place.agencies])
        self._crisis.append((place.doors.crisis_outcome.copy(), place.doors.crisis_pence.copy()))

    def load(self) -> Load:
        """What was noted."""
        crisis = (np.array(part) for part in zip(*self._crisis, strict=True))
        return Load(self.first_week, np.array(self._cut_off), np.array(self._pressure), *crisis)


def with_doors(load: Load, doors: int) -> Load:
    """The same load where there are more doors, for teams that nobody finds by themselves."""
    weeks, have, _ = load.cut_off.shape
    more = np.full((weeks, doors - have, len(Gate)), np.inf)
    return replace(load, cut_off=np.concatenate([load.cut_off, more], axis=1))
