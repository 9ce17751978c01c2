"""The shape of every file a user may write, as pydantic models: the register, places, scenarios.

Numbers and their bounds are in `scenarios.quantities`, what a scenario may change in
`scenarios.changes`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import Field, FiniteFloat, field_validator, model_validator

from scenarios.changes import Change, Cost
from scenarios.names import AGE_BANDS, NeedKey
from scenarios.quantities import (
    ByNeed,
    Factor,
    Gbp,
    Level,
    Payer,
    PerPost,
    PerTenThousand,
    PerYear,
    Quantity,
    Share,
    Shares,
    Signed,
    Status,
    Strict,
    Weeks,
)

CrisisDoor = Literal["table", "pathway"]
"""What answers for the crisis door: a table of shares, or its own model, hour by hour."""


class NeedSpec(Strict):
    """How one need begins, moves and shows itself."""

    title: str
    onset_per_1000_per_year: list[Annotated[FiniteFloat, Field(ge=0, le=1000)]] = Field(
        min_length=len(AGE_BANDS), max_length=len(AGE_BANDS)
    )
    male_ratio: Factor
    ace_log_slope: Signed
    deprivation_log_slope: Signed
    set_point_at_onset: Level
    relax_per_week: Share
    noise_sd_per_week: Share
    coupling: Factor
    entrench_per_week: Share
    remission_per_year: Factor
    heal: Factor
    contacts_per_week: Factor
    night_share: Share
    onset_source: str
    status: Status = "assumed"
    source: str = "judgement"


class EventSpec(Strict):
    """A life event: how often it strikes whom, and which needs it raises."""

    title: str
    base_per_year: PerYear = Quantity(value=0.0)
    slopes_per_year: ByNeed = {}
    knock: ByNeed = {}
    effect: Literal["none", "death", "child_concern", "adversity", "prison"] = "none"
    status: Status = "assumed"
    source: str = "judgement"


class GeneralValue(Strict):
    """A number (or a list, by age band or count) that belongs to no single need or agency."""

    value: FiniteFloat | list[FiniteFloat]
    unit: str
    meaning: str
    status: Status = "assumed"
    source: str = "judgement"
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None


class AgencySpec(Strict):
    """An agency: what it sees, whom it takes, what it does, what it costs and who pays."""

    title: str
    kind: Literal["universal", "gated"]
    reactive: bool = False
    payer: Payer
    cost_gbp_per_contact: Gbp = Quantity(value=0.0)
    background_gbp_per_contact: Gbp | None = None
    budget_gbp_per_year: Gbp | None = None
    budget_gbp_per_head: Gbp = Quantity(value=0.0)
    cost_gbp_per_post: Gbp = Quantity(value=50_000.0)
    placement_gbp_per_week: Gbp = Quantity(value=0.0)
    placement_share: Share = Quantity(value=1.0)
    cashable_share: Share = Quantity(value=0.3)
    cases_per_post: PerPost = Quantity(value=0.0)
    assessments_per_post_per_week: PerPost = Quantity(value=0.0)
    background_contacts_per_year: dict[Literal["children", "working_age", "older"], PerYear] = {}
    slice: dict[NeedKey, Share] = {}
    accepts: dict[NeedKey, Share] = {}
    screen_threshold: Level = Quantity(value=0.0)
    threshold: Level = Quantity(value=0.0)
    excludes: dict[NeedKey, Level] = {}
    crisis_door: bool = False
    care_door: bool = False
    early_help: bool = False
    quiet_level: Level = Quantity(value=0.0)
    quiet_weeks: Weeks = Quantity(value=0.0)
    review_rule: Literal["withdraw", "step_down", "keep"] = "withdraw"
    missed_limit: Weeks = Quantity(value=0.0)
    max_weeks: Weeks = Quantity(value=0.0)
    attendance: Share = Quantity(value=0.0)
    effect: dict[NeedKey, Share] = {}
    turnover_per_year: Share = Quantity(value=0.0)
    refers: dict[NeedKey, Share] = {}
    referral_quality: Share = Quantity(value=0.5)
    redirects_to: str | None = None
    redirect_share: Share = Quantity(value=0.0)
    information_shared: Share = Quantity(value=0.0)


class RouteSpec(Strict):
    """To which agencies the contacts of a need go, by day and by night; shares add up to 1."""

    day: Shares
    night: Shares

    @field_validator("day", "night")
    @classmethod
    def _adds_up(cls, shares: dict[str, float]) -> dict[str, float]:
        total = sum(shares.values())
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"shares must add up to 1, not {total:g}")
        return shares


class CrisisSpec(Strict):
    """Today's table for the crisis front door: what becomes of a mental-health crisis contact."""

    outcomes: Shares
    leads_to_crisis_team: list[str] = []
    police_hours: dict[str, Annotated[FiniteFloat, Field(ge=0, le=168)]]
    police_gbp_per_hour: Gbp
    cost_gbp: dict[str, Annotated[FiniteFloat, Field(ge=0)]]
    status: Status = "assumed"
    source: str = "judgement"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if abs(sum(self.outcomes.values()) - 1.0) > 1e-6:
            raise ValueError("outcomes must add up to 1")
        if set(self.police_hours) != set(self.outcomes) or set(self.cost_gbp) != set(self.outcomes):
            raise ValueError("police_hours and cost_gbp must name the same outcomes")
        unknown = set(self.leads_to_crisis_team) - set(self.outcomes)
        if unknown:
            raise ValueError(f"leads_to_crisis_team names no outcome: {', '.join(sorted(unknown))}")
        return self


class Described(Strict):
    """Where a document describes a way of working; ``item`` as in the list of all items."""

    document: Literal["wiltshire", "portsmouth", "wales", "durham", "concordat"]
    where: str
    item: str


class Found(Strict):
    """A difference as measured: mean and 95% interval (chance only) over paired replicates."""

    mean: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    place: str
    replicates: Annotated[int, Field(ge=2)]
    seed: Annotated[int, Field(ge=0)]


class Expected(Strict):
    """Which way the measure that an intervention is about should move, against doing nothing.

    ``against`` names another intervention where the question is what becomes of that one: consent
    asked late is held against consent asked at the outset. "none" is what the model was found to
    say, and needs ``found``.
    """

    measure: str
    direction: Literal["lower", "higher", "none"]
    why: str
    against: str | None = None
    found: Found | None = None

    @model_validator(mode="after")
    def _none_is_measured(self) -> Self:
        if (self.direction == "none") != (self.found is not None):
            raise ValueError('give found where the direction is "none", and only there')
        return self


class Intervention(Strict):
    """A way of working: a composition of changes, its cost, and what is known of it."""

    title: str
    summary: str
    described: list[Described] = []
    expected: Expected | None = None
    evidence: list[str] = []
    evidence_note: str
    changes: list[Change] = Field(min_length=1)
    cost: Cost = Cost()


class Use(Strict):
    """An intervention put to use in a scenario, from a date on."""

    intervention: str
    start: dt.date
    end: dt.date | None = None
    scale: Annotated[
        FiniteFloat,
        Field(gt=0, le=100, description="its teams' posts and its own costs, times this"),
    ] = 1.0


class Mechanisms(Strict):
    """Every mechanism of the model, each with a switch. All are on unless a scenario says no."""

    lifecourse: bool = True
    next_generation: bool = True
    life_events: bool = True
    coupling: bool = True
    entrenchment: bool = True
    convex_contacts: bool = True
    heavy_tail: bool = True
    waiting_lists: bool = True
    thresholds: bool = True
    silos: bool = True
    exclusions: bool = True
    pressure: bool = True
    trust: bool = True
    withdrawal: bool = True
    non_engagement: bool = True
    relapse: bool = True
    teams: bool = True
    early_help: bool = True


class PlaceSpec(Strict):
    """A place: its people and its agencies."""

    title: str
    country: Literal["England", "Wales"]
    population: dict[str, Annotated[FiniteFloat, Field(ge=0, le=2_000_000)]]
    population_source: str
    deprivation_score: Factor
    looked_after_per_10000: PerTenThousand
    children_in_need_per_10000: PerTenThousand
    onset_factor: dict[NeedKey, Factor] = {}
    moves_per_year: Share = Quantity(value=0.04)
    agencies: dict[str, dict[str, Any]] = {}
    routes: dict[NeedKey, RouteSpec] = {}
    crisis: CrisisSpec | None = None
    crisis_pathway: dict[str, Any] = {}

    @field_validator("population")
    @classmethod
    def _bands(cls, bands: dict[str, float]) -> dict[str, float]:
        if tuple(bands) != AGE_BANDS:
            raise ValueError("must give every age band once, in order: " + ", ".join(AGE_BANDS))
        if not 1 <= sum(bands.values()) <= 2_000_000:
            raise ValueError("must add up to between 1 and 2,000,000 residents")
        return bands


class ScenarioFile(Strict):
    """A scenario as written: everything may be left to the scenario it extends."""

    title: str | None = None
    summary: str | None = None
    extends: str | None = None
    place: str | None = None
    start: dt.date | None = None
    years: Annotated[int, Field(ge=1, le=30)] | None = None
    use: list[Use] = []
    changes: list[Change] = []
    mechanisms: Mechanisms = Mechanisms()
    crisis_door: CrisisDoor | None = None
    parameters: dict[str, FiniteFloat | list[FiniteFloat]] = {}
    cost: Cost = Cost()
