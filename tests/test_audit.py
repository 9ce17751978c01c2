"""What the program is built on is declared, explained, pinned and hashed."""

from __future__ import annotations

import argparse
import tomllib
from email.message import Message
from importlib import metadata

import pytest

from experiments import cli
from tests import audit

SHA = "--hash=sha256:" + 64 * "a"


def test_every_dependency_has_its_line_and_no_line_is_left_over() -> None:
    assert audit.explained(audit.PAGE.read_text(encoding="utf-8")) == audit.declared()


def test_every_requirement_is_pinned_and_hashed() -> None:
    for lock in audit.LOCKS:
        text = lock.read_text()
        assert sum(len(versions) for versions in audit.locked(text).values()) > 15
        assert audit.unpinned(text) == []


def test_every_dependency_is_locked() -> None:
    assert audit.not_locked(audit.declared(), audit.locked(audit.LOCKS[0].read_text())) == []


def test_whatever_is_imported_is_declared() -> None:
    assert audit.undeclared() == []


def test_no_licence_is_a_surprise() -> None:
    assert audit.unexplained_licences() == []


# --- extras that were left out ---


def test_every_library_of_an_extra_is_known_to_the_command_line() -> None:
    extras = tomllib.loads(audit.PROJECT.read_text())["project"]["optional-dependencies"]
    owners = metadata.packages_distributions()
    for module, extra in cli.EXTRAS.items():
        names = {audit.plain(name) for name in owners[module]}
        assert any(line.lower().startswith(tuple(names)) for line in extras[extra]), module
    needed = [line for extra in set(cli.EXTRAS.values()) for line in extras[extra]]
    assert len(needed) == len(cli.EXTRAS)


@pytest.mark.parametrize("module", ["SALib", "SALib.sample"])
def test_a_missing_extra_is_told_with_its_name(
    module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(_: argparse.Namespace) -> int:
        raise ModuleNotFoundError(f"No module named '{module}'", name=module)

    code = cli.carry_out(argparse.Namespace(command=command, debug=False))
    said = capsys.readouterr().err
    assert code == cli.BAD_INPUT
    assert "“sensitivity”" in said and "fault in Upstream" not in said


# --- and the audit notices ---


@pytest.mark.parametrize(
    ("line", "lacks"),
    [("numpy>=1.26", "exact version"), ("numpy==2.0.1", "hash"),
     ("numpy==2.0.1 \\\n    --hash=sha256:abc", "hash"), (f"numpy \\\n    {SHA}", "exact version")],
)  # fmt: skip
def test_what_is_not_pinned_or_hashed_is_noticed(line: str, lacks: str) -> None:
    lock = (
        f"rich==15.0.0 \\\n    {SHA}\n    # via upstream\n{line}\nzict==1 ; x == 'y' \\\n    {SHA}"
    )
    assert audit.unpinned(lock) == [f"{line.split()[0]}: has no {lacks}"]


def test_a_dependency_without_a_line_is_noticed() -> None:
    page = audit.PAGE.read_text(encoding="utf-8")
    less = page.replace("| `rich` | the progress line |", "| `rich` |  |")
    assert audit.declared() - audit.explained(less) == {"rich"}


def test_another_version_than_the_locked_is_noticed() -> None:
    there = audit.installed()["numpy"]
    assert audit.differing({"numpy": {"0.1"}}) == [f"numpy: {there} is installed, 0.1 is locked"]


def test_an_undeclared_import_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "imported", lambda: {"pm4py": "sim/week.py", "json": "sim/week.py"})
    assert audit.undeclared() == ["pm4py: imported by sim/week.py, and not in pyproject.toml"]


@pytest.mark.parametrize("said", ["AGPL-3.0-only", "GNU General Public License v3 (GPLv3)", ""])
def test_copyleft_without_a_reason_is_noticed(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "licences", lambda: {"fpdf2": "LGPL-3.0-only", "rich": said})
    found = audit.unexplained_licences()
    assert len(found) == 1 and found[0].startswith("rich: ")


def test_a_licence_is_read_wherever_a_package_states_it() -> None:
    for name, value in (("License-Expression", "MIT"), ("License", "MIT\nPermission is hereby"),
                        ("Classifier", "License :: OSI Approved :: MIT")):  # fmt: skip
        about = Message()
        about[name] = value
        assert audit.licence(about) == "MIT"
