"""A stand-in for the engine: made-up results in the engine's shape, in no time.

Like the engine's, they are a function of (seed, replicate) and paired across scenarios. Also tasks
that fail in the ways a real one may; they live in a module because workers import them by name.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Sequence

import numpy as np

from experiments.compare import Findings, gather
from experiments.pool import Finished
from experiments.stats import mean_over_replicates
from scenarios.load import load_evidence
from scenarios.names import AGE_BANDS
from scenarios.quantities import Quantity
from scenarios.resolved import Evidence, Scenario
from scenarios.schema import AgencySpec, CrisisSpec, Mechanisms, PlaceSpec
from sim.results import RunResult

AGENCIES = {
    "police": ("Police", "police", 52_000.0, 11.2e6),
    "ambulance": ("Ambulance", "nhs", 21_400.0, 7.1e6),
    "ae": ("A&E", "nhs", 78_000.0, 17.3e6),
    "gp": ("GP", "nhs", 1_060_000.0, 49.0e6),
    "mental_health": ("Community mental health", "nhs", 0.0, 3.1e6),
    "substance": ("Drug and alcohol service", "council", 0.0, 3.6e6),
    "housing": ("Housing options", "council", 0.0, 2.7e6),
    "childrens_social_care": ("Children's social care", "council", 0.0, 48.2e6),
    "probation": ("Probation and offender management", "justice", 0.0, 4.4e6),
}
UNDER_WAY = "the third replicate is under way"
EFFECTS = {"do_nothing": 0.0, "budget_cut": 0.06, "early_intervention": -0.08, "navigators": -0.04}
TITLES = {
    "do_nothing": "Portsmouth: do nothing",
    "budget_cut": "Substance misuse budget cut from £3m to £2m",
    "early_intervention": "Early intervention",
    "navigators": "Navigators",
    "together": "Early intervention and navigators together, under the cut",
}


def scenario(name: str = "do_nothing", years: int = 10, place: str = "portsmouth") -> Scenario:
    """A scenario with agencies and a title, and nothing that a fake run would need besides."""
    zero = Quantity(value=0.0)
    crisis = CrisisSpec(
        outcomes={"home": 1.0}, police_hours={"home": 0}, police_gbp_per_hour=zero,
        cost_gbp={"home": 0},
    )  # fmt: skip
    agencies = {
        key: AgencySpec(title=title, kind="universal", payer=payer)
        for key, (title, payer, _, _) in AGENCIES.items()
    }
    return Scenario(
        name=name,
        title=TITLES.get(name, name.replace("_", " ").capitalize()),
        summary="Made up.",
        place_name=place,
        place=PlaceSpec(
            title=place.capitalize(), country="England", population=dict.fromkeys(AGE_BANDS, 100.0),
            population_source="made up", deprivation_score=Quantity(value=20.0),
            looked_after_per_10000=zero, children_in_need_per_10000=zero,
        ),
        start=dt.date(2024, 4, 1),
        years=years,
        mechanisms=Mechanisms(),
        evidence=Evidence(
            needs={}, events={}, agencies=agencies, routes={}, crisis=crisis,
            crisis_pathway=load_evidence().crisis_pathway, general={},
        ),
        changes=(),
        costs=(),
        files={f"{name}.toml": "0" * 64},
    )  # fmt: skip


def made_up(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """A replicate of every scenario, with the sizes of a city of 210,000."""
    return [_result(s, seed, replicate) for s in scenarios]


def slow(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """The first replicate is done at once, the others take far longer than any test waits.

    The third says so: with two workers, the first is finished by then.
    """
    if replicate == 2:
        print(UNDER_WAY, file=sys.stderr, flush=True)
    if replicate > 0:
        time.sleep(60)
    return made_up(scenarios, seed, replicate)


def dies(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """As if the system had killed the worker for want of memory, after the first is done."""
    if replicate > 0:
        time.sleep(0.3)
        os._exit(9)
    return made_up(scenarios, seed, replicate)


def faulty(scenarios: Sequence[Scenario], seed: int, replicate: int) -> list[RunResult]:
    """A mistake in the model, from the third replicate on."""
    if replicate >= 2:
        raise ZeroDivisionError("a mistake of ours")
    return made_up(scenarios, seed, replicate)


def findings(names: Sequence[str], replicates: int = 8, years: int = 10, seed: int = 1) -> Findings:
    """What a comparison of these scenarios, first one the base, would have gathered."""
    scenarios = [scenario(name, years) for name in names]
    runs = [made_up(scenarios, seed, r) for r in range(replicates)]
    results = tuple(result for run in runs for result in run)
    return gather(Finished(tuple(range(replicates)), results, None), scenarios, names[0], seed)


def _result(s: Scenario, seed: int, replicate: int) -> RunResult:
    shared = np.random.default_rng([seed, replicate])
    own = np.random.default_rng([seed, replicate, *s.name.encode()])
    effect = EFFECTS.get(s.name, -0.05)
    years = np.arange(s.years)
    values: dict[str, np.ndarray] = {}
    for name, (level, reach, noise) in _measures(s.name).items():
        chance = 1 + noise * shared.normal(size=s.years) + 0.2 * noise * own.normal(size=s.years)
        ramp = np.minimum(years / 4, 1.0)
        values[name] = level * (1 + 0.012 * years) * (1 + effect * reach * ramp) * chance
    values["wait_weeks.substance"][0] = np.nan
    per_year = np.array(list(values.values()))
    return RunResult(
        scenario=s.name,
        replicate=replicate,
        names=tuple(values),
        per_year=per_year,
        overall=mean_over_replicates(per_year.T),
        person_weeks=520_000 + replicate,
        seconds=0.5,
    )


def _measures(name: str) -> dict[str, tuple[float, float, float]]:
    """Level, how far the scenario's effect reaches it, and noise between years."""
    programme = {"early_intervention": 0.8e6, "navigators": 0.45e6, "together": 1.25e6}
    cost = programme.get(name, 0.0)
    by_agency = {
        measure: value
        for key, (_, _, contacts, money) in AGENCIES.items()
        for measure, value in {
            f"contacts.{key}": (contacts, 0.6 if contacts < 1e5 else 0.02, 0.01),
            f"nfa.{key}": (640.0, 0.5, 0.05),
            f"wait_weeks.{key}": (9.2, 1.4, 0.08),
            f"cost.{key}": (money, 0.4, 0.01),
        }.items()
        if value[0] > 0
    }
    return {
        "people.multiple_needs": (1_480.0, 1.0, 0.02),
        "people.in_crisis": (94.0, 1.0, 0.05),
        "crisis_weeks": (4_900.0, 1.0, 0.05),
        "hidden.below_every_threshold": (410.0, 0.3, 0.05),
        "hidden.known_to_many_helped_by_none": (260.0, 0.8, 0.05),
        "children.entered_care": (131.0, 0.6, 0.08),
        "children.looked_after": (402.0, 0.3, 0.03),
        "aces.mean_at_18": (0.92, 0.1, 0.02),
        "failure_demand.share": (0.31, 0.4, 0.02),
        "concentration.top_9pct_share": (0.35, 0.0, 0.03),
        "nfa_share": (0.68, 0.1, 0.01),
        "nfa.below_threshold": (5_300.0, 0.4, 0.02),
        "nfa.excluded": (820.0, 0.4, 0.04),
        "nfa.gave_up": (410.0, 1.2, 0.05),
        "yoyo.reopened_within_year": (0.27, 0.3, 0.03),
        "yoyo.spells_per_person": (2.1, 0.2, 0.02),
        **by_agency,
        "cost.total": (146.6e6 + cost, 0.3, 0.006),
        "cost.reactive": (84.6e6, 0.4, 0.01),
        "cost.planned": (62.0e6, 0.1, 0.004),
        "cost.programme": (cost, 0.0, 0.0),
        "cost.payer.nhs": (76.5e6, 0.3, 0.01),
        "cost.payer.council": (54.5e6 + cost, 0.2, 0.01),
        "cost.payer.police": (11.2e6, 0.6, 0.01),
        "cost.payer.justice": (4.4e6, 0.4, 0.02),
        "cashable_cost.nhs": (19.0e6, 0.3, 0.01),
        "cashable_cost.council": (21.0e6 + cost, 0.2, 0.01),
        "cashable_cost.police": (1.9e6, 0.6, 0.01),
        "cashable_cost.justice": (1.1e6, 0.0, 0.02),
        "discounted_cost.services": (124.0e6, 0.3, 0.006),
        "discounted_cost.programme": (cost * 0.86, 0.0, 0.0),
    }
