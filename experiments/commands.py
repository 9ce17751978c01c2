"""What each subcommand does, one function a command; heavy imports stand inside.

A command gets the parsed arguments and returns the exit code: 0 done, 130 stopped by Ctrl-C with
what was finished kept. It raises BadRequest, or the errors of the loader and the store, for what
the user can put right.
"""

from __future__ import annotations

import argparse
import datetime as dt
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.options import REPLICATES
from scenarios.names import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from experiments.compare import Findings
    from experiments.pool import Task
    from experiments.until import Until
    from scenarios.resolved import Scenario

DONE, INTERRUPTED = 0, 130
DO_NOTHING = "do_nothing"
"""The name of the scenario that others are compared with, wherever it stands among them."""
MOST_UNTIL = 1000
"""Replicates at most with ``--until``, unless ``--replicates`` says otherwise."""
CHECKED_IN = "portsmouth"
"""The place in which an intervention is put to use to check it."""


class BadRequest(Exception):
    """Arguments that are well formed, but cannot be done as asked. The text is for the user."""


def program() -> str:
    """How this program was called, for a command to type next: `.venv/bin/upstream`, `upstream`."""
    return sys.argv[0] if Path(sys.argv[0]).name == "upstream" else "upstream"


def check(arguments: argparse.Namespace) -> int:
    """Validate scenario files: a line for each that is sound, all problems of the others.

    An intervention is tried in a place: the one asked for, else that beside whose scenarios it
    stands, else Portsmouth.
    """
    from experiments.asked import asked
    from experiments.asked_numbers import settings_asked, settings_counted
    from experiments.output import say, warn
    from experiments.own_budgets import unsure_budgets
    from experiments.replace_first import replace_first
    from scenarios.load import load_scenario, load_using
    from scenarios.problems import InputError
    from scenarios.ways import is_intervention

    base = _place_to_try_in(arguments.place)
    failed = 0
    for path in arguments.files:
        try:
            if is_intervention(path):
                (scenario,) = load_using(base or _beside(path), {path.stem: [path]})
                say(f"{path}: ok, tried in {scenario.place.title}: {_described(scenario)}")
            else:
                scenario = load_scenario(path)
                set_besides = settings_counted(scenario, path)
                say(f"{path}: ok, {_described(scenario, set_besides)}")
                for line in settings_asked(scenario, path):
                    say(f"  {line}")
            for line in asked(scenario):
                say(f"  {line}")
            if arguments.replace_first:
                say("\n".join(replace_first(scenario)))
            elif not is_intervention(path) and (unsure := unsure_budgets(scenario)):
                say(f"  {unsure} (--replace-first says where)")
        except InputError as error:
            warn("\n".join(str(problem) for problem in error.problems))
            failed += 1
    if failed:
        raise BadRequest(f"{failed} of {len(arguments.files)} files cannot be used")
    return DONE


def _place_to_try_in(name: str | None) -> Path | None:
    """The scenario of a place, by name or file. Raises BadRequest, InputError."""
    from experiments.places import find_scenario

    return None if name is None else find_scenario(name)[0]


def _beside(intervention: Path) -> Path:
    """Where nothing is done in the place whose folder ``interventions`` holds the file."""
    from scenarios.ways import INTERVENTIONS, base_of

    own = intervention.parent.parent / f"{DO_NOTHING}.toml"
    theirs = intervention.resolve().parent.name == INTERVENTIONS.name and own.is_file()
    return own if theirs else base_of(CHECKED_IN)


def run(arguments: argparse.Namespace, task: Task | None = None) -> int:
    """Simulate one scenario."""
    check_outputs(arguments)
    scenarios = _load([arguments.scenario], arguments.years)
    return simulate(arguments, scenarios, scenarios[0].name, task)


def compare(arguments: argparse.Namespace, task: Task | None = None) -> int:
    """Simulate several scenarios and compare them with one, the base."""
    paths = scenario_files(arguments.scenarios)
    if len(paths) < 2:
        raise BadRequest("compare needs two scenarios or more; for one there is: upstream run")
    _check_stems(paths)
    check_outputs(arguments)
    scenarios = _load(paths, arguments.years)
    check_comparable(scenarios)
    base = choose_base([scenario.name for scenario in scenarios], arguments.against)
    return simulate(arguments, scenarios, base, task)


def simulate(
    arguments: argparse.Namespace, scenarios: Sequence[Scenario], base: str, task: Task | None
) -> int:
    """Run, then give out the results, even those of a run that was stopped.

    ``task`` runs one replicate; None is the model itself.
    """
    from experiments.compare import run_scenarios
    from experiments.how_long import say_beforehand, telling_how_long
    from experiments.kept import finish, store_of, went_on_from
    from experiments.output import give_out, warn
    from experiments.pool import cores
    from experiments.progress import progress
    from experiments.sets import sets_for

    what = f"{len(scenarios)} scenarios" if len(scenarios) > 1 else scenarios[0].title
    seed, replicates = arguments.seed, arguments.replicates
    workers = arguments.workers or cores()
    until = _until(arguments, base)
    if until is not None and replicates == REPLICATES:
        replicates = MOST_UNTIL
    build_crisis_tables(scenarios)
    sets = None if until is not None else sets_for(scenarios[0], arguments.sets)
    if sets is not None and sets.place != scenarios[0].place_name:
        warn(_borrowed(sets.place, scenarios[0]))
    runs = replicates + (len(sets.numbers) if sets else 0)
    if task is None and until is None and arguments.cluster is None:
        say_beforehand(scenarios, runs, workers)
    with progress(f"Simulating {what}", runs) as bar:
        advance = telling_how_long(bar, runs, workers) if until is None else bar
        findings, stopped_by = run_scenarios(
            task or _model(), scenarios, base, seed, replicates, workers,
            advance if until is None else lambda: advance(until.said),
            arguments.cluster, None if until is None else until.enough, sets, store_of(arguments),
        )  # fmt: skip
    if until is not None:
        warn(f"After {len(findings.replicates)} replicates: {until.said}")
    if stopped_by is not None:
        warn(_stopped(findings, replicates, stopped_by) + went_on_from(arguments))
    if findings.replicates:
        give_out(findings, scenarios, arguments)
    if stopped_by is None:
        finish(arguments)
    if isinstance(stopped_by, KeyboardInterrupt):
        return INTERRUPTED
    if stopped_by is not None:
        raise stopped_by
    return DONE


def _until(arguments: argparse.Namespace, base: str) -> Until | None:
    from experiments.until import read_until

    return read_until(arguments.until, arguments.measure, base) if arguments.until else None


def build_crisis_tables(scenarios: Sequence[Scenario]) -> None:
    """What the crisis doors of the scenarios answer, built before workers would each do so."""
    from experiments.progress import progress
    from sim.crisis.tables import missing_tables
    from sim.policy import crisis_doors

    doors = [door for scenario in scenarios for door in crisis_doors(scenario)]
    missing = missing_tables(doors) if doors else []
    if missing:
        runs = sum(table.runs for table in missing)
        with progress("Working out the crisis door (once)", runs) as advance:
            for table in missing:
                table.build(advance)


def check_comparable(scenarios: Sequence[Scenario]) -> None:
    """Scenarios are compared over the same people in the same years. Raises BadRequest."""
    first = scenarios[0]
    problems = []
    for other in scenarios[1:]:
        both = f"{first.name} and {other.name} cannot be compared"
        if other.place_name != first.place_name:
            problems.append(f"{both}: one is {first.place_name}, one {other.place_name}")
        elif other.place != first.place:
            problems.append(f"{both}: their places called {first.place_name} are not the same")
        if other.start != first.start:
            problems.append(f"{both}: one starts on {first.start}, one on {other.start}")
        if other.years != first.years:
            problems.append(
                f"{both}: one runs {first.years} years, one {other.years}; --years sets both"
            )
    if problems:
        raise BadRequest("\n".join(problems))


def scenario_files(paths: Sequence[Path]) -> list[Path]:
    """The files asked for; in place of a folder, all that are in it."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.toml")) if path.is_dir() else []
        files += inside or [path]
    return files


def choose_base(names: Sequence[str], against: str | None) -> str:
    """The scenario that the others are compared with: the one named, do_nothing, or the first."""
    if against is None:
        return DO_NOTHING if DO_NOTHING in names else names[0]
    if against in names:
        return against
    near = difflib.get_close_matches(against, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
    raise BadRequest(f"--against: {against} is none of the scenarios; {hint}")


def _model() -> Task:
    from sim.run import run_replicate

    return run_replicate


def _load(paths: Sequence[Path], years: int | None) -> list[Scenario]:
    """Load scenarios, with ``years`` instead of their own horizon if it is given."""
    from dataclasses import replace

    from experiments.output import warn
    from scenarios.load import load_scenarios

    scenarios = load_scenarios(paths)
    if years is not None:
        scenarios = [replace(scenario, years=years) for scenario in scenarios]
    for scenario in scenarios:
        end = scenario.start + dt.timedelta(weeks=WEEKS_PER_YEAR * scenario.years)
        for origin in dict.fromkeys(c.origin for c in scenario.changes if c.start >= end):
            warn(f"Note: {scenario.name} ends before a change of {origin} starts; it does nothing.")
    return scenarios


def _check_stems(paths: Sequence[Path]) -> None:
    """A scenario goes by its file's stem, so two of the same stem could not be told apart."""
    by_stem: dict[str, Path] = {}
    for path in paths:
        if path.stem in by_stem:
            raise BadRequest(
                f"{by_stem[path.stem]} and {path} have the same name, {path.stem}; rename one"
            )
        by_stem[path.stem] = path


def check_outputs(arguments: argparse.Namespace) -> None:
    """Find out before the work whether its results can be written."""
    from experiments.kept import check_store
    from experiments.output import warn
    from sim.store import check_file, check_folder

    out, json = arguments.out, arguments.json
    check_store(arguments)
    if out is not None:
        check_folder(out)
        if out.is_dir() and any(out.iterdir()):
            warn(f"{out} holds earlier results, which the new ones replace when they are whole.")
    if json is not None and str(json) != "-":
        if out is not None and json.resolve().is_relative_to(out.resolve()):
            raise BadRequest(f"--json: {json} is inside {out}, which gets results.json anyway")
        check_file(json)


def _borrowed(place: str, scenario: Scenario) -> str:
    from experiments.wording import place_words

    return (
        f"Note: {scenario.place.title} has not been calibrated; the plausible sets of numbers are "
        f"those of {place_words(place)}, whose deprivation is nearest."
    )


def _described(scenario: Scenario, besides: Sequence[str] = ()) -> str:
    """What a scenario is; ``besides`` is what it sets that is no change at a date."""
    n = len(scenario.changes)
    changes = [] if n == 0 else ["1 change"] if n == 1 else [f"{n} changes"]
    return (
        f"“{scenario.title}”, {scenario.place.title}, {scenario.years} years "
        f"from {scenario.start}, {', '.join([*changes, *besides]) or 'no changes'}"
    )


def _stopped(findings: Findings, asked: int, stopped_by: BaseException) -> str:
    from concurrent.futures.process import BrokenProcessPool

    from sim.store import WriteFailed

    n = len(findings.replicates)
    kept = f"{n} of {asked} replicates were finished and are kept" if n else "nothing was finished"
    if isinstance(stopped_by, KeyboardInterrupt):
        return f"Stopped: {kept}."
    if isinstance(stopped_by, (BrokenProcessPool, MemoryError)):
        return f"A worker died: {kept}."
    if isinstance(stopped_by, WriteFailed):
        return f"What is finished cannot be kept on the disk: {n} of {asked} replicates."
    return f"A replicate failed: {kept}."
