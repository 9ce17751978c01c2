"""The week of a place, told once more: this is the specification."""

from __future__ import annotations

import math

import mesa

from agents.agency import PressureRule
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.crisis.ask import LOAD_WEEKS, WEEKS_BETWEEN_ASKS, CrisisDoor, answer
from sim.policy import Policy, policy_at, policy_weeks
from tests.reference.agency import WEEKS_BETWEEN_MEETINGS, Agency
from tests.reference.case import Case
from tests.reference.contacts import call_for_help, call_rates
from tests.reference.counts import end_of_periods
from tests.reference.front_door import allocate, front_door
from tests.reference.life_events import life_happens, reach_children
from tests.reference.lifecourse import follow_calendar, settle_down
from tests.reference.needs import move_needs
from tests.reference.onset import change_onsets, cross_ages, onsets_differ
from tests.reference.person import NEVER, Person
from tests.reference.policy import Course, PlaceRules, plain_course, plain_doors, plain_place
from tests.reference.record import NOWHERE, Record
from tests.reference.streams import Draws
from tests.reference.support import support_and_review
from tests.reference.teams import reach_out


class Twin(mesa.Model):
    """A place, one scenario, one replicate.

    ``people`` holds everyone who ever lived here, ``awake`` those who have a need or are known to
    an agency, ``cases`` everything on a waiting list or on the books, in the order of referral,
    ``agencies`` the doors by number, teams last.
    """

    course: Course
    place: PlaceRules

    def __init__(self, scenario: Scenario, run_key: int, room_for_teams: int) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never drawn from
        self.scenario = scenario
        self.run_key = run_key
        self.room_for_teams = room_for_teams
        self.warm_up_weeks = WEEKS_PER_YEAR * round(self._number("lifecourse.warm_up_years"))
        self.change_weeks = {self.warm_up_weeks + week for week in policy_weeks(scenario)}
        self.week = 0
        self.people: list[Person] = []
        self.awake: list[Person] = []
        self.cases: list[Case] = []
        self.agencies: list[Agency] = []
        self.record = Record()
        self._adopt(self._policy(-1))

    # the week

    def step(self) -> None:
        """One week. Dated changes, then people and the front line, then the managers."""
        self.record.week = self.week
        self.draws = Draws(self.run_key, self.week)
        self.season = self._season()
        cross_ages(self)
        if self.week in self.change_weeks:
            self._change_policy()
        monthly = self.week % WEEKS_BETWEEN_ASKS == 0
        if self.crisis_door is not None and (monthly or self.week in self.change_weeks):
            self._ask_crisis_door(self.crisis_door)
        follow_calendar(self)  # births, moves, deaths, needs that begin
        self._live()  # needs move, life happens, calls for help
        front_door(self)  # who is seen, and who is refused
        allocate(self)  # free places to those in front
        support_and_review(self)  # who comes, what helps, who is let go
        reach_out(self)  # teams speak up, and find people
        settle_down(self)  # the recovered go back to sleep
        end_of_periods(self)  # quarters and years are counted
        if self.week % WEEKS_BETWEEN_MEETINGS == 0:
            for agency in self.agencies:
                agency.manage()  # long lists tighten the rules
        self.week += 1

    def _live(self) -> None:
        """A week in everybody's life.

        Nobody feels what others go through before next week, so it does not matter who is first.
        """
        worried: list[Person] = []
        for person in self.awake:
            move_needs(self, person)
            person.trust += self.course.trust_recovery * (person.trust_start - person.trust)
            calls = sum(call_rates(self, person))
            if life_happens(self, person):
                worried.append(person)
            call_for_help(self, person, calls)
        for parent in worried:
            reach_children(self, parent)
        self.record.count("people", "AWAKE", by=len(self.awake))

    def _season(self) -> float:
        """More contacts in January, fewer in July."""
        start_week = self.scenario.start.timetuple().tm_yday / 7.0
        angle = 2.0 * math.pi * (start_week + self.week - self.warm_up_weeks) / WEEKS_PER_YEAR
        return 1.0 + self._number("people.season_amplitude") * math.cos(angle)

    # the policy

    def _policy(self, week: int) -> Policy:
        """Before the scenario starts: every mechanism on, and no change."""
        return policy_at(self.scenario, week - self.warm_up_weeks, self.room_for_teams)

    def _adopt(self, policy: Policy) -> None:
        """Take on a policy; managers go on from the pressure there is."""
        self.course, self.place = plain_course(policy), plain_place(policy)
        self.crisis_door = policy.crisis_door
        rules = plain_doors(policy)
        if not self.agencies:
            agencies = int(policy.doors.n_agencies)
            self.agencies = [Agency(self, d, r, d >= agencies) for d, r in enumerate(rules)]
        self.pressure_rule = self._pressure_rule(policy.mechanisms.pressure)
        for agency, changed in zip(self.agencies, rules, strict=True):
            agency.rules = changed
            agency.tighten()
        self.refused_team = self._door(self.place.refused_team)
        self.front_line_team = self._door(self.place.front_line_team)

    def _ask_crisis_door(self, door: CrisisDoor) -> None:
        """What becomes of this week's crises, given how many there were a week of late."""
        asked = self.week - self.week % WEEKS_BETWEEN_ASKS
        weeks = range(max(0, asked - LOAD_WEEKS), asked)
        crises, with_drink = (
            sum(
                number
                for week in weeks
                for (what, *_), number in self.record.weeks[week].items()
                if what == counted
            )
            for counted in ("crisis_outcome", "crisis_with_drink")
        )
        found = answer(door, crises, with_drink, len(weeks))
        n = found.pence.shape[1]
        self.place.crisis_outcome[:n] = found.cumulative.tolist()
        self.place.crisis_pence[:n] = found.pence.sum(axis=0).tolist()

    def _change_policy(self) -> None:
        """This week's policy, and what it means for what was already drawn."""
        before, policy = self.course, self._policy(self.week)
        self._adopt(policy)
        for person in self.people:
            if before.lifecourse and not self.course.lifecourse:
                person.life_week = NEVER
            if not policy.mechanisms.heavy_tail:
                person.propensity = 1.0
        if onsets_differ(before, self.course):
            change_onsets(self, before)

    def _pressure_rule(self, on: bool) -> PressureRule:
        if not on:
            return PressureRule(slack_weeks=1.0, per_week=0.0, threshold=0.0, review=0.0)
        return PressureRule(
            slack_weeks=self._number("doors.slack_weeks"),
            per_week=self._number("doors.pressure_per_week"),
            threshold=self._number("doors.pressure_threshold"),
            review=self._number("doors.pressure_review"),
        )

    def _door(self, number: int) -> Agency | None:
        return None if number == NOWHERE else self.agencies[number]

    def _number(self, name: str) -> float:
        """One of the scenario's general numbers."""
        value = self.scenario.evidence.general[name].value
        assert not isinstance(value, list), name
        return float(value)
