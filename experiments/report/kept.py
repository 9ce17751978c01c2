"""A results folder read back: the same findings that were written, replicate by replicate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments.compare import Findings, label_of, stacked
from experiments.wording import plain_words
from sim import store
from sim.results import RunResult

MEASURES = "measures.parquet"
"""Only comparisons and workshops have it."""


class NoComparison(Exception):
    """A results folder that is sound, and holds something else."""


def findings_in(folder: Path) -> tuple[Findings, dict[str, Any]]:
    """The findings of a results folder and its manifest. Raises Damaged and NoComparison."""
    manifest = store.verify(folder)
    if MEASURES not in manifest["files"] or "base" not in manifest:
        raise NoComparison(f"{folder}: holds no comparison and no workshop, but {_held(manifest)}")
    results = read_results(folder / MEASURES, manifest["years"])
    besides = manifest.get("plausible_sets", {})
    sets = tuple(besides.get("finished", ()))
    at_sets = read_results(folder / "measures_at_sets.parquet", manifest["years"]) if sets else []
    titles = {name: about["title"] for name, about in manifest["scenarios"].items()}
    base = manifest["base"]
    titles = {base: titles[base]} | titles
    place_title = manifest.get("place_title", plain_words(manifest["place"]))
    found = Findings(
        place=manifest["place"],
        place_title=place_title,
        start=dt.date.fromisoformat(manifest.get("start", "2024-04-01")),
        years=manifest["years"],
        seed=manifest["seed"],
        replicates=tuple(manifest["replicates_finished"]),
        complete=manifest["complete"],
        base=base,
        titles=titles,
        labels={name: label_of(title, place_title) for name, title in titles.items()},
        agencies=manifest.get("agencies", {}),
        scenarios={name: stacked(name, results) for name in titles},
        results=tuple(results),
        person_weeks=manifest["person_weeks"],
        seconds=manifest["seconds"],
        ensemble=besides.get("of", "") if sets else "",
        sets=sets,
        plausible={name: stacked(name, at_sets) for name in titles} if sets else {},
        set_results=tuple(at_sets),
        notes=tuple(manifest.get("notes", ())),
        in_force=manifest.get("in_force", {}),
    )
    return found, manifest


def _held(manifest: Mapping[str, Any]) -> str:
    """What else a folder holds: whose answer it is, and in which files."""
    words = [str(word) for word in manifest.get("command", ())]
    whose = f"what `upstream {words[1]}` found" if len(words) > 1 else "something else"
    files = sorted(name for name in manifest["files"] if "/" not in name)
    return f"{whose}: {', '.join(files)}"


def read_results(path: Path, years: int) -> list[RunResult]:
    """Every replicate of every scenario, as `sim.store.write_measures` wrote them.

    The file is read at once: an open workshop may put a newer one in its place meanwhile.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(path.read_bytes()))
    scenario = table["scenario"].to_pylist()
    replicate = table["replicate"].to_pylist()
    measure = table["measure"].to_pylist()
    value = table["value"].to_numpy(zero_copy_only=False)
    ends = [i for i in range(1, len(scenario))
            if (scenario[i], replicate[i]) != (scenario[i - 1], replicate[i - 1])]  # fmt: skip
    spans = zip([0, *ends], [*ends, len(scenario)], strict=True) if scenario else ()
    return [_result(scenario[a], replicate[a], measure[a:b], value[a:b], years) for a, b in spans]


def _result(
    scenario: str, replicate: int, measure: Sequence[str], value: Any, years: int
) -> RunResult:
    """One block of rows: for each measure the whole horizon first, then the years."""
    rows = np.asarray(value, np.float64).reshape(-1, years + 1)
    return RunResult(
        scenario=scenario,
        replicate=int(replicate),
        names=tuple(measure[:: years + 1]),
        per_year=rows[:, 1:].copy(),
        overall=rows[:, 0].copy(),
        person_weeks=0,
        seconds=0.0,
    )


def files_of(manifest: Mapping[str, Any], name: str) -> dict[str, str]:
    """The files that went into a scenario, with their SHA-256."""
    files: dict[str, str] = manifest["scenarios"][name].get("files", {})
    return files
