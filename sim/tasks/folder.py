"""Finished tasks kept in a folder: nothing lost and nothing done twice, whatever ends the program.

    manifest.json          version and code of the model, and the SHA-256 of every part
    recent.log             what is finished since the last part; grows with every task
    parts/000001.parquet   one row a task, with its address and all that it said; all rows of a
                           part have the same columns, in their own order

A result that is a `Row` has a column for each of its values, and so can be queried. Anything else
is kept as a pickle with its SHA-256 (as with any pickle: read such a folder only if you trust it).

Each task is appended to the log at once, with its own hash, so that a log that ends in the middle
of a record is told from one that was altered. Now and then the log becomes a part: the part is
written whole, then named in the manifest, then the log is emptied. A kill between any two of these
steps leaves a state that `TaskFolder` puts right when it is opened again.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import pickle
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from sim.store import Damaged, UnusablePath, WriteFailed, environment, sha256, write_file
from sim.tasks.address import fingerprint

Row = dict[str, float | list[float]]
"""A result that is a row of a table: a value, or a list of them (by year, say), for each name."""

MANIFEST: Final = "manifest.json"
LOG: Final = "recent.log"
PARTS: Final = "parts"
LOCK: Final = "lock"
KIND: Final = {"program": "upstream", "kind": "tasks", "format": 1}
OWN: Final = ("address", "task", "pickle", "pickle_sha256")
"""Columns that are no values of a row."""
PART_TASKS: Final = 5_000
PART_SECONDS: Final = 60.0
"""The log becomes a part when it has so many tasks, or is so old."""

_LENGTH: Final = 8
_DIGEST: Final = 32
Record = tuple[str, str, Any]
"""Address, what the task said, result."""


class TaskFolder:
    """The finished tasks in a folder; a context, for the folder is locked while it is open.

    Raises UnusablePath for a folder that is in use, or another version's, and Damaged for one that
    was altered.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._results: dict[str, Any] = {}
        self._recent: list[Record] = []
        self._parts: dict[str, str] = {}
        self._sealed_at = time.monotonic()
        self._end = 0

    def __contains__(self, address: str) -> bool:
        return address in self._results

    def __getitem__(self, address: str) -> Any:
        return self._results[address]

    def __len__(self) -> int:
        return len(self._results)

    def __enter__(self) -> TaskFolder:
        try:
            (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.folder)
            self._read_manifest()
            self._read_parts()
            self._log = (self.folder / LOG).open("r+b" if self._has_log() else "w+b")
            self._read_log()
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnusablePath(f"{self.folder}: cannot be used for tasks: {reason}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            self.seal()
        finally:
            self._log.close()
            self._lock.close()

    def add(self, address: str, said: str, result: Any) -> None:
        """Keep a result. One that is there already is left as it is."""
        if address in self._results:
            return
        self._append((address, said, result))
        self._recent.append((address, said, result))
        self._results[address] = result
        old = time.monotonic() - self._sealed_at > PART_SECONDS
        if old or len(self._recent) >= PART_TASKS:
            self.seal()

    def seal(self) -> None:
        """Make the log a part, so that everything can be queried."""
        self._sealed_at = time.monotonic()
        if not self._recent:
            return
        for alike in by_columns(self._recent):
            name = f"{PARTS}/{len(self._parts) + 1:06}.parquet"
            content = parquet(alike)
            write_file(self.folder / name, content)
            self._parts[name] = hashlib.sha256(content).hexdigest()
        self._write_manifest()
        self._recent.clear()
        self._end = 0
        self._log.truncate(0)

    def _append(self, record: Record) -> None:
        """Write a record behind the last whole one, wherever an interrupted one may have ended."""
        content = pickle.dumps(record, protocol=5)
        head = len(content).to_bytes(_LENGTH, "big") + hashlib.sha256(content).digest()
        try:
            self._log.truncate(self._end)
            self._log.seek(self._end)
            self._log.write(head + content)
            self._log.flush()
        except OSError as error:
            raise WriteFailed(f"{self.folder}: could not be written: {error.strerror}") from error
        self._end += len(head) + len(content)

    def _has_log(self) -> bool:
        return (self.folder / LOG).exists()

    def _read_manifest(self) -> None:
        path = self.folder / MANIFEST
        for unfinished in self.folder.glob(f".{MANIFEST}.partial-*"):
            unfinished.unlink()
        if not path.exists():
            if any(p.name not in (LOG, PARTS, LOCK) for p in self.folder.iterdir()):
                raise UnusablePath(f"{self.folder}: holds other files; name a new or empty folder")
            self._write_manifest()
            return
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            kind = {key: manifest.get(key) for key in KIND}
            if kind == KIND:
                code, made, parts = manifest["code"], manifest["created_utc"], manifest["parts"]
                parts = dict(parts)
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
            raise Damaged(
                f"{path}: was changed or cut short; tasks beside it are in doubt"
            ) from error
        if kind != KIND:
            raise UnusablePath(f"{self.folder}: is no folder of tasks; name a new or empty folder")
        if code != fingerprint():
            raise UnusablePath(
                f"{self.folder}: its tasks were done by another version of the model "
                f"({made}); results of two versions are not mixed: name another "
                "folder, delete this one, or go back to that version"
            )
        self._parts = parts

    def _write_manifest(self) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        manifest = {**KIND, "code": fingerprint(), "created_utc": now,
                    "environment": environment(), "parts": self._parts}  # fmt: skip
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        write_file(self.folder / MANIFEST, text.encode("utf-8"))

    def _read_parts(self) -> None:
        """Read what the manifest names. Any other part is still in the log: away with it."""
        for path in (self.folder / PARTS).iterdir():
            if f"{PARTS}/{path.name}" not in self._parts:
                path.unlink()
        for name, expected in self._parts.items():
            path = self.folder / name
            if not path.is_file():
                raise Damaged(f"{path}: is missing; the manifest names it")
            if sha256(path) != expected:
                raise Damaged(f"{path}: was changed or cut short after it was written")
            self._results.update((address, result) for address, _, result in records(path))

    def _read_log(self) -> None:
        """Every whole record; what a kill left of the last is cut off."""
        content = self._log.read()
        for record, end in _whole_records(content, self.folder / LOG):
            self._end = end
            if record[0] not in self._results:
                self._recent.append(record)
                self._results[record[0]] = record[2]


def by_columns(kept: Sequence[Record]) -> list[list[Record]]:
    """The tasks sorted by which columns their rows have."""
    alike: dict[tuple[str, ...], list[Record]] = {}
    for record in kept:
        alike.setdefault(tuple(record[2]) if is_row(record[2]) else (), []).append(record)
    return list(alike.values())


def parquet(kept: Sequence[Record]) -> bytes:
    """A part: one row a task, all with the same columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {"address": [r[0] for r in kept], "task": [r[1] for r in kept]}
    if kept and is_row(kept[0][2]):
        columns |= {name: [row[name] for _, _, row in kept] for name in kept[0][2]}
    pickles = [None if is_row(r[2]) else pickle.dumps(r[2], protocol=5) for r in kept]
    hashes = [None if p is None else hashlib.sha256(p).hexdigest() for p in pickles]
    table = {name: pa.array(values, from_pandas=False) for name, values in columns.items()}
    table |= {
        "pickle": pa.array(pickles, pa.binary()),
        "pickle_sha256": pa.array(hashes, pa.string()),
    }
    whole = io.BytesIO()
    pq.write_table(pa.table(table), whole, compression="zstd")
    return whole.getvalue()


def records(path: Path) -> Iterator[Record]:
    """The tasks of a part, as they were kept."""
    import pyarrow.parquet as pq

    for row in pq.read_table(path).to_pylist():
        result: Any = {k: v for k, v in row.items() if k not in OWN and v is not None}
        if row["pickle"] is not None:
            if hashlib.sha256(row["pickle"]).hexdigest() != row["pickle_sha256"]:
                raise Damaged(f"{path}: a result is not what it was when it was written")
            result = pickle.loads(row["pickle"])
        yield row["address"], row["task"], result


def is_row(result: Any) -> bool:
    """Whether a result has columns of its own."""
    return (
        isinstance(result, dict)
        and len(result) > 0
        and all(type(name) is str and name not in OWN for name in result)
        and all(_is_value(value) for value in result.values())
    )


def _is_value(value: Any) -> bool:
    return type(value) is float or (type(value) is list and all(type(v) is float for v in value))


def _whole_records(content: bytes, path: Path) -> Iterator[tuple[Record, int]]:
    """Each record with the place where it ends."""
    at = 0
    while len(content) - at >= _LENGTH + _DIGEST:
        length = int.from_bytes(content[at : at + _LENGTH], "big")
        digest = content[at + _LENGTH : at + _LENGTH + _DIGEST]
        body = content[at + _LENGTH + _DIGEST : at + _LENGTH + _DIGEST + length]
        if len(body) < length:
            return
        if hashlib.sha256(body).digest() != digest:
            raise Damaged(
                f"{path}: was altered after it was written; delete it, and the tasks in it "
                "are done again"
            )
        at += _LENGTH + _DIGEST + length
        yield pickle.loads(body), at


def _locked(folder: Path) -> io.BufferedWriter:
    """The folder's lock, which the system lets go of when the program ends, however it does."""
    file = (folder / LOCK).open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise UnusablePath(f"{folder}: another program is putting tasks into it") from error
    return file
