"""Twin lives: the same person in two or more scenarios, one above the other.

Draws are addressed by person, so until a change reaches them the lives are the same to the byte.
The week in which they part, and what the difference comes to, are read off.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from agents.arrays import Happening
from agents.compile_course import number
from experiments import drawing
from experiments.journey import Journey, Step, spoken
from experiments.story import clause
from experiments.timeline import (
    draw_cost,
    draw_end,
    draw_lanes,
    draw_needs,
    end_words,
    key,
    lanes_of,
    named,
    needs_shown,
    quarterly_cost,
    years_axis,
)
from scenarios.names import WEEKS_PER_YEAR
from sim.bills import payer_of

COUNTED = {
    "contacts": Happening.CONTACT,
    "referrals": Happening.REFERRED,
    "referrals closed without help": Happening.REFUSED,
    "cases opened": Happening.OPENED,
    "blows": Happening.LIFE_EVENT,
}
_LANE = 0.25
_Told: TypeAlias = tuple[Happening, str, str, str, str]
"""What happened, at which agency, about which need, by whom, and what was decided."""


@dataclass(frozen=True)
class Parting:
    """Where a life leaves its twin, and what becomes of the difference.

    Where one of the two ends sooner, things are counted over the time that both lived: what a life
    would have taken up that has ended is no saving, and needs that it no longer has are no relief.
    """

    base: str
    other: str
    week: int | None
    """Since the scenario's start; None if the lives are the same."""
    date: dt.date | None
    first: str
    """What happened first in one life and not in the other, as a clause."""
    only_in: str
    """The scenario in which it happened; empty if it is only needs or trust that differ."""
    ended: tuple[str, str]
    """In each, "died, August 2027", or nothing if the life goes on to the end of the scenario."""
    weeks: tuple[int, int]
    """Of life in each."""
    more: dict[str, int]
    """Other less base: things counted, while both lived."""
    weeks_in_crisis: int
    """Weeks with a need at the model's crisis level or above, other less base, likewise."""
    by_agency_gbp: dict[str, float]
    """Likewise"""
    by_payer_gbp: dict[str, float]
    """Likewise"""
    both_lived_gbp: tuple[float, float]
    """What services cost in each while both lived."""
    whole_gbp: tuple[float, float]
    """What they cost in each, to its own end."""


def part(base: Journey, other: Journey) -> Parting:
    """Compare two lives of one person."""
    week = parting_week(base, other)
    first, only_in = ("", "") if week is None else _what_parted(base, other, week)
    both = min(base.weeks, other.weeks)
    counts = [
        Counter(s.kind for s in j.told if s.week < both and _counts(s)) for j in (base, other)
    ]
    crisis = [_weeks_in_crisis(j, both) for j in (base, other)]
    by_agency = _by_agency(other, base, both)
    by_payer: defaultdict[str, float] = defaultdict(float)
    for agency, pounds in by_agency.items():
        by_payer[payer_of(other.scenario, agency)] += pounds
    return Parting(
        base=base.scenario.name,
        other=other.scenario.name,
        week=week,
        date=None if week is None else base.scenario.start + dt.timedelta(weeks=week),
        first=first,
        only_in=only_in,
        ended=(end_words(base), end_words(other)),
        weeks=(base.weeks, other.weeks),
        more={name: counts[1][kind] - counts[0][kind] for name, kind in COUNTED.items()},
        weeks_in_crisis=crisis[1] - crisis[0],
        by_agency_gbp=by_agency,
        by_payer_gbp={payer: round(gbp, 2) for payer, gbp in by_payer.items()},
        both_lived_gbp=(_cost(base, both), _cost(other, both)),
        whole_gbp=(base.cost_gbp, other.cost_gbp),
    )


def parting_week(a: Journey, b: Journey) -> int | None:
    """The first week in which anything at all differs: levels, set points, trust, happenings."""
    weeks = min(len(a.diary.level), len(b.diary.level))
    differs = np.zeros(weeks, np.bool_)
    for name in ("level", "set_point", "trust"):
        one, other = (getattr(j.diary, name)[:weeks, j.row].reshape(weeks, -1) for j in (a, b))
        differs |= (one.view(np.uint64) != other.view(np.uint64)).any(axis=1)
    told = [_told(j) for j in (a, b)]
    for w in set(told[0]) | set(told[1]):
        differs[w] |= told[0].get(w) != told[1].get(w)
    return int(np.argmax(differs)) if differs.any() else None


def twins(together: Sequence[Journey], partings: Sequence[Parting]) -> Figure:
    """The lives one above the other; a line where each leaves the first."""
    with drawing.styled():
        lanes, shown = lanes_of(together), needs_shown(together)
        each = [1.35, max(1.0, _LANE * len(lanes)), 0.8]
        n = len(together)
        figure = Figure(figsize=(13, 1.6 + n * (sum(each) + 0.75)), layout="constrained")
        grid = figure.subplots(3 * n, 1, sharex=True, height_ratios=each * n).reshape(n, 3)
        top = max(float(quarterly_cost(j).max()) for j in together)
        for i, (journey, row) in enumerate(zip(together, grid, strict=True)):
            needs, agencies, cost = row
            draw_needs(needs, journey, shown)
            draw_lanes(agencies, journey, lanes, named(together))
            draw_cost(cost, journey, top)
            draw_end((needs, agencies, cost), journey)
            years_axis(cost, journey, max(j.weeks for j in together))
            cost.tick_params(labelbottom=True)
            needs.set_title(_row_title(journey, together[0]), pad=11)
            cost.set_title("")
            agencies.tick_params(axis="y", labelsize=9)
            if i == 0:
                key(figure, agencies)
            week = partings[i - 1].week if i else None
            if week is not None:
                _mark_parting(row, week / WEEKS_PER_YEAR)
        figure.suptitle(f"One simulated life, {together[0].name}, in {n} scenarios",
                        x=0.01, ha="left", fontsize=14)  # fmt: skip
        figure.supxlabel(
            "A simulated person, nobody real. Dotted line: the week in which this life leaves the "
            "first. Triangles: blows. Grey: trust. Bars below: cost of services a quarter. A life "
            "that ends is drawn to its end.",
            x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
        )  # fmt: skip
    return figure


def _weeks_in_crisis(journey: Journey, weeks: int) -> int:
    """Of so many first weeks, by the level that the model itself counts crises from."""
    crisis = number(journey.scenario.evidence, "people.crisis_level")
    return int((journey.diary.level[:weeks, journey.row].max(axis=1) >= crisis).sum())


def _mark_parting(row: Iterable[Axes], year: float) -> None:
    """A line through all that is told of the other life, with a word at its top."""
    needs, *others = row
    for axes in (needs, *others):
        axes.axvline(year, color="black", linestyle=":")
    needs.text(year + 0.05, 0.03, "lives part", fontsize=9.5, bbox=drawing.BOX)


def _row_title(journey: Journey, base: Journey) -> str:
    """How the life ended, if it did, and what it took up; a difference only of lives as long."""
    ended = end_words(journey)
    began = f"{journey.scenario.title}. {ended[:1].upper() + ended[1:] + '. ' if ended else ''}"
    cost = f"{began}Services taken up: {drawing.about(journey.cost_gbp)}"
    if journey is base:
        return cost
    if journey.weeks == base.weeks:
        more = journey.cost_gbp - base.cost_gbp
        return f"{cost} ({'+' if more > 0 else ''}{drawing.about(more)})"
    both = min(journey.weeks, base.weeks)
    mine, theirs = (drawing.about(_cost(j, both)) for j in (journey, base))
    return f"{cost}; while both lived {mine} here, {theirs} above"


def _told(journey: Journey) -> dict[int, list[_Told]]:
    """What happened in each week, without row numbers."""
    found: dict[int, list[_Told]] = {}
    for s in journey.steps:
        found.setdefault(s.week, []).append(_what(s))
    return found


def _what(s: Step) -> _Told:
    return s.kind, s.agency, s.need, s.by, s.decision


def _what_parted(a: Journey, b: Journey, week: int) -> tuple[str, str]:
    """A clause for what happened in the week of parting in one life and not in the other, and in
    which scenario that was."""
    one, other = (_told(j).get(week, []) for j in (a, b))
    for these, those, journey in ((other, one, b), (one, other, a)):
        lost = Counter(these) - Counter(those)
        if lost:
            told = next(iter(lost))
            step = next(s for s in journey.steps if s.week == week and _what(s) == told)
            return clause(step, spoken(journey.scenario), journey.they), journey.scenario.name
    return "", ""


def _counts(step: Step) -> bool:
    """A life event is counted as a blow if it befell the person."""
    return step.is_blow if step.kind == Happening.LIFE_EVENT else True


def _cost(journey: Journey, weeks: int) -> float:
    """Pounds of so many first weeks."""
    return float(journey.pence[:weeks].sum()) / 100.0


def _by_agency(other: Journey, base: Journey, weeks: int) -> dict[str, float]:
    """Pounds by agency, team and prison: other less base, where there is a difference."""
    total: Counter[str] = Counter()
    for journey, sign in ((other, 1), (base, -1)):
        sums = journey.pence[:weeks].sum(axis=0)
        for name, pence in zip(journey.diary.columns, sums, strict=True):
            total[name] += sign * int(pence)
    return {name: pence / 100.0 for name, pence in total.items() if pence}
