"""The command `upstream report`: a results folder, or a workshop's, as HTML and PDF."""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import Any

from experiments.commands import BadRequest
from experiments.output import say
from experiments.report.content import Part, Report, report_of, scenario_texts
from experiments.report.html import to_html
from experiments.report.kept import NoComparison, findings_in
from experiments.report.pdf import to_pdf
from sim.store import Damaged, check_file, write_file


def report(arguments: argparse.Namespace) -> int:
    """Write the report beside the results, or where it is asked for."""
    folder: Path = arguments.folder
    out = arguments.out or folder.with_name(f"{folder.resolve().name}_report")
    targets = {kind: out.with_name(f"{out.name}.{kind}") for kind in ("html", "pdf")}
    for path in targets.values():
        check_file(path)
    made = made_from(folder)
    write_file(targets["html"], to_html(made).encode())
    write_file(targets["pdf"], to_pdf(made))
    say("\n".join(str(path) for path in targets.values()))
    return 0


def made_from(folder: Path) -> Report:
    """The report of a folder. Raises BadRequest."""
    from experiments.workshop.memory import LOG

    workshop = (folder / LOG).is_file()
    results = folder / "answers" if workshop else folder
    if workshop and not results.is_dir():
        raise BadRequest(
            f"{folder}: nothing on this workshop's wall has been worked out to its end yet; open "
            "the workshop again and wait until the wall is settled"
        )
    try:
        found, manifest = findings_in(results)
    except (Damaged, NoComparison) as error:
        raise BadRequest(str(error)) from error
    if not workshop:
        return report_of(found, manifest, scenario_texts(manifest))
    return workshop_report(found, manifest, folder)


def workshop_report(found: Any, manifest: dict[str, Any], folder: Path) -> Report:
    """A workshop: what it decided and predicted first, then the comparison of what it kept."""
    from experiments.workshop.memory import LOG, read_log, room_of

    room = room_of(read_log(folder / LOG)[0])
    texts = {f"{kept.name}.toml": kept.toml for kept in room.kept.values()}
    base = folder / "scenarios" / f"{found.base}.toml"
    if base.is_file():
        texts = {base.name: base.read_text(encoding="utf-8")} | texts
    return report_of(found, manifest, texts, room_parts(room))


def room_parts(room: Any) -> list[Part]:
    """The room's decisions, predictions and votes."""
    title = {kept.name: kept.title for kept in room.kept.values()}
    decided = []
    for note in room.notes:
        who = f" – {note['who']}" if note["who"] else ""
        about = f" (about “{title[note['scenario']]}”)" if note["scenario"] in title else ""
        decided.append(f"{note['text']}{who}{about}")
    kept = [f"“{k.title}”" + (f", {k.table}" if k.table else "") for k in room.kept.values()]
    asked = [_prediction(question) for question in room.questions.values() if question.closed]
    return [
        Part("What the room decided", points=tuple(decided) or ("No decision was noted.",)),
        Part("What the room kept", points=tuple(kept)),
        Part("What the room predicted and voted", points=tuple(asked)),
    ]


def _prediction(question: Any) -> str:
    given = sorted(question.answers.values())
    if not given:
        return f"{question.text} Nobody answered."
    if question.sort == "vote":
        votes = [f"{c}: {given.count(i)}" for i, c in enumerate(question.choices)]
        return f"{question.text} {'; '.join(votes)}."
    about = "; ".join(question.change.get("words", [])) if question.change else ""
    return (
        f"{question.text} {len(given)} answered, from {given[0]:,.6g} to {given[-1]:,.6g}; half "
        f"said {statistics.median(given):,.6g} or less."
        + (f" What it was about: {about}." if about else "")
    )
