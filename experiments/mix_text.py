"""What `upstream mix` says, as a table and for JSON."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from experiments.mix import EQUAL, Mixed
from experiments.stats import Interval, mean_interval, pairwise
from experiments.wording import difference_text, in_columns, kind_of
from sim.metrics import meaning_of

WIDTH = 109
NOT_TRUSTED = 0.5
"""Curves that explain less than this of what was left out are not to be relied on."""


def text_of(found: Mixed) -> str:
    """The allocations, what they do, and how far the curves can be trusted."""
    return (
        "\n\n".join([_heading(found), _allocations(found), _results(found), _trust(found)]) + "\n"
    )


def _heading(found: Mixed) -> str:
    money = found.problem.money
    what = f"a cut of {_gbp(-money)} a year" if money < 0 else f"{_gbp(money)} a year more"
    lines = [
        f"{found.problem.base.place.title}: the best way to share out {what}",
        f"First measure: {found.measures[0]} ({meaning_of(found.measures[0])}). Second: "
        f"{found.measures[1]} ({meaning_of(found.measures[1])}). Both are to be low; averages over "
        f"{found.problem.base.years} years from the day of the change.",
        f"{found.designs} allocations run to fit the curves, seed {found.seed}; the five below run "
        f"for real, {found.replicates} replicates with fresh luck. ± is a 95% interval, chance "
        "only.",
    ]
    return "\n".join(textwrap.fill(x, WIDTH, subsequent_indent="  ") for x in lines)


def _allocations(found: Mixed) -> str:
    names = [p.name for p in found.plans]
    lines = [
        f"{'Pounds a year, more (+) or less (-)':<34}{'today':>8}" + _heads(names),
        "=" * WIDTH,
    ]
    for i, item in enumerate(found.problem.items):
        today = _gbp(item.budget) if item.agency else "new"
        cells = "".join(f"{_change(p.pounds[i], item.budget):>13}" for p in found.plans)
        lines.append(f"{item.title[:33]:<34}{today:>8}  {cells}")
    return "\n".join(lines)


def _heads(names: list[str]) -> str:
    short = {EQUAL: "equal", "Statutory protected": "as usual", "Best for the first": "best, 1st",
             "Between": "between", "Best for the second": "best, 2nd"}  # fmt: skip
    return "  " + "".join(f"{short[name]:>13}" for name in names)


def _change(pounds: float, budget: float) -> str:
    if abs(pounds) < max(1000.0, 0.002 * budget):
        return "–"
    share = f" {100 * pounds / budget:+.0f}%" if budget else ""
    return f"{'+' if pounds > 0 else '-'}{_gbp(abs(pounds))}{share}"


def _results(found: Mixed) -> str:
    lines = [f"{'What they do, against today':<34}{found.measures[0]:>34}{found.measures[1]:>34}",
             "=" * WIDTH]  # fmt: skip
    for i, plan in enumerate(found.plans):
        cells = [
            difference_text(mean_interval(found.real[:, i, m]), kind_of(measure))
            for m, measure in enumerate(found.measures)
        ]
        lines.append(f"{plan.name:<34}{in_columns(cells, 34)}")
    lines += ["", "Against equal shares", "-" * 20]
    for i, plan in enumerate(found.plans):
        if plan.name != EQUAL:
            cells = [difference_text(against_equal(found, i, m), kind_of(measure))
                     for m, measure in enumerate(found.measures)]  # fmt: skip
            lines.append(f"{plan.name:<34}{in_columns(cells, 34)}")
    return "\n".join(lines)


def against_equal(found: Mixed, plan: int, measure: int) -> Interval:
    """A plan less equal shares, replicate by replicate."""
    return mean_interval(pairwise(found.real[:, plan, measure], found.real[:, 0, measure]))


def _trust(found: Mixed) -> str:
    shares = [f"{m} {max(0.0, e):.0%}" for m, e in zip(found.measures, found.emulator.explained,
                                                        strict=True)]  # fmt: skip
    text = (
        "How far to trust the curves: of the variance among allocations left out they explain "
        f"{' and '.join(shares)}. The results above are of real runs, not of the curves."
    )
    if min(found.emulator.explained) < NOT_TRUSTED:
        text += (
            " That is little: what is called best may not be; more --designs or more --years help."
        )
    return textwrap.fill(text, WIDTH)


def _gbp(x: float) -> str:
    """Two figures: £270k, £1.4k."""
    x = float(f"{x:.2g}")
    for size, unit in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(x) >= size:
            return f"£{x / size:,g}{unit}"
    return f"£{x:,g}"


def content_of(found: Mixed) -> dict[str, Any]:
    """For JSON; pounds a year."""
    names = [item.name for item in found.problem.items]
    return {
        "place": found.problem.base.place_name,
        "money": found.problem.money,
        "measures": found.measures,
        "seed": found.seed,
        "designs": found.designs,
        "replicates": found.replicates,
        "explained": found.emulator.explained,
        "plans": {
            plan.name: {
                "pounds": dict(zip(names, np.round(plan.pounds), strict=True)),
                "predicted": plan.predicted,
                "found": [mean_interval(found.real[:, i, m]) for m in (0, 1)],
                "against_equal_shares": [against_equal(found, i, m) for m in (0, 1)],
            }
            for i, plan in enumerate(found.plans)
        },
        "front": [
            {"pounds": dict(zip(names, np.round(p.pounds), strict=True)), "predicted": p.predicted}
            for p in found.front
        ],
    }
