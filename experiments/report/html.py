"""A report as one HTML file: nothing beside it, nothing fetched, nothing that runs."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from html import escape

from experiments.report.content import Part, Report, Table

STYLE = """
body { font: 16px/1.5 "Segoe UI", "Noto Sans", "DejaVu Sans", Arial, sans-serif; color: #111;
  max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2.2rem; border-bottom: 2px solid #111; }
img { max-width: 100%; height: auto; }
figure { margin: 1rem 0 1.6rem; } figcaption { font-weight: 600; }
.scroll { overflow-x: auto; }
h3 { margin: 1.2rem 0 .2rem; } ul { margin-top: .2rem; }
small { color: #444; }
table { border-collapse: collapse; font-size: .85rem; margin: 0 0 1.4rem; width: 100%; }
caption { text-align: left; font-weight: 600; }
th, td { padding: .15rem .6rem .15rem 0; border-bottom: 1px solid #999; text-align: left;
  vertical-align: top; }
thead td, thead th { vertical-align: bottom; }
td, thead th + th { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead th + th { white-space: normal; }
pre { background: #f3f3f3; padding: .6rem; overflow-x: auto; font-size: .8rem;
  white-space: pre-wrap; }
@media print { body { max-width: none; margin: 0; font-size: 11pt; } h2, h3 { break-after: avoid; }
  figure, tr, li { break-inside: avoid; } li:first-child { break-after: avoid; }
  li:last-child { break-before: avoid; } pre { background: none; border: 1px solid #999; } }
"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def to_html(report: Report) -> str:
    """The file's text."""
    body = "\n".join(line for part in report.parts for line in _part(part))
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(report.title)}</h1>\n<p>{escape(report.about)}</p>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def _part(part: Part) -> Iterator[str]:
    if part.empty:
        return
    yield f"<h2>{escape(part.title)}</h2>"
    yield from (f"<p>{_broken(text)}</p>" for text in part.paragraphs)
    if part.points:
        yield _list(part.points)
    for title, points in part.groups:
        yield f"<h3>{escape(title)}</h3>"
        yield _list(points)
    for picture in part.pictures:
        data = base64.b64encode(picture.png).decode()
        yield (
            f'<figure><figcaption>{escape(picture.title)}</figcaption><img alt="'
            f'{escape(picture.text)}" src="data:image/png;base64,{data}"></figure>'
        )
    yield from (_table(table) for table in part.tables)
    for name, text in part.files:
        yield f"<h3>{escape(name)}</h3><pre>{escape(text)}</pre>"


def _broken(text: str) -> str:
    """A paragraph; what it has on lines of their own, to be copied, stays there."""
    return escape(text).replace("\n", "<br>")


def _list(points: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(point)}</li>" for point in points) + "</ul>"


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(h)}</th>' if h else "<td></td>" for h in table.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{_lines(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="scroll"><table><caption>{escape(table.title)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _lines(cell: str) -> str:
    """A figure, and below it, smaller, what more is known of it."""
    figure, *more = escape(cell).split("\n")
    return figure + "".join(f"<br><small>{line}</small>" for line in more)
