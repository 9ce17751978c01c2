"""`upstream crisis`: the crisis door by itself, before any change and with those of a date."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.commands import DONE, BadRequest
from experiments.pool import cores
from experiments.stats import Interval, mean_interval, paired_difference
from scenarios.load import load_scenario
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.crisis.draws import Floats
from sim.crisis.inputs import RESOURCES, Inputs, with_mix
from sim.crisis.measures import measures, waits_by_hour
from sim.crisis.run import simulate
from sim.policy import crisis_door_at, weeks_since

HOURS_SHOWN: Final = np.arange(0.0, 24.5, 0.5)
"""Borders of the bars of police hours."""
RESOURCE_NAMES: Final = {
    "control_room": "Control-room clinicians", "street_triage": "Street triage cars",
    "transport": "Crisis ambulances", "suite": "Place-of-safety suites",
    "amhp": "Approved mental health\nprofessionals", "s12_doctor": "Section 12 doctors",
    "liaison": "Liaison nurses in A&E", "crisis_team": "Crisis team on visits",
    "home_treatment": "Home treatment places", "cafe": "Cafe seats",
    "crisis_house": "Crisis house beds", "acute_bed": "Acute beds",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class OneRun:
    """One replicate of one door."""

    measures: dict[str, float]
    waits: Floats
    """[168] mean hours until somebody came, by hour of the week."""
    police: Floats
    """Share of crises that police attended, by half-hours of their time."""


@dataclass(frozen=True, eq=False)
class Found:
    """Runs of a door as it was before any change, and as it stands; the same where nothing acts."""

    scenario: Scenario
    on: dt.date
    per_week: float
    mix: float
    """Share of those in crisis for whom drink or drugs are a high need."""
    weeks: int
    seed: int
    doors: dict[str, Inputs]
    """By heading: one or two."""
    runs: dict[str, list[OneRun]]

    def values(self, heading: str, measure: str) -> Floats:
        """A measure of all replicates of a door."""
        return np.array([run.measures[measure] for run in self.runs[heading]])


def crisis(arguments: argparse.Namespace) -> int:
    """Run, print a table, and write what was asked for."""
    from experiments.output import say, warn
    from sim.store import check_file, check_folder, write_file

    to_stdout = str(arguments.json) == "-"
    for path in (arguments.animate, None if to_stdout else arguments.json):
        if path is not None:
            check_file(path)
    if arguments.animate is not None and arguments.animate.suffix != ".gif":
        raise BadRequest(f"--animate: {arguments.animate} must end in .gif")
    if arguments.out is not None:
        check_folder(arguments.out)
    found = _run(arguments)
    content = (json.dumps(document(found), indent=2) + "\n").encode()
    say(content.decode().rstrip() if to_stdout else table_text(found))
    if arguments.json is not None and not to_stdout:
        write_file(arguments.json, content)
    if arguments.out is not None:
        _write_folder(found, content, arguments.out)
        warn(f"Results are in {arguments.out}")
    if arguments.animate is not None:
        from experiments.crisis_film import film

        film(list(found.doors.values())[-1], found.per_week, found.seed, arguments.animate)
        warn(f"The animation is in {arguments.animate}")
    return DONE


def _run(arguments: argparse.Namespace) -> Found:
    from experiments.progress import progress

    scenario = load_scenario(arguments.scenario)
    on = _date(arguments.on, scenario)
    load = load_of(scenario, arguments.seed)
    doors = {name: with_mix(door, load.with_drink) for name, door in _doors(scenario, on).items()}
    per_week = float(arguments.per_week or load.per_week)
    tasks = [
        (inputs, per_week, arguments.weeks, arguments.seed, replicate)
        for inputs in doors.values()
        for replicate in range(arguments.replicates)
    ]
    with progress("Running the crisis door", len(tasks)) as advance:
        runs = _all(tasks, arguments.workers or cores(), advance)
    n = arguments.replicates
    return Found(
        scenario, on, per_week, load.with_drink, arguments.weeks, arguments.seed, doors,
        {heading: runs[i * n : (i + 1) * n] for i, heading in enumerate(doors)},
    )  # fmt: skip


@dataclass(frozen=True)
class Load:
    """Who comes to the door before any change, by the weekly model."""

    per_week: float
    with_drink: float
    """Share of those in crisis for whom drink or drugs are a high need."""


def load_of(scenario: Scenario, seed: int) -> Load:
    """Crises of the year before the scenario starts, in one replicate of its place."""
    from sim.model import Place

    place = Place(replace(scenario, crisis_door="table"), seed, 0, 0)
    place.run_to(place.warm_up_weeks)
    tally = place.world.tally
    year = slice(place.week - WEEKS_PER_YEAR, place.week)
    crises = max(1, int(tally.crisis_outcome[year].sum()))
    return Load(crises / WEEKS_PER_YEAR, int(tally.crisis_with_drink[year].sum()) / crises)


def _doors(scenario: Scenario, on: dt.date) -> dict[str, Inputs]:
    """The door before any change, and on a date if that is another."""
    modelled = replace(scenario, crisis_door="pathway")
    before = crisis_door_at(modelled, None)
    after = crisis_door_at(modelled, weeks_since(scenario.start, on))
    assert before is not None and after is not None
    if before.inputs == after.inputs:
        return {"As it is": before.inputs}
    return {"As it is": before.inputs, f"On {on}": after.inputs}


def _date(text: str | None, scenario: Scenario) -> dt.date:
    last = scenario.start + dt.timedelta(weeks=WEEKS_PER_YEAR * scenario.years - 1)
    if text is None:
        return last
    try:
        on = dt.date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"--on: {text} is no date; write it like {scenario.start}") from None
    if not scenario.start <= on <= last:
        raise BadRequest(f"--on: {on} is not between {scenario.start} and {last}")
    return on


def _all(
    tasks: Sequence[tuple[Inputs, float, int, int, int]], workers: int, advance: Callable[[], None]
) -> list[OneRun]:
    """One after another, or on a pool: salabim's environment is one a process."""
    if min(workers, len(tasks)) == 1:
        found = []
        for task in tasks:
            found.append(one_run(*task))
            advance()
        return found
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(one_run, *task) for task in tasks]
        for future in futures:
            future.add_done_callback(lambda _: advance())
        return [future.result() for future in futures]


def one_run(inputs: Inputs, per_week: float, weeks: int, seed: int, replicate: int) -> OneRun:
    """One replicate, and what is shown of it."""
    log = simulate(inputs, per_week, weeks, seed, replicate)
    hours = log.cases.police_hours
    attended = hours[hours > 0]
    bars = np.histogram(np.minimum(attended, HOURS_SHOWN[-1] - 0.1), HOURS_SHOWN)[0]
    return OneRun(measures(log, inputs), waits_by_hour(log), bars / max(1, len(attended)))


DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OUTCOME_ROWS: Final = (
    ("outcome.home_with_follow_up", "Home with follow-up"),
    ("outcome.crisis_team", "Crisis team or house"),
    ("outcome.ae_wait", "Long wait in A&E"),
    ("outcome.place_of_safety", "Place-of-safety suite"),
    ("outcome.custody", "Police custody"),
    ("outcome.acute_bed", "Acute bed"),
)
GROUPS: Final = {
    "What becomes of crises, % (as the weekly model counts)": OUTCOME_ROWS,
    "Where people wait and end, %": (
        ("place.ae", "Waited in A&E"),
        ("place.suite", "Taken to a suite"),
        ("place.custody", "Taken to custody"),
        ("end.cafe", "To the cafe"),
        ("end.crisis_house", "To the crisis house"),
        ("end.out_of_area", "To a bed out of area"),
        ("end.left_ae", "Left A&E before being seen"),
    ),
    "Breaches and quality, %": (
        ("breach.assessment", "Detained: not assessed in 3 hours"),
        ("breach.detention", "Detained: longer than 24 hours"),
        ("breach.ae", "A&E: over 4 hours, or left"),
        ("well.day", "Went well, in working hours"),
        ("well.out_of_hours", "Went well, out of hours"),
    ),
    "Numbers": (
        ("detained_per_week", "Detentions (section 136) a week"),
        ("police_hours", "Police crew hours per crisis"),
        ("police_hours.attended", "  where police attended"),
        ("police_hours.detained", "  where somebody was detained"),
        ("wait_hours", "Hours until somebody came"),
        ("wait_hours.detained", "  at a place of safety"),
        ("triage.contacts_per_week", "Street triage contacts a week"),
        ("triage.contacts_per_detention_avoided", "  per detention avoided"),
        ("bed_days_delayed_per_week", "Bed days a week for want of a home"),
    ),
    "Busy, % of hours on duty": tuple(
        (f"busy.{name}", name.replace("_", " ")) for name in RESOURCES
    ),
}  # fmt: skip


def table_text(found: Found) -> str:
    """Every measure of every door with its interval, and the paired difference."""
    headings = list(found.doors)
    columns = [*headings, "Difference"] if len(headings) > 1 else headings
    lines = [
        f"{found.scenario.place.title}: the crisis front door, {found.per_week:.0f} crises a week",
        f"{found.weeks} weeks, {len(found.runs[headings[0]])} replicates, seed {found.seed}; "
        "95% intervals of chance only",
        f"Drink or drugs are a high need of {found.mix:.0%} of those in crisis",
        "",
        f"{'':42}" + "".join(f"{name:>20}" for name in columns),
    ]
    for group, rows in GROUPS.items():
        scale = 100.0 if "%" in group else 1.0
        shown = [_row(found, name, label, scale) for name, label in rows]
        lines += ["", group, *(row for row in shown if row)]
    return "\n".join(lines)


def _row(found: Found, name: str, label: str, scale: float) -> str:
    """One line; nothing where no door has a value."""
    values = [scale * found.values(heading, name) for heading in found.doors]
    if all(np.isnan(v).all() for v in values):
        return ""
    cells = [_cell(mean_interval(v)) for v in values]
    if len(values) > 1:
        cells.append(_cell(paired_difference(values[1], values[0]), sign="+"))
    return f"  {label:40}" + "".join(f"{cell:>20}" for cell in cells)


def _cell(interval: Interval, sign: str = "") -> str:
    if np.isnan(interval.mean):
        return "–"
    half = "" if np.isnan(interval.half) else f" ±{interval.half:.2f}"
    return f"{interval.mean:{sign}.2f}{half}"


def document(found: Found) -> dict[str, Any]:
    """The results as JSON: measures by door, and differences from the first."""
    headings = list(found.doors)
    names = list(found.runs[headings[0]][0].measures)
    doors = {h: {n: _json(mean_interval(found.values(h, n))) for n in names} for h in headings}
    result: dict[str, Any] = {
        "place": found.scenario.place.title,
        "scenario": found.scenario.name,
        "on": str(found.on),
        "crises_per_week": found.per_week,
        "share_with_drink_or_drugs": found.mix,
        "weeks": found.weeks,
        "replicates": len(found.runs[headings[0]]),
        "seed": found.seed,
        "doors": doors,
    }
    if len(headings) > 1:
        a, b = headings
        result["differences"] = {
            n: _json(paired_difference(found.values(b, n), found.values(a, n))) for n in names
        }
    return result


def _json(interval: Interval) -> dict[str, float | None]:
    values = {"mean": interval.mean, "low": interval.low, "high": interval.high}
    return {key: None if np.isnan(value) else value for key, value in values.items()}


def _write_folder(found: Found, content: bytes, out: Path) -> None:
    from experiments.crisis_figures import draw_all
    from experiments.output import version
    from sim import store

    about = {"version": version(), "files": found.scenario.files, "seed": found.seed}
    with store.results_folder(out, about) as folder:
        (folder / "results.json").write_bytes(content)
        (folder / "table.txt").write_text(table_text(found) + "\n", encoding="utf-8")
        draw_all(found, folder / "figures")
