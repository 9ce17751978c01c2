"""What matters most, for the page: a small data file made from the runs of a calibration.

`upstream calibrate PLACE` runs the place doing nothing at hundreds of sets of all its uncertain
numbers, and keeps what every run came to. ``python -m experiments.workshop.matters PLACE`` reads
those runs, and says for a few figures which numbers the spread between runs goes with: one number
after another is taken in, by ranks, as long as it tells more than the best of as many idle ones
would by luck. So numbers that happened to be varied together are told apart as far as the runs
allow.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.ranking import Floats, Ranking, ranking, row_of, spread_of
from experiments.room_words import room_words
from scenarios.files import HERE
from scenarios.uncertain import Uncertain, uncertain_numbers

FOLDER: Final = Path(__file__).parents[2] / "docs"
RUNS: Final = Path("results/calibration")
OUTCOMES: Final = {
    "people.multiple_needs": "People with multiple unmet needs",
    "cost.total": "Cost of all services",
    "contacts.police": "Contacts with the police",
    "children.looked_after": "Children looked after",
}
TOP: Final = 6


def main() -> None:
    """Read the runs, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place", nargs="?", default="portsmouth")
    parser.add_argument("--runs", type=Path, help=f"(default: {RUNS}/PLACE/runs)")
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    found = what_matters(asked.place, asked.runs or RUNS / asked.place / "runs")
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (asked.out / f"matters_{asked.place}.json").write_text(text, encoding="utf-8")


def what_matters(place: str, folder: Path) -> dict[str, Any]:
    """Everything that was found, for the page."""
    from experiments.output import version
    from scenarios.load import load_scenario

    rows = kept_runs(folder)
    tasks = [json.loads(row["task"]) for row in rows]
    names = [name for name, _ in tasks[0]["numbers"]]
    points = np.array([[value for _, value in task["numbers"]] for task in tasks])
    base = load_scenario(HERE / place / "do_nothing.toml")
    known = uncertain_numbers(base.evidence)
    outcomes = []
    for measure in OUTCOMES:
        values = np.array([row[measure] for row in rows])
        outcomes.append(_outcome(measure, ranking(names, points, values), values, known))
    return {
        "place": base.place.title, "version": version(), "runs": len(rows),
        "years": tasks[0]["years"], "numbers": len(names), "outcomes": outcomes,
    }  # fmt: skip


def kept_runs(folder: Path) -> list[dict[str, Any]]:
    """The runs that a calibration kept, in their order."""
    import pyarrow.parquet as pq

    parts = sorted((folder / "parts").glob("*.parquet"))
    rows: list[dict[str, Any]] = [row for part in parts for row in pq.read_table(part).to_pylist()]
    return sorted(rows, key=lambda row: int(json.loads(row["task"])["replicate"]))


def _outcome(
    measure: str, found: Ranking, values: Floats, known: Mapping[str, Uncertain]
) -> dict[str, Any]:
    """One result and what tells most of it, for the page's data file."""
    rows = [row_of(known[told.name], told) for told in found.numbers[:TOP]]
    return {"measure": measure, "title": OUTCOMES[measure], "told": round(found.told, 3),
            "told_afresh": round(found.afresh, 3), "taken": len(found.numbers),
            **spread_of(values), "ranking": rows}  # fmt: skip


def told_matters(place: str) -> dict[str, Any] | None:
    """What was found, in words for the page: this place's, else Portsmouth's; None where it was
    never run."""
    own = (FOLDER / f"matters_{place}.json").is_file()
    whose = place if own else "portsmouth"
    found = _read(FOLDER / f"matters_{whose}.json")
    if found is None:
        return None
    foreign = "" if own else f" They are {found['place']}'s, not this place's."
    about = (
        f"From {found['runs']:,} runs of doing nothing over {found['years']} years, in which "
        f"{found['numbers']} numbers were varied together, from the whole ranges to sets that fit: "
        "which numbers the difference between runs goes with. The rest of it is other numbers, "
        f"several working together, and luck.{foreign}"
    )
    changes = (_read(path) for path in sorted(FOLDER.glob(f"matters_{whose}_*.json")))
    return {"about": about, "outcomes": [_told(one) for one in found["outcomes"]],
            "changes": [_told_change(one, foreign) for one in changes if one]}  # fmt: skip


def _read(path: Path) -> dict[str, Any] | None:
    """What stands in a data file; None where there is none that can be read."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _told_change(found: Mapping[str, Any], foreign: str) -> dict[str, Any]:
    """What the size of a change goes with, as `upstream sensitivity --at-random` found it."""
    about = (
        f"From {found['runs']:,} pairs of runs over {found['years']} years, with and without "
        f"{found['title']}, at numbers drawn from their whole ranges ({found['numbers']} of them, "
        "the team's own among them), with other luck in each: which numbers the size of the "
        f"change goes with. The rest is several working together, and luck.{foreign}"
    )
    return {"title": f"What the effect of {found['title']} goes with", "about": about,
            "outcomes": [_told(one) | _told_sorts(one) for one in found["outcomes"]]}  # fmt: skip


def _told_sorts(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """Sorts of numbers that tell more than luck would, and all numbers together."""
    sorts = [one for one in outcome["sorts"] if one["low"] > 0]
    rows = [
        [one["name"], f"{one['numbers']}",
         f"{one['share']:.0%} ({one['low']:.0%} to {min(1.0, one['high']):.0%})"]
        for one in sorts
    ]  # fmt: skip
    none = "" if outcome["ranking"] else " No single number tells more than luck would."
    luck = (
        f"Luck makes {outcome['luck']:.0%} ({outcome['luck_low']:.0%} to "
        f"{outcome['luck_high']:.0%}) of the difference between runs.{none} One that made "
        f"{outcome['surely_named']:.0%} of it would have been named nine times in ten."
    )
    return {"luck": luck, "sorts": rows}


def _told(outcome: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [room_words(row["name"], row["meaning"]),
         f"{row['low']:g} to {row['high']:g}", row["status"],
         f"{row['share']:.0%} ({row['share_low']:.0%} to {row['share_high']:.0%})",
         row["more_makes"]]
        for row in outcome["ranking"][:TOP]
    ]  # fmt: skip
    told = f"{outcome['told']:.0%} of the difference between runs goes with {outcome['taken']} of "
    return {"title": outcome["title"], "told": f"{told}the numbers; those that tell most:",
            "rows": rows}  # fmt: skip


if __name__ == "__main__":
    main()
