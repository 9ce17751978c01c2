"""The words at a picture's axes."""

from __future__ import annotations

import pytest

from experiments import drawing


@pytest.mark.parametrize(
    ("at", "said"),
    [(0.0, "0"), (2.5, "2.5"), (-7.5, "-7.5"), (0.25, "0.25"), (40.0, "40"), (950.0, "950"),
     (12_500.0, "12,500"), (1_250_000.0, "1.25m")],
)  # fmt: skip
def test_a_tick_says_where_it_stands(at: float, said: str) -> None:
    assert drawing.counts(at) == said
    assert drawing.signed_counts(at) == ("+" if at > 0 else "") + said
