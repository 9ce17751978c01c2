"""A workshop about a place small enough to answer at once, run as its users run it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
YEARS, REPLICATES = 3, 2


def small_place(folder: Path, share: float = 0.02) -> Path:
    """Portsmouth with a fiftieth of its people, as files; the scenario that does nothing there."""
    place = (ROOT / "scenarios" / "places" / "portsmouth.toml").read_text(encoding="utf-8")
    before, after = place.split("[population]\n", 1)
    bands, rest = after.split("\n\n", 1)
    fewer = [
        f"{b} = {float(n) * share:.1f}" for b, n in (x.split(" = ") for x in bands.split("\n"))
    ]
    text = before + "[population]\n" + "\n".join(fewer) + "\n\n" + rest
    (folder / "hamlet.toml").write_text(text, encoding="utf-8")
    (folder / "hamlet").mkdir()
    scenario = folder / "hamlet" / "do_nothing.toml"
    scenario.write_text(
        'title = "Hamlet: do nothing"\nplace = "../hamlet.toml"\nstart = 2024-04-01\n'
        f"years = {YEARS}\n",
        encoding="utf-8",
    )
    return scenario


@dataclass
class Room:
    """A running workshop."""

    url: str
    folder: Path
    scenario: Path
    process: subprocess.Popen[str]
    seats: list[dict[str, str]] = field(default_factory=list)
    """The cookies of phones that had joined before the workshop was opened again."""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of an answer."""
        return _answer(Request(self.url + path, headers={**self.headers, **headers}))

    def post(
        self, path: str, data: Any, kind: str = "application/json", **headers: str
    ) -> tuple[int, Any]:
        """Status of an answer, and what its JSON says."""
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        sent = {**self.headers, "Content-Type": kind, **headers}
        status, raw, _ = _answer(Request(self.url + path, body, sent))
        try:
            return status, json.loads(raw)
        except ValueError:
            return status, raw.decode()

    def listen(self, path: str = "/api/events", **headers: str) -> queue.Queue[tuple[str, Any]]:
        """What the page hears: its sort and what it says."""
        heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        response = urlopen(Request(self.url + path, headers={**self.headers, **headers}))
        threading.Thread(target=_hear, args=(response, heard), daemon=True).start()
        return heard

    def until(self, heard: Any, sort: str, wanted: Any, seconds: float = 900) -> Any:
        """The first news of a sort for which ``wanted`` holds."""
        deadline = time.monotonic() + seconds
        while True:
            found, told = heard.get(timeout=max(0.1, deadline - time.monotonic()))
            if found == sort and wanted(told):
                return told

    def settled(self) -> None:
        """Wait until doing nothing is known."""
        self.until(self.listen(), "base", lambda told: told["whole"] == told["of"])

    def tried(self, settings: dict[str, int], under: str = "", move: str = "") -> Any:
        """The whole answer to some settings; each try is a move of its own."""
        move = move or f"move{time.monotonic_ns()}"
        heard = self.listen()
        status, told = self.post("/api/try", {"settings": settings, "under": under, "move": move})
        assert status == 200, told
        return self.until(heard, "answer", lambda a: a["move"] == move and a.get("settled"))


@contextlib.contextmanager
def opened(folder: Path, scenario: Path, *options: str, seats: int = 0) -> Iterator[Room]:
    """A workshop, while it is open; with so many phones that have joined already."""
    cookies = take_seats(folder, scenario, seats) if seats else []
    process = subprocess.Popen(
        [sys.executable, "-m", "experiments.cli", "workshop", str(scenario), "--port", "0",
         "--folder", str(folder), "--replicates", str(REPLICATES), "--sets", "4", *options],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http")).rstrip("/")
        _wait_for(url)
        yield Room(url, folder, scenario, process, cookies)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def take_seats(folder: Path, scenario: Path, seats: int) -> list[dict[str, str]]:
    """Seats written down as by a workshop before: joining is limited to ten tries a minute for
    one address, and all phones of a test have the same."""
    from experiments.workshop.memory import Memory
    from experiments.workshop.phones import COOKIE
    from scenarios.load import load_scenario

    base = load_scenario(scenario)
    memory = Memory(folder)
    memory.note("opened", place=base.place_name, title=base.place.title, start=str(base.start),
                years=base.years, seed=1, replicates=REPLICATES, version="",
                code="ABCDEF")  # fmt: skip
    marks = [f"seat{i}" for i in range(seats)]
    for mark in marks:
        memory.note("joined", who=mark)
    memory.close()
    return [{"Cookie": f"{COOKIE}={mark}"} for mark in marks]


def _wait_for(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            urlopen(url + "/api/about").read()
            return
        time.sleep(0.1)
    raise AssertionError("the workshop did not open")


def _answer(request: Request) -> tuple[int, bytes, dict[str, str]]:
    try:
        with urlopen(request, timeout=120) as response:
            return response.status, response.read(), dict(response.headers)
    except HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def _hear(response: Any, heard: queue.Queue[tuple[str, Any]]) -> None:
    sort = ""
    with contextlib.suppress(OSError, ValueError):
        for raw in response:
            line = raw.decode()
            if line.startswith("event: "):
                sort = line[7:].strip()
            elif line.startswith("data: "):
                heard.put((sort, json.loads(line[6:])))


def joined(room: Room) -> dict[str, str]:
    """The cookie of a phone that has joined."""
    status, raw, headers = entered(room, _code(room))
    assert status == 200, raw
    return {"Cookie": headers["set-cookie"].split(";")[0]}


def entered(room: Room, code: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of what a phone gets that sends ``code``."""
    body = json.dumps({"code": code}).encode()
    request = Request(room.url + "/phone/enter", body, {"Content-Type": "application/json"})
    return _answer(request)


def _code(room: Room) -> str:
    return str(json.loads((room.folder / "room.jsonl").read_text().splitlines()[0])["code"])


def asked(room: Room, text: str) -> int:
    """The number of a question that has just been put."""
    question = {"sort": "predict", "text": text, "measure": "people.multiple_needs",
                "choices": [], "scenario": ""}  # fmt: skip
    return int(room.post("/api/ask", question)[1]["number"])


def called_out(room: Room, number: int, value: float, **more: bool) -> tuple[int, dict[str, Any]]:
    """Status and answer of a prediction that the facilitator types in."""
    return room.post("/api/answer", {"number": number, "value": value, "who": str(value), **more})


def question_of(room: Room, number: int) -> dict[str, Any]:
    """A question as a page is told of it that has just been opened."""
    state = room.until(room.listen(), "room", lambda told: True)
    return dict(next(q for q in state["questions"] if q["number"] == number))
