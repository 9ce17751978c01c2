"""What the weekly model asks of the crisis door, and what it is told.

The answer depends on the resources at hand, on the crises a week of late and on how many of them
were of people with drink or drugs. Both stand in the tally; so a run that is resumed gets the
answers of one that was not interrupted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from agents.arrays import Floats, Ints
from scenarios.changes import Change, CrisisChange, CrisisNumberChange, CrisisResourceChange
from scenarios.crisis_door import OUTCOMES
from scenarios.resolved import Scenario
from sim.crisis.inputs import Inputs, inputs_of, residents_of, with_number, with_resource

if TYPE_CHECKING:
    from sim.crisis.tables import Table

LOAD_WEEKS: Final = 8
"""The load is that of the last two months: beds and home treatment remember about as long."""
WEEKS_BETWEEN_ASKS: Final = 4
"""Between asks the answer stands, unless resources change: asking weekly took 5% of a run."""


@dataclass(frozen=True)
class CrisisDoor:
    """The crisis door between two changes, as the weekly model sees it."""

    scenario: Scenario
    inputs: Inputs
    moves: tuple[tuple[str, str, float], ...]
    """Shares moved from one outcome to another, by changes that are not about resources."""

    @cached_property
    def table(self) -> Table:
        """Outcomes by load: from memory, from the disk, or built now."""
        from sim.crisis.tables import table_for

        return table_for(self.inputs, residents_of(self.scenario))

    @cached_property
    def answers(self) -> dict[tuple[float, int], Answer]:
        """Answers given so far: the same few thousand questions come back again and again."""
        return {}

    @cached_property
    def prices(self) -> Floats:
        """Pounds by outcome: health's cost, and the police's per hour, float64[2, outcomes]."""
        crisis = self.scenario.evidence.crisis
        hour = crisis.police_gbp_per_hour.value
        return np.array([[crisis.cost_gbp[name], hour] for name in crisis.outcomes]).T

    @cached_property
    def order(self) -> Floats:
        """From the door's order of outcomes to the scenario's: a matrix of noughts and ones."""
        names = self.scenario.evidence.crisis.outcomes
        return np.array([[float(a == b) for b in names] for a in OUTCOMES])

    @cached_property
    def matrix(self) -> Floats:
        """Shares as the door says, to shares after the moves, in the scenario's order."""
        names = list(self.scenario.evidence.crisis.outcomes)
        matrix = self.order.copy()
        for source, target, share in self.moves:
            s, t = names.index(source), names.index(target)
            matrix[:, t] += share * matrix[:, s]
            matrix[:, s] *= 1.0 - share
        return matrix


@dataclass(frozen=True, eq=False)
class Answer:
    """What becomes of a week's crises, in the order of the scenario's outcomes."""

    cumulative: Floats
    pence: Ints
    """int64[2, outcomes]: what one costs health, and the police."""


def crisis_door(scenario: Scenario, acting: Iterable[tuple[Change, float]]) -> CrisisDoor | None:
    """The door with the changes that act, as far as they have; None where a table answers."""
    if scenario.crisis_door == "table":
        return None
    inputs = inputs_of(scenario.evidence.crisis_pathway, residents_of(scenario))
    moves: list[tuple[str, str, float]] = []
    for change, fraction in acting:
        if fraction == 0.0:
            continue
        if isinstance(change, CrisisResourceChange):
            inputs = with_resource(inputs, change)
        elif isinstance(change, CrisisNumberChange):
            inputs = with_number(inputs, change)
        elif isinstance(change, CrisisChange) and change.only is None:
            moves.append((change.source, change.target, fraction * change.share))
    return CrisisDoor(scenario, inputs, tuple(moves))


def answer(door: CrisisDoor, crises: int, with_drink: int, weeks: int) -> Answer:
    """What becomes of crises when there were so many in so many weeks of late.

    ``with_drink`` of them were of people for whom drink or drugs are a high need. The share of
    these is asked in whole percent; where there was no crisis, it is the one in the file.
    """
    usual = door.inputs.number["share_with_drink_or_drugs"]
    percent = round(100.0 * (with_drink / crises if crises else usual))
    load = crises / max(1, weeks)
    if (load, percent) not in door.answers:
        row = door.table.at(load, percent / 100.0)
        door.answers[load, percent] = _worked_out(door, row)
    return door.answers[load, percent]


def _worked_out(door: CrisisDoor, row: Floats) -> Answer:
    """Moves and prices on top of what the door says, a row of `sim.crisis.tables.Table`."""
    n = len(row) // 2
    names = list(door.scenario.evidence.crisis.outcomes)
    shares = row[:n] @ door.matrix
    gbp = door.prices.copy()
    gbp[1] *= row[n : 2 * n] @ door.order
    gbp[0, names.index("acute_bed")] += row[2 * n] * door.inputs.number["out_of_area_gbp"]
    return Answer(np.cumsum(shares), np.rint(100.0 * gbp).astype(np.int64))
