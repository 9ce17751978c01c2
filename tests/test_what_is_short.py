"""Money that buys empty places, and people who wait for an assessment beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.empty_places import budget_notes, cautions
from experiments.own_budgets import places
from experiments.what_is_short import in_short
from scenarios.load import load_scenario
from scenarios.resolved import Scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LABELS = {"do_nothing": "Do nothing", "more": "More help"}
AGENCIES = {"early_help": "Early help"}


@pytest.fixture
def pair(tmp_path: Path) -> list[Scenario]:
    """Doing nothing, and early help doubled from the second year on."""
    base = SCENARIOS / "wiltshire" / "do_nothing.toml"
    path = tmp_path / "more.toml"
    path.write_text(
        f'title = "More help"\nextends = "{base}"\n[[changes]]\nkind = "budget"\n'
        'agency = "early_help"\nmultiply = 2.0\nstart = 2025-04-01\n'
    )
    return [load_scenario(base), load_scenario(path)]


def told(pair: list[Scenario], *each: tuple[float, float, float]) -> list[str]:
    """The notes, of a share of today's places taken, weeks of waiting and people who wait, in the
    base and with the change; but those on whose the budget is."""
    now = places(pair[0])["early_help"]
    years = {
        name: {f"{what}.early_help": np.full(10, x)
               for what, x in (("open", share * now), ("wait_weeks", wait), ("waiting", n))}
        for name, (share, wait, n) in zip(LABELS, each, strict=True)
    }  # fmt: skip
    return [x for x in budget_notes(pair, years, LABELS, AGENCIES) if "no figures of" not in x]


def test_more_money_where_places_are_full_may_buy_empty_ones(pair: list[Scenario]) -> None:
    """Full today, with a queue; of twice as many places six in ten are taken and nobody waits."""
    now, after = (places(s)["early_help"] for s in pair)
    (note,) = told(pair, (1.0, 3.0, 80.0), (1.2, 0.0, 0.0))
    assert note == (
        f"“More help”: part of its money buys empty places: Early help has {after:,.0f} places in "
        f"the end, of which {1.2 * now:,.0f} are taken, and nobody waits there."
    )
    assert list(in_short([note])) == ["Part of its money buys empty places: Early help."]
    assert cautions([note]) == "Part of its money buys empty places: Early help."
    assert told(pair, (1.0, 3.0, 80.0), (1.95, 0.0, 0.0)) == []  # taken
    assert told(pair, (1.0, 3.0, 80.0), (1.2, 3.0, 80.0)) == []  # people wait


def test_who_waits_beside_empty_places_waits_for_an_assessment(pair: list[Scenario]) -> None:
    now = places(pair[0])["early_help"]
    (note,) = told(pair, (0.3, 24.0, 1244.0), (1.0, 9.0, 400.0))
    assert note.startswith(
        "Early help: people wait for an assessment there, not for a place: if nothing is changed, "
        f"{0.3 * now:,.0f} of {now:,.0f} places are taken while 1,244 people wait."
    )
    assert "assessments_per_post_per_week = 0.6 (assumed): write your own into" in note
    assert "wiltshire.toml, below [agencies.early_help]" in note
    assert list(in_short([note])) == [
        "Early help: people wait for an assessment there, not for a place."
    ]
    assert told(pair, (0.9, 24.0, 1244.0), (1.0, 9.0, 400.0)) == []  # for a place, nearly


def test_of_places_that_stand_empty_today_nothing_is_said_twice(pair: list[Scenario]) -> None:
    (note,) = told(pair, (0.3, 0.0, 0.0), (0.4, 0.0, 0.0))
    assert note.startswith("Places stand empty: Early help.")
