"""What all tests have in common: the same examples each time, and stages that are set once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from experiments.census import Census
    from tests.rooms import Room
    from tests.written import Write

# Hypothesis: a test passes for ever or tells of a change
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def census() -> Census:
    """Three years of a thirtieth of Portsmouth, with queues, and what each of its people had."""
    from experiments.census import take_census
    from tests.worlds import tight

    return take_census(tight("do_nothing", share=0.03, years=3), 1, 1)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A workshop about a hamlet, with forty phones, for all tests of a file."""
    from tests.rooms import opened, small_place

    folder = tmp_path_factory.mktemp("workshop")
    with opened(folder / "room", small_place(folder), "--phones", seats=40) as room:
        room.settled()
        yield room


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """The user stands in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def to_file(text: str, name: str = "s.toml") -> Path:
        Path(name).write_text(text, encoding="utf-8")
        return Path(name)

    return to_file
