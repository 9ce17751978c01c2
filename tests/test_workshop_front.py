"""How the levers stand is written down without keeping the room waiting."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from experiments.workshop import front
from experiments.workshop.front import LEVERS, Front, Standing
from sim.store import WriteFailed, write_file


def test_moves_wait_for_no_disk_and_the_newest_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[float] = []

    def slowly(path: Path, content: bytes) -> None:
        written.append(time.monotonic())
        time.sleep(0.3)
        write_file(path, content)

    monkeypatch.setattr(front, "write_file", slowly)
    monkeypatch.setattr(front, "WRITE_EVERY", 0.5)
    standing = Standing(tmp_path)
    standing.note(Front("page-0", {}, ""))
    deadline = time.monotonic() + 10
    while not written:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    begun = time.monotonic()
    for i in range(1, 500):
        standing.note(Front(f"page-{i}", {"information": i % 9}, "below"))
    assert time.monotonic() - begun < 0.25  # less than a single writing takes
    newest = {"move": "page-499", "settings": {"information": 499 % 9}, "under": "below"}
    while Standing(tmp_path).before() != newest:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(written) == 2 and written[1] - written[0] >= 0.5
    standing.note(Front("page-500", {}, ""))
    standing.close()
    assert Standing(tmp_path).before() == {"move": "page-500", "settings": {}, "under": ""}


@pytest.mark.parametrize(
    "content", [None, b"", b'{"move": "a-1", "sett', b"[]", b'{"move": 1}', b"\xff\x00",
                b"[" * 9999, b'{"move": "", "settings": [], "under": ""}']
)  # fmt: skip
def test_what_cannot_be_read_is_nothing(tmp_path: Path, content: bytes | None) -> None:
    """A workshop of before has no such file; another may have been cut short."""
    if content is not None:
        (tmp_path / LEVERS).write_bytes(content)
    assert Standing(tmp_path).before() is None


def test_a_full_disk_is_said_once_and_the_room_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = []

    def full(*_: Any) -> None:
        tried.append(1)
        raise WriteFailed("the disk is full")

    monkeypatch.setattr(front, "write_file", full)
    monkeypatch.setattr(front, "WRITE_EVERY", 0.01)
    standing = Standing(tmp_path)
    deadline = time.monotonic() + 10
    for times in (1, 2):
        standing.note(Front("page-1", {}, ""))
        while len(tried) < times:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    standing.close()
    assert capsys.readouterr().err.count("the disk is full") == 1
