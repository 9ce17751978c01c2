"""What is calibrated and validated: a place, ours or one's own, and the figures for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from calibration.simulate import shipped
from calibration.targets import (
    BadTargets,
    Fitted,
    HeldBack,
    Row,
    Target,
    load_targets,
    look_at,
    places_with_targets,
    target_problem,
)
from experiments.commands import BadRequest
from experiments.measures import check_measures
from experiments.places import find_scenario
from scenarios.problems import Problem
from scenarios.resolved import Scenario

OF_CALIBRATION = "rates."
"""Measures that only calibration's runs report."""


@dataclass(frozen=True)
class Subject:
    """A place doing nothing, and its figures."""

    place: str
    """The name under which its ensemble is kept."""
    at: str
    """What `calibration.simulate.Run` calls it: a name of ours, or a scenario file's whole path."""
    content: str
    """A hash of what that file says, so that no run of another is taken for one of it."""
    targets: tuple[Target, ...]

    title: str
    """For people."""

    @property
    def fitted(self) -> tuple[Fitted, ...]:
        """What it is calibrated to."""
        return tuple(t for t in self.targets if isinstance(t, Fitted))

    @property
    def held_back(self) -> tuple[HeldBack, ...]:
        """What it is validated against."""
        return tuple(t for t in self.targets if isinstance(t, HeldBack))


def subject_of(name: str, files: Sequence[Path] = ()) -> Subject:
    """The place by its name or scenario file, with its own figures and those of ``files``.

    Raises BadRequest, InputError, BadTargets.
    """
    path, scenario = find_scenario(name)
    if scenario.changes:
        raise BadRequest(f"{name}: changes something; a place is calibrated as it is today")
    ours = path.resolve() == shipped(scenario.place_name).resolve()
    targets = _targets(scenario, files)
    if not any(isinstance(t, Fitted) for t in targets):
        raise BadRequest(
            f"{name}: there are no figures to hold it against; there are for "
            f"{', '.join(places_with_targets())}. Name yours: --targets FILE.csv, in the columns "
            "of calibration/targets/portsmouth.csv; upstream import writes such a file"
        )
    at, content = scenario.place_name, ""
    if not ours:
        at, content = str(path.resolve()), scenario.content
    return Subject(scenario.place_name, at, content, targets, scenario.place.title)


def _targets(scenario: Scenario, files: Sequence[Path]) -> tuple[Target, ...]:
    """Ours for that place, then those of the files. Raises BadRequest, BadTargets."""
    known = scenario.place_name in places_with_targets()
    found = list(load_targets(scenario.place_name)) if known else []
    problems: list[Problem] = []
    seen: list[Row | Target] = list(found)
    for file in files:
        if not file.is_file():
            raise BadRequest(f"--targets {file}: there is no such file")
        rows, wrong = look_at(file)
        problems += wrong
        for row in rows:
            problems += _check(row, file, seen, scenario)
        seen += rows
        found += [row.target for row in rows if row.target]
    if problems:
        raise BadTargets(problems)
    return tuple(found)


def _check(
    row: Row, file: Path, before: Sequence[Row | Target], scenario: Scenario
) -> Iterator[Problem]:
    """What no file knows by itself: that a figure is in another too, that there is no measure."""
    if any(row.id == other.id or row.measure == other.measure for other in before):
        rule = f"{row.id} ({row.measure}) stands in another file too; keep one"
        yield target_problem(file, row.line, rule)
    for measure in row.measure.split(" / "):
        if not measure.startswith(OF_CALIBRATION):
            try:
                check_measures([measure], scenario)
            except BadRequest as error:
                rule = f"{row.id}: {str(error).removeprefix('--measure: ')}"
                yield target_problem(file, row.line, rule)
