"""`upstream report`: what was written is read back, and the files say it all by themselves."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as student

from experiments import cli, commands
from experiments.compare import Findings, Replicates, differences, levels
from experiments.figures import ROOM, money_by_payer
from experiments.report.answers import (
    CHANCE,
    NO_BREAK,
    SAME,
    UNSURE,
    answer_groups,
    for_so_many,
    in_words,
)
from experiments.report.cash import cash_in_words
from experiments.report.content import (
    Part,
    Report,
    Table,
    _before_the_answer,
    _limits,
    report_of,
)
from experiments.report.html import to_html
from experiments.report.kept import findings_in
from experiments.report.pdf import MARGIN, add_fonts, add_table, to_pdf
from experiments.report.repeat import to_paste
from experiments.rows import Row
from experiments.stats import Interval, t_quantile
from experiments.table import PLAUSIBLE, signs, table_text
from experiments.wording import Kind
from experiments.workshop.command import check_size, place_of
from sim.store import Damaged, results_folder
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


def test_a_brief_is_written_beside_the_report(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["report", str(results), "--brief"]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [path.name for path in written] == ["three_brief.html", "three_brief.pdf"]
    page = written[0].read_text(encoding="utf-8")
    assert "In short" in page and "How to repeat it" not in page


def test_a_damaged_folder_is_refused(results: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(results, tmp_path / "copy")
    (tmp_path / "copy" / "results.json").write_text("{}")
    with pytest.raises(Damaged):
        findings_in(tmp_path / "copy")
    assert cli.main(["report", str(tmp_path / "copy")]) == 2
    assert cli.main(["report", str(tmp_path / "nowhere")]) == 2


def _answer_folder(out: Path) -> None:
    with results_folder(out, {"version": "1", "command": ["upstream", "break-even", "x"]}) as to:
        (to / "table.txt").write_text("When does it pay?\n", encoding="utf-8")


def test_the_answer_to_another_question_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Break-even and evaluate seal folders of the same kind, without a comparison in them."""
    _answer_folder(tmp_path / "paying")
    assert cli.main(["report", str(tmp_path / "paying")]) == 2
    told = capsys.readouterr().err.strip()
    assert told.count("\n") == 0 and "no comparison and no workshop" in told
    assert "`upstream break-even`" in told and "table.txt" in told


def test_the_report_has_the_tables_rows_and_its_words(results: Path) -> None:
    found, manifest = findings_in(results)
    made = report_of(found, manifest, {})
    table = table_text(found)
    for shown in (t for part in made.parts for t in part.tables):
        heading = f"\n{shown.title}\n"
        below = table.split(heading)[1].splitlines()[1 : 1 + 2 * len(shown.rows)]
        labels = [line[:34].strip() for line in below if not line.startswith(PLAUSIBLE)]
        assert [row[0][:34] for row in shown.rows] == labels[: len(shown.rows)]
    limits = next(part for part in made.parts if part.title == "Limits")
    legend = " ".join(table.split())
    assert all(sign in legend for sign in signs(found))
    assert any(" ".join(signs(found)) in point for point in limits.points)


def findings_of(differences: dict[str, tuple[float, float]]) -> Findings:
    """Two replicates of a base at 100 everywhere, and of one scenario: mean and half width."""
    t = 12.706  # Student's, one degree of freedom

    def scenario(shift: int) -> Replicates:
        overall = {}
        for name, (mean, half) in differences.items():
            away = half / t
            overall[name] = 100.0 + shift * np.array([mean - away, mean + away])
        return Replicates(overall, {n: x[:, None] for n, x in overall.items()})

    return Findings(
        place="p", place_title="P", start=dt.date(2024, 4, 1), years=1, seed=1,
        replicates=(0, 1), complete=True, base="a", titles={"a": "A", "b": "B"},
        labels={"a": "A", "b": "B"}, agencies={"housing": "Housing", "police": "Police"},
        scenarios={"a": scenario(0), "b": scenario(1)}, results=(), person_weeks=0, seconds=0.0,
    )  # fmt: skip


def test_what_the_reader_came_for_comes_first_then_the_largest_certain_effects() -> None:
    """Of the two waits, 60 ±55 is the larger and the less certain: only 5 of it are."""
    found = findings_of({
        "nfa.gave_up": (-30, 1), "wait_weeks.housing": (50, 2), "people.multiple_needs": (4, 1),
        "contacts.police": (60, 55), "contacts.ae": (9, 1), "people.in_crisis": (1, 3),
        "cost.payer.nhs": (9, 1), "cost.payer.council": (-20, 1), "cost.total": (1, 4),
    })  # fmt: skip
    groups = dict(answer_groups(found))
    assert [title.removeprefix("B: ") for title in groups] == [
        "demand on police, ambulance and A&E", "people", "who pays", "what else changes most",
        "not to be told from chance",
    ]  # fmt: skip
    assert [line.split(",")[0] for line in groups["B: demand on police, ambulance and A&E"]] == [
        "A&E and emergency admissions", "Police"
    ]  # fmt: skip
    most = groups["B: what else changes most"]
    assert most[0] == "Housing, weeks of waiting: 50.0 ±2.0 more, on 100."
    assert most[1].startswith("Gave up waiting a year: 30 ±1 fewer") and len(most) == 2
    assert groups["B: who pays"] == ("Council pays: £20 ±1 less.", "NHS pays: £9 ±1 more.")
    assert [line.split(":")[0] for line in groups["B: not to be told from chance"]] == [
        "People in crisis in an average week", "All services and programmes"
    ]  # fmt: skip


def test_what_is_picked_from_many_has_to_be_beyond_the_luck_of_many() -> None:
    """By itself -30 ±10 is beyond chance. As the one of fifty that luck lifts highest it is not."""
    one = findings_of({"nfa.gave_up": (-30, 10)})
    assert "B: what else changes most" in dict(answer_groups(one))
    others = {f"nfa.d{i}": (0.0, 10.0) for i in range(49)}
    assert "B: what else changes most" not in dict(
        answer_groups(findings_of(others | {"nfa.gave_up": (-30, 10)}))
    )
    certain = findings_of(others | {"nfa.gave_up": (-30, 0.01)})
    assert "B: what else changes most" in dict(answer_groups(certain))


def test_what_other_numbers_could_undo_is_not_picked_from_many() -> None:
    """Two replicates may agree to the last digit by luck; the sets do not."""
    found = findings_of({"nfa.gave_up": (-30, 0)})
    assert "B: what else changes most" in dict(answer_groups(found))
    doubtful = _at_sets(found, {"nfa.gave_up": (-40.0, 10.0)})
    assert "B: what else changes most" not in dict(answer_groups(doubtful))


def test_the_programme_comes_first_and_what_is_tiny_is_not_among_the_largest() -> None:
    """Chance alone does not explain a difference of half a hundredth of the level: it is a line of
    the table, and no headline. The main rows are told in any case."""
    found = findings_of({
        "nfa.gave_up": (0.5, 0.001), "nfa.excluded": (2, 0.01), "contacts.police": (0.5, 0.1),
        "cost.programme": (3, 0), "cost.payer.nhs": (9, 1),
    })  # fmt: skip
    groups = dict(answer_groups(found))
    assert groups["B: what else changes most"][0].startswith("Referrals refused a year by an excl")
    assert len(groups["B: what else changes most"]) == 1
    assert "B: demand on police, ambulance and A&E" in groups
    assert groups["B: who pays"] == ("The programme itself: £3 more.", "NHS pays: £9 ±1 more.")
    assert "B: who pays" not in dict(answer_groups(findings_of({"cost.programme": (0, 0)})))


def test_at_most_two_doors_of_a_sort_are_among_the_largest() -> None:
    """Four waits do not push out all else."""
    waits = {f"wait_weeks.d{i}": (50.0 + i, 1.0) for i in range(4)}
    found = findings_of(waits | {"nfa_share": (2.0, 0.1)})
    most = dict(answer_groups(found))["B: what else changes most"]
    assert [line.split(":")[0] for line in most] == [
        "D3, weeks of waiting", "D2, weeks of waiting", "Referrals refused, of those judged"
    ]  # fmt: skip


def _at_sets(found: Findings, shifts: dict[str, tuple[float, float]]) -> Findings:
    """The same with two plausible sets at which the scenario differs by these."""

    def side(here: int) -> Replicates:
        overall = {n: 100.0 + here * np.array(x) for n, x in shifts.items()}
        return Replicates(overall, {n: x[:, None] for n, x in overall.items()})

    return replace(found, sets=(0, 1), plausible={"a": side(0), "b": side(1)})


def test_whose_sets_they_are_is_told_above_the_answer_and_in_the_limits() -> None:
    """Only where they are another place's."""
    told = "P has not been calibrated: the plausible sets of numbers are those that fit the figures"
    found = _at_sets(findings_of({"contacts.police": (3, 1)}), {"contacts.police": (1.0, 2.0)})
    for ensemble, is_told in (("portsmouth", True), ("p", False)):
        of = replace(found, ensemble=ensemble)
        for part in (_before_the_answer(of), _limits(of)):
            assert any(f"{told} of Portsmouth, whose" in line for line in part) == is_told


def test_sets_that_differ_by_luck_alone_point_no_way() -> None:
    found = findings_of({"contacts.police": (1.0, 2.0)})
    same = _at_sets(found, {"contacts.police": (7.0, 7.0)})
    groups = dict(answer_groups(same))
    assert f"B: {UNSURE}" not in groups and f"B: {CHANCE}" in groups


def test_the_first_page_opens_with_the_answer_before_method_and_cautions(results: Path) -> None:
    found, manifest = findings_in(results)
    made = report_of(found, manifest, {})
    assert [part.title for part in made.parts[:3]] == ["In short", "What was asked", "The answer"]
    cut, navigators = (title for title, _ in made.parts[0].groups)
    assert cut.endswith(", in force in 9 of the 10 years, from 2025-04-01")
    assert navigators.startswith("Navigators, in force in")
    said = [line for _, lines in made.parts[0].groups for line in lines]
    begins = [line.split(" ")[0].rstrip(":") for line in said]
    assert [x for x in begins if x != "Children"] == 2 * ["People", "Demand", "Money"]
    assert all("±" in line for line in said)
    later = [p for part in made.parts[1:] for _, points in part.groups for p in points]
    assert not set(said) & set(later)


def test_what_cannot_be_told_says_why_not() -> None:
    """Luck alone; luck at the register's numbers where all others point one way; no difference."""
    own = {"contacts.police": (1.0, 2.0), "contacts.ae": (1.0, 2.0), "people.in_crisis": (0, 0)}
    shifts = {"contacts.police": (-9.0, 9.0), "contacts.ae": (30.0, 50.0)}
    found = _at_sets(findings_of(own), shifts | {"people.in_crisis": (0.0, 0.0)})
    groups = dict(answer_groups(found))
    for title, starts in ((CHANCE, "Police"), (UNSURE, "A&E"), (SAME, "People in crisis")):
        (line,) = groups[f"B: {title}"]
        assert line.startswith(starts)


@pytest.mark.parametrize(
    ("interval", "said"),
    [
        (Interval(-0.05, -0.06, -0.04), "5.0 ±1.0 percentage points less, from 65.0% to 60.0%"),
        (Interval(0.01, -0.02, 0.04), "no detectable difference (±3.0 percentage points)"),
    ],
)
def test_shares_are_told_from_what_to_what_in_percentage_points(
    interval: Interval, said: str
) -> None:
    level = {"x": Interval(0.65, 0.64, 0.66)} if interval.detectable else {}
    assert in_words({"x": interval}, level, Row("x", "X", "share")) == said


def test_cash_and_capacity_are_told_apart() -> None:
    """Of 30 less in all, 10 are cash: 12 of the council's, and 2 more of the NHS's."""
    found = findings_of({
        "cost.total": (-30, 1), "cashable_cost.council": (-12, 0), "cashable_cost.nhs": (2, 0),
    })  # fmt: skip
    both, each = list(cash_in_words(found, "b"))
    assert both.startswith("Cash, all payers together: £10 less. Capacity used (")
    assert both.endswith("): £20 ±1 less.")
    assert each == "Cash, by payer: Council £12 less; NHS £2 more."


@pytest.mark.parametrize(("n", "replicates"), [(2, 2), (40, 3), (120, 8)])
def test_an_interval_for_many_at_once_is_bonferronis(n: int, replicates: int) -> None:
    t = student(replicates - 1)
    assert for_so_many(n, replicates) == pytest.approx(t.ppf(1 - 0.025 / n) / t.ppf(0.975))


def test_luck_alone_is_named_among_the_largest_as_seldom_as_promised() -> None:
    """Sixty measures that nothing moves, 400 times: in one of twenty at most is one beyond it."""
    rng, n, replicates = np.random.default_rng(5), 60, 8
    drawn = rng.normal(size=(400, n, replicates))
    half = t_quantile(replicates - 1) * drawn.std(axis=2, ddof=1) / np.sqrt(replicates)
    beyond = np.abs(drawn.mean(axis=2)) > for_so_many(n, replicates) * half
    assert beyond.any(axis=1).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert (np.abs(drawn.mean(axis=2)) > half).any(axis=1).mean() > 0.9  # without it


def test_the_line_to_repeat_it_can_be_pasted_in_the_project() -> None:
    root = SCENARIOS.parent
    words = ["compare", str(root / "scenarios" / "p q.toml"), "--out", "results/a", "/elsewhere/b"]
    assert shlex.split(to_paste(words)) == [
        ".venv/bin/upstream", "compare", "scenarios/p q.toml", "--out", "results/a", "/elsewhere/b"
    ]  # fmt: skip


def test_the_report_says_what_each_scenario_does_and_for_how_long(results: Path) -> None:
    found, manifest = findings_in(results)
    asked = next(p for p in report_of(found, manifest, {}).parts if p.title == "What was asked")
    told = dict(asked.groups)
    cut = next(lines for title, lines in told.items() if "cut" in title)
    assert cut[0] == "In force in 9 of the 10 years, from 2025-04-01."
    assert "Drug and alcohol service: £3.78m to £2.52m a year (-33%)" in cut[1]
    assert any("12 posts" in line for line in told["Navigators"])
    assert "in force in 9 of the 10 years, from 2025-04-01." in " ".join(table_text(found).split())


def test_one_wide_range_of_ignorance_does_not_crush_the_others_of_the_picture() -> None:
    """Chance reaches to 12 here and ignorance to thousands: the axis is made for chance, and what
    goes on beyond it has an arrow at the edge."""
    found = findings_of({"cost.payer.nhs": (9, 1), "cost.payer.council": (-10, 2)})
    shifts = {"cost.payer.nhs": (9.0, 4000.0), "cost.payer.council": (-10.0, -9.0)}

    def at_sets(here: int) -> Replicates:
        overall = {n: 100.0 + here * np.array(x) for n, x in shifts.items()}
        return Replicates(overall, {n: x[:, None] for n, x in overall.items()})

    wide = replace(found, sets=(0, 1), plausible={"a": at_sets(0), "b": at_sets(1)})
    for one, arrows in ((found, 0), (wide, 1)):
        figure = money_by_payer(one)
        assert figure is not None
        (axes,) = (axes for axes in figure.axes if axes.get_visible())
        low, high = axes.get_xlim()
        assert -12.01 * ROOM < low <= -12 and 10 <= high < 12.01 * ROOM
        assert (high > 12 * ROOM - 0.1) == (one is wide)
        assert sum(line.get_marker() in ("<", ">") for line in axes.lines) == arrows
        figure.draw_without_rendering()
        below = next(text for text in figure.texts if "replicates" in text.get_text())
        assert below.get_window_extent().x1 < figure.bbox.x1


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        ((-580e3, -150e3), "£150k to £580k less"),
        ((-2.1e6, 6.3e6), "£2.1m less to £6.3m more"),
        ((0.0, 22.0), "0 to 22 more"),
    ],
)
def test_a_range_is_read_out_in_words_without_signs(
    interval: tuple[float, float], text: str
) -> None:
    kind: Kind = "money" if "£" in text else "number"
    middle = sum(interval) / 2
    difference = Interval(middle, *interval, (middle - 1, middle + 1), interval)
    said = in_words({"x": difference}, {}, Row("x", "X", kind))
    assert said.replace(NO_BREAK, " ").endswith(f"plausible numbers {text}")


def test_nothing_typed_becomes_markup() -> None:
    bad = "<script>alert('x')</script>&\x07"
    table = Table(bad, ("", bad), ((bad, bad),))
    part = Part(bad, (bad,), (bad,), ((bad, (bad,)),), (), (table,), ((bad, bad),))
    page = to_html(Report(bad, bad, (part,)))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert to_pdf(Report(bad, bad, (part,))).startswith(b"%PDF")


def test_no_figure_is_broken_in_the_widest_table() -> None:
    """As high as one whose cells are a letter: nothing was too long for its column."""
    from fpdf import FPDF

    def height(*cell: str) -> float:
        pdf = FPDF(format="A4")
        pdf.set_margins(MARGIN, MARGIN)
        add_fonts(pdf)
        pdf.add_page()
        row = ("Probation and offender management", *["\n".join(cell)] * 4)
        add_table(pdf, Table("", ("", "A", "B", "C", "D"), (row,)))
        return float(pdf.get_y())

    longest = ("(+1.25% ±0.25%)", "(-£1.01m ±0.14m)", "(+0.000 ±0.002)", "(+1,230 ±1,100)")
    ranges = ("-2,500..+7,600", "-£7.3m..-£0.3m", "-0.014..+0.008")
    for figure in longest:
        for among in ranges:
            told = [text.replace(" ", NO_BREAK) for text in (figure, among)]
            assert height(*told) == height("1", "2"), told
    assert height("(+1.25% ±0.25%)" * 2, "2") > height("1", "2")


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
