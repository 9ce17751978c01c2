"""A case: one person at one agency's door, on its waiting list or on its books."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scenarios.names import Need

if TYPE_CHECKING:
    from tests.reference.agency import Agency
    from tests.reference.person import Person


class Status(StrEnum):
    """Where a person stands with an agency."""

    AWAITS_ASSESSMENT = "awaits assessment"
    AWAITS_PLACE = "awaits a place"
    OPEN = "open"
    WATCHED = "watched"


class Refusal(StrEnum):
    """Why a referral ended without help."""

    BELOW_THRESHOLD = "below threshold"
    EXCLUDED = "excluded"
    GAVE_UP = "gave up"
    LEFT = "left"


class Closure(StrEnum):
    """Why a case ended."""

    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    NON_ENGAGEMENT = "non-engagement"
    TIME_UP = "time up"
    LEFT = "left"


WAITING = (Status.AWAITS_ASSESSMENT, Status.AWAITS_PLACE)


@dataclass(eq=False)
class Case:
    """A person has at most one case with an agency, and at most one team at work.

    source   the agency that referred; a team or a court of care refers to itself
    rank     whoever has the highest is seen first
    """

    person: Person
    agency: Agency
    need: Need
    source: Agency
    status: Status
    rank: float
    referred_week: int
    since_week: int
    quiet_weeks: int = 0
    missed: int = 0

    def in_preparation(self, week: int) -> bool:
        """A team's case in which consent and assessment are not yet done."""
        return week - self.since_week < self.agency.today.delay_weeks

    def become(self, status: Status, week: int) -> None:
        """A new standing, from this week on."""
        self.status = status
        self.since_week = week
