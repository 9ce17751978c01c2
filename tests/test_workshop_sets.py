"""What is not known, beside luck: the page's sets are the command line's, and come last of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.range_words import SAVED, could_be, saved_range
from experiments.sets import Sets, at_numbers, sets_for, with_sets
from experiments.stats import Interval
from experiments.wording import Kind
from experiments.workshop import answers, yearly
from experiments.workshop.drafts import open_desk, scenario_of, text_of
from experiments.workshop.found import LEAST_SETS, findings_of
from experiments.workshop.matters import (
    OUTCOMES,
    TOP,
    told_matters,
)
from experiments.workshop.runner import Run, Runner
from experiments.workshop.sayings import (
    EARLY,
    change_text,
    doubts,
    in_words,
    interval,
)
from experiments.workshop.telling import LINE, apart
from experiments.workshop.worker import Dropped, Ground, Kept, Progress, Task, live
from scenarios.load import load_scenario
from scenarios.resolved import Scenario
from sim.cast import cast_of
from sim.run import run_replicate
from tests.rooms import small_place

REPLICATES = 2


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Scenario]:
    """Doing nothing in a hamlet, and a change."""
    folder = tmp_path_factory.mktemp("sets")
    source = small_place(folder, 0.005)
    desk = open_desk(load_scenario(source), source, folder / "room" / "scenarios")
    text = text_of(desk, "Less", {"budget.housing": 0})
    return desk.base, scenario_of(desk, "less", text)


@pytest.fixture(scope="module")
def sets(pair: tuple[Scenario, Scenario]) -> Sets:
    found = sets_for(pair[0], 3)
    assert found is not None
    return found


def ended(task: Task, ground: Ground, kept: dict[int, Kept]) -> Progress:
    """The last that a worker tells of a task."""
    waits = SimpleNamespace(value=task.generation)
    *_, last = live(task, waits, ground, kept)
    assert isinstance(last, Progress)
    return last


def test_the_pages_sets_are_the_command_lines(pair: tuple[Scenario, Scenario], sets: Sets) -> None:
    """To the byte, from the place kept where levers act as from the beginning."""
    base, ours = pair
    ground = Ground(base, 1, REPLICATES, sets.numbers)
    asked = with_sets([base, ours], 1, REPLICATES, sets.numbers)
    kept: dict[int, Kept] = {}
    for number in (REPLICATES, REPLICATES + 2):
        run = asked[number]
        there = [at_numbers(scenario, run.numbers) for scenario in run.scenarios]
        expected = run_replicate(there, run.seed, run.replicate)
        for scenario, keep_at, theirs in ((base, 52, expected[0]), (ours, None, expected[1])):
            task = Task(1, 0, scenario, cast_of([base, scenario]), number, keep_at, False)
            found = ended(task, ground, kept)
            assert found.names == theirs.names
            assert np.array_equal(found.overall, theirs.overall, equal_nan=True)
            assert np.array_equal(found.per_year, theirs.per_year, equal_nan=True)
        assert kept[number].parting is not None


def test_a_warm_up_that_was_broken_off_goes_on(pair: tuple[Scenario, Scenario]) -> None:
    """A new move drops it within a quarter; what was lived is not lived again, nor otherwise."""
    base, _ = pair
    ground = Ground(base, 1, REPLICATES)
    task = Task(1, 0, base, cast_of([base]), 0)
    kept: dict[int, Kept] = {}
    moves = Countdown(5)
    assert list(live(task, moves, ground, kept)) == [Dropped(1, 0)]
    assert kept[0].warming is not None and kept[0].warming.week == 5 * 13
    found = ended(task, ground, kept)
    assert kept[0].warming is None
    assert np.array_equal(found.overall, ended(task, ground, {}).overall, equal_nan=True)


class Countdown:
    """A generation that changes when it has been looked at so often."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    @property
    def value(self) -> int:
        self.left -= 1
        return 0 if self.left > 0 else 1


def test_years_are_told_only_to_whom_wants_them(pair: tuple[Scenario, Scenario]) -> None:
    base, _ = pair
    ground, waits = Ground(base, 1, 1), SimpleNamespace(value=0)
    for tell, years in ((True, [1, 2, 3]), (False, [3])):
        task = Task(1, 0, base, cast_of([base]), 0, None, tell)
        told = list(live(task, waits, ground, {}))
        assert [news.year for news in told if isinstance(news, Progress)] == years


# --- whose turn it is ---


def runner_of(base: Scenario, sets: Sets | None) -> Runner:
    return Runner(base, 1, 4, 2, lambda run: None, sets=sets)


def news(run: Run, number: int, year: int = 3, value: float = 1.0) -> Progress:
    """Numbers as a worker tells them, made up: one measure, level over the years."""
    names = ("people.multiple_needs", "cost.total")
    per_year = np.full((2, year), value)
    return Progress(run.number, number, year, names, per_year, per_year.mean(axis=1), 0, 0.0)


def carried_out(runner: Runner, worker: int) -> Iterator[tuple[str, int]]:
    """Everything that a worker would do, in its order."""
    while (wanted := next(runner._wanted(worker), None)) is not None:
        run, number = wanted
        run.so_far[number] = news(run, number)
        yield run.name, number


def test_sets_come_last_and_a_held_lever_first(pair: tuple[Scenario, Scenario], sets: Sets) -> None:
    base, ours = pair
    runner = runner_of(base, sets)
    runner._set_to_work = lambda: None  # type: ignore[method-assign]
    runner.later("kept", "kept", ours)
    runner.ask("front", "front", ours)
    runner.foresee("held", "held", ours)
    order = list(carried_out(runner, 0))
    nothing = base.name
    assert order[:6] == [(nothing, 0), ("held", 0), ("front", 0), (nothing, 2), ("front", 2),
                         ("kept", 0)]  # fmt: skip
    first_set = next(i for i, (_, number) in enumerate(order) if number >= 4)
    assert all(number >= 4 for _, number in order[first_set:])
    assert order[first_set:] == [(nothing, 4), ("front", 4), (nothing, 6), ("front", 6),
                                 ("kept", 4), ("kept", 6)]  # fmt: skip
    assert runner.finished(runner.base) is False  # the other worker's replicates are not there


def test_a_move_drops_the_sets_at_once(pair: tuple[Scenario, Scenario], sets: Sets) -> None:
    base, ours = pair
    runner = runner_of(base, sets)
    runner._set_to_work = lambda: None  # type: ignore[method-assign]
    runner._busy[0] = (runner.base, 4)
    before = runner._generation.value
    runner.ask("front", "front", ours)
    assert runner._generation.value == before + 1


def test_a_set_that_cannot_be_run_leaves_the_answer(
    pair: tuple[Scenario, Scenario], sets: Sets
) -> None:
    from experiments.workshop.worker import Failed

    base, ours = pair
    runner = runner_of(base, sets)
    runner._set_to_work = lambda: None  # type: ignore[method-assign]
    run = runner.ask("front", "front", ours)
    runner._busy[0] = (run, 4)
    runner._heard(0, Failed(run.number, 4, "ValueError"))
    assert run.without_sets and not run.refused
    assert answers.how_far(runner, run)["of_sets"] == 0
    assert all(x is not run or number < 4 for x, number in runner._wanted(0))


# --- how it is said ---


@pytest.fixture
def settled(pair: tuple[Scenario, Scenario], sets: Sets) -> tuple[Runner, Run]:
    """Luck has settled: 10 ±2 more people; the three sets say 5, 10 and 30."""
    base, ours = pair
    runner = runner_of(base, sets)
    run = Run(1, "key", "ours", ours)
    for r, more in enumerate((9.0, 10.0, 10.0, 11.0, 5.0, 10.0, 30.0)):
        runner.base.so_far[r] = news(runner.base, r, value=100.0)
        run.so_far[r] = news(run, r, value=100.0 + more)
    return runner, run


def test_luck_and_what_is_not_known_stand_apart(settled: tuple[Runner, Run]) -> None:
    runner, run = settled
    told = answers.answer(runner, run)
    assert (told["sets"], told["of_sets"], told["settled"]) == (3, 3, True)
    row = told["headlines"][0]["rows"][0]
    assert row["words"] == "10 ±1 more" and row["range"] == "5 to 30 more"
    assert row["low"] == pytest.approx(8.7, abs=0.05)
    assert row["least"] == pytest.approx(5, abs=0.3) and row["most"] == pytest.approx(30, abs=0.3)
    last = [x for x in told["lines"] if x["who"] == "difference"][2]
    assert last["least"] < last["low"] < last["mean"] < last["high"] < last["most"]


def test_the_light_band_does_not_pinch_where_sets_are_within_chance(
    settled: tuple[Runner, Run],
) -> None:
    """Sets that differ less than runs do have a point for their range, which is not drawn."""
    runner, run = settled
    for r, more in zip((4, 5, 6), (9.5, 10.0, 10.5), strict=True):
        run.so_far[r] = news(run, r, value=100.0 + more)
    last = [x for x in yearly.lines(runner, run) if x["who"] == "difference"][2]
    assert last["least"] == last["most"]
    assert last["lowest"] <= last["low"] < last["mean"] < last["high"] <= last["highest"]


def test_the_light_band_holds_luck_and_sets(settled: tuple[Runner, Run]) -> None:
    last = [x for x in yearly.lines(*settled) if x["who"] == "difference"][2]
    assert last["lowest"] < last["least"] < last["most"] < last["highest"]


def test_nothing_is_settled_before_the_last_set_is_in(settled: tuple[Runner, Run]) -> None:
    """Of the same luck: grey and hollow while a set is lacking, then what it is."""
    runner, run = settled
    last = run.so_far.pop(6)
    early = answers.answer(runner, run)
    row = early["headlines"][0]["rows"][0]
    assert early["settled"] and (row["sure"], row["doubt"]) == ("early", EARLY)
    every = [r for group in early["headlines"] for r in group["rows"]]
    every += [*early["demand"], *early["payers"], *early["cash"]]
    assert {r["sure"] for r in every} <= {"early", "same"}
    run.so_far[6] = last
    row = answers.answer(runner, run)["headlines"][0]["rows"][0]
    assert (row["sure"], row["doubt"]) == ("more", "")


def test_nothing_is_settled_before_the_last_run_is_in(settled: tuple[Runner, Run]) -> None:
    runner, run = settled
    assert answers.is_final(answers.how_far(runner, run))
    del run.so_far[3]
    assert not answers.is_final(answers.how_far(runner, run))
    assert answers.answer(runner, run)["headlines"][0]["rows"][0]["sure"] == "early"


def test_a_door_is_told_in_plain_figures() -> None:
    """Settled or not; and where nobody waits before or after, luck is nobody's concern."""
    change = Interval(0.31, 0.21, 0.41)
    told = answers._at_the_door(Interval(6.01, 5, 7), change, True)
    assert told == {"value": 6.01, "text": "6.0", "change": "+0.3 ±0.1", "sure": "more"}
    assert answers._at_the_door(Interval(6.01, 5, 7), change, False)["sure"] == "early"
    empty = answers._at_the_door(Interval(0.009, 0, 0.02), Interval(0.001, -0.02, 0.03), True)
    assert (empty["text"], empty["change"]) == ("0", "no change")
    filled = answers._at_the_door(Interval(0.0, 0, 0), Interval(5, 4, 6), True)
    assert (filled["text"], filled["change"]) == ("0", "+5.0 ±1.0")
    assert answers._at_the_door(Interval(6, 5, 7), None, True)["change"] == ""
    hardly = Interval(0.001, -0.97, 0.002, (0.0005, 0.0015), (-0.97, 0.001))
    told = answers._at_the_door(Interval(0.0, 0, 0), hardly, True)
    assert (told["change"], told["sure"]) == ("none ±0.1", "none")


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (Interval(35, 29, 41), "+35 ±6"),
        (Interval(35, -3, 60, (29, 41), (0, 50)), "(+35 ±6)"),
        (Interval(3, -2, 8), "none ±5.0"),
        (Interval(0, 0, 0), "no change"),
    ],
)
def test_brackets_say_one_thing_only(difference: Interval, told: str) -> None:
    """Other plausible numbers could undo it; no detectable difference has none."""
    assert change_text(difference, "count") == told


def test_too_few_sets_tell_no_range(settled: tuple[Runner, Run]) -> None:
    runner, run = settled
    del run.so_far[6]
    assert len(runner.sets_of(run)) < LEAST_SETS
    found = findings_of(runner, run)
    assert found is not None and not found.sets
    rows = [row for row in yearly.lines(runner, run) if row["who"] != "Do nothing"]
    assert rows and all(row["least"] is None and row["lowest"] is None for row in rows)


@pytest.mark.parametrize(
    ("saving", "words", "among"),
    [
        (Interval(-4.7e5, -5e5, -4.4e5, (-4.8e5, -4.6e5), (-4.9e5, -4.5e5)),
         "£470k ±10k more paid", "£450k to £490k more paid"),
        (Interval(4.7e5, 4.4e5, 5e5, (4.6e5, 4.8e5), (4.5e5, 4.9e5)),
         "£470k ±10k saved", "£450k to £490k saved"),
        (Interval(4e4, -3e4, 9e4, (3e4, 5e4), (-2e4, 8e4)),
         "perhaps £40k ±10k saved", "£20k more paid to £80k saved"),
        (Interval(-5e3, -5e4, 4e4, (-5e4, 4e4), (-5e3, -5e3)),
         "no detectable difference, luck alone ±£45k", ""),
        (Interval(4.7e5, 4.6e5, 4.8e5), "£470k ±10k saved", ""),
        (Interval(-1.12e6, -1.3e6, -9e5, (-1.2e6, -1.04e6), (-1.11e6, -1.09e6)),
         "£1.12m ±0.08m more paid", "about £1.1m more paid"),
        (Interval(1.12e6, 9e5, 1.3e6, (1.04e6, 1.2e6), (1.09e6, 1.11e6)),
         "£1.12m ±0.08m saved", "about £1.1m saved"),
    ],
)  # fmt: skip
def test_cash_is_saved_or_paid(saving: Interval, words: str, among: str) -> None:
    """Never “saves £470k less”."""
    assert in_words(saving, "money", SAVED) == words
    assert saved_range(saving) == (among or could_be(saving, "money", signed=True))


def test_what_luck_does_not_undo_other_numbers_may() -> None:
    unsure = Interval(10, -5, 30, (8, 12), (-4, 29))
    assert "plausible numbers" in doubts(unsure, "count")["doubt"]
    assert doubts(Interval(10, 8, 12), "count") == {"range": "", "doubt": ""}
    assert interval(unsure) == {"mean": 10, "low": 8, "high": 12, "least": -4, "most": 29}
    assert could_be(Interval(1e6, -3e6, 8e6, (8e5, 1.2e6), (-7.6e6, 7e5)), "money", True) == (
        "£7.6m less to £0.7m more"
    )


def test_names_of_lines_do_not_stand_on_each_other() -> None:
    for ends in ((0.0, 0.0, 0.01, 0.4), (1.0, 1.0, 0.99, 0.98), (0.5,), (0.0, 0.1, 0.2, 0.9)):
        found = apart({str(i): (10.0, y) for i, y in enumerate(ends)})
        heights = sorted(y for _, y in found.values())
        assert all(b - a >= LINE - 1e-9 for a, b in zip(heights, heights[1:], strict=False))
        assert heights[-1] <= 1.0 + 1e-9
    assert apart({}) == {}


# --- what matters most ---


def test_what_was_shipped_is_told() -> None:
    told = told_matters("portsmouth")
    assert told is not None and "641 runs" in told["about"]
    (change,) = told["changes"]
    assert change["title"] == "What the effect of navigators goes with"
    assert len(change["outcomes"]) == 4
    for one in change["outcomes"]:
        assert len(one["rows"]) <= TOP
        assert (one["rows"] == []) == ("No single number tells more" in one["luck"])
    assert [one["title"] for one in told["outcomes"]] == list(OUTCOMES.values())
    assert all(0 < len(one["rows"]) <= TOP for one in told["outcomes"])
    elsewhere = told_matters("wiltshire")
    assert elsewhere is not None and "not this place" in elsewhere["about"]
    assert "not this place" in elsewhere["changes"][0]["about"]


def test_no_run_is_no_ranking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.workshop.matters.FOLDER", tmp_path)
    assert told_matters("portsmouth") is None


@pytest.mark.parametrize(
    ("ends", "kind", "told"),
    [
        ((-1600, -900), "count", "900 to 1,600 fewer"),
        ((20, 51), "count", "20 to 51 more"),
        ((-20, 51), "count", "20 fewer to 51 more"),
        ((0, 51), "count", "0 to 51 more"),
        ((-51, 0), "count", "0 to 51 fewer"),
        ((-0.05, -0.02), "share", "2.0 to 5.0 points less"),
        ((-1.6e6, -1.1e6), "money", "£1.1m to £1.6m less"),
    ],
)
def test_a_range_beside_less_or_more_has_no_signs(
    ends: tuple[float, float], kind: Kind, told: str
) -> None:
    mean = sum(ends) / 2
    assert could_be(Interval(mean, *ends, ends, ends), kind, signed=True) == told


def test_a_range_of_one_figure_is_said_without_a_sign() -> None:
    """ "About -£1.3m" beside "less" would say it twice over."""
    less = Interval(-1.3e6, -1.4e6, -1.2e6, (-1.4e6, -1.2e6), (-1.31e6, -1.29e6))
    assert could_be(less, "money", signed=True) == "about £1.3m less"
    more = Interval(30.2, 28.0, 32.0, (28.0, 32.0), (29.9, 30.3))
    assert could_be(more, "count", signed=True) == "about 30 more"
    assert could_be(more, "count", signed=False) == "about 30"
    assert saved_range(less) == "about £1.3m more paid"
