"""What a report says of a workshop's room: what it decided, kept, predicted and voted."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.compare import Findings, differences
from experiments.range_words import could_be
from experiments.report.answers import NO_BREAK, Group
from experiments.report.content import Part
from experiments.report.repeat import to_paste
from experiments.stats import Interval
from experiments.wording import difference_text, in_plain_words, kind_of
from experiments.workshop.predicted import remembered, room_in_words

if TYPE_CHECKING:
    from experiments.workshop.memory import Question, Room

NOT_THERE: Final = "its runs were not all made while the workshop was open"
NOT_TOLD: Final = "What it changes stands in its file, below."
MOST_SAID: Final = 40
"""So many answers of a room are listed one by one."""


def room_parts(
    room: Room, found: Findings, differs: Mapping[str, Sequence[str]] | None = None
) -> list[Part]:
    """The room's decisions, what it kept, and what it predicted, with the model's answers.

    ``found`` is what the wall has; it answers where the room's memory does not. ``differs`` says in
    words what each scenario that was kept changes, by its name."""
    title = {kept.name: kept.title for kept in room.kept.values()}
    decided = []
    for note in room.notes:
        who = f" – {note['who']}" if note["who"] else ""
        about = f" (about “{title[note['scenario']]}”)" if note["scenario"] in title else ""
        decided.append(f"{note['text']}{who}{about}")
    kept: list[Group] = [
        (f"“{k.title}”" + (f", {k.table}" if k.table else ""),
         tuple((differs or {}).get(k.name, ())) or (NOT_TOLD,))
        for k in room.kept.values()
    ]  # fmt: skip
    closed = [question for question in room.questions.values() if question.closed]
    asked: list[Group] = [(q.text, tuple(_told(q, room, found))) for q in closed]
    return [
        Part("What the room decided", points=tuple(decided) or ("No decision was noted.",)),
        Part("What the room kept", groups=tuple(kept)),
        Part("What the room predicted and voted", groups=tuple(asked)),
    ]


def how_to_repeat(found: Findings, folder: Path, replicates: int, sets: int) -> Iterator[str]:
    """The line that gives the room's numbers again, from the files in the workshop's ``folder``.

    ``replicates`` and ``sets`` are how many the workshop makes; of a report that was asked for
    while they were still being made it says how many it rests on.
    """
    names = (found.base, *found.others)
    files = [str(folder / "scenarios" / f"{name}.toml") for name in names]
    settings = {"--years": found.years, "--replicates": replicates, "--sets": sets,
                "--seed": found.seed}  # fmt: skip
    words = [word for option, n in settings.items() for word in (option, str(n))]
    command = ["compare" if found.others else "run", *files, *words]
    yield (
        "It was made in a workshop. The same numbers again, by this line in the folder of the "
        f"project: {to_paste(command)}"
    )
    if (len(found.replicates), len(found.sets)) != (replicates, sets):
        yield (
            f"Not all runs were there yet: this rests on {len(found.replicates)} of {replicates} "
            f"replicates and {len(found.sets)} of {sets} plausible sets, so that line says more."
        )


def _told(question: Question, room: Room, found: Findings) -> Iterator[str]:
    """The room's answers, a line; of a prediction the model's too, once the room was shown it."""
    given = sorted(question.answers.values())
    if question.sort == "vote":
        votes = [f"{c}: {given.count(i)}" for i, c in enumerate(question.choices)]
        yield f"{'; '.join(votes)}." if given else "Nobody voted."
        return
    yield _spread(given, question.unit)
    if not question.revealed:
        yield "The room was not shown what the model says."
        return
    if question.change:
        yield f"What was changed in the model: {'; '.join(question.change['words'])}."
    yield f"The model: {_answer(question, room, found)}."


def _spread(given: list[float], unit: str) -> str:
    said = [_signed(x, unit) for x in given]
    every = f" One by one: {', '.join(said)}." if 1 < len(given) <= MOST_SAID else ""
    return f"The room: {room_in_words(given, unit)}.{every}"


def _signed(x: float, unit: str) -> str:
    """As the room was asked: + is more, - is fewer."""
    sign = "+" if x > 0 else "-" if x < 0 else ""
    return f"{sign}{unit}{abs(x):,.10g}"


def _answer(question: Question, room: Room, found: Findings) -> str:
    """The difference in words, with its interval and its range; in the signs of the tables, too."""
    difference = remembered(question.model) or _on_the_wall(question, room, found)
    if difference is None:
        return NOT_THERE
    kind = kind_of(question.measure)
    signs = difference_text(difference, kind).replace(" ", NO_BREAK)
    among = could_be(difference, kind, signed=True).replace(" ", NO_BREAK)
    tried, of = question.model.get("sets", 0), question.model.get("of_sets", 0)
    so_far = f" (so far: {tried} of {of} sets of plausible numbers)" if tried < of else ""
    return (
        in_plain_words(difference, kind).replace(" ±", f"{NO_BREAK}±")
        + (f"; plausible numbers {among}" if among else "")
        + f"; as the tables write it: {signs}{so_far}"
    )


def _on_the_wall(question: Question, room: Room, found: Findings) -> Interval | None:
    """The answer among the wall's numbers, where what was asked about was kept as well."""
    for kept in room.kept.values():
        same = _same_change(kept.toml, question.change.get("toml", ""))
        if same and kept.name in found.others:
            return differences(found, kept.name).get(question.measure)
    return None


def _same_change(one: str, other: str) -> bool:
    """Whether two scenario files differ in nothing but their titles."""
    try:
        read = [tomllib.loads(text) for text in (one, other)]
    except tomllib.TOMLDecodeError:  # a memory that somebody altered
        return False
    return len({str({k: v for k, v in x.items() if k != "title"}) for x in read}) == 1
