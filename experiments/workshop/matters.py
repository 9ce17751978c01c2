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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scenarios.files import HERE
from scenarios.uncertain import Uncertain, uncertain_numbers

Floats = NDArray[np.float64]
FOLDER: Final = Path(__file__).parents[2] / "docs"
RUNS: Final = Path("results/calibration")
OUTCOMES: Final = {
    "people.multiple_needs": "People with multiple unmet needs",
    "cost.total": "Cost of all services",
    "contacts.police": "Contacts with the police",
    "children.looked_after": "Children looked after",
}
TOP: Final = 6
FALSE_ALARM: Final = 0.05
"""That any idle number is taken in, at a step."""
RESAMPLES: Final = 200


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
    for measure, title in OUTCOMES.items():
        values = np.array([row[measure] for row in rows])
        outcomes.append({"measure": measure, "title": title,
                         **ranking(names, points, values, known)})  # fmt: skip
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


def ranking(
    names: Sequence[str], points: Floats, values: Floats, known: Mapping[str, Uncertain]
) -> dict[str, Any]:
    """The numbers that tell most of an outcome, the first first, with what each tells alone."""
    x, y = ranks(points), ranks(values)
    taken = telling(x, y)
    alone = shares(x[:, taken], y)
    rng = np.random.default_rng(1)
    again = [rng.integers(len(y), size=len(y)) for _ in range(RESAMPLES)]
    spread = np.array([shares(ranks(points[i][:, taken]), ranks(values[i])) for i in again])
    ends = np.quantile(spread, (0.025, 0.975), axis=0) if taken else np.empty((2, 0))
    slopes = np.linalg.lstsq(x[:, taken], y, rcond=None)[0]
    rows = [_row(known[names[j]], alone[i], ends[:, i], slopes[i]) for i, j in enumerate(taken)]
    rows.sort(key=lambda row: -float(row["share"]))
    low, middle, high = (float(f"{q:.4g}") for q in np.quantile(values, (0.05, 0.5, 0.95)))
    return {"told": round(explained(x[:, taken], y), 3), "taken": len(taken),
            "runs_from": low, "runs_middle": middle, "runs_to": high,
            "ranking": rows[:TOP]}  # fmt: skip


def _row(number: Uncertain, share: float, ends: Floats, slope: float) -> dict[str, Any]:
    return {
        "name": number.name, "meaning": number.meaning, "status": number.status,
        "low": number.low, "high": number.high, "share": round(float(share), 3),
        "share_low": round(float(ends[0]), 3), "share_high": round(float(ends[1]), 3),
        "more_makes": "more" if slope > 0 else "less",
    }  # fmt: skip


def ranks(values: Floats) -> Floats:
    """Ranks down the first axis, with mean 0 and standard deviation 1."""
    order = values.argsort(axis=0).argsort(axis=0).astype(float)
    centred: Floats = order - order.mean(axis=0)
    scaled: Floats = centred / centred.std(axis=0)
    return scaled


def telling(x: Floats, y: Floats) -> list[int]:
    """Columns of ``x``, one after another, each telling most of what those before have left."""
    from scipy.stats import beta

    taken: list[int] = []
    while len(taken) < x.shape[1]:
        left = _rest(x[:, taken], np.column_stack([x, y]))
        own, rest = left[:, :-1], left[:, -1]
        size = (own**2).sum(axis=0)
        size[taken] = np.inf
        share = (own.T @ rest) ** 2 / np.maximum(size, 1e-9) / (rest @ rest)
        best = int(share.argmax())
        free = len(y) - len(taken) - 2
        luck = beta.ppf(1 - FALSE_ALARM / x.shape[1], 0.5, (free - 1) / 2)
        if free < 3 or share[best] <= luck:
            break
        taken.append(best)
    return taken


def shares(x: Floats, y: Floats) -> Floats:
    """What each column tells of ``y`` that the others do not: the share lost without it.

    By the inverse of the columns' products, which gives all at once what leaving out each does.
    """
    inverse = np.linalg.pinv(x.T @ x)
    weights = inverse @ (x.T @ y)
    found: Floats = weights**2 / np.diag(inverse) / (y @ y)
    return found


def explained(x: Floats, y: Floats) -> float:
    """The share of the variance of ``y`` that a line through all columns tells."""
    rest = _rest(x, y[:, None])[:, 0]
    return float(1 - (rest @ rest) / (y @ y))


def _rest(x: Floats, y: Floats) -> Floats:
    """What is left of the columns of ``y`` when those of ``x`` have told what they can."""
    if not x.shape[1]:
        return y
    rest: Floats = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return rest


def told_matters(place: str) -> dict[str, Any] | None:
    """What was found, in words for the page: this place's, else Portsmouth's; None where it was
    never run."""
    own = FOLDER / f"matters_{place}.json"
    path = own if own.is_file() else FOLDER / "matters_portsmouth.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    foreign = "" if path == own else f" They are {found['place']}'s, not this place's."
    about = (
        f"From {found['runs']:,} runs of doing nothing over {found['years']} years, in which "
        f"{found['numbers']} numbers were varied together, from the whole ranges to sets that fit: "
        "which numbers the difference between runs goes with. The rest of it is other numbers, "
        "several working together, and luck. What a change would do is not ranked here."
        f"{foreign}"
    )
    return {"about": about, "outcomes": [_told(one) for one in found["outcomes"]]}


def _told(outcome: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [row["meaning"] or _plain(row["name"]), f"{row['low']:g} to {row['high']:g}", row["status"],
         f"{row['share']:.0%} ({row['share_low']:.0%} to {row['share_high']:.0%})",
         row["more_makes"]]
        for row in outcome["ranking"]
    ]  # fmt: skip
    told = f"{outcome['told']:.0%} of the difference between runs goes with {outcome['taken']} of "
    return {"title": outcome["title"], "told": f"{told}the numbers; those that tell most:",
            "rows": rows}  # fmt: skip


def _plain(name: str) -> str:
    """A number that its file says no more of: ``needs.drugs.heal`` becomes ``drugs: heal``."""
    *of, what = name.split(".")
    return f"{of[-1]}: {what}".replace("_", " ").replace("ace ", "ACE ")


if __name__ == "__main__":
    main()
