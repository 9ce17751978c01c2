"""Every way of working that the documents describe has a file, runs, and does what it says.

Two years of Portsmouth as it is, at fixed seeds. The intervals on the page come from more
replicates; here the direction of each is seen to be what its file expects.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from experiments import measured as kept
from experiments.cli import main
from experiments.coverage import change_words, page_text, pair_verdict, the_work, verdict
from experiments.effects import (
    YEARS,
    Effect,
    Found,
    Runs,
    alone,
    beyond_the_sum,
    both_name,
    difference,
    simulate,
    together,
    without_each_change,
)
from experiments.interventions import CANDIDATES, PAGE, pair_of, write_found
from experiments.measured import Measured, Pair, Part
from experiments.stats import Interval
from scenarios.schema import Expected
from scenarios.ways import DO_NOTHING, INTERVENTIONS, described, in_use, read_items, read_ways
from sim.metrics import meaning_of

WAYS = read_ways()
ITEMS = read_items()
MEASURED = kept.read()
EVIDENCE = tuple(f"I{n:02}" for n in range(1, 41))
REPLICATES = 2
EXPECTED = {name: way.spec.expected for name, way in WAYS.items() if way.spec.expected}
FOUND = {name: e for name, e in EXPECTED.items() if e.direction != "none"}


@pytest.fixture(scope="session")
def found() -> Found:
    return simulate(Runs(replicates=REPLICATES), alone(Runs(), WAYS))


# --- every item has a file ---


@pytest.mark.parametrize(
    ("document", "item"), [(document, item) for document, each in ITEMS.items() for item in each]
)
def test_an_item_has_a_file(document: str, item: str) -> None:
    assert (document, item) in described(WAYS.values())


def test_files_name_only_items_of_the_list() -> None:
    for document, item in described(WAYS.values()):
        assert item in ITEMS[document]


@pytest.mark.parametrize("place", ["portsmouth", "wiltshire"])
def test_every_file_can_be_put_to_use(place: str) -> None:
    scenarios = in_use(place, {name: [name] for name in WAYS})
    assert [scenario.name for scenario in scenarios] == [DO_NOTHING, *WAYS]


def test_check_passes_every_file() -> None:
    assert main(["check", *map(str, sorted(INTERVENTIONS.glob("*.toml")))]) == 0


@pytest.mark.parametrize("name", WAYS)
def test_a_file_says_where_it_comes_from_and_what_is_known(name: str) -> None:
    way = WAYS[name]
    assert set(way.spec.evidence) <= set(EVIDENCE)
    words = re.findall("[a-z]+", way.spec.evidence_note.lower())
    assert way.spec.evidence or {"none", "nothing", "no"} & set(words)
    assert way.path.read_text(encoding="utf-8").startswith("# ")
    expected = way.spec.expected
    assert expected is not None and meaning_of(expected.measure)
    assert expected.against is None or expected.against in WAYS


# --- each does what it says ---


@pytest.mark.parametrize("name", FOUND)
def test_a_way_moves_its_measure_as_expected(found: Found, name: str) -> None:
    expected = FOUND[name]
    change = difference(found, name, expected.against or DO_NOTHING, expected.measure).mean()
    assert change < 0 if expected.direction == "lower" else change > 0


@pytest.mark.parametrize("name", FOUND)
def test_the_measured_interval_excludes_zero(name: str) -> None:
    effect = MEASURED.effects[name]
    assert verdict(FOUND[name], effect.difference) == FOUND[name].direction
    assert effect.measure == FOUND[name].measure


def test_where_none_is_found_the_file_records_the_interval() -> None:
    for name in EXPECTED.keys() - FOUND.keys():
        recorded, measured = EXPECTED[name].found, MEASURED.effects[name].difference
        assert recorded is not None
        assert recorded.low <= 0 <= recorded.high
        assert (recorded.mean, recorded.low, recorded.high) == pytest.approx(
            (measured.mean, measured.low, measured.high), rel=1e-3
        )
    assert MEASURED.runs["effects"].replicates >= 8


def test_what_is_not_found_is_written_into_the_file(tmp_path: Path) -> None:
    text = WAYS["navigators"].path.read_text(encoding="utf-8")
    found_none = 'found = {mean = 0, low = 0, high = 0, place = "x", replicates = 2, seed = 0}'
    nothing = f'direction = "none"\n{found_none}'
    path = tmp_path / "navigators.toml"
    path.write_text(text.replace('direction = "lower"', nothing), encoding="utf-8")
    way = read_ways(tmp_path)["navigators"]
    difference = Interval(-1.25, -3.0, 0.5)
    effect = Effect("navigators", "people.most_complex", DO_NOTHING, 50.0, difference)
    write_found(way, effect, Runs(replicates=12, seed=7))
    expected = read_ways(tmp_path)["navigators"].spec.expected
    assert expected is not None and expected.found is not None
    found = expected.found
    assert (found.mean, found.low, found.high) == (-1.25, -3.0, 0.5)
    assert (found.place, found.replicates, found.seed) == ("portsmouth", 12, 7)


# --- the page ---


def test_the_page_is_made_from_the_files_and_the_measurements() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text(WAYS, ITEMS, MEASURED)


def test_every_change_of_every_way_has_words() -> None:
    """Also those that leave agencies or needs open."""
    for way in WAYS.values():
        for change in way.spec.changes:
            assert change_words(change).startswith(f"{change.kind}: ")


def test_what_was_measured_is_kept_as_it_was(tmp_path: Path) -> None:
    kept.save(MEASURED, tmp_path / "again.json")
    assert kept.read(tmp_path / "again.json") == MEASURED


def test_a_page_can_be_made_before_anything_is_measured() -> None:
    assert "not measured yet" in page_text(WAYS, ITEMS, Measured())


def test_three_pairs_help_and_three_hinder() -> None:
    verdicts = [pair_verdict(pair) for pair in MEASURED.pairs]
    assert verdicts.count("help each other") >= 3
    assert verdicts.count("get in each other's way") >= 3
    assert [(pair.a, pair.b, pair.measure) for pair in MEASURED.pairs] == list(CANDIDATES)


# --- taking apart and putting together ---


def test_each_change_is_left_out_once() -> None:
    way = WAYS["early_intervention"]
    nothing, whole, *less = without_each_change(Runs(), [way.name])
    assert nothing.changes == () and len(whole.changes) == len(less) == len(way.spec.changes)
    for i, scenario in enumerate(less):
        assert scenario.name == f"early_intervention_less_{i + 1}"
        assert set(whole.changes) - set(scenario.changes) == {whole.changes[i]}


def test_both_means_the_changes_of_both() -> None:
    scenarios = {s.name: s for s in together(Runs(), [("navigators", "blueprint")])}
    both = scenarios[both_name("navigators", "blueprint")]
    assert len(both.changes) == sum(
        len(scenarios[name].changes) for name in ("navigators", "blueprint")
    )


def made_up(**totals: list[float]) -> Found:
    one = dataclasses.make_dataclass("One", ["overall"])
    return {name: one({"m": np.array(values)}) for name, values in totals.items()}  # type: ignore[return-value]


def test_beyond_the_sum_is_what_neither_explains() -> None:
    found = made_up(do_nothing=[10, 20], a=[8, 17], b=[9, 18], a_and_b=[4, 10])
    assert list(beyond_the_sum(found, "a", "b", "m")) == [-3, -5]
    pair = pair_of(found, "a", "b", "m")
    assert (pair.alone_a.mean, pair.alone_b.mean, pair.both.mean, pair.beyond.mean) == (
        -2.5, -1.5, -8.0, -4.0,
    )  # fmt: skip


def test_a_pair_helps_where_it_goes_lower_than_the_sum() -> None:
    some = Interval(-1, -2, -0.5)
    more, less, neither = Interval(-1, -2, -0.1), Interval(1, 0.1, 2), Interval(0, -1, 1)
    told = [pair_verdict(Pair("a", "b", "m", some, some, some, i)) for i in (more, less, neither)]
    assert told == ["help each other", "get in each other's way", "not detected"]


def test_the_change_that_does_the_work_is_the_one_that_takes_most_with_it() -> None:
    left, small, large = Interval(-1, -2, 0), Interval(-1, -1.5, -0.5), Interval(-3, -4, -2)
    unsure = Interval(-9, -20, 2)
    parts = [Part(str(i), left, work) for i, work in enumerate((small, large, unsure))]
    assert the_work(parts) is parts[1]
    assert the_work(parts[2:]) is None


def test_a_verdict_says_when_it_is_not_as_expected() -> None:
    lower = Expected(measure="m", direction="lower", why="w")
    assert verdict(lower, Interval(-1, -2, -0.5)) == "lower"
    assert verdict(lower, Interval(1, 0.5, 2)) == "higher: not as expected"
    assert verdict(lower, Interval(-1, -2, 0.5)) == "not detected"


def test_items_are_listed_once() -> None:
    with (INTERVENTIONS.parent / "items.toml").open("rb") as file:
        every = [(doc, item) for doc, each in tomllib.load(file).items() for item in each]
    assert len(every) == len(set(every))
    assert YEARS == 2


def test_the_list_says_posts_and_pounds_and_goes_into_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At the model's prices and, for budgets, in a place that is named; nothing is made up."""
    assert main(["interventions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 114
    assert lines[0].startswith("Money is at 2023/24 prices. Budgets are those of Portsmouth;")
    under = {line.split(":")[0]: lines[i + 2].strip() for i, line in enumerate(lines)
             if not line.startswith(" ") and ": " in line and i > 1}  # fmt: skip
    assert set(under) == {path.stem for path in INTERVENTIONS.glob("*.toml")}
    assert under["navigators"] == "Navigators, 12 posts, £552k a year"
    assert under["street_triage"] == "besides posts and budgets: £250k a year"
    assert under["blueprint"] == "besides posts and budgets: £250k once"
    assert under["direct_early_help_form"] == "no cost in its file"
    assert under["early_intervention"] == (
        "Early help for families: £5.00m to £7.51m a year (+50%); "
        "besides posts and budgets: £60k a year"
    )
