"""The page's charts as Vega-Lite, made with Altair. Data come separately, under the name ``rows``.

Few colours (Okabe-Ito), each with a line style, a mark or a word of its own, so that nothing is
told by colour alone; names stand at the lines. Uncertainty is always drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from experiments.figures import FAN

BLACK, ORANGE, BLUE, GREY = "#1a1a1a", "#b04a00", "#005f9e", "#6b6b6b"
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


def spec(name: str, measure: str = "") -> dict[str, Any] | None:
    """A chart by name; None if there is none."""
    maker = CHARTS.get(name)
    if maker is None or (measure and measure not in FAN):
        return None
    return _made(name, measure)


@cache
def _made(name: str, measure: str) -> dict[str, Any]:
    chart: dict[str, Any] = CHARTS[name](measure).to_dict(validate=False)
    chart["config"] = _config()
    if "vconcat" not in chart:  # these are told their width by the page
        chart["autosize"] = {"type": "fit-x", "contains": "padding"}
    return chart


def _config() -> dict[str, Any]:
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


def _rows() -> Any:
    import altair as alt

    return alt.NamedData(name="rows")


def _money(measure: str) -> bool:
    return measure.startswith("cost.")


def _value_axis(measure: str, title: str | None = None) -> Any:
    import altair as alt

    kind: Any = {"labelExpr": MONEY_AXIS} if _money(measure) else {"format": ",~r"}
    return alt.Axis(title=title, tickCount=5, **kind)


def _year_axis() -> Any:
    import altair as alt

    return alt.X("year:Q", axis=alt.Axis(title="Year", labelExpr=WHOLE_YEARS, tickCount=10),
                 scale=alt.Scale(nice=False, padding=6))  # fmt: skip


def _line(measure: str) -> Any:
    """Doing nothing and the change, year by year, each with its band and its name."""
    import altair as alt

    who = ["Do nothing", "With the change"]
    colour = alt.Color("who:N", scale=alt.Scale(domain=who, range=[BLACK, ORANGE]))
    dash = alt.StrokeDash("who:N", scale=alt.Scale(domain=who, range=[[1, 0], [7, 4]]))
    base = alt.Chart(_rows()).transform_filter(
        f"datum.measure == '{measure}' && datum.who != 'difference'"
    )
    y = alt.Y("mean:Q", axis=_value_axis(measure), scale=alt.Scale(zero=False))
    band = base.mark_area(opacity=0.18).encode(
        x=_year_axis(), y=alt.Y("low:Q", axis=_value_axis(measure)), y2="high:Q", color=colour
    )
    line = base.mark_line(strokeWidth=3.5, point=alt.OverlayMarkDef(size=45)).encode(
        x=_year_axis(), y=y, color=colour, strokeDash=dash
    )
    names = (
        base.transform_joinaggregate(last="max(year)", groupby=["who"])
        .transform_filter("datum.year == datum.last")
        .mark_text(align="left", dx=10, fontWeight="bold")
        .encode(x=_year_axis(), y=y, text="who:N", color=colour)
    )
    return alt.layer(band, line, names).properties(width="container", height=250)


def _difference(measure: str) -> Any:
    """The paired difference around the line of no difference: dark what luck does, light and
    dashed what is not known."""
    import altair as alt

    base = alt.Chart(_rows()).transform_filter(
        f"datum.measure == '{measure}' && datum.who == 'difference'"
    )
    axis = _value_axis(measure)
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=BLACK, strokeWidth=1.5)
    unknown = _unknown(base, axis)
    band = base.mark_area(opacity=0.45, color=ORANGE).encode(
        x=_year_axis(), y=alt.Y("low:Q", axis=axis), y2="high:Q"
    )
    points = alt.OverlayMarkDef(size=45, color=ORANGE)
    line = base.mark_line(strokeWidth=3.5, color=ORANGE, point=points).encode(
        x=_year_axis(), y=alt.Y("mean:Q", axis=axis)
    )
    return alt.layer(unknown, band, zero.encode(y="zero:Q"), line).properties(
        width="container", height=250
    )


def _unknown(base: Any, axis: Any) -> Any:
    """The range over plausible sets, light and dashed: behind luck, which is darker."""
    import altair as alt

    known = base.transform_filter("isValid(datum.least)")
    area = known.mark_area(opacity=0.75, color=UNKNOWN).encode(
        x=_year_axis(), y=alt.Y("least:Q", axis=axis), y2="most:Q"
    )
    edge = known.mark_line(strokeDash=[5, 4], strokeWidth=1.5, color=GREY)
    edges = (edge.encode(x=_year_axis(), y=alt.Y(end, axis=axis)) for end in ("least:Q", "most:Q"))
    return alt.layer(area, *edges)


def _fan(measure: str) -> Any:
    """Doing nothing: every replicate thin, their mean thick; behind them, light, how far other
    plausible numbers would move it."""
    import altair as alt

    mine = f"datum.measure == '{measure}'"
    axis = _value_axis(measure)
    y = alt.Y("mean:Q", axis=axis, scale=alt.Scale(zero=True))
    thin = (
        alt.Chart(_rows()).transform_filter(mine + " && isValid(datum.replicate)")
        .mark_line(strokeWidth=1.5, opacity=0.55, color=BLUE)
        .encode(x=_year_axis(), y=y, detail="replicate:N")
    )  # fmt: skip
    mean = alt.Chart(_rows()).transform_filter(mine + " && datum.who == 'Do nothing'")
    unknown = _unknown(mean, axis)
    line = mean.mark_line(strokeWidth=4, color=BLACK).encode(x=_year_axis(), y=y)
    return alt.layer(unknown, thin, line).properties(width="container", height=270)


def _bars(measure: str) -> Any:
    """Differences with whiskers, a row each: filled where more than chance, hollow where not."""
    import altair as alt

    money = measure == "cost.total"
    kind: Any = {"labelExpr": MONEY_AXIS} if money else {"labelExpr": SIGNED}
    axis = alt.Axis(title="less  ←     →  more" if not money else "saves  ←     →  pays more",
                    tickCount=5, labelOverlap=True, **kind)  # fmt: skip
    sure = "datum.sure == 'more' || datum.sure == 'less'"
    y = alt.Y("label:N", sort=None, axis=alt.Axis(title=None, labelPadding=8, ticks=False))
    paint = f"datum.sure == 'more' ? '{ORANGE}' : datum.sure == 'less' ? '{BLUE}' : '{GREY}'"
    base = alt.Chart(_rows())
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=BLACK).encode(x="zero:Q")
    room = alt.Scale(padding=70)
    far = base.transform_filter("isValid(datum.least)").mark_rule(strokeWidth=1.5, color=GREY)
    far = far.encode(x=alt.X("least:Q", axis=axis, scale=room), x2="most:Q", y=y)
    whisker = base.mark_rule(strokeWidth=6, color="#9a9a9a").encode(
        x=alt.X("low:Q", axis=axis, scale=room), x2="high:Q", y=y
    )
    shown = base.transform_calculate(paint=paint, inside=f"{sure} ? datum.paint : 'white'")
    dot = shown.mark_point(size=130, strokeWidth=2.5, filled=True, opacity=1).encode(
        x=alt.X("mean:Q", axis=axis), y=y,
        fill=alt.Fill("inside:N", scale=None), stroke=alt.Stroke("paint:N", scale=None),
        shape=alt.Shape("sure:N", scale=alt.Scale(
            domain=["more", "less", "none", "same", "one"],
            range=["triangle-right", "triangle-left", "circle", "circle", "diamond"])),
    )  # fmt: skip
    text = shown.mark_text(dy=-15, fontSize=SIZE - 2).encode(
        x=alt.X("mean:Q", axis=axis), y=y, text="text:N", color=alt.Color("paint:N", scale=None)
    )
    return alt.layer(zero, far, whisker, dot, _halo(text), text).properties(
        width="container", height={"step": 44}
    )


def _halo(text: Any) -> Any:
    """The same text in white and thick, to stand behind it where it crosses a line."""
    import altair as alt

    behind = text.copy(deep=True)
    behind.mark.stroke, behind.mark.strokeWidth = "white", 5
    behind.mark.strokeJoin = "round"
    return behind.encode(color=alt.value("white"))


def _doors(_: str) -> Any:
    """From left to right what becomes of referrals; thick lines are many."""
    import altair as alt

    base = alt.Chart(_rows())
    y = alt.Y("agency:N", sort=None, axis=alt.Axis(title=None, ticks=False, domain=False,
                                                   labelPadding=10))  # fmt: skip
    x = alt.X("from:Q", scale=alt.Scale(domain=[-0.2, 4.5]), axis=None)
    flow = base.transform_filter("datum.to > datum.from && datum.value > 0").mark_rule(
        color="#bfbfbf", strokeCap="butt"
    ).encode(x=x, x2="to:Q", y=y,
             size=alt.Size("value:Q", scale=alt.Scale(type="sqrt", range=[1, 26])))  # fmt: skip
    number = base.mark_text(fontSize=SIZE, fontWeight="bold", dy=0).encode(x=x, y=y, text="text:N")
    change = base.transform_filter("datum.change != ''").mark_text(
        fontSize=SIZE - 4, dy=17, color=ORANGE
    ).encode(x=x, y=y, text="change:N")  # fmt: skip
    heads = alt.Chart(alt.InlineData(values=[
        {"from": i, "head": head} for i, head in enumerate(
            ("Referred", "Past the screening", "Case opened", "Case closed", "Back within a year"))
    ])).mark_text(fontSize=SIZE, dy=-12, baseline="bottom").encode(
        x=x, y=alt.value(0), text="head:N")  # fmt: skip
    return alt.layer(flow, _halo(number), number, _halo(change), change, heads).properties(
        width="container", height={"step": 50},
        padding={"top": 34, "left": 5, "right": 5, "bottom": 5},
    )  # fmt: skip


def _life(_: str) -> Any:
    """Needs above, a lane for each agency below: calls, open cases, refusals, cases let go."""
    import altair as alt

    x = alt.X("at:Q", axis=None)
    years = alt.X("at:Q", axis=alt.Axis(title="Year", format="d", tickMinStep=1))
    needs = alt.Chart(_rows()).transform_filter("datum.sort == 'need'").encode(
        x=x, y=alt.Y("value:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(
            title=None, values=[0, 1],
            labelExpr="datum.value == 0 ? 'no need' : 'highest need'")),
    )  # fmt: skip
    shades = alt.Color("name:N", scale=alt.Scale(range=[BLACK, ORANGE, BLUE, "#006b4f"]), sort=None)
    dashes = alt.StrokeDash("name:N", scale=alt.Scale(range=[[1, 0], [8, 4], [2, 3], [8, 3, 2, 3]]),
                            sort=None)  # fmt: skip
    lines = needs.mark_line(strokeWidth=3).encode(color=shades, strokeDash=dashes)
    last = alt.Chart(_rows()).transform_filter("datum.sort == 'name'").mark_text(
        align="left", dx=8, fontWeight="bold"
    ).encode(x=x, y=alt.Y("value:Q"), text="name:N", color=shades)  # fmt: skip
    lane = alt.Y("agency:N", sort=alt.EncodingSortField("order", op="min"),
                 axis=alt.Axis(title=None, ticks=False, domain=False))  # fmt: skip
    spells = alt.Chart(_rows()).transform_filter("datum.sort == 'open'").mark_bar(
        color="#9cc7e4", stroke=BLACK, strokeWidth=1, height=18
    ).encode(x=years, x2="until:Q", y=lane)  # fmt: skip
    kinds = ["call or visit", "referral closed without help", "case let go"]
    marks = alt.Chart(_rows()).transform_filter("datum.sort == 'mark'").mark_point(
        filled=False, strokeWidth=2, opacity=1
    ).encode(
        x=years, y=lane,
        shape=alt.Shape("name:N", scale=alt.Scale(
            domain=kinds, range=["stroke", "cross", "square"])),
        size=alt.Size("name:N", scale=alt.Scale(domain=kinds, range=[150, 60, 130])),
        angle=alt.Angle("turn:Q", scale=alt.Scale(domain=[0, 360], range=[0, 360])),
        color=alt.Color("name:N", scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE, BLACK])),
    )  # fmt: skip
    above = alt.layer(lines, last).properties(width=700, height=140)
    below = alt.layer(spells, marks).properties(width=700, height={"step": 27})
    return alt.vconcat(above, below, spacing=6).resolve_scale(
        x="shared", color="independent", shape="independent", size="independent"
    )


def _spread(_: str) -> Any:
    """What the room predicted, a dot each, and the model's answer with its interval."""
    import altair as alt

    x = alt.X("value:Q", axis=alt.Axis(title=None, labelExpr=SIGNED, tickCount=7))
    room = alt.Chart(_rows()).transform_filter("datum.who == 'room'").mark_circle(
        size=240, color=BLUE, opacity=0.75
    ).encode(x=x, y=alt.Y("level:Q", axis=None, scale=alt.Scale(domain=[-4, 8])))  # fmt: skip
    model = alt.Chart(_rows()).transform_filter("datum.who == 'model'")
    band = model.mark_rule(strokeWidth=5, color=ORANGE).encode(
        x=alt.X("low:Q"), x2="high:Q", y=alt.datum(-1)
    )
    dot = model.mark_point(size=200, shape="diamond", filled=True, color=ORANGE, opacity=1).encode(
        x=x, y=alt.datum(-1)
    )
    name = model.mark_text(dy=22, color=ORANGE, fontWeight="bold").encode(
        x=x, y=alt.datum(-1), text=alt.value("the model")
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=BLACK).encode(x="zero:Q")
    far = model.transform_filter("isValid(datum.least)").mark_rule(
        strokeWidth=2, color=ORANGE, strokeDash=[6, 4]
    ).encode(x=alt.X("least:Q"), x2="most:Q", y=alt.datum(-1))  # fmt: skip
    return alt.layer(zero, room, far, band, dot, name).properties(width="container", height=200)


CHARTS: Final[dict[str, Callable[[str], Any]]] = {
    "line": _line,
    "difference": _difference,
    "fan": _fan,
    "bars": _bars,
    "doors": _doors,
    "life": _life,
    "spread": _spread,
}
