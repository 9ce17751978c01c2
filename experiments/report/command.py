"""The command `upstream report`: a results folder, or a workshop's, as HTML and PDF."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from experiments.commands import BadRequest
from experiments.output import say
from experiments.report.asked import differs, in_sentences
from experiments.report.brief import brief_of
from experiments.report.content import Report, report_of
from experiments.report.html import to_html
from experiments.report.kept import NoComparison, findings_in
from experiments.report.pdf import to_pdf
from experiments.report.repeat import scenario_texts
from experiments.report.room import how_to_repeat, room_parts
from sim.store import Damaged, check_file, write_file


def report(arguments: argparse.Namespace) -> int:
    """Write the report beside the results, or where it is asked for."""
    folder: Path = arguments.folder
    sort = "brief" if arguments.brief else "report"
    out = arguments.out or folder.with_name(f"{folder.resolve().name}_{sort}")
    targets = {kind: out.with_name(f"{out.name}.{kind}") for kind in ("html", "pdf")}
    for path in targets.values():
        check_file(path)
    made = made_from(folder, arguments.brief)
    write_file(targets["html"], to_html(made).encode())
    write_file(targets["pdf"], to_pdf(made))
    say("\n".join(str(path) for path in targets.values()))
    return 0


def made_from(folder: Path, brief: bool = False) -> Report:
    """The report of a folder, or its brief. Raises BadRequest."""
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
        if brief:
            return brief_of(found, manifest)
        return report_of(found, manifest, scenario_texts(manifest))
    return workshop_report(found, manifest, folder, brief)


def workshop_report(
    found: Any, manifest: dict[str, Any], folder: Path, brief: bool = False
) -> Report:
    """A workshop: what it decided and predicted first, then the comparison of what it kept."""
    from experiments.workshop.memory import LOG, read_log, room_of

    room = room_of(read_log(folder / LOG)[0])
    kept = {name: differs(manifest, name) or by_files(folder, found.base, name)
            for name in room.kept}  # fmt: skip
    of_the_room = room_parts(room, found, kept)
    if brief:
        return brief_of(found, manifest, of_the_room)
    texts = {f"{kept.name}.toml": kept.toml for kept in room.kept.values()}
    base = folder / "scenarios" / f"{found.base}.toml"
    if base.is_file():
        texts = {base.name: base.read_text(encoding="utf-8")} | texts
    repeat = how_to_repeat(found, folder, len(found.replicates), len(found.sets))
    return report_of(found, manifest, texts, of_the_room, tuple(repeat))


def by_files(folder: Path, base: str, name: str) -> list[str]:
    """What a scenario of the room changes, read from its file: older results say nothing of it, nor
    of what was kept too late to be worked out. Nothing where a file is gone or does not hold."""
    from experiments.what_differs import what_differs
    from scenarios.load import load_scenarios
    from scenarios.problems import InputError

    files = [folder / "scenarios" / f"{each}.toml" for each in (name, base)]
    try:
        ours, theirs = load_scenarios(files)
    except InputError:
        return []
    return in_sentences(what_differs(ours, theirs))
