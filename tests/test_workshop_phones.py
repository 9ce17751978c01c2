"""Questions to a room: phones join, predict and vote; answers are asked about, struck, shown."""

from __future__ import annotations

import json
import time

from experiments.workshop.levers import pounds
from tests.rooms import REPLICATES, Room, asked, called_out, entered, joined, question_of


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
    statuses = [entered(room, "AAAAAA")[0] for _ in range(14)]
    assert statuses[-1] == 429 and set(statuses) <= {403, 429}


def test_forty_phones_and_a_facilitator(room: Room) -> None:
    """Nobody is turned away and every phone is heard while the model simulates.

    How long answers take, forty phones for ten minutes: `make workshop-load`."""
    from tests.load import load

    found = load(room, phones=40, seconds=6)
    assert found["refused"] == 0 and found["answers"] >= 40 and found["moves"] > 0
    heard = room.listen("/api/events")
    room.until(heard, "room", lambda told: told["questions"][-1]["count"] == 40, seconds=60)
