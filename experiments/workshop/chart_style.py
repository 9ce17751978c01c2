"""What all of the page's charts have in common: colours, letters, and where the data come from.

Few colours (Okabe-Ito), each with a line style, a mark or a word of its own, so that nothing is
told by colour alone.
"""

from __future__ import annotations

from typing import Any, Final

from scenarios.names import NeedKey

BLACK, ORANGE, BLUE, GREY = "#1a1a1a", "#b04a00", "#005f9e", "#6b6b6b"
"""Orange more, blue less, grey unsure, as in every picture (`drawing.MORE`, `LESS`, `UNSURE`), and
darker: small letters need the contrast."""
PAINT: Final = f"datum.sure == 'more' ? '{ORANGE}' : datum.sure == 'less' ? '{BLUE}' : '{GREY}'"
"""The colour of a difference, for Vega."""
NEED_LOOKS: Final[dict[NeedKey, tuple[str, list[int]]]] = {
    "mental_health": (BLACK, [1, 0]),
    "alcohol": (ORANGE, [8, 4]),
    "drugs": (BLUE, [2, 3]),
    "housing": ("#006b4f", [8, 3, 2, 3]),
    "offending": ("#662200", [14, 4]),
    "domestic_abuse": ("#2200aa", [3, 6]),
    "money": ("#5566ee", [12, 3, 3, 3, 3, 3]),
    "physical_health": ("#227788", [5, 2]),
    "family": ("#0000ff", [16, 3, 4, 3]),
}
"""Colour and dashes of each need, the same in every life. Any two colours are 25 or more apart in
CIE Lab, also as people who see no red or no green see them, and dark enough for small letters."""
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
