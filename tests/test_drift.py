"""Where a place moves by itself while nothing is done, whoever reads its averages is told."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.drift import FEWEST, drift_note, in_short
from experiments.report.brief import brief_of
from experiments.table import table_text
from experiments.workshop import yearly
from experiments.workshop.runner import Runner
from tests import made_up

AGENCIES = {"police": "Police", "school": "Schools", "gp": "GP", "ae": "A&E", "asb": "ASB"}


def path(first: float, last: float, luck: float = 1e-6) -> NDArray[np.float64]:
    """Four replicates of ten years on a straight line, each with its own luck."""
    line = np.linspace(first, last, 10)
    return np.asarray(line * (1 + luck * np.random.default_rng(1).normal(size=(4, 10))))


def note(**measures: NDArray[np.float64]) -> str:
    named = {name.replace("__", "."): years for name, years in measures.items()}
    return drift_note(named, "Do nothing", "Bradford", AGENCIES)


def test_a_fall_is_told_with_its_ends() -> None:
    said = note(children__looked_after=path(1584, 942), cost__total=path(763e6, 580e6))
    assert said.startswith(
        "“Do nothing” is not level: from the first year to the last, children looked after fall by "
        "41% (1,580 to 942) and what all services cost falls by 24% (£763m to £580m). Do not "
        "take this for a forecast. The model has no history of Bradford: "
    )


def test_the_largest_are_named_and_the_others_counted() -> None:
    said = note(
        contacts__police=path(1000, 500), contacts__school=path(1000, 400),
        contacts__gp=path(1000, 800), contacts__ae=path(1000, 1300),
        contacts__asb=path(1000, 820), children__looked_after=path(1000, 600),
    )  # fmt: skip
    order = [said.index(f"contacts with {t}") for t in ("Schools", "Police")]
    assert order == sorted(order) and "contacts with A&E rise by 30%" in said
    assert said.index("children looked after") > order[1]
    assert " and 2 more figures by 15% or more." in said and "ASB" not in said


@pytest.mark.parametrize(
    "years",
    [
        path(1000, 900),  # not much
        path(FEWEST - 1, 5.0),  # few people
        path(1000, 1200, 0.5),  # luck moves it as far
        path(1000, 500)[:1],  # luck is not known
        path(1000, 500)[:, :1],  # one year
        np.zeros((4, 10)),
    ],
)
def test_nothing_is_told_of_a_place_that_is_level(years: NDArray[np.float64]) -> None:
    assert note(children__looked_after=years) == ""


def test_the_table_and_the_brief_have_it() -> None:
    said = note(children__looked_after=path(1584, 942))
    found = replace(made_up.findings(["do_nothing", "budget_cut"]), notes=(said,))
    assert "“Do nothing” is not level" in table_text(found)
    short = said.split(" The model has")[0]
    assert short.endswith("for a forecast.") and in_short("Another.") == "Another."
    brief = brief_of(found, {"version": "1", "scenarios": {}})
    assert any(short in part.points for part in brief.parts)


@pytest.mark.parametrize(
    "notes",
    [
        (),
        ("Another.",),
        ("Another.", "“Do nothing” is not level: …"),
        ("Another.", "“Do nothing” beside official counts: …"),
        (
            "Another.",
            "“Do nothing” is not level: …",
            "“Do nothing” beside official counts: …",
        ),
    ],
)
def test_the_page_has_it_beside_doing_nothing(
    notes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = replace(made_up.findings(["do_nothing"]), notes=notes)
    monkeypatch.setattr(yearly, "findings_of", lambda runner, run: found)
    said = yearly.moves_by_itself(cast(Runner, None))
    assert said == "\n".join(notes[1:])
