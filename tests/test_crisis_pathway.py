"""The path of a crisis: closed forms without limits, and what a door must show with them.

Statistical thresholds: paired replicates at fixed seeds, t-tests that a true difference of nothing
would pass once in a thousand times.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.stats import t as student

from scenarios.crisis_door import Resource, Shift
from sim.crisis.inputs import RESOURCES, Inputs, capacity, hours_of, inputs_of, residents_of
from sim.crisis.measures import measures, outcome_of
from sim.crisis.pathway import Caller, End, Where
from sim.crisis.run import Log, hour_of_week, opened, simulate
from tests.small import SCENARIOS, small

PORTSMOUTH = 53.0
REPLICATES, WEEKS = 8, 30
LIMIT = float(student.ppf(1 - 0.001, REPLICATES - 1))
"""Of a one-sided test: once in a thousand."""


@cache
def base() -> Inputs:
    from scenarios.load import load_scenario

    scenario = load_scenario(SCENARIOS / "portsmouth" / "do_nothing.toml")
    return inputs_of(scenario.evidence.crisis_pathway, residents_of(scenario))


def with_numbers(inputs: Inputs, **numbers: float) -> Inputs:
    assert not set(numbers) - set(inputs.number)
    return replace(inputs, number={**inputs.number, **numbers})


def with_capacity(inputs: Inputs, **resources: int | tuple[int, ...]) -> Inputs:
    full = {k: (v,) * 168 if isinstance(v, int) else v for k, v in resources.items()}
    return replace(inputs, capacity={**inputs.capacity, **full})


@cache
def runs_of(name: str) -> tuple[Log, ...]:
    return tuple(simulate(doors()[name], PORTSMOUTH, WEEKS, 7, r) for r in range(REPLICATES))


@cache
def doors() -> dict[str, Inputs]:
    evening = tuple(int(hour % 24 >= 16 or hour % 24 < 2) for hour in range(168))
    return {
        "base": base(),
        "no custody": with_numbers(base(), share_custody_without_suite=0.0),
        "triage": with_capacity(base(), street_triage=evening),
        "more suites": with_capacity(base(), suite=3),
    }


def found(name: str, measure: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([measures(log, doors()[name])[measure] for log in runs_of(name)])


def rises(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    """Whether the mean is above 0 by a one-sided t-test."""
    return float(values.mean()) > LIMIT * float(values.std(ddof=1)) / np.sqrt(len(values))


# Closed forms.


def without_limits() -> Inputs:
    """Everybody is detained, everything is there, nothing depends on the hour."""
    always = dict.fromkeys(RESOURCES, 60)
    always |= {"street_triage": 0, "control_room": 0, "transport": 0, "acute_bed": 100}
    inputs = with_capacity(base(), **always)
    return with_numbers(
        inputs,
        share_called_police=1.0,
        share_detained=1.0,
        share_refused_by_suite=0.0,
        share_intoxicated_of_these=0.0,
        share_intoxicated_of_others=0.0,
        hours_doctor_response=0.0,
        hours_doctor_response_night=0.0,
        hours_amhp_response=2.0,
        hours_amhp_response_night=2.0,
    )


def test_a_path_without_limits_takes_the_sum_of_its_means() -> None:
    inputs = without_limits()
    n = inputs.number
    logs = [simulate(inputs, 40.0, 40, 11, r) for r in range(REPLICATES)]
    for values, expected in (
        ([float(log.cases.police_hours.mean()) for log in logs],
         n["hours_scene"] + n["hours_conveyance"] + n["hours_handover_suite"]),
        ([float((log.cases.left - log.cases.came).mean()) for log in logs],
         n["hours_scene"] + n["hours_conveyance"] + 2.0 + n["hours_act_assessment"]),
        ([measures(log, inputs)["wait_hours.detained"] for log in logs], 2.0),
    ):  # fmt: skip
        error = float(np.std(values, ddof=1)) / np.sqrt(REPLICATES)
        assert abs(float(np.mean(values)) - expected) < LIMIT * error
    assert all((log.cases["where"] == Where.SUITE).all() for log in logs)


def test_as_many_come_as_should_and_when_they_should() -> None:
    """Poisson counts and hours of the week: chi-square over 168 hours, at one in a thousand."""
    from scipy.stats import chi2

    log = simulate(base(), 200.0, 60, 3, 0)
    counts = np.bincount(hour_of_week(log.cases).astype(int), minlength=168)
    expected = np.array(base().weight) * 200.0 * 60
    assert ((counts - expected) ** 2 / expected).sum() < chi2.ppf(0.999, 168)


# Books.


@given(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4), st.integers(0, 10_000))
@hypothesis_settings(max_examples=12)
def test_everybody_ends_once_and_nothing_is_used_twice(
    suites: int, cars: int, beds: int, seed: int
) -> None:
    inputs = with_capacity(
        base(), suite=suites, street_triage=cars, acute_bed=beds, control_room=1, cafe=1,
        crisis_house=1, transport=1, liaison=1,
    )  # fmt: skip
    door, pathway, times = opened(inputs, 30.0, 2, seed, 0)
    door.run(times, pathway.arrive, 168.0 * 40)
    assert sorted(case.number for case in pathway.ended) == list(range(len(times)))
    assert all(case.police_hours >= 0 and not case.police for case in pathway.ended)
    for name, pool in door.pools.items():
        pool.count()
        assert pool.busy == 0 or name in ("acute_bed", "home_treatment", "crisis_house")
        assert pool.area <= max(inputs.capacity[name]) * door.now() + 1e-6
    for case in pathway.ended:
        assert case.left >= case.came
        assert case.seen < 0 or case.seen >= case.came


def test_the_same_arguments_give_the_same_log() -> None:
    a, b = (simulate(base(), 20.0, 6, 4, 1) for _ in range(2))
    assert a.cases.tobytes() == b.cases.tobytes()
    assert a.busy_hours == b.busy_hours


def test_a_crisis_keeps_its_luck_when_the_door_changes() -> None:
    """Who is called, when and with what need does not depend on rotas."""
    for a, b in zip(runs_of("base"), runs_of("more suites"), strict=True):
        for column in ("came", "caller", "need", "would_detain"):
            assert a.cases[column].tobytes() == b.cases[column].tobytes()


# What it must show.


def test_the_base_case_is_that_of_the_table() -> None:
    """Capacities were chosen so: within three points of the table of shares, at the base load."""
    table = small().evidence.crisis.outcomes
    shares = np.mean(
        [np.bincount(outcome_of(log.cases, base()).astype(int), minlength=6) / len(log.cases)
         for log in runs_of("base")], axis=0,
    )  # fmt: skip
    assert np.abs(shares - [table[name] for name in table]).max() < 0.03


def test_out_of_hours_is_worse_than_by_day() -> None:
    assert rises(found("base", "well.day") - found("base", "well.out_of_hours") - 0.1)


def test_closing_custody_moves_people_and_holds_officers_longer() -> None:
    assert (found("no custody", "place.custody") == 0).all()
    assert rises(found("no custody", "place.ae") - found("base", "place.ae"))
    assert rises(found("no custody", "police_hours") - found("base", "police_hours"))
    gone = found("base", "place.custody") - found("no custody", "place.custody")
    assert found("no custody", "place.ae") - found("base", "place.ae") == pytest.approx(gone)


def test_more_suites_empty_cells() -> None:
    assert rises(found("base", "place.custody") - found("more suites", "place.custody"))


def detained(name: str, on_shift: bool) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Detentions in the hours in which the triage car is out, or in the others."""
    shift = np.array(doors()["triage"].capacity["street_triage"]) > 0
    return np.array(
        [
            float(
                (log.cases.detained[shift[hour_of_week(log.cases).astype(int)] == on_shift]).sum()
            )
            for log in runs_of(name)
        ]
    )


def test_street_triage_lowers_detention_by_a_third_on_shift_and_does_little_off_it() -> None:
    """By a third at the least on shift; off shift by less than a tenth."""
    before, after = detained("base", True), detained("triage", True)
    assert rises(before * (1 - 1 / 3) - after)
    before, after = detained("base", False), detained("triage", False)
    assert rises(after - 0.9 * before)


def test_contacts_for_each_detention_avoided_are_told() -> None:
    contacts = found("triage", "triage.contacts_per_detention_avoided")
    assert (contacts > 1).all()
    assert np.isnan(found("base", "triage.contacts_per_detention_avoided")).all()


def test_everything_that_can_happen_happens() -> None:
    inputs = with_capacity(base(), cafe=2, crisis_house=2, acute_bed=4, control_room=1, transport=1)
    cases = simulate(inputs, 80.0, 20, 1, 0).cases
    assert set(cases.end) == {int(end) for end in End}
    assert set(cases["where"]) == {int(where) for where in Where}
    assert set(cases.caller) == {int(caller) for caller in Caller}


def test_nobody_stays_in_the_house_for_more_than_two_weeks() -> None:
    inputs = with_numbers(with_capacity(base(), crisis_house=60), hours_house_stay=2_000.0,
                          share_needs_admission=0.5)  # fmt: skip
    log = simulate(inputs, 30.0, 20, 1, 0)
    admitted = int((log.cases.end == End.CRISIS_HOUSE).sum())
    assert admitted > 20
    assert log.busy_hours["crisis_house"] <= 336.0 * 1.7 * admitted  # warm-up and end besides


# Rotas.


def test_a_night_shift_runs_into_the_next_day() -> None:
    hours = hours_of(Shift(days="weekend", from_hour=22, to_hour=2, number=1))
    assert sorted(hours) == [0, 1, 142, 143, 144, 145, 166, 167]


def test_numbers_are_scaled_to_the_place_but_never_to_nobody() -> None:
    resource = Resource(title="x", for_residents=100_000, shifts=[Shift(number=2)])
    assert set(capacity(resource, 250_000)) == {5}
    assert set(capacity(resource, 10_000)) == {1}
    assert set(capacity(resource.model_copy(update={"for_residents": None}), 10_000)) == {2}
