"""The commands for a room full of people: the workshop's page and the report. Their options.

Imports nothing heavy: `upstream --help` reads this file.
"""

from __future__ import annotations

import argparse

from experiments.options import (
    Commands,
    add_debug,
    add_replicate_options,
    add_years,
    some_path,
    whole_number,
)


def add_rooms(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """Both."""
    _add_report(subparsers)
    _add_workshop(subparsers)


def _add_report(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "make a report, HTML and PDF, of the results of compare or of a workshop"
    command = subparsers.add_parser("report", help=text, description=text, allow_abbrev=False)
    command.add_argument(
        "folder", type=some_path, metavar="FOLDER", help="a folder of results, or of a workshop"
    )
    command.add_argument(
        "--out", type=some_path, metavar="NAME",
        help="write NAME.html and NAME.pdf (default: beside the folder, FOLDER_report)",
    )  # fmt: skip
    command.add_argument(
        "--brief", action="store_true",
        help="two pages for one scenario, up to a page more for each other: in short, who pays, "
        "how sure, two pictures (default name: FOLDER_brief)",
    )  # fmt: skip
    add_debug(command)
    command.set_defaults(command=_report)


def _report(arguments: argparse.Namespace) -> int:
    from experiments.report.command import report

    return report(arguments)


def _add_workshop(subparsers: Commands[argparse.ArgumentParser]) -> None:
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
