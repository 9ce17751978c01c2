"""What the room is asked: predictions before an answer is shown, and votes; no names."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.compare import levels
from experiments.empty_places import cautions
from experiments.output import warn
from experiments.rows import Row
from experiments.stats import Interval
from experiments.workshop import answers
from experiments.workshop.bounds import doing_nothing, doubted, said
from experiments.workshop.drafts import Refused, clean_title, key_of
from experiments.workshop.found import findings_of
from experiments.workshop.memory import COUNTS, MODEL, Full, Question
from experiments.workshop.predicted import remembered, room_in_words
from experiments.workshop.runner import Run
from scenarios.problems import InputError

if TYPE_CHECKING:
    from experiments.workshop.session import Workshop

MAX_QUESTION: Final = 200
MAX_PEOPLE: Final = 200
"""So many marks of phones are taken in one question."""
CALLED_OUT: Final = "called out: "
"""What the mark of an answer begins with that the facilitator typed in."""


ROWS: Final = {row.measure: row for group in answers.HEADLINES.values() for row in group}
"""What can be predicted."""
Far = tuple[int, int]
"""How many runs there are of a scenario, and at how many plausible sets."""


class Questions:
    """The questions of a workshop, which keeps them in its memory."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._memory = workshop.memory
        self._awaited: dict[str, tuple[Run, Far]] = {}
        """The runs whose answers were shown, by their keys, and how far they were when last heard
        of."""
        self._reckoned: dict[int, tuple[tuple[str, Far], dict[str, Any] | None]] = {}
        """Each question's answer, reckoned anew only when another replicate or set is whole."""
        self._nothing: tuple[Far, Mapping[str, Interval]] = ((0, 0), {})
        """What doing nothing comes to, and from how many runs."""

    def told(self, question: Question) -> dict[str, Any]:
        """A question with its answers; the model's only once the room has been shown it."""
        given = sorted(question.answers.values())
        told: dict[str, Any] = {
            "number": question.number, "text": question.text, "sort": question.sort,
            "unit": question.unit, "closed": question.closed, "revealed": question.revealed,
            "choices": question.choices, "count": len(given), "measure": question.measure,
            "scenario": question.scenario, "struck": question.struck,
        }  # fmt: skip
        row, level = self._row_of(question), self._levels().get(question.measure)
        if row is not None and level is not None and level.mean > 0:
            told["nothing"] = doing_nothing(row, level)
        if question.closed:
            told["given"] = given
            told["said"] = room_in_words(given, question.unit)
        if question.revealed and question.change:
            told["about"] = question.change["words"]
            told["model"] = self._model_says(question)
        return told

    def _model_says(self, question: Question) -> dict[str, Any] | None:
        try:
            run = self._workshop.run_for(question.change["toml"])
        except (Refused, InputError, ValueError):  # a memory that somebody altered
            return None
        self._await(run)
        now = self._answer(question, run)
        stands = question.model_of == self._of and (now is None or _knows_more(question.model, now))
        return (self._written(question) if stands else None) or now

    @property
    def _of(self) -> str:
        """Which place and numbers are told of: the hash of doing nothing."""
        return self._workshop.desk.base.content

    def _written(self, question: Question) -> dict[str, Any] | None:
        """The answer that was written down, whole: it stands after a restart, while its runs are
        made anew."""
        row, difference = self._row_of(question), remembered(question.model)
        if row is None or difference is None:
            return None
        far = {count: question.model[count] for count in COUNTS}
        return answers.told_of(row, None, difference, answers.is_final(far)) | far

    def _await(self, run: Run) -> None:
        """From now on, hear of it; and write down what is known of it already."""
        if self._awaited.get(run.key, (None,))[0] is not run:
            self._awaited[run.key] = (run, self._far(run))
            self._remember(run)

    def _answer(self, question: Question, run: Run) -> dict[str, Any] | None:
        """The difference that was asked for, and whether it is final; None while there is none."""
        known = self._reckoned.get(question.number)
        there = (run.key, self._far(run))
        if known is None or known[0] != there:
            known = self._reckoned[question.number] = (there, self._row(question, run))
        return known[1] and known[1] | answers.how_far(self._workshop.runner, run)

    def _row(self, question: Question, run: Run) -> dict[str, Any] | None:
        found = findings_of(self._workshop.runner, run)
        if found is None:
            return None
        final = answers.is_final(answers.how_far(self._workshop.runner, run))
        told = answers.headlines(found, run.name, final)
        rows = [row for group in told for row in group["rows"]]
        row = next((row for row in rows if row["measure"] == question.measure), None)
        return row and row | {"empty": cautions(found.notes)}

    def _far(self, run: Run) -> Far:
        far = answers.how_far(self._workshop.runner, run)
        return far["whole"], far["sets"]

    def heard(self) -> None:
        """News of some run: perhaps of one whose answer the room waits to see beside its own, or of
        doing nothing, against which that is."""
        for key, (run, before) in list(self._awaited.items()):
            far = self._far(run)
            if far > before:
                self._awaited[key] = (run, far)
                self._remember(run)
                self._workshop.tell_room()

    def _remember(self, run: Run) -> None:
        """Write down what the model answered, for the report: once all of its runs are there, and
        again once all plausible sets are."""
        for question in self._memory.room.questions.values():
            if not question.revealed or key_of(question.change.get("toml", "")) != run.key:
                continue
            told = self._answer(question, run)
            known = question.model if question.model_of == self._of else {}
            if told is None or not _says_more(told, known):
                continue
            kept = {f: told[f] for f in (*MODEL, *COUNTS)}
            try:
                self._memory.note("worked_out", question=question.number, model=kept, of=self._of)
            except (Full, OSError) as error:  # it is still shown; only the report will lack it
                warn(f"the model's answer could not be written down: {error}")

    def _levels(self) -> Mapping[str, Interval]:
        """What doing nothing comes to; reckoned anew only when another run or set is whole."""
        runner = self._workshop.runner
        far = self._far(runner.base)
        if self._nothing[0] != far:
            found = findings_of(runner, None)
            self._nothing = (far, levels(found, found.base) if found else {})
        return self._nothing[1]

    def _row_of(self, question: Question) -> Row | None:
        return ROWS.get(question.measure) if question.sort == "predict" else None

    def ask(
        self, sort: str, text: str, measure: str, choices: list[str], scenario: str,
        settings: Mapping[str, int] | None = None,
    ) -> int:  # fmt: skip
        """Put a question, before the answer is shown: about a scenario, what is on the screen, or
        some levers' ``settings``. Raises Refused, InputError."""
        if sort == "predict" and measure not in ROWS:
            raise Refused("the room can predict one of the headline figures")
        if sort == "vote" and not 2 <= len(choices) <= 12:
            raise Refused("a vote needs two to twelve choices")
        if sort not in ("predict", "vote"):
            raise Refused("a question is a prediction or a vote")
        unit = "£" if sort == "predict" and ROWS[measure].kind == "money" else ""
        change: dict[str, Any] = {}
        if sort == "predict":
            room = self._workshop
            change = room.change_to(settings) if settings else room.change_of(scenario)
        entry = self._memory.note(
            "asked", sort=sort, text=clean_title(text, MAX_QUESTION), measure=measure, unit=unit,
            choices=[clean_title(c) for c in choices], scenario=scenario, change=change,
        )  # fmt: skip
        self._workshop.tell_room()
        return int(entry["n"])

    def show(self, number: int, reveal: bool) -> None:
        """Take no more answers, and show what was given; with ``reveal`` the model's, too."""
        question = self._memory.room.questions.get(number)
        if question is None:
            raise Refused("there is no such question")
        change: Mapping[str, Any] = {}
        if reveal and question.sort == "predict":
            change = question.change or self._workshop.change_of(question.scenario)
            if not change:
                raise Refused(
                    "nothing is changed on the screen yet: move the lever under Try, then show "
                    "what the model says"
                )
        self._memory.note("revealed" if reveal else "closed", question=number, change=change)
        if change:
            with contextlib.suppress(Refused, InputError, ValueError):
                run = self._workshop.run_for(change["toml"])
                self._await(run)  # before the room is told, which may be after its last news
                self._remember(run)  # of this question, if it was awaited for another already
        self._workshop.tell_room()

    def answered(self, who: str, number: int, value: float, sure: bool = False) -> str:
        """Take one person's prediction or vote. Where it is far off and they have not said that
        they are sure, it is not taken, and what to ask them is returned. Raises Refused."""
        question = self._memory.room.questions.get(number)
        if question is None or question.closed:
            raise Refused("this question is closed")
        if who not in question.answers and len(question.answers) >= MAX_PEOPLE:
            raise Refused("too many have answered")
        if question.sort == "vote" and value not in range(len(question.choices)):
            raise Refused("choose one of those offered")
        if not abs(value) < 1e12:
            raise Refused("that is no number")
        row, level = self._row_of(question), self._levels().get(question.measure)
        asks = doubted(value, row, level, question.unit) if row and level else ""
        if asks and not sure:
            return asks
        self._memory.note("answered", question=number, who=who, value=value)
        self._workshop.tell_room()
        return ""

    def take_back(self, number: int) -> str:
        """Take back an open question that nobody has answered: nothing of the room's goes with it.
        Says what it was. Raises Refused."""
        question = self._memory.room.questions.get(number)
        if question is None:
            raise Refused("there is no such question")
        if question.answers or question.struck or question.closed:
            raise Refused(
                "somebody has answered it, or it has been shown; Undo, under Decide, asks"
            )
        self._memory.note("undone", what=number)
        self._workshop.tell_room()
        return question.text

    def can_strike(self, question: Question) -> list[dict[str, Any]]:
        """The answers that the facilitator may strike, lowest first: while a question is open those
        that were called out, as nobody is to see what phones said; then all."""
        shown = [
            (value, question.lines[who])
            for who, value in question.answers.items()
            if question.closed or who.startswith(CALLED_OUT)
        ]
        return [
            {"answer": line, "said": _said(question, value)} for value, line in sorted(shown)
        ]  # fmt: skip

    def strike(self, number: int, line: int) -> str:
        """Take one answer out, which Undo brings back; says what it was. Raises Refused."""
        question = self._memory.room.questions.get(number)
        there = (
            [one for one in self.can_strike(question) if one["answer"] == line] if question else []
        )
        if not there:
            raise Refused("that answer is not there any more")
        self._memory.note("struck", question=number, answer=line)
        self._workshop.tell_room()
        return str(there[0]["said"])

    def join(self) -> str:
        """A mark for somebody's phone: it says nothing of whose it is."""
        if len(self._workshop.seats) >= MAX_PEOPLE:
            raise Refused("the room is full")
        who = secrets.token_urlsafe(16)
        self._memory.note("joined", who=who)
        self._workshop.tell_room()
        return who

    def for_phones(self) -> dict[str, Any]:
        """What a phone shows: the latest question, and how the room answered once it is closed."""
        questions = list(self._memory.room.questions.values())
        latest = self.told(questions[-1]) if questions else None
        return {"place": self._workshop.desk.base.place.title, "question": latest}


def _said(question: Question, value: float) -> str:
    """An answer as it was given: a figure, or what was voted for."""
    if question.sort == "predict":
        return said(value, question.unit)
    return dict(enumerate(question.choices)).get(int(value), "?")


def _knows_more(known: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether more was written down of an answer than there is now."""
    return bool(known) and (known["whole"], known["sets"]) > (told["whole"], told["sets"])


def _says_more(told: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether an answer is final as far as luck goes, and says more than the one written down."""
    final = told["whole"] == told["of"] and (not told["sets"] or told["sets"] == told["of_sets"])
    return final and (not known or (known["whole"], known["sets"]) < (told["whole"], told["sets"]))
