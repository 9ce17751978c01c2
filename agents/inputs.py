"""What the mechanisms are told: the course of needs and lives, and the policy of each door.

`COURSE` is fixed for a run but for the switches of mechanisms; `DOORS` changes when a dated change
acts or pressure builds up. Each is one record, compiled from a scenario by
`agents.compile_course` and `agents.compile_doors`; kernels read ``doors.threshold[door]``.
"""

from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agents.arrays import MAX_DOORS, MAX_EVENTS, MAX_OUTCOMES
from scenarios.names import AGE_BANDS, N_NEEDS

Course: TypeAlias = np.record
"""One record of `COURSE`."""
Doors: TypeAlias = np.record
"""One record of `DOORS`."""

MAX_GROUPS = 24
"""Changes of onset in force at a time, at most."""
N_BANDS = len(AGE_BANDS)

NO_EXCLUSION = 9.0
"""A level that nobody reaches."""


class Effect(IntEnum):
    """What a life event does beyond raising needs."""

    NONE = 0
    DEATH = 1
    CHILD_CONCERN = 2
    ADVERSITY = 3
    PRISON = 4


class ReviewRule(IntEnum):
    """What an agency does when a case goes quiet."""

    WITHDRAW = 0
    STEP_DOWN = 1
    KEEP = 2


class Finding(IntEnum):
    """How a team that crosses agencies finds people."""

    NOT_A_TEAM = 0
    DATA_FEED = 1
    REFUSED_REFERRAL = 2
    EARLY_RISK = 3
    FRONT_LINE = 4


COURSE = np.dtype(
    [
        # needs
        ("relax", np.float64, (N_NEEDS,)),
        ("noise_step", np.float64, (N_NEEDS,)),  # one step of the 128-step uniform noise
        ("coupling", np.float64, (N_NEEDS,)),
        ("entrench", np.float64, (N_NEEDS,)),
        ("entrench_level", np.float64),
        ("remission", np.float64, (N_NEEDS,)),
        ("heal", np.float64, (N_NEEDS,)),
        ("relapse", np.bool_),
        (
            "contact_linear",
            np.float64,
            (N_NEEDS,),
        ),  # contacts a week = propensity (linear x + cube x^3)
        ("contact_cube", np.float64, (N_NEEDS,)),
        ("supported_contact_share", np.float64),
        ("crisis_level", np.float64),
        ("high_level", np.float64),
        ("trace_level", np.float64),
        ("trust_recovery", np.float64),
        # onset
        ("onset", np.float64, (N_BANDS, 2, 5, N_NEEDS)),
        ("onset_by_ace", np.float64, (11, N_NEEDS)),
        ("onset_coupling", np.float64),
        ("set_point_at_onset", np.float64, (N_NEEDS,)),
        ("exposure_by_ace", np.float64, (11,)),
        ("n_groups", np.int64),
        ("group_factor", np.float64, (MAX_GROUPS, N_NEEDS)),
        ("group_ages", np.int64, (MAX_GROUPS, 2)),  # first and one past the last week of age
        ("group_aces", np.int64, (MAX_GROUPS,)),
        ("group_sex", np.int64, (MAX_GROUPS,)),  # -1 any, 0 female, 1 male
        ("group_reach", np.float64, (MAX_GROUPS,)),
        # life events
        ("n_events", np.int64),
        ("event_base", np.float64, (MAX_EVENTS,)),
        ("event_slope", np.float64, (MAX_EVENTS, N_NEEDS)),
        ("event_base_all", np.float64),
        ("event_slope_all", np.float64, (N_NEEDS,)),
        ("event_knock", np.float64, (MAX_EVENTS, N_NEEDS)),
        ("event_effect", np.int64, (MAX_EVENTS,)),
        ("lasting_share", np.float64),
        ("prison_share", np.float64),
        ("prison_pence", np.int64),  # a stay
        ("arrest_pence", np.int64),
        # the next generation
        ("parent_coupling", np.float64),
        ("ace_from_child_concern", np.float64),
        ("child_set_point", np.float64),
        # lifecourse
        ("lifecourse", np.bool_),
        ("death", np.float64, (N_BANDS,)),
        ("birth", np.float64, (N_BANDS,)),
        ("move", np.float64, (N_BANDS,)),
        (
            "band_week",
            np.int64,
            (N_BANDS + 1,),
        ),  # age in weeks at which a band begins; the last never does
        ("arrivals", np.float64),  # adults a week
        ("arrival_band", np.float64, (N_BANDS,)),  # cumulative shares
        ("arrival_quintile", np.float64, (5,)),  # cumulative shares
        ("arrival_child", np.float64, (2,)),  # chance to come along, under 5 and older
        ("mothers_age", np.float64),  # at a birth, in weeks
        ("ace_cumulative", np.float64, (11,)),
        ("ace_tilt", np.float64, (5,)),  # exponent by quintile
        ("ace_from_outside", np.float64),
        ("frailty_sigma", np.float64),
        ("propensity_sigma", np.float64),
        ("trust_mean", np.float64),
        ("trust_per_ace", np.float64),
        # care
        ("care_level", np.float64),
        ("care_entry", np.float64),
        ("care_exit", np.float64),
        ("care_support", np.float64),
        ("care_start_knock", np.float64),
        ("care_leaving_knock", np.float64),
        ("care_history", np.float64),
        # attendance and trust
        ("trust_floor", np.float64),
        ("chaos", np.float64),
        ("drag", np.float64),
        ("trust_gain", np.float64),
        ("trust_loss_refusal", np.float64),
        ("trust_loss_closure", np.float64),
        ("trust_loss_retelling", np.float64),
        ("trust_loss_turnover", np.float64),
        ("recovered_level", np.float64),
        ("watch_weeks", np.int64),
        # doors
        ("referral_blur", np.float64),
        ("referral_loss", np.float64),
        ("assessment_blur", np.float64),
        ("pooled_weight", np.float64),
        ("queue_weeks_per_level", np.float64),
        ("give_up", np.float64),
        ("watch_share", np.float64),
    ],
    align=True,
)
"""How lives and needs go. Rates are per week."""

DOORS = np.dtype(
    [
        ("n_agencies", np.int64),
        ("n_doors", np.int64),  # agencies, then teams
        ("held", np.int8),  # 1: who finds room is given by `World.cut_off`, from another run
        ("gated", np.int8, (MAX_DOORS,)),
        ("places", np.float64, (MAX_DOORS,)),  # caseload; a watched case takes part of a place
        ("assessments", np.float64, (MAX_DOORS,)),  # slots a week
        ("slice", np.float64, (MAX_DOORS, N_NEEDS)),  # how much of a need this agency sees
        ("n_seen", np.int64, (MAX_DOORS,)),
        ("seen", np.uint16, (MAX_DOORS, N_NEEDS)),  # the needs in its slice, listed
        ("screen", np.float64, (MAX_DOORS,)),
        ("threshold", np.float64, (MAX_DOORS,)),
        ("exclude", np.float64, (MAX_DOORS, N_NEEDS)),
        ("information", np.float64, (MAX_DOORS,)),  # share of the whole picture seen
        ("quiet_level", np.float64, (MAX_DOORS,)),
        ("quiet_weeks", np.float64, (MAX_DOORS,)),
        ("rule", np.int64, (MAX_DOORS,)),  # ReviewRule
        ("missed_limit", np.float64, (MAX_DOORS,)),  # 0: none
        ("max_weeks", np.float64, (MAX_DOORS,)),  # 0: none
        ("attendance", np.float64, (MAX_DOORS,)),
        ("effect", np.float64, (MAX_DOORS, N_NEEDS)),
        ("n_helped", np.int64, (MAX_DOORS,)),
        ("helped", np.uint16, (MAX_DOORS, N_NEEDS)),  # the needs it has an effect on, listed
        ("turnover", np.float64, (MAX_DOORS,)),  # per week
        ("refers", np.float64, (MAX_DOORS, N_NEEDS)),
        ("quality", np.float64, (MAX_DOORS,)),
        ("accepts", np.float64, (N_NEEDS, MAX_DOORS)),  # cumulative shares of a need's referrals
        ("redirect_to", np.int64, (MAX_DOORS,)),  # door or NOBODY
        ("redirect_share", np.float64, (MAX_DOORS,)),
        ("route", np.float64, (N_NEEDS, 2, MAX_DOORS)),  # cumulative: by day, by night
        ("night", np.float64, (N_NEEDS,)),
        ("crisis_outcome", np.float64, (MAX_OUTCOMES,)),  # cumulative
        ("crisis_pence", np.int64, (MAX_OUTCOMES,)),  # with the hours of the police
        ("crisis_refers", np.int8, (MAX_OUTCOMES,)),
        (
            "emergency",
            np.int8,
            (MAX_DOORS,),
        ),  # police, ambulance, A&E: cannot refuse, answer crises
        ("crisis_door", np.int64),
        ("care_door", np.int64),
        ("police", np.int64),
        ("contact_pence", np.int64, (MAX_DOORS,)),
        ("case_week_pence", np.int64, (MAX_DOORS,)),
        ("care_week_pence", np.int64),
        ("placement_pence", np.int64, (MAX_DOORS,)),  # per open case and week
        ("budget_pence", np.int64, (MAX_DOORS,)),  # per week
        ("finding", np.int64, (MAX_DOORS,)),  # Finding
        ("refused_team", np.int64),  # the team that hears of refused referrals, or NOBODY
        ("front_line_team", np.int64),  # the team that emergency services tell of people, or NOBODY
        ("feed_weeks", np.int64, (MAX_DOORS,)),
        ("consent", np.float64, (MAX_DOORS,)),
        ("advocacy", np.float64, (MAX_DOORS,)),
        ("waives", np.float64, (MAX_DOORS,)),
        ("attendance_elsewhere", np.float64, (MAX_DOORS,)),
        ("adults_only", np.int8, (MAX_DOORS,)),
        ("finds_with", np.float64, (MAX_DOORS, N_NEEDS)),  # levels that mark those a team is for
        ("care_experienced", np.int8, (MAX_DOORS,)),
        ("found_ages", np.int64, (MAX_DOORS, 2)),  # first and one past the last week of age
        ("delay_weeks", np.int64, (MAX_DOORS,)),  # until consent and assessment are done
        ("removed_at", np.float64, (MAX_DOORS, N_NEEDS)),
        ("n_removing", np.int64, (MAX_DOORS,)),
        ("removing", np.uint16, (MAX_DOORS, N_NEEDS)),  # the needs that can end its help, listed
        ("compulsory", np.int8, (MAX_DOORS,)),
        ("notice", np.int8, (MAX_DOORS,)),  # serves notices instead of helping
        ("deters", np.float64, (MAX_DOORS,)),
        ("displaced_to", np.int64, (MAX_DOORS,)),
        ("arrest_share", np.float64, (MAX_DOORS,)),
        ("fine", np.float64, (MAX_DOORS,)),  # level of the money need
        ("trust_cost", np.float64, (MAX_DOORS,)),
    ],
    align=True,
)
"""The policy of each agency and team in a week. Cumulative shares are padded with ones."""


def as_table(record: np.record) -> NDArray[np.void]:
    """The record as the only row of a table, in the same memory; not to be written to.

    What is compiled takes a table in half a microsecond; a record of a hundred fields in fifty.
    """
    return np.frombuffer(record.data, record.dtype)


def new_record(dtype: np.dtype[np.void], fields: dict[str, object]) -> np.record:
    """One record with every field given; shorter arrays fill the beginning of longer ones.

    Raises KeyError unless exactly the record's fields are given, ValueError if one does not fit.
    """
    names = set(dtype.names or ())
    if names != set(fields):
        raise KeyError(", ".join(sorted(names ^ set(fields))))
    record: np.record = np.zeros(1, dtype=dtype).view(np.recarray)[0]
    for name, value in fields.items():
        given = np.asarray(value)
        if given.ndim == 0:
            record[name] = given
        else:
            room = record[name]
            if any(have > most for have, most in zip(given.shape, room.shape, strict=True)):
                raise ValueError(f"{name}: {given.shape} does not fit into {room.shape}")
            room[tuple(slice(0, size) for size in given.shape)] = given
    return record
