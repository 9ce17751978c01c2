"""`upstream report`: what was written is read back, and the files say it all by themselves."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from experiments import cli, commands
from experiments.compare import differences, levels
from experiments.report.content import Part, Report, Table
from experiments.report.html import to_html
from experiments.report.kept import findings_in
from experiments.report.pdf import to_pdf
from experiments.workshop.command import check_size, place_of
from sim.store import Damaged
from tests import made_up
from tests.small import SCENARIOS

PORTSMOUTH = SCENARIOS / "portsmouth"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder of a comparison whose numbers are made up."""
    out = tmp_path_factory.mktemp("results") / "three"
    files = [str(PORTSMOUTH / f"{n}.toml") for n in ("do_nothing", "budget_cut", "navigators")]
    arguments = cli.parser().parse_args(
        ["compare", *files, "--replicates", "3", "--sets", "3", "--workers", "1", "--out", str(out)]
    )
    arguments.command = partial(commands.compare, task=made_up.made_up)
    assert cli.carry_out(arguments) == 0
    return out


def test_what_was_written_is_read_back(results: Path) -> None:
    found, manifest = findings_in(results)
    assert (found.base, found.others) == ("do_nothing", ("budget_cut", "navigators"))
    assert found.place_title == "Portsmouth" and str(found.start) == "2024-04-01"
    assert found.replicates == (0, 1, 2) and found.complete
    table = (results / "table.txt").read_text(encoding="utf-8")
    from experiments.table import table_text

    assert table_text(found) == table
    for name in found.others:
        assert set(differences(found, name)) >= set(levels(found, "do_nothing")) & set(
            levels(found, name)
        )
    assert manifest["seed"] == 1


def test_the_report_says_it_all(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", str(results)]) == 0
    html, pdf = (Path(line) for line in capsys.readouterr().out.split())
    page = html.read_text(encoding="utf-8")
    for part in ("What was asked", "The answer", "Pictures", "Tables", "What was assumed",
                 "Limits", "How to repeat it"):  # fmt: skip
        assert f"<h2>{part}</h2>" in page
    assert "set_gbp_per_year" in page  # the scenario files themselves
    assert "over 3 plausible sets" in page and "seed 1" in page and "Upstream " in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page) and "<script" not in page
    assert page.count("<img alt=") == 4
    assert pdf.read_bytes().startswith(b"%PDF") and pdf.stat().st_size < 3_000_000


def test_a_damaged_folder_is_refused(results: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(results, tmp_path / "copy")
    (tmp_path / "copy" / "results.json").write_text("{}")
    with pytest.raises(Damaged):
        findings_in(tmp_path / "copy")
    assert cli.main(["report", str(tmp_path / "copy")]) == 2
    assert cli.main(["report", str(tmp_path / "nowhere")]) == 2


def test_nothing_typed_becomes_markup() -> None:
    bad = "<script>alert('x')</script>&\x07"
    part = Part(bad, (bad,), (bad,), (), (Table(bad, ("", bad), ((bad, bad),)),), ((bad, bad),))
    page = to_html(Report(bad, bad, (part,)))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert to_pdf(Report(bad, bad, (part,))).startswith(b"%PDF")


def test_the_same_report_is_the_same_bytes() -> None:
    report = Report("A title", "about", (Part("One", ("£5m ±1m – “no difference” ≥ ←",)),))
    assert to_pdf(report) == to_pdf(report) and to_html(report) == to_html(report)


# --- the workshop's command line ---


@pytest.mark.parametrize("place", ["nowhere", "scenarios", ""])
def test_no_such_place(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["workshop", place or "x/y"]) == 2
    assert "portsmouth" in capsys.readouterr().err


def test_a_place_by_any_of_its_names() -> None:
    by_name, source = place_of("portsmouth", None)
    by_file, _ = place_of(str(PORTSMOUTH / "do_nothing.toml"), 5)
    assert source == (PORTSMOUTH / "do_nothing.toml").resolve()
    assert (by_name.years, by_file.years) == (10, 5)


def test_hours_of_waiting_are_refused_with_an_estimate() -> None:
    base, _ = place_of("wiltshire", 30)
    with pytest.raises(commands.BadRequest, match=r"about [\d.,]+ hours"):
        check_size(base, 1000)
    check_size(base, 8)


def test_what_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from experiments.workshop import command

    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "segno" else True)
    assert cli.main(["workshop", "portsmouth"]) == 2
    assert "segno" in capsys.readouterr().err


def test_a_port_in_use_is_told() -> None:
    from experiments.workshop.command import bound

    with bound(0, phones=False) as first:
        assert first.getsockname()[0] == "127.0.0.1"
        first.listen()
        with pytest.raises(commands.BadRequest, match="cannot be used"):
            bound(first.getsockname()[1], phones=False)
    with bound(0, phones=True) as open_to_all:
        assert open_to_all.getsockname()[0] == "0.0.0.0"
