"""A pound that moves many elsewhere is told, with the advice not to promise the size."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.compare import Replicates
from experiments.empty_places import cautions
from experiments.leverage import in_short, leverage_note, leverage_notes

LUCK = np.array([-0.05, 0.02, 0.04, -0.01])
TOTAL = 200.0 + 10 * LUCK


def replicates(programme: float, total: float, luck: float = 1.0) -> Replicates:
    """Pounds in millions: what the change costs itself, and what all services cost then."""
    overall = {"cost.programme": np.full(4, programme), "cost.total": TOTAL + total + luck * LUCK}
    return Replicates(overall, {})


BASE = replicates(0.0, 0.0, 0.0)


def test_a_cut_that_costs_many_times_what_it_saves() -> None:
    """£1m less, and £8.6m more in all: £9.6m more elsewhere."""
    said = leverage_note("Half", BASE, replicates(-1.0, 8.6))
    assert said.startswith("“Half”: each pound not spent costs £10 elsewhere in the model. ")
    assert "believe the direction more than the size (docs/limits.md)" in said
    short = (
        "Each pound not spent costs £10 elsewhere in the model: believe the direction more than "
        "the size."
    )
    assert list(in_short(["Another.", said])) == [short] == [cautions([said])]


def test_a_team_that_saves_many_times_what_it_costs() -> None:
    said = leverage_note("Team", BASE, replicates(0.5, -4.5))
    assert said.startswith("“Team”: each pound spent saves £10 elsewhere in the model. ")


@pytest.mark.parametrize(
    "other",
    [
        replicates(-1.0, 2.8),  # Portsmouth's cut: not many times
        replicates(-1.0, -9.6),  # saves elsewhere, too
        replicates(1.0, 9.6),  # costs elsewhere, too
        replicates(0.0, 9.6),  # moves no money itself
        replicates(-1.0, 8.6, 500.0),  # luck moves it as far
    ],
)
def test_else_nothing(other: Replicates) -> None:
    assert leverage_note("Other", BASE, other) == ""


def test_each_scenario_by_itself_and_never_the_base() -> None:
    found = {"base": BASE, "half": replicates(-1.0, 8.6), "mild": replicates(-1.0, 2.8)}
    labels = {"base": "Do nothing", "half": "Half", "mild": "Mild"}
    assert leverage_notes(labels, "base", found) == (leverage_note("Half", BASE, found["half"]),)
