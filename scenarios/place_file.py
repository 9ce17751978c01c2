"""Writes the place file of an authority: complete, commented, every number with where it is from.

What official figures say is measured. What is worked out from them is estimated. What is scaled
from national figures is assumed, and says so: those are the first numbers to replace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scenarios.authorities import Authority, published
from scenarios.names import AGE_BANDS, WEEKS_PER_YEAR
from scenarios.place_fit import Levers, fitted
from scenarios.place_rules import moves_per_year, scaled_budget, scaled_figure
from scenarios.resolved import Evidence
from scenarios.schema import AgencySpec

SPENT: Final = "2021/22"
"""The price year of the outturn figures."""

NOT_READ: Final = {
    "England": "not in the tables read here",
    "Wales": "no table of Wales was read here (look for its own at StatsWales)",
}
"""Why a figure is not the authority's own."""
SCALED: Final = "scaled by population, age and deprivation"
FITTED_TO: Final = {
    "family": ("looked_after_per_10000", "looked after per 10,000 children"),
    "screen_threshold": ("referrals_per_10000", "referrals per 10,000 children a year"),
    "threshold": ("not_in_need_percent", "percent of referrals assessed not in need"),
    "quiet_weeks": ("in_need_per_10000", "children in need per 10,000"),
}
"""Each setting that is fitted, and the rate it is fitted to."""

FAMILY_SUPPORT_SHARE: Final = 0.5
"""Of spending on family support, what is casework with families (judgement, as in Portsmouth)."""


@dataclass(frozen=True)
class Said:
    """A number as it stands in a place file."""

    value: float
    status: str
    source: str
    price_year: str = ""
    per_weeks: float = 0.0

    def __str__(self) -> str:
        parts = [f"value = {_number(self.value)}"]
        parts += [f"per_weeks = {_number(self.per_weeks)}"] if self.per_weeks else []
        parts += [f'price_year = "{self.price_year}"'] if self.price_year else []
        parts += [f'status = "{self.status}"', f'source = "{self.source}"']
        return "{" + ", ".join(parts) + "}"


def place_text(authority: Authority, evidence: Evidence, levers: Levers | None = None) -> str:
    """The place file of an authority. ``levers``: other settings than the fitted ones."""
    levers = levers or fitted_levers(authority)
    parts = [
        *_heading(authority),
        *_about(authority),
        "",
        *_population(authority),
        "",
        *_onsets(authority, levers),
        "",
        *_budgets(authority, evidence),
        *_childrens_social_care(authority, levers),
        "",
        *_early_help(authority),
    ]
    return "\n".join(parts) + "\n"


def fitted_levers(authority: Authority) -> Levers:
    """The settings for an authority's own rates, or for those scaled to it."""
    rates = {column: _figure(authority, column).value for column, _ in FITTED_TO.values()}
    return fitted(rates, authority.deprivation_score)


def _heading(authority: Authority) -> Iterator[str]:
    yield f"# {authority.common_name}: {authority.residents:,} residents, of whom"
    yield f"# {authority.children:,} are children. Written by `upstream place` from official"
    yield "# figures. Every number says where it comes from:"
    yield "#"
    yield "# measured    an official figure for this authority"
    yield "# estimated   worked out from official figures"
    yield "# assumed     scaled from national figures by population, age and deprivation, or"
    yield "#             judgement: put your own figures in their place, and say whose they are"
    yield "#"
    yield "# A number may stand alone: threshold = 0.4. What this file leaves out is as everywhere,"
    yield "# in scenarios/evidence/agencies.toml. Contains public sector information licensed under"
    yield "# the Open Government Licence v3.0."


def _about(authority: Authority) -> Iterator[str]:
    yield f'title = "{authority.common_name}"'
    yield f'country = "{authority.country}"'
    yield f'population_source = "{published("population")}"'
    yield f"deprivation_score = {_deprivation(authority)}"
    yield f"looked_after_per_10000 = {_figure(authority, 'looked_after_per_10000')}"
    yield f"children_in_need_per_10000 = {_figure(authority, 'in_need_per_10000')}"
    moves = Said(moves_per_year(authority), "assumed", "rises with the share aged 18 to 24")
    yield f"moves_per_year = {moves}"


def _population(authority: Authority) -> Iterator[str]:
    yield "[population]"
    yield from (f"{band} = {authority.population[band]}" for band in AGE_BANDS)


def _onsets(authority: Authority, levers: Levers) -> Iterator[str]:
    yield "# More or fewer beginnings of a need than elsewhere among people of the same age and"
    yield "# deprivation. 1 is as everywhere; the other needs can be given in the same way."
    yield "[onset_factor]"
    yield f"family = {_lever(authority, levers, 'family')}"


def _budgets(authority: Authority, evidence: Evidence) -> Iterator[str]:
    yield "# Agencies. Budgets are pounds a year at 2023/24 prices, for the part of a service that"
    yield "# meets the people of this model."
    for name, spec in evidence.agencies.items():
        if spec.kind == "gated" and not spec.care_door and not spec.early_help:
            yield f"[agencies.{name}]"
            yield f"# {spec.title}; {spec.payer} pays"
            yield f"budget_gbp_per_year = {_budget(authority, name, spec)}"
            yield ""


def _budget(authority: Authority, name: str, spec: AgencySpec) -> Said:
    per_head = spec.budget_gbp_per_head.value
    gbp = scaled_budget(authority, name, per_head)
    source = f"£{per_head:g} a head nationally, scaled by population, age and deprivation"
    return Said(_rounded(gbp), "assumed", source)


def _childrens_social_care(authority: Authority, levers: Levers) -> Iterator[str]:
    posts = _figure(authority, "social_workers_fte")
    safeguarding = _figure(authority, "safeguarding_gbp")
    yield "[agencies.childrens_social_care]"
    yield f"budget_gbp_per_year = {safeguarding}"
    yield f"cost_gbp_per_post = {_cost_of_a_post(safeguarding, posts)}"
    yield f"cases_per_post = {_figure(authority, 'cases_per_social_worker')}"
    yield f"turnover_per_year = {_share(_figure(authority, 'turnover_percent'))}"
    yield f"placement_gbp_per_week = {_placement(authority)}"
    yield "# With these the model comes near the authority's referrals, assessments and open cases."
    for name in ("screen_threshold", "threshold", "quiet_weeks"):
        yield f"{name} = {_lever(authority, levers, name)}"


def _lever(authority: Authority, levers: Levers, name: str) -> Said:
    """A setting that no one publishes, from the rate that it does most to settle."""
    column, words = FITTED_TO[name]
    rate = _figure(authority, column)
    status = "estimated" if rate.status == "measured" else "assumed"
    return Said(
        getattr(levers, name), status, f"rule fitted to {rate.value:g} {words} ({rate.source})"
    )


def _early_help(authority: Authority) -> Iterator[str]:
    support = _figure(authority, "family_support_gbp")
    source = f"half of family support (the other half is not casework): {support.source}"
    status = "estimated" if support.status == "measured" else support.status
    gbp = round(FAMILY_SUPPORT_SHARE * support.value, -3)
    yield "[agencies.early_help]"
    yield f"budget_gbp_per_year = {Said(max(1000.0, gbp), status, source, SPENT)}"


def _cost_of_a_post(safeguarding: Said, posts: Said) -> Said:
    both = {safeguarding.status, posts.status} == {"measured"}
    source = (
        f"safeguarding spend over {posts.value:g} full-time equivalent children's social workers"
    )
    cost = safeguarding.value / posts.value
    return Said(round(cost), "measured" if both else "assumed", source, SPENT)


def _placement(authority: Authority) -> Said:
    """A week of a child's placement: a year's spending over the weeks of those looked after."""
    spent, rate = (
        _figure(authority, column) for column in ("looked_after_gbp", "looked_after_per_10000")
    )
    children = rate.value * authority.children / 10_000
    measured = {spent.status, rate.status} == {"measured"}
    source = f"spending on looked-after children over about {children:.0f} children for 52 weeks"
    weeks = round(children * WEEKS_PER_YEAR, -1)
    return Said(spent.value, "measured" if measured else "assumed", source, SPENT, max(10.0, weeks))


def _deprivation(authority: Authority) -> Said:
    if authority.country == "England":
        return Said(
            authority.deprivation_score,
            "measured",
            f"{published('deprivation_score')}; England about 21.7",
        )
    source = "WIMD 2019 average score, read as an English one: both average 21.6 to 21.7"
    return Said(authority.deprivation_score, "estimated", source)


def _figure(authority: Authority, column: str) -> Said:
    """The authority's own figure, or a national one scaled to it where there is none."""
    year = SPENT if column.endswith("_gbp") else ""
    own = authority.figures[column]
    if own:
        return Said(own, "measured", published(column), year)
    scaled = scaled_figure(authority, column)
    digits = 1 if scaled < 10_000 else -3
    source = f"{NOT_READ[authority.country]}; England's figure {SCALED}"
    return Said(max(0.1, round(scaled, digits)), "assumed", source, year)


def _share(percent: Said) -> Said:
    return Said(round(percent.value / 100, 4), percent.status, percent.source)


def _rounded(gbp: float) -> float:
    """To three figures: it is not known any better."""
    digits = len(str(int(gbp)))
    return max(1000.0, round(gbp, 3 - digits))


def _number(value: float) -> str:
    return (
        f"{value:_.0f}"
        if value == int(value)
        else f"{value:.4g}"
        if value < 1000
        else f"{value:_.1f}"
    )
