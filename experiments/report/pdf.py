"""A report as a PDF, by a small library that is all Python; it reads in black and white."""

from __future__ import annotations

import datetime as dt
import io
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from experiments.report.answers import NO_BREAK
from experiments.report.content import TEXT, Part, Picture, Report, Table

if TYPE_CHECKING:
    from fpdf import FPDF

SMALL, LINE, AFTER = 8.5, 0.495, 0.12
"""The size of letters in tables, in points; millimetres from line to line, and besides after a
paragraph, for each point."""
TITLE, HEADING = 1.7, 1.33
"""Of the report and of its parts: so many times the size of the text."""
MARGIN, NARROW, INDENT = 18.0, 15.0, 5.0
"""Millimetres: of a page, of one where room is short, and of a list."""
TIGHTER = (1.0, 0.97, 0.94, 0.91)
"""Sizes of letters that are tried where a report must not be longer than so many pages."""
GREY = 235
SMALLEST = 2 / 3
"""Of the page's width, a picture keeps at least so much."""
EPOCH = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
"""In place of today, so that the same report is the same bytes."""


def to_pdf(report: Report) -> bytes:
    """The file's bytes."""
    if not report.pages:
        return bytes(_laid_out(report, report.size, MARGIN).output())
    for tighter in TIGHTER:
        pdf = _laid_out(report, tighter * report.size, NARROW)
        if pdf.pages_count <= report.pages:
            break
    return bytes(pdf.output())


def _laid_out(report: Report, size: float, margin: float) -> FPDF:
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_creation_date(EPOCH)
    pdf.set_margins(margin, margin)
    pdf.set_auto_page_break(True, margin)
    pdf.set_title(report.title)
    pdf.set_lang("en-GB")
    add_fonts(pdf)
    pdf.add_page()
    _text(pdf, report.title, TITLE * size, bold=True)
    _text(pdf, report.about, size)
    for part in report.parts:
        _part(pdf, part, size)
    return pdf


def add_fonts(pdf: FPDF) -> None:
    """Letters for text, and of one width for files."""
    for style, name in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold"), ("M", "DejaVuSansMono")):
        family = "mono" if style == "M" else "text"
        pdf.add_font(family, "" if style == "M" else style, str(_fonts() / f"{name}.ttf"))


@cache
def _fonts() -> Path:
    """The fonts that come with matplotlib: they have every sign that a report uses."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _part(pdf: FPDF, part: Part, size: float) -> None:
    if part.empty:
        return
    scale = _scale(pdf, part)
    first = scale * _height(pdf, part.pictures[0]) if part.pictures else 20
    _keep_together(pdf, 18 + first)  # no heading without what it heads
    pdf.ln(0.38 * size)
    _text(pdf, part.title, HEADING * size, bold=True)
    for paragraph in part.paragraphs:
        _text(pdf, paragraph, size)
    _points(pdf, part.points, size)
    for title, points in part.groups:
        beginning = points[: _together(0, len(points))]
        _keep_together(pdf, 8 + sum(_lines_high(pdf, point, size) for point in beginning))
        _text(pdf, title, size, bold=True)
        _points(pdf, points, size)
    for picture in part.pictures:
        _keep_together(pdf, 8 + scale * _height(pdf, picture))
        _text(pdf, picture.title, size, bold=True)
        pdf.image(io.BytesIO(picture.png), w=scale * pdf.epw, alt_text=picture.text)
        pdf.ln(3)
    for table in part.tables:
        add_table(pdf, table)
    for name, text in part.files:
        _keep_together(pdf, 25)
        _text(pdf, name, size, bold=True)
        pdf.set_font("mono", size=7.5)
        pdf.multi_cell(0, 3.6, _printable(text), new_x="LMARGIN", new_y="NEXT", align="L")
        pdf.ln(3)


def _scale(pdf: FPDF, part: Part) -> float:
    """By how much a part's pictures are made smaller so that they end on the page that is begun: by
    a third at most, else they stay as wide as the page."""
    if not part.pictures:
        return 1.0
    room = pdf.h - pdf.b_margin - pdf.get_y() - 18 - 12 * len(part.pictures)
    scale = room / sum(_height(pdf, picture) for picture in part.pictures)
    return scale if SMALLEST <= scale < 1 else 1.0


def _points(pdf: FPDF, points: tuple[str, ...], size: float) -> None:
    """A list; what is long goes on under its own beginning.

    No point is cut by a page's end, and neither the first nor the last stands alone on a page.
    """
    heights = [_lines_high(pdf, point, size) for point in points]
    for i, point in enumerate(points):
        _keep_together(pdf, sum(heights[i : i + _together(i, len(points))]))
        pdf.set_font("text", size=size)
        pdf.cell(INDENT, LINE * size, "•")
        pdf.set_left_margin(pdf.r_margin + INDENT)
        _text(pdf, point, size)
        pdf.set_left_margin(pdf.r_margin)
        pdf.set_x(pdf.r_margin)


def _together(i: int, n: int) -> int:
    """How many points, from point ``i`` of ``n``, stay on one page: three at most make a whole."""
    if i == 0 and n <= 3:
        return n
    return 2 if i in (0, n - 2) else 1


def _lines_high(pdf: FPDF, point: str, size: float) -> float:
    """Millimetres a point of a list takes, with the space after it."""
    pdf.set_font("text", size=size)
    high = pdf.multi_cell(
        pdf.epw - INDENT, LINE * size, _printable(point), align="L", dry_run=True, output="HEIGHT"
    )
    return cast(float, high) + AFTER * size


def _height(pdf: FPDF, picture: Picture) -> float:
    """Millimetres a picture takes at the page's width, by the size that its file begins with."""
    width, height = struct.unpack(">II", picture.png[16:24])
    return float(pdf.epw * height / width)


def add_table(pdf: FPDF, table: Table) -> None:
    from fpdf.fonts import FontFace

    _keep_together(pdf, 30)
    _text(pdf, table.title, TEXT, bold=True)
    pdf.set_font("text", size=SMALL)
    first = {2: 0.6, 3: 0.42, 4: 0.38}.get(len(table.heads), 0.3)
    rest = (1 - first) / max(1, len(table.heads) - 1)
    widths = [round(100 * x) for x in (first, *[rest] * (len(table.heads) - 1))]
    with pdf.table(
        col_widths=tuple(widths), text_align=("LEFT", *["RIGHT"] * (len(table.heads) - 1)),
        borders_layout="HORIZONTAL_LINES", line_height=4.4, padding=(0.8, 0.4),
        headings_style=FontFace(emphasis="BOLD", fill_color=GREY),
    ) as drawn:  # fmt: skip
        for row in (table.heads, *table.rows):
            cells = drawn.row()
            for cell in row:
                cells.cell(_printable(cell))
    pdf.ln(4)


def _keep_together(pdf: FPDF, height: float) -> None:
    if pdf.get_y() + height > pdf.h - pdf.b_margin:
        pdf.add_page()


def _text(pdf: FPDF, text: str, size: float, bold: bool = False) -> None:
    pdf.set_font("text", "B" if bold else "", size)
    pdf.multi_cell(0, LINE * size, _printable(text), new_x="LMARGIN", new_y="NEXT", align="L")
    pdf.ln(AFTER * size)


def _printable(text: str) -> str:
    """Without control characters; what the font has no sign for is shown as a box."""
    return "".join(c if c.isprintable() or c in "\n" + NO_BREAK else " " for c in text)
