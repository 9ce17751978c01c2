"""What matters most, for the page: a small data file made by a real run of moderate size.

``python -m experiments.workshop.matters PLACE`` walks a few times through the ranges of all
uncertain numbers of a place, one number at a step (Morris), and asks of each run what doing nothing
comes to and what navigators change. The few numbers that do most are then put to either end of
their range, all others as they are, at several replicates, so that chance can be told from them.
The same command goes on where it was stopped, and a longer run can be had by ``--walks``.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.asking import Question, kind_of, value_in
from experiments.indices import Range, screening_points
from experiments.stats import Interval, mean_interval, pairwise
from experiments.wording import difference_text, level_text
from scenarios.files import HERE
from scenarios.uncertain import Uncertain, uncertain_numbers

if TYPE_CHECKING:
    from sim.tasks import Row

FOLDER: Final = Path(__file__).parents[2] / "docs"
WITH, AGAINST = "navigators", "do_nothing"
OUTCOMES: Final = (
    ("people.multiple_needs", False, "People with multiple unmet needs, doing nothing"),
    ("cost.total", False, "Cost of all services a year, doing nothing"),
    ("people.multiple_needs", True, "What navigators change: people with multiple unmet needs"),
)
"""Measure, whether it is the difference that is asked for, and in words."""
TOP: Final = 4
"""So many numbers of each outcome are looked at more closely and shown."""
REPLICATES: Final = 3


@dataclass(frozen=True)
class Size:
    """How large the run is."""

    walks: int
    years: int
    seed: int = 1


def main() -> None:
    """Run, or go on running, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place", nargs="?", default="portsmouth")
    parser.add_argument("--walks", type=int, default=2)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--store", type=Path, default=Path("results/matters"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    found = what_matters(asked.place, Size(asked.walks, asked.years), asked.workers, asked.store)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (asked.out / f"matters_{asked.place}.json").write_text(text + "\n", encoding="utf-8")


def what_matters(place: str, size: Size, workers: int, store: Path | None) -> dict[str, Any]:
    """Everything that was found, for the page."""
    from experiments.output import version

    question = _question(place, size.years)
    numbers = _numbers(question)
    points = _walks(numbers, size)
    rows = _simulated(question, points, range(1), size, workers, store)
    orders = [_steps(points, _values(rows, question, i), numbers) for i in range(len(OUTCOMES))]
    top = dict.fromkeys(name for order in orders for name in list(order)[:TOP])
    ends = [{n: x} for n in top for x in (numbers[n].low, numbers[n].high)]
    closer = _simulated(question, [{}, *ends], range(REPLICATES), size, workers, store)
    told = [_outcome(i, orders[i], numbers, list(top), closer, question)
            for i in range(len(OUTCOMES))]  # fmt: skip
    return {
        "place": question.scenario.place.title, "version": version(), "years": size.years,
        "walks": size.walks, "numbers": len(numbers), "runs": len(points) + len(closer),
        "replicates": REPLICATES, "seed": size.seed, "outcomes": told,
    }  # fmt: skip


def _question(place: str, years: int) -> Question:
    from dataclasses import replace

    from scenarios.load import load_scenarios

    paths = [HERE / place / f"{name}.toml" for name in (WITH, AGAINST)]
    ours, base = (replace(s, years=years) for s in load_scenarios(paths))
    return Question(OUTCOMES[0][0], ours, str(paths[0]), base, str(paths[1]), years)


def _numbers(question: Question) -> dict[str, Uncertain]:
    """All that have a range, but for those of the hour-by-hour door, which is not in use here."""
    known = uncertain_numbers(question.scenario.evidence)
    return {n: u for n, u in known.items() if not n.startswith("crisis_pathway.")}


def _walks(numbers: Mapping[str, Uncertain], size: Size) -> list[dict[str, float]]:
    """Walk after walk, each of its own seed, so that a longer run begins with a shorter one."""
    ranges = [Range(u.name, u.low, u.high) for u in numbers.values()]
    walks = [screening_points(ranges, 1, size.seed + walk) for walk in range(size.walks)]
    return [dict(zip(numbers, map(float, p), strict=True)) for walk in walks for p in walk]


def _simulated(
    question: Question, points: Sequence[Mapping[str, float]], replicates: Sequence[int],
    size: Size, workers: int, store: Path | None,
) -> list[Row]:  # fmt: skip
    from experiments.progress import progress
    from sim.tasks import run_tasks
    from sim.tasks.model import simulate

    tasks = [question.task(point, size.seed, r) for point in points for r in replicates]
    with progress("Simulating", len(tasks)) as advance:
        return run_tasks(simulate, tasks, workers=workers, folder=store,
                         on_done=lambda _, __: advance())  # fmt: skip


def _values(rows: Sequence[Row], question: Question, which: int) -> Any:
    """What an outcome came to in each run: of doing nothing, or the difference."""
    from dataclasses import replace

    measure, differs, _ = OUTCOMES[which]
    ours = np.array([value_in(row, replace(question, measure=measure, against=None))
                     for row in rows])  # fmt: skip
    difference = np.array([value_in(row, replace(question, measure=measure)) for row in rows])
    return difference if differs else ours - difference


def _steps(
    points: Sequence[Mapping[str, float]], values: Any, numbers: Mapping[str, Uncertain]
) -> dict[str, list[float]]:
    """For each number what its steps did, taken to its whole range; the largest mean first."""
    found: dict[str, list[float]] = {name: [] for name in numbers}
    for (a, y), (b, z) in zip(
        zip(points, values, strict=True), zip(points[1:], values[1:], strict=False), strict=False
    ):
        moved = [name for name in numbers if a[name] != b[name]]
        if len(moved) == 1:  # between two walks all numbers move
            u = numbers[moved[0]]
            part = (b[moved[0]] - a[moved[0]]) / (u.high - u.low)
            found[moved[0]].append(float(z - y) / part)
    return dict(sorted(found.items(), key=lambda item: -float(np.mean(np.abs(item[1])))))


def _outcome(
    which: int, order: Mapping[str, list[float]], numbers: Mapping[str, Uncertain],
    top: Sequence[str], closer: Sequence[Row], question: Question,
) -> dict[str, Any]:  # fmt: skip
    values = _values(closer, question, which).reshape(-1, REPLICATES)
    measure, _, title = OUTCOMES[which]
    ranking = []
    for name in list(order)[:TOP]:
        at, u = 1 + 2 * top.index(name), numbers[name]
        low, high, apart = (
            mean_interval(x)
            for x in (values[at], values[at + 1], pairwise(values[at + 1], values[at]))
        )
        ranking.append({
            "name": name, "meaning": u.meaning, "status": u.status, "low": u.low, "value": u.value,
            "high": u.high, "steps": [_short(x) for x in order[name]],
            "at_low": _short(low.mean), "at_high": _short(high.mean),
            "apart": [_short(x) for x in (apart.mean, apart.low, apart.high)],
        })  # fmt: skip
    centre = mean_interval(values[0])
    return {"measure": measure, "title": title, "kind": kind_of(measure),
            "centre": [_short(x) for x in (centre.mean, centre.low, centre.high)],
            "ranking": ranking}  # fmt: skip


def told_matters(place: str) -> dict[str, Any] | None:
    """What was found, in words for the page: this place's, else that of the place it was found for;
    None where it was never run."""
    own = FOLDER / f"matters_{place}.json"
    path = own if own.is_file() else FOLDER / "matters_portsmouth.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    foreign = "" if path == own else f" It was run for {found['place']}, not for this place."
    about = (
        f"Found by {found['runs']:,} runs over {found['years']} years: {found['walks']} walks "
        f"through the ranges of {found['numbers']} numbers, then those that did most, each at "
        f"either end of its range with all others as they are, {found['replicates']} times. So "
        "few walks find what does most and not the order of the rest; that two numbers do more "
        f"together is not seen; most ranges are judgement.{foreign}"
    )
    return {"about": about, "outcomes": [_told(one) for one in found["outcomes"]]}


def _told(outcome: Mapping[str, Any]) -> dict[str, Any]:
    kind = outcome["kind"]
    differs = any(m == outcome["measure"] and d and t == outcome["title"] for m, d, t in OUTCOMES)
    say = difference_text if differs else level_text
    rows = []
    for one in outcome["ranking"]:
        _, low, high = one["apart"]
        rows.append([
            one["meaning"] or one["name"], f"{one['low']:g}", f"{one['high']:g}",
            *(say(Interval(one[end], math.nan, math.nan), kind) for end in ("at_low", "at_high")),
            "yes" if low > 0 or high < 0 else "not shown",
        ])  # fmt: skip
    return {"title": outcome["title"], "centre": say(Interval(*outcome["centre"]), kind),
            "rows": rows}  # fmt: skip


def _short(x: float) -> float:
    return float(f"{x:.5g}")


if __name__ == "__main__":
    main()
