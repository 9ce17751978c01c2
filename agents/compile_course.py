"""From a scenario's register to the numbers that the kernels read: the course of needs and lives.

A mechanism that is switched off is compiled away here (its rates become zero, its levels
unreachable), so that the kernels hold no switches but one (`relapse`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Floats
from agents.inputs import COURSE, Course, Effect, new_record
from agents.moving import moves_of
from scenarios.changes import OnsetChange
from scenarios.names import (
    AGE_BAND_STARTS,
    AGE_BANDS,
    N_NEEDS,
    NEED_KEYS,
    WEEKS_PER_YEAR,
    NeedKey,
)
from scenarios.resolved import Evidence, Scenario
from scenarios.schema import Mechanisms, NeedSpec, PlaceSpec

QUINTILE_SCORES = np.array([6.0, 12.0, 18.5, 27.5, 46.0])
"""Mean deprivation score (IMD 2019) in each national fifth of small areas, rounded."""

NOISE_SD_PER_STEP = float(np.sqrt((128.0**2 - 1.0) / 12.0))
"""Standard deviation of a uniform on 128 whole steps: what one noise step is divided by."""

_EFFECTS = {
    "none": Effect.NONE,
    "death": Effect.DEATH,
    "child_concern": Effect.CHILD_CONCERN,
    "adversity": Effect.ADVERSITY,
    "prison": Effect.PRISON,
}
_TINY = 1e-300
"""Instead of a sum of weights that are all zero: then nobody moves, or the last choice is taken."""
NO_FACTORS: Mapping[str, float] = MappingProxyType({})
"""Nothing is multiplied."""

_CONVEX_REFERENCE = 0.3
"""With convexity off, contacts are linear in the level and equal to the convex at this level."""


def compile_course(
    scenario: Scenario,
    mechanisms: Mechanisms,
    onset_changes: tuple[tuple[OnsetChange, float], ...] = (),
    remission_factor: Floats | None = None,
    event_factor: Mapping[str, float] = NO_FACTORS,
    trust_factor: Mapping[str, float] = NO_FACTORS,
) -> Course:
    """The course of needs and lives under these mechanisms.

    onset_changes      active changes of onset, each with how far it has ramped up (0 to 1)
    remission_factor   [K] multiplies remission (changes of course)
    event_factor       by life event, multiplies how often it strikes
    trust_factor       by kind of loss, multiplies the trust lost
    """
    register = scenario.evidence
    needs = [register.needs[key] for key in NEED_KEYS]
    on = mechanisms
    return new_record(
        COURSE,
        {
            **_need_fields(register, needs, on, remission_factor),
            **_onset_fields(register, scenario.place, needs, on, onset_changes),
            **_event_fields(register, on, event_factor),
            **_life_fields(register, scenario.place, on),
            **_support_fields(register, on, trust_factor),
        },
    )


def number(register: Evidence, name: str) -> float:
    """One of the general numbers."""
    value = register.general[name].value
    assert not isinstance(value, list)
    return float(value)


def series(register: Evidence, name: str) -> Floats:
    """One of the general lists."""
    return np.array(register.general[name].value, dtype=np.float64)


def quintile_shares(score: float) -> Floats:
    """Shares of residents in the five national deprivation fifths that give a place its score.

    Shares are exponential in the quintile; the slope is found by bisection. Maximum entropy: the
    least that can be assumed when only the mean is known.
    """
    low, high = -5.0, 5.0
    for _ in range(60):
        slope = (low + high) / 2
        shares = np.exp(slope * np.arange(-2, 3))
        shares /= shares.sum()
        if shares @ QUINTILE_SCORES < score:
            low = slope
        else:
            high = slope
    return np.asarray(shares)


def _need_fields(
    register: Evidence, needs: list[NeedSpec], on: Mechanisms, remission_factor: Floats | None
) -> dict[str, object]:
    calls = np.array([n.contacts_per_week.value for n in needs])
    remission = np.array([n.remission_per_year.value for n in needs]) / WEEKS_PER_YEAR
    return {
        "relax": np.array([n.relax_per_week.value for n in needs]),
        "noise_step": np.array([n.noise_sd_per_week.value for n in needs]) / NOISE_SD_PER_STEP,
        "coupling": np.array([n.coupling.value for n in needs]) * _if(on.coupling),
        "entrench": np.array([n.entrench_per_week.value for n in needs]) * _if(on.entrenchment),
        "entrench_level": number(register, "people.entrench_level"),
        "remission": remission if remission_factor is None else remission * remission_factor,
        "heal": np.array([n.heal.value for n in needs]),
        "relapse": on.relapse,
        "contact_linear": calls * _CONVEX_REFERENCE * _if(not on.convex_contacts),
        "contact_cube": calls * _if(on.convex_contacts),
        "supported_contact_share": number(register, "people.supported_contact_share"),
        "crisis_level": number(register, "people.crisis_level"),
        "high_level": number(register, "people.high_level"),
        "trace_level": number(register, "people.trace_level"),
        "trust_recovery": number(register, "people.trust_recovery_per_year") / WEEKS_PER_YEAR,
    }


def _onset_fields(
    register: Evidence,
    place: PlaceSpec,
    needs: list[NeedSpec],
    on: Mechanisms,
    changes: tuple[tuple[OnsetChange, float], ...],
) -> dict[str, object]:
    onset = np.zeros((len(AGE_BANDS), 2, 5, N_NEEDS))
    by_ace = np.ones((11, N_NEEDS))
    tilt = np.arange(-2, 3)
    aces = np.minimum(np.arange(11), 6)
    for k, need in enumerate(needs):
        local = (
            place.onset_factor[NEED_KEYS[k]].value if NEED_KEYS[k] in place.onset_factor else 1.0
        )
        by_band = np.array(need.onset_per_1000_per_year) / 1000.0 / WEEKS_PER_YEAR * local
        by_quintile = np.exp(need.deprivation_log_slope.value * tilt)
        by_sex = np.array([1.0, need.male_ratio.value])
        onset[..., k] = by_band[:, None, None] * by_sex[None, :, None] * by_quintile[None, None, :]
        by_ace[:, k] = np.exp(need.ace_log_slope.value * aces)
    return {
        "onset": onset,
        "onset_by_ace": by_ace,
        "onset_coupling": number(register, "adversity.onset_coupling") * _if(on.coupling),
        "set_point_at_onset": np.array([n.set_point_at_onset.value for n in needs]),
        "exposure_by_ace": np.exp(number(register, "adversity.ace_frailty_slope") * aces),
        **_group_fields(changes),
    }


def _group_fields(changes: tuple[tuple[OnsetChange, float], ...]) -> dict[str, object]:
    n = len(changes)
    factor = np.ones((n, N_NEEDS))
    ages = np.zeros((n, 2), np.int64)
    aces = np.zeros(n, np.int64)
    sex = np.full(n, -1, np.int64)
    reach = np.ones(n)
    for g, (change, fraction) in enumerate(changes):
        group = change.group
        for need in change.needs:
            factor[g, NEED_KEYS.index(need)] = 1.0 + fraction * (change.multiply - 1.0)
        ages[g] = group.age_from * WEEKS_PER_YEAR, group.age_below * WEEKS_PER_YEAR
        aces[g] = group.aces_at_least
        sex[g] = {"any": -1, "female": 0, "male": 1}[group.sex]
        reach[g] = group.reach
    return {
        "n_groups": n,
        "group_factor": factor,
        "group_ages": ages,
        "group_aces": aces,
        "group_sex": sex,
        "group_reach": reach,
    }


def _event_fields(
    register: Evidence, on: Mechanisms, factors: Mapping[str, float]
) -> dict[str, object]:
    events = list(register.events.values())
    effects = np.array([_EFFECTS[e.effect] for e in events], dtype=np.int64)
    factor = np.array([factors.get(name, 1.0) for name in register.events])
    base = np.array([e.base_per_year.value for e in events]) / WEEKS_PER_YEAR
    slope = np.array([_by_need(e.slopes_per_year) for e in events]) / WEEKS_PER_YEAR
    keep = factor * [_event_is_on(Effect(effect), on) for effect in effects]
    return {
        "n_events": len(events),
        "event_base": base * keep,
        "event_slope": slope * keep[:, None],
        "event_base_all": float((base * keep).sum()),
        "event_slope_all": (slope * keep[:, None]).sum(axis=0),
        "event_knock": np.array([_by_need(e.knock) for e in events]),
        "event_effect": effects,
        "lasting_share": number(register, "adversity.event_lasting_share"),
        "prison_share": number(register, "money.prison_share"),
        "prison_pence": round(
            100
            * number(register, "money.prison_gbp_per_week")
            * number(register, "money.prison_weeks")
        ),
        "arrest_pence": round(100 * number(register, "money.arrest_gbp")),
        "parent_coupling": number(register, "adversity.parent_coupling") * _if(on.next_generation),
        "ace_from_child_concern": number(register, "adversity.ace_from_child_concern"),
        "child_set_point": number(register, "adversity.child_concern_set_point"),
    }


def _event_is_on(effect: Effect, on: Mechanisms) -> bool:
    if effect is Effect.DEATH:
        return on.lifecourse
    if effect in (Effect.CHILD_CONCERN, Effect.ADVERSITY):
        return on.next_generation
    return on.life_events


def _life_fields(register: Evidence, place: PlaceSpec, on: Mechanisms) -> dict[str, object]:
    aces = series(register, "adversity.ace_distribution")
    tilt = number(register, "adversity.ace_deprivation_slope") * np.arange(-2, 3)
    starts = np.array([*AGE_BAND_STARTS, 1000], dtype=np.int64) * WEEKS_PER_YEAR
    live = _if(on.lifecourse) / WEEKS_PER_YEAR
    deaths = series(register, "lifecourse.deaths_per_year")
    mothers_age = number(register, "lifecourse.mothers_age_at_birth")
    moves = moves_of(
        np.array(list(place.population.values())),
        deaths,
        series(register, "lifecourse.births_per_woman_year"),
        series(register, "lifecourse.move_weights"),
        place.moves_per_year.value,
        mothers_age,
    )
    return {
        "lifecourse": on.lifecourse,
        "death": deaths * live,
        "birth": moves.birth * live,
        "move": moves.out * live,
        "band_week": starts,
        "arrivals": moves.arriving.sum() * live,
        "arrival_band": _cumulative(moves.arriving),
        "arrival_quintile": _cumulative(quintile_shares(place.deprivation_score.value)),
        "arrival_child": moves.child_comes,
        "mothers_age": mothers_age * WEEKS_PER_YEAR,
        "ace_cumulative": _cumulative(aces),
        "ace_tilt": np.exp(tilt),
        "ace_from_outside": number(register, "adversity.ace_from_outside"),
        "frailty_sigma": number(register, "people.frailty_sigma"),
        "propensity_sigma": number(register, "people.propensity_sigma") * _if(on.heavy_tail),
        "trust_mean": number(register, "people.trust_mean"),
        "trust_per_ace": number(register, "people.trust_per_ace"),
        "care_level": number(register, "care.care_level"),
        "care_entry": number(register, "care.care_entry_per_week"),
        "care_exit": number(register, "care.care_exit_per_year") / WEEKS_PER_YEAR,
        "care_support": number(register, "care.care_support"),
        "care_start_knock": number(register, "care.care_start_knock"),
        "care_leaving_knock": number(register, "care.care_leaving_knock"),
        "care_history": number(register, "care.care_history_share"),
    }


def _support_fields(
    register: Evidence, on: Mechanisms, trust_factor: Mapping[str, float]
) -> dict[str, object]:
    losses = ("refusal", "closure", "retelling", "turnover")
    fields: dict[str, object] = {
        f"trust_loss_{what}": min(
            1.0, number(register, f"support.trust_loss_{what}") * trust_factor.get(what, 1.0)
        )
        for what in losses
    }
    return fields | {
        "trust_floor": number(register, "support.trust_floor") if on.trust else 1.0,
        "chaos": number(register, "support.chaos_attendance"),
        "drag": number(register, "support.support_drag"),
        "trust_gain": number(register, "support.trust_gain_attended"),
        "recovered_level": number(register, "support.recovered_level"),
        "watch_weeks": round(number(register, "support.watch_weeks")),
        "referral_loss": number(register, "doors.referral_loss"),
        "referral_blur": number(register, "doors.referral_blur"),
        "assessment_blur": number(register, "doors.assessment_blur"),
        "pooled_weight": number(register, "doors.pooled_weight"),
        "queue_weeks_per_level": number(register, "doors.queue_weeks_per_level"),
        "give_up": number(register, "doors.give_up_per_week") * _if(on.waiting_lists),
        "watch_share": number(register, "support.watch_share"),
    }


def _by_need(values: Mapping[NeedKey, float]) -> NDArray[np.float64]:
    return np.array([values.get(key, 0.0) for key in NEED_KEYS])


def _cumulative(weights: Floats) -> Floats:
    return np.asarray(np.cumsum(weights) / max(_TINY, np.sum(weights)))


def _if(switch: bool) -> float:
    return 1.0 if switch else 0.0
