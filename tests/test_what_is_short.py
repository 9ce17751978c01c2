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
    (waits,) = told(pair, (1.0, 3.0, 80.0), (1.2, 3.0, 80.0))
    assert "buys empty places" not in waits


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
    assert told(pair, (0.9, 24.0, 1244.0), (1.95, 9.0, 400.0)) == []  # for a place, nearly


def test_a_cut_that_makes_people_wait_beside_empty_places_is_no_cut_of_empty_places(
    tmp_path: Path,
) -> None:
    """A quarter fewer posts do a quarter fewer assessments: nobody waits today, many do then."""
    base = SCENARIOS / "wiltshire" / "do_nothing.toml"
    lines = f'extends = "{base}"\n[[changes]]\nkind = "budget"\nagency = "early_help"\n'
    scenarios = [load_scenario(base)]
    for name, share in (("mild", 0.95), ("cut", 0.75)):
        path = tmp_path / f"{name}.toml"
        path.write_text(f'title = "{name}"\n{lines}multiply = {share}\nstart = 2025-04-01\n')
        scenarios.append(load_scenario(path))
    mild, cut = scenarios[1:]
    now, then = places(scenarios[0])["early_help"], places(cut)["early_help"]
    ten = np.ones(10)
    years = {
        "do_nothing": {"open.early_help": ten * 600, "waiting.early_help": ten * 3},
        "mild": {"open.early_help": ten * 590, "waiting.early_help": ten * 4},
        "cut": {"open.early_help": ten * 500, "waiting.early_help": ten * 400},
    }
    for name, waits in (("do_nothing", [0.02] * 10), ("mild", [0.05] * 10),
                        ("cut", [0.02] + [4.5] * 9)):  # fmt: skip
        years[name]["wait_weeks.early_help"] = np.array(waits)
    labels = {"do_nothing": "Do nothing", "mild": "Mild", "cut": "The cut"}

    def notes(those: list[Scenario]) -> list[str]:
        found = budget_notes(those, years, labels, AGENCIES)
        return [note for note in found if "no figures of" not in note]

    (alone,) = notes([scenarios[0], cut])
    assert alone.startswith(
        "Early help: people wait for an assessment there, not for a place: if nothing is changed, "
        f"600 of {now:,.0f} places are taken while 3 people wait, in “The cut” 500 of {then:,.0f} "
        "while 400 wait, after the change. What a budget does there rests first of all on "
        "assessments_per_post_per_week = 0.6 (assumed): write your own into"
    )
    empty, short = notes(scenarios)
    assert empty.startswith("Places stand empty: Early help (in “Mild”). Nobody waits there, so")
    own = next(line for line in empty.split("\n") if line.startswith("    Early help (in “Mild”)"))
    assert "less in “Mild”" in own and "The cut" not in own
    assert short == alone
    assert notes([scenarios[0], mild])[0].startswith("Places stand empty: Early help. Nobody")


def test_of_places_that_stand_empty_today_nothing_is_said_twice(pair: list[Scenario]) -> None:
    (note,) = told(pair, (0.3, 0.0, 0.0), (0.4, 0.0, 0.0))
    assert note.startswith("Places stand empty: Early help.")
