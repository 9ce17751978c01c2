"""How many person-decades a second single lives are lived again, alone (``python -m
experiments.bench.alone``): the costliest of Portsmouth, a random hundred, and four hundred at once.

A batch has a fixed cost, most of it Python's share of 520 weeks, so that larger batches are faster.
"""

from __future__ import annotations

from collections.abc import Sequence

from experiments.bench.clock import seconds
from experiments.bench.places import portsmouth
from experiments.census import REPLICATE, Census, take_census
from experiments.missed_report import groups_of
from scenarios.names import WEEKS_PER_YEAR
from sim.alone import Alone
from sim.households import take

AIM = 2000
"""Person-decades a second on one core."""
TIMES = 30
DECADE = 10 * WEEKS_PER_YEAR
ROOM_FOR_TEAMS = 1


def main() -> None:
    """Measure and print."""
    census = take_census(portsmouth(), 1, ROOM_FOR_TEAMS)
    costliest, random = groups_of(census, 100).values()
    many = next(iter(groups_of(census, 400).values()))
    print(f"person-decades a second of processor time, the best of {TIMES}; the aim is {AIM:,}")
    for name, persons in (
        ("the costliest 100", costliest), ("a random 100", random), ("the costliest 400", many),
        ("one person", costliest[:1]),
    ):  # fmt: skip
        print(f"  {name:20}{decades_a_second(census, persons):8,.0f}")


def decades_a_second(census: Census, persons: Sequence[int], times: int = TIMES) -> float:
    """With all that a batch needs: households taken out, the place set up, every week lived."""
    live_again(census, persons)
    best = min(seconds(lambda: live_again(census, persons)) for _ in range(times))
    decades = (census.last_week - census.start.week) / DECADE
    return len(persons) * decades / best


def live_again(census: Census, persons: Sequence[int]) -> None:
    """These lives alone, with nothing changed."""
    taken = take(census.start.world, persons)
    args = (census.scenario, census.seed, REPLICATE, census.room_for_teams, census.start)
    place = Alone(*args, taken, census.load)
    place.run_to(census.last_week)
    place.let_go()


if __name__ == "__main__":
    main()
