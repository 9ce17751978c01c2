"""The results folder: written whole or not at all, and able to show that it is whole.

A run writes into a folder of its own beside the one asked for. Only when everything is on the
disk does it take that place, in one rename. The manifest comes last and lists the SHA-256 of every
other file, so a folder that was truncated, edited or half copied is noticed by `verify`.

Times and command lines stand in the manifest alone: all other files are the same bytes for the
same seed.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import hashlib
import json
import os
import platform
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from sim.results import RunResult
from sim.unfinished import unfinished_folder

MANIFEST = "manifest.json"
PROGRAM = "upstream"
FORMAT = 1
MOST_TOLD, LONGEST_NAME = 20, 400
"""Damaged files that are named, and the letters of a name: a manifest may hold anything."""
_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux."""


class UnusablePath(Exception):
    """Results cannot be put where the user asked; found before anything is run."""


class WriteFailed(Exception):
    """Results could not be written: the disk is full, or the folder has changed meanwhile."""


class Damaged(Exception):
    """A results folder is not what its manifest says."""


def check_folder(out: Path) -> None:
    """Make sure that results can be written to the folder ``out``. Raises UnusablePath."""
    try:
        _check_place(out.resolve())
    except OSError as error:
        raise UnusablePath(f"{out}: cannot be used for results: {error.strerror}") from error


def check_file(path: Path) -> None:
    """Make sure that a single file can be written at ``path``. Raises UnusablePath."""
    try:
        if path.is_dir():
            raise UnusablePath(f"{path}: is a folder; name a file")
        if not path.resolve().parent.is_dir():
            raise UnusablePath(f"{path}: there is no folder {path.resolve().parent}; make it first")
        if path.exists() and not os.access(path, os.W_OK):
            raise UnusablePath(f"{path}: may not be written to")
        if _is_plain(path):
            _try_out(path.resolve().parent)
    except OSError as error:
        raise UnusablePath(f"{path}: cannot be written: {error.strerror}") from error


def write_file(path: Path, content: bytes) -> None:
    """Write a single file, whole or not at all. A device or a pipe is written to as it is.

    Raises WriteFailed.
    """
    try:
        if _is_plain(path):
            _write_whole(path.resolve(), content)
        else:
            path.write_bytes(content)
    except OSError as error:
        raise WriteFailed(f"{path}: could not be written: {error.strerror or error}") from error


@contextmanager
def results_folder(out: Path, about: Mapping[str, Any]) -> Iterator[Path]:
    """Give a folder to write into; on leaving, seal it with a manifest and put it at ``out``.

    ``about`` goes into the manifest (seed, replicates, command and so on). A previous results
    folder at ``out`` is replaced. Raises WriteFailed, and leaves ``out`` as it was, if anything
    cannot be written; after any other exception, too, nothing is left behind. What a killed
    process left behind, the next one takes away.
    """
    target = out.resolve()
    try:
        with unfinished_folder(target) as partial:
            yield partial
            _seal(partial, about)
            _check_place(target)
            _take_place(partial, target)
    except (OSError, UnusablePath) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WriteFailed(f"{out}: results could not be written: {reason}") from error


def write_measures(path: Path, results: Sequence[RunResult]) -> None:
    """Write all measures of all replicates as one long Parquet table.

    Columns: scenario, replicate, measure, year (1 is the first; null is the whole horizon) and
    value (null where undefined). Rows come in the order of ``results``.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "scenario": pa.array(_repeated([r.scenario for r in results], results)),
            "replicate": pa.array(
                _repeated([r.replicate for r in results], results), type=pa.int32()
            ),
            "measure": pa.array(_measure_column(results), type=pa.string()),
            "year": pa.array(_year_column(results), type=pa.int16()),
            "value": pa.array(_value_column(results), type=pa.float64(), from_pandas=True),
        }
    )
    # by way of memory, because a full disk is told more plainly by Python than by Arrow
    whole = pa.BufferOutputStream()
    pq.write_table(
        table,
        whole,
        compression="zstd",
        use_dictionary=["scenario", "replicate", "measure", "year"],
        column_encoding={"value": "BYTE_STREAM_SPLIT"},
    )
    path.write_bytes(whole.getvalue())


def verify(folder: Path) -> dict[str, Any]:
    """Check every file against the manifest and return the manifest. Raises Damaged.

    A folder kept after Ctrl-C is sound as well; its manifest says ``"complete": false``.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise Damaged(f"{folder}: not a results folder of Upstream (it has no {MANIFEST} of ours)")
    told = [_damage(folder / name, expected) for name, expected in manifest["files"].items()]
    if problems := [problem for problem in told if problem]:
        more = len(problems) - MOST_TOLD
        rest = [f"... and {more} more files."] if more > 0 else []
        raise Damaged("\n".join([*problems[:MOST_TOLD], *rest]))
    return manifest


def _damage(path: Path, expected: object) -> str:
    """What is wrong with a file that a manifest names by any name; nothing if it is whole."""
    named = str(path)
    if len(named) > LONGEST_NAME:
        named = f"{named[:LONGEST_NAME]}..."
    try:
        if not path.is_file():
            return f"{named}: is missing"
        whole = sha256(path) == expected
    except OSError as error:
        return f"{named}: cannot be read: {error.strerror}"
    return "" if whole else f"{named}: was changed or cut short after it was written"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of a results folder; None if it has none of ours."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(manifest, dict) and manifest.get("program") == PROGRAM
    return manifest if ours and isinstance(manifest.get("files"), dict) else None


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def environment() -> dict[str, str]:
    """What the numbers were computed with."""
    packages = {name: _installed(name) for name in ("numpy", "numba")}
    return {"python": platform.python_version(), "platform": platform.platform(), **packages}


def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _check_place(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise UnusablePath(f"{target}: is a file; name a folder for the results")
    if target.is_dir():
        _check_replaceable(target)
    parent = target.parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise UnusablePath(f"{target}: {parent} is a file, not a folder")
    _try_out(parent)


def _check_replaceable(target: Path) -> None:
    """An existing folder may be replaced if it is empty or holds nothing but results of ours."""
    if target.is_mount():
        raise UnusablePath(
            f"{target}: is a disk of its own and cannot be replaced; name a folder inside it"
        )
    found = {p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir()}
    if not found:
        return
    manifest = read_manifest(target)
    if manifest is None:
        raise UnusablePath(
            f"{target}: holds files that are not results of Upstream; name a new or empty folder"
        )
    strangers = sorted(found - set(manifest["files"]) - {MANIFEST})
    if strangers:
        raise UnusablePath(
            f"{target}: holds earlier results, and {strangers[0]} which Upstream did not write; "
            "move that away or name another folder"
        )


def _try_out(parent: Path) -> None:
    """Writing is tried, because permissions alone do not tell (read-only disks, root)."""
    trial = _beside(parent / "results", "trial")
    trial.mkdir()
    trial.rmdir()


def _beside(target: Path, what: str) -> Path:
    """A hidden path next to ``target`` that nobody else uses."""
    return target.with_name(f".{target.name}.{what}-{uuid.uuid4().hex[:8]}")


def _is_plain(path: Path) -> bool:
    return path.is_file() or not path.exists()


def _write_whole(target: Path, content: bytes) -> None:
    partial = _beside(target, "partial")
    try:
        partial.write_bytes(content)
        _to_disk(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _seal(folder: Path, about: Mapping[str, Any]) -> None:
    """Bring every file to the disk, then write the manifest with their hashes."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    for path in files:
        _to_disk(path)
    manifest = {
        "program": PROGRAM,
        "format": FORMAT,
        **about,
        "created_utc": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "environment": environment(),
        "files": {p.relative_to(folder).as_posix(): sha256(p) for p in files},
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _to_disk(path)


def _to_disk(path: Path) -> None:
    """A disk that is full may say so only now, so this comes before the rename."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _take_place(partial: Path, target: Path) -> None:
    """Put ``partial`` at ``target``, in one step where the system has such a step.

    Elsewhere an earlier folder steps aside and comes back on failure; a kill between the two
    renames then leaves it beside the target, under its hidden name.
    """
    if not target.exists():
        partial.rename(target)
        return
    if _exchanged(partial, target):
        shutil.rmtree(partial, ignore_errors=True)
        return
    earlier = _beside(target, "earlier")
    target.rename(earlier)
    try:
        partial.rename(target)
    except BaseException:
        earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change names at once (Linux); False where that is not to be had."""
    try:
        exchange = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    paths = (_HERE, os.fsencode(one), _HERE, os.fsencode(other))
    return bool(exchange(*paths, ctypes.c_uint(_EXCHANGE)) == 0)


def _repeated(values: Sequence[Any], results: Sequence[RunResult]) -> list[Any]:
    """One value per result, repeated over that result's rows."""
    rows = [len(r.names) * (r.per_year.shape[1] + 1) for r in results]
    return [v for v, n in zip(values, rows, strict=True) for _ in range(n)]


def _measure_column(results: Sequence[RunResult]) -> list[str]:
    return [name for r in results for name in r.names for _ in range(r.per_year.shape[1] + 1)]


def _year_column(results: Sequence[RunResult]) -> list[int | None]:
    """The whole horizon first, then the years."""
    return [
        year
        for r in results
        for _ in r.names
        for year in (None, *range(1, r.per_year.shape[1] + 1))
    ]


def _value_column(results: Sequence[RunResult]) -> np.ndarray[Any, np.dtype[np.float64]]:
    blocks = [np.column_stack([r.overall, r.per_year]).ravel() for r in results]
    return np.concatenate(blocks) if blocks else np.empty(0)
