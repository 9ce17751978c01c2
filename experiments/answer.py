"""What every command that answers a question gives out: a text, JSON, pictures, a folder.

Before the work it is said how long it will take; after it, nothing but the answer goes to standard
output.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.stats import Interval
from scenarios.resolved import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.jobs import Where

QUIET_SECONDS_PER_RESIDENT_YEAR: Final = 7e-7
"""Measured with `make demo` on two quiet cores: 1,320 years of Portsmouth in a little under two
minutes. The start is counted apart. Cores that do other things as well take two or three times as
long."""
START_SECONDS = 15.0
"""Starting the processes and reading the compiled week."""


@dataclass(frozen=True)
class Answer:
    """What was found, in the forms in which it is given out."""

    text: str
    content: Mapping[str, Any]
    """For JSON; numbers that are not known are NaN here and null there."""
    pictures: Callable[[], Mapping[str, Figure]]
    scenarios: Sequence[Scenario]


def say_how_long(scenario: Scenario, years: float, where: Where) -> None:
    """Tell how long so many years of simulation, warm-ups included, will take."""
    from experiments.output import warn

    residents = sum(scenario.place.population.values())
    seconds = START_SECONDS + QUIET_SECONDS_PER_RESIDENT_YEAR * residents * years / where.workers
    if where.cluster is not None:
        warn(f"{years:,.0f} years of {scenario.place.title} to simulate, on the cluster.")
        return
    warn(
        f"{years:,.0f} years of {scenario.place.title} to simulate: {in_words(seconds)} on quiet "
        "cores, longer on busy ones."
    )


def in_words(seconds: float) -> str:
    """How long, as one says it."""
    if seconds < 50:
        return "less than a minute"
    minutes = math.ceil(seconds / 60)
    if minutes < 90:
        return "about a minute" if minutes == 1 else f"about {minutes} minutes"
    return f"about {seconds / 3600:.1f} hours"


def give_answer(answer: Answer, arguments: argparse.Namespace) -> None:
    """Text or JSON first, then the folder: a full disk does not take the answer away."""
    from experiments.kept import finish
    from experiments.output import say, warn
    from sim.store import write_file

    content = to_json(answer.content)
    to_stdout = str(arguments.json) == "-"
    say(content.rstrip("\n") if to_stdout else answer.text.rstrip("\n"))
    if arguments.json is not None and not to_stdout:
        write_file(arguments.json, content.encode())
    if arguments.out is not None:
        _write_folder(answer, content, arguments.out)
        finish(arguments)
        warn(f"Results are in {arguments.out}")


def to_json(content: Mapping[str, Any]) -> str:
    """The same text for the same content; NaN, which is not JSON, becomes null."""
    return json.dumps(plain(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain(x: Any) -> Any:
    """Values that JSON knows."""
    if isinstance(x, Interval):
        return {"mean": plain(x.mean), "low": plain(x.low), "high": plain(x.high)}
    if isinstance(x, Mapping):
        return {str(key): plain(value) for key, value in x.items()}
    if isinstance(x, str) or x is None or isinstance(x, (bool, int)):
        return x
    if hasattr(x, "tolist"):
        return plain(x.tolist())
    if isinstance(x, Sequence):
        return [plain(item) for item in x]
    return float(x) if math.isfinite(x) else None


def _write_folder(answer: Answer, content: str, out: Path) -> None:
    from experiments import drawing
    from experiments.output import version
    from sim import store

    about = {
        "version": version(),
        "scenarios": {s.name: {"title": s.title, "files": s.files} for s in answer.scenarios},
        "command": sys.argv,
    }
    with store.results_folder(out, about) as folder:
        (folder / "results.json").write_text(content, encoding="utf-8")
        (folder / "table.txt").write_text(answer.text.rstrip("\n") + "\n", encoding="utf-8")
        with drawing.styled():
            for name, figure in answer.pictures().items():
                drawing.save(figure, folder / name)
