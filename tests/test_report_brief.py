"""`upstream report --brief`: two pages in the words of the whole report, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from experiments.report.answers import changes_most
from experiments.report.brief import BESIDES, PERHAPS, PICTURES, THE_WHOLE, brief_of
from experiments.report.content import OF_WAITS, report_of
from experiments.report.pdf import to_pdf
from tests.test_report import _at_sets as at_sets
from tests.test_report import findings_of

EVERY = {
    "people.multiple_needs": (4.0, 1.0), "contacts.police": (60.0, 55.0),
    "contacts.ae": (9.0, 1.0), "cost.total": (10.0, 30.0), "cost.payer.nhs": (300.0, 10.0),
    "cost.payer.council": (-90.0, 5.0), "wait_weeks.housing": (9.0, 1.0),
}  # fmt: skip
MANIFEST = {"version": "1", "scenarios": {"b": {"differs": ["a budget is cut"]}}}


def test_it_says_what_the_whole_report_says_and_nothing_else() -> None:
    found = at_sets(findings_of(EVERY), dict.fromkeys(EVERY, (7.0, 9.0)))
    brief = {part.title: part for part in brief_of(found, MANIFEST).parts}
    whole = {part.title: part for part in report_of(found, MANIFEST, {}).parts}
    assert brief["In short"] == whole["In short"]
    assert brief["What was asked"].groups == whole["What was asked"].groups
    ((label, paid),) = brief["Who pays"].groups
    assert paid and (f"{label}: who pays", paid) in whole["The answer"].groups
    ((_, besides),) = brief["What else changes most"].groups
    assert besides == dict(whole["The answer"].groups)[f"{label}: what else changes most"]
    assert besides[0].startswith("Housing, weeks of waiting: ")
    assert [p.title for p in brief["Pictures"].pictures] == list(PICTURES)
    sure = brief["How sure is this?"].points
    assert {PERHAPS, THE_WHOLE} <= set(sure) and OF_WAITS not in sure
    assert set(sure) - {PERHAPS, THE_WHOLE} <= set(whole["Limits"].points)


def test_of_what_else_changes_the_largest_few_are_told() -> None:
    more = {
        f"{sort}.{agency}": (9.0, 1.0)
        for sort in ("wait_weeks", "waiting", "contacts") for agency in ("housing", "substance")
    }  # fmt: skip
    ((label, every),) = changes_most(findings_of(EVERY | more), 99)
    ((_, told),) = changes_most(findings_of(EVERY | more), BESIDES)
    assert label == "B" and len(every) > len(told) == BESIDES and told == every[:BESIDES]


def test_empty_places_are_told_in_short_and_their_detail_is_left_to_the_whole() -> None:
    note = "Places stand empty: Advice. Nobody waits there, so"
    brief = brief_of(replace(findings_of(EVERY), notes=(note, "Another.")), MANIFEST).parts
    *_, (_, (said,)) = brief[0].groups
    assert said.endswith("stands under “The answer” in the whole report.")
    points = next(part.points for part in brief if part.title == "How sure is this?")
    assert "Another." in points and note not in points


BUYS = "“B”: part of its money buys empty places: Advice has 90 places in the end, of which 60 are"
WHY = ": people wait for an assessment there, not for a place"
COUNTS = (
    ": if nothing is changed, 30 of 90 places are taken while 40 people wait. What a budget does "
    "there rests first of all on assessments_per_post_per_week = 2 (assumed)"
)
SHORT = f"Advice{WHY}{COUNTS}"


def test_who_waits_for_an_assessment_is_told_with_the_number_that_it_rests_on() -> None:
    notes = (BUYS, f"{SHORT}: write your own into p.toml, below [agencies.advice]")
    brief = brief_of(replace(findings_of(EVERY), notes=notes), MANIFEST).parts
    *_, (_, said) = brief[0].groups
    assert said == (
        "Part of its money buys empty places: Advice.",
        f"Advice{WHY}.",
    )
    points = next(part.points for part in brief if part.title == "How sure is this?")
    assert f"Advice{COUNTS}." in points and not set(notes) & set(points)


def test_one_scenario_takes_two_pages() -> None:
    """With every payer told, and all three doors."""
    more = {f"cost.payer.{payer}": (300.0, 10.0) for payer in ("nhs", "police", "justice")}
    more["children.entered_care"] = (4.0, 1.0)
    found = at_sets(findings_of(EVERY | more), dict.fromkeys(EVERY | more, (7.0, 9.0)))
    assert to_pdf(brief_of(found, MANIFEST)).count(b"/Type /Page\n") == 2
    wordy = replace(found, notes=("A caution. " * 40, "Another one. " * 60))
    assert to_pdf(brief_of(wordy, MANIFEST)).count(b"/Type /Page\n") == 2
    much = brief_of(replace(found, notes=("A caution. " * 50,) * 6), MANIFEST)
    assert to_pdf(much).count(b"/Type /Page\n") == 2, "in smaller letters, at narrower margins"
    assert to_pdf(replace(much, pages=0)).count(b"/Type /Page\n") == 3
    both = replace(found, notes=(BUYS, f"{SHORT}: write your own", "A caution. " * 60))
    assert to_pdf(brief_of(both, MANIFEST)).count(b"/Type /Page\n") == 2


def test_of_one_scenario_its_levels_are_told() -> None:
    """As of a workshop whose room has kept nothing yet."""
    found = replace(findings_of(EVERY), titles={"a": "A"})
    parts = {part.title: part for part in brief_of(found, MANIFEST).parts if not part.empty}
    ((label, lines),) = parts["The answer"].groups
    assert label == "A" and any(line.startswith("Police, contacts a year: ") for line in lines)
    assert "In short" not in parts and "Who pays" not in parts
