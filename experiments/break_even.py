"""`upstream break-even`: what would have to be true for this to pay?

How cheap, how strong or how well aimed it must be to pay back within so many years of its start,
for the public purse and for each payer, cash and the rest apart. Then, over futures in which the
model's numbers are other than today's: how likely it is worth its money, by what one would pay for
a week of crisis avoided, and what it would be worth to know each number better.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from experiments.books import AS_IT_IS, NOTHING, Books, Paying, money_measures
from experiments.commands import DONE, BadRequest, check_outputs

if TYPE_CHECKING:
    from agents.arrays import Floats
    from experiments.crossing import Crossing
    from experiments.evppi import Worth
    from experiments.futures import Futures
    from experiments.jobs import Where
    from experiments.stats import Interval
    from scenarios.resolved import Scenario

STRENGTHS = (0.0, 0.5, 1.0, 1.5, 2.0)
AIMS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, eq=False)
class BreakEven:
    """All that was found."""

    scenario: Scenario
    years: int
    replicates: int
    seed: int
    payers: Sequence[Paying]
    """The public purse first."""
    by_year: Floats
    """[replicates, years, 2] net benefit to the purse, all and cash, added up since the start."""
    programme: Interval
    """Its cost, discounted, over all years."""
    price: Interval
    """The multiple of its cost at which it breaks even: all savings counted."""
    cash_price: Interval
    """The same, of cash alone."""
    strength: Crossing | None
    """None where nothing of it can be stronger."""
    aim: Crossing | None
    """None where it has no team."""
    strengths: Floats | None
    """[replicates, STRENGTHS] net benefit to the purse."""
    aims: Floats | None
    """[replicates, AIMS] the same, from no aim at all to all of it."""
    nets: Floats
    """[futures] net benefit to the purse in each."""
    effects: Floats
    """[futures] weeks in crisis avoided in each, discounted."""
    worth: Sequence[Worth]
    decision_at: float
    """Pounds for a week in crisis avoided, at which knowledge is valued."""
    sets_of: str = ""
    """The place whose plausible sets the futures have."""
    notes: Sequence[str] = ()
    """What must be known of the budgets that it moves before this is believed."""


def break_even(arguments: argparse.Namespace) -> int:
    """Simulate, find where it pays, give out."""
    from experiments.answer import Answer, give_answer

    check_outputs(arguments)
    found = found_for(arguments)

    def pictures() -> Mapping[str, Any]:
        from experiments.break_even_figures import paying_figure, uncertain_figure

        drawn = {"break_even": paying_figure(found)}
        return drawn | ({"worthwhile": uncertain_figure(found)} if len(found.nets) else {})

    from experiments.break_even_content import content_of
    from experiments.break_even_text import text_of

    give_answer(Answer(text_of(found), content_of(found), pictures, [found.scenario]), arguments)
    return DONE


def found_for(arguments: argparse.Namespace) -> BreakEven:
    """Run everything, and reckon."""
    from experiments.answer import say_how_long
    from experiments.jobs import where_of
    from experiments.paired import live_all
    from experiments.progress import progress
    from scenarios.load import load_scenario

    scenario, first = lasting_from_start(load_scenario(arguments.scenario), arguments.within)
    worlds = worlds_of(scenario)
    books = Books(measures_of(scenario), scenario, first, tuple(worlds))
    where, replicates = where_of(arguments), arguments.replicates
    years = replicates * (5 + len(worlds) * scenario.years)
    say_how_long(scenario, years + arguments.futures * (5 + 2 * scenario.years), where)
    with progress("Breaking even", replicates + arguments.futures) as advance:
        runs = live_all(
            list(worlds.values()), books.measures, arguments.seed, replicates, where, advance
        )
        futures = _futures(arguments, scenario, books, where, advance)
    return reckoned(arguments, books, runs, futures)


def _futures(
    arguments: argparse.Namespace,
    scenario: Scenario,
    books: Books,
    where: Where,
    advance: Callable[[], None],
) -> Futures | None:
    """Doing nothing and the scenario in every future; None where none are asked for."""
    from experiments.futures import live_futures, plausible_sets
    from experiments.output import warn
    from experiments.paired import nothing_changed
    from experiments.sets import since_changed

    if not arguments.futures:
        return None
    for note in since_changed(scenario.place_name, scenario.place):
        warn(f"Note: {note}")
    sets = plausible_sets(scenario, arguments.futures, arguments.seed)
    pair = [nothing_changed(scenario), scenario]
    return live_futures(pair, sets, books.measures, arguments.seed + 1, where, advance)


def reckoned(
    arguments: argparse.Namespace, books: Books, runs: Floats, futures: Futures | None
) -> BreakEven:
    """Everything that follows from the runs."""
    import numpy as np

    from experiments.crossing import crossing
    from experiments.sets import nearest_ensemble
    from experiments.stats import mean_interval

    net, cash = books.net(runs, AS_IT_IS), books.net(runs, AS_IT_IS, cash=True)
    programme = books.spent(runs, AS_IT_IS)
    strengths, aims = _by_strength(books, runs), _by_aim(books, runs)
    nets, effects = _over_futures(books, futures)
    return BreakEven(
        scenario=books.scenario,
        years=arguments.within,
        replicates=arguments.replicates,
        seed=arguments.seed,
        payers=books.payers(runs, AS_IT_IS),
        by_year=np.stack([net, cash], axis=-1),
        programme=mean_interval(programme),
        price=price(net[:, -1], programme),
        cash_price=price(cash[:, -1], programme),
        strength=None if strengths is None else crossing(STRENGTHS, strengths),
        aim=None if aims is None else crossing(AIMS, aims),
        strengths=strengths,
        aims=aims,
        nets=nets,
        effects=effects,
        worth=_worth(futures, nets + arguments.worth * effects, arguments.seed),
        decision_at=arguments.worth,
        sets_of=nearest_ensemble(books.scenario).place,
        notes=_notes(books, runs),
    )


def measures_of(scenario: Scenario) -> tuple[str, ...]:
    """What has to be measured: money, and the places of the agencies whose budgets it moves."""
    from experiments.empty_places import place_measures
    from experiments.own_budgets import budgets_moved

    return (*money_measures(scenario), *place_measures(budgets_moved(scenario)))


def _notes(books: Books, runs: Floats) -> tuple[str, ...]:
    """Where places stand empty as its budgets move, and which budgets are no figures of the place.

    Years are those of the comparison that it begins as: from the run's first.
    """
    from experiments.compare import label_of
    from experiments.empty_places import budget_notes
    from experiments.paired import nothing_changed

    pair = (nothing_changed(books.scenario), books.scenario)
    means = runs.mean(axis=0)
    years = {
        scenario.name: dict(
            zip(books.measures, means[books.worlds.index(world), :, 1:], strict=True)
        )
        for scenario, world in zip(pair, (NOTHING, AS_IT_IS), strict=True)
    }
    labels = {s.name: label_of(s.title, s.place.title) for s in pair}
    agencies = {name: spec.title for name, spec in books.scenario.evidence.agencies.items()}
    return budget_notes(pair, years, labels, agencies)


def lasting_from_start(scenario: Scenario, within: int) -> tuple[Scenario, int]:
    """The scenario until so many years after its first change starts, and the year of the start.

    Money is added up by years of the run. So where a change starts within one, the run begins by so
    many weeks later, and with it the place as it is today: every year counted is one since then.
    """
    from scenarios.names import WEEKS_PER_YEAR
    from sim.policy import weeks_since

    if not scenario.changes and not scenario.costs:
        raise BadRequest(f"{scenario.name} changes nothing, so there is nothing to pay back")
    starts = [d.start for d in scenario.changes] + [c.start for c in scenario.costs]
    first, later = divmod(max(0, weeks_since(scenario.start, min(starts))), WEEKS_PER_YEAR)
    begins = scenario.start + dt.timedelta(weeks=later)
    return replace(scenario, start=begins, years=first + within), first


def worlds_of(scenario: Scenario) -> dict[str, Scenario]:
    """Doing nothing, the scenario, and it stronger, weaker and worse aimed, where that means
    anything."""
    from experiments.paired import nothing_changed
    from experiments.stronger import (
        has_team,
        of_which_there_is_half,
        with_aim,
        with_strength,
    )

    worlds = {NOTHING: nothing_changed(scenario), AS_IT_IS: scenario}
    if of_which_there_is_half(scenario):
        worlds |= {f"strength {s:g}": with_strength(scenario, s) for s in STRENGTHS if s != 1.0}
    if has_team(scenario):
        worlds |= {f"aim {a:g}": with_aim(scenario, a) for a in AIMS if a != 1.0}
    return worlds


def price(net: Floats, programme: Floats) -> Interval:
    """The multiple of its cost at which it breaks even: what it saves over what it costs."""
    from experiments.missed import ratio_interval

    if programme.mean() <= 0:
        from experiments.stats import Interval

        return Interval(math.nan, math.nan, math.nan)
    return ratio_interval(net + programme, programme)


def _by_strength(books: Books, runs: Floats) -> Floats | None:
    """[replicates, STRENGTHS] net benefit to the purse; None where strength means nothing."""
    import numpy as np

    names = [AS_IT_IS if s == 1.0 else f"strength {s:g}" for s in STRENGTHS]
    if any(name not in books.worlds for name in names):
        return None
    return np.stack([books.net(runs, name)[:, -1] for name in names], axis=1)


def _by_aim(books: Books, runs: Floats) -> Floats | None:
    """[replicates, AIMS] the same by aim, with everything else of the scenario in force."""
    import numpy as np

    names = [AS_IT_IS if a == 1.0 else f"aim {a:g}" for a in AIMS]
    if any(name not in books.worlds for name in names):
        return None
    return np.stack([books.net(runs, name)[:, -1] for name in names], axis=1)


def _over_futures(books: Books, futures: Futures | None) -> tuple[Floats, Floats]:
    import numpy as np

    if futures is None:
        return np.zeros(0), np.zeros(0)
    return books.net(futures.found, AS_IT_IS)[:, -1], books.avoided(futures.found, AS_IT_IS)


def _worth(futures: Futures | None, net: Floats, seed: int) -> list[Worth]:
    from experiments.evppi import worth_of_each

    return [] if futures is None else worth_of_each(futures.names, futures.numbers, net, seed)


def worthwhile(found: BreakEven, at: Floats) -> Floats:
    """The probability, over futures, that it is worth its money, for each sum that a week in crisis
    avoided may be worth (a cost-effectiveness acceptability curve)."""
    import numpy as np

    net = found.nets[:, None] + at[None, :] * found.effects[:, None]
    return np.asarray((net > 0).mean(axis=0))


def wilson(share: float, n: int) -> tuple[float, float]:
    """A 95% interval of a share of ``n`` (Wilson 1927)."""
    z2 = 1.959964**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = 1.959964 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return middle - half, middle + half
