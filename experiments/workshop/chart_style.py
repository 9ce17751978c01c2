"""What all of the page's charts have in common: colours, letters, and where the data come from.

Few colours (Okabe-Ito), each with a line style, a mark or a word of its own, so that nothing is
told by colour alone.
"""

from __future__ import annotations

from typing import Any, Final

BLACK, ORANGE, BLUE, GREY = "#1a1a1a", "#b04a00", "#005f9e", "#6b6b6b"
"""Orange more, blue less, grey unsure, as in every picture (`drawing.MORE`, `LESS`, `UNSURE`), and
darker: small letters need the contrast."""
PAINT: Final = f"datum.sure == 'more' ? '{ORANGE}' : datum.sure == 'less' ? '{BLUE}' : '{GREY}'"
"""The colour of a difference, for Vega."""
UNKNOWN: Final = "#e4e4e4"
FONT: Final = "Segoe UI, Noto Sans, DejaVu Sans, Arial, sans-serif"
SIZE: Final = 17
SIGNED: Final = "datum.value == 0 ? '0' : format(datum.value, '+,~r')"
WHOLE_YEARS: Final = "datum.value % 1 === 0 ? format(datum.value, 'd') : ''"
MONEY_AXIS: Final = (
    "(datum.value < 0 ? '−£' : '£') + "
    "(abs(datum.value) >= 1e9 ? format(abs(datum.value) / 1e9, ',.4~f') + 'bn' : "
    "abs(datum.value) >= 1e6 ? format(abs(datum.value) / 1e6, ',.4~f') + 'm' : "
    "abs(datum.value) >= 1e3 ? format(abs(datum.value) / 1e3, ',.4~f') + 'k' : "
    "format(abs(datum.value), ','))"
)


def config() -> dict[str, Any]:
    """Vega-Lite's configuration: letters that are read from the back of a room."""
    return {
        "font": FONT,
        "background": "white",
        "view": {"stroke": None},
        "axis": {"labelFontSize": SIZE, "titleFontSize": SIZE, "titleFontWeight": "normal",
                 "grid": False, "labelColor": BLACK, "titleColor": BLACK, "domainColor": GREY,
                 "tickColor": GREY, "labelLimit": 330},
        "text": {"fontSize": SIZE},
        "legend": {"disable": True},
    }  # fmt: skip


def rows() -> Any:
    """The data, which the page puts in."""
    import altair as alt

    return alt.NamedData(name="rows")


def halo(text: Any) -> Any:
    """The same text in white and thick, to stand behind it where it crosses a line."""
    import altair as alt

    behind = text.copy(deep=True)
    behind.mark.stroke, behind.mark.strokeWidth = "white", 5
    behind.mark.strokeJoin = "round"
    return behind.encode(color=alt.value("white"))
