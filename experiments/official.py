"""Where the model is far from an official count of the place that its own file holds.

A place begins with as many children looked after and in need as were counted, but nothing holds it
there. Who would plan by the model's level must know how far from the count it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.drift import FEWEST, MUCH
from scenarios.schema import PlaceSpec

Floats = NDArray[np.float64]

BESIDE = " beside official counts, of 10,000 children: "
"""What the note says of the scenario that it names first."""
ADVICE = "Of what there is today, believe the count."


def official_note(per_year: Mapping[str, Floats], label: str, place: PlaceSpec) -> str:
    """Which official counts a run's first year or its last is far from; empty where both are near.

    per_year  the measures of the scenario, float64[replicates, years] each
    """
    far = list(_far(per_year, place))
    return f"“{label}”{BESIDE}{'; '.join(far)}. {ADVICE}" if far else ""


def _far(per_year: Mapping[str, Floats], place: PlaceSpec) -> Iterator[str]:
    looked_after, in_need = place.looked_after_per_10000, place.children_in_need_per_10000
    for official, count, rate, called in (
        (looked_after, "children.looked_after", "children.looked_after_per_10000", "looked after"),
        (in_need, "open.childrens_social_care", "children.in_need_per_10000", "in need"),
    ):
        if official.status != "measured" or not {count, rate} <= set(per_year):
            continue
        first, last = per_year[rate].mean(axis=0)[[0, -1]]
        enough = per_year[count].mean() >= FEWEST
        if enough and max(abs(year / official.value - 1) for year in (first, last)) >= MUCH:
            yield (
                f"{called} {official.value:.0f} ({official.source}), here {first:.0f} in the first "
                f"year and {last:.0f} in the last"
            )
