"""One person who dies in one scenario and lives to the end of the years in another."""

from __future__ import annotations

from functools import cache

from agents.arrays import Happening, LifeEvent
from experiments.census import Census, name_of, take_census
from experiments.journey import Journey
from experiments.lives import journeys_of
from tests.worlds import tight


@cache
def died_and_lived() -> tuple[Journey, Journey]:
    """In a thirtieth of Portsmouth: doing nothing, and with early intervention."""
    one, other = (
        take_census(tight(name, share=0.03, years=3), 7, 1)
        for name in ("do_nothing", "early_intervention")
    )
    return found_in(one, other)


def found_in(one: Census, other: Census) -> tuple[Journey, Journey]:
    """The first who dies in ``one`` and lives in ``other``."""
    here = {int(k) for k in other.key[other.people.resident == 1]}
    gone = (one.people.resident == 0) & (one.people.life_event == LifeEvent.DEATH)
    names = [name_of(int(k)) for k in one.key[gone] if int(k) in here]
    assert names, "there is such a life in this small place"
    died, lived = (journeys_of(census, names[:1])[names[0]] for census in (one, other))
    assert died.ended is not None and died.ended.kind == Happening.DIED and lived.ended is None
    return died, lived
