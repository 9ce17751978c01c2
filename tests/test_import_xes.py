"""Logs of process mining: XES, its CSV, and our own event logs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import imported, used_and_aside, write


def xes(events: str, before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<log xmlns="http://x/">{events}</log>'


def test_xes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traces = "".join(
        f'<trace><string key="concept:name" value="case {c}"/>'
        + "".join(
            f'<event><string key="concept:name" value="contact"/><string key="org:group" '
            f'value="Police"/><date key="time:timestamp" value="2024-01-{d:02}T10:00:00+00:00"/>'
            "</event>"
            for d in range(1, 6)
        )
        + "</trace>"
        for c in range(8)
    )
    code, said = imported(write(tmp_path, xes(traces), "log.xes"), tmp_path, capsys)
    assert code == 0 and used_and_aside(said) == (40, 40, 0) and "seen by Police: 10" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (xes("", '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "document type"),
        (xes("<trace>"), "is no XML from line 1 on"),
        (xes(""), "has no rows"),
    ],
)
def test_xes_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    code, said = imported(write(tmp_path, text, "log.xes"), tmp_path, capsys)
    assert code == 2 and expected in said


def test_the_csv_of_process_mining_tools(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "case:concept:name;concept:name;time:timestamp;org:group\n"
    text = head + "".join(
        f"c{i % 7};contact;2024-01-{1 + i % 28:02}T08:00:00.000+01:00;GP\n" for i in range(30)
    )
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 0 and used_and_aside(said)[0] == 30 and "seen by GP: 5" in said


def test_our_own_event_logs_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from experiments.exchange import COLUMNS

    text = ",".join(COLUMNS) + "\n" + "".join(
        f"Ann {i},contact,2024-01-0{1 + i % 9}T12:00:00+00:00,Police,,,,0,x\n" for i in range(9)
    )  # fmt: skip
    code, said = imported(write(tmp_path, text), tmp_path, capsys)
    assert code == 0 and used_and_aside(said)[0] == 9
