"""The commands that write and check the files of a place: their options.

Imports nothing heavy: `upstream --help` reads this file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments import commands, place
from experiments.options import Commands, add_debug, some_path


def add_files(subparsers: Commands[argparse.ArgumentParser]) -> None:
    """Both."""
    _add_place(subparsers)
    _add_check(subparsers)


def _add_place(subparsers: Commands[argparse.ArgumentParser]) -> None:
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


def _add_check(subparsers: Commands[argparse.ArgumentParser]) -> None:
    text = "check scenario and intervention files, without running anything"
    command = subparsers.add_parser("check", help=text, description=text, allow_abbrev=False)
    command.add_argument("files", type=Path, nargs="+", metavar="FILE")
    command.add_argument(
        "--place",
        metavar="NAME",
        help="the place, or the scenario file, in which interventions are tried (default: that of "
        "the scenarios beside whose folder “interventions” they stand in, else Portsmouth)",
    )
    command.add_argument(
        "--replace-first",
        action="store_true",
        help="say which of the place's own numbers to replace first, by what each does",
    )
    add_debug(command)
    command.set_defaults(command=commands.check)
