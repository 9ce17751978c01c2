"""What must balance in every run, as functions of a place that give what is left over."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.arrays import CaseStatus, Count, Floats, Ints, Refusal, Table
from sim.model import Place


def lost_referrals(place: Place, begun: Ints) -> Ints:
    """Referrals past an agency's screening that neither ended once nor still wait; 0 if all do.

    begun  int64[doors]  cases that were open when the run began, without a referral
    """
    tally, n = place.world.tally, int(place.rules.n_agencies)
    refused = tally.found_below.sum(axis=0, dtype=np.int64)
    for reason in (Refusal.EXCLUDED, Refusal.GAVE_UP, Refusal.LEFT):
        refused = refused + tally.refused[:, :, reason].sum(axis=0)
    ended = refused + tally.opened.sum(axis=0)
    lost: Ints = tally.accepted.sum(axis=0) + begun - ended - _cases(place, waiting=True)
    return lost[:n]


def lost_cases(place: Place) -> Ints:
    """Cases opened that were neither closed once nor are still open; 0 if all were or are."""
    tally = place.world.tally
    closed = tally.closed.sum(axis=(0, 2), dtype=np.int64)
    lost: Ints = tally.opened.sum(axis=0) - closed - _cases(place, waiting=False)
    return lost


def miscounted_places(place: Place) -> float:
    """The largest gap between the places counted as taken and those that the cases take."""
    cases = _in_use(place)
    taken = np.zeros(len(place.world.used))
    np.add.at(taken, cases.door[cases.status == CaseStatus.OPEN], 1.0)
    np.add.at(
        taken, cases.door[cases.status == CaseStatus.WATCHED], float(place.course.watch_share)
    )
    return float(np.abs(taken - place.world.used).max())


def in_two_states(place: Place) -> int:
    """Cases beyond the first of one person at one door; there must be none."""
    cases = _in_use(place)
    pairs = np.stack([cases.person, cases.door])
    return len(cases) - len(np.unique(pairs, axis=1).T)


def overfull(place: Place, before: Floats) -> Ints:
    """Doors with more places taken than there are, and more than the week ``before``."""
    used = place.world.used
    places = place.doors.places[: len(used)]
    return np.flatnonzero((used > places + 1e-6) & (used > before + 1e-6))


def miscounted_queues(place: Place) -> Ints:
    """Doors whose number of people waiting is not that of the cases that wait there."""
    return np.flatnonzero(_cases(place, waiting=True)[: len(place.world.waiting)]
                          != place.world.waiting)  # fmt: skip


def lost_people(place: Place) -> int:
    """Rows of people, residents now or once, that counts of residents do not account for."""
    people = place.world.people[: place.world.counts[Count.PEOPLE]]
    return int((people.resident == 1).sum()) - int(place.world.counts[Count.RESIDENTS])


def out_of_range(place: Place) -> list[str]:
    """Columns with a value that is not a number or outside of what it can be."""
    awake: Any = place.world.awake[: place.world.counts[Count.AWAKE]]
    people: Any = place.world.people[: place.world.counts[Count.PEOPLE]]
    shares = [(name, awake[name]) for name in ("level", "set_point", "support", "trust")]
    shares += [("trust of sleepers", people.trust)]
    amounts = [(name, awake[name]) for name in ("burden", "untreated", "onset_hazard", "spend")]
    amounts += [(name, people[name]) for name in ("frailty", "propensity", "aces", "children")]
    amounts += [("assessment slots", place.world.slots), ("places taken", place.world.used + 1e-6)]
    wrong = [name for name, x in shares if not ((x >= 0.0) & (x <= 1.0)).all()]
    return wrong + [name for name, x in amounts if not ((x >= 0) & np.isfinite(x)).all()]


def _cases(place: Place, waiting: bool) -> Ints:
    """Cases at each door that wait, or that are open or watched."""
    cases = _in_use(place)
    chosen = (cases.status < CaseStatus.OPEN) == waiting
    return np.bincount(cases.door[chosen], minlength=place.world.tally.opened.shape[1])


def _in_use(place: Place) -> Table:
    cases: Any = place.world.cases[: place.world.counts[Count.CASES]]
    return cases  # type: ignore[no-any-return]
