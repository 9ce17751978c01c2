"""What `upstream explain` says, as a table and for JSON."""

from __future__ import annotations

import textwrap
from typing import Any

from experiments.explain import WIDTH, Explained
from experiments.stats import Interval
from experiments.wording import difference_text, in_columns, level_text, range_in_words, rough
from sim.metrics import meaning_of


def text_of(found: Explained) -> str:
    """The waterfall as a table."""
    head = (
        f"{found.scenario.title}. Why does it change?\n"
        f"{found.measure}: {meaning_of(found.measure)}\n"
        f"{found.replicates} replicates, seed {found.seed}; Shapley shares over {found.runs} "
        f"paired runs ({found.how}). ± is a 95% interval, chance only; {_of_sets(found)}– is no "
        "detectable difference. The lines add up exactly, in every run."
        + (f"\n{warning}" if (warning := rough(found.replicates, found.sets)) else "")
        + "".join(f"\n{note}" for note in found.notes)
    )
    lines = [textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in head.split("\n")]
    lines.append("=" * (84 + (24 if found.sets else 0)))
    for step in found.steps:
        interval = step.interval
        text = (level_text if step.total else difference_text)(interval, found.kind)
        among = range_in_words(interval, found.kind, signed=not step.total)
        indent = "" if step.total else "  "
        lines.append(f"{indent + step.label:<60}{in_columns((text, among), 24)}".rstrip())
    return "\n".join(lines)


def _of_sets(found: Explained) -> str:
    if not found.sets:
        return ""
    return (
        f"behind it the range over {found.sets} plausible sets of the model's numbers, chance "
        "taken out (“within chance”: they differ no more than luck makes them); in brackets: "
        "chance and that range together reach zero; "
    )


def content_of(found: Explained) -> dict[str, Any]:
    """For JSON."""
    return {
        "scenario": found.scenario.name,
        "replicates": found.replicates,
        "sets": found.sets,
        "seed": found.seed,
        "method": found.how,
        "notes": list(found.notes),
        "steps": [
            {"label": s.label, "level": s.total, **_ends(s.interval), "replicates": s.values,
             "at_sets": s.at_sets}
            for s in found.steps
        ],
    }  # fmt: skip


def _ends(interval: Interval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
