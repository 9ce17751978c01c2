"""What one run of the crisis door needs to know: rotas by hour of the week, and plain numbers."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from scenarios.changes import CrisisNumberChange, CrisisResourceChange
from scenarios.crisis_door import HOURS_A_WEEK, PathwaySpec, Resource, Resources, Shift
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario

RESOURCES: Final = tuple(Resources.model_fields)
_DAYS: Final = {"all": range(7), "weekdays": range(5), "weekend": range(5, 7)}


@dataclass(frozen=True)
class Inputs:
    """A crisis door as it stands between two changes. Hour 0 of the week is Monday, midnight."""

    number: Mapping[str, float]
    """Shares and mean hours, by the name they have in the file."""
    capacity: Mapping[str, tuple[int, ...]]
    """How many of each resource there are, by hour of the week."""
    weight: tuple[float, ...]
    """Crises by hour of the week; adds up to 1."""
    by_day: tuple[bool, ...]
    """Whether an hour of the week is within working hours."""

    @property
    def share_intoxicated(self) -> float:
        """Of those brought in: likelier where drink or drugs are a high need."""
        mix = self.number["share_with_drink_or_drugs"]
        of_these = self.number["share_intoxicated_of_these"]
        return mix * of_these + (1.0 - mix) * self.number["share_intoxicated_of_others"]

    @property
    def key(self) -> str:
        """The same for the same inputs, whoever reads them and when."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def inputs_of(spec: PathwaySpec, residents: float) -> Inputs:
    """The door of a place, before any change."""
    resources = {name: getattr(spec.resources, name) for name in RESOURCES}
    weights = [*spec.weekday_weights * 5, *spec.weekend_weights * 2]
    working = range(spec.day_from_hour, spec.day_to_hour)
    return Inputs(
        number={
            name: float(value.value)
            for name in type(spec).model_fields
            if isinstance(value := getattr(spec, name), Quantity)
        },
        capacity={name: capacity(r, residents) for name, r in resources.items()},
        weight=tuple(weight / sum(weights) for weight in weights),
        by_day=tuple(day < 5 and hour in working for day in range(7) for hour in range(24)),
    )


def capacity(resource: Resource, residents: float) -> tuple[int, ...]:
    """How many are there, by hour of the week, in a place of so many residents.

    Whoever is on shift at all is at least one: there is no third of a professional at night.
    """
    scale = residents / resource.for_residents if resource.for_residents else 1.0
    on_duty = [0] * HOURS_A_WEEK
    for shift in resource.shifts:
        number = max(1, math.floor(shift.number * scale + 0.5)) if shift.number else 0
        for hour in hours_of(shift):
            on_duty[hour] += number
    return tuple(on_duty)


def hours_of(shift: Shift) -> list[int]:
    """The hours of the week that a shift covers; a night shift runs into the next day."""
    length = (shift.to_hour - shift.from_hour) % 24 or 24
    return [
        (24 * day + shift.from_hour + hour) % HOURS_A_WEEK
        for day in _DAYS[shift.days]
        for hour in range(length)
    ]


def with_resource(inputs: Inputs, change: CrisisResourceChange) -> Inputs:
    """The door after more, fewer or other hours of one resource."""
    on_duty = list(inputs.capacity[change.resource])
    for hour in hours_of(Shift(days=change.days, from_hour=change.from_hour,
                               to_hour=change.to_hour, number=0)):  # fmt: skip
        on_duty[hour] = change.set if change.set is not None else on_duty[hour] + (change.add or 0)
    capacities = {**inputs.capacity, change.resource: tuple(max(0, n) for n in on_duty)}
    return replace(inputs, capacity=capacities)


def with_number(inputs: Inputs, change: CrisisNumberChange) -> Inputs:
    """The door after a share or a time has changed; a share stays at most 1."""
    value = inputs.number[change.name] * (1.0 if change.multiply is None else change.multiply)
    value = value if change.set is None else change.set
    if change.name.startswith("share_"):
        value = min(1.0, value)
    return replace(inputs, number={**inputs.number, change.name: value})


def with_mix(inputs: Inputs, share: float) -> Inputs:
    """The door when drink or drugs are a high need of this share of those in crisis."""
    return replace(inputs, number={**inputs.number, "share_with_drink_or_drugs": share})


def residents_of(scenario: Scenario) -> float:
    """All residents of the scenario's place."""
    return float(sum(scenario.place.population.values()))
