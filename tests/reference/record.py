"""What is written down: counts of each week, quarter and year, and what happened to whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from tests.reference.person import Person

NOWHERE = -1
"""No door, or no need."""

Counts: TypeAlias = "Counter[tuple[str | int, ...]]"
"""Counts by name and place: ``counts["refused", door, "EXCLUDED"]``."""


class Kind(StrEnum):
    """What can happen to a person. The engine's trace tells of all but the last few."""

    CONTACT = "contact"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FOUND_IN_NEED = "found in need"
    OPENED = "opened"
    ATTENDED = "attended"
    MISSED = "missed"
    WATCHED = "stepped down"
    TAKEN_UP = "taken up again"
    CLOSED = "closed"
    LIFE_EVENT = "life event"
    NEED_BEGAN = "need began"
    CHILD_CONCERN = "a parent's needs reached this child"
    TEAM_ASKED = "asked by a team"
    ENTERED_CARE = "entered care"
    LEFT_CARE = "left care"
    PRISON = "prison"
    DIED = "died"
    MOVED_AWAY = "moved away"
    ADVERSITY = "adversity from outside"
    # told by the twin alone
    WAIVED = "exclusion waived"
    PASSED_ON = "passed on to another door"
    WORKER_LEFT = "worker left"
    SPOKEN_FOR = "spoken for"
    SLEPT = "went back to sleep"
    GAVE_BIRTH = "gave birth"
    NEXT_BAND = "entered the next age band"
    MOVED_IN = "moved in"
    CROSSED_AGE = "of the age at which a change of onset begins or ends"
    PASSED_OVER = "not one of those a team looks for"
    NOT_ASKED = "on a team's books against her or his will"
    PREPARING = "consent and assessment under way"
    TEAM_BEGAN = "a team began its work"
    SECOND_TEAM = "another team stands by already"
    REMOVED = "put off a team's books"
    DETERRED = "called another door for fear of a notice"
    BREACHED = "arrested for breach of a notice"


TWIN_ALONE = (
    Kind.WAIVED, Kind.PASSED_ON, Kind.WORKER_LEFT, Kind.SPOKEN_FOR, Kind.SLEPT, Kind.GAVE_BIRTH,
    Kind.NEXT_BAND, Kind.MOVED_IN, Kind.CROSSED_AGE, Kind.PASSED_OVER, Kind.NOT_ASKED,
    Kind.PREPARING, Kind.TEAM_BEGAN, Kind.SECOND_TEAM, Kind.REMOVED, Kind.DETERRED, Kind.BREACHED,
)  # fmt: skip


class Event(NamedTuple):
    """Something that happened to one person, at a door (or none), about a need (or none).

    other    the door that referred
    detail   the reason of a refusal or closure, weeks waited, the number of a life event, 1 for yes
    """

    week: int
    person: int
    kind: Kind
    door: int
    other: int
    need: int
    detail: str | int


class Record:
    """The tally of every week, quarter and year, and every event in its order."""

    def __init__(self) -> None:
        self.week = 0
        self.weeks: defaultdict[int, Counts] = defaultdict(Counter)
        self.quarters: defaultdict[int, Counts] = defaultdict(Counter)
        self.years: defaultdict[int, Counts] = defaultdict(Counter)
        self.events: list[Event] = []

    def count(self, what: str, *place: str | int, by: int = 1) -> None:
        """Add to one of this week's counts."""
        self.weeks[self.week][what, *place] += by

    def tell(
        self,
        person: Person,
        kind: Kind,
        door: int = NOWHERE,
        other: int = NOWHERE,
        need: int = NOWHERE,
        detail: str | int = 0,
    ) -> None:
        """Write down what happened to someone."""
        self.events.append(Event(self.week, person.key, kind, door, other, int(need), detail))
