"""Calibration of a real place: the model as the function that `calibration.waves` calibrates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from calibration.prior import Floats, Prior, calibrated, prior_of
from calibration.simulate import Run, scenario_of, simulate
from calibration.waves import Measures, Model
from scenarios.schema import PlaceSpec
from sim.tasks import run_tasks

YEARS: Final = 2
"""Measured years after the warm-up."""


def prior_of_place(place: str) -> Prior:
    """The prior over the numbers that a place's figures may depend on."""
    return prior_of(calibrated(scenario_of(Run(place, (), YEARS, 0, 0)).evidence))


def spec_of(place: str) -> PlaceSpec:
    """What the place's file says."""
    return scenario_of(Run(place, (), YEARS, 0, 0)).place


def model_of(
    place: str,
    prior: Prior,
    seed: int,
    *,
    content: str = "",
    workers: int = 1,
    folder: Path | None = None,
    on_done: Callable[[], None] = lambda: None,
    share: float = 1.0,
) -> Model:
    """The model of a place, as `Run` names it, at points of the prior's cube.

    With a folder, no run is made twice.
    """

    def model(cube: Floats, first: int) -> list[Measures]:
        runs = [
            Run(place, prior.settings(np.asarray(point)), YEARS, seed, first + i, share, content)
            for i, point in enumerate(cube)
        ]
        found: list[Measures] = []
        found += run_tasks(
            simulate, runs, workers=workers, folder=folder, on_done=lambda i, result: on_done()
        )
        return found

    return model
