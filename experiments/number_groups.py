"""Sorts of uncertain numbers: what a single number is too small to be told of, its sort may be.

The same number of all nine needs is one sort (how far support lowers where a need settles), each
section of the register's general numbers is one, and so are a team's own numbers, and prices.
"""

from __future__ import annotations

from typing import Final

from experiments.wording import plain_words

NEEDS: Final = {
    "ace_log_slope": "how much adverse childhoods raise their onset",
    "set_point_at_onset": "where they settle when they begin",
    "relax_per_week": "how quickly they return to where they settle",
    "noise_sd_per_week": "how much they move from week to week",
    "coupling": "how much they pull one another up",
    "entrench_per_week": "how fast they entrench while unmet",
    "remission_per_year": "how fast they pass without help",
    "heal": "how far support lowers where they settle",
    "contacts_per_week": "how many contacts they make",
    "night_share": "how many of these are out of hours",
}
"""Of every need that has such a number."""
SECTIONS: Final = {
    "adversity": "Adversity: what reaches children, what lasts of an event",
    "care": "Children in care, and what care leaves behind",
    "doors": "Doors: what referrals convey, queues, pressure",
    "lifecourse": "The years before the first week",
    "money": "Arrest and prison: how often, how long, what price",
    "people": "People: how they differ, trust, making contact",
    "support": "Support: attendance, trust won and lost, letting go",
}
"""Of the register's general numbers."""
PRICES: Final = "Prices of contacts, and agencies' places"


def group_of(name: str) -> str:
    """The sort of a number of the register, or of a dial."""
    kind, *rest = name.split(".")
    if kind == "needs":
        return f"Needs: {NEEDS.get(rest[-1], plain_words(rest[-1]).lower())}"
    if kind == "general":
        return SECTIONS.get(rest[0], plain_words(rest[0]))
    if kind == "team":
        return f"{plain_words(rest[0])}: the team's own numbers"
    return PRICES if kind in ("agencies", "crisis") else plain_words(kind)
