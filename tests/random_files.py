"""Scenario files that anybody might write: any number, any change, any mechanism off.

What the loader refuses is taken out, line by line, until it takes the rest: what is left is a
valid file, however strange. Places are cut down to some hundreds of people afterwards, with
budgets and teams to match, so that there are queues and a year takes a moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import strategies as st

from scenarios.load import load_scenario
from scenarios.names import NEED_KEYS
from scenarios.parameters import parameter_names
from scenarios.problems import InputError
from scenarios.resolved import Scenario
from scenarios.schema import Mechanisms
from tests.small import SCENARIOS, small
from tests.worlds import tightened

TEAM = "helpers"
START = dt.date(2024, 4, 1)
LEFT_ALONE = ("general.lifecourse.warm_up_years", "general.lifecourse.deaths_per_year")
"""How long a run takes hangs on these: the warm-up, and arrivals that make up for deaths."""

Settings = dict[str, Any]


@cache
def _names() -> tuple[str, ...]:
    """Whatever `[parameters]` may set; numbers of needs and in general as often as agencies'."""
    names = sorted(set(parameter_names(small().evidence)) - set(LEFT_ALONE))
    course = [name for name in names if name.startswith(("needs.", "general."))]
    doors = [name for name in names if name.startswith("agencies.")]
    return (*names, *course * (1 + len(doors) // len(course)))


def _number() -> st.SearchStrategy[float]:
    """Often at an end of what is allowed, as that is where mistakes are."""
    ends = st.sampled_from([0.0, 1.0, 0.5, -1.0, 10.0, 52.0, 100.0, 520.0, 10_000.0])
    return st.one_of(ends, st.floats(0, 1), st.floats(0, 100), st.floats(-10, 10)).map(_short)


def _short(number: float) -> float:
    return float(f"{number:.4g}")


def _change(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Settings]:
    dates = {"start": st.dates(START, START + dt.timedelta(weeks=60))}
    maybe = {
        "end": st.dates(START, START + dt.timedelta(weeks=60)),
        "ramp_weeks": st.integers(0, 60),
    }
    return st.fixed_dictionaries({"kind": st.just(kind), **dates, **fields}, optional=maybe)


def _changes() -> st.SearchStrategy[Settings]:
    """A change of any kind; names are of agencies, of the team, or of nobody."""
    share, factor = st.floats(0, 1).map(_short), st.floats(0, 10).map(_short)
    agency = st.sampled_from([*small().evidence.agencies, TEAM])
    need, needs = st.sampled_from(NEED_KEYS), st.lists(st.sampled_from(NEED_KEYS), min_size=1)
    outcome = st.sampled_from(list(small().evidence.crisis.outcomes))
    rule = st.sampled_from(["withdraw", "step_down", "keep"])
    weeks = st.integers(1, 60)
    group = st.fixed_dictionaries(
        {"reach": share, "age_from": st.integers(0, 40), "age_below": st.integers(30, 121)}
    )
    return st.one_of(
        _change("budget", agency=agency, multiply=factor),
        _change("threshold", agency=agency, add=st.floats(-1, 1).map(_short)),
        _change("exclusion", agency=agency, need=need, level=share),
        _change("review", agency=agency, rule=rule, quiet_weeks=weeks, max_weeks=weeks),
        _change("route", need=need, source=agency, target=agency, share=share),
        _change("referral", agency=agency, quality=share, multiply=factor),
        _change("redirect", agency=agency, target=agency, share=share),
        _change("information", agencies=st.lists(agency, min_size=1), share=share),
        _change("engagement", agency=agency, attendance=share, missed_limit=weeks),
        _change("onset", needs=needs, multiply=factor, group=group),
        _change("course", needs=needs, multiply=factor),
        _change("crisis", source=outcome, target=outcome, share=share),
        _change("staffing", agency=agency, turnover_per_year=share),
    )


def _team() -> st.SearchStrategy[Settings]:
    """A team that crosses agencies, by any rule."""
    share, weeks = st.floats(0, 1).map(_short), st.integers(1, 60)
    finds = st.sampled_from(["data_feed", "refused_referral", "early_risk", "front_line"])
    return _change(
        "team", name=st.just(TEAM), title=st.just("Helpers"), posts=st.just(200.0),
        cases_per_post=st.floats(0.01, 10).map(_short), cost_gbp_per_post=st.just(50_000.0),
        finds=finds, feed_weeks=weeks, consent=share, attendance=share,
        attendance_elsewhere=share, advocacy_per_week=share, waives_exclusions=share,
        max_weeks=weeks,
    )  # fmt: skip


class Written(NamedTuple):
    """What a scenario file says beyond doing nothing in Portsmouth for a year."""

    parameters: Settings
    off: list[str]
    changes: list[Settings]

    def scenario(self, share: float = 0.003) -> Scenario:
        """The scenario of a small place, less those lines that the loader refuses."""
        return tightened(replace(valid(*self), years=1), share)


@st.composite
def files(draw: st.DrawFn) -> Written:
    """A file of one year, after no warm-up or a year of it."""
    names = draw(st.lists(st.sampled_from(_names()), max_size=12, unique=True))
    parameters = {name: draw(_number()) for name in names}
    parameters["general.lifecourse.warm_up_years"] = draw(st.sampled_from([0.0, 1.0]))
    off = draw(st.sets(st.sampled_from(sorted(Mechanisms.model_fields)), max_size=4))
    changes = draw(st.lists(_team(), max_size=1)) + draw(st.lists(_changes(), max_size=5))
    return Written(parameters, sorted(off), changes)


def valid(parameters: Settings, off: list[str], changes: list[Settings]) -> Scenario:
    """The scenario of a file with these settings, less those that the loader refuses."""
    parameters = {name: _shaped(name, value) for name, value in parameters.items()}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "anything.toml"
        while True:
            path.write_text("\n".join(_lines(parameters, off, changes)), encoding="utf-8")
            try:
                return load_scenario(path)
            except InputError as error:
                wrong = {problem.key for problem in error.problems}
                parameters = {k: v for k, v in parameters.items() if f"parameters.{k}" not in wrong}
                bad = {int(key.split(".")[1]) for key in wrong if key.startswith("changes.")}
                changes = [one for i, one in enumerate(changes) if i not in bad]


def _shaped(name: str, value: float) -> float | list[float]:
    """The number for every age band or count, where the register has a list."""
    kind, _, rest = name.partition(".")
    if name.endswith("onset_per_1000_per_year"):
        return [value] * 12
    general = small().evidence.general
    if kind == "general" and isinstance(general[rest].value, list):
        return [value] * len(general[rest].value)  # type: ignore[arg-type]
    return value


def _lines(parameters: Settings, off: list[str], changes: list[Settings]) -> Iterator[str]:
    yield 'title = "Anything"'
    yield f'extends = "{(SCENARIOS / "portsmouth" / "do_nothing.toml").as_posix()}"'
    yield "[mechanisms]"
    yield from (f"{name} = false" for name in off)
    yield "[parameters]"
    yield from (f'"{name}" = {_toml(value)}' for name, value in parameters.items())
    for change in changes:
        yield "[[changes]]"
        yield from (f"{name} = {_toml(value)}" for name, value in change.items())


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return str(value)
