"""Plausible sets of numbers beside the replicates of a comparison: ignorance beside chance.

The first tasks are the replicates, at the register's own numbers; then comes one task for each
set, of the same scenarios, with the luck of one of the replicates. Prices, about which no
calibration can teach, are drawn within their ranges for each set. A number that a scenario sets
itself stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibration.ensemble import Ensemble, ensembles, load_ensemble
from calibration.found_with import changed_since
from calibration.prior import prices, prior_of
from experiments.kept import Asked, Numbers
from scenarios.resolved import Scenario
from scenarios.schema import PlaceSpec
from scenarios.uncertain import uncertain_numbers, with_numbers

OWN: Final = "[parameters] of"
"""The source of a number that a scenario sets begins so."""
CHOICE: Final = 1
"""The seed by which sets are chosen: the same for every comparison of a place."""
PRICES: Final = 0x9F1CE
CHANGED_TOLD: Final = 3


@dataclass(frozen=True)
class Sets:
    """Sets of numbers to run besides, and whose they are."""

    place: str
    numbers: tuple[Numbers, ...]
    notes: tuple[str, ...] = ()
    """What must be known before a range is believed."""


def with_sets(
    scenarios: Sequence[Scenario], seed: int, replicates: int, sets: Sequence[Numbers]
) -> list[Asked]:
    """Replicates at the scenarios' own numbers, then each set with the luck of one of them."""
    whole = tuple(scenarios)
    own = [Asked(whole, seed, replicate) for replicate in range(replicates)]
    return own + [Asked(whole, seed, i % replicates, numbers) for i, numbers in enumerate(sets)]


def sets_for(scenario: Scenario, wanted: int) -> Sets | None:
    """Sets for a place, its own or those of the place most like it; None if none are wanted."""
    if wanted == 0 or not ensembles():
        return None
    ensemble = nearest_ensemble(scenario)
    drawn = _prices(scenario, wanted)
    numbers = tuple(
        tuple(sorted((ensemble.settings(which) | price).items()))
        for which, price in zip(ensemble.choose(wanted, CHOICE), drawn, strict=True)
    )
    return Sets(ensemble.place, numbers, since_changed(scenario.place_name, scenario.place))


def since_changed(place: str, spec: PlaceSpec) -> tuple[str, ...]:
    """A sentence, if the place's own sets were found before numbers of its file were changed."""
    then = load_ensemble(place).about.get("found_with") if place in ensembles() else None
    changed = changed_since(then, spec) if then else ()
    if not changed:
        return ()
    told = "; ".join(changed[:CHANGED_TOLD])
    more = f"; and {len(changed) - CHANGED_TOLD} more" if len(changed) > CHANGED_TOLD else ""
    return (
        f"{spec.title} was calibrated before its file was changed ({told}{more}): the "
        "plausible sets of numbers fit it as it was. Calibrate it again before you rely on a "
        "range: upstream calibrate, with --ship (docs/modellers.md).",
    )


def nearest_ensemble(scenario: Scenario) -> Ensemble:
    """The place's own ensemble, else that of the place whose deprivation is nearest."""
    if scenario.place_name in ensembles():
        return load_ensemble(scenario.place_name)
    score = scenario.place.deprivation_score.value
    known = [load_ensemble(place) for place in ensembles()]
    return min(known, key=lambda e: abs(e.about["deprivation_score"] - score))


def at_numbers(scenario: Scenario, numbers: Numbers) -> Scenario:
    """The scenario at these numbers, except those it sets itself or does not have."""
    known = uncertain_numbers(scenario.evidence)
    wanted = {
        name: value
        for name, value in numbers
        if name in known and not known[name].source.startswith(OWN)
    }
    if scenario.crisis_door == "pathway":
        # The door's answers are worked out once, at one price.
        wanted.pop("crisis.police_gbp_per_hour", None)
    return with_numbers(scenario, wanted)


def _prices(scenario: Scenario, wanted: int) -> list[dict[str, float]]:
    """Prices within their ranges, one draw a set: the same for the same set of any comparison."""
    uncertain = prices(scenario.evidence)
    if not uncertain:
        return [{} for _ in range(wanted)]
    prior = prior_of(uncertain)
    return [
        dict(prior.settings(np.random.default_rng([which, PRICES]).random(len(uncertain))))
        for which in range(wanted)
    ]
