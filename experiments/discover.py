"""`upstream discover`: in which futures does a plan fail?

The plan and doing nothing are lived in many futures, in each of which the model's uncertain numbers
are others. The futures in which it fails are then looked through for what they have in common: a
box of a few limits that catches most failures and little else. It is found in some futures and held
against fresh ones.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.commands import DONE, check_outputs

if TYPE_CHECKING:
    from agents.arrays import Floats
    from experiments.futures import Futures
    from experiments.prim import Bools, Box
    from experiments.ranking import Group, Ranking
    from scenarios.resolved import Scenario

WIDTH = 100
MONEY = "net_benefit"
BOXES = 2
FRESH = 0.5
"""Fresh futures for each one that a box is found in."""


@dataclass(frozen=True, eq=False)
class Boxed:
    """A box, and what became of it in fresh futures."""

    box: Box
    fresh_inside: tuple[int, int]
    """Futures inside that fail, and all inside."""
    fresh_outside: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Discovered:
    """All that was found."""

    scenario: Scenario
    goal: str
    within: int
    seed: int
    names: tuple[str, ...]
    numbers: Floats
    """[futures, names]"""
    fails: Bools
    """[futures]"""
    change: Floats
    """[futures] what the plan does to its goal; less is better, but for net benefit."""
    fresh_fails: Bools
    boxes: Sequence[Boxed]
    telling: tuple[int, ...]
    """Columns that set failures apart most, the first first."""
    size: Ranking
    """What the plan's effect on its goal goes with, over all futures."""
    sorts: Sequence[Group]
    """The same for sorts of numbers."""


def discover(arguments: argparse.Namespace) -> int:
    """Live the futures, find the boxes, give out."""
    from experiments.answer import Answer, give_answer

    check_outputs(arguments)
    found = _discovered(arguments)

    def pictures() -> Mapping[str, Any]:
        from experiments.discover_figures import futures_figure

        return {"futures": futures_figure(found)}

    give_answer(Answer(text_of(found), content_of(found), pictures, [found.scenario]), arguments)
    return DONE


def _discovered(arguments: argparse.Namespace) -> Discovered:
    from experiments.answer import say_how_long
    from experiments.books import Books, money_measures
    from experiments.break_even import lasting_from_start
    from experiments.futures import live_futures, parameter_sets
    from experiments.jobs import where_of
    from experiments.measures import check_measures
    from experiments.paired import nothing_changed
    from experiments.progress import progress
    from scenarios.load import load_scenario

    scenario, first = lasting_from_start(load_scenario(arguments.scenario), arguments.within)
    goal = arguments.goal
    if goal != MONEY:
        check_measures([goal], scenario)
    measures = money_measures(scenario) if goal == MONEY else (goal,)
    books = Books(measures, scenario, first)
    where = where_of(arguments)
    n, fresh = arguments.futures, round(FRESH * arguments.futures)
    say_how_long(scenario, (n + fresh) * (5 + 2 * scenario.years), where)
    worlds = [nothing_changed(scenario), scenario]
    seed = arguments.seed
    with progress("Discovering", n + fresh) as advance:
        old = live_futures(
            worlds, parameter_sets(scenario, n, seed), measures, seed + 1, where, advance
        )
        new = live_futures(
            worlds, parameter_sets(scenario, fresh, seed + 2), measures, seed + 3, where, advance
        )
    return discovered(scenario, goal, arguments.within, seed, old, new,
                      *(changes_in(goal, books, some) for some in (old, new)))  # fmt: skip


def changes_in(goal: str, books: Any, futures: Futures) -> Floats:
    """[futures] What the plan does to its goal."""
    from experiments.books import AS_IT_IS

    if goal == MONEY:
        return np.asarray(books.net(futures.found, AS_IT_IS)[:, -1])
    years = futures.found[:, :, 0, 1 + books.first :]
    return np.asarray((years[:, 1] - years[:, 0]).mean(axis=1))


def failing(goal: str, change: Floats) -> Bools:
    """A plan fails if it loses money, or if its measure is no lower."""
    return np.asarray(change < 0 if goal == MONEY else change >= 0)


def discovered(
    scenario: Scenario,
    goal: str,
    within: int,
    seed: int,
    old: Futures,
    new: Futures,
    change: Floats,
    fresh_change: Floats,
) -> Discovered:
    """Find boxes in ``old`` futures and hold them against ``new`` ones."""
    from experiments.number_groups import group_of
    from experiments.prim import find_box, holds, telling
    from experiments.ranking import groups, ranking

    fails, fresh = failing(goal, change), failing(goal, fresh_change)
    every, effect = np.vstack([old.numbers, new.numbers]), np.append(change, fresh_change)
    sorts = groups([group_of(name) for name in old.names], every, effect)
    boxes: list[Boxed] = []
    left = np.ones(len(fails), np.bool_)
    for _ in range(BOXES):
        box = find_box(old.numbers[left], fails[left])
        if box is None:
            break
        inside = holds(new.numbers, box)
        boxes.append(Boxed(box, _of(fresh, inside), _of(fresh, ~inside)))
        left &= ~holds(old.numbers, box)
    columns = [limit.column for b in boxes for limit in b.box.limits]
    if fails.any() and not fails.all():
        columns += [int(c) for c in telling(old.numbers, fails)]
    return Discovered(
        scenario, goal, within, seed, old.names, old.numbers, fails, change, fresh, boxes,
        tuple(dict.fromkeys(columns)), ranking(old.names, every, effect), sorts,
    )  # fmt: skip


def _of(fails: Bools, which: Bools) -> tuple[int, int]:
    return int(fails[which].sum()), int(which.sum())


def text_of(found: Discovered) -> str:
    """In words."""
    n, share = len(found.fails), float(found.fails.mean())
    lines = [
        f"{found.scenario.title}. In which futures does it fail?",
        f"It fails where {_goal_words(found)}. {n} futures, seed {found.seed}: in each, all "
        f"{len(found.names)} uncertain numbers of the model are drawn anew, and so is luck.",
        f"It fails in {found.fails.sum()} of {n} futures ({share:.0%}), and in "
        f"{found.fresh_fails.sum()} of {len(found.fresh_fails)} fresh ones.",
        "",
    ]
    for boxed in found.boxes:
        lines += box_words(found, boxed)
    if not found.boxes:
        lines.append(_no_box(found))
    lines += ["", size_words(found)]
    return "\n".join(
        textwrap.fill(x, WIDTH, subsequent_indent="    " if x.startswith("  ") else "  ",
                      initial_indent="  " if x.startswith("  ") else "") for x in lines
    )  # fmt: skip


def _goal_words(found: Discovered) -> str:
    from sim.metrics import meaning_of

    if found.goal == MONEY:
        return (
            "it costs the public purse more than it saves in the "
            f"{found.within} years after its start"
        )
    return (
        f"{found.goal} ({meaning_of(found.goal)}) is no lower with it, on average over the "
        f"{found.within} years after its start"
    )


def box_words(found: Discovered, boxed: Boxed) -> list[str]:
    """A box as sentences."""
    box, (hit, inside), (missed, outside) = boxed.box, boxed.fresh_inside, boxed.fresh_outside
    lines = [f"It fails in {box.density:.0%} of the futures in which"]
    lines += [f"  - {limit_words(found, limit)}" for limit in box.limits]
    lines.append(
        f"Such futures are {box.mass:.0%} of all, and hold {box.coverage:.0%} of the failures. In "
        f"fresh futures it failed in {hit} of {inside} such"
        f"{f' ({hit / inside:.0%})' if inside else ''}, and in {missed} of {outside} others"
        f"{f' ({missed / outside:.0%})' if outside else ''}."
    )
    return [*lines, ""]


def limit_words(found: Discovered, limit: Any) -> str:
    """One limit, with what the number means, today's value and its range."""
    from scenarios.uncertain import uncertain_numbers

    name = found.names[limit.column]
    x = uncertain_numbers(found.scenario.evidence)[name]
    sides = []
    if np.isfinite(limit.at_least):
        sides.append(f"above {limit.at_least:.3g}")
    if np.isfinite(limit.at_most):
        sides.append(f"below {limit.at_most:.3g}")
    return (
        f"{name} is {' and '.join(sides)} (today {x.value:.3g}, between {x.low:.3g} and "
        f"{x.high:.3g}): {number_words(name, found.scenario)}"
    )


def number_words(name: str, scenario: Scenario) -> str:
    """What a number of the register means, in plain words."""
    from experiments.describe_words import AGENCY, EVENT, NEED
    from experiments.wording import plain_words
    from scenarios.uncertain import uncertain_numbers

    known = uncertain_numbers(scenario.evidence).get(name)
    if known is not None and known.meaning:
        return known.meaning
    kind, *rest = name.split(".")
    if kind == "team" and len(rest) > 1:
        return f"{plain_words(rest[0])}: {rest[1].replace('_', ' ')}"
    tables: dict[str, tuple[Any, Any]] = {
        "needs": (NEED, scenario.evidence.needs),
        "agencies": (AGENCY, scenario.evidence.agencies),
        "events": (EVENT, scenario.evidence.events),
    }
    if kind not in tables or len(rest) < 2:
        return name.replace("_", " ").replace(".", ", ")
    words, items = tables[kind]
    title = items[rest[0]].title if rest[0] in items else rest[0]
    said = words[rest[1]].meaning if rest[1] in words else rest[1].replace("_", " ")
    return f"{title}: {said}" + (f" ({rest[2].replace('_', ' ')})" if len(rest) > 2 else "")


def size_words(found: Discovered) -> str:
    """What the size of the effect goes with, fail or not."""
    from experiments.ranking import surely_named

    n = len(found.fails) + len(found.fresh_fails)
    named = [f"{told.name} ({told.share:.0%})" for told in found.size.numbers]
    sorts = [f"{g.name} ({g.share:.0%})" for g in found.sorts if g.low > 0]
    sure = surely_named(n, len(found.names))
    return (
        f"The size of its effect, over all {n} futures, goes with "
        f"{'; '.join(named) or 'no single number beyond luck'} (one that told {sure:.0%} of it "
        "would have been named nine times in ten). Sorts of numbers beyond luck: "
        f"{'; '.join(sorts) or 'none'}."
    )


def _no_box(found: Discovered) -> str:
    if not found.fails.any():
        return "It fails in none of them, so there is nothing to find."
    if found.fails.all():
        return "It fails in all of them: no number makes the difference."
    names = ", ".join(found.names[c] for c in found.telling[:3])
    return (
        "No box of futures stands out beyond what luck would show among so many numbers. The "
        f"numbers that set failures apart most are {names}: a hint at best, as so many numbers are "
        "looked at; more futures (--futures) may tell."
    )


def content_of(found: Discovered) -> dict[str, Any]:
    """For JSON."""
    return {
        "scenario": found.scenario.name,
        "goal": found.goal,
        "within_years": found.within,
        "seed": found.seed,
        "futures": len(found.fails),
        "failed": int(found.fails.sum()),
        "fresh_futures": len(found.fresh_fails),
        "fresh_failed": int(found.fresh_fails.sum()),
        "boxes": [
            {
                "limits": [
                    {"number": found.names[x.column], "at_least": x.at_least,
                     "at_most": x.at_most, "chance": x.chance}
                    for x in b.box.limits
                ],
                "density": b.box.density, "coverage": b.box.coverage, "mass": b.box.mass,
                "fresh_inside": b.fresh_inside, "fresh_outside": b.fresh_outside,
            }
            for b in found.boxes
        ],
        "telling": [found.names[c] for c in found.telling],
        "size": [asdict(told) for told in found.size.numbers],
        "sorts": [asdict(group) for group in found.sorts],
    }  # fmt: skip
