"""The first lines of a report: sentences for people, demand and money, each with its doubt."""

from __future__ import annotations

from dataclasses import replace

from experiments.compare import Replicates
from experiments.empty_places import LITTLE
from experiments.report.answers import NO_BREAK
from experiments.report.in_short import (
    BEFORE_THE_MONEY,
    NO_DEMAND,
    ONE_RUN,
    ONE_WAY,
    OUTSIDE,
    UNDONE,
    in_short,
)
from tests.test_report import _at_sets as at_sets
from tests.test_report import findings_of

IN_SHORT = {
    "people.multiple_needs": (4, 1), "contacts.police": (60, 55), "contacts.ae": (9, 1),
    "cost.total": (-20, 30),
}  # fmt: skip


def test_in_short_each_sentence_says_whether_it_is_beyond_chance() -> None:
    """Of the doors the surest is told; 60 ±55 of the police is larger, and less sure."""
    ((_, lines),) = in_short(findings_of(IN_SHORT))
    assert lines == (
        "People: 4.0 ±1.0 more people with multiple unmet needs, on 100: beyond chance.",
        "Demand (the surest change among police, ambulance and A&E): 9.0 ±1.0 more contacts a year "
        "with A&E and emergency admissions, on 100: beyond chance.",
        "Money: no detectable difference in what all services and programmes together spend a "
        "year (±£30): not beyond chance.",
    )


def test_in_short_children_entering_care_are_told_where_that_is_beyond_chance() -> None:
    """It may be the surest thing of all that a plan does."""
    for difference, n in (((-3.0, 1.0), 4), ((-3.0, 5.0), 3)):
        some = IN_SHORT | {"children.entered_care": difference}
        ((_, lines),) = in_short(findings_of(some))
        assert len(lines) == n
        said = "Children: 3.0 ±1.0 fewer children entering care a year, on 100: beyond chance."
        assert (said in lines) == (n == 4)


def test_in_short_the_range_over_plausible_numbers_is_told() -> None:
    one = findings_of(IN_SHORT)
    shifts = {"people.multiple_needs": (-9.0, 8.0), "contacts.police": (10.0, 90.0),
              "contacts.ae": (7.0, 19.0), "cost.total": (-90.0, -70.0)}  # fmt: skip
    ((_, lines),) = in_short(at_sets(one, shifts))
    people, demand, money = (line.replace(NO_BREAK, " ") for line in lines)
    assert people.startswith("People: perhaps 4.0 ±1.0 more people") and UNDONE in people
    assert people.endswith("; plausible numbers 9.0 fewer to 8.0 more.")
    assert demand.endswith(": beyond chance; plausible numbers 7 to 19 more.")
    ((_, lines),) = in_short(at_sets(one, shifts | {"contacts.ae": (-7.0, 19.0)}))
    assert lines[1].startswith("Demand (as far as chance goes, the surest change among police,")
    assert OUTSIDE not in people + demand + money  # of money no figure is put forward
    assert money.endswith(f": {ONE_WAY}; plausible numbers £70 to £90 less.")


def test_in_short_a_figure_outside_its_range_is_told_to_be() -> None:
    shifts = {"people.multiple_needs": (5.0, 8.0), "contacts.ae": (7.0, 19.0)}
    ((_, (people, demand, _)),) = in_short(at_sets(findings_of(IN_SHORT), shifts))
    told = people.replace(NO_BREAK, " ")
    assert told.endswith(f"beyond chance; plausible numbers 5.0 to 8.0 more{OUTSIDE}.")
    assert OUTSIDE not in demand
    near = {"people.multiple_needs": (4.04, 8.0), "contacts.ae": (7.0, 19.0)}
    ((_, (people, *_)),) = in_short(at_sets(findings_of(IN_SHORT), near))
    told = people.replace(NO_BREAK, " ")
    assert told.endswith("plausible numbers 4.0 to 8.0 more."), "4.0 of 4.0 to 8.0 is not outside"


def test_in_short_nothing_is_made_up_where_nothing_differs_or_one_run_was_made() -> None:
    still = dict.fromkeys(IN_SHORT, (0.0, 0.0))
    ((_, (people, demand, money)),) = in_short(findings_of(still))
    assert people == "People: no difference at all in how many people have multiple unmet needs."
    assert demand == NO_DEMAND.replace("detectable difference", "difference at all") + "."
    unsure = IN_SHORT | dict.fromkeys(("contacts.police", "contacts.ae"), (1.0, 5.0))
    ((_, (_, demand, _)),) = in_short(findings_of(unsure))
    assert demand == f"{NO_DEMAND}."
    ((_, (_, demand, _)),) = in_short(at_sets(findings_of(unsure), {"contacts.police": (-10, 90)}))
    told = demand.replace(NO_BREAK, " ")
    assert told == f"{NO_DEMAND}; plausible numbers: the police 10 fewer to 90 more."
    assert money.startswith("Money: no difference at all in what all services")
    found = findings_of(IN_SHORT)
    once = {name: Replicates({m: x[:1] for m, x in side.overall.items()}, {})
            for name, side in found.scenarios.items()}  # fmt: skip
    ((_, lines),) = in_short(replace(found, scenarios=once, replicates=(0,)))
    assert all(ONE_RUN in line and "beyond chance" not in line for line in lines)
    assert not list(in_short(replace(found, titles={"a": "A"})))


def test_in_short_empty_places_and_numbers_that_hardly_matter_are_told() -> None:
    note = "Places stand empty: Advice. Nobody waits there, so"
    found = replace(findings_of(IN_SHORT), notes=(note, "Another."))
    *_, (title, (said,)) = in_short(at_sets(found, dict.fromkeys(IN_SHORT, (7.0, 7.0))))
    assert title == BEFORE_THE_MONEY
    assert said.startswith(f"Places stand empty: Advice. {LITTLE} How much")
    (_, (people, *_)), _ = in_short(at_sets(found, dict.fromkeys(IN_SHORT, (7.0, 7.0))))
    assert people.endswith("; other plausible numbers move it no further than luck does.")
