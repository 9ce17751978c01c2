"""Compile the kernels once, so that the first run need not wait (``python -m sim.warm``)."""

from __future__ import annotations

import dataclasses
import shutil
import time
from pathlib import Path

from agents.kernel import compiled_folder
from scenarios.load import load_scenario
from scenarios.schema import PlaceSpec
from sim.run import run_replicate

_SMALL = 0.01
_DAYS = 7


def main() -> None:
    """Run two small scenarios for a year; Numba keeps what it compiled beside the source."""
    _forget_old_code(compiled_folder())
    folder = Path(__file__).parents[1] / "scenarios" / "portsmouth"
    scenarios = [load_scenario(folder / f"{name}.toml") for name in ("do_nothing", "together")]
    run_replicate(
        [dataclasses.replace(s, place=_shrunk(s.place), years=2) for s in scenarios], 1, 0
    )


def _forget_old_code(present: Path) -> None:
    """Remove what was compiled for other states of the sources, more than a week ago."""
    for folder in present.parent.glob("[0-9a-f]" * len(present.name)):
        if folder != present and folder.stat().st_mtime < time.time() - _DAYS * 86_400:
            shutil.rmtree(folder, ignore_errors=True)


def _shrunk(place: PlaceSpec) -> PlaceSpec:
    population = {band: max(1.0, n * _SMALL) for band, n in place.population.items()}
    return place.model_copy(update={"population": population})


if __name__ == "__main__":
    main()
