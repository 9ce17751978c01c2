"""The commands that hold the model against figures of a place: their options.

Imports nothing heavy: `upstream --help` reads this file.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from experiments.options import (
    MAX_WORKERS,
    Commands,
    add_debug,
    add_seed,
    add_workers,
    some_path,
    whole_number,
)


def add_data(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """All four."""
    _add_forecast(subparsers)
    _add_import(subparsers)
    _add_calibrate(subparsers)
    _add_validate(subparsers)


def _add_forecast(subparsers: Commands[argparse.ArgumentParser]) -> None:
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


def _add_import(subparsers: Commands[argparse.ArgumentParser]) -> None:
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
        "--place",
        default="the place",
        metavar="NAME",
        help="whose log it is: a label for the source, as it is written",
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


def _add_calibrate(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "find the sets of numbers at which a place is like its documents and official figures"
    command = subparsers.add_parser("calibrate", help=text, description=text, allow_abbrev=False)
    _add_subject(command)
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


def _add_subject(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "place",
        metavar="PLACE",
        help="portsmouth or wiltshire, or a scenario file of your own",
    )
    command.add_argument(
        "--targets", type=some_path, action="append", default=[], metavar="FILE.csv",
        help="figures of your own, as upstream import writes them; may be given again",
    )  # fmt: skip


def _calibrate(arguments: argparse.Namespace) -> int:
    from experiments.calibrate import calibrate

    return calibrate(arguments)


def _add_validate(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "hold a calibrated place against figures that calibration never saw"
    command = subparsers.add_parser("validate", help=text, description=text, allow_abbrev=False)
    _add_subject(command)
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
