"""The policy of a week while changes are applied to it: budgets, thresholds, routes, by name.

A change acts on a draft as far as it has ramped up; changes act in the order in which the scenario
names them. `agents.compile_doors` makes of it what the kernels read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from agents.inputs import NO_EXCLUSION
from scenarios.changes import (
    ALL,
    BudgetChange,
    CaseloadChange,
    Change,
    CrisisChange,
    DestinationChange,
    EngagementChange,
    ExclusionChange,
    InformationChange,
    RedirectChange,
    ReferralChange,
    ReviewChange,
    RouteChange,
    StaffingChange,
    TeamChange,
    ThresholdChange,
)
from scenarios.names import NEED_KEYS, NeedKey
from scenarios.resolved import Scenario
from scenarios.schema import AgencySpec


@dataclass
class Draft:
    """The policy of one week while changes are applied to it; mutable, by name of agency."""

    spec: dict[str, AgencySpec]
    budget: dict[str, float]
    number: dict[str, dict[str, float]]
    exclude: dict[str, dict[str, float]]
    rule: dict[str, str]
    refer_factor: dict[str, float]
    redirect: dict[str, tuple[str, float]]
    route: dict[str, dict[str, dict[str, float]]]
    crisis: dict[str, float]
    cases_factor: dict[str, float]
    accepts: dict[str, dict[str, float]]
    team_share: dict[str, float] = field(default_factory=dict)


NUMBERS = (
    "screen_threshold", "threshold", "information_shared", "quiet_weeks", "missed_limit",
    "max_weeks", "attendance", "turnover_per_year", "referral_quality",
)  # fmt: skip
"""Numbers of an agency that a change may move."""


def agency_names(scenario: Scenario) -> tuple[str, ...]:
    """Agencies in the order of every array with a door axis; teams come after them."""
    return tuple(scenario.evidence.agencies)


def team_specs(scenario: Scenario) -> tuple[TeamChange, ...]:
    """Every team that the scenario introduces at any time, one each."""
    teams: dict[str, TeamChange] = {}
    for dated in scenario.changes:
        if isinstance(dated.change, TeamChange):
            teams.setdefault(dated.change.name, dated.change)
    return tuple(teams.values())


def door_names(scenario: Scenario) -> tuple[str, ...]:
    """Agencies, then teams."""
    return agency_names(scenario) + tuple(team.name for team in team_specs(scenario))


def new_draft(scenario: Scenario) -> Draft:
    """The policy before any change: what the place's files say."""
    agencies = scenario.evidence.agencies
    residents = sum(scenario.place.population.values())
    return Draft(
        spec=dict(agencies),
        budget={name: yearly_budget(spec, residents) for name, spec in agencies.items()},
        number={
            name: {key: getattr(spec, key).value for key in NUMBERS}
            for name, spec in agencies.items()
        },
        exclude={
            name: {need: level.value for need, level in spec.excludes.items()}
            for name, spec in agencies.items()
        },
        rule={name: spec.review_rule for name, spec in agencies.items()},
        refer_factor=dict.fromkeys(agencies, 1.0),
        redirect={
            name: (spec.redirects_to, spec.redirect_share.value)
            for name, spec in agencies.items()
            if spec.redirects_to is not None
        },
        route={
            need: {"day": dict(route.day), "night": dict(route.night)}
            for need, route in scenario.evidence.routes.items()
        },
        crisis=dict(scenario.evidence.crisis.outcomes),
        cases_factor=dict.fromkeys(agencies, 1.0),
        accepts={need: _accepted_shares(agencies, need) for need in NEED_KEYS},
    )


def _accepted_shares(agencies: Mapping[str, AgencySpec], need: NeedKey) -> dict[str, float]:
    """To which doors the referrals of a need go: weights, in the order of the agencies."""
    return {n: spec.accepts[need].value for n, spec in agencies.items() if need in spec.accepts}


def yearly_budget(spec: AgencySpec, residents: float) -> float:
    """An agency's budget in pounds a year: its own, or so much a head."""
    if spec.budget_gbp_per_year is not None:
        return float(spec.budget_gbp_per_year.value)
    return float(spec.budget_gbp_per_head.value) * residents


def apply_change(draft: Draft, change: Change, fraction: float) -> None:
    """Let a change act on the draft, as far as it has ramped up (``fraction``, 0 to 1)."""
    match change:
        case BudgetChange():
            _budget(draft, change, fraction)
        case ThresholdChange():
            numbers = draft.number[change.agency]
            if change.door in ("assessment", "both"):
                numbers["threshold"] += fraction * change.add
            if change.door in ("screen", "both"):
                numbers["screen_threshold"] += fraction * change.add
        case ExclusionChange():
            after = NO_EXCLUSION if change.level is None else change.level
            draft.exclude[change.agency][change.need] = after
        case ReviewChange():
            _review(draft, change, fraction)
        case RouteChange():
            for when in ("day", "night") if change.when == "both" else (change.when,):
                _move_share(draft.route[change.need][when], change.source, change.target,
                            fraction * change.share)  # fmt: skip
        case ReferralChange():
            if change.quality is not None:
                _towards(draft, change.agency, "referral_quality", change.quality, fraction)
            draft.refer_factor[change.agency] *= 1.0 + fraction * (change.multiply - 1.0)
        case RedirectChange():
            target, today = draft.redirect.get(change.agency, (change.target, 0.0))
            before = today if target == change.target else 0.0
            share = before + fraction * (change.share - before)
            draft.redirect[change.agency] = (change.target, share)
        case InformationChange():
            for agency in change.agencies:
                _towards(draft, agency, "information_shared", change.share, fraction)
        case EngagementChange():
            if change.attendance is not None:
                _towards(draft, change.agency, "attendance", change.attendance, fraction)
            if change.missed_limit is not None:
                _towards(draft, change.agency, "missed_limit", change.missed_limit, fraction)
        case StaffingChange():
            _towards(draft, change.agency, "turnover_per_year", change.turnover_per_year, fraction)
        case CrisisChange():
            _move_share(draft.crisis, change.source, change.target, fraction * change.share)
        case CaseloadChange():
            draft.cases_factor[change.agency] *= 1.0 + fraction * (change.multiply - 1.0)
        case DestinationChange():
            _move_share(draft.accepts[change.need], change.source, change.target,
                        fraction * change.share)  # fmt: skip
        case TeamChange():
            draft.team_share[change.name] = fraction
        case _:  # onset, course, event and trust act on people, not on doors
            pass


def _budget(draft: Draft, change: BudgetChange, fraction: float) -> None:
    taken = 0.0
    for name in _cut_agencies(draft, change):
        before = draft.budget[name]
        draft.budget[name] = before + fraction * (_new_budget(before, change) - before)
        taken += before - draft.budget[name]
    if change.moved_to is not None:
        draft.budget[change.moved_to] += max(0.0, taken)


def _cut_agencies(draft: Draft, change: BudgetChange) -> tuple[str, ...]:
    """Whose budget changes: one agency's, those named, or all but the one that is given more."""
    if change.agency is not None:
        return (change.agency,)
    if change.agencies != [ALL]:
        return tuple(dict.fromkeys(change.agencies or ()))
    gated = (name for name, spec in draft.spec.items() if spec.kind == "gated")
    return tuple(name for name in gated if name != change.moved_to)


def _new_budget(before: float, change: BudgetChange) -> float:
    if change.set_gbp_per_year is not None:
        return float(change.set_gbp_per_year.value)
    if change.add_gbp_per_year is not None:
        return max(0.0, before + change.add_gbp_per_year.value)
    return before * (change.multiply or 0.0)


def _review(draft: Draft, change: ReviewChange, fraction: float) -> None:
    if change.rule is not None:
        draft.rule[change.agency] = change.rule
    if change.quiet_weeks is not None:
        _towards(draft, change.agency, "quiet_weeks", change.quiet_weeks, fraction)
    if change.max_weeks is not None:
        _towards(draft, change.agency, "max_weeks", change.max_weeks, fraction)


def _towards(draft: Draft, agency: str, key: str, value: float, fraction: float) -> None:
    before = draft.number[agency][key]
    draft.number[agency][key] = before + fraction * (value - before)


def _move_share(shares: dict[str, float], source: str, target: str, share: float) -> None:
    moved = shares.get(source, 0.0) * share
    shares[source] = shares.get(source, 0.0) - moved
    shares[target] = shares.get(target, 0.0) + moved


def pence(gbp: object) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Whole pence of pounds."""
    return np.rint(np.asarray(gbp, dtype=np.float64) * 100.0).astype(np.int64)
