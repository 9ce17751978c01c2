"""What lives that end at another time do to a sum of money (``make ended-lives``).

Whoever dies costs nothing from then on, so a scenario in which somebody dies sooner looks cheaper
for it. Every person is the same in two runs with the same luck. Of each whose death comes at
another time, what the longer of the two lives took up after the shorter had ended is added up.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.arrays import Count, Happening, Ints
from experiments.census import REPLICATE, room_for
from experiments.progress import progress
from experiments.stats import mean_interval
from experiments.wording import difference_text, plain_words
from scenarios.load import load_scenarios
from scenarios.resolved import Scenario
from sim.bills import Bills
from sim.model import Place, warm_up_weeks
from sim.world import happenings

SCENARIOS: Final = ("budget_cut", "early_intervention", "navigators", "together")
SEEDS: Final = (1, 2, 3, 4, 5, 6, 7, 8)
NEVER: Final = np.iinfo(np.int32).max
_PLACE = Path(__file__).parents[1] / "scenarios" / "portsmouth"


@dataclass(frozen=True, eq=False)
class Spent:
    """What everybody's services cost in a run, charge by charge, and when they died."""

    key: NDArray[np.uint64]
    """[people] The same person has the same key in every run with the same seed."""
    died: Ints
    """[people] week since the scenario's start, or NEVER"""
    person: NDArray[np.int32]
    """[charges]"""
    week: NDArray[np.int32]
    """[charges]"""
    pence: NDArray[np.int32]
    """[charges]"""

    def after(self, person: Ints, week: Ints) -> float:
        """Pounds that these people's services cost after a week, each their own."""
        last = np.full(len(self.key), NEVER, np.int64)
        last[person] = week
        return float(self.pence[self.week > last[self.person]].sum(dtype=np.int64)) / 100.0


@dataclass(frozen=True)
class Ended:
    """Lives that end by death at another time in a scenario than if nothing is done."""

    sooner: int
    later: int
    spared_gbp: float
    """What the lives that ended sooner took up after that, if nothing is done."""
    added_gbp: float
    """What the lives that ended later took up in the scenario after they would have ended."""


def spend(scenario: Scenario, seed: int, room_for_teams: int) -> Spent:
    """Run a scenario to its end, and keep every charge."""
    place = Place(scenario, seed, REPLICATE, room_for_teams)
    place.run_to(start := warm_up_weeks(scenario))
    place.listener = lambda trace: None
    bills = Bills(place)
    charged: list[tuple[Ints, Ints]] = []
    dead: list[Ints] = []
    while place.week < place.weeks:
        place.step()
        trace = happenings(place.world)
        charges = bills.charges(place, trace)
        charged.append((charges.person.astype(np.int32), charges.pence.astype(np.int32)))
        dead.append(trace.person[trace.kind == Happening.DIED].copy())
    people = int(place.world.counts[Count.PEOPLE])
    died = np.full(people, NEVER, np.int64)
    for week, persons in enumerate(dead):
        died[persons] = week
    weeks = np.arange(place.weeks - start, dtype=np.int32)
    person, pence = (np.concatenate(column) for column in zip(*charged, strict=True))
    return Spent(
        key=place.world.people.key[:people].copy(),
        died=died,
        person=person,
        week=np.repeat(weeks, [len(one) for one, _ in charged]),
        pence=pence,
    )


def ended(nothing: Spent, other: Spent) -> Ended:
    """Of those who lived in both runs, what deaths at another time do to the difference of cost."""
    _, here, there = np.intersect1d(nothing.key, other.key, return_indices=True)
    before, after = nothing.died[here], other.died[there]
    sooner, later = after < before, before < after
    return Ended(
        sooner=int(sooner.sum()),
        later=int(later.sum()),
        spared_gbp=nothing.after(here[sooner], after[sooner]),
        added_gbp=other.after(there[later], before[later]),
    )


def measured(
    scenarios: Sequence[Scenario], seeds: Sequence[int], on_done: Callable[[], None]
) -> dict[str, list[Ended]]:
    """Each scenario but the first beside the first, at each seed."""
    room = room_for(scenarios)
    found: dict[str, list[Ended]] = {scenario.name: [] for scenario in scenarios[1:]}
    for seed in seeds:
        nothing = spend(scenarios[0], seed, room)
        on_done()
        for scenario in scenarios[1:]:
            found[scenario.name].append(ended(nothing, spend(scenario, seed, room)))
            on_done()
    return found


def text_of(found: dict[str, list[Ended]], years: int) -> str:
    """A table: a line a scenario, pounds a year."""
    lines = [f"{'deaths':>68}{'£ a year':>12}{'£ a year':>12}{'net, ± chance':>20}",
             f"{'':<44}{'sooner':>12}{'later':>12}{'spared':>12}{'added':>12}{'£ a year':>20}",
             "=" * 112]  # fmt: skip
    for name, each in found.items():
        spared, added = (np.array([getattr(e, f"{x}_gbp") for e in each]) / years
                         for x in ("spared", "added"))  # fmt: skip
        sooner, later = (np.mean([getattr(e, x) for e in each]) for x in ("sooner", "later"))
        net = mean_interval(added - spared)
        lines.append(
            f"{plain_words(name):<44}{sooner:>12.0f}{later:>12.0f}{spared.mean():>12,.0f}"
            f"{added.mean():>12,.0f} {difference_text(net, 'money'):>19}"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print it for Portsmouth; exit 0 whatever it shows: this is a report."""
    scenarios = load_scenarios([_PLACE / f"{name}.toml" for name in ("do_nothing", *SCENARIOS)])
    with progress("Ended lives", len(SEEDS) * len(scenarios)) as on_done:
        found = measured(scenarios, SEEDS, on_done)
    sys.stdout.write(text_of(found, scenarios[0].years))
    return 0


if __name__ == "__main__":
    sys.exit(main())
