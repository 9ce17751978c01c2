"""A whole workshop, by its addresses: what a room does, what a stranger tries, what a crash leaves.

It is about a hamlet, so that answers come at once.
"""

from __future__ import annotations

import html
import json
import re
import shlex
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import cli
from experiments.compare import differences
from experiments.report.kept import findings_in
from scenarios.load import load_scenarios
from sim.run import run_replicate
from tests.rooms import REPLICATES, Room


@pytest.fixture(scope="module")
def kept_answer(room: Room) -> Any:
    """What the page told of a scenario that the room then kept, as ours."""
    settings = {"budget.substance": 0, "navigators.posts": 4, "exclusion.mental_health.alcohol": 1}
    told = room.tried(settings)
    status, named = room.post("/api/keep", {"title": "Ours", "table": "Table 1"})
    assert (status, named["name"]) == (200, "ours")
    return told


def test_a_kept_scenario_gives_the_same_numbers_on_the_command_line(
    room: Room, kept_answer: Any
) -> None:
    """Tried on the page, kept, downloaded, and run as `upstream compare` runs it: the same bytes
    in every measure of every replicate."""
    _, raw, headers = room.get("/scenarios/ours.toml")
    assert "attachment" in headers["content-disposition"]
    file = room.folder / "scenarios" / "downloaded.toml"
    file.write_bytes(raw)
    scenarios = load_scenarios([room.folder / "scenarios" / "do_nothing.toml", file])
    file.unlink()
    found = _archived(room, "ours")
    ours = found.scenarios["ours"]
    for replicate in range(REPLICATES):
        base, other = run_replicate(scenarios, 1, replicate)
        for i, name in enumerate(other.names):
            assert np.array_equal(ours.overall[name][replicate], other.overall[i], equal_nan=True)
            assert np.array_equal(ours.per_year[name][replicate], other.per_year[i], equal_nan=True)
    shown = kept_answer["headlines"][0]["rows"][0]
    expected = differences(found, "ours")[shown["measure"]]
    assert shown["mean"] == pytest.approx(expected.mean, rel=1e-5)


@pytest.mark.usefixtures("kept_answer")
def test_the_line_of_the_report_gives_its_numbers_again(room: Room, tmp_path: Path) -> None:
    """As it is printed: the same table to the digit, and the same bytes in every run and set. Each
    names the file of the place that it read: the room's is a copy."""
    heard = room.listen()
    done = lambda card: card["sets"] == card["of_sets"] == 4  # noqa: E731
    room.until(heard, "room", lambda told: told["kept"] and done(told["kept"][0]))
    found = _archived(room, "ours", sets=4)
    assert cli.main(["report", str(room.folder), "--out", str(tmp_path / "report")]) == 0
    page = html.unescape((tmp_path / "report.html").read_text(encoding="utf-8"))
    line = re.search(
        r"The same numbers again, [a-z ]+: (\.venv/bin/upstream compare .*?)</p>", page
    )
    assert line is not None and "upstream workshop" not in page
    words = [*shlex.split(line.group(1))[1:], "--workers", "1", "--out", str(tmp_path / "again")]
    assert cli.main(words) == 0
    again, _ = findings_in(tmp_path / "again")
    tables = [(f / "table.txt").read_text() for f in (room.folder / "answers", tmp_path / "again")]
    said = [re.sub(r"\S*/hamlet\.toml", "hamlet.toml", " ".join(text.split())) for text in tables]
    assert said[0] == said[1]
    figures = [text.partition("====")[2] for text in tables]
    assert figures[0] == figures[1] != ""
    for ours, theirs in ((found.results, again.results), (found.set_results, again.set_results)):
        assert len(ours) == len(theirs) > 0
        for one, other in zip(ours, theirs, strict=True):
            assert (one.scenario, one.replicate) == (other.scenario, other.replicate)
            mine = dict(zip(one.names, one.per_year, strict=True))
            for name, years in zip(other.names, other.per_year, strict=True):
                assert np.array_equal(mine.pop(name), years, equal_nan=True)
            assert not any(years.any() for years in mine.values())  # what it has no team for


def _archived(room: Room, name: str, sets: int = 0):  # type: ignore[no-untyped-def]
    for _ in range(600):
        if (room.folder / "answers" / "manifest.json").is_file():
            found, _ = findings_in(room.folder / "answers")
            if name in found.titles and len(found.sets) >= sets:
                return found
        time.sleep(0.1)
    raise AssertionError("the wall's numbers were not kept")


def test_an_answer_names_the_settings_it_belongs_to(room: Room) -> None:
    """Moves in quick succession: every answer is to one move, and carries its settings and run."""
    heard = room.listen()
    for i in range(5):
        room.post("/api/try", {"settings": {"budget.housing": i}, "move": f"quick{i}"})
    seen = {}
    last = room.until(heard, "answer", lambda a: a["move"] == "quick4" and a.get("settled"))
    assert last["settings"] == {"budget.housing": 4}
    while not heard.empty():
        sort, told = heard.get()
        if sort == "answer":
            seen.setdefault(told["move"], set()).add(json.dumps(told["settings"]))
    assert all(len(settings) == 1 for settings in seen.values())


def kept_settings(room: Room, name: str) -> dict[str, int]:
    kept = room.until(room.listen(), "room", lambda told: True)["kept"]
    return next(dict(one["settings"]) for one in kept if one["name"] == name)


def test_a_move_that_is_overtaken_on_its_way_changes_nothing(room: Room) -> None:
    """A held arrow key sends moves over several connections, and they come in any order."""
    for number, at in ((8, 3), (10, 5), (9, 4)):
        room.post("/api/try", {"settings": {"budget.housing": at}, "move": f"page-{number}"})
    name = room.post("/api/keep", {"title": "The last", "table": ""})[1]["name"]
    assert kept_settings(room, name) == {"budget.housing": 5}
    room.post("/api/try", {"settings": {"budget.housing": 4}, "move": "other-1"})
    name = room.post("/api/keep", {"title": "Of another page", "table": ""})[1]["name"]
    assert kept_settings(room, name) == {"budget.housing": 4}


def test_what_is_kept_is_what_the_page_shows(room: Room) -> None:
    room.post("/api/try", {"settings": {"budget.housing": 3}, "move": "page-1"})
    asked = {"title": "As shown", "table": "", "settings": {"budget.housing": 6}, "under": ""}
    name = room.post("/api/keep", asked)[1]["name"]
    assert kept_settings(room, name) == {"budget.housing": 6}
    assert room.post("/api/keep", asked | {"settings": {}})[0] == 400


def test_coming_back_needs_no_new_run(room: Room) -> None:
    """What was finished is kept: the first that is heard of the second move is all of it."""
    run = room.tried({"budget.housing": 3}, move="a")["run"]
    heard = room.listen()
    room.post("/api/try", {"settings": {"budget.housing": 3}, "move": "b"})
    first = room.until(heard, "answer", lambda a: a["move"] == "b")
    assert first["settled"] and first["run"] == run


def test_branching_undoing_and_deciding(room: Room) -> None:
    room.tried({"budget.asb": 0})
    _, first = room.post("/api/keep", {"title": "First", "table": "A"})
    told = room.tried({"information": 5}, under=first["name"], move="branch")
    assert told["words"][0] == "On top of “First”"
    _, second = room.post("/api/keep", {"title": "Second", "table": "B"})
    text = (room.folder / "scenarios" / f"{second['name']}.toml").read_text()
    assert [c["kind"] for c in tomllib.loads(text)["changes"]] == ["budget", "information"]
    room.post("/api/decide", {"text": "We try it", "who": "The council", "scenario": "second"})
    heard = room.listen()
    state = room.until(heard, "room", lambda r: r["notes"])
    assert state["notes"][-1]["text"] == "We try it" and state["notes"][-1]["who"] == "The council"
    taken = "The decision “We try it” is taken back."
    assert room.post("/api/undo", {})[1] == {"undone": taken}
    assert room.post("/api/undo", {})[1] == {"undone": "“Second” is off the wall again."}
    assert not (room.folder / "scenarios" / f"{second['name']}.toml").exists()
    status, side = room.post("/api/compare", {"names": [first["name"]]})
    assert status == 200 and [c["title"] for c in side["columns"]] == ["First"]


def test_what_is_cash_holds_no_net_benefit(room: Room) -> None:
    """It is discounted, and none of it in cash; it stands in the whole table."""
    told = room.tried({"budget.substance": 0}, move="cash")
    labels = [row[0] for part in told["table"] for row in part["rows"]]
    payers = [label.removesuffix(" saves in cash") for label in labels if "in cash" in label]
    assert [row["label"] for row in told["cash"]] == payers and "Council" in payers
    assert any(label.startswith("Net benefit") for label in labels)


def test_no_contacts_are_told_of_doors_that_nobody_turns_to(room: Room) -> None:
    """People are sent to the crisis team; a row of nought beside its referrals looked like a
    fault."""
    told = room.tried({"budget.substance": 0}, move="silent")
    demand = next(part["rows"] for part in told["table"] if part["title"].startswith("Demand"))
    labels = [row[0] for row in demand]
    assert "Police" in labels and "Crisis team and beds" not in labels


def test_the_doors_and_the_assumptions(room: Room) -> None:
    _, raw, _ = room.get("/api/doors")
    doors = json.loads(raw)["doors"]
    assert len(doors) > 8 and all(d["opened"]["value"] <= d["referrals"]["value"] for d in doors)
    _, raw, _ = room.get("/api/assumed")
    told = json.loads(raw)
    assert len(told["numbers"]) > 100 and all(lever["evidence"] for lever in told["levers"])


def test_a_life_and_its_twin(room: Room) -> None:
    room.tried({"navigators.posts": 6, "information": 8}, move="life")
    status, raw, _ = room.get("/api/life?find=contacts")
    assert status == 200
    told = json.loads(raw)
    assert len(told["lives"]) == 2 and told["twin"]
    assert "A simulated life" in told["lives"][0]["story"][0]
    assert {"need", "mark"} <= {row["sort"] for row in told["lives"][0]["rows"]}


def test_the_report_of_a_workshop(room: Room) -> None:
    room.tried({"budget.advice": 0}, move="report")
    room.post("/api/keep", {"title": "<b>Bold</b>", "table": "T"})
    room.post("/api/decide", {"text": "<script>alert(1)</script>", "who": "", "scenario": ""})
    status, raw, headers = room.get("/report.html")
    page = raw.decode()
    assert status == 200 and "<script" not in page and "&lt;script&gt;" in page
    assert "interval of chance" in page and "do nothing" in page
    kept = page[page.index("What the room kept") :]
    assert "Benefits and debt advice: £" in kept and "stands in its file" not in kept
    assert "default-src 'none'" in str(headers)
    status, raw, _ = room.get("/report.pdf")
    assert status == 200 and raw.startswith(b"%PDF")
