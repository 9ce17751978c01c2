"""Server-sent events: each page gets the newest of every sort of news, and never a backlog."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

HEARTBEAT: Final = 15.0
MOST_LISTENERS: Final = 200
TELL_EVERY: Final = 0.25
"""Seconds between two tellings of one sort."""


class Hub:
    """Those who listen, and what each has not heard yet."""

    def __init__(self) -> None:
        self._waiting: dict[int, dict[str, str]] = {}
        self._wake: dict[int, asyncio.Event] = {}
        self._next = 0
        self._closed = False

    def tell(self, sort: str, news: Any) -> None:
        """Tell everybody; older news of the same sort that was not heard yet is replaced."""
        if not self._waiting:
            return
        text = json.dumps(news, ensure_ascii=False, allow_nan=False)
        for listener, pending in self._waiting.items():
            pending[sort] = text
            self._wake[listener].set()

    def close(self) -> None:
        """Let all listeners go."""
        self._closed = True
        for event in self._wake.values():
            event.set()

    @property
    def full(self) -> bool:
        """Whether nobody else can listen."""
        return len(self._waiting) >= MOST_LISTENERS

    async def listen(self, first: Callable[[], dict[str, Any]]) -> AsyncIterator[str]:
        """The events of one listener, beginning with how things stand: ``first`` is called when it
        begins to listen, so that it holds what was told since somebody asked to."""
        me = self._next = self._next + 1
        self._waiting[me], self._wake[me] = {}, asyncio.Event()
        try:
            for sort, news in first().items():
                self._waiting[me][sort] = json.dumps(news, ensure_ascii=False, allow_nan=False)
            while not self._closed:
                pending, self._waiting[me] = self._waiting[me], {}
                for sort, text in pending.items():
                    yield f"event: {sort}\ndata: {text}\n\n"
                try:
                    await asyncio.wait_for(self._wake[me].wait(), HEARTBEAT)
                    self._wake[me].clear()
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            del self._waiting[me], self._wake[me]


class Soon:
    """Tells at once what has not been told of lately, else a little later and then the newest.

    So reckoning figures for the page never keeps phones waiting, and forty phones that answer at
    once are one piece of news.
    """

    def __init__(self) -> None:
        self._pending: set[str] = set()
        self._told_at: dict[str, float] = {}

    def tell(self, sort: str, telling: Callable[[], None]) -> None:
        """Call ``telling`` now, or when the last of its sort is long enough ago."""
        if sort in self._pending:
            return
        wait = self._told_at.get(sort, 0.0) + TELL_EVERY - time.monotonic()
        if wait <= 0:
            self._tell(sort, telling)
        else:
            self._pending.add(sort)
            asyncio.get_running_loop().call_later(wait, self._tell, sort, telling)

    def forget(self, sort: str) -> None:
        """Let the next of a sort be told at once: somebody waits for it."""
        self._told_at.pop(sort, None)

    def _tell(self, sort: str, telling: Callable[[], None]) -> None:
        self._pending.discard(sort)
        self._told_at[sort] = time.monotonic()
        telling()
