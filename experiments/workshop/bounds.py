"""What a prediction can be: checked against what the place comes to when nothing is changed.

A slip of the finger (99,999,999 more people in a city of 200,000) would stretch the room's picture
and spoil its range. What cannot be is refused; what is far off is asked about once more.
"""

from __future__ import annotations

import math
from typing import Final

from experiments.rows import Row
from experiments.stats import Interval
from experiments.wording import level_text
from experiments.workshop.drafts import Refused
from experiments.workshop.predicted import told_without_sign

FAR_OFF: Final = 0.5
"""A change by more than this share of doing nothing is asked about once more."""
CANNOT_BE: Final = 10.0
"""A change by more than so many times doing nothing is a slip."""
FEW: Final = 10.0
"""Where there are fewer than these, shares of them say nothing."""
ROUNDED: Final = 1.1
"""Nothing can be fewer than none; a tenth over is somebody's rounding of all there is."""


def said(value: float, unit: str) -> str:
    """A prediction as the room was asked for it: + is more, − is fewer."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{unit}{abs(value):,.12g}"


def doing_nothing(row: Row, level: Interval) -> str:
    """What a figure is when nothing is changed, as ``3,410 (people with multiple unmet needs)``."""
    first, second = row.label[0], row.label[1]
    label = first.lower() + row.label[1:] if second.islower() else row.label
    mean = level_text(Interval(level.mean, math.nan, math.nan), row.kind)
    return f"{mean} ({label})"


def doubted(value: float, row: Row, level: Interval, unit: str) -> str:
    """What to ask somebody who predicts this; empty if it needs no asking. Raises Refused."""
    if level.mean <= 0 and row.kind == "money":  # what a change costs, where there is none yet
        return ""
    now = doing_nothing(row, level)
    if value < -ROUNDED * level.mean:
        raise Refused(
            f"{said(value, unit)} cannot be: doing nothing, it is {now}, and no more than all of "
            "that can go"
        )
    if value > CANNOT_BE * max(level.mean, FEW):
        raise Refused(
            f"{said(value, unit)} cannot be: doing nothing, it is {now}, and that would be more "
            f"than {CANNOT_BE:.0f} times as much on top"
        )
    if abs(value) <= FAR_OFF * max(level.mean, FEW):
        return ""
    by = f"a change by {abs(value) / level.mean:.0%}" if level.mean >= 1 else "far off"
    told = told_without_sign(value, unit)
    return f"Doing nothing, it is {now}, so {told} is {by}. Is that right?"
