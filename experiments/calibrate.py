"""`upstream calibrate PLACE`: from ranges of numbers to an ensemble of plausible sets.

Every finished run is kept in the results folder, so whatever ends the program, the same command
goes on where it was.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.commands import DONE, INTERRUPTED

if TYPE_CHECKING:
    from calibration.check import Coverage
    from calibration.waves import Calibration
    from experiments.subject import Subject

RUNS = "runs"
NOT_LEARNT_SHOWN = 8


def calibrate(arguments: argparse.Namespace) -> int:
    """Calibrate a place; write the ensemble, the account of it, a report and pictures."""
    from calibration.check import simulation_based
    from calibration.place import model_of, prior_of_place
    from calibration.waves import Plan
    from calibration.waves import calibrate as fit
    from experiments.output import say, warn
    from experiments.pool import cores
    from experiments.progress import progress
    from experiments.subject import subject_of

    subject = subject_of(arguments.place, arguments.targets)
    place, targets = subject.place, subject.fitted
    folder: Path = arguments.out or Path("results") / "calibration" / place
    prior = prior_of_place(subject.at)
    plan = Plan(
        arguments.design, arguments.second, arguments.ensemble, arguments.rounds, arguments.seed
    )
    workers = arguments.workers or cores()
    if (folder / RUNS).exists():
        warn(f"Going on from the finished runs in {folder / RUNS}")
    try:
        with progress(f"Calibrating {subject.title}", plan.runs) as advance:
            model = model_of(
                subject.at, prior, plan.seed, content=subject.content, workers=workers,
                folder=folder / RUNS, on_done=advance,
            )  # fmt: skip
            found = fit(model, prior, targets, plan)
    except KeyboardInterrupt:
        warn(f"Stopped. The same command goes on from the finished runs in {folder / RUNS}")
        return INTERRUPTED
    coverage = simulation_based(found.bank, plan.design, prior, targets, plan.seed)
    told = write(found, coverage, subject, folder)
    say("\n".join(report(subject.title, told, found)))
    warn(f"The ensemble is in {folder}; every finished run is in {folder / RUNS}")
    if arguments.ship:
        from calibration.ensemble import FOLDER

        for kind in (".csv", ".json"):
            (FOLDER / f"{place}{kind}").write_bytes((folder / f"{place}{kind}").read_bytes())
        warn(f"Comparisons use it from now on: {FOLDER / place}.csv")
    return DONE


def write(found: Calibration, coverage: Coverage, subject: Subject, folder: Path) -> dict[str, Any]:
    """The files of a calibration; gives back the account of it."""
    import numpy as np

    from calibration.account import account, coverage_account
    from calibration.ensemble import csv_bytes
    from calibration.found_with import numbers_of
    from calibration.place import spec_of
    from experiments.output import version
    from experiments.predictive import draw_calibration
    from sim.store import write_file

    folder.mkdir(parents=True, exist_ok=True)
    place, spec = subject.place, spec_of(subject.at)
    told = account(found, place, version()) | {
        "deprivation_score": float(spec.deprivation_score.value),
        "found_with": numbers_of(spec),
        "check": coverage_account(coverage),
    }
    points = np.vstack([found.centre.cube, found.ensemble.cube])
    sets = csv_bytes(found.prior.names, found.prior.numbers(points), np.append(0.0, found.weights))
    write_file(folder / f"{place}.csv", sets)
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    write_file(folder / f"{place}.json", text.encode())
    write_file(
        folder / "report.txt", ("\n".join(report(subject.title, told, found)) + "\n").encode()
    )
    draw_calibration(told, found.targets, folder)
    return told


def report(title: str, told: dict[str, Any], found: Calibration) -> Iterator[str]:
    """What was fitted and what was learnt, for people."""
    left = [f"{100 * share:.3g}%" for share in told["share_of_prior_not_ruled_out"]]
    sets, numbers = len(found.weights), len(found.prior.names)
    yield f"{title}: {sets} plausible sets of {numbers}"
    worth, made = told["effective_sets"], told["runs"]["all"]
    yield f"numbers, worth {worth:.0f} equally likely ones, from {made} runs."
    yield f"Not ruled out, of all that the ranges allow: {left[0]} after the first wave, {left[-1]}"
    yield "after the last."
    yield ""
    yield f"  {'':4}{'':46}{'figure':>8}{'range':>16}{'before':>18}{'after':>18}{'emulated':>10}"
    for target in found.targets:
        row = told["targets"][target.id]
        cells = [
            f"{_short(target.value):>8}",
            f"{_span([target.low, target.high]):>16}",
            f"{_span(row['before']):>18}",
            f"{_span(row['after']):>18}",
            f"{row['emulator_explains'][-1]:>9.0%}",
        ]
        yield f"  {target.id:4}{target.definition[:45]:46}{''.join(cells)}"
    yield ""
    yield "  before, after: nine in ten runs, at numbers as the ranges allow, and at the sets"
    yield "  emulated: how much of what moves it in the second wave the model's stand-in tells"
    once = told["all_at_once"]
    yield f"All figures within their ranges at once: {once['all']} of {made} runs, and"
    yield f"{once['design']} of the {told['runs']['design']} of the first wave."
    yield from _learnt(told, found)
    yield from _checked(told["check"])


def _learnt(told: dict[str, Any], found: Calibration) -> Iterator[str]:
    yield ""
    n, below = len(told["learnt"]), told["learnt_below"]
    ends = f"They are less than {below:.0%} as uncertain as before:" if n else ""
    yield f"Learnt about: {n or 'none of the'} numbers. {ends}".rstrip()
    for name, number in told["learnt"].items():
        low, guess, high = number["before"]
        was = f"{_short(guess):>8} ({_span([low, high])})"
        now = f"{_short(number['after'][1])} ({_span(number['after'])})"
        yield f"  {name:44}{was}  now {now}  width {number['width']:.0%}"
    some = ", ".join(told["not_learnt"][:NOT_LEARNT_SHOWN])
    yield (
        f"Not learnt about: {len(told['not_learnt'])} numbers, as uncertain as before: {some} "
        "... (all in the .json)"
    )
    for one, other, strength in told["correlations"]:
        yield f"  tied by the figures: {one} and {other} ({strength:+.2f})"


def _checked(check: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield (
        f"Tried on {check['truths']} known truths: 90% intervals held "
        f"{check['numbers_inside']:.0%} of all numbers, {_share(check['learnt_inside'])} of those "
        f"learnt about, {check['outcomes_inside']:.0%} of outcomes."
    )
    yield f"Ranks of the truths, in tenths: {check['rank_histogram']}"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.0%}"


def _span(values: list[float]) -> str:
    return f"{_short(values[0])} to {_short(values[-1])}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
