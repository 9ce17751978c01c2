"""What a room predicted, in words without signs (`1,500 fewer` rather than `−1,500`), and what is
remembered of the model's answer."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.stats import Interval, taken_together


def told_without_sign(value: float, unit: str) -> str:
    """A prediction as one would say it: ``1,500 fewer``, ``£20,000 more``, ``no change``."""
    if value == 0:
        return "no change"
    side = "more" if value > 0 else "less" if unit else "fewer"
    return f"{unit}{abs(value):,.10g} {side}"


def half_expected(given: Sequence[float], unit: str) -> str:
    """The room's median, away from none: ``half expected at least 1,500 fewer``.

    On both sides of it stands half of the room, so of an increase, too, half expected as much or
    more.
    """
    median = statistics.median(given)
    if median == 0:
        return f"half expected no change or {'less' if unit else 'fewer'}, half no change or more"
    return f"half expected at least {told_without_sign(median, unit)}"


def room_in_words(given: Sequence[float], unit: str) -> str:
    """All that was predicted, ``given`` in its order: the range and the median."""
    if not given:
        return "nobody answered"
    ends = [told_without_sign(x, unit) for x in (given[0], given[-1])]
    if len(given) == 1:
        return f"one answer, {ends[0]}"
    if ends[0] == ends[1]:
        return f"{len(given)} answered, all of them {ends[0]}"
    return f"{len(given)} answered, from {ends[0]} to {ends[1]}; {half_expected(given, unit)}"


def remembered(model: Mapping[str, Any]) -> Interval | None:
    """The difference that the room's memory has; None where it has none."""
    if not model or model["mean"] is None:
        return None
    mean, low, high, least, most = (
        math.nan if model[end] is None else float(model[end])
        for end in ("mean", "low", "high", "least", "most")
    )
    own = Interval(mean, low, high)
    return own if math.isnan(least) else taken_together(own, (least, most))
