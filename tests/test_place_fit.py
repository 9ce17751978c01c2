"""The settings of children's social care come from official rates, and lead back to them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.authorities import find_authority, read_authorities
from scenarios.load import load_evidence, load_scenario
from scenarios.place_file import fitted_levers, place_text
from scenarios.place_fit import _EQUATIONS, _TARGETS, RANGES, Levers, fitted
from scenarios.place_rules import scaled_budget, scaled_figure
from sim.run import run_replicate


def rates_of(levers: Levers, score: float) -> dict[str, float]:
    """What the equations say of a set of settings."""
    return {_TARGETS[name][0]: predict(levers, score) for name, predict in _EQUATIONS.items()}


@settings(deadline=None, max_examples=50)
@given(
    score=st.floats(6, 45),
    family=st.floats(0.4, 2.1),
    screen=st.floats(0.12, 0.43),
    threshold=st.floats(0.12, 0.53),
    quiet=st.floats(4, 40),
)
def test_the_settings_that_gave_the_rates_are_found_again(
    score: float, family: float, screen: float, threshold: float, quiet: float
) -> None:
    levers = Levers(family, screen, threshold, quiet)
    found = fitted(rates_of(levers, score), score)
    near = {"family": 0.02, "screen_threshold": 0.005, "threshold": 0.005, "quiet_weeks": 1.0}
    for name, value in asdict(levers).items():
        assert getattr(found, name) == pytest.approx(value, abs=near[name]), name


def test_no_setting_leaves_the_range_that_was_tried() -> None:
    for authority in read_authorities():
        for name, value in asdict(fitted_levers(authority)).items():
            low, high = RANGES[name]
            assert low <= value <= high, (authority.name, name)


def test_more_referrals_mean_a_lower_screen() -> None:
    rates = {
        "looked_after_per_10000": 70.0,
        "referrals_per_10000": 500.0,
        "not_in_need_percent": 25.0,
        "in_need_per_10000": 340.0,
    }
    more = fitted(rates | {"referrals_per_10000": 700.0}, 21.7)
    assert more.screen_threshold < fitted(rates, 21.7).screen_threshold - 0.05


def test_figures_scaled_to_the_nation_add_up_to_the_national_ones() -> None:
    england = [a for a in read_authorities() if a.country == "England"]
    known = sum(a.figures["social_workers_fte"] or 0.0 for a in england)
    scaled = sum(scaled_figure(a, "social_workers_fte") for a in england)
    assert scaled == pytest.approx(known, rel=0.03)
    heads = sum(a.residents for a in england)
    assert sum(scaled_budget(a, "housing", 3.6) for a in england) == pytest.approx(
        3.6 * heads, rel=0.03
    )


def test_a_generated_place_comes_near_its_official_rates(tmp_path: Path) -> None:
    authority = find_authority("Darlington")
    text = place_text(authority, load_evidence())
    (tmp_path / "place.toml").write_text(text, encoding="utf-8")
    scenario = tmp_path / "s.toml"
    scenario.write_text(
        'title = "x"\nplace = "place.toml"\nstart = 2024-04-01\nyears = 5\n', encoding="utf-8"
    )
    (run,) = run_replicate([load_scenario(scenario)], 1, 0)
    found = dict(zip(run.names, np.asarray(run.overall), strict=True))
    for measure, column in (
        ("children.looked_after_per_10000", "looked_after_per_10000"),
        ("children.referrals_per_10000", "referrals_per_10000"),
        ("children.in_need_per_10000", "in_need_per_10000"),
    ):
        official = authority.figures[column]
        assert official is not None
        assert official / 1.5 < found[measure] < official * 1.5, measure
