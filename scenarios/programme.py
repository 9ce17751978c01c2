"""What a scenario does: its changes and its interventions' changes, with their dates and costs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scenarios.changes import BudgetChange, Change, Cost, TeamChange
from scenarios.checks import Placed, Rejected
from scenarios.dates import Span
from scenarios.files import Key, Reader, TomlFile
from scenarios.layers import Layer, Layers, Use, read_intervention
from scenarios.prices import Prices, at_model_prices, price_problems
from scenarios.problems import Problem
from scenarios.resolved import DatedChange, DatedCost


@dataclass(frozen=True)
class Programme:
    """The changes and the programme's own costs, and the intervention files they came from."""

    placed: list[Placed]
    costs: list[DatedCost]
    sources: list[TomlFile]
    rejected: list[Rejected]
    unsure: list[Placed]
    """Changes whose size is not known, because the scale they are used at is wrong."""
    spans: list[Span]
    """The dates of all that is asked for, to be held against the scenario's."""

    @property
    def teams(self) -> frozenset[str]:
        """The names of all teams, those with mistakes included."""
        changes = [item.dated.change for item in (*self.placed, *self.unsure)]
        named = [change.name for change in changes if isinstance(change, TeamChange)]
        written = [item.raw.get("name") for item in self.rejected]
        return frozenset([*named, *(name for name in written if isinstance(name, str))])


def read_programme(
    layers: Layers, start: dt.date | None, reader: Reader, prices: Prices
) -> Programme:
    """The changes of all layers, the extended scenario's first, and those of what they use."""
    programme = Programme([], [], [], [], [], [])
    for layer in layers.layers:
        for place, change in layer.changes:
            key: Key = ("changes", place)
            span = _span(change, layer.source, key, Span(start, None, *_dates_at(layer, key)))
            programme.spans.append(span)
            programme.placed.append(_placed(change, layer.source, key, span))
        _reject(layer.rejected, programme)
        for use in layer.uses:
            _use(use, layer, reader, programme)
    found = layers.latest("cost")
    if found is not None and start is not None:
        cost, layer = found
        programme.costs.extend(_dated_cost(cost, start, None, layer.source))
    reader.problems += _price_problems(programme, prices)
    if not reader.problems:
        programme.placed[:] = [_priced(item, prices) for item in programme.placed]
    return programme


def _price_problems(programme: Programme, prices: Prices) -> Iterator[Problem]:
    for item in (*programme.placed, *programme.unsure):
        if isinstance(item.dated.change, BudgetChange):
            for wrong in price_problems(item.dated.change, prices):
                key = (*item.key, wrong.name)
                yield item.source.problem(key, wrong.quantity.value, *wrong[2:])


def _use(use: Use, layer: Layer, reader: Reader, programme: Programme) -> None:
    """Add an intervention's changes and cost to the programme, as far as the use is right."""
    key: Key = ("use", use.place)
    asked = Span(use.start, use.end, *_dates_at(layer, key))
    used = None
    if use.intervention is not None:
        used = read_intervention(use.intervention, (*key, "intervention"), layer, reader)
    if used is None:
        programme.spans.append(asked)
        return
    programme.sources.append(used.source)
    _reject(used.rejected, programme)
    if not used.changes:
        programme.spans.append(asked)
    placed = programme.unsure if use.scale is None else programme.placed
    scale = 1.0 if use.scale is None else use.scale
    for place, change in used.changes:
        there: Key = ("changes", place)
        span = _span(change, used.source, there, asked)
        programme.spans.append(span)
        placed.append(_placed(_scaled(change, scale), used.source, there, span))
    if use.start is not None:
        cost = _scaled_cost(used.cost, scale)
        programme.costs.extend(_dated_cost(cost, use.start, use.end, used.source))


def _reject(items: Sequence[Rejected], programme: Programme) -> None:
    """Keep changes with mistakes for the checks; their own dates, where they are dates, too."""
    programme.rejected.extend(items)
    for item in items:
        start, end = (
            date if type(date) is dt.date else None
            for date in (item.raw.get("start"), item.raw.get("end"))
        )
        at = ((item.source, (*item.key, name)) for name in ("start", "end"))
        programme.spans.append(Span(start, end, *at))


def _dates_at(layer: Layer, key: Key) -> tuple[tuple[TomlFile, Key], tuple[TomlFile, Key]]:
    """Where the start and the end of what stands under ``key`` are written."""
    return (layer.source, (*key, "start")), (layer.source, (*key, "end"))


def _scaled(change: Change, scale: float) -> Change:
    """A team with its posts for a place of another size; every other change as it is."""
    if not isinstance(change, TeamChange):
        return change
    return change.model_copy(update={"posts": change.posts * scale})


def _scaled_cost(cost: Cost, scale: float) -> Cost:
    sums = {"gbp_per_year": cost.gbp_per_year * scale, "gbp_once": cost.gbp_once * scale}
    return cost.model_copy(update=sums)


def _span(change: Change, source: TomlFile, key: Key, asked: Span) -> Span:
    """The dates of a change: its own, else those of what asks for it."""
    start = change.start or asked.start
    begins = _later(start, change.after_weeks) if start else None
    stops = _later(begins, change.for_weeks) if begins and change.for_weeks is not None else None
    end = change.end or min((date for date in (stops, asked.end) if date), default=None)
    start_at = (source, (*key, "start")) if change.start else asked.start_at
    return Span(begins, end, start_at, (source, (*key, "end")) if change.end else asked.end_at)


def _placed(change: Change, source: TomlFile, key: Key, span: Span) -> Placed:
    """A change with its dates; what has no start by some mistake is never run."""
    begins = span.start or dt.date.max
    dated = DatedChange(change, begins, span.end, change.ramp_weeks, source.label)
    return Placed(dated, source, key)


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
