"""A workshop killed at random moments, while the room decides: part of `tests.hundred`.

Each time it is opened on the folder that the last kill left. One time in four it is killed while it
opens; else while decisions are sent to it one after the other, as fast as they are taken. What it
has said yes to must be in its memory ever after.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.looks import Told
from tests.moments import Child, begin_command

OPENS_SECONDS = 60.0
DECIDES_SECONDS = 1.0
WHILE_OPENING = 4
"""Every so many-th is killed while it opens."""


def kill_workshop(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Every decision that was acknowledged is there when the workshop is opened again."""
    from tests.hundred import load

    load(["run", str(place / "do_nothing.toml"), "--years", "1", "--replicates", "1"])
    load_server()
    room, said = folder / "room", folder / "said"
    argv = ["workshop", str(place / "do_nothing.toml"), "--port", "0", "--years", "1",
            "--replicates", "1", "--workers", "1", "--folder", str(room)]  # fmt: skip
    told, yes = Told("workshop"), set[str]()
    opens = OPENS_SECONDS / 60
    for moment in range(moments):
        told.kills += 1
        said.unlink(missing_ok=True)
        begun, child = time.monotonic(), begin_command(argv, said)
        if moment % WHILE_OPENING == WHILE_OPENING - 1:
            time.sleep(opens * chance.random())
            told.early += child.kill()
        elif url := _opened(said, child):
            opens = time.monotonic() - begun
            told.early += _decided(url, f"kill {moment}", child, DECIDES_SECONDS * chance.random(),
                                   yes)  # fmt: skip
        else:
            told.note(f"did not open: {said.read_text()[-200:]}")
            child.kill()
        told.note(_missing(room, yes))
    told.note("" if yes else "no decision was ever acknowledged")
    told.kept = f"{len(yes)} decisions acknowledged, all there after every later kill"
    return told


def load_server() -> None:
    """All that a workshop imports while it opens."""
    import altair  # noqa: F401
    import segno  # noqa: F401
    import uvicorn  # noqa: F401

    import experiments.workshop.command
    import experiments.workshop.server  # noqa: F401


def _opened(said: Path, child: Child) -> str:
    """The address that it says, when it answers there; nothing if it never does."""
    ends = time.monotonic() + OPENS_SECONDS
    while time.monotonic() < ends and child.runs():
        with suppress(OSError, HTTPException):
            if found := re.search(r"http://[\d.:]+/", said.read_text()):
                urlopen(found[0], timeout=5).close()
                return found[0]
        time.sleep(0.02)
    return ""


def _decided(url: str, name: str, child: Child, seconds: float, yes: set[str]) -> bool:
    """Note decisions until it is killed in the midst of them; whether it lived until then."""
    lived: list[bool] = []
    killer = threading.Timer(seconds, lambda: lived.append(child.kill()))
    killer.start()
    n = 0
    with suppress(ConnectionError, HTTPException, TimeoutError):
        while True:
            n += 1
            _decide(url, f"{name}, decision {n}")
            yes.add(f"{name}, decision {n}")
    killer.join()
    return lived[0]


def _decide(url: str, text: str) -> None:
    """Ask for one decision to be kept; returns when it is. Raises what a broken line raises."""
    body = json.dumps({"text": text, "who": ""}).encode()
    asked = Request(url + "api/decide", body, {"Content-Type": "application/json"})
    try:
        urlopen(asked, timeout=10).close()
    except HTTPError:
        raise  # it refused: a fault of this test, not a kill
    except OSError as error:
        raise ConnectionError(str(error)) from error


def _missing(room: Path, yes: set[str]) -> str:
    """What is not in the memory that should be; nothing if all is."""
    from experiments.workshop.memory import LOG, read_log

    entries, _ = read_log(room / LOG)
    there = {entry["text"] for entry in entries if entry["kind"] == "noted"}
    missing = sorted(yes - there)
    return f"{len(missing)} decisions are lost, such as {missing[0]}" if missing else ""
