"""Logs of contacts made from the model, with faults planted: for the example, the tests, the clock.

    python -m experiments.synthetic_log contacts.csv --rows 100000

Nobody in them is real. Who has contacts, how many, with whom and in which week is the model's; the
model has no hours, so the time of day is drawn from a made-up profile. Beside the log stands
``NAME.truth.json``: how many faults of each kind were planted, which `upstream import` must find.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from agents.arrays import Happening, Table
from experiments.journey import ACTIVITY
from scenarios.load import load_scenario
from scenarios.names import Need
from sim.model import Place, warm_up_weeks

SCENARIO: Final = Path(__file__).parents[1] / "scenarios" / "portsmouth" / "do_nothing.toml"
HEAD: Final = ("person_id", "contact_time", "agency", "activity", "mental_health", "age")
KINDS: Final = (
    Happening.CONTACT, Happening.REFERRED, Happening.OPENED, Happening.ATTENDED, Happening.MISSED,
    Happening.CLOSED,
)  # fmt: skip
HOURS: Final = np.array([2, 1.6, 1.2, 1, 0.9, 0.9, 1.2, 2, 3.4, 4.4, 4.8, 4.8, 4.8, 4.7, 4.7, 4.8,
                         5, 5.1, 5.1, 5, 4.7, 4.3, 3.7, 2.9])  # fmt: skip
"""Weights of the hours of a day (made up)."""
FAULTS: Final = {
    "duplicate": 0.004, "no_person": 0.002, "impossible_date": 0.001, "future": 0.0005,
    "placeholder": 0.0005, "no_agency": 0.001, "formula": 0.0002, "short_row": 0.0003,
    "negative_age": 0.001, "other_spelling": 0.01, "other_date_form": 0.02, "double": 0.004,
}  # fmt: skip
"""Share of rows with each planted fault."""
GAP: Final = ("A&E", 60, 4)
"""An agency whose rows are missing, from which week and for how many."""
DECADES: Final = 3
"""More would begin before 1990: some 15 million rows at most."""
Rows = list[list[str]]


def rows_of(
    trace: Table, place: Place, names: list[str], rng: np.random.Generator, decade: int = 0
) -> Rows:
    """The week just lived as rows of a log. So many decades more lie before the model's start."""
    mine = trace[np.isin(trace.kind, KINDS) & (trace.door >= 0) & (trace.door < len(names))]
    n = len(mine)
    people = place.world.people
    week = place.week - 1 - place.warm_up_weeks
    monday = place.scenario.start + dt.timedelta(
        weeks=week - (1 + decade) * place.scenario.years * 52
    )
    minute = rng.choice(24, n, p=HOURS / HOURS.sum()) * 60 + rng.integers(0, 60, n)
    first = np.datetime64(monday) + rng.integers(0, 7, n).astype("timedelta64[D]")
    when = np.datetime_as_string(first + minute.astype("timedelta64[m]"), unit="m")
    key = people.key[mine.person]
    age = np.maximum(0, (place.week - people.birth_week[mine.person]) // 52)
    tagged = np.where(mine.need == Need.MENTAL_HEALTH, rng.random(n) < 0.6, False)
    return [
        [f"P{k:016x}", t.replace("T", " "), names[door], ACTIVITY[Happening(kind)],
         "yes" if tag else "no", str(a)]
        for k, t, door, kind, tag, a in zip(
            key.tolist(), when.tolist(), mine.door.tolist(), mine.kind.tolist(), tagged.tolist(),
            age.tolist(), strict=True,
        )
    ]  # fmt: skip


def weeks(share: float, seed: int, rng: np.random.Generator) -> Iterator[tuple[int, Rows]]:
    """Week after week of the model, dated in the ten years before it starts, so that none is in
    the future; where ten years are not enough, of another replicate in the ten years before."""
    from experiments.model_paths import shrunk

    scenario = shrunk(load_scenario(SCENARIO), share)
    names = [spec.title for spec in scenario.evidence.agencies.values()]
    for decade in range(DECADES):
        place = Place(scenario, seed, decade, 0)
        place.run_to(warm_up_weeks(scenario))
        heard: list[Any] = []
        place.listener = lambda trace, heard=heard: heard.append(trace.copy())
        while place.week < place.weeks:
            place.step()
            trace = heard.pop().view(np.recarray)
            yield place.week - 1 - place.warm_up_weeks, rows_of(trace, place, names, rng, decade)


def planted(rows: Rows, week: int, rng: np.random.Generator, truth: dict[str, int]) -> Rows:
    """The rows with faults; what was done is added to ``truth``. A row has one fault at most."""
    out: Rows = []
    names, shares = list(FAULTS), np.array(list(FAULTS.values()))
    drawn = rng.choice(len(names) + 1, len(rows), p=[*shares, 1 - shares.sum()])
    agency, first, length = GAP
    for row, fault in zip(rows, drawn.tolist(), strict=True):
        if row[2] == agency and first <= week < first + length:
            continue
        name = names[fault] if fault < len(names) else ""
        if name:
            truth[name] = truth.get(name, 0) + 1
        out += _with_fault(row, name)
    return out


def _with_fault(row: list[str], fault: str) -> Rows:
    person, when, agency, kind, tag, age = row
    changed = {
        "no_person": ["", *row[1:]],
        "impossible_date": [person, f"{when[:4]}-02-30 {when[11:]}", *row[2:]],
        "future": [person, f"2091{when[4:]}", *row[2:]],
        "placeholder": [person, "1900-01-01 00:00", *row[2:]],
        "no_agency": [person, when, "", *row[3:]],
        "formula": [person, when, "=1+1", *row[3:]],
        "short_row": row[:3],
        "negative_age": [*row[:5], "-7"],
        "other_spelling": [person, when, agency.upper() + " ", *row[3:]],
        "other_date_form": [person, f"{when[8:10]}/{when[5:7]}/{when[:4]} {when[11:]}", *row[2:]],
    }
    if fault == "duplicate":
        return [row, row]
    if fault == "double":
        other = "Police" if agency != "Police" else "Ambulance"
        return [row, [person, when, other, kind, tag, age]]
    return [changed.get(fault, row)]


def write_log(
    path: Path, rows: int, *, share: float = 1.0, seed: int = 1, faults: bool = True
) -> dict[str, int]:
    """Write so many rows, more or less none but the last week's cut, and what was planted."""
    rng = np.random.default_rng(seed)
    truth: dict[str, int] = {}
    done = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEAD) + "\n")
        for week, of_week in weeks(share, seed, rng):
            of_week = of_week[: rows - done]
            done += len(of_week)
            told = planted(of_week, week, rng, truth) if faults else of_week
            file.writelines(",".join(_quoted(cell) for cell in row) + "\n" for row in told)
            truth["rows"] = truth.get("rows", 0) + len(told)
            if done >= rows:
                break
    path.with_suffix(".truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return truth


def _quoted(cell: str) -> str:
    return f'"{cell}"' if "," in cell else cell


def main(argv: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="write a synthetic log of contacts")
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--share", type=float, default=1.0, help="of Portsmouth's residents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true", help="plant no faults")
    a = parser.parse_args(argv)
    truth = write_log(a.path, a.rows, share=a.share, seed=a.seed, faults=not a.clean)
    print(json.dumps(truth))
    return 0


if __name__ == "__main__":
    sys.exit(main())
