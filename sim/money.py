"""Measures of money, in pounds: who spends, who pays, what of it could be had in cash."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agents.arrays import Floats, Ints
from agents.compile_course import number
from scenarios.names import WEEKS_PER_YEAR
from scenarios.resolved import Scenario
from sim.cast import Cast
from sim.costs import DEFAULT_CASHABLE, NO_DOOR, Kind, Ledger, Line, added_up
from sim.series import Series, flow


def money_measures(scenario: Scenario, ledger: Ledger, cast: Cast) -> Iterator[tuple[str, Series]]:
    """Every measure that can be read off the ledger, by name."""
    lines, weeks = ledger.lines, ledger.weeks
    total = added_up(lines, weeks)
    programme = programme_pence(scenario, ledger)
    yield "cost.total", _pounds(total)
    yield "cost.reactive", _pounds(added_up(_reactive(lines, scenario), weeks))
    yield "cost.planned", _pounds(added_up(_planned(lines, scenario), weeks))
    yield "cost.programme", _pounds(programme)
    yield "cost.prison", _pounds(added_up((x for x in lines if x.kind is Kind.PRISON), weeks))
    for door in (*cast.agencies, *cast.teams):
        yield f"cost.{door}", _pounds(added_up((x for x in lines if x.door == door), weeks))
    for payer in cast.payers:
        own = [line for line in lines if line.payer == payer]
        yield f"cost.payer.{payer}", _pounds(added_up(own, weeks))
        yield f"cashable_cost.{payer}", _pounds(_cashable(own, scenario, weeks))
    per_year = number(scenario.evidence, "money.discount_per_year")
    yield "discounted_cost.services", discounted(_pounds(total - programme), per_year)
    yield "discounted_cost.programme", discounted(_pounds(programme), per_year)


def programme_pence(scenario: Scenario, ledger: Ledger) -> Ints:
    """What a scenario itself costs, by week: teams, own costs, budgets beyond the unchanged ones.

    A cut is a negative cost.
    """
    agencies = scenario.evidence.agencies
    teams = [x for x in ledger.lines if x.door not in (*agencies, NO_DOOR)]
    own = [x for x in ledger.lines if x.kind is Kind.PROGRAMME]
    budgets = [x for x in ledger.lines if x.kind is Kind.BUDGET and x.door in agencies]
    beyond = added_up(budgets, ledger.weeks) - ledger.unchanged_budget_pence
    return added_up([*teams, *own], ledger.weeks) + beyond


def discounted(series: Series, per_year: float) -> Series:
    """Each year's sum brought to the scenario's start from the middle of the year."""
    middle = np.arange(len(series.per_year)) + 0.5
    years = series.per_year / (1.0 + per_year) ** middle
    return Series(years, float(years.mean()))


def _reactive(lines: tuple[Line, ...], scenario: Scenario) -> Iterator[Line]:
    """What reacts when things have gone wrong: reactive agencies, and prison."""
    agencies = scenario.evidence.agencies
    for line in lines:
        if line.door in agencies:
            if agencies[line.door].reactive:
                yield line
        elif line.door == NO_DOOR and line.kind is not Kind.PROGRAMME:
            yield line


def _planned(lines: tuple[Line, ...], scenario: Scenario) -> Iterator[Line]:
    """All other agencies."""
    agencies = scenario.evidence.agencies
    yield from (x for x in lines if x.door in agencies and not agencies[x.door].reactive)


def _cashable(lines: list[Line], scenario: Scenario, weeks: int) -> Floats:
    """Pence a week of which every saving is cash: of what follows demand, the cashable share."""
    agencies = scenario.evidence.agencies
    pence = np.zeros(weeks)
    for line in lines:
        spec = agencies.get(line.door)
        share = spec.cashable_share.value if spec else DEFAULT_CASHABLE
        pence += line.pence * (share if line.kind.follows_demand else 1.0)
    return pence


def _pounds(pence: Ints | Floats) -> Series:
    return flow((pence / 100.0).reshape(-1, WEEKS_PER_YEAR))
