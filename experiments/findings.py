"""The findings of docs/findings.md, held against chance and against what is not known.

    python -m experiments.findings        (make findings)

Each claim is looked at in replicates at the register's own numbers, which show chance, and in one
run at each of 16 plausible sets of numbers, which show how far it rests on numbers that nobody
knows. It *holds* if the 95% interval of the replicates' mean lies on the claimed side, and at least
14 of the 16 sets do. A single run at each set has chance in it as well: the count is too low rather
than too high.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from agents.arrays import Floats
from experiments.stats import Interval, mean_interval

if TYPE_CHECKING:
    from experiments.jobs import Where
    from experiments.trial import Trial
    from scenarios.resolved import Scenario

SCENARIO: Final = Path("scenarios/portsmouth/navigators.toml")
STORE: Final = Path("results/findings")
REPLICATES, SETS, SEED = 8, 16, 2
MOST_AGAINST: Final = 2
"""Sets in sixteen that may say otherwise."""
YEARS_TO_PAY: Final = 5
AIMS: Final = {"a quarter": 0.25, "half": 0.5}
"""Of the places, those that go to people whom the team's rule finds."""
WEEKS, SIZE, JOINED_WITHIN = 52, 100, 26
"""As `upstream evaluate` has them."""
CALLS: Final = "emergency"
Unit = Literal["share", "money", "times"]


@dataclass(frozen=True, eq=False)
class Claim:
    """Something said in the findings, and what it came to in every run."""

    words: str
    unit: Unit
    sign: int
    """1: it is more than ``limit``; -1: less."""
    at_register: Floats
    """[replicates]"""
    at_sets: Floats
    """[sets]"""
    limit: float = 0.0

    @property
    def interval(self) -> Interval:
        """Of chance, at the register's numbers."""
        return mean_interval(self.at_register)

    @property
    def sets_for_it(self) -> int:
        """In how many of the sets it is so."""
        return int((self.sign * (self.at_sets - self.limit) > 0).sum())

    @property
    def holds(self) -> bool:
        """Beyond chance, and in nearly all sets."""
        found = self.interval
        end = found.low if self.sign > 0 else found.high
        most = MOST_AGAINST * len(self.at_sets) // 16
        return self.sign * (end - self.limit) > 0 and self.sets_for_it >= len(self.at_sets) - most


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is missing, and print every claim."""
    from experiments.jobs import Where
    from scenarios.load import load_scenario
    from sim.tasks import cores

    asked = _arguments(argv)
    where = Where(asked.workers or cores(), store=asked.store)
    scenario = load_scenario(SCENARIO)
    claims = [*of_evaluation(scenario, asked, where), *of_money(scenario, asked, where)]
    print(text_of(claims, asked.replicates, asked.seed), end="")
    if asked.json is not None:
        asked.json.write_text(json.dumps(content_of(claims), indent=1) + "\n", encoding="utf-8")
    return 0


def of_evaluation(scenario: Scenario, asked: argparse.Namespace, where: Where) -> Iterator[Claim]:
    """What an evaluation of the navigators would publish, and what is true."""
    from experiments.cohort import team_of
    from experiments.jobs import run_tasks
    from experiments.progress import progress
    from experiments.sets import at_numbers
    from experiments.trial import Evaluation, evaluate_once

    team = team_of(scenario, None)
    assert team is not None
    tasks = [
        Evaluation(at_numbers(scenario, numbers), team.name, SIZE, JOINED_WITHIN, (CALLS,),
                   asked.seed, replicate)
        for numbers, replicate in _settings(scenario, asked)
    ]  # fmt: skip
    with progress("Evaluating", len(tasks)) as advance:
        done = run_tasks(evaluate_once, tasks, where=where, on_done=lambda i, r: advance())
    yield from evaluation_claims(done, asked.replicates)


def evaluation_claims(done: Sequence[Trial], replicates: int) -> list[Claim]:
    """From what was counted: the replicates first, then the sets."""
    from experiments.mirage import sums_of

    real = sums_of([trial.arms["programme"] for trial in done], CALLS, WEEKS)
    idle = sums_of([trial.arms["idle"] for trial in done], CALLS, WEEKS)
    published, true = real.after / real.before - 1, real.after / real.without - 1
    beside = real.matched_after / real.matched_before
    matched = (1 + published) / beside - 1
    of_idle = idle.after / idle.before - 1
    anyway = (real.before - real.without) / (real.before - real.after)
    claim = _maker(replicates)
    return [
        claim("calls of the navigators' people fall (true effect)", "share", -1, true),
        claim("published, before and after", "share", -1, published),
        claim("published is a larger fall than the true one, by", "share", -1, published - true),
        claim("of the published fall, comes without the programme", "share", 1, anyway),
        claim("... and that is more than half", "share", 1, anyway, 0.5),
        claim("a team that does nothing publishes", "share", -1, of_idle),
        claim("the matched comparison finds", "share", -1, matched),
        claim("... which is less of a fall than the true one, by", "share", 1, matched - true),
    ]


def of_money(scenario: Scenario, asked: argparse.Namespace, where: Where) -> Iterator[Claim]:
    """Who pays and who saves, and how well a team must be aimed."""
    from experiments.books import AS_IT_IS, NOTHING, Books, money_measures
    from experiments.break_even import lasting_from_start
    from experiments.futures import Future, live_future
    from experiments.jobs import run_tasks
    from experiments.paired import nothing_changed
    from experiments.progress import progress
    from experiments.stronger import with_aim

    lasting, first = lasting_from_start(scenario, YEARS_TO_PAY)
    worlds = {NOTHING: nothing_changed(lasting), AS_IT_IS: lasting}
    worlds |= {share: with_aim(lasting, aim) for share, aim in AIMS.items()}
    books = Books(money_measures(lasting), lasting, first, tuple(worlds))
    tasks = [
        Future(tuple(worlds.values()), numbers, books.measures, asked.seed, replicate)
        for numbers, replicate in _settings(scenario, asked)
    ]
    with progress("Reckoning", len(tasks)) as advance:
        done = run_tasks(live_future, tasks, where=where, on_done=lambda i, r: advance())
    runs = np.array(done)

    def saved(payer: str = "", cash: bool = False, world: str = AS_IT_IS) -> Floats:
        start = ("cashable_cost." if cash else "cost.payer.") + payer
        names = [m for m in books.measures if (m == start if payer else m.startswith(start))]
        return books.saved(runs, world, names)[:, -1]

    cost = books.spent(runs, AS_IT_IS)
    claim = _maker(asked.replicates)
    yield claim("the navigators cost", "money", 1, cost)
    yield claim("the public purse gains", "money", 1, saved())
    yield claim("all that they save, over their cost", "times", 1, (saved() + cost) / cost, 1.0)
    yield claim("the council, which pays, gains", "money", -1, saved("council"))
    yield claim("... of it in cash", "money", -1, saved("council", cash=True))
    yield claim("the NHS gains", "money", 1, saved("nhs"))
    yield claim("... of it in cash", "money", 1, saved("nhs", cash=True))
    yield claim("the police gain", "money", 1, saved("police"))
    yield claim("the public purse gains in cash", "money", 1, saved(cash=True))
    yield claim("all that they save in cash, over their cost", "times", 1,
                (saved(cash=True) + cost) / cost, 1.0)  # fmt: skip
    yield claim("less than half of what is saved is cash: share", "share", -1,
                (saved(cash=True) + cost) / (saved() + cost), 0.5)  # fmt: skip
    for share in AIMS:
        yield claim(f"with {share} of the places aimed, the purse gains", "money", 1,
                    saved(world=share))  # fmt: skip


def _settings(
    scenario: Scenario, asked: argparse.Namespace
) -> list[tuple[tuple[tuple[str, float], ...], int]]:
    """Numbers and luck of each run: replicates at the register's, then the plausible sets."""
    from experiments.sets import sets_for

    found = sets_for(scenario, asked.sets)
    sets = found.numbers if found is not None else ()
    own = [((), replicate) for replicate in range(asked.replicates)]
    return [*own, *((numbers, i % asked.replicates) for i, numbers in enumerate(sets))]


def _maker(replicates: int) -> Callable[..., Claim]:
    """Makes claims of values of which the first so many are at the register's numbers."""

    def claim(words: str, unit: Unit, sign: int, values: Floats, limit: float = 0.0) -> Claim:
        return Claim(words, unit, sign, values[:replicates], values[replicates:], limit)

    return claim


def text_of(claims: Sequence[Claim], replicates: int, seed: int) -> str:
    """A line a claim."""
    sets = len(claims[0].at_sets)
    lines = [
        f"Navigators in Portsmouth: {replicates} replicates, seed {seed}, and {sets} plausible "
        "sets.",
        f"{'':52}{'mean, 95% of chance':>25}{'sets: middle and range':>28}{'so in':>9}",
        "=" * 124,
    ]
    for claim in claims:
        found, at = claim.interval, claim.at_sets
        own = f"{_said(found.mean, claim.unit)} ±{_said(found.half, claim.unit, signed=False)}"
        ends = (_said(float(x), claim.unit) for x in (at.min(), at.max()))
        besides = f"{_said(float(np.median(at)), claim.unit)} ({' to '.join(ends)})"
        lines.append(
            f"{claim.words:52}{own:>25} {besides:>27}{claim.sets_for_it:>4} of {len(at)}"
            f"{'  holds' if claim.holds else '  –'}"
        )
    return "\n".join(lines) + "\n"


def content_of(claims: Sequence[Claim]) -> list[dict[str, object]]:
    """For machines."""
    return [
        {
            "claim": claim.words, "unit": claim.unit, "holds": claim.holds,
            "mean": claim.interval.mean, "low": claim.interval.low, "high": claim.interval.high,
            "at_sets": [float(x) for x in claim.at_sets], "sets_for_it": claim.sets_for_it,
        }
        for claim in claims
    ]  # fmt: skip


def _said(x: float, unit: Unit, signed: bool = True) -> str:
    sign = "+" if signed and unit != "times" else ""
    if unit == "share":
        return f"{100 * x:{sign}.0f}%"
    if unit == "times":
        return f"{x:.1f}"
    return f"{x / 1e6:{sign}.1f}m"


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").splitlines()[0], allow_abbrev=False
    )
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="default: %(default)s")
    parser.add_argument("--sets", type=int, default=SETS, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--workers", type=int, help="default: one a core")
    parser.add_argument("--store", type=Path, default=STORE, help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="write every claim to this file")
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
