"""Tables of the docs, written from the code and the evidence files, so that they cannot drift.

``python -m experiments.describe`` writes ``docs/generated/``; a test fails when what stands there
is not what would be written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from experiments import describe_changes as from_schema
from experiments import describe_code as from_code
from experiments import describe_numbers as from_files
from experiments.describe_sources import sources_page

FOLDER: Final = from_code.ROOT / "docs" / "generated"
NOTE: Final = "<!-- Written by `python -m experiments.describe`: change the code or the files. -->"

PAGES: Final[dict[str, Callable[[], str]]] = {
    "parameters": from_files.parameters_page,
    "needs": from_files.needs_page,
    "events": from_files.events_page,
    "agencies": from_files.agencies_page,
    "agency_numbers": from_files.agency_numbers_page,
    "general": from_files.general_page,
    "routes": from_files.routes_page,
    "places": from_files.places_page,
    "sources": sources_page,
    "schedule": from_code.schedule_page,
    "entities": from_code.entities_page,
    "submodels": from_code.submodels_page,
    "mechanisms": from_code.mechanisms_page,
    "changes": from_schema.changes_page,
    "measures": from_code.measures_page,
    "streams": from_code.streams_page,
    "twin": from_code.twin_page,
}


def page(name: str) -> str:
    """One page as it should stand in the folder."""
    return f"{NOTE}\n\n{PAGES[name]()}\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """Pages that are missing, out of date, or no longer written by anyone."""
    there = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    wanted = {name: page(name) for name in PAGES}
    return sorted(n for n in there.keys() | wanted.keys() if there.get(n) != wanted.get(n))


def main() -> int:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        (FOLDER / f"{name}.md").write_text(page(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
