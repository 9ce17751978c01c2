"""The uncertain numbers of the register: which they are, and setting them from code."""

from __future__ import annotations

import pytest

from scenarios.load import load_scenario
from scenarios.problems import InputError
from scenarios.resolved import Scenario
from scenarios.uncertain import uncertain_numbers, with_numbers


@pytest.fixture(scope="module")
def portsmouth() -> Scenario:
    return load_scenario("scenarios/portsmouth/do_nothing.toml")


def test_every_range_takes_in_its_number(portsmouth: Scenario) -> None:
    numbers = uncertain_numbers(portsmouth.evidence)
    assert len(numbers) > 150
    assert all(n.low <= n.value <= n.high and n.low < n.high for n in numbers.values())


def test_money_and_its_range_are_brought_to_the_same_year(portsmouth: Scenario) -> None:
    ambulance = uncertain_numbers(portsmouth.evidence)["agencies.ambulance.cost_gbp_per_contact"]
    assert ambulance.low / 180 == pytest.approx(ambulance.value / 239)
    assert ambulance.high / 417 == pytest.approx(ambulance.value / 239)


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_number_can_be_set_to_either_end_of_its_range(portsmouth: Scenario, end: str) -> None:
    wanted = {n.name: getattr(n, end) for n in uncertain_numbers(portsmouth.evidence).values()}
    changed = uncertain_numbers(with_numbers(portsmouth, wanted).evidence)
    assert {name: changed[name].value for name in wanted} == wanted


def test_what_is_not_set_stays(portsmouth: Scenario) -> None:
    changed = with_numbers(portsmouth, {"general.people.frailty_sigma": 0.5})
    before = uncertain_numbers(portsmouth.evidence)
    after = uncertain_numbers(changed.evidence)
    assert {n for n in before if before[n].value != after[n].value} == {
        "general.people.frailty_sigma"
    }


def test_a_number_that_does_not_exist_is_named(portsmouth: Scenario) -> None:
    with pytest.raises(InputError, match="frailty_sigma"):
        with_numbers(portsmouth, {"general.people.fraility_sigma": 0.5})
