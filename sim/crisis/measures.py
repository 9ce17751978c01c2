"""What a run of the crisis door says, by dotted name; one definition each."""

from __future__ import annotations

from typing import Final

import numpy as np

from agents.arrays import Table
from scenarios.crisis_door import HOURS_A_WEEK, OUTCOMES
from sim.crisis.draws import Floats
from sim.crisis.inputs import RESOURCES, Inputs
from sim.crisis.pathway import End, Where
from sim.crisis.run import Log, hour_of_week

MEANING: Final = {
    "outcome.{name}": "share of crises with this outcome of the weekly model's",
    "place.suite": "share of crises taken to a place-of-safety suite",
    "place.custody": "share of crises taken to police custody",
    "place.ae": "share of crises in which somebody waited in A&E",
    "end.{name}": "share of crises that ended so",
    "detained_per_week": "people detained under section 136 a week",
    "police_hours": "hours of a police crew per crisis",
    "police_hours.attended": "hours of a police crew per crisis that police attended",
    "police_hours.detained": "hours of a police crew per detention",
    "wait_hours": "hours until a mental-health professional came, of those who saw one, on average",
    "wait_hours.detained": "the same from arrival at a place of safety, of those detained",
    "breach.assessment": "share of those detained whose assessment began after three hours",
    "breach.detention": "share of those detained who were not free to go, or placed, in 24 hours",
    "breach.ae": "share of those in A&E of their own will who waited more than four hours, or left",
    "well.day": "share of crises in working hours that went well (see `went_well`)",
    "well.out_of_hours": "the same out of hours",
    "triage.contacts_per_week": "people met by street triage a week",
    "triage.contacts_per_detention_avoided": "those met, for one whom officers would have detained",
    "bed_days_delayed_per_week": "days a week in acute beds for want of a home",
    "busy.{resource}": "share of hours on duty at work; beds occupied",
}


def outcome_of(cases: Table, inputs: Inputs) -> Floats:
    """The weekly model's outcome of each crisis: an index into OUTCOMES, float64[n]."""
    late = late_in_ae(cases, inputs)
    conditions = [
        np.isin(cases.end, (End.ACUTE_BED, End.OUT_OF_AREA)),
        cases["where"] == Where.CUSTODY,
        cases["where"] == Where.SUITE,
        np.isin(cases.end, (End.HOME_TREATMENT, End.CRISIS_HOUSE)),
        late | ((cases["where"] == Where.AE) & (cases.detained == 1)),
    ]
    return np.select(conditions, [5.0, 4.0, 3.0, 1.0, 2.0], default=0.0)


def late_in_ae(cases: Table, inputs: Inputs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Waited longer in A&E than the standard says, or left before: bool[n], not if detained."""
    in_ae = (cases["where"] == Where.AE) & (cases.detained == 0)
    limit = inputs.number["hours_limit_ae"]
    late: np.ndarray[tuple[int], np.dtype[np.bool_]] = in_ae & (
        (cases.end == End.LEFT_AE) | (cases.seen - cases.waits_since > limit)
    )
    return late


def went_well(cases: Table, inputs: Inputs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Seen within the limit, near home and not in a cell: bool[n]. The definition is ours."""
    limit = inputs.number["hours_limit_ae"]
    well: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        (cases.seen >= 0)
        & (cases.seen - cases.waits_since <= limit)
        & (cases["where"] != Where.CUSTODY)
        & (cases.end != End.OUT_OF_AREA)
        & (cases.end != End.LEFT_AE)
    )
    return well


def measures(log: Log, inputs: Inputs) -> dict[str, float]:
    """Every measure of one run; NaN where nothing happened of which it would be a share."""
    cases = log.cases
    outcome = outcome_of(cases, inputs)
    found = {f"outcome.{name}": _share(outcome == i) for i, name in enumerate(OUTCOMES)}
    found |= {f"place.{w.name.lower()}": _share(cases["where"] == w) for w in list(Where)[1:]}
    found |= {f"end.{end.name.lower()}": _share(cases.end == end) for end in End}
    found |= _police(cases) | _waits(cases, inputs, log.weeks)
    for name in RESOURCES:
        on_duty = log.duty_hours[name]
        found[f"busy.{name}"] = log.busy_hours[name] / on_duty if on_duty else float("nan")
    return found


def _police(cases: Table) -> dict[str, float]:
    hours = cases.police_hours
    return {
        "police_hours": _mean(hours),
        "police_hours.attended": _mean(hours[hours > 0]),
        "police_hours.detained": _mean(hours[cases.detained == 1]),
    }


def _waits(cases: Table, inputs: Inputs, weeks: int) -> dict[str, float]:
    detained = cases.detained == 1
    wait = cases.seen - cases.waits_since
    limits = inputs.number
    in_ae = (cases["where"] == Where.AE) & ~detained
    met = cases.triaged == 1
    avoided = met & (cases.would_detain == 1) & ~detained
    well, day = went_well(cases, inputs), cases.by_day == 1
    return {
        "detained_per_week": float(detained.sum()) / weeks,
        "wait_hours": _mean(wait[cases.seen >= 0]),
        "wait_hours.detained": _mean(wait[detained]),
        "breach.assessment": _share(wait[detained] > limits["hours_limit_assessment"]),
        "breach.detention": _share(
            (cases.left - cases.waits_since)[detained] > limits["hours_limit_detention"]
        ),
        "breach.ae": _share(late_in_ae(cases, inputs)[in_ae]),
        "well.day": _share(well[day]),
        "well.out_of_hours": _share(well[~day]),
        "triage.contacts_per_week": float(met.sum()) / weeks,
        "triage.contacts_per_detention_avoided": (
            float(met.sum() / avoided.sum()) if avoided.any() else float("nan")
        ),
        "bed_days_delayed_per_week": float(cases.delayed.sum()) / 24.0 / weeks,
    }


def waits_by_hour(log: Log) -> Floats:
    """Mean hours until somebody came, by hour of the week in which the crisis began: [168]."""
    cases = log.cases
    met = cases.seen >= 0
    hour = hour_of_week(cases)[met].astype(np.int64)
    total = np.bincount(hour, (cases.seen - cases.waits_since)[met], HOURS_A_WEEK)
    number = np.bincount(hour, minlength=HOURS_A_WEEK)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _share(which: Floats | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    return float(which.mean()) if len(which) else float("nan")


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
