"""Contact logs as adopters bring them, and what importing one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments import cli

HEAD = "person_id,contact_time,agency,kind\n"


def rows(n: int = 60, agency: str = "Police") -> list[str]:
    """Contacts of 20 people, an hour and a day apart."""
    return [
        f"p{i % 20},2024-{1 + i // 28:02}-{1 + i % 28:02} {i % 24:02}:30,{agency},contact"
        for i in range(n)
    ]


def rows_of(people: list[str], agencies: list[str], n: int) -> str:
    """Rows of contacts, people and agencies in turn."""
    return HEAD + "".join(
        f"{people[i % len(people)]},2024-{1 + i % 9:02}-{1 + i % 28:02} 09:{i % 60:02},"
        f"{agencies[i % len(agencies)]},contact\n"
        for i in range(n)
    )


def imported(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, str]:
    """The exit code, and all that was said."""
    code = cli.main(["import", str(log), "--yes", "--out", str(tmp_path / "out"), *more])
    said = capsys.readouterr()
    return code, said.out + said.err


def write(tmp_path: Path, text: str | bytes, name: str = "log.csv") -> Path:
    """A file with this in it."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def used_and_aside(said: str) -> tuple[int, int, int]:
    """Rows read, used, set aside, and that the reasons add up."""
    first, *rest = said.splitlines()
    words = first.replace(",", "").split()
    aside = 0
    for line in rest:
        if not line.startswith("   "):
            break
        aside += int(line.split()[0].replace(",", ""))
    assert aside == int(words[7])
    return int(words[0]), int(words[4]), int(words[7])
