"""`upstream crisis`, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from tests.small import SCENARIOS

DO_NOTHING = SCENARIOS / "portsmouth" / "do_nothing.toml"
QUICK = ["--weeks", "3", "--replicates", "2", "--workers", "1"]


@pytest.fixture
def triage(tmp_path: Path) -> Path:
    """Doing nothing, with street triage from its second year on."""
    path = tmp_path / "triage.toml"
    path.write_text(
        f'title = "Triage"\nextends = "{DO_NOTHING.as_posix()}"\n'
        '[[use]]\nintervention = "street_triage"\nstart = 2025-04-01\n',
        encoding="utf-8",
    )
    return path


def answered(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["crisis", *arguments, *QUICK, "--json", "-"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_shares_of_outcomes_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    (door,) = answered([str(DO_NOTHING)], capsys)["doors"].values()
    outcomes = [v["mean"] for name, v in door.items() if name.startswith("outcome.")]
    assert sum(outcomes) == pytest.approx(1.0)


def test_a_change_is_shown_beside_the_door_as_it_was(
    triage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answered([str(triage)], capsys)
    assert list(found["doors"]) == ["As it is", "On 2034-03-13"]
    assert found["differences"]["triage.contacts_per_week"]["mean"] > 0
    assert "differences" not in answered([str(triage), "--on", "2024-05-01"], capsys)


def test_a_place_has_the_crises_that_the_weekly_model_gives_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wiltshire has over twice Portsmouth's residents and about as many crises."""
    counties = [SCENARIOS / place / "do_nothing.toml" for place in ("portsmouth", "wiltshire")]
    city, county = (answered([str(path)], capsys) for path in counties)
    assert 0.5 < county["crises_per_week"] / city["crises_per_week"] < 1.5
    assert 25 < city["crises_per_week"] < 75
    assert county["share_with_drink_or_drugs"] < city["share_with_drink_or_drugs"]


def test_the_folder_holds_table_results_and_figures(triage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["crisis", str(triage), *QUICK, "--out", str(out)]) == 0
    names = {path.name for path in out.rglob("*") if path.is_file()}
    stems = ("waits", "police_hours", "outcomes", "busy")
    pictures = {f"{stem}.{kind}" for stem in stems for kind in ("png", "svg")}
    assert names == {"manifest.json", "results.json", "table.txt"} | pictures
    assert "Detentions (section 136) a week" in (out / "table.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("on", ["tomorrow", "2020-01-01", "2050-01-01"])
def test_a_date_that_cannot_be_is_bad_input(on: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crisis", str(DO_NOTHING), *QUICK, "--on", on]) == 2
    assert "--on" in capsys.readouterr().err


def test_an_animation_is_a_gif(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crisis", str(DO_NOTHING), *QUICK, "--animate", str(tmp_path / "a.mp3")]) == 2
    assert ".gif" in capsys.readouterr().err


def test_the_animation_has_frames(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "door.gif"
    assert main(["crisis", str(DO_NOTHING), *QUICK, "--animate", str(path)]) == 0
    with Image.open(path) as picture:
        assert picture.n_frames > 50  # type: ignore[attr-defined]
        picture.seek(10)
        first = picture.convert("RGB").tobytes()
        picture.seek(40)
        assert picture.convert("RGB").tobytes() != first
