"""The picture of an imported log says what its report says."""

from __future__ import annotations

from matplotlib.figure import Figure

from calibration.logs.measures import ALL, Pattern
from experiments.log_figures import draw_concentration


def share(agency: str, value: float | None, low: float | None, high: float | None) -> Pattern:
    return Pattern("top_9pct_share", agency, value, low, high, "")


def test_shares_are_the_reports_with_their_ranges() -> None:
    axes = Figure().subplots()
    found = [
        share("Police", 0.39, 0.3, 0.48),
        share(ALL, 0.51, None, None),
        share("GP", None, None, None),
        Pattern("people_per_quarter", "Police", 69, 58, 80, ""),
    ]
    draw_concentration(axes, found)
    assert [text.get_text() for text in axes.texts] == ["51%", "39%"]
    assert [label.get_text() for label in axes.get_yticklabels()] == [ALL, "Police"]
    ranges = [list(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) == 2]
    assert ranges == [[0.3, 0.48]]


def test_a_log_of_few_people_has_no_share_to_draw() -> None:
    axes = Figure().subplots()
    draw_concentration(axes, [share("GP", None, None, None)])
    assert [text.get_text() for text in axes.texts] == ["too few people in a quarter"]
