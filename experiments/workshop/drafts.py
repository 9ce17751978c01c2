"""From the room's levers, or a file dropped on the page, to a scenario that can be run.

Everything goes by way of a scenario file's text, which the loader of the command line reads and
checks; so a kept scenario is a file that the command line runs to the same numbers. The files are
written in the workshop's folder and nowhere else, and a file from outside may name only the place,
the base and the ways of working that are there.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from experiments.output import warn
from experiments.workshop.levers import Lever, changes_of, moved
from experiments.workshop.offered import levers_of, start
from experiments.workshop.toml_text import toml_text
from scenarios.files import read_toml
from scenarios.load import load_scenario
from scenarios.problems import InputError, Problem
from scenarios.resolved import Scenario
from sim.crisis.tables import missing_tables
from sim.policy import crisis_doors
from sim.store import write_file

BASE: Final = "do_nothing"
MAX_UPLOAD: Final = 100_000
"""Bytes of a scenario file from outside; ours have at most a few thousand."""
MAX_NAME: Final = 80
MAX_TEAMS: Final = 6
MAX_CHANGES: Final = 200
_NAME = re.compile(r"[a-z0-9_]{1,60}")


class Refused(Exception):
    """What was asked for cannot be done. The text is for the room."""


@dataclass(frozen=True)
class Desk:
    """Where drafts are written: the place's base, and the folder of the room's scenarios."""

    base: Scenario
    folder: Path
    place: str
    """What a scenario file here says after ``place =``."""
    levers: dict[str, Lever]

    @property
    def start(self) -> dt.date:
        """The day on which levers act."""
        return start(self.base)


def open_desk(base: Scenario, source: Path, folder: Path) -> Desk:
    """Write the base scenario into the workshop's folder. Raises Refused, InputError."""
    folder.mkdir(parents=True, exist_ok=True)
    place = _place_beside(source, folder)
    desk = Desk(base, folder, place, levers_of(base))
    path = folder / f"{BASE}.toml"
    write_file(path, toml_text(_head(desk, base.title, base.summary)).encode())
    read = load_scenario(path)
    same = ("place_name", "place", "evidence", "changes", "costs", "mechanisms", "crisis_door")
    if any(getattr(read, part) != getattr(base, part) for part in same):
        raise Refused(
            f"{source}: a workshop begins with a place that changes nothing; this scenario has "
            "changes, parameters or switches of its own. Begin with do_nothing.toml, and drop this "
            "file on the page"
        )
    return replace(desk, base=replace(read, name=BASE, files=_as_named(read.files, base.files)))


def _as_named(read: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Files read here, by the names of those they are copies of: there the room writes its own."""
    names = {sha: label for label, sha in given.items()}
    return {names.get(sha, label): sha for label, sha in read.items()}


def text_of(desk: Desk, title: str, settings: Mapping[str, int], under: str | None = None) -> str:
    """The scenario file of some settings, on top of another scenario's file if there is one.

    Raises Refused.
    """
    made = changes_of(desk.base, desk.levers, checked(desk, settings), desk.start)
    data: dict[str, Any] = _head(desk, clean_title(title), "Made in a workshop.")
    below = tomllib.loads(under) if under else {}
    data |= {k: v for k, v in below.items() if k not in data and k != "extends"}
    for sort, changes in made.items():
        together = [*below.get(sort, []), *changes]
        if together:
            data[sort] = together
    return toml_text(data)


@lru_cache(maxsize=256)
def key_of(text: str) -> str:
    """What tells a scenario from others whatever it is called: its file without its titles."""
    data = tomllib.loads(text)
    return toml_text({k: v for k, v in data.items() if k not in ("title", "summary")})


def checked(desk: Desk, settings: Mapping[str, int]) -> dict[str, int]:
    """Settings that levers have. Raises Refused."""
    levers = desk.levers
    for name, i in settings.items():
        if name not in levers:
            raise Refused(f"there is no lever “{str(name)[:60]}”")
        if not isinstance(i, int) or isinstance(i, bool) or not 0 <= i < len(levers[name].values):
            raise Refused(f"“{levers[name].title}” has no such setting")
    return moved(levers, settings)


def clean_title(title: str, most: int = MAX_NAME) -> str:
    """A title on one line, of a length that can be read."""
    text = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return text[:most] or "Without a name"


def scenario_of(desk: Desk, name: str, text: str) -> Scenario:
    """Read a scenario's text as the command line would. Raises InputError, Refused."""
    path = path_of(desk, name)
    before = path.read_bytes() if path.exists() else None
    write_file(path, text.encode("utf-8"))
    try:
        scenario = load_scenario(path)
        check_comparable(desk, scenario)
    except Exception:
        path.unlink() if before is None else write_file(path, before)
        raise
    return scenario


def path_of(desk: Desk, name: str) -> Path:
    """The file of a scenario of the room. Raises Refused for a name that is none."""
    if not _NAME.fullmatch(name):
        raise Refused("that is no name of a scenario here")
    return desk.folder / f"{name}.toml"


def check_upload(desk: Desk, raw: bytes) -> str:
    """The text of a file from outside, if it names nothing outside. Raises Refused, InputError."""
    if len(raw) > MAX_UPLOAD:
        raise Refused(f"the file is too large: {len(raw):,} bytes, at most {MAX_UPLOAD:,} are read")
    path = path_of(desk, "upload_being_read")
    write_file(path, raw)
    try:
        data = read_toml(path).data
    finally:
        path.unlink()
    _check_names(desk, data)
    uses, changes = data.get("use", []), data.get("changes", [])
    if any(isinstance(part, list) and len(part) > MAX_CHANGES for part in (uses, changes)):
        raise Refused(f"more than {MAX_CHANGES} changes")
    data.pop("extends", None)
    return toml_text(_head(desk, "", "") | data | {"place": desk.place})


def _check_names(desk: Desk, data: Mapping[str, Any]) -> None:
    """A file may name what the workshop has, and no path. Raises Refused."""
    extends = data.get("extends", BASE)
    if extends not in (BASE, f"{BASE}.toml"):
        raise Refused(
            f"the file extends “{str(extends)[:60]}”; here a scenario can extend only {BASE}.toml. "
            "Put what the other says into the file"
        )
    place = data.get("place", desk.place)
    own = {desk.place, desk.base.place_name, f"../{desk.base.place_name}.toml"}
    if place not in own:
        raise Refused(
            f"the file is about “{str(place)[:60]}”, and this room about {desk.base.place.title}"
        )
    uses = data.get("use", [])
    for use in uses if isinstance(uses, list) else []:
        named = use.get("intervention") if isinstance(use, Mapping) else None
        if isinstance(named, str) and not _NAME.fullmatch(named):
            raise Refused(
                f"“{named[:60]}” is no way of working by its name; paths are not followed"
            )


def check_comparable(desk: Desk, scenario: Scenario) -> None:
    """Over the same people and years as doing nothing. Raises Refused."""
    base = desk.base
    if scenario.place != base.place or scenario.start != base.start:
        raise Refused("the scenario must be about the same place and begin on the same day")
    if scenario.years != base.years:
        raise Refused(
            f"the scenario runs {scenario.years} years and this workshop {base.years}; say "
            f"years = {base.years} in the file"
        )
    if scenario.evidence != base.evidence or scenario.crisis_door != base.crisis_door:
        missing = missing_tables(crisis_doors(scenario))
        if missing:
            raise Refused(
                f"the crisis door of this scenario has not been worked out yet: {len(missing)} "
                f"tables, about {estimate_minutes(missing):,.0f} minutes. Run it once on the "
                "command line (upstream compare), then it can be opened here"
            )
    teams = {d.change.name for d in scenario.changes if d.change.kind == "team"}
    if len(teams) > MAX_TEAMS:
        raise Refused(f"more than {MAX_TEAMS} teams at once")


def estimate_minutes(missing: Any) -> float:
    """How long the crisis door's own model would take to answer for every load."""
    return float(sum(table.runs for table in missing)) * SECONDS_PER_DOOR_RUN / 60


SECONDS_PER_DOOR_RUN: Final = 4.0
"""One run of the crisis door by itself: 3.2 to 5.0 measured on a busy machine."""


def problems_in_words(error: InputError) -> list[str]:
    """What is wrong with a file, a line each, without our folders."""
    return [_plain(problem) for problem in error.problems[:20]]


def _plain(problem: Problem) -> str:
    where = f"line {problem.line}: " if problem.line is not None else ""
    return f"{where}{problem.rule}" + (f" – {problem.suggestion}" if problem.suggestion else "")


def _head(desk: Desk, title: str, summary: str) -> dict[str, Any]:
    return {
        "title": title or desk.base.title,
        "summary": summary or "Made in a workshop.",
        "place": desk.place,
        "start": desk.base.start,
        "years": desk.base.years,
    }


def _place_beside(source: Path, folder: Path) -> str:
    """What to write after ``place =``; a place of the user's own is copied into the folder."""
    seen: set[Path] = set()
    path = source
    while path not in seen:
        seen.add(path)
        data = read_toml(path).data
        place = data.get("place")
        if isinstance(place, str):
            if not place.endswith(".toml"):
                return place
            own = (path.parent / place).resolve()
            (folder / "places").mkdir(exist_ok=True)
            _copy(own, folder / "places" / own.name)
            return f"places/{own.name}"
        path = (
            path.parent / f"{str(data.get('extends', '')).removesuffix('.toml')}.toml"
        ).resolve()
    raise Refused(f"{source}: names no place")


def _copy(own: Path, to: Path) -> None:
    """A copy for the folder; one that is there and differs is kept under another name, and told."""
    if to.exists() and to.read_bytes() != own.read_bytes():
        before = to.with_suffix(".before.toml")
        to.replace(before)
        here = own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own
        warn(
            f"{here} is used for the place, and differs from the copy in {to.parent}: what stood "
            f"there is kept as {before.name}. Write your own figures into {here}."
        )
    shutil.copyfile(own, to)
