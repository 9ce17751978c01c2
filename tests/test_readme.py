"""What the README tells a newcomer to type works."""

from __future__ import annotations

from pathlib import Path

from experiments.cli import main

ROOT = Path(__file__).parents[1]


def example() -> str:
    """The scenario that the README shows, between its first line and the next text."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    after = text.split("A scenario is a small file that says only what differs:\n")[1]
    block = after.split("\nSave it as")[0]
    return "\n".join(line.removeprefix("    ") for line in block.splitlines())


def test_the_example_scenario_is_valid(tmp_path: Path) -> None:
    parent = (ROOT / "scenarios" / "portsmouth" / "do_nothing.toml").as_posix()
    file = tmp_path / "housing_cut.toml"
    file.write_text(example().replace("do_nothing.toml", parent), encoding="utf-8")
    assert main(["check", str(file)]) == 0


def test_every_make_target_it_names_is_there() -> None:
    targets = {line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines()}
    named = {
        word.strip("`")
        for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `make ")
        for word in [line.split("`")[1].removeprefix("make ")]
    }
    assert named
    assert named <= targets
