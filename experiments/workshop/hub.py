"""Server-sent events: each page gets the newest of every sort of news, and never a backlog."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

HEARTBEAT: Final = 15.0
MOST_LISTENERS: Final = 200


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

    async def listen(self, first: dict[str, Any]) -> AsyncIterator[str]:
        """The events of one listener, beginning with how things stand."""
        me = self._next = self._next + 1
        self._waiting[me] = {
            sort: json.dumps(news, ensure_ascii=False, allow_nan=False)
            for sort, news in first.items()
        }
        self._wake[me] = asyncio.Event()
        try:
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
