"""What is taken for a place where no official figure says: national figures, scaled to it.

By population, by the ages that a service is for, and by deprivation.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from scenarios.authorities import Authority, read_authorities
from scenarios.names import ADULT_BAND, AGE_BANDS
from scenarios.place_fit import ENGLAND_SCORE

_OLDER: Final = AGE_BANDS.index("65_74")
AGES: Final = {
    "children": AGE_BANDS[:ADULT_BAND],
    "working_age": AGE_BANDS[ADULT_BAND:_OLDER],
    "adults": AGE_BANDS[ADULT_BAND:],
}
SERVES: Final = {
    "mental_health": "adults", "crisis": "adults", "substance": "working_age",
    "housing": "adults", "adult_social_care": "adults", "childrens_social_care": "children",
    "early_help": "children", "advice": "adults", "probation": "working_age",
    "asb": "working_age", "domestic_abuse": "working_age", "voluntary": "adults",
}  # fmt: skip
"""Whom an agency is for, where it is not everybody."""

SPENDING_SLOPE: Final = 0.40
"""ln of spending on children's services per child by ln of the deprivation score: least squares
over 149 authorities of England, outturn 2021-22. Taken for all services that have no figure."""

SLOPES: Final = {
    "looked_after_per_10000": 0.73, "in_need_per_10000": 0.43, "referrals_per_10000": 0.38,
    "social_workers_fte": 0.38, "safeguarding_gbp": 0.35, "family_support_gbp": 0.10,
}  # fmt: skip
"""The same for other figures (rates, or pounds and posts per child); those not named: 0."""

WALES_LOOKED_AFTER: Final = 115.0
"""Children looked after in Wales, of 10,000 under 18, about 2022: from memory, not checked."""


def scaled_figure(authority: Authority, column: str) -> float:
    """A national figure for an authority that has none: by children and deprivation."""
    if column == "looked_after_gbp":
        return _spending_on_looked_after(authority)
    known = [a for a in _england() if a.figures[column] is not None]
    total = sum(a.figures[column] or 0.0 for a in known)
    relative = _by_deprivation(authority, SLOPES.get(column, 0.0))
    if column in ("social_workers_fte",) or column.endswith("_gbp"):
        return total / sum(a.children for a in known) * authority.children * relative
    if column == "looked_after_per_10000" and authority.country == "Wales":
        return WALES_LOOKED_AFTER * relative
    weighted = sum((a.figures[column] or 0.0) * a.children for a in known)
    return weighted / sum(a.children for a in known) * relative


def _spending_on_looked_after(authority: Authority) -> float:
    """What England spends on one looked-after child, for as many as there are here."""
    spent = sum(a.figures["looked_after_gbp"] or 0.0 for a in _england())
    children = sum(_looked_after(a) for a in _england())
    return spent / children * _looked_after(authority)


def _looked_after(authority: Authority) -> float:
    """Children looked after: by the authority's own rate, else by the one scaled to it."""
    column = "looked_after_per_10000"
    rate = authority.figures[column] or scaled_figure(authority, column)
    return rate * authority.children / 10_000


def scaled_budget(authority: Authority, agency: str, national_gbp_per_head: float) -> float:
    """A budget from the national one a head: by those whom it is for, and by deprivation."""
    share = share_served(authority, agency) / _national_share(agency)
    relative = _by_deprivation(authority, SPENDING_SLOPE)
    return national_gbp_per_head * authority.residents * share * relative


def share_served(authority: Authority, agency: str) -> float:
    """Of the residents, those of the ages that an agency is for."""
    bands = AGES[SERVES[agency]] if agency in SERVES else AGE_BANDS
    return sum(authority.population[band] for band in bands) / max(1, authority.residents)


def moves_per_year(authority: Authority) -> float:
    """People aged 18 to 24 move most: 4% move where they are as many as in England."""
    students = authority.population["18_24"] / max(1, authority.residents)
    return round(0.027 + 0.14 * students, 3)


def _by_deprivation(authority: Authority, slope: float) -> float:
    return float((authority.deprivation_score / ENGLAND_SCORE) ** slope)


@cache
def _england() -> tuple[Authority, ...]:
    return tuple(a for a in read_authorities() if a.country == "England")


@cache
def _national_share(agency: str) -> float:
    residents = sum(a.residents for a in _england())
    return sum(share_served(a, agency) * a.residents for a in _england()) / residents
