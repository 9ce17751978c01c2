"""What is asked of many runs: one measure of a scenario, or its difference from another."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.commands import BadRequest
from experiments.indices import Range
from experiments.measures import check_measures
from experiments.wording import Kind, kind_of

if TYPE_CHECKING:
    from scenarios.resolved import Scenario
    from sim.tasks import Row
    from sim.tasks.model import Simulation, Variant

NET_BENEFIT: Final = "net_benefit"
AGAINST: Final = "against"
"""The name in a task of the scenario that others are held against."""
SERVICES, PROGRAMME = "discounted_cost.services", "discounted_cost.programme"
MEASURES: Final = (
    "people.multiple_needs", "people.in_crisis", "people.most_complex", "crisis_weeks",
    "children.entered_care", "children.looked_after", "contacts.police", "contacts.ae",
    "contacts.ambulance", "nfa_share", "hidden.below_every_threshold", "failure_demand.share",
    "concentration.top_9pct_share", "cost.total", "cost.reactive", "cost.planned",
    "cost.programme", SERVICES, PROGRAMME,
)  # fmt: skip
"""Kept of every run, so that runs that were kept can answer for another measure too."""


@dataclass(frozen=True)
class Question:
    """Which measure, of which scenario, against which."""

    measure: str
    scenario: Scenario
    path: str
    against: Scenario | None
    against_path: str
    years: int | None
    itself: bool = False
    """Whether the other is the same scenario as it stands, where nothing is turned."""
    besides: tuple[str, ...] = ()
    """Other measures that are to be kept of the same runs."""

    @property
    def kind(self) -> Kind:
        """How the measure's numbers are written."""
        return kind_of(self.measure)

    @property
    def title(self) -> str:
        """In words: what stands above tables and pictures."""
        what = f"{self.scenario.place.title}: {words_of(self.measure)}"
        titles = [_label(s) for s in (self.scenario, self.against) if s is not None]
        if self.itself:
            titles[1] = "as it stands"
        return f"{what}, {' against '.join(titles)}"

    def set_in_both(self, dials: Sequence[str]) -> list[str]:
        """Those of some dials that are turned in the scenario and in the one it is held against."""
        if self.against is None or self.itself:
            return []
        return list(_present(dict.fromkeys(dials, 0.0), self.against))

    def task(self, settings: Mapping[str, float], seed: int, replicate: int) -> Simulation:
        """One run with some numbers and dials set, in both scenarios."""
        return self.together([settings], seed, replicate)

    def together(
        self, settings: Sequence[Mapping[str, float]], seed: int, replicate: int
    ) -> Simulation:
        """Several settings in one run, which share what they have in common."""
        from sim.tasks.model import simulation

        known = {*MEASURES, NET_BENEFIT}
        own = dict.fromkeys(m for m in (self.measure, *self.besides) if m not in known)
        measures = (*MEASURES, *own)
        every = [v for i, setting in enumerate(settings) for v in self._variants(setting, i)]
        once = {v.name: v for v in every}
        return simulation(list(once.values()), seed, replicate, measures)

    def _variants(self, settings: Mapping[str, float], i: int) -> Iterator[Variant]:
        """The scenario so set, and the one that it is held against, if any."""
        from sim.tasks.model import variant

        yield variant(self.path, name=f"{i}", dials=settings, years=self.years)
        if self.against is not None:
            own = {} if self.itself else _present(settings, self.against)
            name = f"{i} {AGAINST}" if own else AGAINST
            yield variant(self.against_path, name=name, dials=own, years=self.years)


def question_of(arguments: argparse.Namespace) -> Question:
    """What the command line asks. Raises BadRequest, InputError."""
    from dataclasses import replace

    from experiments.commands import check_comparable
    from scenarios.load import load_scenarios

    paths = [path for path in (arguments.scenario, arguments.against) if path is not None]
    loaded = load_scenarios(paths)
    if arguments.years is not None:
        loaded = [replace(scenario, years=arguments.years) for scenario in loaded]
    check_comparable(loaded)
    against = loaded[1] if len(loaded) > 1 else None
    measure = arguments.measure or (NET_BENEFIT if against else "cost.total")
    check_measure(measure, against, loaded[0])
    return Question(
        measure, loaded[0], str(paths[0]), against, str(paths[-1]), arguments.years
    )  # fmt: skip


def value_in(row: Row, question: Question, i: int = 0) -> float:
    """The answer of one run for its ``i``-th setting; NaN where it is undefined."""
    if question.measure == NET_BENEFIT:
        saved = _difference(row, SERVICES, i)
        extra = _difference(row, PROGRAMME, i)
        return -saved - extra
    name = f"{i}/{question.measure}"
    if name not in row:
        raise BadRequest(
            f"--measure: {question.measure} is not measured here; upstream run --json - names all"
        )
    if question.against is None:
        return _number(row, name)
    return _difference(row, question.measure, i)


def dial_ranges(asked: Sequence[str], scenario: Scenario) -> tuple[list[Range], dict[str, float]]:
    """``KEY=low:high`` for each, and where each stands. Raises BadRequest, InputError."""
    from scenarios.dials import value_of, with_dials

    ranges = [_read_range(text) for text in asked]
    for r in ranges:
        for end in (r.low, r.high):
            with_dials(scenario, {r.name: end})
    stands = {r.name: value_of(scenario, r.name) for r in ranges}
    middle = {r.name: (r.low + r.high) / 2 for r in ranges}
    return ranges, {name: middle[name] if x is None else x for name, x in stands.items()}


def words_of(measure: str) -> str:
    """A measure as tables name it, else what it means."""
    from experiments.rows import BENEFIT, DEMAND, DOORS, MONEY, PEOPLE
    from sim.metrics import meaning_of

    for row in (*PEOPLE, *DEMAND, *DOORS, *MONEY, *BENEFIT):
        if row.measure == measure:
            return row.label.strip()
    return meaning_of(measure)


def by_year(measure: str) -> str:
    """`` a year`` for what is counted by the year, nothing for a share or for who is there."""
    from sim.metrics import meaning_of

    if kind_of(measure) == "share":
        return ""
    flow = kind_of(measure) == "money" or "a year" in meaning_of(measure)
    return " a year" if flow else ""


def check_measure(measure: str, against: Scenario | None, scenario: Scenario) -> None:
    """Raises BadRequest where there is no such measure to ask about."""
    if measure != NET_BENEFIT:
        check_measures([measure], scenario, by_group=True)
    elif against is None:
        raise BadRequest("--measure: a net benefit is against another scenario; name two")


def _read_range(text: str) -> Range:
    name, _, ends = text.partition("=")
    try:
        low, high = (float(end) for end in ends.split(":"))
    except ValueError:
        low = high = math.nan
    if not low < high:
        raise BadRequest(f"--vary: “{text}” is not KEY=low:high, for example start=0:3")
    return Range(name, low, high)


def _present(settings: Mapping[str, float], scenario: Scenario) -> dict[str, float]:
    """Teams and starting dates are turned only where they are; all else is in both scenarios."""
    from scenarios.dials import dials_of

    known = set(dials_of(scenario))
    return {
        dial: value
        for dial, value in settings.items()
        if dial.split(".")[0] not in ("team", "start") or dial in known
    }


def _difference(row: Row, measure: str, i: int) -> float:
    other = f"{i} {AGAINST}/{measure}"
    return _number(row, f"{i}/{measure}") - _number(
        row, other if other in row else f"{AGAINST}/{measure}"
    )


def _number(row: Row, name: str) -> float:
    value = row[name]
    assert isinstance(value, float)
    return value


def _label(scenario: Scenario) -> str:
    return scenario.title.removeprefix(f"{scenario.place.title}: ")
