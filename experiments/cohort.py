"""Who is in a programme, and who would be compared with them.

A team picks its people by its own rule, when things are at their worst for them. A matched
comparison then looks for others who looked the same in the records. What an evaluator may match
on is what records hold: earlier contacts, age and sex; never the needs themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Floats, Happening, Ints, Table
from agents.draft import door_names, team_specs
from scenarios.changes import TeamChange
from scenarios.names import ADULT_BAND, WEEKS_PER_YEAR
from scenarios.resolved import DatedChange, Scenario
from sim.follow import Noted
from sim.model import Place

HALF_YEAR = 26
ADULT_WEEKS = 18 * WEEKS_PER_YEAR
IDLE_WEEKS = 104
"""A team that does nothing is still assessing, the longest that `TeamChange` allows."""
WELL = 0.05
"""Below this level of all needs an idle team's case ends."""


@dataclass(frozen=True, eq=False)
class Cohort:
    """People, by row, and the week in which each joined."""

    person: Ints
    joined: Ints

    def first(self, size: int) -> Cohort:
        """Those who joined first."""
        return Cohort(self.person[:size], self.joined[:size])


def team_of(scenario: Scenario, name: str | None = None) -> TeamChange | None:
    """The team of that name; without one, the scenario's last. None where there is none."""
    teams = [team for team in team_specs(scenario) if name in (None, team.name)]
    return teams[-1] if teams else None


def without_team(scenario: Scenario, name: str) -> Scenario:
    """The same scenario, and the team is never set up: its start is put off beyond the end.

    It stays among the teams, so that the doors of others keep their numbers.
    """
    changes = tuple(_put_off(d, scenario) if _is_team(d, name) else d for d in scenario.changes)
    return replace(scenario, name=f"{scenario.name}_without", changes=changes)


def without_changes(scenario: Scenario) -> Scenario:
    """The same scenario, and nothing of it ever begins."""
    changes = tuple(_put_off(d, scenario) for d in scenario.changes)
    return replace(scenario, name=f"{scenario.name}_without", changes=changes)


def _put_off(dated: DatedChange, scenario: Scenario) -> DatedChange:
    end = scenario.start + dt.timedelta(weeks=WEEKS_PER_YEAR * scenario.years)
    return replace(dated, start=end, end=None)


def with_idle_team(scenario: Scenario, name: str) -> Scenario:
    """The same team finds the same people, gets their consent, and never does anything."""
    changes = tuple(_idle(d) if _is_team(d, name) else d for d in scenario.changes)
    return replace(scenario, name=f"{scenario.name}_idle", changes=changes)


def _is_team(dated: DatedChange, name: str) -> bool:
    return isinstance(dated.change, TeamChange) and dated.change.name == name


def _idle(dated: DatedChange) -> DatedChange:
    """Consent and assessment take two years; nobody is let go, for that would cost trust.

    Whoever gets well by themselves is off its books, for who is on a team's books is stepped every
    week, and would have the next need begin in another week.
    """
    assert isinstance(dated.change, TeamChange)
    nothing = {
        "effect": {}, "attendance": 0.0, "attendance_elsewhere": 0.0, "advocacy_per_week": 0.0,
        "waives_exclusions": 0.0, "turnover_per_year": 0.0, "max_weeks": 0.0,
        "quiet_level": WELL, "quiet_weeks": 520, "delay_weeks": IDLE_WEEKS, "removed_at": {},
        "notice": None,
    }  # fmt: skip
    return replace(dated, change=dated.change.model_copy(update=nothing))


class Joiners:
    """A listener that notes who joins a team, and who was asked by it."""

    def __init__(self, scenario: Scenario, team: str) -> None:
        self._door = door_names(scenario).index(team)
        self._rows: list[tuple[int, int]] = []
        self.asked: set[int] = set()

    def __call__(self, trace: Table) -> None:
        """Add a week."""
        mine = trace[(trace.kind == Happening.TEAM_ASKED) & (trace.door == self._door)]
        self.asked.update(int(p) for p in mine.person)
        opened = trace[(trace.kind == Happening.OPENED) & (trace.door == self._door)]
        self._rows += [(int(p), int(w)) for p, w in zip(opened.person, opened.week, strict=True)]

    def cohort(self, until: int) -> Cohort:
        """Those who joined before a week, each once, in order of joining."""
        first: dict[int, int] = {}
        for person, week in self._rows:
            if week < until:
                first.setdefault(person, week)
        return Cohort(np.array(list(first), np.int64), np.array(list(first.values()), np.int64))


def by_records(place: Place, noted: Noted, size: int, week: int, weeks: int = HALF_YEAR) -> Cohort:
    """The adults at home who had most of an outcome in the ``weeks`` before ``week``."""
    recent = (noted.week >= week - weeks) & (noted.week < week)
    total = np.bincount(
        noted.person[recent], noted.amount[recent], minlength=len(place.world.people)
    )
    people = place.world.people
    eligible = (people.resident == 1) & (people.band >= ADULT_BAND)
    total = np.where(eligible[: len(total)], total[: len(eligible)], -1)
    top = np.lexsort((people.key, -total))[:size]
    return Cohort(top[total[top] > 0], np.full(int((total[top] > 0).sum()), week, np.int64))


def pool_for(place: Place, noted: Noted, week: int, never: Sequence[int]) -> Ints:
    """Adults with a call in the half-year before ``week``, less those never to be used.

    Whether they lived there to the end must not matter: those in the programme may have left too.
    """
    recent = (noted.week >= week - HALF_YEAR) & (noted.week < week)
    known = np.unique(noted.person[recent])
    adult = week - place.world.people.birth_week[known] >= ADULT_WEEKS
    return np.setdiff1d(known[adult], np.array(never, np.int64))


def records(place: Place, noted: Noted, persons: Ints, week: int) -> Floats:
    """[persons, 5] What an evaluator could match on: calls of the last half-year and the one
    before it, of the last quarter, age, sex. Counts as logarithms."""
    calls = noted.table(persons, week - 2 * HALF_YEAR, 2 * HALF_YEAR)
    last, before = calls[:, HALF_YEAR:].sum(axis=1), calls[:, :HALF_YEAR].sum(axis=1)
    quarter = calls[:, -13:].sum(axis=1)
    people = place.world.people
    age = (week - people.birth_week[persons]) / WEEKS_PER_YEAR / 10.0
    counts = np.log1p(np.stack([last, before, quarter]).astype(np.float64))
    return np.stack([*counts, age, people.male[persons].astype(np.float64)], axis=1)


def nearest_others(cases: Floats, others: Floats) -> Ints:
    """For each case the place of the nearest of the others, none used twice, heaviest case first.

    Columns are weighed by their spread among the others (the Mahalanobis distance without
    correlations).
    """
    spread = others.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    free: NDArray[np.bool_] = np.ones(len(others), np.bool_)
    matched = np.full(len(cases), -1, np.int64)
    for i in np.argsort(-cases[:, 0], kind="stable"):
        if not free.any():
            break
        far = (((others - cases[i]) / scale) ** 2).sum(axis=1)
        matched[i] = int(np.argmin(np.where(free, far, np.inf)))
        free[matched[i]] = False
    return matched
