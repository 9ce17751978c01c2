"""News for pages and phones: nobody misses what was told as they began to listen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from experiments.workshop.hub import Hub


def heard(event: str) -> tuple[str, Any]:
    sort, data = event.strip().split("\n")
    return sort.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_what_is_told_between_asking_to_listen_and_listening_is_heard() -> None:
    """A phone joins as the room is asked: its stream is made before the question and begins after
    it."""

    async def join() -> tuple[str, Any]:
        hub, question = Hub(), {"number": None}
        stream = hub.listen(lambda: {"phone": dict(question)})
        question["number"] = 1
        hub.tell("phone", dict(question))
        return heard(await anext(stream))

    assert asyncio.run(join()) == ("phone", {"number": 1})


def test_the_newest_of_a_sort_is_heard_and_no_backlog() -> None:
    async def slow() -> list[tuple[str, Any]]:
        hub = Hub()
        stream = hub.listen(lambda: {"room": 0})
        first = heard(await anext(stream))
        for i in (1, 2, 3):
            hub.tell("room", i)
        return [first, heard(await anext(stream))]

    assert asyncio.run(slow()) == [("room", 0), ("room", 3)]


def test_a_listener_that_could_not_be_told_how_things_stand_is_let_go() -> None:
    async def broken() -> bool:
        hub = Hub()
        stream = hub.listen(lambda: {"room": 1 / 0})
        try:
            await anext(stream)
        except ZeroDivisionError:
            return not hub._waiting
        return False

    assert asyncio.run(broken())
