"""The model's own task: variants by name and numbers, the same rows as a run gives."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from scenarios.files import HERE
from scenarios.problems import InputError
from sim.run import run_replicate
from sim.tasks import address, run_tasks
from sim.tasks.model import Simulation, scenario_of, simulate, simulation, variant
from tests.small_files import small_copy

MEASURES = ["cost.total", "people.multiple_needs"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Doing nothing in a place with one in a hundred of Portsmouth's residents."""
    return small_copy(tmp_path_factory.mktemp("small"), "do_nothing", "navigators")


def test_a_row_is_what_a_run_gives(base: Path) -> None:
    both = [variant(base), variant(base.with_stem("navigators"))]
    row = simulate(simulation(both, seed=3, replicate=1, measures=MEASURES, by_year=True))
    results = run_replicate([scenario_of(v) for v in both], 3, 1)
    for asked, result in zip(both, results, strict=True):
        for measure in MEASURES:
            i = result.names.index(measure)
            assert row[f"{asked.name}/{measure}"] == result.overall[i]
            assert row[f"{asked.name}/{measure}/years"] == list(result.per_year[i])
    assert len(row) == 8


def test_without_a_choice_all_measures_are_given(base: Path) -> None:
    row = simulate(simulation([variant(base)], seed=1, replicate=0))
    assert len(row) > 100


def test_numbers_interventions_mechanisms_and_years_are_set(base: Path) -> None:
    wanted = variant(
        base, name="other", numbers={"general.people.frailty_sigma": 0.3}, using=["navigators"],
        off=["withdrawal"], years=1,
    )  # fmt: skip
    scenario = scenario_of(wanted)
    assert scenario.evidence.general["people.frailty_sigma"].value == 0.3
    assert [type(d.change).__name__ for d in scenario.changes] == ["TeamChange"]
    assert not scenario.mechanisms.withdrawal
    assert (scenario.name, scenario.years) == ("other", 1)


def test_a_task_is_little_more_than_names_and_numbers(base: Path) -> None:
    task = simulation([variant(base, numbers={"general.people.frailty_sigma": 0.3})], 1, 0)
    assert len(pickle.dumps(task)) < 1000


def test_other_workers_give_the_same_rows(base: Path, tmp_path: Path) -> None:
    tasks = [simulation([variant(base, years=1)], 1, r, MEASURES) for r in range(3)]
    here = run_tasks(simulate, tasks)
    assert run_tasks(simulate, tasks, workers=2, folder=tmp_path / "kept") == here
    assert run_tasks(simulate, tasks, folder=tmp_path / "kept") == here


def test_two_variants_need_two_names(base: Path) -> None:
    with pytest.raises(ValueError, match="the same name"):
        simulation([variant(base), variant(base, years=1)], 1, 0)


def test_other_files_are_another_task_which_is_refused_here(base: Path) -> None:
    task = simulation([variant(base)], 1, 0)
    other = Simulation(task.variants, 1, 0, (), False, "0" * 64)
    assert address(simulate, task) != address(simulate, other)
    with pytest.raises(InputError, match="not those that the task was made with"):
        simulate(other)


def test_what_is_no_number_of_the_register_is_named() -> None:
    path = HERE / "portsmouth" / "do_nothing.toml"
    with pytest.raises(InputError, match="fraility"):
        scenario_of(variant(path, numbers={"general.people.fraility_sigma": 1.0}))
