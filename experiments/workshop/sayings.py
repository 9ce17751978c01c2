"""Differences as a room hears them: in words, how sure, by luck and by what is not known."""

from __future__ import annotations

import math
from typing import Final

from experiments.range_words import could_be
from experiments.stats import Interval
from experiments.wording import NO_DIFFERENCE, Kind, difference_text, in_plain_words

ONE_RUN: Final = "one run only; how far chance goes is not known yet"
SO_FAR: Final = ", so far"
"""Behind a figure while runs are still being made, and behind a range while plausible sets are; the
page's own words for it (static/dom.js) are the same."""
LUCK_ONLY: Final = (
    "luck alone does not explain it; luck and other plausible numbers together could undo it"
)
EARLY: Final = "more runs may yet undo it"
"""Said of a difference that luck does not explain so far, while runs or sets are being made."""


def sureness(difference: Interval, final: bool = True) -> str:
    """``none``, ``one`` (a single run), ``more``, ``less`` or ``same``.

    All others are ``early`` until they are ``final``: until all runs and all plausible sets are
    there, either could undo what luck does not, and tell what luck now hides.
    """
    if difference.low == difference.high == 0:
        return "same"
    if math.isnan(difference.half):
        return "one"
    if not final:
        return "early"
    if not difference.detectable:
        return "none"
    return "more" if difference.mean > 0 else "less"


def in_words(difference: Interval, kind: Kind, words: tuple[str, str] | None = None) -> str:
    """A difference as one would say it; ``words`` are its own for more and less, if any."""
    if math.isnan(difference.mean):
        return "not known"
    return (
        in_plain_words(difference, kind, words).replace(" (±", ", luck alone ±").removesuffix(")")
    )


def change_text(difference: Interval, kind: Kind) -> str:
    """A difference in figures: ``+1,230 ±110``, ``none ±40``, ``no change``.

    On the page brackets say one thing only: that luck and other plausible numbers together could
    undo it.
    """
    text = difference_text(difference, kind)
    if text.startswith(NO_DIFFERENCE):
        return f"none {text.removeprefix(NO_DIFFERENCE).strip(' ()')}"
    return "no change" if text == "0" else text


def doubts(difference: Interval, kind: Kind, final: bool = True) -> dict[str, str]:
    """What a room should doubt about a difference, beside its luck: the range over plausible sets,
    and a warning where luck is not what makes it unsure."""
    return {"range": could_be(difference, kind, signed=True), "doubt": _doubt(difference, final)}


def _doubt(difference: Interval, final: bool) -> str:
    if sureness(difference) == "one":
        return ONE_RUN
    if difference.detectable:
        return "" if final else EARLY
    return LUCK_ONLY if difference.by_chance.detectable else ""


def interval(of: Interval) -> dict[str, float | None]:
    """For charts: the mean, the ends by luck alone, and the ends over plausible sets."""
    least, most = of.ignorance or (math.nan, math.nan)
    luck = of.by_chance
    return {
        "mean": number(of.mean), "low": number(luck.low), "high": number(luck.high),
        "least": number(least), "most": number(most),
    }  # fmt: skip


def number(x: float) -> float | None:
    """For JSON, which knows no NaN; to six figures, which is more than is known."""
    return float(f"{x:.6g}") if math.isfinite(x) else None
