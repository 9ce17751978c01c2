"""How like one of the documents' lives a simulated life is. It says nothing of real people.

Where a document gives counts, the distance is the mean over its agencies of
``|log(1 + simulated) - log(1 + document)|``: 0 is the same life on paper, log 2 = 0.69 is counts
twice or half as high on average. Simulated counts are contacts and weeks attended together, since
the documents' counts include appointments.

Where it gives none, the distance is a mean of parts from 0 to 1: how far each need that it
describes falls short of a high need today, whether each service that refused the person did so
here, and the years of age between them, of ten.

Only residents who match the hard facts (sex, age, care, adversity) are compared at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.arrays import NOBODY, Count, Floats, Ints, Table
from agents.compile_course import number
from agents.draft import agency_names
from scenarios.cases import Case
from scenarios.names import N_NEEDS, NEED_KEYS, WEEKS_PER_YEAR
from sim.dealings import Dealing, Dealings
from sim.model import Place

FAR = float("inf")
"""The distance of those whom the hard facts rule out."""
AGE_SPAN_YEARS = 10.0
"""So many years of age apart count as nothing in common."""


@dataclass(frozen=True, eq=False)
class Lives:
    """Everybody who lives in a place at the end of a run, with what they had of its agencies."""

    agencies: tuple[str, ...]
    people: Table
    """PERSON[n]"""
    levels: Floats
    """[n, needs] today"""
    counts: NDArray[np.int32]
    """[n, agencies, Dealing] since the scenario's start"""
    week: int
    high_level: float

    @property
    def age_years(self) -> Ints:
        """Whole years of age."""
        return np.asarray((self.week - self.people.birth_week.astype(np.int64)) // WEEKS_PER_YEAR)

    def had(self, agencies: Sequence[str], dealing: Dealing) -> Ints:
        """What each person has had of these agencies together."""
        columns = [self.agencies.index(name) for name in agencies]
        return np.asarray(self.counts[:, columns, dealing].sum(axis=1, dtype=np.int64))

    def dealings(self, agencies: Sequence[str]) -> Ints:
        """Contacts and weeks attended together."""
        return self.had(agencies, Dealing.CONTACTS) + self.had(agencies, Dealing.ATTENDED)


def lives_of(place: Place, dealings: Dealings) -> Lives:
    """The lives of a place whose trace was listened to."""
    world = place.world
    people: Table = world.people[: world.counts[Count.PEOPLE]].view(np.recarray)
    here = np.flatnonzero(people.resident == 1)
    row = world.slot[here]
    levels = np.zeros((len(here), N_NEEDS))
    levels[row != NOBODY] = world.awake.level[row[row != NOBODY]]
    agencies = agency_names(place.scenario)
    return Lives(
        agencies=agencies,
        people=people[here].view(np.recarray),
        levels=levels,
        counts=dealings.of(len(people))[here, : len(agencies)],
        week=place.week,
        high_level=number(place.scenario.evidence, "people.high_level"),
    )


def distance(lives: Lives, case: Case) -> Floats:
    """[n] How far each life is from the document's; 0 is an exact match, FAR is ruled out."""
    parts = _count_parts(lives, case) if case.compared else _profile_parts(lives, case)
    return np.where(matches(lives, case), np.mean(parts, axis=0), FAR)


def nearest(lives: Lives, case: Case, n: int = 3) -> Ints:
    """The rows of the ``n`` nearest lives, nearest first, or of as many as match the facts."""
    apart = distance(lives, case)
    order = np.lexsort((lives.people.key, apart))[:n]
    return np.asarray(order[np.isfinite(apart[order])])


def matches(lives: Lives, case: Case) -> NDArray[np.bool_]:
    """[n] Whether the hard facts are the same."""
    people, age = lives.people, lives.age_years
    same = (people.male == (case.sex == "male")) & (people.aces >= case.aces_at_least)
    same &= (age >= case.age_from) & (age <= case.age_to)
    if case.care_experienced is not None:
        same &= (people.care > 0) == case.care_experienced
    return np.asarray(same)


def _count_parts(lives: Lives, case: Case) -> list[Floats]:
    return [
        np.abs(np.log1p(lives.dealings(known.agencies)) - np.log1p(known.count))
        for known in case.compared
    ]


def _profile_parts(lives: Lives, case: Case) -> list[Floats]:
    needs = [lives.levels[:, NEED_KEYS.index(need)] for need in case.needs]
    parts = [np.maximum(0.0, 1.0 - level / lives.high_level) for level in needs]
    parts += [1.0 * (lives.had([name], Dealing.REFUSED) == 0) for name in case.refused_by]
    if case.age is not None:
        parts.append(np.minimum(1.0, np.abs(lives.age_years - case.age) / AGE_SPAN_YEARS))
    return parts
