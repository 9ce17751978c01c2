"""A few weeks of a stored place and nothing else: what valgrind counts the instructions of.

    python -m experiments.bench.counted FILE WEEKS SPINS

Run with two numbers of weeks, the difference is the weeks; the imports cancel out.
"""

import pickle
import sys
from pathlib import Path

from agents.arrays import PeopleCount
from experiments.bench.limits import spin
from experiments.bench.places import SEED
from sim.model import Place


def main() -> None:
    """Print the awake person-weeks of the weeks that were run."""
    file, weeks, spins = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    scenario, snapshot = pickle.loads(file.read_bytes())
    place = Place(scenario, SEED, 0, 0, resume=snapshot)
    place.step()
    first = place.week
    place.run_to(first + weeks)
    spin(spins)
    print(int(place.world.tally.people[first : place.week, PeopleCount.AWAKE].sum()))


if __name__ == "__main__":
    main()
