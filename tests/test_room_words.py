"""A room is told what numbers mean, and never how a file calls them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from calibration.ensemble import load_ensemble
from experiments.room_words import AGENCY, GENERAL, NEED, room_words
from scenarios.files import HERE
from scenarios.load import load_scenario
from scenarios.uncertain import uncertain_numbers

KNOWN = uncertain_numbers(load_scenario(HERE / "portsmouth" / "do_nothing.toml").evidence)
NO_ROOMS_WORDS = re.compile(
    r"_|\bACEs?\b|slope|coupling|set point|frailty|propensity|sigma|\blog\b|\bsd\b|level|onset"
)


def has_words(name: str) -> bool:
    kind, *rest = name.split(".")
    if kind == "general":
        return ".".join(rest) in GENERAL
    return rest[-1] in {"needs": NEED, "agencies": AGENCY}.get(kind, {})


def varied() -> list[str]:
    """What a calibration varies, and what a sensitivity analysis varies besides: prices."""
    prices = [name for name in KNOWN if name.endswith(("_gbp_per_contact", "_gbp_per_week"))]
    return [*load_ensemble("portsmouth").names, *prices]


@pytest.mark.parametrize("name", varied())
def test_a_number_that_may_matter_has_words(name: str) -> None:
    words = room_words(name)
    assert has_words(name), name
    assert not NO_ROOMS_WORDS.search(words), words
    assert words[0].isupper() and not words.endswith(".")


def test_two_numbers_are_never_called_the_same() -> None:
    told = [room_words(name, number.meaning) for name, number in KNOWN.items()]
    assert len(set(told)) == len(told)


def test_no_words_are_left_of_numbers_that_are_gone() -> None:
    general = {name.removeprefix("general.") for name in KNOWN if name.startswith("general.")}
    assert set(GENERAL) <= general
    last = {name.split(".")[-1] for name in KNOWN}
    assert set(NEED) | set(AGENCY) <= last


def test_a_number_that_is_new_is_told_by_its_meaning_or_its_name() -> None:
    assert room_words("general.doors.new", "how new it is") == "How new it is"
    assert room_words("crisis_pathway.hours_advice") == "Crisis pathway: Hours advice"


def test_what_the_page_shows_has_words() -> None:
    for path in (Path(__file__).parents[1] / "docs").glob("matters_*.json"):
        for outcome in json.loads(path.read_text(encoding="utf-8"))["outcomes"]:
            assert all(has_words(row["name"]) for row in outcome["ranking"])
