"""Nobody waits for a life for ever: neither behind those that nobody waits for any more, nor for a
process that has died or stands still."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from experiments.workshop.drafts import Refused
from experiments.workshop.teller import NOTHING, PLAN, Teller, go_on
from scenarios.load import load_scenario
from scenarios.resolved import Scenario
from tests.rooms import ROOT, small_place

PORTSMOUTH = ROOT / "scenarios" / "portsmouth" / "do_nothing.toml"


def made_up(rule: str, scenario: Scenario | None) -> dict[str, Any]:
    """A life that takes as long as its name says, dies, or is told at once, and leaves a mark."""
    Path(os.environ["MARKS"], rule).touch()
    if rule.startswith("lasts"):
        time.sleep(float(rule.removeprefix("lasts")))
    if rule == "moves":
        for week in range(30):
            go_on(NOTHING, 52 * week, 52 * 30)
            time.sleep(0.1)
    if rule.startswith("steps"):
        for week in range(60):
            go_on(PLAN if scenario else NOTHING, week, 60)
            with (Path(os.environ["MARKS"]) / "steps").open("a") as steps:
                steps.write(f"{rule} {week}\n")
            time.sleep(0.05)
    if rule == "dies":
        os._exit(1)
    return {"name": rule}


async def here() -> bool:
    return False


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MARKS", str(tmp_path))
    return tmp_path


@pytest.fixture
def teller(marks: Path) -> Iterator[Teller]:
    found = Teller(load_scenario(PORTSMOUTH), 1, made_up, stands_still=2.0)
    yield found
    found.close()


async def _opened(teller: Teller) -> None:
    """Until the process is there: what it takes to begin is no part of what is measured."""
    teller._stands_still = 60.0
    assert (await teller.life("begins", None, here))["name"] == "begins"
    teller._stands_still = 2.0


def test_a_life_that_nobody_waits_for_is_not_worked_for(teller: Teller, marks: Path) -> None:
    async def story() -> None:
        await _opened(teller)
        left = asyncio.Event()

        async def gone() -> bool:
            return left.is_set()

        first = asyncio.create_task(teller.life("lasts1", None, here))
        await asyncio.sleep(0.1)  # so that it is with the process, and another is on its way there
        others = [asyncio.create_task(teller.life(f"other{i}", None, gone)) for i in range(6)]
        await asyncio.sleep(0.1)
        assert teller.far()["asked"] == 7
        left.set()
        last = await teller.life("last", None, here)
        assert last == {"name": "last"} and await first == {"name": "lasts1"}
        told = await asyncio.gather(*others, return_exceptions=True)
        assert all(isinstance(one, Refused) for one in told[2:])

    asyncio.run(story())
    begun = {path.name for path in marks.iterdir()}
    assert begun >= {"begins", "lasts1", "last"}
    assert not begun & {f"other{i}" for i in range(2, 6)}  # two may have been handed over already


def steps_of(marks: Path) -> list[str]:
    """What has been worked out, a line for each step."""
    path = marks / "steps"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


async def _left_midway(teller: Teller, marks: Path, rule: str, run: Any = None) -> None:
    """Ask for a life, and leave once it is under way."""
    left = asyncio.Event()

    async def gone() -> bool:
        return left.is_set()

    asked = asyncio.create_task(teller.life(rule, run, gone))
    while len(steps_of(marks)) < 5:
        await asyncio.sleep(0.05)
    left.set()
    with pytest.raises(Refused, match="nobody waits"):
        await asked


def test_a_life_that_was_left_pauses_and_goes_on_where_it_was(teller: Teller, marks: Path) -> None:
    async def story() -> None:
        await _opened(teller)
        await _left_midway(teller, marks, "steps1")
        await asyncio.sleep(0.5)
        there = steps_of(marks)
        assert 5 <= len(there) < 40
        await asyncio.sleep(1.5)
        assert steps_of(marks) == there  # nothing is worked out for nobody
        assert await teller.life("next", None, here) == {"name": "next"}

    asyncio.run(story())
    assert steps_of(marks) == [f"steps1 {week}" for week in range(60)]  # each once: it was kept


def test_a_plan_that_nobody_waits_for_is_left_off_for_another(teller: Teller, marks: Path) -> None:
    base = load_scenario(PORTSMOUTH)

    async def story() -> None:
        await _opened(teller)
        one, other = (SimpleNamespace(number=n, scenario=base) for n in (1, 2))
        await _left_midway(teller, marks, "steps1", one)
        assert await teller.life("steps2", one, here) == {"name": "steps2"}  # the same plan: kept
        assert steps_of(marks)[:60] == [f"steps1 {week}" for week in range(60)]
        (marks / "steps").unlink()
        await _left_midway(teller, marks, "steps3", one)
        assert await teller.life("steps4", other, here) == {"name": "steps4"}

    asyncio.run(story())
    told = steps_of(marks)
    assert len([x for x in told if x.startswith("steps3")]) < 40
    assert len([x for x in told if x.startswith("steps4")]) == 60


def test_a_process_that_stands_still_is_given_up(teller: Teller) -> None:
    async def story() -> None:
        await _opened(teller)
        begun = time.monotonic()
        with pytest.raises(Refused, match="tell it again"):
            await teller.life("lasts600", None, here)
        assert time.monotonic() - begun < 30
        teller._stands_still = 60.0
        assert (await teller.life("after", None, here))["name"] == "after"

    asyncio.run(story())


def test_a_process_that_goes_on_is_not_given_up_however_long_it_takes(teller: Teller) -> None:
    async def story() -> None:
        await _opened(teller)
        telling = asyncio.create_task(teller.life("moves", None, here))
        await asyncio.sleep(1.5)
        assert "doing nothing: year" in teller.far()["words"]
        assert (await telling)[
            "name"
        ] == "moves"  # three seconds; two of standing still are allowed

    asyncio.run(story())


def test_a_process_that_died_is_followed_by_another(teller: Teller) -> None:
    async def story() -> None:
        await _opened(teller)
        teller._stands_still = 60.0
        with pytest.raises(Refused, match="tell it again"):
            await teller.life("dies", None, here)
        assert (await teller.life("after", None, here))["name"] == "after"

    asyncio.run(story())


def test_the_address_is_printed_once_the_workshop_listens(tmp_path: Path) -> None:
    """Whoever reads the line can open the page at once."""
    argv = [sys.executable, "-m", "experiments.cli", "workshop", str(small_place(tmp_path)),
            "--port", "0", "--folder", str(tmp_path / "room"), "--replicates", "1", "--sets", "0",
            "--workers", "1"]  # fmt: skip
    with subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            port = int(line.split("127.0.0.1:")[1].split("/")[0])
            socket.create_connection(("127.0.0.1", port), 5).close()
        finally:
            process.terminate()
            process.wait(30)
