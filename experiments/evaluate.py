"""`upstream evaluate`: would an evaluation of this programme mean anything?

For the same people: the fall that a before-and-after evaluation would publish, what a matched
comparison and a randomised trial would have found, and what the programme did. Beside it all the
same for a team that finds the same people and does nothing.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from experiments.commands import DONE, BadRequest, check_outputs
from experiments.wording import level_text, rough

if TYPE_CHECKING:
    from experiments.mirage import Estimates, ReadingFound
    from experiments.stats import Interval
    from experiments.trial import Trial
    from scenarios.resolved import Scenario

WIDTH = 100
OUTCOMES = {
    "emergency": "calls to police, ambulance and A&E",
    "arrests": "arrests",
    "cost": "cost of services (the team itself left out)",
}
DEFAULT = ("emergency", "cost")
ARMS = {"programme": "the programme", "idle": "a team that does nothing"}
REPORTED = {
    "coordination": (
        "26%", "lower wider costs, “up to”: the best of three areas, 39 people (Battrick 2014)",
        "costs of the 39 adults with most calls in a half-year, a year before and after",
    ),
    "offenders": (
        "58%", "less offending over 18 months, no comparison (Portsmouth, offender management)",
        "arrests of the 60 adults arrested most in a year, 18 months before and after",
    ),
    "high_users": (
        "84%", "fewer A&E visits, “up to” (Red Cross 2021, high-intensity users)",
        "A&E visits of the 20 adults with most in a quarter, a quarter before and after",
    ),
}  # fmt: skip
"""In the documents and the evidence: the figure, what it says, and what we set beside it."""


@dataclass(frozen=True, eq=False)
class Evaluated:
    """All that was found."""

    scenario: Scenario
    title: str
    replicates: int
    seed: int
    estimates: Mapping[str, Sequence[Estimates]]
    """By arm, outcome by outcome."""
    readings: Sequence[ReadingFound]
    trials: Sequence[Trial]
    weeks: int
    has_team: bool
    left: float
    """Share of the programme's people who died or moved away in the end."""


def evaluate(arguments: argparse.Namespace) -> int:
    """Simulate, put the numbers side by side, give them out."""
    from experiments.answer import Answer, give_answer

    check_outputs(arguments)
    found = _evaluated(arguments)

    def pictures() -> Mapping[str, Any]:
        from experiments.evaluate_figures import mirage_figure

        return {"mirage": mirage_figure(found)}

    give_answer(Answer(text_of(found), content_of(found), pictures, [found.scenario]), arguments)
    return DONE


def _evaluated(arguments: argparse.Namespace) -> Evaluated:
    from experiments.cohort import team_of
    from scenarios.load import load_scenario

    scenario = load_scenario(arguments.scenario)
    team = team_of(scenario, arguments.team)
    _check(arguments, scenario, team is not None)
    done = _lived(arguments, scenario, team.name if team else None)
    if not any(trial.arms["programme"].people for trial in done):
        raise BadRequest(
            f"{arguments.scenario}: nobody joined within {arguments.joined_within} weeks"
        )
    label = scenario.title.removeprefix(f"{scenario.place.title}: ")
    title = team.title if team else label[:1].upper() + label[1:]
    return side_by_side(arguments, scenario, title, team is not None, done)


def _lived(arguments: argparse.Namespace, scenario: Scenario, team: str | None) -> list[Trial]:
    """All replicates."""
    from experiments.answer import say_how_long
    from experiments.jobs import run_tasks, where_of
    from experiments.progress import progress
    from experiments.trial import SHOWN_WEEKS, Evaluation, evaluate_once

    outcomes = tuple(arguments.outcome or DEFAULT)
    size, within, seed = arguments.size, arguments.joined_within, arguments.seed
    tasks = [
        Evaluation(scenario, team, size, within, outcomes, seed, replicate)
        for replicate in range(arguments.replicates)
    ]
    where = where_of(arguments)
    years = 8 + 3 * (2 * SHOWN_WEEKS + within) / 52
    say_how_long(scenario, len(tasks) * years, where)
    with progress(f"Evaluating {scenario.title}", len(tasks)) as advance:
        return run_tasks(evaluate_once, tasks, where=where, on_done=lambda i, r: advance())


def side_by_side(
    arguments: argparse.Namespace,
    scenario: Scenario,
    title: str,
    has_team: bool,
    done: list[Trial],
) -> Evaluated:
    """The numbers, from what was counted."""
    from experiments.mirage import estimate, readings

    real = [trial.arms["programme"] for trial in done]
    weeks, seed = arguments.weeks, arguments.seed

    def of(arm: str) -> list[Estimates]:
        arms = [trial.arms[arm] for trial in done]
        return [estimate(arms, o, weeks, seed) for o in arguments.outcome or DEFAULT]

    return Evaluated(
        scenario=scenario,
        title=title,
        replicates=len(done),
        seed=seed,
        estimates={name: of(name) for name in ARMS},
        readings=readings(done),
        trials=done,
        weeks=weeks,
        has_team=has_team,
        left=sum(arm.left for arm in real) / max(1, sum(arm.people for arm in real)),
    )


def _check(arguments: argparse.Namespace, scenario: Scenario, has_team: bool) -> None:
    if not scenario.changes:
        raise BadRequest(f"{arguments.scenario}: changes nothing, so there is nothing to evaluate")
    if arguments.team and not has_team:
        raise BadRequest(f"--team: {arguments.scenario} has no team called {arguments.team}")
    known = [*OUTCOMES, *scenario.evidence.agencies]
    for outcome in arguments.outcome or ():
        if outcome not in known:
            raise BadRequest(f"--outcome: {outcome} is none of {', '.join(known)}")


def text_of(found: Evaluated) -> str:
    """The table, and how to read it."""
    parts = [_heading(found)]
    parts += [
        _block(found, [found.estimates[name][i] for name in ARMS])
        for i in range(len(found.estimates["programme"]))
    ]
    if found.readings:
        parts.append(_readings(found))
    return "\n\n".join(parts) + "\n"


def _heading(found: Evaluated) -> str:
    first = found.estimates["programme"][0]
    whom = "as the programme finds them" if found.has_team else "with most calls in a half-year"
    return _filled(
        f"{found.scenario.title}. What would an evaluation of “{found.title}” have found?\n"
        f"{first.people:.0f} people {whom}, {found.weeks} weeks before and "
        f"after each joined; {found.replicates} replicates, seed {found.seed}.\n"
        "± is a 95% interval of the average over replicates, of chance only; – no detectable "
        "difference: chance alone moves it as far as the ±. One evaluation by "
        f"itself has the luck of one place as well. {found.left:.0%} of these people "
        "had died or moved away in the end; whoever is gone makes no calls, in every column."
        + (f"\n{warning}" if (warning := rough(found.replicates)) else "")
    )


def outcome_words(found: Evaluated, outcome: str) -> str:
    """What was counted, in words."""
    agencies = found.scenario.evidence.agencies
    if outcome in OUTCOMES:
        return OUTCOMES[outcome]
    return f"contacts with {agencies[outcome].title}"


def _block(found: Evaluated, both: Sequence[Estimates]) -> str:
    what = outcome_words(found, both[0].outcome)
    other = ("a team that", "does nothing") if found.has_team else ("with nothing", "done")
    lines = [
        what[:1].upper() + what[1:],
        f"{'':<46}{'the programme':>22}{other[0]:>24}".rstrip(),
        f"{'':<46}{'':>22}{other[1]:>24}",
        "=" * 92,
    ]
    rows = {
        "In the time before, a person": [_before(e) for e in both],
        "Published: before and after": [_percent(e.naive) for e in both],
        "  one evaluation by itself, 95% between": [_span(*e.one_off) for e in both],
        "Matched comparison": [_percent(e.matched) for e in both],
        f"Randomised trial of {both[0].people:.0f}, 95% between": [_trial(e) for e in both],
        "  detects an effect with a probability of": [_power(e) for e in both],
        "  people needed to detect this effect": [_needed(e) for e in both],
        "TRUE EFFECT on these people": [_percent(e.truth) for e in both],
        "Of the fall, comes without the programme": [
            _percent(e.anyway, signed=False) for e in both
        ],
        "Change in the whole place, two years": [_place(e) for e in both],
    }
    lines += [f"{label:<46}{a:>22} {b:>23}" for label, (a, b) in rows.items()]
    return "\n".join(lines)


def _readings(found: Evaluated) -> str:
    lines = [
        "What a published fall may be: people picked at their peak, and nothing done",
        "=" * 92,
    ]
    for one in found.readings:
        figure, claim, ours = REPORTED[one.reading.name]
        lines.append(f"{figure}  {claim}")
        three = one.best_of_three
        best = "" if three != three else f"; the best of three such places {three:+.0%}"
        lines += textwrap.wrap(
            f"here, with nothing done: {_percent(one.change)}, in one place by itself 95% between "
            f"{_span(*one.one_off)}{best} ({ours})",
            WIDTH, initial_indent="     ", subsequent_indent="     ",
        )  # fmt: skip
    return "\n".join(lines)


def _before(e: Estimates) -> str:
    if e.outcome == "cost":
        from experiments.stats import Interval

        pounds = Interval(e.before.mean / 100, e.before.low / 100, e.before.high / 100)
        return level_text(pounds, "money")
    return level_text(e.before, "count")


def _place(e: Estimates) -> str:
    from experiments.stats import Interval
    from experiments.wording import difference_text

    by = 100 if e.outcome == "cost" else 1
    change = Interval(e.place.mean / by, e.place.low / by, e.place.high / by)
    return difference_text(change, "money" if e.outcome == "cost" else "count")


def _percent(interval: Interval, signed: bool = True) -> str:
    """A share with its interval, in whole percent; exactly nought where it is. A change that chance
    alone could make is a dash, as in every table."""
    if interval.mean == interval.low == interval.high == 0:
        return "exactly 0"
    sign = "+" if signed else ""
    exact = interval.half != interval.half or interval.half < 1e-9
    half = "" if exact else f" ±{max(1, round(100 * interval.half))}%"
    if signed and not exact and not interval.detectable:
        return f"– ({half.strip()})"
    return f"{100 * interval.mean:{sign}.0f}%{half}"


def _trial(e: Estimates) -> str:
    return _span(e.trial.low, e.trial.high) if e.trial.power == e.trial.power else "too few"


def _power(e: Estimates) -> str:
    return f"{e.trial.power:.0%}" if e.trial.power == e.trial.power else "–"


def _span(low: float, high: float) -> str:
    if high != high:
        return "not known of one"
    return f"{100 * low:+.0f}% to {100 * high:+.0f}%"


def _needed(e: Estimates) -> str:
    if e.truth.mean == e.truth.low == e.truth.high == 0:
        return "no effect to detect"
    if e.trial.needed != e.trial.needed:
        return "not told from chance"
    return f"about {float(f'{e.trial.needed:.1g}'):,.0f}"


def _filled(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in text.split("\n")
    )


def content_of(found: Evaluated) -> dict[str, Any]:
    """For JSON. Shares of 1; money in pence."""
    return {
        "scenario": found.scenario.name,
        "programme": found.title,
        "replicates": found.replicates,
        "seed": found.seed,
        "weeks": found.weeks,
        "gone_share": found.left,
        "arms": {name: {e.outcome: _plain(e) for e in found.estimates[name]} for name in ARMS},
        "readings": {
            one.reading.name: {
                "reported": REPORTED[one.reading.name][0],
                "with_nothing_done": one.change,
                "one_place": one.one_off,
                "best_of_three": one.best_of_three,
            }
            for one in found.readings
        },
    }


def _plain(e: Estimates) -> dict[str, Any]:
    intervals = {
        name: getattr(e, name)
        for name in ("before", "naive", "matched", "truth", "anyway", "place")
    }
    return intervals | {"people": e.people, "trial": asdict(e.trial), "one_off": e.one_off}
