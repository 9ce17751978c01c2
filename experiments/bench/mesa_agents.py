"""A Mesa model with one need a person and nothing else, stepped by Mesa's own `agents.do`.

Its need moves as the engine's do and makes at most one contact a week. It is as small as an agent
with a need can be, so that what is measured is Mesa rather than the model.
"""

from __future__ import annotations

import mesa

from experiments.bench.clock import NANO, TIMES, median, seconds

PEOPLE = 20_000
WEEKS = 10


class Person(mesa.Agent):
    """Somebody with one need."""

    def __init__(self, model: mesa.Model, level: float) -> None:
        super().__init__(model)
        self.level = self.set_point = level
        self.contacts = 0

    def live(self) -> None:
        """One week: the level relaxes and is shaken; unmet need calls for help."""
        random = self.random.random
        moved = self.level + 0.1 * (self.set_point - self.level) + 0.1 * (random() - 0.5)
        self.level = min(1.0, max(0.0, moved))
        self.set_point *= 0.999
        if random() < 0.1 * self.level**3:
            self.contacts += 1


def mesa_ns() -> float:
    """Median nanoseconds an agent's step."""
    model = mesa.Model(rng=1)
    for i in range(PEOPLE):
        Person(model, i / PEOPLE)

    def weeks() -> None:
        for _ in range(WEEKS):
            model.agents.do("live")

    return median([seconds(weeks) for _ in range(TIMES)]) / (PEOPLE * WEEKS) * NANO
