"""An agency, or a team that crosses agencies, with the cases it has."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import mesa

from scenarios.names import N_NEEDS, Need
from tests.reference.case import WAITING, Case, Status
from tests.reference.policy import DoorRules

if TYPE_CHECKING:
    from tests.reference.model import Twin
    from tests.reference.person import Person

WEEKS_BETWEEN_MEETINGS = 4


class Agency(mesa.Agent):
    """One agency's door (or one team), its books, and the pressure of its waiting list.

    rules   what the files and the changes so far say
    today   the same, as the managers have tightened it
    """

    model: Twin

    def __init__(self, model: Twin, number: int, rules: DoorRules, is_team: bool) -> None:
        super().__init__(model)
        self.number = number
        self.is_team = is_team
        self.rules = rules
        self.today = rules
        self.pressure = 0.0
        self.spare_assessments = 0.0
        self.cases: list[Case] = []

    # what it has

    def with_status(self, *statuses: Status) -> list[Case]:
        """The agency's cases that stand so."""
        return [case for case in self.cases if case.status in statuses]

    def waiting(self) -> int:
        """People who wait, for an assessment or a place."""
        return len(self.with_status(*WAITING))

    def places_taken(self) -> float:
        """A watched case takes part of a place."""
        watched = len(self.with_status(Status.WATCHED))
        return len(self.with_status(Status.OPEN)) + self.model.course.watch_share * watched

    # what it sees

    def own_slice(self, person: Person) -> float:
        """The highest of the needs that this agency deals with, as far as it deals with each."""
        return self.highest(person.level)

    def highest(self, values: list[float]) -> float:
        """As `own_slice`, of levels or of set points."""
        return max(self.today.slice[k] * values[k] for k in range(N_NEEDS))

    def sees(self, person: Person, information: float) -> float:
        """Its own slice, and of the other needs as much as is shared with it."""
        mine = self.own_slice(person)
        rest = max(0.0, sum(person.level) - mine)
        return min(1.0, mine + information * self.model.course.pooled_weight * rest)

    def deals_with(self, need: Need) -> bool:
        """Whether support here acts on the need."""
        return self.today.effect[need] > 0.0

    # what its managers do

    def manage(self) -> None:
        """Every four weeks: the longer the list, the more pressure, and the tighter the rules."""
        rule = self.model.pressure_rule
        if not self.rules.gated:
            return
        backlog_weeks = self.waiting() / max(0.25, self.rules.assessments)
        wanted = min(1.0, max(0.0, backlog_weeks / rule.slack_weeks - 1.0))
        share = 1.0 - (1.0 - rule.per_week) ** WEEKS_BETWEEN_MEETINGS
        self.pressure += share * (wanted - self.pressure)
        self.tighten()

    def tighten(self) -> None:
        """Under pressure thresholds rise, and quiet cases are let go sooner."""
        rule = self.model.pressure_rule
        raised = rule.threshold * self.pressure
        self.today = replace(
            self.rules,
            screen=self.rules.screen + raised,
            threshold=self.rules.threshold + raised,
            quiet_weeks=self.rules.quiet_weeks * (1.0 - rule.review * self.pressure),
        )

    def whole_places_free(self) -> int:
        """Places that someone could have today."""
        return math.floor(self.today.places - self.places_taken() + 1e-9)
