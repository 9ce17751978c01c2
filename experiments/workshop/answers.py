"""What the page shows of a run: headlines, tables and doors.

Levels, paired differences, intervals, roundings and rows are those of `upstream compare`. Until a
whole replicate is there, the years simulated so far are told, and that they are told so far.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from experiments.compare import Findings, differences, levels
from experiments.empty_places import cautions
from experiments.quiet_sets import quiet_sets
from experiments.range_words import SAVED, could_be, saved_range
from experiments.rows import Row, sections
from experiments.stats import Interval, mean_interval, pairwise, with_ignorance
from experiments.table import telling
from experiments.wording import level_text, range_in_words
from experiments.workshop.found import findings_of
from experiments.workshop.runner import Run, Runner
from experiments.workshop.sayings import (
    change_text,
    doubts,
    in_words,
    interval,
    number,
    sureness,
)
from experiments.workshop.yearly import lines, paired, years_of
from scenarios.resolved import Scenario

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
        Row(
            "cost.programme",
            "Of this, what the change itself costs, mean of all years",
            "money",
        ),
        Row("cost.reactive", "Reacting to crises, a year", "money"),
    ),
}
"""What a room hears first: one figure of each sort large, the others beside it."""
NOW: Final = {
    "People": (
        Row("people.residents", "residents"),
        Row("people.multiple_needs", "have multiple unmet needs in an average week"),
        Row("people.in_crisis", "are in crisis in an average week"),
        Row("children.looked_after", "children are looked after"),
    ),
    "Pressure": (
        Row("nfa_share", "of referrals are refused", "share"),
        Row("hidden.known_to_many_helped_by_none", "are known to many, helped by none"),
        Row("contacts.police", "contacts with the police, a year"),
        Row("failure_demand.share", "of contacts by people with needs follow a refusal or closure",
            "share"),
    ),
    "Money": (
        Row("cost.total", "a year, all services", "money"),
        Row("cost.reactive", "of it reacting to crises", "money"),
        Row("cost.per_person_with_multiple_needs",
            "for each adult who had multiple needs at some time that year", "money"),
    ),
}  # fmt: skip
DOORS: Final = ("referrals", "accepted", "nfa", "opened", "waiting", "wait_weeks", "closed",
                "reopened")  # fmt: skip
CASH: Final = "cashable_saving."
"""What of each payer's saving is cash; the net benefit, which is told beside it, is not."""
NOBODY: Final = 0.05
"""People a year, or weeks of waiting, that are told as none."""


def answer(runner: Runner, run: Run) -> dict[str, Any]:
    """Everything the page shows of a run, as it is known now."""
    whole = runner.pairs(run)
    found = findings_of(runner, run) if whole else None
    far = how_far(runner, run)
    told: dict[str, Any] = {
        "run": run.number,
        "name": run.name,
        "refused": run.refused,
        "years": run.years,
        "year": max((news.year for news in runner.early(run).values()), default=0),
        "settled": len(whole) == runner.replicates,
        **far,
        "lines": list(lines(runner, run)),
    }
    if found is not None:
        final = is_final(far)
        told["notes"], told["empty"] = found.notes, cautions(found.notes)
        told |= {"headlines": headlines(found, run.name, final), **tables(found, run.name, final)}
    else:
        told |= {"headlines": early_headlines(runner, run)}
    return told


def how_far(runner: Runner, run: Run) -> dict[str, int]:
    """Whether a run's figures are final: how many runs there are and how many there will be, and
    the same of plausible sets, which is how far what is not known has been tried."""
    tried = not (run.without_sets or runner.base.without_sets)
    return {
        "whole": len(runner.pairs(run)),
        "of": runner.replicates,
        "sets": len(runner.sets_of(run)),
        "of_sets": runner.sets if tried else 0,
    }


def is_final(far: Mapping[str, int]) -> bool:
    """Whether nothing more comes that could undo a difference: no run and no plausible set."""
    return far["whole"] == far["of"] and far["sets"] >= far["of_sets"]


@lru_cache(maxsize=4)
def compared(found: Findings, name: str) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """Levels of doing nothing, and what a scenario changes: reckoned once for all that is shown."""
    return levels(found, found.base), differences(found, name)


def headlines(found: Findings, name: str, final: bool) -> list[dict[str, Any]]:
    """The room's figures: doing nothing, and the difference."""
    base, against = compared(found, name)
    return [
        {"title": title, "rows": [_headline(row, base[row.measure], against[row.measure], final)
                                  for row in rows if row.measure in against]}
        for title, rows in HEADLINES.items()
    ]  # fmt: skip


def early_headlines(runner: Runner, run: Run) -> list[dict[str, Any]]:
    """The same over the years simulated so far, while there is no whole replicate."""
    together = paired(runner, run)
    told = []
    for title, rows in HEADLINES.items():
        some = []
        for row in rows:
            ours, base = (years_of(x, together, row.measure) for x in (run, runner.base))
            if ours is None or base is None:
                continue
            known = ~np.isnan(ours).any(axis=0)
            ours, base = (side[:, known].mean(axis=1) for side in (ours, base))
            apart = mean_interval(pairwise(ours, base))
            some.append(_headline(row, mean_interval(base), apart, final=False))
        told.append({"title": title, "rows": some})
    return told


def _headline(row: Row, base: Interval, difference: Interval, final: bool) -> dict[str, Any]:
    return {"measure": row.measure, "label": row.label, **told_of(row, base, difference, final)}


def told_of(row: Row, base: Interval | None, difference: Interval, final: bool) -> dict[str, Any]:
    """A level and a difference, as texts and for drawing."""
    return {
        "base": level_text(base, row.kind) if base else "",
        "text": change_text(difference, row.kind),
        "words": in_words(difference, row.kind),
        "sure": sureness(difference, final),
        **doubts(difference, row.kind, final),
        **interval(difference),
    }


def tables(found: Findings, name: str, final: bool) -> dict[str, Any]:
    """Demand by agency, money by payer, the doors, and the whole table."""
    base, against = compared(found, name)
    every = {s.title: s.rows for s in sections(telling(base, against), found.agencies)}
    demand = [r for r in every.get("Demand: contacts a year", ()) if r.measure in against]
    demand = [r for r in demand if base[r.measure].mean > 0 and r.kind == "count"]
    payers = [r for r in every.get("Who pays and who saves, a year", ()) if r.measure in against]
    return {
        "demand": [_bar(row, base, against, final) for row in demand],
        "payers": [_bar(row, base, against, final) for row in payers
                   if row.measure.startswith("cost.payer.")],
        "cash": [_cash(row, base, against, final) for row in payers
                 if row.measure.startswith(CASH)],
        "table": [
            {"title": title, "rows": [_line(row, base, against) for row in rows]}
            for title, rows in every.items()
        ],
    }  # fmt: skip


def _bar(
    row: Row, base: Mapping[str, Interval], against: Mapping[str, Interval], final: bool
) -> dict[str, Any]:
    told = told_of(row, base.get(row.measure), against[row.measure], final)
    return {"label": row.label.strip(), **told}


def _cash(
    row: Row, base: Mapping[str, Interval], against: Mapping[str, Interval], final: bool
) -> dict[str, Any]:
    """What a payer saves in cash, or pays more, without a sign that would have to be explained."""
    saving = against[row.measure]
    told = _bar(row, base, against, final)
    return told | {
        "label": row.label.strip().removesuffix(" saves in cash"),
        "words": in_words(saving, row.kind, SAVED),
        "range": saved_range(saving),
    }


def _line(row: Row, base: Mapping[str, Interval], against: Mapping[str, Interval]) -> list[str]:
    level, other = base.get(row.measure), against.get(row.measure)
    return [
        row.label,
        "" if level is None else level_text(level, row.kind),
        "" if other is None else change_text(other, row.kind),
        "" if other is None else range_in_words(other, row.kind, signed=True),
    ]


def now(runner: Runner) -> dict[str, Any] | None:
    """The place in its first year, doing nothing."""
    found = findings_of(runner, None)
    if found is None:
        return None
    years = found.scenarios[found.base].per_year
    sets = found.plausible[found.base].per_year if found.plausible else {}
    return {
        "replicates": len(found.replicates),
        "groups": [
            {"title": title, "rows": [
                _first_year(row, years[row.measure], sets.get(row.measure))
                for row in rows if row.measure in years]}
            for title, rows in NOW.items()
        ],
    }  # fmt: skip


def _first_year(row: Row, years: Any, sets: Any) -> dict[str, str]:
    if sets is None:
        found = mean_interval(years[:, 0])
    else:
        found = with_ignorance(years[:, 0], sets[:, 0], quiet_sets(years, sets))
    among = could_be(found, row.kind, signed=False)
    return {"text": level_text(found, row.kind), "label": row.label, "range": among}


def doors(runner: Runner, run: Run | None, base: Scenario) -> list[dict[str, Any]]:
    """What happens at each front door in an average year, doing nothing and with the change."""
    found = findings_of(runner, run)
    if found is None:
        return []
    level = levels(found, found.base)
    against = differences(found, run.name) if run is not None else {}
    final = run is None or is_final(how_far(runner, run))
    told = []
    for agency, spec in base.evidence.agencies.items():
        if spec.kind != "gated":
            continue
        measures = {what: f"{what}.{agency}" for what in DOORS}
        cells = {
            what: _at_the_door(level[m], against.get(m), final) for what, m in measures.items()
        }
        told.append({"agency": spec.title, **cells})
    return sorted(told, key=lambda door: -(door["referrals"]["value"] or 0.0))


def _hardly(difference: Interval) -> bool:
    """Whether luck alone shows nothing that could be put in brackets."""
    own = difference.by_chance
    return max(-own.low, own.high) < NOBODY


def _at_the_door(level: Interval, difference: Interval | None, final: bool) -> dict[str, Any]:
    """A figure of a door, in no finer digits than tenths, and what changes in it.

    Where nobody is concerned, neither before nor after, there is nothing to say of luck.
    """
    told: dict[str, Any] = {
        "value": number(level.mean),
        "text": level_text(Interval(level.mean, math.nan, math.nan), "count"),
        "change": "" if difference is None else change_text(difference, "count"),
        "sure": "same" if difference is None else sureness(difference, final),
    }
    if level.mean < NOBODY:
        told["text"] = "0"
        if difference is not None and max(-difference.low, difference.high) < NOBODY:
            told["change"] = "no change"
        elif difference is not None and not difference.detectable and _hardly(difference):
            told |= {"change": change_text(Interval(0.0, -NOBODY, NOBODY), "count"), "sure": "none"}
    return told
