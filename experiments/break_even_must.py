"""What `upstream break-even` says of how cheap, how strong and how well aimed it must be."""

from __future__ import annotations

import math
import textwrap

from experiments.break_even import STRENGTHS, BreakEven
from experiments.crossing import Crossing
from experiments.stats import Interval
from experiments.stronger import has_more_than_a_team
from experiments.wording import level_text

WIDTH = 100
FAR_MORE = 20
"""Times its cost from which on it is not told how many."""
COMES_WITH = "a place kept, the whole picture told at other doors"
EFFECT = "the effect on people set for it"
NOT_ITS_SIZE = (
    "That is what it does for each person it reaches, not its size: every post and place of it is "
    "there, and paid for."
)


def must_be(found: BreakEven) -> str:
    """How cheap, how strong and how well aimed it must be to pay back, a line each."""
    lines = [f"To pay back within {n_years(found.years)}, for the public purse", "=" * 96]
    mixed = found.aim is not None and has_more_than_a_team(found.scenario)
    if mixed:
        lines.append(
            "What follows is about the scenario as a whole, which changes more than its team: how "
            "strong multiplies all of it that can be stronger, and how well aimed leaves the rest "
            "in force. To ask whether the team pays, write a scenario that has the team alone."
        )
    lines.append("How cheap: " + _cheap_words(found))
    if found.strength is not None:
        lines.append("How strong: " + _strength_words(found.strength))
    else:
        lines.append("How strong: it is money or rules, of which there is no half; see how cheap.")
    if found.aim is not None:
        lines.append("How well aimed: " + _aim_words(found.aim, mixed))
    return "\n".join(
        textwrap.fill(x, WIDTH, initial_indent="", subsequent_indent="  ") for x in lines
    )


def _cheap_words(found: BreakEven) -> str:
    cost = level_text(found.programme, "money")
    if found.programme.mean <= 0:
        return f"it costs nothing beyond today's budgets ({cost})."
    if not found.price.mean > 0:
        return f"it costs {cost}, and it saves nothing that could pay for it."
    if found.price.mean > FAR_MORE:
        return (
            f"it costs {cost} beyond today's budgets, and all it saves is more than {FAR_MORE} "
            "times that. Of a small sum, as where a cut pays for something else, a multiple says "
            "little: see who saves and who pays."
        )
    cash = (
        f"what it saves in cash for {_times(found.cash_price)}"
        if found.cash_price.mean > 0
        else "it saves no cash that could pay for it"
    )
    return f"it costs {cost}; all it saves would pay for {_times(found.price)}, and {cash}."


def _times(ratio: Interval) -> str:
    half = "" if math.isnan(ratio.half) else f" ±{max(0.01, ratio.half):.2f}"
    chance = " (chance alone may make it)" if ratio.low <= 0 else ""
    return f"{ratio.mean:.2f}{half} times that{chance}"


def _strength_words(c: Crossing) -> str:
    most = f"{STRENGTHS[-1]:g} times {EFFECT}"
    if math.isnan(c.at):
        return _never(c, f"not even at {most}", f"not at {most}", f"{c.low:.2f} times")
    if c.at == 0.0 == c.high:
        return (
            f"even at none of the effects set for it: what comes with it ({COMES_WITH}, budgets) "
            "is enough, beyond chance."
        )
    start = (
        f"from {c.at:.2f} times {EFFECT}"
        if c.at
        else f"already at none of {EFFECT}, by what comes with it ({COMES_WITH})"
    )
    said = f"{start}{_between(c, f'{c.low:.2f}', f'{c.high:.2f} times')}."
    return f"{said} {NOT_ITS_SIZE}" if c.at else said


def _aim_words(c: Crossing, mixed: bool) -> str:
    if math.isnan(c.at):
        every = "if every place goes to somebody whom its rule finds"
        return _never(c, f"not even {every}", f"not {every}", f"{c.low:.0%}")
    if c.at == 0.0 and mixed:
        start = "at any share of its places, since the rest of the scenario pays for it"
    else:
        start = f"if at least {c.at:.0%} of its places go to people whom its rule finds"
    return (
        f"{start}{_between(c, f'{c.low:.0%}', f'{c.high:.0%}')}; the rest are paid for, and do "
        "nobody good."
    )


def _never(c: Crossing, never: str, not_most: str, low: str) -> str:
    """It does not pay at the end of what was tried: nowhere, only below, or by chance alone."""
    if c.best >= 0:
        return f"{not_most}, though it does at less; see the picture."
    return never + ("." if math.isinf(c.low) else f", but chance could hide it (95%: from {low}).")


def _between(c: Crossing, low: str, high: str) -> str:
    """Its interval; none where one replicate tells of no chance."""
    if math.isinf(c.low):
        return ""
    if math.isinf(c.high):
        return f", on average; beyond chance nowhere (95%: from {low} on)"
    return f" (95%: {low} to {high}, from where on it pays beyond chance)"


def n_years(years: int) -> str:
    """So many years, in words."""
    return "1 year" if years == 1 else f"{years} years"
