"""Brings every sum of money to the model's price year, and to one week where it is for several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple, TypeVar

from pydantic import Field, FiniteFloat

from scenarios.problems import nearest
from scenarios.quantities import Quantity, Strict

Spec = TypeVar("Spec", bound=Strict)


class Prices(Strict):
    """A price index by financial year, and the year in which the model counts."""

    model_price_year: str
    index: dict[str, Annotated[FiniteFloat, Field(gt=0)]]


class PriceProblem(NamedTuple):
    """A setting whose price year or weeks cannot be used, why, and what to do."""

    name: str
    quantity: Quantity
    rule: str
    suggestion: str


def at_model_prices(spec: Spec, prices: Prices) -> Spec:
    """``spec`` with its sums of money in the model's price year. Check price_problems first."""
    money = {
        name: _converted(quantity, prices)
        for name, quantity in _quantities(spec)
        if quantity.price_year is not None or quantity.per_weeks is not None
    }
    return spec.model_copy(update=money) if money else spec


def price_problems(spec: Strict, prices: Prices) -> Iterator[PriceProblem]:
    """Every price year or number of weeks in ``spec`` that makes no sense where it stands."""
    for name, quantity in _quantities(spec):
        year = quantity.price_year
        if "gbp" not in name and (year is not None or quantity.per_weeks is not None):
            rule = f"'{name}' is not a sum of money, so it has no price_year or per_weeks"
            yield PriceProblem(name, quantity, rule, "leave them out")
        elif year is not None and year not in prices.index:
            rule = f"unknown price year '{year}' of '{name}'"
            yield PriceProblem(name, quantity, rule, _known_years(year, prices))
        elif quantity.per_weeks is not None and not name.endswith("_per_week"):
            rule = f"'{name}' is not a sum per week, so per_weeks means nothing"
            yield PriceProblem(name, quantity, rule, "leave it out")


def _quantities(spec: Strict) -> Iterator[tuple[str, Quantity]]:
    """The quantities that were given; defaults need no conversion."""
    for name in sorted(spec.model_fields_set):
        value = getattr(spec, name)
        if isinstance(value, Quantity):
            yield name, value
        elif isinstance(value, dict):
            yield from (
                (f"{name}.{key}", item) for key, item in value.items() if isinstance(item, Quantity)
            )


def _converted(quantity: Quantity, prices: Prices) -> Quantity:
    """The quantity and its range, at the model's prices and for one week."""
    year = quantity.price_year or prices.model_price_year
    factor = prices.index[prices.model_price_year] / prices.index[year] / (quantity.per_weeks or 1)
    return quantity.model_copy(
        update={
            "value": quantity.value * factor,
            "low": None if quantity.low is None else quantity.low * factor,
            "high": None if quantity.high is None else quantity.high * factor,
            "price_year": None,
            "per_weeks": None,
        }
    )


def _known_years(year: str, prices: Prices) -> str:
    years = sorted(prices.index)
    close = nearest(year, years)
    known = f"known are {years[0]} to {years[-1]}, written like {years[-1]}"
    return f"did you mean '{close}'? ({known})" if close else known
