"""Compile the kernels once, so that the first run need not wait (``python -m sim.warm``)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from scenarios.load import load_scenario
from scenarios.schema import PlaceSpec
from sim.run import run_replicate

_SMALL = 0.01


def main() -> None:
    """Run two small scenarios for a year; Numba keeps what it compiled beside the source."""
    folder = Path(__file__).parents[1] / "scenarios" / "portsmouth"
    scenarios = [load_scenario(folder / f"{name}.toml") for name in ("do_nothing", "together")]
    run_replicate(
        [dataclasses.replace(s, place=_shrunk(s.place), years=2) for s in scenarios], 1, 0
    )


def _shrunk(place: PlaceSpec) -> PlaceSpec:
    population = {band: max(1.0, n * _SMALL) for band, n in place.population.items()}
    return place.model_copy(update={"population": population})


if __name__ == "__main__":
    main()
