"""Undo, in words: what would be taken back, what is asked before it is, and what is said after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from experiments.workshop.bounds import said
from experiments.workshop.memory import Memory, Room

Entry = Mapping[str, Any]


def asked_before(memory: Memory) -> str:
    """What to ask before the last thing is taken back: only where the room's answers go with it."""
    if not memory.room.undoable:
        return ""
    question = memory.room.questions.get(memory.room.undoable[-1])
    if question is None or not question.answers:
        return ""
    return f"Take back the question “{question.text}” with {_answers(len(question.answers))}?"


def taken_back(entry: Entry, before: Room, memory: Memory) -> str:
    """A sentence on what was taken back, from its line, the room before it and the room now."""
    return _SENTENCES[entry["kind"]](entry, before, memory)


def _answers(count: int) -> str:
    return f"its {count} answers" if count > 1 else "its one answer"


def _kept(entry: Entry, before: Room, memory: Memory) -> str:
    return f"“{entry['title']}” is off the wall again."


def _noted(entry: Entry, before: Room, memory: Memory) -> str:
    return f"The decision “{entry['text']}” is taken back."


def _named(entry: Entry, before: Room, memory: Memory) -> str:
    kept = memory.room.kept.get(entry["name"])
    title = kept.title if kept else entry["name"]
    return f"“{entry['title']}” is called “{title}” again."


def _dropped(entry: Entry, before: Room, memory: Memory) -> str:
    kept = memory.room.kept.get(entry["name"])
    return f"“{kept.title if kept else entry['name']}” is back on the wall."


def _asked(entry: Entry, before: Room, memory: Memory) -> str:
    given = len(before.questions[entry["n"]].answers)
    with_them = f", with {_answers(given)}" if given else ""
    return f"The question “{entry['text']}” is taken back{with_them}."


def _shown(entry: Entry, before: Room, memory: Memory) -> str:
    question = memory.room.questions[entry["question"]]
    if not question.closed:
        return f"The question “{question.text}” is open again, and takes answers."
    return f"The model's answer to “{question.text}” is hidden again."


def _struck(entry: Entry, before: Room, memory: Memory) -> str:
    question = memory.room.questions[entry["question"]]
    if question.sort == "vote":
        return f"The vote that was struck from “{question.text}” counts again."
    value = next(e["value"] for e in memory.entries if e["n"] == entry["answer"])
    return f"The answer {said(value, question.unit)} to “{question.text}” counts again."


_SENTENCES: Final[Mapping[str, Callable[[Entry, Room, Memory], str]]] = {
    "kept": _kept, "noted": _noted, "named": _named, "dropped": _dropped, "asked": _asked,
    "revealed": _shown, "closed": _shown, "struck": _struck,
}  # fmt: skip
