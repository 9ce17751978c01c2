"""For how many of the years told a scenario differs from what it is held against.

Figures are averages over all years of a run. A cut that begins after one of five years is in force
in four, and who reads an average must know it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import DatedChange, DatedCost, Scenario
from sim.policy import weeks_since

Dated = DatedChange | DatedCost
NEVER: Final = dt.date.max
MOST_SPANS: Final = 3
"""More than so many spans of time are not told one by one."""


def in_force(scenario: Scenario, base: Scenario) -> str:
    """``4 of the 5 years, from 2025-04-01``; nothing where the two do not differ.

    Of several changes that differ in length, the shortest and the longest.
    """
    dated = _only_in_one(scenario, base)
    among = years_in_force(scenario, base)
    if not among:
        return ""
    horizon = "1 year" if scenario.years == 1 else f"{scenario.years} years"
    return f"{among} of the {horizon}{_dates(dated, scenario)}"


def years_in_force(scenario: Scenario, base: Scenario) -> str:
    """``4``, or ``2 to 4`` where several changes differ in length; nothing where none differs."""
    years = [_years(one, scenario) for one in _only_in_one(scenario, base)]
    if _differ_throughout(scenario, base):
        years.append(float(scenario.years))
    if not years:
        return ""
    least, most = (f"{end(years):.2g}" for end in (min, max))
    return most if least == most else f"{least} to {most}"


def in_force_lines(said: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[str]:
    """Sentences for a legend: one for all where it is the same of all."""
    told = {name: text for name, text in said.items() if text}
    if len(told) > 1 and len(set(told.values())) == 1:
        yield f"What the scenarios change is in force in {next(iter(told.values()))}."
        return
    for text in dict.fromkeys(told.values()):
        whose = ", ".join(f"“{labels[name]}”" for name in told if told[name] == text)
        yield f"In force in {text}: {whose}."


def _only_in_one(scenario: Scenario, base: Scenario) -> list[Dated]:
    ours: list[Dated] = [*scenario.changes, *scenario.costs]
    theirs: list[Dated] = [*base.changes, *base.costs]
    return [one for one in ours if one not in theirs] + [one for one in theirs if one not in ours]


def _differ_throughout(scenario: Scenario, base: Scenario) -> bool:
    """Numbers, mechanisms and the sort of crisis door hold in every year."""
    parts = ("evidence", "mechanisms", "crisis_door")
    return any(getattr(scenario, part) != getattr(base, part) for part in parts)


def _years(dated: Dated, scenario: Scenario) -> float:
    """Years of the run in which it acts, however little at first."""
    horizon = scenario.years * WEEKS_PER_YEAR
    begins = max(0, weeks_since(scenario.start, dated.start))
    ends = horizon if dated.end is None else min(horizon, weeks_since(scenario.start, dated.end))
    return max(0, ends - begins) / WEEKS_PER_YEAR


def _dates(dated: list[Dated], scenario: Scenario) -> str:
    """When each begins, or of many the first, and whether it comes in by steps."""
    if not dated:
        return ""
    spans = sorted({(max(one.start, scenario.start), one.end or NEVER, _years(one, scenario))
                    for one in dated})  # fmt: skip
    if len(spans) == 1:
        said = _span(*spans[0][:2])
    elif len(spans) <= MOST_SPANS:
        said = ", ".join(f"{years:.2g} {_span(start, end)}" for start, end, years in spans)
    else:
        said = f"the first from {spans[0][0]}"
    ramps = any(isinstance(one, DatedChange) and one.ramp_weeks for one in dated)
    return f", {said}" + (" (coming in by steps)" if ramps else "")


def _span(start: dt.date, end: dt.date) -> str:
    return f"from {start}" + (f" to {end}" if end != NEVER else "")
