"""What was asked: the question in a sentence, and what each scenario does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from experiments.compare import Findings
from experiments.report.answers import Group


def asked(found: Findings) -> Iterator[str]:
    """The question of a comparison; of one scenario alone, what happens in it."""
    if not found.others:
        yield f"What happens in {found.place_title} in “{found.labels[found.base]}”?"
        return
    others = ", ".join(f"“{found.labels[name]}”" for name in found.others)
    yield (
        f"What would change in {found.place_title} over {found.years} years with {others}, against "
        f"“{found.labels[found.base]}”: for people, for each agency's demand, and for who pays?"
    )


def asked_of(found: Findings, manifest: Mapping[str, Any]) -> Iterator[Group]:
    """What each scenario does that the base does not, and for how many of the years told."""
    for name in found.others:
        force = found.in_force.get(name)
        lines = [f"In force in {force}."] if force else []
        lines += differs(manifest, name)
        if lines:
            yield found.labels[name], tuple(lines)


def differs(manifest: Mapping[str, Any], name: str) -> list[str]:
    """What a scenario does that the base does not, in words; nothing of older results."""
    return in_sentences(manifest["scenarios"].get(name, {}).get("differs", ()))


def in_sentences(lines: Sequence[str]) -> list[str]:
    """Lines that begin with a capital and end with a full stop."""
    return [f"{line[:1].upper()}{line[1:].rstrip('.')}." for line in lines]
