"""The shape of the crisis door's numbers: who is on shift when, how long things take, shares.

`evidence/crisis.toml` holds the national defaults; a place may override any of them under
``[crisis_pathway]``, one setting or one resource at a time.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, FiniteFloat

from scenarios.quantities import Gbp, Quantity, Share, Status, Strict, a_number, within

HOURS_A_WEEK: Final = 168
OUTCOMES: Final = (
    "home_with_follow_up", "crisis_team", "ae_wait", "place_of_safety", "custody", "acute_bed",
)  # fmt: skip
"""What the weekly model counts; each crisis has one."""
Hours = Annotated[Quantity, a_number, within(0.0, 8760.0)]
Spread = Annotated[Quantity, a_number, within(0.0, 5.0)]
Weights = Annotated[list[Annotated[FiniteFloat, Field(ge=0)]], Field(min_length=24, max_length=24)]


class Shift(Strict):
    """So many on duty, at these hours of these days. ``to_hour`` before ``from_hour``: overnight.

    A night shift belongs to the day on which it begins.
    """

    days: Literal["all", "weekdays", "weekend"] = "all"
    from_hour: Annotated[int, Field(ge=0, le=23)] = 0
    to_hour: Annotated[int, Field(ge=1, le=24)] = 24
    number: Annotated[FiniteFloat, Field(ge=0, le=10_000)]


class Resource(Strict):
    """Staff, vehicles, beds or places, by shift; shifts that overlap add up.

    Numbers are for a place of ``for_residents`` and scaled to others; without it, as they stand.
    """

    title: str
    shifts: list[Shift] = []
    for_residents: Annotated[FiniteFloat, Field(gt=0)] | None = None
    status: Status = "assumed"
    source: str = "judgement"


class Resources(Strict):
    """Everything at the crisis door of which there may be too little."""

    control_room: Resource
    street_triage: Resource
    transport: Resource
    suite: Resource
    amhp: Resource
    s12_doctor: Resource
    liaison: Resource
    crisis_team: Resource
    home_treatment: Resource
    cafe: Resource
    crisis_house: Resource
    acute_bed: Resource


class PathwaySpec(Strict):
    """What happens in a crisis, hour by hour: rotas, times (means, in hours) and shares."""

    resources: Resources
    weekday_weights: Weights
    weekend_weights: Weights
    weights_source: str
    day_from_hour: Annotated[int, Field(ge=0, le=23)] = 9
    day_to_hour: Annotated[int, Field(ge=1, le=24)] = 17
    # who is called
    share_called_police: Share
    share_called_ambulance: Share
    share_called_helpline: Share
    share_police_with_ambulance: Share
    # what they need
    share_needs_admission: Share
    share_needs_home_treatment: Share
    share_needs_admission_detained: Share
    share_needs_home_treatment_detained: Share
    share_with_drink_or_drugs: Share
    share_intoxicated_of_these: Share
    share_intoxicated_of_others: Share
    # what is decided
    share_settled_by_advice: Share
    share_detained: Share
    share_detained_after_advice: Share
    share_detained_after_triage: Share
    share_police_to_ae: Share
    share_ambulance_to_ae: Share
    share_helpline_settled: Share
    share_refused_by_suite: Share
    share_custody_without_suite: Share
    share_house_instead_of_bed: Share
    share_cafe: Share
    share_delayed_for_housing: Share
    # how long it takes
    hours_advice: Hours
    hours_scene: Hours
    hours_triage_travel: Hours
    hours_triage_contact: Hours
    hours_conveyance: Hours
    hours_handover_suite: Hours
    hours_handover_custody: Hours
    hours_handover_ae: Hours
    hours_handover_ae_night: Hours
    hours_until_sober: Hours
    hours_amhp_response: Hours
    hours_amhp_response_night: Hours
    hours_doctor_response: Hours
    hours_doctor_response_night: Hours
    hours_act_assessment: Hours
    hours_liaison_response: Hours
    hours_liaison_assessment: Hours
    hours_patience_ae: Hours
    hours_team_response: Hours
    hours_team_response_night: Hours
    hours_team_assessment: Hours
    hours_bed_search: Hours
    hours_cafe_visit: Hours
    hours_house_stay: Hours
    hours_longest_house_stay: Hours
    hours_home_treatment: Hours
    hours_bed_stay: Hours
    hours_housing_delay: Hours
    spread_of_times: Spread
    spread_of_stays: Spread
    # what counts as late
    hours_limit_assessment: Hours
    hours_limit_detention: Hours
    hours_limit_ae: Hours
    out_of_area_gbp: Gbp
