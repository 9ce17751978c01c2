"""Single lives lived again, alone or many side by side, in a load that is held as it was.

A life depends on others through its family, which is taken along, and through queues, places and
pressure, which a run has recorded (`sim.load`). Draws are addressed by person, so the same week, by
the same code, gives the same life to the byte when nothing is changed. When one thing is changed
the agencies' load stays as it was: one life more or less moves no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Count, Ints
from agents.engage import Engagement, engage
from scenarios.resolved import Scenario
from sim.households import Taken
from sim.load import Load, with_doors
from sim.model import Listener, Place, Snapshot
from sim.policy import Policy
from sim.world import enlarged, with_trace

THINGS_A_WEEK = 250
"""More than can happen to one person in one week."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is done differently, in which copy, at the end of which week."""

    copy: Ints
    week: Ints
    kind: Ints
    """Engagement"""


NOTHING_CHANGED = Plan(*(np.zeros(0, np.int64) for _ in range(3)))


class Alone(Place):
    """Households of one week of a place, living on under the load that was recorded."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replicate: int,
        room_for_teams: int,
        start: Snapshot,
        taken: Taken,
        load: Load,
        plan: Plan = NOTHING_CHANGED,
        listener: Listener | None = None,
    ) -> None:
        self.copy = taken.copy
        """[people] the copy that each belongs to; grows with every birth."""
        self.persons = taken.persons
        self.plan = plan
        small = Snapshot(start.week, taken.world, start.pressure, start.budget_pence)
        super().__init__(scenario, seed, replicate, room_for_teams, small, listener)
        self.load = with_doors(load, int(self.rules.n_doors))
        self.world = self.world._replace(cut_off=self.load.cut_off[0].copy())

    def _adopt(self, policy: Policy) -> None:
        """Nobody else moves in, and who finds room is given."""
        super()._adopt(policy)
        self.course = self.course.copy()
        self.course.arrivals = 0
        self.rules = self.rules.copy()
        self.rules.held = self.doors.held = 1

    def _make_room(self, due: int) -> None:
        """A few lives have no average: room is made for the most that can happen."""
        people = int(self.world.counts[Count.PEOPLE]) + due + 1
        at_once = people * int(self.rules.n_doors)
        cases = int(self.world.counts[Count.CASES]) + at_once
        self.world = enlarged(self.world, people, 2 * people, people, cases)
        if self.listener:
            self.world = with_trace(self.world, THINGS_A_WEEK)

    def _live_week(self, due: NDArray[np.int64]) -> None:
        """The same week, with the recorded cut-offs; then what is done differently."""
        self.world.cut_off[:] = self.load.cut_off[self.week - self.load.first_week]
        super()._live_week(due)
        self._note_births()
        now = self.plan.week == self.week
        if now.any():
            persons = self.persons[self.plan.copy[now]]
            kinds = self.plan.kind[now]
            engage(self.world, self.doors, persons, kinds, self.week, self.key)

    def _note_births(self) -> None:
        """A child belongs to the copy of its mother."""
        people, before = int(self.world.counts[Count.PEOPLE]), len(self.copy)
        if people > before:
            mothers = self.world.people.family[before:people]
            self.copy = np.concatenate([self.copy, self.copy[mothers]])

    def _manage(self) -> None:
        """Pressure is what it was."""
        pressure = self.load.pressure[self.week - self.load.first_week]
        for agency, past in zip(self.agencies, pressure, strict=True):
            agency.pressure = float(past)
        self._press()


def plan_of(kinds: Sequence[Engagement], weeks: Sequence[int], first_copy: int = 0) -> Plan:
    """A plan for one copy after the other, one thing each."""
    copies = first_copy + np.arange(len(kinds))
    return Plan(copies, np.array(weeks, np.int64), np.array(kinds, np.int64))
