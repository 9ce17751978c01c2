"""What the mechanisms are told, as plain values: from the engine's compiled records, read once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sim.policy import Policy


@dataclass(frozen=True)
class Course:
    """How lives and needs go. Rates are a week; a list runs over the nine needs if not said."""

    # needs
    relax: list[float]  # share of the gap between level and set point that a week closes
    noise_step: list[float]
    coupling: list[float]  # pull upwards by the person's other needs
    entrench: list[float]  # rise of the set point while the need stands high and unmet
    entrench_level: float
    remission: list[float]  # fall of the set point by itself
    heal: list[float]  # and with support
    relapse: bool  # whether a need may come back after support ends
    contact_linear: list[float]  # contacts at level x: linear x + cube x^3
    contact_cube: list[float]
    supported_contact_share: float
    crisis_level: float
    high_level: float
    trace_level: float  # below this a need is over
    trust_recovery: float
    # how needs begin
    onset: list[list[list[list[float]]]]  # by age band, sex, deprivation, need
    onset_by_ace: list[list[float]]  # by number of ACEs, need
    onset_coupling: float
    set_point_at_onset: list[float]
    exposure_by_ace: list[float]
    n_groups: int  # changes of onset, each for a group of people:
    group_factor: list[list[float]]  # by need
    group_ages: list[list[int]]  # first week of age, and the first no longer in it
    group_aces: list[int]
    group_sex: list[int]  # -1 any, 0 female, 1 male
    group_reach: list[float]
    # life events, each a row
    n_events: int
    event_base: list[float]
    event_slope: list[list[float]]  # by need
    event_base_all: float  # of all events together
    event_slope_all: list[float]
    event_knock: list[list[float]]  # by need
    event_effect: list[int]  # `lifecourse.Effect`
    lasting_share: float
    prison_share: float
    prison_pence: int
    arrest_pence: int
    # the next generation
    parent_coupling: float
    ace_from_child_concern: float
    child_set_point: float
    # the demographic calendar, by age band
    lifecourse: bool
    death: list[float]
    birth: list[float]
    move: list[float]
    band_week: list[int]
    arrivals: float  # adults a week
    arrival_band: list[float]  # cumulative
    arrival_quintile: list[float]  # cumulative
    arrival_child: list[float]  # chance to come along, under 5 and older
    mothers_age: float  # at a birth, in weeks
    ace_cumulative: list[float]
    ace_tilt: list[float]
    ace_from_outside: float
    frailty_sigma: float
    propensity_sigma: float
    trust_mean: float
    trust_per_ace: float
    # care
    care_level: float
    care_entry: float
    care_exit: float
    care_support: float
    care_start_knock: float
    care_leaving_knock: float
    care_history: float
    # attendance and trust
    trust_floor: float
    chaos: float
    drag: float
    trust_gain: float
    trust_loss_refusal: float
    trust_loss_closure: float
    trust_loss_retelling: float
    trust_loss_turnover: float
    recovered_level: float
    watch_weeks: int
    # doors
    referral_blur: float
    referral_loss: float
    assessment_blur: float
    pooled_weight: float
    queue_weeks_per_level: float
    give_up: float
    watch_share: float


@dataclass(frozen=True)
class DoorRules:
    """The policy of one agency or team."""

    gated: int
    places: float
    assessments: float  # a week
    slice: list[float]  # by need, how much of it the agency sees
    screen: float
    threshold: float
    exclude: list[float]  # by need, the level from which people are refused
    information: float  # share of the whole picture that it sees
    quiet_level: float
    quiet_weeks: float
    rule: int  # what follows when things are quiet: `support.Review`
    missed_limit: float  # 0: none
    max_weeks: float  # 0: none
    attendance: float
    effect: list[float]  # by need
    turnover: float
    refers: list[float]  # by need, the probability that a contact leads to a referral
    quality: float  # of its referrals
    redirect_to: int  # door, or -1
    redirect_share: float
    emergency: int
    contact_pence: int
    case_week_pence: int
    finding: int  # of a team: `teams.Finding`
    feed_weeks: int
    consent: float
    advocacy: float
    waives: float
    attendance_elsewhere: float
    adults_only: int
    finds_with: list[float]  # by need, the levels that mark those a team is for
    care_experienced: int
    found_ages: list[int]  # first week of age, and the first no longer in it
    delay_weeks: int  # until consent and assessment are done
    removed_at: list[float]  # by need, the level at which a person is put off the books
    compulsory: int
    notice: int  # serves notices instead of helping
    deters: float
    displaced_to: int  # door
    arrest_share: float
    fine: float
    trust_cost: float


@dataclass(frozen=True)
class PlaceRules:
    """What belongs to no single agency. Doors are numbers; -1 is no door."""

    accepts: list[list[float]]  # by need: cumulative shares of its referrals over the doors
    route: list[list[list[float]]]  # by need, by day or night: cumulative over the doors
    night: list[float]  # by need: share of contacts made out of hours
    crisis_outcome: list[float]  # cumulative
    crisis_pence: list[int]
    crisis_refers: list[int]
    crisis_door: int
    care_door: int
    care_week_pence: int
    police: int
    refused_team: int
    front_line_team: int


def plain_course(policy: Policy) -> Course:
    """The course of needs and lives in force."""
    return Course(**{f.name: policy.course[f.name].tolist() for f in fields(Course)})


def plain_doors(policy: Policy) -> list[DoorRules]:
    """The rules of every agency, then of every team."""
    columns: dict[str, Any] = {f.name: policy.doors[f.name].tolist() for f in fields(DoorRules)}
    return [
        DoorRules(**{name: column[door] for name, column in columns.items()})
        for door in range(int(policy.doors.n_doors))
    ]


def plain_place(policy: Policy) -> PlaceRules:
    """The rules that belong to the place."""
    return PlaceRules(**{f.name: policy.doors[f.name].tolist() for f in fields(PlaceRules)})
