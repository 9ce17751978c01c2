"""The settings of children's social care by which a place comes near its own official rates.

Nobody publishes a threshold. So the model was run for three years with 138 sets of random settings
in authorities of England of 60,000 to 420,000 residents; where no queue stood at the door (96 sets)
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
    """Children looked after, of 10,000. Residual deviation 10%.

    79 rather than the 98 of the first three years: what 33 authorities came to over ten years, in
    the middle. So the constants of referrals (6.466 then) and of children in need (5.827).
    """
    _, threshold, quiet = _centred(levers)
    people = 0.828 * math.log(levers.family) + 0.975 * math.log(score / ENGLAND_SCORE)
    return 79.0 * math.exp(people + 0.15 * threshold - 0.07 * quiet)


def _referrals(levers: Levers, score: float) -> float:
    """Referrals past the screening, of 10,000 children in a year. Residual deviation 11%."""
    screen, threshold, quiet = _centred(levers)
    people = 0.763 * math.log(levers.family) + 0.845 * math.log(score / ENGLAND_SCORE)
    doors = -2.727 * screen - 4.809 * screen**2 + 0.962 * threshold - 0.215 * quiet
    return math.exp(6.338 + people + doors)


def _not_in_need(levers: Levers, score: float) -> float:
    """Of these, per cent found below the threshold. Residual deviation 0.15 in the log odds."""
    screen, threshold, quiet = _centred(levers)
    odds = -1.975 - 6.881 * screen - 7.962 * screen**2 - 0.141 * quiet
    odds += 14.117 * threshold - 12.772 * threshold**2
    return 100.0 / (1.0 + math.exp(-odds))


def _in_need(levers: Levers, score: float) -> float:
    """Open cases, of 10,000 children. Residual deviation 10%."""
    screen, threshold, quiet = _centred(levers)
    people = 0.813 * math.log(levers.family) + 0.938 * math.log(score / ENGLAND_SCORE)
    return math.exp(5.728 + people - 0.643 * screen - 0.345 * threshold + 0.168 * quiet)


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
