"""What `upstream sweep` says: a table, in words where it bends and crosses, JSON, a picture."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from dataclasses import asdict
from typing import Any

import numpy as np

from experiments.asking import by_year
from experiments.curve import intervals, knee, slope, tipping
from experiments.stats import mean_interval
from experiments.sweep import Swept
from experiments.wording import difference_text, in_columns, rough
from scenarios.problems import listed


def text_of(found: Swept) -> str:
    """The table, and what can be said of the curve."""
    replicates = found.results.shape[1]
    lines = [
        found.question.title,
        f"{found.question.scenario.years} years, {replicates} replicates, seed {found.seed}; "
        "intervals of 95%: chance only",
        *([textwrap.fill(warning, 100)] if (warning := rough(replicates)) else []),
        *([textwrap.fill(both, 100)] if (both := said_of_both(found)) else []),
        "",
        *(_curve(found) if len(found.axes) == 1 else _grid(found)),
    ]
    return "\n".join(lines)


def said_of_both(found: Swept) -> str:
    """That a quantity is turned in both scenarios, and what the difference then is; else empty."""
    names = found.question.set_in_both([axis.name for axis in found.axes])
    if not names:
        return ""
    are = "is" if len(names) == 1 else "are"
    return (
        f"{listed(names)} {are} the same in both scenarios: the figures say what the first does "
        f"against the second where {'it is' if len(names) == 1 else 'they are'} so, not what "
        f"{listed(names)} {'does' if len(names) == 1 else 'do'}. For that, name one scenario."
    )


def unit(found: Swept) -> str:
    """`` a year`` for what is counted by the year, nothing for who is there at a moment."""
    return by_year(found.question.measure)


def said_of_curve(found: Swept) -> list[str]:
    """Slope, knee and tipping point of one quantity, or that there is none within chance."""
    values, kind = np.array(found.axes[0].values), found.question.kind
    if found.results.shape[1] < 2:
        return ["One replicate: nothing can be told from chance; --replicates gives more."]
    rise = slope(values, found.results)
    bend, crossing = knee(values, found.results), tipping(values, found.results)
    said = [f"On average over the range, one more makes {difference_text(rise, kind)}{unit(found)}"]
    said.append(
        "Knee: none beyond chance"
        if bend is None
        else f"Knee: at {bend.value:.4g}, {difference_text(bend.distance, kind)} from the straight "
        "line between the ends"
    )
    if found.has_against:
        said.append(
            "Tipping point: none beyond chance; the difference keeps its sign, or has none"
            if crossing is None
            else f"Tipping point: at {crossing.value:.4g}, beyond chance between "
            f"{crossing.below:.4g} and {crossing.above:.4g}"
        )
    return said


def give_out(found: Swept, arguments: argparse.Namespace) -> None:
    """JSON to a file, everything to a folder."""
    from experiments.output import version, warn
    from sim import store

    content = json.dumps(document(found, version()), indent=1, ensure_ascii=False) + "\n"
    if arguments.json is not None:
        store.write_file(arguments.json, content.encode())
    if arguments.out is None:
        return
    from experiments.sweep_figures import draw

    with store.results_folder(arguments.out, {"version": version(), "command": sys.argv}) as folder:
        (folder / "sweep.json").write_text(content, encoding="utf-8")
        (folder / "table.txt").write_text(text_of(found) + "\n", encoding="utf-8")
        draw(found, folder / "sweep")
    warn(f"Results are in {arguments.out}")


def document(found: Swept, version: str) -> dict[str, Any]:
    """Everything that was found, for machines."""
    question = found.question
    content: dict[str, Any] = {
        "version": version,
        "place": question.scenario.place_name,
        "scenario": question.scenario.name,
        "against": question.against.name if question.against and found.has_against else None,
        "set_in_both": question.set_in_both([axis.name for axis in found.axes]),
        "measure": question.measure,
        "years": question.scenario.years,
        "seed": found.seed,
        "replicates": found.results.shape[1],
        "axes": [asdict(axis) for axis in found.axes],
        "points": [asdict(interval) for interval in intervals(found.results)],
    }
    if len(found.axes) == 1 and found.results.shape[1] > 1:
        values = np.array(found.axes[0].values)
        bend, crossing = knee(values, found.results), tipping(values, found.results)
        content["slope"] = asdict(slope(values, found.results))
        content["knee"] = asdict(bend) if bend else None
        content["tipping"] = asdict(crossing) if crossing and found.has_against else None
    return content


def _curve(found: Swept) -> list[str]:
    axis, kind = found.axes[0], found.question.kind
    lines = [f"{axis.name:>34}"]
    for value, interval in zip(axis.values, intervals(found.results), strict=True):
        here = "  as it stands" if value == axis.stands else ""
        lines.append(f"{value:>34.4g}  {difference_text(interval, kind):>20}{here}")
    return [*lines, "", *said_of_curve(found)]


def _grid(found: Swept) -> list[str]:
    down, across = found.axes
    kind, n = found.question.kind, len(across.values)
    cells = [difference_text(mean_interval(point), kind) for point in found.results]
    width = max(16, 2 + max(map(len, cells)))
    lines = [f"Rows: {down.name}. Columns: {across.name}.",
             " " * 10 + in_columns((f"{x:.4g}" for x in across.values), width)]  # fmt: skip
    for i, value in enumerate(down.values):
        lines.append(f"{value:>10.4g}" + in_columns(cells[i * n : (i + 1) * n], width))
    return [*lines, "", "–: no difference beyond chance."]
