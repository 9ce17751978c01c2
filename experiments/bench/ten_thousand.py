"""Ten thousand ten-year runs of Portsmouth through the task layer, kept in a Parquet store.

    python -m experiments.bench.ten_thousand --runs 400
    python -m experiments.bench.ten_thousand --runs 400 --cluster local
    python -m experiments.bench.ten_thousand --runs 400 \\
        --beside scenarios/portsmouth/navigators.toml

The aim is two hours on two cores: 1.44 s a run. A run is one replicate of doing nothing, with its
own warm-up and all measures. With ``--beside`` a task is a comparison, as every question asks it:
a replicate of both scenarios, two runs, with the warm-up that they have in common done once. What
was stopped goes on with the same command; what is said of speed is of the runs done since. Fewer
than ten thousand are extrapolated, and that is said.

The *overhead* of the layer is the share of a worker's time in which it is in no task: all time
between the beginning of its second task (the first loads the compiled model) and the end of its
last, less the time inside tasks. On a machine that does other things too, time inside tasks is
longer than their processor time; both are told.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from experiments.bench.places import PORTSMOUTH
from experiments.england import processor_seconds
from sim.tasks import Row, cores, run_tasks
from sim.tasks.model import Simulation, simulate, simulation, variant

ALL: Final = 10_000
YEARS: Final = 10
HOURS: Final = 2.0
STORE: Final = Path("results/ten_thousand")
BEGAN, ENDED, PROCESSOR, WORKER = (
    f"task/{name}" for name in ("began", "ended", "processor_seconds", "worker")
)
SAY_EVERY_SECONDS: Final = 30.0
LOCAL: Final = "local"


@dataclass(frozen=True)
class Speed:
    """What the runs of this session came to."""

    runs: int
    """Those that are counted: all but the first of each worker."""
    per_second: float
    overhead: float
    """Share of the workers' time outside tasks."""
    seconds: float
    """By the clock, inside a task, mean."""
    processor: float
    """The same of processor time."""


@dataclass
class Teller:
    """Says how far it is and how long it will take, every half minute."""

    total: int
    each: int = 1
    """Runs of a task."""
    began: float = field(default_factory=time.monotonic)
    found: int = 0
    done: int = 0
    said: float = 0.0

    def __call__(self, _: int, row: Row) -> None:
        """Count a run; one that began before us was found in the store."""
        if _number(row, BEGAN) < self.began:
            self.found += self.each
            return
        self.done += self.each
        now = time.monotonic()
        if now - self.said > SAY_EVERY_SECONDS:
            self.said = now
            print(self.line(now - self.began), file=sys.stderr, flush=True)

    def line(self, seconds: float) -> str:
        """In words."""
        rate = self.done / seconds
        left = (self.total - self.found - self.done) / rate
        return (
            f"{self.found + self.done:,} of {self.total:,} runs, {rate:.2f} a second, "
            f"{left / 60:.1f} minutes left"
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Do the runs and say what they took."""
    asked = _arguments(argv)
    workers = asked.workers or cores()
    paths = [asked.scenario, *([asked.beside] if asked.beside else [])]
    worlds, each = [variant(path, years=asked.years) for path in paths], len(paths)
    tasks = [simulation(worlds, asked.seed, i) for i in range(-(-asked.runs // each))]
    teller, processor = Teller(each * len(tasks), each), processor_seconds(children=False)
    with cluster_at(asked.cluster, workers) as address:
        rows = run_tasks(
            timed, tasks, workers=workers, folder=asked.store, cluster=address, on_done=teller
        )
    clock = time.monotonic() - teller.began
    done = [row for row in rows if _number(row, BEGAN) >= teller.began]
    who = "a Dask cluster" if asked.cluster else "the local pool"
    minutes = f"{clock / 60:.1f} minutes by the clock ({clock:.0f} s)"
    print(f"{each * len(done):,} run(s) in {minutes}, {workers} workers of {who}; "
          f"{teller.found:,} were in the store.")  # fmt: skip
    for line in said_of(done, workers, clock, each):
        print(line)
    mine = processor_seconds(children=False) - processor
    share = 1e3 * mine / max(1, each * len(done))
    print(f"The program itself took {share:.1f} ms of processor time a run; the store has "
          f"{size_of(asked.store) / 1e6:.1f} MB.")  # fmt: skip


def timed(task: Simulation) -> Row:
    """The model's task, with when it began and ended and who did it."""
    began, processor = time.monotonic(), time.process_time()
    row = simulate(task)
    return row | {
        BEGAN: began, ENDED: time.monotonic(), PROCESSOR: time.process_time() - processor,
        WORKER: float(os.getpid()),
    }  # fmt: skip


def speed_of(rows: Sequence[Row], each: int = 1) -> Speed | None:
    """What tasks of so many runs ``each`` say of speed; None where no worker has done two."""
    by_worker: dict[float, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: _number(row, BEGAN)):
        by_worker[_number(row, WORKER)].append(row)
    warm = [own[1:] for own in by_worker.values() if len(own) > 1]
    if not warm:
        return None
    spans = [_number(own[-1], ENDED) - _number(own[0], BEGAN) for own in warm]
    every = [row for own in warm for row in own]
    busy = sum(_number(row, ENDED) - _number(row, BEGAN) for row in every)
    return Speed(
        runs=each * len(every),
        per_second=each * sum(len(own) / span for own, span in zip(warm, spans, strict=True)),
        overhead=1.0 - busy / sum(spans),
        seconds=busy / len(every) / each,
        processor=sum(_number(row, PROCESSOR) for row in every) / len(every) / each,
    )


def said_of(rows: Sequence[Row], workers: int, clock: float, each: int = 1) -> Iterator[str]:
    """What it took, and what all ten thousand would take where these were fewer."""
    found = speed_of(rows, each)
    if found is None:
        yield "Too few runs to say anything of speed."
        return
    yield (f"A run took {found.seconds:.2f} s by the clock and {found.processor:.2f} s of "
           f"processor time; {found.per_second:.2f} runs a second.")  # fmt: skip
    yield (f"Overhead of the layer: {found.overhead:.2%} of the workers' time was in no task "
           f"({found.runs:,} runs, without each worker's first).")  # fmt: skip
    if each * len(rows) >= ALL:
        hit = "hit" if clock <= HOURS * 3600 else "missed"
        yield f"The aim, {ALL:,} runs in {HOURS:g} hours on two cores, is {hit}."
        return
    hours = ALL / found.per_second / 3600
    quiet = ALL * found.processor / (1.0 - found.overhead) / workers / 3600
    yield (f"Extrapolated, not run: {ALL:,} runs would take {hours:.2f} hours at this rate, and "
           f"{quiet:.2f} if nothing else ran here (aim: {HOURS:g}).")  # fmt: skip


@contextmanager
def cluster_at(asked: str | None, workers: int) -> Iterator[str | None]:
    """The address of the cluster: that given, or that of one started here for the while."""
    if asked != LOCAL:
        yield asked
        return
    import distributed

    with distributed.LocalCluster(  # type: ignore[no-untyped-call]  # its types do not say
        n_workers=workers, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        yield str(cluster.scheduler_address)


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0], allow_abbrev=False
    )
    parser.add_argument("--runs", type=int, default=ALL, help="default: %(default)s")
    parser.add_argument("--years", type=int, default=YEARS, help="default: %(default)s")
    parser.add_argument("--scenario", default=str(PORTSMOUTH), help="default: %(default)s")
    parser.add_argument("--beside", help="a scenario to compare it with (default: none)")
    parser.add_argument("--workers", type=int, help="default: one a core")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--store", type=Path, default=STORE, help="default: %(default)s")
    parser.add_argument("--cluster", help=f"address of a Dask cluster; {LOCAL}: start one here")
    return parser.parse_args(argv)


def _number(row: Row, name: str) -> float:
    value = row[name]
    assert isinstance(value, float)
    return value


if __name__ == "__main__":
    # by its own name, so that workers anywhere can import what they are to do
    from experiments.bench import ten_thousand

    ten_thousand.main()
