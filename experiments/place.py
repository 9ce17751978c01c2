"""`upstream place`: an authority's place file, and scenarios with which to begin."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.commands import DONE, BadRequest, program

if TYPE_CHECKING:
    from scenarios.authorities import Authority

STARTER: Final = Path(__file__).parents[1] / "scenarios" / "starter"
STATUSES: Final = ("measured", "estimated", "assumed")
INTERVENTIONS_ARE_FOR: Final = 210_000
"""Residents of the place for which the interventions' teams and own costs are written."""


def place(arguments: argparse.Namespace) -> int:
    """Write the place file and the scenarios of one authority, or name them all."""
    from experiments.output import say

    if arguments.list:
        say(_all_authorities())
        return DONE
    authority = _asked_for(" ".join(arguments.name))
    out = arguments.out or Path(f"{authority.file_name}.toml")
    files = starter_files(authority, out)
    _check_free(list(files), arguments.force)
    _write(files)
    say(_told(authority, out, files))
    return DONE


def starter_files(authority: Authority, out: Path) -> dict[Path, str]:
    """Every file to write: the place at ``out``, and scenarios in the folder of the same name."""
    from scenarios.load import load_evidence
    from scenarios.place_file import place_text

    files = {out: place_text(authority, load_evidence())}
    for template in sorted(STARTER.glob("*.toml")):
        text = starter_text(template.stem, authority, f"../{out.name}")
        files[out.with_suffix("") / template.name] = text
    return files


def starter_text(name: str, authority: Authority, place: str) -> str:
    """One of the starter scenarios for an authority; ``place`` is how it names the place."""
    scale = max(0.01, round(authority.residents / INTERVENTIONS_ARE_FOR, 2))
    text = (STARTER / f"{name}.toml").read_text(encoding="utf-8")
    for key, value in (("title", authority.common_name), ("place", place), ("scale", str(scale))):
        text = text.replace(f"{{{key}}}", value)
    return text


def _asked_for(name: str) -> Authority:
    from scenarios.authorities import NoSuchAuthority, find_authority

    if not name.strip():
        raise BadRequest('name an authority, for example: upstream place "Stoke-on-Trent"')
    try:
        return find_authority(name)
    except NoSuchAuthority as error:
        raise BadRequest(str(error)) from error


def _all_authorities() -> str:
    from scenarios.authorities import read_authorities

    authorities = sorted(read_authorities(), key=lambda a: a.common_name)
    return "\n".join(f"{a.common_name:38}{a.region:26}{a.residents:>11,}" for a in authorities)


def _check_free(paths: list[Path], force: bool) -> None:
    """Nothing that somebody may have edited is written over. Raises BadRequest."""
    if paths[0].suffix != ".toml" or not paths[0].stem:
        raise BadRequest(f"--out: {paths[0]} must end in .toml")
    there = [str(path) for path in paths if path.exists()]
    if there and not force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise BadRequest(f"{there[0]}{more} already exist; --force writes over them")


def _write(files: dict[Path, str]) -> None:
    """Write all, whole; before the first, see that all can be. Raises UnusablePath, WriteFailed."""
    from sim.store import UnusablePath, check_file, write_file

    folder = next(iter(files)).with_suffix("")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UnusablePath(
            f"{folder}: cannot be a folder of scenarios: {error.strerror}"
        ) from error
    for path in files:
        check_file(path)
    for path, text in files.items():
        write_file(path, text.encode("utf-8"))


def _told(authority: Authority, out: Path, files: dict[Path, str]) -> str:
    """What was written, how well it is known, and what to type next."""
    text = files[out]
    counts = [text.count(f'status = "{status}"') for status in STATUSES]
    known = ", ".join(f"{n} {status}" for n, status in zip(counts, STATUSES, strict=True))
    folder = shlex.quote(str(out.with_suffix("")))
    return (
        f"{out}: {authority.common_name}, {authority.residents:,} residents; "
        f"of the numbers in this file {known}; all others are national\n"
        f"{out.with_suffix('')}: {len(files) - 1} scenarios, from doing nothing to early help\n"
        f"Next: {program()} compare {folder} --years 5 --replicates 4"
    )
