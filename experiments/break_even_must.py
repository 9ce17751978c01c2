"""What `upstream break-even` says of how cheap, how strong and how well aimed it must be."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator

from experiments.break_even import STRENGTHS, BreakEven
from experiments.change_words import in_words
from experiments.crossing import Crossing
from experiments.stats import Interval
from experiments.stronger import has_more_than_a_team, of_which_there_is_half
from experiments.wording import level_text
from scenarios.changes import TeamChange
from scenarios.resolved import Scenario

WIDTH = 100
FAR_MORE = 20
"""Times its cost from which on it is not told how many."""
COMES_WITH = "a place kept, the whole picture told at other doors"
EFFECT, ALL_OF_IT = "the effect on people set for it", "what it changes"
"""What strength multiplies: of a team alone, and of anything else."""
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
        lines.append("How strong: " + _strength_words(found.strength, effect_of(found.scenario)))
        lines += _multiplied(found.scenario)
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


def effect_of(scenario: Scenario) -> str:
    """What strength multiplies in a scenario, in words."""
    only_teams = all(isinstance(c, TeamChange) for c in of_which_there_is_half(scenario))
    return EFFECT if only_teams else ALL_OF_IT


def _multiplied(scenario: Scenario) -> Iterator[str]:
    """What is multiplied where it is not a team alone, and that its parts may pull apart."""
    parts = of_which_there_is_half(scenario)
    if effect_of(scenario) == EFFECT:
        return
    called = {name: spec.title for name, spec in scenario.evidence.agencies.items()}
    told = "; ".join(
        f"{part.title}: {EFFECT}" if isinstance(part, TeamChange)
        else in_words(part, called) for part in parts
    )  # fmt: skip
    apart = (
        " One of these may undo another: ask of each in a scenario of its own."
        if len(parts) > 1
        else ""
    )
    yield (
        f"What is multiplied, from today's values on: {told}. Budgets and what it costs stay, and "
        f"so do rules of which there is no half.{apart}"
    )


def _strength_words(c: Crossing, effect: str) -> str:
    most = f"{STRENGTHS[-1]:g} times {effect}"
    comes_with = COMES_WITH if effect == EFFECT else "budgets, and what else has no half"
    if math.isnan(c.at):
        return _never(c, f"not even at {most}", f"not at {most}", f"{c.low:.2f} times")
    if c.at == 0.0 == c.high:
        return (
            f"even at none of {effect}: what comes with it ({comes_with}) is enough, beyond chance."
        )
    start = (
        f"from {c.at:.2f} times {effect}"
        if c.at
        else f"already at none of {effect}, by what comes with it ({comes_with})"
    )
    said = f"{start}{_between(c, f'{c.low:.2f}', f'{c.high:.2f} times')}."
    return f"{said} {NOT_ITS_SIZE}" if c.at and effect == EFFECT else said


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
    if not math.isinf(c.low):
        return f"{never}, but chance could hide it (95%: from {low})."
    if c.best_high >= 0:
        less = "nor on average at less, though there chance could hide it"
        return f"{not_most}, {less}; see the picture."
    return f"{never}."


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
