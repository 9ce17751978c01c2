"""Missed opportunities in a folder: the costliest hundred beside a random hundred, in words, as a
table by week and as pictures."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from agents.arrays import Count, Ints
from experiments import drawing, missed, opportunity, signs
from experiments.census import Census
from experiments.missed import WAYS, Missed, of_other_length, share_avoided, spans, with_team
from experiments.output import say
from experiments.progress import progress
from experiments.stats import Interval
from scenarios.names import WEEKS_PER_YEAR
from sim.bills import payer_of

GROUP = 100
"""So many costliest, and so many at random."""
TOLD_YEAR = 1
"""Who saves is told for engagements in this year (0 the first): fixed beforehand, not the best."""
LUCKS = ("with the luck they had", "with luck drawn anew")


def write_missed(folder: Path, census: Census, every: int) -> None:
    """Live them again with an engagement in every so many weeks, and say what that saves."""
    groups = groups_of(census)
    weeks = range(0, census.scenario.years * WEEKS_PER_YEAR, every)
    with progress("Living again", len(groups) * len(weeks)) as advance:
        found = {
            name: missed.missed(census, persons, weeks, advance) for name, persons in groups.items()
        }
    write_found(folder, census, found)


def write_found(folder: Path, census: Census, found: Mapping[str, Missed]) -> None:
    """Words, table by week and pictures, with how these people could have been known."""
    seen = signs.signs(census)
    title = census.scenario.title
    drawing.save(opportunity.curves(found, f"{title}: one earlier engagement"), folder / "missed")
    drawing.save(opportunity.signs_figure(seen, f"{title}: would we have known?"), folder / "signs")
    with (folder / "missed.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows(found))
    told = [in_words(census, name, one) for name, one in found.items()]
    text = "\n\n".join([*told, contrast(*found.items()), signs.in_words(seen)])
    (folder / "missed.txt").write_text(text + "\n", encoding="utf-8")
    say(text)


def groups_of(census: Census, size: int = GROUP) -> dict[str, list[int]]:
    """The costliest, and as many drawn at random, of those who lived there at the start."""
    here = int(census.start.world.counts[Count.PEOPLE])
    at_home = np.flatnonzero(census.start.world.people.resident[:here] == 1)
    total = census.pence[at_home].sum(axis=1)
    costliest = at_home[np.lexsort((census.key[at_home], -total))[:size]]
    drawn = np.random.default_rng(census.seed).choice(at_home, min(size, len(at_home)), False)
    return {
        f"the costliest {len(costliest)}": [int(i) for i in costliest],
        f"a random {len(drawn)}": [int(i) for i in np.sort(drawn)],
    }


def rows(groups: Mapping[str, Missed]) -> Iterator[tuple[object, ...]]:
    """Everything by week: the share of cost avoided with its interval, and the pounds saved."""
    yield ("group", "engagement", "luck", "week", "share", "low", "high", "saved_gbp", "cost_gbp",
           "of_saved_lives_ended_sooner_gbp", "of_saved_lives_longer_gbp")  # fmt: skip
    for name, found in groups.items():
        for j, way in enumerate(found.ways):
            for luck, words in enumerate(LUCKS):
                for w, week in enumerate(found.weeks):
                    share = share_avoided(found, luck, np.array([w]), j)
                    shown = (f"{x:.5f}" for x in (share.mean, share.low, share.high))
                    saved = found.saved[luck, w, j].sum()
                    cost = found.cost[luck, w].sum()
                    ended = of_other_length(found, luck, np.array([w]), j)
                    pounds = (saved, cost, *(x.saved_gbp for x in ended))
                    yield (name, WAYS[way], words, week, *shown, *(f"{x:.0f}" for x in pounds))


def in_words(census: Census, name: str, found: Missed) -> str:
    """What one earlier engagement of these people would have saved, to whom, and when."""
    chance, anew = (drawing.about(float(found.cost[luck, 0].sum())) for luck in range(2))
    lines = [
        f"One earlier engagement of {name} of {census.scenario.title}. Their households cost "
        f"{chance} in {census.scenario.years} years; with the luck of all these years drawn anew "
        f"they would have cost {anew}."
    ]
    for j, way in enumerate(found.ways):
        lines.append(f"  {WAYS[way]}:")
        for luck, words in enumerate(LUCKS):
            lines.append(
                f"    {words}, share avoided if engaged in year: {_by_year(found, luck, j)}"
            )
        payers = saved_by_payer(census, found, 1, _told(found)[1], j)
        listed = ", ".join(f"{p} {drawing.about(gbp)}" for p, gbp in sorted(payers.items()))
        year = _told(found)[0] + 1
        lines.append(f"    saved by whom, luck anew, if engaged in year {year}: {listed}")
        lines += [f"    {line}" for line in _lengths(found, j)]
    return "\n".join(lines)


def _lengths(found: Missed, way: int) -> Iterator[str]:
    """What of it is from lives that end at another time: the cost of a life that has ended is
    spared to everybody, and that is no saving."""
    year, weeks = _told(found)
    for luck, words in enumerate(LUCKS):
        total = drawing.about(float(found.saved[luck, weeks, way].sum()) / len(weeks))
        sooner, later = of_other_length(found, luck, weeks, way)
        if not sooner.times and not later.times:
            continue
        yield (
            f"{words}, if engaged in year {year + 1}: of {total} saved, "
            f"{drawing.about(sooner.saved_gbp)} is of people who then die or leave sooner "
            f"({sooner.times:,} of {sooner.of:,} engagements), which is no saving, and "
            f"{drawing.about(later.saved_gbp)} of people who live here longer ({later.times:,})"
        )


def contrast(one: tuple[str, Missed], other: tuple[str, Missed]) -> str:
    """How the first group differs from the second, at the date fixed beforehand."""
    (name, a), (other_name, b) = one, other
    year = _told(a)[0] + 1
    lines = [
        f"How {name} differ from {other_name}, if engaged in year {year} with luck drawn "
        "anew (share of their own cost avoided; the difference in percentage points):"
    ]
    for j, way in enumerate(a.ways):
        mine, theirs = (share_avoided(found, 1, _told(found)[1], j) for found in (a, b))
        apart = _apart(mine, theirs)
        between = f"{100 * apart.low:+.1f} to {100 * apart.high:+.1f}"
        lines.append(
            f"  {WAYS[way]}: {_share(mine)} against {_share(theirs)}; "
            f"difference {100 * apart.mean:+.1f} ({between})"
        )
    return "\n".join(lines)


def saved_by_payer(
    census: Census, found: Missed, luck: int, weeks: Ints, way: int
) -> dict[str, float]:
    """Pounds that each payer saves, or pays more, over all the people together: the mean over
    engagements in these weeks."""
    scenario = with_team(census.scenario)
    total: dict[str, float] = {}
    by_column = found.saved[luck, weeks, way].mean(axis=0).sum(axis=0)
    for column, pounds in zip(found.columns, by_column, strict=True):
        payer = payer_of(scenario, column)
        total[payer] = total.get(payer, 0.0) + float(pounds)
    return total


def _apart(one: Interval, other: Interval) -> Interval:
    """The difference of two groups drawn apart: half widths add up as their squares."""
    half, mean = math.hypot(one.half, other.half), one.mean - other.mean
    return Interval(mean, mean - half, mean + half)


def _by_year(found: Missed, luck: int, way: int) -> str:
    """Every second year, from the first."""
    return ", ".join(
        f"{year + 1} {_share(share_avoided(found, luck, weeks, way))}"
        for year, weeks in spans(found, WEEKS_PER_YEAR).items()
        if year % 2 == 0
    )


def _told(found: Missed) -> tuple[int, Ints]:
    """The year that is told, or the last there is, and its weeks."""
    years = spans(found, WEEKS_PER_YEAR)
    year = min(TOLD_YEAR, max(years))
    return year, years[year]


def _share(share: Interval) -> str:
    return f"{share.mean:.1%} ({share.low:.1%} to {share.high:.1%})"
