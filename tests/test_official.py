"""Where the model is far from an official count of the place, whoever reads a level is told."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.official import official_note
from scenarios.load import load_scenario
from scenarios.quantities import Quantity
from scenarios.schema import PlaceSpec
from tests.small import SCENARIOS

PLACE = load_scenario(SCENARIOS / "portsmouth" / "do_nothing.toml").place
COUNT = PLACE.looked_after_per_10000.value


def note(*by_year: float, place: PlaceSpec = PLACE, children: float = 400.0) -> str:
    """Two replicates, evenly about these shares of the official count."""
    rates: NDArray[np.float64] = COUNT * np.array(by_year) * np.array([[0.9], [1.1]])
    counts = np.full_like(rates, children)
    measures = {
        "children.looked_after_per_10000": rates, "children.looked_after": counts,
        "children.in_need_per_10000": rates / COUNT * PLACE.children_in_need_per_10000.value,
        "open.childrens_social_care": np.full_like(rates, 5.0),  # too few to be told
    }  # fmt: skip
    return official_note(measures, "Do nothing", place)


def test_a_level_far_from_the_count_is_told_with_its_ends() -> None:
    said = note(1.3, 1.1, 0.9)
    assert said == (
        "“Do nothing” beside official counts, of 10,000 children: looked after 93 (DfE, 31 March "
        f"2022), here {1.3 * COUNT:.0f} in the first year and {0.9 * COUNT:.0f} in the last. Of "
        "what there is today, believe the count."
    )
    assert note(1.0, 0.8) and note(1.2), "one end is enough, and one year"


@pytest.mark.parametrize("by_year", [(1.1, 0.9), (1.0, 1.4, 1.0), (1.0,)])
def test_near_at_both_ends_nothing_is_told(by_year: tuple[float, ...]) -> None:
    assert note(*by_year) == ""


def test_few_children_are_luck_and_an_assumed_rate_is_no_count() -> None:
    assert note(1.5, children=15.0) == ""
    assumed = Quantity(value=COUNT, status="assumed", source="scaled")
    assert note(1.5, place=PLACE.model_copy(update={"looked_after_per_10000": assumed})) == ""
    assert official_note({}, "Do nothing", PLACE) == "", "a made-up run has no such measure"
