"""What `upstream sensitivity` says: a table, JSON, a tornado and a picture of convergence."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.asking import by_year
from experiments.stats import mean_interval
from experiments.wording import level_text

if TYPE_CHECKING:
    from experiments.sensitivity import Sensitivity

SHOWN = 12
"""Numbers of the screening that the table shows."""


def text_of(found: Sensitivity) -> str:
    """The table."""
    return "\n".join([*_heading(found), "", *_sobol(found), "", *_chance(found), "",
                      *_screening(found)])  # fmt: skip


def give_out(found: Sensitivity, arguments: argparse.Namespace) -> None:
    """The table; JSON to a file, everything to a folder."""
    from experiments.output import say, version, warn
    from sim import store

    say(text_of(found))
    content = json.dumps(document(found, arguments, version()), indent=1, ensure_ascii=False)
    if arguments.json is not None:
        store.write_file(arguments.json, f"{content}\n".encode())
    if arguments.out is not None:
        with store.results_folder(arguments.out, {"version": version(), "command": sys.argv}) as to:
            _write_folder(found, content, arguments, to)
        warn(f"Results are in {arguments.out}")


def document(found: Sensitivity, arguments: argparse.Namespace, version: str) -> dict[str, Any]:
    """Everything that was found, for machines."""
    question = found.question
    return {
        "version": version,
        "place": question.scenario.place_name,
        "scenario": question.scenario.name,
        "against": question.against.name if question.against else None,
        "measure": question.measure,
        "years": question.scenario.years,
        "seed": arguments.seed,
        "runs": dict(zip(("screening", "sobol", "one_at_a_time"), found.runs, strict=True)),
        "result": asdict(mean_interval(found.centre)),
        "spread": found.spread,
        "chance_share": found.chance_share,
        "share_of_screening": found.seen,
        "numbers": {
            share.name: {
                "value": found.values[share.name],
                "low": found.ranges[share.name].low,
                "high": found.ranges[share.name].high,
                **{key: x for key, x in asdict(share).items() if key != "name"},
            }
            for share in found.chosen
        },
        "bars": {
            bar.name: {
                "low": asdict(mean_interval(bar.low)),
                "high": asdict(mean_interval(bar.high)),
            }
            for bar in found.bars
        },
        "screening": [asdict(s) for s in found.screened],
    }  # fmt: skip


def _write_folder(
    found: Sensitivity, content: str, arguments: argparse.Namespace, folder: Path
) -> None:
    from experiments.sensitivity_figures import draw_convergence, draw_tornado

    (folder / "sensitivity.json").write_text(content + "\n", encoding="utf-8")
    (folder / "table.txt").write_text(text_of(found) + "\n", encoding="utf-8")
    draw_tornado(found, arguments.seed, folder / "tornado")
    draw_convergence(found, arguments.seed, folder / "convergence")


def _heading(found: Sensitivity) -> list[str]:
    question, level = found.question, mean_interval(found.centre)
    screening, sobol, single = found.runs
    over = f"{by_year(question.measure)} over".strip()
    return [
        question.title,
        f"With the numbers as they are: {level_text(level, question.kind)} {over} "
        f"{question.scenario.years} years (interval: chance only, {len(found.centre)} replicates)",
        f"{screening:,} runs screened {len(found.ranges)} numbers; {sobol:,} varied the "
        f"{len(found.chosen)} that do most together; {single} one at a time",
    ]


def _sobol(found: Sensitivity) -> list[str]:
    lines = [
        "Share of the variance             alone            with interactions   at low     at high",
        f"{'':34}(±: 95%)",
    ]
    bars = {bar.name: bar for bar in found.bars}
    for s in sorted(found.chosen, key=lambda s: -s.total):
        r, bar = found.ranges[s.name], bars[s.name]
        ends = [level_text(mean_interval(x), found.question.kind) for x in (bar.low, bar.high)]
        lines.append(
            f"{s.name}\n{'':4}{f'{found.values[s.name]:.3g}, from {r.low:.3g} to {r.high:.3g}':30}"
            f"{f'{100 * s.first:.0f}% ±{100 * s.first_half:.0f}':17}"
            f"{f'{100 * s.total:.0f}% ±{100 * s.total_half:.0f}':20}{ends[0]:16} {ends[1]}"
        )
    return lines


def _chance(found: Sensitivity) -> list[str]:
    return [
        f"Of the variance, {100 * found.chance_share:.0f}% is chance: other random numbers would "
        "share it out differently. It is part of “with interactions”.",
        f"The numbers shown do {100 * found.seen:.0f}% of what all do in the screening (by "
        "squares); the others stood still for the shares above.",
    ]


def _screening(found: Sensitivity) -> list[str]:
    kind = found.question.kind
    lines = ["Screening: what a number does over its whole range (mean of absolute steps)"]
    for s in found.screened[:SHOWN]:
        size = level_text(_around(s.mu_star, s.half), kind)
        lines.append(f"  {s.name:52}{size:>22}")
    least = found.screened[SHOWN:]
    if least:
        lines.append(f"  and {len(least)} that do less, the last of them {least[-1].name}")
    return lines


def _around(mean: float, half: float) -> Any:
    from experiments.stats import Interval

    return Interval(mean, mean - half, mean + half)
