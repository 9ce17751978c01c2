"""A person: who they are for life, how they are this week, and what has become of them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import mesa

from scenarios.names import ADULT_BAND, N_NEEDS, Need

if TYPE_CHECKING:
    from tests.reference.agency import Agency
    from tests.reference.case import Case
    from tests.reference.model import Twin

NEEDS = tuple(Need)
NEVER = 2**30
"""A week that does not come."""
NEVER_IN_CARE, IN_CARE, HAS_BEEN_IN_CARE = 0, 1, 2


def single(x: float) -> float:
    """Rounded to single precision, in which what lasts for life is kept."""
    return float(struct.unpack("f", struct.pack("f", x))[0])


class Person(mesa.Agent):
    """One resident.

    Most people have no need and are known to no one. They sleep: nothing happens to them but
    birthdays, births, moves and death, until ``wake_week``. The others are awake and live through
    every week.
    """

    model: Twin

    def __init__(
        self, model: Twin, key: int, birth_week: int, male: bool, quintile: int, band: int
    ) -> None:
        super().__init__(model)
        self.key = key
        self.birth_week = birth_week
        self.male = male
        self.quintile = quintile  # of deprivation, 0 least to 4 most
        self.band = band  # of age
        self.resident = True
        self.aces = 0  # adverse childhood experiences
        self.care = NEVER_IN_CARE
        self.frailty = 1.0
        self.propensity = 1.0  # to make contact
        self.trust = 0.0
        self.head_of_family: Person | None = None  # the mother, also of a mother and her partner
        self.children: list[Person] = []  # in the order of their births
        self.life_week = NEVER  # the next date in the demographic calendar,
        self.life_event = ""  # and what it holds
        self.wake_week = NEVER  # when the next need begins, for the sleeping
        self.ever_open: set[Agency] = set()
        self.withdrawn_week: dict[Agency, int] = {}  # the last withdrawal, until a case opens again
        self.accepted_week: dict[Agency, int] = {}  # the last referral accepted
        self.cases: list[Case] = []  # in the order of the referrals
        self.awake = False
        self.start_afresh()

    def start_afresh(self) -> None:
        """How someone wakes: without needs, and with this year's counts at nothing."""
        self.level = [0.0] * N_NEEDS
        self.set_point = [0.0] * N_NEEDS
        self.support = [0.0] * N_NEEDS  # share by which this week's support lowers each level
        self.burden = 0.0  # sum of levels
        self.last_burden = 0.0  # as others feel it: last week's
        self.untreated = 0.0  # sum of the levels that no open case covers
        self.served: set[Need] = set()  # needs that an open case covers
        self.trust_start = 0.0
        self.onset_hazard = 0.0  # of a further need, a week
        self.failed_week: dict[int, int] = {}  # by need: last refusal or closure
        self.team: Agency | None = None
        self.heard_of_by: Agency | None = None  # the team that heard of this person this week
        self.emergency_now = 0  # contacts this half-year with police, ambulance and A&E
        self.emergency_before = 0  # and in the last
        self.police_for_mental_health = 0  # contacts this quarter
        self.begin_year()

    def begin_year(self) -> None:
        """Nothing counted yet."""
        self.spend = 0  # pence that public services spent
        self.contacted: set[int] = set()  # doors
        self.helped_by: set[int] = set()  # doors at which a case was open
        self.high_needs: set[Need] = set()
        self.had_multiple_needs = False

    @property
    def is_child(self) -> bool:
        """Under 18."""
        return self.band < ADULT_BAND

    def has(self, need: int) -> bool:
        """Whether the need is there at all."""
        return self.level[need] > 0.0 or self.set_point[need] > 0.0

    def case_at(self, agency: Agency) -> Case | None:
        """The person's case with an agency, of whatever status."""
        return next((case for case in self.cases if case.agency is agency), None)

    def children_at_home(self) -> list[Person]:
        """Children under 18 who live here and not in care."""
        return [
            child
            for child in self.children
            if child.resident and child.is_child and child.care != IN_CARE
        ]
