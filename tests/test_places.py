"""A place is found, and called, by any of its names."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.cli import main
from experiments.commands import BadRequest
from experiments.places import find_scenario
from experiments.subject import subject_of
from experiments.wording import place_words

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FIGURES = """id,measure,value,low,high,use,source,definition
A,contacts.police,2,1,3,fitted,ours,calls
"""


@pytest.mark.parametrize("name", ["Durham", "durham", str(SCENARIOS / "durham")])
def test_a_place_of_ours_is_found_by_name_and_by_folder(name: str) -> None:
    path, scenario = find_scenario(name)
    assert path.resolve() == SCENARIOS / "durham" / "do_nothing.toml"
    assert scenario.place.title == "County Durham"


def test_a_file_is_taken_as_it_is() -> None:
    assert find_scenario(str(SCENARIOS / "portsmouth" / "budget_cut.toml"))[1].changes


@pytest.mark.parametrize("name", ["Stoke-on-Trent", "stoke on trent", "./stoke_on_trent"])
def test_a_place_of_ones_own_is_found_where_one_stands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is called by its title wherever it is calibrated."""
    monkeypatch.chdir(tmp_path)
    assert main(["place", "Stoke-on-Trent"]) == 0
    Path("figures.csv").write_text(FIGURES)
    path, scenario = find_scenario(name)
    assert path == Path("stoke_on_trent") / "do_nothing.toml"
    found = subject_of(name, [Path("figures.csv")])
    assert (found.place, found.title) == ("stoke_on_trent", scenario.place.title)
    assert found.title == "Stoke-on-Trent"


@pytest.mark.parametrize(
    ("name", "hint"), [("portsmoth", "did you mean portsmouth?"), ("x/y", "there are anglesey, ")]
)
def test_what_is_no_place_is_answered_with_those_there_are(name: str, hint: str) -> None:
    with pytest.raises(BadRequest, match=f"there is no place called {name}; ") as raised:
        find_scenario(name)
    assert hint in str(raised.value) and "starter" not in str(raised.value)


def test_a_place_of_ones_own_is_proposed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sheffield").mkdir()
    (tmp_path / "sheffield" / "do_nothing.toml").write_text("")
    with pytest.raises(BadRequest, match="did you mean sheffield?"):
        find_scenario("sheffild")


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("durham", "County Durham"),
        ("stoke_on_trent", "Stoke-on-Trent"),
        ("bristol", "Bristol"),
        ("our_town", "Our Town"),
    ],
)
def test_the_key_of_a_place_is_said_as_its_title(key: str, title: str) -> None:
    assert place_words(key) == title
