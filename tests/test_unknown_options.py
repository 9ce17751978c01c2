"""An option that a command does not have: the command's own usage, and what to write instead."""

from __future__ import annotations

import argparse

import pytest

from experiments.cli import main, parser
from experiments.unknown_options import YEARS_SET_BY


def commands() -> dict[str, argparse.ArgumentParser]:
    [found] = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(found.choices)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The lines with which a command line is refused."""
    assert main(list(words)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()


def test_every_command_takes_years_or_says_how_they_are_set() -> None:
    without = {n for n, c in commands().items() if "--years" not in c._option_string_actions}
    assert without == set(YEARS_SET_BY)


def test_years_where_there_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "evaluate", "any.toml", "--years", "3") == [
        "upstream evaluate: there is no --years here: it follows people for --weeks before and "
        "after they join, whatever the scenario's years",
        "usage: upstream evaluate SCENARIO [options]",
        "all options: upstream evaluate --help",
    ]


@pytest.mark.parametrize("command", ["break-even", "discover"])
def test_years_of_a_question_are_those_within_which_it_pays(command: str) -> None:
    assert parser().parse_args([command, "any.toml", "--years", "3"]).within == 3


@pytest.mark.parametrize("command", sorted(commands()))
def test_an_unknown_option_is_answered_by_the_command(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    needed = {"sweep": ["--over", "start=0:1:2"], "import": ["--out", "o"]}.get(command, [])
    needed += {"forecast": ["--history", "h.csv"], "validate": []}.get(command, [])
    told = refused(capsys, command, "any", *needed, "--debugg")
    assert told[0] == f"upstream {command}: there is no option --debugg here; did you mean --debug?"
    assert told[1].startswith(f"usage: upstream {command} ")
    assert len(told) == 3


def test_a_word_too_many_and_an_option_like_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "report", "a", "b")[0] == "upstream report: “b” is one word too many"
    told = refused(capsys, "report", "a", "--xyzzy=1")
    assert told[0] == "upstream report: there is no option --xyzzy here"
