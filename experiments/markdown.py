"""Small pieces of Markdown: tables, code, fenced blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar in a cell would end the cell, so it is escaped."""
    lines = [_row(headings), "|" + "---|" * len(headings)]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def code(text: str) -> str:
    """Text as code, nothing for nothing."""
    return f"`{text}`" if text else ""


def codes(names: Iterable[str]) -> str:
    """Several names as code, with commas."""
    return ", ".join(code(name) for name in names)


def fenced(text: str, language: str = "text") -> str:
    """A block that is shown as it stands."""
    return f"```{language}\n{text.rstrip()}\n```"


def number(value: float) -> str:
    """A number as short as it is exact enough to be read; thousands are set apart."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def one_line(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def first_sentence(text: str) -> str:
    """The first sentence of a docstring."""
    line = one_line(text)
    return line.split(". ")[0].rstrip(".") + "." if line else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in cells) + " |"
