"""From agencies, routes and dated changes to the policy that the kernels read.

Budgets buy posts, posts give places and assessments.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from agents.arrays import MAX_DOORS, MAX_OUTCOMES, NOBODY, Floats, Ints
from agents.compile_teams import add_teams, no_teams
from agents.draft import NUMBERS, Draft, agency_names, pence, team_specs
from agents.inputs import DOORS, NO_EXCLUSION, Doors, ReviewRule, new_record
from scenarios.changes import TeamChange
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
    add_teams(doors, draft, team_list, agencies)
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
    numbers = {key: np.array([draft.number[n][key] for n in names]) for key in NUMBERS}
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
        "contact_pence": pence([s.cost_gbp_per_contact.value for s in specs]),
        "case_week_pence": pence(per_case + np.where(care, 0.0, placement)),
        "placement_pence": pence(np.where(care, 0.0, placement)),
        "budget_pence": pence(np.where(places > 0, weekly, 0.0)),
        "care_week_pence": int(pence((placement * care).sum())),
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
        "crisis_pence": pence(
            [crisis.cost_gbp[name] + hourly * crisis.police_hours[name] for name in outcomes]
        ),
        "crisis_refers": np.array([name in leads for name in outcomes]),
        **no_teams(len(names)),
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
