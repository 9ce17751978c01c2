"""One facilitator and forty phones on this machine's loopback (``python -m tests.load``).

Every phone listens for news and predicts again and again, as a lively room would; the facilitator
moves a lever every few seconds. Nothing but 127.0.0.1 is asked.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.rooms import Room, opened, small_place

BETWEEN = 1.7
"""Seconds between a phone's answers; the page takes at most 40 a minute."""


def load(room: Room, phones: int, seconds: float) -> dict[str, float]:
    """The times of all answers to phones, in seconds, and how often the charts were told anew."""
    cookies = [seat(room, i) for i in range(phones)]
    question = {"sort": "predict", "text": "How many?", "measure": "people.multiple_needs"}
    number = room.post("/api/ask", {**question, "choices": [], "scenario": ""})[1]["number"]
    heard = room.listen()
    for cookie in cookies:
        room.listen("/phone/events", **cookie)
    times: list[float] = []
    refused: list[int] = []
    ends = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_phone, args=(room, cookie, number, i, ends, times, refused))
        for i, cookie in enumerate(cookies)
    ]
    for thread in threads:
        thread.start()
    moves, waits = _facilitate(room, heard, ends)
    for thread in threads:
        thread.join()
    return {
        "answers": len(times), "refused": len(refused), "moves": moves,
        "median": float(np.median(times)), "q95": float(np.quantile(times, 0.95)),
        "longest": max(times), "chart_median": float(np.median(waits)) if waits else float("nan"),
    }  # fmt: skip


def seat(room: Room, phone: int) -> dict[str, str]:
    """A phone's cookie. Seats are written as the server writes them: joining by the code is
    limited to ten tries a minute for one address, and all phones here have the same."""
    return room.seats[phone]


def _phone(
    room: Room, cookie: dict[str, str], number: int, i: int, ends: float, times: Any, refused: Any
) -> None:
    said = {"number": number, "value": i, "sure": True}  # a small place: some are far off
    time.sleep(BETWEEN * i / 40)
    while time.monotonic() < ends:
        begun = time.perf_counter()
        status, _ = room.post("/phone/answer", said, **cookie)
        times.append(time.perf_counter() - begun)
        if status != 200:
            refused.append(status)
        time.sleep(BETWEEN)


def _facilitate(room: Room, heard: Any, ends: float) -> tuple[int, list[float]]:
    """Move a lever every few seconds; how long each first answer took."""
    moves, waits = 0, []
    while time.monotonic() < ends:
        moves += 1
        move = f"load{moves}"
        begun = time.perf_counter()
        room.post("/api/try", {"settings": {"budget.housing": moves % 8}, "move": move})
        room.until(heard, "answer", lambda a, m=move: a["move"] == m and a.get("headlines"))
        waits.append(time.perf_counter() - begun)
        time.sleep(2)
    return moves, waits


def main() -> None:
    """Ten minutes, or as many seconds as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--phones", type=int, default=40)
    parser.add_argument("--scenario", type=Path, help="default: of a small place")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scenario = arguments.scenario or small_place(folder)
        with opened(folder / "room", scenario, "--phones", seats=arguments.phones) as room:
            room.settled()
            found = load(room, arguments.phones, arguments.seconds)
    for what, value in found.items():
        print(f"{what:14}{value:10.3f}")


if __name__ == "__main__":
    main()
