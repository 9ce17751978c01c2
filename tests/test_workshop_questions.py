"""The model's answer to what the room was asked is written down, whenever its last run ends."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from experiments.workshop import answers
from experiments.workshop.drafts import key_of
from experiments.workshop.memory import COUNTS, MODEL, Memory
from experiments.workshop.questions import Questions

TEXT = 'title = "Less advice"'
FAR = {"whole": 4, "of": 4, "sets": 7, "of_sets": 8}


class Shown:
    """A room that was shown an answer, and one run that it waits for."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.far, self.folder = dict(FAR), folder
        self.memory = Memory(folder)
        run = SimpleNamespace(key=key_of(TEXT), name="draft")
        self.base = SimpleNamespace(content="one place")
        workshop = SimpleNamespace(
            desk=SimpleNamespace(base=self.base), memory=self.memory, runner=None,
            tell_room=lambda: None, run_for=lambda text: run,
            change_of=lambda name: {"toml": TEXT, "words": ["Less advice"]},
        )  # fmt: skip
        monkeypatch.setattr(answers, "how_far", lambda runner, run: dict(self.far))
        monkeypatch.setattr(Questions, "_row", lambda *_: dict.fromkeys(MODEL, 1.0))
        monkeypatch.setattr(Questions, "_levels", lambda _: {})
        self.begin = lambda: Questions(cast(Any, workshop))
        self.questions = self.begin()

    def ask(self) -> int:
        return self.questions.ask("predict", "How many?", "contacts.police", [], "")

    def kept(self, number: int) -> dict[str, Any]:
        model = self.memory.room.questions[number].model
        return {count: model[count] for count in COUNTS} if model else {}


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    return Shown(tmp_path, monkeypatch)


def test_the_last_set_may_end_before_the_room_is_told(shown: Shown) -> None:
    """The room is told a quarter of a second later when much is going on."""
    number = shown.ask()
    shown.questions.show(number, reveal=True)
    assert shown.kept(number) == {}
    shown.far["sets"] = 8
    shown.questions.heard()
    assert shown.kept(number) == FAR | {"sets": 8}


def test_what_was_whole_when_it_is_first_heard_of_is_written_down(shown: Shown) -> None:
    """As after a restart, where its runs are made anew and nothing was written down."""
    number = shown.ask()
    shown.memory.note("revealed", question=number, change={"toml": TEXT, "words": ["Less"]})
    shown.far["sets"] = 8
    shown.questions.told(shown.memory.room.questions[number])
    assert shown.kept(number) == FAR | {"sets": 8}


def test_a_second_question_about_what_is_known_is_written_down_at_once(shown: Shown) -> None:
    shown.far["sets"] = 8
    for number in (shown.ask(), shown.ask()):
        shown.questions.show(number, reveal=True)
        assert shown.kept(number) == FAR | {"sets": 8}


def test_after_a_restart_the_answer_that_was_written_down_stands(shown: Shown) -> None:
    """Its runs are made anew, which takes a minute; the room has seen it already."""
    number = shown.ask()
    shown.far["sets"] = 8
    shown.questions.show(number, reveal=True)
    question = Memory(shown.folder).room.questions[number]  # as read again from the disk
    shown.far |= {"whole": 0, "sets": 0}
    told = shown.questions.told(question)["model"]
    assert told["words"] == "1.0 more" and told["sets"] == told["of_sets"] == 8
    shown.far |= {"whole": 4, "sets": 3}
    assert shown.questions.told(question)["model"]["sets"] == 8
    shown.far["sets"] = 8
    assert "words" not in shown.questions.told(question)["model"]  # that of the runs made anew


def test_the_answer_of_a_place_that_was_changed_since_is_not_told(shown: Shown) -> None:
    """Its file had a budget put right before the workshop was opened again."""
    number = shown.ask()
    shown.far["sets"] = 8
    shown.questions.show(number, reveal=True)
    lines = len(shown.memory.entries)
    shown.base.content, shown.questions = "another", shown.begin()
    shown.far |= {"whole": 0, "sets": 0}
    question = shown.memory.room.questions[number]
    assert "words" not in shown.questions.told(question)["model"]
    shown.far |= {"whole": 4, "sets": 8}
    shown.questions.heard()  # once its runs are there, what it says of the changed place is kept
    assert shown.memory.room.questions[number].model_of == "another"
    assert len(shown.memory.entries) == lines + 1
