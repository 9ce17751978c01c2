"""Which measures a scenario's runs give, and what to say of one that is none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from experiments.commands import BadRequest

if TYPE_CHECKING:
    from scenarios.resolved import Scenario


def check_measures(measures: Iterable[str], scenario: Scenario, by_group: bool = False) -> None:
    """Raises BadRequest where there is no such measure, with the nearest there is.

    With ``by_group`` those by group are let through: which there are, is known after a run.
    """
    known = list(measures_of(scenario))
    for measure in measures:
        if measure not in known and not (by_group and ".by." in measure):
            near = get_close_matches(measure, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "for example people.multiple_needs"
            raise BadRequest(f"--measure: there is no measure {measure}; {hint}")


def measures_of(scenario: Scenario) -> Iterator[str]:
    """The names of all measures that a run of the scenario may give, but for those by group."""
    from agents.draft import door_names
    from sim.metrics import MEANING

    specs = scenario.evidence.agencies
    fill = {
        "agency": list(specs),
        "door": list(door_names(scenario)),
        "payer": list(dict.fromkeys(spec.payer for spec in specs.values())),
        "outcome": list(scenario.evidence.crisis.outcomes),
    }
    for name in MEANING:
        head, _, blank = name.partition("{")
        yield from (
            head + filled for filled in (fill.get(blank.rstrip("}"), []) if blank else [""])
        )
