"""Settings of a scenario and its changes that cannot be: each is told with what would do."""

from __future__ import annotations

import pytest

from scenarios.load import load_scenario
from tests.written import START, TEAM, Write, said

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
        ('cost.payer = "counsil"', "1: 'cost.payer': did you mean 'council'? "
         "A new payer needs a name less like it"),
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


BUDGET = 'kind = "budget"\nagency = "substance"\n'
THRESHOLD = 'kind = "threshold"\nagency = "housing"\nadd = 0.1\n'
LEFT = "multiply is what is left, as a part of 1, without quotes or %: write multiply = "


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (f"{BUDGET}subtract = 15", "unknown setting 'subtract' - for 15% less write multiply = "
         "0.85; for £15 a year less write add_gbp_per_year = -15"),
        (f"{BUDGET}subtract = 250_000", "unknown setting 'subtract' - for 15% less write multiply "
         "= 0.85; for £250,000 a year less write add_gbp_per_year = -250000"),
        (f"{BUDGET}cut = 0.2", "unknown setting 'cut' - for 20% less write multiply = 0.8; "
         "for £250,000 a year less write add_gbp_per_year = -250000"),
        ('kind = "threshold"\nagency = "housing"\nsubtract = 0.1',
         "unknown setting 'subtract' - to take 0.1 away write add = -0.1"),
        (f'{THRESHOLD}start = "2025-04-31"', "not the text '2025-04-31' - April 2025 has 30 days: "
         "write 2025-04-30, without quotes"),
        (f'{THRESHOLD}start = "2025-04-30"', "not the text '2025-04-30' - a date is written "
         "without quotes: 2025-04-30"),
        (f'{THRESHOLD}start = "30/04/2025"', "not the text '30/04/2025' - a date is "
         "year-month-day, as 2025-04-01: write 2025-04-30, without quotes"),
        (f'{THRESHOLD}start = "2025-04-99"', "not the text '2025-04-99' - there is no day 99"),
        (f'{BUDGET}multiply = "85%"', f"not the text '85%' - {LEFT}0.85, for 15% less"),
        (f'{BUDGET}multiply = "-15%"', f"not the text '-15%' - {LEFT}0.85, for 15% less"),
        (f'{BUDGET}multiply = "+15 %"', f"not the text '+15 %' - {LEFT}1.15, for 15% more"),
        (f'{BUDGET}add_gbp_per_year = "5%"', "not the text '5%' - a sum is in pounds; for 5% more "
         "or less write multiply instead"),
        ('kind = "redirect"\nagency = "housing"\ntarget = "gp"\nshare = "15%"',
         "not the text '15%' - a number is written without quotes or %: 15% is 0.15"),
    ],
)  # fmt: skip
def test_what_was_meant_is_written_out(write: Write, change: str, hint: str) -> None:
    assert any(hint in line for line in said(write(f"{START}[[changes]]\n{change}\n")))


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


def _uses(*settings: str) -> str:
    return "".join(f"[[use]]\n{lines}\n" for lines in settings)


def test_every_mistake_of_every_use_is_told_and_those_beside_them(write: Write) -> None:
    uses = _uses(
        'intervention = "navigater"\nstart = 2021-01-01\nend = 2020-01-01\nscale = 0',
        'intervention = "street_triag"\nstart = "soon"\nscal = 2',
        'intervention = "navigators"\nstart = 2035-01-01\nscale = "2"',
        "start = 2023-01-01",
    )
    wrong = '[[changes]]\nkind = "threshold"\nagency = "housin"\nad = 0.1\nstart = 2021-04-01\n'
    assert said(write(START + uses + wrong)) == [
        "s.toml:6: there is no intervention called 'navigater' - did you mean 'navigators'?",
        "s.toml:7: 2021-01-01 is before the scenario's start, 2024-04-01 - give a later start",
        "s.toml:8: the end, 2020-01-01, must be after the start, 2021-01-01",
        "s.toml:9: 'scale' of use 1 must be more than 0 and at most 100, not 0",
        "s.toml:11: there is no intervention called 'street_triag' - did you mean 'street_triage'?",
        "s.toml:12: 'start' of use 2 must be a date, not the text 'soon' - "
        "a date is written without quotes, like 2025-04-01",
        "s.toml:13: unknown setting 'scal' - did you mean 'scale'?",
        "s.toml:16: 2035-01-01 is after the scenario's end, 2029-03-26 - "
        "give an earlier start, or more years",
        "s.toml:17: 'scale' of use 3 must be a number, not the text '2' - "
        "a number is written without quotes",
        "s.toml:18: 'intervention' of use 4 is missing",
        "s.toml:19: 2023-01-01 is before the scenario's start, 2024-04-01 - give a later start",
        "s.toml:20: 'add' of change 1 is missing",
        "s.toml:22: there is no agency or team 'housin' in Portsmouth - did you mean 'housing'?",
        "s.toml:23: unknown setting 'ad' - did you mean 'add'?",
        "s.toml:24: 2021-04-01 is before the scenario's start, 2024-04-01 - give a later start",
    ]


def test_mistakes_in_an_intervention_are_told_beside_those_of_its_use(write: Write) -> None:
    text = 'title = "T"\nsummary = "S"\nevidence_note = "none"\n[[changes]]\nkind = "threshold"\n'
    write(text + 'agency = "housin"\nadd = 0.1\n', "iv.toml")
    assert said(write(START + _uses('intervention = "iv.toml"\nstart = 2025\nscale = 0'))) == [
        "s.toml:7: 'start' of use 1 must be a date, not the number 2025 - "
        "a date is written without quotes, like 2025-04-01",
        "s.toml:8: 'scale' of use 1 must be more than 0 and at most 100, not 0",
        "iv.toml:6: there is no agency or team 'housin' in Portsmouth - did you mean 'housing'?",
    ]


def test_a_use_in_a_scenario_without_a_start_may_not_end_before_it_begins(write: Write) -> None:
    use = _uses('intervention = "navigators"\nstart = 2025-01-01\nend = 2024-12-01')
    others = START.replace("start = 2024-04-01\n", "")
    assert said(write(others + use)) == [
        "s.toml: 'start' is missing - add start = 2024-04-01",
        "s.toml:7: the end, 2024-12-01, must be after the start, 2025-01-01",
    ]


def test_a_use_of_unknown_size_is_no_second_team_of_its_name(write: Write) -> None:
    use = 'intervention = "navigators"\nstart = 2025-01-01\nscale = '
    assert said(write(START + _uses(f"{use}2", f"{use}-2"))) == [
        "s.toml:12: 'scale' of use 2 must be more than 0 and at most 100, not -2",
    ]


def test_a_number_of_thousands_of_digits_is_not_written_out(write: Write) -> None:
    change = f'[[changes]]\nkind = "threshold"\nagency = "housing"\nadd = 0x{"f" * 5000}\n'
    (line,) = said(write(START + change))
    assert line.startswith("s.toml:8: 'add' of change 1 must be ") and len(line) < 200
    assert "a number of thousands of digits" in line
