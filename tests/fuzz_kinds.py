"""The kinds of file that are fuzzed: how each is read, and sound ones to begin with."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

from calibration.forecast.history import read_histories
from calibration.logs.columns import guess, read_columns
from calibration.logs.events import read_log
from calibration.logs.source import look
from calibration.targets import read_targets
from experiments.import_log import XES_COLUMNS
from experiments.synthetic_log import write_log
from experiments.workshop.drafts import Desk, Refused, checked, text_of
from experiments.workshop.front import LEVERS, Front, Standing
from experiments.workshop.memory import LOG, Memory
from experiments.workshop.offered import levers_of
from scenarios.files import HERE
from scenarios.load import load_evidence, load_scenario
from scenarios.register import EVIDENCE
from scenarios.ways import in_use
from sim.store import results_folder, verify
from sim.tasks import TaskFolder
from tests.small_files import small_copy

HEAD = ["client_ref", "contact_date", "service"]


def _columns(path: Path) -> None:
    read_columns(path, HEAD)


def _log(path: Path) -> None:
    source = look(path)
    columns = XES_COLUMNS if source.form == "xes" else guess(source.head, str(path))
    read_log(source, columns, dt.date(2025, 1, 1), lambda _: None)


def _results(path: Path) -> None:
    verify(_as_manifest(path))


def _store(path: Path) -> None:
    with TaskFolder(_as_manifest(path)):
        pass


def _as_manifest(path: Path) -> Path:
    """A folder with this file as its manifest, and nothing else in it."""
    folder = path.parent / "folder"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(path, folder / "manifest.json")
    return folder


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is named, how it is read, and sound ones to begin with."""

    name: str
    read: Callable[[Path], object]
    sound: Callable[[Path], list[bytes]]


def _scenarios(folder: Path) -> list[bytes]:
    parent = str(HERE / "portsmouth" / "do_nothing.toml")
    texts = [path.read_text() for path in sorted((HERE / "portsmouth").glob("*.toml"))]
    return [text.replace('"do_nothing.toml"', f'"{parent}"').encode() for text in texts]


def _place(path: Path) -> None:
    small_copy(path.parent, "do_nothing")
    shutil.copy(path, path.parent / "small.toml")
    load_scenario(path.parent / "do_nothing.toml")


def _files(folder: Path, pattern: str, most: int = 40_000) -> Callable[[Path], list[bytes]]:
    """Sound files of ours, cut short where they are long."""
    found = sorted(folder.glob(pattern))[:12]
    return lambda _: [path.read_bytes()[:most].rpartition(b"\n")[0] for path in found]


def _evidence(path: Path) -> None:
    """The register with one of its files in place of ours: which one, its first table tells."""
    register = path.parent / "register"
    if not register.exists():
        shutil.copytree(EVIDENCE, register)
    which = _which(path.read_bytes())
    shutil.copy(path, register / which)
    try:
        with patch("scenarios.register.EVIDENCE", register):
            load_evidence()
    finally:
        shutil.copy(EVIDENCE / which, register / which)


def _which(content: bytes) -> str:
    """The file of the register that shares most lines with this."""
    mine = set(content.splitlines())
    files = sorted(EVIDENCE.glob("*.toml"))
    return max(files, key=lambda f: len(mine & set(f.read_bytes().splitlines()))).name


def _workshop(path: Path) -> None:
    """A workshop's folder with this as its memory, opened again."""
    folder = path.parent / "room"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(path, folder / LOG)
    Memory(folder).close()


def _rooms(folder: Path) -> list[bytes]:
    """What a lively room leaves."""
    memory = Memory(folder / "lively")
    memory.note("opened", place="portsmouth", title="Portsmouth", start="2024-04-01", years=10,
                seed=1, replicates=4, version="", code="ABCDEF")  # fmt: skip
    memory.note("kept", name="a", title="A", table="1", settings={"budget.housing": 3},
                toml="title = 'A'", parent="")  # fmt: skip
    memory.note("noted", text="We try this", who="")
    memory.note("joined", who="seat1")
    number = memory.note("asked", text="How many?", measure="people.multiple_needs", scenario="a",
                         unit="people", sort="predict", choices=[])["n"]  # fmt: skip
    memory.note("answered", question=number, who="seat1", value=12.5)
    memory.note("revealed", question=number)
    memory.note("named", name="a", title="B", toml="title = 'B'")
    memory.undo()
    memory.note("dropped", name="a")
    memory.close()
    return [(folder / "lively" / LOG).read_bytes()]


@cache
def _desk() -> Desk:
    base = load_scenario(HERE / "portsmouth" / "do_nothing.toml")
    return Desk(base, Path(), "portsmouth", levers_of(base))


def _levers(path: Path) -> None:
    """How the levers stood, as a workshop that is opened again takes it."""
    told = Standing(path.parent).before()
    if told is None or Front("page-7").overtakes(told["move"]):
        return
    with suppress(Refused):
        text_of(_desk(), "Being tried", checked(_desk(), told["settings"]), None)


def _standing(folder: Path) -> list[bytes]:
    standing = Standing(folder)
    settings = {"budget.housing": 3, "navigators.posts": 2, "exclusion.mental_health.alcohol": 1}
    standing.note(Front("page-12", settings, "ours"))
    standing.close()
    return [(folder / LEVERS).read_bytes()]


def _logs(folder: Path) -> list[bytes]:
    write_log(folder / "log.csv", 60, share=0.01)
    xes = b"""<?xml version="1.0"?><log><trace><string key="concept:name" value="a1"/><event>
<string key="concept:name" value="contact"/><string key="org:group" value="police"/>
<date key="time:timestamp" value="2024-01-05T10:00:00+00:00"/></event></trace></log>"""
    return [(folder / "log.csv").read_bytes(), xes]


def _manifests(folder: Path) -> list[bytes]:
    with results_folder(folder / "out", {"seed": 1}) as out:
        (out / "table.txt").write_text("a table")
    return [(folder / "out" / "manifest.json").read_bytes()]


def _task_manifests(folder: Path) -> list[bytes]:
    with TaskFolder(folder / "tasks"):
        pass
    return [(folder / "tasks" / "manifest.json").read_bytes()]


ROOT = HERE.parent
COLUMNS = b'person = "client_ref"\ntime = "contact_date"\nagency = "service"\n'
KINDS = {
    kind.name: kind
    for kind in (
        Kind("scenario.toml", load_scenario, _scenarios),
        Kind("place.toml", _place, _files(HERE / "places", "*.toml")),
        Kind("intervention.toml", lambda p: in_use("portsmouth", {"a": [p]}),
             _files(HERE / "interventions", "*.toml")),
        Kind("targets.csv", read_targets, _files(ROOT / "calibration" / "targets", "*.csv")),
        Kind("history.csv", read_histories,
             _files(ROOT / "calibration" / "histories", "*.csv", 4000)),
        Kind("log.csv", _log, _logs),
        Kind("columns.toml", _columns, lambda _: [COLUMNS]),
        Kind("results.json", _results, _manifests),
        Kind("store.json", _store, _task_manifests),
        Kind("evidence.toml", _evidence, _files(EVIDENCE, "*.toml")),
        Kind("workshop.jsonl", _workshop, _rooms),
        Kind(LEVERS, _levers, _standing),
    )
}  # fmt: skip
