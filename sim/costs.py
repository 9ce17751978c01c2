"""The ledger: every penny of a run, by week, by what it was for, by agency or team, by payer.

Sums are whole pence, and every penny stands on exactly one line, so that costs by agency, by payer
and in total add up exactly. Prices are those of the scenario's price year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Ints, PeopleCount, Table
from agents.draft import agency_names, team_specs
from agents.inputs import Doors
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import DatedCost, Scenario
from scenarios.schema import AgencySpec
from sim.policy import Policy, policy_at, weeks_since

NO_DOOR = ""
"""The name of the door of a line that belongs to no agency or team."""
JUSTICE = "justice"
"""Who pays for prison; and for arrests in a place without police."""
HEALTH = "nhs"
"""Who pays for crises in a place without a crisis team."""
DEFAULT_CASHABLE = float(AgencySpec.model_fields["cashable_share"].default.value)
"""The cashable share of costs that belong to no agency (prison)."""


class Kind(Enum):
    """What money was spent on."""

    CONTACTS = "contacts"
    BUDGET = "budget"
    PLACEMENTS = "placements"
    CARE = "care"
    CRISIS = "crisis"
    ARRESTS = "arrests"
    PRISON = "prison"
    PROGRAMME = "programme"

    @property
    def follows_demand(self) -> bool:
        """Whether there is less of it when there is less demand; the rest is as decided."""
        return self not in (Kind.BUDGET, Kind.PROGRAMME)


@dataclass(frozen=True, eq=False)
class Line:
    """One kind of spending at one door."""

    kind: Kind
    door: str
    """An agency, a team or NO_DOOR."""
    payer: str
    pence: Ints
    """[weeks]"""


@dataclass(frozen=True, eq=False)
class Ledger:
    """All that was spent in the weeks of a scenario."""

    weeks: int
    lines: tuple[Line, ...]
    unchanged_budget_pence: int
    """What all agencies' budgets come to in a week if no change ever acts."""


@dataclass(frozen=True, eq=False)
class Activity:
    """What there is to pay for: the weeks of a scenario, from its start to its end."""

    tally: Table
    """WEEK[weeks]"""
    background: Ints
    """[weeks, agencies] contacts of residents outside the model."""
    budget_pence: Ints
    """[weeks, doors] as budgets stood in each week."""
    crisis_pence: Ints | None = None
    """[weeks, 2, outcomes] what a crisis cost health and police; None: as the table says."""


def ledger(scenario: Scenario, activity: Activity) -> Ledger:
    """Enter a run's activity, at the scenario's prices."""
    policy = policy_at(scenario, None, room_for_teams=0)
    doors = policy.doors
    lines = (
        *_agency_lines(scenario, activity, doors),
        *_care_lines(scenario, activity, doors),
        *_crisis_lines(scenario, activity, doors),
        *_sentence_lines(scenario, activity, policy),
        *_team_lines(scenario, activity),
        *(_programme_line(cost, scenario) for cost in scenario.costs),
    )
    unchanged = int(doors.budget_pence[: doors.n_agencies].sum())
    return Ledger(len(activity.tally), lines, unchanged)


def payers(scenario: Scenario) -> frozenset[str]:
    """Everybody who may have to pay for something in a scenario."""
    agencies = scenario.evidence.agencies.values()
    own = {spec.payer for spec in agencies} | {cost.payer for cost in scenario.costs}
    if not any(spec.crisis_door for spec in agencies):
        own.add(HEALTH)
    return frozenset(own | {team.payer for team in team_specs(scenario)} | {JUSTICE})


def added_up(lines: Iterable[Line], weeks: int) -> Ints:
    """Pence a week of several lines together."""
    return sum((line.pence for line in lines), np.zeros(weeks, np.int64))


def _agency_lines(scenario: Scenario, activity: Activity, doors: Doors) -> Iterator[Line]:
    """Contacts, budgets and placements of every agency."""
    tally = activity.tally
    for d, (name, spec) in enumerate(scenario.evidence.agencies.items()):
        contacts = tally.contacts[:, d].astype(np.int64) * doors.contact_pence[d]
        contacts += activity.background[:, d] * int(_pence(_background_gbp(spec)))
        in_placement = tally.open[:, d].astype(np.int64) * doors.placement_pence[d]
        yield Line(Kind.CONTACTS, name, spec.payer, contacts)
        yield Line(Kind.BUDGET, name, spec.payer, activity.budget_pence[:, d])
        yield Line(Kind.PLACEMENTS, name, spec.payer, in_placement)


def _care_lines(scenario: Scenario, activity: Activity, doors: Doors) -> Iterator[Line]:
    """Looked-after children, each week of each child."""
    if doors.care_door >= 0:
        children = _people(activity, PeopleCount.LOOKED_AFTER)
        name, payer = _door(scenario, int(doors.care_door), "")
        yield Line(Kind.CARE, name, payer, children * int(doors.care_week_pence))


def _crisis_lines(scenario: Scenario, activity: Activity, doors: Doors) -> Iterator[Line]:
    """What became of mental-health crises: beds and teams, and hours of the police."""
    n = len(scenario.evidence.crisis.outcomes)
    outcomes = activity.tally.crisis_outcome[:, :n].astype(np.int64)
    if activity.crisis_pence is None:
        health, police = (outcomes @ pence for pence in crisis_pence_of_table(scenario))
    else:
        both = (outcomes[:, None, :] * activity.crisis_pence[:, :, :n]).sum(axis=2)
        health, police = both[:, 0], both[:, 1]
    name, payer = _door(scenario, int(doors.crisis_door), HEALTH)
    yield Line(Kind.CRISIS, name, payer, health)
    name, payer = _door(scenario, int(doors.police), JUSTICE)
    yield Line(Kind.CRISIS, name, payer, police)


def crisis_pence_of_table(scenario: Scenario) -> tuple[Ints, Ints]:
    """What a crisis costs health and police by outcome, as the table of shares says."""
    crisis = scenario.evidence.crisis
    hour = crisis.police_gbp_per_hour.value
    cost = [crisis.cost_gbp[name] for name in crisis.outcomes]
    return _pence(cost), _pence([crisis.police_hours[name] * hour for name in crisis.outcomes])


def _sentence_lines(scenario: Scenario, activity: Activity, policy: Policy) -> Iterator[Line]:
    """Arrests, and the weeks in prison that some of them lead to."""
    leads = [spec.effect == "prison" for spec in scenario.evidence.events.values()]
    arrests = activity.tally.events[:, : len(leads)][:, leads].sum(axis=1, dtype=np.int64)
    sentenced = _people(activity, PeopleCount.PRISON)
    name, payer = _door(scenario, int(policy.doors.police), JUSTICE)
    yield Line(Kind.ARRESTS, name, payer, arrests * int(policy.course.arrest_pence))
    yield Line(Kind.PRISON, NO_DOOR, JUSTICE, sentenced * int(policy.course.prison_pence))


def _team_lines(scenario: Scenario, activity: Activity) -> Iterator[Line]:
    """The posts of teams that cross agencies."""
    first = len(agency_names(scenario))
    for d, team in enumerate(team_specs(scenario), start=first):
        yield Line(Kind.BUDGET, team.name, team.payer, activity.budget_pence[:, d])


def _programme_line(cost: DatedCost, scenario: Scenario) -> Line:
    """A programme's own cost: an even share for each week, and once in its first week."""
    weeks = scenario.years * WEEKS_PER_YEAR
    begins = max(0, weeks_since(scenario.start, cost.start))
    ends = weeks if cost.end is None else weeks_since(scenario.start, cost.end)
    pence = np.zeros(weeks, np.int64)
    pence[begins:ends] = int(_pence(cost.gbp_per_year / WEEKS_PER_YEAR))
    pence[begins : begins + 1] += int(_pence(cost.gbp_once))
    return Line(Kind.PROGRAMME, NO_DOOR, cost.payer, pence)


def _door(scenario: Scenario, door: int, payer: str) -> tuple[str, str]:
    """The name and payer of an agency; ``payer`` where a place has no such agency."""
    if door < 0:
        return NO_DOOR, payer
    name = agency_names(scenario)[door]
    return name, scenario.evidence.agencies[name].payer


def _background_gbp(spec: AgencySpec) -> float:
    """What a contact outside the model costs; as much as one within it if nothing is said."""
    own = spec.background_gbp_per_contact
    return spec.cost_gbp_per_contact.value if own is None else own.value


def _people(activity: Activity, count: PeopleCount) -> Ints:
    weekly: Ints = activity.tally.people[:, count].astype(np.int64)
    return weekly


def _pence(gbp: Any) -> NDArray[np.int64]:
    return np.rint(np.asarray(gbp, np.float64) * 100.0).astype(np.int64)
