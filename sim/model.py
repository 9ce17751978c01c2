"""A place as a Mesa model: agencies are its agents, people are rows that the kernels read."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import mesa
import numpy as np
from numpy.typing import NDArray

from agents.agency import WEEKS_BETWEEN_MEETINGS, Agency, PressureRule, tighten
from agents.arrays import MAX_OUTCOMES, NEVER, NOBODY, Count, Ints, Table, World
from agents.compile_course import number
from agents.draft import agency_names
from agents.inputs import Course, Doors, as_table
from agents.settling import change_onsets, cross_ages
from agents.streams import run_key
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.crisis.ask import LOAD_WEEKS, WEEKS_BETWEEN_ASKS, answer
from sim.policy import Policy, policy_at, policy_weeks
from sim.week import one_week
from sim.world import copied, first_week, happenings, sort_cases, with_room, with_trace

NO_AGE_LIMIT = 121 * WEEKS_PER_YEAR
"""The upper bound of a group that has none."""
WEEKS_BETWEEN_SORTS = 4
"""Sorting every second week or every eighth gained less."""
NO_PRESSURE = PressureRule(slack_weeks=1.0, per_week=0.0, threshold=0.0, review=0.0)


Listener: TypeAlias = Callable[[Table], None]
Tables: TypeAlias = tuple[NDArray[np.void], NDArray[np.void]]
"""COURSE[1] and DOORS[1]"""


@dataclass(frozen=True)
class Snapshot:
    """All that a place carries from one week to the next. Resuming from it changes nothing."""

    week: int
    world: World
    pressure: tuple[float, ...]
    budget_pence: Ints
    crisis_pence: Ints | None = None


class Place(mesa.Model):
    """One place, one scenario, one replicate.

    Weeks count from the first week of the warm-up, which runs with every mechanism on and no
    change: it is the same in every scenario of a comparison, and they may share it by way of a
    snapshot. The scenario starts after it. A ``listener`` is told at the end of every week what
    happened to whom (a table of TRACE, good for that call only); nothing depends on it.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replicate: int,
        room_for_teams: int,
        resume: Snapshot | None = None,
        listener: Listener | None = None,
    ) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never drawn from
        self.scenario = scenario
        self.key = np.uint64(run_key(seed, replicate))  # one type: kernels compile once
        self.room_for_teams = room_for_teams
        self.listener = listener
        self.warm_up_weeks = warm_up_weeks(scenario)
        self.weeks = self.warm_up_weeks + scenario.years * WEEKS_PER_YEAR
        self.start_week = scenario.start.timetuple().tm_yday / 7.0
        self.season_amplitude = number(scenario.evidence, "people.season_amplitude")
        self.change_weeks = {self.warm_up_weeks + week for week in policy_weeks(scenario)}
        self._told: tuple[Course, Doors, Tables] | None = None
        self.agencies = tuple(
            Agency(self, name, scenario.evidence.agencies[name].title, door)
            for door, name in enumerate(agency_names(scenario))
        )
        self.week = resume.week if resume else 0
        self._adopt(policy_at(scenario, self.week - 1 - self.warm_up_weeks, room_for_teams))
        if resume is None:
            self.world = first_week(scenario, self.weeks, self.course, self.rules, self.key)
            self.budget_pence = np.zeros((self.weeks, self.n_doors), np.int64)
            self.crisis_pence = self._no_crises()
        else:
            self.world = copied(resume.world)
            self.budget_pence = resume.budget_pence.copy()
            kept = resume.crisis_pence
            self.crisis_pence = None if kept is None else kept.copy()
            for agency, pressure in zip(self.agencies, resume.pressure, strict=True):
                agency.pressure = pressure
            self._press()
            self._ask_crisis_door()

    def step(self) -> None:
        """One week: dated changes, then people and the front line, then the managers."""
        self._cross_ages()
        if self.week in self.change_weeks:
            self._apply_changes()
        if self.week % WEEKS_BETWEEN_ASKS == 0 or self.week in self.change_weeks:
            self._ask_crisis_door()
        if self.week % WEEKS_BETWEEN_SORTS == 0:
            self._put_in_order()
        due = self._due()
        self._make_room(len(due))
        self._live_week(due)
        if self.listener:
            self.listener(happenings(self.world))
        self.budget_pence[self.week] = self.budget_now
        if self.week % WEEKS_BETWEEN_MEETINGS == 0:
            self._manage()
        self.week += 1

    def run_to(self, week: int) -> None:
        """Step until ``week``."""
        while self.week < week:
            self.step()

    def _put_in_order(self) -> None:
        """Cases in the order of their people, which is faster to read."""
        sort_cases(self.world)

    def _make_room(self, due: int) -> None:
        """Room in every table for what one week may bring to so many whose date has come."""
        self.world = with_room(self.world, due, int(self.course.arrivals) + 1)
        if self.listener:
            self.world = with_trace(self.world)

    def _live_week(self, due: NDArray[np.int64]) -> None:
        """People and the front line."""
        one_week(self.world, *self.told(), due, self.week, self._season(), self.key)

    def told(self) -> Tables:
        """Course and doors as tables of one row, which what is compiled takes at once."""
        if (
            self._told is None
            or self._told[0] is not self.course
            or self._told[1] is not self.doors
        ):
            tables = as_table(self.course), as_table(self.doors)
            self._told = self.course, self.doors, tables
        return self._told[2]

    def _manage(self) -> None:
        """The managers' meeting."""
        waiting, rule = self.world.waiting, self.pressure_rule
        self.agents.do("manage", self.rules, self.doors, waiting, rule)

    def snapshot(self) -> Snapshot:
        """A copy of everything that the coming weeks depend on."""
        pressure = tuple(agency.pressure for agency in self.agencies)
        crisis = None if self.crisis_pence is None else self.crisis_pence.copy()
        return Snapshot(self.week, copied(self.world), pressure, self.budget_pence.copy(), crisis)

    def let_go(self) -> None:
        """Give everything back when all is known. A model, its agencies and its own steps refer to
        each other, so that Python would keep it all until it looks for such rings, which it seldom
        does; nothing can be asked of the place afterwards."""
        vars(self).clear()

    def _adopt(self, policy: Policy) -> None:
        """Take on a policy: its course, its rules, and doors that pressure may move."""
        self.course: Course = policy.course
        self.rules: Doors = policy.doors
        self.n_doors = int(policy.doors.n_doors)
        self.budget_now: Ints = policy.doors.budget_pence[: self.n_doors]
        self.doors: Doors = policy.doors.copy()
        self.crisis_door = policy.crisis_door
        self.crossed_ages = _ages_that_matter(policy.course)
        self.pressure_rule = (
            _pressure_rule(self.scenario) if policy.mechanisms.pressure else NO_PRESSURE
        )

    def _no_crises(self) -> Ints | None:
        """Room for what crises cost by week, by payer (health, police) and by outcome."""
        if self.crisis_door is None:
            return None
        return np.zeros((self.weeks, 2, MAX_OUTCOMES), np.int64)

    def _ask_crisis_door(self) -> None:
        """What becomes of crises until it is asked again, given how many there were of late."""
        if self.crisis_door is None or self.crisis_pence is None:
            return
        asked = self.week - self.week % WEEKS_BETWEEN_ASKS
        tally, lately = self.world.tally, slice(max(0, asked - LOAD_WEEKS), asked)
        crises = int(tally.crisis_outcome[lately].sum())
        with_drink = int(tally.crisis_with_drink[lately].sum())
        found = answer(self.crisis_door, crises, with_drink, lately.stop - lately.start)
        n = len(found.pence[0])
        self.doors.crisis_outcome[:n] = found.cumulative
        self.doors.crisis_pence[:n] = found.pence.sum(axis=0)
        self.crisis_pence[self.week : asked + WEEKS_BETWEEN_ASKS, :, :n] = found.pence

    def _press(self) -> None:
        """Put every agency's present pressure on its doors, which stand first of all doors."""
        pressure = np.array([agency.pressure for agency in self.agencies])
        tighten(self.rules, self.doors, self.pressure_rule, slice(0, len(pressure)), pressure)

    def _apply_changes(self) -> None:
        """This week's policy, and what it means for calendars already drawn."""
        before = self.course
        policy = policy_at(self.scenario, self.week - self.warm_up_weeks, self.room_for_teams)
        self._adopt(policy)
        self._press()
        n = self.world.counts[Count.PEOPLE]
        people, awake = self.world.people[:n].view(np.recarray), self.world.awake
        if before.lifecourse and not self.course.lifecourse:
            people.life_week[:] = NEVER
            asleep = (self.world.slot[:n] == NOBODY) & (people.resident == 1)
            self.world.due_week[:n] = np.where(asleep, people.wake_week, NEVER)
        if not policy.mechanisms.heavy_tail:
            people.propensity[:] = 1.0
            awake.propensity[:] = 1.0
        if not _same_onsets(before, self.course):
            change_onsets(self.world, before, self.course, self.week, self.key)

    def _cross_ages(self) -> None:
        """Let those in whose lives a change of onset begins or ends by age feel it at once."""
        if len(self.crossed_ages):
            cross_ages(self.world, self.course, self.crossed_ages, self.week, self.key)

    def _due(self) -> NDArray[np.int64]:
        """Residents whose calendar has something for this week."""
        n = self.world.counts[Count.PEOPLE]
        return np.flatnonzero(self.world.due_week[:n] <= self.week)

    def _season(self) -> float:
        """More contacts in January, fewer in July."""
        since_new_year = self.start_week + self.week - self.warm_up_weeks
        angle = 2.0 * math.pi * since_new_year / WEEKS_PER_YEAR
        return 1.0 + self.season_amplitude * math.cos(angle)


def warm_up_weeks(scenario: Scenario) -> int:
    """Weeks that are run before the start date, whole years."""
    return round(number(scenario.evidence, "lifecourse.warm_up_years")) * WEEKS_PER_YEAR


def _ages_that_matter(course: Course) -> Ints:
    """Ages in weeks at which a change of onset begins or ends, other than those of age bands."""
    bounds = course.group_ages[: course.n_groups]
    ages: Ints = np.setdiff1d(bounds, [*course.band_week, NO_AGE_LIMIT])
    return ages


def _pressure_rule(scenario: Scenario) -> PressureRule:
    register = scenario.evidence
    return PressureRule(
        slack_weeks=number(register, "doors.slack_weeks"),
        per_week=number(register, "doors.pressure_per_week"),
        threshold=number(register, "doors.pressure_threshold"),
        review=number(register, "doors.pressure_review"),
    )


def _same_onsets(before: Course, after: Course) -> bool:
    names = ("onset", "group_factor", "group_ages", "group_aces", "group_sex", "group_reach")
    return all(np.array_equal(getattr(before, n), getattr(after, n)) for n in names)
