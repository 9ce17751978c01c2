"""What `upstream break-even` says, as a table."""

from __future__ import annotations

import math
import textwrap
from dataclasses import replace

import numpy as np

from experiments.books import Paying
from experiments.break_even import BreakEven, wilson, worthwhile
from experiments.break_even_must import WIDTH, must_be, n_years
from experiments.in_force import years_in_force
from experiments.stats import Interval
from experiments.wording import (
    difference_text,
    in_columns,
    level_text,
    place_words,
    plain_words,
    rough,
)

OFFERS = (0.0, 250.0, 500.0, 1000.0, 2000.0, 5000.0)
"""Pounds for a week in crisis avoided, in the table."""
PURSE = "public purse"
PAYS_NOTHING = "pays nothing for it"
NOT_BACK = "not in these years"
NEVER_SURE = "in none of the years looked at"
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
ENOUGH = 32
"""Futures below which a probability is told as rough."""
TO_PASTE = ("    [agencies.", "    budget_gbp_per_year = ")
"""What lines of a note begin with that go into a place's file as they are."""
NAMED = 8
"""Numbers whose knowledge is worth most, in the table."""


def text_of(found: BreakEven) -> str:
    """Everything, in the order in which it is asked."""
    parts = [_heading(found), _who(found), must_be(found)]
    if len(found.nets):
        parts += [_probably(found), _to_know(found)]
    parts += [_wrapped(note) for note in found.notes]
    return "\n\n".join(parts) + "\n"


def _heading(found: BreakEven) -> str:
    return _filled(
        f"{found.scenario.title}. When does it pay?\n"
        f"Money saved less money spent in the {n_years(found.years)} after its start, discounted "
        f"to it; {found.replicates} replicates, seed {found.seed}, the model's numbers as they "
        "are.\n"
        f"{in_force_words(found)}\n"
        "± is a 95% interval, chance only. Cash is the part of a saving that can be taken out of a "
        "budget; the rest is time freed for others. – no detectable difference: chance alone moves "
        "it by the ± around its mean, which the picture (--out) shows."
        + (f"\n{warning}" if (warning := rough(found.replicates)) else "")
    )


def in_force_words(found: BreakEven) -> str:
    """For how many of the years counted it is in force, and that a comparison counts otherwise."""
    scenario = found.scenario
    years = n_years(found.years)
    among = years_in_force(scenario, replace(scenario, changes=(), costs=()))
    counted = (
        f"{years} in force, from the first week"
        if among == str(found.years)
        else f"{years} from its start, in force in {among} of them"
    )
    run = f" The run is {n_years(scenario.years)}." if scenario.years != found.years else ""
    return (
        f"Counted: {counted}; a comparison over {years} may hold fewer, for there a change may "
        f"begin later.{run}"
    )


def few_futures(n: int) -> str:
    """A warning where so few futures were run that a probability is rough; else nothing."""
    are = "1 future is" if n == 1 else f"{n} futures are"
    return f"Rough: {are} few. Better: {ENOUGH} or more." if n < ENOUGH else ""


def _who(found: BreakEven) -> str:
    lines = [f"{'':<64}{'paid back in, all counted':>36}",
             "Who saves (+) and who pays (-)".ljust(34)
             + f"{'all':>12}{'of it cash':>18}{'on average':>20}{'beyond chance':>16}",
             "=" * WIDTH]  # fmt: skip
    for one in found.payers:
        money = [difference_text(sum_, "money") for sum_ in (one.net, one.cash)]
        lines.append(
            f"{plain_words(one.payer):<28}{in_columns(money, 18)}"
            f"{_back(one):>20}{_sure(one):>16}".rstrip()
        )
    lines += _purse_words(found)
    return "\n".join(lines)


def _purse_words(found: BreakEven) -> list[str]:
    """When the public purse has its money back, with the doubt in the same breath."""
    purse = next((p for p in found.payers if p.payer == PURSE), None)
    if purse is None or not purse.pays or math.isnan(purse.back_in + purse.net.half):
        return []
    said = (
        "All that it saves counted, the public purse has its money back "
        f"{_when(purse.back_in, purse.sure_in)}. {_in_cash(purse)}"
    )
    return textwrap.wrap(said, WIDTH, subsequent_indent="  ")


def _in_cash(purse: Paying) -> str:
    """When it has its money back in cash, which is what can be taken out of a budget."""
    if not purse.cash.detectable:
        return "In cash it cannot be told from chance in these years."
    if math.isnan(purse.cash_back_in):
        return "Not in cash: more is paid out than can be taken out of any budget."
    return f"In cash: {_when(purse.cash_back_in, purse.cash_sure_in)}."


def _when(back_in: float, sure_in: float) -> str:
    beyond = f"from its {_ordinal(sure_in)}" if sure_in < math.inf else NEVER_SURE
    return f"in its {_ordinal(back_in)} year on average; beyond chance {beyond}"


def _ordinal(years: float) -> str:
    """The year in which so many years are over: after 2.9 it is the third."""
    n = math.ceil(years)
    return ORDINALS[n - 1] if n <= len(ORDINALS) else f"{n}th"


def _sure(one: Paying) -> str:
    """From when on they have their money back beyond chance; nothing where none is to come."""
    if _back(one) in (PAYS_NOTHING, NOT_BACK) or math.isnan(one.net.half):
        return ""
    return "no" if math.isinf(one.sure_in) else _years(one.sure_in)


def _years(years: float) -> str:
    return "its first year" if years == 1.0 else f"{years:.1f} years"


def _back(one: Paying) -> str:
    """When somebody has their money back, who put any in."""
    if not one.pays and (one.back_in == 1.0 or not one.net.detectable):
        return PAYS_NOTHING
    if not one.net.detectable:
        return "not to be told"
    if math.isnan(one.back_in):
        return NOT_BACK
    return _years(one.back_in)


def _probably(found: BreakEven) -> str:
    n = len(found.nets)
    chances = worthwhile(found, np.array(OFFERS))
    few = few_futures(n)
    lines = [f"In {n} futures with other numbers than today's, each with its own luck", "=" * 96,
             "If a week in crisis avoided is worth".ljust(44)
             + "the probability that it is worth its money".rjust(52)]  # fmt: skip
    for offer, chance in zip(OFFERS, chances, strict=True):
        low, high = wilson(float(chance), n)
        what = "nothing but money saved" if offer == 0 else f"£{offer:,.0f}"
        lines.append(f"{what:<44}{f'{chance:.0%} ({low:.0%} to {high:.0%})':>52}")
    lines.append(
        f"Net benefit to the purse: median {_gbp(float(np.median(found.nets)))}, nine in ten "
        f"futures between {_gbp(float(np.quantile(found.nets, 0.05)))} and "
        f"{_gbp(float(np.quantile(found.nets, 0.95)))}; weeks in crisis avoided: "
        f"{np.median(found.effects):,.0f} ({np.quantile(found.effects, 0.05):,.0f} to "
        f"{np.quantile(found.effects, 0.95):,.0f})."
    )
    lines.append(_whose(found))
    lines += [few] * bool(few)
    return "\n".join(textwrap.fill(x, WIDTH, subsequent_indent="  ", replace_whitespace=False)
                     if len(x) > WIDTH else x for x in lines)  # fmt: skip


def _whose(found: BreakEven) -> str:
    """Whose plausible sets the futures have."""
    place = found.scenario.place.title
    sets = (
        f"Each future has a set of numbers that fits {place}'s figures"
        if found.sets_of == found.scenario.place_name
        else f"{place} has not been calibrated: each future has a set of numbers that fits the "
        f"figures of {place_words(found.sets_of)}, whose deprivation is nearest"
    )
    return f"{sets}, and prices within their ranges."


def _to_know(found: BreakEven) -> str:
    at = "money alone" if not found.decision_at else f"£{found.decision_at:,.0f} a week avoided"
    lines = [f"What it would be worth to know a number better before deciding (at {at})", "=" * 96]
    telling = [w for w in found.worth if w.gbp > w.noise]
    if not telling:
        lines.append(
            "Nothing that these runs can tell: the decision is the same whatever the number, or "
            "too few futures were run."
        )
    for w in telling[:NAMED]:
        lines.append(
            f"{w.name:<58}{_gbp(w.gbp):>12}   more is {'good' if w.slope > 0 else 'bad'} for it"
        )
    if telling:
        lines.append(f"The best of {len(found.worth)} numbers that mean nothing would seem to be "
                     f"worth up to {_gbp(telling[0].noise)} (95%).")  # fmt: skip
    return "\n".join(textwrap.fill(x, WIDTH, subsequent_indent="  ") if len(x) > WIDTH else x
                     for x in lines)  # fmt: skip


def _wrapped(note: str) -> str:
    """A note in lines of the table's width; those to paste into a file stay as they are."""
    return "\n".join(
        line if line.startswith(TO_PASTE) else textwrap.fill(line, WIDTH, subsequent_indent="  ")
        for line in note.split("\n")
    )


def _gbp(x: float) -> str:
    text = level_text(Interval(abs(float(f"{x:.2g}")), math.nan, math.nan), "money")
    return f"-{text}" if x < 0 else text


def _filled(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in text.split("\n")
    )
