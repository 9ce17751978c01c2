"""What a report says, before it is HTML or PDF: plain words, pictures, tables, and where from."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from experiments.compare import Findings, differences, levels
from experiments.report.answers import NO_BREAK, Group, answer_groups
from experiments.report.asked import asked, asked_of
from experiments.report.in_short import asked_in_short, in_short
from experiments.report.repeat import to_paste
from experiments.rows import WHAT_IS_COUNTED, Row, sections
from experiments.stats import CHANCE_ONLY, Interval
from experiments.table import signs, telling
from experiments.wording import difference_text, level_text, place_words, range_text, rough

OF_WAITS: Final = (
    "Weeks of waiting are the model's own. At the drug and alcohol service they are longer than "
    "official waits, which are measured only of those who start; believe the change more than the "
    "level."
)
LIMITS: Final = (
    "The people are simulated. Nothing here says anything about a real person, and nothing may be "
    "used to find or to score one.",
    "Most numbers of the mechanisms are judgement; their files say which are measured, estimated "
    "and assumed.",
    OF_WAITS,
    "Money is at one year's prices. What is saved is cash only as far as “saves in cash” says: "
    "most of the rest is staff who are there anyway.",
)
WIDEST: Final = 3
"""Scenarios in one table: more do not fit a printed page."""
TEXT: Final = 10.5
"""The size of letters on paper, in points."""


@dataclass(frozen=True)
class Picture:
    """A picture, and what it shows for those who cannot see it."""

    title: str
    png: bytes
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of texts; the first cell of each is its name."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A heading, and what stands under it."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    """Points under smaller headings."""
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    """Names and texts, shown as they are."""

    @property
    def empty(self) -> bool:
        """Whether nothing stands under the heading."""
        held = (self.paragraphs, self.points, self.groups, self.pictures, self.tables, self.files)
        return not any(held)


@dataclass(frozen=True)
class Report:
    """The whole report."""

    title: str
    about: str
    parts: tuple[Part, ...] = field(default=())
    size: float = TEXT
    """Of a PDF's letters, in points."""
    pages: int = 0
    """At most so many, if letters a little smaller can do it; 0: as many as it takes."""


def report_of(
    found: Findings,
    manifest: Mapping[str, Any],
    texts: Mapping[str, str],
    extra: Sequence[Part] = (),
    repeat: Sequence[str] = (),
) -> Report:
    """The report of a comparison. ``texts`` are scenario files by name; ``extra`` comes first;
    ``repeat`` says how to have the numbers again, where the command that made them does not."""
    parts = (
        *extra,
        *parts_in_short(found),
        Part("What was asked", tuple(asked(found)), groups=tuple(asked_of(found, manifest))),
        Part("The answer", tuple(_before_the_answer(found)), groups=tuple(answer_groups(found))),
        Part("Pictures", pictures=tuple(pictures(found))),
        Part("Tables", (WHAT_IS_COUNTED,), tables=tuple(tables(found))),
        Part("What was assumed", tuple(_assumed(found, manifest))),
        Part("Limits", points=tuple(_limits(found))),
        Part(
            "How to repeat it", tuple(_repeat(found, manifest, repeat)), files=tuple(texts.items())
        ),
    )
    return Report(*heading(found, manifest), parts)


def heading(found: Findings, manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The report's title, and the place, years and runs that it is about."""
    n = len(found.replicates)
    about = (
        f"{found.place_title}, {found.years} years from {found.start.day} {found.start:%B %Y}. "
        f"{n} replicate{'' if n == 1 else 's'}, seed {found.seed}. Upstream {manifest['version']}."
    )
    what = "what would change" if found.others else found.labels[found.base]
    return f"{found.place_title}: {what}", about


def parts_in_short(found: Findings, of_which: str = "") -> Iterator[Part]:
    """What a reader came for, in a few sentences; nothing where nothing is compared."""
    if groups := tuple(in_short(found, of_which)):
        yield Part("In short", (asked_in_short(found),), groups=groups)


def pictures(found: Findings) -> Iterator[Picture]:
    """The pictures of the comparison, drawn so that they read in grey."""
    from experiments import drawing, figures

    makers = {
        "People with multiple unmet needs": figures.people_over_time,
        "Demand": figures.demand,
        "Who pays and who saves": figures.money_by_payer,
        "Doing nothing, year by year": figures.fan,
    }
    for title, maker in makers.items():
        if not found.others and maker is not figures.fan:
            continue
        with drawing.styled():
            figure = maker(found)
            if figure is None:
                continue
            png = io.BytesIO()
            figure.savefig(png, format="png", dpi=110, metadata={"Software": None})
        yield Picture(title, png.getvalue(), f"{title}. The numbers stand in the tables.")


def tables(found: Findings) -> Iterator[Table]:
    """The comparison's table, section by section, a few scenarios at a time."""
    base = levels(found, found.base)
    against = {name: differences(found, name) for name in found.others}
    every = telling(base, *against.values())
    groups = [found.others[i : i + WIDEST] for i in range(0, len(found.others), WIDEST)] or [()]
    for some in groups:
        heads = ("", found.labels[found.base], *(found.labels[name] for name in some))
        for section in sections(every, found.agencies):
            rows = tuple(
                (
                    row.label.strip(),
                    _cell(base.get(row.measure), row, signed=False),
                    *(_cell(against[name].get(row.measure), row) for name in some),
                )
                for row in section.rows
            )
            yield Table(section.title, heads, rows)


def _cell(found: Interval | None, row: Row, signed: bool = True) -> str:
    """A figure, and on a second line its range over plausible sets of numbers."""
    if found is None:
        return ""
    figure = difference_text(found, row.kind) if signed else level_text(found, row.kind)
    return f"{figure}\n{range_text(found, row.kind, signed)}".strip().replace(" ", NO_BREAK)


def intervals(found: Findings) -> str:
    """What the intervals hold."""
    if found.sets:
        return (
            f"Intervals hold chance (95%, the same place with other luck) and ignorance (the range "
            f"over {len(found.sets)} plausible sets of the model's own numbers)."
        )
    return (
        f"Intervals are of 95%, {CHANCE_ONLY}. So take signs and sizes relative to each other, not "
        "pounds to the last digit."
    )


def _limits(found: Findings) -> Iterator[str]:
    """What the figures do not say; brackets and dashes in the words of the table."""
    yield from how_sure(found)
    if found.others:
        yield " ".join(signs(found)) + " A dash does not mean that nothing happens."
    yield from LIMITS


def how_sure(found: Findings) -> Iterator[str]:
    """What the intervals hold, whose the plausible sets are, and whether runs were few."""
    yield intervals(found)
    yield from _whose_sets(found)
    if warning := rough(len(found.replicates), len(found.sets)):
        yield warning


def _before_the_answer(found: Findings) -> Iterator[str]:
    """How to read it, how rough it is, and what must be known before it is believed."""
    yield _how_to_read(found)
    yield from _whose_sets(found)
    if warning := rough(len(found.replicates), len(found.sets)):
        yield warning
    yield from found.notes


def _whose_sets(found: Findings) -> Iterator[str]:
    """That the plausible sets are another place's, where they are."""
    if found.sets and found.ensemble != found.place:
        yield (
            f"{found.place_title} has not been calibrated: the plausible sets of numbers are those "
            f"that fit the figures of {place_words(found.ensemble)}, whose deprivation is nearest "
            "of the calibrated places."
        )


def _how_to_read(found: Findings) -> str:
    if len(found.replicates) < 2:
        return "One replicate only, so there are no intervals, and chance may explain all of it."
    gains = "In the tables' rows “saves in cash” and “net benefit”, + is a gain and - a loss."
    return (
        f"Every scenario lives the same people through the same luck, {len(found.replicates)} "
        f"times; each figure is the mean difference from “{found.labels[found.base]}”, in an "
        "average year (of all years, those before a change begins among them), with ± for its 95% "
        "interval of chance"
        + (
            f", and after it, or below it, the range over {len(found.sets)} plausible sets of the "
            "model's own numbers. “Within chance”: they differ no more than luck makes them. "
            "“Perhaps” is beyond chance, but chance and such numbers together reach zero. Figures "
            "are those of the register's own numbers, which are not among the sets, so one may "
            "stand outside its range."
            if found.sets
            else " (chance only)."
        )
        + (
            f" Shares differ in percentage points: from 12% to 13% is +1%. {gains}"
            if found.others
            else ""
        )
    )


def _assumed(found: Findings, manifest: Mapping[str, Any]) -> Iterator[str]:
    counts = manifest.get("numbers")
    if counts:
        told = ", ".join(f"{n} {status}" for status, n in counts.items())
        yield f"Numbers of this place that are known only within a range: {told}."
    yield (
        "Every number stands in a file with its unit, its source and its status: measured (a "
        "published figure), estimated (worked out from such), or assumed (judgement). Every file "
        "that was read is named in manifest.json beside the results, with its SHA-256, by which it "
        "can be told whether it is still the same."
    )
    if not found.complete:
        yield "The run was stopped before its end: fewer replicates than were asked for."


def _repeat(found: Findings, manifest: Mapping[str, Any], repeat: Sequence[str]) -> Iterator[str]:
    command = [str(word) for word in manifest.get("command", [])]
    yield from repeat
    if command and not repeat:
        yield f"It was made by this line, in the folder of the project: {to_paste(command[1:])}"
    yield (
        f"With the same version ({manifest['version']}), files and seed ({found.seed}) the numbers "
        "come out the same to the byte, on any number of workers. The scenario files follow."
    )
