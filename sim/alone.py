"""Single lives lived again, alone or many side by side, in a load that is held as it was.

A life depends on others through its family, which is taken along, and through queues, places and
pressure, which a run has recorded (`sim.load`). Draws are addressed by person, so the same week, by
the same code, gives the same life to the byte when nothing is changed. When one thing is changed
the agencies' load stays as it was: one life more or less moves no threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Count, Ints, as_bytes
from agents.engage import engage
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
        self.load = load
        small = Snapshot(start.week, taken.world, start.pressure, start.budget_pence)
        super().__init__(scenario, seed, replicate, room_for_teams, small, listener)
        self.load = with_doors(load, self.n_doors)
        self.world = self.world._replace(cut_off=self.load.cut_off[0].copy())

    def _adopt(self, policy: Policy) -> None:
        """Nobody else moves in, and who finds room is given."""
        super()._adopt(policy)
        self.course = self.course.copy()
        self.course.arrivals = 0
        self.rules = self.rules.copy()
        self.rules.held = self.doors.held = 1

    def _put_in_order(self) -> None:
        """A few lives are near in any order, and nothing depends on it."""

    def _make_room(self, due: int) -> None:
        """A few lives have no average: room is made for the most that can happen."""
        people = int(self.world.counts[Count.PEOPLE]) + due + 1
        at_once = people * self.n_doors
        cases = self._cases + at_once
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
            self._engage(self.plan.copy[now], self.plan.kind[now], self.week)

    def engage_first(self, copies: Ints, kinds: Ints) -> NDArray[np.bool_]:
        """Do something differently before the first week, as at the end of the week before it.

        Returns for which of ``copies`` that changed anything. Those without a need are passed by,
        an offer may be declined, and where no case is open none can be kept on.
        """
        self._make_room(0)
        tables, n = (self.world.awake, self.world.cases), self._cases
        before = [as_bytes(table).copy() for table in tables]
        self._engage(copies, kinds, self.week - 1)
        touched = np.zeros(len(self.copy), np.bool_)
        for table, bytes_before in zip(tables, before, strict=True):
            touched[table.person[(as_bytes(table) != bytes_before).any(axis=1)]] = True
        touched[self.world.cases.person[n : self._cases]] = True
        return np.asarray(touched[self.persons[copies]])

    @property
    def _cases(self) -> int:
        return int(self.world.counts[Count.CASES])

    def _engage(self, copies: Ints, kinds: Ints, week: int) -> None:
        engage(self.world, self.doors, self.persons[copies], kinds, week, self.key)

    def _note_births(self) -> None:
        """A child belongs to the copy of its mother."""
        people, before = int(self.world.counts[Count.PEOPLE]), len(self.copy)
        if people > before:
            mothers = self.world.people.family[before:people]
            self.copy = np.concatenate([self.copy, self.copy[mothers]])

    def _ask_crisis_door(self) -> None:
        """The crisis door's answers are what they were."""
        w = min(self.week - self.load.first_week, len(self.load.crisis_pence) - 1)
        self.doors.crisis_outcome[:] = self.load.crisis_outcome[w]
        self.doors.crisis_pence[:] = self.load.crisis_pence[w]

    def _manage(self) -> None:
        """Pressure is what it was."""
        pressure = self.load.pressure[self.week - self.load.first_week]
        for agency, past in zip(self.agencies, pressure, strict=True):
            agency.pressure = float(past)
        self._press()
