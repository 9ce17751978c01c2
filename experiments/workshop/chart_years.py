"""The charts over years: doing nothing and the change, their difference, and the fan."""

from __future__ import annotations

from typing import Any

from experiments.workshop.chart_style import (
    BLACK,
    BLUE,
    GREY,
    MONEY_AXIS,
    ORANGE,
    UNKNOWN,
    WHOLE_YEARS,
    rows,
)


def line(measure: str) -> Any:
    """Doing nothing and the change, year by year, each with its band and its name.

    From nought, so that luck does not look like a change of the place.
    """
    import altair as alt

    who = ["Do nothing", "With the change"]
    colour = alt.Color("who:N", scale=alt.Scale(domain=who, range=[BLACK, ORANGE]))
    dash = alt.StrokeDash("who:N", scale=alt.Scale(domain=who, range=[[1, 0], [7, 4]]))
    base = alt.Chart(rows()).transform_filter(
        f"datum.measure == '{measure}' && datum.who != 'difference'"
    )
    y = alt.Y("mean:Q", axis=_value_axis(measure), scale=alt.Scale(zero=True))
    band = base.mark_area(opacity=0.18).encode(
        x=_year_axis(), y=alt.Y("low:Q", axis=_value_axis(measure)), y2="high:Q", color=colour
    )
    line = base.mark_line(strokeWidth=3.5, point=alt.OverlayMarkDef(size=45)).encode(
        x=_year_axis(), y=y, color=colour, strokeDash=dash
    )
    ends = base.transform_joinaggregate(last="max(year)").transform_filter(
        "datum.year == datum.last"
    )
    ends = ends.transform_joinaggregate(middle="mean(mean)")
    upper = "datum.mean > datum.middle || (datum.mean == datum.middle && datum.who == 'Do nothing')"
    names = [
        ends.transform_filter(where)
        .mark_text(align="left", dx=10, dy=dy, fontWeight="bold")
        .encode(x=_year_axis(), y=y, text="who:N", color=colour)
        for where, dy in ((upper, -9), (f"!({upper})", 9))  # apart, however near the lines end
    ]
    return alt.layer(band, line, *names).properties(width="container", height=250)


def difference(measure: str) -> Any:
    """The paired difference around the line of no difference: dark what luck does, light and
    dashed what luck and what is not known do together."""
    import altair as alt

    base = alt.Chart(rows()).transform_filter(
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


def fan(measure: str) -> Any:
    """Doing nothing: every replicate thin, their mean thick; behind them, light, how far luck
    and other plausible numbers would move the mean."""
    import altair as alt

    mine = f"datum.measure == '{measure}'"
    axis = _value_axis(measure)
    y = alt.Y("mean:Q", axis=axis, scale=alt.Scale(zero=True))
    thin = (
        alt.Chart(rows()).transform_filter(mine + " && isValid(datum.replicate)")
        .mark_line(strokeWidth=1.5, opacity=0.55, color=BLUE)
        .encode(x=_year_axis(), y=y, detail="replicate:N")
    )  # fmt: skip
    mean = alt.Chart(rows()).transform_filter(mine + " && datum.who == 'Do nothing'")
    unknown = _unknown(mean, axis)
    line = mean.mark_line(strokeWidth=4, color=BLACK).encode(x=_year_axis(), y=y)
    return alt.layer(unknown, thin, line).properties(width="container", height=270)


def _unknown(base: Any, axis: Any) -> Any:
    """Luck and plausible sets together, light and dashed: behind luck alone, which is darker and
    never reaches beyond it."""
    import altair as alt

    known = base.transform_filter("isValid(datum.lowest)")
    area = known.mark_area(opacity=0.75, color=UNKNOWN).encode(
        x=_year_axis(), y=alt.Y("lowest:Q", axis=axis), y2="highest:Q"
    )
    edge = known.mark_line(strokeDash=[5, 4], strokeWidth=1.5, color=GREY)
    edges = (
        edge.encode(x=_year_axis(), y=alt.Y(end, axis=axis)) for end in ("lowest:Q", "highest:Q")
    )
    return alt.layer(area, *edges)


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
