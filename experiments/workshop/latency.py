"""How long the room waits: levers moved as a room would, timed from release to what is heard.

The page's own server runs in a process of its own, and is asked over this machine's loopback, as
a browser asks it: each move is posted, and its answers are heard as events. What a browser adds
to redraw a chart is not in it.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

import numpy as np

from experiments.output import say, warn
from scenarios.resolved import Scenario

MOVES: Final = 50
WAIT: Final = 300.0
WIDENING: Final = 1.5
"""A band counts as stable from when it is at most so many times as wide as its last."""


def measure_latency(arguments: argparse.Namespace, base: Scenario, source: Path) -> int:
    """Open a workshop of its own, move levers, print medians and 95th percentiles."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "experiments.cli", "workshop", str(source), "--port", "0",
                   "--folder", folder, "--replicates", str(arguments.replicates),
                   "--seed", str(arguments.seed), "--years", str(base.years),
                   "--sets", str(arguments.sets)]  # fmt: skip
        if arguments.workers:
            command += ["--workers", str(arguments.workers)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            url = _address(server)
            say(report(_moves(url)))
        finally:
            server.terminate()
            server.wait()
    return 0


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    line = server.stdout.readline()
    return next(word for word in line.split() if word.startswith("http")).rstrip("/")


def _moves(url: str) -> list[dict[str, float]]:
    about = _about(url)
    news: Queue[tuple[float, str, Any]] = Queue()
    threading.Thread(target=_listen, args=(url, news), daemon=True).start()
    warn("Waiting until doing nothing is settled …")
    _until_settled(news)
    levers = [x for x in about["levers"] if x["group"] not in ("ways", "crisis")]
    luck = random.Random(1)
    timed = []
    for move in range(MOVES):
        lever = luck.choice(levers)
        value = luck.choice([i for i in range(len(lever["words"])) if i != lever["today"]])
        timed.append(_one_move(url, news, f"m{move}", {lever["name"]: value}))
        warn(f"{move + 1} of {MOVES}: {timed[-1]}")
    return timed


def _about(url: str) -> dict[str, Any]:
    """What the levers are, as soon as the server listens."""
    for _ in range(300):
        try:
            told: dict[str, Any] = json.load(urlopen(f"{url}/api/about"))
            return told
        except URLError:
            time.sleep(0.1)
    raise TimeoutError("the workshop did not open")


def _one_move(url: str, news: Any, move: str, settings: dict[str, int]) -> dict[str, float]:
    """One lever released; seconds until the first years, the first whole run, a stable band, the
    end."""
    body = json.dumps({"settings": settings, "move": move, "under": ""}).encode()
    request = Request(f"{url}/api/try", body, {"Content-Type": "application/json"})
    released = time.perf_counter()
    urlopen(request).read()
    found: dict[str, float] = {}
    widths: list[tuple[float, float]] = []
    while "settled" not in found:
        at, sort, told = news.get(timeout=WAIT)
        if sort != "answer" or told["move"] != move or not told.get("headlines"):
            continue
        seconds = at - released
        found.setdefault("first", seconds)
        if told["whole"]:
            found.setdefault("whole", seconds)
        row = told["headlines"][0]["rows"][0]
        if told["whole"] > 1 and row["low"] is not None:
            widths.append((seconds, row["high"] - row["low"]))
        if told["settled"]:
            found["settled"] = seconds
    found["stable"] = _stable(widths)
    return {name: round(seconds, 3) for name, seconds in found.items()}


def _stable(widths: list[tuple[float, float]]) -> float:
    """From when on the band of the first figure is never much wider than at the end."""
    last = widths[-1][1]
    wide = [i for i, (_, width) in enumerate(widths) if width > WIDENING * last]
    return widths[min(len(widths) - 1, max(wide) + 1 if wide else 0)][0]


def _until_settled(news: Any) -> None:
    while True:
        try:
            _, sort, told = news.get(timeout=WAIT)
        except Empty:
            raise TimeoutError("the place was not simulated in time") from None
        if sort == "base" and told["whole"] == told["of"]:
            return


def _listen(url: str, news: Any) -> None:
    sort = ""
    try:
        for raw in urlopen(f"{url}/api/events"):
            line = raw.decode()
            if line.startswith("event: "):
                sort = line[7:].strip()
            elif line.startswith("data: "):
                news.put((time.perf_counter(), sort, json.loads(line[6:])))
    except OSError:
        return


def report(timed: list[dict[str, float]]) -> str:
    """Medians and 95th percentiles, as a table."""
    what = {
        "first": "first years of the first run",
        "whole": "first whole run, all years",
        "stable": f"stable band (within {WIDENING:g} times its last width)",
        "settled": "all runs",
    }
    lines = [f"Seconds from a lever's release, {len(timed)} moves (median, 95th percentile):"]
    for name, words in what.items():
        values = np.array([move[name] for move in timed])
        lines.append(f"  {words:54}{np.median(values):7.2f}{np.quantile(values, 0.95):7.2f}")
    return "\n".join(lines)
