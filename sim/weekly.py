"""Measures week by week: those of which a week's figure makes sense."""

from __future__ import annotations

from typing import Final

import numpy as np

from agents.arrays import Floats, PeopleCount
from sim.cast import Cast
from sim.demand import REFUSALS
from sim.record import Record

ADD_UP: Final = (
    "contacts.", "referrals.", "nfa.", "accepted.", "opened.", "closed.", "reopened.", "crisis.",
    "crisis_weeks", "children.entered_care", "people.treated.", "cost.", "deaths.",
)  # fmt: skip
"""How the names of measures begin that add up over time."""


def is_stock(measure: str) -> bool:
    """Whether a measure stands at a moment (people on the books) or adds up over time (contacts).

    Shares and means are neither; they are kept like stocks, as they do not add up.
    """
    return not measure.startswith(ADD_UP)


def weekly_series(record: Record, cast: Cast) -> dict[str, Floats]:
    """float64[weeks] of each measure, over the scenario's own weeks: what a week's figure is."""
    weeks = record.weeks
    contacts = weeks.contacts[:, :, : len(record.agencies)] + record.background
    found = {f"contacts.{name}": record.at(contacts, name) for name in cast.agencies}
    for name in cast.gated:
        found[f"referrals.{name}"] = record.at(weeks.referrals, name)
        found[f"accepted.{name}"] = record.at(weeks.accepted, name)
        found[f"nfa.{name}"] = record.at(weeks.refused, name)[..., REFUSALS].sum(axis=-1)
        found[f"waiting.{name}"] = record.at(weeks.waiting, name)
    for name in (*cast.gated, *cast.teams):
        found[f"open.{name}"] = record.at(weeks.open, name)
        found[f"opened.{name}"] = record.at(weeks.opened, name)
        found[f"closed.{name}"] = record.at(weeks.closed, name).sum(axis=-1)
    for outcome, name in enumerate(cast.outcomes):
        found[f"crisis.{name}"] = weeks.crisis_outcome[..., outcome]
    found["children.looked_after"] = record.people(PeopleCount.LOOKED_AFTER)
    found["children.entered_care"] = record.people(PeopleCount.ENTERED_CARE)
    found["people.multiple_needs"] = record.people(PeopleCount.MULTIPLE_NEEDS)
    found["people.in_crisis"] = record.people(PeopleCount.IN_CRISIS)
    return {name: np.asarray(value, np.float64).reshape(-1) for name, value in found.items()}
