"""Tasks that are quick to do, for tests of what does them; workers import them by name.

python -m tests.errands FOLDER TASKS SECONDS    do so many, each of which takes so long
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sim.tasks import Row, run_tasks


@dataclass(frozen=True)
class Errand:
    """A number to be looked into."""

    number: int
    seconds: float = 0.0
    diary: str = ""
    """A file that gets a line each time it is done."""
    flag: str = ""
    """A file that says whether a worker has died already."""


def look_into(errand: Errand) -> Row:
    """Some arithmetic on the number."""
    time.sleep(errand.seconds)
    if errand.diary:
        with open(errand.diary, "a") as diary:
            diary.write(f"{errand.number}\n")
    return {"root": errand.number**0.5, "two": [float(errand.number), 1 / (1 + errand.number)]}


def look_into_words(errand: Errand) -> str:
    """A result that is no row."""
    return f"the number {errand.number}"


def fails_at_five(errand: Errand) -> Row:
    """A mistake in one of the tasks."""
    if errand.number == 5:
        raise ZeroDivisionError("five")
    return look_into(errand)


def dies_once(errand: Errand) -> Row:
    """The worker that first gets number 3 is ended by the system."""
    flag = Path(errand.flag)
    if errand.number == 3 and not flag.exists():
        flag.touch()
        os._exit(9)
    return look_into(errand)


def always_dies(errand: Errand) -> Row:
    """A task that no machine has the memory for."""
    if errand.number == 3:
        os._exit(9)
    return look_into(errand)


def main() -> None:
    """Say so when the first is done, and when all are."""
    folder, tasks, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    diary = str(folder.with_suffix(".diary"))
    errands = [Errand(n, seconds, diary) for n in range(tasks)]
    run_tasks(
        look_into, errands, workers=int(sys.argv[4]) if len(sys.argv) > 4 else 1, folder=folder,
        on_done=lambda i, _: print(i, flush=True),
    )  # fmt: skip
    print("done", flush=True)


if __name__ == "__main__":
    main()
