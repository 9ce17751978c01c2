"""What a scenario may change, each kind a class: when it acts, on what, and by how much."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, FiniteFloat, model_validator

from scenarios.names import NeedKey
from scenarios.quantities import Gbp, Level, Payer, Share, SignedGbp, Strict

ALL = "all"
"""In place of a list of agencies: all that have a budget."""


ResourceName = Literal[
    "control_room", "street_triage", "transport", "suite", "amhp", "s12_doctor", "liaison",
    "crisis_team", "home_treatment", "cafe", "crisis_house", "acute_bed",
]  # fmt: skip


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
    payer: Payer = "council"
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
    payer: Payer = "council"
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
