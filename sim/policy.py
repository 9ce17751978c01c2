"""Which policy is in force in which week: a pure function of the scenario and the date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.compile_course import compile_course
from agents.compile_doors import compile_doors
from agents.draft import apply_change, new_draft
from agents.inputs import Course, Doors
from scenarios.changes import CourseChange, EventChange, OnsetChange, TrustChange
from scenarios.names import N_NEEDS, NEED_KEYS, WEEKS_PER_YEAR
from scenarios.resolved import DatedChange, Scenario
from scenarios.schema import Mechanisms
from sim.crisis.ask import CrisisDoor, crisis_door

ALL_ON = Mechanisms()
"""Every mechanism on, as in the warm-up."""

RAMP_STEP_WEEKS = 4
"""A change that ramps up moves at the managers' monthly meeting."""


@dataclass(frozen=True)
class Policy:
    """What the kernels are told in a week."""

    course: Course
    doors: Doors
    mechanisms: Mechanisms
    crisis_door: CrisisDoor | None = None
    """The crisis door's own model; None where a table of shares answers."""


def policy_at(scenario: Scenario, week: int | None, room_for_teams: int) -> Policy:
    """The policy in force in a week since the scenario's start; None is before it."""
    draft = new_draft(scenario)
    if week is None or week < 0:
        doors = compile_doors(scenario, draft, ALL_ON, room_for_teams)
        return Policy(
            compile_course(scenario, ALL_ON), doors, ALL_ON, crisis_door_at(scenario, None)
        )
    onsets: list[tuple[OnsetChange, float]] = []
    remission = np.ones(N_NEEDS)
    events: dict[str, float] = {}
    trust: dict[str, float] = {}
    for dated in scenario.changes:
        fraction = ramped(dated, scenario.start, week)
        if isinstance(dated.change, OnsetChange):  # all, as its place says whom each reaches
            onsets.append((dated.change, fraction))
        elif fraction == 0.0:
            continue
        elif isinstance(dated.change, CourseChange):
            for need in dated.change.needs:
                remission[NEED_KEYS.index(need)] *= 1.0 + fraction * (dated.change.multiply - 1.0)
        elif isinstance(dated.change, EventChange):
            _multiply(events, [dated.change.event], dated.change.multiply, fraction)
        elif isinstance(dated.change, TrustChange):
            _multiply(trust, dated.change.losses, dated.change.multiply, fraction)
        else:
            apply_change(draft, dated.change, fraction)
    course = compile_course(scenario, scenario.mechanisms, tuple(onsets), remission, events, trust)
    doors = compile_doors(scenario, draft, scenario.mechanisms, room_for_teams)
    return Policy(course, doors, scenario.mechanisms, crisis_door_at(scenario, week))


def crisis_door_at(scenario: Scenario, week: int | None) -> CrisisDoor | None:
    """The crisis door in a week since the scenario's start; None is before it.

    There is none where a table of shares answers.
    """
    if week is None or week < 0:
        return crisis_door(scenario, ())
    return crisis_door(
        scenario, [(d.change, ramped(d, scenario.start, week)) for d in scenario.changes]
    )


def crisis_doors(scenario: Scenario) -> list[CrisisDoor]:
    """Every crisis door there will be, one after another; none where a table answers."""
    doors = [crisis_door_at(scenario, week) for week in (None, *sorted(policy_weeks(scenario)))]
    return list({door.inputs.key: door for door in doors if door is not None}.values())


def _multiply(
    factors: dict[str, float], names: Sequence[str], multiply: float, fraction: float
) -> None:
    for name in names:
        factors[name] = factors.get(name, 1.0) * (1.0 + fraction * (multiply - 1.0))


def weeks_since(start: dt.date, date: dt.date) -> int:
    """Whole weeks from one date to another."""
    return (date - start).days // 7


def ramped(dated: DatedChange, start: dt.date, week: int) -> float:
    """How far a change has ramped up in a week: 0 before it starts and after it ends, then to 1."""
    begins = weeks_since(start, dated.start)
    if week < begins or (dated.end is not None and week >= weeks_since(start, dated.end)):
        return 0.0
    steps = (week - begins) // RAMP_STEP_WEEKS + 1
    return min(1.0, steps * RAMP_STEP_WEEKS / max(RAMP_STEP_WEEKS, dated.ramp_weeks))


def policy_weeks(scenario: Scenario) -> frozenset[int]:
    """The weeks since the start in which the policy may differ from the week before."""
    horizon = scenario.years * WEEKS_PER_YEAR
    weeks = {0}
    for dated in scenario.changes:
        begins = weeks_since(scenario.start, dated.start)
        weeks.update(range(begins, begins + dated.ramp_weeks + RAMP_STEP_WEEKS, RAMP_STEP_WEEKS))
        if dated.end is not None:
            weeks.add(weeks_since(scenario.start, dated.end))
    return frozenset(week for week in weeks if 0 <= week < horizon)
