"""ETS and ARIMA for every place of a panel, from every origin.

Each place is fitted alone; what is pooled is how far such forecasts miss. Four to ten values do not
tell a spread, so each place's is pulled towards the middle one of all places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from calibration.forecast.panel import (
    FIRST_SEEN,
    HISTORIES,
    Fits,
    Panel,
    read_panels,
    run_up_to_now,
)
from calibration.forecast.scores import N_LEVELS, Floats
from calibration.forecast.simple import Spread, fitted_arima, fitted_ets, quantiles

OF_ALL: Final = 8.0
"""Degrees of freedom that the spread of all places counts as much as."""


@dataclass(frozen=True)
class FitTask:
    """All places of one series, fitted to their first values."""

    series: str
    origin: int
    horizon: int


def fit_places(task: FitTask) -> dict[str, Floats]:
    """[horizon, places, 4] by method: mean, spread, what was added, freedom; NaN where none."""
    panel = panels_here()[task.series]
    values = [run_up_to_now(v) for v in panel.values[:, : task.origin]]
    ways = {"ets": fitted_ets, "arima": fitted_arima}
    return {name: _numbers(values, way, task.horizon) for name, way in ways.items()}


@cache
def panels_here() -> dict[str, Panel]:
    """The panels that are shipped."""
    from scenarios.authorities import read_authorities

    residents = {a.code: a.residents for a in read_authorities()}
    return read_panels(HISTORIES / "authorities.csv.gz", residents)


def _numbers(
    values: Sequence[Floats], way: Callable[[Floats, int, int], Spread | None], horizon: int
) -> Floats:
    out = np.full((horizon, len(values), 4), np.nan)
    for i, own in enumerate(values):
        found = way(own, 1, horizon) if len(own) >= FIRST_SEEN else None
        if found is not None:
            out[:, i, 0], out[:, i, 1] = found.mean, found.sd
            out[:, i, 2:] = found.shift, found.freedom
    return out


def spread_out(numbers: Floats) -> Floats:
    """[horizon, places, N_LEVELS] Quantiles, each place's spread pulled to that of all."""
    out = np.full((*numbers.shape[:2], N_LEVELS), np.nan)
    for ahead, (mean, sd, shift, freedom) in enumerate(np.moveaxis(numbers, -1, 1)):
        known = ~np.isnan(mean)
        if not known.any():
            continue
        middle = float(np.median(sd[known] ** 2))
        pulled = np.sqrt((OF_ALL * middle + freedom * sd**2) / (OF_ALL + freedom))
        for i in np.flatnonzero(known):
            here = slice(i, i + 1)
            free = float(freedom[i]) + OF_ALL
            out[ahead, i] = quantiles(mean[here], pulled[here], float(shift[i]), free)[0]
    return out


def fits_of(
    panels: Mapping[str, Panel], horizon: int, workers: int, folder: Path | None
) -> Mapping[str, Fits]:
    """Everything fitted, by series and origin; finished parts are kept in a folder."""
    from sim.tasks import run_tasks

    tasks = [
        FitTask(name, origin, horizon)
        for name, panel in sorted(panels.items())
        for origin in range(FIRST_SEEN, panel.years + 1)
    ]
    found = run_tasks(fit_places, tasks, workers=workers, folder=folder)
    out: dict[str, dict[int, dict[str, Floats]]] = {name: {} for name in panels}
    for task, numbers in zip(tasks, found, strict=True):
        out[task.series][task.origin] = {n: spread_out(of) for n, of in numbers.items()}
    return out
