"""Independent tasks on some processes, with finished results kept on disk."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any


def run_tasks(
    function: Callable[[Any], dict[str, float]],
    tasks: Sequence[Any],
    *,
    workers: int = 1,
    folder: Path | None = None,
    cluster: str | None = None,
    on_done: Callable[[int, dict[str, float]], None] = lambda i, result: None,
) -> list[dict[str, float]]:
    """Results in the order of tasks; with a folder, those found there are not run again."""
    keys = [hashlib.sha256(repr(task).encode()).hexdigest() for task in tasks]
    log = None if folder is None else folder / "runs.jsonl"
    done = {} if log is None else _read(log)
    waiting = [i for i, key in enumerate(keys) if key not in done]

    def keep(i: int, result: dict[str, float]) -> None:
        done[keys[i]] = result
        if log is not None:
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps([keys[i], result]) + "\n")
        on_done(i, result)

    for i in set(range(len(tasks))) - set(waiting):
        on_done(i, done[keys[i]])
    if workers == 1:
        for i in waiting:
            keep(i, function(tasks[i]))
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            futures = {pool.submit(function, tasks[i]): i for i in waiting}
            for future in as_completed(futures):
                keep(futures[future], future.result())
    return [done[key] for key in keys]


def _read(log: Path) -> dict[str, dict[str, float]]:
    """What is there; a line cut off by a kill is passed over."""
    log.parent.mkdir(parents=True, exist_ok=True)
    found = {}
    if log.exists():
        text = log.read_bytes()
        if text and not text.endswith(b"\n"):
            log.write_bytes(text[: text.rfind(b"\n") + 1])
        for line in log.read_text(encoding="utf-8").splitlines():
            key, result = json.loads(line)
            found[key] = result
    return found
