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
RATE, IN_NEED = PLACE.looked_after_per_10000.value, PLACE.children_in_need_per_10000.value
CHILDREN = 11_238 + 12_038 + 12_178 + 6_853
"""Residents under 18 in Portsmouth's file."""


def note(*by_year: float, place: PlaceSpec = PLACE, children: float = CHILDREN) -> str:
    """Two replicates, evenly about these shares of the official rate, among so many children."""
    rates: NDArray[np.float64] = RATE * np.array(by_year) * np.array([[0.9], [1.1]])
    measures = {
        "children.looked_after_per_10000": rates,
        "children.looked_after": rates * children / 10_000,
        "children.in_need_per_10000": np.full_like(rates, 2 * IN_NEED),
        "open.childrens_social_care": np.full_like(rates, 5.0),  # too few to be told
    }  # fmt: skip
    return official_note(measures, "Do nothing", place)


def test_a_level_far_from_the_count_is_told_with_its_ends() -> None:
    counted = RATE * CHILDREN / 10_000
    assert note(1.3, 1.1, 0.9) == (
        f"“Do nothing” beside official counts: children looked after {counted:.0f} (93 of 10,000; "
        f"DfE, 31 March 2022), here {1.3 * counted:.0f} ({1.3 * RATE:.0f}) in the first year and "
        f"{0.9 * counted:.0f} ({0.9 * RATE:.0f}) in the last. Of what there is today, believe the "
        "count."
    )
    assert note(1.0, 0.8) and note(1.2), "one end is enough, and one year"


def test_a_count_is_far_though_its_rate_is_near_where_children_are_fewer() -> None:
    """As where more families leave than come: 48 of 10,000 beside 51, 635 children beside 751."""
    said = note(0.94, 0.9, children=0.9 * CHILDREN)
    assert f"here {0.94 * 0.9 * RATE * CHILDREN / 10_000:.0f} ({0.94 * RATE:.0f}) in the" in said
    assert note(0.94, 0.9) == ""


@pytest.mark.parametrize("by_year", [(1.1, 0.9), (1.0, 1.4, 1.0), (1.0,)])
def test_near_at_both_ends_nothing_is_told(by_year: tuple[float, ...]) -> None:
    assert note(*by_year) == ""


def test_children_in_need_are_told_likewise() -> None:
    rates = np.full((2, 3), RATE)
    measures = {
        "children.looked_after_per_10000": rates,
        "children.looked_after": rates * CHILDREN / 10_000,
        "children.in_need_per_10000": np.full_like(rates, 0.8 * IN_NEED),
        "open.childrens_social_care": np.full_like(rates, 0.8 * IN_NEED * CHILDREN / 10_000),
    }
    said = official_note(measures, "Do nothing", PLACE)
    assert said.startswith("“Do nothing” beside official counts: children in need 1,772 (419 of")
    assert "looked after" not in said
    without = {name: measures[name] for name in measures if "looked_after" not in name}
    assert official_note(without, "Do nothing", PLACE) == said


def test_few_children_are_luck_and_an_assumed_rate_is_no_count() -> None:
    assert note(1.5, children=CHILDREN / 100) == ""
    assumed = Quantity(value=RATE, status="assumed", source="scaled")
    assert note(1.5, place=PLACE.model_copy(update={"looked_after_per_10000": assumed})) == ""
    assert official_note({}, "Do nothing", PLACE) == "", "a made-up run has no such measure"
