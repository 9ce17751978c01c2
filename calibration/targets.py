"""Targets: what documents and official figures say a place is like, in the model's own measures.

Each figure is either ``fitted`` (calibration may use it) or ``held_back`` (validation may). The two
are types of their own, so that neither can be taken for the other; the split stands in the file and
was written down before the first calibration. A figure without a range of its own counts as known
within a factor of 1.5. Nothing in here is used to run the model.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from scenarios.files import label_of
from scenarios.problems import InputError, Problem, did_you_mean, shown

ORDER_OF_MAGNITUDE = 1.5
"""How far off a figure may be, as a factor, where its source gives no range."""
SDS_ACROSS: Final = 2 * 1.96
"""A range is read as 95%: so many standard deviations from its low end to its high end."""
FITTED, HELD_BACK = "fitted", "held_back"

COLUMNS: Final = ("id", "measure", "value", "low", "high", "use", "source", "definition")

_FOLDER = Path(__file__).with_name("targets")


class BadTargets(InputError):
    """Files of targets that cannot be used. Carries every problem of every file."""

    most_shown = 10


@dataclass(frozen=True)
class Target:
    """One figure to hold the model against: ``low <= value <= high``, a 95% range."""

    id: str
    measure: str
    """A measure of the model, or one divided by another: ``opened.housing / open.housing``."""
    value: float
    low: float
    high: float
    source: str
    definition: str

    def is_met_by(self, value: float) -> bool:
        """Whether a model value lies within the range."""
        return self.low <= value <= self.high

    def scaled(self, value: float) -> float:
        """A value on the scale on which errors are alike: log odds of a share, else logarithm.

        What is zero (or a whole) is taken for a hundredth of the figure (of what is left of one).
        """
        if not self._is_share:
            return math.log(max(value, self.value / 100.0))
        inside = min(max(value, self.value / 100.0), 1.0 - (1.0 - self.value) / 100.0)
        return math.log(inside / (1.0 - inside))

    def unscaled(self, scaled: float) -> float:
        """Back from the scale of `scaled`."""
        return 1.0 / (1.0 + math.exp(-scaled)) if self._is_share else math.exp(scaled)

    @property
    def sd(self) -> float:
        """How uncertain the figure is, as a standard deviation on that scale."""
        return (self.scaled(self.high) - self.scaled(self.low)) / SDS_ACROSS

    @property
    def _is_share(self) -> bool:
        return "share" in self.measure and self.high < 1.0


class Fitted(Target):
    """A figure that calibration uses; it validates nothing."""


class HeldBack(Target):
    """A figure that calibration never sees."""


KINDS: Final[Mapping[str, type[Fitted | HeldBack]]] = {FITTED: Fitted, HELD_BACK: HeldBack}
Kind = TypeVar("Kind", Fitted, HeldBack)


def places_with_targets() -> tuple[str, ...]:
    """Places that have a file of targets."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.csv")))


def load_targets(place: str) -> tuple[Target, ...]:
    """All targets of a place, in the order of its file. Raises BadTargets."""
    return read_targets(_FOLDER / f"{place}.csv")


def load_fitted(place: str) -> tuple[Fitted, ...]:
    """What a place is calibrated to."""
    return _only(Fitted, load_targets(place))


def load_held_back(place: str) -> tuple[HeldBack, ...]:
    """What a calibrated place is validated against."""
    return _only(HeldBack, load_targets(place))


class Row(NamedTuple):
    """A row of a file of targets: where it begins, what it is about, the target if it is right."""

    line: int
    id: str
    measure: str
    target: Target | None


def read_targets(path: Path) -> tuple[Target, ...]:
    """The targets of a file. Raises BadTargets with all its problems."""
    rows, problems = look_at(path)
    if problems:
        raise BadTargets(problems)
    return tuple(row.target for row in rows if row.target)


def look_at(path: Path) -> tuple[list[Row], list[Problem]]:
    """The rows of a file of targets and all that is wrong in it.

    No figure may be both fitted and held back, so none may stand there twice.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        for line, cells in _cells(path):
            target, wrong = _target(cells)
            rows.append(Row(line, cells["id"], cells["measure"], target))
            problems += [target_problem(path, line, f"{cells['id']}: {rule}") for rule in wrong]
    except BadTargets as error:
        problems += error.problems
    return rows, [*problems, *_twice(rows, path)]


def target_problem(path: Path, line: int | None, rule: str, suggestion: str = "") -> Problem:
    """Something wrong on one line of a file of targets."""
    return Problem(label_of(path), line, "", "", rule, suggestion)


def _cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by column, with its line. Raises BadTargets where the rest cannot be read.

    Lines above the heading that begin with ``#`` are remarks.
    """
    raw = path.read_bytes()
    try:
        remarks, text = _without_remarks(raw.decode("utf-8-sig"))
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
        _check_columns(reader.fieldnames or (), path)
        for row in reader:
            cells = {name: row[name] for name in COLUMNS}
            if any(cells.values()):
                line = remarks + reader.line_num - "".join(cells.values()).count("\n")
                yield line, cells
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        rule = "is not a text file in UTF-8"
        raise BadTargets([target_problem(path, line, rule, "save it as CSV UTF-8")]) from error
    except csv.Error as error:
        rule = f"cannot be read as targets: {error}"
        line = remarks + reader.line_num
        raise BadTargets([target_problem(path, line, rule)]) from error


def _without_remarks(text: str) -> tuple[int, str]:
    """How many lines of remarks a file begins with, and what comes after them."""
    lines = text.split("\n")
    remarks = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return remarks, "\n".join(lines[remarks:])


def _check_columns(names: Sequence[str], path: Path) -> None:
    missing = [name for name in COLUMNS if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing:
        raise BadTargets([
            target_problem(path, 1, f"there is no column '{name}'", did_you_mean(name, unknown))
            for name in missing
        ])  # fmt: skip


def _twice(rows: Sequence[Row], path: Path) -> Iterator[Problem]:
    """Says where a name or a measure stands a second time."""
    seen: dict[str, int] = {}
    for row in rows:
        for name in dict.fromkeys((row.id, row.measure)):
            if name in seen:
                rule = f"{name} stands there twice, first on line {seen[name]}"
                yield target_problem(path, row.line, rule)
            seen.setdefault(name, row.line)


def fingerprint(targets: tuple[Fitted, ...]) -> str:
    """A hash of the figures fitted to: an ensemble made from others is out of date."""
    said = [(t.id, t.measure, t.value, t.low, t.high) for t in targets]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def value_of(target: Target, measures: Mapping[str, float]) -> float:
    """What a run's measures say of a target; NaN where the run cannot tell."""
    top, _, bottom = target.measure.partition(" / ")
    value = measures.get(top, math.nan)
    if not bottom:
        return value
    below = measures.get(bottom, math.nan)
    return value / below if below else math.nan


def _only(kind: type[Kind], targets: tuple[Target, ...]) -> tuple[Kind, ...]:
    def these() -> Iterator[Kind]:
        for target in targets:
            if isinstance(target, kind):
                yield target

    return tuple(these())


def _target(cells: Mapping[str, str]) -> tuple[Target | None, list[str]]:
    """What a row says, or everything that is wrong in it."""
    wrong: list[str] = []
    value, low, high = _figures(cells, wrong)
    if cells["use"] not in KINDS:
        wrong.append(f"use is {shown(cells['use'])}, not {' or '.join(KINDS)}")
    if wrong:
        return None, wrong
    target = KINDS[cells["use"]](
        id=cells["id"],
        measure=cells["measure"],
        value=value,
        low=low,
        high=high,
        source=cells["source"],
        definition=cells["definition"],
    )
    return target, []


def _figures(cells: Mapping[str, str], wrong: list[str]) -> tuple[float, float, float]:
    """The figure and its range, where it has one of its own; ``wrong`` is added to."""
    before = len(wrong)
    value = _number(cells, "value", None, wrong)
    low = _number(cells, "low", value / ORDER_OF_MAGNITUDE, wrong)
    high = _number(cells, "high", value * ORDER_OF_MAGNITUDE, wrong)
    if len(wrong) == before and not (0.0 <= low <= value <= high < math.inf and value > 0.0):
        wrong.append("value must be above 0, and from low to high")
    return value, low, high


def _number(
    cells: Mapping[str, str], name: str, otherwise: float | None, wrong: list[str]
) -> float:
    try:
        empty = not cells[name].strip()
        return otherwise if empty and otherwise is not None else float(cells[name])
    except ValueError:
        wrong.append(f"{name} is {shown(cells[name])}, not a number like 1470 or 0.5")
        return math.nan
