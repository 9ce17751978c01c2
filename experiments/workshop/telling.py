"""A life for the screen, told by the functions of `upstream lives`; and what was assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from experiments.room_words import room_words
from experiments.workshop.levers import in_words, ways
from experiments.workshop.matters import told_matters
from scenarios.uncertain import uncertain_numbers

if TYPE_CHECKING:
    from experiments.journey import Journey

LINE: Final = 0.15
"""A line of text, in parts of the height of the chart of needs."""
NAMES: Final = ("if nothing is done", "with the room's plan")
HEADINGS: Final = ("If nothing is done", "The same life, with the room's plan")
MARKS: Final = {"call": "call or visit", "refused": "referral closed without help",
                "let go": "case let go"}  # fmt: skip


def told_lives(first: Journey, twin: Journey | None) -> dict[str, Any]:
    """One life, or two of one person, for the page: who died sooner stands above all else."""
    from experiments.twin_words import Pair, caution, ends_in_words, heading, in_words
    from experiments.twins import part

    if twin is None:
        return {"lives": [_life(first, first, heading(first, HEADINGS[0], False))],
                "ends": "", "caution": "", "twin": []}  # fmt: skip
    pair = Pair(first, twin, NAMES, part(first, twin))
    ends = ends_in_words(pair)
    lives = [
        _life(journey, first, heading(journey, told, bool(ends)))
        for journey, told in zip((first, twin), HEADINGS, strict=True)
    ]
    return {
        "lives": lives,
        "ends": ends,
        "caution": caution(pair),
        "twin": _paragraphs(in_words(pair)),
    }


def _life(journey: Journey, like: Journey, heading: str) -> dict[str, Any]:
    """A journey for the page: its story, what is drawn, and the slices of its worst week."""
    from experiments.slices import slices_text
    from experiments.story import is_shortened, story

    return {
        "title": journey.scenario.title,
        "heading": heading,
        "story": _paragraphs(story(journey)),
        "in_full": _paragraphs(story(journey, in_full=True)) if is_shortened(journey) else [],
        "slices": slices_text(journey, None),
        "rows": list(_rows(journey, like)),
    }


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part.strip()]


def _rows(journey: Journey, like: Journey) -> Iterator[dict[str, Any]]:
    """Rows of the chart of a life: needs by quarter, open cases, and marks."""
    import numpy as np

    from experiments.journey import NEEDS, titles
    from experiments.timeline import end_words, lanes_of, mark_of, needs_shown, open_spells
    from scenarios.names import NEED_KEYS, WEEKS_PER_YEAR

    level, years, end = journey.level, journey.scenario.years, journey.weeks / WEEKS_PER_YEAR
    yield {"sort": "span", "at": 0, "until": years}
    if journey.ended is not None:
        yield {"sort": "end", "name": end_words(journey), "at": round(end, 3), "until": years,
               "side": "left" if end > 0.7 * years else "right"}  # fmt: skip
    ends: dict[str, tuple[float, float]] = {}
    for k in needs_shown([like]):
        quarters = [float(np.nanmean(q)) if np.isfinite(q).any() else None
                    for q in np.array_split(level[:, k], max(1, len(level) // 13))]  # fmt: skip
        known = [i for i, value in enumerate(quarters) if value is not None]
        points = [((i + 0.5) / 4, quarters[i] or 0.0) for i in known]
        if points and journey.ended is not None:  # the line reaches the week of death, no further
            points[-1] = (end, points[-1][1])
        for at, value in points:
            yield {"sort": "need", "name": NEEDS[NEED_KEYS[k]], "at": round(at, 3),
                   "value": round(value, 3)}  # fmt: skip
        if points:
            ends[NEEDS[NEED_KEYS[k]]] = points[-1]
    for name, (at, value) in apart(ends).items():
        yield {"sort": "name", "name": name, "at": at, "value": round(value, 3)}
    named = titles(journey.scenario)
    order = {agency: i for i, agency in enumerate(lanes_of([journey]))}
    for agency, begin, end in open_spells(journey):
        yield {"sort": "open", "agency": named[agency], "order": order[agency],
               "at": round(begin, 3), "until": round(end, 3)}  # fmt: skip
    for step in journey.told:
        mark = mark_of(step)
        if mark:
            yield {"sort": "mark", "agency": named[step.agency], "order": order[step.agency],
                   "at": round(step.week / WEEKS_PER_YEAR, 3), "name": MARKS[mark],
                   "turn": 90 if mark == "call" else 45 if mark == "refused" else 0}  # fmt: skip


def apart(ends: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Where the lines' names stand: at their ends, and no nearer to each other than can be read."""
    order = sorted(ends, key=lambda name: ends[name][1])
    heights: list[float] = []
    for name in order:
        heights.append(max(ends[name][1], heights[-1] + LINE if heights else 0.0))
    over = max(0.0, heights[-1] - 1.0) if heights else 0.0
    for i in reversed(range(len(heights))):  # back down where the topmost ran out of the picture
        most = 1.0 if i == len(heights) - 1 else heights[i + 1] - LINE
        heights[i] = min(heights[i], most) if over else heights[i]
    return {name: (ends[name][0], y) for name, y in zip(order, heights, strict=True)}


def assumed(workshop: Any) -> dict[str, Any]:
    """The evidence behind every lever, the model's uncertain numbers, and what matters most."""
    desk = workshop.desk
    moved = workshop.front.settings
    numbers = uncertain_numbers(desk.base.evidence)
    statuses = [number.status for number in numbers.values()]
    return {
        "moved": in_words(desk.levers, moved),
        "levers": [
            {"group": lever.group, "title": lever.title, "today": lever.words[lever.today],
             "evidence": [text[:1200] for text in lever.evidence], "moved": lever.name in moved}
            for lever in desk.levers.values()
        ],
        "numbers": [
            {"name": n.name, "value": f"{n.value:g}", "range": f"{n.low:g} to {n.high:g}",
             "status": n.status, "source": n.source, "words": room_words(n.name, n.meaning)}
            for n in numbers.values()
        ],
        "counts": {status: statuses.count(status) for status in sorted(set(statuses))},
        "ways": len(ways()),
        "matters": told_matters(desk.base.place_name),
    }  # fmt: skip
