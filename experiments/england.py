"""`upstream england`: every authority of England, doing nothing and under the same cut.

Each authority is a place of its own, made from official figures, and a task of its own, so that a
run can be stopped and taken up again, or sent to a cluster.
"""

from __future__ import annotations

import argparse
import csv
import io
import resource
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from experiments.commands import DONE, INTERRUPTED, BadRequest

if TYPE_CHECKING:
    from scenarios.authorities import Authority
    from sim.tasks import Row
    from sim.tasks.model import Simulation

BASE: Final = "do_nothing"
MEASURE: Final = "crisis_weeks"
DEFAULT_OUT: Final = Path("results/england")
REPLICATES: Final = 1


@dataclass(frozen=True)
class Landing:
    """What a cut does to one authority, replicate by replicate."""

    authority: Authority
    base: tuple[float, ...]
    cut: tuple[float, ...]

    @property
    def per_10_000(self) -> tuple[float, ...]:
        """The difference for 10,000 residents, by replicate."""
        scale = 10_000 / self.authority.residents
        return tuple(scale * (b - a) for a, b in zip(self.base, self.cut, strict=True))


def england(arguments: argparse.Namespace) -> int:
    """Simulate all authorities, or take up where it was stopped; then table, picture and CSV."""
    from experiments.output import say, warn
    from experiments.progress import progress
    from sim.tasks import cores, run_tasks
    from sim.tasks.model import simulate

    out, cut = arguments.out or DEFAULT_OUT, f"cut_{arguments.cut}"
    chosen = authorities(arguments.authorities)
    tasks = make_tasks(chosen, out / "places", cut, arguments)
    begun, processor = perf_counter(), processor_seconds()
    done = 0
    try:
        with progress("Simulating England", len(tasks)) as advance:

            def told(_: int, __: object) -> None:
                nonlocal done
                done += 1
                advance()

            rows = run_tasks(
                simulate, tasks, workers=arguments.workers or cores(), folder=out / "tasks",
                cluster=arguments.cluster, on_done=told,
            )  # fmt: skip
    except KeyboardInterrupt:
        warn(f"Stopped: {done} of {len(tasks)} tasks are kept; the same command goes on from here.")
        return INTERRUPTED
    finally:
        warn(
            f"{perf_counter() - begun:.0f} s by the clock, "
            f"{processor_seconds() - processor:.0f} s of processor time on this machine, "
            f"{largest_gib():.2f} GiB in the largest process"
        )
    landings = land(chosen, rows, cut, arguments.measure, arguments.replicates)
    say(table(landings, arguments.cut, arguments.measure, arguments.years).rstrip("\n"))
    write(out, chosen, rows, landings, arguments)
    warn(f"Results are in {out}")
    return DONE


def processor_seconds(children: bool = True) -> float:
    """Of this process, and of its workers that have ended."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)[: 2 if children else 1]
    return sum(sum(resource.getrusage(who)[:2]) for who in kinds)


def largest_gib() -> float:
    """Memory of the largest process so far, in GiB."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in kinds) / 2**20


def authorities(names: Sequence[str] | None) -> list[Authority]:
    """Those of England, or some of them, the largest first: a worker busy at the end is few."""
    from scenarios.authorities import NoSuchAuthority, find_authority, read_authorities

    try:
        found = [find_authority(name) for name in names or ()]
    except NoSuchAuthority as error:
        raise BadRequest(str(error)) from error
    chosen = found or [a for a in read_authorities() if a.country == "England"]
    once = {authority.code: authority for authority in chosen}
    return sorted(once.values(), key=lambda a: -a.residents)


def make_tasks(
    chosen: Sequence[Authority], folder: Path, cut: str, arguments: argparse.Namespace
) -> list[Simulation]:
    """Write the place files, and make a task for each authority and replicate."""
    from sim.tasks.model import simulation, variant

    folder.mkdir(parents=True, exist_ok=True)
    tasks = []
    for authority in chosen:
        paths = write_place(authority, folder, (BASE, cut))
        variants = [variant(path, years=arguments.years) for path in paths]
        tasks += [simulation(variants, arguments.seed, r) for r in range(arguments.replicates)]
    return tasks


def write_place(authority: Authority, folder: Path, names: Iterable[str]) -> list[Path]:
    """The place file of an authority and some of its starter scenarios, as `upstream place`."""
    from experiments.place import starter_files

    out = folder / f"{authority.file_name}.toml"
    files = starter_files(authority, out)
    scenarios = [out.with_suffix("") / f"{name}.toml" for name in names]
    for path in (out, *scenarios):
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != files[path]:
            path.write_text(files[path], encoding="utf-8")
    return scenarios


def land(
    chosen: Sequence[Authority], rows: Sequence[Row], cut: str, measure: str, replicates: int
) -> list[Landing]:
    """The measure of each authority in both scenarios, hardest hit first."""
    if rows and f"{BASE}/{measure}" not in rows[0]:
        raise BadRequest(f"--measure: there is no measure {measure}; for example {MEASURE}")
    found = []
    for i, authority in enumerate(chosen):
        own = rows[i * replicates : (i + 1) * replicates]
        found.append(Landing(authority, _values(own, BASE, measure), _values(own, cut, measure)))
    return sorted(found, key=lambda landing: -sum(landing.per_10_000))


def _values(rows: Sequence[Row], name: str, measure: str) -> tuple[float, ...]:
    values = [row[f"{name}/{measure}"] for row in rows]
    return tuple(value for value in values if isinstance(value, float))


def table(landings: Sequence[Landing], percent: int, measure: str, years: int) -> str:
    """England as a whole, and the ten hardest and ten least hit."""
    base = sum(sum(x.base) for x in landings) / len(landings[0].base)
    cut = sum(sum(x.cut) for x in landings) / len(landings[0].base)
    lines = [
        f"Every budget cut by {percent}%, {len(landings)} authorities, {years} years, "
        f"{len(landings[0].base)} replicate(s): {measure}{_percent(base, cut)} in all "
        f"({base:,.0f} to {cut:,.0f} a year)",
        "",
        "Hardest, more a year for 10,000 residents",
        *(_line(x) for x in landings[:10]),
        "Least",
        *(_line(x) for x in landings[-10:]),
    ]
    return "\n".join(lines) + "\n"


def _percent(base: float, cut: float) -> str:
    return f" {100 * (cut / base - 1):+.1f}%" if base else ""


def _line(landing: Landing) -> str:
    mean = sum(landing.per_10_000) / len(landing.per_10_000)
    return f"  {landing.authority.common_name:38}{landing.authority.region:26}{mean:>+9.1f}"


def write(
    out: Path, chosen: Sequence[Authority], rows: Sequence[Row], landings: Sequence[Landing],
    arguments: argparse.Namespace,
) -> None:  # fmt: skip
    """The CSV of all that was measured, and the picture."""
    from experiments.england_tiles import draw
    from sim.store import write_file

    write_file(out / "authorities.csv", csv_of(chosen, rows, arguments.replicates).encode("utf-8"))
    draw(landings, arguments, out / "tiles")


def csv_of(chosen: Sequence[Authority], rows: Sequence[Row], replicates: int) -> str:
    """One row an authority and replicate: official figures first, then every measure."""
    from scenarios.authorities import FIGURES

    names = sorted({name for row in rows for name in row})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    about = ("code", "name", "region", "residents", "children", "deprivation_score")
    writer.writerow([*about, *FIGURES, "replicate", *names])
    for i, row in enumerate(rows):
        a = chosen[i // replicates]
        official = ["" if a.figures[f] is None else a.figures[f] for f in FIGURES]
        measured = [row.get(name, "") for name in names]
        own = (a.code, a.common_name, a.region, a.residents, a.children, a.deprivation_score)
        writer.writerow([*own, *official, i % replicates, *measured])
    return text.getvalue()
