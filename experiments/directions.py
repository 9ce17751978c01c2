"""Do the main differences point where the documents would expect? (``make directions``)

Doing nothing for 20 years, and the cut, the two interventions and all three together for 10 years.
Where the model finds something else than the documents, a note says what is known of why.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from experiments.compare import Floats, Replicates, run_scenarios
from experiments.expectations import GROWTH, QUESTIONS, Expectation, Expected, Question
from experiments.patterns import DO_NOTHING
from experiments.pool import cores
from experiments.progress import progress
from experiments.stats import CHANCE_ONLY, Interval, mean_interval
from experiments.wording import Kind, difference_text, level_text
from scenarios.load import load_scenario
from scenarios.resolved import Scenario
from sim.run import run_replicate

LONG_YEARS = 20
LATER = 10
"""From which year on growth is given once more, for that of the model's settling is over then."""
YEARS = 10
REPLICATES = 6
SEED = 1
WIDTH = 110
LONG: Final = "do_nothing_long"
_SCENARIOS = Path(__file__).parents[1] / "scenarios"
_NAN = float("nan")


def load_all(place: str, years: int, long_years: int) -> list[Scenario]:
    """Every scenario in the questions, and doing nothing for long."""
    names = dict.fromkeys(name for question in QUESTIONS for name in question.weights)
    paths = {name: _SCENARIOS / place / f"{name}.toml" for name in names}
    scenarios = [replace(load_scenario(path), years=years) for path in paths.values()]
    nothing = load_scenario(paths[DO_NOTHING])
    return [*scenarios, replace(nothing, name=LONG, years=long_years)]


def main() -> int:
    """Print what is expected beside what is found; exit 0 whatever it shows: this is a report."""
    scenarios = load_all("portsmouth", YEARS, LONG_YEARS)
    with progress("Directions", REPLICATES) as on_done:
        findings, stopped_by = run_scenarios(
            run_replicate, scenarios, DO_NOTHING, SEED, REPLICATES, cores(), on_done
        )
    if stopped_by is not None:
        raise stopped_by
    heading = (
        f"{findings.place_title}, {REPLICATES} replicates. ± is a 95% interval: {CHANCE_ONLY}. "
        "A difference whose interval includes zero is not detected."
    )
    print(textwrap.fill(heading, WIDTH))
    print("\n".join(_growth(findings.scenarios[LONG])))
    for question in QUESTIONS:
        print("\n".join(_asked(findings.scenarios, question)))
    return 0


def found_text(change: Interval, expected: Expected) -> str:
    """What was found, in the words of what was expected."""
    if not change.detectable:
        return "not detected"
    found = "more" if change.mean > 0 else "less"
    if expected == "unsaid":
        return found
    return "as expected" if found == expected else "THE OPPOSITE"


def difference(found: Mapping[str, Replicates], question: Question, e: Expectation) -> Floats:
    """The scenarios' figures added up with their weights, replicate by replicate."""
    parts = [w * _total(found[name].overall, e) for name, w in question.weights.items()]
    return np.asarray(np.sum(parts, axis=0))


def growth(runs: Replicates, e: Expectation, since_year: int) -> Floats:
    """The last year less year ``since_year`` (the first is 1), replicate by replicate."""
    years = _total(runs.per_year, e)
    return np.asarray(years[:, -1] - years[:, since_year - 1])


def _growth(runs: Replicates) -> Iterator[str]:
    title = f"Doing nothing for {LONG_YEARS} years: the last year less the first"
    yield from _header(title, "first year", f"since year {LATER}")
    for e in GROWTH:
        change = mean_interval(growth(runs, e, 1))
        later = difference_text(mean_interval(growth(runs, e, LATER)), e.kind)
        yield from _rows(e, _level(_total(runs.per_year, e)[:, 0], e.kind), change, later)


def _asked(found: Mapping[str, Replicates], question: Question) -> Iterator[str]:
    yield from _header(f"{question.title}: a year, over {YEARS} years", "doing nothing", "")
    for e in question.expectations:
        level = _level(_total(found[DO_NOTHING].overall, e), e.kind)
        yield from _rows(e, level, mean_interval(difference(found, question, e)), "")


def _header(title: str, level: str, extra: str) -> Iterator[str]:
    yield from ("", title)
    yield _row("", level, "difference", "expected", "found", extra)
    yield "-" * WIDTH


def _rows(e: Expectation, level: str, change: Interval, extra: str) -> Iterator[str]:
    found = found_text(change, e.expected)
    yield _row(e.words, level, difference_text(change, e.kind), e.expected, found, extra)
    for line in (e.source, *textwrap.wrap(e.note, WIDTH - 6)):
        if line:
            yield f"      {line}"


def _row(words: str, level: str, change: str, expected: str, found: str, extra: str) -> str:
    cells = f"{words:<42}{level:>13} {change:>16}  {expected:<9}{found:<14}{extra}"
    return cells.rstrip()


def _level(values: Floats, kind: Kind) -> str:
    return level_text(Interval(mean_interval(values).mean, _NAN, _NAN), kind)


def _total(values: Mapping[str, Floats], e: Expectation) -> Floats:
    return np.asarray(np.sum([values[measure] for measure in e.measures], axis=0))


if __name__ == "__main__":
    sys.exit(main())
