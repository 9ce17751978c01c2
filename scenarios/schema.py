"""The shape of every file a user may write, with units and bounds, as pydantic models.

A number may stand alone (``threshold = 0.4``) or with where it comes from
(``threshold = {value = 0.4, status = "measured", source = "..."}``). Alone, it counts as assumed.
Unknown keys are errors everywhere: a misspelt setting that is silently ignored would be a wrong
forecast.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    field_validator,
    model_validator,
)

from scenarios.names import AGE_BANDS, NeedKey

Status = Literal["measured", "estimated", "assumed"]
ALL = "all"
"""In place of a list of agencies: all that have a budget."""


class Strict(BaseModel):
    """Base of all file models: unknown keys refused, values immutable once read.

    Types are strict: text that looks like a number or a date is not one, nor is ``true`` a 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class Quantity(Strict):
    """A number with its source. Status says how far to trust it.

    A sum of money may name the ``price_year`` it is stated in (for example ``"2013/14"``) and the
    number of weeks it is for (``per_weeks = 52``); the loader brings it to the model's price year
    and to one week.
    """

    value: FiniteFloat
    status: Status = "assumed"
    source: str = "judgement"
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    price_year: str | None = None
    per_weeks: Annotated[FiniteFloat, Field(gt=0)] | None = None


def _as_quantity(raw: Any) -> Any:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return {"value": raw}
    return raw


def _within(low: float, high: float) -> AfterValidator:
    def check(quantity: Quantity) -> Quantity:
        if not low <= quantity.value <= high:
            raise ValueError(f"must be between {low:g} and {high:g}")
        return quantity

    return AfterValidator(check)


_Number = BeforeValidator(_as_quantity)
Share = Annotated[Quantity, _Number, _within(0.0, 1.0)]
Level = Annotated[Quantity, _Number, _within(0.0, 1.0)]
Factor = Annotated[Quantity, _Number, _within(0.0, 100.0)]
PerYear = Annotated[Quantity, _Number, _within(0.0, 520.0)]
PerPost = Annotated[Quantity, _Number, _within(0.0, 10_000.0)]
Weeks = Annotated[Quantity, _Number, _within(0.0, 5_200.0)]
Gbp = Annotated[Quantity, _Number, _within(0.0, 1e11)]
SignedGbp = Annotated[Quantity, _Number, _within(-1e11, 1e11)]
Signed = Annotated[Quantity, _Number, _within(-10.0, 10.0)]
PerTenThousand = Annotated[Quantity, _Number, _within(0.0, 10_000.0)]

ResourceName = Literal[
    "control_room", "street_triage", "transport", "suite", "amhp", "s12_doctor", "liaison",
    "crisis_team", "home_treatment", "cafe", "crisis_house", "acute_bed",
]  # fmt: skip
CrisisDoor = Literal["table", "pathway"]
"""What answers for the crisis door: a table of shares, or its own model, hour by hour."""

ByNeed = dict[NeedKey, FiniteFloat]
Shares = dict[str, Annotated[FiniteFloat, Field(ge=0.0, le=1.0)]]


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
    payer: str
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


class Group(Strict):
    """Whom a change of onset or course reaches."""

    age_from: Annotated[int, Field(ge=0, le=120)] = 0
    age_below: Annotated[int, Field(ge=1, le=121)] = 121
    aces_at_least: Annotated[int, Field(ge=0, le=10)] = 0
    sex: Literal["any", "female", "male"] = "any"
    reach: Annotated[FiniteFloat, Field(ge=0, le=1)] = 1.0


class Cost(Strict):
    """What a change costs the programme, and who pays.

    Posts already costed by budgets add nothing.
    """

    gbp_per_year: Annotated[FiniteFloat, Field(ge=0, le=1e10)] = 0.0
    gbp_once: Annotated[FiniteFloat, Field(ge=0, le=1e10)] = 0.0
    payer: str = "council"
    source: str = "judgement"


class Dated(Strict):
    """When a change acts. ``start`` may be left out in an intervention: then its user says when.

    ``after_weeks`` puts it off, and ``for_weeks`` is how long it lasts where no ``end`` is given.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    ramp_weeks: Annotated[int, Field(ge=0, le=1040)] = 0
    after_weeks: Annotated[int, Field(ge=0, le=1560)] = 0
    for_weeks: Annotated[int, Field(ge=1, le=1560)] | None = None


def _all_in_a_list(raw: Any) -> Any:
    return [raw] if raw == ALL else raw


class BudgetChange(Dated):
    """Money: budgets set to a sum, multiplied or added to. Posts and places follow.

    It is the budget of one ``agency``, of several ``agencies``, or of ``agencies = "all"``. What a
    cut takes from them can be ``moved_to`` another agency, pound for pound.
    """

    kind: Literal["budget"]
    agency: str | None = None
    agencies: Annotated[list[str], BeforeValidator(_all_in_a_list), Field(min_length=1)] | None = (
        None
    )
    set_gbp_per_year: Gbp | None = None
    multiply: Annotated[FiniteFloat, Field(ge=0, le=100)] | None = None
    add_gbp_per_year: SignedGbp | None = None
    moved_to: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        sums = (self.set_gbp_per_year, self.multiply, self.add_gbp_per_year)
        if (self.agency is None) == (self.agencies is None):
            raise ValueError("give either agency or agencies")
        if sum(given is not None for given in sums) != 1:
            raise ValueError("give either set_gbp_per_year, multiply or add_gbp_per_year")
        if self.agencies is not None and self.multiply is None:
            raise ValueError("a sum is for one agency; of several, multiply the budgets")
        if self.moved_to is not None and not self._can_be_a_cut():
            raise ValueError("only what a cut takes can be moved: multiply by less than 1")
        return self

    def _can_be_a_cut(self) -> bool:
        if self.add_gbp_per_year is not None:
            return self.add_gbp_per_year.value < 0
        return self.multiply is None or self.multiply < 1


class ThresholdChange(Dated):
    """The level of need at which a door opens; negative opens it sooner."""

    kind: Literal["threshold"]
    agency: str
    add: Annotated[FiniteFloat, Field(ge=-1, le=1)]
    door: Literal["screen", "assessment", "both"] = "both"


class ExclusionChange(Dated):
    """Excluding people for another need, or no longer: the level from which they are refused."""

    kind: Literal["exclusion"]
    agency: str
    need: NeedKey
    level: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = Field(
        None, description="left out: the exclusion is lifted"
    )


class ReviewChange(Dated):
    """What an agency does when a case goes quiet."""

    kind: Literal["review"]
    agency: str
    rule: Literal["withdraw", "step_down", "keep"] | None = None
    quiet_weeks: Annotated[FiniteFloat, Field(ge=1, le=520)] | None = None
    max_weeks: Annotated[FiniteFloat, Field(ge=0, le=520)] | None = None


class RouteChange(Dated):
    """A share of the contacts of a need moved from one door to another."""

    kind: Literal["route"]
    need: NeedKey
    source: str
    target: str
    share: Annotated[FiniteFloat, Field(ge=0, le=1)]
    when: Literal["day", "night", "both"] = "both"


class ReferralChange(Dated):
    """How well, and how often, an agency's staff refer on."""

    kind: Literal["referral"]
    agency: str
    quality: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    multiply: Annotated[FiniteFloat, Field(ge=0, le=10)] = 1.0


class RedirectChange(Dated):
    """Refused below the threshold at one door, passed on to another instead of closed."""

    kind: Literal["redirect"]
    agency: str
    target: str
    share: Annotated[FiniteFloat, Field(ge=0, le=1)]


class InformationChange(Dated):
    """How much of the whole picture an agency sees beyond its own slice (0 none, 1 all)."""

    kind: Literal["information"]
    agencies: list[str] = Field(min_length=1)
    share: Annotated[FiniteFloat, Field(ge=0, le=1)]


class EngagementChange(Dated):
    """How easy a service is to attend, and how many missed appointments it bears."""

    kind: Literal["engagement"]
    agency: str
    attendance: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    missed_limit: Annotated[FiniteFloat, Field(ge=1, le=520)] | None = None


class OnsetChange(Dated):
    """Fewer or more beginnings of a need, for a group."""

    kind: Literal["onset"]
    needs: list[NeedKey] = Field(min_length=1)
    multiply: Annotated[FiniteFloat, Field(ge=0, le=10)]
    group: Group = Group()


class CourseChange(Dated):
    """A need that passes sooner or later by itself: its remission multiplied."""

    kind: Literal["course"]
    needs: list[NeedKey] = Field(min_length=1)
    multiply: Annotated[FiniteFloat, Field(ge=0, le=10)]


class CrisisChange(Dated):
    """What becomes of mental-health crises: a share moved from one outcome to another."""

    kind: Literal["crisis"]
    source: str
    target: str
    share: Annotated[FiniteFloat, Field(ge=0, le=1)]
    only: Literal["table"] | None = Field(
        None, description="not where the door is a model of its own, which says so itself"
    )


class CrisisResourceChange(Dated):
    """More, fewer or other staff, beds or vehicles at the crisis door, at these hours.

    Rotas change on a day: there is no ramp. Nothing happens where the door is a table.
    """

    kind: Literal["crisis_resource"]
    resource: ResourceName
    add: Annotated[int, Field(ge=-10_000, le=10_000)] | None = None
    set: Annotated[int, Field(ge=0, le=10_000)] | None = None
    days: Literal["all", "weekdays", "weekend"] = "all"
    from_hour: Annotated[int, Field(ge=0, le=23)] = 0
    to_hour: Annotated[int, Field(ge=1, le=24)] = 24

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.add is None) == (self.set is None):
            raise ValueError("give either add or set")
        if self.ramp_weeks:
            raise ValueError("a rota changes on a day; leave ramp_weeks out")
        return self


class CrisisNumberChange(Dated):
    """A share or a time at the crisis door: set, or multiplied. No ramp; nothing with a table."""

    kind: Literal["crisis_number"]
    name: str
    set: Annotated[FiniteFloat, Field(ge=0, le=10_000)] | None = None
    multiply: Annotated[FiniteFloat, Field(ge=0, le=100)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.set is None) == (self.multiply is None):
            raise ValueError("give either set or multiply")
        if self.ramp_weeks:
            raise ValueError("a rota changes on a day; leave ramp_weeks out")
        return self


class StaffingChange(Dated):
    """Turnover of staff: each departure costs the trust of those they worked with."""

    kind: Literal["staffing"]
    agency: str
    turnover_per_year: Annotated[FiniteFloat, Field(ge=0, le=1)]


class CaseloadChange(Dated):
    """More or fewer cases for each worker; what support does for each falls or grows inversely."""

    kind: Literal["caseload"]
    agency: str
    multiply: Annotated[FiniteFloat, Field(gt=0, le=10)]


class DestinationChange(Dated):
    """Referrals of a need that go to one door sent to another, whoever makes them."""

    kind: Literal["destination"]
    need: NeedKey
    source: str
    target: str
    share: Annotated[FiniteFloat, Field(ge=0, le=1)]


class EventChange(Dated):
    """A life event that strikes less or more often: an eviction prevented, an arrest diverted."""

    kind: Literal["event"]
    event: str
    multiply: Annotated[FiniteFloat, Field(ge=0, le=10)]


class TrustChange(Dated):
    """How much trust people lose: to refusals, closures, telling it all again, staff leaving."""

    kind: Literal["trust"]
    losses: list[Literal["refusal", "closure", "retelling", "turnover"]] = Field(min_length=1)
    multiply: Annotated[FiniteFloat, Field(ge=0, le=10)]


class Notice(Strict):
    """What a team does that serves notices instead of helping; consent is not asked.

    While the notice stands, a share of the person's calls to the police is made to ``displaced_to``
    instead. A share of those still made ends in an arrest for breach and a fine.
    """

    deters: Annotated[FiniteFloat, Field(ge=0, le=1)]
    displaced_to: str
    arrest_share: Annotated[FiniteFloat, Field(ge=0, le=1)]
    fine: Level = Field(description="raises the money need at each breach")
    trust_cost: Share = Field(description="share of trust lost to the notice and to each breach")


class TeamChange(Dated):
    """A team that crosses agencies: finds people by a rule, asks consent, stays.

    It may be for certain people only: those whose needs stand at ``finds_with`` or above, or who
    have been looked after. ``delay_weeks`` is how long consent and assessment take, with a place
    taken and nothing done. At a level of ``removed_at`` a person is put off its books.
    """

    kind: Literal["team"]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    title: str
    posts: Annotated[FiniteFloat, Field(gt=0, le=1000)]
    cases_per_post: Annotated[FiniteFloat, Field(gt=0, le=100)]
    cost_gbp_per_post: Annotated[FiniteFloat, Field(ge=0, le=1e6)]
    payer: str = "council"
    finds: Literal["data_feed", "refused_referral", "early_risk", "front_line"] = "data_feed"
    feed_weeks: Annotated[int, Field(ge=1, le=104)] = 26
    consent: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.6
    attendance: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.85
    effect: dict[NeedKey, Annotated[FiniteFloat, Field(ge=0, le=1)]] = {}
    attendance_elsewhere: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.0
    advocacy_per_week: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.0
    waives_exclusions: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.0
    quiet_level: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.2
    quiet_weeks: Annotated[FiniteFloat, Field(ge=1, le=520)] = 26
    max_weeks: Annotated[FiniteFloat, Field(ge=0, le=1040)] = 104
    turnover_per_year: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.15
    adults_only: bool = True
    finds_with: dict[NeedKey, Annotated[FiniteFloat, Field(ge=0, le=1)]] = {}
    care_experienced: bool = False
    age_from: Annotated[int, Field(ge=0, le=120)] = 0
    age_below: Annotated[int, Field(ge=1, le=121)] = 121
    delay_weeks: Annotated[int, Field(ge=0, le=104)] = 0
    removed_at: dict[NeedKey, Annotated[FiniteFloat, Field(ge=0, le=1)]] = {}
    compulsory: bool = Field(False, description="a duty or an order: consent is not asked")
    notice: Notice | None = None


Change = Annotated[
    BudgetChange | ThresholdChange | ExclusionChange | ReviewChange | RouteChange
    | ReferralChange | RedirectChange | InformationChange | EngagementChange | OnsetChange
    | CourseChange | CrisisChange | CrisisResourceChange | CrisisNumberChange | StaffingChange
    | CaseloadChange | DestinationChange | EventChange | TrustChange | TeamChange,
    Field(discriminator="kind"),
]  # fmt: skip


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
    scale: Annotated[FiniteFloat, Field(gt=0, le=100)] = 1.0
    """Its teams' posts and its own costs, times this: for a place of another size."""


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
