"""The program `upstream`: its commands, its options, its exit codes.

A new command is a function in `experiments.commands` (or a module of its own), and an ``_add_``
function in the ``cli_`` file of its subject. Nothing heavy is imported before a command runs, so
that help comes at once.

Exit codes: 0 done, 2 bad input, 1 a fault of ours, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections.abc import Sequence

from experiments import commands
from experiments.cli_data import add_data
from experiments.cli_files import add_files
from experiments.cli_questions import add_questions
from experiments.cli_rooms import add_rooms
from experiments.cli_runs import add_runs

OUR_FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130
EXTRAS = {
    "SALib": "sensitivity", "statsmodels": "forecast", "duckdb": "query", "distributed": "cluster",
    "altair": "workshop", "fpdf": "workshop", "segno": "workshop", "starlette": "workshop",
    "uvicorn": "workshop", "vl_convert": "workshop",
}  # fmt: skip
"""Modules that an adopter may have left out, and the extra that brings each."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal without “£” gets a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else BAD_INPUT
    code = carry_out(arguments)
    if code == INTERRUPTED:
        # All is done; an impatient Ctrl-C must not interrupt Python's own ending.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return code


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what a parsed command line asks; whatever goes wrong becomes a message and a code."""
    try:
        return int(arguments.command(arguments))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        return _explain(error, arguments.debug)


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="upstream",
        description="Forecast demand on public services from the lives of the people who cause it.",
        epilog="upstream COMMAND --help says more about a command.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subparsers = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_files(subparsers)
    add_runs(subparsers)
    add_questions(subparsers)
    add_data(subparsers)
    add_rooms(subparsers)
    return top


def _add_place(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "write the place file of an authority in England or Wales, and scenarios to begin with"
    command = subparsers.add_parser("place", help=text, description=text, allow_abbrev=False)
    command.add_argument("name", nargs="*", metavar="NAME", help='for example "Stoke-on-Trent"')
    command.add_argument("--list", action="store_true", help="name all 175 authorities")
    command.add_argument(
        "--out",
        type=some_path,
        metavar="FILE",
        help="the place file; scenarios go into the folder of the same name without .toml "
        "(default: the authority's name, in this folder)",
    )
    command.add_argument("--force", action="store_true", help="write over files that exist")
    add_debug(command)
    command.set_defaults(command=place.place)


def _add_check(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "check scenario and intervention files, without running anything"
    command = subparsers.add_parser("check", help=text, description=text, allow_abbrev=False)
    command.add_argument("files", type=Path, nargs="+", metavar="FILE")
    add_debug(command)
    command.set_defaults(command=commands.check)


def _add_run(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "simulate one scenario"
    command = subparsers.add_parser("run", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (.toml)")
    add_run_options(command)
    add_until(command)
    add_cluster(command)
    command.set_defaults(command=commands.run)


def _add_compare(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "simulate several scenarios of a place and show what they change"
    command = subparsers.add_parser("compare", help=text, description=text, allow_abbrev=False)
    command.add_argument(
        "scenarios",
        type=Path,
        nargs="+",
        metavar="SCENARIO",
        help="scenario files, or folders of them; the base is do_nothing, else the first",
    )
    command.add_argument(
        "--against", metavar="NAME", help="the base, by its file's name without .toml"
    )
    add_run_options(command)
    add_until(command)
    add_cluster(command)
    command.set_defaults(command=commands.compare)


def _add_interventions(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "list the ways of working, and measure what each does"
    command = subparsers.add_parser(
        "interventions", help=text, description=text, allow_abbrev=False
    )
    command.add_argument(
        "--measure", action="store_true", help="measure each, and make docs/interventions.md"
    )
    command.add_argument(
        "--parts", action="store_true", help="measure each less one of its changes at a time"
    )
    command.add_argument(
        "--pairs", action="store_true", help="measure what pairs do beyond the sum of the two"
    )
    command.add_argument(
        "--page", action="store_true", help="make the page again from what was measured"
    )
    command.add_argument(
        "--leave-one-out", metavar="NAME", help="show which change of an intervention does the work"
    )
    add_replicate_options(command)
    command.set_defaults(command=_interventions, seed=WAYS_SEED)


def _interventions(arguments: argparse.Namespace) -> int:
    from experiments.interventions import interventions

    return interventions(arguments)


def _add_crisis(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "run the crisis front door by itself, hour by hour"
    command = subparsers.add_parser("crisis", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (.toml)")
    command.add_argument(
        "--weeks", type=whole_number(1, 5200), default=52, metavar="N",
        help="weeks to simulate, after eight in which beds fill (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--per-week", type=whole_number(1, 10_000), metavar="N",
        help="crises a week (default: as many as the weekly model has in the year before)",
    )  # fmt: skip
    command.add_argument(
        "--on", metavar="DATE",
        help="the door as it stands on that date, 2025-04-01 say (default: at the scenario's end)",
    )  # fmt: skip
    add_replicate_options(command)
    command.add_argument(
        "--out", type=some_path, metavar="DIR", help="write table, results and figures to it"
    )
    command.add_argument(
        "--json", type=some_path, metavar="FILE",
        help="write the results as JSON; - for standard output, and then nothing else",
    )  # fmt: skip
    command.add_argument(
        "--animate", type=some_path, metavar="FILE.gif",
        help="write two days at the door as an animation",
    )  # fmt: skip
    command.set_defaults(command=_crisis)


def _crisis(arguments: argparse.Namespace) -> int:
    from experiments.crisis import crisis

    return crisis(arguments)


def _add_lives(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "find simulated people and tell their lives, in one scenario or side by side in several"
    command = subparsers.add_parser("lives", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenarios", type=Path, nargs="+", metavar="SCENARIO")
    command.add_argument(
        "--find",
        default="cost",
        metavar="RULE",
        help="cost, contacts or refusals: whoever has most; a case such as mr_a, or its file: "
        "whoever is nearest; or the name of a person shown before (default: %(default)s)",
    )
    command.add_argument(
        "--count", type=whole_number(1, 100), default=1, metavar="N", help="people (default: 1)"
    )
    command.add_argument(
        "--family", metavar="RULE",
        help="tell families instead, over two generations: cost or care, those that cost most or "
        "were looked after most often; or the name of one of their members",
    )  # fmt: skip
    command.add_argument("--adults", action="store_true", help="only adults, for the first three")
    command.add_argument(
        "--week",
        type=whole_number(0, 52 * MAX_YEARS - 1),
        metavar="N",
        help="week of the scenario in which to set what each agency sees beside the whole "
        "(default: when needs stood highest)",
    )
    command.add_argument(
        "--missed",
        action="store_true",
        help="with --out: what one earlier engagement of the costliest 100 would have saved, "
        "and how they could have been known (a few minutes)",
    )
    command.add_argument(
        "--every", type=whole_number(1, 52 * MAX_YEARS), default=1, metavar="N",
        help="with --missed: engage in every N-th week only, which takes less time "
        "(default: each week)",
    )  # fmt: skip
    add_years(command)
    add_seed(command)
    command.add_argument(
        "--out", type=some_path, metavar="DIR", help="write stories, tables, pictures, event logs"
    )
    add_debug(command)
    command.set_defaults(command=_lives)


def _lives(arguments: argparse.Namespace) -> int:
    from experiments.lives import lives

    return lives(arguments)


def _add_report(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "make a report, HTML and PDF, of the results of compare or of a workshop"
    command = subparsers.add_parser("report", help=text, description=text, allow_abbrev=False)
    command.add_argument(
        "folder", type=some_path, metavar="FOLDER", help="a folder of results, or of a workshop"
    )
    command.add_argument(
        "--out", type=some_path, metavar="NAME",
        help="write NAME.html and NAME.pdf (default: beside the folder, FOLDER_report)",
    )  # fmt: skip
    add_debug(command)
    command.set_defaults(command=_report)


def _report(arguments: argparse.Namespace) -> int:
    from experiments.report.command import report

    return report(arguments)


def _add_workshop(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "open a page on this machine, for a room that asks what if"
    command = subparsers.add_parser("workshop", help=text, description=text, allow_abbrev=False)
    command.add_argument(
        "place", metavar="PLACE", help="a place such as portsmouth, its folder, or do_nothing.toml"
    )
    command.add_argument(
        "--folder", type=some_path, metavar="DIR",
        help="the room's memory; an earlier workshop's is gone on with (default: workshop_PLACE)",
    )  # fmt: skip
    command.add_argument(
        "--port", type=whole_number(0, 65535), default=8731, metavar="N",
        help="where the page listens on this machine; 0 takes any that is free "
        "(default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--phones", action="store_true",
        help="listen on the local network, too, for phones that know the code on the screen",
    )  # fmt: skip
    command.add_argument(
        "--measure-latency", action="store_true",
        help="move levers 50 times as a room would, print how long answers took, and end",
    )  # fmt: skip
    add_years(command)
    add_replicate_options(command)
    command.add_argument(
        "--sets", type=whole_number(0, 64), default=8, metavar="N",
        help="plausible sets of the model's own numbers that are run while nobody waits, for how "
        "far the answer depends on what is not known; 0 for luck alone (default: %(default)s)",
    )  # fmt: skip
    command.set_defaults(command=_workshop)


def _workshop(arguments: argparse.Namespace) -> int:
    from experiments.workshop.command import workshop

    return workshop(arguments)


def _add_forecast(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "continue a history of counts, tested on its own past beside simple methods"
    command = subparsers.add_parser("forecast", help=text, description=text, allow_abbrev=False)
    command.add_argument("place", metavar="PLACE", help="portsmouth, say, or a scenario file")
    command.add_argument(
        "--history", type=some_path, required=True, metavar="FILE.csv",
        help="counts by week, month, quarter or year: columns date, series, value, or a date "
        "and a column for each series",
    )  # fmt: skip
    command.add_argument(
        "--horizon", type=whole_number(1, 520), metavar="N",
        help="periods to forecast (default: 5 years, 8 quarters, 24 months or 52 weeks)",
    )  # fmt: skip
    command.add_argument(
        "--sets", type=whole_number(0, 1000), default=8, metavar="N",
        help="runs of the model, each with its own set of numbers; 0: without the model "
        "(default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--measure", action=_Pairs, default={}, metavar="SERIES=MEASURE",
        help="which measure of the model a series is, where its name does not say",
    )  # fmt: skip
    add_seed(command)
    command.add_argument(
        "--workers", type=whole_number(1, MAX_WORKERS), metavar="N",
        help="processes to run at the same time (default: one a core)",
    )  # fmt: skip
    command.add_argument("--out", type=some_path, metavar="DIR", help="write table and pictures")
    command.add_argument("--json", type=some_path, metavar="FILE", help="- for standard output")
    add_debug(command)
    command.set_defaults(command=_forecast, share=1.0)


def _forecast(arguments: argparse.Namespace) -> int:
    from experiments.forecast import forecast

    return forecast(arguments)


def _add_import(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "turn a log of contacts into targets, a history and a report on the log"
    command = subparsers.add_parser("import", help=text, description=text, allow_abbrev=False)
    command.add_argument(
        "log", type=Path, metavar="CONTACTS", help="a CSV, Parquet or XES file, .gz or not"
    )
    command.add_argument(
        "--columns", type=some_path, metavar="FILE.toml",
        help='which column is what: person = "client_ref", time = "contact_date" and so on',
    )  # fmt: skip
    command.add_argument("--yes", action="store_true", help="take the columns as guessed")
    command.add_argument(
        "--place", default="the place", metavar="NAME", help="whose log it is, for the source"
    )
    command.add_argument(
        "--out", type=some_path, required=True, metavar="DIR",
        help="write report, targets, history and patterns; never the log",
    )  # fmt: skip
    add_debug(command)
    command.set_defaults(command=_import)


def _import(arguments: argparse.Namespace) -> int:
    from experiments.import_log import import_log

    return import_log(arguments)


class _Pairs(argparse.Action):
    """NAME=VALUE, any number of times, as a dictionary."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        name, mark, value = str(values).partition("=")
        if not mark:
            parser.error(f"{option_string}: write NAME=VALUE, not “{values}”")
        setattr(namespace, self.dest, {**getattr(namespace, self.dest), name: value})


def _add_sensitivity(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "find out which of the uncertain numbers a result, or a benefit, depends on"
    command = subparsers.add_parser("sensitivity", help=text, description=text, allow_abbrev=False)
    add_question(command)
    command.add_argument(
        "--runs", type=whole_number(1, 1_000_000), default=1500, metavar="N",
        help="most runs to spend; their time is told first (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--replicates", type=whole_number(1, MAX_REPLICATES), default=1, metavar="N",
        help="runs at each point, of which the mean is taken: more leave less to chance "
        "(default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--numbers", action="append", metavar="PATTERN",
        help="vary only numbers of such names, 'general.*' say; may be given again "
        "(default: all that have a range)",
    )  # fmt: skip
    command.add_argument(
        "--vary", action="append", metavar="KEY=LOW:HIGH",
        help="vary this as well: team.navigators.consent=0.4:0.9, start=0:3; may be given again",
    )  # fmt: skip
    add_task_options(command)
    command.set_defaults(command=_sensitivity)


def _sensitivity(arguments: argparse.Namespace) -> int:
    from experiments.sensitivity import sensitivity

    return sensitivity(arguments)


def _add_sweep(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "turn one or two quantities through a range, and see what that does"
    command = subparsers.add_parser("sweep", help=text, description=text, allow_abbrev=False)
    add_question(command)
    command.add_argument(
        "--over", action="append", required=True, metavar="KEY=LOW:HIGH:N",
        help="the quantity and its values: budget.AGENCY, caseload.AGENCY (times), "
        "threshold.AGENCY (higher by), quiet_weeks.AGENCY, turnover.AGENCY, team.NAME.posts, "
        "start or start.NAME (years later), or a number of the register; may be given twice",
    )  # fmt: skip
    command.add_argument(
        "--replicates", type=whole_number(1, MAX_REPLICATES), default=REPLICATES, metavar="N",
        help="times to simulate each point (default: %(default)s)",
    )  # fmt: skip
    add_task_options(command)
    command.set_defaults(command=_sweep)


def _sweep(arguments: argparse.Namespace) -> int:
    from experiments.sweep import sweep

    return sweep(arguments)


def _add_england(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "simulate every authority of England, and show where a national cut lands hardest"
    command = subparsers.add_parser("england", help=text, description=text, allow_abbrev=False)
    command.add_argument(
        "authorities", nargs="*", metavar="NAME", help="only these (default: all 153 of England)"
    )
    command.add_argument(
        "--cut", type=int, choices=(10, 20, 33), default=10,
        help="per cent off every budget, a year into the run (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--measure", default="crisis_weeks", metavar="NAME",
        help="what the picture shows, for 10,000 residents (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--years", type=whole_number(1, MAX_YEARS), default=10, metavar="N",
        help="years to simulate, 1 to 30 (default: %(default)s)",
    )  # fmt: skip
    add_replicate_options(command, replicates=1)
    add_cluster(command)
    command.add_argument(
        "--out", type=some_path, metavar="DIR",
        help="places, finished tasks, CSV and picture; a run that was stopped goes on from here "
        "(default: results/england)",
    )  # fmt: skip
    command.set_defaults(command=_england)


def _england(arguments: argparse.Namespace) -> int:
    from experiments.england import england

    return england(arguments)


def _add_calibrate(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "find the sets of numbers at which a place is like its documents and official figures"
    command = subparsers.add_parser("calibrate", help=text, description=text, allow_abbrev=False)
    command.add_argument("place", metavar="PLACE", help="portsmouth or wiltshire")
    for name, default, meaning in (
        ("design", 256, "runs spread over all that the ranges of the numbers allow"),
        ("second", 128, "runs where the first have not ruled the numbers out"),
        ("ensemble", 128, "runs at plausible sets of numbers, in each round"),
    ):
        command.add_argument(
            f"--{name}", type=whole_number(16, 100_000), default=default, metavar="N",
            help=f"{meaning} (default: %(default)s)",
        )  # fmt: skip
    command.add_argument(
        "--rounds", type=whole_number(1, 20), default=2, metavar="N",
        help="rounds of these, each knowing those before (default: %(default)s)",
    )  # fmt: skip
    add_seed(command)
    add_workers(command)
    command.add_argument(
        "--out", type=some_path, metavar="DIR",
        help="where runs are kept, to go on from after any end, and the ensemble is written "
        "(default: results/calibration/PLACE)",
    )  # fmt: skip
    command.add_argument(
        "--ship", action="store_true", help="let comparisons of this place use the new ensemble"
    )
    add_debug(command)
    command.set_defaults(command=_calibrate)


def _calibrate(arguments: argparse.Namespace) -> int:
    from experiments.calibrate import calibrate

    return calibrate(arguments)


def _add_validate(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "hold a calibrated place against figures that calibration never saw"
    command = subparsers.add_parser("validate", help=text, description=text, allow_abbrev=False)
    command.add_argument("place", metavar="PLACE", help="portsmouth or wiltshire")
    command.add_argument(
        "--sets", type=whole_number(8, 1000), default=64, metavar="N",
        help="plausible sets to run, and as many from before calibration (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--lives", action="store_true",
        help="also find the simulated lives nearest to the documents' cases, and their rank",
    )  # fmt: skip
    add_seed(command)
    add_workers(command)
    command.add_argument(
        "--out", type=some_path, metavar="DIR", help="write table, results and pictures to it"
    )
    add_debug(command)
    command.set_defaults(command=_validate)


def _validate(arguments: argparse.Namespace) -> int:
    from experiments.validate import validate

    return validate(arguments)


class _Version(argparse.Action):
    """Looking the version up takes a while, so only when asked."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        from experiments.output import version

        print(f"upstream {version()}")
        parser.exit()


def _explain(error: Exception, debug: bool) -> int:
    """Say what went wrong to whom it concerns, and return the exit code."""
    from concurrent.futures.process import BrokenProcessPool

    from scenarios.problems import InputError
    from sim.store import Damaged, UnusablePath, WriteFailed

    if isinstance(error, (InputError, UnusablePath, Damaged, commands.BadRequest)):
        print(error, file=sys.stderr)
        return BAD_INPUT
    if isinstance(error, ModuleNotFoundError) and _extra(error):
        print(f"This needs {error.name}, which is not installed: install the extra "
              f"“{_extra(error)}” (pip install '.[{_extra(error)}]'), or run make setup.",
              file=sys.stderr)  # fmt: skip
        return BAD_INPUT
    if debug:
        traceback.print_exception(error)
    if isinstance(error, WriteFailed):
        print(error, file=sys.stderr)
    elif isinstance(error, (BrokenProcessPool, MemoryError)) or _no_room_to_load(error):
        print(
            "The system ended a worker or gave it no memory. Try again with fewer --workers.",
            file=sys.stderr,
        )
    else:
        print(
            f"This is a fault in Upstream, not in your files. {type(error).__name__}: {error}\n"
            "Please report it with the command, and what it prints with --debug added.",
            file=sys.stderr,
        )
    return OUR_FAULT


def _no_room_to_load(error: BaseException | None) -> bool:
    """Whether a library could not be loaded for want of memory, or because of such an error."""
    while error is not None:
        words = str(error)
        if "failed to map segment" in words or "annot allocate memory" in words:
            return isinstance(error, (ImportError, OSError))
        error = error.__cause__ or error.__context__
    return False


def _extra(error: ModuleNotFoundError) -> str | None:
    return EXTRAS.get((error.name or "").split(".")[0])


if __name__ == "__main__":
    sys.exit(main())
