"""Patterns and knock-outs: what goes when a mechanism is switched off (``make knockouts``)."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from experiments.compare import Floats, Replicates, run_scenarios
from experiments.patterns import (
    CLAIMS,
    DO_NOTHING,
    MECHANISMS,
    PATTERNS,
    Claim,
    Direction,
    Pattern,
    knock_out,
    world,
    worlds,
)
from experiments.pool import cores
from experiments.progress import progress
from experiments.stats import CHANCE_ONLY, Interval, mean_interval, paired_difference
from experiments.wording import Kind, difference_text, in_columns, level_text
from scenarios.load import load_scenario
from scenarios.resolved import Scenario
from sim.run import run_replicate

YEARS = 5
REPLICATES = 4
SEED = 1
WIDTH = 110
NAMES: Final = (DO_NOTHING, "budget_cut", "navigators")
_SCENARIOS = Path(__file__).parents[1] / "scenarios"
_NAN = float("nan")

OUTCOMES: Final = {
    "people.multiple_needs": "multiple needs",
    "people.in_crisis": "in crisis",
    "hidden.known_to_many_helped_by_none": "helped by none",
    "nfa.gave_up": "gave up waiting",
}
JUDGED_BY: Final = ("people.multiple_needs", "people.in_crisis")
"""Whether a switch makes things worse is judged by people's needs alone."""

WHY_WORSE: Final = {
    "lifecourse": "nobody ages, dies or moves away, and needs pile up",
    "convex_contacts": "small needs call and are referred as well, and crowd the doors",
    "thresholds": "everybody is let in, and those with most need wait behind the rest",
    "pressure": "doors that do not close as queues grow let the queues grow",
    "withdrawal": "whoever is kept on blocks a place for those who wait",
    "early_help": "families that are not helped early come to care",
}
"""What is seen in the tallies of runs without the mechanism."""


def load_worlds(place: str, years: int) -> dict[str, Scenario]:
    """The scenarios that patterns are about, as they are."""
    paths = {name: _SCENARIOS / place / f"{name}.toml" for name in NAMES}
    return {name: replace(load_scenario(path), years=years) for name, path in paths.items()}


def simulate(
    scenarios: Mapping[str, Scenario],
    seed: int,
    replicates: int,
    on_done: Callable[[], None] = lambda: None,
) -> Mapping[str, Replicates]:
    """Run all that the patterns need; replicates by the names of `worlds`."""
    every = tuple(worlds(scenarios))
    findings, stopped_by = run_scenarios(
        run_replicate, every, DO_NOTHING, seed, replicates, cores(), on_done
    )
    if stopped_by is not None:
        raise stopped_by
    return findings.scenarios


def main() -> int:
    """Print both tables; exit 0 whatever they show: this is a report."""
    scenarios = load_worlds("portsmouth", YEARS)
    with progress("Knock-outs", REPLICATES) as on_done:
        found = simulate(scenarios, SEED, REPLICATES, on_done)
    print(f"{scenarios[DO_NOTHING].place.title}, {YEARS} years, {REPLICATES} replicates\n")
    print("\n".join([*_patterns_table(found), "", *_switches_table(found)]))
    return 0


def verdict(difference: Interval, direction: Direction) -> str:
    """Whether a figure did what the pattern says it must."""
    if not difference.detectable:
        return f"no: {direction} not, as far as can be told"
    moved: Direction = "rises" if difference.mean > 0 else "falls"
    return moved if moved == direction else f"no: {moved}"


def _patterns_table(found: Mapping[str, Replicates]) -> Iterator[str]:
    yield from _wrapped(
        "PATTERNS, and what becomes of each when a mechanism is switched off from the start date "
        f"on. Differences are paired; ± is a 95% interval: {CHANCE_ONLY}."
    )
    yield _row("", ["all on", "off", "difference"], "")
    yield "=" * WIDTH
    for pattern in PATTERNS:
        yield ""
        yield from _wrapped(f"{pattern.words} ({pattern.source})")
        yield from _wrapped(f"{pattern.figure.words} [{_measures(pattern)}]", "  ")
        for claim in CLAIMS:
            if claim.pattern is pattern:
                yield _claim_row(found, claim)
    yield ""
    yield from _wrapped(
        "Where nothing is left of a figure, that is so by construction (it counts what the "
        "mechanism does): it shows that nothing else makes the pattern, and no more."
    )


def _claim_row(found: Mapping[str, Replicates], claim: Claim) -> str:
    on, off = knock_out(found, claim)
    kind = claim.pattern.figure.kind
    difference = paired_difference(off, on)
    cells = [_level(on, kind), _level(off, kind), difference_text(difference, kind)]
    without = claim.mechanism.replace("_", " ")
    return _row(f"    without {without}", cells, verdict(difference, claim.pattern.direction))


def _switches_table(found: Mapping[str, Replicates]) -> Iterator[str]:
    yield from _wrapped(
        "EACH SWITCH, ALL IN ALL: paired differences from everything on, while nothing else is "
        "done. A mechanism can carry a pattern that nobody wants and still hold things together: "
        "“worse” means that people are worse off without it."
    )
    yield _row("", list(OUTCOMES.values()), "people without it")
    yield "=" * WIDTH
    base = found[DO_NOTHING].overall
    yield _row("with everything on", [_level(base[m], "count") for m in OUTCOMES], "")
    for mechanism in MECHANISMS:
        off = found[world(DO_NOTHING, mechanism)].overall
        moved = {m: paired_difference(off[m], base[m]) for m in OUTCOMES}
        fared = how_people_fare([moved[m] for m in JUDGED_BY])
        cells = [difference_text(interval, "count") for interval in moved.values()]
        yield _row(f"without {mechanism.replace('_', ' ')}", cells, fared)
        if fared == "worse":
            yield f"    {WHY_WORSE.get(mechanism, 'not expected')}"
    yield ""
    yield "Without teams nothing changes here: doing nothing has no team."


def how_people_fare(needs: Sequence[Interval]) -> str:
    """What switching a mechanism off did to people's needs."""
    up = any(need.low > 0 for need in needs)
    down = any(need.high < 0 for need in needs)
    if up and down:
        return "both ways"
    return "worse" if up else "better" if down else "no difference"


def _level(values: Floats, kind: Kind) -> str:
    return level_text(Interval(mean_interval(values).mean, _NAN, _NAN), kind)


def _measures(pattern: Pattern) -> str:
    names = " + ".join(pattern.figure.measures)
    effect_of = pattern.figure.effect_of
    return f"{names}, {effect_of} less {DO_NOTHING}" if effect_of else names


def _row(label: str, cells: Sequence[str], last: str) -> str:
    return (f"{label:<30}" + in_columns(cells, 16) + f"   {last}").rstrip()


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


if __name__ == "__main__":
    sys.exit(main())
