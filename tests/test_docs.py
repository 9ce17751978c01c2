"""The docs: tables are those of today, commands work as they are told, links lead somewhere."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from experiments import cli, commands, describe
from experiments.describe_sources import DOCUMENTS, sources
from experiments.describe_words import AGENCY, EVENT, MECHANISM, NEED
from experiments.subject import subject_of
from experiments.synthetic_log import write_log
from experiments.workshop.command import place_of as workshop_place
from scenarios.resolved import Scenario
from scenarios.schema import AgencySpec, EventSpec, Mechanisms, NeedSpec
from sim.results import RunResult
from sim.run import run_replicate
from sim.tasks import model as tasks
from sim.tasks.model import scenario_of

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PROGRAM = ".venv/bin/upstream "
TOLD = sorted(path for path in DOCS.glob("*.md") if path.stem != "interventions")
PAGES = [*TOLD, *sorted((DOCS / "generated").glob("*.md")), DOCS / "interventions.md"]
QUESTIONS = ("evaluate", "explain", "break-even", "mix", "discover")
SHARE = 0.02
"""Of a place's residents: commands are run on a place so much smaller, for two years, twice."""


class Block(NamedTuple):
    """A fenced block of a page, and the file it is to be saved as, if the text says so."""

    language: str
    text: str
    saved_as: str | None


def blocks(page: Path) -> list[Block]:
    """In the order of the page."""
    pattern = r"(?:Save this as\s+`([^`]+)`:\s+)?^```(\w+)\n(.*?)^```$"
    text = page.read_text(encoding="utf-8")
    found = re.finditer(pattern, text, re.MULTILINE | re.DOTALL)
    return [Block(m[2], m[3], m[1]) for m in found]


def lines_of_commands() -> Iterator[tuple[str, str]]:
    """Every command that a page or the README tells the reader to type, with the page's name."""
    for page in TOLD:
        for block in blocks(page):
            if block.language == "sh":
                yield from ((page.name, line) for line in block.text.splitlines())
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith(("    make ", "    " + PROGRAM)):
            yield "README.md", line.strip()


def targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


# --- tables ---


def test_the_generated_tables_are_current() -> None:
    assert describe.stale() == [], "run: python -m experiments.describe"


def test_what_has_drifted_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "generated"
    shutil.copytree(describe.FOLDER, folder)
    needs = (folder / "needs.md").read_text(encoding="utf-8")
    (folder / "needs.md").write_text(needs.replace("0.48", "0.49", 1), encoding="utf-8")
    (folder / "streams.md").unlink()
    (folder / "by_hand.md").write_text("# By hand\n")
    assert describe.stale(folder) == ["by_hand", "needs", "streams"]


def test_every_code_of_a_source_is_explained_and_every_source_is_used() -> None:
    files = [*(ROOT / "scenarios").rglob("*.toml"), *(ROOT / "calibration/targets").glob("*.csv")]
    cited = "\n".join(_without_first_column(path) for path in files)
    listed = {source["code"] for source in sources()} | set(DOCUMENTS)
    assert set(re.findall(r"\b(?:[PCDI]\d{2}|S0\d{2})\b", cited)) == listed


def _without_first_column(path: Path) -> str:
    """Targets have names like codes in their first column."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line.partition(",")[2] if path.suffix == ".csv" else line for line in lines)


def test_the_schedule_is_that_of_the_week() -> None:
    rows = re.findall(r"^\| \d+ \| `([\w.]+)` \|", describe.page("schedule"), re.MULTILINE)
    week = (ROOT / "sim" / "week.py").read_text(encoding="utf-8")
    called = re.findall(r"^ +(\w+)\(world", week, re.MULTILINE)
    assert [row.split(".")[-1] for row in rows] == called
    assert called[0] == "follow_calendar"


@pytest.mark.parametrize(
    ("words", "fields", "no_numbers"),
    [
        (NEED, NeedSpec, {"title", "onset_source", "status", "source"}),
        (EVENT, EventSpec, {"title", "status", "source"}),
        (
            AGENCY,
            AgencySpec,
            {"title", "kind", "reactive", "payer", "crisis_door", "care_door", "early_help",
             "review_rule", "redirects_to"},
        ),
        (MECHANISM, Mechanisms, set()),
    ],
)  # fmt: skip
def test_every_setting_has_words(
    words: dict[str, object],
    fields: type[NeedSpec | EventSpec | AgencySpec | Mechanisms],
    no_numbers: set[str],
) -> None:
    assert set(words) == set(fields.model_fields) - no_numbers


# --- commands ---


def test_there_are_commands() -> None:
    assert len(list(lines_of_commands())) > 30


@pytest.mark.parametrize(("page", "line"), sorted(set(lines_of_commands())))
def test_every_command_is_one(page: str, line: str) -> None:
    word, *rest = shlex.split(line)
    if word == PROGRAM.strip():
        if "--help" not in rest:
            cli.parser().parse_args(rest)
    elif word == "make":
        assert set(rest) <= targets()
    elif line.startswith(".venv/bin/python -m "):
        assert find_spec(rest[1])
    else:
        assert word in ("mkdir", "cp")


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files that a reader works on, as the present folder."""
    ignore = shutil.ignore_patterns("*.py", "*.csv", "__pycache__")
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios", ignore=ignore)
    shutil.copytree(ROOT / "calibration" / "histories", tmp_path / "calibration" / "histories")
    (tmp_path / "docs").mkdir()
    shutil.copy(DOCS / "intervention_template.toml", tmp_path / "docs")
    (tmp_path / "results").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scaled(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """The model itself, on a small share of the place."""
    return run_replicate([_small(scenario) for scenario in scenarios], seed, replicate)


def _small(scenario: Scenario) -> Scenario:
    bands = {band: SHARE * people for band, people in scenario.place.population.items()}
    return replace(scenario, place=scenario.place.model_copy(update={"population": bands}))


def carry_out(line: str) -> int:
    """Do what a line says; simulate little. `make` is left out."""
    word, *rest = shlex.split(line)
    if word in ("mkdir", "cp"):
        return subprocess.run([word, *rest], check=False).returncode
    if rest[:2] == ["-m", "experiments.synthetic_log"]:
        write_log(Path(rest[2]), 4000, share=SHARE)
        return 0
    if word != PROGRAM.strip():
        return 0  # make, and modules that take long: only known to be there
    if "--help" in rest:
        return cli.main(rest)
    arguments = cli.parser().parse_args(rest)
    if rest[0] in QUESTIONS:  # minutes; tests ask each of a small place
        return int(not arguments.scenario.exists())
    if rest[0] == "workshop":  # serves until it is closed; tests/test_workshop_server.py opens one
        return int(workshop_place(arguments.place, arguments.years)[0].place_name != "portsmouth")
    if rest[0] == "report":  # of results that the page's other commands did not make here
        return 0
    if rest[0] == "lives":  # ten years of a whole place; tests/test_lives_*.py do what it does
        return int(not all(path.exists() for path in arguments.scenarios))
    if rest[0] == "forecast":
        arguments.sets, arguments.workers, arguments.share, arguments.horizon = 1, 1, SHARE, 2
    if rest[0] == "crisis":
        arguments.weeks, arguments.replicates, arguments.workers = 2, 2, 1
    if rest[0] in ("calibrate", "validate"):  # hundreds of runs; tests/test_calibrat*.py do it
        return int(not subject_of(arguments.place, arguments.targets).fitted)
    if rest[0] in ("sensitivity", "sweep", "england"):
        return carry_out_small(arguments)
    if arguments.command not in (commands.run, commands.compare):
        return cli.carry_out(arguments)
    arguments.years, arguments.replicates, arguments.workers = 2, 2, 1
    arguments.sets = min(arguments.sets, 2)
    return int(arguments.command(arguments, task=scaled))


def carry_out_small(arguments: argparse.Namespace) -> int:
    """A command of many runs, with few of them, here, in a place so much smaller."""
    arguments.years, arguments.replicates, arguments.workers = 2, 1, 1
    arguments.cluster, arguments.authorities = None, ["Rutland"]
    arguments.numbers, arguments.runs = ["agencies.[agp]*.cost*"], 70
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "scenario_of", lambda asked: _small(scenario_of(asked)))
        return cli.carry_out(arguments)


@pytest.mark.parametrize("page", [page for page in TOLD if blocks(page)], ids=lambda p: p.stem)
def test_a_page_can_be_followed(page: Path, workplace: Path) -> None:
    """From top to bottom: files are saved, commands typed, Python run."""
    for block in blocks(page):
        if block.language == "toml":
            assert block.saved_as, "the text must say what to save the file as"
            Path(block.saved_as).write_text(block.text, encoding="utf-8")
            assert cli.main(["check", block.saved_as]) == 0
        elif block.language == "sh":
            for line in block.text.splitlines():
                assert carry_out(line) == 0, line
        else:
            assert block.language == "python"
            exec(compile(block.text, page.name, "exec"), {})


def test_no_command_hides_in_another_kind_of_block() -> None:
    """Else it would not be run."""
    for page in TOLD:
        outside = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        assert not re.findall(r"^\s*(?:\.venv/bin/|upstream |make )", outside, re.MULTILINE), page


# --- links, and what must say the same ---


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


def test_every_page_can_be_reached() -> None:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = set(re.findall(r": ([\w/]+\.md)$", config, re.MULTILINE))
    assert named == {page.relative_to(DOCS).as_posix() for page in PAGES}


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    newest = re.search(r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest and newest[1] == version
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {version}\n" in citation
    assert newest[2] == "unreleased" or f"\ndate-released: {newest[2]}\n" in citation


def test_what_builds_the_docs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = (ROOT / "requirements-docs.txt").read_text(encoding="utf-8")
    for wanted in project["optional-dependencies"]["docs"]:
        name = re.split(r"[<>=]", wanted)[0]
        assert re.search(rf"^{name}==\S+ \\\n    --hash=sha256:", locked, re.MULTILINE), name
