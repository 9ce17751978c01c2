"""The evaluation mirage: the same people in two worlds, and what would have been published."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from agents.arrays import Count
from experiments import cli
from experiments.cohort import Cohort, nearest_others, team_of, with_idle_team
from experiments.evaluate import _needed, _percent
from experiments.mirage import covariance, estimate
from experiments.trial import SHOWN_WEEKS, Arm, Evaluation, Trial, evaluate_once
from sim.follow import COST, EMERGENCY, Noted, follow
from sim.model import Place, warm_up_weeks
from tests.questions import SCENARIOS, ask, shrink
from tests.worlds import tight


@pytest.fixture(scope="module")
def trial() -> Trial:
    scenario = tight("navigators", share=0.08, years=3)
    team = team_of(scenario)
    assert team is not None
    return evaluate_once(Evaluation(scenario, team.name, 100, 26, (EMERGENCY, COST), 1, 0))


def test_a_team_that_does_nothing_changes_nobody_by_one_call_or_penny(trial: Trial) -> None:
    idle = trial.arms["idle"]
    assert idle.people >= 5
    for outcome in (EMERGENCY, COST):
        assert idle.with_it[outcome].sum() > 0
        assert np.array_equal(idle.with_it[outcome], idle.without_it[outcome])
        assert idle.place_with[outcome] == idle.place_without[outcome]


def test_the_programme_changes_nothing_before_it_starts_and_something_after(trial: Trial) -> None:
    real = trial.arms["programme"]
    before = slice(0, SHOWN_WEEKS)
    assert np.array_equal(real.with_it[COST][:, before], real.without_it[COST][:, before])
    assert not np.array_equal(real.with_it[COST], real.without_it[COST])


def test_people_are_found_at_their_peak(trial: Trial) -> None:
    """The year before joining is their heaviest, with nothing done as well."""
    calls = trial.arms["idle"].with_it[EMERGENCY].sum(axis=0).reshape(-1, 52).sum(axis=1)
    assert calls.argmax() == SHOWN_WEEKS // 52 - 1


def test_what_is_followed_is_what_the_week_counts() -> None:
    scenario = tight(share=0.03, years=1)
    place = Place(scenario, 1, 0, 0)
    first = warm_up_weeks(scenario)
    place.run_to(first)
    found = follow(place, first + 30, (EMERGENCY, "police", "ae", "ambulance"))
    contacts = place.world.tally.contacts[first : first + 30].sum(axis=0)
    doors = list(scenario.evidence.agencies)
    for name in ("police", "ae", "ambulance"):
        assert found[name].amount.sum() == contacts[doors.index(name)] > 0
    parts = sum(found[name].amount.sum() for name in ("police", "ae", "ambulance"))
    assert found[EMERGENCY].amount.sum() == parts
    assert found[EMERGENCY].person.max() < place.world.counts[Count.PEOPLE]


def test_a_table_puts_amounts_where_they_belong() -> None:
    noted = Noted(np.array([7, 3, 7, 9]), np.array([5, 6, 6, 6]), np.array([1, 2, 4, 8]))
    table = noted.table(np.array([9, 7]), 5, 3)
    assert table.tolist() == [[0, 8, 0], [1, 4, 0]]


def test_matching_takes_the_nearest_and_nobody_twice() -> None:
    cases = np.array([[1.0, 0.0], [1.1, 0.0]])
    others = np.array([[0.0, 0.0], [1.05, 0.0], [3.0, 0.0]])
    assert nearest_others(cases, others).tolist() == [0, 1]  # the heavier case chooses first
    assert nearest_others(cases, others[:1]).tolist() == [-1, 0]


def test_covariance_finds_a_planted_effect() -> None:
    rng = np.random.default_rng(5)
    before = rng.gamma(2.0, 20.0, 4000)
    treated = np.arange(4000) % 2 == 0
    y = 10.0 + 0.5 * before - 6.0 * treated + rng.normal(0.0, 3.0, 4000)
    relative, effect, error = covariance(y, treated, before)
    assert abs(effect + 6.0) < 4 * error
    assert abs(error - 3.0 * 2 / np.sqrt(4000)) < 0.01
    level = 10.0 + 0.5 * before.mean()
    assert abs(relative + 6.0 / level) < 4 * error / level


def arm_of(people: int, before: float, without: float, effect: float, rng: object) -> Arm:
    """People whose counts are Poisson, with a known fall and a known effect."""
    assert isinstance(rng, np.random.Generator)
    half = (people, SHOWN_WEEKS)
    past, later = rng.poisson(before, half), rng.poisson(without, half)
    kept = rng.binomial(later, 1.0 + effect)
    tables = [np.concatenate([past, after], axis=1) for after in (kept, later)]
    return Arm(people, people, 0, {"x": tables[0]}, {"x": tables[1]}, {"x": tables[1]},
               {"x": 0}, {"x": 0})  # fmt: skip


def test_the_numbers_are_those_that_were_planted() -> None:
    """A fall of 40% by itself, and a quarter off by the programme: 55% in all."""
    rng = np.random.default_rng(3)
    arms = [arm_of(200, 1.0, 0.6, -0.25, rng) for _ in range(6)]
    found = estimate(arms, "x", 52, seed=1)
    assert abs(found.naive.mean + 0.55) < 0.01
    assert abs(found.truth.mean + 0.25) < 0.01
    assert abs(found.matched.mean + 0.25) < 0.02
    assert abs(found.trial.median + 0.25) < 0.02
    assert abs(found.anyway.mean - 0.4 / 0.55) < 0.01
    assert found.trial.power == 1.0


def test_one_evaluation_by_itself_is_less_certain_than_the_average() -> None:
    """However few the replicates; and no fall is of more than all."""
    rng = np.random.default_rng(6)
    for n in (2, 3, 8):
        found = estimate([arm_of(30, 1.0, 0.6, -0.25, rng) for _ in range(n)], "x", 52, seed=1)
        low, high = found.one_off
        assert low < max(-1.0, found.naive.low) or low == -1.0
        assert high > found.naive.high
    one = estimate([arm_of(30, 1.0, 0.6, -0.25, rng)], "x", 52, seed=1)
    assert np.isnan(one.one_off).all()


def test_a_trial_of_nothing_cries_wolf_as_often_as_it_says() -> None:
    """1,600 trials whose true effect is nought, at a level of 5%: within four standard errors."""
    rng = np.random.default_rng(4)
    arms = [arm_of(60, 1.0, 0.6, 0.0, rng) for _ in range(8)]
    found = estimate(arms, "x", 52, seed=1)
    assert found.truth.mean == 0.0
    assert abs(found.trial.power - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 1600)
    assert np.isnan(found.trial.needed)


def test_what_chance_alone_could_make_is_no_figure() -> None:
    """Neither a true effect within chance, nor the people that would be needed to find it."""
    rng = np.random.default_rng(8)
    arms = [arm_of(60, 1.0, 0.6, effect, rng) for effect in (-0.6, 0.0, -0.05)]
    unsure = estimate(arms, "x", 52, seed=1)
    assert not unsure.truth.detectable and not np.isnan(unsure.truth.half)
    assert re.fullmatch(r"– \(±\d+%\)", _percent(unsure.truth))
    assert _needed(unsure) == "not told from chance"
    idle = estimate([arm_of(60, 1.0, 0.6, 0.0, rng) for _ in range(2)], "x", 52, seed=1)
    assert _percent(idle.truth) == "exactly 0" and _needed(idle) == "no effect to detect"
    sure = estimate([arm_of(60, 1.0, 0.6, -0.25, rng) for _ in range(6)], "x", 52, seed=1)
    assert _percent(sure.truth).startswith("-25%") and _needed(sure).startswith("about ")


def test_the_idle_team_keeps_its_rule() -> None:
    scenario = tight("navigators")
    team, idle = team_of(scenario), team_of(with_idle_team(scenario, "navigators"))
    assert team is not None and idle is not None
    assert (idle.posts, idle.finds, idle.consent) == (team.posts, team.finds, team.consent)
    assert idle.effect == {} and idle.attendance == 0.0


def test_a_cohort_is_cut_to_size() -> None:
    cohort = Cohort(np.arange(5), np.arange(5))
    assert cohort.first(3).person.tolist() == [0, 1, 2]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, share=0.05)
    words = ("evaluate", str(SCENARIOS / "navigators.toml"), "--replicates", "2")
    found = ask(tmp_path / "out", *words)
    arms = found["arms"]
    told = " ".join((tmp_path / "out/table.txt").read_text(encoding="utf-8").split())
    assert "Rough: 2 replicates are few" in told
    assert arms["idle"]["emergency"]["truth"] == {"mean": 0.0, "low": 0.0, "high": 0.0}
    assert arms["programme"]["cost"]["naive"]["mean"] < 0


def test_what_cannot_be_evaluated_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    assert cli.main(["evaluate", str(SCENARIOS / "do_nothing.toml")]) == 2
    assert "nothing to evaluate" in capsys.readouterr().err
    words = ["evaluate", str(SCENARIOS / "navigators.toml")]
    assert cli.main([*words, "--team", "nobody"]) == 2
    assert "no team called nobody" in capsys.readouterr().err
    assert cli.main([*words, "--outcome", "polise"]) == 2
    assert "polise is none of" in capsys.readouterr().err
