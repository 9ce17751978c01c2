"""The line that makes results again, to be pasted in the folder of the project, and the files."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from scenarios.files import HERE

PROGRAM: Final = ".venv/bin/upstream"
"""As the README calls it."""


def to_paste(words: Sequence[str]) -> str:
    """A command of Upstream, quoted for a shell; paths below the project are relative to it."""
    return shlex.join([PROGRAM, *map(_relative, words)])


def _relative(word: str) -> str:
    path, root = Path(word), HERE.resolve().parent
    return str(path.relative_to(root)) if path.is_absolute() and path.is_relative_to(root) else word


def scenario_texts(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The scenario files, where they are still as they were when the results were made."""
    found: dict[str, str] = {}
    for about in manifest["scenarios"].values():
        for label, sha in about.get("files", {}).items():
            if "/evidence/" in f"/{label}" or "/places/" in f"/{label}":
                continue
            found.setdefault(label, _unchanged(label, sha))
    return found


def _unchanged(label: str, sha: str) -> str:
    for base in (HERE.parent, Path.cwd()):
        try:
            raw = (base / label).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(raw).hexdigest() == sha:
            return raw.decode("utf-8", "replace")
    return f"# This file is not where it was, or was changed since. Its SHA-256 was\n# {sha}\n"
