"""Event logs in XES (IEEE 1849), read as a stream.

A log is somebody else's XML: a document type or an entity is refused before it can expand, and no
file or address that it names is ever opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from calibration.logs.source import BLOCK, ROWS, Source, opened, wrong_log

AGENCY: Final = ("org:group", "org:resource", "org:role")
"""Which attribute says who acted, the best first."""


class _Reader:
    """Collects the events of a log while it is parsed."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str]] = []
        self._case = ""
        self._depth: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rsplit(":", 1)[-1]
        inside = self._depth[-1] if self._depth else ""
        self._depth.append(name)
        if name == "trace":
            self._trace = {}
        elif name == "event":
            self._event = {}
        elif inside == "trace":
            self._trace[attributes.get("key", "")] = attributes.get("value", "")
        elif inside == "event" and self._event is not None:
            self._event[attributes.get("key", "")] = attributes.get("value", "")

    def end(self, name: str) -> None:
        if self._depth.pop() == "event" and self._event is not None:
            event, self._event = self._event, None
            agency = next((event[key] for key in AGENCY if event.get(key)), "")
            case = self._trace.get("concept:name", "")
            self.rows.append(
                (case, event.get("time:timestamp", ""), agency, event.get("concept:name", ""))
            )


def events(source: Source) -> Iterator[dict[str, Any]]:
    """Person, time, agency and kind of every event, batch by batch. Raises InputError."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end

    def refuse(*_: Any) -> None:
        raise wrong_log(source.path, "has a document type or entities, which no XES log needs",
                     "export it again, without")  # fmt: skip

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        with opened(source.path) as file:
            while block := file.read(BLOCK // 16):
                parser.Parse(block)
                if len(reader.rows) >= ROWS:
                    yield _batch(reader)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        rule = f"is no XML from line {error.lineno} on: {expat.ErrorString(error.code)}"
        raise wrong_log(source.path, rule) from error
    if reader.rows:
        yield _batch(reader)


def _batch(reader: _Reader) -> dict[str, Any]:
    import pyarrow as pa

    columns = zip(*reader.rows, strict=True)
    names = ("person", "time", "agency", "kind")
    batch = {name: pa.array(list(c), pa.string()) for name, c in zip(names, columns, strict=True)}
    reader.rows = []
    return batch
