"""How a report looks: lists over pages, colours of scenarios, numbers beside the line at nought."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from fpdf import FPDF
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.drawing import COLOURS, UNSURE, darker, whiskers
from experiments.figures import money_by_payer
from experiments.report.content import TEXT
from experiments.report.pdf import MARGIN, _points, add_fonts
from experiments.stats import Interval
from tests import made_up


class Watched(FPDF):
    """A file that remembers on which page each point of a list begins."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.begun: list[int] = []

    def cell(self, *args: Any, **named: Any) -> Any:
        if "•" in args:
            self.begun.append(self.page_no())
        return super().cell(*args, **named)


@pytest.mark.parametrize("long", [1, 30])
@pytest.mark.parametrize("points", [2, 3, 5])
def test_no_point_of_a_list_stands_alone_on_a_page(points: int, long: int) -> None:
    """From every height at which a list can begin, three millimetres at a time."""
    split = 0
    for begins in range(200, 280, 3):
        pdf = Watched()
        pdf.set_margins(MARGIN, MARGIN)
        pdf.set_auto_page_break(True, MARGIN)
        add_fonts(pdf)
        pdf.add_page()
        pdf.set_y(begins)
        _points(pdf, ("word " * long,) * points, TEXT)
        assert min(Counter(pdf.begun).values()) >= 2
        split += any(a != b for a, b in pairwise(pdf.begun))
    assert split == 0 if points < 4 else split


def drawn(*intervals: Interval) -> Axes:
    axes = Figure().subplots()
    whiskers(axes, intervals, "count", COLOURS)
    return axes


def test_a_row_has_its_scenarios_colour_whether_it_is_more_or_less() -> None:
    axes = drawn(Interval(-40, -50, -30), Interval(40, 30, 50), Interval(1, -9, 11))
    colours = [text.get_color() for text in axes.texts]
    assert colours == [darker(COLOURS[0]), darker(COLOURS[1]), darker(UNSURE)]
    dots = [to_rgb(str(line.get_color())) for line in axes.lines if line.get_marker() == "o"]
    assert dots == [to_rgb(c) for c in (*COLOURS[:2], UNSURE)]


def test_numbers_do_not_lie_over_the_line_at_nought() -> None:
    """A dot farther from nought than its own half width: the number stands wholly on its side."""
    axes = drawn(Interval(-6, -9, -3), Interval(6, 3, 9), Interval(-8, -60, 44))
    figure = axes.figure
    assert isinstance(figure, Figure)
    figure.canvas.draw()
    nought = axes.transData.transform((0.0, 0.0))[0]
    for text, below in zip(axes.texts, (True, False, True), strict=True):
        box = text.get_window_extent()
        assert box.x1 <= nought if below else box.x0 >= nought


def test_all_together_has_its_diamond_of_cash_below_the_payers() -> None:
    """Its place is the sum of the payers' own, and it is seen: neither missing nor cut off."""
    found = made_up.findings(["do_nothing", "budget_cut", "together"])
    figure = money_by_payer(found)
    assert figure is not None
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert len(panels) == len(found.others)
    for axes in panels:
        diamonds = [line for line in axes.lines if line.get_marker() == "D"]
        x, y = (np.array([float(get(line)[0]) for line in diamonds])
                for get in (Line2D.get_xdata, Line2D.get_ydata))  # fmt: skip
        assert len(diamonds) == len(axes.get_yticks()) > 2
        assert x[-1] == pytest.approx(x[:-1].sum())
        (low, high), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        assert (low < x).all() and (x < high).all() and (bottom < y).all() and (y < top).all()
