"""The settings of children's social care by which a place comes near its own official rates.

Nobody publishes a threshold. So the model was run for three years with 108 sets of random settings
in authorities of England of 60,000 to 420,000 residents; where no queue stood at the door (72 sets)
four least-squares equations describe the rates that it gives, with the residual deviations below.
Solved for an authority's own rates they give its settings. They are estimates: where rates pull
against each other, or a setting would leave the range that was tried, the rates are not all met.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

ENGLAND_SCORE: Final = 21.7
"""Population-weighted mean of the IMD 2019 average scores of England's authorities."""

ROUNDS: Final = 12
"""Of solving for each setting in turn; what is left after four is below a hundredth."""


@dataclass(frozen=True)
class Levers:
    """The settings by which a place is brought near its official rates, one a rate."""

    family: float = 1.0
    """Onset factor of family need: children looked after."""
    screen_threshold: float = 0.3
    """Referrals."""
    threshold: float = 0.36
    """Assessed and found not in need."""
    quiet_weeks: float = 9.0
    """Children in need at a moment."""


RANGES: Final = {
    "family": (0.35, 2.2),
    "screen_threshold": (0.1, 0.45),
    "threshold": (0.1, 0.55),
    "quiet_weeks": (3.0, 45.0),
}
"""The settings that were tried; a solution outside is not believed."""


def fitted(rates: Mapping[str, float], deprivation_score: float) -> Levers:
    """The settings for an authority's rates, each of which is met as nearly as its range allows."""
    levers = Levers()
    for _ in range(ROUNDS):
        for name, predict in _EQUATIONS.items():
            column, rises = _TARGETS[name]
            levers = _solved(levers, name, predict, rates[column], rises, deprivation_score)
    digits = {"family": 2, "screen_threshold": 3, "threshold": 3, "quiet_weeks": 0}
    return Levers(**{name: round(getattr(levers, name), n) for name, n in digits.items()})


Equation = Callable[[Levers, float], float]


def _solved(
    levers: Levers, name: str, predict: Equation, target: float, rises: bool, score: float
) -> Levers:
    """``levers`` with one setting at which the predicted rate is the target, by bisection."""
    low, high = RANGES[name]
    for _ in range(40):
        levers = replace(levers, **{name: (low + high) / 2})
        if (predict(levers, score) < target) == rises:
            low = getattr(levers, name)
        else:
            high = getattr(levers, name)
    return levers


def _looked_after(levers: Levers, score: float) -> float:
    """Children looked after, of 10,000. Residual deviation 9%.

    The level is that of Portsmouth and Wiltshire, to which the model is fitted by hand with a
    factor of 1; only the differences between places are from the equation.
    """
    children: float = 70.6 * (score / ENGLAND_SCORE) ** 0.972 * levers.family**0.805
    return children


def _referrals(levers: Levers, score: float) -> float:
    """Referrals past the screening, of 10,000 children in a year. Residual deviation 11%."""
    screen, threshold, quiet = _centred(levers)
    people = 0.766 * math.log(levers.family) + 0.864 * math.log(score / ENGLAND_SCORE)
    doors = -2.736 * screen - 5.563 * screen**2 + 0.960 * threshold - 0.219 * quiet
    return math.exp(6.482 + people + doors)


def _not_in_need(levers: Levers, score: float) -> float:
    """Of these, per cent found below the threshold. Residual deviation 0.15 in the log odds."""
    screen, threshold, quiet = _centred(levers)
    odds = -1.947 - 6.851 * screen - 8.424 * screen**2 - 0.135 * quiet
    odds += 14.259 * threshold - 14.755 * threshold**2
    return 100.0 / (1.0 + math.exp(-odds))


def _in_need(levers: Levers, score: float) -> float:
    """Open cases, of 10,000 children. Residual deviation 9%."""
    screen, threshold, quiet = _centred(levers)
    people = 0.790 * math.log(levers.family) + 0.924 * math.log(score / ENGLAND_SCORE)
    return math.exp(5.822 + people - 0.770 * screen - 0.370 * threshold + 0.188 * quiet)


def _centred(levers: Levers) -> tuple[float, float, float]:
    """Settings as they stand in the equations: about the middle of what was tried."""
    return (
        levers.screen_threshold - 0.25,
        levers.threshold - 0.3,
        math.log(levers.quiet_weeks / 9.0),
    )


_EQUATIONS: Final[dict[str, Equation]] = {
    "family": _looked_after,
    "screen_threshold": _referrals,
    "threshold": _not_in_need,
    "quiet_weeks": _in_need,
}
_TARGETS: Final = {
    "family": ("looked_after_per_10000", True),
    "screen_threshold": ("referrals_per_10000", False),
    "threshold": ("not_in_need_percent", True),
    "quiet_weeks": ("in_need_per_10000", True),
}
"""The rate that a setting is solved for, and whether it rises with the setting."""
