"""A range over plausible sets of numbers as it is read out: in words, without signs."""

from __future__ import annotations

from typing import Final

from experiments.stats import Interval
from experiments.wording import ABOUT, MORE_OR_LESS, Kind, range_in_words

SAVED: Final = ("saved", "more paid")
"""What a saving is said to be, and one below nought: `£470k less saved` would say it twice over."""


def could_be(of: Interval, kind: Kind, signed: bool, words: tuple[str, str] | None = None) -> str:
    """The range over plausible sets, as it is read out; of a difference (``signed``) in words and
    without signs: ``£1.1m to £1.6m less``, ``20 fewer to 50 more``, ``about £1.3m less``.

    ``words`` are those for more and for less; without them, the kind's own.
    """
    text = range_in_words(of, kind, signed)
    told = _sided(text, words or MORE_OR_LESS[kind]) if signed else text
    return told if told == text else told.replace("%", "")  # which "points" stands for


def saved_range(saving: Interval) -> str:
    """The range of a saving over plausible sets: ``£460k to £490k saved``, or of what is paid on
    top; where it reaches both sides, ``£20k more paid to £40k saved``; of both ends alike, ``about
    £1.1m more paid``."""
    return could_be(saving, "money", signed=True, words=SAVED)


def _sided(text: str, words: tuple[str, str]) -> str:
    """A signed range with ``words`` for more and for less in the place of its signs, the smaller
    end first where both are on one side. Without an end, or with none but nought, as it is."""
    more, less = words
    ends = text.removeprefix(ABOUT).split(" to ")
    sides = [{"+": more, "-": less}.get(end[:1], "") for end in ends]
    low, high = (end.lstrip("+-") for end in (ends[0], ends[-1]))
    if not any(sides):
        return text
    if len(ends) == 1:
        return f"{ABOUT}{low} {sides[0]}"
    if sides == [less, more]:
        return f"{low} {less} to {high} {more}"
    return f"{low} to {high} {more}" if more in sides else f"{high} to {low} {less}"
