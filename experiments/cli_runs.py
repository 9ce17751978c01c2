"""The commands that simulate and show what comes of it: their options.

Imports nothing heavy: `upstream --help` reads this file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments import commands
from experiments.options import (
    MAX_YEARS,
    WAYS_SEED,
    Commands,
    add_cluster,
    add_debug,
    add_replicate_options,
    add_run_options,
    add_seed,
    add_until,
    add_years,
    some_path,
    whole_number,
)


def add_runs(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """All of them."""
    _add_run(subparsers)
    _add_compare(subparsers)
    _add_interventions(subparsers)
    _add_crisis(subparsers)
    _add_lives(subparsers)
    _add_england(subparsers)


def _add_run(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "simulate one scenario"
    command = subparsers.add_parser("run", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (.toml)")
    add_run_options(command)
    add_until(command)
    add_cluster(command)
    command.set_defaults(command=commands.run)


def _add_compare(subparsers: Commands[argparse.ArgumentParser]) -> None:
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


def _add_interventions(subparsers: Commands[argparse.ArgumentParser]) -> None:
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


def _add_crisis(subparsers: Commands[argparse.ArgumentParser]) -> None:
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


def _add_lives(subparsers: Commands[argparse.ArgumentParser]) -> None:
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
        "--missed-found",
        action="store_true",
        help="with --out: the same for each person found who lived there at the start: each one's "
        "own curve over the week of engagement, and who would have saved (20 s a person)",
    )
    command.add_argument(
        "--every", type=whole_number(1, 52 * MAX_YEARS), default=1, metavar="N",
        help="with either: engage in every N-th week only, which takes less time "
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


def _add_england(subparsers: Commands[argparse.ArgumentParser]) -> None:
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
