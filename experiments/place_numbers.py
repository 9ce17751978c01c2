"""How much each number of a place's own file does: which to find out first.

Every number that `upstream place` writes is made a quarter less and a quarter more, one at a time,
in a typical unitary authority that does nothing. ``python -m experiments.place_numbers`` runs that
and writes ``docs/place_numbers.json``, from which `upstream check SCENARIO --replace-first` takes
the order (`experiments.replace_first`).

A quarter is one measure for all, not what is known of each: a figure scaled from a national one may
be further off, and a published one is not. The same random numbers are used on every side.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from agents.arrays import Floats
from experiments.compare import Findings, run_scenarios
from experiments.progress import progress
from experiments.stats import mean_interval
from scenarios.files import HERE
from scenarios.load import load_scenario
from scenarios.quantities import Quantity
from scenarios.resolved import Scenario
from scenarios.uncertain import with_numbers

PLACE: Final = "unitary"
AS_IT_IS: Final = "as it is"
FACTORS: Final = {"less": 0.75, "more": 1.25}
YEARS: Final = 5
REPLICATES: Final = 8
SEED: Final = 1
OUTCOMES: Final = ("people.multiple_needs", "people.in_crisis", "children.looked_after",
                   "contacts.police")  # fmt: skip
FILE: Final = Path(__file__).parents[1] / "docs" / "place_numbers.json"


def main() -> None:
    """Run, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("results/place_numbers"))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    found = measured(asked.store, asked.workers)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    asked.out.write_text(text, encoding="utf-8")


def measured(store: Path, workers: int) -> dict[str, Any]:
    """Everything that was found, for the data file. What is in ``store`` is not run again."""
    from sim.run import run_replicate

    scenarios = list(variants())
    with progress("Moving each number", REPLICATES) as advance:
        findings, stopped_by = run_scenarios(
            run_replicate, scenarios, scenarios[0].name, SEED, REPLICATES, workers, advance,
            store=store,
        )  # fmt: skip
    if stopped_by is not None:
        raise stopped_by
    base = load_scenario(HERE / PLACE / "do_nothing.toml")
    return {
        "place": base.place.title, "years": YEARS, "replicates": REPLICATES, "seed": SEED,
        "factors": FACTORS,
        "base": {one: float(findings.scenarios[AS_IT_IS].overall[one].mean()) for one in OUTCOMES},
        "numbers": {key: _effects(findings, key) for key in own_numbers(base)},
    }  # fmt: skip


def variants() -> Iterator[Scenario]:
    """The place doing nothing as it is, and with each of its numbers moved."""
    scenario = replace(load_scenario(HERE / PLACE / "do_nothing.toml"), years=YEARS)
    yield replace(scenario, name=AS_IT_IS)
    for key, quantity in own_numbers(scenario).items():
        for side, factor in FACTORS.items():
            moved = with_own_number(scenario, key, quantity.value * factor)
            yield replace(moved, name=f"{key}|{side}")


def own_numbers(scenario: Scenario) -> dict[str, Quantity]:
    """Each number that the place's file sets itself, with its status, by dotted name.

    Of agencies the value is that in force, at the model's prices. Residents by age are official
    everywhere and stand aside.
    """
    place = scenario.place
    own = {name: value for name in type(place).model_fields
           if name in place.model_fields_set
           and isinstance(value := getattr(place, name), Quantity)}  # fmt: skip
    own |= {f"onset_factor.{need}": value for need, value in place.onset_factor.items()}
    for agency, settings in place.agencies.items():
        spec = scenario.evidence.agencies[agency]
        for name in settings:
            if isinstance(value := getattr(spec, name), Quantity):
                own[f"agencies.{agency}.{name}"] = value
    return own


def with_own_number(scenario: Scenario, key: str, value: float) -> Scenario:
    """The scenario in a place of which one own number is another."""
    head, _, rest = key.partition(".")
    if head == "agencies":
        return with_numbers(scenario, {key: value})
    place = scenario.place
    if head == "onset_factor":
        changed: Mapping[str, Any] = {head: place.onset_factor | {rest: Quantity(value=value)}}
    else:
        changed = {head: Quantity(value=value)}
    return replace(scenario, place=place.model_copy(update=changed))


def _effects(findings: Findings, key: str) -> dict[str, list[float]]:
    """What a quarter more instead of a quarter less does to each outcome: low, mean and high."""
    less, more = (findings.scenarios[f"{key}|{side}"].overall for side in FACTORS)
    return {one: _interval(more[one] - less[one]) for one in OUTCOMES}


def _interval(values: Floats) -> list[float]:
    found = mean_interval(values)
    return [float(f"{x:.4g}") for x in (found.low, found.mean, found.high)]


if __name__ == "__main__":
    main()
