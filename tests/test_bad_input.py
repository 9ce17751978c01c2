"""Stories of bad files: every problem is told at once, in words that say how to put it right."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.load import InputError, Problem, load_scenario, load_scenarios
from scenarios.problems import nearest

SCENARIOS = Path(__file__).parent.parent / "scenarios"
START = 'title = "Test"\nplace = "portsmouth"\nstart = 2024-04-01\nyears = 5\n'
TEAM = '[[changes]]\nkind = "team"\ntitle = "T"\ncases_per_post = 8\ncost_gbp_per_post = 46_000\n'
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


class Write(Protocol):
    """Writes a file in the folder where the user stands."""

    def __call__(self, text: str, name: str = "s.toml") -> Path: ...


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def to_file(text: str, name: str = "s.toml") -> Path:
        Path(name).write_text(text, encoding="utf-8")
        return Path(name)

    return to_file


def said(*paths: str | Path) -> list[str]:
    """What a user is told: one line a problem. The last line is always the same."""
    with pytest.raises(InputError) as raised:
        load_scenarios(paths)
    *lines, last = str(raised.value).split("\n")
    assert last == "Nothing was run."
    assert len(lines) == len(raised.value.problems)
    return lines


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
        "a date is written without quotes, like 2025-04-01",
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
            "title = Portsmouth\n",
            "s.toml:1: is not valid TOML: Invalid value - "
            "text needs quotes, true and false none, and a date looks like 2025-04-01",
        ),
        (
            START + "years = 6\n",
            "s.toml:5: is not valid TOML: Cannot overwrite a value - "
            "the same key or table is given twice",
        ),
        ("x = " + "[" * 5000, "s.toml: is not valid TOML: brackets nested too deeply"),
        ("a." * 50_000 + "b = 1\n", "s.toml: is not usable: a key of more than 100 parts"),
        ("x = " + "1" * 5000, "s.toml: is not valid TOML: a number of thousands of digits"),
    ],
)
def test_text_that_is_not_toml(write: Write, text: str, line: str) -> None:
    assert said(write(text)) == [line]


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


# Settings of a scenario and its changes.


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("title = 2024-04-01", '1: \'title\' must be text in quotes, not the date 2024-04-01 - '
         'write "2024-04-01"'),
        ("years = true", "1: 'years' must be a whole number, not true"),
        ("years = 2.5", "1: 'years' must be a whole number, not the number 2.5"),
        ('years = "5"', "1: 'years' must be a whole number, not the text '5' - "
         "a whole number is written without quotes"),
        ("start = 2024-04-01T09:00:00", "1: 'start' must be a date, not the date with a time "
         "2024-04-01T09:00:00 - leave out the time: 2024-04-01"),
        ("start = 9999-01-01", "1: 'start' must be between 1990-01-01 and 2100-01-01, "
         "not 9999-01-01"),
        ("changes = 3", "1: 'changes' must be a list in [ ], not the number 3"),
        ("changes = [3]", "1: change 1 must be a table, not the number 3"),
        ("mechanisms.trust = 1", "1: 'mechanisms.trust' must be true or false, not the number 1"),
        ("cost.gbp_per_year = -1", "1: 'cost.gbp_per_year' must be between 0 and 10,000,000,000, "
         "not -1"),
    ],
)  # fmt: skip
def test_a_setting_of_the_wrong_type_or_size(write: Write, written: str, line: str) -> None:
    key = written.split(" ")[0]
    others = "".join(row for row in START.splitlines(True) if not row.startswith(key))
    assert said(write(f"{written}\n{others}")) == [f"s.toml:{line}"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ('kind = "buget"', "5: change 1 has the unknown kind 'buget' - did you mean 'budget'? "
         "(the kinds are budget, threshold, exclusion, review, route, referral, redirect, "
         "information, engagement, onset, course, crisis, crisis_resource, "
         "crisis_number, staffing, caseload, "
         "destination, event, trust, team)"),
        ("share = 0.5", "5: change 1 does not say its kind - the kinds are budget, threshold, "
         "exclusion, review, route, referral, redirect, information, engagement, onset, course, "
         "crisis, crisis_resource, crisis_number, staffing, caseload, destination, event, trust, "
         "team"),
        ('kind = "budget"\nagency = "substance"',
         "5: change 1: give either set_gbp_per_year, multiply or add_gbp_per_year"),
        ('kind = "budget"\nagency = "substance"\nset_gbp_per_year = {value = 3, price_year = '
         '"2016"}', "8: unknown price year '2016' of 'set_gbp_per_year' - did you mean '2016/17'? "
         "(known are 2008/09 to 2023/24, written like 2023/24)"),
        ('kind = "budget"\nagency = "substance"\nset_gbp_per_year = {valu = 3}',
         "8: unknown setting 'valu' - did you mean 'value'?"),
        ('kind = "budget"\nagency = "substance"\nmultiply = nan',
         "8: 'multiply' of change 1 must be a finite number, not the number nan"),
        ('kind = "exclusion"\nagency = "substance"\nneed = "drug"',
         "8: 'need' of change 1 must be one of mental_health, alcohol, drugs, housing, offending, "
         "domestic_abuse, money, physical_health, family, not 'drug' - did you mean 'drugs'?"),
        ('kind = "review"\nagency = "housing"',
         "5: this review change changes nothing - give rule, quiet_weeks or max_weeks"),
        ('kind = "route"\nneed = "offending"\nsource = "gp"\ntarget = "asb"\nshare = 0.5',
         "8: no contacts for offending go to 'gp' - they go to asb and police"),
        ('kind = "route"\nneed = "drugs"\nsource = "gp"\ntarget = "ae"\nshare = 1\nwhen = "night"',
         "8: no contacts for drugs go to 'gp' by night - they go to ae, ambulance and police"),
        ('kind = "crisis"\nsource = "ae_weight"\ntarget = "custody"\nshare = 0.5',
         "7: there is no crisis outcome 'ae_weight' - did you mean 'ae_wait'?"),
        ('kind = "crisis_resource"\nresource = "suits"\nadd = 1',
         "7: 'resource' of change 1 must be one of control_room, street_triage, transport, suite, "
         "amhp, s12_doctor, liaison, crisis_team, home_treatment, cafe, crisis_house, acute_bed, "
         "not 'suits' - did you mean 'suite'?"),
        ('kind = "crisis_resource"\nresource = "suite"',
         "5: change 1: give either add or set"),
        ('kind = "crisis_number"\nname = "share_detaned"\nset = 0.1',
         "7: there is no share or time 'share_detaned' at the crisis door - did you mean "
         "'share_detained'?"),
        ('kind = "crisis_number"\nname = "share_detained"\nset = 2',
         "8: 'share_detained' is a share, at most 1"),
        ('kind = "redirect"\nagency = "housing"\ntarget = "volunteers"\nshare = 0.5',
         "8: there is no agency or team 'volunteers' in Portsmouth - did you mean 'voluntary'?"),
        ('kind = "information"\nagencies = ["police", "substanse"]\nshare = 0.5',
         "7: there is no agency or team 'substanse' in Portsmouth - did you mean 'substance'?"),
        ('kind = "onset"\nneeds = ["money"]\nmultiply = 1\ngroup = {age_from = 9, age_below = 9}',
         "9: 'age_below' must be more than 'age_from'"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be(write: Write, change: str, line: str) -> None:
    assert f"s.toml:{line}" in said(write(f"{START}[[changes]]\n{change}\n"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ('kind = "budget"\nmultiply = 0.5', "'police' turns nobody away, so it has no budget"),
        ('kind = "threshold"\nadd = 0.1', "'police' turns nobody away, so it has no threshold"),
        ('kind = "review"\nrule = "keep"', "'police' turns nobody away, so it has no review"),
        (
            'kind = "staffing"\nturnover_per_year = 0.1',
            "'police' turns nobody away, so it has no staffing",
        ),
    ],
)
def test_what_only_a_front_door_has(write: Write, change: str, rule: str) -> None:
    (line,) = said(write(f'{START}[[changes]]\nagency = "police"\n{change}\n'))
    assert line.startswith(f"s.toml:6: {rule} to change - those that have are mental_health, ")


def test_a_contact_moved_once_may_be_moved_again(write: Write) -> None:
    move = '[[changes]]\nkind = "route"\nneed = "offending"\nshare = 0.5\n'
    first = move + 'source = "police"\ntarget = "gp"\n'
    assert load_scenario(write(START + first + move + 'source = "gp"\ntarget = "asb"\n')).changes


def test_dates_outside_the_scenario(write: Write) -> None:
    change = '[[changes]]\nkind = "threshold"\nagency = "housing"\nadd = 0.1\n'
    use = '[[use]]\nintervention = "navigators"\nstart = 2025-01-01\nend = 2025-01-01\n'
    text = f"{START}{change}start = 2024-03-31\n{change}start = 2030-01-01\n{use}"
    assert said(write(text)) == [
        "s.toml:9: 2024-03-31 is before the scenario's start, 2024-04-01 - give a later start",
        "s.toml:14: 2030-01-01 is after the scenario's end, 2029-03-26 - "
        "give an earlier start, or more years",
        "s.toml:18: the end, 2025-01-01, must be after the start, 2025-01-01",
    ]


def test_an_intervention_that_is_not_there(write: Write) -> None:
    use = '[[use]]\nintervention = "navigator"\nstart = 2025-01-01\n'
    assert said(write(START + use)) == [
        "s.toml:6: there is no intervention called 'navigator' - did you mean 'navigators'?"
    ]


def test_a_mistake_in_an_intervention_is_found_there(write: Write) -> None:
    text = 'title = "T"\nsumary = "S"\nevidence_note = "none"\n'
    write(text + '[[changes]]\nkind = "threshold"\nagency = "housing"\nad = 1\n', "iv.toml")
    use = '[[use]]\nintervention = "iv.toml"\nstart = 2025-01-01\n'
    assert said(write(START + use)) == [
        "iv.toml: 'summary' is missing",
        "iv.toml:2: unknown setting 'sumary' - did you mean 'summary'?",
        "iv.toml:4: 'add' of change 1 is missing",
        "iv.toml:7: unknown setting 'ad' - did you mean 'add'?",
    ]


def test_names_of_teams(write: Write) -> None:
    teams = [TEAM + f'name = "{name}"\nposts = {posts}\n' for name, posts in
             (("police", 1), ("twice", 1), ("twice", 2), ("same", 1), ("same", 1))]  # fmt: skip
    assert said(write(START + "".join(teams))) == [
        "s.toml:10: there is already an agency called 'police' - choose another",
        "s.toml:24: two different teams are called 'twice' - rename one, or make them the same",
    ]


def test_only_agencies_can_be_changed_not_teams(write: Write) -> None:
    team = TEAM + 'name = "crew"\nposts = 1\n'
    changes = (
        'kind = "staffing"\nagency = "crew"\nturnover_per_year = 0.1\n',
        'kind = "redirect"\nagency = "substance"\ntarget = "crew"\nshare = 0.5\n',
        'kind = "information"\nagencies = ["police", "crew"]\nshare = 0.5\n',
    )
    told = "'crew' is a team, and only agencies can be changed - change the team itself instead"
    written = START + team + "".join(f"[[changes]]\n{change}" for change in changes)
    assert said(write(written)) == [f"s.toml:{line}: {told}" for line in (14, 19, 23)]


def test_more_agencies_and_teams_than_the_model_holds(write: Write) -> None:
    teams = [TEAM + f'name = "team_{number}"\nposts = 1\n' for number in range(14)]
    assert said(write(START + "".join(teams))) == [
        "s.toml:101: 'team_13' is one too many: at most 30 agencies and teams"
    ]


@pytest.mark.parametrize(
    ("parameter", "line"),
    [
        ('"needs.drug.heal" = 1', "there is no parameter 'needs.drug.heal' - "
         "did you mean 'needs.drugs.heal'?"),
        ("needs.drugs.heal = 300", "'needs.drugs.heal' must be between 0 and 100, not 300.0"),
        ("agencies.substance.effect.drugs = -1", "'agencies.substance.effect.drugs' must be "
         "between 0 and 1, not -1.0"),
        ("general.people.crisis_level = 4",
         "'general.people.crisis_level' must be between 0 and 1, not 4.0"),
        ("general.people.frailty_sigma = [1, 2]",
         "'general.people.frailty_sigma' must be a single number"),
        ("general.adversity.ace_distribution = [1, 2]",
         "'general.adversity.ace_distribution' must be a list of 11 numbers"),
        ("agencies.asb.cost_gbp_per_post = 0",
         "'agencies.asb.cost_gbp_per_post' must be more than 0"),
        ('needs.drugs.heal = "x"',
         "parameter 'needs.drugs.heal' must be a number or a list of numbers"),
        ("crisis.outcomes.custody = 0.5", "'crisis': outcomes must add up to 1"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be(write: Write, parameter: str, line: str) -> None:
    assert said(write(f"{START}[parameters]\n{parameter}\n")) == [f"s.toml:6: {line}"]


# Places.


@pytest.mark.parametrize(
    ("added", "line"),
    [
        ("[agencies.substanse]\nthreshold = 0.3\n",
         "+1: 'substanse' is no national agency, and a new one needs kind, payer, title - "
         "did you mean [agencies.substance]?"),
        ("[agencies.asb]\nthreshhold = 0.3\n",
         "+2: unknown setting 'threshhold' - did you mean 'threshold'?"),
        ("[agencies.asb]\nthreshold = 3\n",
         "+2: 'agencies.asb.threshold' must be between 0 and 1, not 3"),
        ("[agencies.asb]\nslice.drug = 1\n",
         "+2: 'agencies.asb.slice.drug' must be one of mental_health, alcohol, drugs, housing, "
         "offending, domestic_abuse, money, physical_health, family, not 'drug' - "
         "did you mean 'drugs'?"),
        ("[agencies.asb]\ncost_gbp_per_post = {value = 1, price_year = '1066/67'}\n",
         "+2: unknown price year '1066/67' of 'cost_gbp_per_post' - "
         "known are 2008/09 to 2023/24, written like 2023/24"),
        ("[agencies.asb]\nattendance = {value = 1, price_year = '2016/17'}\n",
         "+2: 'attendance' is not a sum of money, so it has no price_year or per_weeks - "
         "leave them out"),
        ("[agencies.asb]\nredirects_to = 'early_halp'\n",
         "+2: 'asb' redirects to 'early_halp', which is no agency here - "
         "did you mean 'early_help'?"),
        ("[agencies.police]\nthreshold = 0.3\n",
         "+2: 'threshold' is for gated agencies, and 'police' turns nobody away - leave it out"),
        ("[agencies.police]\nkind = 'gated'\n",
         "+2: 'police' is universal everywhere - add an agency of your own instead"),
        ("[agencies.total]\ntitle = 'T'\nkind = 'gated'\npayer = 'us'\n",
         "+1: agency 'total' is a name that measures use - "
         "use small letters, digits and underscores, beginning with a letter"),
        ("[agencies.asb]\ncrisis_door = true\n",
         "+2: only one agency can be the crisis_door, not crisis and asb"),
        ("[agencies.asb]\ncost_gbp_per_post = 0\n", "+2: a post at 'asb' must cost more than 0"),
        ("[routes.drugs]\nday = {polise = 1.0}\nnight = {police = 1.0}\n",
         "+2: the day route of drugs names 'polise', which is no agency here - "
         "did you mean 'police'?"),
        ("[routes.drugs]\nday = {police = 1.0}\nnight = {police = 0.5}\n",
         "+3: 'routes.drugs.night': shares must add up to 1, not 0.5"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be(write: Write, added: str, line: str) -> None:
    place = (SCENARIOS / "places" / "portsmouth.toml").read_text(encoding="utf-8").rstrip("\n")
    write(f"{place}\n{added}", "place.toml")
    after, rule = line.split(": ", maxsplit=1)
    number = len(place.split("\n")) + int(after)
    written = START.replace('"portsmouth"', '"place.toml"')
    assert said(write(written)) == [f"place.toml:{number}: {rule}"]


def test_the_nearest_name() -> None:
    assert nearest("prevension_spend", ["summary", "prevention_spend"]) == "prevention_spend"
    assert nearest("zzz", ["summary", "title"]) is None
    assert nearest("x" * 1_000_000, ["summary"]) is None
