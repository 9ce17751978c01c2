"""Opening a log: CSV, Parquet or XES, as batches of columns of text, never the whole at once."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import numpy as np
from numpy.typing import NDArray

from scenarios.problems import InputError, Problem

BLOCK: Final = 16 * 2**20
"""Bytes read at a time."""
SAMPLE: Final = 2**20
ROWS: Final = 250_000
NEW_LINE, RETURN = b"\n\r"
MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass
class Source:
    """A log that has been looked at: what it is, its heading, and what is found while reading."""

    path: Path
    form: str
    """csv, parquet or xes"""
    head: list[str]
    encoding: str = "utf-8"
    delimiter: str = ","
    malformed: int = 0
    """Rows that have not as many cells as the heading"""
    lines: int = 0
    """Lines of a CSV file that are not empty, the heading among them"""
    notes: list[str] = field(default_factory=list)


def look(path: Path) -> Source:
    """What a file is, without reading it all. Raises InputError."""
    if not path.is_file():
        raise wrong_log(path, "there is no such file")
    if path.stat().st_size == 0:
        raise wrong_log(path, "is empty")
    name = path.name.lower().removesuffix(".gz")
    with unpacking(path), opened(path) as file:
        begin = file.read(SAMPLE)
    if begin[:4] == b"PAR1":
        return _look_parquet(path)
    if begin[:2] == b"PK":
        raise wrong_log(path, "is a spreadsheet or a zip file", "save the sheet as CSV UTF-8")
    if name.endswith(".xes") or begin.lstrip()[:5] == b"<?xml" or begin.lstrip()[:4] == b"<log":
        return Source(path, "xes", ["case", "time", "agency", "activity"])
    return _look_csv(path, begin)


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """A packed file that is none, or only a part of one, is a fault of the file."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        rule = "is named .gz, but cannot be unpacked to its end: it may be cut off"
        raise wrong_log(path, rule, "pack it again, or unpack it first") from error


def batches(source: Source, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Arrow arrays of text, batch by batch, for each column asked for, by what it is."""
    with unpacking(source.path):
        yield from _batches(source, columns)


def _batches(source: Source, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if source.form == "xes":
        from calibration.logs.xes import events

        yield from events(source)
    elif source.form == "parquet":
        yield from _parquet_batches(source, columns)
    else:
        yield from _csv_batches(source, columns)


def opened(path: Path) -> BinaryIO:
    """A file's bytes, unpacked where it is packed."""
    if path.name.lower().endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def wrong_log(path: Path, rule: str, hint: str = "") -> InputError:
    """What is wrong with a log as a whole."""
    return InputError([Problem(str(path), None, "", "", rule, hint)])


def _look_parquet(path: Path) -> Source:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return Source(path, "parquet", list(pq.read_schema(path).names))
    except (pa.ArrowInvalid, OSError) as error:
        raise wrong_log(path, f"is no Parquet file that can be read: {error}") from error


def _look_csv(path: Path, begin: bytes) -> Source:
    encoding, note = encoding_of(path, begin)
    text = begin.decode(encoding, errors="replace").lstrip("\ufeff")
    if "\x00" in text:
        raise wrong_log(path, "is no text file", "give CSV, Parquet or XES")
    first = text.split("\n", 1)[0].rstrip("\r")
    if "\r" in first:
        raise wrong_log(
            path, "its lines end in a carriage return alone", "save it again as CSV UTF-8"
        )
    delimiter = max(",;\t|", key=first.count)
    try:
        head = next(csv.reader(io.StringIO(first), delimiter=delimiter), [])
    except csv.Error as error:
        raise wrong_log(path, f"its first line is no heading: {error}") from error
    head = [name.strip() for name in head]
    if len(head) < 2:
        raise wrong_log(path, "its first line is no heading of two columns or more")
    if any(any(c.isdigit() for c in name) and not any(c.isalpha() for c in name) for name in head):
        rule = "its first line looks like a row of data, not like a heading"
        raise wrong_log(path, rule, "put the names of the columns above it")
    if len(set(head)) < len(head):
        twice = next(name for i, name in enumerate(head) if name in head[:i])
        raise wrong_log(path, f"two columns are called '{twice[:40]}'", "rename one")
    return Source(path, "csv", head, encoding, delimiter, notes=[note] if note else [])


def encoding_of(path: Path, begin: bytes) -> tuple[str, str]:
    """The encoding of a text file, and a note where it is not UTF-8. Reads the file once."""
    if begin.startswith(MARKS[1:]):
        return "utf-16", "the file is UTF-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with unpacking(path), opened(path) as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252", "the file is not UTF-8: read as Windows-1252; look at names with accents"
    return "utf-8", ""


def _csv_batches(source: Source, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    from pyarrow import csv as pacsv

    places = {what: f"c{source.head.index(name)}" for what, name in columns.items()}

    def malformed(_: Any) -> str:
        source.malformed += 1
        return "skip"

    with _text_stream(source) as stream:
        try:
            reader = pacsv.open_csv(
                stream,
                pacsv.ReadOptions(
                    block_size=BLOCK, column_names=[f"c{i}" for i in range(len(source.head))],
                    skip_rows=1, use_threads=False,
                ),
                pacsv.ParseOptions(
                    delimiter=source.delimiter, newlines_in_values=True,
                    invalid_row_handler=malformed,
                ),
                pacsv.ConvertOptions(
                    include_columns=list(dict.fromkeys(places.values())),
                    column_types={name: pa.string() for name in places.values()},
                    strings_can_be_null=False,
                ),
            )  # fmt: skip
            for batch in reader:
                yield {what: batch.column(name) for what, name in places.items()}
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            rule = (
                "cannot be read as CSV beyond some row: a quotation mark may not be closed, or a "
                f"row is longer than {BLOCK >> 20} MB"
            )
            raise wrong_log(source.path, rule) from error


def _text_stream(source: Source) -> Any:
    """The file as UTF-8 bytes."""
    import pyarrow as pa

    stream: Any = opened(source.path)
    if source.encoding != "utf-8":
        stream = _Recoded(stream, source.encoding)
    return pa.PythonFile(_Counted(stream, source), mode="r")


class _Counted(io.RawIOBase):
    """Counts lines on their way, so that none can vanish into a cell whose quotes do not close."""

    def __init__(self, stream: Any, source: Source) -> None:
        self._stream, self._source = stream, source
        self._begun = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = bytes(self._stream.read(size))
        self._source.lines += self._ended(np.frombuffer(block, np.uint8))
        if not block and self._begun:
            self._source.lines += 1
            self._begun = False
        return block

    def _ended(self, letters: NDArray[np.uint8]) -> int:
        """How many lines that are not empty end in a block; what is begun is remembered."""
        ends = np.flatnonzero(letters == NEW_LINE)
        empty = letters == RETURN
        starts = np.concatenate([[0], ends + 1])
        lengths = np.diff(np.append(starts, len(letters) + 1)) - 1
        alone = lengths == 1
        alone[alone] = empty[starts[alone]]
        full = (lengths > 0) & ~alone
        full[0] |= self._begun
        self._begun = bool(full[-1])
        return int(full[:-1].sum())

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Recoded(io.RawIOBase):
    """A stream of another encoding, read as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size or size < 0:
            block = self._stream.read(BLOCK)
            self._left += self._decoder.decode(block, final=not block).encode("utf-8")
            if not block:
                break
        end = len(self._left) if size < 0 else size
        out, self._left = self._left[:end], self._left[end:]
        return out

    def close(self) -> None:
        self._stream.close()
        super().close()


def _parquet_batches(source: Source, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    names = list(dict.fromkeys(columns.values()))
    with pq.ParquetFile(source.path) as file:
        for batch in file.iter_batches(batch_size=ROWS, columns=names):
            yield {what: _as_text(batch.column(name)) for what, name in columns.items()}


def _as_text(column: Any) -> Any:
    """Any column of Parquet as text; nothing is the empty text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        column = pc.strftime(column.cast(pa.timestamp("s"), safe=False), "%Y-%m-%d %H:%M")
    elif pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return pc.fill_null(column.cast(pa.string()), "")


def heads(names: Sequence[str]) -> list[str]:
    """Headings that can be shown."""
    return ["".join(c if c.isprintable() else "?" for c in name)[:40] for name in names]
