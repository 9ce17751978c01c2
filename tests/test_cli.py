"""The program: what it accepts, what it says, how it ends. The model is a stand-in."""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from experiments import cli, commands
from experiments.options import SETS
from experiments.pool import Task
from sim import store
from sim.tasks import TaskFolder
from tests import made_up as fake

SCENARIOS = Path(__file__).parents[1] / "scenarios"
DO_NOTHING = str(SCENARIOS / "portsmouth" / "do_nothing.toml")
BUDGET_CUT = str(SCENARIOS / "portsmouth" / "budget_cut.toml")
NAVIGATORS = str(SCENARIOS / "portsmouth" / "navigators.toml")
WILTSHIRE = str(SCENARIOS / "wiltshire" / "budget_cut.toml")

PROGRAM = """
import sys
from functools import partial
from experiments import cli, commands
from tests import made_up
arguments = cli.parser().parse_args(sys.argv[2:])
task = getattr(made_up, sys.argv[1])
arguments.command = partial(getattr(commands, arguments.command.__name__), task=task)
sys.exit(cli.carry_out(arguments))
"""
"""The program as its users start it, but for the model."""


def carry_out(task: Task, *argv: str) -> int:
    """Carry out a command line in this process, with a stand-in for the model."""
    arguments = cli.parser().parse_args(argv)
    command = {commands.run: commands.run, commands.compare: commands.compare}[arguments.command]
    arguments.command = partial(command, task=task)
    return cli.carry_out(arguments)


def start(task: str, *argv: str) -> subprocess.Popen[str]:
    """Start the program in a process group of its own, as a terminal does."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, task, *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        cwd=Path(__file__).parents[1],
    )


# --- help ---


def test_help_comes_at_once() -> None:
    """The best of five, because the machine may be busy. Measured: 0.06 s."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "experiments.cli", "--help"], check=True,
                       capture_output=True, cwd=Path(__file__).parents[1])  # fmt: skip
        times.append(time.perf_counter() - started)
    assert min(times) < 0.3


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'scipy', 'matplotlib', 'pydantic', 'numba', 'mesa', 'pyarrow', 'rich'}"
    code = (
        f"import sys, experiments.cli as c; c.parser(); sys.exit(len({heavy} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


@pytest.mark.parametrize("argv", [["--help"], ["compare", "--help"], ["--version"]])
def test_asking_for_help_is_no_mistake(argv: list[str]) -> None:
    assert cli.main(argv) == 0


# --- bad input ---


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], "COMMAND"),
        (["comapre", DO_NOTHING], "comapre"),
        (["run", DO_NOTHING, "--replicates", "0"], "from 1 to 100000, not “0”"),
        (["run", DO_NOTHING, "--years", "31"], "from 1 to 30, not “31”"),
        (["run", DO_NOTHING, "--years", "ten"], "not “ten”"),
        (["run", DO_NOTHING, "--seed", "-1"], "not “-1”"),
        (["run", DO_NOTHING, "--workers", "0"], "not “0”"),
        (["run", DO_NOTHING, "--out", ""], "must name a path"),
        (["run", DO_NOTHING, "--replicate", "3"], "--replicate"),
        (["run", "nowhere.toml"], "nowhere.toml"),
        (["run", DO_NOTHING, "--out", __file__], "is a file"),
        (["run", DO_NOTHING, "--out", str(SCENARIOS)], "not results of Upstream"),
        (["run", DO_NOTHING, "--json", "no/such/folder.json"], "there is no folder"),
        (["run", DO_NOTHING, "--json", str(SCENARIOS)], "is a folder"),
        (["run", DO_NOTHING, "--out", "new", "--json", "new/a.json"], "is inside"),
        (["compare", DO_NOTHING], "upstream run"),
        (["compare", DO_NOTHING, DO_NOTHING], "have the same name, do_nothing"),
        (["compare", DO_NOTHING, WILTSHIRE], "one is portsmouth, one wiltshire"),
        (["compare", DO_NOTHING, BUDGET_CUT, "--against", "do_noting"], "did you mean do_nothing?"),
        (["check", "nowhere.toml", DO_NOTHING], "1 of 2 files cannot be used"),
    ],
)
def test_bad_input_is_explained(
    argv: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 2
    said = capsys.readouterr().err
    assert expected in said
    assert "Traceback" not in said


def test_scenarios_of_other_years_or_dates_are_not_compared() -> None:
    one, other = fake.scenario("a", years=10), fake.scenario("b", years=20)
    with pytest.raises(commands.BadRequest, match="--years sets both"):
        commands.check_comparable([one, other])


def test_check_says_what_a_file_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", DO_NOTHING, NAVIGATORS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [": ok, " in line for line in lines] == [True, True, False, False, False]
    assert lines[2:] == [
        "  from 2025-04-01: Navigators, 12 posts, £552k a year",
        "  in all, from 2025-04-01 and built up: £552k a year more",
        "    not in it: what other services then spend or save (upstream compare tells)",
    ]


def test_check_says_what_becomes_of_budgets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before and after, in the order in which changes begin; half a team is half its posts."""
    parent = (Path(__file__).parents[1] / DO_NOTHING).as_posix()
    file = tmp_path / "two_cuts.toml"
    file.write_text(
        f'title = "Two cuts"\nextends = "{parent}"\n'
        '[[use]]\nintervention = "navigators"\nscale = 0.5\nstart = 2027-04-01\n'
        '[[changes]]\nkind = "budget"\nagency = "advice"\nmultiply = 0.5\nstart = 2026-04-01\n'
        '[[changes]]\nkind = "budget"\nagencies = "all"\nmultiply = 0.9\nstart = 2025-04-01\n'
        'moved_to = "early_help"\n'
    )
    assert cli.main(["check", str(file)]) == 0
    _, every, advice, team, total, *_ = capsys.readouterr().out.splitlines()
    assert "11 budgets together: £29.5m to £26.5m a year (-10%)" in every
    assert every.endswith("moved to Early help for families: £5.00m to £7.95m a year (+59%)")
    assert "Benefits and debt advice: £416k to £208k a year (-50%)" in advice
    assert team.endswith("Navigators, 6 posts, £276k a year")
    # what is cut from all is moved, so the total is the team less half of what advice has left
    assert total == "  in all, from 2027-04-01 and built up: £67.8k a year more"


def test_check_asks_whether_fifteen_times_a_budget_is_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parent = (Path(__file__).parents[1] / DO_NOTHING).as_posix()
    file = tmp_path / "slip.toml"
    text = (
        f'title = "A slip"\nextends = "{parent}"\n'
        '[[changes]]\nkind = "budget"\nagency = "advice"\nmultiply = 15\nstart = 2025-04-01\n'
    )
    file.write_text(text)
    assert cli.main(["check", str(file)]) == 0
    assert "(+1400%): 15 times as much, is that meant?" in capsys.readouterr().out
    file.write_text(text.replace("multiply = 15", "multiply = 3"))
    assert cli.main(["check", str(file)]) == 0
    assert "is that meant" not in capsys.readouterr().out
    file.write_text(text.replace("multiply = 15", 'multiply = "15%"'))
    assert cli.main(["check", str(file)]) == 2
    assert "15% less multiply = 0.85" in capsys.readouterr().err


def test_check_adds_up_what_runs_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A team that has ended when the money comes is not added to it; sums paid once are."""
    parent = (Path(__file__).parents[1] / DO_NOTHING).as_posix()
    file = tmp_path / "one_by_one.toml"
    file.write_text(
        f'title = "One by one"\nextends = "{parent}"\n'
        '[[use]]\nintervention = "navigators"\nstart = 2025-04-01\nend = 2026-04-01\n'
        '[[use]]\nintervention = "blueprint"\nstart = 2025-04-01\n'
        '[[changes]]\nkind = "budget"\nagency = "advice"\nadd_gbp_per_year = 100_000\n'
        "start = 2026-04-01\n"
    )
    assert cli.main(["check", str(file)]) == 0
    *_, total, without, unsure = capsys.readouterr().out.splitlines()
    assert unsure.startswith("  moves budgets that are no figures of yours: Benefits and debt adv")
    assert total == (
        "  in all, from 2026-04-01 and built up: £100k a year more, £250k once "
        "(not all of it runs at once)"
    )
    assert without.endswith(
        "; what exclusion, information, trust and staffing may cost beyond the sums given"
    )


def test_check_of_nothing_that_costs_has_no_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", DO_NOTHING]) == 0
    assert "in all" not in capsys.readouterr().out


def test_check_says_what_numbers_and_mechanisms_are_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file without a single change is not “no changes”; what it extends counts with it."""
    parent = tmp_path / "parent.toml"
    parent.write_text(
        f'title = "p"\nextends = "{Path(DO_NOTHING).as_posix()}"\n'
        '[parameters]\n"general.support.trust_loss_refusal" = 0.03\n'
        '"agencies.substance.threshold" = 0.4\n'
    )
    child = tmp_path / "child.toml"
    child.write_text(
        'title = "c"\nextends = "parent.toml"\ncrisis_door = "pathway"\n'
        "[parameters]\ngeneral.support.trust_loss_refusal = 0.12\n"
        "agencies.housing.budget_gbp_per_year = 900_000\n"
        "[mechanisms]\nwithdrawal = false\n"
    )
    assert cli.main(["check", str(child)]) == 0
    first, *told = capsys.readouterr().out.splitlines()
    assert first.endswith("3 numbers set, 1 mechanism off, crisis door by its own model")
    assert told == [
        "  throughout: general.support.trust_loss_refusal: from 0.06 to 0.12 "
        "(share: trust lost to a refusal)",
        "  throughout: agencies.substance.threshold: from 0.36 to 0.4 "
        "(level: below it a person is refused when assessed)",
        "  throughout: agencies.housing.budget_gbp_per_year: from the national sum a head to "
        "900,000 (£ a year: the budget, where a place gives it)",
        "  throughout: mechanism withdrawal from on to off (cases are let go when things go quiet)",
        "  throughout: crisis door from table to pathway",
    ]
    assert cli.main(["check", DO_NOTHING]) == 0
    assert capsys.readouterr().out.endswith("no changes\n")


def test_every_number_that_can_be_set_can_be_told() -> None:
    from experiments.asked_numbers import _number_line
    from scenarios.load import load_scenario
    from scenarios.parameters import parameter_names

    evidence = load_scenario(DO_NOTHING).evidence
    for name in parameter_names(evidence):
        assert _number_line(name, evidence, evidence).startswith(f"{name}: from ")


# --- good input ---


def test_a_comparison_from_files_to_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    argv = ["compare", NAVIGATORS, DO_NOTHING, "--against", "do_nothing", "--replicates", "3"]
    argv += ["--years", "4", "--seed", "0", "--workers", "1", "--out", str(out)]
    assert carry_out(fake.made_up, *argv) == 0
    manifest = store.verify(out)
    assert manifest["complete"] and manifest["seed"] == 0 and manifest["base"] == "do_nothing"
    assert "figures/people.png" in manifest["files"]
    results = json.loads((out / "results.json").read_text())
    assert (results["years"], results["replicates"]) == (4, 3)
    assert list(results["differences"]) == ["navigators"]
    assert "seconds" not in results
    assert (out / "table.txt").read_text() == capsys.readouterr().out


def test_json_on_standard_output_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["run", DO_NOTHING, "--replicates", "2", "--workers", "1", "--json", "-"]
    assert carry_out(fake.made_up, *argv) == 0
    content = json.loads(capsys.readouterr().out)
    runs = content["replicates"] + content["sets"]
    assert runs == 2 + SETS
    assert content["differences"] == {} and content["seconds"] == 0.5 * runs


def test_json_in_a_file_leaves_the_table_on_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "results.json"
    argv = ["run", DO_NOTHING, "--replicates", "2", "--workers", "1", "--json", str(path)]
    assert carry_out(fake.made_up, *argv) == 0
    assert json.loads(path.read_text())["place"] == "portsmouth"
    assert "With multiple unmet needs" in capsys.readouterr().out


def test_a_change_after_the_end_is_pointed_out(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["run", NAVIGATORS, "--years", "1", "--replicates", "1", "--workers", "1"]
    assert carry_out(fake.made_up, *argv) == 0
    assert "ends before a change" in capsys.readouterr().err


# --- ends of other kinds ---


def test_a_fault_of_ours_is_called_that(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(fake.faulty, "run", DO_NOTHING, "--workers", "1") == 1
    said = capsys.readouterr().err
    assert "This is a fault in Upstream, not in your files. ZeroDivisionError: a mistake" in said
    assert "2 of 8 replicates were finished and are kept" in said
    assert "Traceback" not in said


def test_debug_shows_where_a_fault_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(fake.faulty, "run", DO_NOTHING, "--workers", "1", "--debug") == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_death_of_a_worker_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["run", DO_NOTHING, "--workers", "2", "--replicates", "3"]
    assert carry_out(fake.dies, *argv) == 1
    said = capsys.readouterr()
    assert "fewer --workers" in said.err and "1 of 3 replicates" in said.err
    assert "1 replicate (stopped before the end)" in said.out


@pytest.mark.parametrize("said", [
    "cannot join thread before it is started",
    "Unknown error: Failed to launch worker thread: Resource temporarily unavailable",
    "libopenblas.so: failed to map segment from shared object",
])  # fmt: skip
def test_want_of_memory_in_a_librarys_words_is_no_fault_of_ours(
    said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def starved(*_: object) -> None:
        raise RuntimeError(said)

    assert carry_out(starved, "run", DO_NOTHING, "--workers", "1") == 1
    told = capsys.readouterr().err
    assert "gave it no memory" in told and "fault in Upstream" not in told


def test_a_folder_that_another_program_holds_is_no_want_of_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The system says of a lock that is taken what it says of threads it has not."""

    def twice(*_: object) -> None:
        with TaskFolder(tmp_path):
            pass

    with TaskFolder(tmp_path):
        assert carry_out(twice, "run", DO_NOTHING, "--workers", "1") == 2
    assert "another program" in capsys.readouterr().err


def test_with_too_little_memory_for_any_library_nothing_is_begun() -> None:
    """With 400 MB a library waited for ever for memory, with 580 one crashed."""
    size = 400 * 2**20
    done = subprocess.run(
        [sys.executable, "-m", "experiments.cli", "check", DO_NOTHING],
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[1],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (1, "", cli.NO_ROOM_AT_ALL + "\n")


class Panic(BaseException):
    """What a library written in Rust raises; no Exception of Python's."""


def test_a_panic_for_want_of_memory_is_told_and_any_other_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def panics(said: str, *_: object) -> None:
        raise Panic(said)

    pointer = partial(panics, "PyObject pointer is null")
    assert carry_out(pointer, "run", DO_NOTHING, "--workers", "1") == 1
    assert "gave it no memory" in capsys.readouterr().err
    with pytest.raises(Panic):
        carry_out(partial(panics, "a fault of its own"), "run", DO_NOTHING, "--workers", "1")


def test_a_folder_that_fails_at_the_end_does_not_take_the_table_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    def meanwhile(*of_run: object) -> list[object]:
        out.mkdir(exist_ok=True)
        (out / "thesis.doc").write_text("ten years of work")
        return fake.made_up(*of_run)  # type: ignore[arg-type, return-value]

    argv = ["run", DO_NOTHING, "--workers", "1", "--replicates", "1", "--out", str(out)]
    assert carry_out(meanwhile, *argv) == 1  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert "could not be written" in said.err and "With multiple unmet needs" in said.out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "out.unfinished"]


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_on_the_terminal(tmp_path: Path, times: int) -> None:
    """The first keeps what is finished; the second ends at once and leaves nothing half-written."""
    out = tmp_path / "out"
    program = start("slow", "run", DO_NOTHING, "--workers", "2", "--out", str(out))
    assert program.stderr is not None
    assert program.stderr.readline().strip() == fake.UNDER_WAY
    time.sleep(0.2)
    for _ in range(times):
        os.killpg(program.pid, signal.SIGINT)
        time.sleep(0.05)
    said, complaint = program.communicate(timeout=20)
    assert program.returncode == 130
    assert "Stopped" in complaint and "Traceback" not in complaint
    if times == 1:
        assert store.verify(out)["complete"] is False
        assert json.loads((out / "results.json").read_text())["complete"] is False
        assert "1 replicate (stopped before the end)" in said
        assert not (out / "figures").exists()
        assert f"goes on from {out}.unfinished" in complaint
    assert {p.name for p in tmp_path.iterdir()} <= {"out", "out.unfinished"}


LOST = """
import sys, time
from experiments import cli

class Finalised:
    def __del__(self):
        raise KeyboardInterrupt

def carry_out(arguments):
    try:
        Finalised()
        time.sleep(20)
    except KeyboardInterrupt:
        print("stopped")
        return 130

cli.carry_out = carry_out
sys.argv = ["upstream", "check", "x"]
sys.exit(cli.main())
"""


def test_a_ctrl_c_that_falls_into_a_finalizer_is_not_lost() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "stopped\n", "")


LATE = """
import os, signal, sys
from experiments import cli

cli.carry_out = lambda arguments: 0
sys.argv = ["upstream", "check", "x"]
code = cli.main()
os.kill(os.getpid(), signal.SIGINT)
sys.exit(code)
"""


def test_a_ctrl_c_after_all_is_done_changes_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    program = start("made_up", "run", DO_NOTHING, "--workers", "1", "--json", "-")
    assert program.stdout is not None and program.stderr is not None
    program.stdout.close()
    assert program.stderr.read() == ""
    assert program.wait(timeout=20) == 0


def test_standard_output_on_a_full_disk_is_said_plainly() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "made_up", "run", DO_NOTHING, "--workers", "1"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1],
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "standard output: No space left on device\n"


def test_a_namespace_carries_its_command() -> None:
    arguments = cli.parser().parse_args(["compare", "a.toml", "b.toml"])
    assert isinstance(arguments, argparse.Namespace) and arguments.command is commands.compare
