"""What a workshop's report says of the room: its guesses, and the model's answers beside them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from experiments.range_words import could_be
from experiments.report.answers import NO_BREAK
from experiments.report.command import by_files
from experiments.report.room import NOT_TOLD, how_to_repeat, remembered, room_parts
from experiments.stats import Interval, with_ignorance
from experiments.wording import difference_text, in_plain_words
from experiments.workshop.memory import Memory, read_log
from experiments.workshop.sayings import interval
from sim.store import Damaged
from tests.small import SCENARIOS
from tests.test_report import findings_of

ALL = {"whole": 8, "of": 8, "sets": 8, "of_sets": 8}
CHANGE = {"toml": 'title = "Asked"\nyears = 10\n', "words": ["Navigators: 12 navigators"]}
FOUND = findings_of({"people.multiple_needs": (4, 1)})


def memory_of(folder: Path, guesses: tuple[float, ...], **asked: Any) -> Memory:
    """A room that was asked one thing and has answered."""
    memory = Memory(folder)
    question = {"sort": "predict", "text": "How many?", "measure": "people.multiple_needs",
                "unit": "", "choices": [], "scenario": "", "change": CHANGE}  # fmt: skip
    number = memory.note("asked", **(question | asked))["n"]
    for i, value in enumerate(guesses):
        memory.note("answered", question=number, who=str(i), value=value)
    return memory


def predicted(memory: Memory) -> tuple[str, ...]:
    """What the report says under its only question."""
    (group,) = room_parts(memory.room, FOUND)[2].groups
    assert group[0] == "How many?"
    return tuple(line.replace(NO_BREAK, " ") for line in group[1])


def test_the_models_answer_stands_beside_the_rooms(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, (-80, 12, 0, -30))
    memory.note("revealed", question=1, change=CHANGE)
    known = Interval(-7.9, -30.3, -2.4, (-10.4, -5.4), (-28.0, -4.9))
    memory.note("worked_out", question=1, model=interval(known) | ALL)
    room, change, model = predicted(memory)
    assert room == (
        "The room: 4 answered, from 80 fewer to 12 more; half expected at least 15 fewer. "
        "One by one: -80, -30, 0, +12."
    )
    assert change == "What was changed in the model: Navigators: 12 navigators."
    assert model.startswith("The model: 7.9 ±2.5 fewer; plausible numbers 5 to 28 fewer;")
    assert model.endswith("as the tables write it: -7.9 ±2.5.")


@pytest.mark.parametrize(
    ("luck", "sets", "words", "signs"),
    [
        ((-9.0, -7.0), (-30.0, -20.0, 15.0, 20.0), "perhaps 8", "(-8.0 ±1.0)"),
        ((-9.0, 7.0), (-3.0, -2.0, 1.0, 2.0), "no detectable difference", "– (±"),
    ],
)
def test_brackets_and_dashes_are_those_of_the_tables(
    tmp_path: Path, luck: tuple[float, float], sets: tuple[float, ...], words: str, signs: str
) -> None:
    """The memory has luck and ignorance apart; together they say what they said."""
    own = Interval(sum(luck) / 2, *luck)
    least, most = sets[0], sets[-1]
    told = remembered({**interval(own), "least": least, "most": most, **ALL})
    assert told is not None and told.by_chance == own and told.ignorance == (least, most)
    memory = memory_of(tmp_path, (1,))
    memory.note("revealed", question=1, change=CHANGE)
    memory.note("worked_out", question=1, model=interval(told) | ALL)
    model = predicted(memory)[-1]
    assert in_plain_words(told, "count") in model and words in model
    assert difference_text(told, "count") in model and signs in model
    assert could_be(told, "count", signed=True) in model


def test_what_is_remembered_is_what_was_known() -> None:
    import numpy as np

    luck, sets = np.array([-9.0, -7.0, -8.5]), np.array([-30.0, 4.0, 2.0, -6.0])
    known = with_ignorance(luck, sets)
    told = remembered(interval(known))
    assert told is not None
    assert (told.low, told.high) == pytest.approx((known.low, known.high), rel=1e-5)
    alone = with_ignorance(luck, np.empty(0))
    again = remembered(interval(alone))
    assert again is not None and again.chance is None
    assert (again.low, again.high) == pytest.approx((alone.low, alone.high), rel=1e-5)


def test_until_it_is_shown_nothing_is_told_of_the_model(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, (5,))
    memory.note("closed", question=1, change={})
    assert predicted(memory)[-1] == "The room was not shown what the model says."


def test_what_was_never_worked_out_is_said(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, ())
    memory.note("revealed", question=1, change=CHANGE)
    first, *_, last = predicted(memory)
    assert first == "The room: nobody answered." and "not all made" in last


def test_what_was_kept_as_well_is_answered_by_the_wall(tmp_path: Path) -> None:
    """A room of before the memory had the answers, whose change is on the wall by another name."""
    memory = memory_of(tmp_path, (5,))
    memory.note("revealed", question=1, change=CHANGE)
    kept = CHANGE["toml"].replace("Asked", "Ours")  # type: ignore[attr-defined]
    memory.note("kept", name="b", title="Ours", table="", settings={}, toml=kept, parent="")
    assert "The model: 4.0 ±1.0 more" in predicted(memory)[-1]


def test_ranges_that_were_not_final_say_so(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, (5,))
    memory.note("revealed", question=1, change=CHANGE)
    model = interval(Interval(-8.0, -9.0, -7.0)) | ALL | {"sets": 0}
    memory.note("worked_out", question=1, model=model)
    assert "(so far: 0 of 8 sets of plausible numbers)" in predicted(memory)[-1]


def test_pounds_are_pounds(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, (-1_500_000, 0), measure="cost.total", unit="£")
    memory.note("closed", question=1, change={})
    assert "from £1,500,000 less to no change" in predicted(memory)[0]


def test_an_altered_answer_is_refused(tmp_path: Path) -> None:
    memory = memory_of(tmp_path, ())
    memory.note("worked_out", question=1, model={"mean": "many"})
    memory.close()
    with pytest.raises(Damaged, match="line 2"):
        read_log(memory.path)


def test_a_report_of_a_workshop_says_how_to_have_its_numbers_again() -> None:
    folder = Path("workshop of ours")
    (line,) = how_to_repeat(FOUND, folder, len(FOUND.replicates), len(FOUND.sets))
    words = shlex.split(line.split(": ", 1)[1])
    assert words[:2] == [".venv/bin/upstream", "compare"]
    assert words[2:4] == [str(folder / "scenarios" / f"{x}.toml") for x in (FOUND.base, "b")]
    assert dict(zip(words[4::2], map(int, words[5::2]), strict=True)) == {
        "--years": FOUND.years, "--replicates": len(FOUND.replicates), "--sets": 0,
        "--seed": FOUND.seed,
    }  # fmt: skip


def test_a_report_before_all_runs_were_there_says_so() -> None:
    line, more = how_to_repeat(FOUND, Path("w"), 8, 8)
    assert "--replicates 8 --sets 8" in line
    assert f"{len(FOUND.replicates)} of 8 replicates and 0 of 8 plausible sets" in more


def test_what_the_room_kept_is_told_with_what_it_changes(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    for name, title in (("a_cut", "Our cut"), ("late", "Kept late")):
        memory.note(
            "kept", name=name, title=title, table="Table 2", settings={}, toml="", parent=""
        )
    differs = {"a_cut": ["From 2025-04-01: Housing options: £757k to £606k a year (-20%)."]}
    kept = room_parts(memory.room, FOUND, differs)[1]
    assert kept.groups == (
        ("“Our cut”, Table 2", tuple(differs["a_cut"])),
        ("“Kept late”, Table 2", (NOT_TOLD,)),
    )


def test_what_a_kept_scenario_changes_is_read_from_its_file_where_the_results_do_not_say(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    base = (SCENARIOS / "portsmouth" / "do_nothing.toml").resolve()
    (folder / "do_nothing.toml").write_text(f'title = "Base"\nextends = "{base}"\n')
    change = (
        '[[changes]]\nkind = "budget"\nagency = "housing"\nmultiply = 0.8\nstart = 2025-04-01\n'
    )
    (folder / "cut.toml").write_text(f'title = "Cut"\nextends = "do_nothing.toml"\n{change}')
    (line,) = by_files(tmp_path, "do_nothing", "cut")
    assert line.startswith("From 2025-04-01: Housing options: £") and line.endswith("(-20%).")
    assert by_files(tmp_path, "do_nothing", "gone") == []
