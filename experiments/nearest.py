"""Can lives like those in the documents be found among the simulated? (``make lives``)

Each place is run doing nothing, for as long as the document's counts span (ten years where it has
none), with an ear to who did what; the three residents nearest to each of the documents' cases are
printed beside what the document counts.
"""

from __future__ import annotations

import dataclasses
import sys
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from agents.arrays import Ints
from experiments.likeness import Lives, distance, lives_of, matches, nearest
from scenarios.cases import Case, load_case
from scenarios.load import load_scenario
from scenarios.names import NEED_KEYS
from scenarios.resolved import Scenario
from sim.dealings import Dealing, Dealings
from sim.model import Place, warm_up_weeks

YEARS = 10
SEED = 1
NEAREST = 3
CASES = ("mr_a", "case_2", "matthew")
A_FACTOR_OF_TWO = float(np.log(2.0))
_SCENARIOS = Path(__file__).parents[1] / "scenarios"
_CARE = ("never looked after", "looked after now", "has been looked after")
WIDTH = 108
COLUMN = 16


def main() -> int:
    """Print every case beside the nearest lives; exit 0 whatever it shows: this is a report."""
    print(
        f"Doing nothing, one replicate, seed {SEED}. These are simulated people; "
        "nobody real is scored.\n"
    )
    for name in CASES:
        case = load_case(name)
        at = case.place, years_of(case)
        print("\n".join(report(case, scenario_of(*at), simulated(*at))) + "\n")
    return 0


def years_of(case: Case) -> int:
    """How long the document counts."""
    return max((known.years for known in case.compared), default=YEARS)


@cache
def scenario_of(place: str, years: int) -> Scenario:
    """A place doing nothing for so many years."""
    scenario = load_scenario(_SCENARIOS / place / "do_nothing.toml")
    return dataclasses.replace(scenario, years=years)


@cache
def simulated(place: str, years: int) -> Lives:
    """Everybody who lives there at the end."""
    scenario = scenario_of(place, years)
    dealings = Dealings(warm_up_weeks(scenario))
    run = Place(scenario, SEED, replicate=0, room_for_teams=0, listener=dealings)
    run.run_to(run.weeks)
    return lives_of(run, dealings)


def report(case: Case, scenario: Scenario, lives: Lives) -> Iterator[str]:
    """One case, line by line: the three nearest, the counts side by side, how rare, in words."""
    found, apart = nearest(lives, case, NEAREST), distance(lives, case)
    yield from textwrap.wrap(f"{case.title}. {case.document}, {case.where}", WIDTH)
    yield f"beside {scenario.title}, {len(lives.people):,} residents after {scenario.years} years"
    if len(found) == 0:
        yield "No resident matches the hard facts of this case."
        return
    yield ""
    for k, i in enumerate(found, start=1):
        yield from _wrapped(f"Person {k}, distance {apart[i]:.2f}: {_who(lives, int(i))}")
    yield ""
    yield from _counts(case, lives, found)
    yield ""
    yield from _by_agency(scenario, lives, found)
    yield ""
    first = int(found[0])
    by_counts = bool(case.compared)
    words = (
        _counts_in_words(case, lives, first)
        if by_counts
        else _profile_in_words(case, scenario, lives, first)
    )
    yield from _wrapped(" ".join((*words, _how_rare(case, lives, found))))
    yield from _wrapped(" ".join(case.remarks))


def _who(lives: Lives, i: int) -> str:
    """One simulated person in a line."""
    person = lives.people[i]
    high = [
        key
        for key, level in zip(NEED_KEYS, lives.levels[i], strict=True)
        if level >= lives.high_level
    ]
    return (
        f"a {'man' if person.male else 'woman'} of {lives.age_years[i]}, adverse childhood "
        f"experiences {person.aces}, {_CARE[person.care]}, children {person.children}, "
        f"high needs today: {_listed(high)}"
    )


def _counts(case: Case, lives: Lives, found: Ints) -> Iterator[str]:
    """The document's counts beside contacts and weeks attended, and the highest of any resident."""
    heads = f"{'document':>10}{_heads(found)}{'most of any':>{COLUMN}}"
    yield f"  {'contacts and weeks attended together':34}{heads}"
    for known in case.counts:
        cells = "not compared".rjust(COLUMN)
        if known.agencies:
            had = lives.dealings(known.agencies)
            cells = "".join(f"{n:>{COLUMN},}" for n in (*had[found], had.max()))
        yield f"  {known.title + f' ({known.years} years)':34}{known.count:>10,}{cells}"
    if not case.counts:
        yield "  (the document gives no counts)"


def _by_agency(scenario: Scenario, lives: Lives, found: Ints) -> Iterator[str]:
    """Contacts, weeks attended and refusals at every agency that any of the nearest dealt with."""
    yield f"  {'contacts / weeks attended / refusals':44}{_heads(found)}"
    for name in lives.agencies:
        had = np.array([lives.had([name], count)[found] for count in Dealing])
        if had.any():
            cells = "".join(f"{' / '.join(map(str, person)):>{COLUMN}}" for person in had.T)
            yield f"  {scenario.evidence.agencies[name].title:44}{cells}"


def _counts_in_words(case: Case, lives: Lives, i: int) -> Iterator[str]:
    """How near the nearest counts come, what differs, and how many others come near."""
    apart = distance(lives, case)
    had = [int(lives.dealings(known.agencies)[i]) for known in case.compared]
    pairs = list(zip(had, case.compared, strict=True))
    fewer = [known.title for n, known in pairs if 2 * n < known.count]
    more = [known.title for n, known in pairs if n > 2 * known.count]
    found = "found" if apart[i] <= A_FACTOR_OF_TWO else "not found"
    yield (
        f"A life with counts like these is {found}: the nearest is within a factor of "
        f"{np.exp(apart[i]):.1f} of the document on average over its agencies. Less than half the "
        f"document's: {_listed(fewer)}. More than twice: {_listed(more)}. In all {sum(had):,} "
        f"beside {sum(known.count for known in case.compared):,}."
    )
    yield (
        f"Of {matches(lives, case).sum():,} residents who match the hard facts ({_facts(case)}), "
        f"{(apart <= A_FACTOR_OF_TWO).sum():,} are within a factor of two on average."
    )


def _profile_in_words(case: Case, scenario: Scenario, lives: Lives, i: int) -> Iterator[str]:
    """Which of the needs and refusals the nearest life has, and how many others have them."""
    needs = [NEED_KEYS.index(need) for need in case.needs]
    high = lives.levels[:, needs] >= lives.high_level
    refusals = np.array([lives.had([name], Dealing.REFUSED) for name in case.refused_by])
    names = [scenario.evidence.agencies[name].title for name in case.refused_by]
    refused = _listed([f"{name} ({n})" for name, n in zip(names, refusals[:, i], strict=True)])
    all_high, by_all = np.asarray(high.all(axis=1)), np.asarray((refusals > 0).all(axis=0))
    alike = matches(lives, case)
    found = "found" if all_high[i] and by_all[i] else "not found"
    yield (
        f"A life like this is {found}: of the {len(needs)} needs described the nearest has "
        f"{high[i].sum()} at a high level today, at {lives.age_years[i]} beside {case.age} years "
        f"of age; refusals in {scenario.years} years: {refused}."
    )
    yield (
        f"Of {alike.sum():,} residents who match the hard facts ({_facts(case)}), "
        f"{(alike & by_all).sum():,} were refused by both in that time, "
        f"{(alike & all_high).sum():,} have all of these needs high today, and "
        f"{(alike & all_high & by_all).sum():,} both."
    )


def _how_rare(case: Case, lives: Lives, found: Ints) -> str:
    """Where these lives stand among all who had any contact: do they lie outside the simulated?"""
    compared = [name for known in case.compared for name in known.agencies]
    total = lives.dealings(compared or lives.agencies)
    among = total[total > 0]
    ranks = [
        f"{total[i]:,} (rank {(among > total[i]).sum() + 1:,}, {_top(among, total[i])})"
        for i in found
    ]
    whom = "these agencies" if compared else "any agency"
    text = (
        f"{len(among):,} residents had any contact with {whom}. "
        f"Of all their contacts and weeks attended, the nearest had {_listed(ranks)}."
    )
    if not compared:
        return text
    known = sum(count.count for count in case.compared)
    return f"{text} As many as the document counts, or more: {(among >= known).sum():,} residents."


def _top(among: Ints, total: int) -> str:
    return f"top {100 * (among >= total).mean():.2g}%"


def _facts(case: Case) -> str:
    facts = [
        case.sex,
        f"{case.age_from} to {case.age_to}" if case.age_to < 120 else "adult throughout",
    ]
    if case.care_experienced is not None:
        facts.append("looked after as a child" if case.care_experienced else "never looked after")
    if case.aces_at_least:
        facts.append(f"adverse childhood experiences {case.aces_at_least} or more")
    return ", ".join(facts)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names) or "none"


def _heads(found: Ints) -> str:
    return "".join(f"{f'person {k}':>{COLUMN}}" for k in range(1, len(found) + 1))


def _wrapped(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


if __name__ == "__main__":
    sys.exit(main())
