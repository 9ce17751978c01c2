"""Journeys as event logs: Parquet, CSV and XES, for tools that mine processes.

The columns are those that such tools ask for (a case, an activity, a time) with agency, need,
decision and cost. A week has no hours: events of one week follow each other by the minute from
noon on its first day, in the order in which they happened, and the minutes mean nothing else.
XES is that of IEEE 1849-2016, with the standard extensions concept, time, organizational and cost.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Xml

from experiments.journey import Journey, titles

COLUMNS: Final = (
    "case_id", "activity", "timestamp", "agency", "need", "decision", "referred_by", "cost_gbp",
    "scenario",
)  # fmt: skip
XES: Final = "http://www.xes-standard.org/"
EXTENSIONS: Final = {
    "Concept": "concept", "Time": "time", "Organizational": "org", "Cost": "cost",
}  # fmt: skip


def events(journeys: Sequence[Journey]) -> Iterator[dict[str, Any]]:
    """Every step of every journey as a row."""
    for journey in journeys:
        names = titles(journey.scenario)
        week, minute = -1, 0
        for step in journey.steps:
            minute = minute + 1 if step.week == week else 0
            week = step.week
            noon = dt.datetime.combine(step.date, dt.time(12), dt.UTC)
            yield {
                "case_id": journey.name,
                "activity": step.activity,
                "timestamp": noon + dt.timedelta(minutes=minute),
                "agency": names.get(step.agency, ""),
                "need": step.need,
                "decision": step.decision,
                "referred_by": names.get(step.by, ""),
                "cost_gbp": step.cost_gbp,
                "scenario": journey.scenario.name,
            }


def write_logs(folder: Path, journeys: Sequence[Journey]) -> None:
    """``events.csv``, ``events.parquet`` and one XES file a scenario."""
    rows = list(events(journeys))
    _write_csv(folder / "events.csv", rows)
    _write_parquet(folder / "events.parquet", rows)
    for name in dict.fromkeys(journey.scenario.name for journey in journeys):
        mine = [journey for journey in journeys if journey.scenario.name == name]
        (folder / f"events_{name}.xes").write_bytes(xes(mine))


def _write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow(row | {"timestamp": row["timestamp"].isoformat()})


def _write_parquet(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"timestamp": pa.timestamp("ms", tz="UTC"), "cost_gbp": pa.float64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path, compression="zstd")


def xes(journeys: Sequence[Journey]) -> bytes:
    """The journeys as a log: a trace each, an event for every step."""
    log = Xml.Element("log", {"xes.version": "1849.2016", "xes.features": "", "xmlns": XES})
    for name, prefix in EXTENSIONS.items():
        uri = f"{XES}{prefix}.xesext"
        Xml.SubElement(log, "extension", {"name": name, "prefix": prefix, "uri": uri})
    of_traces = Xml.SubElement(log, "global", {"scope": "trace"})
    _attribute(of_traces, "string", "concept:name", "")
    of_events = Xml.SubElement(log, "global", {"scope": "event"})
    _attribute(of_events, "string", "concept:name", "")
    _attribute(of_events, "date", "time:timestamp", "1970-01-01T00:00:00+00:00")
    Xml.SubElement(
        log, "classifier", {"name": "Activity", "scope": "event", "keys": "concept:name"}
    )
    title = journeys[0].scenario.title if journeys else ""
    _attribute(log, "string", "concept:name", f"Simulated lives: {title}")
    for journey in journeys:
        trace = Xml.SubElement(log, "trace")
        _attribute(trace, "string", "concept:name", journey.name)
        _attribute(trace, "float", "cost:total", f"{journey.cost_gbp:.2f}")
        _attribute(trace, "string", "cost:currency", "GBP")
        for row in events([journey]):
            _event(trace, row)
    Xml.indent(log)
    return bytes(Xml.tostring(log, encoding="utf-8", xml_declaration=True)) + b"\n"


def _event(trace: Xml.Element, row: dict[str, Any]) -> None:
    event = Xml.SubElement(trace, "event")
    _attribute(event, "string", "concept:name", row["activity"])
    _attribute(event, "date", "time:timestamp", row["timestamp"].isoformat())
    if row["agency"]:
        _attribute(event, "string", "org:group", row["agency"])
    if row["cost_gbp"]:
        _attribute(event, "float", "cost:total", f"{row['cost_gbp']:.2f}")
        _attribute(event, "string", "cost:currency", "GBP")
    for name in ("need", "decision", "referred_by"):
        if row[name]:
            _attribute(event, "string", name, row[name])


def _attribute(parent: Xml.Element, kind: str, key: str, value: str) -> None:
    Xml.SubElement(parent, kind, {"key": key, "value": value})
