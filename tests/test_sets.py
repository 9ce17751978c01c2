"""Chance and ignorance: what each is, that they are told apart, and how they are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.ensemble import Ensemble
from calibration.found_with import numbers_of
from experiments import sets
from experiments.cli import main
from experiments.compare import Findings, beside_sets, differences, levels, run_scenarios
from experiments.document import document
from experiments.figures import draw_all
from experiments.pool import Finished, run_asked
from experiments.sets import Sets, at_numbers, nearest_ensemble, sets_for, with_sets
from experiments.stats import Interval, mean_interval, with_ignorance
from experiments.table import WIDTH, table_text
from experiments.wording import difference_text, range_text, rough
from scenarios.load import load_scenario
from scenarios.resolved import Scenario
from scenarios.uncertain import uncertain_numbers
from sim.results import RunResult
from tests import made_up as fake
from tests.small import SCENARIOS, small

SIGMA = "general.people.frailty_sigma"


def task_that_tells(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """Reports a number of the register, and the luck; nothing is simulated."""
    values = [[uncertain_numbers(s.evidence)[SIGMA].value, float(replicate)] for s in scenarios]
    return [
        RunResult(s.name, replicate, ("a", "b"), np.array(v)[:, None], np.array(v), 0, 0.0)
        for s, v in zip(scenarios, values, strict=True)
    ]


def ensemble(place: str, score: float = 26.9) -> Ensemble:
    """Three sets, of one number, besides the centre."""
    numbers = np.array([[0.45], [0.35], [0.45], [0.55]])
    weights = np.array([0.0, 0.25, 0.5, 0.25])
    return Ensemble(place, (SIGMA,), numbers, weights, {"deprivation_score": score})


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two places have ensembles."""
    known = {"portsmouth": ensemble("portsmouth"), "wiltshire": ensemble("wiltshire", 13.4)}
    monkeypatch.setattr(sets, "ensembles", lambda: tuple(known))
    monkeypatch.setattr(sets, "load_ensemble", known.__getitem__)


# --- the place they were found with ---


def test_a_place_that_was_changed_since_it_was_calibrated_says_so(
    shipped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = small()
    spec = scenario.place
    about = {"deprivation_score": 26.9, "found_with": numbers_of(spec)}
    known = replace(ensemble("portsmouth"), about=about)
    monkeypatch.setattr(sets, "load_ensemble", {"portsmouth": known}.__getitem__)
    assert sets_for(scenario, 2).notes == ()  # type: ignore[union-attr]
    agencies = spec.agencies | {"advice": {"budget_gbp_per_year": 1_500_000.0}}
    changed = spec.model_copy(update={"country": "Wales", "agencies": agencies})
    (note,) = sets_for(replace(scenario, place=changed), 2).notes  # type: ignore[union-attr]
    assert (
        "(country from England to Wales; agencies.advice.budget_gbp_per_year from none to "
        "1,500,000)"
    ) in note
    assert note in findings_with(note).notes


def findings_with(note: str) -> Findings:
    """Findings beside sets of which something must be known."""
    found = fake.findings(["do_nothing"])
    return beside_sets(found, Finished((), (), None), Sets("portsmouth", (), (note,)))


def test_numbers_of_a_place_go_by_their_names_whichever_way_they_are_written() -> None:
    spec = small().place
    bare = {"advice": {"budget_gbp_per_year": 5, "stages": [{"weeks": 2}]}}
    given = {"value": 5.0, "source": "ours", "status": "measured"}
    full = {"advice": {"budget_gbp_per_year": given,
                       "stages": [{"weeks": 2.0}]}}  # fmt: skip
    one, other = (numbers_of(spec.model_copy(update={"agencies": a})) for a in (bare, full))
    assert one == other
    assert one["agencies.advice.budget_gbp_per_year"] == 5
    assert one["agencies.advice.stages.1.weeks"] == 2
    assert "title" not in one


# --- the two kinds ---


def test_without_sets_there_is_chance_alone() -> None:
    values = np.array([1.0, 2.0, 4.0])
    found = with_ignorance(values, np.empty(0))
    assert found == mean_interval(values)
    assert found.chance is found.ignorance is None


def test_chance_is_as_it_was_and_lies_within_the_whole() -> None:
    rng = np.random.default_rng(1)
    values, answers = rng.normal(10, 1, 8), rng.normal(12, 5, 16)
    found, own = with_ignorance(values, answers), mean_interval(values)
    assert found.mean == own.mean
    assert found.chance == (own.low, own.high)
    assert found.low < own.low
    assert found.high > own.high


def test_luck_is_not_taken_for_ignorance() -> None:
    """If numbers made no difference, sets would spread by luck: of that nearly nothing is kept."""
    rng = np.random.default_rng(2)
    kept = []
    for _ in range(200):
        found = with_ignorance(rng.normal(0, 1, 8), rng.normal(0, 1, 16))
        assert found.ignorance is not None
        kept.append(found.ignorance[1] - found.ignorance[0])
    raw = np.mean([np.ptp(rng.normal(0, 1, 16)) for _ in range(200)])
    assert np.mean(kept) < 0.4 * raw


def test_ignorance_is_as_wide_as_it_is() -> None:
    """Sets that spread by 3 around luck of 1: the range is that of 3, not that of 3 and 1."""
    rng = np.random.default_rng(3)
    ranges = []
    for _ in range(300):
        true = rng.normal(0, 3, 19)
        found = with_ignorance(rng.normal(0, 1, 8), true + rng.normal(0, 1, 19))
        assert found.ignorance is not None
        ranges.append(found.ignorance[1] - found.ignorance[0])
    expected = 3 * np.mean([np.ptp(rng.normal(0, 1, 19)) for _ in range(300)])
    assert np.mean(ranges) == pytest.approx(expected, rel=0.05)


def test_nineteen_sets_hold_the_next_nine_times_in_ten() -> None:
    """Of 2,000 trials at 0.9, 60 either way is 4.5 standard deviations."""
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(2000):
        found = with_ignorance(np.zeros(8), rng.lognormal(0, 1, 19))
        assert found.ignorance is not None
        hits += found.ignorance[0] <= rng.lognormal(0, 1) <= found.ignorance[1]
    assert hits == pytest.approx(1800, abs=60)


def test_an_effect_of_one_sign_in_every_set_is_an_effect() -> None:
    effects = np.array([0.4, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 9, 12, 15, 20, 30.0])
    found = with_ignorance(np.full(8, 4.0), effects)
    assert found.detectable
    assert found.low == pytest.approx(0.4)


def test_a_single_replicate_leaves_chance_unknown() -> None:
    found = with_ignorance(np.array([5.0]), np.array([4.0, 6.0, 9.0]))
    assert found.ignorance == (4.0, 9.0)
    assert (found.low, found.high) == (4.0, 9.0)


# --- running sets ---


def test_replicates_come_first_and_sets_share_their_luck() -> None:
    settings = tuple((((SIGMA, value),)) for value in (0.31, 0.32, 0.33))
    asked = with_sets([small()], 1, 2, settings)
    found = run_asked(task_that_tells, asked, 1, lambda: None).results
    assert [float(r.overall[0]) for r in found] == [0.45, 0.45, 0.31, 0.32, 0.33]
    assert [float(r.overall[1]) for r in found] == [0, 1, 0, 1, 0]
    assert [r.replicate for r in found] == [0, 1, 2, 3, 4]


def test_findings_keep_replicates_and_sets_apart() -> None:
    settings = tuple((((SIGMA, value),)) for value in (0.31, 0.59))
    found, stopped = run_scenarios(
        task_that_tells, [small()], "do_nothing", 1, 3, 1, sets=Sets("portsmouth", settings)
    )
    assert stopped is None
    assert found.replicates == (0, 1, 2)
    assert found.sets == (0, 1)
    assert list(found.scenarios["do_nothing"].overall["a"]) == [0.45] * 3
    assert list(found.plausible["do_nothing"].overall["a"]) == [0.31, 0.59]
    assert {r.replicate for r in found.set_results} == {0, 1}
    level = levels(found, "do_nothing")["a"]
    assert level.ignorance == (0.31, 0.59)


def test_a_number_that_a_scenario_sets_itself_stays(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    base = (SCENARIOS / "portsmouth" / "do_nothing.toml").as_posix()
    file.write_text(f'extends = "{base}"\n[parameters]\n"{SIGMA}" = 0.5\n', encoding="utf-8")
    trust = "general.people.trust_mean"
    changed = at_numbers(load_scenario(file), ((SIGMA, 0.31), (trust, 0.5), ("no.such", 1.0)))
    known = uncertain_numbers(changed.evidence)
    assert known[SIGMA].value == 0.5
    assert known[trust].value == 0.5


def test_every_set_has_prices_of_its_own_and_the_same_each_time(shipped: None) -> None:
    two, four = sets_for(small(), 2), sets_for(small(), 4)
    assert two is not None
    assert four is not None
    name = "agencies.ambulance.cost_gbp_per_contact"
    drawn = [dict(numbers)[name] for numbers in four.numbers]
    assert len(set(drawn)) == 4
    assert [dict(numbers)[name] for numbers in two.numbers] == drawn[:2]
    assert sets_for(small(), 0) is None


def test_a_place_without_an_ensemble_borrows_that_of_the_nearest_deprivation(
    shipped: None,
) -> None:
    for place, whose in (
        ("durham", "portsmouth"), ("wiltshire", "wiltshire"), ("anglesey", "wiltshire"),
    ):  # fmt: skip
        scenario = load_scenario(SCENARIOS / place / "do_nothing.toml")
        assert nearest_ensemble(scenario).place == whose
    score = small().place.deprivation_score.model_copy(update={"value": 9.0})
    mild = small().place.model_copy(update={"deprivation_score": score})
    assert nearest_ensemble(replace(small(), place=mild, place_name="x")).place == "wiltshire"


def test_the_command_says_whose_numbers_it_borrows(
    shipped: None, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["run", str(SCENARIOS / "anglesey" / "do_nothing.toml"), "--years", "1"]
    argv += ["--replicates", "2", "--sets", "2", "--workers", "1", "--json", "-"]
    assert main(argv) == 0
    said = capsys.readouterr()
    assert "Wiltshire" in said.err
    content = json.loads(said.out)
    assert content["sets"] == 2
    assert content["replicates"] == 2
    one = content["scenarios"]["do_nothing"]["measures"]["people.multiple_needs"]
    assert one["low"] <= one["chance"]["low"] <= one["mean"] <= one["chance"]["high"]
    assert one["ignorance"]["low"] < one["ignorance"]["high"]


# --- what is shown ---


def with_made_up_sets() -> Findings:
    """Made-up findings whose sets differ from the replicates by a factor of 0.5 to 1.6."""
    found = fake.findings(["do_nothing", "budget_cut", "navigators"])
    factors = np.linspace(0.5, 1.6, 16)
    plausible = {
        name: replace(
            runs,
            overall={m: v.mean() * factors for m, v in runs.overall.items()},
            per_year={m: v.mean(axis=0) * factors[:, None] for m, v in runs.per_year.items()},
        )
        for name, runs in found.scenarios.items()
    }
    return replace(found, ensemble="portsmouth", sets=tuple(range(16)), plausible=plausible)


def test_the_table_shows_both_kinds() -> None:
    text = table_text(with_made_up_sets())
    for words in ("plausible numbers", "Portsmouth's figures", "other luck", "highest of 16"):
        assert words in " ".join(text.split()), words
    assert max(map(len, text.splitlines())) <= WIDTH
    rows = text.splitlines()
    people = next(i for i, row in enumerate(rows) if row.startswith("With multiple unmet needs"))
    assert rows[people + 1].split()[:2] == ["plausible", "numbers"]


def test_the_document_has_both_kinds_and_all_else_as_before() -> None:
    found = with_made_up_sets()
    content = document(found, "0", with_seconds=False)
    without = document(replace(found, sets=(), plausible={}), "0", with_seconds=False)
    assert content["sets"] == 16
    assert set(content) - set(without) == {"sets", "ensemble"}
    for name in found.others:
        for measure, interval in content["differences"][name]["measures"].items():
            before = without["differences"][name]["measures"][measure]
            assert set(before) == {"mean", "low", "high"}
            assert interval["mean"] == before["mean"]
            if "chance" in interval:
                assert interval["chance"] == {k: before[k] for k in ("low", "high")}
    cut = differences(found, "budget_cut")["people.multiple_needs"]
    assert cut.ignorance is not None
    assert cut.low <= min(cut.ignorance)


def test_pictures_can_be_drawn_with_both_kinds(tmp_path: Path) -> None:
    draw_all(with_made_up_sets(), tmp_path)
    assert {path.name for path in tmp_path.glob("*.png")} == {
        "fan.png", "people.png", "demand.png", "money.png",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "kind", "signed", "text"),
    [
        (8.7, 50.4, "count", True, "+9 to +50"),
        (-1.71e6, 2.3e5, "money", True, "-£1.7m..+£0.2m"),
        (61_000.0, 75_400.0, "count", False, "61k to 75k"),
        (0.631, 0.684, "share", False, "63% to 68%"),
        (-0.004, -0.0015, "number", True, "-0.004..-0.002"),
        (0.0021, 0.0023, "number", True, "about +0.002"),
        (-840_000.0, -9_000.0, "money", True, "-£840k..-£10k"),
        (-840_000.0, 900.0, "money", True, "-£840k..+£0.9k"),
        (249_000.0, 1.1e7, "money", True, "+£0.2m..+£11m"),
        (-5.3, 0.02, "count", True, "-5.3 to 0"),
        (-0.0014, 0.0, "share", True, "-0.14% to 0%"),
        (0.0, 0.0, "count", True, ""),
    ],
)
def test_a_range_in_few_characters(
    low: float, high: float, kind: str, signed: bool, text: str
) -> None:
    interval = Interval(low, low, high, (low, high), (low, high))
    assert range_text(interval, kind, signed) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("replicates", "sets", "told"),
    [
        (8, 16, None),
        (8, 0, None),
        (1, 0, None),
        (7, 16, "7 replicates are few"),
        (
            8,
            8,
            "8 plausible sets are few: one more would widen a range 22% of the time.",
        ),
        (8, 15, "15 plausible sets are few: one more would widen a range 12% of the time"),
        (8, 1, "Rough: 1 plausible set is few"),
        (2, 4, "themselves. Better: 8 or more. 4 plausible sets are few: one more would widen"),
    ],
)
def test_few_runs_are_called_rough(replicates: int, sets: int, told: str | None) -> None:
    """A single replicate has no interval that could be rough."""
    assert told in rough(replicates, sets) if told else rough(replicates, sets) == ""


def test_sets_that_differ_by_luck_alone_have_no_range() -> None:
    interval = Interval(3.0, 2.0, 4.0, (2.0, 4.0), (3.3, 3.3))
    assert range_text(interval, "count", signed=True) == "within chance"


def test_what_is_beyond_chance_is_never_told_as_nought() -> None:
    """Not `0.0 ±0.1`, which says that chance could undo it."""
    assert difference_text(Interval(0.04, 0.01, 0.07), "count") == "+0.04 ±0.03"
    assert difference_text(Interval(-0.00004, -0.00007, -0.00001), "share") == "-0.004% ±0.003%"
    assert difference_text(Interval(0.3, 0.2, 0.4), "count") == "+0.3 ±0.1"
