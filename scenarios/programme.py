"""What a scenario does: its changes and its interventions' changes, with their dates and costs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.changes import BudgetChange, Change, Cost, TeamChange
from scenarios.checks import Placed, Rejected
from scenarios.files import Key, Reader, TomlFile
from scenarios.layers import Layer, Layers, read_intervention
from scenarios.prices import Prices, at_model_prices, price_problems
from scenarios.resolved import DatedChange, DatedCost
from scenarios.schema import Use


@dataclass(frozen=True)
class Programme:
    """The changes and the programme's own costs, and the intervention files they came from."""

    placed: list[Placed]
    costs: list[DatedCost]
    sources: list[TomlFile]
    rejected: list[Rejected]

    @property
    def teams(self) -> frozenset[str]:
        """The names of all teams, those with mistakes included."""
        changes = [item.dated.change for item in self.placed]
        named = [change.name for change in changes if isinstance(change, TeamChange)]
        written = [item.raw.get("name") for item in self.rejected]
        return frozenset([*named, *(name for name in written if isinstance(name, str))])


def read_programme(
    layers: Layers, start: dt.date | None, reader: Reader, prices: Prices
) -> Programme:
    """The changes of all layers, the extended scenario's first, and those of what they use."""
    programme = Programme([], [], [], [])
    begin = start or dt.date.max
    for layer in layers.layers:
        for place, change in layer.changes:
            key: Key = ("changes", place)
            programme.placed.append(_placed(change, layer.source, key, begin, None, layer, key))
        programme.rejected.extend(layer.rejected)
        for place, use in layer.uses:
            _use(use, ("use", place), layer, reader, programme)
    found = layers.latest("cost")
    if found is not None and start is not None:
        cost, layer = found
        programme.costs.extend(_dated_cost(cost, start, None, layer.source))
    reader.problems += [
        item.source.problem((*item.key, wrong.name), wrong.quantity.value, *wrong[2:])
        for item in programme.placed
        if isinstance(item.dated.change, BudgetChange)
        for wrong in price_problems(item.dated.change, prices)
    ]
    if not reader.problems:
        programme.placed[:] = [_priced(item, prices) for item in programme.placed]
    return programme


def _use(use: Use, key: Key, layer: Layer, reader: Reader, programme: Programme) -> None:
    """Add an intervention's changes and cost to the programme."""
    used = read_intervention(use, (*key, "intervention"), layer, reader)
    if used is None:
        return
    programme.sources.append(used.source)
    programme.rejected.extend(used.rejected)
    for place, change in used.changes:
        key_there: Key = ("changes", place)
        change = _scaled(change, use.scale)
        item = _placed(change, used.source, key_there, use.start, use.end, layer, key)
        programme.placed.append(item)
    cost = _scaled_cost(used.cost, use.scale)
    programme.costs.extend(_dated_cost(cost, use.start, use.end, used.source))


def _scaled(change: Change, scale: float) -> Change:
    """A team with its posts for a place of another size; every other change as it is."""
    if not isinstance(change, TeamChange):
        return change
    return change.model_copy(update={"posts": change.posts * scale})


def _scaled_cost(cost: Cost, scale: float) -> Cost:
    sums = {"gbp_per_year": cost.gbp_per_year * scale, "gbp_once": cost.gbp_once * scale}
    return cost.model_copy(update=sums)


def _placed(
    change: Change,
    source: TomlFile,
    key: Key,
    start: dt.date,
    end: dt.date | None,
    asker: Layer,
    asked_at: Key,
) -> Placed:
    """A change with its dates: its own, else those of its user, in ``asker`` at ``asked_at``."""
    begins = _later(change.start or start, change.after_weeks)
    stops = None if change.for_weeks is None else _later(begins, change.for_weeks)
    dated = DatedChange(
        change=change,
        start=begins,
        end=change.end or min((date for date in (stops, end) if date), default=None),
        ramp_weeks=change.ramp_weeks,
        origin=source.label,
    )
    asked = asker.source
    return Placed(
        dated,
        source,
        key,
        (source, (*key, "start")) if change.start else (asked, (*asked_at, "start")),
        (source, (*key, "end")) if change.end else (asked, (*asked_at, "end")),
    )


def _later(date: dt.date, weeks: int) -> dt.date:
    """So many weeks later, or the last day there is."""
    return date + dt.timedelta(weeks=min(weeks, (dt.date.max - date).days // 7))


def _dated_cost(
    cost: Cost, start: dt.date, end: dt.date | None, source: TomlFile
) -> Iterator[DatedCost]:
    if cost.gbp_per_year or cost.gbp_once:
        yield DatedCost(cost.gbp_per_year, cost.gbp_once, cost.payer, start, end, source.label)


def _priced(item: Placed, prices: Prices) -> Placed:
    """The change with its money at the model's prices."""
    if not isinstance(item.dated.change, BudgetChange):
        return item
    change = at_model_prices(item.dated.change, prices)
    return dataclasses.replace(item, dated=dataclasses.replace(item.dated, change=change))
