"""Finds and lives again, in a process of its own, whose life is told; and says how far it is.

The process keeps the run it found them in, so that the second life comes quickly. Whoever no longer
waits for a life is not worked for, and a process that stands still is given up: nobody waits behind
either for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any, Final

from experiments.workshop.drafts import Refused
from experiments.workshop.runner import Run
from experiments.workshop.telling import told_lives
from experiments.workshop.worker import POLITE, ROOM_FOR_TEAMS
from scenarios.cases import case_names
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.tasks.workers import leave_interrupts_to_the_parent

RULES: Final = ("cost", "contacts", "refusals")
LOOK_EVERY: Final = 0.2
"""Seconds between two looks whether a life is there and whether anybody still waits for it."""
STANDS_STILL: Final = 300.0
"""Seconds without any progress after which a process is given up."""
READY, NOTHING, DIARY, PLAN = range(4)
DOING: Final = {
    READY: "Getting ready to tell lives",
    NOTHING: "Living everybody's years again, doing nothing",
    DIARY: "Finding this adult, and living this life again with a diary",
    PLAN: "Living everybody's years again, with the room's plan",
}
"""What is being worked out, as the page says it."""
Telling = Callable[[str, Scenario | None], dict[str, Any]]


class Teller:
    """Tells lives, one at a time."""

    def __init__(
        self, base: Scenario, seed: int, telling: Telling | None = None,
        stands_still: float = STANDS_STILL,
    ) -> None:  # fmt: skip
        self._base, self._seed = base, seed
        self._telling, self._stands_still = telling or tell_life, stands_still
        self._pool: ProcessPoolExecutor | None = None
        self._far: Any = None
        self._moved: tuple[list[int], float] = ([], 0.0)
        self._asked: list[Future[dict[str, Any]]] = []

    async def life(
        self, rule: str, run: Run | None, gone: Callable[[], Awaitable[bool]]
    ) -> dict[str, Any]:
        """The life that a rule finds, doing nothing and, if there is one, under the change; left
        off once whoever asked is ``gone``.

        Raises Refused.
        """
        if rule not in RULES and rule not in case_names() and not rule.isalnum():
            raise Refused("a life is found by cost, contacts or refusals, a case or its own name")
        scenario = replace(run.scenario, name="the room's") if run else None
        try:
            future = self._open().submit(self._telling, rule, scenario)
        except BrokenProcessPool:
            self._give_up()
            future = self._open().submit(self._telling, rule, scenario)
        told = await self._waited_for(future, gone)
        if "problem" in told:
            raise Refused(told["problem"])
        return told

    def far(self) -> dict[str, Any]:
        """What is being worked out now, how far it is, and how many lives are asked for."""
        stage, week, weeks = self._far[:] if self._far is not None else (READY, 0, 0)
        words = DOING[stage]
        if stage in (NOTHING, PLAN) and weeks:
            year = min(week // WEEKS_PER_YEAR + 1, weeks // WEEKS_PER_YEAR)
            words += (
                f": year {year} of {weeks // WEEKS_PER_YEAR}, those before the forecast among them"
            )
        return {"words": words, "asked": sum(not future.done() for future in self._asked)}

    def close(self) -> None:
        """End the process."""
        self._give_up()

    async def _waited_for(
        self, future: Future[dict[str, Any]], gone: Callable[[], Awaitable[bool]]
    ) -> dict[str, Any]:
        pool = self._pool
        self._asked.append(future)
        try:
            while not future.done():
                await asyncio.sleep(LOOK_EVERY)
                if await gone():
                    raise Refused("nobody waits for this life any more")
                if self._stuck() and pool is self._pool:
                    self._give_up()
            return future.result()
        except (BrokenProcessPool, CancelledError):
            if pool is self._pool:
                self._give_up()
            raise Refused("the life could not be told; tell it again") from None
        finally:
            future.cancel()  # one that has begun goes on: the next life needs its run, too
            with contextlib.suppress(ValueError):
                self._asked.remove(future)

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._far = context.Array("q", 3, lock=False)
            self._pool = ProcessPoolExecutor(
                1, mp_context=context, initializer=_politely,
                initargs=(self._base, self._seed, self._far),
            )  # fmt: skip
        if not any(not future.done() for future in self._asked):
            self._moved = (self._far[:], time.monotonic())
        return self._pool

    def _stuck(self) -> bool:
        """Whether the process has stood still for too long."""
        now = self._far[:] if self._far is not None else []
        if now != self._moved[0]:
            self._moved = (now, time.monotonic())
        return time.monotonic() - self._moved[1] > self._stands_still

    def _give_up(self) -> None:
        """End the process; the next life that is asked for has another."""
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):
                process.terminate()
            pool.shutdown(wait=False, cancel_futures=True)


class _Here:
    """What the process keeps."""

    base: Scenario
    seed: int
    far: Any
    census: Any = None
    other: Any = None
    """The room's scenario lived through last, so that more lives of it come quickly."""


def _politely(base: Scenario, seed: int, far: Any) -> None:
    """As polite as the workers: were it more so, they would leave it next to nothing of a busy
    machine while the room waits for the life."""
    leave_interrupts_to_the_parent()
    if hasattr(os, "nice"):
        os.nice(POLITE)
    _Here.base, _Here.seed, _Here.far = base, seed, far


def _census(scenario: Scenario, stage: int) -> Any:
    """Everybody's years under a scenario, telling how far they are."""
    from experiments.census import take_census

    def tell(week: int, weeks: int) -> None:
        _Here.far[:] = [stage, week, weeks]

    tell(0, 0)
    return take_census(scenario, _Here.seed, ROOM_FOR_TEAMS, tell)


def tell_life(rule: str, scenario: Scenario | None) -> dict[str, Any]:
    """In the process: find somebody, tell the life, and the same life under the scenario."""
    from experiments.census import NobodyFound, find, name_of
    from experiments.lives import journeys_of

    if _Here.census is None:
        _Here.census = _census(_Here.base, NOTHING)
    census = _Here.census
    _Here.far[:] = [DIARY, 0, 0]
    try:
        found = find(census, rule, 1, adults_only=True)
    except NobodyFound as error:
        return {"problem": str(error)}
    name = name_of(int(census.key[found[0]]))
    first = journeys_of(census, [name])[name]
    twin = None
    if scenario is not None:
        if _Here.other is None or _Here.other.scenario != scenario:
            _Here.other = _census(scenario, PLAN)
        _Here.far[:] = [DIARY, 1, 0]
        twin = journeys_of(_Here.other, [name]).get(name)
    return {"name": name} | told_lives(first, twin)
