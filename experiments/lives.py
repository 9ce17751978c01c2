"""The command `upstream lives`: people found by a rule, their lives told, drawn, compared."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from experiments import drawing
from experiments.census import (
    Census,
    NobodyFound,
    diary_of,
    find,
    lasting,
    name_of,
    room_for,
    take_census,
)
from experiments.commands import BadRequest, check_comparable, scenario_files
from experiments.exchange import events, write_logs
from experiments.journey import Journey, journeys
from experiments.output import say, version, warn
from experiments.progress import progress
from experiments.slices import slices_text
from experiments.story import is_shortened, story, wrapped
from experiments.timeline import timeline
from experiments.twin_words import Pair, called, in_words
from experiments.twins import Parting, part, twins
from scenarios.load import load_scenarios
from scenarios.names import NEED_KEYS
from scenarios.resolved import Scenario
from sim.store import check_folder, results_folder

DONE = 0
ROOM_FOR_AN_OFFER = 1
IN_FULL = (
    "Years with more than nine decisions are told in sum. With --out, story_in_full.txt has "
    "every one of them.\n"
)


def lives(arguments: argparse.Namespace) -> int:
    """Find people, tell their lives, and write all that is asked for."""
    if arguments.out is not None:
        check_folder(arguments.out)
    scenarios = _scenarios(arguments)
    room = max(ROOM_FOR_AN_OFFER, room_for(scenarios))
    with progress("Living", 2 * len(scenarios)) as advance:
        censuses = []
        for scenario in scenarios:
            censuses.append(take_census(scenario, arguments.seed, room))
            advance()
        tell = _people if arguments.family is None else _families
        try:
            text, write = tell(arguments, censuses, advance)
        except NobodyFound as error:
            raise BadRequest(str(error)) from error
    say(text)
    if arguments.out is not None:
        with results_folder(arguments.out, _about(arguments, censuses)) as folder:
            write(folder)
        warn(f"Written to {arguments.out}")
    return DONE


def _people(
    arguments: argparse.Namespace, censuses: Sequence[Census], advance: Callable[[], None]
) -> tuple[str, Callable[[Path], None]]:
    """The journeys of the people found: their text, and what writes all about them."""
    found = find(censuses[0], arguments.find, arguments.count, arguments.adults)
    names = [name_of(int(censuses[0].key[i])) for i in found]
    there = _engaged(arguments, censuses[0], found)
    told = []
    for census in censuses:
        told.append(journeys_of(census, names))
        advance()
    together = _side_by_side(names, told)
    text = "\n\n".join(_text(each, arguments) for each in together)
    return text, lambda folder: _write(folder, arguments, censuses, together, there)


def _engaged(arguments: argparse.Namespace, census: Census, found: Sequence[int]) -> list[int]:
    """Of those found, whose missed opportunities are asked for."""
    if not arguments.missed_found:
        return []
    from experiments.missed_one import lived_there

    return lived_there(census, found)


def _families(
    arguments: argparse.Namespace, censuses: Sequence[Census], advance: Callable[[], None]
) -> tuple[str, Callable[[Path], None]]:
    """The families found, in every scenario."""
    from experiments.families import families_in, find_families
    from experiments.family_words import family_text, write_families

    found = find_families(censuses[0], arguments.family, arguments.count)
    names = [name_of(int(censuses[0].key[i])) for i in found]
    families = []
    for census in censuses:
        families += families_in(census, names)
        advance()
    text = "\n".join(family_text(each) for each in families)
    return text, lambda folder: write_families(folder, families)


def _about(arguments: argparse.Namespace, censuses: Sequence[Census]) -> dict[str, Any]:
    """What goes into the manifest."""
    return {
        "version": version(),
        "seed": arguments.seed,
        "find": arguments.find if arguments.family is None else f"family {arguments.family}",
        "scenarios": {c.scenario.name: {"files": c.scenario.files} for c in censuses},
    }


def _scenarios(arguments: argparse.Namespace) -> list[Scenario]:
    paths = scenario_files(arguments.scenarios)
    stems = [path.stem for path in paths]
    if len(set(stems)) < len(stems):
        raise BadRequest("two of the scenarios have the same name; rename one")
    scenarios = [lasting(s, arguments.years) for s in load_scenarios(paths)]
    check_comparable(scenarios)
    return scenarios


def journeys_of(census: Census, names: Sequence[str]) -> dict[str, Journey]:
    """The journeys in one scenario of those people who ever live there."""
    rows = {name_of(int(key)): i for i, key in enumerate(census.key)}
    persons = [rows[name] for name in names if name in rows]
    return {j.name: j for j in journeys(census, diary_of(census, persons))} if persons else {}


def _side_by_side(names: Sequence[str], told: Sequence[dict[str, Journey]]) -> list[list[Journey]]:
    """For each person, the journeys in all scenarios, the first scenario first."""
    return [[lives[name] for lives in told if name in lives] for name in names]


def _text(together: Sequence[Journey], arguments: argparse.Namespace) -> str:
    """The story of the first scenario, the slices, and how the other lives differ."""
    first = together[0]
    parts = [story(first), slices_text(first, arguments.week)]
    if is_shortened(first):
        parts[0] += "\n" + IN_FULL
    parts += [_compared(first, other, parting) for parting, other in _partings(together)]
    return "\n".join(parts)


def _compared(base: Journey, other: Journey, parting: Parting) -> str:
    """One of the other lives beside the first, in lines to be read."""
    names = (called(base.scenario), called(other.scenario))
    paragraphs = in_words(Pair(base, other, names, parting)).split("\n\n")
    head = f"The same life {names[1]}"
    return "\n".join([head, *("\n".join(wrapped(each)) + "\n" for each in paragraphs)])


def _partings(together: Sequence[Journey]) -> list[tuple[Parting, Journey]]:
    return [(part(together[0], other), other) for other in together[1:]]


def _write(
    folder: Path,
    arguments: argparse.Namespace,
    censuses: Sequence[Census],
    together: Sequence[Sequence[Journey]],
    there: Sequence[int],
) -> None:
    """Everything about these lives."""
    from experiments.process_map import process_map

    for each in together:
        _write_person(folder / each[0].name, each, arguments)
    write_logs(folder, [journey for each in together for journey in each])
    for census in censuses:
        drawing.save(process_map(census), folder / f"process_map_{census.scenario.name}")
    if there:
        from experiments.missed_one import write_missed_of

        write_missed_of(folder, censuses[0], there, arguments.every)
    if arguments.missed:
        from experiments.missed_report import write_missed

        write_missed(folder, censuses[0], arguments.every)


def _write_person(folder: Path, together: Sequence[Journey], arguments: argparse.Namespace) -> None:
    folder.mkdir()
    (folder / "story.txt").write_text(_text(together, arguments) + "\n", encoding="utf-8")
    if is_shortened(together[0]):
        (folder / "story_in_full.txt").write_text(story(together[0], in_full=True), "utf-8")
    for journey in together:
        stem = folder / f"journey_{journey.scenario.name}"
        _write_steps(stem.with_suffix(".csv"), journey)
        stem.with_suffix(".json").write_text(json.dumps(weekly(journey), indent=1), "utf-8")
        drawing.save(timeline(journey), folder / f"timeline_{journey.scenario.name}")
    partings = [parting for parting, _ in _partings(together)]
    if partings:
        drawing.save(twins(together, partings), folder / "twins")
        content = json.dumps([asdict(p) for p in partings], indent=1, default=str)
        (folder / "twins.json").write_text(content + "\n", "utf-8")


def _write_steps(path: Path, journey: Journey) -> None:
    """One row a step, with how the person stood and what the agency could see."""
    import csv

    seen = ("trust", "level", "seen", "threshold", "all_needs")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        rows = list(events([journey]))
        writer.writerow(["week", "date", *list(rows[0] if rows else {})[1:-1], *seen])
        for step, row in zip(journey.steps, rows, strict=True):
            numbers = ["" if np.isnan(x) else f"{x:.4f}" for x in (getattr(step, n) for n in seen)]
            writer.writerow([step.week, step.date, *list(row.values())[1:-1], *numbers])


def weekly(journey: Journey) -> dict[str, Any]:
    """How the person stood each week: needs, trust, what each agency could see, cost. There is no
    number for weeks before birth or arrival, or after the life's end."""
    diary, row = journey.diary, journey.row
    agencies = list(journey.scenario.evidence.agencies)

    def series(values: Any, digits: int = 4) -> list[float | None]:
        seen = np.where(journey.here, values, np.nan)
        return [None if np.isnan(x) else round(float(x), digits) for x in seen]

    return {
        "name": journey.name,
        "scenario": journey.scenario.name,
        "start": str(journey.scenario.start),
        "need": {k: series(diary.level[:, row, j]) for j, k in enumerate(NEED_KEYS)},
        "trust": series(diary.trust[:, row]),
        "could_see": {a: series(diary.view[:, row, d]) for d, a in enumerate(agencies)},
        "threshold": {a: series(diary.threshold[:, d]) for d, a in enumerate(agencies)},
        "cost_gbp": {
            a: series(diary.pence[:, row, d] / 100.0, 2) for d, a in enumerate(diary.columns)
        },
    }
