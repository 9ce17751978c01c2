"""`upstream place`: a place file for every authority, and scenarios that run at once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from experiments.commands import choose_base, scenario_files
from experiments.place import starter_files
from scenarios.authorities import Authority, find_authority, read_authorities
from scenarios.load import load_evidence, load_scenarios
from scenarios.place_file import place_text
from scenarios.resolved import Evidence

PLACES = Path(__file__).parents[1] / "scenarios" / "places"


def written(name: str) -> dict[str, Any]:
    """The place file of an authority, as it is read."""
    return tomllib.loads(place_text(find_authority(name), load_evidence()))


def as_numbers(place: dict[str, Any]) -> dict[str, float]:
    """Every number of a place that is a figure of its own, by dotted name."""
    own = {name: raw["value"] for name, raw in place.items() if "value" in _table(raw)}
    for agency, settings in place["agencies"].items():
        for name, raw in settings.items():
            own[f"{agency}.{name}"] = _table(raw).get("value", raw)
    return own | place["population"]


def _table(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


@pytest.mark.parametrize("name", ["portsmouth", "wiltshire"])
def test_it_says_what_the_place_file_written_by_hand_says(name: str) -> None:
    by_hand = tomllib.loads((PLACES / f"{name}.toml").read_text(encoding="utf-8"))
    ours, theirs = as_numbers(written(name)), as_numbers(by_hand)
    fitted = ("screen_threshold", "threshold", "quiet_weeks", "redirect_share")
    same = [
        key
        for key in theirs
        if key in ours
        and not key.endswith(fitted)
        and key not in ("substance.budget_gbp_per_year",)
    ]
    assert len(same) > 20
    near = {"moves_per_year": 0.05}  # judgement in one, a rule in the other
    for key in same:
        assert ours[key] == pytest.approx(theirs[key], rel=near.get(key, 1e-6)), key


def test_all_175_are_written_and_are_good(tmp_path: Path) -> None:
    evidence = load_evidence()
    paths = [_do_nothing(authority, tmp_path, evidence) for authority in read_authorities()]
    loaded = load_scenarios(paths)
    assert len(loaded) == 175
    residents = [sum(scenario.place.population.values()) for scenario in loaded]
    assert sum(residents) == 57_690_323 + 3_164_404
    for scenario in loaded:
        gated = [spec for spec in scenario.evidence.agencies.values() if spec.kind == "gated"]
        assert all(spec.budget_gbp_per_year is not None for spec in gated), scenario.name


def _do_nothing(authority: Authority, folder: Path, evidence: Evidence) -> Path:
    (folder / f"{authority.file_name}.toml").write_text(
        place_text(authority, evidence), encoding="utf-8"
    )
    path = folder / f"scenario_{authority.file_name}.toml"
    text = f'title = "x"\nplace = "{authority.file_name}.toml"\nstart = 2024-04-01\nyears = 1\n'
    path.write_text(text, encoding="utf-8")
    return path


def test_every_number_says_how_well_it_is_known() -> None:
    for name in ("Stoke-on-Trent", "Cardiff", "Isles of Scilly"):
        for key, raw in written(name).items():
            tables = [raw] if key != "agencies" else list(raw.values())
            for table in tables:
                for number in [table, *_table(table).values()]:
                    if "value" in _table(number):
                        assert number["status"] in ("measured", "estimated", "assumed")
                        assert len(number["source"]) > 10, (name, key)


def test_what_is_not_published_is_scaled_and_said_to_be_assumed() -> None:
    newport, stoke = written("Newport"), written("Stoke-on-Trent")
    assert stoke["looked_after_per_10000"]["status"] == "measured"
    assert newport["looked_after_per_10000"]["status"] == "assumed"
    assert (
        "scaled by population, age and deprivation" in newport["looked_after_per_10000"]["source"]
    )
    care = newport["agencies"]["childrens_social_care"]
    assert {care[key]["status"] for key in care} == {"assumed"}


def test_a_poorer_and_a_younger_place_is_given_more_a_head() -> None:
    def per_head(name: str, agency: str) -> float:
        authority = find_authority(name)
        budget = written(name)["agencies"][agency]["budget_gbp_per_year"]
        return float(budget["value"]) / authority.residents

    assert per_head("Blackpool", "housing") > 1.2 * per_head("Wokingham", "housing")
    assert per_head("Newport", "substance") > 1.05 * per_head("Isle of Anglesey", "substance")


@pytest.mark.parametrize(
    "name", ["Isle of Anglesey", "Camden", "Rutland", "City of London", "Buckinghamshire"]
)
def test_a_year_is_run_without_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["place", name]) == 0
    folder = find_authority(name).file_name
    asked = ["compare", f"{folder}/do_nothing.toml", f"{folder}/together.toml"]
    asked += [
        "--years",
        "1",
        "--replicates",
        "1",
        "--sets",
        "1",
        "--workers",
        "1",
        "--json",
        "out.json",
    ]
    assert main(asked) == 0
    found = json.loads(Path("out.json").read_text(encoding="utf-8"))
    measures = found["scenarios"]["do_nothing"]["measures"]
    residents = find_authority(name).residents
    rounded = 0.5 * 52 * 6  # newcomers a week are whole people: six years of half a person
    assert measures["people.residents"]["mean"] == pytest.approx(
        residents, abs=0.02 * residents + rounded
    )
    assert measures["cost.total"]["mean"] > 0


def test_it_begins_with_a_folder_of_scenarios_that_can_be_compared_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["place", "Isles", "of", "Scilly"]) == 0
    said = capsys.readouterr().out
    assert "2,229 residents" in said
    assert said.splitlines()[-1].startswith("Next: upstream compare isles_of_scilly ")
    assert main(["check", *map(str, sorted(Path("isles_of_scilly").glob("*.toml")))]) == 0
    asked = ["compare", "isles_of_scilly", "--years", "2", "--replicates", "2", "--sets", "0"]
    assert main([*asked, "--workers", "1", "--json", "out.json"]) == 0
    found = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert {row["against"] for row in found["differences"].values()} == {"do_nothing"}
    assert len(found["scenarios"]) >= 8
    spent = {
        name: row["measures"]["cost.programme"]["mean"]
        for name, row in found["differences"].items()
    }
    assert spent["cut_33"] < spent["cut_20"] < spent["cut_10"] < 0


def test_nothing_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["place", "Rutland", "--out", "ours.toml"]) == 0
    (tmp_path / "ours.toml").write_text("mine", encoding="utf-8")
    assert main(["place", "Rutland", "--out", "ours.toml"]) == 2
    assert "already exist; --force writes over them" in capsys.readouterr().err
    assert (tmp_path / "ours.toml").read_text(encoding="utf-8") == "mine"
    assert main(["place", "Rutland", "--out", "ours.toml", "--force"]) == 0
    assert (tmp_path / "ours.toml").read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Portsmuth"], "did you mean 'Portsmouth'?"),
        ([], "name an authority"),
        ([""], "name an authority"),
        (["Rutland", "--out", "rutland"], "must end in .toml"),
        (["Rutland", "--out", "nowhere/rutland.toml"], "cannot be a folder of scenarios"),
        (["Rutland", "--out", "taken.toml"], "cannot be a folder of scenarios"),
    ],
)
def test_what_cannot_be_done_is_said_with_code_2(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert main(["place", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


def test_it_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["place", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 175
    assert lines == sorted(lines)


def test_starter_scenarios_leave_no_blank_to_fill() -> None:
    files = starter_files(find_authority("Bristol"), Path("bristol.toml"))
    assert not any("{title}" in t or "{place}" in t or "{scale}" in t for t in files.values())
    assert Path("bristol/do_nothing.toml") in files


def test_doing_nothing_is_the_base_wherever_it_stands() -> None:
    assert choose_base(["cut_10", "do_nothing", "together"], None) == "do_nothing"
    assert choose_base(["cut_10", "together"], None) == "cut_10"
    assert choose_base(["cut_10", "do_nothing"], "cut_10") == "cut_10"


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", "notes.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    other = tmp_path / "other.toml"
    assert scenario_files([tmp_path, other]) == [tmp_path / "a.toml", tmp_path / "b.toml", other]
