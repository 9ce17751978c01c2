"""`upstream validate PLACE`: the calibrated place beside figures that calibration never saw.

Every figure is held against what runs at plausible sets of numbers, each with luck of its own, make
of it. A figure is inside where its value lies in the model's 95% interval, which holds both the
ignorance of the numbers and the chance of a run; it is near where only the ranges meet.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.ensemble import FOLDER, Ensemble, ensembles, load_ensemble, quantiles
from calibration.place import model_of, prior_of_place, spec_of
from calibration.prior import sobol
from calibration.targets import HeldBack, Target, fingerprint, value_of
from calibration.waves import Measures
from experiments.commands import DONE, BadRequest
from experiments.output import say, version, warn
from experiments.sets import since_changed
from experiments.subject import Subject, subject_of

if TYPE_CHECKING:
    from experiments.predictive import Row

INTERVAL = (0.025, 0.5, 0.975)
FEWEST = 40
"""Runs of which 95% are no longer all; with fewer the ends are the lowest and highest."""
FIRST_LUCK = 100_000
"""Validation's runs have other luck than calibration's."""
WIDTH = 110
TITLES = {
    "held_back": "Figures that calibration never saw",
    "fitted": "Figures that calibration fitted",
}


@dataclass(frozen=True)
class Verdict:
    """One figure that was held back, and what the calibrated model says of it."""

    target: HeldBack
    low: float
    middle: float
    high: float

    @property
    def word(self) -> str:
        """Inside, near (only the figure's own range meets the interval), or outside."""
        if self.low <= self.target.value <= self.high:
            return "inside"
        meets = self.target.low <= self.high and self.low <= self.target.high
        return "near" if meets else "outside"


def validate(arguments: argparse.Namespace) -> int:
    """Run the plausible sets, and say how they fare."""
    from experiments.pool import cores
    from experiments.progress import progress
    from sim.store import check_folder

    subject = subject_of(arguments.place, arguments.targets)
    if arguments.out is not None:
        check_folder(arguments.out)
    ensemble = ensemble_of(subject)
    for note in since_changed(subject.place, spec_of(subject.at)):
        warn(f"Note: {note}")
    workers, n, seed = arguments.workers or cores(), arguments.sets, arguments.seed
    warn(f"Beside the sets of {FOLDER / subject.place}.csv, which calibrate --ship replaces")
    with progress(f"Running {subject.title}", 2 * n) as advance:
        before, after = run_both(subject, ensemble, n, seed, workers, advance)
    verdicts = judged(subject.held_back, after)
    text = "\n".join(table(subject.title, verdicts, n))
    say(text)
    lives = "\n".join(ranks_of_lives(subject.place)) if arguments.lives else ""
    if lives:
        say(lives)
    if arguments.out is not None:
        write(subject, text + "\n" + lives, verdicts, before, after, arguments)
        warn(f"Results are in {arguments.out}")
    return DONE


def ensemble_of(subject: Subject) -> Ensemble:
    """Its plausible sets, if they can be used. Raises BadRequest."""
    if subject.place not in ensembles():
        raise BadRequest(
            f"{subject.title} has not been calibrated: upstream calibrate, with --ship at the end"
        )
    return usable(subject, load_ensemble(subject.place))


def usable(subject: Subject, ensemble: Ensemble) -> Ensemble:
    """The ensemble, if it was fitted to today's figures and to none that is held back.

    Raises BadRequest.
    """
    if {target.id for target in subject.held_back} & {*ensemble.about["fitted"]}:
        raise BadRequest(f"The ensemble of {subject.title} was fitted to what is held back")
    if ensemble.about["targets_hash"] != fingerprint(subject.fitted):
        raise BadRequest(
            f"The ensemble of {subject.title} was fitted to other figures than stand in the files "
            "now; name the same files, or make it again: upstream calibrate, with --ship at the end"
        )
    return ensemble


def run_both(
    subject: Subject,
    ensemble: Ensemble,
    n: int,
    seed: int,
    workers: int,
    on_done: Callable[[], None],
) -> tuple[Sequence[Measures], Sequence[Measures]]:
    """Runs at numbers from before calibration and at plausible sets, ``n`` of each."""
    prior = prior_of_place(subject.at)
    if prior.names != ensemble.names:
        raise BadRequest(
            "The uncertain numbers have changed since the ensemble was made; make it again: "
            "upstream calibrate, with --ship at the end"
        )
    model = model_of(
        subject.at, prior, seed, content=subject.content, workers=workers, on_done=on_done
    )
    sets = prior.cube(ensemble.numbers[ensemble.choose(n, seed)])
    spread = sobol(n, len(prior.names), seed)
    found = model(np.clip(np.vstack([spread, sets]), 0.0, 1.0), FIRST_LUCK)
    return found[:n], found[n:]


def judged(targets: Sequence[HeldBack], runs: Sequence[Measures]) -> list[Verdict]:
    """A verdict on each figure held back."""
    return [Verdict(target, *_quantiles(target, runs, INTERVAL)) for target in targets]


def table(title: str, verdicts: Sequence[Verdict], sets: int) -> Iterator[str]:
    """The table, with what its words mean."""
    yield f"{title}: figures held back from calibration, beside {sets} plausible sets"
    yield ""
    yield f"{'':5}{'':50}{'figure':>9}{'its range':>17}{'model, 95%':>17}  verdict"
    for v in verdicts:
        t = v.target
        first, *rest = textwrap.wrap(t.definition, 48)
        cells = f"{short(t.value):>9}{span(t.low, t.high):>17}{span(v.low, v.high):>17}"
        yield f"{t.id:5}{first:50}{cells}  {v.word}"
        yield from (f"{'':5}{line}" for line in rest)
    yield ""
    inside = sum(v.word == "inside" for v in verdicts)
    yield f"Inside: {inside} of {len(verdicts)}."
    yield from textwrap.wrap(
        "The model's interval holds what is not known of its numbers and the chance of a run. "
        "Inside: the figure lies in it. Near: only the figure's own range meets it. None of these "
        "figures was used to calibrate.",
        WIDTH,
    )
    if sets < FEWEST:
        yield from textwrap.wrap(
            f"Rough: of {sets} runs the ends lie near the lowest and highest, between which the "
            f"next would fall {sets - 1} times in {sets + 1}, not 95 in 100. So the intervals are "
            "too narrow, and figures may be near or outside that are inside. Better: 64, as set.",
            WIDTH,
        )


def ranks_of_lives(place: str) -> Iterator[str]:
    """The documents' cases of this place: their nearest simulated lives, and the rank of these."""
    from experiments import nearest
    from scenarios.cases import load_case

    for name in nearest.CASES:
        case = load_case(name)
        if case.place == place:
            yield ""
            at = place, nearest.years_of(case)
            yield from nearest.report(case, nearest.scenario_of(*at), nearest.simulated(*at))


def write(
    subject: Subject,
    text: str,
    verdicts: Sequence[Verdict],
    before: Sequence[Measures],
    after: Sequence[Measures],
    arguments: argparse.Namespace,
) -> None:
    """Table, verdicts as JSON and pictures, in a results folder."""
    from experiments import drawing
    from experiments.document import to_bytes
    from experiments.predictive import predictive
    from sim import store

    out: Path = arguments.out
    about = {
        "version": version(),
        "place": subject.place,
        "sets": arguments.sets,
        "seed": arguments.seed,
    }
    with store.results_folder(out, about) as folder:
        (folder / "table.txt").write_text(text + "\n", encoding="utf-8")
        (folder / "validation.json").write_bytes(to_bytes(document(verdicts)))
        with drawing.styled():
            for name, targets in (
                ("held_back", subject.held_back),
                ("fitted", subject.fitted),
            ):
                rows = _rows(targets, before, after)
                heading = f"{subject.title}. {TITLES[name]}"
                drawing.save(predictive(rows, heading, "95 in 100 runs"), folder / name)


def document(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The verdicts as plain data."""
    return {
        v.target.id: {
            "measure": v.target.measure,
            "figure": {"value": v.target.value, "low": v.target.low, "high": v.target.high},
            "model": {"middle": v.middle, "low": v.low, "high": v.high},
            "verdict": v.word,
        }
        for v in verdicts
    }


def _rows(
    targets: Sequence[Target], before: Sequence[Measures], after: Sequence[Measures]
) -> list[Row]:
    from experiments.predictive import Row

    return [
        Row(t, _quantiles(t, before, INTERVAL), _quantiles(t, after, INTERVAL)) for t in targets
    ]


def _quantiles(target: Target, runs: Sequence[Measures], at: Sequence[float]) -> tuple[float, ...]:
    """Quantiles over the runs in which a figure is defined."""
    values = np.array([value_of(target, run) for run in runs])
    known = values[~np.isnan(values)]
    return tuple(map(float, quantiles(known, np.full(len(known), 1.0), at)))


def span(low: float, high: float) -> str:
    """A range in few digits."""
    return f"{short(low)} to {short(high)}"


def short(value: float) -> str:
    """A number in few digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
