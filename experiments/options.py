"""Options that commands share, and what may be written after them.

Imports nothing heavy: `upstream --help` reads this file.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.resolved import Scenario

Commands = argparse._SubParsersAction
"""What commands are added to; argparse gives it no other name."""

MAX_YEARS = 30
MAX_REPLICATES = 100_000
MAX_WORKERS = 1024
MAX_SEED = 2**63 - 1
REPLICATES = 8
SETS = 16
SEED = 1
WAYS_SEED = 2
"""Measures of the ways of working were settled while looking at runs with seed 1."""


def add_debug(parser: argparse.ArgumentParser) -> None:
    """The option of every command."""
    parser.add_argument(
        "--debug", action="store_true", help="show the whole traceback of a fault in Upstream"
    )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that simulates."""
    add_years(parser)
    add_replicate_options(parser)
    add_sets(parser)
    add_outputs(parser)


def add_sets(parser: argparse.ArgumentParser, sets: int = SETS) -> None:
    """How many plausible sets."""
    parser.add_argument(
        "--sets",
        type=whole_number(0, MAX_REPLICATES),
        default=sets,
        metavar="N",
        help="plausible sets of the model's own numbers to run besides, for how far the answer "
        "depends on what is not known; 0 for chance alone (default: %(default)s)",
    )


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """Where results go besides the table."""
    parser.add_argument(
        "--out",
        type=some_path,
        metavar="DIR",
        help="write results, table, figures and manifest to this folder",
    )
    parser.add_argument(
        "--json",
        type=some_path,
        metavar="FILE",
        help="write the results as JSON; - for standard output, and then nothing else",
    )
    add_store(parser)


def add_store(parser: argparse.ArgumentParser) -> None:
    """Where finished runs are kept."""
    parser.add_argument(
        "--store", type=some_path, metavar="DIR",
        help="keep finished runs here; what was stopped goes on, and nothing is run twice "
        "(default: with --out, beside it, until the results are written)",
    )  # fmt: skip


def add_years(parser: argparse.ArgumentParser) -> None:
    """How long to simulate."""
    parser.add_argument(
        "--years",
        type=whole_number(1, MAX_YEARS),
        metavar="N",
        help="years to simulate, 1 to 30 (default: as the scenario says)",
    )


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Which luck."""
    parser.add_argument(
        "--seed",
        type=whole_number(0, MAX_SEED),
        default=SEED,
        metavar="N",
        help="the same seed gives the same results (default: %(default)s)",
    )


def add_replicate_options(parser: argparse.ArgumentParser, replicates: int = REPLICATES) -> None:
    """How often to simulate, with which seed, on how many processes."""
    parser.add_argument(
        "--replicates",
        type=whole_number(1, MAX_REPLICATES),
        default=replicates,
        metavar="N",
        help="times to simulate each scenario; two or more give intervals (default: %(default)s)",
    )
    add_seed(parser)
    add_workers(parser)
    add_debug(parser)


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Where to simulate, if not here."""
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="simulate on the Dask cluster at this address, tcp://10.0.0.1:8786 say; the results "
        "are the same",
    )


def add_question(parser: argparse.ArgumentParser) -> None:
    """A measure of a scenario, or its difference from another."""
    parser.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (.toml)")
    parser.add_argument(
        "against", type=Path, nargs="?", metavar="AGAINST",
        help="the scenario that it is held against; then all is about the difference",
    )  # fmt: skip
    parser.add_argument(
        "--measure", metavar="NAME",
        help="what it is about (default: net_benefit of two scenarios, cost.total of one)",
    )  # fmt: skip
    add_years(parser)


def add_task_options(parser: argparse.ArgumentParser) -> None:
    """The options of commands that do many runs: seed, workers, where to keep and to write."""
    add_seed(parser)
    add_workers(parser)
    add_cluster(parser)
    add_store(parser)
    parser.add_argument(
        "--out", type=some_path, metavar="DIR", help="write table, JSON and figures to this folder"
    )
    parser.add_argument("--json", type=some_path, metavar="FILE", help="write the results as JSON")
    add_debug(parser)


def add_until(parser: argparse.ArgumentParser) -> None:
    """When to stop."""
    parser.add_argument(
        "--until", metavar="PRECISION",
        help="stop when the 95%% interval of --measure (of its differences, where scenarios are "
        "compared) is no wider than plus or minus this: 50000, or 0.5%% of the base's level; "
        "--replicates is then the most (default: 1000), and no --sets are run",
    )  # fmt: skip
    parser.add_argument(
        "--measure", default="cost.total", metavar="NAME",
        help="the measure for --until (default: %(default)s)",
    )  # fmt: skip


def add_workers(parser: argparse.ArgumentParser) -> None:
    """How many processes."""
    parser.add_argument(
        "--workers",
        type=whole_number(1, MAX_WORKERS),
        metavar="N",
        help="processes to run at the same time (default: one a core); results do not depend on it",
    )


def in_years(scenario: Scenario, years: int | None) -> Scenario:
    """The scenario with the horizon asked for, if one is."""
    from dataclasses import replace

    return scenario if years is None else replace(scenario, years=years)


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers within bounds, whose complaint says what was expected."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {low} to {high}, not “{text}”"
            )
        return number

    return read


def some_path(text: str) -> Path:
    """A path; an empty one would quietly mean the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("must name a path, not nothing")
    return Path(text)
