"""The list of sources: what the codes in the evidence files stand for."""

from __future__ import annotations

import csv
from typing import Final

from experiments.markdown import table
from scenarios.files import HERE

FILE: Final = HERE / "evidence" / "sources.csv"
DOCUMENTS: Final = {
    "S000": "Wiltshire, “Pain, potential and the need for paracetamol”: on those who call most",
    "S001": "Portsmouth City Council, scrutiny panel on people with complex needs, 2016",
    "S002": "Early Action Together, Wales: executive summary on police and vulnerability",
    "S003": "Durham, Vulnerability Intervention Pathways, update of 2017",
    "S004": "Local Government Association, survey on the Mental Health Crisis Concordat, 2015",
}
HEADINGS: Final = ("code", "what", "value", "low to high", "unit", "source", "seen", "notes")


def sources() -> list[dict[str, str]]:
    """Every figure of the list, a row each; one code may have several."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sources_page() -> str:
    """What the codes stand for, and how far each figure was verified."""
    return "\n\n".join(
        [
            "# Sources",
            "What the codes stand for in the column “source” of the numbers, and in the evidence "
            "of interventions. *Seen* says how far a figure can be trusted: **V** found in a "
            "published text (often an abstract or a press report; where is said), **S** in one of "
            "the five documents, **D** worked out from those, **M** from memory and not checked, "
            "**J** a modeller's judgement. Low and high are judgement unless the notes say "
            "otherwise. The figures that calibration uses have names of their own, such as P7 and "
            "W1, on [its page](../calibration.md).",
            table(("document", "what it is"), DOCUMENTS.items()),
            table(HEADINGS, (_row(source) for source in sources())),
        ]
    )


def _row(source: dict[str, str]) -> tuple[str, ...]:
    span = f"{source['low']} to {source['high']}" if source["low"] else ""
    unit = " ".join(filter(None, (source["unit"], source["price_year"])))
    return (source["code"], source["what"], source["value"], span, unit, source["source"],
            source["seen"], source["notes"])  # fmt: skip
