"""What all tests have in common: the same examples each time, and stages that are set once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from experiments.census import Census

# Hypothesis: a test passes for ever or tells of a change
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def census() -> Census:
    """Three years of a thirtieth of Portsmouth, with queues, and what each of its people had."""
    from experiments.census import take_census
    from tests.worlds import tight

    return take_census(tight("do_nothing", share=0.03, years=3), 1, 1)
