"""Scenarios compared: levels of each, and paired differences from a base.

`run_scenarios` simulates and gathers; `levels` and `differences` are what tables, figures and
files are made of. A run of one scenario is a comparison with itself as base and no differences.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.drift import drift_note
from experiments.empty_places import budget_notes
from experiments.in_force import in_force
from experiments.leverage import leverage_notes
from experiments.official import official_note
from experiments.pool import Finished, Task, run_asked
from experiments.quiet_sets import quiet_sets
from experiments.sets import Sets, with_sets
from experiments.stats import Interval, mean_over_replicates, pairwise, with_ignorance
from scenarios.changes import TeamChange
from scenarios.resolved import Scenario
from sim.results import RunResult

Floats = NDArray[np.float64]
NO_SETS: Floats = np.empty(0)


@dataclass(frozen=True, eq=False)
class Replicates:
    """All finished replicates of one scenario, one row a replicate."""

    overall: dict[str, Floats]
    """Per measure, [replicates]."""
    per_year: dict[str, Floats]
    """Per measure, [replicates, years]."""


@dataclass(frozen=True, eq=False)
class Findings:
    """What the finished replicates of all scenarios came to."""

    place: str
    place_title: str
    start: dt.date
    years: int
    seed: int
    replicates: tuple[int, ...]
    """Those that were finished; all that were asked for unless ``complete`` is false."""
    complete: bool
    base: str
    titles: dict[str, str]
    """Scenario names, base first, and their titles."""
    labels: dict[str, str]
    """The same without the place's name, which stands above every table and picture."""
    agencies: dict[str, str]
    """Agencies and teams of any of the scenarios, and their titles."""
    scenarios: dict[str, Replicates]
    results: tuple[RunResult, ...]
    person_weeks: int
    seconds: float
    ensemble: str = ""
    """The place whose plausible sets were run besides; none where none were."""
    sets: tuple[int, ...] = ()
    """Those of the sets that were finished."""
    plausible: dict[str, Replicates] = field(default_factory=dict)
    """What they came to, one row a set; of each scenario where there are any."""
    set_results: tuple[RunResult, ...] = ()
    notes: tuple[str, ...] = ()
    """What must be known before the figures are believed: where places stand empty, and that the
    plausible sets fit the place as it was."""
    in_force: dict[str, str] = field(default_factory=dict)
    """Of each other scenario, for how many of the years told it differs from the base."""

    @property
    def others(self) -> tuple[str, ...]:
        """The scenarios that are compared with the base."""
        return tuple(name for name in self.titles if name != self.base)


def run_scenarios(
    task: Task,
    scenarios: Sequence[Scenario],
    base: str,
    seed: int,
    replicates: int,
    workers: int,
    on_done: Callable[[], None] = lambda: None,
    cluster: str | None = None,
    enough: Callable[[list[RunResult]], bool] | None = None,
    sets: Sets | None = None,
    store: Path | None = None,
) -> tuple[Findings, BaseException | None]:
    """Simulate and gather. The exception, if any, is what stopped the run short of the end.

    With ``sets``, the scenarios are run at these sets of numbers as well, after the replicates;
    ``enough``, which ends the replicates early, is then not asked. Finished runs are kept in
    ``store``, and what is found there is not run again.
    """
    asked = with_sets(scenarios, seed, replicates, sets.numbers if sets else ())
    enough = None if sets else enough
    finished = run_asked(task, asked, workers, on_done, cluster, enough, store)
    if sets is None:
        return gather(finished, scenarios, base, seed), finished.stopped_by
    runs = len(asked)
    found = gather(_part(finished, 0, replicates), scenarios, base, seed)
    besides = _part(finished, replicates, runs)
    if not found.replicates or not besides.replicates:
        return found, finished.stopped_by
    return beside_sets(found, besides, sets), finished.stopped_by


def _part(finished: Finished, first: int, end: int) -> Finished:
    """What is finished of the runs from ``first`` on, numbered from 0."""
    return Finished(
        tuple(r - first for r in finished.replicates if first <= r < end),
        tuple(
            replace(result, replicate=result.replicate - first)
            for result in finished.results
            if first <= result.replicate < end
        ),
        finished.stopped_by,
    )


def beside_sets(findings: Findings, besides: Finished, sets: Sets) -> Findings:
    """The findings with those at plausible sets, numbered from 0, beside them."""
    return replace(
        findings,
        ensemble=sets.place,
        sets=besides.replicates,
        notes=(*findings.notes, *sets.notes),
        plausible={name: stacked(name, besides.results) for name in findings.titles},
        set_results=besides.results,
        person_weeks=findings.person_weeks + int(sum(r.person_weeks for r in besides.results)),
        seconds=findings.seconds + float(sum(r.seconds for r in besides.results)),
    )


def gather(finished: Finished, scenarios: Sequence[Scenario], base: str, seed: int) -> Findings:
    """Sort the results of all replicates by scenario."""
    first = scenarios[0]
    ordered = sorted(scenarios, key=lambda s: s.name != base)
    labels = {s.name: label_of(s.title, first.place.title) for s in ordered}
    agencies = _agency_titles(ordered)
    values = {s.name: stacked(s.name, finished.results) for s in ordered}
    years = {
        name: {m: mean_over_replicates(v) for m, v in found.per_year.items()}
        for name, found in values.items()
    }
    notes = []
    if finished.replicates:
        own = values[base].per_year
        of_levels = (
            drift_note(own, labels[base], first.place.title, agencies),
            official_note(own, labels[base], first.place),
        )
        notes = [
            *budget_notes(ordered, years, labels, agencies),
            *leverage_notes(labels, base, values),
            *filter(None, of_levels),
        ]
    return Findings(
        place=first.place_name,
        place_title=first.place.title,
        start=first.start,
        years=first.years,
        seed=seed,
        replicates=finished.replicates,
        complete=finished.stopped_by is None,
        base=base,
        titles={s.name: s.title for s in ordered},
        labels=labels,
        agencies=agencies,
        scenarios=values,
        results=finished.results,
        person_weeks=int(sum(result.person_weeks for result in finished.results)),
        seconds=float(sum(result.seconds for result in finished.results)),
        notes=tuple(notes),
        in_force={s.name: in_force(s, ordered[0]) for s in ordered[1:]},
    )


def levels(findings: Findings, scenario: str) -> dict[str, Interval]:
    """Every measure of one scenario over the horizon, with the interval of its mean."""
    return _with_ignorance(findings.scenarios[scenario], findings.plausible.get(scenario))


def yearly_means(findings: Findings, scenario: str) -> dict[str, Floats]:
    """Every measure of one scenario by year, mean over replicates; NaN where undefined."""
    per_year = findings.scenarios[scenario].per_year
    return {measure: mean_over_replicates(values) for measure, values in per_year.items()}


def differences(findings: Findings, scenario: str) -> dict[str, Interval]:
    """Scenario minus base, paired by replicate, and the savings derived from it.

    A measure that only one of the two reports (a team's caseload where there is no team) has no
    difference.
    """
    own = _paired(findings.scenarios[scenario], findings.scenarios[findings.base])
    sets = findings.plausible
    return _with_ignorance(own, _paired(sets[scenario], sets[findings.base]) if sets else None)


def _with_ignorance(own: Replicates, at_sets: Replicates | None) -> dict[str, Interval]:
    """Each measure's mean, with the runs at plausible sets where there are any."""
    if at_sets is None:
        return {m: with_ignorance(values, NO_SETS) for m, values in own.overall.items()}
    return {
        m: with_ignorance(values, at_sets.overall.get(m, NO_SETS), _quiet(own, at_sets, m))
        for m, values in own.overall.items()
    }


def _quiet(own: Replicates, at_sets: Replicates, measure: str) -> NDArray[np.bool_] | None:
    """The sets at which luck has next to no part in a measure."""
    there = measure in own.per_year and measure in at_sets.per_year
    return quiet_sets(own.per_year[measure], at_sets.per_year[measure]) if there else None


def _paired(ours: Replicates, base: Replicates) -> Replicates:
    """Differences run by run, and the savings derived from them."""
    overall, per_year = (
        {m: pairwise(one[m], other[m]) for m in one if m in other} | savings(one, other)
        for one, other in ((ours.overall, base.overall), (ours.per_year, base.per_year))
    )
    return Replicates(overall, per_year)


def savings(ours: Mapping[str, Floats], base: Mapping[str, Floats]) -> dict[str, Floats]:
    """What is saved against the base, replicate by replicate; positive is good for who pays.

    ``cashable_saving.PAYER`` is the part of a payer's saving that can be taken out in cash.
    ``net_benefit`` is the services' discounted saving less the programme's extra discounted cost.
    """
    saved: dict[str, Floats] = {}
    for measure in base:
        if measure.startswith("cashable_cost.") and measure in ours:
            payer = measure.removeprefix("cashable_cost.")
            saved[f"cashable_saving.{payer}"] = pairwise(base[measure], ours[measure])
    services, programme = "discounted_cost.services", "discounted_cost.programme"
    if all(measure in side for measure in (services, programme) for side in (ours, base)):
        gained = pairwise(base[services], ours[services])
        saved["net_benefit"] = gained - pairwise(ours[programme], base[programme])
    return saved


def stacked(scenario: str, results: Sequence[RunResult]) -> Replicates:
    """Rows in the order of ``results``, which is that of the replicates."""
    own = [result for result in results if result.scenario == scenario]
    names = own[0].names if own else ()
    if any(result.names != names for result in own):
        raise ValueError(f"{scenario}: replicates report different measures")
    overall = np.array([result.overall for result in own])
    per_year = np.array([result.per_year for result in own])
    return Replicates(
        overall={name: overall[:, i] for i, name in enumerate(names)},
        per_year={name: per_year[:, i, :] for i, name in enumerate(names)},
    )


def label_of(title: str, place: str) -> str:
    """``Portsmouth: do nothing`` becomes ``Do nothing``."""
    label = title.removeprefix(f"{place}: ")
    return label[:1].upper() + label[1:]


def _agency_titles(scenarios: Sequence[Scenario]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for scenario in scenarios:
        titles |= {name: spec.title for name, spec in scenario.evidence.agencies.items()}
    for scenario in scenarios:
        teams = [d.change for d in scenario.changes if isinstance(d.change, TeamChange)]
        titles |= {team.name: team.title for team in teams}
    return titles
