"""The workshop's parts by themselves: levers, files, the log, codes, what is refused."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.own_budgets import place_file
from experiments.rows import Row
from experiments.stats import Interval
from experiments.workshop import answers, charts
from experiments.workshop.bounds import doubted
from experiments.workshop.drafts import Desk, Refused, check_upload, open_desk, scenario_of, text_of
from experiments.workshop.guard import Rate, new_code, same_code
from experiments.workshop.memory import Memory, read_log, room_of
from experiments.workshop.predicted import room_in_words
from experiments.workshop.toml_text import toml_text
from scenarios.load import load_scenario
from scenarios.problems import InputError
from sim.store import Damaged
from tests.rooms import small_place
from tests.small import SCENARIOS

PORTSMOUTH = SCENARIOS / "portsmouth" / "do_nothing.toml"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("room")
    return open_desk(load_scenario(PORTSMOUTH), PORTSMOUTH, folder / "scenarios")


# --- TOML ---

KEYS = st.text(min_size=1, max_size=8)
VALUES = st.one_of(
    st.text(max_size=20), st.integers(-(2**62), 2**62), st.booleans(), st.dates(),
    st.floats(allow_nan=False, allow_infinity=False), st.lists(st.text(max_size=5), max_size=3),
)  # fmt: skip
TABLES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


@given(st.dictionaries(KEYS, st.one_of(VALUES, TABLES, st.lists(TABLES, min_size=1, max_size=3))))
def test_what_is_written_reads_the_same(data: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(data)) == data


# --- levers ---


def test_every_lever_at_every_end_makes_a_sound_scenario(desk: Desk) -> None:
    """Each lever at its first and last setting is a file that the loader takes."""
    for last in (False, True):
        settings = {
            name: len(lever.values) - 1 if last else 0 for name, lever in desk.levers.items()
        }
        ways = [name for name in settings if name.startswith("way.")]
        some = {name: i for name, i in settings.items() if name not in ways}
        scenario = scenario_of(desk, "ends", text_of(desk, "Ends", some))
        assert len(scenario.changes) >= len([n for n in some if n != "navigators.cases"]) // 2
    for name in ways:
        scenario_of(desk, "ends", text_of(desk, "Ends", {name: 1}))


def test_today_is_no_change(desk: Desk) -> None:
    settings = {name: lever.today for name, lever in desk.levers.items()}
    scenario = scenario_of(desk, "today", text_of(desk, "Today", settings))
    assert scenario.changes == () and scenario.costs == ()


def test_every_setting_has_words(desk: Desk) -> None:
    for lever in desk.levers.values():
        assert len(lever.words) == len(lever.values) == len(set(lever.words)), lever.name
        assert 0 <= lever.today < len(lever.values) and lever.evidence


def test_posts_and_pounds_are_those_of_the_model(desk: Desk) -> None:
    words = desk.levers["budget.substance"].words
    assert words[desk.levers["budget.substance"].today] == "£3.78m a year, 40 posts (as today)"
    assert words[0] == "£1.89m a year, 20 posts (−50%)"


def test_a_way_of_working_says_how_many_times_as_large_it_is_here(tmp_path: Path) -> None:
    """Its own words speak of a city; what is put in here is for the place."""
    for place, times, posts in (
        ("portsmouth", "", "3 full-time posts, with places for 24 people, £138k"),
        ("wiltshire", "2.47", "7.4 full-time posts, with places for 59 people, £341k"),
    ):
        source = SCENARIOS / place / "do_nothing.toml"
        levers = open_desk(load_scenario(source), source, tmp_path / place / "scenarios").levers
        cohort, control_room = levers["way.complex_cohort"], levers["way.amhps_control_room"]
        assert cohort.words[1].startswith(f"in use: {posts} a year")
        for lever in (cohort, control_room):
            assert (f"here it is {times} times as large" in lever.note) == bool(times)
            assert ("are for a city of 210,000" in lever.note) == bool(times)
        assert "times as large" not in levers["way.complex_needs_pledge"].note


@pytest.mark.parametrize("settings", [{"nothing": 1}, {"information": 99}, {"information": -1},
                                      {"information": True}, {"information": "2"}])  # fmt: skip
def test_no_other_settings(desk: Desk, settings: dict[str, int]) -> None:
    with pytest.raises(Refused):
        text_of(desk, "x", settings)


def test_a_place_of_ones_own(tmp_path: Path) -> None:
    """Its file is copied into the workshop's folder, so that the folder can be moved."""
    source = small_place(tmp_path)
    desk = open_desk(load_scenario(source), source, tmp_path / "room" / "scenarios")
    assert (tmp_path / "room" / "scenarios" / "places" / "hamlet.toml").is_file()
    text = text_of(desk, "More", {"budget.housing": 0})
    assert scenario_of(desk, "more", text).place == load_scenario(source).place


def test_where_to_write_ones_own_is_the_file_that_is_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not its copy in the workshop's folder, which is made anew; what was written there is kept."""
    source = small_place(tmp_path)
    own = tmp_path / "hamlet.toml"
    base, folder = load_scenario(source), tmp_path / "room" / "scenarios"
    assert place_file(open_desk(base, source, folder).base) == place_file(base)
    assert Path(place_file(base)).name == own.name and "room" not in place_file(base)
    copy = folder / "places" / "hamlet.toml"
    written = f"{copy.read_text()}\n# our own\n"
    copy.write_text(written)
    assert capsys.readouterr().err == ""
    open_desk(base, source, folder)
    assert copy.read_bytes() == own.read_bytes()
    assert copy.with_suffix(".before.toml").read_text() == written
    said = capsys.readouterr().err
    assert "kept as hamlet.before.toml. Write your own figures into" in said and str(own) in said


def test_a_base_with_changes_is_refused(tmp_path: Path) -> None:
    source = SCENARIOS / "portsmouth" / "budget_cut.toml"
    with pytest.raises(Refused, match="changes nothing"):
        open_desk(load_scenario(source), source, tmp_path)


# --- files from outside ---

CUT = '[[changes]]\nkind = "budget"\nagency = "housing"\nmultiply = 0.8\nstart = 2025-04-01\n'


def upload(desk: Desk, text: str | bytes) -> str:
    return check_upload(desk, text.encode() if isinstance(text, str) else text)


def test_a_file_of_the_projects_own_can_be_dropped(desk: Desk) -> None:
    text = upload(desk, (SCENARIOS / "portsmouth" / "budget_cut.toml").read_bytes())
    ours = load_scenario(SCENARIOS / "portsmouth" / "budget_cut.toml")
    got = scenario_of(desk, "dropped", text)
    assert (got.title, got.evidence, got.place) == (ours.title, ours.evidence, ours.place)
    assert [d.change for d in got.changes] == [d.change for d in ours.changes]


@pytest.mark.parametrize(
    "text",
    [
        'extends = "../../../etc/hosts.toml"\n' + CUT,
        'extends = "/etc/hosts.toml"\n' + CUT,
        'extends = "other"\n' + CUT,
        'place = "../secret.toml"\n' + CUT,
        'place = "wiltshire"\n' + CUT,
        '[[use]]\nintervention = "../../../tmp/x.toml"\nstart = 2025-04-01\n',
        '[[use]]\nintervention = "/tmp/x.toml"\nstart = 2025-04-01\n',
        "changes = 3\n" + "x = 1\n" * 20_000,
        CUT * 201,
    ],
)
def test_nothing_outside_is_named(desk: Desk, text: str) -> None:
    with pytest.raises(Refused):
        upload(desk, text)
    assert not list(desk.folder.glob("upload*"))


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"a = ", b"\0", b"[" * 90_000, b"x." * 40_000])
def test_no_toml_is_told_plainly(desk: Desk, raw: bytes) -> None:
    with pytest.raises(InputError):
        upload(desk, raw)


def test_another_horizon_is_not_compared(desk: Desk) -> None:
    with pytest.raises(Refused, match="runs 30 years"):
        scenario_of(desk, "long", upload(desk, "years = 30\n" + CUT))
    assert not (desk.folder / "long.toml").exists()


def test_hours_of_work_are_refused_with_their_estimate(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The crisis door's own model has not been worked out on this machine."""
    monkeypatch.setenv("UPSTREAM_CACHE", str(tmp_path))
    text = upload(desk, 'crisis_door = "pathway"\n' + CUT)
    with pytest.raises(Refused, match=r"about [\d,]+ minutes"):
        scenario_of(desk, "hours", text)


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x" * 80, "A", "x.toml", "..", "x\0"])
def test_only_names_are_names(desk: Desk, name: str) -> None:
    with pytest.raises(Refused):
        scenario_of(desk, name, "")


# --- the log ---


def kept(memory: Memory, name: str) -> None:
    memory.note("kept", name=name, title=name, table="", settings={}, toml="", parent="")


def test_a_log_cut_short_anywhere_keeps_what_was_whole(tmp_path: Path) -> None:
    """As a crash may leave it, at every byte."""
    memory = Memory(tmp_path / "room")
    for name in ("one", "two", "three"):
        kept(memory, name)
    memory.close()
    raw = memory.path.read_bytes()
    for cut in range(len(raw) + 1):
        path = tmp_path / "cut"
        path.mkdir(exist_ok=True)
        (path / "room.jsonl").write_bytes(raw[:cut])
        again = Memory(path)
        assert list(again.room.kept) == ["one", "two", "three"][: raw[:cut].count(b"\n")]
        kept(again, "after")
        again.close()
        entries, _ = read_log(path / "room.jsonl")
        assert [e["n"] for e in entries] == list(range(1, len(entries) + 1))
        assert entries[-1]["name"] == "after"


def test_a_line_is_on_the_disk_before_it_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_size))
    kept(memory, "one")
    assert synced == [memory.path.stat().st_size]


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(tmp_path)
    kept(memory, "one")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        with pytest.raises(OSError, match="full"):
            kept(memory, "two")
    kept(memory, "three")
    assert list(room_of(read_log(memory.path)[0]).kept) == ["one", "three"]


def _full(_: int) -> None:
    raise OSError("disk full")


def test_undo_takes_back_one_thing_after_another(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    kept(memory, "one")
    memory.note("noted", text="We decide", who="", scenario="")
    memory.note("dropped", name="one")
    assert not memory.room.kept
    assert memory.undo() and list(memory.room.kept) == ["one"]
    assert memory.undo() and memory.room.notes == []
    assert memory.undo() and not memory.room.kept
    assert memory.undo() is None


def test_answers_can_be_changed_until_the_question_is_closed(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    n = memory.note("asked", sort="predict", text="?", measure="", unit="", choices=[],
                    scenario="")["n"]  # fmt: skip
    for value in (1.0, 2.0):
        memory.note("answered", question=n, who="somebody", value=value)
    assert memory.room.questions[n].answers == {"somebody": 2.0}


def test_what_a_question_is_about_says_all_or_nothing(tmp_path: Path) -> None:
    """An altered line is refused when the room is opened, not when its question is told."""
    memory = Memory(tmp_path)
    asked = {"sort": "predict", "text": "?", "measure": "", "unit": "", "choices": []}
    memory.note("asked", **asked, scenario="", change={"toml": "x"})
    memory.close()
    with pytest.raises(Damaged, match="line 1"):
        read_log(memory.path)


def test_whose_answer_was_struck_can_give_another(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    n = memory.note("asked", sort="predict", text="?", measure="", unit="", choices=[],
                    scenario="")["n"]  # fmt: skip
    slip = memory.note("answered", question=n, who="somebody", value=99.0)["n"]
    memory.note("answered", question=n, who="another", value=1.0)
    memory.note("struck", question=n, answer=slip)
    assert memory.room.questions[n].answers == {"another": 1.0}
    memory.note("answered", question=n, who="somebody", value=2.0)
    memory.note("struck", question=n, answer=slip)  # it is not there any more: nothing happens
    assert memory.room.questions[n].answers == {"another": 1.0, "somebody": 2.0}
    assert memory.room.questions[n].struck == 1
    assert room_of(read_log(memory.path)[0]) == memory.room


PEOPLE = Row("people.multiple_needs", "People with multiple unmet needs")
COST = Row("cost.total", "All services, a year", "money")


def test_what_cannot_be_is_told_in_the_questions_unit() -> None:
    level = Interval(3400, 3300, 3500)
    assert doubted(-1700, PEOPLE, level, "") == doubted(1700, PEOPLE, level, "") == ""
    asks = "Doing nothing, it is 3,400 (people with multiple unmet needs), so 2,550 more is"
    assert doubted(2550, PEOPLE, level, "") == f"{asks} a change by 75%. Is that right?"
    assert "so 3,400 fewer is a change by 100%." in doubted(
        -3400, PEOPLE, level, ""
    )  # and so may what is rounded up
    for value in (-3750, 34_001, 99_999_999):
        with pytest.raises(Refused, match="cannot be: doing nothing, it is 3,400"):
            doubted(value, PEOPLE, level, "")
    billion = Interval(1.2e9, math.nan, math.nan)
    assert doubted(99_999_999, COST, billion, "£") == ""
    with pytest.raises(Refused, match="−£99,999,999,999 cannot be: doing nothing, it is £1"):
        doubted(-99_999_999_999, COST, billion, "£")


@pytest.mark.parametrize(
    ("given", "unit", "told"),
    [
        ([], "", "nobody answered"),
        ([-1500], "", "one answer, 1,500 fewer"),
        ([-3000, -1500, 200], "",
         "3 answered, from 3,000 fewer to 200 more; half expected at least 1,500 fewer"),
        ([-2e6, -1e6], "£",
         "2 answered, from £2,000,000 less to £1,000,000 less; "
         "half expected at least £1,500,000 less"),
        ([0, 10.5, 20], "",
         "3 answered, from no change to 20 more; half expected at least 10.5 more"),
        ([-5, 0, 5], "",
         "3 answered, from 5 fewer to 5 more; "
         "half expected no change or fewer, half no change or more"),
        ([7, 7], "", "2 answered, all of them 7 more"),
    ],
)  # fmt: skip
def test_what_the_room_said_needs_no_sign(given: list[float], unit: str, told: str) -> None:
    assert room_in_words(given, unit) == told


def test_where_there_are_next_to_none_shares_say_nothing() -> None:
    few = Interval(0.4, math.nan, math.nan)
    assert doubted(5, PEOPLE, few, "") == ""
    assert "so 50 more is far off. Is that right?" in doubted(50, PEOPLE, few, "")
    with pytest.raises(Refused):
        doubted(101, PEOPLE, few, "")
    assert doubted(1e9, COST, Interval(0, 0, 0), "£") == ""  # what a change costs: none as yet


# --- codes and rates ---


def test_codes_are_read_out_and_typed_in() -> None:
    code = new_code()
    assert same_code(f" {code[:3].lower()}-{code[3:]}", code)
    assert not same_code(code[:-1], code) and not same_code(None, code) and not same_code("", code)
    assert len({new_code() for _ in range(100)}) == 100


def test_rates_hold_and_pass() -> None:
    now = [0.0]
    rate = Rate(3, 10.0, clock=lambda: now[0])
    assert [rate.allows("a") for _ in range(4)] == [True, True, True, False]
    assert rate.allows("b")
    now[0] = 10.5
    assert rate.allows("a")


# --- words and charts ---


def test_no_detectable_difference_is_said() -> None:
    assert answers.in_words(Interval(3, -2, 8), "count") == (
        "no detectable difference, luck alone ±5.0"
    )
    assert answers.in_words(Interval(0, 0, 0), "count") == "exactly the same"
    assert answers.in_words(Interval(-20, -25, -15), "count") == "20 ±5 fewer"
    assert answers.in_words(Interval(2e6, 1e6, 3e6), "money") == "£2.0m ±1.0m more"
    assert answers.sureness(Interval(5, math.nan, math.nan)) == "one"


@pytest.mark.parametrize("name", sorted(charts.CHARTS))
def test_charts_are_drawn(name: str) -> None:
    """Vega-Lite takes them, with rows and without; `tests/page` looks at them in a browser."""
    import vl_convert

    measure = "cost.total" if name in ("line", "difference", "fan", "bars") else ""
    made = charts.spec(name, measure)
    assert made is not None
    made = json.loads(json.dumps(made)) | {"width": 600}
    made["datasets"] = {**made.get("datasets", {}), "rows": []}
    assert "<svg" in vl_convert.vegalite_to_svg(made)


def test_there_is_no_other_chart() -> None:
    assert charts.spec("other") is None and charts.spec("line", "../x") is None


def test_levers_act_a_year_on(desk: Desk) -> None:
    assert desk.start == dt.date(2025, 4, 1)


def test_a_budget_that_is_not_all_an_agency_costs_says_so(desk: Desk) -> None:
    """Children's social care pays for foster homes as well, and so costs three times its posts."""
    agencies = desk.base.evidence.agencies
    budgets = [lever for lever in desk.levers.values() if lever.group == "budgets"]
    noted = {lever.name for lever in budgets if "come on top" in lever.note}
    assert noted == {f"budget.{name}" for name, spec in agencies.items()
                     if spec.placement_gbp_per_week.value}  # fmt: skip
    assert "budget.childrens_social_care" in noted and "budget.advice" not in noted
