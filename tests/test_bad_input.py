"""Stories of bad files: every problem is told at once, in words that say how to put it right."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.bad_toml import what_to_write
from scenarios.load import InputError, Problem, load_scenario
from scenarios.problems import nearest
from tests.written import SCENARIOS, START, Write, said

EVERYTHING = (
    START
    + """
[[changes]]
kind = "budget"
agency = "substance"
set_gbp_per_year = {value = 2_000_000, price_year = "2016/17"}
start = 2025-04-01
[[changes]]
kind = "onset"
needs = ["drugs", "alcohol"]
multiply = 0.5
group = {age_from = 10, age_below = 18}
[[changes]]
kind = "information"
agencies = ["police", "substance"]
share = 0.4
[[use]]
intervention = "navigators"
start = 2025-04-01
[mechanisms]
trust = false
[parameters]
needs.drugs.heal = 0.2
"""
)
ANYTHING = st.sampled_from(
    ['"x"', "true", "3", "-1", "0.5", "nan", "1e400", "9" * 400, "[]", "{}", "[{}]", '[1, "a"]']
    + ["2025-04-01", "0001-01-01", "2025-04-01T00:00:00Z", "07:32:00", '"\\u0000"', '"substance"']
    + ['{value = "x"}', "{value = 1, price_year = 3}", "{a = {b = {c = 1}}}", '[{kind = "route"}]']
)


# No content whatever reaches the user as a traceback.


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=40, deadline=None)
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_whatever_the_bytes_there_is_a_message(folder: Path, content: bytes) -> None:
    path = folder / "bytes.toml"
    path.write_bytes(content)
    assert said(path)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_the_values_there_is_a_message_or_a_scenario(folder: Path, data: Any) -> None:
    lines = EVERYTHING.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition("=")[0]
        lines[at] = data.draw(st.sampled_from(["", f"{key}= {data.draw(ANYTHING)}", lines[0]]))
    path = folder / "values.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        assert load_scenario(path).name == "values"
    except InputError as error:
        assert error.problems
        assert "Nothing was run." in str(error)


def test_all_problems_of_all_files_are_told_at_once(write: Write) -> None:
    write('title = 3\nplace = "portsmuth"\nstart = "2024-04-01"\nyears = 99\n', "a.toml")
    write(START + '[[changes]]\nkind = "threshold"\nagency = "polise"\nadd = 3\n', "b.toml")
    assert said("a.toml", "b.toml", "c.toml") == [
        "a.toml:1: 'title' must be text in quotes, not the number 3 - write \"3\"",
        "a.toml:2: there is no place called 'portsmuth' - did you mean 'portsmouth'?",
        "a.toml:3: 'start' must be a date, not the text '2024-04-01' - "
        "a date is written without quotes: 2024-04-01",
        "a.toml:4: 'years' must be between 1 and 30, not 99",
        "b.toml:7: there is no agency or team 'polise' in Portsmouth - did you mean 'police'?",
        "b.toml:8: 'add' of change 1 must be between -1 and 1, not 3",
        "c.toml: no such file",
    ]


def test_one_good_file_among_bad_ones_is_not_returned(write: Write) -> None:
    write(START, "good.toml")
    assert said("good.toml", "bad.toml") == ["bad.toml: no such file"]


def test_a_problem_carries_its_parts(write: Write) -> None:
    path = write(START + "[mechanisms]\nwithdrawl = false\n")
    with pytest.raises(InputError) as raised:
        load_scenario(path)
    assert raised.value.problems == (
        Problem(
            file="s.toml",
            line=6,
            key="mechanisms.withdrawl",
            value="false",
            rule="unknown setting 'withdrawl'",
            suggestion="did you mean 'withdrawal'?",
        ),
    )


def test_problems_beyond_what_anybody_reads_are_counted(write: Write) -> None:
    path = write(START + "".join(f"k{number} = 1\n" for number in range(300)))
    with pytest.raises(InputError) as raised:
        load_scenario(path)
    assert len(raised.value.problems) == 300
    assert str(raised.value).split("\n")[-2:] == ["... and 100 more problems.", "Nothing was run."]


# Files that are none.


def test_an_empty_file(write: Write) -> None:
    assert said(write(" \n")) == ["s.toml: is empty"]


def test_a_missing_file_with_its_nearest_neighbour(write: Write) -> None:
    write(START, "budget_cut.toml")
    assert said("budgetcut.toml") == [
        "budgetcut.toml: no such file - did you mean 'budget_cut.toml'?"
    ]


def test_a_folder(write: Write) -> None:
    write(START)
    assert said(".") == [".: is a folder, not a file - it holds s.toml"]


def test_a_binary_file(write: Write) -> None:
    Path("s.toml").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert said("s.toml") == ["s.toml: is not a text file - a TOML file is plain text in UTF-8"]


def test_a_file_in_another_encoding(write: Write) -> None:
    Path("s.toml").write_bytes('title = "x"\nsummary = "£3m"\n'.encode("latin-1"))
    assert said("s.toml") == [
        "s.toml:2: is not a text file in UTF-8 - save it as plain text in UTF-8"
    ]


def test_a_file_of_100_mb_is_refused_unread(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("s.toml", "wb") as file:
        file.truncate(100_000_000)
    sizes: list[int] = []

    class Watched(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            sizes.append(size or 0)
            return super().read(size) or b""

    monkeypatch.setattr("scenarios.files.open", lambda path, _: Watched(path), raising=False)
    assert said("s.toml") == ["s.toml: is too large: 100,000,000 bytes; at most 1,000,000 are read"]
    assert set(sizes) == {1_000_001}


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_something_endless_that_is_no_file(path: str) -> None:
    assert said(path) == [f"{path}: is not an ordinary file"]


@pytest.mark.parametrize("path", ["a\0b", "x" * 3000])
def test_a_name_that_no_file_can_have(path: str) -> None:
    (line,) = said(path)
    assert line.endswith(": no such file")


def test_a_file_that_may_not_be_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(START)

    def forbidden(name: Path, mode: str) -> Any:
        if name == path:
            raise PermissionError(13, "Permission denied")
        return open(name, mode)

    monkeypatch.setattr("scenarios.files.open", forbidden, raising=False)
    assert said(path) == ["s.toml: cannot be read: permission denied"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            START + "years = 6\n",
            "s.toml:5: is not valid TOML: “years = 6” - "
            "the same name or heading is given twice: keep one",
        ),
        ("x = " + "[" * 5000, "s.toml: is not valid TOML: brackets nested too deeply"),
        ("a." * 50_000 + "b = 1\n", "s.toml: is not usable: a key of more than 100 parts"),
        ("x = " + "1" * 5000, "s.toml: is not valid TOML: a number of thousands of digits"),
    ],
)
def test_text_that_is_not_toml(write: Write, text: str, line: str) -> None:
    assert said(write(text)) == [line]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("title = Portsmouth", 'text needs quotes: write title = "Portsmouth"'),
        ('title = "Portsmouth', 'text has one at either end: write title = "Portsmouth"'),
        ("title = “Portsmouth”", 'quotes must be straight: write title = "Portsmouth"'),
        ('title: "Portsmouth"', 'stands an equals sign: write title = "Portsmouth"'),
        ("title =", "after the equals sign a value is missing"),
        ("start = 2027-13-01", "there is no month 13, and a date is year-month-day, "
         "as 2025-04-01: write start = 2027-01-13"),
        ("start = 2027-13-32", "there is no month 13: a date is year-month-day, as 2025-04-01, "
         "its month 01 to 12 and its day 01 to 31"),
        ("start = 2025-04-31 # or", "April 2025 has 30 days: write start = 2025-04-30"),
        ("start = 01/04/2025", "a date is year-month-day, as 2025-04-01: write start = 2025-04-01"),
        ("start = 2025-4-1", "a date is year-month-day, as 2025-04-01: write start = 2025-04-01"),
        ("start date = 2025-04-01", "a name has no spaces: write start_date = ..."),
        ("scale = 10%", "a share is written as a part of 1: write scale = 0.1"),
        ("multiply = 15%", "a cut of 15% is 0.85, a rise of 15% is 1.15"),
        ("scale = £250,000", "no pound sign, comma, space or nought before it: "
         "write scale = 250000"),
        ("scale = 0,050", "decimal point, not a comma: write scale = 0.050"),
        ("scale = -1,5", "decimal point, not a comma: write scale = -1.5"),
        ("scale = 2,5%", "decimal point, not a comma: write scale = 0.025"),
        ("scale = 250,000", "comma, space or nought before it: write scale = 250000"),
        ("withdrawal = False", "in small letters: write withdrawal = false"),
        ("[[changes]", "a heading ends as it begins: write [[changes]]"),
        ("quiet_weeks = 5 weeks", "a line holds one value and nothing after it, no unit either; "
         "text needs quotes; a date is year-month-day, as 2025-04-01"),
        ("housing", "a line is a setting (name = value), a heading ([[changes]]) or a remark "
         "(# at its start); for a remark write # housing"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line_and_what_to_write(write: Write, line: str, hint: str) -> None:
    (told,) = said(write(f"# a scenario\n{line}\n"))
    assert told.startswith(f"s.toml:2: is not valid TOML: “{line}” - ")
    assert told.endswith(hint)


def test_what_is_to_be_written_can_be_read() -> None:
    """Every line that is proposed is TOML itself."""
    slips = (
        "a = Portsmouth", 'a = "x', "a = x'", "a = “x”", 'a: "x"', "a = 2027-13-01",
        "a = 2025-02-30", "a = 1/4/2025", "a = 2025-4-1", "a = 10%", "a = £1,250.5", "a = 007",
        "a = .5", "a = Yes", "[[changes]", "[mechanisms",
    )  # fmt: skip
    for slip in slips:
        with pytest.raises(ValueError, match=r".") as refused:
            tomllib.loads(slip)
        written = what_to_write(slip, str(refused.value)).split(": write ")[1]
        assert tomllib.loads(written), slip


def test_a_slip_of_any_length_is_told_in_few_words(write: Write) -> None:
    for line in ("a" * 100_000, 'a = "' + "b" * 100_000, "a = " + "1," * 50_000):
        (told,) = said(write(line))
        assert told.startswith("s.toml") and len(told) < 400


def test_other_sorts_of_file_are_recognised() -> None:
    assert said(SCENARIOS / "interventions" / "navigators.toml") == [
        "scenarios/interventions/navigators.toml:9: this is an intervention, no scenario - "
        'use it in one: [[use]], intervention = "navigators", start = 2025-04-01'
    ]
    (line,) = said(SCENARIOS / "places" / "portsmouth.toml")
    assert line.endswith('this is a place, no scenario - name it in one: place = "portsmouth"')


def test_a_terminal_is_not_upset(write: Write) -> None:
    (line,) = said(write(START + '"\\u001b[31mred\\n" = 3\n'))
    assert line.startswith("s.toml: unknown setting '?[31mred?'")


# One scenario extending another.


def test_a_loop_of_scenarios_is_named(write: Write) -> None:
    write('extends = "b.toml"\n', "a.toml")
    write('extends = "c.toml"\n', "b.toml")
    write('extends = "a.toml"\n', "c.toml")
    assert said("a.toml") == [
        "c.toml:1: extends goes in a circle: a.toml -> b.toml -> c.toml -> a.toml - "
        "a scenario cannot extend itself"
    ]


def test_scenarios_cannot_extend_each_other_for_ever(write: Write) -> None:
    write(START, "s0.toml")
    for number in range(1, 25):
        write(f'extends = "s{number - 1}.toml"\n', f"s{number}.toml")
    assert load_scenario("s19.toml").years == 5
    assert said("s20.toml") == [
        "s1.toml:1: more than 20 scenarios extend each other - put them together in fewer files"
    ]


def test_extending_what_is_not_there(write: Write) -> None:
    write(START, "do_nothing.toml")
    assert said(write('extends = "donothing.toml"\n')) == [
        "s.toml:1: scenario 'donothing.toml' does not exist: no file donothing.toml - "
        "did you mean 'do_nothing.toml'?"
    ]


def test_a_mistake_in_what_is_extended_is_found_there_and_told_once(write: Write) -> None:
    write(START + "yeers = 3\n", "parent.toml")
    write('extends = "parent.toml"\n', "a.toml")
    write('extends = "parent.toml"\n', "b.toml")
    assert said("a.toml", "b.toml") == [
        "parent.toml:5: unknown setting 'yeers' - did you mean 'years'?"
    ]


def test_what_every_scenario_must_say(write: Write) -> None:
    assert said(write('summary = "S"\n')) == [
        "s.toml: 'title' is missing - add title = \"Portsmouth, nothing changed\"",
        "s.toml: 'place' is missing - add place = \"portsmouth\"",
        "s.toml: 'start' is missing - add start = 2024-04-01",
        "s.toml: 'years' is missing - add years = 10",
    ]


def test_the_nearest_name() -> None:
    assert nearest("prevension_spend", ["summary", "prevention_spend"]) == "prevention_spend"
    assert nearest("zzz", ["summary", "title"]) is None
    assert nearest("x" * 1_000_000, ["summary"]) is None


@pytest.mark.parametrize("wrong", ['extends = "do_nohing.toml"', 'place = "portsmoth"'])
def test_a_wrong_agency_is_told_with_a_wrong_place(write: Write, wrong: str) -> None:
    """What is nearly a name of the nation's; of one that is like none the place must tell."""
    head = START.replace('place = "portsmouth"', wrong) if "place" in wrong else wrong
    changes = "".join(
        f'[[changes]]\nkind = "budget"\n{who}\nmultiply = 0.9\nstart = 2025-04-01\n'
        for who in ('agency = "substanse"', 'agencies = ["housing", "advise"]',
                    'agency = "lighthouse"', 'agency = "substance"')
    )  # fmt: skip
    broken = '[[changes]]\nkind = "threshold"\nagency = "housin"\nadd = 3\nstart = 2025-04-01\n'
    told = said(write(f"{head}\n{changes}{broken}"))
    assert ("do_nohing" in wrong) == any("no file" in line for line in told)
    rule = "there is no agency or team '{}' but in a place that has one of its own"
    for name, meant in (("substanse", "substance"), ("advise", "advice"), ("housin", "housing")):
        assert any(f"{rule.format(name)} - did you mean '{meant}'?" in line for line in told)
    assert not any("lighthouse" in line or "'substance' but" in line for line in told)
