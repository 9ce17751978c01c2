"""Which measures a commissioner's table shows, in which order, in which words.

All measures are in results.json; the table has those a reader asks for first. A row whose measure
the run does not report is left out, and rows by agency or payer follow what the files declare.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from experiments.wording import Kind, plain_words


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    measure: str
    label: str
    kind: Kind = "count"


@dataclass(frozen=True)
class Section:
    """Lines under one heading."""

    title: str
    rows: tuple[Row, ...]


WHAT_IS_COUNTED = (
    "Contacts are calls and visits, by residents with needs and by all others. Referrals ask an "
    "agency to take a person on; refused are those that ended without help: below the threshold, "
    "excluded, or given up waiting. What each measure is: docs/generated/measures.md."
)
"""What demand and doors are counted in."""
WAITS = "Weeks of waiting, by door (the model's own: believe the change more than the level)"
PEOPLE = (
    Row("people.multiple_needs", "With multiple unmet needs"),
    Row("people.most_complex", "Most complex, in a year"),
    Row("people.in_crisis", "In crisis in an average week"),
    Row("crisis_weeks", "Weeks in crisis a year, in total"),
    Row("hidden.below_every_threshold", "Below every door's threshold"),
    Row("hidden.known_to_many_helped_by_none", "Known to many, helped by none"),
    Row("children.entered_care", "Children entering care a year"),
    Row("children.looked_after", "Children looked after"),
    Row("aces.mean_at_18", "Adverse experiences by age 18", "number"),
)
DEMAND = (
    Row("contacts.police_mental_health", "Police, about mental health"),
    Row("failure_demand.share", "Share after a refusal or closure", "share"),
    Row("concentration.top_9pct_share", "Police: share of the heaviest 9%", "share"),
)
DOORS = (
    Row("nfa_share", "Referrals refused, of those judged", "share"),
    Row("nfa_share.from_police", "  of referrals by the police", "share"),
    Row("nfa_share.both_needs", "  with mental ill-health and drugs", "share"),
    Row("nfa.below_threshold", "Refused a year: below threshold"),
    Row("nfa.excluded", "Refused a year: excluded"),
    Row("nfa.gave_up", "Gave up waiting a year"),
    Row("yoyo.reopened_within_year", "Withdrawn, back within a year", "share"),
    Row("yoyo.spells_per_person", "Openings per person ever open", "number"),
    Row("closed.non_engagement_share", "Closed for non-engagement", "share"),
)
MONEY = (
    Row("cost.total", "All services and programmes", "money"),
    Row("cost.reactive", "Reacting to crises", "money"),
    Row("cost.planned", "Planned help", "money"),
    Row("cost.programme", "The programme itself", "money"),
    Row("cost.per_person_with_multiple_needs", "Each person with multiple needs", "money"),
)
BENEFIT = (Row("net_benefit", "Net benefit, discounted", "money"),)
NO_AGENCY = {row.measure for rows in (DEMAND, DOORS, MONEY) for row in rows}
"""Measures that are named like those of an agency, and have rows of their own."""


def sections(measures: Collection[str], agencies: Mapping[str, str]) -> list[Section]:
    """The table's sections, with only the rows that ``measures`` can fill.

    ``agencies`` gives the titles of agencies and teams, in the order they are shown.
    """
    contacts = _by_name("contacts.", measures, agencies, "count")
    waiting = _by_name("wait_weeks.", measures, agencies, "number")
    refused = _by_name("nfa.", measures, agencies, "count")
    costs = _by_name("cost.", measures, agencies, "money")
    payers = [
        *_by_name("cost.payer.", measures, {}, "money", " pays"),
        *_by_name("cashable_saving.", measures, {}, "money", " saves in cash"),
    ]
    everything = [
        Section("People", PEOPLE),
        Section("Demand: contacts a year", (*contacts, *DEMAND)),
        Section("What happens at the doors", DOORS),
        Section("Referrals refused a year, by door", tuple(refused)),
        Section(WAITS, tuple(waiting)),
        Section("Money a year", (*MONEY, *costs)),
        Section("Who pays and who saves, a year", (*payers, *BENEFIT)),
    ]
    return [s for s in (_present(section, measures) for section in everything) if s.rows]


def _by_name(
    prefix: str,
    measures: Collection[str],
    titles: Mapping[str, str],
    kind: Kind,
    suffix: str = "",
) -> list[Row]:
    """A row for each agency's or payer's measure, titled ones first and in their order."""
    own = [m for m in measures if m.startswith(prefix) and m not in NO_AGENCY]
    names = [name for m in own if "." not in (name := m.removeprefix(prefix))]
    order = list(titles)
    names.sort(key=lambda name: order.index(name) if name in titles else len(order))
    return [
        Row(prefix + name, titles.get(name, plain_words(name)) + suffix, kind) for name in names
    ]


def _present(section: Section, measures: Collection[str]) -> Section:
    return Section(section.title, tuple(row for row in section.rows if row.measure in measures))
