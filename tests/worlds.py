"""Places stopped at a week, changes made for a test, and worlds compared byte for byte."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.lib.recfunctions import repack_fields

from agents.arrays import LONG_AGO, NOBODY, Count, Table, World
from experiments.bench.places import with_budget
from scenarios.changes import BudgetChange, Change, TeamChange
from scenarios.resolved import DatedChange, Scenario
from sim.model import Place
from tests.small import small


def tight(name: str = "do_nothing", share: float = 0.02, years: int = 2) -> Scenario:
    """As `small`, with budgets and teams as small as the place, so that there are queues."""
    return _with_budgets(small(name, share, years), share)


def tightened(scenario: Scenario, share: float) -> Scenario:
    """Any scenario with ``share`` of its residents, budgets and teams."""
    bands = {band: share * people for band, people in scenario.place.population.items()}
    place = scenario.place.model_copy(update={"population": bands})
    return _with_budgets(replace(scenario, place=place), share)


def _with_budgets(scenario: Scenario, share: float) -> Scenario:
    register = scenario.evidence
    agencies = {key: with_budget(spec, share) for key, spec in register.agencies.items()}
    changes = tuple(
        replace(dated, change=_smaller(dated.change, share)) for dated in scenario.changes
    )
    return replace(scenario, evidence=replace(register, agencies=agencies), changes=changes)


def _smaller(change: Change, share: float) -> Change:
    if isinstance(change, TeamChange):
        return change.model_copy(update={"posts": share * change.posts})
    if isinstance(change, BudgetChange) and change.set_gbp_per_year is not None:
        money = change.set_gbp_per_year
        less = money.model_copy(update={"value": share * money.value})
        return change.model_copy(update={"set_gbp_per_year": less})
    return change


def changed(
    scenario: Scenario, *changes: Change, start: int = 0, end: int | None = None, ramp: int = 0
) -> Scenario:
    """The scenario with further changes; ``start`` and ``end`` in weeks since it starts."""
    first = scenario.start + dt.timedelta(weeks=start)
    last = None if end is None else scenario.start + dt.timedelta(weeks=end)
    added = tuple(DatedChange(change, first, last, ramp, "test") for change in changes)
    return replace(scenario, name="changed", changes=scenario.changes + added)


def at_week(scenario: Scenario, week: int, seed: int = 1, teams: int = 1) -> Place:
    """A place run to the beginning of ``week``, counted from the warm-up's first."""
    place = Place(scenario, seed, 0, teams)
    place.run_to(week)
    return place


def finished(scenario: Scenario, seed: int = 1, teams: int = 1) -> Place:
    """A place run to its end."""
    place = Place(scenario, seed, 0, teams)
    place.run_to(place.weeks)
    return place


def in_use(place: Place, table: Count) -> Table:
    """The rows of people, awake or cases that are in use."""
    tables = {
        Count.PEOPLE: place.world.people,
        Count.AWAKE: place.world.awake,
        Count.CASES: place.world.cases,
    }
    rows: Any = tables[table][: place.world.counts[table]]
    return rows  # type: ignore[no-any-return]


def differing(a: World, b: World) -> list[str]:
    """The parts of two worlds that are not the same bytes."""
    return [
        name
        for name, one, other in zip(World._fields, a, b, strict=True)
        if packed(one).tobytes() != packed(other).tobytes()
    ]


def packed(table: Any) -> Any:
    """A table without the padding between its columns, which holds whatever was in memory."""
    return repack_fields(table) if table.dtype.names else table


def same_record(a: Any, b: Any) -> bool:
    """Whether two policies give every field the same bytes, whatever lies between fields."""
    return all(a[name].tobytes() == b[name].tobytes() for name in a.dtype.names)


LINKS = ("family", "first_child", "next_sibling")


def lives(place: Place) -> dict[int, tuple[bytes, bytes]]:
    """Everything about each resident, past and present, by key and without any row number."""
    people = in_use(place, Count.PEOPLE).copy()
    keys = people.key.copy()
    families = np.where(people.family == NOBODY, 0, keys[people.family])
    awake = in_use(place, Count.AWAKE).copy()
    slots, records = slots_of(place), people.record.copy()
    for name in (*LINKS, "record"):
        people[name] = NOBODY
    awake.person = NOBODY
    people, awake = packed(people), packed(awake)
    found = {}
    for i, key in enumerate(keys):
        mine = awake[slots[i]].tobytes() if slots[i] != NOBODY else b""
        past = remembered(place.world, int(records[i])) + families[i].tobytes()
        found[int(key)] = (people[i].tobytes() + past, mine)
    return found


def slots_of(place: Place) -> Any:
    """The row among the awake of every resident, past and present, or NOBODY."""
    return place.world.slot[: place.world.counts[Count.PEOPLE]]


def remembered(world: World, record: int) -> bytes:
    """What agencies remember of a person: as many doors as have ever dealt with anybody."""
    if record == NOBODY:
        return b""
    doors = [
        int(world.ever_open[record]),
        *world.accepted_week[record],
        *world.withdrawn_week[record],
    ]
    return np.array([x for x in doors if x != LONG_AGO]).tobytes()


def with_general(scenario: Scenario, name: str, value: float) -> Scenario:
    """The scenario with another value for one of the general numbers."""
    general = scenario.evidence.general
    other = general | {name: general[name].model_copy(update={"value": value})}
    return replace(scenario, evidence=replace(scenario.evidence, general=other))
