"""Many short histories of one kind together: what one place's past cannot tell, others' can.

Beside the place's own last value stands how far such values moved elsewhere: the changes of all
places of about its size, over as many years, up to the origin.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from calibration.forecast.backtest import Tested, usual_change
from calibration.forecast.pooled import pooled
from calibration.forecast.scores import LEVELS, N_LEVELS, Floats
from calibration.forecast.simple import FARTHEST, naive

SIZES: Final = 3
"""Groups of places by number of residents: the numbers of small ones jump more."""
LEAST_CHANGE: Final = 0.05
"""Of its mean, that a place's numbers are taken to change in a year when scores are scaled."""
FIRST_SEEN: Final = 3
"""Values that a place must have before an origin."""
Fits = Mapping[int, Mapping[str, Floats]]
"""By origin and method, [horizon, places, N_LEVELS]: what takes too long to be fitted again."""
HISTORIES: Final = Path(__file__).parents[1] / "histories"


@dataclass(frozen=True, eq=False)
class Panel:
    """One series of many places."""

    series: str
    places: tuple[str, ...]
    first_year: int
    values: Floats
    """[places, years], NaN where none was published"""
    size: np.ndarray[tuple[int], np.dtype[np.int64]]
    """[places] the group by residents"""
    residents: Floats
    """[places]"""

    @property
    def years(self) -> int:
        """How many years the panel spans."""
        return int(self.values.shape[1])


def read_panels(path: Path, residents: Mapping[str, int]) -> dict[str, Panel]:
    """Every series of the file of authorities; places without residents are left out."""
    found: dict[str, dict[tuple[str, int], float]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            if row["code"] in residents:
                of = found.setdefault(row["series"], {})
                of[row["code"], int(row["year"])] = float(row["value"])
    return {series: _panel(series, values, residents) for series, values in found.items()}


def _panel(series: str, of: Mapping[tuple[str, int], float], residents: Mapping[str, int]) -> Panel:
    places = tuple(sorted({code for code, _ in of}))
    first = min(year for _, year in of)
    values = np.full((len(places), max(year for _, year in of) - first + 1), np.nan)
    for (code, year), value in of.items():
        values[places.index(code), year - first] = value
    people = np.array([residents[code] for code in places], float)
    edges = np.quantile(people, np.arange(1, SIZES) / SIZES)
    return Panel(series, places, first, values, np.searchsorted(edges, people), people)


def elsewhere(panel: Panel, origin: int, ahead: int) -> Floats:
    """[places, N_LEVELS] The last value moved as values moved elsewhere, in as many years.

    Where no change over so many years was seen before the origin, the longest seen is widened by
    the root of time.
    """
    reach = min(ahead, origin - 1)
    log = np.log(panel.values[:, :origin] + 0.5)
    changes = log[:, reach:] - log[:, :-reach]
    out = np.full((len(panel.places), N_LEVELS), np.nan)
    for size in range(SIZES):
        mine = panel.size == size
        seen = changes[mine]
        moved = np.quantile(seen[~np.isnan(seen)], LEVELS) * np.sqrt(ahead / reach)
        moved = np.clip(moved, -FARTHEST, FARTHEST)
        out[mine] = np.exp(log[mine, -1:] + moved) - 0.5
    return np.asarray(np.maximum(out, 0.0))


def alone(panel: Panel, origin: int, horizon: int) -> Floats:
    """[horizon, places, N_LEVELS] The naive forecast of each place from its own values."""
    out = np.full((horizon, len(panel.places), N_LEVELS), np.nan)
    for i, values in enumerate(panel.values[:, :origin]):
        own = run_up_to_now(values)
        if len(own) >= FIRST_SEEN:
            out[:, i] = naive(own, 1, horizon).draws
    return out


def grown(draws: Floats, growth: Floats) -> Floats:
    """[horizon, places, N_LEVELS] Forecasts moved by the model's growth, [horizon, places]."""
    return draws * growth[:, :, None]


def run_up_to_now(values: Floats) -> Floats:
    """The values without a gap up to the last; none where the last is missing."""
    missing = np.flatnonzero(np.isnan(values))
    return values[missing[-1] + 1 :] if len(missing) else values


def forecasts(
    panel: Panel, origin: int, horizon: int, growth: Floats | None, fits: Fits | None = None
) -> dict[str, Floats]:
    """[horizon, places, N_LEVELS] of each method; ``growth`` is the model's, [years, places].

    Every method speaks of the same places: those with a run of values up to the origin. Where ETS
    or ARIMA cannot be fitted to so few, the naive forecast stands in for it.
    """
    own = alone(panel, origin, horizon)
    ways = {"naive": own}
    for name, draws in (fits[origin] if fits else {}).items():
        ways[name] = np.where(np.isnan(draws[:horizon]), own, draws[:horizon])
    ways["elsewhere"] = np.array([elsewhere(panel, origin, h) for h in range(1, horizon + 1)])
    ways["pooled"] = pooled(panel.values[:, :origin], panel.residents, horizon)
    if growth is not None:
        ways["model"] = grown(own, growth[:horizon])
    for draws in ways.values():
        draws[np.isnan(own)] = np.nan
    return ways


def tested(panel: Panel, horizon: int, growth: Floats | None, fits: Fits | None = None) -> Tested:
    """Forecasts from every origin, of all places, with what came."""
    parts: list[tuple[int, int, Floats, Floats, Floats]] = []
    names: tuple[str, ...] = ()
    for origin in range(FIRST_SEEN, panel.years):
        reach = min(horizon, panel.years - origin)
        found = forecasts(panel, origin, reach, growth, fits)
        names, ways = tuple(found), np.stack(list(found.values()))
        units = usual_changes(panel, origin)
        for ahead in range(1, reach + 1):
            came = panel.values[:, origin + ahead - 1]
            ok = ~np.isnan(came) & ~np.isnan(ways[:, ahead - 1, :, 0]).any(axis=0)
            parts.append((origin, ahead, came[ok], units[ok], ways[:, ahead - 1, ok]))
    return Tested(
        name=panel.series,
        methods=names,
        origin=np.concatenate([np.full(len(c), o) for o, _, c, _, _ in parts]),
        ahead=np.concatenate([np.full(len(c), a) for _, a, c, _, _ in parts]),
        value=np.concatenate([c for _, _, c, _, _ in parts]),
        scale=np.concatenate([s for _, _, _, s, _ in parts]),
        draws=np.concatenate([w for _, _, _, _, w in parts], axis=1),
    )


def usual_changes(panel: Panel, origin: int) -> Floats:
    """[places] What errors are told in: each place's usual yearly change up to the origin.

    At least `LEAST_CHANGE` of its level, and of the middle level of places of its size: a place
    that recorded next to nothing and then thousands would else make most of any mean.
    """
    seen = panel.values[:, :origin]
    least = np.array([np.nanmedian(seen[panel.size == size]) for size in range(SIZES)])
    own = [run_up_to_now(v) for v in seen]
    each = [usual_change(v, 1, LEAST_CHANGE) if len(v) else np.nan for v in own]
    return np.asarray(np.maximum(each, LEAST_CHANGE * least[panel.size]))
