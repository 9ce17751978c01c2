"""The same programme, stronger or weaker, and better or worse aimed.

Strength multiplies what a change does and leaves alone what it costs: 0 is a programme that is paid
for and leaves people and doors as they are today, 1 is as its file says; a number that is set moves
from today's as much further or less far. Budgets are the money itself, and exclusions, reviews and
what the crisis door's own model is told have no half; they stay as they are. Aim is the share of a
team's places that go to the people its rule finds; the rest are paid for, and do nobody good. With
no aim at all the team has no place, and everything else of the scenario goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scenarios.changes import Change, InformationChange, RedirectChange, TeamChange
from scenarios.resolved import DatedChange, Scenario
from scenarios.schema import AgencySpec

_SHARES = {"route": "share", "crisis": "share", "destination": "share",
           "threshold": "add"}  # fmt: skip
_FACTORS = ("onset", "course", "event", "trust", "caseload")
_NO_PLACE = 1e-6
"""Of a team's posts, a share too small for a single place. Their cost is spread over them, so that
without aim all of it is paid."""
_TEAM = ("attendance_elsewhere", "advocacy_per_week", "waives_exclusions")


def with_strength(scenario: Scenario, strength: float) -> Scenario:
    """Every change that can be stronger or weaker made so."""
    agencies = scenario.evidence.agencies
    changes = tuple(
        replace(dated, change=stronger(dated.change, strength, agencies))
        for dated in scenario.changes
    )
    return replace(scenario, name=f"{scenario.name}_strength_{strength:g}", changes=changes)


def of_which_there_is_half(scenario: Scenario) -> list[Change]:
    """The changes that can be stronger or weaker; where there are none, strength means nothing."""
    agencies = scenario.evidence.agencies
    every = [dated.change for dated in scenario.changes]
    return [change for change in every if stronger(change, 0.5, agencies) != change]


def stronger(change: Change, strength: float, agencies: Mapping[str, AgencySpec]) -> Change:
    """One change; shares stay between 0 and 1."""
    kind, given = change.kind, change
    new: dict[str, Any] = {}
    if isinstance(change, TeamChange):
        new = {name: _share(strength * getattr(change, name)) for name in _TEAM}
        new["effect"] = {need: _share(strength * x) for need, x in change.effect.items()}
        if change.notice is not None:
            deters = _share(strength * change.notice.deters)
            new["notice"] = change.notice.model_copy(update={"deters": deters})
    elif kind in _SHARES:
        name = _SHARES[kind]
        new = {name: max(-1.0, min(1.0, strength * getattr(given, name)))}
    elif kind in _FACTORS:
        least = 0.01 if kind == "caseload" else 0.0
        new = {"multiply": max(least, 1.0 + strength * (_given(given, "multiply") - 1.0))}
    elif isinstance(change, InformationChange):
        today = min(agencies[name].information_shared.value for name in change.agencies)
        new = {"share": _share(today + strength * (change.share - today))}
    elif isinstance(change, RedirectChange):
        new = _redirected(change, strength, agencies[change.agency])
    elif kind in ("referral", "engagement", "staffing"):
        new = _from_today(given, strength, agencies[_given(given, "agency")])
    return change.model_copy(update=new)


def _redirected(change: RedirectChange, strength: float, agency: AgencySpec) -> dict[str, Any]:
    """The share passed on, from today's; none is passed on to another door than today's."""
    same = agency.redirects_to == change.target
    today = agency.redirect_share.value if same else 0.0
    if strength == 0.0 and agency.redirects_to is not None and not same:
        return {"target": agency.redirects_to, "share": agency.redirect_share.value}
    return {"share": _share(today + strength * (change.share - today))}


def _from_today(change: Any, strength: float, agency: AgencySpec) -> dict[str, Any]:
    """What is set from today's value to another, moved as much further or less far."""
    today = {"quality": agency.referral_quality.value, "attendance": agency.attendance.value,
             "turnover_per_year": agency.turnover_per_year.value}  # fmt: skip
    new: dict[str, Any] = {}
    for name, was in today.items():
        to = getattr(change, name, None)
        if to is not None:
            new[name] = _share(was + strength * (to - was))
    if change.kind == "referral":
        new["multiply"] = max(0.0, 1.0 + strength * (change.multiply - 1.0))
    return new


def with_aim(scenario: Scenario, aim: float) -> Scenario:
    """Only a share of every team's places does any good, at the cost of all."""
    changes = tuple(_aimed(dated, aim) for dated in scenario.changes)
    return replace(scenario, name=f"{scenario.name}_aim_{aim:g}", changes=changes)


def has_team(scenario: Scenario) -> bool:
    """Whether aim means anything here."""
    return any(isinstance(d.change, TeamChange) for d in scenario.changes)


def has_more_than_a_team(scenario: Scenario) -> bool:
    """Whether anything else is changed as well, which stays in force whatever the aim."""
    return any(not isinstance(d.change, TeamChange) for d in scenario.changes)


def _aimed(dated: DatedChange, aim: float) -> DatedChange:
    team = dated.change
    if not isinstance(team, TeamChange):
        return dated
    share = max(aim, _NO_PLACE)
    new = {"posts": share * team.posts, "cost_gbp_per_post": team.cost_gbp_per_post / share}
    return replace(dated, change=team.model_copy(update=new))


def _share(x: float) -> float:
    return min(1.0, max(0.0, x))


def _given(change: Any, name: str) -> Any:
    return getattr(change, name)
