"""Five hundred people in great need, and a scenario in which everything that can change does.

Portsmouth's own numbers would leave 470 of 500 asleep and most doors with less than one worker. So
needs begin several times as often (`_ONSETS`), more have already begun (`_YEARS_OF_ONSETS`), and
every gated agency has more money for so few people (`_MONEY`), so that people queue, are let in,
refused, let go and come back. Mechanisms and rules are as they are anywhere.
"""

from __future__ import annotations

from dataclasses import replace

from scenarios.changes import (
    BudgetChange,
    CaseloadChange,
    Change,
    CourseChange,
    CrisisChange,
    DestinationChange,
    EngagementChange,
    EventChange,
    ExclusionChange,
    Group,
    InformationChange,
    OnsetChange,
    RedirectChange,
    ReferralChange,
    ReviewChange,
    RouteChange,
    StaffingChange,
    TeamChange,
    ThresholdChange,
    TrustChange,
)
from scenarios.names import NEED_KEYS
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario
from scenarios.schema import AgencySpec
from tests.small import small, without
from tests.worlds import changed, with_general

RESIDENTS = 500
YEARS = 2
WEEKS = 52 + 52 * YEARS
"""With the warm-up of a year."""
TEAMS = 9
_ONSETS = 6.0
_YEARS_OF_ONSETS = 6.0
_MONEY = 7.0
_GENERAL = {
    "lifecourse.initial_prevalence": _YEARS_OF_ONSETS,
    "lifecourse.initial_prevalence_family": _YEARS_OF_ONSETS,  # or nobody with one comes of age
    "people.trust_mean": 0.5,  # more is missed
    "doors.give_up_per_week": 0.02,
    "support.watch_weeks": 13.0,  # watching ends within two years
    "care.care_entry_per_week": 0.3,
}


def needy(mechanism_off: str | None = None, warm_up_years: int = 1) -> Scenario:
    """The neighbourhood for two years after a warm-up, with everything that changes."""
    scenario = _in_need(small("do_nothing", 1.0, YEARS))
    scenario = with_general(scenario, "lifecourse.warm_up_years", warm_up_years)
    for week, changes in _CHANGES.items():
        scenario = changed(scenario, *changes, start=week, end=_ENDS.get(week), ramp=8)
    return without(scenario, mechanism_off) if mechanism_off else scenario


def _in_need(scenario: Scenario) -> Scenario:
    place, register = scenario.place, scenario.evidence
    share = RESIDENTS / sum(place.population.values())
    changes = {
        "population": {band: share * people for band, people in place.population.items()},
        "onset_factor": {need: Quantity(value=_ONSETS) for need in NEED_KEYS},
        "deprivation_score": Quantity(value=38.0),
        "moves_per_year": Quantity(value=0.12),  # or nobody would move in
    }
    agencies = {name: _staffed(spec, share) for name, spec in register.agencies.items()}
    register = replace(register, agencies=agencies)
    scenario = replace(scenario, place=place.model_copy(update=changes), evidence=register)
    for name, value in _GENERAL.items():
        scenario = with_general(scenario, name, value)
    return scenario


def _staffed(spec: AgencySpec, share: float) -> AgencySpec:
    """So many times the money for so few people."""
    budgets = (("budget_gbp_per_year", share * _MONEY), ("budget_gbp_per_head", _MONEY))
    more = {
        field: quantity.model_copy(update={"value": factor * quantity.value})
        for field, factor in budgets
        if (quantity := getattr(spec, field)) is not None
    }
    return spec.model_copy(update=more)


def _team(name: str, finds: str, **differs: object) -> TeamChange:
    usual = {
        "posts": 1.0, "cases_per_post": 6.0, "cost_gbp_per_post": 46_000.0,
        "advocacy_per_week": 0.3, "waives_exclusions": 0.5, "attendance_elsewhere": 0.2,
        "effect": {"housing": 0.05}, "max_weeks": 20.0, "quiet_weeks": 8.0,
    }  # fmt: skip
    given = {"kind": "team", "name": name, "title": name, "finds": finds} | usual | differs
    return TeamChange.model_validate(given)


_NOTICE = {
    "deters": 0.4, "displaced_to": "ambulance", "arrest_share": 0.3, "fine": {"value": 0.1},
    "trust_cost": {"value": 0.2},
}  # fmt: skip
_CHANGES: dict[int, list[Change]] = {
    8: [
        _team("notices", "data_feed", feed_weeks=2, notice=_NOTICE, consent=0.3, max_weeks=12.0),
        _team(
            "by_order", "data_feed", feed_weeks=3, compulsory=True, consent=0.3,
            finds_with={"offending": 0.1}, removed_at={"offending": 0.6},
        ),
        _team("late", "data_feed", feed_weeks=2, delay_weeks=8, posts=2.0),
        _team(
            "after_care", "early_risk", feed_weeks=2, adults_only=False, care_experienced=True,
            age_from=12, age_below=40,
        ),
        _team("by_feed", "data_feed", feed_weeks=4),
        _team("after_refusal", "refused_referral", adults_only=False),
        _team("at_risk", "early_risk", feed_weeks=6, adults_only=False, consent=0.9),
        _team("front_line", "front_line"),
        RedirectChange(kind="redirect", agency="mental_health", target="voluntary", share=0.7),
        ReviewChange(kind="review", agency="mental_health", rule="step_down"),
        ReviewChange(kind="review", agency="housing", rule="step_down", quiet_weeks=2.0),
        ReviewChange(kind="review", agency="voluntary", rule="step_down", quiet_weeks=2.0),
        ReviewChange(kind="review", agency="advice", rule="step_down", quiet_weeks=3.0),
        ReviewChange(kind="review", agency="substance", rule="keep", max_weeks=30.0),
        ExclusionChange(kind="exclusion", agency="housing", need="mental_health", level=0.5),
        ExclusionChange(kind="exclusion", agency="mental_health", need="drugs", level=None),
    ],
    26: [
        _team("short_lived", "data_feed", feed_weeks=4),
        BudgetChange(kind="budget", agency="substance", multiply=0.6),
        BudgetChange(kind="budget", agency="early_help", multiply=1.5),
        ThresholdChange(kind="threshold", agency="early_help", add=-0.06),
        ThresholdChange(kind="threshold", agency="asb", add=0.1, door="screen"),
        InformationChange(kind="information", agencies=["mental_health", "housing"], share=0.5),
        OnsetChange(
            kind="onset", needs=["alcohol", "drugs"], multiply=0.3,
            group=Group(age_from=18, age_below=40, sex="male", reach=0.6),
        ),
        OnsetChange(
            kind="onset", needs=["mental_health"], multiply=2.0,
            group=Group(age_from=11, age_below=58, aces_at_least=1, sex="female"),
        ),
        OnsetChange(kind="onset", needs=["family"], multiply=0.0),
        CourseChange(kind="course", needs=["money"], multiply=3.0),
    ],
    40: [
        RouteChange(
            kind="route", need="mental_health", source="police", target="voluntary", share=0.5,
            when="day",
        ),
        CrisisChange(kind="crisis", source="ae_wait", target="crisis_team", share=0.5),
        ReferralChange(kind="referral", agency="police", quality=0.5, multiply=1.2),
        EngagementChange(kind="engagement", agency="advice", attendance=0.95, missed_limit=3.0),
        StaffingChange(kind="staffing", agency="probation", turnover_per_year=0.6),
        CaseloadChange(kind="caseload", agency="early_help", multiply=1.5),
        DestinationChange(
            kind="destination", need="family", source="childrens_social_care",
            target="early_help", share=0.5,
        ),
        EventChange(kind="event", event="eviction", multiply=3.0),
        TrustChange(kind="trust", losses=["refusal", "turnover"], multiply=0.5),
    ],
}  # fmt: skip
"""By the week since the scenario's start; each ramps up over eight weeks."""

_ENDS = {26: 78}
"""When changes end again: the short-lived team with them, and a year without new family needs."""
