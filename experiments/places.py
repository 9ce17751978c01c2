"""A place by any of its names: one of ours, a folder of scenarios, or a scenario file."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands import DO_NOTHING, BadRequest

if TYPE_CHECKING:
    from scenarios.resolved import Scenario

NOTHING = f"{DO_NOTHING}.toml"


def find_scenario(name: str) -> tuple[Path, Scenario]:
    """The scenario in which a place does nothing, or the one in a file, and the file.

    What is called so where the user stands comes before ours. Raises InputError, BadRequest.
    """
    from scenarios.load import load_scenario

    path = _path_of(name)
    return path, load_scenario(path)


def _path_of(name: str) -> Path:
    from scenarios.files import HERE

    given = Path(name)
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    if given.suffix == ".toml" or given.is_file():
        return given
    tried = [given / NOTHING, Path(key) / NOTHING, HERE / key / NOTHING]
    found = next((path for path in tried if path.is_file()), None)
    if found is None:
        raise BadRequest(f"there is no place called {name}; {_hint(key, HERE)}")
    return found


def _hint(key: str, ours: Path) -> str:
    known = sorted(
        {p.parent.name for folder in (ours, Path()) for p in folder.glob(f"*/{NOTHING}")}
    )
    known.remove("starter")
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
    return f"{hint} Else name a scenario file (.toml), or make one: upstream place NAME"
