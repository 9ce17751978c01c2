"""Names of a table's rows as they are read out without the table."""

from __future__ import annotations

from typing import Final

from experiments.rows import WAITS, Row

SPOKEN: Final = {
    "people.multiple_needs": "People with multiple unmet needs",
    "people.most_complex": "People with the most complex needs, in a year",
    "people.in_crisis": "People in crisis in an average week",
    "hidden.below_every_threshold": "People below every door's threshold",
    "hidden.known_to_many_helped_by_none": "People known to many and helped by none",
    "nfa_share.from_police": "Referrals by the police refused",
    "nfa.below_threshold": "Referrals refused a year as below the threshold",
    "nfa.excluded": "Referrals refused a year by an exclusion",
    "contacts.police_mental_health": "Contacts with the police about mental health, a year",
    "failure_demand.share": "Contacts after a refusal or closure, of all",
    "concentration.top_9pct_share": "The heaviest 9%'s share of contacts with the police",
    "nfa_share.both_needs": "Referrals refused of people with mental ill-health and drugs",
}
"""What needs the table's headings to be understood, in words of its own."""
AFTER: Final = {
    "Demand: contacts a year": "contacts a year",
    "Referrals refused a year, by door": "referrals refused a year",
    WAITS: "weeks of waiting",
}
"""What the names of agencies mean under these headings."""


def spoken(section: str, row: Row) -> str:
    """A row's name outside of its table, and outside of its section."""
    label = SPOKEN.get(row.measure, row.label.strip())
    of_agency = section in AFTER and row.measure not in SPOKEN
    return f"{label}, {AFTER[section]}" if of_agency else label
