"""Which measures a scenario's runs give, and what to say of one that is none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from experiments.commands import BadRequest

if TYPE_CHECKING:
    from scenarios.resolved import Scenario

CONTACTS = "contacts."
FOR_CONTACTS = ("demand", "calls")
"""What people call contacts."""


def check_measures(measures: Iterable[str], scenario: Scenario, by_group: bool = False) -> None:
    """Raises BadRequest where there is no such measure, with the nearest there is.

    With ``by_group`` those by group are let through: which there are, is known after a run.
    """
    known = list(measures_of(scenario))
    for measure in measures:
        if measure not in known and not (by_group and ".by." in measure):
            near = _nearest(measure, known)
            hint = f"did you mean {near}?" if near else "for example people.multiple_needs"
            raise BadRequest(f"--measure: there is no measure {measure}; {hint}")


def _nearest(measure: str, known: list[str]) -> str:
    """The measure that was probably meant, or "".

    Who writes a first word of their own before an agency (``demand.police``) asks for its contacts,
    not for what happens to be spelt alike (``opened.police``).
    """
    head, _, last = measure.partition(".")
    heads = {name.partition(".")[0] for name in known}
    if last and not get_close_matches(head, heads, n=1, cutoff=0.8):
        whose = [x.removeprefix(CONTACTS) for x in known if x.startswith(CONTACTS)]
        cutoff = 0.6 if head in FOR_CONTACTS else 1.0
        if near := get_close_matches(last, whose, n=1, cutoff=cutoff):
            return CONTACTS + near[0]
    return next(iter(get_close_matches(measure, known, n=1)), "")


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
