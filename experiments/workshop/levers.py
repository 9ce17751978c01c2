"""What the room may move: each lever a row of settings in words, one of which is today's.

A lever says in advance what each of its settings means, in posts, pounds or weeks, so that the
page reckons nothing. Settings become changes of the scenario files' own kinds. Which levers a place
has is said in `offered.py`.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from experiments.place import INTERVENTIONS_ARE_FOR
from experiments.stats import Interval
from experiments.wording import level_text
from scenarios.resolved import Evidence, Scenario
from scenarios.schema import AgencySpec
from scenarios.ways import INTERVENTIONS, Way, read_ways

Changes = dict[str, list[dict[str, Any]]]
"""Parts of a scenario file: lists of ``changes`` and of ``use``."""

GROUPS: Final = {
    "budgets": "Budgets, by agency",
    "thresholds": "Who is let in: thresholds",
    "exclusions": "Who is turned away for another need",
    "quiet": "How long a case stays open when things go quiet",
    "missed": "How many missed appointments are borne",
    "information": "What agencies tell each other",
    "navigators": "Navigators",
    "early": "Early help",
    "crisis": "The crisis doors",
    "ways": "Other ways of working",
}
DEFAULT_CASES: Final = 8


@dataclass(frozen=True)
class Lever:
    """One thing that may be moved."""

    name: str
    group: str
    title: str
    values: tuple[Any, ...]
    words: tuple[str, ...]
    """What each value means, beside the lever."""
    today: int
    """The place of today's value."""
    note: str = ""
    evidence: tuple[str, ...] = ()
    """Where today's number comes from, and how well it is known."""
    about: dict[str, str] = field(default_factory=dict)

    @property
    def is_switch(self) -> bool:
        """Off or on, rather than more or less."""
        return len(self.values) == 2 and self.today == 0


def moved(levers: Mapping[str, Lever], settings: Mapping[str, int]) -> dict[str, int]:
    """The settings that are not today's, in the order of the levers."""
    return {
        name: settings[name]
        for name, lever in levers.items()
        if name in settings and settings[name] != lever.today
    }


def in_words(levers: Mapping[str, Lever], settings: Mapping[str, int]) -> list[str]:
    """What has been moved, a line each."""
    return [
        f"{levers[name].title}: {levers[name].words[i]}"
        for name, i in moved(levers, settings).items()
    ]


def changes_of(
    base: Scenario, levers: Mapping[str, Lever], settings: Mapping[str, int], start: dt.date
) -> Changes:
    """The changes and uses that the settings stand for, acting from ``start`` on."""
    made: Changes = {"use": [], "changes": []}
    chosen = {name: levers[name].values[i] for name, i in moved(levers, settings).items()}
    for name, value in chosen.items():
        for change in _changes(base, name, value, chosen):
            sort = "use" if "intervention" in change else "changes"
            made[sort].append({**change, "start": start})
    return made


def _changes(
    base: Scenario, name: str, value: Any, chosen: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """What one lever at a value other than today's stands for."""
    sort, _, of = name.partition(".")
    if sort == "budget":
        yield {"kind": "budget", "agency": of, "multiply": value}
    elif sort == "threshold":
        yield {"kind": "threshold", "agency": of, "add": value}
    elif sort == "exclusion":
        agency, _, need = of.partition(".")
        yield {"kind": "exclusion", "agency": agency, "need": need}
    elif sort == "quiet":
        yield {"kind": "review", "agency": of, "quiet_weeks": value}
    elif sort == "missed":
        yield {"kind": "engagement", "agency": of, "missed_limit": value}
    elif sort == "information":
        yield {"kind": "information", "agencies": list(gated(base.evidence)), "share": value}
    elif name == "navigators.posts":
        yield team(value, chosen.get("navigators.cases", DEFAULT_CASES))
    elif name == "early.passed_on":
        yield {"kind": "redirect", "agency": care_door(base), "target": early_help(base),
               "share": value}  # fmt: skip
    elif name == "early.police":
        yield {"kind": "referral", "agency": "police", "quality": value}
    elif sort == "way":
        yield {"intervention": of, "scale": scale_of(base)}


def scale_of(base: Scenario) -> float:
    """Teams of the ways of working are for a city of 210,000; here so many times that."""
    residents = sum(base.place.population.values())
    return max(0.01, round(residents / INTERVENTIONS_ARE_FOR, 2))


def pounds(gbp: float) -> str:
    """A sum as it is known: three figures at most."""
    return level_text(Interval(gbp, math.nan, math.nan), "money")


@cache
def ways() -> dict[str, Way]:
    """All ways of working."""
    return read_ways()


def team(posts: float, cases: float) -> dict[str, Any]:
    """The navigators of the intervention's file, with other posts and caseloads."""
    text = (INTERVENTIONS / "navigators.toml").read_text(encoding="utf-8")
    team: dict[str, Any] = next(c for c in tomllib.loads(text)["changes"] if c["kind"] == "team")
    return team | {"posts": posts, "cases_per_post": cases}


def gated(evidence: Evidence) -> dict[str, AgencySpec]:
    """The agencies that have a front door."""
    return {n: spec for n, spec in evidence.agencies.items() if spec.kind == "gated"}


def care_door(base: Scenario) -> str:
    """The agency that takes children into care; empty where there is none."""
    return next((n for n, spec in base.evidence.agencies.items() if spec.care_door), "")


def early_help(base: Scenario) -> str:
    """The agency of early help for families; empty where there is none."""
    return next((n for n, spec in base.evidence.agencies.items() if spec.early_help), "")
