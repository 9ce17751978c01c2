"""Scenario files as users write them, and what they are told of those that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from scenarios.load import InputError, load_scenarios

SCENARIOS = Path(__file__).parent.parent / "scenarios"
START = 'title = "Test"\nplace = "portsmouth"\nstart = 2024-04-01\nyears = 5\n'
TEAM = '[[changes]]\nkind = "team"\ntitle = "T"\ncases_per_post = 8\ncost_gbp_per_post = 46_000\n'


class Write(Protocol):
    """Writes a file in the folder where the user stands."""

    def __call__(self, text: str, name: str = "s.toml") -> Path: ...


def said(*paths: str | Path) -> list[str]:
    """What a user is told: one line a problem. The last line is always the same."""
    with pytest.raises(InputError) as raised:
        load_scenarios(paths)
    *lines, last = str(raised.value).split("\n")
    assert last == "Nothing was run."
    assert len(lines) == len(raised.value.problems)
    return lines
