"""Boxes of futures: planted ones are found, and none where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.discover import discovered, text_of
from experiments.futures import Futures, relevant
from experiments.prim import find_box, holds
from tests.questions import SCENARIOS, ask, shrink
from tests.small import small


@pytest.mark.parametrize("futures", [120, 200, 400])
def test_a_planted_box_is_found(futures: int) -> None:
    """Among 150 numbers, with one label in twenty wrong."""
    rng = np.random.default_rng(1)
    x = rng.random((futures, 150))
    truth = (x[:, 3] > 0.6) & (x[:, 7] < 0.5)
    box = find_box(x, truth ^ (rng.random(futures) < 0.05))
    assert box is not None
    assert {limit.column for limit in box.limits} == {3, 7}
    fresh = rng.random((4000, 150))
    inside, should = holds(fresh, box), (fresh[:, 3] > 0.6) & (fresh[:, 7] < 0.5)
    assert (inside == should).mean() > 0.9


def test_no_box_where_failure_is_luck() -> None:
    """Twenty tries at a false alarm of 5%: four or more would come up once in 60."""
    rng = np.random.default_rng(2)
    found = [find_box(rng.random((100, 100)), rng.random(100) < 0.3) for _ in range(20)]
    assert sum(box is not None for box in found) < 4


def test_nothing_to_find_where_nothing_or_everything_fails() -> None:
    x = np.random.default_rng(3).random((50, 5))
    assert find_box(x, np.zeros(50, np.bool_)) is None
    assert find_box(x, np.ones(50, np.bool_)) is None


def test_a_box_in_words_is_held_against_fresh_futures() -> None:
    scenario = small("navigators")
    names = tuple(relevant(scenario))
    column = names.index("general.support.trust_loss_closure")
    rng = np.random.default_rng(4)
    numbers = relevant(scenario)
    low = np.array([numbers[n].low for n in names])
    high = np.array([numbers[n].high for n in names])

    def some(n: int) -> Futures:
        return Futures(names, low + rng.random((n, len(names))) * (high - low), np.zeros((n, 2)))

    old, new = some(120), some(60)
    middle = (low + high)[column] / 2

    def change(futures: Futures) -> np.ndarray:  # type: ignore[type-arg]
        return middle - futures.numbers[:, column]  # less than nought, a failure, where high

    found = discovered(scenario, "net_benefit", 5, 1, old, new, change(old), change(new))
    boxed = found.boxes[0]
    hit, inside = boxed.fresh_inside
    assert hit / inside > 0.95 and boxed.fresh_outside[0] / boxed.fresh_outside[1] < 0.1
    text = " ".join(text_of(found).split())
    assert "general.support.trust_loss_closure is above" in text
    assert "fresh futures it failed in" in text


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch, share=0.01)
    found = ask(
        tmp_path / "out", "discover", str(SCENARIOS / "navigators.toml"), "--within", "1",
        "--futures", "20", "--goal", "crisis_weeks",
    )  # fmt: skip
    assert found["futures"] == 20 and found["fresh_futures"] == 10
    assert 0 <= found["failed"] <= 20
