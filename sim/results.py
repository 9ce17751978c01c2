"""What one replicate of one scenario came to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RunResult:
    """What one replicate of one scenario came to.

    Without an equality of its own, because arrays have no single truth value.
    """

    scenario: str
    """The stem of the scenario's file."""
    replicate: int
    names: tuple[str, ...]
    """Dotted measure names, for example ``contacts.police``, each once."""
    per_year: NDArray[np.float64]
    """[n_measures, years]; NaN where a measure is undefined."""
    overall: NDArray[np.float64]
    """[n_measures]; a flow is a year's average over the horizon, a stock the average over it, a
    share is pooled."""
    person_weeks: int
    """Awake person-weeks simulated."""
    seconds: float
    """Time spent simulating, without start-up and compiling."""

    def __post_init__(self) -> None:
        """Check once that names and arrays fit together, so that nobody need check again."""
        n = len(self.names)
        if len(set(self.names)) != n:
            raise ValueError(f"{self.scenario}: a measure name is given twice")
        if self.overall.shape != (n,) or self.per_year.ndim != 2 or len(self.per_year) != n:
            raise ValueError(
                f"{self.scenario}: {n} names do not fit overall {self.overall.shape} "
                f"and per_year {self.per_year.shape}"
            )
