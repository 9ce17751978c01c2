"""What fuzzing once found is read again, and the fuzzer itself would find it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests import fuzz

CASES = sorted(path for path in fuzz.FOUND.rglob("*") if path.is_file())


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_was_found_once_is_read_or_refused_plainly(case: Path, tmp_path: Path) -> None:
    kind = fuzz.KINDS[f"{case.parent.name}{case.suffix}"]
    assert fuzz.failure(kind, case.read_bytes(), tmp_path) is None


SOUND = [kind for kind in fuzz.KINDS.values() if kind.name not in ("results.json", "store.json")]
"""A manifest alone is damaged, and is said to be."""


@pytest.mark.parametrize("kind", SOUND, ids=lambda kind: kind.name)
def test_the_files_to_begin_with_are_sound(kind: fuzz.Kind, tmp_path: Path) -> None:
    content = kind.sound(tmp_path)[0]
    (tmp_path / kind.name).write_bytes(content)
    kind.read(tmp_path / kind.name)


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError("deep"), MemoryError("all")])
def test_an_error_that_is_not_meant_for_users_is_a_failure(
    error: Exception, tmp_path: Path
) -> None:
    def read(_: Path) -> None:
        raise error

    kind = fuzz.Kind("a.toml", read, lambda _: [])
    assert str(fuzz.failure(kind, b"", tmp_path)).startswith(type(error).__name__)


def test_reading_for_ever_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "SECONDS", 0.05)

    def read(_: Path) -> None:
        while True:
            pass

    assert fuzz.failure(fuzz.Kind("a", read, lambda _: []), b"", tmp_path) == (
        "TooLong: over 0.05 seconds"
    )


def test_changes_change_and_stay_small() -> None:
    chance = random.Random(1)
    made = [fuzz.changed(b"a = 1\nb = [2, 3]\n", b"c = 4\n", chance) for _ in range(60)]
    assert len(set(made)) > 40 and max(map(len, made)) <= 2**20
