"""Killed at a hundred random moments: compare, calibrate, sensitivity, workshop.

Part of ``make bad-day``. A small place, forked children (`tests.moments`), and after every kill a
look at what is on the disk (`tests.looks`): results whole or none, finished runs kept and taken up,
decisions that were acknowledged there. When a command comes to its end before the kill, its folder
is taken away and it begins anew, so that moments of a first run and of later ones are tried alike;
only those before the end count towards the hundred.

    python -m tests.hundred [COMMAND ...] [--moments N] [--seed N]
"""

from __future__ import annotations

import functools
import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from sim.store import Damaged, UnusablePath, verify
from tests.killed_workshop import kill_workshop
from tests.looks import Kept, Tally, Told, counted
from tests.moments import begin_command, killed
from tests.small_files import SHORT_SENSITIVITY

SHARE = 0.002
TRIES = 4
"""So many times as many kills are tried as are wanted: the others come after the end."""
STEPS, TRIED, TRUTHS, ACTIVE, FOLDS = 40, 2**10, 2, 4, 2
"""Of a calibration: steps of each chain, points tried, truths looked for again, what its emulators
hold and how often each is fitted. Few, for else most moments would fall between the runs, and
nothing is at stake but what was simulated."""


def repeatedly(
    command: str, argv: list[str], folder: Path, look: Kept, moments: int, chance: random.Random
) -> Told:
    """Kill it at so many moments of its undisturbed time, and ``look`` each time: what is wrong."""
    told = Told(command)
    seconds = in_peace(argv, folder, look, told)
    since = 0
    while told.kills < moments * TRIES and told.early < moments and not told.wrong:
        told.kills += 1
        early = killed(argv, seconds * chance.random())
        told.early += early
        since += early
        told.note(_looked(look, since))
        if not early:
            _anew(folder, look)
            since = 0
    if code := begin_command(argv, folder / "said").wait():
        told.note(f"ends with {code}: " + (folder / "said").read_text()[-200:])
    told.note(_looked(look, since))
    look.anew()
    return replace(told, kept=str(look))


def in_peace(argv: list[str], folder: Path, look: Kept, told: Told) -> float:
    """How long it takes in a forked child that nobody kills; twice, the first time to load it all.

    What it gives is what all later ones must give.
    """
    _anew(folder, look)
    load(argv)
    _anew(folder, look)
    begun = time.monotonic()
    if code := begin_command(argv, folder / "said").wait():
        told.note(f"in peace it ends with {code}: " + (folder / "said").read_text()[-200:])
    seconds = time.monotonic() - begun
    told.note(_looked(look.in_peace))
    _anew(folder, look)
    look.forget()
    return seconds


def load(argv: list[str]) -> None:
    """Once in this process: children that are forked have then loaded and compiled everything."""
    from experiments.cli import main

    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        main(argv)


def _anew(folder: Path, look: Kept) -> None:
    look.anew()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _looked(look: Callable[..., str], *kills: int) -> str:
    """What is wrong, what is damaged or cannot be opened among it."""
    try:
        return look(*kills)
    except (Damaged, UnusablePath) as error:
        return str(error)


def kill_compare(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Results are whole or not there; replicates are kept beside them until they are."""
    out, store = folder / "out", folder / "out.unfinished"
    names = [str(place / f"{name}.toml") for name in ("do_nothing", "budget_cut")]
    argv = ["compare", *names, "--years", "1", "--replicates", "8", "--sets", "0",
            "--workers", "1", "--out", str(out)]  # fmt: skip
    begun = Tally(place / "begun")
    look = Kept(store, begun, lambda: verify(out)["files"] if out.exists() else None, True)
    with counted(begun):
        return repeatedly("compare", argv, folder, look, moments, chance)


def kill_sensitivity(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Finished runs are kept; the figures are the same."""
    store, answer = folder / "store", folder / "answer.json"
    argv = ["sensitivity", str(place / "do_nothing.toml"), *SHORT_SENSITIVITY,
            "--workers", "1", "--store", str(store), "--json", str(answer)]  # fmt: skip
    begun = Tally(place / "begun")
    look = Kept(store, begun, lambda: _figures(answer))
    with counted(begun):
        return repeatedly("sensitivity", argv, folder, look, moments, chance)


def kill_calibrate(place: Path, folder: Path, moments: int, chance: random.Random) -> Told:
    """Finished runs are kept; the ensemble is the same. Portsmouth stands for itself, with a
    five-hundredth of its people."""
    out = folder / "out"
    argv = ["calibrate", "portsmouth", "--design", "48", "--second", "24", "--ensemble", "24",
            "--rounds", "1", "--workers", "1", "--out", str(out)]  # fmt: skip
    ensemble = out / "portsmouth.csv"
    begun = Tally(place / "begun")
    look = Kept(out / "runs", begun, lambda: ensemble.read_bytes() if ensemble.exists() else None)
    with counted(begun), quickly():
        return repeatedly("calibrate", argv, folder, look, moments, chance)


@contextmanager
def quickly() -> Iterator[None]:
    """`calibrate` with few people and short chains, for which it has no option; forked children
    have what is patched here."""
    from calibration import check, emulator, posterior, simulate, waves
    from tests.worlds import tightened

    whole = simulate._do_nothing("portsmouth")
    with ExitStack() as patches:
        for module, name, instead in (
            (simulate, "_do_nothing", lambda place: tightened(whole, SHARE)),
            (waves, "draw", functools.partial(posterior.draw, steps=STEPS)),
            (waves, "TRIED", TRIED),
            (posterior, "TRIED", TRIED),
            (posterior, "INTEGRATED", 2 * TRIED),
            (emulator, "ACTIVE", ACTIVE),
            (emulator, "FOLDS", FOLDS),
            (check, "STEPS", STEPS),
            (check, "REPEATS", TRUTHS),
        ):
            patches.enter_context(patch.object(module, name, instead))
        yield


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
