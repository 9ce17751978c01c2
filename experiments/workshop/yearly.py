"""Year by year: the rows of the charts over time, and doing nothing in words.

Each row has the ends by luck alone (``low``, ``high``) and, once plausible sets have been run, the
ends by what is not known (``least``, ``most``) and by both together (``lowest``, ``highest``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from experiments.compare import Floats
from experiments.drift import NOT_LEVEL
from experiments.figures import FAN
from experiments.official import BESIDE
from experiments.quiet_sets import quiet_sets
from experiments.range_words import could_be
from experiments.stats import Interval, mean_interval, pairwise, with_ignorance
from experiments.wording import Kind, level_text
from experiments.workshop.found import LEAST_SETS, findings_of
from experiments.workshop.runner import Run, Runner
from experiments.workshop.sayings import SO_FAR, in_words, interval, number

Side = tuple[Floats, Floats]
"""The years of replicates, and those at plausible sets; [runs, years] each."""


def lines(runner: Runner, run: Run | None) -> Iterator[dict[str, Any]]:
    """Each measure, each year: doing nothing, the run, and their difference."""
    for measure in FAN:
        replicates = [r for r in range(runner.replicates) if r in runner.base.so_far]
        base = _side(runner, runner.base, replicates, runner.sets_of(runner.base), measure)
        if base is None:
            continue
        yield from _rows(measure, "Do nothing", base)
        if run is not None:
            yield from _against(runner, run, measure)


def _against(runner: Runner, run: Run, measure: str) -> Iterator[dict[str, Any]]:
    together, sets = paired(runner, run), runner.sets_of(run)
    ours, base = (_side(runner, x, together, sets, measure) for x in (run, runner.base))
    if ours is None or base is None:
        return
    yield from _rows(measure, "With the change", ours)
    apart = pairwise(ours[0], base[0]), pairwise(ours[1], base[1])
    yield from _rows(measure, "difference", apart)


def replicate_lines(runner: Runner) -> Iterator[dict[str, Any]]:
    """The fan: every replicate of doing nothing."""
    for measure in FAN:
        for r in range(runner.replicates):
            news = runner.base.so_far.get(r)
            if news is not None and runner.base.done(r) and measure in news.names:
                values = news.per_year[news.names.index(measure)]
                for year, value in enumerate(values, 1):
                    yield {"measure": measure, "replicate": r + 1, "year": year,
                           "mean": number(float(value))}  # fmt: skip


def paired(runner: Runner, run: Run) -> list[int]:
    """The replicates to take of a run and doing nothing: whole ones once there are any; of those
    on their way, the ones that have come furthest."""
    whole = runner.pairs(run)
    if whole:
        return whole
    some = {r: news for r, news in runner.early(run).items() if runner.base.done(r)}
    furthest = max((news.year for news in some.values()), default=0)
    return [r for r, news in some.items() if news.year == furthest]


def years_of(run: Run, numbers: Sequence[int], measure: str) -> Floats | None:
    """[numbers, years]; years not simulated yet are NaN. None where nothing is known."""
    rows = []
    for r in numbers:
        news = run.so_far.get(r)
        if news is None or measure not in news.names:
            continue
        known = news.per_year[news.names.index(measure)]
        rows.append(np.append(known, np.full(run.years - len(known), math.nan)))
    return np.array(rows) if rows else None


def _side(
    runner: Runner, run: Run, replicates: Sequence[int], sets: Sequence[int], measure: str
) -> Side | None:
    values = years_of(run, replicates, measure)
    if values is None:
        return None
    besides = years_of(run, sets, measure) if len(sets) >= LEAST_SETS else None
    return values, np.empty((0, values.shape[1])) if besides is None else besides


def _rows(measure: str, who: str, side: Side) -> Iterator[dict[str, Any]]:
    quiet = quiet_sets(*side)
    for year, (column, sets) in enumerate(zip(side[0].T, side[1].T, strict=True), 1):
        found = with_ignorance(column, sets, quiet)
        if not math.isnan(found.mean):
            yield {"measure": measure, "who": who, "year": year, **interval(found), **_both(found)}


def _both(of: Interval) -> dict[str, float | None]:
    """The ends by luck and by what is not known together, once plausible sets have been run.

    These are drawn, not the range over sets alone: in a year in which sets differ by no more than
    luck would have them differ that range is a point, as if nothing were unknown.
    """
    least, most = (of.low, of.high) if of.ignorance else (math.nan, math.nan)
    return {"lowest": number(least), "highest": number(most)}


def first_year(runner: Runner) -> dict[str, str]:
    """Each measure in the first year of doing nothing: from there the room guesses."""
    found = findings_of(runner, None)
    if found is None:
        return {}
    years = found.scenarios[found.base].per_year
    return {m: level_text(mean_interval(years[m][:, 0]), _kind(m)) for m in FAN if m in years}


def nothing_in_words(runner: Runner) -> dict[str, str]:
    """What doing nothing comes to, a sentence for each measure; while runs or plausible sets are
    still on their way, with the words for that."""
    found = findings_of(runner, None)
    if found is None or found.years < 2:
        return {}
    years = found.scenarios[found.base].per_year
    sets = found.plausible[found.base].per_year if found.plausible else {}
    told = {}
    for measure, title in FAN.items():
        if measure not in years:
            continue
        at_sets = sets.get(measure, np.empty((0, found.years)))
        among = "" if len(found.sets) == runner.sets else SO_FAR
        luck = "" if len(found.replicates) == runner.replicates else SO_FAR
        told[measure] = f"{title}: {_change(years[measure], at_sets, _kind(measure), among)}{luck}."
    return told


def moves_by_itself(runner: Runner) -> str:
    """That the place is not level while nothing is done, or far from official counts; empty where
    it is neither."""
    found = findings_of(runner, None)
    notes = found.notes if found else ()
    return "\n".join(note for note in notes if NOT_LEVEL in note or BESIDE in note)


def _kind(measure: str) -> Kind:
    return "money" if measure.startswith("cost.") else "count"


def _change(values: Floats, sets: Floats, kind: Kind, so_far: str) -> str:
    """The first year, the last, and how they differ."""
    quiet = quiet_sets(values, sets)
    first, last = (with_ignorance(values[:, y], sets[:, y], quiet) for y in (0, -1))
    change = with_ignorance(values[:, -1] - values[:, 0], sets[:, -1] - sets[:, 0], quiet)
    among = could_be(last, kind, signed=False)
    return (
        f"{level_text(first, kind)} in year 1, {level_text(last, kind)} in year {values.shape[1]}"
        + (f", {among} with other plausible numbers{so_far}" if among else "")
        + f"; {in_words(change, kind)}"
    )
