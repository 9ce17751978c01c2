"""The commands that answer one question each: their options.

Imports nothing heavy: `upstream --help` reads this file. See docs/questions.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments.options import (
    MAX_REPLICATES,
    MAX_YEARS,
    REPLICATES,
    Commands,
    add_cluster,
    add_debug,
    add_outputs,
    add_question,
    add_replicate_options,
    add_seed,
    add_sets,
    add_task_options,
    add_workers,
    add_years,
    whole_number,
)


def add_questions(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """All seven."""
    _add_sensitivity(subparsers)
    _add_sweep(subparsers)
    _add_evaluate(subparsers)
    _add_explain(subparsers)
    _add_break_even(subparsers)
    _add_mix(subparsers)
    _add_discover(subparsers)


def _add_sensitivity(subparsers: Commands[argparse.ArgumentParser]) -> None:
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
    command.add_argument(
        "--at-random", action="store_true",
        help="vary all numbers at once, in all runs, and rank them: for a benefit of which one run "
        "leaves much to chance",
    )  # fmt: skip
    command.add_argument(
        "--also", action="append", metavar="MEASURE",
        help="with --at-random, rank them for this measure as well, from the same runs; may be "
        "given again",
    )  # fmt: skip
    add_task_options(command)
    command.set_defaults(command=_sensitivity)


def _sensitivity(arguments: argparse.Namespace) -> int:
    from experiments.sensitivity import sensitivity

    return sensitivity(arguments)


def _add_sweep(subparsers: Commands[argparse.ArgumentParser]) -> None:
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


def _add_evaluate(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "show what an evaluation of a programme would publish, and what is true"
    command = subparsers.add_parser("evaluate", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario with a team")
    command.add_argument("--team", metavar="NAME", help="which team (default: the last)")
    command.add_argument(
        "--outcome", nargs="+", metavar="WHAT",
        help="emergency, arrests, cost or an agency (default: emergency cost)",
    )  # fmt: skip
    command.add_argument(
        "--weeks", type=whole_number(4, 104), default=52, metavar="N",
        help="weeks before and after joining that are compared (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--size", type=whole_number(6, 100_000), default=100, metavar="N",
        help="people at most, those who joined first; without a team, the adults with most calls "
        "in a half-year (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--joined-within", type=whole_number(1, 104), default=26, metavar="N",
        help="weeks in which they joined (default: %(default)s)",
    )  # fmt: skip
    add_replicate_options(command)
    add_cluster(command)
    add_outputs(command)
    command.set_defaults(command=_evaluate)


def _evaluate(arguments: argparse.Namespace) -> int:
    from experiments.evaluate import evaluate

    return evaluate(arguments)


def _add_explain(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "show why it changes: by cause from today to the horizon, and on to the scenario"
    command = subparsers.add_parser("explain", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (.toml)")
    command.add_argument(
        "--measure", nargs="+", metavar="NAME",
        help="what changes (default: people.multiple_needs cost.reactive)",
    )  # fmt: skip
    command.add_argument(
        "--cause", nargs="+", metavar="MECHANISM",
        help="the causes (default: lifecourse next_generation entrenchment pressure)",
    )  # fmt: skip
    command.add_argument(
        "--each-change", action="store_true",
        help="each change of the scenario by itself, also where there are more than four",
    )  # fmt: skip
    add_years(command)
    add_replicate_options(command)
    add_sets(command)
    add_cluster(command)
    add_outputs(command)
    command.set_defaults(command=_explain_why)


def _explain_why(arguments: argparse.Namespace) -> int:
    from experiments.explain import explain

    return explain(arguments)


def _add_break_even(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "show how cheap, strong or well aimed a change must be to pay back"
    command = subparsers.add_parser("break-even", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (.toml)")
    command.add_argument(
        "--within", "--years", type=whole_number(1, MAX_YEARS - 5), default=5, metavar="N",
        help="years from the start of the change in which it is to pay back "
        "(default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--futures", type=whole_number(0, MAX_REPLICATES), default=64, metavar="N",
        help="sets of the model's uncertain numbers to try; 0 for none (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--worth", type=whole_number(0, 1_000_000), default=0, metavar="POUNDS",
        help="what a week in crisis avoided is worth, where knowledge is valued (default: 0)",
    )  # fmt: skip
    add_replicate_options(command)
    add_cluster(command)
    add_outputs(command)
    command.set_defaults(command=_break_even)


def _break_even(arguments: argparse.Namespace) -> int:
    from experiments.break_even import break_even

    return break_even(arguments)


def _add_discover(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "find the futures in which a plan fails, and say what they have in common"
    command = subparsers.add_parser("discover", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (.toml)")
    command.add_argument(
        "--goal", default="net_benefit", metavar="MEASURE",
        help="net_benefit: it is to save more than it costs; or a measure that it is to lower "
        "(default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--within", "--years", type=whole_number(1, MAX_YEARS - 5), default=5, metavar="N",
        help="years from the start of the change (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--futures", type=whole_number(20, MAX_REPLICATES), default=100, metavar="N",
        help="to find boxes in; half as many fresh ones test them (default: %(default)s)",
    )  # fmt: skip
    add_seed(command)
    add_workers(command)
    add_cluster(command)
    add_debug(command)
    add_outputs(command)
    command.set_defaults(command=_discover)


def _discover(arguments: argparse.Namespace) -> int:
    from experiments.discover import discover

    return discover(arguments)


def _add_mix(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "find the best way to share out a sum of money, or to absorb a cut"
    command = subparsers.add_parser("mix", help=text, description=text, allow_abbrev=False)
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="doing nothing (.toml)")
    command.add_argument(
        "--cut", type=whole_number(1, 90), metavar="PERCENT", help="of all budgets together"
    )
    command.add_argument(
        "--money",
        type=whole_number(-(10**10), 10**10),
        metavar="POUNDS",
        help="a year, to give out",
    )
    command.add_argument(
        "--most", type=whole_number(0, 100), default=30, metavar="PERCENT",
        help="no agency loses more of its budget (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--grow", type=whole_number(0, 1000), default=30, metavar="PERCENT",
        help="no agency gains more (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--posts", type=whole_number(0, 10_000), default=2, metavar="N",
        help="no agency is left with fewer posts (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--ways", nargs="*", metavar="NAME",
        help="ways of working that may be bought, up to twice their size (default: none)",
    )  # fmt: skip
    command.add_argument(
        "--measure", nargs=2, metavar="NAME",
        help="two, to be low (default: people.in_crisis cost.total)",
    )  # fmt: skip
    command.add_argument(
        "--designs", type=whole_number(20, 10_000), default=80, metavar="N",
        help="allocations to run (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--years", type=whole_number(1, MAX_YEARS), metavar="N",
        help="years to simulate (default: 4)",
    )  # fmt: skip
    add_replicate_options(command)
    add_cluster(command)
    add_outputs(command)
    command.set_defaults(command=_mix)


def _mix(arguments: argparse.Namespace) -> int:
    from experiments.mix import mix

    return mix(arguments)
