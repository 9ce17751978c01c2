"""`upstream interventions`: list the ways of working, measure them, take them apart, pair them.

``--measure`` also writes what was found into the files that expect nothing to be found, and makes
the page again.
"""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from experiments import measured as kept
from experiments.asked import size_and_cost
from experiments.commands import CHECKED_IN, DONE, BadRequest
from experiments.coverage import change_words, mechanism_words, page_text, the_work, verdict
from experiments.effects import (
    Effect,
    Found,
    Runs,
    alone,
    beyond_the_sum,
    both_name,
    difference,
    effect_of,
    less_name,
    simulate,
    together,
    without_each_change,
)
from experiments.measured import Measured, Pair, Part
from experiments.output import say
from experiments.progress import progress
from experiments.stats import mean_interval
from experiments.wording import in_columns
from scenarios.files import Reader
from scenarios.problems import did_you_mean
from scenarios.register import read_register
from scenarios.ways import DO_NOTHING, Way, in_use, read_items, read_ways

WIDTH: Final = 114
"""Characters of a line of the list."""
PAGE: Final = Path(__file__).parents[1] / "docs" / "interventions.md"
CANDIDATES: Final = (
    ("police_referrals", "shared_database", "nfa_share.from_police"),
    ("police_referrals", "blueprint", "nfa_share.both_needs"),
    ("police_referrals", "self_referral_service", "nfa_share.from_police"),
    ("assertive_outreach", "blueprint", "nfa_share.both_needs"),
    ("joint_screening", "police_in_early_help_hubs", "nfa_share"),
    ("ae_liaison", "crisis_home_treatment", "people.in_crisis"),
    ("navigators", "blueprint", "cost.reactive"),
    ("complex_cases_group", "blueprint", "nfa_share.both_needs"),
    ("dual_diagnosis_keyworker", "blueprint", "nfa_share.both_needs"),
    ("mash", "ace_training", "nfa_share.from_police"),
    ("checkpoint", "offender_management", "contacts.police"),
    ("navigators", "complex_cohort", "cost.reactive"),
    ("street_triage", "amhps_control_room", "crisis.place_of_safety"),
    ("police_referrals", "central_referral_unit", "hidden.known_to_many_helped_by_none"),
)
"""Pairs whose interplay is measured, with the measure; lower is better in each."""


def interventions(arguments: argparse.Namespace) -> int:
    """Do what the options ask; without any, list the files."""
    ways = read_ways()
    runs = Runs(replicates=arguments.replicates, seed=arguments.seed, workers=arguments.workers)
    asked = arguments.measure or arguments.page or arguments.pairs or arguments.parts
    if arguments.leave_one_out:
        way = _named(ways, arguments.leave_one_out)
        say("\n".join(_parts_lines(take_apart(runs, {way.name: way})[way.name])))
    elif asked:
        _measure_and_write(arguments, ways, runs)
    else:
        say("\n".join(_listed(ways)))
    return DONE


def _measure_and_write(arguments: argparse.Namespace, ways: Mapping[str, Way], runs: Runs) -> None:
    """Measure what is asked for, keep it beside what is known already, and make the page."""
    known = kept.read()
    if arguments.measure:
        known = _with(known, "effects", runs, effects=measure_all(runs, ways))
    if arguments.parts:
        several = {name: way for name, way in ways.items() if _has_parts(way)}
        known = _with(known, "parts", runs, parts=take_apart(runs, several))
    if arguments.pairs:
        known = _with(known, "pairs", runs, pairs=measure_pairs(runs, CANDIDATES))
    kept.save(known)
    for name in ways.keys() & known.effects.keys():
        write_found(ways[name], known.effects[name], known.runs["effects"])
    write_page(known)
    say(f"{PAGE.relative_to(PAGE.parents[1])} is up to date")


def _with(known: Measured, what: str, runs: Runs, **found: object) -> Measured:
    """``known`` with one set measured anew."""
    named = {**known.runs, what: replace(runs, workers=None)}
    return replace(known, runs=named, **found)  # type: ignore[arg-type]  # fields by name


def write_page(known: Measured) -> None:
    """Make the page from the files and from what was measured."""
    PAGE.write_text(page_text(read_ways(), read_items(), known), encoding="utf-8")


def measure_all(runs: Runs, ways: Mapping[str, Way]) -> dict[str, Effect]:
    """The effect of each way that says what it expects."""
    scenarios = alone(runs, ways)
    with progress(f"Measuring {len(scenarios)} scenarios", runs.replicates) as on_done:
        found = simulate(runs, scenarios, on_done)
    return {name: effect_of(found, way) for name, way in ways.items() if way.spec.expected}


def take_apart(runs: Runs, ways: Mapping[str, Way]) -> dict[str, tuple[Part, ...]]:
    """Remove the changes of each way one at a time."""
    scenarios = without_each_change(runs, list(ways))
    with progress(f"Simulating {len(scenarios)} scenarios", runs.replicates) as on_done:
        found = simulate(runs, scenarios, on_done)
    return {
        name: tuple(_part(found, way, i) for i in range(len(way.spec.changes)))
        for name, way in ways.items()
    }


def _part(found: Found, way: Way, i: int) -> Part:
    expected = way.spec.expected
    measure = expected.measure if expected else "people.multiple_needs"
    less = less_name(way.name, i)
    return Part(
        change=change_words(way.spec.changes[i]),
        left=mean_interval(difference(found, less, DO_NOTHING, measure)),
        its_work=mean_interval(difference(found, way.name, less, measure)),
    )


def _has_parts(way: Way) -> bool:
    """Several changes, and held against doing nothing."""
    expected = way.spec.expected
    return len(way.spec.changes) > 1 and expected is not None and expected.against is None


def measure_pairs(runs: Runs, pairs: Sequence[tuple[str, str, str]]) -> tuple[Pair, ...]:
    """What each pair does beyond the sum of the two."""
    scenarios = together(runs, [(a, b) for a, b, _ in pairs])
    with progress(f"Measuring {len(pairs)} pairs", runs.replicates) as on_done:
        found = simulate(runs, scenarios, on_done)
    return tuple(pair_of(found, *pair) for pair in pairs)


def pair_of(found: Found, a: str, b: str, measure: str) -> Pair:
    """One pair, from runs in which each was simulated alone and both together."""
    one, two, both = (
        mean_interval(difference(found, name, DO_NOTHING, measure))
        for name in (a, b, both_name(a, b))
    )
    return Pair(a, b, measure, one, two, both, mean_interval(beyond_the_sum(found, a, b, measure)))


def write_found(way: Way, effect: Effect, runs: Runs) -> None:
    """Put the measured interval into a file that expects nothing to be found."""
    if way.spec.expected is None or way.spec.expected.direction != "none":
        return
    d = effect.difference
    line = (
        f"found = {{mean = {_toml(d.mean)}, low = {_toml(d.low)}, high = {_toml(d.high)}, "
        f'place = "{runs.place}", replicates = {runs.replicates}, seed = {runs.seed}}}'
    )
    text = way.path.read_text(encoding="utf-8")
    way.path.write_text(re.sub(r"^found = .*$", line, text, flags=re.M), encoding="utf-8")


def _toml(x: float) -> str:
    return f"{x:.4g}" if "e" not in f"{x:.4g}" else f"{x:.0f}"


def _named(ways: Mapping[str, Way], name: str) -> Way:
    if name not in ways:
        hint = did_you_mean(name, ways)
        raise BadRequest(f"there is no intervention called '{name}' - {hint}")
    return ways[name]


def _listed(ways: Mapping[str, Way]) -> Iterator[str]:
    """Each way with its size and cost, what it is made of, and what was expected and measured."""
    effects = kept.read().effects
    nothing, *used = in_use(CHECKED_IN, {name: [way.path] for name, way in ways.items()})
    year = read_register(Reader()).prices.model_price_year
    yield from _wrapped(
        f"Money is at {year} prices. Budgets are those of {nothing.place.title}; for another "
        "place: upstream check FILE --place NAME. The files are in scenarios/interventions.",
        indent="",
    )
    for (name, way), scenario in zip(ways.items(), used, strict=True):
        where = ", ".join(dict.fromkeys(place.document for place in way.spec.described))
        yield f"{name}: {way.spec.title} [{where or 'several'}]"
        yield f"    {mechanism_words(way.spec)}"
        yield from _wrapped("; ".join(size_and_cost(scenario)) or "no cost in its file")
        expected = way.spec.expected
        if expected is not None:
            found = verdict(expected, effects[name].difference) if name in effects else "not yet"
            yield f"    {expected.measure}: expected {expected.direction}, measured {found}"


def _wrapped(text: str, indent: str = "    ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _parts_lines(parts: Sequence[Part]) -> Iterator[str]:
    yield f"{'without':<60}{'what is left':>30}{'what goes with it':>30}"
    for part in parts:
        mark = "  <- does most of the work" if part is the_work(parts) else ""
        cells = [
            f"{i.mean:+.4g} ({i.low:+.4g} to {i.high:+.4g})" for i in (part.left, part.its_work)
        ]
        yield f"{part.change:<60}{in_columns(cells, 30)}{mark}"
