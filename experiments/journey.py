"""One life as a journey: every thing that happened, in order, in the words of the agencies' files.

Each step says who did what about which need, why, what it cost, how the person stood, and what the
agency could see of that: its own slice, beside all needs together, which nobody sees alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.arrays import NOBODY, Closure, Happening, Refusal
from agents.draft import door_names, team_specs
from experiments.census import Census, name_of
from scenarios.names import NEED_KEYS, WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.journal import Diary
from sim.model import warm_up_weeks

ACTIVITY: Final = {
    Happening.CONTACT: "contact",
    Happening.REFERRED: "referred",
    Happening.ACCEPTED: "referral accepted for assessment",
    Happening.REFUSED: "referral closed",
    Happening.FOUND_IN_NEED: "assessed, awaits a place",
    Happening.OPENED: "case opened",
    Happening.ATTENDED: "attended",
    Happening.MISSED: "missed",
    Happening.WATCHED: "stepped down and watched",
    Happening.TAKEN_UP: "taken up again",
    Happening.CLOSED: "case closed",
    Happening.LIFE_EVENT: "life event",
    Happening.NEED_BEGAN: "need began",
    Happening.CHILD_CONCERN: "a parent's needs reached this child",
    Happening.TEAM_ASKED: "team asked",
    Happening.ENTERED_CARE: "looked after",
    Happening.LEFT_CARE: "left care",
    Happening.PRISON: "prison",
    Happening.DIED: "died",
    Happening.MOVED_AWAY: "moved away",
    Happening.ADVERSITY: "adversity of childhood, from outside the model",
}
REFUSED: Final = {
    Refusal.BELOW_THRESHOLD: "below the threshold",
    Refusal.EXCLUDED: "excluded",
    Refusal.GAVE_UP: "gave up waiting",
    Refusal.LEFT: "left",
}
CLOSED: Final = {
    Closure.FINISHED: "finished",
    Closure.WITHDRAWN: "withdrawn when things went quiet",
    Closure.NON_ENGAGEMENT: "closed for missed appointments",
    Closure.TIME_UP: "time was up",
    Closure.LEFT: "left",
}
ENDED: Final = {Happening.DIED: "died", Happening.MOVED_AWAY: "moved away"}
PASSED_ON: Final = "this person's own needs reached a child at home"
"""In a parent's journey: a blow to the child, who has `Happening.CHILD_CONCERN`."""
EARLY_DEATH: Final = "early death"
"""What leads to `Happening.DIED`, a week before it."""
NEEDS: Final[dict[str, str]] = {key: key.replace("_", " ") for key in NEED_KEYS}
_ARTICLE: Final = {"gp", "police", "ambulance", "team", "service", "sector"}
"""Words that a name with a "the" before it has."""
BECAUSE_OF: Final[dict[str, str]] = NEEDS | {
    "mental_health": "mental ill-health",
    "alcohol": "drinking",
    "drugs": "drug use",
}
"""What agencies give as their reason for not taking someone on."""


@dataclass(frozen=True)
class Step:
    """One thing that happened."""

    week: int
    """Since the scenario's start."""
    date: dt.date
    kind: Happening
    agency: str
    need: str
    by: str
    decision: str
    cost_gbp: float
    trust: float
    level: float
    """Of the need it was about, at the end of that week; NaN where it was about none."""
    seen: float
    """What the agency could see of the person, on the scale of its threshold."""
    threshold: float
    all_needs: float
    """The sum of all needs' levels: what nobody sees alone."""

    @property
    def activity(self) -> str:
        """What it is called in tables."""
        return ACTIVITY[self.kind]

    @property
    def is_blow(self) -> bool:
        """Whether it befell this very person; what a parent's needs do to a child does not."""
        if self.kind == Happening.LIFE_EVENT:
            return self.decision not in (PASSED_ON, EARLY_DEATH)
        return self.kind == Happening.CHILD_CONCERN


@dataclass(frozen=True, eq=False)
class Journey:
    """One person's life in one scenario."""

    scenario: Scenario
    name: str
    row: int
    """The person's place in the diary."""
    born: dt.date
    male: bool
    steps: tuple[Step, ...]
    diary: Diary

    @property
    def pence(self) -> Any:
        """int64[weeks, columns]"""
        return self.diary.pence[:, self.row]

    @property
    def cost_gbp(self) -> float:
        """Over all years."""
        return float(self.pence.sum()) / 100.0

    @cached_property
    def ended(self) -> Step | None:
        """The death, or the departure, with which this journey ends before the scenario does."""
        return next((step for step in self.steps if step.kind in ENDED), None)

    @property
    def weeks(self) -> int:
        """The weeks of the scenario up to its end, or to the week of death or departure."""
        return len(self.diary.level) if self.ended is None else self.ended.week

    @property
    def told(self) -> tuple[Step, ...]:
        """The steps while there is a life to tell of: what agencies file afterwards is left out."""
        if self.ended is None:
            return self.steps
        return self.steps[: self.steps.index(self.ended) + 1]

    @property
    def here(self) -> NDArray[np.bool_]:
        """[weeks] Whether the person lived there: not before birth or arrival, nor afterwards."""
        return ~np.isnan(self.diary.trust[:, self.row])

    @property
    def level(self) -> Any:
        """float64[weeks, needs]; NaN where the person was not there, which is no want of need."""
        return np.where(self.here[:, None], self.diary.level[:, self.row], np.nan)

    @property
    def they(self) -> str:
        """He or she."""
        return "he" if self.male else "she"

    def age(self, date: dt.date) -> int:
        """Whole years."""
        return int((date - self.born).days / 7 / WEEKS_PER_YEAR)


def journeys(census: Census, diary: Diary) -> list[Journey]:
    """The journeys of all whose diary was kept."""
    return [_journey(census, diary, row) for row in range(len(diary.persons))]


def _journey(census: Census, diary: Diary, row: int) -> Journey:
    person = diary.persons[row]
    scenario = census.scenario
    return Journey(
        scenario=scenario,
        name=name_of(int(census.key[person])),
        row=row,
        born=date_of(scenario, int(census.people.birth_week[person])),
        male=bool(census.people.male[person]),
        steps=tuple(_steps(scenario, diary, row)),
        diary=diary,
    )


def date_of(scenario: Scenario, week: int) -> dt.date:
    """The date of a week that is counted from the first of the warm-up. A model year is 52 weeks,
    so dates run ahead of birthdays by a day a year."""
    return scenario.start + dt.timedelta(weeks=week - warm_up_weeks(scenario))


def titles(scenario: Scenario) -> dict[str, str]:
    """What agencies and teams are called."""
    named = {name: spec.title for name, spec in scenario.evidence.agencies.items()}
    return named | {team.name: team.title for team in team_specs(scenario)}


def spoken(scenario: Scenario) -> dict[str, str]:
    """What agencies are called within a sentence: the GP, the police, adult social care."""
    agencies = scenario.evidence.agencies
    return titles(scenario) | {name: _spoken(spec.title) for name, spec in agencies.items()}


def _spoken(title: str) -> str:
    first, *rest = title.split(" ")
    name = " ".join([first if first[1:2].isupper() or "&" in first else first.lower(), *rest])
    return f"the {name}" if _ARTICLE & set(name.lower().split()) else name


def _steps(scenario: Scenario, diary: Diary, row: int) -> Iterator[Step]:
    names = door_names(scenario)
    mine = np.flatnonzero(diary.trace.person == diary.persons[row])
    passing_on = _passing_on(scenario)
    lines = zip(diary.trace[mine], diary.event_pence[mine], diary.reached[mine], strict=True)
    for line, pence, reached in lines:
        if line.kind == Happening.LIFE_EVENT and line.detail in passing_on and not reached:
            continue  # there is no child at home, and nothing has happened
        week, door, need = int(line.week), int(line.door), int(line.need)
        w = week - diary.first_week
        yield Step(
            week=w,
            date=date_of(scenario, week),
            kind=Happening(line.kind),
            agency="" if door == NOBODY else names[door],
            need="" if need == NOBODY else NEED_KEYS[need],
            by="" if line.other == NOBODY else names[line.other],
            decision=_decision(scenario, diary, row, line),
            cost_gbp=int(pence) / 100.0,
            trust=float(diary.trust[w, row]),
            level=float("nan") if need == NOBODY else float(diary.level[w, row, need]),
            seen=float("nan") if door == NOBODY else float(diary.view[w, row, door]),
            threshold=float("nan") if door == NOBODY else float(diary.threshold[w, door]),
            all_needs=float(diary.level[w, row].sum()),
        )


def _passing_on(scenario: Scenario) -> set[int]:
    """The life events that strike nobody but the children at home."""
    events = scenario.evidence.events.values()
    return {e for e, x in enumerate(events) if x.effect == "child_concern" and not x.knock}


def _decision(scenario: Scenario, diary: Diary, row: int, line: Any) -> str:
    """The reason or the kind, where there is one."""
    kind, detail = Happening(line.kind), int(line.detail)
    if kind == Happening.REFUSED:
        if detail == Refusal.EXCLUDED:
            bits = int(diary.shut_by[line.week - diary.first_week, row, line.door])
            because = [BECAUSE_OF[k] for j, k in enumerate(NEED_KEYS) if bits >> j & 1]
            return "excluded: " + (" and ".join(because) or "another need")
        return REFUSED[Refusal(detail)]
    if kind == Happening.CLOSED:
        return CLOSED[Closure(detail)]
    if kind == Happening.CONTACT and detail:
        outcome = list(scenario.evidence.crisis.outcomes)[detail - 1]
        return "crisis: " + outcome.replace("_", " ")
    if kind == Happening.LIFE_EVENT:
        if detail in _passing_on(scenario):
            return PASSED_ON
        event = list(scenario.evidence.events.values())[detail]
        return EARLY_DEATH if event.effect == "death" else event.title
    if kind == Happening.OPENED:
        return f"after {detail} week{'s' * (detail > 1)}" if detail else "at once"
    if kind == Happening.TEAM_ASKED:
        return "agreed" if detail else "declined"
    return ""
