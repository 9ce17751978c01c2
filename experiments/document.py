"""The machine-readable result of `run` and `compare`: plain data for JSON.

Undefined numbers are null, never NaN, which is not JSON. The document in a results folder has no
``seconds``: a timing differs from run to run, and everything else there does not.
"""

from __future__ import annotations

import json
import math
from typing import Any

from experiments.compare import Findings, differences, levels, yearly_means
from experiments.stats import Interval


def document(findings: Findings, version: str, with_seconds: bool) -> dict[str, Any]:
    """Build the document. ``complete`` appears only where it is false."""
    timing = {"seconds": round(findings.seconds, 3)} if with_seconds else {}
    unfinished = {} if findings.complete else {"complete": False}
    return {
        "place": findings.place,
        "years": findings.years,
        "replicates": len(findings.replicates),
        "seed": findings.seed,
        "version": version,
        **timing,
        **({"sets": len(findings.sets), "ensemble": findings.ensemble} if findings.sets else {}),
        "person_weeks": findings.person_weeks,
        **unfinished,
        **({"notes": list(findings.notes)} if findings.notes else {}),
        "scenarios": {name: _scenario(findings, name) for name in findings.titles},
        "differences": {name: _difference(findings, name) for name in findings.others},
    }


def to_bytes(content: dict[str, Any]) -> bytes:
    """UTF-8 JSON with a final newline; the same bytes for the same content."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def _scenario(findings: Findings, name: str) -> dict[str, Any]:
    years = yearly_means(findings, name)
    return {
        "title": findings.titles[name],
        "measures": {
            measure: {**_interval(interval), "per_year": [_number(x) for x in years[measure]]}
            for measure, interval in levels(findings, name).items()
        },
    }


def _difference(findings: Findings, name: str) -> dict[str, Any]:
    intervals = differences(findings, name)
    measures = {measure: _interval(interval) for measure, interval in intervals.items()}
    force = findings.in_force.get(name)
    return {
        "against": findings.base,
        **({"in_force": force} if force else {}),
        "measures": measures,
    }


def _interval(interval: Interval) -> dict[str, Any]:
    """The mean, the interval of all that is known of, and where sets were run its two kinds."""
    kinds = {"chance": interval.chance, "ignorance": interval.ignorance}
    return {
        "mean": _number(interval.mean),
        "low": _number(interval.low),
        "high": _number(interval.high),
        **{kind: _span(*ends) for kind, ends in kinds.items() if ends is not None},
    }


def _span(low: float, high: float) -> dict[str, float | None]:
    return {"low": _number(low), "high": _number(high)}


def _number(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None
