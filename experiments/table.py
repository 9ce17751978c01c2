"""The table a commissioner can read: plain text, at most 114 columns.

The base's level stands first with its interval, then one column a scenario with the paired
difference. With more scenarios than fit, the table is printed again for the next few.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence

from experiments.compare import Findings, differences, levels, yearly_means
from experiments.in_force import in_force_lines
from experiments.rows import WHAT_IS_COUNTED, Row, Section, sections
from experiments.stats import CHANCE, CHANCE_ONLY, FEW_SETS, Interval
from experiments.wording import (
    NO_DIFFERENCE,
    difference_text,
    in_columns,
    level_text,
    place_words,
    range_text,
    rough,
)

WIDTH = 114
LABEL = 34
CELL = 16
PER_BLOCK = 4
NAN = float("nan")

PLAUSIBLE = "    plausible numbers"
Cell = tuple[str, str]
"""What stands in a row, and below it where plausible sets were run."""
Column = Callable[[Row], Cell]


def table_text(findings: Findings) -> str:
    """The whole table, with a heading and a legend."""
    if findings.others:
        return _compared(findings)
    return _alone(findings)


def _compared(findings: Findings) -> str:
    base = levels(findings, findings.base)
    against = {name: differences(findings, name) for name in findings.others}
    content = sections(telling(base, *against.values()), findings.agencies)
    parts = [_heading(findings), _legend(findings)]
    for some in _blocks(findings.others):
        titles = [findings.labels[name] for name in (findings.base, *some)]
        columns = [_level_column(base), *(_difference_column(against[name]) for name in some)]
        parts.append(_block(titles, columns, content))
    return "\n\n".join([*parts, textwrap.fill(WHAT_IS_COUNTED, WIDTH)]) + "\n"


def _alone(findings: Findings) -> str:
    """One scenario: the average over the horizon, the first year and the last."""
    level = levels(findings, findings.base)
    years = yearly_means(findings, findings.base)
    titles = ["A year, on average", "First year", f"Year {findings.years}"]
    columns = [
        _level_column(level),
        _level_column({m: Interval(v[0], NAN, NAN) for m, v in years.items()}),
        _level_column({m: Interval(v[-1], NAN, NAN) for m, v in years.items()}),
    ]
    content = sections(telling(level), findings.agencies)
    parts = [_heading(findings), _legend(findings), _block(titles, columns, content)]
    return "\n\n".join([*parts, textwrap.fill(WHAT_IS_COUNTED, WIDTH)]) + "\n"


def telling(*columns: Mapping[str, Interval]) -> dict[str, None]:
    """The measures of all columns, without the contacts of doors that nobody turns to."""
    measures = dict.fromkeys(measure for column in columns for measure in column)
    silent = [
        measure
        for measure in measures
        if measure.startswith("contacts.")
        and all(column[measure].mean == 0 for column in columns if measure in column)
    ]
    return {measure: None for measure in measures if measure not in silent}


def _heading(findings: Findings) -> str:
    n = len(findings.replicates)
    title = f"{findings.place_title}, {_plural(findings.years, 'year')} from {findings.start}"
    what = f"{title}: {findings.labels[findings.base]}" if not findings.others else title
    unfinished = "" if findings.complete else " (stopped before the end)"
    return f"{what}\n{_plural(n, 'replicate')}{unfinished}, seed {findings.seed}"


def _legend(findings: Findings) -> str:
    """What the cells mean, before anyone reads them."""
    lines = ["Figures are averages over the years of the run; money is at one year's prices."]
    lines += in_force_lines(findings.in_force, findings.labels)
    if len(findings.replicates) < 2:
        lines.append("No intervals: an interval needs two or more replicates (--replicates).")
    else:
        lines.append(f"± is a 95% interval: {CHANCE if findings.sets else CHANCE_ONLY}.")
    if findings.sets:
        lines.append(_about_sets(findings))
    if warning := rough(len(findings.replicates), len(findings.sets)):
        lines.append(warning)
    if findings.others:
        base = findings.labels[findings.base]
        lines.append(
            f"Other columns are differences from “{base}” (shares in percentage points), paired "
            "replicate by replicate: + more, - less. In the rows “saves” and “net benefit”, + is "
            "money saved."
        )
        lines += list(signs(findings))
    lines += [line for note in findings.notes for line in note.split("\n")]
    return "\n".join(_fill(line) for line in lines)


def _fill(line: str) -> str:
    """Wrapped, further lines set in by two."""
    deeper = line[: len(line) - len(line.lstrip())] + "  "
    return textwrap.fill(line, WIDTH, subsequent_indent=deeper, break_on_hyphens=False)


def signs(findings: Findings) -> Iterator[str]:
    """What brackets, dashes and noughts mean."""
    if findings.sets:
        yield (
            "In brackets: beyond chance, but chance and other plausible numbers together reach "
            "zero, even where the range below just does not."
        )
    several = len(findings.replicates) > 1
    dash = f"{NO_DIFFERENCE} no detectable difference: chance alone moves it as far as the ±. "
    bare = " Without ±: the same difference in every replicate." if several else ""
    yield (dash if several else "") + "0 exactly the same." + bare
    if several and findings.sets:
        yield (
            "A dash above a range that is all on one side of zero: not beyond chance at the "
            "model's own numbers, but other plausible numbers all point that way."
        )


def _about_sets(findings: Findings) -> str:
    """What the second line of each row says."""
    n = len(findings.sets)
    whose = place_words(findings.ensemble)
    which = (
        f"the lowest and highest of {n} such sets"
        if n < FEW_SETS
        else f"nine in ten of {n} such sets"
    )
    if n == 1:
        which = "here of a single such set"
    return (
        "“Plausible numbers”: how far the answer would move if the model's own numbers were others "
        f"that fit {whose}'s figures as well; {which}, chance taken out. "
        "“Within chance”: they differ no more than luck makes them."
    )


def _block(titles: Sequence[str], columns: Sequence[Column], content: Sequence[Section]) -> str:
    lines = _titles(titles)
    for section in content:
        lines += ["", section.title, "-" * len(section.title)]
        for row in section.rows:
            cells = [column(row) for column in columns]
            lines.append(_line(row.label, [text for text, _ in cells]))
            if any(below for _, below in cells):
                lines.append(_line(PLAUSIBLE, [below for _, below in cells]))
    return "\n".join(lines)


def _titles(titles: Sequence[str]) -> list[str]:
    """Column titles, wrapped to the width of a cell and standing on one ground line."""
    wrapped = [textwrap.wrap(title, CELL - 1, max_lines=6, placeholder="…") for title in titles]
    height = max(len(lines) for lines in wrapped)
    stood = [[""] * (height - len(lines)) + lines for lines in wrapped]
    rule = "=" * (LABEL + len(titles) * CELL)
    return [*(_line("", [lines[i] for lines in stood]) for i in range(height)), rule]


def _line(label: str, cells: Sequence[str]) -> str:
    return (f"{label:<{LABEL}}" + in_columns(cells, CELL)).rstrip()


def _level_column(values: dict[str, Interval]) -> Column:
    def cell(row: Row) -> Cell:
        if row.measure not in values:
            return "", ""
        value = values[row.measure]
        return level_text(value, row.kind), range_text(value, row.kind, signed=False)

    return cell


def _difference_column(values: dict[str, Interval]) -> Column:
    def cell(row: Row) -> Cell:
        if row.measure not in values:
            return "", ""
        value = values[row.measure]
        return difference_text(value, row.kind), range_text(value, row.kind, signed=True)

    return cell


def _blocks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[i : i + PER_BLOCK] for i in range(0, len(names), PER_BLOCK)]


def _plural(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
