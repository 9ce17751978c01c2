"""Runs of many authorities, each doing nothing: a task each, made from the table of authorities."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from scenarios.authorities import Authority, read_authorities
from scenarios.load import load_evidence, load_scenario
from scenarios.place_file import place_text
from scenarios.place_fit import Levers, fitted
from scenarios.resolved import Scenario

OUTCOMES: Final = (
    "looked_after_per_10000", "in_need_per_10000", "referrals_per_10000", "not_in_need_percent",
    "rereferred_percent",
)  # fmt: skip
"""The official rates that a place file is fitted to, or begins from."""
KEPT: Final = ("children.", "people.residents", "people.treated.substance", "contacts.")
DOOR: Final = "childrens_social_care"
FEWEST: Final = 20_000
"""Residents; the City of London and the Isles of Scilly have too few children for a rate."""


@dataclass(frozen=True)
class AuthorityTask:
    """One authority for some years."""

    code: str
    years: int
    seed: int
    fitted: bool
    """Whether its settings are fitted to its own official rates, or are those of every place"""


def run_authority(task: AuthorityTask) -> dict[str, list[float]]:
    """Measures by year: of children's social care, of contacts and residents."""
    from sim.run import run_replicate

    scenario = replace(authority_scenario(task.code, task.fitted), years=task.years)
    result = run_replicate([scenario], task.seed, 0)[0]
    return {
        name: [float(x) for x in values]
        for name, values in zip(result.names, result.per_year, strict=True)
        if name.startswith(KEPT) or name.endswith(f".{DOOR}")
    }


def authority_scenario(code: str, to_its_rates: bool) -> Scenario:
    """An authority doing nothing, from its place file as `upstream place` writes it.

    Not fitted, it has the settings of a place with England's mean rates, and begins with as many
    children looked after and in need as its size and deprivation suggest; population, deprivation,
    spending, staff, caseload and turnover are its own.
    """
    from experiments.place import starter_text

    authority = by_code()[code]
    levers = None if to_its_rates else mean_levers()
    if not to_its_rates:
        known = {**authority.figures, **dict.fromkeys(OUTCOMES, None)}
        authority = replace(authority, figures=known)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"{authority.file_name}.toml"
        place.write_text(place_text(authority, load_evidence(), levers), encoding="utf-8")
        scenario = Path(folder) / "scenarios" / "do_nothing.toml"
        scenario.parent.mkdir()
        text = starter_text("do_nothing", authority, f"../{place.name}")
        scenario.write_text(text, encoding="utf-8")
        return load_scenario(scenario)


@cache
def by_code() -> dict[str, Authority]:
    """Every authority by its official code."""
    return {authority.code: authority for authority in read_authorities()}


@cache
def mean_levers() -> Levers:
    """The settings of a place with the mean rates and deprivation of England's authorities."""
    england = [a for a in read_authorities() if a.country == "England"]
    rates = {}
    for column in OUTCOMES:
        rates[column] = float(np.mean([x for a in england if (x := a.figures[column])]))
    return fitted(rates, float(np.mean([a.deprivation_score for a in england])))


def english(every: int = 1) -> Sequence[Authority]:
    """England's authorities by number of residents; all, or every second, third, ... of them."""
    found = [a for a in read_authorities() if a.country == "England" and a.residents >= FEWEST]
    found.sort(key=lambda a: (a.residents, a.code))
    return found[::every]
