"""How time and memory grow: ``python -m experiments.bench.growth``.

With residents, with the share of them who are awake, and with years. An exponent is the slope of a
least-squares line through the logarithms, with its standard error: 1 is in proportion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from agents.arrays import Count
from experiments.bench.clock import NANO, Spent, run_and_time
from experiments.bench.memory import bytes_of
from experiments.bench.places import new_place, portsmouth, with_onsets, with_residents, with_years
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.model import Place

RESIDENTS = (20_000, 50_000, 200_000, 600_000, 2_000_000)
ONSETS = (0.25, 0.5, 1.0, 2.0, 4.0)
ONSET_RESIDENTS = 200_000
YEARS = (5, 10, 20, 30)
SETTLING_WEEKS = WEEKS_PER_YEAR
STRETCHES = 5
STRETCH_WEEKS = 13
AIM = 1.05


@dataclass(frozen=True)
class Line:
    """One size and what it took."""

    size: float
    awake: float
    seconds: float
    megabytes: float

    def __str__(self) -> str:
        ns = self.seconds / self.awake * NANO
        milliseconds = f"{self.seconds * 1e3:14.3f}{ns:10.0f}"
        return f"{self.size:>12,.10g}{self.awake:12,.0f}{milliseconds}{self.megabytes:10.1f}"


HEADING = f"{'':>12}{'awake':>12}{'ms a week':>14}{'ns each':>10}{'MB':>10}"


def main() -> None:
    """Measure and print the three kinds of growth."""
    new_place(with_residents(portsmouth(), 500)).run_to(WEEKS_PER_YEAR)
    by_residents = [_weekly(with_residents(portsmouth(), n), n) for n in RESIDENTS]
    _show("residents", by_residents)
    city = with_residents(portsmouth(), ONSET_RESIDENTS)
    _show("the awake", [_weekly(with_onsets(city, f), f) for f in ONSETS], lambda line: line.awake)
    _years()


def _weekly(scenario: Scenario, size: float) -> Line:
    """The fastest of several stretches of some weeks, after a year to settle."""
    place = new_place(with_years(scenario, 1))
    place.run_to(SETTLING_WEEKS)
    stretches = [run_and_time(place, STRETCH_WEEKS) for _ in range(STRETCHES)]
    best = min(stretches, key=lambda spent: spent.ns)
    return Line(size, _awake(best), best.processor / STRETCH_WEEKS, _megabytes(place))


def _awake(spent: Spent) -> float:
    return spent.person_weeks / STRETCH_WEEKS


def _megabytes(place: Place) -> float:
    """Rows in use; the room that tables have besides is a tenth more."""
    return bytes_of(place)[0] * int(place.world.counts[Count.RESIDENTS]) / 1e6


def _show(
    name: str, lines: Sequence[Line], size: Callable[[Line], float] = lambda line: line.size
) -> None:
    print(f"\nby {name}: fastest of {STRETCHES} times {STRETCH_WEEKS} weeks")
    print(HEADING, *lines, sep="\n")
    sizes = [size(line) for line in lines]
    _exponent("time", sizes, [line.seconds for line in lines])
    _exponent("memory", sizes, [line.megabytes for line in lines])


def _years() -> None:
    """One run of the longest horizon, looked at on the way."""
    place = new_place(with_years(portsmouth(), max(YEARS)))
    place.run_to(place.warm_up_weeks)
    seconds = 0.0
    times, sizes = [], []
    print("\nby years of Portsmouth, one run\n       years   seconds        MB")
    for begin, end in zip((0, *YEARS), YEARS, strict=False):
        seconds += run_and_time(place, (end - begin) * WEEKS_PER_YEAR).processor
        times.append(seconds)
        sizes.append(_megabytes(place))
        print(f"{end:>12}{seconds:10.2f}{sizes[-1]:10.1f}")
    _exponent("time", YEARS, times)
    _exponent("memory", YEARS, sizes)


def exponent(sizes: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """The slope of log values on log sizes, and its standard error."""
    x, y = np.log(sizes), np.log(values)
    slope, level = np.polyfit(x, y, 1)
    left = y - level - slope * x
    variance = (left**2).sum() / (len(x) - 2)
    return float(slope), float(np.sqrt(variance / ((x - x.mean()) ** 2).sum()))


def _exponent(name: str, sizes: Sequence[float], values: Sequence[float]) -> None:
    slope, error = exponent(sizes, values)
    verdict = "within" if slope <= AIM else "above"
    print(f"  exponent of {name:8}{slope:6.3f} (standard error {error:.3f}), {verdict} {AIM}")


if __name__ == "__main__":
    main()
