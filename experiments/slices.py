"""The whole view against the slices: what each agency sees of one person in one week, and what
those who put all slices together would see."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agents.arrays import Happening
from agents.compile_course import number
from experiments.journey import ENDED, NEEDS, Journey
from scenarios.names import NEED_KEYS

SOME = 0.2
DEALT_WITH_WEEKS = 52


def slices(journey: Journey, week: int) -> list[dict[str, str]]:
    """A row for each agency: what it deals with, what it can see, whether it would act on that,
    and whether it has had to do with the person in the year before."""
    diary, level = journey.diary, journey.diary.level[week, journey.row]
    known = {
        step.agency
        for step in journey.steps
        if week - DEALT_WITH_WEEKS < step.week <= week and step.kind != Happening.REFERRED
    }
    high = _high(journey)
    rows = []
    for d, (name, spec) in enumerate(journey.scenario.evidence.agencies.items()):
        if spec.kind != "gated":
            continue
        mine = [(NEEDS[k], level[j]) for j, k in enumerate(NEED_KEYS) if k in spec.slice]
        stands = diary.view[week, journey.row, d] >= diary.threshold[week, d]
        shut = diary.shut_by[week, journey.row, d]
        because = [NEEDS[k] for j, k in enumerate(NEED_KEYS) if shut >> j & 1]
        rows.append(
            {
                "agency": spec.title,
                "sees": ", ".join(f"{need} {_height(x, high)}" for need, x in mine),
                "would": "shut because of " + " and ".join(because)
                if because
                else "enough to act on" if stands else "below its threshold",
                "knows": "yes" if name in known else "no",
            }
        )  # fmt: skip
    return rows


def together(journey: Journey, week: int) -> str:
    """What the field group would see."""
    level = journey.diary.level[week, journey.row]
    high = _high(journey)
    found = [
        f"{NEEDS[k]} {_height(x, high)}" for k, x in zip(NEED_KEYS, level, strict=True) if x >= SOME
    ]
    return ", ".join(found) or "nothing that stands out"


def slices_text(journey: Journey, week: int | None = None) -> str:
    """The table and the whole, in words. Without a week: the one in which needs stood highest."""
    if week is None:
        week = int(np.argmax(journey.diary.level[:, journey.row].sum(axis=1)))
    return "\n".join(_lines(journey, week)) + "\n"


def _lines(journey: Journey, week: int) -> Iterator[str]:
    if not journey.here[week]:
        yield f"In week {week} this person does not live here{_why(journey, week)}."
        return
    rows = slices(journey, week)
    yield f"What each could see in week {week}"
    for row in rows:
        dealt = "has dealt with" if row["knows"] == "yes" else "has not met"
        yield f"  {row['agency']} ({dealt} the person this year): {row['sees']}; {row['would']}"
    yield f"All slices together: {together(journey, week)}."
    acts = sum(row["would"] == "enough to act on" for row in rows)
    yield f"Of {len(rows)} agencies with a front door, {acts} would see enough to act on."


def _why(journey: Journey, week: int) -> str:
    """Because the life had ended by then, if it had."""
    end = journey.ended
    return "" if end is None or week < end.week else f": {ENDED[end.kind]} in {end.date:%B %Y}"


def _high(journey: Journey) -> float:
    """The level from which the model counts a need as high."""
    return number(journey.scenario.evidence, "people.high_level")


def _height(level: float, high: float) -> str:
    return "high" if level >= high else "some" if level >= SOME else "little or none"
