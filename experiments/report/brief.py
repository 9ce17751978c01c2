"""A report of two pages: what is read in one sitting, in the words of the whole report.

In short; what else changes most; what each scenario does; who pays; how sure one can be; two
pictures. Each further scenario takes a page more at most. Tables, files and every agency's demand
stand only in the whole report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from experiments.compare import Findings
from experiments.drift import in_short as not_level_in_short
from experiments.empty_places import STAND_EMPTY, of_each
from experiments.report.answers import answer_groups, changes_most, who_pays
from experiments.report.asked import asked_of
from experiments.report.content import (
    LIMITS,
    OF_WAITS,
    Part,
    Report,
    heading,
    how_sure,
    parts_in_short,
    pictures,
)
from experiments.what_is_short import BUYS_EMPTY, what_they_rest_on

PICTURES: Final = ("People with multiple unmet needs", "Who pays and who saves")
SMALLER: Final = 9.2
"""Of a PDF's letters, in points: two pages hold what a place that was not calibrated needs."""
BESIDES: Final = 3
"""Effects that are told beside those in short, of each scenario."""
OF_THE_WHOLE: Final = " in the whole report"
PERHAPS: Final = (
    "“Perhaps” is beyond chance, but chance and other plausible numbers together "
    "reach zero. Figures are those of the register's own numbers, which are not among the sets."
)
THE_WHOLE: Final = (
    "Tables, every agency's demand, the scenario files and how to have the numbers again stand in "
    "the whole report (upstream report, without --brief)."
)


def brief_of(found: Findings, manifest: Mapping[str, Any], extra: Sequence[Part] = ()) -> Report:
    """The brief of a comparison, or of one scenario; ``extra`` comes first."""
    alone = () if found.others else tuple(answer_groups(found))
    told = [p for p in pictures(found) if p.title in PICTURES or alone]
    parts = (
        *extra,
        *parts_in_short(found, OF_THE_WHOLE),
        Part("The answer", groups=alone),
        Part("What else changes most", groups=tuple(changes_most(found, BESIDES))),
        Part("What was asked", groups=tuple(asked_of(found, manifest))),
        Part("Who pays", groups=tuple(who_pays(found))),
        Part("How sure is this?", points=tuple(_how_sure(found))),
        Part("Pictures", pictures=tuple(told)),
    )
    return Report(*heading(found, manifest), parts, SMALLER, 1 + max(1, len(found.others)))


def _how_sure(found: Findings) -> Iterator[str]:
    yield from how_sure(found)
    if found.sets:
        yield PERHAPS
    yield from of_each(found.notes, found.agencies)
    in_short = (note.startswith(STAND_EMPTY) or BUYS_EMPTY in note for note in found.notes)
    for note, told in zip(found.notes, in_short, strict=True):
        if not told:
            yield not_level_in_short(what_they_rest_on(note))
    yield from (limit for limit in LIMITS if limit != OF_WAITS)  # no waits are told here
    yield THE_WHOLE
