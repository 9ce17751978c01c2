"""The fast engine does what the plain twin does, person by person and week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from agents import streams as fast
from scenarios.names import ADULT_BAND, Need
from scenarios.schema import Mechanisms
from sim.model import Place
from tests.reference import streams as plain
from tests.reference.case import Closure, Refusal
from tests.reference.compare import TOLERANCE, SideBySide
from tests.reference.first_week import twin_of
from tests.reference.neighbourhood import TEAMS, WEEKS, YEARS, needy
from tests.reference.record import Kind
from tests.reference.teams import PassedOver

MECHANISMS = tuple(Mechanisms.model_fields)
AWAKE_AT_LEAST = 200
_YES_OR_NO = (Kind.TEAM_ASKED, Kind.CHILD_CONCERN, Kind.CROSSED_AGE)


@cache
def compared(mechanism_off: str | None) -> SideBySide:
    """Both run to the end, or to the first week in which they differ.

    With a mechanism off there is no warm-up, so that it is off for all 104 weeks.
    """
    both = SideBySide(needy(mechanism_off, warm_up_years=0 if mechanism_off else 1), TEAMS)
    both.run(both.place.weeks)
    return both


@pytest.mark.parametrize("off", [None, *MECHANISMS])
def test_engine_and_twin_agree(off: str | None) -> None:
    both = compared(off)
    assert not both.found, "\n".join(map(str, both.found[:20]))
    assert both.place.week == (52 * YEARS if off else WEEKS)
    assert both.largest <= TOLERANCE
    assert both.twin.record.weeks[0]["people", "AWAKE"] >= AWAKE_AT_LEAST


def everything_seen() -> Counter[tuple[Kind, int, str | int]]:
    seen: Counter[tuple[Kind, int, str | int]] = Counter()
    for off in (None, *MECHANISMS):
        seen += compared(off).seen
    return seen


def expected() -> Iterator[tuple[Kind, str | int | None]]:
    """Whatever can happen, with every reason, every life event and every outcome of a crisis."""
    yield from ((kind, None) for kind in Kind)
    yield from ((Kind.REFUSED, reason.name) for reason in Refusal)
    yield from ((Kind.CLOSED, reason.name) for reason in Closure)
    register = needy().evidence
    yield from ((Kind.LIFE_EVENT, event) for event in range(len(register.events)))
    yield from ((Kind.CONTACT, 1 + outcome) for outcome in range(len(register.crisis.outcomes)))
    yield from ((kind, yes) for kind in _YES_OR_NO for yes in (0, 1))
    yield from ((Kind.PASSED_OVER, reason) for reason in PassedOver)


def test_the_compared_runs_hold_everything_that_can_happen() -> None:
    seen = everything_seen()
    happened = {(kind, detail) for kind, _, detail in seen} | {(kind, None) for kind, *_ in seen}
    assert not set(expected()) - happened


def test_every_team_found_people_by_its_rule() -> None:
    both = compared(None)
    teams = [agency for agency in both.twin.agencies if agency.is_team]
    agreed = {door for kind, door, yes in both.seen if kind == Kind.TEAM_ASKED and yes == 1}
    assert agreed == {team.number for team in teams}
    assert len(teams) == TEAMS


def test_changes_of_cases_destinations_events_and_trust_are_in_force() -> None:
    """At the end of the compared run the twin is told other numbers than at its beginning."""
    place, twin = Place(needy(), 1, 0, TEAMS), compared(None).twin
    first = twin_of(place)
    family, early_help = Need.FAMILY, [a.name for a in place.agencies].index("early_help")
    effects = [t.agencies[early_help].rules.effect[family] for t in (first, twin)]
    assert effects[1] == pytest.approx(effects[0] / 1.5)
    assert first.place.accepts[family] != twin.place.accepts[family]
    eviction = list(needy().evidence.events).index("eviction")
    slopes = [t.course.event_slope[eviction] for t in (first, twin)]
    assert slopes[1] == pytest.approx([3.0 * slope for slope in slopes[0]])
    for loss in ("trust_loss_refusal", "trust_loss_turnover"):
        assert getattr(twin.course, loss) == pytest.approx(getattr(first.course, loss) / 2)


def test_managers_tighten_the_rules() -> None:
    assert any(agency.pressure > 0.5 for agency in compared(None).twin.agencies)


def test_a_twin_begins_in_the_first_week() -> None:
    place = Place(needy(), 1, 0, TEAMS)
    place.step()
    with pytest.raises(ValueError, match="begins in week 0"):
        twin_of(place)


# random numbers


def test_the_streams_have_the_same_numbers() -> None:
    assert {stream.name: stream.value for stream in plain.Stream}.items() <= {
        stream.name: stream.value for stream in fast.Stream
    }.items()


@pytest.mark.parametrize("key", [0, 1, 2**32, 2**63 + 12345, 2**64 - 1])
def test_the_draws_are_the_same(key: int) -> None:
    fast_key = np.uint64(key)
    assert plain.mix(key) == int(fast.mix(fast_key))
    for week in (0, 1, 5_000):
        base = plain.address(key, plain.Stream.EVENT, week)
        fast_base = np.uint64(fast.address(fast_key, fast.Stream.EVENT, week))
        assert base == int(fast_base)
        assert plain.uniform(base, key) == fast.uniform(fast_base, fast_key)
        for part in (0, 1, 191):
            assert plain.uniform_of(base, key, part) == fast.uniform_of(fast_base, fast_key, part)
    assert plain.key_of_child(key, 3) == int(fast.child_key(fast_key, 3))


def test_sharing_out_is_the_same() -> None:
    cumulative = [0.25, 0.25, 0.999]
    for u in (0.0, 0.2499, 0.25, 0.5, 0.9999):
        assert plain.pick(cumulative, u) == fast.pick(np.array(cumulative), u)


def test_children_of_the_neighbourhood_grow_up() -> None:
    """Some of those who were children in the first week are adults in the last."""
    twin = compared(None).twin
    grown = [p for p in twin.people if p.birth_week > -18 * 52 and p.band >= ADULT_BAND]
    assert grown
