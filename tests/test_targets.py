"""The model's orders of magnitude are those of the documents and the official figures."""

from __future__ import annotations

from functools import cache

import pytest

from calibration.targets import Target, load_targets, places_with_targets
from experiments.targets import Held, hold_against_targets

ALL = [(place, target) for place in places_with_targets() for target in load_targets(place)]


@cache
def held(place: str) -> dict[str, Held]:
    return {held.target.id: held for held in hold_against_targets(place)}


@pytest.mark.parametrize(
    ("place", "target"), ALL, ids=[f"{target.id}-{target.measure}" for _, target in ALL]
)
def test_a_target_is_met(place: str, target: Target) -> None:
    found = held(place)[target.id]
    assert target.low <= found.value <= target.high, target.definition


def test_there_are_targets_of_both_places() -> None:
    assert {place for place, _ in ALL} == {"portsmouth", "wiltshire"}
