"""Numbers as a user may write them: with unit bounds, a source and a status.

A number may stand alone (``threshold = 0.4``) or with where it comes from
(``threshold = {value = 0.4, status = "measured", source = "..."}``). Alone, it counts as assumed.
Unknown keys are errors everywhere: a misspelt setting that is silently ignored would be a wrong
forecast.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat

from scenarios.names import NeedKey
from scenarios.problems import nearest

Status = Literal["measured", "estimated", "assumed"]


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


def within(low: float, high: float) -> AfterValidator:
    """Refuse a number outside these bounds."""

    def check(quantity: Quantity) -> Quantity:
        if not low <= quantity.value <= high:
            raise ValueError(f"must be between {low:g} and {high:g}")
        return quantity

    return AfterValidator(check)


a_number = BeforeValidator(_as_quantity)
Share = Annotated[Quantity, a_number, within(0.0, 1.0)]
Level = Annotated[Quantity, a_number, within(0.0, 1.0)]
Factor = Annotated[Quantity, a_number, within(0.0, 100.0)]
PerYear = Annotated[Quantity, a_number, within(0.0, 520.0)]
PerPost = Annotated[Quantity, a_number, within(0.0, 10_000.0)]
Weeks = Annotated[Quantity, a_number, within(0.0, 5_200.0)]
Gbp = Annotated[Quantity, a_number, within(0.0, 1e11)]
SignedGbp = Annotated[Quantity, a_number, within(-1e11, 1e11)]
Signed = Annotated[Quantity, a_number, within(-10.0, 10.0)]
PerTenThousand = Annotated[Quantity, a_number, within(0.0, 10_000.0)]

ByNeed = dict[NeedKey, FiniteFloat]
Shares = dict[str, Annotated[FiniteFloat, Field(ge=0.0, le=1.0)]]


PAYERS = ("council", "nhs", "police", "justice")
"""Who pays for the national agencies. A place or a team may bring others."""


def _no_slip(payer: str) -> str:
    """A name nearly that of a known payer is a slip, and would hide what that one pays."""
    close = None if payer in PAYERS else nearest(payer, PAYERS)
    if close is not None:
        raise ValueError(f"did you mean '{close}'? A new payer needs a name less like it")
    return payer


Payer = Annotated[str, AfterValidator(_no_slip)]
