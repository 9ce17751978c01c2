"""Killed at a hundred random moments: compare, calibrate, sensitivity, workshop.

Part of ``make bad-day``. A small place, forked children (`tests.moments`), and after every kill a
look at what is on the disk: results whole or none, finished runs kept, decisions that were
acknowledged there. When a command comes to its end before the kill, its folder is taken away and
it begins anew, so that moments of a first run and of later ones are tried alike.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path
from unittest.mock import patch
from urllib.request import Request, urlopen

from sim.store import Damaged, verify
from sim.tasks import TaskFolder
from tests.moments import begin_command, killed

SHARE = 0.002


@dataclass
class Told:
    """What was found out about one command."""

    command: str
    kills: int = 0
    early: int = 0
    """Kills before the end; the others came too late, and the end was looked at."""
    wrong: list[str] = field(default_factory=list)
    kept: str = ""


def repeatedly(
    command: str,
    argv: list[str],
    folder: Path,
    look: Callable[[], str],
    moments: int,
    chance: random.Random,
) -> Told:
    """Kill it at so many moments of its undisturbed time, and ``look`` each time: what is wrong."""
    told = Told(command)
    _anew(folder)
    _load(argv)
    _anew(folder)
    begun = time.monotonic()
    if begin_command(argv, folder / "said").wait():
        told.wrong.append("does not run in peace: " + (folder / "said").read_text()[-200:])
        return told
    seconds = time.monotonic() - begun
    _anew(folder)
    for moment in range(moments):
        told.kills += 1
        early = killed(argv, seconds * chance.random())
        told.early += early
        if wrong := _looked(look):
            told.wrong.append(f"moment {moment}: {wrong}")
        if not early:
            _anew(folder)
    if begin_command(argv, folder / "said").wait():
        told.wrong.append("does not come to its end: " + (folder / "said").read_text()[-200:])
    elif wrong := _looked(look):
        told.wrong.append(f"at the end: {wrong}")
    return told


def _load(argv: list[str]) -> None:
    """Once in this process: children that are forked have then loaded and compiled everything."""
    from experiments.cli import main

    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        main(argv)


def _anew(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _looked(look: Callable[[], str]) -> str:
    """What is wrong, results that are damaged among it."""
    try:
        return look()
    except Damaged as error:
        return str(error)


class SameAs:
    """What the first that is whole says, all others must."""

    def __init__(self, read: Callable[[], object]) -> None:
        self._read, self._first = read, None
        self.times = 0

    def __call__(self) -> str:
        found = self._read()
        if found is None:
            return ""
        self.times += 1
        self._first = self._first or found
        return "" if found == self._first else "other results than before"


def kill_compare(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Results are whole or not there."""
    out = folder / "out"
    names = [str(place / f"{name}.toml") for name in ("do_nothing", "budget_cut")]
    argv = ["compare", *names, "--years", "1", "--replicates", "2", "--sets", "0",
            "--workers", "1", "--out", str(out)]  # fmt: skip
    same = SameAs(lambda: verify(out)["files"] if out.exists() else None)
    told = repeatedly("compare", argv, folder, same, moments, chance)
    return replace(told, kept=f"{same.times} times results, whole and the same")


class Kept:
    """Finished runs in a store never become fewer, and an answer is always the same."""

    def __init__(self, store: Path, read: Callable[[], object]) -> None:
        self._store, self._same = store, SameAs(read)
        self._runs = self.most = 0

    def __call__(self) -> str:
        now = 0
        if self._store.exists():
            with TaskFolder(self._store) as kept:
                now = len(kept)
        lost = now < self._runs and self._store.exists()
        before, self._runs = self._runs, now
        self.most = max(now, self.most)
        return f"{before} runs were kept, {now} are there" if lost else self._same()


def kill_sensitivity(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Finished runs are kept; the figures are the same."""
    store, answer = folder / "store", folder / "answer.json"
    argv = ["sensitivity", str(place / "do_nothing.toml"), "--years", "1", "--runs", "60",
            "--numbers", "general.lifecourse.*", "--workers", "1", "--store", str(store),
            "--json", str(answer)]  # fmt: skip
    look = Kept(store, lambda: _figures(answer))
    told = repeatedly("sensitivity", argv, folder, look, moments, chance)
    return replace(told, kept=f"up to {look.most} finished runs kept, figures the same")


def kill_calibrate(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Finished runs are kept; the ensemble is the same. Portsmouth stands for itself, with a
    five-hundredth of its people."""
    out = folder / "out"
    argv = ["calibrate", "portsmouth", "--design", "24", "--second", "16", "--ensemble", "16",
            "--rounds", "1", "--workers", "1", "--out", str(out)]  # fmt: skip
    ensemble = out / "portsmouth.csv"
    look = Kept(out / "runs", lambda: ensemble.read_bytes() if ensemble.exists() else None)
    with few_people():
        told = repeatedly("calibrate", argv, folder, look, moments, chance)
    return replace(told, kept=f"up to {look.most} finished runs kept, the ensemble the same")


def few_people() -> object:
    """`calibrate` has no option for a smaller place; forked children have what is patched here."""
    from calibration import simulate
    from tests.worlds import tightened

    whole = simulate._do_nothing("portsmouth")
    return patch.object(simulate, "_do_nothing", lambda place: tightened(whole, SHARE))


def kill_workshop(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Every decision that was acknowledged is there when the workshop is opened again."""
    from experiments.workshop.memory import read_log

    _load(["run", str(place / "do_nothing.toml"), "--years", "1", "--replicates", "1"])
    load_server()
    told, acknowledged = Told("workshop"), []
    argv = ["workshop", str(place / "do_nothing.toml"), "--port", "0", "--years", "1",
            "--replicates", "1", "--workers", "1", "--folder", str(folder / "room")]  # fmt: skip
    for moment in range(moments):
        said = folder / "said"
        said.unlink(missing_ok=True)
        child = begin_command(argv, said)
        if url := _opened(said):
            _decide(url, f"moment {moment}", acknowledged, chance.random())
        told.kills += 1
        told.early += child.kill()
        entries, _ = read_log(folder / "room" / "room.jsonl")
        there = {entry["text"] for entry in entries if entry["kind"] == "noted"}
        if missing := set(acknowledged) - there:
            told.wrong.append(f"moment {moment}: {len(missing)} decisions are lost")
        if not url:
            told.wrong.append(f"moment {moment}: did not open: {said.read_text()[-200:]}")
    told.kept = f"{len(acknowledged)} decisions acknowledged, all there"
    return told


def load_server() -> None:
    """All that a workshop imports while it opens."""
    import altair  # noqa: F401
    import segno  # noqa: F401
    import uvicorn  # noqa: F401

    import experiments.workshop.command
    import experiments.workshop.server  # noqa: F401


def _opened(said: Path) -> str:
    """The address that it says, when it says so."""
    for _ in range(3000):
        with suppress(OSError):
            if found := re.search(r"http://[\d.:]+/", said.read_text()):
                return found[0]
        time.sleep(0.02)
    return ""


def _decide(url: str, name: str, acknowledged: list[str], seconds: float) -> None:
    """Note decisions as fast as they are taken, for so long."""
    ends, n = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        n += 1
        text = f"{name}, decision {n}"
        body = json.dumps({"text": text, "who": ""}).encode()
        with suppress(OSError, HTTPException):
            urlopen(
                Request(url + "api/decide", body, {"Content-Type": "application/json"}), timeout=5
            )
            acknowledged.append(text)


def _figures(answer: Path) -> object:
    """What an analysis found, without its times and places."""
    if not answer.exists():
        return None
    found = json.loads(answer.read_text(encoding="utf-8"))
    return {name: part for name, part in found.items() if name not in ("seconds", "command")}


COMMANDS = {
    "compare": kill_compare,
    "calibrate": kill_calibrate,
    "sensitivity": kill_sensitivity,
    "workshop": kill_workshop,
}


def main() -> int:
    """A row a command; 1 if anything was wrong."""
    import argparse
    import tempfile

    from tests.small_files import small_copy

    options = argparse.ArgumentParser(prog="python -m tests.hundred")
    options.add_argument("commands", nargs="*", default=list(COMMANDS), metavar="COMMAND")
    options.add_argument("--moments", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        os.environ |= {"UPSTREAM_CRISIS_GRID": "small", "UPSTREAM_CACHE": str(place / "cache")}
        small_copy(place, "do_nothing", "budget_cut", share=SHARE, years=2)
        for command in asked.commands:
            folder = place / command
            folder.mkdir()
            begun = time.monotonic()
            told = COMMANDS[command](place, folder, asked.moments, random.Random(asked.seed))
            found = "WRONG: " + "; ".join(told.wrong[:5]) if told.wrong else told.kept
            print(f"{command:12} {told.kills} kills, {told.early} before the end: {found} "
                  f"({time.monotonic() - begun:.0f} s)", flush=True)  # fmt: skip
            failed += bool(told.wrong)
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
