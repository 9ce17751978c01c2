"""From agencies, routes and dated changes to the policy that the kernels read.

Budgets buy posts, posts give places and assessments. A change acts on a draft of the policy, as
far as it has ramped up; changes act in the order in which the scenario names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agents.arrays import MAX_DOORS, MAX_OUTCOMES, NOBODY, Floats, Ints
from agents.inputs import DOORS, NO_EXCLUSION, Doors, Finding, ReviewRule, new_record
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
    Notice,
    RedirectChange,
    ReferralChange,
    ReviewChange,
    RouteChange,
    StaffingChange,
    TeamChange,
    ThresholdChange,
)
from scenarios.names import N_NEEDS, NEED_KEYS, WEEKS_PER_YEAR, NeedKey
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario
from scenarios.schema import AgencySpec, Mechanisms

UNLIMITED = 1.0e9
"""Places and slots when waiting lists are switched off."""

EMERGENCY = ("police", "ambulance", "ae")
_RULES = {
    "withdraw": ReviewRule.WITHDRAW,
    "step_down": ReviewRule.STEP_DOWN,
    "keep": ReviewRule.KEEP,
}
_FINDING = {
    "data_feed": Finding.DATA_FEED,
    "refused_referral": Finding.REFUSED_REFERRAL,
    "early_risk": Finding.EARLY_RISK,
    "front_line": Finding.FRONT_LINE,
}


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


_NUMBERS = (
    "screen_threshold", "threshold", "information_shared", "quiet_weeks", "missed_limit",
    "max_weeks", "attendance", "turnover_per_year", "referral_quality",
)  # fmt: skip


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
            name: {key: getattr(spec, key).value for key in _NUMBERS}
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
            draft.redirect[change.agency] = (change.target, fraction * change.share)
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


def compile_doors(
    scenario: Scenario, draft: Draft, mechanisms: Mechanisms, room_for_teams: int
) -> Doors:
    """The arrays of a policy, with the mechanisms that are off compiled away.

    There are as many doors for teams as the scenario of a comparison with the most teams needs
    (``room_for_teams``); those without a team have no places.
    """
    agencies = agency_names(scenario)
    team_list: list[TeamChange | None] = list(team_specs(scenario))
    team_list += [None] * (room_for_teams - len(team_list))
    specs = [draft.spec[name] for name in agencies]
    arrays = _agency_arrays(scenario, draft, specs, agencies)
    arrays |= _route_arrays(scenario, draft, agencies, mechanisms)
    listed_below = dict.fromkeys(
        ("n_seen", "seen", "n_helped", "helped", "n_removing", "removing"), 0
    )
    doors = new_record(DOORS, arrays | listed_below)
    _add_teams(doors, draft, team_list, agencies)
    _switch_off(doors, specs, mechanisms)
    _list_needs(doors.slice != 0.0, doors.n_seen, doors.seen)
    _list_needs(doors.effect != 0.0, doors.n_helped, doors.helped)
    _list_needs(doors.removed_at < NO_EXCLUSION, doors.n_removing, doors.removing)
    return doors


def _list_needs(matter: NDArray[np.bool_], count: Ints, needs: Ints) -> None:
    """For each door the needs that matter to it, so that kernels need not look at all nine."""
    for door, row in enumerate(matter):
        these = np.flatnonzero(row)
        count[door] = len(these)
        needs[door, : len(these)] = these


def _agency_arrays(
    scenario: Scenario, draft: Draft, specs: list[AgencySpec], names: tuple[str, ...]
) -> dict[str, object]:
    posts = np.array(
        [
            draft.budget[n] / max(1.0, s.cost_gbp_per_post.value)
            for n, s in zip(names, specs, strict=True)
        ]
    )
    cases_factor = np.array([draft.cases_factor[n] for n in names])
    places = np.floor(posts * [s.cases_per_post.value for s in specs] * cases_factor)
    weekly = np.array([draft.budget[n] for n in names]) / WEEKS_PER_YEAR
    placement = np.array([s.placement_gbp_per_week.value * s.placement_share.value for s in specs])
    care = np.array([s.care_door for s in specs])
    numbers = {key: np.array([draft.number[n][key] for n in names]) for key in _NUMBERS}
    per_case = np.where(places > 0, weekly / np.maximum(1.0, places), 0.0)
    return {
        "n_agencies": len(names),
        "n_doors": len(names),
        "held": False,
        "gated": np.array([s.kind == "gated" for s in specs]),
        "places": places,
        "assessments": posts * [s.assessments_per_post_per_week.value for s in specs],
        "slice": np.array([_by_need(s.slice) for s in specs]),
        "screen": numbers["screen_threshold"],
        "threshold": numbers["threshold"],
        "exclude": np.array(
            [[draft.exclude[n].get(key, NO_EXCLUSION) for key in NEED_KEYS] for n in names]
        ),
        "information": numbers["information_shared"],
        "quiet_level": np.array([s.quiet_level.value for s in specs]),
        "quiet_weeks": numbers["quiet_weeks"],
        "rule": np.array([_RULES[draft.rule[n]] for n in names], dtype=np.int64),
        "missed_limit": np.round(numbers["missed_limit"]),
        "max_weeks": np.round(numbers["max_weeks"]),
        "attendance": numbers["attendance"],
        "effect": np.minimum(
            1.0, np.array([_by_need(s.effect) for s in specs]) / cases_factor[:, None]
        ),
        "turnover": numbers["turnover_per_year"] / WEEKS_PER_YEAR,
        "refers": np.minimum(
            1.0,
            np.array([_by_need(s.refers) for s in specs])
            * np.array([draft.refer_factor[n] for n in names])[:, None],
        ),
        "quality": numbers["referral_quality"],
        "emergency": np.array([n in EMERGENCY for n in names]),
        "crisis_door": _first(names, [s.crisis_door for s in specs]),
        "care_door": _first(names, list(care)),
        "police": names.index("police") if "police" in names else NOBODY,
        "contact_pence": _pence([s.cost_gbp_per_contact.value for s in specs]),
        "case_week_pence": _pence(per_case + np.where(care, 0.0, placement)),
        "placement_pence": _pence(np.where(care, 0.0, placement)),
        "budget_pence": _pence(np.where(places > 0, weekly, 0.0)),
        "care_week_pence": int(_pence((placement * care).sum())),
    }


def _route_arrays(
    scenario: Scenario, draft: Draft, names: tuple[str, ...], on: Mechanisms
) -> dict[str, object]:
    route = np.zeros((N_NEEDS, 2, MAX_DOORS))
    accepts = np.zeros((N_NEEDS, MAX_DOORS))
    for k, need in enumerate(NEED_KEYS):
        for w, when in enumerate(("day", "night")):
            for name, share in draft.route[need][when].items():
                route[k, w, names.index(name)] = share
        for d, name in enumerate(names):
            share = draft.accepts[need].get(name, 0.0)
            accepts[k, d] = share * (on.early_help or not draft.spec[name].early_help)
    redirect_to = np.full(len(names), NOBODY, dtype=np.int64)
    redirect_share = np.zeros(len(names))
    for name, (target, share) in draft.redirect.items():
        if on.early_help or not draft.spec[target].early_help:
            redirect_to[names.index(name)] = names.index(target)
            redirect_share[names.index(name)] = share
    crisis = scenario.evidence.crisis
    outcomes = crisis.outcomes
    share_of_outcome = np.zeros(MAX_OUTCOMES)
    share_of_outcome[: len(outcomes)] = [draft.crisis[name] for name in outcomes]
    leads = crisis.leads_to_crisis_team
    hourly = crisis.police_gbp_per_hour.value
    return {
        "route": _cumulative(route),
        "accepts": _cumulative(accepts),
        "redirect_to": redirect_to,
        "redirect_share": redirect_share,
        "night": np.array([scenario.evidence.needs[key].night_share.value for key in NEED_KEYS]),
        "crisis_outcome": _cumulative(share_of_outcome),
        "crisis_pence": _pence(
            [crisis.cost_gbp[name] + hourly * crisis.police_hours[name] for name in outcomes]
        ),
        "crisis_refers": np.array([name in leads for name in outcomes]),
        **_no_teams(len(names)),
    }


def _no_teams(n: int) -> dict[str, object]:
    return {
        "finding": np.zeros(n, np.int64),
        "refused_team": NOBODY,
        "front_line_team": NOBODY,
        "feed_weeks": np.ones(n, np.int64),
        "consent": np.zeros(n),
        "advocacy": np.zeros(n),
        "waives": np.zeros(n),
        "attendance_elsewhere": np.zeros(n),
        "adults_only": np.zeros(n, np.bool_),
        "finds_with": np.zeros((n, N_NEEDS)),
        "care_experienced": np.zeros(n, np.bool_),
        "found_ages": np.zeros((n, 2), np.int64),
        "delay_weeks": np.zeros(n, np.int64),
        "removed_at": np.full((n, N_NEEDS), NO_EXCLUSION),
        "compulsory": np.zeros(n, np.bool_),
        "notice": np.zeros(n, np.bool_),
        "deters": np.zeros(n),
        "displaced_to": np.full(n, NOBODY, np.int64),
        "arrest_share": np.zeros(n),
        "fine": np.zeros(n),
        "trust_cost": np.zeros(n),
    }


def _add_teams(
    doors: Doors, draft: Draft, teams: list[TeamChange | None], agencies: tuple[str, ...]
) -> None:
    """Add a door for every team: a caseload without a front door."""
    for team in teams:
        door = int(doors.n_doors)
        doors.n_doors = door + 1
        share = draft.team_share.get(team.name, 0.0) if team else 0.0
        row = _NO_TEAM | (_team_row(team, share) if team else {})
        if team and team.notice:
            row |= _notice_row(team.notice, agencies)
        for name, value in row.items():
            doors[name][door] = value
        if team and share > 0.0 and team.finds == "refused_referral":
            doors.refused_team = door
        if team and share > 0.0 and team.finds == "front_line":
            doors.front_line_team = door


_NO_TEAM: dict[str, object] = {
    "gated": False, "places": 0.0, "assessments": 0.0, "slice": np.zeros(N_NEEDS),
    "screen": 0.0, "threshold": 0.0, "exclude": np.full(N_NEEDS, NO_EXCLUSION),
    "information": 1.0, "quiet_level": 0.0, "quiet_weeks": 26.0, "rule": ReviewRule.WITHDRAW,
    "missed_limit": 0.0, "max_weeks": 0.0, "attendance": 0.0, "effect": np.zeros(N_NEEDS),
    "turnover": 0.0, "refers": np.zeros(N_NEEDS), "quality": 1.0, "emergency": False,
    "contact_pence": 0, "case_week_pence": 0, "placement_pence": 0, "budget_pence": 0,
    "redirect_to": NOBODY, "redirect_share": 0.0, "finding": Finding.NOT_A_TEAM,
    "feed_weeks": 1, "consent": 0.0, "advocacy": 0.0, "waives": 0.0,
    "attendance_elsewhere": 0.0, "adults_only": True, "finds_with": np.zeros(N_NEEDS),
    "care_experienced": False, "found_ages": np.zeros(2, np.int64), "delay_weeks": 0,
    "removed_at": np.full(N_NEEDS, NO_EXCLUSION),
    "compulsory": False, "notice": False, "deters": 0.0, "displaced_to": NOBODY,
    "arrest_share": 0.0, "fine": 0.0, "trust_cost": 0.0,
}  # fmt: skip


def _team_row(team: TeamChange, share: float) -> dict[str, object]:
    """What a team's door differs in from an empty one; ``share`` of its posts are filled."""
    weekly = team.posts * team.cost_gbp_per_post / WEEKS_PER_YEAR
    return {
        "places": np.floor(share * team.posts * team.cases_per_post + 1e-9),
        "slice": np.ones(N_NEEDS),
        "quiet_level": team.quiet_level,
        "quiet_weeks": team.quiet_weeks,
        "max_weeks": team.max_weeks,
        "attendance": team.attendance,
        "effect": np.array([team.effect.get(key, 0.0) for key in NEED_KEYS]),
        "turnover": team.turnover_per_year / WEEKS_PER_YEAR,
        "case_week_pence": int(_pence(weekly / (team.posts * team.cases_per_post))),
        "budget_pence": int(_pence(weekly * share)),
        "finding": _FINDING[team.finds],
        "feed_weeks": team.feed_weeks,
        "consent": team.consent,
        "advocacy": team.advocacy_per_week,
        "waives": team.waives_exclusions,
        "attendance_elsewhere": team.attendance_elsewhere,
        "adults_only": team.adults_only,
        "finds_with": np.array([team.finds_with.get(key, 0.0) for key in NEED_KEYS]),
        "care_experienced": team.care_experienced,
        "found_ages": WEEKS_PER_YEAR * np.array([team.age_from, team.age_below]),
        "delay_weeks": team.delay_weeks,
        "removed_at": np.array([team.removed_at.get(key, NO_EXCLUSION) for key in NEED_KEYS]),
        "compulsory": team.compulsory or team.notice is not None,
    }


def _notice_row(notice: Notice, agencies: tuple[str, ...]) -> dict[str, object]:
    """What a team that serves notices has besides."""
    return {
        "notice": True,
        "deters": notice.deters,
        "displaced_to": agencies.index(notice.displaced_to),
        "arrest_share": notice.arrest_share,
        "fine": notice.fine.value,
        "trust_cost": notice.trust_cost.value,
    }


def _switch_off(doors: Doors, specs: list[AgencySpec], on: Mechanisms) -> None:
    """Compile away the mechanisms that are off."""
    n = int(doors.n_agencies)
    gated = doors.gated == 1
    if not on.waiting_lists:
        doors.places[gated] = UNLIMITED
        doors.assessments[gated] = UNLIMITED
    if not on.thresholds:
        doors.screen[:] = -UNLIMITED
        doors.threshold[:] = -UNLIMITED
    if not on.silos:
        doors.information[:] = 1.0
    if not on.exclusions:
        doors.exclude[:] = NO_EXCLUSION
    if not on.withdrawal:
        doors.rule[:n] = ReviewRule.KEEP
    if not on.non_engagement:
        doors.missed_limit[:] = 0.0
    if not on.teams:
        doors.places[n:] = 0.0
        doors.budget_pence[n:] = 0
    if not on.early_help:
        doors.places[:n][[s.early_help for s in specs]] = 0.0


def _cumulative(shares: Floats) -> Floats:
    """Cumulative shares along the last axis: exactly one from the last that has any.

    Shares as read may add up to a little less, and none of it may fall to a place that has no
    share. Where nothing has a share, they are zero.
    """
    sums = np.cumsum(shares, axis=-1)
    all_of_it = sums[..., -1:]
    return np.asarray(np.divide(sums, all_of_it, out=np.zeros_like(sums), where=all_of_it > 0.0))


def _first(names: tuple[str, ...], flags: list[bool]) -> int:
    return flags.index(True) if True in flags else NOBODY


def _by_need(values: Mapping[NeedKey, Quantity]) -> Floats:
    return np.array([values[key].value if key in values else 0.0 for key in NEED_KEYS])


def _pence(gbp: object) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.rint(np.asarray(gbp, dtype=np.float64) * 100.0).astype(np.int64)
