"""A way of working that somebody writes from the template, without code, runs and is compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from experiments.cli import main
from scenarios.load import InputError, load_scenario

TEMPLATE = Path(__file__).parents[1] / "docs" / "intervention_template.toml"
SCENARIO = """title = "Isles of Scilly: outreach"
extends = "do_nothing.toml"

[[use]]
intervention = "our_outreach"
start = 2024-10-01
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scenarios of a very small place, with an intervention copied from the template."""
    monkeypatch.chdir(tmp_path)
    assert main(["place", "Isles of Scilly", "--out", "ours.toml"]) == 0
    (tmp_path / "ours" / "interventions").mkdir()
    copy = TEMPLATE.read_text(encoding="utf-8").replace("posts = 4\n", "posts = 2\n")
    (tmp_path / "ours" / "interventions" / "our_outreach.toml").write_text(copy, encoding="utf-8")
    (tmp_path / "ours" / "outreach.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path / "ours"


def test_the_template_copied_and_edited_runs_and_is_compared(folder: Path) -> None:
    asked = ["compare", "ours/do_nothing.toml", "ours/outreach.toml", "--json", "out.json"]
    asked += ["--years", "2", "--replicates", "2", "--sets", "0", "--workers", "1"]
    assert main(asked) == 0
    found = json.loads(Path("out.json").read_text(encoding="utf-8"))
    team = found["scenarios"]["outreach"]["measures"]["cost.outreach"]["mean"]
    assert team == pytest.approx(2 * 46_000 * (1 + 0.5) / 2, rel=0.15)  # from the middle of year 1
    spent = found["differences"]["outreach"]["measures"]["cost.programme"]["mean"]
    assert spent > team


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        (["ours/interventions/our_outreach.toml"], "Isles of Scilly"),
        (["../our_outreach.toml"], "Portsmouth"),
        (["../our_outreach.toml", "--place", "Wiltshire"], "Wiltshire"),
        (["ours/interventions/our_outreach.toml", "--place", "wiltshire"], "Wiltshire"),
        (["../our_outreach.toml", "--place", "do_nothing.toml"], "Isles of Scilly"),
    ],
)
def test_check_says_in_which_place_it_was_tried(
    folder: Path,
    asked: list[str],
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """That beside whose scenarios it stands, the one asked for, else Portsmouth."""
    copy = (folder / "interventions" / "our_outreach.toml").read_text(encoding="utf-8")
    (folder.parent / "our_outreach.toml").write_text(copy, encoding="utf-8")
    if "../" in asked[0]:
        monkeypatch.chdir(folder)
    capsys.readouterr()
    assert main(["check", *asked]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{asked[0]}: ok, tried in {place}: ")
    assert lines[0].endswith("Outreach team, 2 posts, £92k a year")
    assert lines[-3].endswith("besides posts and budgets: £5k a year, £20k once")
    assert lines[-2].endswith("and built up: £197k a year more, £20k once")
    assert lines[-1].endswith("what engagement may cost beyond the sums given")


def test_check_of_an_intervention_in_no_place_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "ours/interventions/our_outreach.toml", "--place", "portsmoth"]) == 2
    assert "did you mean portsmouth?" in capsys.readouterr().err


def test_scale_makes_the_team_and_its_own_cost_smaller_and_nothing_else(folder: Path) -> None:
    whole = load_scenario(folder / "outreach.toml")
    (folder / "half.toml").write_text(SCENARIO + "scale = 0.5\n", encoding="utf-8")
    half = load_scenario(folder / "half.toml")
    assert (
        half.changes[0].change.model_dump() | {"posts": 2.0} == whole.changes[0].change.model_dump()
    )
    assert half.changes[1:] == whole.changes[1:]
    assert (half.costs[0].gbp_once, whole.costs[0].gbp_once) == (10_000, 20_000)


def test_each_example_of_a_kind_in_the_template_is_a_good_change(folder: Path) -> None:
    lines = re.findall(r"^# (kind = .*)$", TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 12
    for line in lines:
        settings = re.sub(r"   \(.*\)$", "", line)
        text = f'title = "x"\nextends = "do_nothing.toml"\nchanges = [{{{settings}}}]\n'
        (folder / "one.toml").write_text(text, encoding="utf-8")
        assert len(load_scenario(folder / "one.toml").changes) == 1, line


def test_a_wrong_name_is_answered_with_those_beside_the_scenario_too(folder: Path) -> None:
    wrong = SCENARIO.replace("our_outreach", "our_outreech")
    (folder / "outreach.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError, match="did you mean 'our_outreach'"):
        load_scenario(folder / "outreach.toml")
