"""Finds and lives again, in a process of its own, whose life is told; and says how far it is.

The process keeps the run it found them in, so that the second life comes quickly. Whoever no longer
waits for a life is not worked for: while nobody waits at all the process pauses where it is, and a
plan that whoever waits does not want is left off. A process that stands still is given up.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
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
FIRST, PLAN_WANTED = 3, 4
"""Beside how far it is, the process and this one share who waits first, and with which plan."""
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
        self._tickets = itertools.count(1)
        self._asked: dict[int, tuple[int, Future[dict[str, Any]]]] = {}
        """By ticket, in their order: whoever waits, with which plan, and for what."""

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
        ticket, plan = next(self._tickets), run.number if run else 0
        job = partial(_tell, self._telling, ticket, plan, rule, scenario)
        try:
            future = self._open().submit(job)
        except BrokenProcessPool:
            self._give_up()
            future = self._open().submit(job)
        self._asked[ticket] = plan, future
        told = await self._waited_for(ticket, gone)
        if "problem" in told:
            raise Refused(told["problem"])
        return told

    def far(self) -> dict[str, Any]:
        """What is being worked out now, how far it is, and how many lives are asked for."""
        stage, week, weeks = self._far[:3] if self._far is not None else (READY, 0, 0)
        words = DOING[stage]
        if stage in (NOTHING, PLAN) and weeks:
            year = min(week // WEEKS_PER_YEAR + 1, weeks // WEEKS_PER_YEAR)
            words += (
                f": year {year} of {weeks // WEEKS_PER_YEAR}, those before the forecast among them"
            )
        return {"words": words, "asked": len(self._undone())}

    def close(self) -> None:
        """End the process."""
        self._give_up()

    def _undone(self) -> list[Future[dict[str, Any]]]:
        return [future for _, future in self._asked.values() if not future.done()]

    def _say_who_waits(self) -> None:
        """To the process: the first who waits, and with which plan; nought while nobody does."""
        if self._far is not None:
            first = next(iter(self._asked), 0)
            self._far[PLAN_WANTED] = self._asked[first][0] if first else 0
            self._far[FIRST] = first

    async def _waited_for(self, ticket: int, gone: Callable[[], Awaitable[bool]]) -> dict[str, Any]:
        pool, future = self._pool, self._asked[ticket][1]
        self._say_who_waits()
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
            future.cancel()  # one that has begun pauses: the next life needs its run, too
            del self._asked[ticket]
            self._say_who_waits()

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._far = context.Array("q", 5, lock=False)
            self._pool = ProcessPoolExecutor(
                1, mp_context=context, initializer=_politely,
                initargs=(self._base, self._seed, self._far),
            )  # fmt: skip
        if not self._undone():
            self._moved = (self._far[:3], time.monotonic())
        return self._pool

    def _stuck(self) -> bool:
        """Whether the process has stood still for too long."""
        now = self._far[:3] if self._far is not None else []
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
    ticket = 0
    """Of the life that is being told, and the plan it is told with: a run's number, or none."""
    plan = 0
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


class _Unwanted(Exception):
    """Whoever waits wants another plan than the one that is being lived."""


def _tell(
    telling: Telling, ticket: int, plan: int, rule: str, scenario: Scenario | None
) -> dict[str, Any]:
    """In the process: tell one life, as long as somebody wants its plan."""
    _Here.ticket, _Here.plan = ticket, plan
    try:
        return telling(rule, scenario)
    except _Unwanted:
        return {"problem": "nobody waits for this life any more"}


def go_on(stage: int, week: int, weeks: int) -> None:
    """In the process: say how far it is, and pause while nobody waits for any life. What everybody
    lived doing nothing every life needs, a plan only those who ask with it: where they have left
    and another waits, it is left off. Raises _Unwanted.
    """
    _Here.far[:3] = [stage, week, weeks]
    while not _Here.far[FIRST]:
        time.sleep(LOOK_EVERY)
    left = _Here.far[FIRST] > _Here.ticket  # who waited for this one waits no more
    if stage == PLAN and left and _Here.far[PLAN_WANTED] != _Here.plan:
        raise _Unwanted


def _census(scenario: Scenario, stage: int) -> Any:
    """Everybody's years under a scenario, telling how far they are."""
    from experiments.census import take_census

    go_on(stage, 0, 0)
    return take_census(
        scenario, _Here.seed, ROOM_FOR_TEAMS, lambda week, weeks: go_on(stage, week, weeks)
    )


def tell_life(rule: str, scenario: Scenario | None) -> dict[str, Any]:
    """In the process: find somebody, tell the life, and the same life under the scenario."""
    from experiments.census import NobodyFound, find, name_of
    from experiments.lives import journeys_of

    if _Here.census is None:
        _Here.census = _census(_Here.base, NOTHING)
    census = _Here.census
    go_on(DIARY, 0, 0)
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
        go_on(DIARY, 1, 0)
        twin = journeys_of(_Here.other, [name]).get(name)
    return {"name": name} | told_lives(first, twin)
