"""Where a budget moves: money that buys empty places, and people who wait for an assessment.

Posts give places and assessments. Where places are full today more money may buy more than are
taken; and where people wait beside empty places, it is assessments that are short, of which the
number rests on judgement. Places that stand empty today are told by `experiments.empty_places`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.own_budgets import STATUS, place_file, places
from scenarios.names import WEEKS_PER_YEAR
from scenarios.problems import listed
from scenarios.resolved import Scenario
from sim.policy import weeks_since

Floats = NDArray[np.float64]

MOVES: Final = ("budget", "caseload")
"""Kinds of change that move an agency's places."""
FULL: Final = 0.95
"""Share of places taken, on average, from which on they count as all taken."""
HALF_EMPTY: Final = 0.8
"""The same, below which people who wait do not wait for a place."""
NO_WAIT: Final = 0.1
"""Weeks of waiting below which nobody waits."""
BUYS_EMPTY: Final = "part of its money buys empty places: "
TO_WRITE: Final = ": write your own"
NOT_A_PLACE: Final = ": people wait for an assessment there, not for a place"


def short_notes(
    scenarios: Sequence[Scenario],
    years: Mapping[str, Mapping[str, Floats]],
    labels: Mapping[str, str],
    agencies: Mapping[str, str],
    told: Mapping[str, Collection[str]],
) -> Iterator[str]:
    """A note for each scenario that buys empty places, and for each agency short of assessments.

    The first scenario is the base; ``years`` has the measures of each by its name, [years], means
    over replicates. Of the agencies in ``told`` those scenarios have been told of already.
    """
    base, *others = scenarios
    before = places(base)
    moved: dict[str, list[Scenario]] = {}
    for scenario in others:
        first = _first_year(scenario)
        for agency, after in places(scenario).items():
            if scenario.name in told.get(agency, ()) or after == before.get(agency, after):
                continue
            moved.setdefault(agency, []).append(scenario)
            taken = _empty(years[scenario.name], agency, after, first)
            if after > before[agency] and taken is not None:
                yield (
                    f"“{labels[scenario.name]}”: {BUYS_EMPTY}{agencies[agency]} has {after:,.0f} "
                    f"places in the end, of which {taken:,.0f} are taken, and nobody waits there."
                )
    for agency, those in moved.items():
        if where := _short_of_assessments(base, those, years, labels, agency):
            rate = base.evidence.agencies[agency].assessments_per_post_per_week
            yield (
                f"{agencies[agency]}{NOT_A_PLACE}: {where}. What a budget does there rests first "
                f"of all on assessments_per_post_per_week = {rate.value:g} ({STATUS[rate.status]})"
                f"{TO_WRITE} into {place_file(base)}, below [agencies.{agency}], before you "
                "believe this."
            )


def brings_waiting(scenario: Scenario, agency: str, years: Mapping[str, Floats]) -> bool:
    """Whether people wait there in most years from the first that is wholly the scenario's on."""
    wait = _of(years, "wait_weeks", agency, _first_year(scenario))
    return 2 * int((wait >= NO_WAIT).sum()) > len(wait)


def in_short(notes: Sequence[str]) -> Iterator[str]:
    """Such notes among those of a result, a line each sort, for wherever it is read."""
    for note in notes:
        if BUYS_EMPTY in note:
            title = note.partition(BUYS_EMPTY)[2].partition(" has ")[0]
            yield f"{BUYS_EMPTY[0].upper()}{BUYS_EMPTY[1:]}{title}."
    short = [note.partition(NOT_A_PLACE)[0] for note in notes if NOT_A_PLACE in note]
    if short:
        yield f"{listed(short)}{NOT_A_PLACE}."


def what_they_rest_on(note: str) -> str:
    """What such a note counts, as far as the number that it rests on; any other as it is."""
    return (
        note.partition(TO_WRITE)[0].replace(NOT_A_PLACE, "") + "." if NOT_A_PLACE in note else note
    )


def _first_year(scenario: Scenario) -> int:
    """The first year that is wholly after places are first moved, from 0; the last at most."""
    starts = (weeks_since(scenario.start, d.start) for d in scenario.changes
              if d.change.kind in MOVES)  # fmt: skip
    return min(scenario.years - 1, -(-max(0, min(starts, default=0)) // WEEKS_PER_YEAR))


def _of(years: Mapping[str, Floats], what: str, agency: str, first: int) -> Floats:
    """A measure from the year ``first`` on; empty where there is none."""
    return np.asarray(years.get(f"{what}.{agency}", ()), np.float64)[first:]


def _empty(years: Mapping[str, Floats], agency: str, there: float, first: int) -> float | None:
    """How many places are taken, where some stand empty and nobody waits in most years."""
    taken, wait = (_of(years, what, agency, first) for what in ("open", "wait_weeks"))
    if not len(taken) or not len(wait):
        return None
    when = (taken < FULL * there) & ~(wait >= NO_WAIT)
    return float(taken.mean()) if 2 * when.sum() > len(when) else None


def _short_of_assessments(
    base: Scenario,
    moving: Sequence[Scenario],
    years: Mapping[str, Mapping[str, Floats]],
    labels: Mapping[str, str],
    agency: str,
) -> str:
    """How many wait beside empty places: today, or else where its places are moved; or empty."""
    first = min(_first_year(scenario) for scenario in moving)
    today = _waiting(base, years[base.name], agency, first)
    if today.short:
        return (
            f"if nothing is changed, {today.taken} places are taken while {today.wait} people wait"
        )
    then = [(labels[s.name], _waiting(s, years[s.name], agency, _first_year(s))) for s in moving]
    said = [f"in “{label}” {one.taken} while {one.wait} wait" for label, one in then if one.short]
    if not said:
        return ""
    return (
        f"if nothing is changed, {today.taken} places are taken while {today.wait} people wait, "
        f"{', '.join(said)}, after the change"
    )


class _Waiting(NamedTuple):
    """How full an agency is, and how many wait, from a year on."""

    taken: str
    wait: str
    short: bool
    """Whether people wait while places stand empty, in most of these years."""


def _waiting(scenario: Scenario, years: Mapping[str, Floats], agency: str, first: int) -> _Waiting:
    there = places(scenario)[agency]
    taken, wait, waiting = (
        _of(years, what, agency, first) for what in ("open", "wait_weeks", "waiting")
    )
    if not len(taken) or not len(wait) or not len(waiting):
        return _Waiting("", "", False)
    when = (taken < HALF_EMPTY * there) & (wait >= NO_WAIT)
    return _Waiting(
        f"{taken.mean():,.0f} of {there:,.0f}",
        f"{waiting.mean():,.0f}",
        2 * int(when.sum()) > len(when),
    )
