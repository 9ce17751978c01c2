"""What becomes of the work when things go wrong around the program (``make bad-day``).

A small place is compared and its sensitivities are found again and again, by the real program in a
process of its own, and each time something is done to it. Three things must hold: nothing finished
is lost, nothing half-done passes for whole, and what happened is said plainly. One row a fault.

    python -m tests.bad_day [--moments N] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sim.store import Damaged, verify
from sim.tasks import TaskFolder
from tests.small_files import SHORT_SENSITIVITY, small_copy

ROOT = Path(__file__).resolve().parents[1]
LONGEST_SECONDS = 600
"""Only what hangs takes so long, on a busy machine too."""
PLAIN = ("Traceback (most", "fault in Upstream")
"""What nobody whose disk is full should have to read."""
FUTURE = 4_070_908_800.0
"""A time in 2099: so a file looks after the clock was set back."""


@dataclass
class Row:
    """A fault: what was done, what must hold, and what was found wrong."""

    done: str
    asked: str
    wrong: list[str] = field(default_factory=list)
    found: str = ""

    def must(self, holds: object, otherwise: str) -> None:
        """Note it where something does not hold."""
        if not holds:
            self.wrong.append(otherwise)


@dataclass(frozen=True)
class End:
    """How a program ended, and what it said."""

    code: int
    said: str

    @property
    def plain(self) -> bool:
        return not any(words in self.said for words in PLAIN)


@dataclass(frozen=True)
class Bench:
    """The place, and what an undisturbed run of each command gives and takes."""

    folder: Path
    moments: int
    chance: random.Random
    whole: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def compare(self, out: Path, *more: str) -> list[str]:
        scenarios = [str(self.folder / f"{name}.toml") for name in ("do_nothing", "budget_cut")]
        return ["compare", *scenarios, "--replicates", "4", "--workers", "2", "--out", str(out),
                *more]  # fmt: skip

    def sensitivity(self, store: Path, out: Path) -> list[str]:
        return ["sensitivity", str(self.folder / "do_nothing.toml"), *SHORT_SENSITIVITY,
                "--workers", "2", "--store", str(store), "--json", str(out)]  # fmt: skip

    def environment(self) -> dict[str, str]:
        return os.environ | {"UPSTREAM_CRISIS_GRID": "small", "PYTHONPATH": str(ROOT),
                             "UPSTREAM_CACHE": str(self.folder / "cache")}  # fmt: skip

    def start(self, argv: list[str], limit: Callable[[], None] | None = None) -> Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "experiments.cli", *argv], cwd=ROOT, env=self.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0,
            preexec_fn=limit,
        )  # fmt: skip

    def to_end(self, argv: list[str], limit: Callable[[], None] | None = None) -> End:
        return ended(self.start(argv, limit))

    def killed(self, argv: list[str], after: float) -> bool:
        """Start it, kill it and nothing but it; False if it had ended before."""
        program = self.start(argv)
        with suppress(subprocess.TimeoutExpired):
            program.wait(after)
        early = program.poll() is None
        if early:
            os.kill(program.pid, signal.SIGKILL)
        program.communicate(timeout=LONGEST_SECONDS)
        return early


Popen = subprocess.Popen[str]


def ended(program: Popen) -> End:
    """Wait for it. One that does not end is killed, and its code says so."""
    try:
        said, _ = program.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        said, _ = program.communicate()
        said += f"did not end within {LONGEST_SECONDS} s"
    return End(program.returncode, said)


def compared(out: Path) -> object:
    """The hashes of what was compared, without the manifest. Raises Damaged."""
    return verify(out)["files"]


def undisturbed(bench: Bench) -> None:
    """Run each command once in peace, and once more to see how long it takes."""
    folder = bench.folder / "peace"
    out, store, answer = folder / "out", folder / "store", folder / "s.json"
    folder.mkdir()
    for name, argv in (
        ("compare", bench.compare(out)),
        ("sensitivity", bench.sensitivity(store, answer)),
    ):
        bench.to_end(argv)  # compiles, which takes minutes in a new copy
        shutil.rmtree(store, ignore_errors=True)
        begun = time.monotonic()
        end = bench.to_end(argv)
        bench.seconds[name] = time.monotonic() - begun
        if end.code:
            raise SystemExit(f"{name} does not even run in peace:\n{end.said}")
    bench.whole["compare"] = compared(out)
    bench.whole["sensitivity"] = figures_of(answer)


def figures_of(answer: Path) -> object:
    """What a sensitivity analysis found, without the time that it took and where it was put."""
    found = json.loads(answer.read_text(encoding="utf-8"))
    return {name: part for name, part in found.items() if name not in ("seconds", "command")}


# --- faults ---


def kill_compare(bench: Bench, folder: Path) -> Row:
    row = Row("compare, kill -9 at a random moment", "results whole, or the earlier ones, or none")
    out, kept = folder / "out", 0
    for moment in range(bench.moments):
        bench.killed(bench.compare(out), bench.seconds["compare"] * bench.chance.random())
        if out.exists():
            kept += 1
            row.must(_sound(out) == bench.whole["compare"], f"moment {moment}: other results")
    end = bench.to_end(bench.compare(out))
    row.must(end.code == 0, f"the run afterwards ended with {end.code}: {end.said[-200:]}")
    row.must(_sound(out) == bench.whole["compare"], "the run afterwards gave other results")
    left = len([p for p in folder.iterdir() if p.name.startswith(".")])
    row.found = f"{bench.moments} kills: {kept} times results, whole; {left} hidden remnants"
    return row


def kill_sensitivity(bench: Bench, folder: Path) -> Row:
    row = Row("sensitivity, kill -9 at a random moment", "finished runs kept, same figures after")
    store, answer, kept = folder / "store", folder / "s.json", 0
    for moment in range(bench.moments):
        bench.killed(
            bench.sensitivity(store, answer), bench.seconds["sensitivity"] * bench.chance.random()
        )
        now = _number_in(store)
        row.must(now >= kept, f"moment {moment}: {kept} runs were kept, {now} are there")
        kept = max(now, kept)
        row.must(not answer.exists() or figures_of(answer) == bench.whole["sensitivity"],
                 f"moment {moment}: other figures")  # fmt: skip
    _same_figures(row, bench, bench.to_end(bench.sensitivity(store, answer)), answer)
    row.found = f"{bench.moments} kills, {kept} runs kept by then; then to its end, same figures"
    return row


def two_on_one_folder(bench: Bench, folder: Path) -> Row:
    row = Row("sensitivity twice at once on one store", "one goes on, the other is told")
    argvs = [bench.sensitivity(folder / "store", folder / f"{n}.json") for n in range(2)]
    ends = [ended(program) for program in [bench.start(argv) for argv in argvs]]
    codes = sorted(end.code for end in ends)
    row.must(codes[0] == 0, f"neither went through: {[end.said[-200:] for end in ends]}")
    told = [end for end in ends if end.code]
    row.must(all(e.plain and "another program" in e.said for e in told), "was not told plainly")
    for path in folder.glob("*.json"):
        row.must(figures_of(path) == bench.whole["sensitivity"], f"{path.name}: other figures")
    row.found = f"ended with {codes[0]} and {codes[1]}"
    return row


def two_compare(bench: Bench, folder: Path) -> Row:
    row = Row("compare twice at once into one folder", "whole results of one of them")
    ends = [ended(p) for p in [bench.start(bench.compare(folder / "out")) for _ in range(2)]]
    row.must(_sound(folder / "out") == bench.whole["compare"], "the folder is not whole")
    row.must(all(end.plain for end in ends), "was not told plainly")
    row.found = f"ended with {ends[0].code} and {ends[1].code}, results whole"
    return row


def worker_lost(bench: Bench, folder: Path) -> Row:
    row = Row("sensitivity, a worker killed", "its runs are done again, same figures")
    program = bench.start(bench.sensitivity(folder / "store", folder / "s.json"))
    lost = 0
    while program.poll() is None and not lost:
        time.sleep(0.1)
        for pid in _workers_of(program.pid) if (folder / "store").exists() else []:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                lost += 1
                break
    _same_figures(row, bench, ended(program), folder / "s.json")
    row.must(lost, "no worker was there to be killed")
    row.found = f"{lost} worker killed, same figures"
    return row


def ctrl_c_twice(bench: Bench, folder: Path) -> Row:
    row = Row("compare, Ctrl-C twice at a random moment", "ends at once, nothing half-done")
    for _ in range(bench.moments):
        program = bench.start(bench.compare(folder / "out"))
        with suppress(subprocess.TimeoutExpired):
            program.wait(0.5 + bench.seconds["compare"] * bench.chance.random())
        for _ in range(2):
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGINT)
            time.sleep(0.05)
        end = ended(program)
        row.must(end.code in (0, 130), f"ended with {end.code}: {end.said[-300:]}")
        row.must(end.plain, f"not said plainly: {end.said[-300:]}")
        row.must(not (folder / "out").exists() or _sound(folder / "out"), "half-done results")
        row.must(not [p for p in folder.iterdir() if p.name.startswith(".")], "remnants")
    row.found = f"{bench.moments} times, ended plainly, nothing left half-done"
    return row


def full_disk(bench: Bench, folder: Path) -> Row:
    row = Row("compare, no file may grow over 2 kB", "said plainly; earlier results untouched")
    out = folder / "out"
    bench.to_end(bench.compare(out))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

    end = bench.to_end(bench.compare(out), limit)
    row.must(end.code != 0, "it ended as if all were well")
    row.must(end.plain and "could not be written" in end.said, f"said: {end.said[-300:]}")
    row.must(_sound(out) == bench.whole["compare"], "the earlier results are not as they were")
    row.found = end.said.strip().splitlines()[-1][-70:]
    return row


def read_only(bench: Bench, folder: Path) -> Row:
    row = Row("compare, where nothing can be written", "said plainly, before anything is run")
    begun = time.monotonic()
    end = bench.to_end(bench.compare(Path("/proc/results")))
    row.must(end.code == 2 and end.plain, f"ended with {end.code}: {end.said[-300:]}")
    row.must(time.monotonic() - begun < bench.seconds["compare"], "only after the run")
    row.found = end.said.strip().splitlines()[-1][-70:]
    return row


def clock_set_back(bench: Bench, folder: Path) -> Row:
    row = Row("sensitivity, files from 2099", "same figures, nothing done twice")
    store = folder / "store"
    bench.to_end(bench.sensitivity(store, folder / "first.json"))
    before = _number_in(store)
    for path in [*store.rglob("*"), *(bench.folder / "cache").rglob("*")]:
        os.utime(path, (FUTURE, FUTURE))
    end = bench.to_end(bench.sensitivity(store, folder / "s.json"))
    _same_figures(row, bench, end, folder / "s.json")
    row.must(_number_in(store) == before, "runs were done again")
    row.found = f"{before} runs taken up, same figures"
    return row


def altered(bench: Bench, folder: Path) -> Row:
    row = Row("results cut short, a kept run altered", "noticed and told, never used")
    out, store = folder / "out", folder / "store"
    bench.to_end(bench.compare(out))
    for path in [path for path in out.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        row.must(_sound(out) is None, f"{path.name} cut short passes for whole")
        path.write_bytes(content)
    bench.to_end(bench.sensitivity(store, folder / "first.json"))
    part = next((store / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:-100] + bytes(100))
    end = bench.to_end(bench.sensitivity(store, folder / "s.json"))
    row.must(end.code == 2 and end.plain and "changed" in end.said, f"said: {end.said[-300:]}")
    row.must(not (folder / "s.json").exists(), "figures came out of altered runs")
    row.found = end.said.strip().splitlines()[-1][-70:]
    return row


def other_cache(bench: Bench, folder: Path) -> Row:
    row = Row("caches of another version, or damaged", "worked out anew, same results")
    scenario = bench.folder / "pathway.toml"
    scenario.write_text(
        'title = "Asks the crisis door"\nextends = "do_nothing.toml"\ncrisis_door = "pathway"\n'
    )
    argv = ["run", str(scenario), "--years", "1", "--replicates", "1", "--sets", "0", "--out"]
    first = bench.to_end([*argv, str(folder / "first")])
    row.must(first.code == 0, f"ended with {first.code}: {first.said[-300:]}")
    cached = list((bench.folder / "cache").rglob("*.json"))
    for path in cached:
        found = json.loads(path.read_text())
        found["table"]["loads"] = [7.0 for _ in found["table"]["loads"]]
        path.write_text(json.dumps(found))
    end = bench.to_end([*argv, str(folder / "again")])
    row.must(end.code == 0, f"ended with {end.code}: {end.said[-300:]}")
    row.must(cached, "no cache was there to be damaged")
    row.must(compared(folder / "again") == compared(folder / "first"), "other results")
    row.found = f"{len(cached)} tables altered, same results"
    return row


def no_memory(bench: Bench, folder: Path) -> Row:
    sizes = (400, 800, 1200, 1500, 1550, 1600, 1800, 2500)
    row = Row("compare with 400 to 2,500 MB of addresses", "said plainly, nothing half-done")
    codes = []
    for megabytes in sizes:
        size = megabytes * 2**20

        def limit(size: int = size) -> None:
            resource.setrlimit(resource.RLIMIT_AS, (size, size))

        end = bench.to_end(bench.compare(folder / "out"), limit)
        codes.append(end.code)
        row.must(end.plain and end.code in (0, 1), f"{megabytes} MB: {end.code} {end.said[-400:]}")
        row.must(not (folder / "out").exists() or _sound(folder / "out"), "half-done results")
    row.must(0 in codes and 1 in codes, f"ended with {codes}: the sizes tell nothing")
    row.found = ", ".join(f"{mb} MB: {code}" for mb, code in zip(sizes, codes, strict=True))
    return row


FAULTS = (
    kill_compare, kill_sensitivity, ctrl_c_twice, two_on_one_folder, two_compare, worker_lost,
    full_disk, read_only, clock_set_back, altered, other_cache, no_memory,
)  # fmt: skip


def rows(bench: Bench, names: list[str]) -> Iterator[Row]:
    """Each fault in a folder of its own."""
    undisturbed(bench)
    for fault in FAULTS:
        if names and fault.__name__ not in names:
            continue
        folder = bench.folder / fault.__name__
        folder.mkdir()
        yield fault(bench, folder)


def _sound(out: Path) -> object:
    """What is in a folder of results, or None if it is not whole."""
    try:
        return compared(out)
    except Damaged:
        return None


def _number_in(store: Path) -> int:
    if not store.exists():
        return 0
    with TaskFolder(store) as kept:
        return len(kept)


def _same_figures(row: Row, bench: Bench, end: End, answer: Path) -> None:
    row.must(end.code == 0, f"ended with {end.code}: {end.said[-300:]}")
    same = answer.exists() and figures_of(answer) == bench.whole["sensitivity"]
    row.must(same, "other figures")


def _workers_of(pid: int) -> list[int]:
    """The pool's processes: children that were spawned, without the one that tracks resources."""
    found = []
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(int(child))
    return found


def main() -> int:
    """Print a row a fault; 1 if something did not hold."""
    options = argparse.ArgumentParser(prog="python -m tests.bad_day")
    options.add_argument("--moments", type=int, default=4, help="random moments a command")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("faults", nargs="*", help="only these")
    asked = options.parse_args()
    failed = 0
    print(f"{'what was done':50} {'what was asked':46} what was found")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small_copy(folder, "do_nothing", "budget_cut", share=0.005, years=2)
        bench = Bench(folder, asked.moments, random.Random(asked.seed))
        for row in rows(bench, asked.faults):
            found = row.found if not row.wrong else "WRONG: " + "; ".join(row.wrong)
            print(f"{row.done:50} {row.asked:46} {found}", flush=True)
            failed += bool(row.wrong)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
