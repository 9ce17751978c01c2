"""What `upstream explain` says, as a table and for JSON."""

from __future__ import annotations

import textwrap
from typing import Any

from experiments.explain import WIDTH, Explained
from experiments.stats import Interval, mean_interval
from experiments.wording import difference_text, level_text
from sim.metrics import meaning_of


def text_of(found: Explained) -> str:
    """The waterfall as a table."""
    head = (
        f"{found.scenario.title}. Why does it change?\n"
        f"{found.measure}: {meaning_of(found.measure)}\n"
        f"{found.replicates} replicates, seed {found.seed}; Shapley shares over {found.runs} "
        f"paired runs ({found.how}). ± is a 95% interval, chance only; – is no detectable "
        "difference. The lines add up exactly."
    )
    lines = [textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in head.split("\n")]
    lines.append("=" * 84)
    for step in found.steps:
        interval = mean_interval(step.values)
        text = (level_text if step.total else difference_text)(interval, found.kind)
        indent = "" if step.total else "  "
        lines.append(f"{indent + step.label:<60}{text:>24}")
    return "\n".join(lines)


def content_of(found: Explained) -> dict[str, Any]:
    """For JSON."""
    return {
        "scenario": found.scenario.name,
        "replicates": found.replicates,
        "seed": found.seed,
        "method": found.how,
        "steps": [
            {"label": s.label, "level": s.total, **_ends(mean_interval(s.values)),
             "replicates": s.values}
            for s in found.steps
        ],
    }  # fmt: skip


def _ends(interval: Interval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
