"""Which levers a place has: each with its settings in words, in posts, pounds or weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from agents.draft import yearly_budget
from experiments.place import INTERVENTIONS_ARE_FOR
from experiments.workshop.levers import (
    DEFAULT_CASES,
    GROUPS,
    Lever,
    care_door,
    early_help,
    gated,
    pounds,
    scale_of,
    team,
    ways,
)
from scenarios.changes import BudgetChange, TeamChange
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario
from scenarios.ways import Way

CRISIS_DOORS: Final = (
    "street_triage", "control_room_nurse", "place_of_safety_suites", "evening_cafe", "sanctuary",
    "crisis_house", "crisis_home_treatment", "ae_liaison",
)  # fmt: skip
OWN_LEVERS: Final = ("navigators", "navigators_consent_late")
BUDGETS: Final = tuple(x / 100 for x in (50, 60, 67, 75, 80, 85, 90, 95, 100, 105, 110, 120, 130,
                                         150, 175, 200))  # fmt: skip
THRESHOLDS: Final = tuple(x / 100 for x in range(-20, 21, 2))
WEEKS: Final = (2, 4, 6, 8, 10, 13, 17, 20, 26, 39, 52, 104)
MISSED: Final = (2, 3, 4, 6, 8, 10, 15, 20, 52)
SHARES: Final = tuple(x / 10 for x in range(11))
NAVIGATORS: Final = (0, 2, 4, 6, 8, 10, 12, 15, 18, 24, 30, 40, 60)
CASES: Final = (6, 8, 10, 12)
PASSED_ON: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
QUALITIES: Final = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8)
WHO: Final = {
    "alcohol": "who drink", "drugs": "who use drugs", "mental_health": "with mental ill-health",
    "offending": "who offend",
}  # fmt: skip
"""Whom an agency turns away for another need, as one would speak of them."""


def start(base: Scenario) -> dt.date:
    """The day on which levers act: a year into the forecast, as in our own scenarios."""
    return base.start.replace(year=base.start.year + (1 if base.years > 1 else 0))


def levers_of(base: Scenario) -> dict[str, Lever]:
    """Every lever of a place, by name, group by group."""
    makers = (_budgets, _thresholds, _exclusions, _quiet, _missed, _information, _navigators,
              _early, _ways)  # fmt: skip
    found = [lever for maker in makers for lever in maker(base)]
    order = list(GROUPS)
    found.sort(key=lambda lever: order.index(lever.group))
    return {lever.name: lever for lever in found}


def _source(what: str, number: Quantity) -> str:
    spread = (
        ""
        if number.low is None or number.high is None
        else f", {_figure(number.low)}–{_figure(number.high)}"
    )
    return f"{what}: {_figure(number.value)}{spread}, {number.status}. {number.source}"


def _figure(x: float) -> str:
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:g}"


def _near(values: Sequence[float], today: float) -> tuple[float, ...]:
    """The values with today's among them."""
    return tuple(sorted({*map(float, values), float(today)}))


def _told(values: Sequence[float], today: float, words: str) -> tuple[str, ...]:
    """Each value in words, which say which is today's."""
    return tuple(words.format(x) + (" (as today)" if x == today else "") for x in values)


def _at(values: Sequence[float], today: float) -> int:
    return min(range(len(values)), key=lambda i: abs(values[i] - today))


PLACED: Final = "Posts only; homes, hostels and beds paid for people come on top, under “Who pays”."


def _budgets(base: Scenario) -> Iterator[Lever]:
    residents = sum(base.place.population.values())
    for name, spec in gated(base.evidence).items():
        gbp, post = yearly_budget(spec, residents), spec.cost_gbp_per_post.value
        words = []
        for share in BUDGETS:
            change = "as today" if share == 1 else f"{share - 1:+.0%}".replace("-", "−")
            posts = f"{share * gbp / post:,.0f} posts"
            words.append(f"{pounds(share * gbp)} a year, {posts} ({change})")
        said = spec.budget_gbp_per_year or spec.budget_gbp_per_head
        what = "Budget, £ a year" if spec.budget_gbp_per_year else "Budget, £ a resident a year"
        yield Lever(f"budget.{name}", "budgets", spec.title, BUDGETS, tuple(words),
                    BUDGETS.index(1.0), PLACED if spec.placement_gbp_per_week.value else "",
                    (_source(what, said),
                     _source("One post, £ a year", spec.cost_gbp_per_post)))  # fmt: skip


def _thresholds(base: Scenario) -> Iterator[Lever]:
    for name, spec in gated(base.evidence).items():
        today = spec.threshold.value
        steps = tuple(add for add in THRESHOLDS if add == 0 or 0 <= today + add <= 1)
        words = tuple(
            f"takes people from a need of {today + add:.3g} "
            + ("(as today)" if add == 0 else f"({'later' if add > 0 else 'sooner'})")
            for add in steps
        )
        yield Lever(f"threshold.{name}", "thresholds", spec.title, steps, words,
                    steps.index(0.0), "Needs run from 0, none, to 1, the highest there is.",
                    (_source("Threshold", spec.threshold),))  # fmt: skip


def _exclusions(base: Scenario) -> Iterator[Lever]:
    for name, spec in gated(base.evidence).items():
        for need, level in spec.excludes.items():
            trouble = WHO.get(need) or f"with {base.evidence.needs[need].title.lower()}"
            words = (f"turned away above {level.value:.2f} (as today)", "no longer turned away")
            yield Lever(f"exclusion.{name}.{need}", "exclusions",
                        f"{spec.title}: people {trouble}", (False, True), words, 0,
                        evidence=(_source("Turned away from a level of", level),))  # fmt: skip


def _quiet(base: Scenario) -> Iterator[Lever]:
    for name, spec in gated(base.evidence).items():
        today = spec.quiet_weeks.value
        if today <= 0:
            continue
        values = _near(WEEKS, today)
        words = _told(values, today, "{:g} quiet weeks")
        yield Lever(f"quiet.{name}", "quiet", spec.title, values, words, _at(values, today),
                    "Then the case is closed, and the place goes to somebody who waits.",
                    (_source("Quiet weeks", spec.quiet_weeks),))  # fmt: skip


def _missed(base: Scenario) -> Iterator[Lever]:
    for name, spec in gated(base.evidence).items():
        today = spec.missed_limit.value
        if today <= 0:
            continue
        values = _near(MISSED, today)
        words = _told(values, today, "closes after {:g} missed appointments")
        yield Lever(f"missed.{name}", "missed", spec.title, values, words, _at(values, today),
                    evidence=(_source("Missed appointments", spec.missed_limit),))  # fmt: skip


def _information(base: Scenario) -> Iterator[Lever]:
    doors = gated(base.evidence)
    today = sum(spec.information_shared.value for spec in doors.values()) / max(1, len(doors))
    words = tuple(
        f"each sees {share:.0%} of what lies beyond its own slice" if share
        else "each sees its own slice only"
        for share in SHARES
    )  # fmt: skip
    first = next(iter(doors.values()))
    yield Lever("information", "information", "All agencies with a front door", SHARES, words,
                _at(SHARES, today), "The cost of sharing is not in this lever.",
                (_source("Share of the whole picture", first.information_shared),))  # fmt: skip


def _navigators(base: Scenario) -> Iterator[Lever]:
    post = team(12, DEFAULT_CASES)["cost_gbp_per_post"]
    words = tuple(
        f"{n} navigators, {pounds(n * post)} a year from {start(base):%B %Y}" if n
        else "none, as today" for n in NAVIGATORS
    )  # fmt: skip
    way = ways()["navigators"].spec
    known = (" ".join(way.evidence_note.split()),)
    yield Lever("navigators.posts", "navigators", "Navigators", NAVIGATORS, words, 0,
                "They find people at the top of a six-monthly data feed, and stay.",
                known)  # fmt: skip
    yield Lever("navigators.cases", "navigators", "People each navigator stays with", CASES,
                tuple(f"{n} people each" for n in CASES), CASES.index(DEFAULT_CASES),
                "The model does not make a navigator with more people any less good: do not go "
                "by this lever alone.", ("Caseload: 6 to 12 (C68)",))  # fmt: skip


def _early(base: Scenario) -> Iterator[Lever]:
    if care_door(base) and early_help(base):
        care = base.evidence.agencies[care_door(base)]
        today = care.redirect_share.value
        values = _near(PASSED_ON, today)
        words = tuple(
            (f"{share:.0%} passed on to early help" if share else "nobody is passed on")
            + (" (as today)" if share == today else "")
            for share in values
        )  # fmt: skip
        yield Lever("early.passed_on", "early", "Families just missing children's social care",
                    values, words, _at(values, today),
                    evidence=(_source("Passed on today", care.redirect_share),))  # fmt: skip
    police = base.evidence.agencies.get("police")
    if police is not None:
        today = police.referral_quality.value
        values = _near(QUALITIES, today)
        words = _told(values, today, "convey {:.0%} of what matters")
        yield Lever("early.police", "early", "Referrals by the police", values, words,
                    _at(values, today),
                    evidence=(_source("Quality", police.referral_quality),))  # fmt: skip


def _ways(base: Scenario) -> Iterator[Lever]:
    for name, way in ways().items():
        if name in OWN_LEVERS:
            continue
        words = ("not in use", f"in use: {_cost_words(base, way)}")
        group = "crisis" if name in CRISIS_DOORS else "ways"
        yield Lever(f"way.{name}", group, way.spec.title, (False, True), words, 0,
                    " ".join(way.spec.summary.split()) + _size_words(base, way),
                    (" ".join(way.spec.evidence_note.split()),))  # fmt: skip


def _size_words(base: Scenario, way: Way) -> str:
    """How many times as large it is here as its own words say, where that is not once."""
    scale, cost = scale_of(base), way.spec.cost
    sized = any(isinstance(change, TeamChange) for change in way.spec.changes)
    if scale == 1.0 or not (sized or cost.gbp_per_year or cost.gbp_once):
        return ""
    return (
        f" Numbers in these words are for a city of {INTERVENTIONS_ARE_FOR:,}: here it is "
        f"{scale:g} times as large, and costs as many times as much."
    )


def _cost_words(base: Scenario, way: Way) -> str:
    """What a way of working costs a year here, as far as its file says."""
    scale, residents = scale_of(base), sum(base.place.population.values())
    posts, room_for, gbp = 0.0, 0.0, scale * way.spec.cost.gbp_per_year
    for change in way.spec.changes:
        if isinstance(change, TeamChange):
            posts += scale * change.posts
            room_for += scale * change.posts * change.cases_per_post
            gbp += scale * change.posts * change.cost_gbp_per_post
        elif isinstance(change, BudgetChange) and change.agency in base.evidence.agencies:
            budget = yearly_budget(base.evidence.agencies[change.agency], residents)
            gbp += (change.multiply - 1) * budget if change.multiply is not None else 0.0
            gbp += change.add_gbp_per_year.value if change.add_gbp_per_year else 0.0
    once = scale * way.spec.cost.gbp_once
    sized = f"{round(posts, 1):g} full-time posts, with places for {room_for:,.0f} people"
    parts = [sized] if posts else []
    parts += [f"{pounds(gbp)} a year from {start(base):%B %Y}"] if gbp else []
    parts += [f"{pounds(once)} once"] if once else []
    return ", ".join(parts) or "no cost of its own in its file"
