"""Where the model is far from an official count of the place that its own file holds.

A place begins with as many children looked after and in need as were counted, but nothing holds it
there. Who would plan by the model's level must know how far from the count it is told, of all
children and of 10,000.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.drift import FEWEST, MUCH
from scenarios.names import ADULT_BAND, AGE_BANDS
from scenarios.schema import PlaceSpec

Floats = NDArray[np.float64]

BESIDE = " beside official counts: "
"""What the note says of the scenario that it names first."""
ADVICE = "Of what there is today, believe the count."
LOOKED_AFTER = ("children.looked_after", "children.looked_after_per_10000")
IN_NEED = ("open.childrens_social_care", "children.in_need_per_10000")
"""Measures: how many, and of 10,000 children."""


def official_note(per_year: Mapping[str, Floats], label: str, place: PlaceSpec) -> str:
    """Which official counts a run's first year or its last is far from; empty where both are near.

    per_year  the measures of the scenario, float64[replicates, years] each
    """
    far = list(_far(per_year, place))
    if not far:
        return ""
    return f"“{label}”{BESIDE}{'; '.join(far)}. {ADVICE}"


def _far(per_year: Mapping[str, Floats], place: PlaceSpec) -> Iterator[str]:
    children = _children(place)
    for official, measures, called in (
        (place.looked_after_per_10000, LOOKED_AFTER, "looked after"),
        (place.children_in_need_per_10000, IN_NEED, "in need"),
    ):
        if official.status != "measured" or not set(measures) <= set(per_year):
            continue
        count, rate = (_ends(per_year[measure]) for measure in measures)
        counted = official.value * children / 10_000
        apart = np.abs([*(rate / official.value - 1), *(count / counted - 1)])
        if count.mean() >= FEWEST and apart.max() >= MUCH:
            yield (
                f"children {called} {counted:,.0f} ({official.value:.0f} of 10,000; "
                f"{official.source}), here {count[0]:,.0f} ({rate[0]:.0f}) in the first year and "
                f"{count[1]:,.0f} ({rate[1]:.0f}) in the last"
            )


def _children(place: PlaceSpec) -> float:
    """Residents under 18, by the place's file."""
    return sum(place.population.get(band, 0.0) for band in AGE_BANDS[:ADULT_BAND])


def _ends(years: Floats) -> Floats:
    """[2] The first year's mean and the last's."""
    return np.asarray(years.mean(axis=0)[[0, -1]])
