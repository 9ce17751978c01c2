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
from typing import Any

import pytest

from experiments.workshop.drafts import Refused
from experiments.workshop.teller import NOTHING, Teller, _Here
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
            _Here.far[:] = [NOTHING, 52 * week, 52 * 30]
            time.sleep(0.1)
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
