"""Pictures of a comparison: for a projector and for print, in colour and in grey.

The interval of chance is always drawn, and where plausible sets of numbers were run a paler one of
chance and ignorance together; every picture says which. The same findings give the same bytes, PNG
and SVG.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments import drawing
from experiments.compare import Findings, Floats, differences
from experiments.drawing import Curve
from experiments.quiet_sets import quiet_sets
from experiments.report.cash import cash_in_all
from experiments.stats import Interval, mean_over_replicates, pairwise, with_ignorance
from experiments.wording import plain_words

FRONT_DOORS = ("police", "ambulance", "ae", "gp")
FAN = {
    "people.multiple_needs": "People with multiple unmet needs",
    "crisis_weeks": "Weeks in crisis",
    "contacts.police": "Contacts with the police",
    "contacts.ae": "Visits to A&E",
    "children.looked_after": "Children looked after",
    "cost.total": "Cost of all services",
}
ROOM = 4.0
"""How much farther than the farthest end of an interval of chance the money's axis may reach."""
UNDEFINED = Interval(float("nan"), float("nan"), float("nan"))


def draw_all(findings: Findings, folder: Path) -> None:
    """Write every picture that the findings can fill into ``folder``."""
    folder.mkdir(exist_ok=True)
    with drawing.styled():
        pictures = {"fan": fan(findings)}
        if findings.others:
            pictures |= {
                "people": people_over_time(findings),
                "demand": demand(findings),
                "money": money_by_payer(findings),
            }
        for name, figure in pictures.items():
            if figure is not None:
                drawing.save(figure, folder / name)


def people_over_time(findings: Findings, measure: str = "people.multiple_needs") -> Figure | None:
    """People with multiple unmet needs: the levels, and beside them the paired differences.

    The band of a difference shows whether it is more than chance. Bands of the levels would not,
    because most of their chance is shared between scenarios; only the base has one.
    """
    per_year = {name: found.per_year for name, found in findings.scenarios.items()}
    names = [name for name in findings.titles if measure in per_year[name]]
    if findings.base not in names:
        return None
    base, base_sets = per_year[findings.base][measure], _sets(findings, findings.base, measure)
    levels = [
        _curve(name, per_year[name][measure], _sets(findings, name, measure)) for name in names
    ]
    paired = [
        _curve(
            name,
            pairwise(per_year[name][measure], base),
            pairwise(_sets(findings, name, measure), base_sets),
        )
        for name in names[1:]
    ]
    figure = Figure(figsize=(12, 5.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.set_title("How many")
    _lines(left, levels, findings, with_band=[findings.base])
    left.set_ylim(0, 1.05 * left.get_ylim()[1])
    right.set_title(f"Difference from “{findings.labels[findings.base]}”")
    _lines(right, paired, findings, with_band=names)
    right.axhline(0, color=drawing.BASE_COLOUR, linewidth=1)
    right.yaxis.set_major_formatter(FuncFormatter(drawing.signed_counts))
    drawing.name_lines(left, levels, findings)
    drawing.name_lines(right, paired, findings)
    shaded = "" if findings.sets else "Shaded: the interval."
    drawing.heading(figure, "People with multiple unmet needs", findings, shaded)
    return figure


def demand(findings: Findings) -> Figure | None:
    """Contacts at the doors that cannot refuse: paired differences by scenario."""
    against = {name: differences(findings, name) for name in findings.others}
    measures = [f"contacts.{agency}" for agency in FRONT_DOORS]
    measures = [m for m in measures if any(m in found for found in against.values())]
    if not measures:
        return None
    figure, grid = _grid(len(measures), 2, height=0.9 + 0.58 * len(against))
    titles = [findings.labels[name] for name in against]
    colours = [drawing.look(name, findings)[0] for name in against]
    for i, (axes, measure) in enumerate(zip(grid, measures, strict=True)):
        agency = measure.removeprefix("contacts.")
        axes.set_title(findings.agencies.get(agency, plain_words(agency)))
        drawing.whiskers(
            axes, [found.get(measure, UNDEFINED) for found in against.values()], "count", colours
        )
        drawing.name_rows(axes, titles, shown=i % 2 == 0)
        axes.xaxis.set_major_locator(MaxNLocator(7, prune="both"))
        axes.xaxis.set_major_formatter(FuncFormatter(drawing.signed_counts))
    title = f"Contacts a year, difference from “{findings.labels[findings.base]}”"
    drawing.heading(figure, title, findings, _hollow(findings))
    return figure


def money_by_payer(findings: Findings) -> Figure | None:
    """Who pays and who saves: the change of each payer's costs, and the cash in it."""
    against = {name: differences(findings, name) for name in findings.others}
    found_any = dict.fromkeys(measure for found in against.values() for measure in found)
    prefix = "cost.payer."
    payers = [m.removeprefix(prefix) for m in found_any if m.startswith(prefix)]
    if not payers:
        return None
    figure, grid = _grid(len(against), 2, height=1.0 + 0.5 * (len(payers) + 1))
    for i, (axes, (name, found)) in enumerate(zip(grid, against.items(), strict=True)):
        axes.set_title(drawing.wrap(findings.labels[name], 56))
        cash = [*(_cash(found, payer) for payer in payers), cash_in_all(findings, name)]
        _payers(axes, _paid(payers, found), cash, drawing.look(name, findings)[0])
        drawing.name_rows(axes, [*map(plain_words, payers), "All together"], shown=i % 2 == 0)
    clipped = _same_limits(grid, [_paid(payers, found) for found in against.values()])
    title = f"Who pays and who saves: pounds a year against “{findings.labels[findings.base]}”"
    note = f"{_hollow(findings)} Small diamonds: the part that can be had in cash."
    note += " Arrows: it goes on, as the table says." if clipped else ""
    drawing.heading(figure, title, findings, note)
    return figure


def fan(findings: Findings) -> Figure | None:
    """The base alone, replicate by replicate: how far chance spreads a forecast."""
    per_year = findings.scenarios[findings.base].per_year
    measures = [measure for measure in FAN if measure in per_year]
    if not measures:
        return None
    figure, grid = _grid(len(measures), 3, height=3.1)
    for axes, measure in zip(grid, measures, strict=True):
        axes.set_title(FAN[measure])
        _replicates(axes, per_year[measure], _sets(findings, findings.base, measure))
        money = measure.startswith("cost.")
        axes.yaxis.set_major_formatter(FuncFormatter(drawing.pounds if money else drawing.counts))
        drawing.years(axes, findings)
    note = "Thin: each replicate. Thick: their mean, with its interval shaded."
    drawing.heading(figure, f"{findings.labels[findings.base]}, year by year", findings, note)
    return figure


def _hollow(findings: Findings) -> str:
    undone = ", or (in brackets) one that chance and other plausible numbers together could undo"
    return f"Hollow: no detectable difference{undone if findings.sets else ''}."


def _grid(n: int, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """A figure with ``n`` axes of so many inches height, ``columns`` in a row."""
    columns = min(n, columns)
    rows = -(-n // columns)
    size = (12, 0.8 + rows * height)
    figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(wspace=0.05))
    axes = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for unused in axes[n:]:
        unused.set_visible(False)
    return figure, axes[:n]


def _sets(findings: Findings, scenario: str, measure: str) -> Floats:
    """[sets, years] What the runs at plausible sets say; no rows where there were none."""
    found = findings.plausible.get(scenario)
    return found.per_year[measure] if found else np.empty((0, findings.years))


def _curve(name: str, values: Floats, sets: Floats) -> Curve:
    """Mean and intervals of each year: of chance over replicates, and with that of sets.

    values  float64[replicates, years]
    sets    float64[sets, years]
    """
    quiet = quiet_sets(values, sets)
    both = [with_ignorance(*year, quiet) for year in zip(values.T, sets.T, strict=True)]
    own = [interval.by_chance for interval in both]
    widest = (np.array([i.low for i in both]), np.array([i.high for i in both]))
    return Curve(
        name,
        mean=np.array([interval.mean for interval in own]),
        low=np.array([interval.low for interval in own]),
        high=np.array([interval.high for interval in own]),
        widest=widest if len(sets) else None,
    )


def _lines(
    axes: Axes, curves: Sequence[Curve], findings: Findings, with_band: Sequence[str]
) -> None:
    for curve in curves:
        colour, style = drawing.look(curve.name, findings)
        x = np.arange(1, len(curve.mean) + 1)
        axes.plot(x, curve.mean, color=colour, linestyle=style, linewidth=2, marker=".")
        if curve.name in with_band:
            axes.fill_between(x, curve.low, curve.high, color=colour, alpha=0.18, linewidth=0)
            if curve.widest is not None:
                axes.fill_between(x, *curve.widest, color=colour, alpha=0.09, linewidth=0)
    axes.yaxis.set_major_formatter(FuncFormatter(drawing.counts))
    drawing.years(axes, findings)


def _payers(
    axes: Axes, paid: Sequence[Interval], cash: Sequence[Interval | None], colour: str
) -> None:
    """All costs as a large dot, the part that can be had in cash as a small diamond below it."""
    drawing.whiskers(axes, paid, "money", [colour] * len(paid))
    for i, cost in enumerate(cash):
        if cost is None:
            continue
        y = -i - 0.3
        axes.plot([cost.low, cost.high], [y, y], color=drawing.BASE_COLOUR, linewidth=1)
        axes.plot([cost.mean], [y], color=drawing.BASE_COLOUR, marker="D", markersize=4)
    axes.xaxis.set_major_locator(MaxNLocator(7, prune="both"))
    axes.xaxis.set_major_formatter(FuncFormatter(drawing.signed_pounds))
    axes.set_xlabel("saves  ←     →  pays more")


def _cash(found: dict[str, Interval], payer: str) -> Interval:
    """What a payer's costs change by in cash: the other way round than a saving."""
    saving = found.get(f"cashable_saving.{payer}", UNDEFINED)
    return Interval(-saving.mean, -saving.high, -saving.low)


def _paid(payers: Sequence[str], found: dict[str, Interval]) -> list[Interval]:
    """What each payer's costs change by, and all of them together."""
    rows = [*(f"cost.payer.{payer}" for payer in payers), "cost.total"]
    return [found.get(row, UNDEFINED) for row in rows]


def _same_limits(grid: Sequence[Axes], panels: Sequence[Sequence[Interval]]) -> bool:
    """One scale for all, so that panels can be compared by eye.

    An interval of ignorance that reaches much farther than all of chance is cut at the edge, with
    an arrow, so that it does not crush all others. Gives whether any was.
    """
    low, high = (edge([axes.get_xlim()[i] for axes in grid]) for i, edge in enumerate((min, max)))
    own = [i.by_chance for panel in panels for i in panel]
    chance = max((abs(end) for i in own for end in (i.low, i.high) if end == end), default=0.0)
    if chance:
        low, high = max(low, -ROOM * chance), min(high, ROOM * chance)
    low, high = min(low, 0.0), max(high, 0.0)
    for axes in grid:
        axes.set_xlim(low, high)
    cut = [_arrows(axes, panel, low, high) for axes, panel in zip(grid, panels, strict=True)]
    return sum(cut) > 0


def _arrows(axes: Axes, panel: Sequence[Interval], low: float, high: float) -> int:
    """Mark what goes on beyond the edges; how many marks."""
    cut = [(low, -i, "<") for i, interval in enumerate(panel) if interval.low < low]
    cut += [(high, -i, ">") for i, interval in enumerate(panel) if interval.high > high]
    for x, y, marker in cut:
        axes.plot([x], [y], marker, color=drawing.UNSURE, markersize=8, clip_on=False)
    return len(cut)


def _replicates(axes: Axes, values: Floats, sets: Floats) -> None:
    """values  float64[replicates, years]; sets  float64[sets, years]"""
    x = np.arange(1, values.shape[1] + 1)
    for replicate in values:
        alpha = max(0.08, min(0.6, 5 / len(values)))
        axes.plot(x, replicate, color=drawing.LESS, linewidth=0.9, alpha=alpha, marker=".", ms=3)
    curve = _curve("", values, sets)
    if curve.widest is not None:
        axes.fill_between(x, *curve.widest, color=drawing.BASE_COLOUR, alpha=0.12, linewidth=0)
    axes.fill_between(x, curve.low, curve.high, color=drawing.BASE_COLOUR, alpha=0.25, linewidth=0)
    axes.plot(x, mean_over_replicates(values), color=drawing.BASE_COLOUR, linewidth=2, marker=".")
    axes.set_ylim(bottom=0)
