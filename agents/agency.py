"""An agency as an agent: it has its budget's worth of places, and tightens under pressure."""

from __future__ import annotations

from dataclasses import dataclass

import mesa

from agents.arrays import Floats, Ints
from agents.inputs import Doors

WEEKS_BETWEEN_MEETINGS = 4


@dataclass(frozen=True)
class PressureRule:
    """How waiting lists move thresholds and reviews; the same for every agency of a place."""

    slack_weeks: float
    per_week: float
    threshold: float
    review: float


class Agency(mesa.Agent):
    """One agency: its door in the arrays, and the pressure that its waiting list puts on it.

    The front-line decisions of all agencies are taken together in the kernels, from the policy
    arrays; what is an agency's own is how it moves its policy. Managers meet every four weeks:
    the longer the list, the higher the threshold and the sooner a quiet case is let go.
    """

    def __init__(self, model: mesa.Model, name: str, title: str, door: int) -> None:
        super().__init__(model)
        self.name = name
        self.title = title
        self.door = door
        self.pressure = 0.0

    def manage(self, base: Doors, now: Doors, waiting: Ints, rule: PressureRule) -> None:
        """Move this agency's policy (``now``, mutated) away from its rules (``base``) and back."""
        if base["gated"][self.door]:
            backlog_weeks = waiting[self.door] / max(0.25, base["assessments"][self.door])
            wanted = min(1.0, max(0.0, backlog_weeks / rule.slack_weeks - 1.0))
            rate = 1.0 - (1.0 - rule.per_week) ** WEEKS_BETWEEN_MEETINGS
            self.pressure += rate * (wanted - self.pressure)
            self.press(base, now, rule)

    def press(self, base: Doors, now: Doors, rule: PressureRule) -> None:
        """Set today's thresholds and review to the rules, tightened by the present pressure."""
        tighten(base, now, rule, self.door, self.pressure)


def tighten(
    base: Doors, now: Doors, rule: PressureRule, doors: int | slice, pressure: float | Floats
) -> None:
    """Move thresholds and review (``now``, mutated) away from the rules, at one door or several.

    Columns go by their names here: as attributes they take NumPy ten times as long, for every
    agency and meeting.
    """
    now["screen"][doors] = base["screen"][doors] + rule.threshold * pressure
    now["threshold"][doors] = base["threshold"][doors] + rule.threshold * pressure
    now["quiet_weeks"][doors] = base["quiet_weeks"][doors] * (1.0 - rule.review * pressure)
