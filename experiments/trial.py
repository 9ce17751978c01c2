"""One replicate of an evaluation: the same people with the programme, without, and idle.

Until the programme starts there is one world. From there it is lived three times: without the
programme, with it, and with a team that finds the same people and does nothing. Draws are addressed
by person, so whoever is not touched lives the same life in all three.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from agents.arrays import Ints
from agents.draft import team_specs
from experiments.cohort import (
    HALF_YEAR,
    Cohort,
    Joiners,
    by_records,
    nearest_others,
    pool_for,
    records,
    with_idle_team,
    without_changes,
    without_team,
)
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.follow import ARRESTS, COST, EMERGENCY, Noted, follow
from sim.model import Place, Snapshot, warm_up_weeks
from sim.policy import weeks_since

SHOWN_WEEKS = 104
"""Weeks before and after joining that are looked at."""
REAL, IDLE = "programme", "idle"


@dataclass(frozen=True)
class Evaluation:
    """One replicate of one question."""

    scenario: Scenario
    team: str | None
    """None where the scenario has no team: its people are then the top of the records."""
    size: int
    """At most so many people."""
    joined_within: int
    """Weeks since the start of the programme within which they joined."""
    outcomes: tuple[str, ...]
    seed: int
    replicate: int


@dataclass(frozen=True, eq=False)
class Arm:
    """What was counted of the people of one programme. Weeks are before and after joining."""

    people: int
    asked: int
    left: int
    """Of these, gone by the end: moved away or died."""
    with_it: dict[str, Ints]
    """By outcome, [people, 2 * SHOWN_WEEKS]"""
    without_it: dict[str, Ints]
    """The same people in the world without the programme."""
    matched: dict[str, Ints]
    """Others in the world with the programme, one for each of those in it."""
    place_with: dict[str, int]
    """By outcome, of everybody with a need, in the first `SHOWN_WEEKS` of the programme."""
    place_without: dict[str, int]


@dataclass(frozen=True)
class Reading:
    """A published fall, and how to look for the same where nothing is done."""

    name: str
    outcome: str
    rank_by: str
    rank_weeks: int
    size: int
    weeks: int
    """Before and after."""


READINGS = (
    Reading("coordination", COST, EMERGENCY, HALF_YEAR, 39, 52),
    Reading("offenders", ARRESTS, ARRESTS, 52, 60, 78),
    Reading("high_users", "ae", "ae", 13, 20, 13),
)


@dataclass(frozen=True, eq=False)
class Trial:
    """One replicate."""

    arms: dict[str, Arm]
    nothing_done: dict[str, tuple[int, int]]
    """By reading, what was counted before and after in a world without any programme."""


def evaluate_once(task: Evaluation) -> Trial:
    """Live the world once until the programme starts, and three times from there."""
    scenario, begins, ends = _timed(task)
    room = max(1, len(team_specs(scenario)))
    base = without_team(scenario, task.team) if task.team else without_changes(scenario)
    outcomes = tuple(
        dict.fromkeys([*task.outcomes, EMERGENCY, ARRESTS, COST, *_agencies(scenario)])
    )
    place = Place(base, task.seed, task.replicate, room)
    place.run_to(max(0, begins - SHOWN_WEEKS))
    past = follow(place, begins, outcomes)
    start = place.snapshot()
    readings = {r.name: by_records(place, past[r.rank_by], r.size, begins, r.rank_weeks)
                for r in READINGS if r.outcome in outcomes}  # fmt: skip
    top = by_records(place, past[EMERGENCY], task.size, begins)
    without = _joined(past, follow(place, ends, outcomes))
    arms = {}
    for name, changed in _worlds(task, scenario, base).items():
        arms[name] = _arm(task, changed, start, past, without, room, top)
    return Trial(arms, {r.name: _counted(without[r.outcome], readings[r.name], r.weeks)
                        for r in READINGS if r.name in readings})  # fmt: skip


def _timed(task: Evaluation) -> tuple[Scenario, int, int]:
    """The scenario made long enough, the week in which its programme starts, and the last."""
    starts = [d.start for d in task.scenario.changes
              if task.team is None or getattr(d.change, "name", None) == task.team]  # fmt: skip
    begins = weeks_since(task.scenario.start, min(starts))
    weeks = begins + task.joined_within + SHOWN_WEEKS
    long = replace(task.scenario, years=math.ceil(weeks / WEEKS_PER_YEAR))
    warm = warm_up_weeks(task.scenario)
    return long, warm + begins, warm + weeks


def _agencies(scenario: Scenario) -> list[str]:
    """The agencies that readings need, as far as the place has them."""
    wanted = {o for r in READINGS for o in (r.outcome, r.rank_by)} - {EMERGENCY, ARRESTS, COST}
    return [name for name in scenario.evidence.agencies if name in wanted]


def _worlds(task: Evaluation, scenario: Scenario, base: Scenario) -> dict[str, Scenario]:
    idle = with_idle_team(scenario, task.team) if task.team else base
    return {REAL: scenario, IDLE: idle}


def _arm(
    task: Evaluation,
    scenario: Scenario,
    start: Snapshot,
    past: dict[str, Noted],
    without: dict[str, Noted],
    room: int,
    top: Cohort,
) -> Arm:
    """Live on with a programme, and count what an evaluation counts of its people."""
    begins = start.week
    place = Place(scenario, task.seed, task.replicate, room, start)
    ends = begins + task.joined_within + SHOWN_WEEKS
    joiners = Joiners(scenario, task.team) if task.team else None
    lived = (
        follow(place, ends, tuple(past), joiners) if joiners else follow(place, ends, tuple(past))
    )
    found = _joined(past, lived)
    cohort = joiners.cohort(begins + task.joined_within).first(task.size) if joiners else top
    never = sorted(joiners.cohort(ends).person) if joiners else list(top.person)
    matched = _matches(place, found[EMERGENCY], cohort, never)
    names = task.outcomes
    return Arm(
        people=len(cohort.person),
        asked=len(joiners.asked) if joiners else len(cohort.person),
        left=int((place.world.people.resident[cohort.person] == 0).sum()),
        with_it={o: _aligned(found[o], cohort) for o in names},
        without_it={o: _aligned(without[o], cohort) for o in names},
        matched={o: _aligned(found[o], matched) for o in names},
        place_with={o: _since(found[o], begins) for o in names},
        place_without={o: _since(without[o], begins) for o in names},
    )


def _matches(place: Place, noted: Noted, cohort: Cohort, never: list[int]) -> Cohort:
    """One other person for each in the cohort, who looked the same in the week they joined."""
    matched = np.full(len(cohort.person), -1, np.int64)
    used: list[int] = []
    for week in np.unique(cohort.joined):
        these = np.flatnonzero(cohort.joined == week)
        others = pool_for(place, noted, int(week), [*never, *used])
        if len(others) == 0:
            continue
        cases = records(place, noted, cohort.person[these], int(week))
        found = nearest_others(cases, records(place, noted, others, int(week)))
        matched[these[found >= 0]] = others[found[found >= 0]]
        used += [int(p) for p in matched[these] if p >= 0]
    has = matched >= 0
    return Cohort(matched[has], cohort.joined[has])


def _aligned(noted: Noted, cohort: Cohort) -> Ints:
    """[people, 2 * SHOWN_WEEKS] an outcome by week since each joined."""
    if len(cohort.person) == 0:
        return np.zeros((0, 2 * SHOWN_WEEKS), np.int64)
    first = int(cohort.joined.min()) - SHOWN_WEEKS
    weeks = int(cohort.joined.max()) + SHOWN_WEEKS - first
    whole = noted.table(cohort.person, first, weeks)
    at = (cohort.joined - SHOWN_WEEKS - first)[:, None] + np.arange(2 * SHOWN_WEEKS)
    return np.asarray(np.take_along_axis(whole, at, axis=1))


def _counted(noted: Noted, cohort: Cohort, weeks: int) -> tuple[int, int]:
    counts = _aligned(noted, cohort)
    before = counts[:, SHOWN_WEEKS - weeks : SHOWN_WEEKS].sum()
    return int(before), int(counts[:, SHOWN_WEEKS : SHOWN_WEEKS + weeks].sum())


def _since(noted: Noted, begins: int) -> int:
    """Of everybody, in the first `SHOWN_WEEKS`: after these even an idle team begins to be seen."""
    return int(noted.amount[(noted.week >= begins) & (noted.week < begins + SHOWN_WEEKS)].sum())


def _joined(past: dict[str, Noted], later: dict[str, Noted]) -> dict[str, Noted]:
    return {outcome: past[outcome].and_then(later[outcome]) for outcome in past}
