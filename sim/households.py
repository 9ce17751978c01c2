"""A few households taken out of a place, as a small world of their own.

A household is all who are joined by `PERSON.family`: a mother, the father, children who are not yet
adults or have no family of their own. Beyond the agencies nobody else reaches into a life. The same
household may be taken several times: the copies do not meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from agents.arrays import NOBODY, Count, Ints, World, new_table
from sim.world import without_slack


@dataclass(frozen=True, eq=False)
class Taken:
    """A small world, and where its people come from."""

    world: World
    origin: Ints
    """[people] their rows in the place"""
    copy: Ints
    """[people] the copy that each belongs to"""
    persons: Ints
    """[copies] the row, in the small world, of the person whose household was asked for"""


def households(world: World, persons: Sequence[int]) -> dict[int, Ints]:
    """The members of each person's household, in the order of their rows."""
    family = world.people.family[: world.counts[Count.PEOPLE]]
    near = _all_joined(family, persons)
    joined = np.flatnonzero(family[near] != NOBODY)
    heads = np.searchsorted(near, family[near[joined]])
    links = coo_array((np.ones(len(joined)), (joined, heads)), shape=(len(near), len(near)))
    label = connected_components(links, directed=False)[1]
    order = np.argsort(label, kind="stable")
    mine = label[np.searchsorted(near, persons)]
    starts = np.searchsorted(label[order], mine)
    ends = np.searchsorted(label[order], mine, side="right")
    return {p: near[order[a:b]] for p, a, b in zip(persons, starts, ends, strict=True)}


def _all_joined(family: NDArray[np.int32], persons: Sequence[int]) -> Ints:
    """Everybody of all these persons' households, in the order of their rows."""
    found = np.zeros(len(family) + 1, np.bool_)  # the last stands for NOBODY
    found[list(persons)] = True
    before = 0
    while before < found.sum():
        before = int(found.sum())
        found[family[found[:-1]]] = True
        found[-1] = False
        found[:-1] |= found[family]
    return np.asarray(np.flatnonzero(found[:-1]), np.int64)


def take(world: World, persons: Sequence[int], members: Mapping[int, Ints] | None = None) -> Taken:
    """A small world with the household of each of ``persons``, once for each time one is named.

    ``members`` names others who are to be taken along, in the order of their rows; else they are
    those of today's household.
    """
    if members is None:
        members = households(world, list(dict.fromkeys(persons)))
    members = {p: members[p] for p in dict.fromkeys(persons)}
    sizes = np.array([len(members[p]) for p in persons])
    start = np.concatenate([[0], np.cumsum(sizes)])
    origin = np.concatenate([members[p] for p in persons])
    at = [int(np.searchsorted(members[p], p)) for p in persons]
    links = {p: _links(world, mine) for p, mine in members.items()}
    small = _people(world, origin)
    for name in ("family", "first_child", "next_sibling"):
        local = np.concatenate([links[p][name] for p in persons])
        shift = np.repeat(start[:-1], sizes)
        small.people[name] = np.where(local == NOBODY, NOBODY, local + shift)
    cases = _cases(world, members)
    small = _awake(world, small, origin)
    small = _with_cases(world, small, [(cases[p], members[p]) for p in persons], start)
    small = _with_records(world, small, origin)
    copies = np.repeat(np.arange(len(persons)), sizes)
    return Taken(without_slack(small), origin, copies, start[:-1] + np.array(at, np.int64))


def _people(world: World, origin: Ints) -> World:
    """The rows of people, with nothing else yet."""
    n = len(origin)
    counts = np.zeros(len(Count), np.int64)
    counts[Count.PEOPLE] = n
    counts[Count.RESIDENTS] = int(world.people.resident[origin].sum())
    return world._replace(
        people=world.people[origin].copy().view(np.recarray),
        due_week=world.due_week[origin].copy(),
        slot=np.full(n, NOBODY, np.int32),
        counts=counts,
        tally=new_table(world.tally.dtype, len(world.tally)),
        quarters=new_table(world.quarters.dtype, len(world.quarters)),
        years=new_table(world.years.dtype, len(world.years)),
        waiting=np.zeros_like(world.waiting),
        used=np.zeros_like(world.used),
        slots=np.zeros_like(world.slots),
        cut_off=world.cut_off.copy(),
        concerned=np.zeros(n, np.int64),
        mothers_burden=np.zeros(n),
        trace=new_table(world.trace.dtype, 0),
    )


def _links(world: World, mine: Ints) -> dict[str, Ints]:
    """Family links as places within the household; those who have left it are passed over."""
    place = {int(i): k for k, i in enumerate(mine)}
    people = world.people
    found = {name: np.full(len(mine), NOBODY) for name in ("family", "first_child", "next_sibling")}
    for k, i in enumerate(mine):
        found["family"][k] = place.get(int(people.family[i]), NOBODY)
        for name in ("first_child", "next_sibling"):
            other = int(people[name][i])
            while other != NOBODY and other not in place:
                other = int(people.next_sibling[other])
            found[name][k] = place.get(other, NOBODY)
    return found


def _awake(world: World, small: World, origin: Ints) -> World:
    """The rows of those who are awake."""
    slots = world.slot[origin]
    rows = np.flatnonzero(slots != NOBODY)
    small.slot[rows] = np.arange(len(rows))
    small.counts[Count.AWAKE] = len(rows)
    awake = world.awake[slots[rows]].copy().view(np.recarray)
    awake.person = rows
    return small._replace(awake=awake)


def _cases(world: World, members: Mapping[int, Ints]) -> dict[int, Ints]:
    """The rows of each household's cases, in the order of their referral."""
    person = world.cases.person[: world.counts[Count.CASES]]
    wanted = np.flatnonzero(np.isin(person, np.concatenate(list(members.values()))))
    return {p: wanted[np.isin(person[wanted], mine)] for p, mine in members.items()}


def _with_cases(
    world: World, small: World, parts: Sequence[tuple[Ints, Ints]], start: Ints
) -> World:
    rows = np.concatenate([cases for cases, _ in parts])
    table = world.cases[rows].copy().view(np.recarray)
    table.person = np.concatenate(
        [
            first + np.searchsorted(mine, world.cases.person[cases])
            for (cases, mine), first in zip(parts, start[:-1], strict=True)
        ]
    )
    small.counts[Count.CASES] = len(rows)
    return small._replace(cases=table, ranks=np.zeros(len(rows)))


def _with_records(world: World, small: World, origin: Ints) -> World:
    """What agencies remember of them."""
    record = world.people.record[origin]
    known = np.flatnonzero(record != NOBODY)
    small.people.record[known] = np.arange(len(known))
    small.counts[Count.RECORDS] = len(known)
    rows = record[known]
    return small._replace(
        withdrawn_week=world.withdrawn_week[rows].copy(),
        accepted_week=world.accepted_week[rows].copy(),
        ever_open=world.ever_open[rows].copy(),
    )
