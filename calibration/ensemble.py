"""The ensemble of a place: plausible sets of numbers, kept as data and drawn from.

``ensembles/PLACE.csv`` has one row a set: how much it counts and every calibrated number by its
dotted name. Set 0 is the mean of the others and counts nothing itself. ``PLACE.json`` says how the
sets were made, from which figures, and what was learnt.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.store import sha256

Floats = NDArray[np.float64]

FOLDER: Final = Path(__file__).with_name("ensembles")
DIGITS: Final = 6


class BadEnsemble(Exception):
    """An ensemble cannot be used. The text says why and what to do."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Plausible sets of numbers for one place."""

    place: str
    names: tuple[str, ...]
    numbers: Floats
    """[sets, names]; set 0 is the centre"""
    weights: Floats
    """[sets], sum 1; that of set 0 is 0"""
    about: dict[str, Any]

    def settings(self, which: int) -> dict[str, float]:
        """The numbers of one set by name."""
        return dict(zip(self.names, map(float, self.numbers[which]), strict=True))

    def choose(self, wanted: int, seed: int) -> list[int]:
        """Sets to stand for all, each counting the same: drawn evenly along the weights.

        A set comes twice only if it counts for more than one in ``wanted``. The first of a longer
        choice are not those of a shorter one.
        """
        rng = np.random.default_rng([seed, 0xE45E])
        order = rng.permutation(len(self.weights))
        along = np.cumsum(self.weights[order])
        at = (np.arange(wanted) + rng.random()) / wanted * along[-1]
        chosen = order[np.minimum(np.searchsorted(along, at), len(order) - 1)]
        return [int(i) for i in rng.permutation(chosen)]


def ensembles() -> tuple[str, ...]:
    """Places that have an ensemble."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))


def file_of_sets(place: str) -> dict[str, str]:
    """The file of a place's sets and its SHA-256, for a manifest; nothing if it has none."""
    path = FOLDER / f"{place}.csv"
    return {f"calibration/ensembles/{path.name}": sha256(path)} if path.is_file() else {}


@cache
def load_ensemble(place: str, folder: Path | None = None) -> Ensemble:
    """The ensemble of a place. Raises BadEnsemble."""
    path = (folder or FOLDER) / f"{place}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        table = np.array([[float(x) for x in row] for row in rows])
        return Ensemble(place, tuple(header[2:]), table[:, 2:], table[:, 1], about)
    except (OSError, ValueError, IndexError) as error:
        raise BadEnsemble(
            f"{path}: cannot be read ({error}); upstream calibrate makes it"
        ) from error


def csv_bytes(names: Sequence[str], numbers: Floats, weights: Floats) -> bytes:
    """The file of sets."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["set", "weight", *names])
    for i, (weight, row) in enumerate(zip(weights, numbers, strict=True)):
        writer.writerow([i, *(f"{x:.{DIGITS}g}" for x in (weight, *row))])
    return text.getvalue().encode()


def quantiles(values: Floats, weights: Floats, at: Sequence[float]) -> Floats:
    """Weighted quantiles along the first axis: [quantiles, ...]."""
    columns = values.reshape(len(values), -1)
    found = np.empty((len(at), columns.shape[1]))
    for j, column in enumerate(columns.T):
        order = np.argsort(column)
        middle = np.cumsum(weights[order]) - weights[order] / 2
        found[:, j] = np.interp(np.asarray(at) * weights.sum(), middle, column[order])
    return np.asarray(found.reshape(len(at), *values.shape[1:]))
