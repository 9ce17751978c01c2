"""The few names that code and files share.

Needs are fixed, because the mechanisms speak of them. Agencies, teams and payers are not: they
are whatever the files declare.
"""

from enum import IntEnum
from typing import Final, Literal, get_args


class Need(IntEnum):
    """The nine needs a person may have, in the order of every array with a need axis."""

    MENTAL_HEALTH = 0
    ALCOHOL = 1
    DRUGS = 2
    HOUSING = 3
    OFFENDING = 4
    DOMESTIC_ABUSE = 5
    MONEY = 6
    PHYSICAL_HEALTH = 7
    FAMILY = 8

    @property
    def key(self) -> str:
        """The name used in files and measures."""
        return self.name.lower()


N_NEEDS: Final = len(Need)
NeedKey = Literal[
    "mental_health", "alcohol", "drugs", "housing", "offending",
    "domestic_abuse", "money", "physical_health", "family",
]  # fmt: skip
"""The names of the needs in files and measures."""

NEED_KEYS: Final[tuple[NeedKey, ...]] = get_args(NeedKey)
assert tuple(need.key for need in Need) == NEED_KEYS

AGE_BANDS: Final = (
    "0_4", "5_9", "10_14", "15_17", "18_24", "25_29",
    "30_34", "35_44", "45_54", "55_64", "65_74", "75_plus",
)  # fmt: skip
AGE_BAND_STARTS: Final = (0, 5, 10, 15, 18, 25, 30, 35, 45, 55, 65, 75)
"""First year of age of each band; the bands are those of the official population estimates."""

ADULT_BAND: Final = AGE_BAND_STARTS.index(18)

WEEKS_PER_YEAR: Final = 52
"""A model year is 52 weeks; a calendar decade is 522 weeks and the model runs 520."""
