"""Every pattern is there, and goes when its own mechanism is switched off.

Portsmouth as it is, at fixed seeds: budgets do not shrink with a smaller place, so that its doors
would have no queues.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy.special import stdtr

from experiments.compare import Floats, Replicates
from experiments.knockouts import how_people_fare, load_worlds, simulate, verdict
from experiments.patterns import (
    CLAIMS,
    DO_NOTHING,
    EMERGENCY,
    Claim,
    Direction,
    Figure,
    knock_out,
    switched_off,
    values,
    world,
    worlds,
)
from experiments.stats import Interval, paired_difference, pairwise
from tests.small import small

YEARS, REPLICATES, SEED = 4, 6, 1
FALSE_ALARM = 0.05
"""The chance that any claim at all would pass if no mechanism carried its pattern; shared out
evenly among the claims (Bonferroni), so it holds however they depend on each other."""

Found = Mapping[str, Replicates]


@pytest.fixture(scope="session")
def found() -> Found:
    return simulate(load_worlds("portsmouth", YEARS), SEED, REPLICATES)


def chance(difference: Floats, direction: Direction) -> float:
    """The chance of a paired difference at least so far in this direction, were there none.

    Student's t, one-sided: what `mean_interval` is made of.
    """
    mean, n = float(difference.mean()), len(difference)
    towards = mean if direction == "rises" else -mean
    return float(stdtr(n - 1, -towards / (difference.std(ddof=1) / np.sqrt(n))))


@pytest.mark.parametrize(
    "claim", CLAIMS, ids=[f"{c.pattern.figure.measures[0]}-{c.mechanism}" for c in CLAIMS]
)
def test_a_pattern_goes_with_its_mechanism(found: Found, claim: Claim) -> None:
    on, off = knock_out(found, claim)
    direction = claim.pattern.direction
    assert verdict(paired_difference(off, on), direction) == direction
    assert chance(knock_out(found, claim).difference, direction) < FALSE_ALARM / len(CLAIMS)


@pytest.mark.parametrize(
    "mechanism", ["lifecourse", "convex_contacts", "thresholds", "withdrawal", "early_help"]
)
def test_some_mechanisms_hold_things_together(found: Found, mechanism: str) -> None:
    """A trade-off: people are worse off without what a pattern nobody wants is made of."""
    in_crisis = "people.in_crisis"
    off = found[world(DO_NOTHING, mechanism)].overall[in_crisis]
    more = pairwise(off, found[DO_NOTHING].overall[in_crisis])
    assert chance(more, "rises") < FALSE_ALARM / 5


def test_a_cut_moves_demand_to_those_who_cannot_refuse(found: Found) -> None:
    moved = Figure("emergency contacts under the cut", EMERGENCY, effect_of="budget_cut")
    assert chance(values(found, moved), "rises") < FALSE_ALARM


def test_a_switched_off_team_is_no_team(found: Found) -> None:
    without = found[world("navigators", "teams")].overall
    nothing = found[world(DO_NOTHING, "teams")].overall
    for measure in EMERGENCY:
        assert np.array_equal(without[measure], nothing[measure])


# --- the words of the report ---


def test_a_verdict_needs_an_interval_without_zero() -> None:
    assert verdict(Interval(-2.0, -3.0, -1.0), "falls") == "falls"
    assert verdict(Interval(2.0, 1.0, 3.0), "falls") == "no: rises"
    assert verdict(Interval(-2.0, -5.0, 1.0), "falls").startswith("no: falls not")


def test_how_people_fare() -> None:
    up, down, level = Interval(2, 1, 3), Interval(-2, -3, -1), Interval(0, -1, 1)
    assert how_people_fare([up, level]) == "worse"
    assert how_people_fare([level, down]) == "better"
    assert how_people_fare([up, down]) == "both ways"
    assert how_people_fare([level, level]) == "no difference"


def test_only_one_mechanism_differs() -> None:
    off = switched_off(small(), "silos")
    assert off.name == "do_nothing_without_silos"
    on = small().mechanisms.model_dump()
    assert {m for m, v in off.mechanisms.model_dump().items() if v != on[m]} == {"silos"}


def test_every_world_of_a_claim_is_simulated() -> None:
    names = [scenario.name for scenario in worlds(load_worlds("portsmouth", 1))]
    assert len(set(names)) == len(names)
    for claim in CLAIMS:
        for scenario in {DO_NOTHING, claim.pattern.figure.effect_of or DO_NOTHING}:
            assert {world(scenario), world(scenario, claim.mechanism)} <= set(names)
