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
from experiments.journey import Journey, titles
from experiments.timeline import (
    draw_cost,
    draw_lanes,
    draw_needs,
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
    """Where a life leaves its twin, and what becomes of the difference."""

    base: str
    other: str
    week: int | None
    """Since the scenario's start; None if the lives are the same."""
    date: dt.date | None
    first: str
    """What happened first in one life and not in the other."""
    more: dict[str, int]
    """Other less base: things counted."""
    by_agency_gbp: dict[str, float]
    by_payer_gbp: dict[str, float]
    cost_gbp: float
    ends: str
    """Whether a life there ends before the scenario does: a difference that is no saving."""
    weeks_in_crisis: int
    """Weeks with a need at the model's crisis level or above, other less base."""


def part(base: Journey, other: Journey) -> Parting:
    """Compare two lives of one person."""
    week = parting_week(base, other)
    counts = [Counter(step.kind for step in j.steps) for j in (base, other)]
    by_agency = _by_agency(other, base)
    by_payer: defaultdict[str, float] = defaultdict(float)
    for agency, pounds in by_agency.items():
        by_payer[payer_of(other.scenario, agency)] += pounds
    return Parting(
        base=base.scenario.name,
        other=other.scenario.name,
        week=week,
        date=None if week is None else base.scenario.start + dt.timedelta(weeks=week),
        first="" if week is None else _what_parted(base, other, week),
        more={name: counts[1][kind] - counts[0][kind] for name, kind in COUNTED.items()},
        by_agency_gbp=by_agency,
        by_payer_gbp={payer: round(gbp, 2) for payer, gbp in by_payer.items()},
        cost_gbp=round(other.cost_gbp - base.cost_gbp, 2),
        ends=" ".join(filter(None, (_end(base), _end(other)))),
        weeks_in_crisis=_weeks_in_crisis(other) - _weeks_in_crisis(base),
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


def in_words(parting: Parting, journey: Journey) -> str:
    """The comparison in two or three sentences."""
    if parting.week is None:
        return f"In “{parting.other}” the life is the same as in “{parting.base}”, to the byte."
    assert parting.date is not None
    names = titles(journey.scenario) | {"prison": "Prison"}
    most = sorted(parting.by_agency_gbp.items(), key=lambda item: -abs(item[1]))[:3]
    where = ", ".join(f"{names[a]} {drawing.signed_pounds(gbp)}" for a, gbp in most if gbp)
    counts = ", ".join(f"{n:+,} {name}" for name, n in parting.more.items())
    return (
        f"Up to {parting.date.day} {parting.date:%B %Y} (week {parting.week}) the lives in "
        f"“{parting.base}” and “{parting.other}” are the same; then {parting.first}. "
        f"In all the second has {counts}, {parting.weeks_in_crisis:+,} weeks in crisis and "
        f"{drawing.signed_pounds(parting.cost_gbp)} of services ({where}). {parting.ends}"
    ).rstrip()


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
            years_axis(cost, journey)
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
            "first. Triangles: blows. Grey: trust. Bars below: cost of services a quarter.",
            x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
        )  # fmt: skip
    return figure


def _weeks_in_crisis(journey: Journey) -> int:
    """By the level that the model itself counts crises from."""
    crisis = number(journey.scenario.evidence, "people.crisis_level")
    return int((journey.diary.level[:, journey.row].max(axis=1) >= crisis).sum())


def _mark_parting(row: Iterable[Axes], year: float) -> None:
    """A line through all that is told of the other life, with a word at its top."""
    needs, *others = row
    for axes in (needs, *others):
        axes.axvline(year, color="black", linestyle=":")
    needs.text(year + 0.05, 0.03, "lives part", fontsize=9.5, bbox=drawing.BOX)


def _end(journey: Journey) -> str:
    """When the person died or moved away, if so."""
    for step in journey.steps:
        if step.kind in (Happening.DIED, Happening.MOVED_AWAY):
            what = "died" if step.kind == Happening.DIED else "moved away"
            return f"In “{journey.scenario.name}” the person {what} in {step.date:%B %Y}."
    return ""


def _row_title(journey: Journey, base: Journey) -> str:
    cost = f"{journey.scenario.title}. Services taken up: {drawing.about(journey.cost_gbp)}"
    if journey is base:
        return cost
    more = journey.cost_gbp - base.cost_gbp
    return f"{cost} ({'+' if more > 0 else ''}{drawing.about(more)})"


def _told(journey: Journey) -> dict[int, list[_Told]]:
    """What happened in each week, without row numbers."""
    found: dict[int, list[_Told]] = {}
    for s in journey.steps:
        found.setdefault(s.week, []).append((s.kind, s.agency, s.need, s.by, s.decision))
    return found


def _what_parted(a: Journey, b: Journey, week: int) -> str:
    """In words, what happened in the week of parting in one life and not in the other."""
    one, other = (Counter(_told(j).get(week, [])) for j in (a, b))
    names = titles(b.scenario) | titles(a.scenario)
    for lost, scenario in ((other - one, b.scenario), (one - other, a.scenario)):
        for kind, agency, _, _, decision in lost:
            activity = kind.name.lower().replace("_", " ")
            who = f" ({names[agency]})" if agency else ""
            why = f", {decision}" if decision else ""
            return f"in “{scenario.name}” there is: {activity}{who}{why}"
    return "the same things happen, but needs or trust stand differently"


def _by_agency(other: Journey, base: Journey) -> dict[str, float]:
    """Pounds by agency, team and prison: other less base, where there is a difference."""
    total: Counter[str] = Counter()
    for journey, sign in ((other, 1), (base, -1)):
        sums = journey.pence.sum(axis=0)
        for name, pence in zip(journey.diary.columns, sums, strict=True):
            total[name] += sign * int(pence)
    return {name: pence / 100.0 for name, pence in total.items() if pence}
