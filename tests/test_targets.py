"""At the register's own numbers the model has the orders of magnitude of what it is fitted to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from calibration import targets
from calibration.targets import (
    ORDER_OF_MAGNITUDE,
    BadTargets,
    Fitted,
    HeldBack,
    Target,
    fingerprint,
    load_fitted,
    load_held_back,
    load_targets,
    places_with_targets,
    read_targets,
    value_of,
)
from experiments.cli import main
from experiments.targets import Held, hold_against_targets

ALL = [(place, target) for place in places_with_targets() for target in load_fitted(place)]
FROM_DOCUMENTS = {"P1", "P3", "W3"}
"""Held to the documents' own range; official figures to a factor, as they were fitted by hand."""
HEADER = "id,measure,value,low,high,use,source,definition\n"


@cache
def held(place: str) -> dict[str, Held]:
    return {held.target.id: held for held in hold_against_targets(place)}


@pytest.mark.parametrize(
    ("place", "target"), ALL, ids=[f"{target.id}-{target.measure}" for _, target in ALL]
)
def test_a_target_is_met(place: str, target: Target) -> None:
    found = held(place)[target.id].value
    if target.id in FROM_DOCUMENTS:
        assert target.is_met_by(found), target.definition
    else:
        assert 1 / ORDER_OF_MAGNITUDE <= found / target.value <= ORDER_OF_MAGNITUDE


def test_there_are_targets_of_both_places() -> None:
    assert {place for place, _ in ALL} == {"portsmouth", "wiltshire"}


def test_eight_figures_or_more_are_held_back() -> None:
    assert sum(len(load_held_back(place)) for place in places_with_targets()) >= 8


@pytest.mark.parametrize("place", places_with_targets())
def test_a_figure_is_fitted_or_held_back_and_never_both(place: str) -> None:
    fitted, back = load_fitted(place), load_held_back(place)
    assert {*fitted, *back} == {*load_targets(place)}
    assert not {t.measure for t in fitted} & {t.measure for t in back}
    assert all(isinstance(t, Fitted) and not isinstance(t, HeldBack) for t in fitted)


@pytest.mark.parametrize("again", ["B1,people.awake", "A1,people.residents"])
def test_a_figure_that_stands_there_twice_is_refused(again: str, tmp_path: Path) -> None:
    file = tmp_path / "somewhere.csv"
    first = "A1,people.awake,100,,,fitted,a source,a meaning\n"
    file.write_text(f"{HEADER}{first}{again},100,,,held_back,a source,a meaning\n")
    with pytest.raises(BadTargets, match="twice"):
        read_targets(file)


def test_a_figure_without_a_use_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "somewhere.csv"
    file.write_text(f"{HEADER}A1,people.awake,100,,,,a source,a meaning\n")
    with pytest.raises(BadTargets, match="fitted or held_back"):
        read_targets(file)


@pytest.mark.parametrize("figures", ["nan,,", "0,,", "-5,,", "100,inf,", "100,120,150", "100,,50"])
def test_a_figure_that_cannot_be_met_is_refused(figures: str, tmp_path: Path) -> None:
    file = tmp_path / "somewhere.csv"
    file.write_text(f"{HEADER}A1,people.awake,{figures},fitted,a source,a meaning\n")
    with pytest.raises(BadTargets, match="A1: value must be above 0, and from low to high"):
        read_targets(file)


def test_a_bad_file_of_targets_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the user's file: no fault of ours, no more of it than a line, nothing for terminals."""
    (tmp_path / "portsmouth.csv").write_text(f"{HEADER}A1\x1b[2J{'x' * 5000},people.awake,1,,,,,\n")
    monkeypatch.setattr(targets, "_FOLDER", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", "portsmouth"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("portsmouth.csv:2: A1?[2Jxxx") and len(said) < 500
    assert "fault in Upstream" not in said


def test_all_mistakes_of_a_file_are_told_each_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "somewhere.csv"
    rows = (
        'A1,people.awake,100,,,fitted,"a source\nof two lines",a meaning',
        "A2,contacts.ae,many,few,,sometimes,a source,a meaning",
        "A3,contacts.gp,100,120,,fitted,a source,a meaning",
        ",,,,,,,",
        "A1,people.residents,100,,,held_back,a source,a meaning",
        "A4,contacts.gp",
    )
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(BadTargets) as raised:
        read_targets(file)
    assert [str(problem).removeprefix(f"{file}:") for problem in raised.value.problems] == [
        "4: A2: value is 'many', not a number like 1470 or 0.5",
        "4: A2: low is 'few', not a number like 1470 or 0.5",
        "4: A2: use is 'sometimes', not fitted or held_back",
        "5: A3: value must be above 0, and from low to high",
        "7: A1 stands there twice, first on line 2",
        "8: A4: value is '', not a number like 1470 or 0.5",
        "8: A4: use is '', not fitted or held_back",
        "8: contacts.gp stands there twice, first on line 5",
    ]


def test_of_many_mistakes_ten_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    file = tmp_path / "somewhere.csv"
    file.write_text(HEADER + "".join(f"A{n},people.{n},0,,,fitted,,\n" for n in range(13)))
    with pytest.raises(BadTargets) as raised:
        read_targets(file)
    told = str(raised.value).splitlines()
    assert len(raised.value.problems) == 13
    assert told[9].startswith(f"{file}:11: A9: ")
    assert told[10:] == ["... and 3 more problems.", "Nothing was run."]


def test_all_columns_that_are_missing_are_named(tmp_path: Path) -> None:
    file = tmp_path / "somewhere.csv"
    file.write_text("id,measures,value,low,high,source,definition\nA1,people.awake,1,,,s,d\n")
    with pytest.raises(BadTargets) as raised:
        read_targets(file)
    assert [str(problem).removeprefix(f"{file}:") for problem in raised.value.problems] == [
        "1: there is no column 'measure' - did you mean 'measures'?",
        "1: there is no column 'use' - the choices are measures",
    ]


def test_what_is_no_text_is_told_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "somewhere.csv"
    file.write_bytes(HEADER.encode() + b"A1,people.awake,1,,,fitted,s,\xff\n")
    with pytest.raises(BadTargets, match=r":2: is not a text file in UTF-8"):
        read_targets(file)


def test_a_range_is_read_as_95_percent_on_the_scale_of_its_errors() -> None:
    count = Fitted("A1", "people.awake", 100.0, 50.0, 200.0, "", "")
    share = Fitted("A2", "nfa_share", 0.9, 0.8, 0.95, "", "")
    for target in (count, share):
        low = target.scaled(target.low)
        assert target.scaled(target.high) - low == pytest.approx(3.92 * target.sd)
        assert target.unscaled(low) == pytest.approx(target.low)


def test_a_target_may_be_one_measure_by_another() -> None:
    target = Fitted("A1", "opened.housing / open.housing", 2.0, 1.0, 4.0, "", "")
    assert value_of(target, {"opened.housing": 30.0, "open.housing": 10.0}) == 3.0


def test_other_figures_have_another_fingerprint() -> None:
    portsmouth = load_fitted("portsmouth")
    assert fingerprint(portsmouth) != fingerprint(portsmouth[1:])
