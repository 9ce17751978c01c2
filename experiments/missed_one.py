"""Missed opportunities of single people: each one's own curve over the week of engagement.

With the luck they had, an engagement in a given week saves one sum, exactly. With luck drawn anew,
every week has luck of its own, so that the weeks of a half-year are so many draws: their mean is
told, with an interval over them. A life has few large bills, so such intervals are wide.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from agents.arrays import Count, Floats, Ints
from experiments import drawing
from experiments.census import Census, NobodyFound, name_of
from experiments.missed import WAYS, Missed, missed, of_other_length, spans, with_team
from experiments.missed_report import LUCKS
from experiments.opportunity import LUCK
from experiments.output import say, warn
from experiments.progress import progress
from experiments.stats import Interval, mean_interval
from experiments.wording import difference_text, level_text
from scenarios.names import WEEKS_PER_YEAR
from sim.bills import payer_of

HALF_YEAR = 26
AS_IT_WAS, ANEW = range(2)
TOLD_YEARS = (1, 3, 5)


def write_missed_of(folder: Path, census: Census, there: Sequence[int], every: int) -> None:
    """Engage people who `lived_there` in every so many weeks, one week at a time.

    In each person's own folder: words, the curve as a table, and a picture.
    """
    weeks = range(0, census.scenario.years * WEEKS_PER_YEAR, every)
    with progress("Living again", len(weeks)) as advance:
        found = missed(census, there, weeks, advance)
    for i, person in enumerate(there):
        name = name_of(int(census.key[person]))
        text = in_words(census, found, i)
        (folder / name / "missed.txt").write_text(text + "\n", encoding="utf-8")
        with (folder / name / "missed.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows(census, found, i))
        drawing.save(curve(census, found, i), folder / name / "missed")
        say(text)


def lived_there(census: Census, persons: Sequence[int]) -> list[int]:
    """Those who lived there when the scenario began; the others cannot be engaged in its weeks.
    Raises NobodyFound if nobody did."""
    here = int(census.start.world.counts[Count.PEOPLE])
    there = [i for i in persons if i < here and census.start.world.people.resident[i]]
    for name in (name_of(int(census.key[i])) for i in persons if i not in there):
        warn(f"{name} was born or moved in later: left out of --missed-found")
    if not there:
        raise NobodyFound("--missed-found: nobody of those found lived there at the start")
    return there


def saved_gbp(found: Missed, luck: int, weeks: Ints, way: int, i: int) -> Interval:
    """Pounds that the household of person ``i`` saves by one engagement in one of these weeks: the
    mean over the weeks. Its 95% interval is over their luck, so there is none where luck stays."""
    saved = found.saved[luck, weeks, way, i].sum(axis=-1)
    if luck == AS_IT_WAS:
        return Interval(float(saved.mean()), float("nan"), float("nan"))
    return mean_interval(saved)


def by_payer(census: Census, found: Missed, weeks: Ints, way: int, i: int) -> dict[str, Interval]:
    """What each payer saves of it, luck drawn anew."""
    payers = _payers(census, found)
    saved = found.saved[ANEW, weeks, way, i]
    mine = {payer: np.array([p == payer for p in payers]) for payer in sorted(set(payers))}
    return {payer: mean_interval(saved[:, columns].sum(axis=1)) for payer, columns in mine.items()}


def _payers(census: Census, found: Missed) -> list[str]:
    """Who pays for each column."""
    scenario = with_team(census.scenario)
    return [payer_of(scenario, column) for column in found.columns]


def rows(census: Census, found: Missed, i: int) -> Iterator[tuple[object, ...]]:
    """What is saved by the week of engagement: in all, on the person, and to whom."""
    payers = _payers(census, found)
    names = sorted(set(payers))
    yield ("engagement", "luck", "week", "saved_gbp", "own_gbp", *names, "cost_gbp", "weeks_longer")
    for j, way in enumerate(found.ways):
        for luck, words in enumerate(LUCKS):
            for w, week in enumerate(found.weeks):
                saved = found.saved[luck, w, j, i]
                parts = [sum(saved[c] for c, p in enumerate(payers) if p == n) for n in names]
                sums = (saved.sum(), found.own[luck, w, j, i], *parts, found.cost[luck, w, i])
                longer = found.longer[luck, w, j, i]
                yield (WAYS[way], words, week, *(f"{x:.2f}" for x in sums), longer)


def in_words(census: Census, found: Missed, i: int) -> str:
    """What one earlier engagement would have saved, and to whom, by the year in which it came."""
    name = name_of(int(census.key[found.persons[i]]))
    anew = mean_interval(found.cost[ANEW, spans(found, HALF_YEAR)[0], i])
    cost = drawing.about(float(found.cost[AS_IT_WAS, 0, i]))
    otherwise = level_text(anew, "money")
    lines = [
        f"One earlier engagement of {name}, {census.scenario.title}. The household cost {cost} in "
        f"{census.scenario.years} years; with luck drawn anew from the first half-year on "
        f"{otherwise}."
    ]
    for j, way in enumerate(found.ways):
        lines.append(f"  {WAYS[way]}, if engaged in")
        lines += [f"    {line}" for line in _by_year(census, found, j, i)]
    lines.append("  This is one simulated life: it says what the model can do, of nobody real.")
    return "\n".join(lines)


def _by_year(census: Census, found: Missed, way: int, i: int) -> Iterator[str]:
    years = spans(found, WEEKS_PER_YEAR)
    for year in (y for y in TOLD_YEARS if y - 1 in years):
        weeks = years[year - 1]
        luck = saved_gbp(found, AS_IT_WAS, weeks, way, i).mean
        anew = difference_text(saved_gbp(found, ANEW, weeks, way, i), "money")
        payers = by_payer(census, found, weeks, way, i)
        parts = ", ".join(
            f"{payer} {drawing.about(gbp.mean)}" for payer, gbp in payers.items() if gbp.mean
        )
        yield (
            f"year {year}: saves {drawing.about(luck)} with the luck they had; luck anew "
            f"{anew} ({parts or 'nobody'}){_lengths(found, weeks, way, i)}"
        )


def _lengths(found: Missed, weeks: Ints, way: int, i: int) -> str:
    """What of it is from a life that ends at another time; nothing if it never does."""
    told = []
    for luck, words in enumerate(LUCKS):
        sooner, later = of_other_length(found, luck, weeks, way, i)
        if sooner.times:
            told.append(
                f"{words}, {drawing.about(sooner.saved_gbp)} of it is no saving: the life ends "
                f"sooner in {sooner.times:,} of {sooner.of:,} weeks of engagement"
            )
        if later.times:
            told.append(
                f"{words}, {drawing.about(later.saved_gbp)} of it is from a life that is longer "
                f"in {later.times:,} of {later.of:,} weeks of engagement"
            )
    return "".join(f"; {each}" for each in told)


def curve(census: Census, found: Missed, i: int) -> Figure:
    """A column for each way: pounds saved by the week of engagement, and below it to whom."""
    name = name_of(int(census.key[found.persons[i]]))
    with drawing.styled():
        figure = Figure(figsize=(13, 7.2), layout="constrained")
        grid = figure.subplots(2, len(found.ways), sharex=True, sharey="row", squeeze=False)
        for j, way in enumerate(found.ways):
            _draw_saved(grid[0, j], found, j, i)
            _draw_payers(grid[1, j], census, found, j, i)
            grid[0, j].set_title(drawing.wrap(WAYS[way][0].upper() + WAYS[way][1:], 34))
            grid[1, j].set_xlabel("engaged after so many years")
        for axes in grid.flat:
            axes.axhline(0.0, color="black", linewidth=0.8)
            axes.yaxis.set_major_formatter(FuncFormatter(lambda x, _: drawing.about(x)))
        grid[0, 0].set_ylabel("saved in all")
        grid[1, 0].set_ylabel("saved by each payer,\nluck drawn anew")
        grid[0, -1].legend(frameon=False, fontsize=10, loc="upper right")
        figure.suptitle(
            f"One simulated life, {name}. {census.scenario.title}: one earlier engagement",
            x=0.01, ha="left", fontsize=14,
        )  # fmt: skip
        figure.supxlabel(
            "Pounds of the whole household, over all years left; means over half-years of "
            "engagement. Shaded: 95% over the luck of their weeks. Agencies' load as it was.\n"
            "What a life that ends sooner no longer costs is in it, and is no saving: missed.txt "
            "tells it apart.",
            x=0.01, ha="left", fontsize=9, color=drawing.UNSURE,
        )  # fmt: skip
    return figure


def _halves(found: Missed) -> tuple[Floats, list[Ints]]:
    """Years since the start at the middle of each half-year, and the places of its weeks."""
    halves = spans(found, HALF_YEAR)
    return (np.array(list(halves)) + 0.5) * HALF_YEAR / WEEKS_PER_YEAR, list(halves.values())


def _draw_saved(axes: Axes, found: Missed, way: int, i: int) -> None:
    x, halves = _halves(found)
    for luck, (label, colour, style, marker) in enumerate(LUCK):
        saved = [saved_gbp(found, luck, weeks, way, i) for weeks in halves]
        low, mean, high = ([getattr(s, n) for s in saved] for n in ("low", "mean", "high"))
        axes.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0)
        axes.plot(x, mean, color=colour, linestyle=style, marker=marker, markersize=4.5,
                  label=label)  # fmt: skip


def _draw_payers(axes: Axes, census: Census, found: Missed, way: int, i: int) -> None:
    """A line for each payer, named in the last column."""
    x, halves = _halves(found)
    each = [by_payer(census, found, weeks, way, i) for weeks in halves]
    looks = zip(drawing.COLOURS, drawing.LINES, drawing.MARKERS, strict=True)
    for payer, (colour, style, marker) in zip(each[0], looks, strict=False):
        gbp = [half[payer] for half in each]
        low, mean, high = ([getattr(s, n) for s in gbp] for n in ("low", "mean", "high"))
        axes.fill_between(x, low, high, color=colour, alpha=0.10, linewidth=0)
        axes.plot(x, mean, color=colour, linestyle=style, marker=marker, markersize=4, label=payer)
    if way == len(found.ways) - 1:
        axes.legend(frameon=False, fontsize=10, loc="upper right")
