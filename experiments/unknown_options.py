"""What a command says of an option that it does not have: its own short usage, and what to write.

Imports nothing heavy: `upstream --help` reads this file.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from scenarios.problems import nearest

YEARS_SET_BY: Final = {
    "evaluate": "it follows people for --weeks before and after they join, whatever the scenario's "
    "years",
    "forecast": "say how far ahead in weeks with --horizon",
    "crisis": "say how long in weeks with --weeks",
    "calibrate": "its years follow from the figures that it fits",
    "validate": "its years follow from the figures that it is held against",
    "interventions": "all ways of working are measured over the same years",
    "check": "it runs nothing; a scenario file sets its own with a line: years = 10",
    "place": "it runs nothing; a scenario file sets its own with a line: years = 10",
    "import": "it reads all weeks of the log",
    "report": "it runs nothing; give --years to the command that makes the results",
}
"""Of the commands without --years: where their length comes from."""


class Command(argparse.ArgumentParser):
    """A command's parser, which answers for its own unknown options."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """As argparse does, but what is left over is told here: only here the options are known."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(self._of_unknown(left))
        return found, left

    def error(self, message: str) -> NoReturn:
        """One line of usage, what is wrong, and where the rest stands."""
        needed = " ".join(_shown(action) for action in self._actions if _is_needed(action))
        self.exit(
            2,
            f"{self.prog}: {message}\n"
            f"usage: {' '.join(f'{self.prog} {needed}'.split())} [options]\n"
            f"all options: {self.prog} --help\n",
        )

    def _of_unknown(self, left: Sequence[str]) -> str:
        """What is wrong with the first thing that was not understood."""
        option = next((word for word in left if word.startswith("-")), None)
        if option is None:
            return f"“{left[0]}” is one word too many"
        option = option.partition("=")[0]
        name = self.prog.split()[-1]
        if option == "--years" and name in YEARS_SET_BY:
            return f"there is no --years here: {YEARS_SET_BY[name]}"
        return f"there is no option {option[:100]} here{self._instead(option)}"

    def _instead(self, option: str) -> str:
        known = [word for action in self._actions for word in action.option_strings]
        close = nearest(option, [word for word in known if word.startswith("--")])
        return f"; did you mean {close}?" if close else ""


def _is_needed(action: argparse.Action) -> bool:
    return not action.option_strings or action.required


def _shown(action: argparse.Action) -> str:
    """A positional, or an option that must be given, as in a line of usage."""
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.option_strings:
        return f"{action.option_strings[-1]} {name}"
    if action.nargs == "*":
        return f"[{name} ...]"
    if action.nargs == "+":
        return f"{name} [{name} ...]"
    return f"[{name}]" if action.nargs == "?" else name
