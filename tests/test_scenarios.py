"""Stories of good scenario files: what is read, laid over each other, converted and handed on."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.changes import BudgetChange, TeamChange
from scenarios.load import load_evidence, load_scenario, load_scenarios
from scenarios.names import NEED_KEYS
from scenarios.parameters import parameter_names
from scenarios.prices import Prices, at_model_prices
from scenarios.quantities import Quantity
from scenarios.resolved import Evidence
from scenarios.schema import AgencySpec

SCENARIOS = Path(__file__).parent.parent / "scenarios"
START = 'title = "Test"\nplace = "portsmouth"\nstart = 2024-04-01\nyears = 5\n'
DEFLATOR = {"2013/14": 91.03, "2016/17": 94.9, "2021/22": 105.35, "2023/24": 119.45}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@settings(deadline=None)
@given(
    pounds=st.floats(0, 1e9),
    weeks=st.floats(0.1, 1e5),
    index=st.floats(1, 200),
    to=st.floats(1, 200),
)
def test_money_is_brought_to_one_price_year_and_one_week(
    pounds: float, weeks: float, index: float, to: float
) -> None:
    prices = Prices(model_price_year="now", index={"then": index, "now": to})
    raw = {"value": pounds, "price_year": "then", "per_weeks": weeks, "low": 0.0, "high": pounds}
    agency = {"title": "A", "kind": "gated", "payer": "nhs", "placement_gbp_per_week": raw}
    week = at_model_prices(AgencySpec.model_validate(agency), prices).placement_gbp_per_week
    assert week.value == week.high == pytest.approx(pounds * to / index / weeks)
    assert (week.price_year, week.per_weeks, week.low) == (None, None, 0.0)


def test_money_of_the_models_own_year_does_not_change() -> None:
    prices = Prices(model_price_year="now", index={"now": 119.45})
    raw = {"value": 12.5, "price_year": "now"}
    agency = {"title": "A", "kind": "universal", "payer": "nhs", "cost_gbp_per_contact": raw}
    spec = AgencySpec.model_validate(agency)
    assert at_model_prices(spec, prices).cost_gbp_per_contact.value == 12.5


OURS = ("portsmouth", "wiltshire", "durham", "newport", "anglesey", "unitary")
CUTS = {"cut_10", "cut_20", "cut_33", "cut_10_moved_upstream"}


def test_every_scenario_of_ours_loads() -> None:
    paths = [path for place in OURS for path in sorted((SCENARIOS / place).glob("*.toml"))]
    loaded = load_scenarios(paths)
    assert [scenario.name for scenario in loaded] == [path.stem for path in paths]
    assert [scenario.place_name for scenario in loaded] == [path.parent.name for path in paths]
    assert {(scenario.start, scenario.years) for scenario in loaded} == {(dt.date(2024, 4, 1), 10)}


@pytest.mark.parametrize("place", OURS)
def test_a_place_has_its_cuts_to_all_and_to_one_agency(place: str) -> None:
    names = {path.stem for path in (SCENARIOS / place).glob("*.toml")}
    assert names >= CUTS | {"do_nothing", "early_intervention", "navigators", "together"}
    one = {name for name in names if "_cut" in name and not name.startswith("cut_")}
    assert len(one) >= 3, "one agency cut by 10, 20 and 33%"


def test_the_residents_of_each_place_are_those_of_the_official_estimates() -> None:
    residents = {
        place: sum(load_scenario(SCENARIOS / place / "do_nothing.toml").place.population.values())
        for place in OURS
    }
    assert {name: residents[name] for name in ("durham", "newport", "anglesey")} == {
        "durham": 532_182,
        "newport": 163_628,
        "anglesey": 69_291,
    }


def test_the_cut_takes_a_third_of_the_budget() -> None:
    cut = load_scenario(SCENARIOS / "portsmouth" / "budget_cut.toml")
    (dated,) = cut.changes
    assert isinstance(dated.change, BudgetChange)
    before = cut.evidence.agencies["substance"].budget_gbp_per_year
    after = dated.change.set_gbp_per_year
    assert before is not None and after is not None
    assert before.value == pytest.approx(3_000_000 * DEFLATOR["2023/24"] / DEFLATOR["2016/17"])
    assert after.value / before.value == pytest.approx(2 / 3)
    assert dated.start == dt.date(2025, 4, 1)
    assert dated.origin == "scenarios/portsmouth/budget_cut.toml"


def test_together_does_what_its_parts_do() -> None:
    names = ("budget_cut", "early_intervention", "navigators", "together")
    cut, early, navigators, together = load_scenarios(
        SCENARIOS / "portsmouth" / f"{name}.toml" for name in names
    )
    assert together.changes == cut.changes + early.changes + navigators.changes
    assert together.costs == early.costs


def test_a_navigator_has_eight_people_and_what_each_change_costs_is_dated() -> None:
    scenario = load_scenario(SCENARIOS / "portsmouth" / "together.toml")
    team = scenario.changes[-1].change
    assert isinstance(team, TeamChange)
    assert (team.posts, team.cases_per_post, team.cost_gbp_per_post) == (12, 8, 46_000)
    (training,) = scenario.costs
    assert (training.gbp_per_year, training.start) == (60_000, dt.date(2025, 4, 1))


def test_the_register_is_complete_and_in_the_models_price_year() -> None:
    evidence = load_evidence()
    assert tuple(evidence.needs) == tuple(evidence.routes) == NEED_KEYS
    general = tomllib.loads((SCENARIOS / "evidence" / "general.toml").read_text(encoding="utf-8"))
    sigma = general["people"]["frailty_sigma"]["value"]
    assert evidence.general["people.frailty_sigma"].value == sigma
    ambulance = evidence.agencies["ambulance"].cost_gbp_per_contact
    assert ambulance.value == pytest.approx(239 * DEFLATOR["2023/24"] / DEFLATOR["2013/14"])
    assert ambulance.price_year is None


def test_every_route_and_redirect_of_the_register_leads_somewhere() -> None:
    evidence = load_evidence()
    for route in evidence.routes.values():
        assert set(route.day) | set(route.night) <= set(evidence.agencies)
    redirects = {spec.redirects_to for spec in evidence.agencies.values()}
    assert redirects - {None} <= set(evidence.agencies)


def test_a_place_overrides_settings_and_leaves_the_others_alone() -> None:
    national = load_evidence().agencies["substance"]
    local = load_scenario(SCENARIOS / "portsmouth" / "do_nothing.toml").evidence.agencies[
        "substance"
    ]
    assert national.budget_gbp_per_year is None
    assert local.budget_gbp_per_year is not None
    assert local.threshold == national.threshold
    assert local.cost_gbp_per_post == national.cost_gbp_per_post


def test_a_week_of_a_placement_is_the_years_spend_over_its_placement_weeks() -> None:
    scenario = load_scenario(SCENARIOS / "wiltshire" / "do_nothing.toml")
    week = scenario.evidence.agencies["childrens_social_care"].placement_gbp_per_week.value
    assert week == pytest.approx(34_811_008 / 22_050 * DEFLATOR["2023/24"] / DEFLATOR["2021/22"])


def test_what_a_scenario_extends_it_may_change_one_key_at_a_time(tmp_path: Path) -> None:
    write(
        tmp_path,
        "parent.toml",
        START + "[mechanisms]\ntrust = false\npressure = false\n"
        '[parameters]\n"general.people.crisis_level" = 0.8\n"needs.drugs.heal" = 0.2\n',
    )
    child = write(
        tmp_path,
        "child.toml",
        'extends = "parent.toml"\nyears = 7\n[mechanisms]\ntrust = true\n'
        '[parameters]\n"needs.drugs.heal" = 0.3\n',
    )
    scenario = load_scenario(child)
    assert (scenario.name, scenario.title, scenario.years) == ("child", "Test", 7)
    assert (scenario.mechanisms.trust, scenario.mechanisms.pressure) == (True, False)
    assert scenario.mechanisms.silos
    assert scenario.evidence.needs["drugs"].heal.value == 0.3
    assert scenario.evidence.general["people.crisis_level"].value == 0.8


def test_changes_are_appended_and_begin_with_the_scenario_unless_they_say(tmp_path: Path) -> None:
    change = '[[changes]]\nkind = "threshold"\nagency = "substance"\nadd = '
    write(tmp_path, "a.toml", START + change + "0.1\n")
    path = write(tmp_path, "b.toml", f'extends = "a"\n{change}0.2\nstart = 2026-01-01\n')
    first, second = load_scenario(path).changes
    assert (first.start, second.start) == (dt.date(2024, 4, 1), dt.date(2026, 1, 1))
    assert (first.end, second.end) == (None, None)


def test_an_intervention_takes_its_dates_from_its_user_unless_it_says(tmp_path: Path) -> None:
    text = 'title = "T"\nsummary = "S"\nevidence_note = "none"\n'
    text += '[[changes]]\nkind = "threshold"\nagency = "substance"\nadd = 0.1\n'
    text += text[text.index("[[") :] + "start = 2026-01-01\nend = 2026-06-01\n"
    write(tmp_path, "ours.toml", text + "[cost]\ngbp_once = 5000\n")
    use = '[[use]]\nintervention = "ours.toml"\nstart = 2025-01-01\nend = 2027-01-01\n'
    scenario = load_scenario(write(tmp_path, "s.toml", START + use))
    first, second = scenario.changes
    assert (first.start, first.end) == (dt.date(2025, 1, 1), dt.date(2027, 1, 1))
    assert (second.start, second.end) == (dt.date(2026, 1, 1), dt.date(2026, 6, 1))
    assert [(cost.gbp_once, cost.end) for cost in scenario.costs] == [(5000, dt.date(2027, 1, 1))]


def test_a_place_of_ones_own_may_add_an_agency(tmp_path: Path) -> None:
    place = (SCENARIOS / "places" / "portsmouth.toml").read_text(encoding="utf-8")
    outreach = '[agencies.outreach]\ntitle = "Outreach"\nkind = "gated"\npayer = "lottery"\n'
    write(tmp_path, "ours.toml", place + outreach)
    text = START.replace('"portsmouth"', '"ours.toml"')
    scenario = load_scenario(write(tmp_path, "s.toml", text))
    assert scenario.evidence.agencies["outreach"].payer == "lottery"
    assert scenario.place_name == "ours"
    assert list(scenario.evidence.agencies)[-1] == "outreach"


@pytest.mark.parametrize(
    "written",
    [
        '[parameters]\n"agencies.substance.effect.alcohol" = 0.3\n',
        "[parameters]\nagencies.substance.effect.alcohol = 0.3\n",
        "[parameters.agencies.substance.effect]\nalcohol = 0.3\n",
        "parameters.agencies.substance = {effect = {alcohol = 0.3}}\n",
    ],
)
def test_a_parameter_is_the_same_however_its_dots_are_written(tmp_path: Path, written: str) -> None:
    scenario = load_scenario(write(tmp_path, "s.toml", START + written))
    effect = scenario.evidence.agencies["substance"].effect["alcohol"]
    assert (effect.value, effect.status) == (0.3, "assumed")
    assert effect.source == f"[parameters] of {tmp_path / 's.toml'}"


def test_a_parameter_keeps_the_range_of_the_evidence(tmp_path: Path) -> None:
    text = START + '[parameters]\n"needs.drugs.remission_per_year" = 0.5\n'
    before = load_evidence().needs["drugs"].remission_per_year
    after = (
        load_scenario(write(tmp_path, "s.toml", text)).evidence.needs["drugs"].remission_per_year
    )
    assert (after.value, after.low, after.high) == (0.5, before.low, before.high)
    assert before.low is not None


def test_every_number_of_the_register_is_within_its_own_bounds(tmp_path: Path) -> None:
    evidence = load_scenario(write(tmp_path, "s.toml", START)).evidence
    values = {name: number_at(evidence, path) for name, path in parameter_names(evidence).items()}
    given = {name: value for name, value in values.items() if value is not None}
    assert len(given) > 600
    lines = "".join(f'"{name}" = {value!r}\n' for name, value in given.items())
    same = load_scenario(write(tmp_path, "t.toml", f"{START}[parameters]\n{lines}")).evidence
    paths = parameter_names(same)
    assert {name: number_at(same, paths[name]) for name in given} == given


def number_at(evidence: Evidence, path: tuple[str, ...]) -> object:
    """The number at the way that ``parameter_names`` gives, None where it has none."""
    kind, item, *fields = path
    found = getattr(evidence, kind)
    found = found[item] if item else found
    for part in fields:
        found = found.get(part) if isinstance(found, dict) else getattr(found, part)
    return found.value if isinstance(found, Quantity) else found


@pytest.mark.parametrize(
    "name",
    [
        "needs.drugs.remission_per_year",
        "needs.alcohol.onset_per_1000_per_year",
        "events.eviction.slopes_per_year.money",
        "general.people.frailty_sigma",
        "agencies.police.referral_quality",
        "agencies.substance.effect.alcohol",
        "agencies.advice.budget_gbp_per_year",
        "crisis.police_gbp_per_hour",
    ],
)
def test_a_parameter_reaches_every_corner_of_the_register(name: str) -> None:
    assert name in parameter_names(load_evidence())


def test_an_agency_that_turns_nobody_away_has_no_threshold_to_set() -> None:
    names = parameter_names(load_evidence())
    assert "agencies.police.threshold" not in names
    assert "agencies.substance.threshold" in names


def test_every_file_is_listed_with_its_hash(tmp_path: Path) -> None:
    path = write(tmp_path, "s.toml", START)
    files = load_scenario(path).files
    assert files[path.as_posix()] == hashlib.sha256(path.read_bytes()).hexdigest()
    place = SCENARIOS / "places" / "portsmouth.toml"
    assert (
        files["scenarios/places/portsmouth.toml"] == hashlib.sha256(place.read_bytes()).hexdigest()
    )
    assert sum(name.startswith("scenarios/evidence/") for name in files) == 7


def test_loading_twice_gives_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, "s.toml", START)
    assert load_scenario(path) == load_scenario(str(path))


def test_windows_line_ends_and_byte_order_marks_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(b"\xef\xbb\xbf" + START.replace("\n", "\r\n").encode())
    assert load_scenario(path).years == 5
