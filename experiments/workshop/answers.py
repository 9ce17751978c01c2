"""What came from the workers, as the figures, sentences and chart rows of the page.

Levels, paired differences, intervals, roundings and rows are those of `upstream compare`. Until a
whole replicate is there, the years simulated so far are told, and that they are told so far.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from experiments.compare import Findings, Floats, differences, gather, levels
from experiments.figures import FAN
from experiments.pool import Finished
from experiments.rows import PEOPLE, Row, sections
from experiments.stats import Interval, mean_interval, pairwise
from experiments.wording import NO_DIFFERENCE, Kind, difference_text, level_text
from experiments.workshop.runner import Run, Runner
from scenarios.resolved import Scenario
from sim.results import RunResult

HEADLINES: Final = {
    "People": (
        Row("people.multiple_needs", "People with multiple unmet needs"),
        Row("people.in_crisis", "People in crisis in an average week"),
        Row("children.looked_after", "Children looked after"),
    ),
    "Demand": (
        Row("contacts.police", "Contacts with the police, a year"),
        Row("contacts.ae", "A&E and emergency admissions, a year"),
        Row("contacts.gp", "GP contacts, a year"),
    ),
    "Money": (
        Row("cost.total", "All services, a year", "money"),
        Row("cost.programme", "Of this, what the change itself costs", "money"),
        Row("cost.reactive", "Reacting to crises, a year", "money"),
    ),
}
"""What a room hears first: one figure of each sort large, the others beside it."""
NOW: Final = {
    "People": (
        Row("people.residents", "residents"),
        Row("people.multiple_needs", "have multiple unmet needs"),
        Row("people.in_crisis", "are in crisis in an average week"),
        Row("children.looked_after", "children are looked after"),
    ),
    "Pressure": (
        Row("nfa_share", "of referrals are refused", "share"),
        Row("hidden.known_to_many_helped_by_none", "are known to many, helped by none"),
        Row("contacts.police", "contacts with the police, a year"),
        Row("failure_demand.share", "of contacts follow a refusal or closure", "share"),
    ),
    "Money": (
        Row("cost.total", "a year, all services", "money"),
        Row("cost.reactive", "of it reacting to crises", "money"),
        Row("cost.per_person_with_multiple_needs", "a year for each person with multiple needs",
            "money"),
    ),
}  # fmt: skip
DOORS: Final = ("referrals", "accepted", "nfa", "opened", "waiting", "wait_weeks", "closed",
                "reopened")  # fmt: skip
ONE_RUN: Final = "one run only; how far chance goes is not known yet"


def findings_of(runner: Runner, run: Run | None) -> Findings | None:
    """A run against doing nothing, over the replicates that are whole in both; None without any."""
    base = runner.base
    whole = (
        [r for r in range(runner.replicates) if base.done(r)] if run is None else runner.pairs(run)
    )
    if not whole:
        return None
    results: list[RunResult] = []
    scenarios = [base.scenario]
    if run is not None:
        scenarios.append(replace(run.scenario, name=run.name))
    for r in whole:
        names = base.so_far[r].names if run is None else run.so_far[r].names
        results.append(_result(base, r, base.name, names))
        if run is not None:
            results.append(_result(run, r, run.name, names))
    stopped = None
    return gather(
        Finished(tuple(whole), tuple(results), stopped), scenarios, base.name, runner.seed
    )


def several(runner: Runner, runs: Sequence[Run]) -> Findings | None:
    """Several runs against doing nothing, over the replicates that are whole in all."""
    base = runner.base
    whole = [r for r in range(runner.replicates) if base.done(r) and all(x.done(r) for x in runs)]
    if not whole:
        return None
    results = []
    names = {r: tuple(dict.fromkeys(n for x in (base, *runs) for n in x.so_far[r].names))
             for r in whole}  # fmt: skip
    for r in whole:
        results += [_result(x, r, x.name, names[r]) for x in (base, *runs)]
    scenarios = [replace(x.scenario, name=x.name) for x in (base, *runs)]
    return gather(Finished(tuple(whole), tuple(results), None), scenarios, base.name, runner.seed)


def _result(run: Run, replicate: int, name: str, names: Sequence[str]) -> RunResult:
    """A replicate as the command line has it. What a scenario has no team or payer for is 0."""
    news = run.so_far[replicate]
    own = {measure: i for i, measure in enumerate(news.names)}
    years = news.per_year.shape[1]
    nothing = np.zeros(years)
    return RunResult(
        scenario=name,
        replicate=replicate,
        names=tuple(names),
        per_year=np.array([news.per_year[own[n]] if n in own else nothing for n in names]),
        overall=np.array([news.overall[own[n]] if n in own else 0.0 for n in names]),
        person_weeks=news.person_weeks,
        seconds=0.0,
    )


def answer(runner: Runner, run: Run) -> dict[str, Any]:
    """Everything the page shows of a run, as it is known now."""
    whole = runner.pairs(run)
    found = findings_of(runner, run)
    told: dict[str, Any] = {
        "run": run.number,
        "name": run.name,
        "title": run.scenario.title,
        "refused": run.refused,
        "whole": len(whole),
        "of": runner.replicates,
        "years": run.years,
        "year": max((news.year for news in run.so_far.values()), default=0),
        "settled": len(whole) == runner.replicates,
        "lines": list(lines(runner, run)),
    }
    if found is not None:
        told |= {"headlines": headlines(found, run.name), **tables(found, run.name)}
    else:
        told |= {"headlines": early_headlines(runner, run)}
    return told


def lines(runner: Runner, run: Run | None) -> Iterator[dict[str, Any]]:
    """Chart rows: each measure, each year, doing nothing and the run; and their difference."""
    for measure in FAN:
        base = _years(runner.base, range(runner.replicates), measure)
        if base is None:
            continue
        yield from _rows(measure, "Do nothing", base)
        ours = None if run is None else _pairs(runner, run, measure)
        if ours is not None:
            yield from _rows(measure, "With the change", ours[0])
            yield from _rows(measure, "difference", pairwise(*ours))


def replicate_lines(runner: Runner) -> Iterator[dict[str, Any]]:
    """The fan: every replicate of doing nothing."""
    for measure in FAN:
        for r in range(runner.replicates):
            news = runner.base.so_far.get(r)
            if news is not None and runner.base.done(r) and measure in news.names:
                values = news.per_year[news.names.index(measure)]
                for year, value in enumerate(values, 1):
                    yield {"measure": measure, "replicate": r + 1, "year": year,
                           "mean": _number(float(value))}  # fmt: skip


def _years(run: Run, replicates: Sequence[int] | range, measure: str) -> Floats | None:
    """[replicates, years]; years not simulated yet are NaN. None where nothing is known."""
    rows = []
    for r in replicates:
        news = run.so_far.get(r)
        if news is None or measure not in news.names:
            continue
        known = news.per_year[news.names.index(measure)]
        rows.append(np.append(known, np.full(run.years - len(known), math.nan)))
    return np.array(rows) if rows else None


def _pairs(runner: Runner, run: Run, measure: str) -> tuple[Floats, Floats] | None:
    """The run and doing nothing, of the same replicates, whole ones alone once there are any."""
    whole = runner.pairs(run)
    if not whole:  # of those on their way, the ones that have come furthest
        some = [r for r in run.so_far if runner.base.done(r)]
        furthest = max((run.so_far[r].year for r in some), default=0)
        whole = [r for r in some if run.so_far[r].year == furthest]
    ours, base = (_years(x, whole, measure) for x in (run, runner.base))
    return None if ours is None or base is None else (ours, base)


def _rows(measure: str, who: str, values: Floats) -> Iterator[dict[str, Any]]:
    for year, column in enumerate(values.T, 1):
        found = mean_interval(column)
        if not math.isnan(found.mean):
            yield {"measure": measure, "who": who, "year": year, **_interval(found)}


def headlines(found: Findings, name: str) -> list[dict[str, Any]]:
    """The room's figures: doing nothing, and the difference."""
    base, against = levels(found, found.base), differences(found, name)
    return [
        {"title": title, "rows": [_headline(row, base[row.measure], against[row.measure])
                                  for row in rows if row.measure in against]}
        for title, rows in HEADLINES.items()
    ]  # fmt: skip


def early_headlines(runner: Runner, run: Run) -> list[dict[str, Any]]:
    """The same over the years simulated so far, while there is no whole replicate."""
    told = []
    for title, rows in HEADLINES.items():
        some = []
        for row in rows:
            pair = _pairs(runner, run, row.measure)
            if pair is None:
                continue
            known = ~np.isnan(pair[0]).any(axis=0)
            ours, base = (side[:, known].mean(axis=1) for side in pair)
            some.append(_headline(row, mean_interval(base), mean_interval(pairwise(ours, base))))
        told.append({"title": title, "rows": some})
    return told


def _headline(row: Row, base: Interval, difference: Interval) -> dict[str, Any]:
    return {
        "measure": row.measure,
        "label": row.label,
        "base": level_text(base, row.kind),
        "text": difference_text(difference, row.kind),
        "words": in_words(difference, row.kind),
        "sure": sureness(difference),
        "doubt": ONE_RUN if sureness(difference) == "one" else "",
        **_interval(difference),
    }


def sureness(difference: Interval) -> str:
    """``none``, ``one`` (a single run), ``more``, ``less`` or ``same``."""
    if difference.low == difference.high == 0:
        return "same"
    if math.isnan(difference.half):
        return "one"
    if not difference.detectable:
        return "none"
    return "more" if difference.mean > 0 else "less"


def in_words(difference: Interval, kind: Kind) -> str:
    """A difference as one would say it."""
    sure = sureness(difference)
    if math.isnan(difference.mean):
        return "not known"
    if sure == "same":
        return "exactly the same"
    text = difference_text(difference, kind)
    if sure == "none":
        return f"no detectable difference {text.removeprefix(NO_DIFFERENCE).strip()}"
    word = "more" if difference.mean > 0 else "less" if kind in ("money", "share") else "fewer"
    if kind == "share":
        word = f"points {word}"
        text = text.replace("%", "")
    plain = text.lstrip("+-")
    return f"{plain} {word}"


def tables(found: Findings, name: str) -> dict[str, Any]:
    """Demand by agency, money by payer, the doors, and the whole table."""
    base, against = levels(found, found.base), differences(found, name)
    every = {s.title: s.rows for s in sections(dict.fromkeys([*base, *against]), found.agencies)}
    demand = [r for r in every.get("Demand: contacts a year", ()) if r.measure in against]
    demand = [r for r in demand if base[r.measure].mean > 0 and r.kind == "count"]
    payers = [r for r in every.get("Who pays and who saves, a year", ()) if r.measure in against]
    return {
        "demand": [_bar(row, base, against) for row in demand],
        "payers": [_bar(row, base, against) for row in payers
                   if row.measure.startswith("cost.payer.")],
        "cash": [_bar(row, base, against) for row in payers
                 if not row.measure.startswith("cost.payer.")],
        "table": [
            {"title": title, "rows": [_line(row, base, against) for row in rows]}
            for title, rows in every.items()
        ],
    }  # fmt: skip


def _bar(row: Row, base: Mapping[str, Interval], against: Mapping[str, Interval]) -> dict[str, Any]:
    difference = against[row.measure]
    level = base.get(row.measure)
    return {
        "label": row.label.strip(),
        "base": level_text(level, row.kind) if level else "",
        "text": difference_text(difference, row.kind),
        "words": in_words(difference, row.kind),
        "sure": sureness(difference),
        **_interval(difference),
    }


def _line(row: Row, base: Mapping[str, Interval], against: Mapping[str, Interval]) -> list[str]:
    level = level_text(base[row.measure], row.kind) if row.measure in base else ""
    other = difference_text(against[row.measure], row.kind) if row.measure in against else ""
    return [row.label, level, other]


def now(runner: Runner) -> dict[str, Any] | None:
    """The place in its first year, doing nothing."""
    found = findings_of(runner, None)
    if found is None:
        return None
    years = found.scenarios[found.base].per_year
    return {
        "replicates": len(found.replicates),
        "groups": [
            {"title": title, "rows": [
                {"text": level_text(mean_interval(years[row.measure][:, 0]), row.kind),
                 "label": row.label} for row in rows if row.measure in years]}
            for title, rows in NOW.items()
        ],
    }  # fmt: skip


def nothing_in_words(runner: Runner) -> list[str]:
    """What doing nothing comes to, measure by measure, in a sentence each."""
    found = findings_of(runner, None)
    if found is None:
        return []
    years = found.scenarios[found.base].per_year
    kinds: dict[str, Kind] = {m: "money" if m.startswith("cost.") else "count" for m in FAN}
    told = []
    for measure, title in FAN.items():
        if measure in years and found.years > 1:
            first, last = (mean_interval(years[measure][:, y]) for y in (0, -1))
            change = mean_interval(years[measure][:, -1] - years[measure][:, 0])
            told.append(
                f"{title}: {level_text(first, kinds[measure])} in year 1, "
                f"{level_text(last, kinds[measure])} in year {found.years}; "
                f"{in_words(change, kinds[measure])}."
            )
    return told


def doors(runner: Runner, run: Run | None, base: Scenario) -> list[dict[str, Any]]:
    """What happens at each front door in an average year, doing nothing and with the change."""
    found = findings_of(runner, run)
    if found is None:
        return []
    level = levels(found, found.base)
    against = differences(found, run.name) if run is not None else {}
    told = []
    for agency, spec in base.evidence.agencies.items():
        if spec.kind != "gated":
            continue
        rows = {}
        for what in DOORS:
            measure = f"{what}.{agency}"
            difference = against.get(measure)
            kind: Kind = "number" if what == "wait_weeks" else "count"
            rows[what] = {
                "value": _number(level[measure].mean),
                "text": level_text(replace(level[measure], low=math.nan, high=math.nan), kind),
                "change": "" if difference is None else difference_text(difference, kind),
                "sure": "same" if difference is None else sureness(difference),
            }
        told.append({"agency": spec.title, **rows})
    return sorted(told, key=lambda door: -(door["referrals"]["value"] or 0.0))


def side_by_side(found: Findings, names: Mapping[str, str]) -> dict[str, Any]:
    """Up to three scenarios against doing nothing: the headline rows and the payers."""
    base = levels(found, found.base)
    against = {name: differences(found, name) for name in found.others}
    rows = [row for group in HEADLINES.values() for row in group] + list(PEOPLE[4:6])
    rows += [Row(m, f"{m.removeprefix('cost.payer.').replace('_', ' ').capitalize()} pays, a year",
                 "money") for m in base if m.startswith("cost.payer.")]  # fmt: skip
    return {
        "replicates": len(found.replicates),
        "names": [names.get(name, name) for name in against],
        "rows": [
            {"label": row.label, "base": level_text(base[row.measure], row.kind),
             "cells": [{"words": in_words(d[row.measure], row.kind),
                        "sure": sureness(d[row.measure])} for d in against.values()]}
            for row in rows
            if row.measure in base and all(row.measure in d for d in against.values())
        ],
    }  # fmt: skip


def _interval(interval: Interval) -> dict[str, float | None]:
    return {
        "mean": _number(interval.mean),
        "low": _number(interval.low),
        "high": _number(interval.high),
    }


def _number(x: float) -> float | None:
    """For JSON, which knows no NaN; to six figures, which is more than is known."""
    return float(f"{x:.6g}") if math.isfinite(x) else None
