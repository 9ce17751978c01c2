"""One resident, to read: for notebooks, journeys and pages."""

from __future__ import annotations

from dataclasses import dataclass

from agents.arrays import NOBODY, CaseStatus, World
from scenarios.names import NEED_KEYS


@dataclass(frozen=True)
class Person:
    """A look at one resident in one week. Nothing here is used by the model."""

    number: int
    age: float
    male: bool
    resident: bool
    aces: int
    care: str
    deprivation_fifth: int
    trust: float
    levels: dict[str, float]
    set_points: dict[str, float]
    standing: dict[str, str]
    """Agencies and teams at which the person waits or has a case."""


def person(world: World, doors: tuple[str, ...], number: int, week: int) -> Person:
    """What is known of resident ``number`` in ``week``. Raises IndexError for an unknown one."""
    if not 0 <= number < world.counts[0]:
        raise IndexError(f"there is no resident {number}; they run from 0 to {world.counts[0] - 1}")
    row = world.people[number]
    slot = int(world.slot[number])
    awake = world.awake[slot] if slot != NOBODY else None
    return Person(
        number=number,
        age=(week - int(row.birth_week)) / 52.0,
        male=bool(row.male),
        resident=bool(row.resident),
        aces=int(row.aces),
        care=("never", "now", "has been")[int(row.care)],
        deprivation_fifth=int(row.quintile) + 1,
        trust=float(row.trust if awake is None else awake.trust),
        levels=_by_need(awake, "level"),
        set_points=_by_need(awake, "set_point"),
        standing={
            name: CaseStatus(int(awake.standing[d])).name.lower()
            for d, name in enumerate(doors)
            if awake is not None and awake.standing[d] != CaseStatus.NONE
        },
    )


def _by_need(awake: object, field: str) -> dict[str, float]:
    if awake is None:
        return dict.fromkeys(NEED_KEYS, 0.0)
    return {key: float(x) for key, x in zip(NEED_KEYS, getattr(awake, field), strict=True)}
