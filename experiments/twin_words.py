"""Two lives of one person compared in sentences that can be read aloud.

If one of them ended sooner, that is said first, and what services cost is compared over the time
that both lived: nobody's death is told as money saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.arrays import Happening
from experiments.drawing import about
from experiments.journey import ENDED, Journey, spoken
from experiments.story import small
from experiments.timeline import end_words
from experiments.twins import Parting
from scenarios.names import WEEKS_PER_YEAR
from scenarios.problems import listed
from scenarios.resolved import Scenario

ONE_LIFE = (
    "This is one life and one run of luck: neither how it ends nor what it costs shows what the "
    "change does, which only a whole place and many runs can. Whoever is chosen because "
    "services cost most, or were called most, had bad luck as well, and any change takes a life "
    "off that luck."
)
"""What stands above two lives before anything else is read out of them."""
MOST_NAMED = 3
"""Agencies whose costs differ most."""


def called(scenario: Scenario) -> str:
    """How a scenario is spoken of within a sentence."""
    return "if nothing is done" if scenario.name == "do_nothing" else f"under “{scenario.title}”"


@dataclass(frozen=True)
class Pair:
    """Two lives, and what the scenarios are called, as "if nothing is done"."""

    base: Journey
    other: Journey
    names: tuple[str, str]
    parting: Parting

    @property
    def they(self) -> str:
        """He or she."""
        return self.base.they

    @property
    def as_long(self) -> bool:
        """Whether neither life ended sooner than the other."""
        return self.parting.weeks[0] == self.parting.weeks[1]


def in_words(pair: Pair) -> str:
    """The whole comparison, a paragraph for each matter."""
    return "\n\n".join(filter(None, (ends_in_words(pair), caution(pair), *_rest(pair))))


def caution(pair: Pair) -> str:
    """That one life is luck, wherever the two differ."""
    return "" if pair.parting.week is None else ONE_LIFE


def ends_in_words(pair: Pair) -> str:
    """When the person died or moved away; nothing if both lives go on to the end."""
    base, other = pair.base, pair.other
    if base.ended is None and other.ended is None:
        return ""
    if pair.as_long and base.ended and other.ended:
        return f"In both lives {pair.they} {_end(base)}."
    first, second = (
        f"{n}, {pair.they} {_end(j)}" for n, j in zip(pair.names, (base, other), strict=True)
    )
    return f"{_capital(first)}; {second}{_apart(pair)}."


def heading(journey: Journey, told: str, ends: bool) -> str:
    """Above one of the lives: how it ended where that is told (``ends``), and what it took up."""
    cost = about(journey.cost_gbp)
    if journey.ended is not None:
        return f"{told}: {journey.they} {_end(journey)}; services cost {cost} up to then"
    if ends:
        return f"{told}: {journey.they} {_end(journey)}; services cost {cost} in all"
    return f"{told}: services cost {cost} in all"


def _rest(pair: Pair) -> Iterator[str]:
    """Where the lives part, what there was more and fewer of, and the money."""
    parting, (base, other) = pair.parting, pair.names
    if parting.week is None:
        yield f"Nothing in this life is different {other}: it is the same, week by week, as {base}."
        return
    assert parting.date is not None
    date = f"{parting.date.day} {parting.date:%B %Y}"
    yield f"Up to {date} the two lives are the same. {_first(pair)}"
    yield _counts(pair)
    yield " ".join(_money(pair))


def _first(pair: Pair) -> str:
    parting = pair.parting
    if not parting.first:
        return "Then the same things happen, but needs or trust stand differently."
    name = pair.names[0] if parting.only_in == parting.base else pair.names[1]
    return f"Then, only {name}, {parting.first}."


def _counts(pair: Pair) -> str:
    """What there was more of and fewer of."""
    differ = dict(pair.parting.more) | {"weeks in crisis": pair.parting.weeks_in_crisis}
    told = [_count(n, what) for what, n in differ.items() if n]
    span = _span(pair)
    if not told:
        return f"{span} there were as many {listed(differ)} {pair.names[1]} as {pair.names[0]}."
    were = "was" if told[0].startswith("one ") else "were"
    return f"{span} there {were} {listed(told)} {pair.names[1]}."


def _count(n: int, what: str) -> str:
    """One blow more, 18 fewer blows."""
    more = "more" if n > 0 else "fewer"
    if abs(n) == 1:
        first, _, rest = what.partition(" ")
        return f"one {more} {first.removesuffix('s')}{' ' + rest if rest else ''}"
    return f"{small(abs(n))} {more} {what}"


def _span(pair: Pair) -> str:
    if pair.as_long:
        return "In all,"
    shorter = min((pair.base, pair.other), key=lambda j: j.weeks)
    assert shorter.ended is not None
    while_ = "While both lived" if shorter.ended.kind == Happening.DIED else "While both were here"
    return f"{while_}, up to {shorter.ended.date:%B %Y},"


def _money(pair: Pair) -> Iterator[str]:
    """What services cost in both lives, over the same time; then what the longer life had after."""
    parting, (base, other) = pair.parting, pair.names
    mine, theirs = parting.both_lived_gbp[1], parting.both_lived_gbp[0]
    yield (
        f"{_span(pair)} services cost {said(theirs)} {base} and {said(mine)} {other}"
        f"{_more_or_less(mine - theirs)}.{_where(pair)}"
    )
    if not pair.as_long:
        yield _after(pair)


def _where(pair: Pair) -> str:
    """Where most of the difference lies."""
    names = spoken(pair.base.scenario) | spoken(pair.other.scenario) | {"prison": "prison"}
    costs = pair.parting.by_agency_gbp
    most = sorted(costs, key=lambda agency: -abs(costs[agency]))[:MOST_NAMED]
    told = [f"{names[a]} {said(abs(costs[a]))} {_less(costs[a])}" for a in most]
    return f" Most of the difference: {listed(told)}." if told else ""


def _after(pair: Pair) -> str:
    """The time that only one of the lives had, and that its cost is no saving in the other."""
    parting, (base, other) = pair.parting, pair.names
    whole, both = parting.whole_gbp, parting.both_lived_gbp
    longer = int(parting.weeks[1] > parting.weeks[0])
    name, ended = pair.names[longer], (pair.base, pair.other)[1 - longer].ended
    assert ended is not None
    died = ended.kind == Happening.DIED
    rest = said(whole[longer] - both[longer])
    lived = "lived" if died else "stayed"
    why = (
        f"services cost {rest} more {name} because {pair.they} {lived} longer"
        if longer
        else f"nothing more was spent {other}, because "
        + ("the life had ended" if died else f"{pair.they} had {ENDED[ended.kind]}")
        + f": the {rest} that services cost {base} after that is no saving"
    )
    return (
        f"After that, {why}. To the end of each life they cost {said(whole[0])} {base} and "
        f"{said(whole[1])} {other}; as the lives are not of the same length, the difference of "
        "these two says nothing of the change."
    )


def _more_or_less(gbp: float) -> str:
    return f", {said(abs(gbp))} {_less(gbp)}" if round(abs(gbp)) else ", the same"


def _less(gbp: float) -> str:
    return "more" if gbp > 0 else "less"


def _end(journey: Journey) -> str:
    """Died in August 2027; lived to the end of the ten years."""
    if journey.ended is None:
        return f"lived to the end of the {small(journey.scenario.years)} years"
    return end_words(journey).replace(",", " in")


def _apart(pair: Pair) -> str:
    """How much sooner or later, where both lives ended."""
    if pair.base.ended is None or pair.other.ended is None:
        return ""
    weeks = pair.parting.weeks[1] - pair.parting.weeks[0]
    return f", {how_long(abs(weeks))} {'later' if weeks > 0 else 'sooner'}"


def said(pounds: float) -> str:
    """Money as it is read out, to three figures: £6,010, £2.35 million."""
    x = float(f"{pounds:.3g}")
    return f"£{x / 1e6:.4g} million" if x >= 1e6 else f"£{x:,.0f}"


def how_long(weeks: int) -> str:
    """Two years and three months; five weeks."""
    if weeks < 9:
        return f"{small(weeks)} week{'s' * (weeks != 1)}"
    years, months = divmod(round(12 * weeks / WEEKS_PER_YEAR), 12)
    parts = [(years, "year"), (months, "month")]
    return " and ".join(f"{small(n)} {unit}{'s' * (n != 1)}" for n, unit in parts if n)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
