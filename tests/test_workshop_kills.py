"""What is there again after a workshop was killed, and how it closes."""

from __future__ import annotations

import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from experiments.workshop.front import LEVERS, WRITE_EVERY
from tests.rooms import asked, called_out, opened, question_of, small_place


def test_kill_9_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Decisions are noted as fast as they can be until the process is killed; every one that was
    acknowledged is there when the workshop is opened again, and so is what was kept."""
    scenario = small_place(tmp_path)
    with opened(tmp_path / "room", scenario) as room:
        room.post("/api/try", {"settings": {"budget.housing": 0}, "move": "x"})
        assert room.post("/api/keep", {"title": "Kept", "table": "A"})[0] == 200
        told: list[str] = []

        def note(i: int) -> None:
            try:
                if room.post("/api/decide", {"text": f"Decision {i}", "who": ""})[0] == 200:
                    told.append(f"Decision {i}")
            except (OSError, HTTPException):
                return
            if len(told) >= 40:
                room.process.send_signal(signal.SIGKILL)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(note, range(60)))
        assert room.process.wait(10) == -signal.SIGKILL
    assert len(told) >= 40
    with opened(tmp_path / "room", scenario) as room:
        state = room.until(room.listen(), "room", lambda r: True)
        assert set(told) <= {note["text"] for note in state["notes"]}
        assert [k["title"] for k in state["kept"]] == ["Kept"]
        assert (room.folder / "scenarios" / "kept.toml").is_file()


def test_kill_9_keeps_how_the_levers_stood(tmp_path: Path) -> None:
    """Though nothing was kept. Of levers that are not there, nothing is moved."""
    scenario = small_place(tmp_path)
    moved = {"budget.housing": 0, "navigators.posts": 2}
    with opened(tmp_path / "room", scenario) as room:
        for i in range(20):
            settings = {"budget.housing": i % 3, "navigators.posts": 2}
            room.post("/api/try", {"settings": settings, "move": f"page-{i}"})
        room.post("/api/try", {"settings": moved, "move": "page-20"})
        time.sleep(2 * WRITE_EVERY)
        room.process.send_signal(signal.SIGKILL)
        assert room.process.wait(10) == -signal.SIGKILL
    with opened(tmp_path / "room", scenario) as room:
        shown = room.until(room.listen(), "answer", lambda a: a.get("settled"))
        assert (shown["settings"], shown["move"]) == (moved, "page-20")
        assert len(shown["words"]) == 2 and shown["headlines"]
        room.post("/api/try", {"settings": {}, "move": "page-21"})
        room.process.send_signal(signal.SIGINT)  # closed as it should be: nothing is too late
        room.process.wait(60)
    levers = tmp_path / "room" / LEVERS
    assert json.loads(levers.read_bytes())["settings"] == {}
    levers.write_text('{"move": "a-1", "settings": {"no.such": 1}, "under": ""}', encoding="utf-8")
    with opened(tmp_path / "room", scenario) as room:
        shown = room.until(room.listen(), "answer", lambda a: True)
        assert (shown["settings"], shown["move"]) == ({}, "")


def test_kill_9_keeps_what_was_struck(tmp_path: Path) -> None:
    scenario = small_place(tmp_path)
    with opened(tmp_path / "room", scenario) as room:
        number = asked(room, "Struck?")
        for value in (1, 2, 3):
            called_out(room, number, value)
        line = question_of(room, number)["can_strike"][1]["answer"]
        assert room.post("/api/strike", {"number": number, "answer": line})[0] == 200
        room.process.send_signal(signal.SIGKILL)
        assert room.process.wait(10) == -signal.SIGKILL
    with opened(tmp_path / "room", scenario) as room:
        told = question_of(room, number)
        assert [one["said"] for one in told["can_strike"]] == ["+1", "+3"] and told["struck"] == 1
        assert room.post("/api/undo", {})[0] == 200
        assert question_of(room, number)["count"] == 3


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_kill_close_it_with_a_page_open(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], end: signal.Signals
) -> None:
    with opened(tmp_path / "room", small_place(tmp_path)) as room:
        heard = room.listen()
        room.until(heard, "room", lambda told: True)
        room.process.send_signal(end)
        assert room.process.wait(60) == 0
        assert room.process.stdout is not None
        assert "Closed. What the room decided is in" in room.process.stdout.read()
    assert capfd.readouterr().err == ""


def test_closing_while_a_life_is_told_is_no_fault(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The page that waits for the life is cut off, which is nothing to read a traceback of."""
    with opened(tmp_path / "room", small_place(tmp_path)) as room, ThreadPoolExecutor(1) as pool:
        life = pool.submit(room.get, "/api/life?find=contacts")
        time.sleep(0.5)
        assert not life.done(), "it is closed while the life is told"
        room.process.send_signal(signal.SIGINT)
        assert room.process.wait(60) == 0
        life.exception()  # whatever the page is answered
    assert capfd.readouterr().err == ""
