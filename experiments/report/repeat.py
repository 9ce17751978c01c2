"""The line that makes results again, so that it can be pasted in the folder of the project."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scenarios.files import HERE

PROGRAM: Final = ".venv/bin/upstream"
"""As the README calls it."""


def to_paste(words: Sequence[str]) -> str:
    """A command of Upstream, quoted for a shell; paths below the project are relative to it."""
    return shlex.join([PROGRAM, *map(_relative, words)])


def _relative(word: str) -> str:
    path, root = Path(word), HERE.resolve().parent
    return str(path.relative_to(root)) if path.is_absolute() and path.is_relative_to(root) else word
