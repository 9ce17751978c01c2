"""The page's charts as Vega-Lite, made with Altair. Data come separately, under the name ``rows``.

Names stand at the lines; uncertainty is always drawn. Those over years are in `chart_years`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final

from experiments.figures import FAN
from experiments.workshop import chart_years
from experiments.workshop.chart_style import (
    BLACK,
    BLUE,
    GREY,
    MONEY_AXIS,
    NEED_LOOKS,
    ORANGE,
    PAINT,
    SIGNED,
    SIZE,
    config,
    halo,
    rows,
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
    chart["config"] = config()
    if "vconcat" not in chart:  # these are told their width by the page
        chart["autosize"] = {"type": "fit-x", "contains": "padding"}
    return chart


def _bars(measure: str) -> Any:
    """Differences with whiskers, a row each: filled where more than chance, hollow where not, or
    not yet."""
    import altair as alt

    money = measure == "cost.total"
    kind: Any = {"labelExpr": MONEY_AXIS} if money else {"labelExpr": SIGNED}
    axis = alt.Axis(title="less  ←     →  more" if not money else "saves  ←     →  pays more",
                    tickCount=5, labelOverlap=True, **kind)  # fmt: skip
    sure = "datum.sure == 'more' || datum.sure == 'less'"
    y = alt.Y("label:N", sort=None, axis=alt.Axis(title=None, labelPadding=8, ticks=False))
    base = alt.Chart(rows())
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=BLACK).encode(x="zero:Q")
    room = alt.Scale(padding=70)
    far = base.transform_filter("isValid(datum.least)").mark_rule(strokeWidth=1.5, color=GREY)
    far = far.encode(x=alt.X("least:Q", axis=axis, scale=room), x2="most:Q", y=y)
    whisker = base.mark_rule(strokeWidth=6, color="#9a9a9a").encode(
        x=alt.X("low:Q", axis=axis, scale=room), x2="high:Q", y=y
    )
    shown = base.transform_calculate(paint=PAINT, inside=f"{sure} ? datum.paint : 'white'")
    dot = shown.mark_point(size=130, strokeWidth=2.5, filled=True, opacity=1).encode(
        x=alt.X("mean:Q", axis=axis), y=y,
        fill=alt.Fill("inside:N", scale=None), stroke=alt.Stroke("paint:N", scale=None),
        shape=alt.Shape("sure:N", scale=alt.Scale(
            domain=["more", "less", "none", "same", "one", "early"],
            range=["triangle-right", "triangle-left", "circle", "circle", "diamond", "diamond"])),
    )  # fmt: skip
    text = shown.mark_text(dy=-15, fontSize=SIZE - 2).encode(
        x=alt.X("mean:Q", axis=axis), y=y, text="text:N", color=alt.Color("paint:N", scale=None)
    )
    return alt.layer(zero, far, whisker, dot, halo(text), text).properties(
        width="container", height={"step": 44}
    )


def _doors(_: str, narrow: bool = False) -> Any:
    """From left to right what becomes of referrals; thick lines are many. On a ``narrow`` screen
    the doors' names stand above their lines."""
    import altair as alt

    base = alt.Chart(rows())
    axis = alt.Axis(title=None, ticks=False, domain=False, labelPadding=10, labels=not narrow)
    y = alt.Y("agency:N", sort=None, axis=axis)
    x = alt.X("from:Q", scale=alt.Scale(domain=[-0.35, 4.5]), axis=None)
    flow = base.transform_filter("datum.to > datum.from && datum.value > 0").mark_rule(
        color="#bfbfbf", strokeCap="butt"
    ).encode(x=x, x2="to:Q", y=y,
             size=alt.Size("value:Q", scale=alt.Scale(type="sqrt", range=[1, 26])))  # fmt: skip
    number = base.mark_text(fontSize=SIZE, fontWeight="bold", dy=0).encode(x=x, y=y, text="text:N")
    told = base.transform_filter("datum.change != ''").transform_calculate(paint=PAINT)
    change = told.mark_text(fontSize=SIZE - 4, dy=17).encode(
        x=x, y=y, text="change:N", color=alt.Color("paint:N", scale=None)
    )
    heads = alt.Chart(alt.InlineData(values=[
        {"from": i, "head": head} for i, head in enumerate(
            ("Referred", "Past the|screening", "Case|opened", "Case|closed", "Back within|a year"))
    ])).mark_text(
        fontSize=SIZE, dy=-28 if narrow else -12, baseline="bottom", lineBreak="|"
    ).encode(
        x=x, y=alt.value(0), text="head:N")  # fmt: skip
    names = base.transform_filter("datum.from == 0").mark_text(
        fontSize=SIZE - 2, align="left", dx=-20, dy=-21
    ).encode(x=x, y=y, text="agency:N")  # fmt: skip
    layers = (flow, halo(number), number, halo(change), change, heads)
    return alt.layer(*layers, *([names] if narrow else [])).properties(
        width="container", height={"step": 66 if narrow else 50},
        padding={"top": 66 if narrow else 50, "left": 5, "right": 5, "bottom": 5},
    )  # fmt: skip


def _life(_: str) -> Any:
    """Needs above, a lane for each agency below: calls, open cases, refusals, cases let go."""
    import altair as alt

    from experiments.journey import NEEDS

    x = alt.X("at:Q", axis=None)
    years = alt.X("at:Q", axis=alt.Axis(title="Year", format="d", tickMinStep=1))
    clear: Any = {"labelPadding": 14, "ticks": False}  # of marks of the first week, which reach out
    needs = alt.Chart(rows()).transform_filter("datum.sort == 'need'").encode(
        x=x, y=alt.Y("value:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(
            title=None, values=[0, 1], **clear,
            labelExpr="datum.value == 0 ? 'no need' : 'highest need'")),
    )  # fmt: skip
    named = [NEEDS[need] for need in NEED_LOOKS]
    colours, strokes = (list(looks) for looks in zip(*NEED_LOOKS.values(), strict=True))
    shades = alt.Color("name:N", scale=alt.Scale(domain=named, range=colours))
    dashes = alt.StrokeDash("name:N", scale=alt.Scale(domain=named, range=strokes))
    lines = needs.mark_line(strokeWidth=3).encode(color=shades, strokeDash=dashes)
    last = alt.Chart(rows()).transform_filter("datum.sort == 'name'").mark_text(
        align="left", dx=8, fontWeight="bold"
    ).encode(x=x, y=alt.Y("value:Q"), text="name:N", color=shades)  # fmt: skip
    lane = alt.Y("agency:N", sort=alt.EncodingSortField("order", op="min"),
                 axis=alt.Axis(title=None, domain=False, **clear))  # fmt: skip
    spells = alt.Chart(rows()).transform_filter("datum.sort == 'open'").mark_bar(
        color="#9cc7e4", stroke=BLACK, strokeWidth=1, height=18
    ).encode(x=years, x2="until:Q", y=lane)  # fmt: skip
    kinds = ["call or visit", "referral closed without help", "case let go"]
    marks = alt.Chart(rows()).transform_filter("datum.sort == 'mark'").mark_point(
        filled=False, strokeWidth=2, opacity=1
    ).encode(
        x=years, y=lane,
        shape=alt.Shape("name:N", scale=alt.Scale(
            domain=kinds, range=["stroke", "cross", "square"])),
        size=alt.Size("name:N", scale=alt.Scale(domain=kinds, range=[150, 60, 130])),
        angle=alt.Angle("turn:Q", scale=alt.Scale(domain=[0, 360], range=[0, 360])),
        color=alt.Color("name:N", scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE, BLACK])),
    )  # fmt: skip
    span = alt.Chart(rows()).transform_filter("datum.sort == 'span'").mark_rule(opacity=0).encode(
        x=x, x2="until:Q")  # fmt: skip  # so that a life that ends has the same years to fill
    gone = alt.Chart(rows()).transform_filter("datum.sort == 'end'")
    ground = gone.mark_rect(color="#f0f0f0").encode(x=x, x2="until:Q")
    end = gone.mark_rule(strokeWidth=3, color=BLACK).encode(x=x)
    words = [gone.transform_filter(f"datum.side == '{side}'").mark_text(
        align="right" if side == "left" else "left", dx=-8 if side == "left" else 8, baseline="top",
        fontWeight="bold", fontSize=SIZE).encode(x=x, y=alt.value(-22), text="name:N")
        for side in ("left", "right")]  # fmt: skip
    above = alt.layer(span, ground, lines, last, end, *words).properties(width=700, height=140)
    below = alt.layer(ground.encode(x=years), spells, marks, end.encode(x=years)).properties(
        width=700, height={"step": 27}
    )
    return alt.vconcat(above, below, spacing=6).resolve_scale(
        x="shared", color="independent", shape="independent", size="independent"
    )


def _spread(_: str) -> Any:
    """What the room predicted, a dot each, and the model's answer with its interval."""
    import altair as alt

    x = alt.X("value:Q", axis=alt.Axis(title=None, labelExpr=SIGNED, tickCount=7))
    room = alt.Chart(rows()).transform_filter("datum.who == 'room'").mark_circle(
        size=240, color=BLUE, opacity=0.75
    ).encode(x=x, y=alt.Y("level:Q", axis=None, scale=alt.Scale(domain=[-4, 8])))  # fmt: skip
    model = alt.Chart(rows()).transform_filter("datum.who == 'model'")
    band = model.mark_rule(strokeWidth=5, color=ORANGE).encode(
        x=alt.X("low:Q"), x2="high:Q", y=alt.datum(-1)
    )
    inside = f"datum.sure == 'early' || datum.sure == 'one' ? 'white' : '{ORANGE}'"
    shown = model.transform_calculate(inside=inside)  # hollow while more runs may yet move it
    dot = shown.mark_point(
        size=200, shape="diamond", filled=True, stroke=ORANGE, strokeWidth=2.5, opacity=1
    ).encode(x=x, y=alt.datum(-1), fill=alt.Fill("inside:N", scale=None))
    name = model.mark_text(dy=22, color=ORANGE, fontWeight="bold").encode(
        x=x, y=alt.datum(-1), text=alt.value("the model")
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=BLACK).encode(x="zero:Q")
    far = model.transform_filter("isValid(datum.least)").mark_rule(
        strokeWidth=2, color=ORANGE, strokeDash=[6, 4]
    ).encode(x=alt.X("least:Q"), x2="most:Q", y=alt.datum(-1))  # fmt: skip
    return alt.layer(zero, room, far, band, dot, name).properties(width="container", height=200)


CHARTS: Final[dict[str, Callable[[str], Any]]] = {
    "line": chart_years.line,
    "difference": chart_years.difference,
    "fan": chart_years.fan,
    "bars": _bars,
    "doors": _doors,
    "doors_narrow": partial(_doors, narrow=True),
    "life": _life,
    "spread": _spread,
}
