"""Somebody who has every file of one import, and works out what the files leave out.

Everything that is told is a statement about whole numbers of 0 or more that are not known: a sum of
some of them lies between two bounds. What a further sum can be at the least and at the most then
is an integer program, solved exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Sum = Mapping[Any, int]
"""Names of unknown numbers, each with how often it counts."""


@dataclass
class Adversary:
    """What is known so far."""

    names: dict[Any, int] = field(default_factory=dict)
    sums: list[tuple[Sum, float, float]] = field(default_factory=list)

    def hears(self, of: Sum, low: float, high: float = np.inf) -> None:
        """That a sum lies between two numbers."""
        for name in of:
            self.names.setdefault(name, len(self.names))
        self.sums.append((of, low, high))

    def bounds(self, of: Sum) -> tuple[float, float]:
        """The least and the most that a sum can be, given all that was heard."""
        cost = np.zeros(len(self.names))
        for name, n in of.items():
            cost[self.names[name]] += n
        return self._least(cost), -self._least(-cost)

    def _least(self, cost: Any) -> float:
        found = milp(cost, integrality=np.ones(len(cost)), bounds=Bounds(0, np.inf),
                     constraints=self._known())  # fmt: skip
        if found.status == 3:
            return -np.inf  # without bound
        assert found.status == 0, f"what was told contradicts itself: {found.message}"
        return float(round(found.fun))

    def _known(self) -> LinearConstraint:
        rows = np.repeat(np.arange(len(self.sums)), [len(of) for of, _, _ in self.sums])
        columns = [self.names[name] for of, _, _ in self.sums for name in of]
        counts = [n for of, _, _ in self.sums for n in of.values()]
        shape = (len(self.sums), len(self.names))
        matrix = csr_array((counts, (rows, columns)), shape=shape)
        low, high = (np.array([one[i] for one in self.sums]) for i in (1, 2))
        return LinearConstraint(matrix, low, high)


def total(names: Iterable[Any]) -> dict[Any, int]:
    """The sum of all of them."""
    return dict.fromkeys(names, 1)


def subsets(agencies: Sequence[str]) -> list[frozenset[str]]:
    """Every group of agencies that the same person may have met."""
    groups = [frozenset[str]()]
    for agency in agencies:
        groups += [group | {agency} for group in groups]
    return groups[1:]
