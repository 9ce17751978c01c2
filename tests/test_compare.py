"""Comparisons: pairing, derived savings, the pool of workers, the table and the pictures."""

from __future__ import annotations

import json
import math
import os
import signal
import threading
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.compare import (
    Replicates,
    differences,
    levels,
    run_scenarios,
    savings,
    yearly_means,
)
from experiments.document import document, to_bytes
from experiments.drawing import spread
from experiments.figures import draw_all
from experiments.pool import run_asked
from experiments.sets import with_sets
from experiments.stats import Interval, mean_interval
from experiments.table import WIDTH, table_text
from experiments.wording import difference_text, in_plain_words, level_text
from tests import made_up as fake

FIVE = ["do_nothing", "budget_cut", "early_intervention", "navigators", "together"]


def ignore() -> None:
    """Nothing is shown after a replicate."""


# --- what is derived ---


def test_differences_are_differences_of_levels() -> None:
    found = fake.findings(FIVE)
    base, cut = levels(found, "do_nothing"), levels(found, "budget_cut")
    for measure, interval in differences(found, "budget_cut").items():
        if measure in base:
            expected = cut[measure].mean - base[measure].mean
            assert interval.mean == pytest.approx(expected, abs=1e-9 * abs(base[measure].mean))


def test_savings_by_their_definition() -> None:
    base = {
        "cashable_cost.nhs": np.array([10.0, 12.0]),
        "discounted_cost.services": np.array([100.0, 104.0]),
        "discounted_cost.programme": np.array([1.0, 1.0]),
    }
    ours = {
        "cashable_cost.nhs": np.array([7.0, 11.0]),
        "discounted_cost.services": np.array([90.0, 97.0]),
        "discounted_cost.programme": np.array([5.0, 5.0]),
    }
    saved = savings(ours, base)
    assert list(saved["cashable_saving.nhs"]) == [3.0, 1.0]
    assert list(saved["net_benefit"]) == [6.0, 3.0]


def test_net_benefit_is_services_saved_less_programme_on_average_too() -> None:
    found = fake.findings(FIVE)
    differing = differences(found, "navigators")
    services, programme = (
        differing[f"discounted_cost.{part}"].mean for part in ("services", "programme")
    )
    assert differing["net_benefit"].mean == pytest.approx(-services - programme)


def test_a_scenario_without_changes_differs_in_nothing() -> None:
    runs = fake.findings(["do_nothing"])
    same = replace(runs, scenarios=runs.scenarios | {"copy": runs.scenarios["do_nothing"]})
    assert all(
        (i.mean, i.low, i.high) == (0, 0, 0) or math.isnan(i.mean)
        for i in differences(same, "copy").values()
    )


def test_yearly_means_leave_undefined_replicates_out() -> None:
    found = fake.findings(["do_nothing"])
    assert math.isnan(yearly_means(found, "do_nothing")["wait_weeks.substance"][0])
    assert np.isfinite(yearly_means(found, "do_nothing")["wait_weeks.substance"][1:]).all()


# --- the pool ---


def test_the_number_of_workers_changes_no_byte() -> None:
    scenarios = [fake.scenario(name) for name in FIVE[:2]]

    def content(workers: int) -> bytes:
        found, stopped_by = run_scenarios(
            fake.made_up, scenarios, "do_nothing", 7, 5, workers, ignore
        )
        assert stopped_by is None
        return to_bytes(document(found, "1", with_seconds=False))

    assert content(1) == content(2)


def test_seed_zero_is_a_seed_like_any_other() -> None:
    first, again = fake.findings(FIVE[:2], seed=0), fake.findings(FIVE[:2], seed=0)
    other = fake.findings(FIVE[:2], seed=1)
    assert levels(first, "do_nothing") == levels(again, "do_nothing")
    assert levels(first, "do_nothing") != levels(other, "do_nothing")


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_finished(workers: int) -> None:
    """Interrupted right after the first replicate, while others are under way."""
    threads = []

    def interrupt_soon() -> None:
        threads.append(threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)))
        threads[0].start()

    started = time.perf_counter()
    finished = run_asked(fake.slow, with_sets([fake.scenario()], 1, 4, ()), workers, interrupt_soon)
    assert isinstance(finished.stopped_by, KeyboardInterrupt)
    assert finished.replicates == (0,)
    assert [r.replicate for r in finished.results] == [0]
    assert time.perf_counter() - started < 20


def test_the_death_of_a_worker_keeps_what_is_finished() -> None:
    finished = run_asked(fake.dies, with_sets([fake.scenario()], 1, 3, ()), 2, ignore)
    assert isinstance(finished.stopped_by, BrokenProcessPool)
    assert finished.replicates == (0,)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_in_a_replicate_is_handed_back(workers: int) -> None:
    finished = run_asked(fake.faulty, with_sets([fake.scenario()], 1, 3, ()), workers, ignore)
    assert isinstance(finished.stopped_by, ZeroDivisionError)
    assert set(finished.replicates) <= {0, 1}


# --- the document ---


def test_the_document_has_the_shape_that_was_promised() -> None:
    found = fake.findings(FIVE[:2], replicates=1)
    content = json.loads(to_bytes(document(found, "1.2", with_seconds=True)))
    assert list(content) == [
        "place", "years", "replicates", "seed", "version", "seconds", "person_weeks",
        "scenarios", "differences",
    ]  # fmt: skip
    cost = content["scenarios"]["budget_cut"]["measures"]["cost.total"]
    assert list(cost) == ["mean", "low", "high", "per_year"]
    assert len(cost["per_year"]) == 10
    assert content["differences"]["budget_cut"]["against"] == "do_nothing"
    assert list(content["differences"]) == ["budget_cut"]


def test_what_is_undefined_is_null() -> None:
    found = fake.findings(FIVE[:2], replicates=1)
    content = document(found, "1", with_seconds=False)
    wait = content["scenarios"]["do_nothing"]["measures"]["wait_weeks.substance"]
    assert wait["low"] is None and wait["per_year"][0] is None
    assert "seconds" not in content and b"NaN" not in to_bytes(content)


# --- the table ---


def test_the_table_fits_and_says_what_a_commissioner_asks() -> None:
    text = table_text(fake.findings(FIVE))
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    for expected in (
        "With multiple unmet needs", "Police", "The programme itself", "NHS saves in cash",
        "Net benefit", "chance only", "no detectable difference",
    ):  # fmt: skip
        assert expected in text


def test_more_scenarios_than_fit_go_below() -> None:
    text = table_text(fake.findings([*FIVE, "a_sixth", "a_seventh"]))
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert text.count("With multiple unmet needs") == 2


def test_one_replicate_is_told_that_intervals_need_two() -> None:
    text = table_text(fake.findings(FIVE[:2], replicates=1))
    assert "needs two or more replicates" in text
    assert "±" not in text.replace("± is", "")


@pytest.mark.parametrize(
    ("interval", "kind", "expected"),
    [
        (Interval(1234.4, 1124.0, 1344.8), "count", "+1,230 ±110"),
        (Interval(-1.2531e6, -1.2931e6, -1.2131e6), "money", "-£1.25m ±0.04m"),
        (Interval(12.0, -30.0, 54.0), "count", "– (±42)"),
        (Interval(0.0, 0.0, 0.0), "money", "0"),
        (Interval(843_000.0, 843_000.0, 843_000.0), "money", "+£843k"),
        (Interval(0.0123, 0.0093, 0.0153), "share", "+1.2% ±0.3%"),
        (Interval(999_700.0, math.nan, math.nan), "money", "+£1.00m"),
        (Interval(math.nan, math.nan, math.nan), "money", ""),
        (Interval(0.0, -0.01, 0.01), "count", "– (±0.1)"),
        (Interval(0.0, -0.2, 0.2), "money", "– (±£1)"),
        (Interval(0.0, -0.00002, 0.00002), "share", "– (±0.01%)"),
        (Interval(-0.4, -0.4, -0.4), "money", "0"),
        (Interval(0.04, 0.01, 0.07), "count", "+0.04 ±0.03"),
        (Interval(-3.9, -7.6, -0.2), "count", "-3.9 ±3.7"),
        (Interval(-390e3, -770e3, -10e3), "money", "-£390k ±380k"),
    ],
)
def test_differences_show_no_more_than_is_known(
    interval: Interval, kind: str, expected: str
) -> None:
    assert difference_text(interval, kind) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("interval", "text", "words"),
    [
        (Interval(673, -50, 1800, (392, 954)), "(+670 ±280)", "perhaps 670 ±280 more"),
        (Interval(-17, -30, 9, (-19, -15)), "(-17 ±2)", "perhaps 17 ±2 fewer"),
        (Interval(3, -9, 9, (-2, 8)), "– (±5.0)", "no detectable difference (±5.0)"),
        (Interval(24, 3, 80, (19, 29)), "+24 ±5", "24 ±5 more"),
        (Interval(0, 0, 0), "0", "exactly the same"),
    ],
)
def test_what_plausible_numbers_could_undo_is_told_in_brackets(
    interval: Interval, text: str, words: str
) -> None:
    assert difference_text(interval, "count") == text
    assert in_plain_words(interval, "count") == words


def test_money_moved_is_the_same_sum_on_both_sides() -> None:
    """£1.275m is no binary number: what one service gains was told as 1.27, what another loses as
    1.28."""
    sums = [1.5e6 * 0.85, 1.275e6 + 2e-10, 1.275e6 - 2e-10]
    told = {difference_text(Interval(x, x, x), "money")[1:] for s in sums for x in (s, -s)}
    assert told == {"£1.28m"}


def test_levels_never_round_an_interval_away() -> None:
    assert level_text(Interval(412.37e6, 412.33e6, 412.41e6), "money") == "£412m ±1m"
    assert level_text(Interval(0.0, 0.0, 0.0), "money") == "£0"


def test_a_number_rounded_up_to_a_million_is_written_in_millions() -> None:
    assert level_text(Interval(985e3, 685e3, 1285e3), "money") == "£1.0m ±0.3m"
    assert level_text(Interval(970e3, 870e3, 1070e3), "money") == "£970k ±100k"


# --- the pictures ---


def test_the_same_findings_draw_the_same_bytes(tmp_path: Path) -> None:
    """Two pictures stand for all; they are the ones that one measure can fill."""
    found = fake.findings(FIVE[:2], replicates=3, years=3)
    measure = "people.multiple_needs"
    few = {
        name: Replicates({measure: r.overall[measure]}, {measure: r.per_year[measure]})
        for name, r in found.scenarios.items()
    }
    draw_all(replace(found, scenarios=few), tmp_path / "a")
    draw_all(replace(found, scenarios=few), tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["fan.png", "fan.svg", "people.png", "people.svg"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_labels_are_spread_without_overlap_and_in_order() -> None:
    wanted, heights = [5.0, 5.1, 0.0, 4.9, 20.0], [2.0, 1.0, 1.0, 1.0, 2.0]
    places = spread(wanted, heights)
    order = np.argsort(wanted)
    assert (np.argsort(places) == order).all()
    for lower, upper in zip(order, order[1:], strict=False):
        gap = places[upper] - places[lower]
        assert gap >= (heights[upper] + heights[lower]) / 2 - 1e-9
    assert (places[2], places[4]) == (0.0, 20.0)


def test_an_interval_is_of_the_replicates_given() -> None:
    found = fake.findings(["do_nothing"])
    values = found.scenarios["do_nothing"].overall["cost.total"]
    assert levels(found, "do_nothing")["cost.total"] == mean_interval(values)
