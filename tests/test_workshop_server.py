"""A whole workshop, by its addresses: what a room does, what a stranger tries, what a crash leaves.

It is about a hamlet, so that answers come at once.
"""

from __future__ import annotations

import contextlib
import html
import json
import re
import shlex
import signal
import socket
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import cli
from experiments.compare import differences
from experiments.report.kept import findings_in
from experiments.workshop.front import LEVERS, WRITE_EVERY
from experiments.workshop.levers import pounds
from scenarios.load import load_scenarios
from sim.run import run_replicate
from tests.rooms import REPLICATES, Room, opened, small_place


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("workshop")
    with opened(folder / "room", small_place(folder), "--phones", seats=40) as room:
        room.settled()
        yield room


# --- the room ---


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
    """As it is printed: the same table to the digit, and the same bytes in every run and set."""
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
    assert tables[0] == tables[1]
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


# --- phones ---


def joined(room: Room) -> dict[str, str]:
    """The cookie of a phone that has joined."""
    status, raw, headers = _enter(room, _code(room))
    assert status == 200, raw
    return {"Cookie": headers["set-cookie"].split(";")[0]}


def _enter(room: Room, code: str) -> tuple[int, bytes, dict[str, str]]:
    from urllib.request import Request

    from tests.rooms import _answer

    body = json.dumps({"code": code}).encode()
    request = Request(room.url + "/phone/enter", body, {"Content-Type": "application/json"})
    return _answer(request)


def _code(room: Room) -> str:
    return str(json.loads((room.folder / "room.jsonl").read_text().splitlines()[0])["code"])


def test_a_prediction_is_made_before_the_answer_is_shown(room: Room) -> None:
    room.tried({"budget.probation": 0}, move="predict")
    cookie = joined(room)
    question = {"sort": "predict", "text": "How many?", "measure": "people.multiple_needs",
                "choices": [], "scenario": ""}  # fmt: skip
    _, asked = room.post("/api/ask", question)
    number = asked["number"]
    assert room.post("/phone/answer", {"number": number, "value": 5}, **cookie)[0] == 200
    heard = room.listen("/phone/events", **cookie)
    told = room.until(heard, "phone", lambda t: t["question"]["number"] == number)
    assert "model" not in told["question"] and "given" not in told["question"]
    room.post("/api/show", {"number": number, "reveal": True})
    told = room.until(heard, "phone", lambda t: t["question"]["revealed"])
    assert told["question"]["given"] == [5.0] and told["question"]["model"]["words"]
    assert room.post("/phone/answer", {"number": number, "value": 6}, **cookie)[0] == 400


def test_the_models_answer_stays_what_it_was_about(room: Room) -> None:
    """Asked before the change is made; shown for what is on the screen then; whatever is tried
    later, the question keeps its answer."""
    room.post("/api/try", {"settings": {}, "under": "", "move": "today"})
    question = {"sort": "predict", "text": "A change to come?", "measure": "contacts.police",
                "choices": [], "scenario": ""}  # fmt: skip
    number = room.post("/api/ask", question)[1]["number"]
    status, told = room.post("/api/show", {"number": number, "reveal": True})
    assert status == 400 and "move the lever" in told["problems"][0]
    room.tried({"budget.probation": 0}, move="asked")
    assert room.post("/api/show", {"number": number, "reveal": True})[0] == 200
    about, mean = _revealed(room, number)
    assert about and mean
    room.tried({"budget.substance": 0}, move="another")
    assert _revealed(room, number) == (about, mean)
    assert _written_down(room, number)["mean"] == mean
    _, page, _ = room.get("/report.html")
    assert "A change to come?" in page.decode() and "The model: " in page.decode()


def test_the_models_answer_to_what_is_kept_is_written_down_to_its_last_set(room: Room) -> None:
    """The room also hears of a kept scenario from the wall; the memory must not miss its sets."""
    room.tried({"budget.advice": 0})
    name = room.post("/api/keep", {"title": "Less advice", "table": ""})[1]["name"]
    question = {"sort": "predict", "text": "Less advice?", "measure": "contacts.police",
                "choices": [], "scenario": name}  # fmt: skip
    number = room.post("/api/ask", question)[1]["number"]
    assert room.post("/api/show", {"number": number, "reveal": True})[0] == 200
    assert _written_down(room, number)["mean"] is not None
    about, _ = _revealed(room, number)
    assert about[0] == "“Less advice”" and about[1].endswith("(−50%)")  # not by its name alone


def test_a_question_about_a_levers_setting_is_answered_for_that(room: Room) -> None:
    """Nobody moves it: the screen stays as it is, and the model answers what was asked."""
    room.tried({"budget.probation": 0}, move="another lever")
    question = {"sort": "predict", "text": "Navigators?", "measure": "cost.programme",
                "choices": [], "scenario": "", "settings": {"navigators.posts": 2}}  # fmt: skip
    number = room.post("/api/ask", question)[1]["number"]
    assert "model" not in question_of(room, number)
    assert room.post("/api/show", {"number": number, "reveal": True})[0] == 200
    there = lambda q: q["number"] == number and q["model"] is not None  # noqa: E731
    room.until(room.listen(), "room", lambda told: any(map(there, told["questions"][-1:])))
    (words,), mean = _revealed(room, number)
    assert words.startswith("Navigators: 4 navigators, £")
    kept = room.tried({"navigators.posts": 2})["table"]
    money = next(rows for rows in (s["rows"] for s in kept if s["title"] == "Money a year"))
    cost = next(row for row in money if row[0] == "The programme itself")
    assert cost[2] == f"+{pounds(mean)}"
    status, told = room.post("/api/ask", question | {"settings": {"navigators.posts": 0}})
    assert status == 400 and "stands as today" in told["problems"][0]
    assert room.post("/api/ask", question | {"settings": {"navigators.posts": 99}})[0] == 400


def test_whose_a_scenario_is_may_be_left_open(room: Room) -> None:
    room.tried({"budget.asb": 1})
    name = room.post("/api/keep", {"title": "Whose?", "table": "  "})[1]["name"]
    state = room.until(room.listen(), "room", lambda told: True)
    assert next(k for k in state["kept"] if k["name"] == name)["table"] == ""
    assert room.post("/api/take_down", {"name": name})[0] == 200


def _written_down(room: Room, number: int) -> dict[str, float]:
    """The model's answer in the room's memory, with its range: the last line of it."""
    for _ in range(600):
        lines = (room.folder / "room.jsonl").read_text(encoding="utf-8").splitlines()
        every = [json.loads(line) for line in lines]
        mine = [e["model"] for e in every if e["kind"] == "worked_out" and e["question"] == number]
        if mine and mine[-1]["sets"] == mine[-1]["of_sets"] > 0:
            assert len(mine) <= 2 and mine[-1]["whole"] == REPLICATES
            return dict(mine[-1])
        time.sleep(0.1)
    raise AssertionError("the model's answer was not written down")


def asked(room: Room, text: str) -> int:
    """The number of a question that has just been put."""
    question = {"sort": "predict", "text": text, "measure": "people.multiple_needs",
                "choices": [], "scenario": ""}  # fmt: skip
    return int(room.post("/api/ask", question)[1]["number"])


def called_out(room: Room, number: int, value: float, **more: bool) -> tuple[int, dict[str, Any]]:
    return room.post("/api/answer", {"number": number, "value": value, "who": str(value), **more})


def question_of(room: Room, number: int) -> dict[str, Any]:
    """A question as a page is told of it that has just been opened."""
    state = room.until(room.listen(), "room", lambda told: True)
    return dict(next(q for q in state["questions"] if q["number"] == number))


def test_undo_asks_before_it_takes_answers_away(room: Room) -> None:
    number = asked(room, "Taken back?")
    for value in (1, 2):
        assert called_out(room, number, value)[1]["taken"]
    question = "Take back the question “Taken back?” with its 2 answers?"
    assert room.post("/api/undo", {})[1] == {"ask": question, "what": number}
    assert question_of(room, number)["count"] == 2
    room.post("/api/show", {"number": number, "reveal": False})
    status, told = room.post("/api/undo", {"sure": number})
    assert status == 400 and "something else was done" in told["problems"][0]
    opened_again = "The question “Taken back?” is open again, and takes answers."
    assert room.post("/api/undo", {})[1] == {"undone": opened_again}
    gone = "The question “Taken back?” is taken back, with its 2 answers."
    assert room.post("/api/undo", {"sure": number})[1] == {"undone": gone}


def test_a_slip_is_refused_or_asked_about_in_the_questions_unit(room: Room) -> None:
    number = asked(room, "Bounds?")
    told = question_of(room, number)["nothing"]
    assert told.endswith(" (people with multiple unmet needs)")
    level = float(told.split()[0].replace(",", ""))
    for value in (99_999_999, -2 * level - 20):
        status, answer = called_out(room, number, value)
        assert (
            status == 400 and told in answer["problems"][0] and "cannot be" in answer["problems"][0]
        )
    assert "+99,999,999" in called_out(room, number, 99_999_999, sure=True)[1]["problems"][0]
    far = round(0.9 * level)
    status, answer = called_out(room, number, far)
    assert status == 200 and not answer["taken"] and told in answer["ask"]
    assert "Is that right?" in answer["ask"] and question_of(room, number)["count"] == 0
    assert called_out(room, number, far, sure=True)[1]["taken"]
    cookie = {"Cookie": room.seats[0]["Cookie"]}
    sent = {"number": number, "value": far}
    assert not room.post("/phone/answer", sent, **cookie)[1]["taken"]
    assert room.post("/phone/answer", sent | {"sure": True}, **cookie)[1]["taken"]
    assert question_of(room, number)["count"] == 2


def test_one_answer_is_struck_and_comes_back(room: Room) -> None:
    """What phones said is nobody's to see until the question is closed."""
    number = asked(room, "Struck?")
    called_out(room, number, 3)
    room.post("/phone/answer", {"number": number, "value": 4}, **room.seats[0])
    (only,) = question_of(room, number)["can_strike"]
    assert only["said"] == "+3"
    room.post("/api/show", {"number": number, "reveal": False})
    every = question_of(room, number)["can_strike"]
    assert [one["said"] for one in every] == ["+3", "+4"]
    heard = room.listen("/phone/events", **room.seats[0])
    assert "can_strike" not in room.until(heard, "phone", lambda told: True)["question"]
    strike = {"number": number, "answer": every[0]["answer"]}
    assert room.post("/api/strike", strike) == (200, {"struck": "+3"})
    told = question_of(room, number)
    assert told["given"] == [4.0] and told["count"] == told["struck"] == 1
    assert room.post("/api/strike", strike)[0] == 400
    back = "The answer +3 to “Struck?” counts again."
    assert room.post("/api/undo", {})[1] == {"undone": back}
    assert question_of(room, number)["given"] == [3.0, 4.0]


def _revealed(room: Room, number: int) -> tuple[list[str], float]:
    """What the room is told of a question's answer, from a page that has just been opened."""
    heard = room.listen("/api/events")
    told = room.until(heard, "room", lambda t: any(q["number"] == number for q in t["questions"]))
    question = next(q for q in told["questions"] if q["number"] == number)
    return question["about"], question["model"]["mean"]


def test_a_vote(room: Room) -> None:
    cookies = [joined(room) for _ in range(2)]
    question = {"sort": "vote", "text": "Which?", "measure": "", "choices": ["A", "B"]}
    number = room.post("/api/ask", question)[1]["number"]
    for cookie in cookies:
        assert room.post("/phone/answer", {"number": number, "value": 1}, **cookie)[0] == 200
    assert room.post("/phone/answer", {"number": number, "value": 2}, **cookies[0])[0] == 400
    assert room.post("/phone/answer", {"number": number, "value": 1e400}, **cookies[0])[0] == 400


def test_no_phone_without_the_code(room: Room) -> None:
    """Guessing is stopped after a few tries, and a stranger gets nothing. Runs after the others
    have joined, for it uses the minute's tries up."""
    assert room.get("/phone/events")[0] == 403
    assert room.post("/phone/answer", {"number": 1, "value": 1})[0] == 403
    statuses = [_enter(room, "AAAAAA")[0] for _ in range(14)]
    assert statuses[-1] == 429 and set(statuses) <= {403, 429}


def test_forty_phones_and_a_facilitator(room: Room) -> None:
    """Nobody is turned away and every phone is heard while the model simulates.

    How long answers take, forty phones for ten minutes: `make workshop-load`."""
    from tests.load import load

    found = load(room, phones=40, seconds=6)
    assert found["refused"] == 0 and found["answers"] >= 40 and found["moves"] > 0
    heard = room.listen("/api/events")
    room.until(heard, "room", lambda told: told["questions"][-1]["count"] == 40, seconds=60)


# --- strangers ---


@pytest.mark.parametrize("path", [
    "/static/../session.py", "/static/..%2f..%2fcli.py", "/static/%2e%2e/guard.py",
    "/scenarios/../room.jsonl", "/scenarios/..%2froom.toml", "/scenarios/%2e%2e%2froom.jsonl.toml",
    "/scenarios/places%2fhamlet.toml", "/room.jsonl", "/static/", "/charts/..%2f..%2fx.json",
])  # fmt: skip
def test_no_other_file_is_given_out(room: Room, path: str) -> None:
    import http.client

    host = room.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status in (403, 404), path
    assert b"code" not in response.read()


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Origin": "http://evil.example"},
    {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
])  # fmt: skip
def test_other_pages_get_nothing(room: Room, headers: dict[str, str]) -> None:
    assert room.get("/api/about", **headers)[0] == 403
    assert room.post("/api/undo", {}, **headers)[0] == 403


def test_forms_of_other_pages_get_nothing(room: Room) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert room.post("/api/undo", {}, kind)[0] == 415


def test_every_answer_has_the_policy(room: Room) -> None:
    for path in ("/", "/api/about", "/static/app.js", "/join", "/nothing"):
        _, _, headers = room.get(path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, path
        assert headers["x-content-type-options"] == "nosniff"


def test_too_much_is_refused(room: Room) -> None:
    assert room.post("/api/upload", b"x" * 150_000, "application/toml")[0] == 400
    head = "POST /api/upload HTTP/1.1\r\nHost: {}\r\nContent-Type: application/toml\r\n"
    for size, sent in (("Content-Length: 9000000", b""),
                       ("Transfer-Encoding: chunked", b"4e20\r\n" +
                                                         b"x" * 20_000 + b"\r\n")):  # fmt: skip
        host = room.url.removeprefix("http://")
        with socket.create_connection(("127.0.0.1", int(host.split(":")[1])), 20) as line:
            line.sendall((head.format(host) + size + "\r\n\r\n").encode())
            with contextlib.suppress(OSError):
                for _ in range(12 if sent else 0):
                    line.sendall(sent)
                line.sendall(b"0\r\n\r\n" if sent else b"")
            assert b"413" in line.recv(200)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"settings": 3}', b"[" * 50_000,
                                  b'{"settings": {"x": 1}}', b'{"settings": [[1]]}'])  # fmt: skip
def test_nonsense_is_told_plainly(room: Room, body: bytes) -> None:
    status, told = room.post("/api/try", body)
    assert status == 400 and told["problems"]


def test_bad_files_are_told_plainly(room: Room) -> None:
    bad = b'[[changes]]\nkind = "budgte"\nagency = "housing"\nmultiply = 0.8\n'
    status, told = room.post("/api/upload", bad, "application/toml")
    assert status == 400 and any("budgte" in p or "kind" in p for p in told["problems"])
    assert str(room.folder) not in json.dumps(told)


# --- crashes ---


def test_kill_9_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Decisions are noted as fast as they can be until the process is killed; every one that was
    acknowledged is there when the workshop is opened again, and so is what was kept."""
    scenario = small_place(tmp_path)
    with opened(tmp_path / "room", scenario) as room:
        room.post("/api/try", {"settings": {"budget.housing": 0}, "move": "x"})
        assert room.post("/api/keep", {"title": "Kept", "table": "A"})[0] == 200
        told: list[str] = []

        def note(i: int) -> None:
            try:
                if room.post("/api/decide", {"text": f"Decision {i}", "who": ""})[0] == 200:
                    told.append(f"Decision {i}")
            except (OSError, HTTPException):
                return
            if len(told) >= 40:
                room.process.send_signal(signal.SIGKILL)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(note, range(60)))
        assert room.process.wait(10) == -signal.SIGKILL
    assert len(told) >= 40
    with opened(tmp_path / "room", scenario) as room:
        state = room.until(room.listen(), "room", lambda r: True)
        assert set(told) <= {note["text"] for note in state["notes"]}
        assert [k["title"] for k in state["kept"]] == ["Kept"]
        assert (room.folder / "scenarios" / "kept.toml").is_file()


def test_kill_9_keeps_how_the_levers_stood(tmp_path: Path) -> None:
    """Though nothing was kept. Of levers that are not there, nothing is moved."""
    scenario = small_place(tmp_path)
    moved = {"budget.housing": 0, "navigators.posts": 2}
    with opened(tmp_path / "room", scenario) as room:
        for i in range(20):
            settings = {"budget.housing": i % 3, "navigators.posts": 2}
            room.post("/api/try", {"settings": settings, "move": f"page-{i}"})
        room.post("/api/try", {"settings": moved, "move": "page-20"})
        time.sleep(2 * WRITE_EVERY)
        room.process.send_signal(signal.SIGKILL)
        assert room.process.wait(10) == -signal.SIGKILL
    with opened(tmp_path / "room", scenario) as room:
        shown = room.until(room.listen(), "answer", lambda a: a.get("settled"))
        assert (shown["settings"], shown["move"]) == (moved, "page-20")
        assert len(shown["words"]) == 2 and shown["headlines"]
        room.post("/api/try", {"settings": {}, "move": "page-21"})
        room.process.send_signal(signal.SIGINT)  # closed as it should be: nothing is too late
        room.process.wait(60)
    levers = tmp_path / "room" / LEVERS
    assert json.loads(levers.read_bytes())["settings"] == {}
    levers.write_text('{"move": "a-1", "settings": {"no.such": 1}, "under": ""}', encoding="utf-8")
    with opened(tmp_path / "room", scenario) as room:
        shown = room.until(room.listen(), "answer", lambda a: True)
        assert (shown["settings"], shown["move"]) == ({}, "")


def test_kill_9_keeps_what_was_struck(tmp_path: Path) -> None:
    scenario = small_place(tmp_path)
    with opened(tmp_path / "room", scenario) as room:
        number = asked(room, "Struck?")
        for value in (1, 2, 3):
            called_out(room, number, value)
        line = question_of(room, number)["can_strike"][1]["answer"]
        assert room.post("/api/strike", {"number": number, "answer": line})[0] == 200
        room.process.send_signal(signal.SIGKILL)
        assert room.process.wait(10) == -signal.SIGKILL
    with opened(tmp_path / "room", scenario) as room:
        told = question_of(room, number)
        assert [one["said"] for one in told["can_strike"]] == ["+1", "+3"] and told["struck"] == 1
        assert room.post("/api/undo", {})[0] == 200
        assert question_of(room, number)["count"] == 3


def test_ctrl_c_closes_it_with_a_page_open(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(tmp_path / "room", small_place(tmp_path)) as room:
        heard = room.listen()
        room.until(heard, "room", lambda told: True)
        room.process.send_signal(signal.SIGINT)
        assert room.process.wait(60) == 0
        assert room.process.stdout is not None
        assert "Closed. What the room decided is in" in room.process.stdout.read()
    assert "Traceback" not in capfd.readouterr().err
